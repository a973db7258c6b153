"""The Makefile commands and the shared fixtures."""

import http.client
import os
import re
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection
from django.db.migrations.recorder import MigrationRecorder
from playwright.sync_api import Page
from pytest_django import Settings

from consultations.documents.pdf import pango
from consultations.models import Organisation
from consultations.models.consultation import default_organisation
from scripts import check, latest, leaks, machine, run, soak
from scripts.processes import Processes
from tests import databases
from tests.support import sizes, structure
from tests.support.structure import ROOT
from tests.support.tools import unavailable
from tests.support.waiting import wait_for

START_SECONDS = 200
"""The longest time for `make run` to serve on a busy machine."""

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def processes() -> Iterator[Processes]:
    """Return a place to start commands, emptied afterwards."""
    processes = Processes()
    yield processes
    processes.stop(grace=0)


# make run


class MakeRun:
    """`make run` with a database and a port of its own, which a second start finds."""

    def __init__(self, folder: Path, database: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = folder / "make-run.log"
        self.environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{database}",
            "MEDIA_ROOT": str(folder / "media"),
            "PORT": str(self.port),
        }
        for name in ("DJANGO_SETTINGS_MODULE", "MAKELEVEL", "MAKEFLAGS", "MFLAGS"):
            self.environment.pop(name, None)

    def start(self) -> None:
        """Start it, and return when it has printed its address."""
        with self.log.open("w") as log:
            self.make = subprocess.Popen(
                ["make", "run"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_for(
            lambda: self.is_serving() or self.make.poll() is not None,
            "make run has not printed its address",
            seconds=START_SECONDS,
        )
        assert self.is_serving(), f"It ended before it served:\n{self.printed()}"

    def is_serving(self) -> bool:
        """Return whether it has printed its address."""
        return f"The site is at http://127.0.0.1:{self.port}/" in self.printed()

    def printed(self) -> str:
        """Return what it has printed since its last start."""
        return self.log.read_text()

    def get(self, path: str) -> tuple[int, bytes]:
        """Ask the site for a page."""
        browser = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        browser.request("GET", path)
        response = browser.getresponse()
        return response.status, response.read()

    def family(self) -> list[psutil.Process]:
        """Return every process below make."""
        found: list[psutil.Process] = psutil.Process(self.make.pid).children(True)
        return found

    def wait_for_end(self) -> tuple[int, str]:
        """Wait until it has ended; return its exit code and what it printed last."""
        return self.make.wait(timeout=30), self.printed()

    def end(self) -> None:
        """Stop it in any case."""
        if self.make.poll() is None:
            self.make.terminate()
            self.make.wait(timeout=30)


@pytest.fixture
def make_run(
    tmp_path: Path, pytestconfig: pytest.Config, django_db_setup: None
) -> Iterator[MakeRun]:
    """Return `make run` before its first start, with a database that is migrated."""
    database = tmp_path / "site.sqlite3"
    databases.copy_migrated_file(pytestconfig.stash[databases.SHARED_FOLDER], database)
    running = MakeRun(tmp_path, database)
    yield running
    running.end()


@pytest.mark.once
@pytest.mark.long
def test_make_run_serves_and_ends_every_process(make_run: MakeRun) -> None:
    for how in ("Ctrl-C", "SIGTERM", "a child dies"):
        make_run.start()
        assert make_run.get("/healthz") == (200, b"ok\n")
        family = make_run.family()
        commands = [" ".join(process.cmdline()) for process in family]
        assert any("gunicorn" in command for command in commands)
        workers = [p for p in family if "worker" in p.cmdline()]
        if how == "Ctrl-C":
            os.killpg(make_run.make.pid, signal.SIGINT)
        elif how == "SIGTERM":
            make_run.make.terminate()
        else:
            workers[0].kill()
        code, said = make_run.wait_for_end()
        assert psutil.wait_procs(family, timeout=10)[1] == []
        if how == "a child dies":
            assert code != 0
            assert "The background worker (exit -9) stopped unexpectedly" in said


def test_port_in_use_is_refused_with_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            machine.SetupError, match=f"PORT is {port}, .*make run PORT="
        ):
            run.require_free_port(str(port))


@pytest.mark.parametrize("value", ["eighty", "0", "65536", "-1", "٣"])
def test_invalid_port_is_refused(value: str) -> None:
    with pytest.raises(machine.SetupError, match=f'PORT is "{value}"'):
        run.require_free_port(value)


def test_secret_key_is_generated_once_and_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "SECRET_KEY_FILE", tmp_path / ".secret-key")
    key = run.read_or_make_secret_key()
    assert len(key) > 50
    assert run.read_or_make_secret_key() == key
    assert (tmp_path / ".secret-key").stat().st_mode & 0o777 == 0o600


