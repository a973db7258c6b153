"""Makers of editions at each step of their life, quickly: without PDF and Word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from consultations.documents.conclusion.content import (
    ConclusionContent,
    Publisher,
    SectionContent,
)
from consultations.editions import workflow
from consultations.editions.authorship import NO_AUTHORS
from consultations.editions.workflow import Refusal
from consultations.models import Conclusion, Edition
from tests.support.factories import make_conclusion, make_consultation, make_user

QUICK = ("html", "txt", "json")


def make_content(conclusion: Conclusion, **values: Any) -> ConclusionContent:
    """Return a small content of a conclusion; `words` go into its one section."""
    words = values.pop("words", "Some words.")
    consultation = conclusion.consultation
    values.setdefault("title", conclusion.title)
    values.setdefault("date", conclusion.date)
    values.setdefault("classification", conclusion.classification)
    section = SectionContent("Introduction", text=f"<p>{words}</p>")
    values.setdefault("sections", (section,))
    return ConclusionContent(
        publisher=Publisher("Data Communications Company", "DCC"),
        consultation=consultation.slug,
        consultation_title=consultation.title,
        **values,
    )


def drafter(**values: Any) -> User:
    return make_user(role="Drafter", **values)


def approver(**values: Any) -> User:
    return make_user(role="Approver", **values)


def submit(conclusion: Conclusion, *, by: User | None = None, **values: Any) -> Edition:
    """Submit the conclusion with a small content, or the one given."""
    words = values.pop("words", "Some words.")
    values.setdefault("content", make_content(conclusion, words=words))
    values.setdefault("authorship", NO_AUTHORS)
    values.setdefault("blockers", [])
    values.setdefault("formats", QUICK)
    return workflow.submit_edition(conclusion, by=by or drafter(), **values)


def make_submitted(conclusion: Conclusion | None = None, **values: Any) -> Edition:
    return submit(conclusion or make_conclusion(make_consultation()), **values)


def make_approved(conclusion: Conclusion | None = None, **values: Any) -> Edition:
    edition = make_submitted(conclusion, **values)
    workflow.approve_edition(edition, by=approver(), sha256=edition.sha256)
    return edition


def make_published(conclusion: Conclusion | None = None, **values: Any) -> Edition:
    edition = make_approved(conclusion, **values)
    return workflow.publish_edition(edition, by=approver())


def make_correction(published: Edition, **values: Any) -> Edition:
    """Submit the next edition of a published one's conclusion."""
    values.setdefault("words", "Better words.")
    values.setdefault("correction", "A word was wrong.")
    return submit(published.conclusion, **values)


def refusal(call: Callable[[], object]) -> str:
    """Return the reasons a call is refused for; nothing is stored by it."""
    with pytest.raises(Refusal) as refused, transaction.atomic():
        call()
    return " ".join(refused.value.reasons)
