"""Remarks of approvers on sections of a submitted edition, settled by drafters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.access import Action
from consultations.audit import trail
from consultations.audit.history import save_if_current
from consultations.documents.tree import Document, Section
from consultations.editions.workflow import Refusal, role_blockers
from consultations.models import Conclusion, Edition, Remark


def section_headings(edition: Edition) -> list[tuple[str, str]]:
    """Return the anchor and the numbered heading of each section of an edition."""
    return _list_headings(edition.document())


def _list_headings(document: Document) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def walk(sections: tuple[Section, ...]) -> None:
        for section in sections:
            found.append(
                (section.anchor, f"{section.number} {section.heading}".strip())
            )
            walk(section.sections)

    walk(document.sections)
    return found


@transaction.atomic
def add_remark(
    edition: Edition,
    *,
    anchor: str,
    text: str,
    by: User,
    at: dt.datetime | None = None,
) -> Remark:
    """Add a remark on one section of an edition that is not published yet.

    Raise Refusal with every reason against it.
    """
    Conclusion.objects.select_for_update().get(pk=edition.conclusion_id)
    edition.refresh_from_db()
    headings = dict(section_headings(edition))
    if reasons := _remark_blockers(edition, by, anchor, headings):
        raise Refusal(reasons)
    said = edition.section_remarks.filter(anchor=anchor, by=by, text=text).first()
    if said:  # the form was posted twice
        return said
    remark = Remark(
        edition=edition,
        heading=headings[anchor],
        anchor=anchor,
        text=text,
        by=by,
        at=at or timezone.now(),
    )
    remark._history_user = by  # type: ignore[attr-defined]
    remark.save()
    trail.record_event(
        edition.conclusion.consultation,
        kind="remarked",
        summary=f"A review remark was added to “{remark.heading}” of “{edition.title}”",
        by=by,
        at=at,
    )
    return remark


def _remark_blockers(
    edition: Edition, by: User, anchor: str, headings: Container[str]
) -> list[str]:
    """Return why a user may not make a remark on a section; empty if they may."""
    reasons = role_blockers(by, Action.APPROVE)
    if by.pk == edition.submitted_by_id:
        reasons.append(
            "You submitted this edition, so another person must add review remarks."
        )
    if edition.state not in (Edition.State.SUBMITTED, Edition.State.APPROVED):
        reasons.append(
            "Review remarks can only be added before the edition is published or "
            "returned."
        )
    if anchor not in headings:
        reasons.append(f"The edition has no section “{anchor}”. Choose a section.")
    return reasons


@transaction.atomic
def mark_remark_settled(
    remark: Remark, *, by: User, at: dt.datetime | None = None
) -> Remark:
    """Mark a remark as settled; this cannot be undone.

    Raise Refusal with every reason against it.
    """
    remark = Remark.objects.select_for_update().get(pk=remark.pk)
    reasons = role_blockers(by, Action.DRAFT)
    if remark.settled_at:
        reasons.append("The review remark is already resolved.")
    if reasons:
        raise Refusal(reasons)
    remark.settled_at, remark.settled_by = at or timezone.now(), by
    save_if_current(remark, version=remark.version, by=by, reason="Resolved")
    return remark


def open_remarks(conclusion: Conclusion) -> list[Remark]:
    """Return the remarks on a conclusion's editions that nobody has settled."""
    rows = Remark.objects.filter(edition__conclusion=conclusion, settled_at=None)
    return list(rows.select_related("by", "edition").defer("edition__content"))
