"""Corrections of the tags of a PDF from WeasyPrint 70.

Called as its finisher, when the objects of the file exist and nothing is written yet.
Measured against PDF/UA-1 (ISO 14289-1) and the Matterhorn Protocol 1.1:

* header cells say which way they point (checkpoint 15-003);
* running headers and footers are artifacts, not content (checkpoints 18-001, 18-002);
* the contents are a table of contents, not a list of paragraphs (checkpoint 09-004);
* a list item is a label and a body; what holds nothing is not tagged;
* a link has one annotation, described by what it leads to, and is printed (28-012);
* pages have labels, readers show the bookmarks, and the embedded fonts have no date.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from consultations.documents.pdf import list_tags
from consultations.documents.pdf.merge_tags import (
    child_elements,
    join_split_elements,
    page_objects,
    resolve_reference,
)
from consultations.documents.tree import (
    AttachmentList,
    Document,
    Table,
    every_block,
)

PRINT_FLAG = 4
PLAIN_CODES = {
    b"<00a0>": b"<0020>",
    b"<00ad>": b"<002d>",
    b"<2010>": b"<002d>",
    b"<2011>": b"<002d>",
}
EMPTY_ALLOWED = ("/TD", "/TH", "/Document")
TABLE_OF_CONTENTS = {"/L": "/TOC", "/LI": "/TOCI", "/LBody": "/Reference"}


def mend_tags(document: Any, pdf: Any, titles: Mapping[str, str]) -> None:
    """Correct the tags of a pydyf.PDF; `titles` are the descriptions of anchors.

    `document` is WeasyPrint's.
    """
    join_split_elements(document, pdf)
    _merge_links(pdf)
    _remove_empty_elements(pdf)
    elements = list(_structure_elements(pdf))
    for element in tuple(elements):
        if element["S"] == "/TH":
            element["A"]["Scope"] = _header_scope(pdf, element)
        elif element["S"] == "/L":
            list_tags.nest_lists(pdf, element)
        elif element["S"] == "/LI":
            elements += list_tags.wrap_in_body(pdf, element)
        elif element["S"] == "/NonStruct" and _is_contents(pdf, element):
            _tag_contents(pdf, element)
    _make_artifacts(pdf, {element.number for element in elements})
    _mend_annotations(pdf, titles)
    _label_pages(pdf)
    pdf.catalog["PageMode"] = "/UseOutlines"
    _reset_font_dates(pdf)
    _map_to_plain_characters(pdf)


def anchor_titles(document: Document) -> dict[str, str]:
    """Return a description of each anchor: its heading or caption."""
    found = {}
    for section in document.every_section():
        found[section.anchor] = section.printed_text
        for block in every_block(section.blocks):
            if isinstance(block, Table):
                found[block.anchor] = block.caption
                rows = enumerate(block.rows, start=1)
                found |= {row.anchor: f"{block.caption}, row {n}" for n, row in rows}
            elif isinstance(block, AttachmentList):
                found |= {item.anchor: item.printed_text for item in block.items}
    return found


def _structure_elements(pdf: Any) -> Iterator[Any]:
    """Yield the structure elements that the document's tree reaches, parents first."""
    root = resolve_reference(pdf, pdf.catalog["StructTreeRoot"])
    waiting = child_elements(pdf, root)
    while waiting:
        element = waiting.pop()
        yield element
        waiting.extend(child_elements(pdf, element))


