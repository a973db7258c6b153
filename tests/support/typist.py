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
from playwright.sync_api import Locator, Page, expect

from consultations.documents.rich_text.markup import to_source
from consultations.london import LONDON
from consultations.models import Consultation
from responses.consultation_file import contents
from responses.models import DCCResponse
from tests.support.editor_page import paste

PATIENCE = 60_000
"""Milliseconds for a page to come: submitting makes a PDF on a busy machine."""

SHORT = 60
"""Letters of a text that is typed key by key; a longer one is pasted."""


def called(label: str) -> re.Pattern[str]:
    """Return a pattern for a label, with or without the word that it is optional."""
    return re.compile(rf"^\s*{re.escape(label)}(\s+\(optional\))?\s*$")


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
        expect(answer).to_contain_text(said, timeout=PATIENCE)

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
        typist.choose("Kind", document.kind)
        if document.parent:
            typist.choose("Annexed to", shown=document.parent)
        typist.choose("How a concluded version comes into force", document.route)
        typist.save()
        for version in document.versions:
            typist.go("new_document_version", document.code)
            typist.line("Key", version.key)
            typist.line("Label", version.label)
            typist.choose("Status", version.status)
            typist.line("In force from", version.in_force)
            typist.save()


# --- what is asked --------------------------------------------------------------------


def type_consultation(typist: Typist, file: contents.ConsultationFile) -> None:
    """Begin the consultation, with its documents."""
    about = file.consultation
    typist.go("desk")
    typist.follow("Set up a consultation")
    typist.line("Title", about.title)
    typist.line("Address", about.slug)
    for document in file.documents:
        if document.code in about.documents:
            typist.tick(f"{document.code}: {document.title}")
    typist.prose("Summary", about.summary)
    typist.line("Classification", about.classification)
    typist.line("Mailbox for responses", about.mailbox)
    known = Consultation.Anonymity(about.anonymity)
    typist.pick("How respondents are known who do not say", str(known.label))
    typist.line("Conclusion to be published by", about.target_conclusion)
    if about.follows:
        typist.line("Earlier consultation", about.follows.slug)
        typist.choose("What this one is to it", about.follows.relation)
    typist.save(said="The consultation is begun.")


def type_questions(typist: Typist, file: contents.ConsultationFile) -> None:
    """Ask the questions, a sub-question from the row of the one it stands below."""
    labels = {question.key: question.label for question in file.questions}
    typist.go("questions", file.consultation.slug)
    for question in file.questions:
        below = labels.get(question.parent)
        typist.follow(f"Ask below {below}" if below else "New question")
        typist.line("Label", question.label)
        typist.prose("What is asked", question.text)
        typist.choose("Kind", question.kind)
        typist.lines("Options to choose from", question.options)
        typist.lines("Clauses it is about", question.refers_to)
        typist.prose("Summary above its table", question.summary)
        typist.line("Key", question.key)
        typist.save(said="The question is asked.")


def type_attachments(
    typist: Typist, about: contents.Consultation, folder: Path
) -> None:
    """Attach the files of the consultation, and give them their titles."""
    typist.go("attachments", about.slug)
    for attachment in about.attachments:
        typist.upload("Files", folder / attachment.file)
        typist.save("Attach", said="Attached:")
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
    typist.pick("Open it", "At the time below")
    start = dt.datetime.combine(about.opened, about.opens_at or dt.time())
    typist.moment("Time of opening", start.replace(tzinfo=LONDON))
    typist.save("Set the opening", said="It is public now.")
    labels = {question.key: question.label for question in file.questions}
    typist.go("deadline", about.slug)
    for extension in about.extensions:
        typist.follow("Extend the deadline")
        typist.moment("New deadline", extension.to)
        for key in extension.questions:
            typist.tick(labels[key])
        typist.prose("Reason", extension.reason)
        typist.save(said="The deadline is extended.")


# --- what came in ---------------------------------------------------------------------


