"""Submitting a conclusion: what is checked, frozen and stored as an edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.access import Action
from consultations.audit import trail
from consultations.documents.conclusion.content import (
    ConclusionContent,
    without_publication,
)
from consultations.documents.formats import FORMATS, canonical_json
from consultations.documents.pdf.errors import PdfError
from consultations.documents.rich_text.markup import MarkupError
from consultations.editions.authorship import Authorship, authors_summary
from consultations.editions.classification import classification_blockers
from consultations.editions.consulted_texts import changed_text_blockers, frozen_texts
from consultations.editions.facts import edition_subject
from consultations.editions.freezing import (
    EditionDraft,
    EditionRows,
    edition_rows,
    freeze,
    freeze_texts,
    lost_attachments,
    submitted_edition,
)
from consultations.editions.hashes import sha256
from consultations.editions.naming import versions_named_by
from consultations.editions.reservation import reservation_blockers, reserve_edition
from consultations.editions.steps import (
    Refusal,
    clean_or_refuse,
    lock_conclusion,
    refuse,
    role_blockers,
    state_label,
    step_summary,
)
from consultations.models import Conclusion, Edition
from consultations.notifications import notices

TEXT_CHANGED = (
    "The text of a document version was changed during the submission. Submit the "
    "conclusion again."
)


def submit_edition(
    conclusion: Conclusion,
    *,
    content: ConclusionContent,
    authorship: Authorship,
    blockers: Sequence[str],
    by: User,
    note: str = "",
    correction: str = "",
    formats: Sequence[str] = FORMATS,
    at: dt.datetime | None = None,
) -> Edition:
    """Freeze the content of a conclusion as an edition for sign-off.

    `authorship` says who wrote the content: no author may approve it. `blockers` are
    the caller's reasons against it. The files are rendered before the
    transaction begins, so that no lock is held meanwhile; the blockers are checked
    before that and again under the lock. The content is frozen with the number of the
    next edition, its address and the correction.
    Raise Refusal with every reason against it.
    """
    note, correction = clean_or_refuse(note), clean_or_refuse(correction)
    ask = partial(
        submission_blockers, conclusion, content=content, by=by, correction=correction
    )
    refuse([*ask(), *blockers])
    content = reserve_edition(conclusion, content, correction)
    draft = _freeze_or_refuse(conclusion, content, formats, authorship)
    with transaction.atomic():
        lock_conclusion(conclusion)
        refuse([*ask(), *reservation_blockers(conclusion, content)])
        edition = submitted_edition(
            draft,
            conclusion=conclusion,
            submitted_by=by,
            submitted_at=at or timezone.now(),
            note=note,
            correction=correction,
        )
        rows = edition_rows(edition, draft, authorship)
        _record_submission(rows)
        rows.store()
        notices.notify_of_submission(rows.edition)
    return rows.edition


def _freeze_or_refuse(
    conclusion: Conclusion,
    content: ConclusionContent,
    formats: Sequence[str],
    authorship: Authorship,
) -> EditionDraft:
    """Return the draft with its files; raise Refusal where it cannot be made."""
    try:
        draft = freeze(conclusion, content, formats)
    except MarkupError as error:
        raise Refusal(error.problems) from error
    except PdfError as error:
        raise Refusal([str(error)]) from error
    if authorship.texts is not None and authorship.texts != draft.hashes_by_version:
        raise Refusal([TEXT_CHANGED])
    return draft


def submission_blockers(
    conclusion: Conclusion,
    *,
    content: ConclusionContent,
    by: User,
    correction: str = "",
) -> list[str]:
    """Return why this user cannot submit the content; the checks are separate."""
    reasons = role_blockers(by, Action.SUBMIT)
    in_hand = conclusion.editions.pending().first()
    if in_hand:
        reasons.append(
            f"A draft for approval is in progress ({state_label(in_hand)}). "
            "Publish or return that draft before you submit another."
        )
    reasons += _correction_blockers(conclusion, content, correction)
    reasons += classification_blockers(content)
    if frozen_texts(versions_named_by(conclusion).values_list("pk", flat=True)):
        reasons += changed_text_blockers(text_hashes(conclusion))
    return reasons + lost_attachments(content)


def _correction_blockers(
    conclusion: Conclusion, content: ConclusionContent, correction: str
) -> list[str]:
    latest = conclusion.editions.ever_published().order_by("number").last()
    if latest is None:
        unneeded = "No edition has been published yet, so there is nothing to correct."
        return [unneeded] if correction else []
    if not correction:
        published = f"Edition {latest.number} has been published."
        return [f"{published} Enter what the new edition corrects."]
    _, printed = canonical_json(content)
    if (
        latest.state == Edition.State.PUBLISHED
        and without_publication(printed)
        == without_publication(latest.conclusion_content())
        and texts_of(latest) == text_hashes(conclusion)
    ):
        return [f"The conclusion has not changed since edition {latest.number}."]
    return []


def texts_of(edition: Edition) -> dict[int, str]:
    """Return the hashes of the legal texts that an edition names, by version."""
    return dict(edition.texts.values_list("document_version", "file"))


def text_hashes(conclusion: Conclusion) -> dict[int, str]:
    """Return the hashes of the legal texts that a conclusion names, by version."""
    return {each.version: sha256(each.content) for each in freeze_texts(conclusion)}


def _record_submission(rows: EditionRows) -> None:
    edition = rows.edition
    authors = authors_summary(edition, rows.authors)
    trail.record_event(
        edition.conclusion.consultation,
        kind="submitted",
        summary=f"{step_summary(edition, 'was submitted for approval')}. {authors}",
        by=edition.submitted_by,
        at=edition.submitted_at,
        subject=edition_subject(edition),
        facts=rows.facts(),
    )
