"""Labels of fields in histories: the same as on the forms."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms

from responses.desk.changes.forms import ChangeForm
from responses.desk.comments.forms import CommentForm, ResponseForm
from responses.desk.conclusions.forms_attachments import EnclosureForm
from responses.desk.conclusions.forms_conclusions import ConclusionForm, SectionForm
from responses.desk.outcome.forms import CommitmentForm, DesignationForm, TermForm
from responses.desk.passages.forms import PassageForm
from responses.desk.received.forms import AnswerForm, RespondentForm
from responses.desk.regulated_documents.forms import DocumentForm, VersionForm
from responses.desk.setup.forms_questions import QuestionForm
from responses.desk.setup.forms_setup import DetailsForm
from responses.history.field_labels import field_label

FORMS: tuple[type[forms.ModelForm[Any]], ...] = (
    *(AnswerForm, ChangeForm, CommentForm, CommitmentForm, ConclusionForm),
    *(DesignationForm, DetailsForm, DocumentForm, EnclosureForm, PassageForm),
    *(QuestionForm, RespondentForm, ResponseForm, SectionForm, TermForm, VersionForm),
)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_history_has_the_labels_of_the_form(form: type[forms.ModelForm[Any]]) -> None:
    """A field has one name for people who edit it and people who read its history."""
    model = form._meta.model
    for name, field in form.base_fields.items():
        if name in {each.name for each in model._meta.concrete_fields}:
            assert field_label(model._meta.get_field(name)) == field.label
