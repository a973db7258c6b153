"""Words of XML and HTML: text with its runs joined, attribute values, comments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote

from consultations.attached_files.budget import Budget
from consultations.attached_files.words.collecting import SEPARATOR, Collector
from consultations.attached_files.words.encodings import symbol_letter
from consultations.attached_files.words.tables import MarkedTables
from consultations.attached_files.xml_events import (
    XML_ERRORS,
    DocumentType,
    parse_html,
    parse_xml,
)

_MAIN = r"(?:http://schemas\.openxmlformats\.org|http://purl\.oclc\.org/ooxml)"
_WORD = re.compile(
    rf"{_MAIN}/(?:(?:wordprocessingml|drawingml)/(?:2006/)?main|"
    r"officeDocument/(?:2006/)?math)"
)
_SHEET = re.compile(rf"{_MAIN}/spreadsheetml/(?:2006/)?main")
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"

_INLINE_IN_SHEETS = frozenset("r t rPr c v f is phoneticPr".split())
_INLINE_ELSEWHERE = frozenset(
    "a b big del em font i ins mark nobr s small span strike strong sub sup tspan tt u "
    "wbr".split()
)
_SPACES = frozenset("br cr tab ptab tc tr c".split())
_CHARACTERS = {"noBreakHyphen": "-"}
_DELETED = frozenset(("del", "moveFrom"))
_INSERTED = frozenset(("ins", "moveTo"))
_INSTRUCTIONS = frozenset(("instrText", "delInstrText"))

_NO_WORDS = re.compile(
    r"[\W\d_]*|[0-9A-Fa-f]{6,8}|true|false|"
    r"(?:http://(?:schemas\.openxmlformats\.org|schemas\.microsoft\.com/office)/[\w./-]*)|"
    r"application/vnd\.[\w.+-]*|http://purl\.oclc\.org/ooxml/[\w./-]*"
)
"""Numbers, colours, and the addresses that all Office files have in common."""

_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{1,6}")
_TEXT_FUNCTION = re.compile(
    r"\b(?:SUBSTITUTE|REPLACE|MID|LEFT|RIGHT|TEXTJOIN|TEXTSPLIT|TEXTBEFORE|TEXTAFTER|"
    r"REDUCE|LAMBDA|MAP|SORTBY|(?:UNI)?CHAR|CONCAT(?:ENATE)?)\(|\"\s*&|&\s*\"",
    re.IGNORECASE,
)
"""What makes new words of strings in a formula."""

_CELLS_AND_ROWS = frozenset(("c", "row"))
_TABLES = frozenset(("tbl", "table", "sheetData"))
_ROWS = frozenset(("tr", "row"))
_CELLS = frozenset(("tc", "td", "th"))
_COLUMN = re.compile(r"[A-Z]{1,3}(?=\d)")

Piece = tuple[str, bool, bool]
"""A piece of text, and whether it is marked as deleted, as inserted."""


@dataclass
class WordsOfXml:
    """A target for `parse_xml` that collects words.

    Text is joined within a block, such as a paragraph or a cell, whatever runs it is
    split into; so are the cells of a column. `attribute_place` tells the place of an
    attribute by the names of its element and its own. `shared_strings` are those of a
    workbook.
    """

    budget: Budget
    attribute_place: Callable[[str, str], str] = lambda element, name: ""
    element_place: Callable[[str], str] = lambda element: ""
    shared_strings: Sequence[str] = ()
    blocks: list[str] = field(default_factory=list)
    values: dict[str, dict[str, None]] = field(default_factory=dict)
    texts_by_place: dict[str, list[str]] = field(default_factory=dict)
    instructions: list[str] = field(default_factory=list)
    tables: MarkedTables = field(default_factory=MarkedTables)
    has_formula_without_words: bool = False
    _open: list[list[Piece]] = field(default_factory=lambda: [[]])
    _characters: int = 0
    _deleted: int = 0
    _inserted: int = 0
    _is_instruction: bool = False
    _is_shared: bool = False
    _is_value: bool = False
    _formula: list[str] = field(default_factory=list)
    _sheet_element: str = ""
    _sheet_column: str = ""
    _has_result: bool = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element: open a block, collect the attributes."""
        namespace, name = split_tag(tag)
        if _is_block(namespace, name):
            self._open.append([])
        elif name in _SPACES:
            self._put(" ")
        elif name in _CHARACTERS:
            self._put(_CHARACTERS[name])
        elif name == "sym":
            self._put(_symbol(attributes))
        self._deleted += name in _DELETED
        self._inserted += name in _INSERTED
        self._is_instruction = name in _INSTRUCTIONS
        self._begin_of_table(namespace, name, attributes)
        if name == "c":
            self._is_shared = attributes.get("t") == "s"
            self._formula, self._has_result = [], False
        self._sheet_element = name if _SHEET.fullmatch(namespace) else ""
        self._is_value = name == "v" and self._is_shared
        if not (name in _CELLS_AND_ROWS and _SHEET.fullmatch(namespace)):
            self._add_attributes(name, attributes)

    def end(self, tag: str) -> None:
        """End an element: close its block."""
        namespace, name = split_tag(tag)
        self._deleted -= name in _DELETED
        self._inserted -= name in _INSERTED
        self._is_instruction = self._is_value = False
        self._sheet_element = ""
        if name == "c" and self._formula and not self._has_result:
            formula = "".join(self._formula)
            self.has_formula_without_words |= bool(
                '"' in formula and _TEXT_FUNCTION.search(formula)
            )
        if _is_block(namespace, name):
            self._close(self._open.pop(), name)
        elif name in _SPACES:
            self._put(" ")
        self._end_of_table(namespace, name)

    def _begin_of_table(
        self, namespace: str, name: str, attributes: Mapping[str, str]
    ) -> None:
        if name in _TABLES:
            self.tables.begin_table()
        elif name in _ROWS:
            self.tables.begin_row()
        elif name in _CELLS:
            self.tables.begin_cell(len(self.blocks))
        elif name == "c" and _SHEET.fullmatch(namespace):
            self.tables.begin_cell(len(self._open[-1]))
            column = _COLUMN.match(attributes.get("r", ""))
            self._sheet_column = column[0] if column else ""

    def _end_of_table(self, namespace: str, name: str) -> None:
        if name in _TABLES:
            self.tables.end_table()
        elif name in _CELLS and (mark := self.tables.end_cell()) is not None:
            self.tables.add_cell(" ".join(self.blocks[mark:]))
        elif (
            name == "c"
            and _SHEET.fullmatch(namespace)
            and (mark := self.tables.end_cell()) is not None
        ):
            text = "".join(text for text, _, _ in self._open[-1][mark:])
            self.tables.add_cell(text, self._sheet_column)

    def data(self, text: str) -> None:
        """Take text of a run, of a shared string or of a field instruction."""
        if self._sheet_element == "f":
            self._formula.append(text)
        elif self._sheet_element == "v":
            self._has_result |= bool(text.strip())
        if self._is_instruction:
            self.instructions.append(text)
        elif self._is_value:
            self._put(self._shared_string(text))
        else:
            self._put(text)

    def comment(self, text: str) -> None:
        """Take a comment as a block."""
        self._add_block(self.blocks, text)

    def pi(self, target: str, data: str | None) -> None:
        """Take a processing instruction as a block."""
        self._add_block(self.blocks, f"{target} {data or ''}")

    def close(self) -> None:
        """Close what is open, in XML that broke off too."""
        while self._open:
            self._close(self._open.pop(), "")
        self._open = [[]]
        self.tables.end_all()
        if self.instructions:
            self._add_block(self.blocks, "".join(self.instructions))

    def _put(self, text: str) -> None:
        self._count(len(text))
        self._open[-1].append((text, self._deleted > 0, self._inserted > 0))

    def _count(self, characters: int) -> None:
        """Count what is collected here, before it is added; raise LimitReached."""
        self._characters += characters
        self.budget.check_characters(self._characters)

    def _close(self, pieces: list[Piece], name: str) -> None:
        place = self.element_place(name)
        blocks = self.texts_by_place.setdefault(place, []) if place else self.blocks
        for variant in _variants(pieces):
            self._add_block(blocks, variant)

    def _add_block(self, blocks: list[str], text: str) -> None:
        if words := " ".join(text.split()):
            blocks.append(words)

    def _add_attributes(self, element: str, attributes: Mapping[str, str]) -> None:
        for tag, value in attributes.items():
            name = split_tag(tag)[1]
            if name == "lang" or element == "lang" or _NO_WORDS.fullmatch(value):
                continue
            values = self.values.setdefault(self.attribute_place(element, name), {})
            if value not in values:
                self._count(len(value))
                values[value] = None

    def _shared_string(self, number: str) -> str:
        number = number.strip()
        index = int(number) if number.isdecimal() and len(number) < 9 else -1
        return (
            self.shared_strings[index] if 0 <= index < len(self.shared_strings) else ""
        )