def test_secret_key_of_environment_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_KEY", "from the environment")
    assert run.site_environment(8000)["SECRET_KEY"] == "from the environment"


def test_changed_static_file_changes_fingerprint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "requirements.txt").write_text("")
    monkeypatch.setattr(run, "ROOT", tmp_path)
    before = run.static_fingerprint()
    assert run.static_fingerprint() == before
    (tmp_path / "static" / "site.css").write_text("")
    assert run.static_fingerprint() != before


# Missing programs


def test_old_python_is_refused_with_needed_version(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "scripts" / "__init__.py"))
    assert "The site needs Python 3.11 or newer" in str(ended.value)
    assert "is version 3.10." in str(ended.value)


def test_changed_pin_requires_installation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "ROOT", tmp_path)
    monkeypatch.setattr(machine, "VENV", tmp_path)
    pins = tmp_path / machine.SITE_REQUIREMENTS
    pins.write_text("Django==5.2.19  # the framework\n")
    assert not machine.is_installed(machine.SITE_REQUIREMENTS)
    machine.stamp_file(machine.SITE_REQUIREMENTS).write_text(
        machine.fingerprint(machine.SITE_REQUIREMENTS)
    )
    assert machine.is_installed(machine.SITE_REQUIREMENTS)
    pins.write_text("Django==5.2.20  # the framework\n")
    assert not machine.is_installed(machine.SITE_REQUIREMENTS)


