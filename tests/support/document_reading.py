"""Reading rendered documents back: the text of an article, and the tags of a PDF."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject

BLOCKS = frozenset(
    "article br caption dd div dl dt h1 h2 h3 h4 h5 h6 header li nav ol p section "
    "table tbody td th thead tr ul".split()
)
VOID = frozenset(("br", "col", "meta"))
SCREEN_ONLY = frozenset(("anchor", "related"))


class ArticleReader(HTMLParser):
    """Reads an article as a reader does: captions below, and list markers if asked.

    The links beside a row, which only the screen has, are in `screen_only`.
    """

    def __init__(self, *, markers: bool = True) -> None:
        super().__init__()
        self.markers = markers
        self.parts: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.open: list[str] = []
        self.lists: list[int | None] = []
        self.captions: list[str] = []
        self.screen_only: list[str] = []
        self.skipped_at = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if dict(attrs).get("class") in SCREEN_ONLY and not self.skipped_at:
            self.skipped_at = len(self.open)
            self.screen_only.append("")
        if tag in BLOCKS:
            self.parts.append(" ")
        if tag == "table":
            self.captions.append("")
        if tag in ("ul", "ol"):
            self.lists.append(self._start(tag, dict(attrs)))
        if tag == "li" and self.markers:
            self.parts.append(self._marker())

    def _start(self, tag: str, attributes: dict[str, str | None]) -> int | None:
        classes = (attributes.get("class") or "").split()
        if "nav" in self.open or "attachments" in classes:
            return None
        return int(attributes.get("start") or 1) if tag == "ol" else -1

    def _marker(self) -> str:
        number = self.lists[-1]
        if number is None:
            return ""
        if number == -1:
            return "- "
        self.lists[-1] = number + 1
        return f"{number}. "

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if len(self.open) < self.skipped_at:
            self.skipped_at = 0
        if tag in ("ul", "ol"):
            self.lists.pop()
        if tag == "table":
            self.parts.append(f" {self.captions.pop()}")
        if tag in BLOCKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if self.skipped_at:
            self.screen_only[-1] += data
        elif "caption" in self.open:
            self.captions[-1] += data
        else:
            self.parts.append(data)


def read_article(html: str, *, markers: bool = True) -> ArticleReader:
    """Return a reader that has read the article to its end."""
    reader = ArticleReader(markers=markers)
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def article_words(html: str, *, markers: bool = True) -> list[str]:
    """Return the words of an article in reading order."""
    return "".join(read_article(html, markers=markers).parts).split()


def text_words(text: str) -> list[str]:
    """Return the words of a plain text, without what divides paragraphs in a cell."""
    return [word for word in text.split() if word != "/"]


class TaggedPdf:
    """The structure tree of a PDF, and the text that its marks enclose."""

    def __init__(self, data: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(data))
        trailer: Any = self.reader.trailer
        self.catalog = trailer["/Root"]
        self.root = self.catalog["/StructTreeRoot"]["/K"][0]
        self.pages: dict[int, Any] = {}
        for page in self.reader.pages:
            assert page.indirect_reference is not None
            self.pages[page.indirect_reference.idnum] = _marked_text(page)

    def elements(self, tag: str = "") -> list[Any]:
        """Return the structure elements with a tag, in reading order."""
        found = _elements(self.root)
        return [element for element in found if element["/S"] == tag or not tag]

    def text(self, element: Any = None, skip: tuple[str, ...] = ()) -> str:
        """Return the text of an element and below it, without what is skipped."""
        element = self.root if element is None else element
        if element["/S"] in skip:
            return ""
        parts = []
        for kid in element.get("/K", []):
            if isinstance(kid, int):
                parts.append(self.pages[element.raw_get("/Pg").idnum].get(kid, ""))
            elif (child := kid.get_object()).get("/Type") == "/StructElem":
                parts.append(self.text(child, skip))
        return "".join(parts)

    def artifacts(self) -> list[str]:
        """Return for each page the text that is not content."""
        return ["".join(page["artifacts"]) for page in self.pages.values()]


def _elements(element: Any) -> Iterator[Any]:
    yield element
    for kid in element.get("/K", []):
        if not isinstance(kid, int):
            child = kid.get_object()
            if child.get("/Type") == "/StructElem":
                yield from _elements(child)


def _marked_text(page: Any) -> dict[Any, Any]:
    """Return a page's text by mark, and the text of its artifacts as a list."""
    fonts = {name: _characters(font) for name, font in _fonts(page)}
    marks: list[Any] = []
    found: dict[Any, Any] = {"artifacts": []}
    font: dict[bytes, str] = {}
    for operands, operator in ContentStream(page["/Contents"], page.pdf).operations:
        if operator in (b"BDC", b"BMC"):
            marks.append(operands[1] if len(operands) > 1 else DictionaryObject())
        elif operator == b"EMC":
            marks.pop()
        elif operator == b"Tf":
            font = fonts[operands[0]]
        elif operator == b"TJ":
            text = "".join(_decoded(item, font) for item in operands[0])
            mark = marks[-1].get("/MCID")
            if mark is None:
                found["artifacts"].append(text)
            else:
                found[mark] = found.get(mark, "") + text
    return found


def _fonts(page: Any) -> Iterator[tuple[str, Any]]:
    for name, font in page["/Resources"]["/Font"].items():
        yield name, font.get_object()


def _characters(font: Any) -> dict[bytes, str]:
    """Return what each glyph of a font stands for, from its ToUnicode map."""
    cmap = font["/ToUnicode"].get_data().decode()
    pairs = re.findall(r"<([0-9a-fA-F]{4})> <([0-9a-fA-F]+)>\n", cmap)
    return {
        bytes.fromhex(glyph): bytes.fromhex(text).decode("utf-16-be")
        for glyph, text in pairs
    }


def _decoded(item: Any, font: dict[bytes, str]) -> str:
    if isinstance(item, int | float):
        return ""
    data: bytes = getattr(item, "original_bytes", item)
    return "".join(font[data[i : i + 2]] for i in range(0, len(data), 2))
