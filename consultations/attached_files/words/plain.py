"""Words of text and CSV, and the ways in which lines of text can be joined."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from consultations.attached_files.words.collecting import Collector
from consultations.documents.column_words import column_texts

_DELIMITERS = ",;\t|"
_HYPHEN_AT_LINE_END = re.compile(r"[-\u00ad\u2010\u2011]\s*\n\s*")
_PRINTABLE = re.compile(rb"[ -~\xa0-\xff]{6,}")
_PRINTABLE_UTF_16 = re.compile(rb"(?:[ -~\xa0-\xff]\0){4,}")


def add_text(collector: Collector, place: str, text: str) -> None:
    """Add the words of a text, also with its line ends joined; raise LimitReached."""
    for variant in line_variants(text):
        collector.add(place, variant)


def add_table_or_text(collector: Collector, place: str, text: str) -> None:
    """Add a text, and its rows and columns if it is read as CSV; raise LimitReached.

    Whether a text is CSV does not depend on its name: the same bytes can be attached
    under another.
    """
    add_text(collector, place, text)
    for delimiter in _DELIMITERS:
        if delimiter in text:
            rows = _rows(text, delimiter)
            joined = (" ".join(cell.strip() for cell in row) for row in rows)
            collector.add(place, "\n".join(joined))
            for column in column_texts(rows):
                collector.add(place, column)


def line_variants(text: str) -> Iterator[str]:
    """Yield a text; where lines end with a hyphen, without and with these hyphens.

    The last variant has no space at any line end, for words that were broken without a
    hyphen, as in narrow columns and long addresses.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    yield text
    if "\n" not in text.strip():
        return
    if _HYPHEN_AT_LINE_END.search(text):
        yield _HYPHEN_AT_LINE_END.sub("", text)
    yield "".join(line.strip() for line in text.split("\n"))


def _rows(text: str, delimiter: str) -> list[list[str]]:
    """Return the cells of each row."""
    reader = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error:  # a cell beyond the limit of csv, as an unclosed quote makes
        rows += [line.split(delimiter) for line in text.splitlines()]
    return rows


def printable_runs(content: bytes) -> Iterator[str]:
    """Yield the runs of Latin letters in bytes of an unknown format."""
    for run in _PRINTABLE_UTF_16.findall(content):
        yield run.decode("utf-16-le")
    for run in _PRINTABLE.findall(content):
        yield run.decode("latin-1")
