"""The check at the moment of publication, on the frozen content.

Between submission and publication another conclusion may have been published, or a
respondent may have asked for confidence. The texts are frozen, so only what a reader
could work out is judged again.
"""

from __future__ import annotations

from consultations.models import Edition
from responses.checks.disclosure import disclosures, earlier_documents
from responses.checks.printed_answers import edition_document
from responses.checks.subject import CheckContext, read_check_context
from responses.text_matching.names import name_key


def disclosure_reasons(edition: Edition) -> list[str]:
    """Return why publishing an edition would tell something confidential."""
    context = read_check_context(edition.conclusion)
    today = context.counted_responses
    document = edition_document(edition, "this edition", today)
    found = disclosures(context, document, earlier_documents(context))
    reasons = [finding.text for finding in found]
    reasons += _hidden_names_in(edition, context)
    end = "Return the edition, correct the draft and submit the conclusion again."
    return [f"{reason} {end}" for reason in dict.fromkeys(reasons)]


def _hidden_names_in(edition: Edition, context: CheckContext) -> list[str]:
    """Return a sentence for each listed name that must not be published any more."""
    hidden = {
        name_key(person.name)
        for person in context.respondents
        if person.pk not in context.nameable_ids
    }
    return [
        f"The edition lists {respondent.label}, who must not be named."
        for respondent in edition.conclusion_content().respondents
        if name_key(respondent.label) in hidden
    ]
