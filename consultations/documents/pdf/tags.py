"""Mending what WeasyPrint 70 leaves undone in a tagged PDF.

Called as its finisher, when the objects of the file exist and nothing is written yet.
Measured against PDF/UA-1 (ISO 14289-1) and the Matterhorn Protocol 1.1:

* header cells say which way they point (checkpoint 15-003);
* running headers and footers are artifacts, not content (checkpoints 18-001, 18-002);
* the contents are a table of contents, not a list of paragraphs (checkpoint 09-004);
* a list item is a label and a body; what holds nothing is not tagged;
* a link has one annotation, described by what it leads to, and is printed (28-012);
* pages have labels, and the embedded fonts no date.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import Any

from consultations.documents.pdf import list_tags
from consultations.documents.pdf.merge_tags import children, join, pages, target
from consultations.documents.tree import (
    AttachmentList,
    Document,
    Table,
    every_block,
)

PRINT_FLAG = 4
PLAIN = {
    b"<00a0>": b"<0020>",
    b"<00ad>": b"<002d>",
    b"<2010>": b"<002d>",
    b"<2011>": b"<002d>",
}
EMPTY_ALLOWED = ("/TD", "/TH", "/Document")
TABLE_OF_CONTENTS = {"/L": "/TOC", "/LI": "/TOCI", "/LBody": "/Reference"}


def mend(document: Any, pdf: Any, titles: Mapping[str, str]) -> None:
    """Mend the tags of a pydyf.PDF; `titles` says what each anchor is.

    `document` is WeasyPrint's.
    """
    join(document, pdf)
    _merge_links(pdf)
    _prune(pdf)
    elements = list(_elements(pdf))
    for element in tuple(elements):
        if element["S"] == "/TH":
            element["A"]["Scope"] = _scope(pdf, element)
        elif element["S"] == "/L":
            list_tags.nest(pdf, element)
        elif element["S"] == "/LI":
            elements += list_tags.wrap(pdf, element)
        elif element["S"] == "/NonStruct" and _is_contents(pdf, element):
            _tag_contents(pdf, element)
    _make_artifacts(pdf, {element.number for element in elements})
    _mend_annotations(pdf, titles)
    _label_pages(pdf)
    _date_fonts(pdf)
    _plain_characters(pdf)


def titles(document: Document) -> dict[str, str]:
    """Return what an anchor leads to, in the words of its heading or caption."""
    found = {}
    for section in document.every_section():
        found[section.anchor] = section.printed
        for block in every_block(section.blocks):
            if isinstance(block, Table):
                found[block.anchor] = block.caption
                rows = enumerate(block.rows, start=1)
                found |= {row.anchor: f"{block.caption}, row {n}" for n, row in rows}
            elif isinstance(block, AttachmentList):
                found |= {item.anchor: item.printed for item in block.items}
    return found


def _elements(pdf: Any) -> Iterator[Any]:
    """Yield the structure elements that the document's tree reaches, parents first."""
    root = target(pdf, pdf.catalog["StructTreeRoot"])
    waiting = children(pdf, root)
    while waiting:
        element = waiting.pop()
        yield element
        waiting.extend(children(pdf, element))


