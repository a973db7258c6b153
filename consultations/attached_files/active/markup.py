"""Active content of HTML, SVG and XML files: what a browser runs or loads by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress

from consultations.attached_files.active.links import (
    REMOTE,
    link_problem,
    scheme_of,
)
from consultations.attached_files.words.xml import split_tag
from consultations.attached_files.xml_events import (
    XML_ERRORS,
    DocumentType,
    parse_html,
    parse_xml,
)

_SCRIPTED_NAMESPACES = frozenset((
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/2000/svg",
))  # fmt: skip
"""Namespaces of XML in which a browser runs scripts."""

_FRAMES = frozenset("applet embed frame iframe object portal".split())
_LINKS = frozenset("action formaction href to values".split())
_SOURCES = frozenset("background data poster src srcset".split())
_LOADED_BY_HREF = frozenset("feimage image link mpath script use".split())
_RELATIONS_THAT_ARE_LINKS = frozenset(
    "alternate author canonical help license next prev".split()
)
_RAW_SCRIPT = re.compile(
    r"<\s*(?:\w+:)?script\b|<[^<>]*[\s/\"']on[a-z]{3,30}\s*=", re.IGNORECASE
)
"""A script or a handler that a browser may find where a parser finds none."""

_STYLE_ADDRESS = re.compile(
    r"(?:url\(|@import)\s*[\"']?\s*([^\"')\s;]+)", re.IGNORECASE
)
_DATA = re.compile(r"data:image/(?!svg)", re.IGNORECASE)

_SCRIPT = "contains a script, which a browser runs. Remove the script."
_FRAME = "contains a frame or an object (<{name}>). Remove the element."
_REFRESH = "goes to another page by itself (<meta http-equiv>). Remove the element."
_STYLESHEET = "is transformed by a stylesheet when it is opened. Remove the stylesheet."
_LOADED = (
    "contains a part (<{name}>) that a browser loads from “{target}”. Insert the "
    "content itself, or a link."
)
_TYPE = (
    "has a document type with entities, which cannot be checked. Remove the document "
    "type declaration (<!DOCTYPE>)."
)


def html_problem(text: str) -> str:
    """Return what HTML runs or loads by itself."""
    target = _Markup(is_html=True)
    with suppress(*XML_ERRORS):  # browsers read more; the raw text is checked as well
        parse_html(text, target)
    return target.problem or _raw_problem(text)


def xml_problem(content: bytes, text: str) -> str:
    """Return what a browser runs or loads by itself when it opens XML or SVG."""
    target = _Markup(is_html=False)
    try:
        with suppress(*XML_ERRORS):
            parse_xml([content], target, recover=True)
    except DocumentType:
        return _TYPE if "<!ENTITY" in text else _raw_problem(text)
    return target.problem or (_raw_problem(text) if target.is_scripted else "")


def _raw_problem(text: str) -> str:
    return _SCRIPT if _RAW_SCRIPT.search(text) else ""


class _Markup:
    """A target for `parse_html` and `parse_xml` that keeps the first problem.

    `is_scripted` says that a browser may run scripts of the file.
    """

    def __init__(self, *, is_html: bool) -> None:
        self.problem = ""
        self.is_scripted = is_html
        self._is_html = is_html
        self._is_style = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Check an element and its attributes."""
        namespace, name = split_tag(tag)
        name = name.lower()
        self._is_style = name == "style"
        if not self._is_html and namespace not in _SCRIPTED_NAMESPACES:
            return
        self.is_scripted = True
        values = {split_tag(key)[1].lower(): each for key, each in attributes.items()}
        self.problem = self.problem or _element_problem(name, values)

    def end(self, tag: str) -> None:
        """End an element."""
        self._is_style = False

    def data(self, text: str) -> None:
        """Check the text of a stylesheet."""
        if self._is_style and not self.problem:
            self.problem = _style_problem("style", text)

    def comment(self, text: str) -> None:
        """Leave a comment out: the raw text is checked."""

    def pi(self, target: str, data: str | None) -> None:
        """Refuse a stylesheet, which may run scripts."""
        if target == "xml-stylesheet" and not self._is_html:
            self.problem = self.problem or _STYLESHEET


def _element_problem(name: str, values: Mapping[str, str]) -> str:
    if name == "script":
        return _SCRIPT
    if name in _FRAMES:
        return _FRAME.format(name=name)
    if name == "meta" and values.get("http-equiv", "").strip().lower() == "refresh":
        return _REFRESH
    relations = set(values.get("rel", "stylesheet").lower().split())
    if name == "link" and relations <= _RELATIONS_THAT_ARE_LINKS:
        name = "a"
    found = (_attribute_problem(name, key, value) for key, value in values.items())
    return next(filter(None, found), "")


def _attribute_problem(element: str, name: str, value: str) -> str:
    if name.startswith("on") or name == "srcdoc":
        return _SCRIPT
    if name == "style":
        return _style_problem(element, value)
    if name in _SOURCES or (name == "href" and element in _LOADED_BY_HREF):
        return _source_problem(element, value)
    return link_problem(value) if name in _LINKS else ""


def _style_problem(element: str, style: str) -> str:
    found = (_source_problem(element, each) for each in _STYLE_ADDRESS.findall(style))
    return next(filter(None, found), "")


def _source_problem(element: str, address: str) -> str:
    """Return the problem of what is loaded; a picture may stand in the file itself."""
    address = address.strip()
    if _DATA.match(address):
        return ""
    if REMOTE.match(address) or scheme_of(address) not in {"", "file"}:
        return _LOADED.format(name=element, target=address[:100])
    return ""
