"""A document as HTML: an article for pages of the site, and a standalone page.

The article has no inline style, no script and no id but the document's anchors, so it
can be shown under a strict Content-Security-Policy. The links beside a row and the size
of a file are for the screen only; all other text is that of every other format.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from consultations.documents.html_elements import attributes as _attributes
from consultations.documents.html_elements import escaped as _text
from consultations.documents.html_elements import join_lines as _lines
from consultations.documents.html_tables import TableWriter
from consultations.documents.table_layout import is_short_list
from consultations.documents.tree import (
    Attachment,
    AttachmentList,
    Block,
    Document,
    Inline,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Property,
    Reference,
    Section,
    Table,
    Text,
)

SAFE_LINKS = ("http://", "https://", "mailto:", "/")


def render_article(document: Document, *, for_print: bool = False) -> str:
    """Return the `<article>` element: title block, contents and numbered sections."""
    writer = _BodyWriter(for_print)
    return _lines(
        f'<article class="document"{_attributes({"lang": document.language})}>',
        _header(document),
        _contents(document.sections),
        '<div class="body">',
        *map(writer.section, document.sections),
        "</div>",
        "</article>",
    )


def render_page(
    document: Document, css: str, draft: str = "", *, for_print: bool = False
) -> str:
    """Return a whole HTML file with `css` inside and the article as it is.

    The `meta` elements are what the PDF's metadata are made from: nothing else is, so
    a page that becomes a PDF says nothing to browsers.
    `draft` is a sentence that stands above the article, outside it; `for_print` is for
    the page that the PDF is made from.
    """
    viewport = {"viewport": "width=device-width, initial-scale=1"}
    lines = _lines(
        "<!DOCTYPE html>",
        f"<html{_attributes({'lang': document.language})}>",
        "<head>",
        '<meta charset="utf-8">',
        _metadata(({} if for_print else viewport) | _facts(document)),
        f"<title>{_text(document.title)}</title>",
        # No end tag may end the style element early; a stylesheet needs none.
        "<style>",
        css.replace("</", "<\\/").strip(),
        "</style>",
        "</head>",
        '<body class="standalone">',
        "<main>",
        f'<p class="draft"><strong>{_text(draft)}</strong></p>' if draft else "",
        render_article(document, for_print=for_print),
        "</main>",
        "</body>",
        "</html>",
    )
    return f"{lines}\n"


def _facts(document: Document) -> dict[str, str]:
    """Return the facts about a document, by the names that HTML and PDF give them."""
    imprint = document.imprint
    return {
        "author": document.publisher,
        "dcterms.created": document.date,
        "description": imprint.sentence if imprint else "",
        **(imprint.metadata if imprint else {}),
    }


def _metadata(facts: dict[str, str]) -> str:
    return _lines(
        *(
            f"<meta{_attributes({'name': name, 'content': value})}>"
            for name, value in facts.items()
            if value
        )
    )


def extract_article(page_html: str) -> str:
    """Return the article of a page, character for character.

    The text of a document cannot contain a tag, so the first and the last are ours.
    Raise ValueError for a page without one.
    """
    start = page_html.find('<article class="document"')
    end = page_html.rfind("</article>")
    if start < 0 or end < start:
        raise ValueError("The page has no <article>; it was not made by page().")
    return page_html[start : end + len("</article>")]


def _header(document: Document) -> str:
    subtitle = f'<p class="subtitle">{_text(document.subtitle)}</p>'
    printed_around = {
        "data-publisher": document.publisher,
        "data-classification": document.classification,
    }
    return _lines(
        f"<header{_attributes(printed_around)}>",
        f"<h1>{_text(document.title)}</h1>",
        subtitle if document.subtitle else "",
        _properties(document.properties, "properties"),
        _properties(document.imprint.lines, "properties imprint")
        if document.imprint
        else "",
        "</header>",
    )


def _properties(properties: tuple[Property, ...], classes: str) -> str:
    if not properties:
        return ""
    return _lines(f'<dl class="{classes}">', *map(_property, properties), "</dl>")


def _property(line: Property) -> str:
    value = _anchor(line.href, _text(line.value))
    return f"<dt>{_text(line.label)}:</dt>\n<dd>{value}</dd>"


def _contents(sections: tuple[Section, ...]) -> str:
    if not sections:
        return ""
    return _lines(
        '<nav class="contents" aria-label="Contents">',
        "<h2>Contents</h2>",
        _entries(sections),
        "</nav>",
    )


def _entries(sections: tuple[Section, ...]) -> str:
    return _lines("<ol>", *map(_entry, sections), "</ol>")


def _entry(section: Section) -> str:
    link = (
        f'<a href="#{_text(section.anchor)}"><span class="number">{section.number}. '
        f'</span><span class="heading">{_text(section.heading)}</span></a>'
    )
    if not section.sections:
        return f"<li>{link}</li>"
    return _lines(f"<li>{link}", _entries(section.sections), "</li>")


@dataclass(frozen=True)
class _BodyWriter:
    """Writes sections and their blocks, for the screen or for print."""

    for_print: bool

    def section(self, section: Section) -> str:
        level = min(section.level + 1, 6)
        return _lines(
            f'<section id="{_text(section.anchor)}">',
            f'<h{level}><span class="number">{section.number}.</span> '
            f"{_text(section.heading)}</h{level}>",
            self.blocks(section.blocks),
            *map(self.section, section.sections),
            "</section>",
        )

    def blocks(self, blocks: Iterable[Block]) -> str:
        return _lines(*map(self.block, blocks))

    def block(self, block: Block) -> str:
        if isinstance(block, Paragraph):
            return f"<p>{_inlines(block.inlines)}</p>"
        if isinstance(block, ListBlock):
            return self.list(block)
        if isinstance(block, Table):
            return TableWriter(self.blocks, self.for_print).table(block)
        return _attachments(block)

    def list(self, block: ListBlock) -> str:
        values = {
            "start": str(block.start) if block.ordered and block.start != 1 else "",
            "class": "short" if is_short_list(block) else "",
        }
        tag = "ol" if block.ordered else "ul"
        items = (f"<li>{self.blocks(item)}</li>" for item in block.items)
        return _lines(f"<{tag}{_attributes(values)}>", *items, f"</{tag}>")


def _attachments(block: AttachmentList) -> str:
    items = map(_attachment, block.items)
    kind = "attachments short" if is_short_list(block) else "attachments"
    return _lines(f'<ol class="{kind}">', *items, "</ol>")


def _attachment(attachment: Attachment) -> str:
    info = {"data-file": _file_information(attachment)}
    link = _anchor(attachment.href, _text(attachment.printed_text), info)
    note = ""
    if attachment.note:
        note = f' <span class="note">{_text(attachment.printed_note.strip())}</span>'
    return f'<li id="{_text(attachment.anchor)}">{link}{note}</li>'


def _file_information(attachment: Attachment) -> str:
    """Return `PDF, 1.3 MB`; unknown parts are left out."""
    _, dot, ending = attachment.filename.rpartition(".")
    size = printed_size(attachment.size) if attachment.size else ""
    return ", ".join(part for part in (ending.upper() if dot else "", size) if part)


def printed_size(size: int) -> str:
    """Return a number of bytes in a readable unit: `850 bytes`, `49 kB`, `1.3 MB`."""
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{(size + 500) // 1000} kB"
    return f"{size / 1_000_000:.1f} MB"


def _inlines(inlines: Iterable[Inline]) -> str:
    return "".join(map(_inline, inlines))


def _inline(inline: Inline) -> str:
    if isinstance(inline, Text):
        return _run(inline)
    if isinstance(inline, LineBreak):
        return "<br>"
    if isinstance(inline, Link):
        return _anchor(inline.href, "".join(map(_run, inline.text)))
    return _reference(inline)


def _run(run: Text) -> str:
    html = _text(run.text)
    if run.italic:
        html = f"<em>{html}</em>"
    return f"<strong>{html}</strong>" if run.bold else html


def _reference(reference: Reference) -> str:
    printed = _text(reference.printed_text)
    if not reference.anchor:
        return f'<span class="unresolved">{printed}</span>'
    return f'<a class="reference" href="#{_text(reference.anchor)}">{printed}</a>'


def _anchor(href: str, content: str, extra: dict[str, str] | None = None) -> str:
    """Return a link out of the document, or the content if `href` is not safe."""
    if not is_safe_link(href):
        return content
    rel = {"rel": "noopener"} if href.lower().startswith("http") else {}
    return f"<a{_attributes({'href': href} | rel | (extra or {}))}>{content}</a>"


def is_safe_link(href: str) -> bool:
    """Return whether a link is to the web, a mailbox or a path of this site."""
    return href.lower().startswith(SAFE_LINKS) and not href.startswith(("//", "/\\"))
