"""The commands load_consultation and export_consultation."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from consultations.models import Conclusion, Consultation, Edition, RegulatedDocument
from responses.models import Comment
from tests.support.consultation_files import (
    SMALL,
    altered,
    by_code,
    load_text,
    read_text,
    stored,
)
from tests.support.pages import publish
from tests.support.structure import ROOT

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\nsome bytes"


class Ran:
    """What a command printed, and the code it ended with."""

    def __init__(self, *args: Any) -> None:
        out, err = io.StringIO(), io.StringIO()
        self.code = 0
        self.last = ""
        try:
            call_command(*args, stdout=out, stderr=err)
        except CommandError as error:
            self.code = error.returncode
            self.last = str(error)
        self.out = out.getvalue()
        self.err = err.getvalue()


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return path


# Loading


def test_load_reports_outcome_on_stdout(small: Path) -> None:
    first = Ran("load_consultation", str(small))
    assert (first.code, first.out) == (0, f"{small}: broadcast-2026 was loaded.\n")
    again = Ran("load_consultation", str(small))
    assert again.code == 0
    assert again.out == f"{small}: broadcast-2026 is already stored. No changes.\n"
    small.write_text(altered(("A general remark", "Another remark")))
    update = Ran("load_consultation", str(small), "--update")
    assert update.out == f"{small}: broadcast-2026 was updated in 1 place.\n"


def test_json_option_writes_only_json_to_stdout(small: Path) -> None:
    for created in (True, False):
        ran = Ran("load_consultation", str(small), "--json")
        assert json.loads(ran.out) == {
            "slug": "broadcast-2026",
            "conclusions": ["broadcast-2026"],
            "created": created,
        }


def test_errors_are_printed_one_per_line_with_file_and_line(small: Path) -> None:
    small.write_text(
        altered(("opened: 2026-02-02", "opened: soon"), ("choice: Once", "choice: No"))
    )
    ran = Ran("load_consultation", str(small), "--json")
    assert ran.code == 1
    assert ran.out == ""
    assert ran.err.splitlines() == [
        f'{small}:24: consultation.opened: "soon" is not a date; write YYYY-MM-DD, '
        "for example 2026-02-28.",
        f'{small}:41: submissions[0].answers[1].choice: The choice "No" is not an '
        'option; use "Once" or "Twice".',
    ]
    assert ran.last == f"Nothing was stored: 2 errors in {small}."
    assert not Consultation.objects.exists()


def test_changed_file_without_update_is_refused(small: Path) -> None:
    Ran("load_consultation", str(small))
    small.write_text(altered(("text: Why?", "text: Why so?")))
    ran = Ran("load_consultation", str(small))
    assert ran.code == 1
    difference = 'The stored value of text is "<p>Why?</p>".'
    assert ran.err == f"{small}:31: questions[2].text: {difference}\n"
    assert "Add --update to update the consultation." in ran.last
    assert "text: Why?" in Ran("export_consultation", "broadcast-2026").out


def test_long_list_of_differences_is_truncated(small: Path) -> None:
    Ran("load_consultation", str(small))
    extra = "".join(
        f"  - {{key: n{n}, question: 1, from: [], text: More.}}\n" for n in range(50)
    )
    small.write_text(altered(("changes:", f"{extra}changes:")))
    ran = Ran("load_consultation", str(small))
    assert len(ran.err.splitlines()) == 31
    assert ran.err.endswith("and 20 more differences\n")


def test_check_option_reports_without_storing(small: Path) -> None:
    ran = Ran("load_consultation", str(small), "--check")
    assert (ran.code, ran.out) == (0, f"{small}: broadcast-2026 would be loaded.\n")
    assert not RegulatedDocument.objects.exists()
    Ran("load_consultation", str(small))
    assert "No changes" in Ran("load_consultation", str(small), "--check").out
    small.write_text(altered(("A general remark", "Another remark")))
    assert Ran("load_consultation", str(small), "--check").code == 1
    ran = Ran("load_consultation", str(small), "--check", "--update")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        f"{small}: broadcast-2026 would be updated in 1 place.",
        f"{small}:53: comments[1].text: The stored value of text is "
        '"<p>A general remark.</p>".',
    ]
    assert stored().comments[1].text == "<p>A general remark.</p>"


def test_check_option_reports_missing_file(small: Path) -> None:
    small.write_text(altered(("title: Comparison", "file: a.pdf, title: Comparison")))
    ran = Ran("load_consultation", str(small), "--check")
    assert ran.code == 1
    assert '"a.pdf" was not found' in ran.err


def test_check_option_json_says_not_created(small: Path) -> None:
    ran = Ran("load_consultation", str(small), "--check", "--json")
    assert json.loads(ran.out)["created"] is False


def test_unused_document_is_warned_about(small: Path) -> None:
    small.write_text(
        altered(("  - {code: BRA", "  - {code: ODD, title: Odd}\n  - {code: BRA"))
    )
    ran = Ran("load_consultation", str(small))
    assert ran.code == 0
    assert "Document ODD is stored, but nothing in this consultation" in ran.err


@pytest.mark.parametrize(
    ("name", "reason"),
    [("missing.yaml", "the file does not exist"), ("", "the path is a folder")],
)
def test_unopenable_path_is_refused_with_reason(
    tmp_path: Path, name: str, reason: str
) -> None:
    ran = Ran("load_consultation", str(tmp_path / name))
    assert ran.code == 1
    assert reason in ran.last


def test_unreadable_file_is_refused(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*_args: Any, **_options: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refusing)
    assert "do not have permission to read" in Ran("load_consultation", str(small)).last


def test_load_reads_from_pipe(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(SMALL.encode())
    ran = Ran("load_consultation", f"/dev/fd/{reading}")
    os.close(reading)
    assert ran.code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["load_consultation"], 2),
        (["load_consultation", "a", "--nonsense"], 2),
        (["load_consultation", "/nonexistent/a.yaml"], 1),
        (["export_consultation"], 2),
    ],
)
def test_exit_code_distinguishes_refusal_from_usage_error(
    arguments: list[str], code: int
) -> None:
    ran = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | {"DEBUG": "1", "DATABASE_URL": "sqlite://:memory:"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == code
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr


# Exporting


def test_export_writes_to_stdout_or_file(small: Path, tmp_path: Path) -> None:
    Ran("load_consultation", str(small))
    out = Ran("export_consultation", "broadcast-2026").out
    target = tmp_path / "out.yaml"
    ran = Ran("export_consultation", "broadcast-2026", "-o", str(target))
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert target.read_text() == out
    assert by_code(read_text(out).file) == by_code(read_text(SMALL).file)
    assert "No changes" in Ran("load_consultation", str(target)).out


def test_exported_attachments_are_written_and_reloaded(
    small: Path, tmp_path: Path
) -> None:
    small.write_text(altered(("title: Comparison", "file: a.pdf, title: Comparison")))
    (tmp_path / "a.pdf").write_bytes(PDF)
    Ran("load_consultation", str(small))
    target = tmp_path / "elsewhere" / "out.yaml"
    target.parent.mkdir()
    Ran("export_consultation", "broadcast-2026", "-o", str(target))
    assert (target.parent / "broadcast-2026-files" / "a.pdf").read_bytes() == PDF
    assert "No changes" in Ran("load_consultation", str(target)).out


def test_export_to_stdout_warns_of_unwritten_attachments(
    small: Path, tmp_path: Path
) -> None:
    small.write_text(altered(("title: Comparison", "file: a.pdf, title: Comparison")))
    (tmp_path / "a.pdf").write_bytes(PDF)
    Ran("load_consultation", str(small))
    ran = Ran("export_consultation", "broadcast-2026")
    assert "file: broadcast-2026-files/a.pdf" in ran.out
    assert ran.err.startswith("Attachments not written: broadcast-2026-files/a.pdf.")


def test_unknown_slug_is_refused_listing_known_slugs() -> None:
    load_text(SMALL)
    ran = Ran("export_consultation", "nothing")
    assert ran.code == 1
    assert ran.last == (
        'There is no consultation "nothing". Consultations: broadcast-2026.'
    )


def test_unwritable_output_path_is_refused(
    tmp_path: Path,
) -> None:
    load_text(SMALL)
    ran = Ran("export_consultation", "broadcast-2026", "-o", str(tmp_path / "no" / "x"))
    assert ran.code == 1
    assert "cannot be written: No such file or directory." in ran.last


def test_unloadable_content_is_exported_with_warning() -> None:
    load_text(SMALL)
    change = Consultation.objects.get().changes.get()
    change.clause = "gone"
    change.save()
    ran = Ran("export_consultation", "broadcast-2026")
    assert ran.code == 0
    assert "clause: gone" in ran.out
    assert 'has a clause with the id "gone"' in ran.err
    assert "load_consultation will refuse" in ran.err


# Published editions


def published() -> Edition:
    load_text(SMALL)
    return publish(Conclusion.objects.get())


def test_update_leaves_published_edition_unchanged(small: Path) -> None:
    edition = published()
    small.write_text(
        altered(("two hours.", "three hours."), ("kind: redline", "kind: clean"))
    )
    assert Ran("load_consultation", str(small), "--update").code == 0
    before = (edition.content, edition.sha256, edition.state)
    edition.refresh_from_db()
    assert (edition.content, edition.sha256, edition.state) == before
    assert Comment.objects.get(key="k1").dcc_response.text == (
        "<p>We have changed it to three hours.</p>"
    )


@pytest.mark.parametrize("update", [[], ["--update"]])
def test_conclusion_with_editions_cannot_be_removed_by_load(
    small: Path, update: list[str]
) -> None:
    published()
    start, end = SMALL.index("conclusions:"), SMALL.index("designation:")
    small.write_text(SMALL[:start] + SMALL[end:])
    ran = Ran("load_consultation", str(small), *update)
    assert ran.code == 1
    assert 'The conclusion "broadcast-2026" has editions' in ran.err
    assert Conclusion.objects.exists()


def test_reloading_consultation_with_editions_changes_nothing(small: Path) -> None:
    published()
    assert "No changes" in Ran("load_consultation", str(small)).out
