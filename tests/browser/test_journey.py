"""From an empty database to a published conclusion, entirely in the browser.

A drafter and an approver type in what a consultation file says and publish it; what is
published then says what the same file gives when it is loaded.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, expect
from pytest_django.live_server_helper import LiveServer

import consultations
from consultations.documents import formats
from consultations.documents.conclusion.content import ConclusionContent
from consultations.editions import triggers
from consultations.editions.reservation import reserve_edition
from consultations.models import Clause, Conclusion, Consultation, Edition
from responses.analysis.conclusion_content import conclusion_content
from responses.consultation_file.contents import ConsultationFile, Document, Section
from responses.consultation_file.from_rows.read_rows import stored_file
from responses.consultation_file.loading import load_file
from responses.consultation_file.reading import Reading, read_file
from responses.consultation_file.writing import write_file
from tests.support import typist as typing
from tests.support import typist_concluded as concluding
from tests.support.accounts import PASSWORD
from tests.support.consultation_files import altered, read_text, undone
from tests.support.factories import make_user
from tests.support.typist import PATIENCE, Typist
from tests.support.typist_keyboard import KeyboardTypist

DEMO = Path(consultations.__file__).parent / "demo"
MORE = (
    # A time of opening, a file published with it, more time for some questions.
    ("  opened: 2026-05-11\n", '  opened: 2026-05-11\n  opens_at: "09:30"\n'),
    (
        "questions:\n",
        "    - {from: 2026-06-15 16:00, to: 2026-06-19 16:00, questions: [q2, q4a],"
        " reason: A test report came late.}\n"
        "  attachments:\n"
        "    - {title: S1DB version 3.1, file: s1db-3.1.txt}\n"
        "questions:\n",
    ),
    # A question that is open, and one with words above the table of its comments.
    (
        "    options: [5 Working Days,",
        "    summary: Preferences ranged from 5 to 20 Working Days.\n"
        "    options: [5 Working Days,",
    ),
    (
        "respondents:\n",
        "  - {key: q6, label: Question 6, kind: open, text: Is there anything else?}\n"
        "respondents:\n",
    ),
    # A respondent with an address; responses with leave to name, and in confidence.
    (
        "category: Small Supplier}",
        "category: Small Supplier, email: desk@merrowdown.test}",
    ),
    ("    channel: post\n", "    channel: post\n    attribution: named\n"),
    ("    channel: meeting\n", "    channel: meeting\n    attribution: confidential\n"),
    (
        "Without one we cannot contact the customer on the same day.",
        "Without one we cannot <b>contact the customer</b> on the same day.",
    ),
    (
        "      - {question: q5, stance: disagree}\n",
        "      - {question: q5, stance: disagree}\n"
        "      - {question: q6, text: The S1DB would be easier with an index.}\n",
    ),
    # A comment on no question, one on the open one, and a change with both its texts.
    (
        "changes:\n",
        "  - {key: k17, question: q6, from: [r7], disposition: noted,"
        " text: A respondent suggested an index., response: DCC will consider it.}\n"
        "  - {key: k18, question: null, from: [r5], disposition: noted,"
        " text: A respondent thanked DCC for the webinar., response: DCC notes this.}\n"
        "changes:\n",
    ),
    (
        "    because_of: [k2]\n",
        "    because_of: [k2, k4]\n"
        "    before: no more than 10 seconds\n"
        "    after: no more than <b>60</b> seconds\n",
    ),
    # The analysis with more columns, and a table that is left out.
    ("columns: [comment,", "columns: [respondent, disposition, comment,"),
    (
        "            question: q4\n",
        "            question: q4\n            table: false\n",
    ),
)
"""What the demonstration's file does not have of its own."""

SLIP = ("Subject to designation", "Subject to resignation")
"""Words of a section as they are typed at first: the approver remarks on them."""

BRIEFLY = (
    # What somebody with nothing but a keyboard types in: one of everything.
    (
        "questions:\n",
        "  attachments:\n"
        "    - {title: S1DB version 3.1, file: s1db-3.1.txt}\n"
        "questions:\n",
    ),
    (
        "from: [], text: A general remark.}",
        "from: [r2], text: A general remark., response: Noted., disposition: noted}",
    ),
    ("  - title: Conclusion", "  - slug: broadcast-2026\n    title: Conclusion"),
    (
        "      - {heading: Attachments, kind: attachments}\n",
        "      - {heading: Next Steps, kind: text, text: Subject to designation.}\n"
        "      - {heading: Attachments, kind: attachments}\n",
    ),
)
"""What the small file does not have of its own."""


@dataclass(frozen=True)
class Expected:
    """What the file gives when it is loaded: words, values, and the file again."""

    text: str
    content: ConclusionContent
    file: ConsultationFile


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the consultation file's attachments."""
    shutil.copy(DEMO / "s1dm-4.0.csv", tmp_path)
    (tmp_path / "s1db-3.1.txt").write_text("The text consulted on.\n")
    return tmp_path


@pytest.fixture
def reading() -> Reading:
    text = (DEMO / "device-behaviours-2026.yaml").read_text(encoding="utf-8")
    return read_file(altered(*MORE, text=text).encode())


