"""Consultation files and the record: what is frozen at loading, and notices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from consultations.editions.verification import verify_everything
from consultations.models import Consultation, Extension
from consultations.record.freezing import pending_changes, public_edition
from consultations.record.notice_decisions import (
    approve_notice,
    confirm_extension,
    refuse_notice,
)
from consultations.timetable.extensions import record_extension
from responses.consultation_file.exporting import export
from responses.consultation_file.from_rows.read_rows import stored_file
from responses.consultation_file.loading import load_file, plan_loading
from responses.consultation_file.notation.errors import FileRefused
from responses.consultation_file.reading import read_file
from tests.support.consultation_files import (
    NOWHERE,
    SMALL,
    altered,
    every_row,
    load_text,
    read_text,
)
from tests.support.editions import approver
from tests.support.factories import london, make_user
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db

SECOND_EXTENSION = """\
    - from: 2026-03-06 16:00
      to: 2026-03-13 16:00
      reason: Later.
      questions: [2]
"""
WITHDRAWN = "  withdrawn: {at: 2026-02-20 09:00, reason: No.}\n  extensions:"
TITLE = ("title: Broadcast interval", "title: Interval")
BRIEFING = "{on: 2026-02-12 10:00, kind: briefing, text: Webinar., file: w.txt}"
CORRECTED = "{on: 2026-02-10 09:00, kind: corrected, text: A typing error.}"


def with_notices(*notices: str, text: str = SMALL) -> str:
    lines = "".join(f"    - {notice}\n" for notice in notices)
    return altered(("  extensions:", f"  notices:\n{lines}  extensions:"), text=text)


def loaded() -> Consultation:
    return Consultation.objects.get(slug="broadcast-2026")


def public_title() -> str:
    edition = public_edition(loaded())
    assert edition is not None
    return edition.title


def refused(text: str) -> str:
    with pytest.raises(FileRefused) as error:
        load_text(text, update=True)
    return " ".join(str(each) for each in error.value.errors)


def test_file_with_past_opening_is_frozen_at_load() -> None:
    load_text(SMALL)
    edition = public_edition(loaded())
    assert edition is not None
    assert (edition.number, edition.origin, edition.frozen_by) == (1, "command", None)
    assert edition.public_from == loaded().opens
    assert pending_changes(loaded()) == ()
    assert verify_everything().faults == []


def test_file_without_opening_is_not_frozen() -> None:
    load_text(altered(("  opened: 2026-02-02\n", "")))
    assert public_edition(loaded()) is None
    assert not loaded().text_editions.exists()


def test_future_opening_is_frozen_anew_and_discarded_by_updates() -> None:
    future = altered(("opened: 2026-02-02", "opened: 2099-02-02"))
    load_text(future)
    load_text(altered(TITLE, text=future), update=True)
    titles = loaded().text_editions.filter(discarded_at=None)
    assert [edition.title for edition in titles] == ["Interval"]
    load_text(altered(("  opened: 2026-02-02\n", "")), update=True)
    assert not loaded().text_editions.filter(discarded_at=None).exists()
    assert verify_everything().faults == []


def test_same_file_again_changes_nothing() -> None:
    text = with_notices(CORRECTED)
    load_text(text)
    before = every_row()
    load_text(text)
    load_text(text, update=True)
    assert every_row() == before


def test_notices_of_a_new_file_are_recorded_as_loaded(client: Client) -> None:
    with pytest.raises(FileRefused, match="was not found"):
        load_text(with_notices(CORRECTED, BRIEFING))
    load_text(with_notices(CORRECTED))
    notice = loaded().public_notices.get()
    assert (notice.number, notice.state, notice.origin) == (1, "approved", "command")
    html = " ".join(text_of(client.get("/consultations/broadcast-2026/")).split())
    assert "Notice 1: Consultation corrected on" in html
    assert "10 February 2026" in html


def test_load_export_load_keeps_notices_and_withdrawal(tmp_path: Path) -> None:
    (tmp_path / "w.txt").write_text("Slides.")
    text = altered(
        ("  extensions:", WITHDRAWN),
        text=with_notices(CORRECTED, BRIEFING),
    )
    load_file(read_text(text), tmp_path)
    exported = export(loaded())
    assert exported.errors == ()
    for name, digest in exported.file_hashes.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"Slides.")
        assert digest
    before = every_row()
    plan = load_file(read_file(exported.text.encode()), tmp_path)
    assert not plan.changes_anything
    assert every_row() == before
    kept = stored_file(loaded()).consultation
    assert [notice.kind for notice in kept.notices] == ["corrected", "briefing"]
    assert kept.withdrawn is not None
    assert loaded().is_withdrawn()


def exported_to(folder: Path) -> str:
    """Write the full export to a folder, as the command does; return its text."""
    output = folder / "exported.yaml"
    call_command("export_consultation", "broadcast-2026", output=output)
    return output.read_text()


@contextmanager
def exported(folder: Path) -> Iterator[None]:
    """Store what is loaded in the block only until it is exported to a folder."""
    with transaction.atomic():
        yield
        exported_to(folder)
        transaction.set_rollback(True)


def load_export(folder: Path) -> None:
    text = (folder / "exported.yaml").read_bytes()
    load_file(read_file(text), folder)


def public_state() -> list[object]:
    edition = public_edition(loaded())
    assert edition is not None
    notices = loaded().public_notices.order_by("pk")
    return [
        edition.text(),
        [(each.kind, each.text, each.state) for each in notices],
        [change.part for change in pending_changes(loaded())],
        loaded().is_withdrawn(),
    ]


@pytest.mark.parametrize(
    "waiting",
    [
        with_notices(CORRECTED, text=altered(("text: Why?", "text: Why so?"))),
        with_notices("{on: 2026-02-12 10:00, kind: briefing, text: Webinar.}"),
        altered(("  extensions:", WITHDRAWN)),
        with_notices(
            "{on: 2026-03-01 09:00, kind: extended, text: Late.}",
            text=altered(
                ("questions: [2]}\n", f"questions: [2]}}\n{SECOND_EXTENSION}")
            ),
        ),
    ],
    ids=["corrected", "briefing", "withdrawn", "extended"],
)
def test_notice_to_be_decided_on_keeps_its_state_elsewhere(
    waiting: str, tmp_path: Path
) -> None:
    with exported(tmp_path):
        load_text(SMALL)
        load_text(waiting, update=True)
        before = public_state()
        rows = every_row()
        exported_to(tmp_path)
        load_export(tmp_path)
        assert every_row() == rows
    load_export(tmp_path)
    assert public_state() == before
    notice = loaded().public_notices.get()
    decide = confirm_extension if notice.kind == "extended" else approve_notice
    decide(notice, by=approver(), sha256=notice.sha256)
    assert pending_changes(loaded()) == ()


def test_change_without_a_notice_is_not_public_elsewhere(tmp_path: Path) -> None:
    with exported(tmp_path):
        load_text(SMALL)
        loaded().questions.filter(key="q1").update(text="<p>Edited?</p>")
        loaded().questions.filter(key="q3").delete()
    load_export(tmp_path)
    edition = public_edition(loaded())
    assert edition is not None
    assert "Edited" not in edition.words
    parts = [change.part for change in pending_changes(loaded())]
    assert parts == ["Question 1", "Question 2(a)"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Do you agree", "<script>", "is not allowed"),
        (
            '"BRD"',
            '"XXX"',
            "The document XXX, named under published",
        ),
        ("Broadcast interval", " Broadcast", "The title under published"),
        ("{", "", "cannot be read"),
    ],
)
def test_published_wording_that_was_changed_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with exported(tmp_path):
        load_text(SMALL)
        loaded().questions.filter(key="q2").update(label="Edited")
    path = tmp_path / "broadcast-2026-files" / "published.json"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(FileRefused, match=said):
        load_export(tmp_path)


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (CORRECTED.replace("}", ", state: unconfirmed}"), "does not fit the kind"),
        (
            "{on: 2026-03-01 09:00, kind: extended, text: Late., state: waiting}",
            "does not fit the kind",
        ),
        (
            CORRECTED.replace("}", ", state: waiting}"),
            "Nothing differs from the published consultation.",
        ),
    ],
)
def test_impossible_states_of_notices_are_refused(notice: str, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        load_text(with_notices(notice))


def test_update_of_frozen_part_without_notice_is_refused() -> None:
    load_text(SMALL)
    before = every_row()
    said = refused(altered(TITLE))
    assert (
        'Title was published as "Broadcast interval", but the file has "Interval". Add '
        "an entry to notices with kind: corrected or kind: amended." in said
    )
    assert "consultation.title" in said
    assert every_row() == before


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (
            "text: Do you agree with the interval?",
            "text: Do you?",
            "Question 1 was published",
        ),
        ("text: Why?", "text: Why so?", "Question 2(a) was published"),
        (
            "documents: [BRD]",
            "documents: [BRD, BRA]",
            "List of documents was published",
        ),
        ("summary: About the interval.", "summary: More.", "Summary was published"),
    ],
)
def test_refusal_names_the_frozen_part(old: str, new: str, named: str) -> None:
    load_text(SMALL)
    assert named in refused(altered((old, new)))


def test_check_reports_what_the_update_would_be_refused_for() -> None:
    load_text(SMALL)
    before = every_row()
    with pytest.raises(FileRefused, match="Title was published as"):
        plan_loading(read_text(altered(TITLE)), NOWHERE, update=True)
    assert every_row() == before


def test_update_of_responses_needs_no_notice() -> None:
    load_text(SMALL)
    load_text(altered(("two hours.", "three hours.")), update=True)
    assert pending_changes(loaded()) == ()


def test_pending_change_of_the_workspace_does_not_stop_an_update() -> None:
    load_text(SMALL)
    Consultation.objects.update(title="Edited in the workspace")
    text = altered(
        ("title: Broadcast interval", "title: Edited in the workspace"),
        ("two hours.", "three hours."),
    )
    load_text(text, update=True)
    assert public_title() == "Broadcast interval"


def test_update_with_notice_waits_for_its_approval() -> None:
    load_text(SMALL)
    text = with_notices(CORRECTED, text=altered(TITLE))
    load_text(text, update=True)
    notice = loaded().public_notices.get()
    assert (notice.state, notice.subject) == ("waiting", "Title")
    assert public_title() == "Broadcast interval"
    before = every_row()
    load_text(text, update=True)
    assert every_row() == before
    approve_notice(notice, by=approver(), sha256=notice.sha256)
    assert public_title() == "Interval"
    load_text(text)
    assert verify_everything().faults == []


def test_refused_notice_is_requested_again_by_the_file() -> None:
    load_text(SMALL)
    text = with_notices(CORRECTED, text=altered(TITLE))
    load_text(text, update=True)
    notice = loaded().public_notices.get()
    refuse_notice(notice, by=approver(), sha256=notice.sha256, remarks="No.")
    load_text(text, update=True)
    states = loaded().public_notices.values_list("state", flat=True)
    assert list(states) == ["refused", "waiting"]


def test_stored_notice_cannot_be_changed_by_a_file() -> None:
    load_text(with_notices(CORRECTED))
    changed = with_notices(CORRECTED.replace("typing", "printing"))
    assert "Notice 1 is part of the record and cannot change." in refused(changed)
    assert "Notice 1 is part of the record" in refused(SMALL)


def test_new_extension_needs_a_notice_and_takes_effect_at_once() -> None:
    load_text(SMALL)
    text = altered(("questions: [2]}\n", f"questions: [2]}}\n{SECOND_EXTENSION}"))
    assert "Add an entry to notices with kind: extended." in refused(text)
    load_text(
        with_notices("{on: 2026-03-01 09:00, kind: extended, text: Late.}", text=text),
        update=True,
    )
    edition = public_edition(loaded())
    assert edition is not None
    assert len(edition.text().extensions) == 2
    assert loaded().public_notices.get().state == "unconfirmed"


def test_only_one_new_extension_first_is_published_by_an_update() -> None:
    load_text(SMALL)
    text = altered(("questions: [2]}\n", f"questions: [2]}}\n{SECOND_EXTENSION}"))
    extended = "{on: 2026-03-01 09:00, kind: extended, text: Late.}"
    for notices in ([CORRECTED, extended], [extended, extended]):
        said = refused(with_notices(*notices, text=text))
        assert "Put the new notice with kind: extended first" in said
    assert "extensions has no new entry" in refused(with_notices(extended))


def test_public_export_leaves_out_a_waiting_notice() -> None:
    load_text(SMALL)
    load_text(with_notices(CORRECTED, text=altered(("Why?", "Why so?"))), update=True)
    extension = Extension.objects.create(
        consultation=loaded(),
        was=london("2026-02-27 16:00"),
        until=london("2026-03-20 16:00"),
        reason="<p>Late again.</p>",
    )
    record_extension(extension, by=make_user(role="Drafter"))
    text = export(loaded(), public=True).text
    assert "A typing error." not in text
    assert "kind: extended" in text


def test_notices_of_an_opening_to_come_are_refused() -> None:
    future = altered(("opened: 2026-02-02", "opened: 2099-02-02"))
    for text in (
        with_notices(CORRECTED, text=future),
        altered(("  extensions:", WITHDRAWN), text=future),
    ):
        assert "The consultation has not opened" in refused(text)
    assert not Consultation.objects.exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("closes: 2026-02-27 16:00", "closes: 2026-02-28 16:00"),
        ("opened: 2026-02-02", "opened: 2026-02-01"),
        ("to: 2026-03-06 16:00", "to: 2026-03-07 16:00"),
    ],
)
def test_published_dates_cannot_be_changed_even_with_a_notice(
    old: str, new: str
) -> None:
    load_text(SMALL)
    said = refused(with_notices(CORRECTED, text=altered((old, new))))
    assert "cannot change." in said or "add an entry to extensions" in said


def test_withdrawal_by_update_waits_for_approval() -> None:
    load_text(SMALL)
    text = altered(("  extensions:", WITHDRAWN))
    load_text(text, update=True)
    assert not loaded().is_withdrawn()
    notice = loaded().public_notices.get()
    approve_notice(notice, by=approver(), sha256=notice.sha256)
    assert loaded().is_withdrawn()


@pytest.mark.parametrize("key", ["notices", "withdrawn"])
def test_notice_of_unopened_consultation_is_an_error(key: str) -> None:
    given = with_notices(CORRECTED)
    if key == "withdrawn":
        given = altered(("  extensions:", WITHDRAWN))
    with pytest.raises(FileRefused, match="Only a consultation that has opened"):
        load_text(altered(("  opened: 2026-02-02\n", ""), text=given))


def test_public_export_has_the_published_wording() -> None:
    load_text(SMALL)
    consultation = loaded()
    consultation.title = "Edited in the workspace"
    consultation.save()
    consultation.questions.filter(key="q1").update(text="<p>Edited?</p>")
    text = export(consultation, public=True).text
    assert "Edited" not in text
    assert "Broadcast interval" in text
    assert "Do you agree with the interval?" in text
