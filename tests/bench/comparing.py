"""What comparing texts, and finding like ones, costs beside reading the same texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from consultations.documents.diff.texts import compare_documents, comparison_html
from consultations.documents.rich_text.markup import parse
from consultations.documents.tree import Document, Section, plain_paragraph
from responses.text_matching.similarity import alike_pairs, similar_texts
from tests.bench.documents import timed
from tests.support.document_strategies import (
    make_document,
    make_long_document,
    numbered,
)
from tests.support.long_texts import AWKWARD, edited, natural_texts, paragraphs, prose


def main() -> None:
    """Print the tables."""
    texts()
    documents()
    likeness()


def texts() -> None:
    """Print what it takes to read two texts, and to compare them."""
    print("\ncompared word by word                    read   compare")
    words = prose(20_000, 1)
    for name, after in (("edited", edited(words)), ("rewritten", prose(20_000, 2))):
        for size in (10, 50, 20_000):
            pair = paragraphs(words, size), paragraphs(after, size)
            against_reading(f"20,000 words {name}, {size:,} a paragraph", *pair)
    for name, pair in AWKWARD.items():
        against_reading(f"awkward: {name}", *pair)


def against_reading(name: str, before: str, after: str) -> None:
    reading, _ = timed(lambda: (parse(before), parse(after)))
    spent, _ = timed(comparison_html, before, after)
    print(f"{name:42} {reading:5.2f} {spent:7.2f} s  ({spent / reading:5.1f} x)")


def documents() -> None:
    """Print what it takes to compare whole documents, beside building one."""
    building, long = timed(make_long_document, 100)
    many = [section(f"Part {n}", n) for n in range(600)]
    other = [replace(each, heading=f"New {each.heading}") for each in many]
    pairs = {
        "100 comments, the same": (long, make_long_document(100)),
        "100 comments, another document": (long, make_document()),
        "600 sections renamed": (with_sections(many), with_sections(other)),
    }
    print("\ncompared section by section")
    for name, (before, after) in pairs.items():
        spent, _ = timed(lines_of, before, after)
        print(f"{name:42} {spent:13.2f} s  ({spent / building:5.1f} x building it)")


def lines_of(before: Document, after: Document) -> list[str]:
    return [each.html for each in compare_documents(before, after)]


def section(heading: str, number: int) -> Section:
    return Section(heading, "", (plain_paragraph(f"DCC will do thing {number}."),), ())


def with_sections(sections: list[Section]) -> Document:
    return numbered(replace(make_document(), sections=tuple(sections)))


def likeness() -> None:
    """Print what like comments cost: all pairs of many, and one among many."""
    among = natural_texts(10_000)
    first, _ = timed(alike_pairs, among[:500])
    work: dict[str, Callable[[], object]] = {
        "pairs of 500": lambda: alike_pairs(among[:500]),
        "pairs of 2,000": lambda: alike_pairs(among[:2000]),
        "pairs of 10,000": lambda: alike_pairs(among),
        "one among 10,000": lambda: similar_texts(among[5][1], among),
    }
    print("\nlike comments")
    for name, each in work.items():
        spent, _ = timed(each)
        print(f"{name:42} {spent:13.2f} s  ({spent / first:5.1f} x pairs of 500)")


if __name__ == "__main__":
    main()
