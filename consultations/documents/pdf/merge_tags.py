"""Joining what page breaks tore apart in the tags of a PDF.

WeasyPrint 70 builds the structure tree page by page: a table over three pages becomes
three tables, and every page has an article of its own. A screen reader then announces
"table, two columns" at every page. Here the parts of one element become one element
again, and heading rows repeated at the top of a page leave the tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

WHOLE = ("/Part", "/Art", "/Div")
HEADINGS = ("/H1", "/H2", "/H3", "/H4", "/H5", "/H6")


def target(pdf: Any, reference: bytes) -> Any:
    """Return the object of a pydyf.PDF that a reference such as `12 0 R` names."""
    return pdf.objects[int(reference.split()[0])]


def children(pdf: Any, element: Any) -> list[Any]:
    """Return the structure elements directly below one, in reading order."""
    kids = (target(pdf, kid) for kid in element["K"] if isinstance(kid, bytes))
    return [kid for kid in kids if kid["Type"] == "/StructElem"]


def pages(pdf: Any) -> list[Any]:
    """Return the pages of a pydyf.PDF in order."""
    return [pdf.objects[number] for number in pdf.pages["Kids"][::3]]


def join(document: Any, pdf: Any) -> None:
    """Join the parts of tables, then those of the elements around them.

    `document` is WeasyPrint's: its boxes know which HTML element they are a part of.
    """
    first: dict[Any, tuple[Any, Any]] = {}
    for page in document.pages:
        for box in _tables(page._page_box):
            rows = list(_body_rows(box))
            marks = [row.children[0].mark for row in rows]
            part = _ancestor(pdf, marks[0], "/Table")
            if box.element in first:
                whole, last_row = first[box.element]
                _append_table(pdf, whole, part, last_row is rows[0].element)
            else:
                whole = part
            first[box.element] = whole, rows[-1].element
    root = target(pdf, pdf.catalog["StructTreeRoot"])
    _join_children(pdf, target(pdf, root["K"][0]))


def _tables(page_box: Any) -> Iterator[Any]:
    """Yield the boxes of tables that have cells on the page, outer ones first."""
    from weasyprint.formatting_structure.boxes import TableBox

    for box in page_box.descendants():
        if isinstance(box, TableBox) and any(_body_rows(box)):
            yield box


def _body_rows(table: Any) -> Iterator[Any]:
    """Yield the rows that are in the HTML: an empty table gets one that is not."""
    for group in table.children:
        if not group.is_header:
            rows = (row for row in group.children if row.element_tag == "tr")
            yield from (row for row in rows if row.children)


def _ancestor(pdf: Any, element: Any, tag: str) -> Any:
    while element["S"] != tag:
        element = target(pdf, element["P"])
    return element


def _append_table(pdf: Any, whole: Any, part: Any, row_is_torn: bool) -> None:
    headers = dict(zip(_header_ids(pdf, part), _header_ids(pdf, whole), strict=False))
    for child in children(pdf, part):
        if child["S"] == "/TBody":
            _name_headers(pdf, child, headers)
            _append_rows(pdf, _bodies(pdf, whole)[-1], child, row_is_torn)
        elif child["S"] != "/THead":
            move(pdf, child, whole)
    _detach(pdf, part)


def _append_rows(pdf: Any, body: Any, part: Any, row_is_torn: bool) -> None:
    rows = children(pdf, part)
    if row_is_torn:
        torn = children(pdf, children(pdf, body)[-1])
        for cell, rest in zip(torn, children(pdf, rows.pop(0)), strict=False):
            _move_all(pdf, rest, cell)
    for row in rows:
        move(pdf, row, body)


def _bodies(pdf: Any, table: Any) -> list[Any]:
    return [child for child in children(pdf, table) if child["S"] == "/TBody"]


def _header_ids(pdf: Any, table: Any) -> list[str]:
    return [
        cell["ID"].string
        for group in children(pdf, table)
        if group["S"] == "/THead"
        for row in children(pdf, group)
        for cell in children(pdf, row)
        if "ID" in cell
    ]


def _name_headers(pdf: Any, body: Any, names: dict[str, str]) -> None:
    """Make the cells of a body refer to the header cells that stay in the tree."""
    for row in children(pdf, body):
        for cell in children(pdf, row):
            # The strings are shared between cells, so they are replaced, not changed.
            headers = cell["A"].get("Headers", [])
            for position, header in enumerate(headers):
                known = names.get(header.string)
                if known is not None:
                    headers[position] = type(header)(known)


def _join_children(pdf: Any, parent: Any) -> None:
    """Join each child of `parent` that continues the child before it."""
    previous: Any = None
    for child in children(pdf, parent):
        if previous is not None and _continues(pdf, child, previous):
            _move_all(pdf, child, previous)
            _detach(pdf, child)
        else:
            previous = child
    for child in children(pdf, parent):
        if child["S"] in (*WHOLE, "/Sect"):
            _join_children(pdf, child)


def _continues(pdf: Any, element: Any, previous: Any) -> bool:
    """Say whether an element is the rest of the one before it.

    There is one main part, article and body; a section begins with its heading.
    """
    if element["S"] != previous["S"] or element["Pg"] == previous["Pg"]:
        return False
    if element["S"] in WHOLE:
        return True
    kids = children(pdf, element)
    return element["S"] == "/Sect" and not (kids and kids[0]["S"] in HEADINGS)


def _move_all(pdf: Any, source: Any, destination: Any) -> None:
    for child in children(pdf, source):
        move(pdf, child, destination)


def move(pdf: Any, element: Any, destination: Any) -> None:
    """Take an element from its parent to the end of another."""
    _detach(pdf, element)
    element["P"] = destination.reference
    destination["K"].append(element.reference)


def _detach(pdf: Any, element: Any) -> None:
    target(pdf, element["P"])["K"].remove(element.reference)
