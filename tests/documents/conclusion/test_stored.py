"""Reading stored content of every earlier format."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest

from consultations.documents import codec
from consultations.documents.conclusion import stored
from consultations.documents.conclusion.compose import compose
from consultations.documents.conclusion.content import (
    ConclusionContent,
    strip_unprinted,
)
from consultations.documents.text import to_text
from consultations.documents.tree import Document
from tests.support.content_strategies import make_content
from tests.support.earlier_release import NOVEMBER_2026, read_release
from tests.support.structure import ROOT

STORED = ROOT / "tests" / "stored_editions"


def same_text(document: Document, text: str) -> bool:
    """Return whether a document has a text, in which a space divided paragraphs."""
    return to_text(document).replace(" / ", " ") == text.replace(" / ", " ")


def rows_of(tables: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the rows of a table of a release, by column."""
    table = tables[name]
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def editions_of_the_release() -> list[tuple[str, bytes, str]]:
    """Return the content, the JSON file and the text of every edition."""
    tables = read_release(NOVEMBER_2026)
    blobs = {
        row["sha256"]: row["content"]
        for row in rows_of(tables, "consultations_storedfile")
    }
    files = {
        (row["edition_id"], row["name"]): blobs[row["file_id"]]
        for row in rows_of(tables, "consultations_editionfile")
    }
    return [
        (row["content"], files[row["id"], "json"], files[row["id"], "txt"].decode())
        for row in rows_of(tables, "consultations_edition")
    ]


@pytest.mark.parametrize(("content", "file", "text"), editions_of_the_release())
def test_edition_of_earlier_release_is_read(
    content: str, file: bytes, text: str
) -> None:
    read = stored.read_content(content)
    document = stored.read_document(file)
    assert same_text(document, text)
    assert (read.title, stored.read_cover_date(content)) == (document.title, read.date)
    assert [section.heading for section in read.sections] == [
        section.heading for section in document.sections
    ]


@pytest.mark.parametrize("path", sorted(STORED.glob("format_*.json")), ids=str)
def test_stored_file_of_each_format_matches_its_text(path: Path) -> None:
    data = path.read_bytes()
    text = path.with_suffix(".txt").read_text()
    assert same_text(stored.read_document(data), text)
    content = stored.read_content(json.dumps(json.loads(data)["content"]))
    assert content.title == stored.read_document(data).title


def test_stored_file_of_each_format_exists() -> None:
    numbers = [int(re.findall(r"\d+", path.stem)[0]) for path in STORED.glob("*.json")]
    assert sorted(numbers) == list(range(stored.FORMAT + 1))


def test_stored_content_round_trips() -> None:
    content = strip_unprinted(make_content())
    data = stored.write_content(content)
    assert json.loads(data)["format"] == stored.FORMAT
    assert stored.read_content(data) == content
    assert stored.read_cover_date(data) == content.date


def test_stored_document_round_trips() -> None:
    content = strip_unprinted(make_content())
    document = compose(content)
    assert stored.read_document(stored.write_edition(content, document)) == document


@pytest.mark.parametrize("number", [-1, stored.FORMAT + 1])
def test_unknown_format_is_refused_with_its_number(number: int) -> None:
    data = json.loads(stored.write_content(make_content())) | {"format": number}
    with pytest.raises(stored.UnknownFormatError, match=f"format {number}"):
        stored.read_content(json.dumps(data))


def test_older_format_is_upgraded_step_by_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    following = stored.FORMAT + 1

    def upgrade(edition: dict[str, Any]) -> dict[str, Any]:
        fields = dict(edition["content"])
        fields["title"] = fields.pop("title") + ", in the next format"
        return edition | {"content": fields}

    old = stored.write_content(make_content())
    upgrades = {**stored._UPGRADES, stored.FORMAT: upgrade}
    monkeypatch.setattr(stored, "FORMAT", following)
    monkeypatch.setattr(stored, "_UPGRADES", upgrades)
    title = f"{make_content().title}, in the next format"
    assert stored.read_content(old).title == title


def test_tallies_of_format_1_are_composed_as_they_were() -> None:
    """Content that does not say of how many a tally is keeps its sentences.

    They stand outside tables, whose text has been divided otherwise since.
    """
    data = json.loads((STORED / "format_1.json").read_bytes())
    content = stored.read_content(json.dumps(data["content"]))
    composed, printed = to_text(compose(content)), (STORED / "format_1.txt").read_text()
    assert outside_tables(composed) == outside_tables(printed)


def outside_tables(text: str) -> list[str]:
    """Return the lines of a text file that are not rows of a table."""
    return [line for line in text.split("\n") if "\t" not in line]


# --- fields of the current format -----------------------------------------------------


def test_current_fields_match_stored_file() -> None:
    """A field that is added or renamed needs a new format; see stored.py."""
    data = json.loads((STORED / f"format_{stored.FORMAT}.json").read_bytes())
    names = {field.name for field in dataclasses.fields(ConclusionContent)}
    assert set(data["content"]) == names | {"type", "format"}
    for value in _values(data):
        shape = SHAPES[value["type"]]
        assert set(value) - {"type", "format"} == shape, value["type"]


def _values(data: Any) -> list[dict[str, Any]]:
    """Return every object of the JSON that stands for a value of content or tree."""
    found = [data] if isinstance(data, dict) and "type" in data else []
    for part in data.values() if isinstance(data, dict) else data:
        if isinstance(part, dict | list):
            found += _values(part)
    return found


def _shapes() -> dict[str, set[str]]:
    from consultations.documents import tree
    from consultations.documents.conclusion import content

    shapes: dict[str, set[str]] = {}
    for module in (tree, content):
        for name, value in vars(module).items():
            if dataclasses.is_dataclass(value) and value.__module__ == module.__name__:
                fields = {field.name for field in dataclasses.fields(value)}
                shapes[name] = shapes.get(name, set()) | fields
    return shapes


SHAPES = _shapes()


def test_codec_error_names_an_unknown_field() -> None:
    data = json.loads(stored.write_content(make_content())) | {"colour": "red"}
    with pytest.raises(codec.CodecError, match="'colour'"):
        stored.read_content(json.dumps(data))
