"""The texts of versions of regulated documents that are not public yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from consultations.documents.version_text import VersionText, write_version_text
from consultations.editions.hashes import sha256
from consultations.editions.naming import versions_named_by
from consultations.models import Conclusion, DocumentVersion, Edition
from consultations.public.versions import public_versions
from responses.checks.public_texts import LEGAL_TEXT_REF, PublicText
from responses.text_matching.phrases import to_plain_words


def unpublished_legal_texts(conclusion: Conclusion) -> Iterator[PublicText]:
    """Yield the clauses that a conclusion would make public, as they are stored."""
    named = versions_named_by(conclusion)
    texts = [(row.pk, row.as_text()) for row in named.prefetch_related("clauses")]
    yield from _texts_not_public(texts)


def frozen_legal_texts(edition: Edition) -> Iterator[PublicText]:
    """Yield the clauses that an edition would make public, as they were frozen."""
    rows = edition.texts.select_related("file")
    yield from _texts_not_public(
        [(row.document_version_id, row.version_text()) for row in rows]
    )


def _texts_not_public(texts: list[tuple[int, VersionText]]) -> Iterator[PublicText]:
    if not texts:
        return
    rows = DocumentVersion.objects.filter(pk__in=[pk for pk, _ in texts])
    public = {each.pk: each.frozen_text for each in public_versions(rows)}
    for pk, text in texts:
        if public.get(pk) != sha256(write_version_text(text)):
            yield from legal_texts(text, pk)


def legal_texts(text: VersionText, pk: int) -> Iterator[PublicText]:
    """Yield the label and the clauses of a version; `pk` is the version's."""
    name = f"{text.document} {text.label or text.key}"
    target = f"{LEGAL_TEXT_REF}:{text.document}/{pk}"
    yield from _passages(f"the label of {name}", target, (text.key, text.label))
    for clause in text.every_clause():
        place = f"clause {clause.number or clause.identity} of {name}"
        fields = (clause.identity, clause.number, clause.heading, clause.text)
        yield from _passages(place, target, fields)


def _passages(place: str, target: str, texts: Iterable[str]) -> Iterator[PublicText]:
    for words in filter(None, map(to_plain_words, texts)):
        yield PublicText(place, target, words)
