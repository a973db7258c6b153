"""Words of Word and Excel files: every part of the package."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping

from consultations.attached_files.kinds import ARCHIVE_ERRORS
from consultations.attached_files.words.archives import (
    add_directory,
    member_bytes,
    open_archive,
)
from consultations.attached_files.words.collecting import Collector, shown_name
from consultations.attached_files.words.plain import printable_runs
from consultations.attached_files.words.xml import (
    WordsOfXml,
    read_xml,
    split_tag,
)
from consultations.attached_files.xml_events import XML_ERRORS, DocumentType, parse_xml

_XML_SUFFIXES = (".xml", ".rels", ".vml")
_FONT_SUFFIXES = (".odttf", ".ttf", ".otf", ".fntdata")
_PRINTER_SETTINGS = re.compile(r".*/printersettings/[^/]*\.bin")

_PLACES = (
    (r"word/document\d*\.xml", "the text"),
    (r"word/header\d*\.xml", "a header"),
    (r"word/footer\d*\.xml", "a footer"),
    (r"word/footnotes\d*\.xml", "the footnotes"),
    (r"word/endnotes\d*\.xml", "the endnotes"),
    (r"(?:word|xl)/(?:comments|threadedcomments/).*", "a comment"),
    (r"(?:word/people|xl/persons/.*)\.xml", "the list of authors"),
    (r"word/glossary/.*", "the building blocks"),
    (r"xl/sharedstrings\.xml", "the cells"),
    (r"xl/pivot(?:cache|tables)/.*", "a pivot table"),
    (r"xl/externallinks/.*", "a link to another workbook"),
    (r"xl/(?:connections|querytables/.*)\.xml", "a data connection"),
    (r"docprops/.*", "the document properties"),
    (r"customxml/.*", "the custom XML data"),
    (r".*/charts/.*", "a chart"),
    (r".*/diagrams/.*", "a diagram"),
    (r".*\.rels", "the address of a link"),
)
_ATTRIBUTE_PLACES = {
    "author": "the author of a tracked change or comment",
    "initials": "the author of a tracked change or comment",
    "displayName": "the author of a tracked change or comment",
    ("sheet", "name"): "a sheet name",
    ("definedName", "name"): "a defined name",
    ("sheetName", "val"): "a sheet name",
}
_ELEMENT_PLACES = {
    "creator": "the author",
    "lastModifiedBy": "the name of the last editor",
    "title": "the title in the document properties",
    "Company": "the company in the document properties",
    "Manager": "the manager in the document properties",
    "definedName": "a defined name",
}
_ELEMENTS_WITH_PLACES = re.compile(r"docprops/.*|xl/workbook\.xml")


def read_office(collector: Collector, content: bytes) -> None:
    """Add the words of every part of an Office file; raise LimitReached."""
    with open_archive(collector, content) as archive:
        if archive is None:
            return
        add_directory(collector, archive)
        strings = _shared_strings(collector, archive)
        sheets = _sheet_names(archive)
        for part in archive.infolist():
            if not part.is_dir():
                _read_part(collector, archive, part, strings, sheets)


def _read_part(
    collector: Collector,
    archive: zipfile.ZipFile,
    part: zipfile.ZipInfo,
    strings: list[str],
    sheets: Mapping[str, str],
) -> None:
    name = part.filename.lower().lstrip("/")
    if name.endswith(_FONT_SUFFIXES):
        return  # glyphs, no words
    if name.endswith(_XML_SUFFIXES):
        sheet = sheets.get(name)
        place = f"the sheet “{shown_name(sheet)}”" if sheet else _place(part.filename)
        target = WordsOfXml(
            collector.budget,
            attribute_place=_attribute_place,
            element_place=_element_place(name),
            shared_strings=strings,
        )
        collector.budget.spend_file()
        try:
            with archive.open(part) as stream:
                read_xml(collector, place, collector.budget.chunks(stream), target)
        except ARCHIVE_ERRORS:
            collector.add_unread(
                f"contains the part “{shown_name(part.filename)}”, which is broken or "
                "encrypted and cannot be unpacked"
            )
        return
    data = member_bytes(collector, archive, part)
    if data is None:
        return
    if _PRINTER_SETTINGS.fullmatch(name):
        collector.add_values("the printer settings", printable_runs(data))
    else:
        collector.read_embedded(posixpath.basename(part.filename), data)


def _place(name: str) -> str:
    lower = name.lower().lstrip("/")
    for pattern, place in _PLACES:
        if re.fullmatch(pattern, lower):
            return place
    return f"the part “{shown_name(name)}”"


def _attribute_place(element: str, name: str) -> str:
    return _ATTRIBUTE_PLACES.get((element, name)) or _ATTRIBUTE_PLACES.get(name, "")


def _element_place(part: str) -> Callable[[str], str]:
    if not _ELEMENTS_WITH_PLACES.fullmatch(part):
        return lambda element: ""
    return lambda element: _ELEMENT_PLACES.get(element, "")


# --- workbooks ---------------------------------------------------------------------


def _shared_strings(collector: Collector, archive: zipfile.ZipFile) -> list[str]:
    """Return the shared strings of a workbook; faults are told when they are read."""
    names = (
        n for n in archive.namelist() if n.lower().endswith("xl/sharedstrings.xml")
    )
    target = _SharedStrings()
    for name in names:
        try:
            with archive.open(name) as stream:
                parse_xml(collector.budget.chunks(stream), target)
        except (*ARCHIVE_ERRORS, *XML_ERRORS, DocumentType):
            continue
    return target.strings


class _SharedStrings:
    """A target for `parse_xml` that collects the strings of a workbook."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._text: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if split_tag(tag)[1] == "si":
            self._text = []

    def end(self, tag: str) -> None:
        if split_tag(tag)[1] == "si":
            self.strings.append("".join(self._text))

    def data(self, text: str) -> None:
        self._text.append(text)

    def comment(self, text: str) -> None:
        """Leave a comment out."""

    def pi(self, target: str, data: str | None) -> None:
        """Leave a processing instruction out."""


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the names of the sheets by the lower-case names of their parts."""
    sheets = _Attributes("sheet", "id", "name")
    targets = _Attributes("Relationship", "Id", "Target")
    for part, target in (
        ("xl/workbook.xml", sheets),
        ("xl/_rels/workbook.xml.rels", targets),
    ):
        try:
            with archive.open(part) as stream:
                parse_xml([stream.read(1_000_000)], target, recover=True)
        except (KeyError, *ARCHIVE_ERRORS, *XML_ERRORS, DocumentType):
            return {}
    return {
        posixpath.normpath(posixpath.join("xl", targets.found[key]))
        .lower()
        .lstrip("/"): name
        for key, name in sheets.found.items()
        if key in targets.found
    }


class _Attributes:
    """A target for `parse_xml`: one attribute of an element by another."""

    def __init__(self, element: str, key: str, value: str) -> None:
        self.element, self.key, self.value = element, key, value
        self.found: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if split_tag(tag)[1] == self.element:
            named = {split_tag(name)[1]: value for name, value in attributes.items()}
            self.found[named.get(self.key, "")] = named.get(self.value, "")

    def end(self, tag: str) -> None:
        """Leave the end out."""

    def data(self, text: str) -> None:
        """Leave text out."""

    def comment(self, text: str) -> None:
        """Leave a comment out."""

    def pi(self, target: str, data: str | None) -> None:
        """Leave a processing instruction out."""