def _symbol(attributes: Mapping[str, str]) -> str:
    """Return the letter of `w:sym`, which names a font and the code of a character."""
    codes = (v for tag, v in attributes.items() if split_tag(tag)[1] == "char")
    code = next(codes, "")
    return symbol_letter(int(code, 16)) if _HEXADECIMAL.fullmatch(code) else ""


def split_tag(tag: object) -> tuple[str, str]:
    """Return the namespace and the local name of `{namespace}name`."""
    namespace, _, name = str(tag).rpartition("}")
    return namespace.removeprefix("{"), name


def _is_block(namespace: str, name: str) -> bool:
    if _WORD.fullmatch(namespace):
        return name == "p"
    if _SHEET.fullmatch(namespace):
        return name not in _INLINE_IN_SHEETS
    if namespace == _COMPATIBILITY:
        return False
    return name not in _INLINE_ELSEWHERE


def _variants(pieces: list[Piece]) -> Iterator[str]:
    """Yield a block as it stands, and with tracked changes accepted and rejected."""
    yield "".join(text for text, _, _ in pieces)
    if any(deleted for _, deleted, _ in pieces):
        yield "".join(text for text, deleted, _ in pieces if not deleted)
    if any(inserted for _, _, inserted in pieces):
        yield "".join(text for text, _, inserted in pieces if not inserted)


