"""Names in a text that is public as soon as it is saved, with no other check."""

from __future__ import annotations

from consultations.models import Consultation
from responses.checks.identities import confidential_quotes
from responses.checks.public_texts import PublicText
from responses.checks.searched_texts import SearchedTexts
from responses.checks.secrets import earlier_rounds, secrets_of
from responses.text_matching.phrases import to_plain_words


def typed_text_problems(consultation: Consultation, markup: str) -> list[str]:
    """Return a sentence for each identifier and confidential quotation in a text.

    Words that may mean something else are no problem: nobody could confirm them.
    """
    searched = SearchedTexts(
        texts=(PublicText("the text", "typed", to_plain_words(markup)),),
        secrets=secrets_of(consultation),
        consultations=(consultation, *earlier_rounds(consultation)),
        own=consultation.pk,
    )
    sentences = (
        f"Remove “{each.typed}”, {each.identifier.what} {each.identifier.person.name}. "
        "Respondents who must not be named, and contact details, must not be published."
        for each in searched.identifications
        if not each.is_ordinary(())
    )
    quotes = (
        each.text for each in confidential_quotes(searched) if not each.confirmation
    )
    return list(dict.fromkeys([*sentences, *quotes]))
