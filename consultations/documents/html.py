"""A document as HTML: an article for pages of the site, and a standalone page.

The article has no inline style, no script and no id but the document's anchors, so it
can be shown under a strict Content-Security-Policy. What only the screen needs (links
beside a row, the size of a file) is kept in attributes that the stylesheet prints, so
the text of the article is the text of every other format.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from consultations.documents.tree import (
    Attachment,
    AttachmentList,
    Block,
    Cell,
    Column,
    Document,
    Inline,
    LineBreak,
    Link,
    ListBlock,
    Paragraph,
    Property,
    Reference,
    Row,
    Section,
    Table,
    Text,
    plain_text,
)

# Widths are classes, w-2 to w-22, because a strict policy forbids style attributes.
GRID_COLUMNS = 24
MIN_GRID_WIDTH = 2
MAX_NARROW_COLUMNS = 3
MANY_COLUMNS = 6
LONG_ROW_LINES = 12
SAFE_LINKS = ("http://", "https://", "mailto:", "/")


def render_article(document: Document) -> str:
    """Return the `<article>` element: title block, contents and numbered sections."""
    return _lines(
        f'<article class="document"{_attributes({"lang": document.language})}>',
        _header(document),
        _contents(document.sections),
        '<div class="body">',
        *map(_section, document.sections),
        "</div>",
        "</article>",
    )


def render_page(
    document: Document, css: str, draft: str = "", *, for_print: bool = False
) -> str:
    """Return a whole HTML file with `css` inside and the article as it is.

    The `meta` elements are what the PDF's metadata are made from: nothing else is, so
    a page that becomes a PDF says nothing to browsers.
    `draft` is a sentence that stands above the article, outside it.
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
        render_article(document),
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


def _section(section: Section) -> str:
    level = min(section.level + 1, 6)
    return _lines(
        f'<section id="{_text(section.anchor)}">',
        f'<h{level}><span class="number">{section.number}.</span> '
        f"{_text(section.heading)}</h{level}>",
        _blocks(section.blocks),
        *map(_section, section.sections),
        "</section>",
    )


def _blocks(blocks: Iterable[Block]) -> str:
    return _lines(*map(_block, blocks))


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return f"<p>{_inlines(block.inlines)}</p>"
    if isinstance(block, ListBlock):
        return _list(block)
    if isinstance(block, Table):
        return _table(block)
    return _attachments(block)


def _list(block: ListBlock) -> str:
    start = f' start="{block.start}"' if block.start != 1 else ""
    opening, closing = (f"<ol{start}>", "</ol>") if block.ordered else ("<ul>", "</ul>")
    items = (f"<li>{_blocks(item)}</li>" for item in block.items)
    return _lines(opening, *items, closing)


def _attachments(block: AttachmentList) -> str:
    items = map(_attachment, block.items)
    return _lines('<ol class="attachments">', *items, "</ol>")


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


def _table(table: Table) -> str:
    kinds = {
        "plain": not table.has_headings,
        "many-columns": len(table.columns) >= MANY_COLUMNS,
    }
    classes = " ".join(kind for kind, applies in kinds.items() if applies)
    attributes = {"id": table.anchor, "class": classes}
    html = _lines(
        f"<table{_attributes(attributes)}>",
        f"<caption>{_text(table.caption)}</caption>" if table.caption else "",
        _columns(table.columns),
        _headings(table.columns) if table.has_headings else "",
        "<tbody>",
        *(_row(row, table.columns) for row in table.rows),
        "</tbody>",
        "</table>",
    )
    if table.has_headings or len(table.columns) <= MAX_NARROW_COLUMNS:
        return html
    # Nothing names the cells of such a table, so on a phone it scrolls.
    group = '<div class="scroll" role="group" aria-label="Table" tabindex="0">'
    return _lines(group, html, "</div>")


def _columns(columns: tuple[Column, ...]) -> str:
    widths = grid_widths(tuple(column.width for column in columns))
    if not widths:
        return ""
    return "<colgroup>{}</colgroup>".format(
        "".join(f'<col class="w-{width}">' for width in widths)
    )


def grid_widths(widths: tuple[int, ...]) -> tuple[int, ...]:
    """Return the widths in 24ths of the table, which they fill; none if equal.

    No column gets less than two, so more than twelve columns stay equal.
    """
    if len(set(widths)) < 2 or len(widths) > GRID_COLUMNS // MIN_GRID_WIDTH:
        return ()
    spare, total = GRID_COLUMNS - MIN_GRID_WIDTH * len(widths), sum(widths)
    exact = [spare * width / total for width in widths]
    shares = [int(share) for share in exact]
    by_rest = sorted(range(len(widths)), key=lambda i: shares[i] - exact[i])
    for index in by_rest[: spare - sum(shares)]:
        shares[index] += 1
    return tuple(MIN_GRID_WIDTH + share for share in shares)


def _headings(columns: tuple[Column, ...]) -> str:
    cells = (
        f'<th scope="col">{_text(column.heading)}</th>'
        if column.heading
        else "<td></td>"
        for column in columns
    )
    return _lines("<thead>", f"<tr>{''.join(cells)}</tr>", "</thead>")


def _row(row: Row, columns: tuple[Column, ...]) -> str:
    cells = [_blocks(cell.blocks) for cell in row.cells]
    if cells:
        cells[0] += _permalink(row.anchor)
        cells[-1] += _related_links(row.related)
    headings = [column.heading for column in columns] + [""] * len(cells)
    rendered = map(_cell, row.cells, cells, headings)
    attributes = {"id": row.anchor, "class": "long" if _is_long(row, columns) else ""}
    return _lines(f"<tr{_attributes(attributes)}>", *rendered, "</tr>")


def _is_long(row: Row, columns: tuple[Column, ...]) -> bool:
    """Return whether a row is so long that it may be split across pages.

    Estimated: a whole line of a table holds about a hundred characters.
    """
    total = sum(column.width for column in columns)
    for cell, column in zip(row.cells, columns, strict=False):
        across = max(100 * column.width // total, 1)
        lines = plain_text(cell.blocks).split("\n")
        if sum(1 + len(line) // across for line in lines) > LONG_ROW_LINES:
            return True
    return False


def _cell(cell: Cell, content: str, heading: str) -> str:
    attributes = _attributes({"data-heading": heading})
    if cell.header:
        return f'<th scope="row"{attributes}>{content}</th>'
    return f"<td{attributes}>{content}</td>"


def _permalink(anchor: str) -> str:
    if not anchor:
        return ""
    href = f"#{_text(anchor)}"
    return f'<a class="anchor" href="{href}" aria-label="Link to this row"></a>'


def _related_links(references: tuple[Reference, ...]) -> str:
    links = [_related_link(item) for item in references if item.anchor]
    return f'<p class="related">{" ".join(links)}</p>' if links else ""


def _related_link(reference: Reference) -> str:
    label = _text(reference.label)
    href = f"#{_text(reference.anchor)}"
    return f'<a href="{href}" aria-label="{label}" data-label="{label}"></a>'


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


def _attributes(attributes: dict[str, str]) -> str:
    """Return the attributes that have a value, each with a space before it."""
    return "".join(f' {k}="{_text(v)}"' for k, v in attributes.items() if v)


def _text(text: str) -> str:
    return escape(text, quote=True)


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
