"""Joining elements that are split across pages in the tags of a PDF.

WeasyPrint 70 builds the structure tree page by page: a table over three pages becomes
three tables, and every page has an article of its own. A screen reader then announces
"table, two columns" at every page. This module joins the parts of one element and
removes repeated heading rows from the tree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

CONTAINER_TAGS = ("/Part", "/Art", "/Div")
HEADING_TAGS = ("/H1", "/H2", "/H3", "/H4", "/H5", "/H6")


def resolve_reference(pdf: Any, reference: bytes) -> Any:
    """Return the object of a pydyf.PDF that a reference such as `12 0 R` names."""
    return pdf.objects[int(reference.split()[0])]


def child_elements(pdf: Any, element: Any) -> list[Any]:
    """Return the structure elements directly below one, in reading order."""
    kids = (
        resolve_reference(pdf, kid) for kid in element["K"] if isinstance(kid, bytes)
    )
    return [kid for kid in kids if kid["Type"] == "/StructElem"]


def page_objects(pdf: Any) -> list[Any]:
    """Return the pages of a pydyf.PDF in order."""
    return [pdf.objects[number] for number in pdf.pages["Kids"][::3]]


def join_split_elements(document: Any, pdf: Any) -> None:
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
    root = resolve_reference(pdf, pdf.catalog["StructTreeRoot"])
    _join_children(pdf, resolve_reference(pdf, root["K"][0]))


def _tables(page_box: Any) -> Iterator[Any]:
    """Yield the boxes of tables that have cells on the page, outer ones first."""
    from weasyprint.formatting_structure.boxes import TableBox

    for box in page_box.descendants():
        if isinstance(box, TableBox) and any(_body_rows(box)):
            yield box


def _body_rows(table: Any) -> Iterator[Any]:
    """Yield the rows from the HTML, without the row that is added to an empty table."""
    for group in table.children:
        if not group.is_header:
            rows = (row for row in group.children if row.element_tag == "tr")
            yield from (row for row in rows if row.children)


def _ancestor(pdf: Any, element: Any, tag: str) -> Any:
    while element["S"] != tag:
        element = resolve_reference(pdf, element["P"])
    return element


def _append_table(pdf: Any, whole: Any, part: Any, row_is_torn: bool) -> None:
    headers = dict(zip(_header_ids(pdf, part), _header_ids(pdf, whole), strict=False))
    for child in child_elements(pdf, part):
        if child["S"] == "/TBody":
            _rename_headers(pdf, child, headers)
            _append_rows(pdf, _table_bodies(pdf, whole)[-1], child, row_is_torn)
        elif child["S"] != "/THead":
            move_element(pdf, child, whole)
    _detach(pdf, part)


def _append_rows(pdf: Any, body: Any, part: Any, row_is_torn: bool) -> None:
    rows = child_elements(pdf, part)
    if row_is_torn:
        torn = child_elements(pdf, child_elements(pdf, body)[-1])
        for cell, rest in zip(torn, child_elements(pdf, rows.pop(0)), strict=False):
            _move_children(pdf, rest, cell)
    for row in rows:
        move_element(pdf, row, body)


def _table_bodies(pdf: Any, table: Any) -> list[Any]:
    return [child for child in child_elements(pdf, table) if child["S"] == "/TBody"]


def _header_ids(pdf: Any, table: Any) -> list[str]:
    return [
        cell["ID"].string
        for group in child_elements(pdf, table)
        if group["S"] == "/THead"
        for row in child_elements(pdf, group)
        for cell in child_elements(pdf, row)
        if "ID" in cell
    ]


def _rename_headers(pdf: Any, body: Any, names: dict[str, str]) -> None:
    """Make the cells of a body refer to the header cells that are kept."""
    for row in child_elements(pdf, body):
        for cell in child_elements(pdf, row):
            # The strings are shared between cells, so they are replaced, not changed.
            headers = cell["A"].get("Headers", [])
            for position, header in enumerate(headers):
                known = names.get(header.string)
                if known is not None:
                    headers[position] = type(header)(known)


def _join_children(pdf: Any, parent: Any) -> None:
    """Join each child of `parent` that continues the child before it."""
    previous: Any = None
    for child in child_elements(pdf, parent):
        if previous is not None and _is_continuation(pdf, child, previous):
            _move_children(pdf, child, previous)
            _detach(pdf, child)
        else:
            previous = child
    for child in child_elements(pdf, parent):
        if child["S"] in (*CONTAINER_TAGS, "/Sect"):
            _join_children(pdf, child)


def _is_continuation(pdf: Any, element: Any, previous: Any) -> bool:
    """Return whether an element continues the one before it.

    There is one main part, article and body; a section begins with its heading.
    """
    if element["S"] != previous["S"] or element["Pg"] == previous["Pg"]:
        return False
    if element["S"] in CONTAINER_TAGS:
        return True
    kids = child_elements(pdf, element)
    return element["S"] == "/Sect" and not (kids and kids[0]["S"] in HEADING_TAGS)


def _move_children(pdf: Any, source: Any, destination: Any) -> None:
    for child in child_elements(pdf, source):
        move_element(pdf, child, destination)


def move_element(pdf: Any, element: Any, destination: Any) -> None:
    """Move an element to the end of another parent."""
    _detach(pdf, element)
    element["P"] = destination.reference
    destination["K"].append(element.reference)


def _detach(pdf: Any, element: Any) -> None:
    resolve_reference(pdf, element["P"])["K"].remove(element.reference)
