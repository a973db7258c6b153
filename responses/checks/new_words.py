"""The check of words before an opening, a notice or a release makes them public."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from consultations.editions.new_words import NewWords, NewWordsFinding
from consultations.models import Consultation, RegulatedDocument
from responses.checks.attached_files import CheckedFile, read_new_files
from responses.checks.confirmations import without_confirmed_words
from responses.checks.identities import text_blockers, text_warnings
from responses.checks.legal_texts import legal_texts
from responses.checks.public_texts import PublicText
from responses.checks.searched_texts import SearchedTexts
from responses.checks.secrets import (
    Secrets,
    earlier_rounds,
    read_secrets,
    secrets_of,
)
from responses.checks.subject import Finding
from responses.checks.unread_files import file_blockers
from responses.text_matching.phrases import to_plain_words


def new_words_blockers(words: NewWords) -> list[NewWordsFinding]:
    """Return why words may not become public."""
    blockers, _ = judge_new_words(words)
    return [NewWordsFinding(each.text, bool(each.confirmation)) for each in blockers]


def judge_new_words(words: NewWords) -> tuple[list[Finding], list[Finding]]:
    """Return the blockers and warnings about words that nobody has confirmed."""
    consultations, secrets = _secrets_about(words.subject)
    if not secrets.people:
        return [], []
    files = read_new_files(words.files)
    searched = SearchedTexts(
        texts=tuple(_public_texts(words, files)),
        secrets=secrets,
        consultations=tuple(consultations),
        own=words.subject.pk if isinstance(words.subject, Consultation) else None,
        organisation=settings.ORGANISATION["short"],
    )
    blockers = [*text_blockers(searched), *file_blockers(files, secrets)]
    warnings = list(text_warnings(searched))
    return (
        without_confirmed_words(words.subject, _each_once(blockers)),
        without_confirmed_words(words.subject, _each_once(warnings)),
    )


def _secrets_about(
    subject: Consultation | RegulatedDocument,
) -> tuple[list[Consultation], Secrets]:
    """Return the consultations whose respondents words may name, and the secrets.

    For a document, these are all consultations that were about it.
    """
    if isinstance(subject, Consultation):
        return [subject, *earlier_rounds(subject)], secrets_of(subject)
    about = Consultation.objects.filter(documents=subject)
    of_versions = Consultation.objects.filter(
        pk__in=subject.versions.values("consultation")
    )
    found = {each.pk: each for each in (*about, *of_versions)}
    for each in list(found.values()):
        found |= {earlier.pk: earlier for earlier in earlier_rounds(each)}
    consultations = [found[pk] for pk in sorted(found)]
    return consultations, read_secrets(consultations)


def _public_texts(
    words: NewWords, files: tuple[CheckedFile, ...]
) -> Iterator[PublicText]:
    for text in words.texts:
        if plain := to_plain_words(text.markup):
            yield PublicText(text.place, text.target, plain)
    for file in files:
        for place, plain in file.texts:
            if plain:
                yield PublicText(place, file.target, plain)
    for pk, version in words.versions:
        yield from legal_texts(version, pk)


def _each_once(findings: list[Finding]) -> list[Finding]:
    return list({finding.text: finding for finding in findings}.values())
