"""WordprocessingML elements; every text in them is checked."""

from __future__ import annotations

import functools
import re

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from consultations.documents.rich_text.characters import forbidden_character_message

__all__ = [
    "Element",
    "bookmark",
    "check_characters",
    "element",
    "field",
    "internal_link",
    "paragraph",
    "qualified_name",
    "run",
]

_SPACES = re.compile(r"[ \t\n\r\f]+")


@functools.cache
def qualified_name(short: str) -> str:
    """Return the qualified name of `w:p` for lxml."""
    return qn(short)


@functools.cache
def _attribute(keyword: str) -> str:
    return qn(keyword.replace("_", ":") if "_" in keyword else f"w:{keyword}")


def element(
    tag: str, *children: Element, text: str = "", **attributes: str | int
) -> Element:
    """Return `<w:tag>`; `val=1` becomes `w:val="1"` and `r_id="x"` becomes `r:id`."""
    attrs = {_attribute(k): check_characters(str(v)) for k, v in attributes.items()}
    made = OxmlElement(f"w:{tag}", attrs)
    if text:
        made.text = check_characters(text)
    made.extend(children)
    return made


def check_characters(text: str) -> str:
    """Return the text; raise ValueError when XML cannot hold one of its characters."""
    if problem := forbidden_character_message(text):
        raise ValueError(f"{problem} It begins with {text[:40]!r}.")
    return text


def run(text: str, *properties: Element) -> Element:
    """Return a run of characters; white space of any kind is printed as one space."""
    shown = element("t", text=_SPACES.sub(" ", text), xml_space="preserve")
    return (
        element("r", element("rPr", *properties), shown)
        if properties
        else (element("r", shown))
    )


def paragraph(
    style: str, *content: Element, properties: tuple[Element, ...] = ()
) -> Element:
    """Return a paragraph in a style; `properties` keep the order of the schema."""
    described = element("pPr", element("pStyle", val=style), *properties)
    return element("p", described, *content)


def field(instruction: str, *result: Element) -> list[Element]:
    """Return the runs of a field that shows `result` until it is updated."""
    return [
        element("r", element("fldChar", fldCharType="begin")),
        element(
            "r", element("instrText", text=f" {instruction} ", xml_space="preserve")
        ),
        element("r", element("fldChar", fldCharType="separate")),
        *result,
        element("r", element("fldChar", fldCharType="end")),
    ]


def bookmark(bookmark_id: int, bookmark_name: str, *content: Element) -> list[Element]:
    """Return the content between the two ends of a bookmark."""
    return [
        element("bookmarkStart", id=bookmark_id, name=bookmark_name),
        *content,
        element("bookmarkEnd", id=bookmark_id),
    ]


def internal_link(bookmark_name: str, *content: Element) -> Element:
    """Return a link to a bookmark of the same file."""
    return element("hyperlink", *content, anchor=bookmark_name, history=1)
