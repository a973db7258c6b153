"""Types a consultation file into the pages of the desk, as somebody would.

Everything is found by what people see of it: labels, legends, buttons and links. What
the pages propose is left as it is where it says what the file says.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from consultations.documents.rich_text.markup import to_source
from consultations.london import LONDON
from consultations.models import Consultation, DocumentVersion
from responses.comments.numbers import comment_numbers
from responses.consultation_file import contents
from responses.models import DCCResponse
from tests.support.editor_page import paste

PATIENCE = 60_000
"""Milliseconds for a page to come: submitting makes a PDF on a busy machine."""

SHORT = 60
"""Letters of a text that is typed key by key; a longer one is pasted."""


def called(label: str) -> re.Pattern[str]:
    """Return a pattern for a label, with or without the note that it is optional."""
    note = r"(\s+\((optional|required before publishing)\))?"
    return re.compile(rf"^\s*{re.escape(label)}{note}\s*$")


@dataclass(frozen=True)
class Typist:
    """Somebody at a page, within a part of it; `scripted` where JavaScript is on."""

    page: Page
    scripted: bool
    part: Locator | None = None

    @property
    def here(self) -> Locator:
        return self.part or self.page.locator("main")

    def within(self, legend: str) -> Typist:
        """Return the typist at the fields below a legend."""
        group = self.here.get_by_role("group", name=called(legend))
        return replace(self, part=group)

    # --- going about ------------------------------------------------------------------

    def go(self, name: str, *args: object, query: str = "") -> None:
        self.page.goto(reverse(f"responses:{name}", args=args) + query)

    def follow(self, link: str) -> None:
        self.act(self.here.get_by_role("link", name=link, exact=True).first)

    def press(self, button: str) -> None:
        self.act(self.here.get_by_role("button", name=button, exact=True))

    def act(self, target: Locator) -> None:
        """Follow a link, press a button, open what folds."""
        target.click()

    def save(self, button: str = "Save", *, said: str = "saved.") -> None:
        """Press the button, and see that the site says it is done."""
        self.press(button)
        answer = self.page.locator(".messages, .notice-error").first
        expect(answer).to_contain_text(said, ignore_case=True, timeout=PATIENCE)

    # --- filling in -----------------------------------------------------------------

    def line(self, label: str, text: object) -> None:
        """Fill in one line, a day or a time, unless it is there."""
        box = self.here.get_by_label(called(label))
        typed = "" if text is None else str(text)
        if box.input_value() != typed:
            self.fill(box, typed)

    def fill(self, box: Locator, typed: str) -> None:
        box.fill(typed)

    def lines(self, label: str, lines: Iterable[str]) -> None:
        self.line(label, "\n".join(lines))

    def choose(self, label: str, value: str = "", *, shown: str = "") -> None:
        """Choose from a list: a value of the file, or an entry by its words."""
        box = self.here.get_by_label(called(label))
        if shown:
            self.select(box, shown)
        elif box.input_value() != value:
            entry = box.locator(f'option[value="{value}"]')
            self.select(box, entry.text_content() or "")

    def select(self, box: Locator, shown: str) -> None:
        box.select_option(label=shown)

    def pick(self, legend: str, choice: str) -> None:
        self.mark(self.within(legend).here.get_by_label(choice, exact=True))

    def tick(self, label: str) -> None:
        self.mark(self.here.get_by_label(called(label)))

    def mark(self, box: Locator) -> None:
        """Tick a box, or choose one of several."""
        box.check()

    def moment(self, legend: str, moment: dt.datetime) -> None:
        """Fill in a day and a time of London's clocks."""
        local = moment.astimezone(LONDON)
        boxes = self.within(legend)
        boxes.line("Date", local.date())
        boxes.line("Time in London", f"{local:%H:%M}")

    def prose(self, label: str, markup: str) -> None:
        """Write a text: in the editor, or in the textarea where there is no script."""
        if not self.scripted:
            self.here.get_by_label(called(label)).fill(to_source(markup))
            return
        boxes = self.here.get_by_role("textbox", name=called(label))
        box = boxes.and_(self.page.locator("[contenteditable=true]"))
        if not markup and not box.inner_text().strip():
            return
        self.write(box, markup)

    def write(self, box: Locator, markup: str) -> None:
        """Replace the text of an editor: a short one is typed, another pasted."""
        box.press("Control+A")
        source = to_source(markup)
        if len(source) <= SHORT and "\n" not in source and "<" not in source:
            box.press("Delete")
            box.press_sequentially(source)
        else:
            paste(box, markup=markup)

    def upload(self, label: str, path: Path) -> None:
        self.hand_over(self.here.get_by_label(called(label)), path)

    def hand_over(self, box: Locator, path: Path) -> None:
        box.set_input_files(path)


# --- documents ------------------------------------------------------------------------