@pytest.fixture
def people(
    browser: Browser,
    live_server: LiveServer,
    console_errors: list[str],
) -> Iterator[Callable[..., Typist]]:
    """Return what opens a browser of its own for somebody, and logs them in.

    The test fails when any of their consoles reports an error.
    """
    contexts: list[BrowserContext] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            console_errors.append(f"{message.text} ({message.location['url']})")

    def enter(
        name: str, role: str, *, scripted: bool = True, kind: type[Typist] = Typist
    ) -> Typist:
        context = browser.new_context(
            base_url=live_server.url,
            locale="en-GB",
            timezone_id="Europe/London",
            java_script_enabled=scripted,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: console_errors.append(str(error)))
        make_user(name, role, email=f"{name}@example.org")
        somebody = kind(page, scripted)
        log_in(somebody, name)
        return somebody

    yield enter
    for context in contexts:
        context.close()
    assert console_errors == []


def log_in(somebody: Typist, name: str) -> None:
    somebody.page.goto("/accounts/login/")
    somebody.fill(somebody.page.get_by_label("Username"), name)
    somebody.fill(somebody.page.get_by_label("Password"), PASSWORD)
    somebody.press("Sign in")
    expect(somebody.page.get_by_role("heading", level=1)).to_have_text("Workspace")


# Expected results


def expected(reading: Reading, folder: Path) -> Expected:
    """Return what the loaded file gives; nothing of it stays stored."""
    with undone():
        load_file(reading, folder)
        with triggers.without_guards(connection):
            Clause.objects.all().delete()  # nobody can type clauses
        conclusion = Conclusion.objects.get(slug=slug_of(reading.file))
        content = reserve_edition(conclusion, conclusion_content(conclusion), "")
        text = formats.render(content, "txt").decode()
        return Expected(text, content, exported(reading.file))


def exported(file: ConsultationFile) -> ConsultationFile:
    """Return the stored consultation as in a file; clauses cannot be typed."""
    found = stored_file(Consultation.objects.get(slug=file.consultation.slug))
    documents = tuple(map(without_clauses, found.documents))
    return replace(found, documents=documents)


def slug_of(file: ConsultationFile) -> str:
    """Return how the one conclusion of a file is addressed."""
    (conclusion,) = file.conclusions
    return conclusion.slug


def without_clauses(document: Document) -> Document:
    versions = tuple(replace(version, clauses=()) for version in document.versions)
    return replace(document, versions=versions)


# The journey


@pytest.mark.long
@pytest.mark.soak
@pytest.mark.usefixtures("pdf")
@pytest.mark.parametrize(
    "scripted",
    [True, pytest.param(False, marks=pytest.mark.soak_only)],
    ids=["scripted", "unscripted"],
)
def test_typed_consultation_is_published_like_a_loaded_one(
    people: Callable[..., Typist], reading: Reading, folder: Path, *, scripted: bool
) -> None:
    drafter = people("dora", "Drafter", scripted=scripted)
    approver = people("ada", "Approver", scripted=scripted)
    is_published_as_if_loaded(drafter, approver, reading, folder)


@pytest.mark.long
@pytest.mark.usefixtures("pdf")
def test_consultation_is_published_without_javascript(
    people: Callable[..., Typist], folder: Path
) -> None:
    drafter = people("dora", "Drafter", scripted=False)
    approver = people("ada", "Approver", scripted=False)
    is_published_as_if_loaded(drafter, approver, read_text(altered(*BRIEFLY)), folder)


@pytest.mark.long
@pytest.mark.usefixtures("pdf")
def test_consultation_is_published_by_keyboard_alone(
    people: Callable[..., Typist], folder: Path
) -> None:
    drafter = people("dora", "Drafter", kind=KeyboardTypist)
    approver = people("ada", "Approver", kind=KeyboardTypist)
    is_published_as_if_loaded(drafter, approver, read_text(altered(*BRIEFLY)), folder)


def is_published_as_if_loaded(
    drafter: Typist, approver: Typist, reading: Reading, folder: Path
) -> None:
    """Type a file in, publish it, and compare with what it gives when it is loaded."""
    file = reading.file
    loaded = expected(reading, folder)
    assert not Consultation.objects.exists()
    type_everything(drafter, as_typed_at_first(file), folder)
    answer_what_is_left(drafter, file)
    submit(drafter, file, "Please read the next steps closely.")
    send_back(approver, file)
    mend(drafter, file)
    submit(drafter, file, "The word is put right.")
    publish(approver, file)
    edition = Edition.objects.get(number=1)
    assert fetched(approver, file) == loaded.text
    assert edition.conclusion_content() == loaded.content
    is_exported_like(exported(file), loaded.file)


def is_exported_like(found: ConsultationFile, expected: ConsultationFile) -> None:
    """Compare exported files but for notices, which have the times of their making.

    Deadlines typed after the opening were extended by notices, in the same words.
    """
    assert [notice.kind for notice in found.consultation.notices] == [
        "extended" for _ in expected.consultation.extensions
    ]
    assert [notice.text for notice in found.consultation.notices] == [
        extension.reason for extension in expected.consultation.extensions
    ]
    assert write_file(without_notices(found)) == write_file(without_notices(expected))