def type_responses(typist: Typist, file: contents.ConsultationFile) -> None:
    """Enter who responded, each with their response."""
    received = {each.respondent: each for each in file.submissions}
    labels = {question.key: question.label for question in file.questions}
    typist.go("received", file.consultation.slug)
    for respondent in file.respondents:
        typist.follow("Enter a response")
        typist.line("Name", respondent.name)
        typist.line("Category", respondent.category)
        typist.line("E-mail", respondent.email)
        typist.lines("Roles", respondent.roles)
        typist.lines("Represents", respondent.represents)
        typist.lines("Other names", respondent.aliases)
        typist.line("Key", respondent.key)
        typist.save("Save and enter their response")
        type_submission(typist, received[respondent.key], labels)


def type_submission(
    typist: Typist, submission: contents.Submission, labels: dict[str, str]
) -> None:
    """Enter a response with its answers; a question without one is passed over."""
    typist.moment("Received", submission.received)
    typist.choose("How it came", submission.channel)
    typist.choose("How they may be known", submission.attribution)
    if submission.accepted is not None:
        typist.act(typist.here.get_by_text("If it came late: whether it counts"))
        decided = "yes" if submission.accepted else "no"
        typist.choose("Decision, if it came late", decided)
        typist.prose("Reason for the decision", submission.accepted_reason)
    for answer in submission.answers:
        at = typist.within(labels[answer.question])
        if answer.stance:
            at.choose("Stance", answer.stance)
        if answer.choice:
            at.choose("Chosen", answer.choice)
        if answer.text:
            at.prose("Word for word", answer.text)
        if answer.confidential:
            at.tick("In confidence")
    typist.save(said="The response is recorded.")


# --- what is said back ----------------------------------------------------------------


def type_comments(typist: Typist, file: contents.ConsultationFile) -> None:
    """Write the comments, each with the response to it."""
    labels = {question.key: question.label for question in file.questions}
    names = {respondent.key: respondent.name for respondent in file.respondents}
    for comment in file.comments:
        typist.go("new_comment", file.consultation.slug)
        typist.choose("Question", shown=labels.get(comment.question, "No question"))
        type_comment(typist, comment, [names[key] for key in comment.from_])
        typist.save()


def type_comment(
    typist: Typist, comment: contents.Comment, names: Iterable[str]
) -> None:
    """Fill in a comment and the response to it."""
    typist.prose("Comment as published", comment.text)
    for name in names:
        typist.tick(name)
    typist.lines("Clauses it concerns", comment.concerns)
    typist.line("Replies to an earlier response", comment.replies_to)
    type_response(typist, comment)


def type_response(typist: Typist, comment: contents.Comment) -> None:
    """Fill in the response to a comment, and what was decided."""
    if comment.response:
        typist.prose("DCC response", comment.response)
    if comment.disposition:
        decided = DCCResponse.Disposition(comment.disposition)
        typist.pick("Disposition", str(decided.label))


def type_changes(typist: Typist, file: contents.ConsultationFile) -> None:
    """Enter the clause changes, every other one from a comment that caused it."""
    for number, change in enumerate(file.changes):
        if change.because_of and number % 2:
            typist.go("comment", file.consultation.slug, change.because_of[0])
            typist.follow("New change from this comment")
        else:
            typist.go("new_change", file.consultation.slug)
        typist.choose("Document", shown=change.document)
        typist.line("Drafting reference", change.reference)
        typist.prose("Description", change.description)
        typist.prose("Rationale for change", change.rationale)
        type_causes(typist, [f"{key}: " for key in change.because_of])
        typist.prose("Reason, if nobody asked for it", change.own_initiative)
        typist.line("Clause it changes", change.clause)
        typist.prose("Words before", change.before)
        typist.prose("Words after", change.after)
        typist.line("Key", change.key)
        typist.save(said="The change is made.")


def type_causes(typist: Typist, keys: Sequence[str]) -> None:
    """Tick the comments that led to a change, where they are not ticked yet."""
    group = typist.within("Because of")
    for key in keys:
        name = re.compile(rf"^\s*{re.escape(key)}")
        box = group.here.get_by_role("checkbox", name=name, include_hidden=True)
        if not box.is_visible():
            typist.act(group.here.get_by_text("Other comments"))
        typist.mark(box)