def type_documents(typist: Typist, documents: Sequence[contents.Document]) -> None:
    """Enter regulated documents with their versions; clauses are not typed."""
    for document in documents:
        typist.go("new_regulated_document")
        typist.line("Short name", document.code)
        typist.line("Title", document.title)
        typist.line("Reference", document.reference)
        typist.choose("Type", document.kind)
        if document.parent:
            typist.choose("Annexed to", shown=document.parent)
        typist.choose("Approval route", document.route)
        typist.save(said="Regulated document created.")
        for version in document.versions:
            typist.go("new_document_version", document.code)
            typist.line("Version", version.key)
            typist.line("Version as printed", version.label)
            typist.choose("Status", version.status)
            typist.line("In force from", version.in_force)
            typist.save(said="Version added.")


def choose_consultation_of_versions(
    typist: Typist, file: contents.ConsultationFile
) -> None:
    """Choose the consultation of the versions consulted on or concluded in it."""
    for document in file.documents:
        for version in document.versions:
            if version.status != DocumentVersion.Status.DESIGNATED:
                row = DocumentVersion.objects.get(
                    document__code=document.code, key=version.key
                )
                typist.go("document_version", document.code, row.pk)
                typist.choose("Consultation", shown=file.consultation.title)
                typist.save()


# --- what is asked --------------------------------------------------------------------


def type_consultation(typist: Typist, file: contents.ConsultationFile) -> None:
    """Begin the consultation, with its documents."""
    about = file.consultation
    typist.go("desk")
    typist.follow("Create consultation")
    typist.line("Title", about.title)
    typist.line("Web address", about.slug)
    for document in file.documents:
        if document.code in about.documents:
            typist.tick(f"{document.code}: {document.title}")
    typist.prose("Summary", about.summary)
    typist.line("Classification", about.classification)
    typist.line("Email address for responses", about.mailbox)
    known = Consultation.Anonymity(about.anonymity)
    typist.pick("Default attribution", str(known.label))
    typist.line("Target date for the conclusion", about.target_conclusion)
    if about.follows:
        typist.line("Earlier consultation", about.follows.slug)
        typist.line("Title of the earlier consultation", about.follows.title)
        typist.line("Opening date of the earlier consultation", about.follows.opened)
        typist.line("Web address of the earlier consultation", about.follows.url)
        typist.choose("Relationship to earlier consultation", about.follows.relation)
    typist.save(said="Consultation created.")


def type_questions(typist: Typist, file: contents.ConsultationFile) -> None:
    """Ask the questions, a sub-question from the row of the one it stands below."""
    labels = {question.key: question.label for question in file.questions}
    typist.go("questions", file.consultation.slug)
    for question in file.questions:
        above = labels.get(question.parent)
        typist.follow(f"Add sub-question of {above}" if above else "Add question")
        typist.line("Question number", question.label)
        typist.prose("Question text", question.text)
        typist.choose("Answer type", question.kind)
        typist.lines("Options", question.options)
        typist.lines("Related clauses", question.refers_to)
        typist.prose("Summary in the conclusion", question.summary)
        typist.line("Reference (advanced)", question.key)
        typist.save(said="Question added.")


def type_attachments(
    typist: Typist, about: contents.Consultation, folder: Path
) -> None:
    """Attach the files of the consultation, and give them their titles."""
    typist.go("attachments", about.slug)
    for attachment in about.attachments:
        typist.upload("Files", folder / attachment.file)
        typist.save("Attach files", said="Files attached:")
        row = typist.here.get_by_role("row").filter(has_text=attachment.file)
        typist.act(row.get_by_role("link", name="Rename or replace"))
        typist.line("Title", attachment.title)
        typist.save()


def type_times(typist: Typist, file: contents.ConsultationFile) -> None:
    """Set the deadline and the opening, then extend the deadline."""
    about = file.consultation
    assert about.closes
    assert about.opened
    typist.go("deadline", about.slug)
    typist.moment("Deadline", about.closes)
    typist.save()
    typist.go("opening", about.slug)
    typist.pick("Open", "At a set time")
    start = dt.datetime.combine(about.opened, about.opens_at or dt.time())
    typist.moment("Opening date and time", start.replace(tzinfo=LONDON))
    act = "Record" if about.closes < timezone.now() else "Schedule"
    typist.save(f"{act} opening", said="Consultation opened. It is public now.")
    labels = {question.key: question.label for question in file.questions}
    typist.go("deadline", about.slug)
    for extension in about.extensions:
        typist.follow("Extend deadline")
        typist.moment("New deadline", extension.to)
        for key in extension.questions:
            typist.tick(labels[key])
        typist.prose("Reason", extension.reason)
        typist.save(said="Deadline extended.")


# --- what came in ---------------------------------------------------------------------


