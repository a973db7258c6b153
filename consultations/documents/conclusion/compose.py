"""compose(content) -> Document: a conclusion's values arranged and numbered.

What is printed where, and every generated heading, sentence and table, is decided
here; the words of counts are in `wording`, the numbers in `numbering`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from consultations.documents import wording
from consultations.documents.conclusion.column_widths import weigh_columns
from consultations.documents.conclusion.columns import (
    COLUMNS,
    OTHER_COMMENTS,
    CommentCells,
    comment_table_name,
    printed_columns,
    row_number,
)
from consultations.documents.conclusion.content import (
    AttachmentContent,
    Change,
    Comment,
    ConclusionContent,
    Publication,
    Question,
    SectionContent,
    strip_unprinted,
)
from consultations.documents.conclusion.labels import number_in_label
from consultations.documents.conclusion.link_labels import (
    change_labels,
    change_reference,
    comment_labels,
)
from consultations.documents.conclusion.listings import (
    LISTINGS,
    answer_label,
    split_wide,
)
from consultations.documents.conclusion.numbering import (
    Target,
    Targets,
    number_with_targets,
)
from consultations.documents.rich_text.markup import parse
from consultations.documents.tree import (
    Attachment,
    AttachmentList,
    Block,
    Cell,
    Column,
    Document,
    Imprint,
    Property,
    Reference,
    Row,
    Section,
    Table,
    mailbox_link,
    plain_paragraph,
    plain_text,
)


def compose(content: ConclusionContent) -> Document:
    """Return the numbered document that the content describes.

    Raises markup.MarkupError where a text is not restricted HTML.
    """
    return compose_with_targets(content)[0]


def compose_with_targets(content: ConclusionContent) -> tuple[Document, Targets]:
    """Return the numbered document, and what its texts can refer to, by written name.

    Raises markup.MarkupError where a text is not restricted HTML.
    """
    content = strip_unprinted(content)
    composer = _Composer(content)
    document = Document(
        title=content.title,
        subtitle=content.subtitle,
        publisher=content.publisher.name,
        classification=content.classification,
        date=content.date.isoformat() if content.date else "",
        properties=_properties(content),
        sections=weigh_columns(map(composer.compose_section, content.sections)),
        imprint=_imprint(content.publication),
    )
    return number_with_targets(document, composer.targets)


def _properties(content: ConclusionContent) -> tuple[Property, ...]:
    lines = []
    if content.date:
        lines.append(Property("Date", wording.printed_date(content.date)))
    if content.author:
        href = mailbox_link(content.author)
        lines.append(Property("Author", content.author, href))
    if content.classification:
        lines.append(Property("Classification", content.classification))
    return tuple(lines)


def _imprint(publication: Publication | None) -> Imprint | None:
    """Return which edition the document is; a draft says so in place of its number."""
    if publication is None:
        return None
    number = publication.edition
    return Imprint(
        edition=str(number) if number else wording.DRAFT_EDITION,
        corrects=str(number - 1) if number and number > 1 else "",
        correction=" ".join(plain_text(parse(publication.correction)).split()),
        address=publication.address if number else "",
        contact=publication.contact,
    )


def answer_tally_sentence(question: Question) -> str:
    """Return the sentence that counts the answers to a question."""
    counts = [(each.group, each.respondents) for each in question.tally or ()]
    answered, base = question.answered or 0, _tally_base(question)
    if base is None and answered and not any(count for _, count in counts):
        return wording.answered_sentence(answered)
    if question.kind == "choice":
        return wording.choice_sentence(counts, base)
    if counts:
        return wording.tally_sentence(counts, base)
    return wording.answered_sentence(answered, base)


def _tally_base(question: Question) -> wording.TallyBase | None:
    """Return of how many the tally is; content of earlier formats does not say."""
    if question.responding is None:
        return None
    return wording.TallyBase(
        question.number,
        question.responding,
        question.answered or 0,
        question.uncounted or 0,
    )


def html_id(text: str) -> str:
    """Return the text as an HTML id: lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "part"


