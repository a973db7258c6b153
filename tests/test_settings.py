"""Settings from the environment, refused values, and system checks."""

import json
import logging
import os
import re
import runpy
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.utils import ConnectionHandler
from django.test import Client
from pytest_django import Settings

from config import checks, environment
from config.logs import RoutineTaskFilter, RowRedactingFormatter
from consultations.documents.pdf import pango, weasyprint_private
from consultations.documents.pdf.weasyprint_private import Versions
from tests.support.structure import ROOT

KEY = "k" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz"
FILE_FINDER = "django.contrib.staticfiles.finders.FileSystemFinder"
HASHED = {"BACKEND": "consultations.staticfiles.HashedStorage"}


class Site:
    """Reads config/settings.py afresh, in a project folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "config").mkdir()
        (folder / "config" / "settings.py").touch()

    def settings(self, **environment: str) -> dict[str, Any]:
        """Return the settings that come of an environment."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "environ", {"TRUSTED_PROXIES": "0"} | environment)
            patch.setattr("config.environment.PROJECT_ROOT", self.folder)
            return runpy.run_path(str(ROOT / "config" / "settings.py"))

    def refusal(self, **environment: str) -> str:
        """Return what the start is refused with."""
        with pytest.raises(ImproperlyConfigured) as refused:
            self.settings(**environment)
        return str(refused.value)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Return a site with nothing set."""
    return Site(tmp_path)


# Database


@pytest.mark.each_database
def test_tests_run_on_the_requested_database(
    pytestconfig: pytest.Config,
) -> None:
    asked = pytestconfig.getoption("database") or os.environ["TEST_DATABASE"]
    assert connection.vendor == asked


@pytest.mark.each_database
def test_psycopg2_is_installed_and_psycopg_3_is_not() -> None:
    assert find_spec("psycopg2") is not None
    assert find_spec("psycopg") is None
    if connection.vendor == "postgresql":
        from django.db.backends.postgresql.psycopg_any import is_psycopg3

        assert not is_psycopg3


@pytest.mark.once
@pytest.mark.django_db
def test_sqlite_uses_wal_and_immediate_transactions(site: Site) -> None:
    url = f"sqlite:///{site.folder}/site.sqlite3"
    databases = site.settings(SECRET_KEY=KEY, DATABASE_URL=url)["DATABASES"]
    own = ConnectionHandler(databases)["default"]
    with own.cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    own.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 20_000,
    }
    assert own.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.each_database
@pytest.mark.django_db
def test_tests_wait_neither_for_the_disk_nor_for_ever() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone() == (0,)
        else:
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("1min",)


def test_default_database_is_in_the_project_folder(site: Site) -> None:
    database = site.settings(SECRET_KEY=KEY)["DATABASES"]["default"]
    assert database["NAME"] == str(site.folder / "db.sqlite3")


def test_relative_sqlite_path_is_relative_to_the_project(site: Site) -> None:
    found = site.settings(SECRET_KEY=KEY, DATABASE_URL="sqlite:///other.sqlite3")
    assert found["DATABASES"]["default"]["NAME"] == str(site.folder / "other.sqlite3")


def test_postgresql_url_is_parsed(site: Site) -> None:
    url = "postgres://dcc:p%40ss@db.example.org:5433/consult?sslmode=require"
    database = site.settings(SECRET_KEY=KEY, DATABASE_URL=url)["DATABASES"]["default"]
    names = ("ENGINE", "HOST", "PORT", "NAME", "USER", "PASSWORD")
    assert [database[name] for name in names] == [
        "django.db.backends.postgresql",
        "db.example.org",
        5433,
        "consult",
        "dcc",
        "p@ss",
    ]
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["CONN_HEALTH_CHECKS"] is True


# Refused values


def test_missing_secret_key_is_refused(site: Site) -> None:
    assert site.refusal().startswith(
        "SECRET_KEY is not set. Set SECRET_KEY to a secret"
    )


def test_blank_secret_key_is_refused(site: Site) -> None:
    assert site.refusal(SECRET_KEY=" ").startswith("SECRET_KEY is not set.")


def test_server_without_number_of_proxies_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("TRUSTED_PROXIES", "")
    with pytest.raises(ImproperlyConfigured) as refused:
        environment.require_trusted_proxies(debug=False)
    assert str(refused.value) == (
        "TRUSTED_PROXIES is not set. Set TRUSTED_PROXIES to the number of your proxies "
        "that add to X-Forwarded-For, or to 0 for no proxy."
    )
    environment.require_trusted_proxies(debug=True)
    monkeypatch.setenv("TRUSTED_PROXIES", "0")
    environment.require_trusted_proxies(debug=False)


def test_commands_need_no_number_of_proxies(site: Site) -> None:
    assert site.settings(SECRET_KEY=KEY, TRUSTED_PROXIES="")["TRUSTED_PROXIES"] == 0


@pytest.mark.parametrize("number", ["0", "1", "9"])
def test_number_of_proxies_is_read(site: Site, number: str) -> None:
    found = site.settings(SECRET_KEY=KEY, TRUSTED_PROXIES=number)
    assert found["TRUSTED_PROXIES"] == int(number)


def test_debug_needs_no_number_of_proxies(site: Site) -> None:
    assert site.settings(DEBUG="1", TRUSTED_PROXIES="")["TRUSTED_PROXIES"] == 0


def test_debug_needs_no_secret_key(site: Site) -> None:
    assert site.settings(DEBUG="1")["DEBUG"] is True


def test_secret_key_file_is_used(site: Site) -> None:
    (site.folder / ".secret-key").write_text(f"{KEY}\n")
    assert site.settings()["SECRET_KEY"] == KEY


def test_debug_is_off_by_default(site: Site) -> None:
    assert site.settings(SECRET_KEY=KEY)["DEBUG"] is False


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("DEBUG", "maybe", "Set DEBUG to 1 or 0"),
        ("PORT", "eighty", "a whole number from 1 to 65535"),
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("PORT", "65536", "a whole number from 1 to 65535"),
        ("SITE_URL", "consult.example.org", "a scheme and a host"),
        ("SITE_URL", "ftp://consult.example.org", "a scheme and a host"),
        ("SITE_URL", "https://consult.example.org/path", "a scheme and a host"),
        ("SITE_URL", "https://consult.example.org:port", "a scheme and a host"),
        ("ALLOWED_HOSTS", "https://consult.example.org", "host names separated by"),
        ("ALLOWED_HOSTS", "consult.example.org:443", "host names separated by"),
        ("ALLOWED_HOSTS", "one.example.org, ,", "host names separated by"),
        ("DATABASE_URL", "mysql://localhost/consult", "postgres://USER:"),
        ("DATABASE_URL", "postgres://localhost", "postgres://USER:"),
        ("DATABASE_URL", "db.sqlite3", "postgres://USER:"),
        ("DATABASE_URL", "sqlite:////no/such/folder/db.sqlite3", "Create the folder"),
        ("EMAIL_URL", "mail.example.org", "smtp://"),
        ("EMAIL_URL", "imap://mail.example.org", "smtp://"),
        ("EMAIL_URL", "smtp://mail.example.org:port", "smtp://"),
        ("MEDIA_ROOT", "config/settings.py", "Set MEDIA_ROOT to the path of a folder"),
        (
            "EMAIL_FILE_PATH",
            "config/settings.py",
            "Set EMAIL_FILE_PATH to the path of a folder",
        ),
        (
            "ORGANISATION_MAILBOX",
            "consultations",
            "Set ORGANISATION_MAILBOX to one email address",
        ),
        ("SESSION_IDLE_HOURS", "0", "a whole number of hours from 1 to 720"),
        ("SESSION_IDLE_HOURS", "8h", "a whole number of hours from 1 to 720"),
        ("SESSION_HOURS", "721", "a whole number of hours from 1 to 720"),
        (
            "SESSION_HOURS",
            "7",
            "Set SESSION_HOURS to at least SESSION_IDLE_HOURS, which is 8.",
        ),
        ("TRUSTED_PROXIES", "yes", "a whole number from 0 to 9"),
        ("TRUSTED_PROXIES", "10", "a whole number from 0 to 9"),
        ("REQUIRE_SECOND_FACTOR", "always", "Set REQUIRE_SECOND_FACTOR to 1 or 0"),
    ],
)
def test_invalid_value_is_refused_with_name_and_remedy(
    site: Site, name: str, value: str, remedy: str
) -> None:
    refusal = site.refusal(**({"SECRET_KEY": KEY} | {name: value}))
    assert refusal.startswith(f'{name} is "{value}". ')
    assert remedy in refusal


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://dcc:s3cret@localhost/consult"),
        ("DATABASE_URL", "postgres://dcc:s3cret/@x@localhost"),
        ("EMAIL_URL", "imap://dcc:s3cret@mail.example.org"),
    ],
)
def test_refusal_hides_passwords(site: Site, name: str, value: str) -> None:
    refusal = site.refusal(**({"SECRET_KEY": KEY} | {name: value}))
    assert "dcc:***@" in refusal
    assert "s3cret" not in refusal


SIGN_ON = {
    "OIDC_SERVER_URL": "https://login.example.org/realms/staff",
    "OIDC_CLIENT_ID": "consultations",
    "OIDC_CLIENT_SECRET": "s3cret",
}


def test_single_sign_on_is_off_by_default(site: Site) -> None:
    found = site.settings(SECRET_KEY=KEY, OIDC_NAME="Our log-in")
    assert found["SINGLE_SIGN_ON"] is None
    assert found["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"] == []


def test_single_sign_on_is_configured_by_environment(site: Site) -> None:
    found = site.settings(SECRET_KEY=KEY, OIDC_NAME="Our log-in", **SIGN_ON)
    (app,) = found["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"]
    assert (app["name"], app["client_id"], app["secret"]) == (
        *("Our log-in", "consultations", "s3cret"),
    )
    assert app["settings"]["server_url"] == SIGN_ON["OIDC_SERVER_URL"]


@pytest.mark.parametrize("name", SIGN_ON)
def test_incomplete_single_sign_on_is_refused(site: Site, name: str) -> None:
    refusal = site.refusal(SECRET_KEY=KEY, **(SIGN_ON | {name: ""}))
    others = " and ".join(each for each in SIGN_ON if each != name)
    assert refusal.startswith(f"{name} is not set. Set {name} as well as {others}, or")
    assert "s3cret" not in refusal


@pytest.mark.parametrize(
    "url",
    [
        *("http://login.example.org", "login.example.org", "https://"),
        *("https://login.example.org?x=y", "https://login.example.org:port"),
        "https://dcc:s3cret@login.example.org",
    ],
)
def test_unsafe_single_sign_on_url_is_refused(site: Site, url: str) -> None:
    refusal = site.refusal(SECRET_KEY=KEY, **(SIGN_ON | {"OIDC_SERVER_URL": url}))
    assert refusal.startswith('OIDC_SERVER_URL is "')
    assert "s3cret" not in refusal


def test_session_hours_are_at_least_the_idle_hours(site: Site) -> None:
    found = site.settings(SECRET_KEY=KEY, SESSION_IDLE_HOURS="48")
    assert (found["SESSION_IDLE_HOURS"], found["SESSION_HOURS"]) == (48, 48)


def test_two_email_settings_are_refused(site: Site) -> None:
    refusal = site.refusal(
        SECRET_KEY=KEY, EMAIL_URL="smtp://mail.example.org", EMAIL_FILE_PATH="var/mail"
    )
    assert "EMAIL_FILE_PATH is also set" in refusal


@pytest.mark.once
def test_manage_py_prints_only_the_refusal() -> None:
    ended = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DEBUG": "maybe"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ended.returncode == 1
    sentence = 'DEBUG is "maybe". Set DEBUG to 1 or 0, or leave DEBUG unset for 0.\n'
    assert ended.stderr == sentence


# Other settings


def test_email_goes_to_console_by_default(site: Site) -> None:
    assert ".console." in site.settings(SECRET_KEY=KEY)["EMAIL_BACKEND"]


def test_email_goes_to_the_given_folder(site: Site) -> None:
    found = site.settings(SECRET_KEY=KEY, EMAIL_FILE_PATH="var/mail")
    assert ".filebased." in found["EMAIL_BACKEND"]
    assert found["EMAIL_FILE_PATH"] == site.folder / "var" / "mail"


@pytest.mark.parametrize(
    ("scheme", "port", "starttls", "tls"),
    [
        ("smtp", 25, False, False),
        ("smtp+tls", 587, True, False),
        ("smtps", 465, False, True),
    ],
)
def test_email_url_is_parsed(
    site: Site, scheme: str, port: int, starttls: bool, tls: bool
) -> None:
    url = f"{scheme}://dcc:p%40ss@mail.example.org"
    found = site.settings(SECRET_KEY=KEY, EMAIL_URL=url)
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS", "USE_SSL")
    assert [found[f"EMAIL_{name}"] for name in names] == [
        *("mail.example.org", port, "dcc", "p@ss", starttls, tls),
    ]


def test_site_url_defaults_to_this_machine(site: Site) -> None:
    found = site.settings(SECRET_KEY=KEY, PORT="8001")
    assert found["SITE_URL"] == "http://127.0.0.1:8001"
    assert found["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]


def test_allowed_host_is_that_of_site_url(site: Site) -> None:
    found = site.settings(SECRET_KEY=KEY, SITE_URL="https://consult.example.org/")
    assert found["SITE_URL"] == "https://consult.example.org"
    assert found["ALLOWED_HOSTS"] == ["consult.example.org"]


def test_organisation_is_configured_by_environment(site: Site) -> None:
    found = site.settings(
        SECRET_KEY=KEY,
        ORGANISATION_NAME="Another Company",
        ORGANISATION_SHORT="AC",
        ORGANISATION_MAILBOX="team@another.example",
    )
    assert found["ORGANISATION"] == {
        "name": "Another Company",
        "short": "AC",
        "mailbox": "team@another.example",
    }


def test_https_site_has_secure_cookies_and_redirects(site: Site) -> None:
    found = site.settings(SECRET_KEY=KEY, SITE_URL="https://consult.example.org")
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        assert found[name] is True
    assert found["SECURE_HSTS_SECONDS"] > 0


def test_http_site_does_not_require_https(site: Site) -> None:
    found = site.settings(SECRET_KEY=KEY)
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        assert found[name] is False
    assert found["SECURE_HSTS_SECONDS"] == 0


@pytest.mark.once
def test_deployment_check_passes_in_production(pdf: None) -> None:
    production = {
        "SECRET_KEY": KEY,
        "SITE_URL": "https://consult.example.org",
        "TRUSTED_PROXIES": "1",
    }
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | production,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (checked.returncode, checked.stderr) == (0, "")


# Responses of the site


@pytest.mark.django_db
def test_csp_forbids_foreign_and_inline_content(client: Client) -> None:
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert sorted(policy.split("; ")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    ]


@pytest.mark.django_db
def test_every_response_has_security_headers(client: Client) -> None:
    headers = client.get("/healthz").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


# System checks


def test_missing_pango_is_a_warning_with_install_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pango, "LIBRARIES", ("libnowhere.so.0",))
    (warning,) = checks.check_pdf_libraries(None)
    assert "libnowhere.so.0" in str(warning.msg)
    assert "sudo apt-get install" in str(warning.hint)
    assert "libpango-1.0-0 libpangoft2-1.0-0" in str(warning.hint)


def test_proved_weasyprint_versions_give_no_warning() -> None:
    assert checks.check_pdf_versions(None) == []


@pytest.mark.parametrize(
    ("installed", "found"),
    [
        (Versions("71.0", "0.13.0"), "WeasyPrint 71.0, pydyf 0.13.0"),
        (Versions("70.0", "0.14.0"), "WeasyPrint 70.0, pydyf 0.14.0"),
        (Versions("70.0", ""), "WeasyPrint 70.0, pydyf (not installed)"),
    ],
)
def test_other_weasyprint_versions_are_a_warning_with_command(
    installed: Versions, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weasyprint_private, "installed_versions", lambda: installed)
    (warning,) = [found for found in run_checks() if found.id == "config.W003"]
    assert f"Found {found}." in str(warning.msg)
    assert "tested only with WeasyPrint 70.0, pydyf 0.13.0." in str(warning.msg)
    assert "pip install weasyprint==70.0 pydyf==0.13.0" in str(warning.hint)


@pytest.mark.each_database
def test_psycopg_3_is_an_error_on_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "postgresql":
        return
    assert checks.check_postgresql_driver(None) == []
    driver = "django.db.backends.postgresql.psycopg_any.is_psycopg3"
    monkeypatch.setattr(driver, True)
    assert [error.id for error in checks.check_postgresql_driver(None)] == [
        "config.E001"
    ]


# The typeface


@pytest.mark.parametrize("name", ["source-sans-3.ttf", "source-sans-3-italic.ttf"])
def test_fonts_are_found_in_their_package(name: str) -> None:
    found = finders.find(f"fonts/{name}")
    assert isinstance(found, str)
    assert Path(found).read_bytes().startswith(b"\x00\x01\x00\x00")


def test_other_files_are_not_found_among_fonts() -> None:
    assert finders.find("fonts/../__init__.py") is None


@pytest.mark.once
def test_font_urls_in_css_are_hashed(settings: Settings, tmp_path: Path) -> None:
    css = tmp_path / "static" / "css" / "site.css"
    css.parent.mkdir(parents=True)
    css.write_text('@font-face { src: url("../fonts/source-sans-3.ttf"); }')
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.INSTALLED_APPS = ["django.contrib.staticfiles"]
    settings.STORAGES = settings.STORAGES | {"staticfiles": HASHED}
    call_command("collectstatic", interactive=False, verbosity=0)
    (hashed,) = (tmp_path / "collected" / "css").glob("site.*.css")
    (named,) = re.findall(r'url\("\.\./(fonts/[^"]+)"\)', hashed.read_text())
    assert re.fullmatch(r"fonts/source-sans-3\.[0-9a-f]{12}\.ttf", named)
    assert (tmp_path / "collected" / f"{named}.br").exists()


@pytest.mark.once
def test_modules_import_each_other_by_hashed_names(
    settings: Settings, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "static" / "js", tmp_path / "static" / "js")
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    settings.STATICFILES_FINDERS = [FILE_FINDER]
    settings.STATIC_ROOT = collected = tmp_path / "collected"
    settings.STORAGES = settings.STORAGES | {"staticfiles": HASHED}
    call_command("collectstatic", interactive=False, verbosity=0)
    hashed = json.loads((collected / "staticfiles.json").read_text())["paths"]
    ours = {name: Path(to) for name, to in hashed.items() if name.startswith("js/")}
    imported = {
        str(path.parent / name)
        for path in ours.values()
        for name in re.findall(r'from "\./(.+?)"', (collected / path).read_text())
    }
    assert "js/desk/desk.js" in ours
    assert len(imported) > 10
    assert imported <= set(map(str, ours.values()))


# The log


def test_log_omits_row_quoted_by_database_error() -> None:
    quoted = (
        "duplicate key\nDETAIL:  Key (email)=(someone@example.org) already exists.\n"
    )
    try:
        raise DatabaseError(quoted)
    except DatabaseError:
        written = RowRedactingFormatter().formatException(sys.exc_info())
    assert "duplicate key" in written
    assert "someone@example.org" not in written


def test_log_handler_uses_the_omitting_formatter(settings: Settings) -> None:
    stderr = settings.LOGGING["handlers"]["stderr"]
    assert stderr["class"] == "logging.StreamHandler"
    assert settings.LOGGING["formatters"][stderr["formatter"]]["()"] == (
        "config.logs.RowRedactingFormatter"
    )
    assert isinstance(
        logging.getLogger("django").handlers[0].formatter, RowRedactingFormatter
    )


@pytest.mark.parametrize(
    ("name", "level", "is_written"),
    [
        ("django_tasks", logging.INFO, False),
        ("django_tasks", logging.ERROR, True),
        ("django_tasks_db", logging.INFO, True),
        ("consultations", logging.INFO, True),
    ],
)
def test_tasks_are_logged_only_on_failure(
    name: str, level: int, *, is_written: bool
) -> None:
    record = logging.LogRecord(name, level, "", 1, "Task state", None, None)
    assert RoutineTaskFilter().filter(record) == is_written
