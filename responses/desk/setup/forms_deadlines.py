"""Forms of the opening, the deadline and its extensions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from consultations.audit.history import create_all
from consultations.documents.wording import printed_time
from consultations.fields.form_fields import LondonDateTimeField
from consultations.models import Consultation, Extension, ExtensionQuestion, Question
from consultations.record.content import NO_QUESTIONS_LABEL
from consultations.record.freezing import public_edition
from consultations.timetable.extensions import current_deadlines, extension_problems
from responses.checks.typed_texts import typed_text_problems
from responses.editing.forms.choices import CheckboxesInput, RadioInput
from responses.editing.forms.editable import EditableForm

DEFAULT_DEADLINE_TIME = dt.time(16)
"""When responses are due on the last day, unless another time is given."""


class DeadlineForm(EditableForm[Consultation]):
    """When responses are due."""

    closes = LondonDateTimeField(
        label="Deadline",
        help_text="Responses received after the deadline are late.",
        error_messages={"required": "Enter the date and time of the deadline."},
    )

    class Meta:
        model = Consultation
        fields = ("closes",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.closes is None:
            self.initial["closes"] = [None, DEFAULT_DEADLINE_TIME]

    def clean_closes(self) -> dt.datetime:
        """Refuse a deadline before the opening, or not before its first extension.

        Raise ValidationError with a sentence for what is refused.
        """
        closes: dt.datetime = self.cleaned_data["closes"]
        edition = public_edition(self.instance)
        if edition and closes != edition.text().closes:
            raise ValidationError(
                f"{_printed(closes)} differs from the published deadline, which cannot "
                "change. To give more time, extend the deadline."
            )
        opening = self.instance.opens
        if opening and closes <= opening:
            raise ValidationError(
                f"{_printed(closes)} is not after the opening, {_printed(opening)}. "
                "Enter a later deadline, or cancel the opening."
            )
        first = self.instance.extensions.order_by("until").first()
        if first and closes != self.instance.closes and closes >= first.until:
            raise ValidationError(
                f"The deadline has been extended to {_printed(first.until)}, so the "
                "original deadline must be earlier. To give more time, extend the "
                "deadline again."
            )
        return closes


class QuestionsField(forms.ModelMultipleChoiceField[Question]):
    """Questions to select."""

    widget = CheckboxesInput


def published_questions(consultation: Consultation) -> QuerySet[Question]:
    """Return the questions that readers see; before the opening, all questions."""
    edition = public_edition(consultation)
    questions = consultation.questions.all()
    if edition is None:
        return questions
    keys = [question.key for question in edition.text().every_question()]
    return questions.filter(key__in=keys)


class PublicReasonForm(EditableForm[Extension]):
    """A form with the reason of an extension, which is public once it is saved."""

    def clean_reason(self) -> str:
        """Refuse a reason that names a respondent who must not be named.

        Raise ValidationError with a sentence for each name.
        """
        reason: str = self.cleaned_data["reason"]
        if problems := typed_text_problems(self.instance.consultation, reason):
            raise ValidationError(problems)
        return reason


class ExtensionForm(PublicReasonForm):
    """An extension of the deadline: new time, questions and reason."""

    until = LondonDateTimeField(
        label="New deadline",
        error_messages={"required": "Enter the date and time of the new deadline."},
    )
    asked = QuestionsField(
        Question.objects.none(),
        label="For these questions only",
        required=False,
        help_text="Leave all unselected to extend the deadline for every question.",
    )

    class Meta:
        model = Extension
        fields = ("until", "reason")
        help_texts = {"reason": "Shown on the public page with the new deadline."}
        error_messages = {"reason": {"required": "Enter the reason."}}

    field_order = ("until", "asked", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices("asked", published_questions(self.instance.consultation))
        given = self.is_bound and "asked" in self.data
        if not self.fields["asked"].queryset.exists() and not given:  # type: ignore[attr-defined]
            del self.fields["asked"]
        self.initial["until"] = [None, DEFAULT_DEADLINE_TIME]

    def clean(self) -> dict[str, Any] | None:
        """Refuse an extension that gives no more time."""
        super().clean()
        given = self.cleaned_data
        if "until" not in given or "asked" in self.errors:
            return given
        asked = list(given.get("asked", ()))
        about = self.instance.consultation
        for problem in extension_problems(about, until=given["until"], questions=asked):
            self.add_error("until", problem)
        if not self.errors:
            (self.instance.was,) = current_deadlines(about, asked)
        return given

    def save_related(self, user: User) -> None:
        """Save the links to the questions."""
        links = [
            ExtensionQuestion(extension=self.instance, question=question)
            for question in self.cleaned_data.get("asked", ())
        ]
        create_all(ExtensionQuestion, links, by=user)


class ExtensionReasonForm(PublicReasonForm):
    """Correction of an extension's reason; its dates cannot change."""

    class Meta:
        model = Extension
        fields = ("reason",)
        help_texts = ExtensionForm.Meta.help_texts
        error_messages = ExtensionForm.Meta.error_messages


class OpeningForm(forms.Form):
    """When a consultation opens; `shown` is the version that the page showed."""

    NOW, LATER = "now", "later"

    how = forms.ChoiceField(
        label="Open",
        choices=[(LATER, "At a set time"), (NOW, "Immediately")],
        widget=RadioInput,
        error_messages={
            "required": "Select whether the consultation opens at a set time or "
            "immediately."
        },
    )
    when = LondonDateTimeField(
        label="Opening date and time",
        help_text="Required for “At a set time”. Only staff can read the consultation "
        "until it opens.",
        error_messages={"required": "Enter the opening date and time."},
    )
    allow_no_questions = forms.BooleanField(label=NO_QUESTIONS_LABEL, required=False)
    shown = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consultation = consultation
        self.initial = {
            "how": self.LATER,
            "when": consultation.opens or [None, dt.time(9)],
            "shown": consultation.version,
        }
        if consultation.questions.exists():
            del self.fields["allow_no_questions"]

    def clean(self) -> dict[str, Any]:
        """Ignore the time where the opening is immediate; refuse a stale version.

        Raise ValidationError with a sentence for what is refused.
        """
        given = super().clean() or self.cleaned_data
        if given.get("how") == self.NOW:
            given["when"] = None
            self.errors.pop("when", None)
        if given.get("shown") != self.consultation.version:
            raise ValidationError(
                "Someone else changed the consultation after you opened this page. "
                "Check the consultation, then schedule the opening again."
            )
        return given


def _printed(moment: dt.datetime) -> str:
    return printed_time(timezone.localtime(moment))
