"""Draft files: marked on every page, made once by the worker, downloadable."""

from __future__ import annotations

import datetime as dt
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pypdf import PdfReader
from pytest_django import Settings

from consultations.access import ROLES_BY_ACTION, Action
from consultations.background import workers
from consultations.background.workers import record_heartbeat
from consultations.documents.formats import compose_for_output, render
from consultations.documents.pdf import progress
from consultations.documents.pdf.errors import PdfError
from consultations.documents.rich_text.markup import MarkupError
from consultations.editions.workflow import Refusal
from consultations.models import (
    BackgroundWorker,
    Conclusion,
    ConsultationEdition,
    Edition,
    StoredFile,
)
from responses.analysis.conclusion_content import conclusion_content
from responses.conclusions import draft_files
from responses.conclusions.draft_files import (
    DRAFT_FILE_LIFETIME,
    STEP_TIMEOUT,
    attempt_draft_file,
    request_draft_file,
)
from responses.models import DraftFile
from tests.editions.test_races import at_once
from tests.support.clocks import MovableClock
from tests.support.factories import london, make_conclusion, make_user
from tests.support.pages import answered_consultation, attach, publish

pytestmark = pytest.mark.django_db
Commit = Callable[..., AbstractContextManager[Any]]

SENTENCE = "Draft of 22 November 2026, 14:05, not published"
AT = london("2026-11-22 14:05")
State = DraftFile.State