def _merge_links(pdf: Any) -> None:
    """Leave one annotation to a link: WeasyPrint adds one for every box inside it."""
    spare: set[bytes] = set()
    for element in _elements(pdf):
        if element["S"] == "/Link":
            for child in children(pdf, element):
                spare.update(_unlink(pdf, child))
    for page in pages(pdf):
        if "Annots" in page:
            page["Annots"][:] = [a for a in page["Annots"] if a not in spare]
    entries = target(pdf, target(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"])
    unused = {target(pdf, annotation)["StructParent"] for annotation in spare}
    pairs = zip(entries["Nums"][::2], entries["Nums"][1::2], strict=True)
    entries["Nums"][:] = [x for pair in pairs if pair[0] not in unused for x in pair]
    for annotation in spare:
        target(pdf, annotation).clear()


def _unlink(pdf: Any, element: Any) -> list[bytes]:
    """Take the annotations out of an element inside a link; return them."""
    if element["S"] == "/Link":
        element["S"] = "/Span"
    objects = [kid for kid in element["K"] if _istarget(pdf, kid)]
    found: list[bytes] = [target(pdf, kid)["Obj"] for kid in objects]
    element["K"][:] = [kid for kid in element["K"] if kid not in objects]
    for child in children(pdf, element):
        found += _unlink(pdf, child)
    return found


def _istarget(pdf: Any, kid: bytes | int) -> bool:
    return isinstance(kid, bytes) and bool(target(pdf, kid)["Type"] == "/OBJR")


def _prune(pdf: Any) -> None:
    """Take out elements that hold nothing; a cell may be empty."""
    for element in reversed(list(_elements(pdf))):
        if not element["K"] and element["S"] not in EMPTY_ALLOWED:
            target(pdf, element["P"])["K"].remove(element.reference)


def _scope(pdf: Any, cell: Any) -> str:
    row = target(pdf, cell["P"])
    group = target(pdf, row["P"])
    return "/Column" if group["S"] == "/THead" else "/Row"


def _is_contents(pdf: Any, element: Any) -> bool:
    """Say whether an element is the `<nav>`: in the article, without the title."""
    tags = [child["S"] for child in children(pdf, element)]
    return (
        target(pdf, element["P"])["S"] == "/Art" and "/L" in tags and "/H1" not in tags
    )


def _tag_contents(pdf: Any, element: Any) -> None:
    for child in children(pdf, element):
        child["S"] = TABLE_OF_CONTENTS.get(child["S"], child["S"])
        _tag_contents(pdf, child)


def _make_artifacts(pdf: Any, reached: set[int]) -> None:
    """Turn the marked content that no element of the tree reaches into artifacts."""
    entries = target(pdf, target(pdf, pdf.catalog["StructTreeRoot"])["ParentTree"])
    for number, page in enumerate(pages(pdf)):
        owners = entries["Nums"][2 * number + 1]
        loose = {n for n, it in enumerate(owners) if _number(it) not in reached}
        owners[:] = [b"null" if n in loose else it for n, it in enumerate(owners)]
        _replace_marks(target(pdf, page["Contents"]), loose)
    for item in pdf.objects:
        if _type(item) == "/StructElem" and item.number not in reached:
            item.clear()


def _type(item: Any) -> str:
    return str(item.get("Type")) if isinstance(item, dict) else ""


def _number(reference: bytes) -> int:
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
        if _type(item) == "/Annot":
            item["F"] = PRINT_FLAG
            if "Dest" in item and titles.get(item["Dest"].string):
                item["Contents"] = pydyf.String(titles[item["Dest"].string])


def _label_pages(pdf: Any) -> None:
    import pydyf

    style = pydyf.Dictionary({"S": "/D"})
    pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array([0, style])})


def _plain_characters(pdf: Any) -> None:
    """Let every space be copied and searched as a space, every hyphen as a hyphen.

    One glyph serves several characters, and WeasyPrint takes it for the first that the
    document has: one no-break space, and every space of the file would be one.
    """
    import pydyf

    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and b"endbfchar" in item.stream:
            item.stream = [_plain_line(line) for line in item.stream]


def _plain_line(line: bytes) -> bytes:
    glyph, _, text = line.partition(b" ")
    return b" ".join((glyph, PLAIN[text])) if text in PLAIN else line


def _date_fonts(pdf: Any) -> None:
    """Take the clock out of the embedded fonts: fontTools stamps what it saves."""
    import pydyf

    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and "Length1" in item.extra:
            font = _undated(b"".join(item.stream))
            item.stream = [font]
            item.extra["Length1"] = len(font)


def _undated(data: bytes) -> bytes:
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    font["head"].modified = font["head"].created
    output = io.BytesIO()
    font.save(output)
    return output.getvalue()
