"""Documents for the renderers' tests: a plain one, a long one, and generated ones.

`make_document()` has the shape of a real conclusion in words of our own, numbered by
hand. `documents()` is a Hypothesis strategy of small, correctly numbered documents.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from hypothesis import strategies as st

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
    plain_paragraph,
)

_QUESTIONS = """
Do you agree with the proposed amendments to Section 12 of the Requirements, which
describe how a device behaves after a failed firmware activation?

Do you agree that each clause of Section 12 is mapped to the right Device Models?

Do you agree with the proposed re-designation date of 14 March 2027 (or, if necessary,
as soon as reasonably practicable within one month thereafter)?
"""

_COMMENTS = """
A respondent asked how long a device may take to report a failed activation before the
request is treated as timed out.

The device has two hours. Where nothing has been received by then, the service provider
returns a response that names the affected device; the other devices in the same list
are not affected. | For the avoidance of doubt, the two hours start when the activation
command is sent and not when the image was distributed.

A respondent pointed out that Clause 12.4 still allows an exception that should no
longer apply, and explained why.

DCC agrees that the obligation is absolute and has amended Clause 12.4 accordingly.

Two respondents considered that the daily log should be made available to this group of
devices as well.

The daily log is not part of the specification these devices were built to, and is not
reliably present on all of them. DCC's position remains that it does not form part of
the core service. Suppliers may wish to schedule their own readings instead.
"""


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n"))


def cell(*texts: str, header: bool = False) -> Cell:
    """Return a cell of one plain paragraph per text."""
    return Cell(tuple(plain_paragraph(text) for text in texts), header=header)


def make_document(**changes: object) -> Document:
    """Return a conclusion of seven sections, four tables and three attachments."""
    document = Document(
        title="Conclusion on the Device Behaviour Requirements for Heron",
        subtitle="DCC's conclusion on proposed changes to the Device Behaviour "
        "Requirements for the Heron release",
        publisher="Data Communications Company (DCC)",
        classification="DCC Public",
        date="2027-02-12",
        properties=(
            Property("Date", "12 February 2027"),
            Property(
                "Author",
                "consultations@example.com",
                "mailto:consultations@example.com",
            ),
            Property("Classification", "DCC Public"),
        ),
        sections=(
            _introduction(),
            _consultation(),
            _analysis(),
            _changes(),
            _conclusions(),
            _next_steps(),
            _attachments(),
        ),
    )
    return dataclasses.replace(document, **changes)  # type: ignore[arg-type]


def make_long_document(comments: int) -> Document:
    """Return the plain document with `comments` comments on its first question."""
    document = make_document()
    sections = list(document.sections)
    analysis = sections[2]
    subsections = list(analysis.sections)
    table = dataclasses.replace(
        _comment_table(), rows=tuple(_comment_row(n) for n in range(1, comments + 1))
    )
    subsections[0] = dataclasses.replace(subsections[0], blocks=(table,))
    sections[2] = dataclasses.replace(analysis, sections=tuple(subsections))
    return dataclasses.replace(document, sections=tuple(sections))


def _introduction() -> Section:
    blocks = (
        plain_paragraph(
            "A number of devices installed early in the roll-out do not follow the "
            "common specification in every detail. The Requirements say, device by "
            "device, how the service behaves where they differ."
        ),
        Paragraph(
            (
                Text("The version in force is "),
                Text("Device Behaviour Requirements 6.2", bold=True),
                Text(", which came into effect on 4 January 2027 and is published on "),
                Link("https://www.example.com/requirements", (Text("our website"),)),
                Text(". This document answers the points raised and concludes the "),
                Text("second", italic=True),
                Text(" consultation."),
            )
        ),
    )
    return Section("Introduction and Context", "introduction", blocks, number="1")


def _consultation() -> Section:
    questions = Table(
        (Column("Number", 3), Column("Question", 9)),
        tuple(
            Row((cell(f"Question {n}", header=True), cell(text)), f"question-{n}")
            for n, text in enumerate(_paragraphs(_QUESTIONS), start=1)
        ),
        name="questions",
        anchor="table-1",
        number=1,
    )
    blocks: tuple[Block, ...] = (
        plain_paragraph(
            "On 8 January 2027 DCC consulted on changes to the Requirements. "
            "Responses were invited by 16:00 on 5 February 2027, on these questions:"
        ),
        questions,
    )
    respondents = Section(
        "Respondents",
        "respondents",
        (
            plain_paragraph("DCC received three responses, from:"),
            ListBlock(
                (
                    (plain_paragraph("two Large Suppliers;"),),
                    (plain_paragraph("one Network Party,"), _nested_list()),
                )
            ),
        ),
        number="2.1",
    )
    return Section("Consultation", "consultation", blocks, (respondents,), "2")


def _nested_list() -> ListBlock:
    first = (plain_paragraph("for electricity;"),)
    second = (plain_paragraph("for gas."),)
    return ListBlock((first, second), ordered=True)


def _comment_table() -> Table:
    return Table(
        (Column("Comment", 5), Column("DCC Response", 7)),
        tuple(_comment_row(n) for n in (1, 2, 3)),
        name="question 1",
        anchor="table-2",
        number=2,
    )


def _comment_row(number: int) -> Row:
    texts = _paragraphs(_COMMENTS)
    position = 2 * (number - 1) % len(texts)
    comment, response = texts[position : position + 2]
    related = (Reference("change 1", "change-1", "Change made: Clause 12.4"),)
    return Row(
        (cell(comment), cell(*response.split(" | "))),
        f"comment-{number}",
        related if "amended" in response else (),
    )


def _analysis() -> Section:
    tally = "Two respondents agreed while one did not express an opinion."
    subsections = (
        Section(
            "Comments relating to question 1",
            "question-1-comments",
            (_comment_table(),),
            number="3.1",
        ),
        Section(
            "Comments relating to question 2",
            "question-2-comments",
            (plain_paragraph(tally),),
            number="3.2",
        ),
        Section(
            "Comments relating to question 3",
            "question-3-comments",
            (plain_paragraph(tally), _tally_table()),
            number="3.3",
        ),
    )
    text = "DCC has analysed the feedback provided by each respondent, as follows."
    return Section(
        "Analysis of Responses", "analysis", (plain_paragraph(text),), subsections, "3"
    )


def _tally_table() -> Table:
    rows = (("Agreed", "2"), ("Disagreed", "0"), ("No opinion", "1"))
    return Table(
        (Column("View"), Column("Responses")),
        tuple(Row((cell(view, header=True), cell(count))) for view, count in rows),
        name="question 3",
        anchor="table-3",
        number=3,
    )


def _changes() -> Section:
    table = Table(
        (
            Column("Drafting Reference", 3),
            Column("Description", 4),
            Column("Rationale", 5),
        ),
        (
            Row(
                (
                    cell("Clause 12.4", header=True),
                    cell("Removal of the exception"),
                    cell("DCC has amended the clause for the reason set out above."),
                ),
                "change-1",
                (Reference("comment 2", "comment-2", "Comment 2 on question 1"),),
            ),
        ),
        name="changes",
        anchor="table-4",
        number=4,
    )
    blocks: tuple[Block, ...] = (
        plain_paragraph("DCC is proposing the changes set out in the table below."),
        table,
    )
    return Section("Summary of Changes", "changes", blocks, number="4")


def _conclusions() -> Section:
    inlines: tuple[Inline, ...] = (
        Text("DCC will submit the text, with the changes identified in "),
        Reference("section: changes", "changes", "Section 4"),
        Text(" and shown in "),
        Reference("attachment: redline", "attachment-2", "Attachment 2"),
        Text(", on 12 February 2027. See also "),
        Reference("section: Nowhere"),
        Text("."),
        LineBreak(),
        Text("All other issues have been dealt with."),
    )
    return Section("Conclusions", "conclusions", (Paragraph(inlines),), number="5")


def _next_steps() -> Section:
    steps = (
        "publish an updated version of the Requirements in September;",
        "publish guidance on any divergence from this version; and",
        "consult again should testing show that more is needed.",
    )
    blocks = (
        plain_paragraph("DCC will:"),
        ListBlock(tuple((plain_paragraph(step),) for step in steps), ordered=True),
    )
    return Section("Next Steps", "next-steps", blocks, number="6")


def _attachments() -> Section:
    items = (
        Attachment("Device Behaviour Requirements - clean", "attachment-1", 1),
        Attachment(
            "Device Behaviour Requirements - redline",
            "attachment-2",
            2,
            "https://www.example.com/files/redline.pdf",
            "redline.pdf",
            1_250_000,
        ),
        Attachment(
            "Annex A Device Model Matrix",
            "attachment-3",
            3,
            "https://www.example.com/files/matrix.xlsx",
            "matrix.xlsx",
            48_600,
        ),
    )
    return Section("Attachments", "attachments", (AttachmentList(items),), number="7")


# Every character here is in the typeface of the PDF, so that all formats can agree.
ALPHABET = "abcdefghij ABC 0123 .,;:-–’&<>\"'/()éßÅΩж½→≤"

texts = st.text(ALPHABET, min_size=1, max_size=30)
words = texts.map(lambda text: " ".join(text.split()) or "word")
hrefs = st.sampled_from(
    ("https://www.example.com/a?b=1&c=2", "http://example.org/", "mailto:a@example.com")
)
runs = st.builds(Text, texts, bold=st.booleans(), italic=st.booleans())


def inlines() -> st.SearchStrategy[tuple[Inline, ...]]:
    """Return a strategy of runs, links, references and line breaks."""
    one = st.one_of(
        runs,
        st.just(LineBreak()),
        st.builds(Link, hrefs, st.lists(runs, min_size=1, max_size=2).map(tuple)),
        st.builds(Reference, words),
    )
    return st.lists(one, max_size=4).map(tuple)


def blocks(depth: int = 2) -> st.SearchStrategy[tuple[Block, ...]]:
    """Return a strategy of paragraphs, and of lists and tables nested to `depth`."""
    options: list[st.SearchStrategy[Block]] = [st.builds(Paragraph, inlines())]
    if depth:
        item = blocks(depth - 1)
        options.append(
            st.builds(
                ListBlock,
                st.lists(item, min_size=1, max_size=3).map(tuple),
                st.booleans(),
                st.integers(1, 9),
            )
        )
        options.append(tables(depth - 1))
    return st.lists(st.one_of(options), max_size=3).map(tuple)


@st.composite
def tables(draw: st.DrawFn, depth: int) -> Table:
    """Draw a table, named or not, of up to three columns and three rows."""
    width = draw(st.integers(1, 3))
    columns = st.builds(Column, st.one_of(st.just(""), words), st.integers(1, 9))
    cells = st.builds(Cell, blocks(depth), st.booleans())
    row = st.builds(Row, st.tuples(*[cells] * width))
    return Table(
        draw(st.tuples(*[columns] * width)),
        tuple(draw(st.lists(row, max_size=3))),
        name=draw(st.sampled_from(("", "table"))),
    )


def sections(depth: int = 2) -> st.SearchStrategy[tuple[Section, ...]]:
    """Return a strategy of sections, not yet numbered, nested to `depth`."""
    inner = sections(depth - 1) if depth else st.just(())
    attachment = st.builds(
        Attachment,
        words,
        st.just(""),
        href=st.one_of(st.just(""), hrefs),
        filename=st.sampled_from(("", "text.pdf", "matrix.XLSX")),
        size=st.integers(0, 10**9),
    )
    attachments = st.lists(attachment, min_size=1, max_size=2).map(
        lambda items: (AttachmentList(tuple(items)),)
    )
    one = st.builds(
        Section, words, st.just(""), st.one_of(blocks(), attachments), inner
    )
    return st.lists(one, max_size=2).map(tuple)


def documents() -> st.SearchStrategy[Document]:
    """Return a strategy of small documents, numbered and with unique anchors."""
    properties = st.builds(Property, words, words, st.one_of(st.just(""), hrefs))
    return st.builds(
        Document,
        title=words,
        publisher=words,
        subtitle=st.one_of(st.just(""), words),
        classification=st.sampled_from(("", "DCC Public")),
        date=st.sampled_from(("", "2027-02-12")),
        properties=st.lists(properties, max_size=3).map(tuple),
        sections=sections(),
    ).map(numbered)


class _Counter:
    """Counts tables, attachments and anchors through one document."""

    def __init__(self) -> None:
        self.tables = self.attachments = self.anchors = 0

    def anchor(self) -> str:
        self.anchors += 1
        return f"a-{self.anchors}"


def numbered(document: Document) -> Document:
    """Return the document with sections, tables and attachments numbered in order."""
    counter = _Counter()
    top = tuple(_number_sections(document.sections, "", counter))
    return dataclasses.replace(document, sections=top)


def _number_sections(
    items: tuple[Section, ...], prefix: str, counter: _Counter
) -> Iterator[Section]:
    for position, section in enumerate(items, start=1):
        number = f"{prefix}{position}"
        yield dataclasses.replace(
            section,
            number=number,
            anchor=counter.anchor(),
            blocks=tuple(_number_block(block, counter) for block in section.blocks),
            sections=tuple(_number_sections(section.sections, f"{number}.", counter)),
        )


def _number_block(block: Block, counter: _Counter) -> Block:
    if isinstance(block, Table):
        return _number_table(block, counter)
    if isinstance(block, AttachmentList):
        return AttachmentList(tuple(_number_file(i, counter) for i in block.items))
    return block


def _number_table(table: Table, counter: _Counter) -> Table:
    rows = tuple(dataclasses.replace(r, anchor=counter.anchor()) for r in table.rows)
    if not table.name:
        return dataclasses.replace(table, rows=rows)
    counter.tables += 1
    return dataclasses.replace(
        table, rows=rows, number=counter.tables, anchor=counter.anchor()
    )


def _number_file(attachment: Attachment, counter: _Counter) -> Attachment:
    counter.attachments += 1
    return dataclasses.replace(
        attachment, number=counter.attachments, anchor=counter.anchor()
    )
