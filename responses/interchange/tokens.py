"""Cross-references in texts, such as [[section: Next Steps]], that lead nowhere.

What a conclusion will print is known only when it is composed; here a token passes if
any conclusion of the file could have its target.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from consultations.documents.labels import question_numbers
from consultations.documents.markup import parse
from consultations.documents.numbering import fold
from consultations.documents.tree import Paragraph, Reference, every_block
from responses.interchange.contents import ConsultationFile, Section
from responses.interchange.faults import Path, near, printable, shown
from responses.interchange.shape import ListOf, Nested, Text, keys_of

_TABLES = {
    "tally-matrix": "answers",
    "respondent-list": "respondents",
    "glossary": "glossary",
    "document-control": "document control",
    "commitments": "commitments",
}


def dangling_tokens(file: ConsultationFile) -> Iterator[tuple[Path, str]]:
    """Yield where a text refers to something that the file does not have."""
    targets: dict[str, list[str]] | None = None
    for path, text in texts_of(file):
        for token in tokens_in(text):
            if targets is None:
                targets = targets_in(file)
            kind, _, name = token.partition(": ")
            if kind in targets and fold(name) not in map(fold, targets[kind]):
                hint = near(name, targets[kind])
                nothing = f"this file has no {kind} {shown(name)}"
                yield path, f"{_spelt(token)} leads nowhere: {nothing}.{hint}"


def _spelt(token: str) -> str:
    return f"The cross-reference [[{printable(token, 100)}]]"


def tokens_in(markup: str) -> Iterator[str]:
    """Yield the targets of a text's cross-references: `section: Next Steps`."""
    if "[[" not in markup:
        return
    for block in every_block(parse(markup)):
        if isinstance(block, Paragraph):
            for inline in block.inlines:
                if isinstance(inline, Reference):
                    yield inline.target


def texts_of(value: object, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield every rich text of a value with its place."""
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return
    for key in keys_of(type(value)):
        inner = getattr(value, key.field)
        place = (*path, key.name)
        if isinstance(key.kind, Text):
            yield place, inner
        elif isinstance(key.kind, Nested):
            yield from texts_of(inner, place)
        elif isinstance(key.kind, ListOf) and isinstance(key.kind.item, Nested):
            for index, item in enumerate(inner):
                yield from texts_of(item, (*place, index))


def targets_in(file: ConsultationFile) -> dict[str, list[str]]:
    """Return the names a token may have, by kind; a kind left out takes any."""
    numbers = question_numbers([(q.key, q.label, q.parent) for q in file.questions])
    targets = {
        "question": [*numbers, *numbers.values()],
        "comment": [comment.key for comment in file.comments],
        "change": [change.key for change in file.changes],
    }
    if not file.conclusions:
        return targets
    sections = [
        section
        for conclusion in file.conclusions
        for section in _every(conclusion.sections)
    ]
    generated = [f"Comments relating to question {n}" for n in numbers.values()]
    return targets | {
        "section": [*(s.heading for s in sections), *generated, "Other comments"],
        "attachment": [a.title for c in file.conclusions for a in c.attachments],
        "table": [
            "questions",
            "other comments",
            *(f"question {number}" for number in numbers.values()),
            *(f"changes {s.document}".strip() for s in sections if s.kind == "changes"),
            *(_TABLES[s.kind] for s in sections if s.kind in _TABLES),
        ],
    }


def _every(sections: tuple[Section, ...]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _every(section.sections)
