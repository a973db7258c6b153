"""Lists in the tags of a PDF: an item is a label and a body, and holds its sublists.

WeasyPrint 70 hangs a list inside an item on the list around it, after the item, so that
what the item says after its sublist would be read before it; and paragraphs of an item
stand beside the label, with no body around them.
"""

from __future__ import annotations

from typing import Any

from consultations.documents.pdf.merge_tags import children, move, pages, target

LAST = (10**9, 0)


def nest(pdf: Any, parent: Any) -> None:
    """Move each list that is directly in a list into the item before it."""
    item: Any = None
    for child in children(pdf, parent):
        if child["S"] == "/LI":
            item = child
        elif child["S"] == "/L" and item is not None:
            body = [kid for kid in children(pdf, item) if kid["S"] == "/LBody"]
            move(pdf, child, body[0] if body else item)


def wrap(pdf: Any, item: Any) -> list[Any]:
    """Put what an item says into a body, in the order of the page; return the body."""
    import pydyf

    loose = [c for c in children(pdf, item) if c["S"] not in ("/Lbl", "/LBody")]
    if not loose:
        return []
    if len(loose) > 1:
        numbers = {page.reference: number for number, page in enumerate(pages(pdf))}
        loose.sort(key=lambda child: _first_mark(pdf, child, numbers))
    body = pydyf.Dictionary(item | {"S": "/LBody", "P": item.reference})
    body["K"] = pydyf.Array()
    pdf.add_object(body)
    for child in loose:
        move(pdf, child, body)
    item["K"].append(body.reference)
    return [body]


def _first_mark(pdf: Any, element: Any, numbers: dict[bytes, int]) -> tuple[int, int]:
    """Return page and number of the first mark; labels are painted out of order."""
    for kid in element["K"]:
        if isinstance(kid, int):
            return numbers[element["Pg"]], kid
        child = target(pdf, kid)
        if child["Type"] == "/StructElem" and child["S"] != "/Lbl":
            found = _first_mark(pdf, child, numbers)
            if found < LAST:
                return found
    return LAST