def test_missing_pango_without_root_prints_command(
    processes: Processes,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(pango, "LIBRARIES", ("libnowhere.so.0",))
    machine.install_pango(processes)
    assert f"Install Pango: {pango.INSTALL_COMMAND}\n" in capsys.readouterr().out


def test_missing_chromium_without_root_prints_command(
    processes: Processes,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(machine, "CHROMIUM_PATHS", (tmp_path / "chromium",))
    machine.install_browser(processes)
    said = capsys.readouterr().out
    assert f"Browser tests skipped: {tmp_path}/chromium not found." in said
    assert "sudo apt-get install chromium-headless-shell" in said


def test_missing_program_fails_test_in_ci(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="In CI a skip is a failure"):
        unavailable("There is no browser.")


def test_missing_program_skips_test_outside_ci(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="There is no browser"):
        unavailable("There is no browser.")


# Processes


def test_first_process_to_end_is_returned(processes: Processes) -> None:
    processes.start(SLEEP)
    short = processes.start((sys.executable, "-c", ""))
    assert processes.wait_for_any() is short


def test_stop_kills_stubborn_process_and_its_children(
    processes: Processes,
) -> None:
    stubborn = processes.start((sys.executable, "-c", STUBBORN), stdout=subprocess.PIPE)
    assert stubborn.stdout is not None
    assert stubborn.stdout.readline() == "ready\n"
    family = [psutil.Process(stubborn.pid), *psutil.Process(stubborn.pid).children()]
    assert len(family) == 2
    processes.stop(grace=0.1)
    assert psutil.wait_procs(family, timeout=5)[1] == []


# make test


def test_failing_step_fails_make_test(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = {"bad": [("no_such_module",)], "good": [("this",)]}
    monkeypatch.setattr(check, "STEPS", steps)
    monkeypatch.setattr(check, "PYTHON", sys.executable)
    monkeypatch.setattr(check, "prepare", lambda *_: None)
    assert check.main([]) == 1
    assert capsys.readouterr().out.endswith("\nmake test: failed: bad\n")
    assert check.main(["good"]) == 0


def test_hanging_step_is_stopped_and_fails_make_test(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "STEPS", {"hanging": [("http.server", "0")]})
    monkeypatch.setattr(check, "STEP_SECONDS", 0.2)
    monkeypatch.setattr(check, "PYTHON", sys.executable)
    monkeypatch.setattr(check, "prepare", lambda *_: None)
    assert check.main([]) == 1
    printed = capsys.readouterr().out
    assert (
        "The command did not end within 0.2 seconds and was stopped.\n== exit 124"
        in printed
    )
    assert printed.endswith("\nmake test: failed: hanging\n")


def test_unknown_step_is_usage_error() -> None:
    assert check.main(["dance"]) == 2


def test_make_test_runs_every_step() -> None:
    assert list(check.STEPS) == ["lint", "types", "migrations", "postgresql", "sqlite"]


def test_steps_write_bytecode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in check.environment_of_steps()


@pytest.mark.parametrize("step", ["postgresql", "sqlite"])
def test_longest_tests_are_printed(step: str) -> None:
    assert "--durations" in check.STEPS[step][0]


def test_without_database_is_marked_once(request: pytest.FixtureRequest) -> None:
    assert request.node.get_closest_marker("once")


@pytest.mark.django_db
def test_with_database_is_not_marked_once(request: pytest.FixtureRequest) -> None:
    assert not request.node.get_closest_marker("once")


def test_ci_runs_make_test() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-1] == "exec make test"


@pytest.mark.parametrize(
    ("asked", "url", "chosen"),
    [
        (None, "", "sqlite:///"),
        (None, "postgres://db.example.org/consult", "postgres://db.example.org/"),
        ("sqlite", "postgres://db.example.org/consult", "sqlite:///"),
        (
            "postgresql",
            "postgres://db.example.org/consult",
            "postgres://db.example.org",
        ),
        ("postgresql", "", "embedded"),
        ("postgresql", "sqlite:////var/site.sqlite3", "embedded"),
    ],
)
def test_database_is_chosen_by_option_or_url(
    monkeypatch: pytest.MonkeyPatch, asked: str | None, url: str, chosen: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("TEST_DATABASE", "")
    monkeypatch.setattr(databases, "start_postgresql", lambda: "embedded")
    monkeypatch.setattr(databases, "new_folder", lambda: "/tmp/of-a-test")
    databases.choose(asked)
    assert os.environ["DATABASE_URL"].startswith(chosen)
    expected = "sqlite" if chosen.startswith("sqlite") else "postgresql"
    assert os.environ["TEST_DATABASE"] == expected


def test_migrations_run_once_for_all_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []

    def migrate(name: str) -> str:
        names.append(name)
        return "[rows]"

    monkeypatch.setattr(databases, "migrate", migrate)
    assert databases.migrate_once(tmp_path) == "[rows]"
    assert databases.migrate_once(tmp_path) == "[rows]"
    assert names == [databases.migrated_name(tmp_path)]


def test_failed_migrations_are_not_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []

    def migrate(name: str) -> str:
        names.append(name)
        raise DatabaseError("no such column")

    monkeypatch.setattr(databases, "migrate", migrate)
    for _ in range(2):
        with pytest.raises(databases.MigrationsFailed, match="no such column"):
            databases.migrate_once(tmp_path)
    assert len(names) == 1


@pytest.mark.each_database
def test_two_runs_have_different_databases(tmp_path: Path) -> None:
    names = {databases.migrated_name(tmp_path / run) for run in ("one", "two")}
    assert len(names) == 2


@pytest.mark.django_db
def test_process_uses_a_copy_of_the_migrated_database(
    pytestconfig: pytest.Config,
) -> None:
    migrated = databases.migrated_name(pytestconfig.stash[databases.SHARED_FOLDER])
    name = str(connection.settings_dict["NAME"])
    assert name != migrated
    assert name.startswith(migrated.removesuffix(".sqlite3"))
    assert MigrationRecorder(connection).applied_migrations()


# make soak


@pytest.mark.parametrize(
    ("sample", "scale", "expected"), [(40, 0, 40), (40, 1, 200), (40, 0.001, 1)]
)
def test_counts_are_samples_unless_scaled(
    monkeypatch: pytest.MonkeyPatch, sample: int, scale: float, expected: int
) -> None:
    monkeypatch.setattr(sizes, "SCALE", scale)
    assert sizes.count(sample, whole=200) == expected


def test_seeds_start_at_the_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "SCALE", 2)
    monkeypatch.setattr(sizes, "SEED", 7)
    assert list(sizes.seeds(1, whole=2)) == [7, 8, 9, 10]
    assert sizes.describe() == "seed: 7; random tests: whole counts, times 2"


@pytest.mark.parametrize(
    ("name", "value"), [("SCALE", "0"), ("SCALE", "much"), ("SEED", "-1")]
)
def test_invalid_soak_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
) -> None:
    monkeypatch.setenv(name, value)
    assert soak.main([]) == 1
    assert f'{name} is "{value}"' in capsys.readouterr().err


def test_unknown_soak_database_is_usage_error() -> None:
    assert soak.main(["oracle"]) == 2


def test_failing_tests_fail_long_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("prepare", "install_pango", "install_browser"):
        monkeypatch.setattr(soak, name, lambda *_: None)
    command = [sys.executable, "-c", "import os; assert os.environ['SCALE'] == '3'"]
    monkeypatch.setattr(soak, "command_of", lambda *_: command)
    monkeypatch.setenv("SCALE", "3")
    assert soak.main([]) == 0
    monkeypatch.setenv("SCALE", "4")
    assert soak.main(["sqlite"]) == 1
    assert "make soak: failed: sqlite; SCALE=4 SEED=0" in capsys.readouterr().out
    assert leaks.main(["postgresql"]) == 1
    assert "make leaks: failed: postgresql; SCALE=4" in capsys.readouterr().out


def test_search_for_secrets_is_selected_by_its_mark(
    pytestconfig: pytest.Config,
) -> None:
    known = {line.partition(":")[0] for line in pytestconfig.getini("markers")}
    for database, mark in leaks.LEAKS.marks.items():
        assert set(mark.replace("and not", "").split()) <= known
        command = soak.command_of(leaks.LEAKS, database, seed=3)
        start = command.index("--hypothesis-seed=3")
        assert command[start + 1 : start + 3] == ["-m", mark]
        assert command[start + 3 :] == [
            *("--timeout", "0", "--override-ini", "faulthandler_timeout=0")
        ]


# make test-latest


def test_only_held_packages_keep_a_version_limit() -> None:
    loose = latest.loosened({"Django": "5.2.19", "psycopg2-binary": "2.9.13"})
    assert loose == ["Django~=5.2", "psycopg2-binary"]


def test_every_pin_is_loosened() -> None:
    texts = [(ROOT / f"requirements{end}.in").read_text() for end in ("", "-dev")]
    pinned = structure.pins(texts[0]) | structure.pins(texts[1])
    assert {latest.plain(name) for name in latest.pins()} == set(pinned)


def test_versions_newer_than_pins_are_printed() -> None:
    lines = latest.differences({"A.b": "1", "c": "2"}, {"a-b": "1", "c": "3"})
    assert lines == ["Newer than the pinned versions:", "  c: 2 is pinned, 3 is tested"]


def test_equal_versions_are_reported() -> None:
    assert latest.differences({"a": "1"}, {"a": "1"}) == [
        "Every pinned version is the newest."
    ]


def test_failing_tests_fail_make_test_latest(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("install", "install_pango", "install_browser"):
        monkeypatch.setattr(latest, name, lambda *_: None)
    monkeypatch.setattr(latest, "installed", lambda _: {})
    monkeypatch.setattr(latest, "run_tests", lambda _, database: database == "sqlite")
    assert latest.main(["sqlite"]) == 0
    assert latest.main([]) == 1


def test_deselected_test_exists() -> None:
    file, _, name = latest.DESELECTED.partition("::")
    assert f"def {name}(" in (ROOT / file).read_text()


# Fixtures


def test_each_test_has_its_own_media_folder(settings: Settings, tmp_path: Path) -> None:
    assert Path(settings.MEDIA_ROOT).is_relative_to(tmp_path)


@pytest.mark.django_db(transaction=True)
def test_tables_with_frozen_rows_are_emptied_between_tests() -> None:
    for _ in range(2):
        default_organisation()
        with pytest.raises(IntegrityError, match="history row cannot be deleted"):
            Organisation.history.all().delete()
        call_command("flush", interactive=False, verbosity=0)
        assert not Organisation.history.exists()


def test_browser_shows_a_page_of_the_site(browser_page: Page) -> None:
    answer = browser_page.goto("/healthz")
    assert answer is not None
    assert answer.status == 200
    assert browser_page.inner_text("body") == "ok\n"


def test_inline_script_is_blocked_and_reported(
    browser_page: Page, console_errors: list[str]
) -> None:
    browser_page.goto("/healthz")
    added: Any = browser_page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            return window.ran ?? false;
        }"""
    )
    assert added is False
    assert re.search("Content Security Policy", console_errors.pop())