def _merge_links(pdf: Any) -> None:
    """Keep one annotation per link: WeasyPrint adds one for every box inside it."""
    spare: set[bytes] = set()
    for element in _structure_elements(pdf):
        if element["S"] == "/Link":
            for child in child_elements(pdf, element):
                spare.update(_take_annotations(pdf, child))
    for page in page_objects(pdf):
        if "Annots" in page:
            page["Annots"][:] = [a for a in page["Annots"] if a not in spare]
    entries = resolve_reference(
        pdf, resolve_reference(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"]
    )
    unused = {
        resolve_reference(pdf, annotation)["StructParent"] for annotation in spare
    }
    pairs = zip(entries["Nums"][::2], entries["Nums"][1::2], strict=True)
    entries["Nums"][:] = [x for pair in pairs if pair[0] not in unused for x in pair]
    for annotation in spare:
        resolve_reference(pdf, annotation).clear()


def _take_annotations(pdf: Any, element: Any) -> list[bytes]:
    """Remove the annotations of an element inside a link; return them."""
    if element["S"] == "/Link":
        element["S"] = "/Span"
    objects = [kid for kid in element["K"] if _is_object_reference(pdf, kid)]
    found: list[bytes] = [resolve_reference(pdf, kid)["Obj"] for kid in objects]
    element["K"][:] = [kid for kid in element["K"] if kid not in objects]
    for child in child_elements(pdf, element):
        found += _take_annotations(pdf, child)
    return found


def _is_object_reference(pdf: Any, kid: bytes | int) -> bool:
    return isinstance(kid, bytes) and bool(
        resolve_reference(pdf, kid)["Type"] == "/OBJR"
    )


def _remove_empty_elements(pdf: Any) -> None:
    """Remove elements without content, except cells."""
    for element in reversed(list(_structure_elements(pdf))):
        if not element["K"] and element["S"] not in EMPTY_ALLOWED:
            resolve_reference(pdf, element["P"])["K"].remove(element.reference)


def _header_scope(pdf: Any, cell: Any) -> str:
    row = resolve_reference(pdf, cell["P"])
    group = resolve_reference(pdf, row["P"])
    return "/Column" if group["S"] == "/THead" else "/Row"


def _is_contents(pdf: Any, element: Any) -> bool:
    """Return whether an element is the `<nav>`: in the article, without the title."""
    tags = [child["S"] for child in child_elements(pdf, element)]
    return (
        resolve_reference(pdf, element["P"])["S"] == "/Art"
        and "/L" in tags
        and "/H1" not in tags
    )


def _tag_contents(pdf: Any, element: Any) -> None:
    for child in child_elements(pdf, element):
        child["S"] = TABLE_OF_CONTENTS.get(child["S"], child["S"])
        _tag_contents(pdf, child)


def _make_artifacts(pdf: Any, reached: set[int]) -> None:
    """Turn the marked content that no element of the tree reaches into artifacts."""
    entries = resolve_reference(
        pdf, resolve_reference(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"]
    )
    for number, page in enumerate(page_objects(pdf)):
        owners = entries["Nums"][2 * number + 1]
        loose = {n for n, it in enumerate(owners) if _object_number(it) not in reached}
        owners[:] = [b"null" if n in loose else it for n, it in enumerate(owners)]
        _replace_marks(resolve_reference(pdf, page["Contents"]), loose)
    for item in pdf.objects:
        if _object_type(item) == "/StructElem" and item.number not in reached:
            item.clear()


def _object_type(item: Any) -> str:
    return str(item.get("Type")) if isinstance(item, dict) else ""


def _object_number(reference: bytes) -> int:
    return int(reference.split()[0])


def _replace_marks(stream: Any, loose: set[int]) -> None:
    """Turn `/Span <</MCID 3>> BDC` into `/Artifact <</Type /Pagination>> BDC`."""
    for position, item in enumerate(stream.stream):
        if isinstance(item, dict) and item.get("MCID") in loose:
            stream.stream[position - 1] = b"/Artifact"
            stream.stream[position] = b"<</Type /Pagination>>"


def _mend_annotations(pdf: Any, titles: Mapping[str, str]) -> None:
    import pydyf

    for item in pdf.objects:
        if _object_type(item) == "/Annot":
            item["F"] = PRINT_FLAG
            if "Dest" in item and titles.get(item["Dest"].string):
                item["Contents"] = pydyf.String(titles[item["Dest"].string])


def _label_pages(pdf: Any) -> None:
    import pydyf

    style = pydyf.Dictionary({"S": "/D"})
    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array([0, style])})


def _map_to_plain_characters(pdf: Any) -> None:
    """Map glyphs of spaces and hyphens to the plain characters, for copying and search.

    A glyph may stand for several characters, and WeasyPrint maps it to the first one in
    the document: after a no-break space, every space would be one.
    """
    import pydyf

    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and b"endbfchar" in item.stream:
            item.stream = [_plain_mapping(line) for line in item.stream]


def _plain_mapping(line: bytes) -> bytes:
    glyph, _, text = line.partition(b" ")
    return b" ".join((glyph, PLAIN_CODES[text])) if text in PLAIN_CODES else line


def _reset_font_dates(pdf: Any) -> None:
    """Set the modification date of embedded fonts to a fixed one."""
    import pydyf

    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and "Length1" in item.extra:
            font = _reset_font_date(b"".join(item.stream))
            item.stream = [font]
            item.extra["Length1"] = len(font)


def _reset_font_date(data: bytes) -> bytes:
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    font["head"].modified = font["head"].created
    output = io.BytesIO()
    font.save(output)
    return output.getvalue()
