"""Reading all words of one file."""

from __future__ import annotations

from consultations.attached_files.budget import Budget, LimitReached
from consultations.attached_files.kinds import Kind, decode_text, kind_of
from consultations.attached_files.values import FileReading
from consultations.attached_files.words.archives import read_zip
from consultations.attached_files.words.collecting import Collector
from consultations.attached_files.words.office import read_office
from consultations.attached_files.words.pdf import read_pdf
from consultations.attached_files.words.pictures import read_picture
from consultations.attached_files.words.plain import add_table_or_text
from consultations.attached_files.words.xml import read_html, read_xml


def words_of_file(
    name: str, content: bytes, *, budget: Budget | None = None
) -> FileReading:
    """Return the words of a file, and what could not be read of it."""
    collector = Collector(budget or Budget(), _read)
    try:
        _read(collector, name, content)
    except LimitReached as limit:
        collector.add_unread(str(limit))
    return collector.reading()


def _read(collector: Collector, name: str, content: bytes) -> None:
    """Read a file into a collector; raise LimitReached."""
    kind = kind_of(name, content)
    match kind:
        case Kind.PDF:
            read_pdf(collector, content)
        case Kind.OFFICE:
            read_office(collector, content)
        case Kind.ZIP:
            read_zip(collector, content)
        case Kind.PICTURE:
            read_picture(collector, content)
            if content.lstrip().startswith(b"<"):  # SVG
                read_xml(collector, "a picture", [content])
        case Kind.UNKNOWN:
            collector.add_unread("is a kind of file whose words cannot be read")
        case Kind.XML:
            read_xml(collector, "", [content])
        case _:
            text = decode_text(content, guess=True) or ""
            if kind is Kind.HTML:
                read_html(collector, "", text)
            add_table_or_text(collector, "", text)
