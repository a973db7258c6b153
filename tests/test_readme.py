"""Agreement of the README with the code."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

from consultations.access import permissions_markdown

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")


def test_readme_has_the_roles_table() -> None:
    assert permissions_markdown().strip() in README


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_readme_links_lead_to_files(path: str) -> None:
    assert (settings.BASE_DIR / path).exists(), path


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"^\| `([\w/.]+)`", README, re.MULTILINE)))
)
def test_readme_modules_exist(path: str) -> None:
    if path.isupper():  # a variable of the environment
        return
    assert (settings.BASE_DIR / path).exists(), path
