"""The README says what the code does."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from consultations.access import permissions_markdown

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")


def test_the_roles_table_is_that_of_the_code() -> None:
    assert permissions_markdown().strip() in README


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_every_link_leads_to_a_file(path: str) -> None:
    assert (settings.BASE_DIR / path).exists(), path


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"^\| `([\w/.]+)`", README, re.MULTILINE)))
)
def test_every_room_that_is_named_exists(path: str) -> None:
    if path.isupper():  # a variable of the environment
        return
    assert (settings.BASE_DIR / path).exists(), path
