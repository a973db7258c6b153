"""Names in a text that is public as soon as it is saved, with no other check."""

from __future__ import annotations

from django.conf import settings

from consultations.models import Consultation
from responses.analysis.counted import named_respondents
from responses.checks.identification import (
    find_identifiers,
    unpublishable_identifiers,
)
from responses.models import Submission
from responses.text_matching.phrases import to_plain_words


def typed_text_problems(consultation: Consultation, markup: str) -> list[str]:
    """Return a sentence for each identifier of a respondent in a text.

    Words that may mean something else are no problem: nobody could confirm them.
    """
    received = Submission.objects.filter(respondent__consultation=consultation)
    given = unpublishable_identifiers(
        consultation.respondents.all(),
        named_respondents(consultation, received),
        f"{consultation.mailbox} {settings.ORGANISATION['mailbox']}",
    )
    found = find_identifiers(list(given), [to_plain_words(markup)])
    sentences = (
        f"Remove “{each.typed}”, {each.identifier.what} {each.identifier.person.name}. "
        "Respondents who must not be named, and contact details, must not be published."
        for each in found
        if not each.is_ordinary(())
    )
    return list(dict.fromkeys(sentences))
