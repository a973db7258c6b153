"""Public texts, and the names and confidential answers that are looked for in them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from consultations.models import Consultation, DocumentVersion
from consultations.public.versions import public_versions
from consultations.record.freezing import public_edition
from responses.checks.identification import Identification, find_identifiers
from responses.checks.public_texts import PublicText
from responses.checks.secrets import Secrets, own_mailboxes
from responses.models import Respondent
from responses.text_matching.normalisation import fold_text
from responses.text_matching.ordinary_words import lower_case_words
from responses.text_matching.phrases import to_plain_words

ORDINARY_TEXTS = 3
"""Texts that use a word in lower case before it is taken for an ordinary word."""

_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{1,5}\b")


@dataclass(frozen=True)
class SearchedTexts:
    """Public texts, and the secrets that are looked for in them.

    `consultations` are those that the texts are of or about. `own` is the id of the
    one whose respondents need no explanation; None for the text of a document. `terms`
    are the short terms that the texts define, `organisation` is its short name.
    """

    texts: tuple[PublicText, ...]
    secrets: Secrets
    consultations: tuple[Consultation, ...]
    own: int | None = None
    terms: tuple[str, ...] = ()
    organisation: str = ""

    @cached_property
    def identifications(self) -> list[Identification]:
        """What identifies a respondent in the texts, by their index."""
        given = list(self.secrets.identifiers(own_mailboxes(self.consultations)))
        return find_identifiers(given, [text.words for text in self.texts])

    @cached_property
    def lower_case_words(self) -> set[str]:
        """The words that the texts use in lower case, as ordinary words.

        Once is enough in the consultation's own texts and questions; a single other
        text, such as a question's summary, may be a respondent's name typed so.
        """
        own, texts_by_word = set(), Counter[str]()
        for text in self.texts:
            words = lower_case_words([text.words])
            texts_by_word.update(words)
            if text.is_of_consultation:
                own |= words
        often = {word for word, n in texts_by_word.items() if n >= ORDINARY_TEXTS}
        return own | often

    @cached_property
    def acronyms(self) -> set[str]:
        """The acronyms, folded, of the terms and of the texts consulted on."""
        texts = [text.words for text in self.texts if text.precedes_responses]
        texts += self.terms
        return {fold_text(each) for text in texts for each in _ACRONYM.findall(text)}

    @cached_property
    def defined_words(self) -> set[str]:
        """The terms and the name of the organisation, folded."""
        return {fold_text(each) for each in (*self.terms, self.organisation)}

    def reference_of(self, person: Respondent) -> str:
        """Return the reference of a respondent in the keys of confirmations."""
        if person.consultation_id == self.own:
            return person.key
        return f"{person.key}@{person.consultation_id}"

    def origin_of(self, person: Respondent) -> str:
        """Return a sentence on which other consultation a respondent answered."""
        if person.consultation_id == self.own:
            return ""
        slug = dict(self.secrets.slugs).get(person.consultation_id, "")
        return f" The respondent took part in the consultation “{slug}”."

    def published_texts(self) -> Iterator[str]:
        """Yield what the consultations themselves published, in plain words.

        Answers repeat the questions, and the clauses that were consulted on.
        """
        for consultation in self.consultations:
            yield from map(to_plain_words, _own_texts(consultation))


def _own_texts(consultation: Consultation) -> Iterator[str]:
    """Yield what readers can read now, and not what is stored and not public yet."""
    edition = public_edition(consultation)
    if edition is None:
        return
    text = edition.text()
    yield from (text.title, text.summary)
    for question in text.every_question():
        yield from (question.label, question.text, *question.options)
    yield from (extension.reason for extension in text.extensions)
    yield from (document.title for document in text.documents)
    about = DocumentVersion.objects.filter(document__in=consultation.documents.all())
    before = {
        str(DocumentVersion.Status.DESIGNATED),
        str(DocumentVersion.Status.CONSULTED),
    }
    for version in public_versions(about):
        if version.status in before:
            yield from (each.text for each in version.text().every_clause())
