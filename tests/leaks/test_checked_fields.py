"""A hidden name is found in every field that the public may read."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from consultations.documents.conclusion.columns import COLUMNS
from consultations.documents.conclusion.content import SECTION_KINDS
from consultations.models import (
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    DocumentVersion,
)
from consultations.public_slugs import KINDS, SLUG_FIELDS, Owner
from responses.checks.subject import read_check_context
from responses.models import Respondent
from tests.checks.test_cached_findings import make_full
from tests.leaks.secrecy import SECRECY, Secrecy
from tests.support.consultation_files import undone
from tests.support.factories import make_respondent, make_submission
from tests.support.slugs import rename

pytestmark = pytest.mark.django_db

NAME = "Zork Quartzite"

NOT_CHECKED = {
    "consultations.RegulatedDocument.code": "the name of a document",
    "consultations.RegulatedDocument.title": "the name of a document",
    "consultations.RegulatedDocument.reference": "the name of a document",
    "consultations.StoredFile.content": "tests/checks/test_attached_files.py",
    "consultations.Consultation.classification": "one of a list, which a gate checks",
    "consultations.Conclusion.classification": "one of a list, which a gate checks",
    "consultations.Consultation.mailbox": "the organisation's own address",
    "consultations.ConsultationNotice.text": "tests/record/test_notices.py",
    "consultations.ConsultationNotice.filename": "tests/record/test_notices.py",
    "consultations.PublicSlug.slug": "an address that was checked when it was in use",
    "consultations.Edition.correction": "tests/checks/test_publication.py",
    "consultations.Edition.withdrawal": "tests/checks/test_publication.py",
    "responses.Answer.choice": "one of the options of the question",
}
"""Fields that this test leaves out, with the reason or the test that has them."""


def public_fields() -> list[str]:
    """Return `app.Model.field` for each text field that the public may read."""
    return [
        f"{label}.{name}"
        for label, fields in SECRECY.items()
        for name, secrecy in fields.items()
        if secrecy in (Secrecy.PUBLIC, Secrecy.WHEN_PUBLIC)
    ]


def make_printed() -> Conclusion:
    """A conclusion with rows of every kind, which prints all that it can print."""
    conclusion = make_full()
    conclusion.columns = list(COLUMNS)
    conclusion.save()
    for position, kind in enumerate(SECTION_KINDS):
        if kind != "question":
            ConclusionSection.objects.create(
                conclusion=conclusion,
                heading=f"Part {position}",
                kind=kind,
                position=50 + position,
                text="<p>Words.</p>" if kind == "text" else "",
            )
    make_submission(Respondent.objects.get(name="Ada"), attribution="named")
    Respondent.objects.get(name="Ada").submissions.update(attribution="named")
    Commitment.objects.update(done=dt.date(2026, 2, 10))
    make_respondent(conclusion.consultation, NAME)
    ConclusionAttachment.objects.create(
        conclusion=conclusion,
        title="Text",
        kind="clean",
        document_version=DocumentVersion.objects.order_by("pk").first(),
    )
    return conclusion


def row_of(model: type[models.Model]) -> Any:
    """Return the row in which a name is planted; that of a named respondent."""
    rows = model._default_manager.order_by("pk")
    return rows.get(name="Ada") if model is Respondent else rows.first()


def planted(row: models.Model, name: str) -> object:
    """Return a value with the name that the field can hold."""
    field = row._meta.get_field(name)
    if isinstance(field, models.JSONField):
        return [NAME]
    if name == "follows_url":
        return f"https://example.org/{NAME.lower().replace(' ', '-')}"
    is_short = isinstance(field, models.SlugField) or name in ("key", "clause")
    return NAME.lower().replace(" ", "-") if is_short else NAME


def plant(row: Any, name: str) -> None:
    """Store the name in a field; a web address changes as a save changes it."""
    if isinstance(row, Owner) and name == SLUG_FIELDS[KINDS[type(row)]]:
        rename(row, str(planted(row, name)))
        return
    values = {name: planted(row, name)}
    if name.startswith("follows_"):
        values = {"relation": "further", "follows_title": "The first round"} | values
    type(row).objects.filter(pk=row.pk).update(**values)


def is_found(conclusion: Conclusion) -> bool:
    fresh = Conclusion.objects.get(pk=conclusion.pk)
    found = read_check_context(fresh).identifications
    return any(each.identifier.person.name == NAME for each in found)


def test_hidden_name_in_every_public_field_is_found() -> None:
    conclusion = make_printed()
    assert not is_found(conclusion)
    missed = []
    for each in sorted(set(public_fields()) - set(NOT_CHECKED)):
        label, _, name = each.rpartition(".")
        row = row_of(apps.get_model(label))
        with undone():
            plant(row, name)
            if not is_found(conclusion):
                missed.append(each)
    assert missed == []


def test_fields_that_are_not_checked_exist() -> None:
    assert set(public_fields()) >= set(NOT_CHECKED)
