"""List tags of a PDF: an item has a label and a body, which contains its sublists.

WeasyPrint 70 makes a sublist a child of the outer list, after the item, so that text of
the item after its sublist would be read before it; and it puts paragraphs of an item
beside the label, without a body.
"""

from __future__ import annotations

from typing import Any

from consultations.documents.pdf.merge_tags import (
    child_elements,
    move_element,
    page_objects,
    resolve_reference,
)

END_OF_DOCUMENT = (10**9, 0)


def nest_lists(pdf: Any, parent: Any) -> None:
    """Move each list that is directly in a list into the item before it."""
    item: Any = None
    for child in child_elements(pdf, parent):
        if child["S"] == "/LI":
            item = child
        elif child["S"] == "/L" and item is not None:
            body = [kid for kid in child_elements(pdf, item) if kid["S"] == "/LBody"]
            move_element(pdf, child, body[0] if body else item)


def wrap_in_body(pdf: Any, item: Any) -> list[Any]:
    """Wrap the content of an item in a body, in page order; return the body."""
    import pydyf

    loose = [c for c in child_elements(pdf, item) if c["S"] not in ("/Lbl", "/LBody")]
    if not loose:
        return []
    if len(loose) > 1:
        numbers = {
            page.reference: number for number, page in enumerate(page_objects(pdf))
        }
        loose.sort(key=lambda child: _first_mark_position(pdf, child, numbers))
    body = pydyf.Dictionary(item | {"S": "/LBody", "P": item.reference})
    body["K"] = pydyf.Array()
    pdf.add_object(body)
    for child in loose:
        move_element(pdf, child, body)
    item["K"].append(body.reference)
    return [body]


def _first_mark_position(
    pdf: Any, element: Any, numbers: dict[bytes, int]
) -> tuple[int, int]:
    """Return page and number of an element's first mark, labels excepted."""
    for kid in element["K"]:
        if isinstance(kid, int):
            return numbers[element["Pg"]], kid
        child = resolve_reference(pdf, kid)
        if child["Type"] == "/StructElem" and child["S"] != "/Lbl":
            found = _first_mark_position(pdf, child, numbers)
            if found < END_OF_DOCUMENT:
                return found
    return END_OF_DOCUMENT
