"""The demo command refuses where its public passwords could be used."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django import Settings

from responses.management.commands import demo
from scripts import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_consultations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load users only; the files have their own tests."""
    monkeypatch.setattr(demo, "load_if_missing", lambda path: None)


def load(*options: str) -> list[str]:
    """Return the names of users after the command."""
    call_command("demo", *options, stdout=StringIO())
    return sorted(User.objects.values_list("username", flat=True))


def test_demo_is_refused_without_debug_and_names_the_option(settings: Settings) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match=r"add the option --with-public-passwords\."):
        load()
    assert not User.objects.exists()


def test_demo_is_loaded_with_the_option_of_make_run(settings: Settings) -> None:
    settings.DEBUG = False
    assert "administrator" in load(run.DEMO_OPTION)


def test_demo_is_loaded_with_debug(settings: Settings) -> None:
    settings.DEBUG = True
    assert "administrator" in load()
