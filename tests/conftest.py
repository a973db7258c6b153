"""Fixtures of every test. The database is chosen earlier, in tests/databases.py."""

import gc
import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import Phase, is_hypothesis_test
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import blocking_manager_key

from consultations.documents.pdf import pango
from consultations.editions import triggers
from scripts.machine import chromium, missing_for_browser
from tests import databases
from tests.support import sizes
from tests.support.clocks import MovableClock
from tests.support.example_printing import print_values_instead_of_calls
from tests.support.tools import unavailable

CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-software-rasterizer",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
WITH_ROWS_OF_MIGRATIONS = pytest.mark.django_db(
    transaction=True, serialized_rollback=True
)

print_values_instead_of_calls()
hypothesis.settings.register_profile(
    "default", deadline=None, max_examples=sizes.count(40, whole=100)
)
hypothesis.settings.register_profile(
    "ci",
    hypothesis.settings.get_profile("default"),
    derandomize=True,
    database=None,
    print_blob=True,
    # `CI=1 pytest` fails on the same example, and the default profile shrinks it
    phases=(Phase.explicit, Phase.generate),
)
hypothesis.settings.load_profile(
    "ci" if os.environ.get("CI") and not sizes.is_soak() else "default"
)


def pytest_report_header() -> str:
    """Print the seed and how much the random tests try."""
    return sizes.describe()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests have recorded, such as how much was searched."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "figures" and report.when == "call":
                    terminalreporter.write_line(str(value))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Mark what drives a browser and what needs no database, for `-m "not ..."`.

    What only `make soak` runs is deselected elsewhere. What Hypothesis drives belongs
    to both.

    The longest tests come first, so that no worker is left with one at the end. Every
    test that commits begins with the rows that the migrations made: left to each test,
    those that ask for them fail after one that does not.
    """
    left_out = [
        item
        for item in items
        if item.get_closest_marker("soak_only") and not sizes.is_soak()
    ]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.soak)
        if "browser" in fixtures:
            item.add_marker(pytest.mark.browser)
        elif not is_for_each_database(item):
            item.add_marker(pytest.mark.once)
        marker = item.get_closest_marker("django_db")
        if "live_server" in fixtures or (marker and marker.kwargs.get("transaction")):
            item.add_marker(WITH_ROWS_OF_MIGRATIONS, append=False)
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """Search for garbage less often, and not in what was loaded for all tests."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Restore the rows that the migrations made after a test that commits.

    It leaves its tables empty. A worker can take a test from another worker's queue
    afterwards that counts on the rows and does not commit.
    """
    result = yield
    if commits(item) and nextitem and not commits(nextitem):
        with item.config.stash[blocking_manager_key].unblock():
            databases.restore_rows()
    return result


def commits(item: pytest.Item) -> bool:
    """Return whether a test commits, and begins with the rows of the migrations."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("serialized_rollback"))


def is_for_each_database(item: pytest.Item) -> bool:
    """Return whether a test can end differently on another kind of database.

    pytest-django lets no other test connect to one.
    """
    fixtures = getattr(item, "fixturenames", ())
    markers = ("django_db", "each_database")
    return bool(DATABASE_FIXTURES.intersection(fixtures)) or any(
        item.get_closest_marker(name) for name in markers
    )


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """Copy the migrated database, in place of pytest-django's migrating here.

    When the migrations fail the run ends, without an error in each of its tests.
    """
    stash = request.config.stash
    with django_db_blocker.unblock():
        try:
            databases.use_copy(
                stash[databases.SHARED_FOLDER], stash[databases.WORKER] or "main"
            )
        except databases.MigrationsFailed as error:
            request.session.shouldfail = str(error)
            raise


@pytest.fixture(autouse=True)
def _media_of_its_own(settings: Settings, tmp_path: Path) -> None:
    """Keep the files of a test apart from every other's."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MovableClock:
    """Replace the clock by one that the test moves."""
    return MovableClock(monkeypatch)


@pytest.fixture
def pdf() -> None:
    """Ask for Pango: the test renders PDF."""
    if missing := pango.missing_libraries():
        unavailable(f"{', '.join(missing)} cannot be loaded: {pango.INSTALL_COMMAND}.")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one Chromium for the tests of this process."""
    if missing := missing_for_browser():
        unavailable(f"{missing}.")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright runs an event loop
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(), args=CHROMIUM_FLAGS
        )
        yield started
        started.close()


@pytest.fixture
def console_errors() -> list[str]:
    """What the browser complained of; a test that expects it calls `.clear()`."""
    return []


@pytest.fixture
def browser_page(
    browser: Browser,
    live_server: LiveServer,
    console_errors: list[str],
) -> Iterator[Page]:
    """Open an empty page whose addresses are relative to the running site.

    The test fails when the browser's console reports an error, which a breach of
    the Content-Security-Policy is.
    """

    def note(message: ConsoleMessage) -> None:
        url = message.location["url"]
        if message.type == "error" and not url.endswith("/favicon.ico"):
            console_errors.append(f"{message.text} ({url})")

    context = browser.new_context(
        base_url=live_server.url, locale="en-GB", timezone_id="Europe/London"
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.on("console", note)
    page.on("pageerror", lambda error: console_errors.append(str(error)))
    yield page
    context.close()
    assert console_errors == []


@pytest.fixture(autouse=True, scope="session")
def _flush_past_triggers() -> Iterator[None]:
    """Let Django empty the tables between tests that commit, with the guards lifted."""
    operations: Any = type(connection.ops)  # a browser's thread has another connection
    original = operations.sql_flush
    operations.sql_flush = without_refusals(original)
    yield
    operations.sql_flush = original


def without_refusals(sql_flush: Callable[..., list[str]]) -> Callable[..., list[str]]:
    """Return `sql_flush` with the guards suspended around its statements."""

    def flush(self: BaseDatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        statements = sql_flush(self, *args, **kwargs)
        suspend, reinstate = triggers.suspension(self.connection)
        return [*suspend, *statements, *reinstate]

    return flush
