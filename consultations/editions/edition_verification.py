"""Verification of editions: hashes, files, decisions, and the activity log."""

from __future__ import annotations

from consultations.audit.facts import fact, fact_differences, read_facts
from consultations.audit.trail import broken_links
from consultations.editions.authorship import author_faults
from consultations.editions.facts import edition_subject, stored_edition_facts
from consultations.editions.file_verification import (
    frozen_text_faults,
    missing_file_faults,
    stored_file_faults,
)
from consultations.editions.hashes import edition_manifest, sha256
from consultations.editions.naming import document_codes
from consultations.editions.reservation import number_faults
from consultations.models import Consultation, Edition, Event, SignOff


def edition_faults(edition: Edition) -> list[str]:
    """Return the faults of an edition, its decisions and the bytes of its files."""
    faults = record_faults(edition)
    for rows in (edition.files, edition.texts):
        for row in rows.select_related("file").iterator(chunk_size=1):
            faults += stored_file_faults(row.file)
    return faults


def record_faults(edition: Edition) -> list[str]:
    """Return the faults of an edition's rows and of what the activity log says."""
    faults = [
        *_content_faults(edition),
        *missing_file_faults(edition),
        *_named_document_faults(edition),
        *_decision_faults(edition),
        *_recorded_faults(edition),
    ]
    for text in edition.texts.select_related("file").iterator(chunk_size=1):
        faults += frozen_text_faults(text)
    name = f"{edition} (row {edition.pk})"
    return [f"{name}: {fault}" for fault in faults]


def _content_faults(edition: Edition) -> list[str]:
    """Return the faults of an edition's hashes, and of the titles beside its content.

    Content that does not match its hash is not read.
    """
    faults = []
    if sha256(edition_manifest(edition)) != edition.sha256:
        faults.append("the list of its files does not match its checksum.")
    if sha256(edition.content) != edition.content_sha256:
        return ["the content does not match its checksum.", *faults]
    content = edition.conclusion_content()
    faults += number_faults(edition, content)
    return faults + [
        f"the {name} is “{fact(stored)}”, but “{fact(frozen)}” in the content."
        for name, stored, frozen in (
            ("title", edition.title, content.title),
            ("subtitle", edition.subtitle, content.subtitle),
            (
                "date first published",
                edition.first_published,
                content.first_published,
            ),
        )
        if stored != frozen
    ]


def _decision_faults(edition: Edition) -> list[str]:
    faults = []
    sign_offs = list(edition.sign_offs.all())
    authors = set(edition.authors.values_list("user", flat=True))
    for sign_off in sign_offs:
        decision = f"the decision “{sign_off}”"
        approves = sign_off.decision == SignOff.Decision.APPROVE
        if sign_off.sha256 != edition.sha256:
            faults.append(f"{decision} has a different checksum.")
        if approves and sign_off.by_id in authors:
            faults.append(f"an author made {decision}.")
        if sign_off.by_id == edition.submitted_by_id:
            faults.append(f"the submitter made {decision}.")
    needed = _needed_decision(edition)
    if needed and needed not in {sign_off.decision for sign_off in sign_offs}:
        state = edition.get_state_display().lower()
        faults.append(
            f"the edition is {state}, but no decision for this state is stored."
        )
    return faults


def _recorded_faults(edition: Edition) -> list[str]:
    """Return a sentence if an edition differs from its last event."""
    events = Event.objects.filter(subject=edition_subject(edition))
    event = events.order_by("number").last()
    if event is None:
        return ["the activity log has no entry for the edition."]
    if event.consultation_id != edition.conclusion.consultation_id:
        return ["its entries are in the activity log of another consultation."]
    found = fact_differences(read_facts(event.facts), stored_edition_facts(edition))
    if not found:
        return []
    remedy = "Restore the rows from a backup."
    return [f"{'; '.join(found)} (entry {event.number}). {remedy}"]


def _named_document_faults(edition: Edition) -> list[str]:
    """Return a fault for each document whose row and the content disagree.

    A document that was not stored at submission has no row.
    """
    stored = set(edition.documents.values_list("code", flat=True))
    try:
        named = document_codes(edition.conclusion_content())
    except ValueError:
        return []
    return [
        f"the edition is recorded as naming {code}, but its content does not name it."
        for code in sorted(stored - named)
    ]


def _needed_decision(edition: Edition) -> str:
    if edition.state == Edition.State.SUBMITTED:
        return ""
    if edition.state == Edition.State.REJECTED:
        return SignOff.Decision.REJECT
    return SignOff.Decision.APPROVE


def trail_faults(consultation: Consultation) -> list[str]:
    """Return the faults of a trail; missing editions that it records are some."""
    recorded = consultation.events.filter(kind="submitted").count()
    editions = Edition.objects.filter(conclusion__consultation=consultation)
    stored = {edition_subject(edition) for edition in editions.only("pk")}
    subjects = consultation.events.filter(subject__startswith="edition:")
    missing = set(subjects.values_list("subject", flat=True)) - stored
    faults = broken_links(consultation)
    if recorded != len(stored):
        faults.append(
            f"{consultation.slug}: the activity log records {recorded} submitted "
            f"editions, but {len(stored)} are stored. Restore the missing editions "
            "from a backup."
        )
    elif missing:
        faults.append(
            f"{consultation.slug}: the activity log records editions that are not "
            f"stored ({', '.join(sorted(missing))}). Restore the editions from a "
            "backup."
        )
    return faults + author_faults(consultation)