def type_responses(typist: Typist, file: contents.ConsultationFile) -> None:
    """Enter who responded, each with their response."""
    received = {each.respondent: each for each in file.submissions}
    labels = {question.key: question.label for question in file.questions}
    typist.go("received", file.consultation.slug)
    for respondent in file.respondents:
        typist.follow("Record response")
        typist.line("Name", respondent.name)
        typist.line("Category", respondent.category)
        typist.line("Email address", respondent.email)
        typist.lines("Roles", respondent.roles)
        typist.lines("Organisations represented", respondent.represents)
        typist.lines("Other names", respondent.aliases)
        typist.line("Reference (advanced)", respondent.key)
        typist.save("Save and record response", said=f"{respondent.name} added.")
        type_submission(typist, received[respondent.key], labels)


def type_submission(
    typist: Typist, submission: contents.Submission, labels: dict[str, str]
) -> None:
    """Enter a response with its answers; a question without one is passed over."""
    typist.moment("Received", submission.received)
    typist.choose("Received by", submission.channel)
    typist.choose("Attribution", submission.attribution)
    if submission.accepted is not None:
        typist.act(typist.here.get_by_text("Late response decision"))
        decided = "yes" if submission.accepted else "no"
        typist.choose("Late response", decided)
        typist.prose("Reason for the decision", submission.accepted_reason)
    if submission.withdrawn:
        typist.act(typist.here.get_by_text("Withdrawal by the respondent"))
        typist.moment("Date and time of the withdrawal", submission.withdrawn.at)
        typist.prose("Reason for the withdrawal", submission.withdrawn.reason)
    for answer in submission.answers:
        at = typist.within(labels[answer.question])
        if answer.stance:
            at.choose("Position", answer.stance)
        if answer.choice:
            at.choose("Option chosen", answer.choice)
        if answer.text:
            at.prose("Answer", answer.text)
        if answer.confidential:
            at.tick("Confidential")
    typist.save(said="recorded.")


# --- what is said back ----------------------------------------------------------------


def type_comments(typist: Typist, file: contents.ConsultationFile) -> None:
    """Write the comments, each with the response to it."""
    labels = {question.key: question.label for question in file.questions}
    names = {respondent.key: respondent.name for respondent in file.respondents}
    for comment in file.comments:
        typist.go("new_comment", file.consultation.slug)
        typist.choose("Question", shown=labels.get(comment.question, "No question"))
        type_comment(typist, comment, [names[key] for key in comment.from_])
        typist.save(said="added.")


def type_comment(
    typist: Typist, comment: contents.Comment, names: Iterable[str]
) -> None:
    """Fill in a comment and the response to it."""
    typist.prose("Published comment", comment.text)
    for name in names:
        typist.tick(name)
    typist.lines("Related clauses", comment.concerns)
    typist.line("Follows an earlier response", comment.replies_to)
    type_response(typist, comment)


def type_response(typist: Typist, comment: contents.Comment) -> None:
    """Fill in the response to a comment, and what was decided."""
    if comment.response:
        typist.prose("DCC response", comment.response)
    if comment.disposition:
        decided = DCCResponse.Disposition(comment.disposition)
        typist.pick("Outcome", str(decided.label))


def type_changes(typist: Typist, file: contents.ConsultationFile) -> None:
    """Enter the clause changes, every other one from a comment that caused it."""
    numbers = numbers_by_key(file.consultation.slug)
    for number, change in enumerate(file.changes):
        if change.because_of and number % 2:
            typist.go("comment", file.consultation.slug, change.because_of[0])
            typist.follow("Add clause change")
        else:
            typist.go("new_change", file.consultation.slug)
        typist.choose("Document", shown=change.document)
        typist.line("Drafting reference", change.reference)
        typist.prose("Description", change.description)
        typist.prose("Rationale for change", change.rationale)
        type_causes(typist, [f"{numbers[key]}: " for key in change.because_of])
        typist.prose("DCC’s own reason", change.own_initiative)
        typist.line("Clause identifier", change.clause)
        typist.prose("Current text", change.before)
        typist.prose("New text", change.after)
        typist.line("Reference (advanced)", change.key)
        typist.save(said="Clause change added.")


def numbers_by_key(slug: str) -> dict[str, str]:
    """Return the numbers of the comments by their keys in the file."""
    consultation = Consultation.objects.get(slug=slug)
    numbers = comment_numbers(consultation)
    return {comment.key: numbers[comment.pk] for comment in consultation.comments.all()}


def type_causes(typist: Typist, beginnings: Sequence[str]) -> None:
    """Tick the comments that led to a change, where they are not ticked yet."""
    group = typist.within("Comments that led to this change")
    for beginning in beginnings:
        name = re.compile(rf"^\s*{re.escape(beginning)}")
        box = group.here.get_by_role("checkbox", name=name, include_hidden=True)
        if not box.is_visible():
            typist.act(group.here.get_by_text("Other comments"))
        typist.mark(box)
