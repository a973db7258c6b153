"""Warnings about words that hold the place of others: `TBC`, `[insert date]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consultations.documents.rich_text.inlines import REFERENCE_PATTERN
from responses.checks.subject import CheckContext, Finding
from responses.text_matching.normalisation import fold_text

_TO_DO = (
    r"insert|complete|completed|confirm|confirmed|check|checked|add|added|update|"
    r"updated|follow|tb[acd]|to\s?do|placeholder|drafting|delete|amend|draft|fill"
)
_NOTHING = (
    r"date|name|number|no|nr|title|figure|reference|ref|amount|time|day|month|year|"
    r"text|response|words|details|version|link|url|xx?|yy?|n|dd|mm|yyyy"
)
_PLACEHOLDER = re.compile(
    r"\b(?:TB[ACD]|tb[cd]|T\.B\.[ACD]|TO ?DO|FIXME)\b"
    r"|\b[Xx]{3,}\b|\bXX(?=[/.-]XX|\s+[A-Z][a-z])"
    r"|\{\{[^{}]{0,80}\}\}?|\$\{[^{}]{0,80}\}|<<[^<>]{0,80}>>|«[^«»]{0,80}»"
    rf"|\[(?=[^\[\]]{{0,80}}\])(?:[^\[\]]*?\b(?i:{_TO_DO})\b[^\[\]]*|"
    rf"\s*(?i:{_NOTHING})\s*|[\s_.…?•●■*-]*)\]"
    r"|(?i:\blorem\s+ipsum\b)|\?{3,}|_{3,}|(?i:\binsert\s+(?:text|date|name)\s+here\b)"
)


def placeholder_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield words of public texts that hold the place of words still to be written."""
    defined = {fold_text(term.short) for term in context.full_content.glossary}
    for passage in context.public_texts:
        if passage.target.startswith("enclosure:") or passage.is_address:
            continue
        words_alone = REFERENCE_PATTERN.sub(" ", passage.words)
        typed = dict.fromkeys(m[0] for m in _PLACEHOLDER.finditer(words_alone))
        for words in typed:
            if fold_text(words) not in defined:
                yield Finding(
                    f"{passage.capitalised_place} contains the placeholder “{words}”. "
                    "Replace the placeholder with the final words.",
                    passage.target,
                )