def without_notices(file: ConsultationFile) -> ConsultationFile:
    """Return a file without the notices of its consultation."""
    return replace(file, consultation=replace(file.consultation, notices=()))


def type_everything(drafter: Typist, file: ConsultationFile, folder: Path) -> None:
    """Type in the whole of a file but its sign-off."""
    typing.type_documents(drafter, file.documents)
    typing.type_consultation(drafter, file)
    typing.choose_consultation_of_versions(drafter, file)
    typing.type_questions(drafter, file)
    typing.type_attachments(drafter, file.consultation, folder)
    typing.type_times(drafter, file)
    typing.type_responses(drafter, file)
    typing.type_comments(drafter, file)
    typing.type_changes(drafter, file)
    concluding.type_outcome(drafter, file)
    for conclusion in file.conclusions:
        concluding.type_conclusion(drafter, file, conclusion)
        concluding.type_enclosures(drafter, file, conclusion, folder)


def answer_what_is_left(drafter: Typist, file: ConsultationFile) -> None:
    """Follow what stands in the way to the comment that has no response, and answer."""
    drafter.go("sign_off", slug_of(file))
    expect(drafter.here).to_contain_text("Fix before publishing 1")
    drafter.act(drafter.here.locator(".blockers a"))
    typing.type_response(drafter, file.comments[-1])
    drafter.save(said="saved.")


def submit(drafter: Typist, file: ConsultationFile, note: str) -> None:
    """Read the preview, then submit the conclusion: nothing stands in the way."""
    drafter.go("preview", slug_of(file))
    expect(drafter.here).to_contain_text("Table 1")
    drafter.go("sign_off", slug_of(file))
    expect(drafter.here).to_contain_text("Ready to submit")
    drafter.prose("Note to the approver", f"<p>{note}</p>")
    drafter.save("Submit for approval", said="Submitted.")


def send_back(approver: Typist, file: ConsultationFile) -> None:
    """Read the edition, remark on the section with the slip, and send it back."""
    approver.go("sign_off", slug_of(file))
    approver.follow("Review")
    expect(approver.here.locator(".edition-sheet")).to_contain_text(SLIP[1])
    approver.act(
        approver.here.get_by_text("Add a review remark on a section", exact=True)
    )
    approver.choose("Section", shown=section_entry(approver))
    approver.prose("Review remark", "<p>Not resignation, surely.</p>")
    approver.save("Add review remark", said="Review remark added.")
    approver.prose("Review remarks", "<p>One word is wrong.</p>")
    approver.save("Return to drafter", said="Edition returned to the drafter.")


def section_entry(approver: Typist) -> str:
    """Return how the list of sections calls the one with the slip."""
    entries = approver.here.get_by_label("Section", exact=True).locator("option")
    return entries.filter(has_text="Next Steps").first.text_content() or ""


def mend(drafter: Typist, file: ConsultationFile) -> None:
    """Follow the remark to its section, put the word right, and settle the remark."""
    drafter.go("sections", slug_of(file))
    link = drafter.page.get_by_role("link", name="Next Steps", exact=True)
    drafter.act(link.first)
    section = next(s for s in file.conclusions[0].sections if SLIP[0] in s.text)
    drafter.prose("Text", section.text)
    drafter.save()
    drafter.go("sign_off", slug_of(file))
    expect(drafter.here).to_contain_text("Not resignation, surely.")
    drafter.act(drafter.here.get_by_role("button", name="Mark resolved"))
    expect(drafter.here).not_to_contain_text("Not resignation, surely.")


def publish(approver: Typist, file: ConsultationFile) -> None:
    """Read the new edition, approve it, and publish it."""
    approver.go("sign_off", slug_of(file))
    approver.follow("Review")
    expect(approver.here.locator(".edition-sheet")).to_contain_text(SLIP[0])
    approver.save("Approve", said="Edition approved.")
    approver.save("Publish now", said="Edition published.")


def fetched(approver: Typist, file: ConsultationFile) -> str:
    """Return the published text as readers get it, by its link on the public page."""
    approver.follow("View public page")
    link = approver.here.get_by_role("link", name=f"{slug_of(file)}-edition-1.txt")
    address = link.get_attribute("href")
    assert address
    return approver.page.request.get(address).text()


def as_typed_at_first(file: ConsultationFile) -> ConsultationFile:
    """Return the file with a wrong word in one section, and one comment unanswered."""
    (conclusion,) = file.conclusions
    conclusion = replace(conclusion, sections=tuple(map(slipped, conclusion.sections)))
    last = file.comments[-1].key
    comments = tuple(
        replace(comment, response="", disposition="")
        if comment.key == last
        else comment
        for comment in file.comments
    )
    return replace(file, conclusions=(conclusion,), comments=comments)


def slipped(section: Section) -> Section:
    return replace(section, text=section.text.replace(*SLIP))