def read_xml(
    collector: Collector,
    place: str,
    chunks: Iterable[bytes],
    target: WordsOfXml | None = None,
) -> None:
    """Add the words of XML; raise LimitReached."""
    target = target or WordsOfXml(collector.budget)
    try:
        parse_xml(chunks, target)
    except DocumentType:
        collector.add_unread(
            f"{_has(place)} a document type definition, whose words cannot be read"
        )
    except XML_ERRORS:
        collector.add_unread(
            f"{_has(place)} XML that is broken and cannot be read to the end"
        )
    if target.has_formula_without_words:
        collector.add_unread(
            f"{_has(place)} a formula that joins words and has no result, so its words "
            "cannot be read"
        )
    add_words_of_xml(collector, place, target)


def _has(place: str) -> str:
    return f"has, in {place}," if place else "has"


def add_words_of_xml(collector: Collector, place: str, target: WordsOfXml) -> None:
    """Add what a target has collected; raise LimitReached."""
    target.close()
    collector.add(place, "\n".join(target.blocks))
    for column in target.tables.texts:
        collector.add(place, column)
    for where, texts in target.texts_by_place.items():
        collector.add(where, SEPARATOR.join(texts))
    for where, values in target.values.items():
        decoded = [unquote(value) for value in values if "%" in value]
        collector.add_values(where or place, [*values, *decoded])


def read_html(collector: Collector, place: str, text: str) -> None:
    """Add the words of HTML; raise LimitReached."""
    target = WordsOfXml(collector.budget)
    try:
        parse_html(text, target)
    except XML_ERRORS:
        collector.add_unread("has HTML that is broken and cannot be read to the end")
    add_words_of_xml(collector, place, target)
