"""Names in attached files: the worker reads, the checks find, the rest is confirmed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from consultations.attached_files.inspection import READER_VERSION
from consultations.models import (
    Conclusion,
    ConclusionAttachment,
    ConsultationAttachment,
    StoredFile,
)
from responses import file_words
from responses.checks import findings
from responses.checks.subject import Finding, read_check_context
from responses.desk.check_results import check_conclusion
from responses.file_words import enqueue_reading, read_waiting_files
from responses.models import Attribution, FileWords, Submission
from tests.attached_files.test_words import OTHER_FILES, PDF_FILES, WORD_FILES
from tests.checks.test_findings import make_ready
from tests.support.factories import make_respondent, make_submission
from tests.support.made_files import png, word

pytestmark = pytest.mark.django_db

NAME = "Zork Metering"
ANYTHING = b"Nothing in particular."


def make_ready_with_hidden() -> Conclusion:
    """A conclusion without blockers, with a respondent who must not be named."""
    conclusion = make_ready()
    make_submission(make_respondent(conclusion.consultation, NAME))
    return conclusion


def attach(
    conclusion: Conclusion, filename: str, content: bytes, title: str = "Plan"
) -> ConclusionAttachment:
    return ConclusionAttachment.objects.create(
        conclusion=conclusion,
        title=title,
        kind="other",
        filename=filename,
        file=StoredFile.objects.store(content),
    )


def publish_with_consultation(
    conclusion: Conclusion, filename: str, content: bytes, title: str = "Plan"
) -> ConsultationAttachment:
    return ConsultationAttachment.objects.create(
        consultation=conclusion.consultation,
        title=title,
        filename=filename,
        file=StoredFile.objects.store(content),
    )


def blockers(conclusion: Conclusion) -> list[Finding]:
    return findings(conclusion)[0]


FILES = {
    "Word": ("a.docx", WORD_FILES["runs split inside words"], "the text in "),
    "PDF": ("a.pdf", PDF_FILES["hyphenated line end"], "page 1 in "),
    "CSV": ("a.csv", OTHER_FILES["two cells of CSV"][1], ""),
    "ZIP": ("a.zip", OTHER_FILES["member"][1], "the file “a.txt” in "),
}


@pytest.mark.parametrize(("name", "content", "place"), FILES.values(), ids=FILES)
@pytest.mark.parametrize("add", [attach, publish_with_consultation])
def test_name_in_attached_file_blocks(
    add: Callable[..., object], name: str, content: bytes, place: str
) -> None:
    conclusion = make_ready_with_hidden()
    add(conclusion, name, content)
    read_waiting_files()
    (found,) = blockers(conclusion)
    label = "attachment" if add is attach else "consultation attachment"
    start = f"{place}the file of {label} “Plan” contains “Zork"
    assert found.text.startswith(f"{start[0].upper()}{start[1:]}")
    assert f"the name of {NAME}" in found.text or "the name of a resp" in found.text


@pytest.mark.parametrize("add", [attach, publish_with_consultation])
@pytest.mark.parametrize(
    ("filename", "title"),
    [("zork-metering-response.pdf", "Plan"), ("a.txt", f"Letter of {NAME}")],
)
def test_name_in_file_name_or_title_blocks(
    add: Callable[..., object], filename: str, title: str
) -> None:
    conclusion = make_ready_with_hidden()
    add(conclusion, filename, ANYTHING, title)
    read_waiting_files()
    assert [NAME in each.text for each in blockers(conclusion)] == [True]


def test_file_that_was_not_read_yet_blocks_without_confirmation() -> None:
    conclusion = make_ready_with_hidden()
    attach(conclusion, "a.txt", ANYTHING)
    (found,) = blockers(conclusion)
    assert "“a.txt” of attachment “Plan” has not been read yet" in found.text
    assert found.confirmation == ""
    read_waiting_files()
    assert blockers(conclusion) == []


def test_unreadable_file_blocks_with_a_confirmation_of_its_hash() -> None:
    conclusion = make_ready_with_hidden()
    file = attach(conclusion, "a.docx", word("", {"word/media/a.png": png()})).file
    publish_with_consultation(conclusion, "b.docx", bytes(file.content))  # type: ignore[union-attr]
    read_waiting_files()
    (found,) = blockers(conclusion)
    assert found.text == (
        "The file “a.docx” of attachment “Plan” contains a picture, whose words cannot "
        "be read. Read the file, and confirm that nothing in the file identifies a "
        "respondent who must not be named."
    )
    assert found.confirmation == f"unread-file:{file.pk}"  # type: ignore[union-attr]


def test_unreadable_consultation_file_leads_to_its_page() -> None:
    conclusion = make_ready_with_hidden()
    publish_with_consultation(conclusion, "a.png", png())
    read_waiting_files()
    (found,) = check_conclusion(conclusion).blockers
    assert found.href.endswith("/attachments/")


def test_unreadable_file_is_no_issue_where_everybody_may_be_named() -> None:
    conclusion = make_ready()
    attach(conclusion, "a.png", png())
    read_waiting_files()
    assert len(blockers(conclusion)) == 1
    Submission.objects.update(attribution=Attribution.NAMED)
    assert blockers(conclusion) == []
    answer = read_check_context(conclusion).counted_responses.received.answers[0]
    answer.confidential = True
    answer.save()
    assert [each.confirmation[:12] for each in blockers(conclusion)] == ["unread-file:"]


def test_words_of_an_earlier_reader_count_as_missing() -> None:
    conclusion = make_ready_with_hidden()
    attach(conclusion, "a.txt", ANYTHING)
    read_waiting_files()
    FileWords.objects.update(reader_version=READER_VERSION - 1)
    assert "has not been read yet" in blockers(conclusion)[0].text
    assert len(read_waiting_files()) == 1
    assert blockers(conclusion) == []


def test_query_count_does_not_grow_with_files() -> None:
    conclusion = make_ready_with_hidden()
    counts = []
    for number in range(3):
        attach(conclusion, "a.txt", b"%d" % number, f"Plan {number}")
        publish_with_consultation(conclusion, "b.txt", b"x%d" % number)
        read_waiting_files()
        with CaptureQueriesContext(
            connection,
        ) as captured:
            findings(conclusion)
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2]


# --- reading -------------------------------------------------------------------------


def test_file_is_read_once_whoever_attaches_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    conclusion = make_ready_with_hidden()
    attach(conclusion, "a.txt", ANYTHING)
    publish_with_consultation(conclusion, "b.txt", ANYTHING)
    assert len(read_waiting_files()) == 1
    monkeypatch.setattr(file_words, "read_words", lambda *_: pytest.fail("read again"))
    assert read_waiting_files() == []
    file_words.read_file_words.call(FileWords.objects.get().file_id)


def test_worker_reads_file_after_commit(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    file = attach(make_ready(), "a.txt", ANYTHING).file
    with django_capture_on_commit_callbacks(execute=True):
        enqueue_reading([file, file, None])
        assert not FileWords.objects.exists()
    words = FileWords.objects.get()
    assert (words.texts, words.unread) == ([["", "Nothing in particular."]], [])


def test_file_of_a_worker_that_died_is_read_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = attach(make_ready(), "a.txt", ANYTHING).file
    assert file is not None
    later: list[object] = []

    class Backend:
        supports_defer = True

    class Later:
        def enqueue(self, digest: str) -> None:
            later.append(digest)

    def die(*_: object) -> None:
        raise SystemExit

    task = type(file_words.read_file_words)
    monkeypatch.setattr(task, "get_backend", lambda _: Backend())
    monkeypatch.setattr(task, "using", lambda *_, run_after: Later())
    monkeypatch.setattr(file_words, "read_words", die)
    with pytest.raises(SystemExit):
        file_words.read_file_words.call(file.pk)
    assert later == [file.pk]
    assert file_words.unread_digests([file.pk]) == [file.pk]


def test_command_reads_what_was_not_read() -> None:
    conclusion = make_ready_with_hidden()
    attach(conclusion, "a.txt", ANYTHING)
    publish_with_consultation(conclusion, "a.png", png())
    output = io.StringIO()
    call_command("read_waiting_files", stdout=output)
    assert output.getvalue().startswith("Files read: 2.\n")
    assert "contains a picture, whose words cannot be read." in output.getvalue()


def test_check_conclusion_reads_files_first() -> None:
    conclusion = make_ready_with_hidden()
    attach(conclusion, "a.docx", WORD_FILES["author of a comment"])
    output = io.StringIO()
    call_command("check_conclusion", conclusion.slug, "--json", stdout=output)
    (found,) = json.loads(output.getvalue())["blockers"]
    assert "The author of a tracked change or comment in the file of" in found


def consultation_file(folder: Path, attachment: str, content: bytes) -> str:
    """Write a consultation file with an attachment; return its path."""
    (folder / attachment).write_bytes(content)
    path = folder / "file.yaml"
    path.write_text(
        "consultation_file: 1\n"
        "documents: [{code: S1SR, title: Requirements}]\n"
        "consultation:\n"
        "  slug: example\n  title: Example\n  documents: [S1SR]\n  opened: 2026-01-05\n"
        f"  attachments: [{{title: Plan, file: {attachment}}}]\n"
        'questions: [{label: Question 1, text: "Do you agree?"}]\n'
    )
    return str(path)


def test_loaded_files_are_read_at_once(tmp_path: Path) -> None:
    path = consultation_file(tmp_path, "plan.txt", ANYTHING)
    call_command("load_consultation", path, stdout=io.StringIO())
    assert FileWords.objects.get().texts == [["", "Nothing in particular."]]


def test_loaded_file_with_active_content_is_refused(tmp_path: Path) -> None:
    path = consultation_file(tmp_path, "plan.csv", b"=cmd|'/c calc'!A0")
    errors = io.StringIO()
    with pytest.raises(CommandError, match="Nothing was stored"):
        call_command("load_consultation", path, stderr=errors)
    assert "contains a DDE field or formula" in errors.getvalue()
