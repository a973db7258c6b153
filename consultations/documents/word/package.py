"""The Word file as a package: our own parts in, the same bytes out.

The file starts from `template/`, whose folders are those of an unpacked .docx, and not
from python-docx's own template: that one carries a thumbnail, a hundred styles and the
names of programs. No part holds a clock, a random number or a person.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import re
import zipfile
from html import escape
from pathlib import Path
from urllib.parse import quote

import docx
from docx.document import Document as WordFile
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part

from consultations.documents.tree import Document, Imprint
from consultations.documents.word import fonts
from consultations.documents.word.elements import check_characters, qualified_name

TEMPLATE_FOLDER = Path(__file__).parent / "template"
LONGEST_PROPERTY = 255
_EPOCH = (1980, 1, 1, 0, 0, 0)
_URI = "%/:?#@!$&'()*+,;=~"
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_XML_START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006"
_CUSTOM_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""The format identifier that every custom property has."""

_XML_COMMENT = re.compile(rb"<!--.*?-->\s*", re.DOTALL)


def new_file() -> WordFile:
    """Return an empty document with our page, styles, numbering and typeface."""
    return docx.Document(io.BytesIO(_template()))


@functools.cache
def _template() -> bytes:
    parts = {
        path.relative_to(TEMPLATE_FOLDER).as_posix(): _XML_COMMENT.sub(
            b"", path.read_bytes()
        )
        for path in sorted(TEMPLATE_FOLDER.rglob("*"))
        if path.is_file()
    }
    faces = {f"word/fonts/{face}.odttf": data for face, data in fonts.embedded_fonts()}
    return _zip_parts(parts | faces)


def to_bytes(file: WordFile, document: Document) -> bytes:
    """Return the file's bytes, equal whenever and wherever its parts are equal.

    Raises ValueError where a property holds a character that XML cannot.
    """
    written = io.BytesIO()
    file.save(written)
    with zipfile.ZipFile(written) as package:
        parts = {entry: package.read(entry) for entry in package.namelist()}
    parts["docProps/app.xml"] = _company_properties(document)
    parts["docProps/custom.xml"] = _custom_properties(custom_properties(document))
    return _zip_parts(parts)


def custom_properties(document: Document) -> dict[str, str]:
    """Return the properties of the file that Word has no names for, by their names."""
    found = {"Classification": document.classification}
    if document.imprint:
        facts = document.imprint.metadata
        found |= {name.capitalize(): value for name, value in facts.items()}
    return {key: value for key, value in found.items() if value}


def _company_properties(document: Document) -> bytes:
    company = _property_text(document.publisher)
    return (
        f'{_XML_START}<Properties xmlns="{_PROPERTIES}/extended-properties">'
        f"<Company>{company}</Company></Properties>"
    ).encode()


def _custom_properties(properties: dict[str, str]) -> bytes:
    # Word numbers them from 2, within its one set of custom properties.
    listed = "".join(
        f'<property fmtid="{_CUSTOM_SET}" pid="{number}" name="{_property_text(key)}">'
        f"<vt:lpwstr>{_property_text(value)}</vt:lpwstr></property>"
        for number, (key, value) in enumerate(properties.items(), start=2)
    )
    return (
        f'{_XML_START}<Properties xmlns="{_PROPERTIES}/custom-properties" '
        f'xmlns:vt="{_PROPERTIES}/docPropsVTypes">{listed}</Properties>'
    ).encode()


def _property_text(text: str) -> str:
    return escape(check_characters(text)[:LONGEST_PROPERTY])


def _zip_parts(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for part, data in parts.items():
            entry = zipfile.ZipInfo(part, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            package.writestr(entry, data)
    return packed.getvalue()


def write_metadata(file: WordFile, document: Document) -> None:
    """Write the metadata: what the document is called, and its publisher's name only.

    Without a date there are no times in the file, rather than invented ones.
    """
    properties = file.core_properties
    properties.title = check_characters(document.title)[:LONGEST_PROPERTY]
    properties.subject = check_characters(document.subtitle)[:LONGEST_PROPERTY]
    properties.author = check_characters(document.publisher)[:LONGEST_PROPERTY]
    properties.last_modified_by = properties.author
    properties.language = check_characters(document.language)
    if document.date:
        day = dt.datetime.fromisoformat(document.date[:10])
        properties.created = properties.modified = day
    if document.imprint:
        _write_imprint(file, document.imprint)
    for language in file.styles.element.iter(qualified_name("w:lang")):
        language.set(qualified_name("w:val"), document.language)


def _write_imprint(file: WordFile, imprint: Imprint) -> None:
    """Write the edition as core properties; the custom ones have it with its labels."""
    core = file.core_properties
    core.version = check_characters(imprint.edition)[:LONGEST_PROPERTY]
    core.identifier = check_characters(imprint.address)[:LONGEST_PROPERTY]
    core.comments = check_characters(imprint.sentence)[:LONGEST_PROPERTY]


class LinkRelationships:
    """The addresses a part links to, each related to it once.

    python-docx searches all relationships for every new one; with thousands of links
    that is quadratic, so the ids are counted here.
    """

    def __init__(self, part: Part) -> None:
        self.part = part
        self.ids: dict[str, str] = {}

    def id(self, href: str) -> str:
        """Return the relationship id of an address, as a URI that Word accepts."""
        target = _STRAY_PERCENT.sub("%25", quote(check_characters(href), safe=_URI))
        if target not in self.ids:
            self.ids[target] = f"rIdLink{len(self.ids) + 1}"
            self.part.load_rel(
                RELATIONSHIP_TYPE.HYPERLINK, target, self.ids[target], is_external=True
            )
        return self.ids[target]


def is_absolute(href: str) -> bool:
    """True when an address means the same wherever the file is opened."""
    return href.lower().startswith(("http://", "https://", "mailto:"))
