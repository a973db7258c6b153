"""Judging what a consultation file makes public, before it is public.

A person who confirms findings is not there: what could be confirmed is reported, and
recorded in the activity log; anything else refuses the file.
"""

from __future__ import annotations

from consultations.audit import trail
from consultations.editions.new_words import (
    NewWords,
    NewWordsFinding,
    new_words_findings,
)
from consultations.editions.workflow import Refusal
from consultations.legal_texts.releases import frozen_words, release_by_command
from consultations.models import Consultation, RegulatedDocument
from responses.file_words import read_waiting_files


def judge_words(words: NewWords) -> list[str]:
    """Return the findings about words, with their files read in this process.

    Raise workflow.Refusal with those that nobody could confirm.
    """
    found = _findings(words)
    if refused := [each.text for each in found if not each.is_confirmable]:
        raise Refusal(refused)
    return [each.text for each in found]


def _findings(words: NewWords) -> list[NewWordsFinding]:
    found = new_words_findings(words)
    if found and words.files and read_waiting_files({f.sha256 for f in words.files}):
        return new_words_findings(words)
    return found


def record_findings(consultation: Consultation, findings: list[str]) -> None:
    """Record what was found in words that a file made public."""
    for text in findings:
        trail.record_event(
            consultation,
            kind="loaded",
            summary=f"Published by load_consultation with an issue to review: {text}",
            by=None,
        )


def release_and_judge(
    consultation: Consultation, document: RegulatedDocument, keys: frozenset[str]
) -> list[str]:
    """Release the designated versions of a file; return what was found in them."""
    found = []
    for release in release_by_command(document, keys):
        found += judge_words(frozen_words(release))
    record_findings(consultation, found)
    return found