class _Composer:
    """Builds the sections of one content, with unique anchors."""

    def __init__(self, content: ConclusionContent) -> None:
        self.content = content
        self.anchors: set[str] = set()
        self.row_anchors: dict[str, str] = {}
        self.analysed: set[str] = set()
        self.comment_labels = comment_labels(content)
        self.change_labels = change_labels(content)
        self.targets: list[tuple[str, Target]] = []
        self.anchored_rows: set[str] = set()
        for question in content.questions:
            self._reserve(f"question-{question.key}")
        for comment in content.every_comment():
            self._reserve(f"comment-{comment.key}")
        for change in content.changes:
            self._reserve(f"change-{change.key}")
        lists = [content.comments, *(q.comments for q in content.questions)]
        self.comment_columns = printed_columns(content.columns, max(map(len, lists)))
        self.builders: dict[str, Callable[[SectionContent], tuple[Block, ...]]] = {
            "questions": self._question_list_blocks,
            "respondents": self._respondents_blocks,
            "changes": self._changes_blocks,
            "attachments": self._attachments_blocks,
            **dict.fromkeys(LISTINGS, self._listing_blocks),
        }

    def unique_anchor(self, wanted: str) -> str:
        """Return an unused id: `next-steps`, then `next-steps-2`."""
        anchor, count = html_id(wanted), 1
        while anchor in self.anchors:
            count += 1
            anchor = f"{html_id(wanted)}-{count}"
        self.anchors.add(anchor)
        return anchor

    def _reserve(self, name: str) -> None:
        self.row_anchors[name] = self.unique_anchor(name)

    def _anchored_row(
        self, name: str, cells: Sequence[Cell], target: str, label: str
    ) -> Row:
        """Return a row with its anchor; a repeated row has none."""
        if name in self.anchored_rows:
            return Row(tuple(cells))
        self.anchored_rows.add(name)
        self.targets.append((target, Target(self.row_anchors[name], label)))
        return Row(tuple(cells), self.row_anchors[name])

    def compose_section(self, section: SectionContent) -> Section:
        """Return one section with its own blocks, generated ones and subsections."""
        if section.kind == "question":
            return self._question_section_outside_analysis(section)
        anchor = self.unique_anchor(section.heading)
        blocks = parse(section.text)
        builder = self.builders.get(section.kind)
        if builder:
            blocks = builder(section)
        inner: tuple[Section, ...] = ()
        if section.kind == "analysis":
            inner = self._analysis_sections(section)
        inner += tuple(
            self.compose_section(each)
            for each in section.sections
            if not (section.kind == "analysis" and each.kind == "question")
        )
        return Section(section.heading, anchor, blocks, inner)

    # --- questions and their analysis ---------------------------------------------

    def _question_list_blocks(self, section: SectionContent) -> tuple[Block, ...]:
        blocks = parse(section.text)
        if not self.content.questions:
            return blocks
        rows = tuple(self._question_row(q) for q in self.content.questions)
        columns = (Column("Number"), Column("Question"))
        return (*blocks, self._anchored_table("questions", columns, rows))

    def _question_row(self, question: Question) -> Row:
        name = f"question-{question.key}"
        cells = (
            Cell((plain_paragraph(question.label),), header=True),
            Cell(parse(question.text)),
        )
        row = self._anchored_row(
            name, cells, f"question: {question.key}", question.label
        )
        target = Target(self.row_anchors[name], question.label)
        number = number_in_label(question.label)
        names = (question.number, number, number.replace(" ", ""), question.label)
        for each in filter(None, names):
            self.targets.append((f"question: {each}", target))
        return row

    def _respondents_blocks(self, section: SectionContent) -> tuple[Block, ...]:
        if section.text:
            return parse(section.text)
        content = self.content
        words = wording.respondents_sentence(
            content.publisher.short,
            content.responses or 0,
            content.consulted_on,
            content.responding,
        )
        return (plain_paragraph(words),)

    def _analysis_sections(self, section: SectionContent) -> tuple[Section, ...]:
        keys = {question.key for question in self.content.questions}
        tops = [
            question
            for question in self.content.questions
            if question.parent not in keys and question.key not in self.analysed
        ]
        sections = [self._question_section(question) for question in tops]
        if self.content.comments and "other comments" not in self.analysed:
            self.analysed.add("other comments")
            name = OTHER_COMMENTS
            table = self._comment_table(name, None, self.content.comments)
            heading = "Other comments"
            sections.append(Section(heading, self.unique_anchor(heading), (table,)))
        return tuple(sections)

    def _question_section_outside_analysis(self, section: SectionContent) -> Section:
        """Return a question section outside of any analysis.

        A question is analysed once; a second section for it has only its own text.
        """
        for question in self.content.questions:
            if question.key == section.question and question.key not in self.analysed:
                return self._question_section(question)
        anchor = self.unique_anchor(section.heading)
        inner = tuple(self.compose_section(each) for each in section.sections)
        return Section(section.heading, anchor, parse(section.text), inner)

    def _question_section(self, question: Question) -> Section:
        self.analysed.add(question.key)
        own = self.content.section_of(question)
        heading = own.heading if own else ""
        heading = heading or question.heading
        anchor = self.unique_anchor(f"comments-{question.number}")
        blocks = [*parse(own.text if own else ""), *parse(question.summary)]
        if self.content.shows_tally(question):
            blocks.append(plain_paragraph(answer_tally_sentence(question)))
        if self.content.shows_table(question):
            name = comment_table_name(question.number)
            blocks.append(self._comment_table(name, question, question.comments))
        inner = [
            self._question_section(q)
            for q in self.content.questions
            if q.parent == question.key
        ]
        inner += [self.compose_section(each) for each in (own.sections if own else ())]
        return Section(heading, anchor, tuple(blocks), tuple(inner))

    def _comment_table(
        self, name: str, question: Question | None, comments: Sequence[Comment]
    ) -> Table:
        short = self.content.publisher.short
        shown = [COLUMNS[key] for key in self.comment_columns]
        columns = tuple(Column(each.heading.format(short=short)) for each in shown)
        rows = []
        for position, comment in enumerate(comments, 1):
            values = self._comment_cells(question, comment, position)
            cells = [
                Cell(column.cell(values), header=column.key == "number")
                for column in shown
            ]
            label = f"comment {position} in {{table: {name}}}"
            key = comment.key
            row = self._anchored_row(f"comment-{key}", cells, f"comment: {key}", label)
            rows.append(replace(row, related=self._references_to_changes(comment)))
        return self._anchored_table(name, columns, tuple(rows))

    def _references_to_changes(self, comment: Comment) -> tuple[Reference, ...]:
        labels = self.change_labels
        return tuple(
            Reference(f"change: {key}", self.row_anchors[f"change-{key}"], labels[key])
            for key in comment.changes
            if key in labels
        )

    def _comment_cells(
        self, question: Question | None, comment: Comment, position: int
    ) -> CommentCells:
        people = [self.content.respondents[i] for i in comment.respondents]
        return CommentCells(
            number=row_number(position, question.number if question else ""),
            text=comment.text,
            response=comment.response,
            disposition=comment.disposition,
            labels=tuple(person.label for person in people),
            categories=tuple(person.category for person in people),
            answers=tuple(self._answer_labels(question, comment)),
            clauses=comment.concerns,
        )

    def _answer_labels(self, question: Question | None, comment: Comment) -> list[str]:
        if question is None:
            return []
        given = {answer.respondent: answer for answer in question.answers}
        answers = (given.get(index) for index in comment.respondents)
        return [answer_label(a.stance, a.choice) for a in answers if a]

    # --- the other kinds ---------------------------------------------------------

    def _changes_blocks(self, section: SectionContent) -> tuple[Block, ...]:
        blocks = parse(section.text)
        changes = [
            change
            for change in self.content.changes
            if change.document == section.document or not section.document
        ]
        name = f"changes {section.document}".strip()
        if not changes:
            about = f" to the {section.document}" if section.document else ""
            return (*blocks, plain_paragraph(f"No changes{about} are made."))
        rows = tuple(self._change_row(change, name) for change in changes)
        columns = (
            Column("Drafting Reference"),
            Column("Description"),
            Column("Rationale for Change"),
        )
        return (*blocks, self._anchored_table(name, columns, rows))

    def _change_row(self, change: Change, name: str) -> Row:
        reference = change_reference(self.content, change)
        label = f"{reference} in {{table: {name}}}"
        cells = (
            Cell((plain_paragraph(reference),), header=True),
            Cell(parse(change.description)),
            Cell(parse(change.rationale)),
        )
        row = self._anchored_row(
            f"change-{change.key}", cells, f"change: {change.key}", label
        )
        causes = tuple(
            Reference(
                f"comment: {key}",
                self.row_anchors[f"comment-{key}"],
                self.comment_labels[key],
            )
            for key in change.because_of
        )
        return replace(row, related=causes)

    def _attachments_blocks(self, section: SectionContent) -> tuple[Block, ...]:
        items = tuple(
            self._attachment_entry(position, attachment)
            for position, attachment in enumerate(self.content.attachments, 1)
        )
        lists = (AttachmentList(items),) if items else ()
        return (*parse(section.text), *lists)

    def _attachment_entry(
        self, position: int, attachment: AttachmentContent
    ) -> Attachment:
        publication, href = self.content.publication, attachment.address
        if attachment.sha256 and publication:
            href = f"{publication.address}attachments/{position}/"
        is_published = attachment.sha256 or href or publication is None
        return Attachment(
            title=attachment.title,
            anchor=self.unique_anchor(f"attachment-{position}"),
            href=href,
            filename=attachment.filename,
            size=attachment.size,
            note="" if is_published else wording.NOT_PUBLISHED,
        )

    def _listing_blocks(self, section: SectionContent) -> tuple[Block, ...]:
        name, make = LISTINGS[section.kind]
        columns, rows = make(self.content)
        parts = split_wide(columns, rows) if section.kind == "tally-matrix" else ()
        tables = (
            self._anchored_table(f"{name} {n}" if n > 1 else name, *part)
            for n, part in enumerate(parts or ((columns, rows),), 1)
        )
        return (*parse(section.text), *(tables if rows else ()))

    def _anchored_table(
        self, name: str, columns: tuple[Column, ...], rows: tuple[Row, ...]
    ) -> Table:
        return Table(columns, rows, name, self.unique_anchor(f"table-{name}"))
