"""The checks at the moment of publication, on the frozen content, and of withdrawal.

Between submission and publication another conclusion may have been published, or a
respondent may have asked for confidence. The texts are frozen, but a name in them that
was allowed then may not be allowed now.
"""

from __future__ import annotations

from dataclasses import replace

from consultations.models import Edition
from responses.analysis.counted import nameable_then
from responses.checks.attached_files import read_frozen_files
from responses.checks.confirmations import without_confirmed
from responses.checks.disclosure import disclosures, earlier_documents
from responses.checks.identities import identity_blockers
from responses.checks.legal_texts import frozen_legal_texts
from responses.checks.printed_answers import edition_document
from responses.checks.public_texts import typed_text
from responses.checks.subject import CheckContext, read_check_context
from responses.checks.unread_files import unread_file_blockers

WITHDRAWAL_PLACE = "the reason for the withdrawal"


def disclosure_reasons(edition: Edition) -> list[str]:
    """Return why publishing an edition would tell something confidential."""
    context = read_check_context(edition.conclusion)
    today = context.counted_responses
    document = edition_document(edition, "this edition", today)
    found = [*disclosures(context, document, earlier_documents(context))]
    frozen = _frozen_context(edition, context)
    names = list(identity_blockers(frozen))
    if nameable_then(document.counted.received) - context.nameable_ids:
        names += unread_file_blockers(frozen)
    found += without_confirmed(edition.conclusion, names)
    reasons = dict.fromkeys(finding.text for finding in found)
    end = "Return the edition, correct the draft and submit the conclusion again."
    return [f"{reason} {end}" for reason in reasons]


def _frozen_context(edition: Edition, context: CheckContext) -> CheckContext:
    """Return the context of the texts of an edition and the respondents of today."""
    content = edition.conclusion_content()
    of_consultation = (f for f in context.attached_files if f.target == "attachment")
    return replace(
        context,
        full_content=content,
        attached_files=(*read_frozen_files(content), *of_consultation),
        legal_texts=tuple(frozen_legal_texts(edition)),
        typed_texts=(typed_text("what the edition corrects", edition.correction),),
    )


def withdrawal_reasons(edition: Edition, reason: str) -> list[str]:
    """Return what the reason for a withdrawal, which is published, must not tell."""
    typed = typed_text(WITHDRAWAL_PLACE, reason)
    context = read_check_context(edition.conclusion, [typed])
    return [
        finding.text
        for finding in identity_blockers(context)
        if finding.text.startswith(typed.capitalised_place)
    ]