@pytest.fixture
def conclusion() -> Conclusion:
    return make_conclusion(answered_consultation())


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Commit:
    """Run on_commit callbacks at the end of a block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def database_queue(settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def drafter() -> User:
    return make_user(role="Drafter")


def request_file(conclusion: Conclusion, name: str = "txt", **values: Any) -> DraftFile:
    draft = request_draft_file(conclusion, name, by=drafter())
    for field, value in values.items():
        setattr(draft, field, value)
    draft.save()
    return draft


def attempt(draft: DraftFile) -> DraftFile:
    """Attempt a draft file once and return its stored row."""
    attempt_draft_file(draft.pk, at=AT)
    draft.refresh_from_db()
    return draft


def bytes_of(draft: DraftFile) -> bytes:
    assert draft.file
    return bytes(draft.file.content)


def files_of_drafts() -> list[StoredFile]:
    """Return every stored file but the frozen wording of consultations."""
    frozen = ConsultationEdition.objects.values("content")
    return list(StoredFile.objects.exclude(pk__in=frozen))


def failing(error: BaseException) -> Callable[..., bytes]:
    def fail(*args: object) -> bytes:
        raise error

    return fail


def marked(conclusion: Conclusion, name: str, draft: str = SENTENCE) -> bytes:
    return render(conclusion_content(conclusion), name, draft)


# Requesting


def test_user_without_export_permission_is_refused(conclusion: Conclusion) -> None:
    with pytest.raises(Refusal, match="You need the role"):
        request_draft_file(conclusion, "pdf", by=make_user())
    assert not DraftFile.objects.exists()


def test_unknown_format_is_refused(conclusion: Conclusion) -> None:
    with pytest.raises(Refusal, match=r"'odt'\. Choose PDF, Word, Text or JSON"):
        request_draft_file(conclusion, "odt", by=drafter())


def test_repeated_request_returns_waiting_file(
    conclusion: Conclusion,
) -> None:
    user = drafter()
    first = request_draft_file(conclusion, "pdf", by=user, at=AT)
    assert request_draft_file(conclusion, "pdf", by=user) == first
    assert first.asked_at == AT


def test_other_format_or_user_gets_another_file(
    conclusion: Conclusion,
) -> None:
    user = drafter()
    files = {
        request_draft_file(conclusion, "txt", by=user),
        request_draft_file(conclusion, "json", by=user),
        request_draft_file(conclusion, "txt", by=drafter()),
    }
    assert len(files) == 3


def test_request_during_rendering_gets_another_file(conclusion: Conclusion) -> None:
    first = request_file(conclusion, state=State.WORKING, heartbeat_at=timezone.now())
    assert request_draft_file(conclusion, "txt", by=first.asked_by) != first


def test_file_is_not_made_before_commit(conclusion: Conclusion) -> None:
    assert request_file(conclusion).state == State.WAITING


def test_file_is_made_after_commit(conclusion: Conclusion, commit: Commit) -> None:
    with commit():
        draft = request_file(conclusion)
    draft.refresh_from_db()
    assert draft.state == State.READY


def test_failing_queue_leaves_file_waiting(
    conclusion: Conclusion, commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        def enqueue(self, pk: int) -> None:
            raise OSError("no queue")

    monkeypatch.setattr(draft_files, "make_draft_file", Broken())
    with commit():
        request_file(conclusion)
    assert [d.state for d in DraftFile.objects.all()] == [State.WAITING]


@pytest.mark.django_db(transaction=True)
def test_concurrent_requests_create_one_file(conclusion: Conclusion) -> None:
    user = drafter()
    results = at_once(*[partial(quietly_ask, conclusion, user) for _ in range(4)])
    assert len(set(results)) == 1
    assert DraftFile.objects.count() == 1


def quietly_ask(conclusion: Conclusion, user: User) -> int:
    """Request a file without making it: undoing that in a test would race."""
    return request_draft_file(conclusion, "txt", by=user).pk


@pytest.fixture(autouse=True)
def _queue_of_races(request: pytest.FixtureRequest, settings: Settings) -> None:
    """Make no file immediately in tests that really commit."""
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


# Making


def test_finished_file_has_name_content_and_progress(conclusion: Conclusion) -> None:
    draft = attempt(request_file(conclusion))
    assert draft.filename == "DRAFT-answered-20261122-1405.txt"
    assert bytes_of(draft) == marked(conclusion, "txt")
    assert (draft.progress, draft.attempts, draft.heartbeat_at) == (100, 1, None)
    assert draft.finished_at


def test_file_name_and_mark_use_london_time(conclusion: Conclusion) -> None:
    draft = request_file(conclusion)
    attempt_draft_file(draft.pk, at=dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC))
    draft.refresh_from_db()
    assert draft.filename == "DRAFT-answered-20260702-0030.txt"
    assert bytes_of(draft).startswith(b"Draft of 2 July 2026, 00:30, not published\n")


def test_finished_file_is_not_made_again(conclusion: Conclusion) -> None:
    draft = attempt(request_file(conclusion))
    assert attempt_draft_file(draft.pk) is None
    draft.refresh_from_db()
    assert draft.attempts == 1


def test_draft_is_read_when_file_is_made(conclusion: Conclusion) -> None:
    draft = request_file(conclusion)
    conclusion.title = "A better title"
    conclusion.save()
    assert b"A better title" in bytes_of(attempt(draft))


def test_progress_steps_are_saved_in_order(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = []
    save = DraftFile.save

    def note(self: DraftFile, *args: Any, **kwargs: Any) -> None:
        steps.append((self.progress, self.step))
        save(self, *args, **kwargs)

    draft = request_file(conclusion)
    monkeypatch.setattr(DraftFile, "save", note)
    attempt(draft)
    assert steps == [
        (5, "Reading the draft"),
        (15, "Composing the document"),
        (25, "Laying out the pages"),
        (90, "Saving the file"),
        (100, ""),
    ]


def test_page_progress_stays_below_the_next_step(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, str]] = []

    def lay_out(source: object, name: str, pages: progress.PageCallback) -> bytes:
        for page in (1, 2, 1, 3, 500):
            pages(page)
            draft.refresh_from_db()
            seen.append((draft.progress, draft.step))
        return b"%PDF"

    monkeypatch.setattr(draft_files, "BYTES_PER_PAGE", 10**9)
    monkeypatch.setattr(draft_files, "render_format", lay_out)
    draft = request_file(conclusion)
    attempt(draft)
    assert seen == [(80, "Laying out page 1")] * 5


def test_page_progress_updates_heartbeat(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = request_file(conclusion, state=State.WORKING, attempts=1, progress=25)
    draft.heartbeat_at = timezone.now()
    source = compose_for_output(conclusion_content(conclusion))
    monkeypatch.setattr(draft_files, "BYTES_PER_PAGE", 1)
    pages = draft_files._page_progress(draft, source)
    pages(1)
    assert draft.progress == 25
    draft.heartbeat_at = timezone.now() - dt.timedelta(seconds=6)
    pages(2)
    draft.refresh_from_db()
    assert (draft.progress, draft.step) == (25, "Laying out page 2")
    assert timezone.now() - draft.heartbeat_at < dt.timedelta(seconds=3)


def test_pdf_error_is_stored(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = PdfError("The PDF could not be created: divide the longest table.")
    monkeypatch.setattr(draft_files, "render_format", failing(error))
    draft = attempt(request_file(conclusion, "pdf"))
    assert draft.state == State.FAILED
    assert draft.error == "The PDF could not be created: divide the longest table."


def test_markup_error_is_stored(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = MarkupError(["A <script> is not allowed.", "Nor is an <img>."])
    monkeypatch.setattr(draft_files, "compose_for_output", failing(error))
    draft = attempt(request_file(conclusion))
    assert draft.error == "A <script> is not allowed. Nor is an <img>."


def test_unexpected_error_is_logged_and_retried(
    conclusion: Conclusion,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(draft_files, "render_format", failing(KeyError("secret")))
        draft = attempt(request_file(conclusion))
    assert (draft.state, draft.error) == (State.WAITING, "")
    assert f"Draft {draft.pk} could not be exported." in caplog.text
    assert attempt(draft).state == State.READY
    assert draft.attempts == 2


@pytest.mark.usefixtures("caplog")
def test_repeated_unexpected_error_fails_without_details(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_files, "render_format", failing(KeyError("secret")))
    draft = request_file(conclusion, attempts=DraftFile.MAX_ATTEMPTS - 1)
    draft = attempt(draft)
    assert draft.state == State.FAILED
    assert f"exported draft {draft.pk}" in draft.error
    assert "secret" not in draft.error


@pytest.mark.parametrize("name", DraftFile.Format.values)
@pytest.mark.usefixtures("pdf")
def test_draft_file_contains_no_respondent_name(
    conclusion: Conclusion, name: str
) -> None:
    data = bytes_of(attempt(request_file(conclusion, name)))
    assert "Secret Supplier" not in words_of(data, name)
    assert b"Secret Supplier" not in data


def words_of(data: bytes, name: str) -> str:
    if name == "pdf":
        pages = PdfReader(io.BytesIO(data)).pages
        return "".join(page.extract_text() for page in pages)
    if name == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            parts = [n for n in file.namelist() if n.endswith(".xml")]
            return "".join(file.read(part).decode() for part in parts)
    return data.decode()


# Crashed and concurrent workers


def make_killed(conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch) -> DraftFile:
    """Return a draft file whose worker was killed while it was laid out."""
    with monkeypatch.context() as stopped:
        stopped.setattr(draft_files, "render_format", failing(SystemExit(1)))
        draft = request_file(conclusion)
        with pytest.raises(SystemExit):
            attempt_draft_file(draft.pk)
    draft.refresh_from_db()
    return draft


def expire_heartbeat(draft: DraftFile) -> DraftFile:
    """Make the last heartbeat too old."""
    draft.heartbeat_at = timezone.now() - STEP_TIMEOUT - dt.timedelta(seconds=1)
    draft.save()
    return draft


def test_file_of_working_worker_is_left_alone(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = make_killed(conclusion, monkeypatch)
    assert (draft.state, draft.step) == (State.WORKING, "Laying out the pages")
    assert attempt_draft_file(draft.pk) is None


def test_file_of_crashed_worker_is_made_by_another(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = attempt(expire_heartbeat(make_killed(conclusion, monkeypatch)))
    assert (draft.state, draft.attempts) == (State.READY, 2)
    assert len(files_of_drafts()) == 1


def test_file_is_given_up_after_repeated_crashes(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = expire_heartbeat(make_killed(conclusion, monkeypatch))
    draft.attempts = DraftFile.MAX_ATTEMPTS
    draft.save()
    draft = attempt(draft)
    assert draft.state == State.FAILED
    assert "The export failed 3 times." in draft.error


def test_superseded_worker_does_not_overwrite_file(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = request_file(conclusion)

    def slow(*args: Any) -> bytes:
        """Lay out until another worker has taken over and finished."""
        monkeypatch.undo()
        expire_heartbeat(DraftFile.objects.get(pk=draft.pk))
        assert attempt_draft_file(draft.pk, at=AT)
        return b"too late"

    monkeypatch.setattr(draft_files, "render_format", slow)
    assert attempt_draft_file(draft.pk) is None
    draft.refresh_from_db()
    assert bytes_of(draft) == marked(conclusion, "txt")
    assert len(files_of_drafts()) == 1


def test_deleted_draft_file_ends_the_work(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = request_file(conclusion)

    def slow(*args: Any) -> bytes:
        DraftFile.objects.get(pk=draft.pk).delete()
        return b"too late"

    monkeypatch.setattr(draft_files, "render_format", slow)
    assert attempt_draft_file(draft.pk) is None
    assert files_of_drafts() == []


@pytest.mark.django_db(transaction=True)
def test_concurrent_workers_make_file_once(conclusion: Conclusion) -> None:
    draft = request_file(conclusion)
    results = at_once(*[partial(attempt_draft_file, draft.pk) for _ in range(4)])
    assert results.count(None) == 3
    draft.refresh_from_db()
    assert (draft.state, draft.attempts) == (State.READY, 1)


@pytest.mark.django_db(transaction=True)
def test_worker_makes_requested_file(conclusion: Conclusion) -> None:
    draft = request_file(conclusion)
    call_command("worker", "--until-idle")
    draft.refresh_from_db()
    assert draft.state == State.READY


@pytest.mark.usefixtures("database_queue")
def test_file_claimed_by_a_command_is_looked_at_again(conclusion: Conclusion) -> None:
    draft = request_file(conclusion, state=State.WORKING, heartbeat_at=timezone.now())
    draft_files.make_draft_file.func(draft.pk)
    later = DBTaskResult.objects.get()
    assert later.args_kwargs["args"] == [draft.pk]
    assert STEP_TIMEOUT - (later.run_after - timezone.now()) < dt.timedelta(seconds=10)


def test_file_of_worker_with_heartbeat_is_left_alone(conclusion: Conclusion) -> None:
    record_heartbeat("other")
    draft = claimed_by("other", conclusion)
    draft.heartbeat_at = timezone.now() - STEP_TIMEOUT * 2
    draft.save()
    assert attempt_draft_file(draft.pk) is None


def claimed_by(worker: str, conclusion: Conclusion) -> DraftFile:
    return request_file(
        conclusion,
        state=State.WORKING,
        worker=worker,
        attempts=1,
        heartbeat_at=timezone.now(),
    )


def test_file_of_worker_without_heartbeat_is_made(
    conclusion: Conclusion, clock: MovableClock
) -> None:
    record_heartbeat("other")
    draft = claimed_by("other", conclusion)
    clock.advance(seconds=14)
    assert attempt_draft_file(draft.pk) is None
    clock.advance(seconds=2)
    assert attempt(draft).state == State.READY


def test_command_makes_file_at_once_when_process_of_worker_is_gone(
    conclusion: Conclusion,
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(timeout=60)
    record_heartbeat("other")
    BackgroundWorker.objects.update(pid=ended.pid)
    draft = claimed_by("other", conclusion)
    call_command("make_waiting_draft_files", stdout=StringIO())
    draft.refresh_from_db()
    assert draft.state == State.READY


def test_process_of_worker_on_other_machine_is_not_judged(
    conclusion: Conclusion,
) -> None:
    record_heartbeat("other")
    BackgroundWorker.objects.update(pid=2**22, host="elsewhere.example.org")
    assert attempt_draft_file(claimed_by("other", conclusion).pk) is None


def test_worker_resumes_file_that_it_was_interrupted_in(conclusion: Conclusion) -> None:
    record_heartbeat("own")
    draft = claimed_by("own", conclusion)
    with _current_worker_is("own"):
        assert attempt(draft).state == State.READY


@contextmanager
def _current_worker_is(name: str) -> Iterator[None]:
    token = workers._current_worker.set(name)
    yield
    workers._current_worker.reset(token)


@pytest.mark.usefixtures("database_queue", "caplog")
def test_unexpected_error_schedules_a_retry_soon(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_files, "render_format", failing(OSError("full disk")))
    draft_files.make_draft_file.func(request_file(conclusion).pk)
    soon = DBTaskResult.objects.order_by("run_after")[0]
    assert soon.run_after - timezone.now() < dt.timedelta(seconds=16)


@pytest.mark.usefixtures("database_queue")
def test_finished_file_schedules_no_retry(conclusion: Conclusion) -> None:
    draft = attempt(request_file(conclusion))
    draft_files.make_draft_file.func(draft.pk)
    assert not DBTaskResult.objects.exists()


# Waiting files


def test_command_makes_waiting_files(conclusion: Conclusion) -> None:
    draft = request_file(conclusion)
    attempt(request_file(conclusion))
    output = StringIO()
    call_command("make_waiting_draft_files", stdout=output)
    assert output.getvalue() == "Drafts exported: 1.\n"
    draft.refresh_from_db()
    assert draft.state == State.READY


def test_command_reports_failed_files(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_files, "render_format", failing(PdfError("No Pango.")))
    request_file(conclusion)
    errors = StringIO()
    with pytest.raises(CommandError, match="could not be exported: 1"):
        call_command("make_waiting_draft_files", stdout=StringIO(), stderr=errors)
    assert "No Pango." in errors.getvalue()


# Deleting expired files


def expire(draft: DraftFile) -> DraftFile:
    draft.asked_at = timezone.now() - DRAFT_FILE_LIFETIME - dt.timedelta(hours=1)
    draft.save()
    return draft


def test_expired_file_is_deleted_with_its_bytes(conclusion: Conclusion) -> None:
    expire(attempt(request_file(conclusion)))
    young = attempt(request_file(conclusion, "json"))
    output = StringIO()
    call_command("delete_old_draft_files", stdout=output)
    assert output.getvalue() == "Exported drafts deleted: 1.\n"
    assert list(DraftFile.objects.all()) == [young]
    assert files_of_drafts() == [young.file]


def test_bytes_shared_with_another_draft_file_are_kept(conclusion: Conclusion) -> None:
    first, second = attempt(request_file(conclusion)), attempt(request_file(conclusion))
    expire(first)
    assert draft_files.delete_old_draft_files() == 1
    assert first.file_id == second.file_id
    assert len(files_of_drafts()) == 1


def test_attached_bytes_are_kept(conclusion: Conclusion) -> None:
    draft = expire(attempt(request_file(conclusion)))
    attach(conclusion, bytes_of(draft), "draft.txt")
    assert draft_files.delete_old_draft_files() == 1
    assert len(files_of_drafts()) == 1


def test_bytes_referenced_only_in_history_are_kept(conclusion: Conclusion) -> None:
    draft = expire(attempt(request_file(conclusion)))
    attach(conclusion, bytes_of(draft), "draft.txt").delete()
    assert draft_files.delete_old_draft_files() == 1
    assert len(files_of_drafts()) == 1


def test_worker_deletes_expired_files(conclusion: Conclusion) -> None:
    expire(attempt(request_file(conclusion)))
    draft_files.make_draft_file.func(request_file(conclusion, "json").pk)
    assert [draft.name for draft in DraftFile.objects.all()] == ["json"]


def test_expired_failed_file_is_deleted(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_files, "render_format", failing(PdfError("No Pango.")))
    expire(attempt(request_file(conclusion)))
    assert draft_files.delete_old_draft_files() == 1


def test_edition_contains_no_draft_file(conclusion: Conclusion) -> None:
    draft = attempt(request_file(conclusion))
    edition: Edition = publish(conclusion)
    assert draft.file not in [file.file for file in edition.files.all()]


def test_export_roles_equal_desk_roles() -> None:
    assert ROLES_BY_ACTION[Action.EXPORT] == ROLES_BY_ACTION[Action.SEE_DESK]
