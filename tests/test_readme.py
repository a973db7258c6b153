"""Agreement of the README and the other documents with the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from consultations.access import permissions_markdown
from tests.support.structure import ROOT
from tests.support.visible_text import document_files

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


@pytest.mark.parametrize("document", document_files(), ids=lambda path: path.name)
def test_files_named_in_documents_exist(document: Path) -> None:
    """A path starts at the project, at an app or at the document's own folder."""
    bases = (ROOT, ROOT / "consultations", ROOT / "responses", document.parent)
    text = re.sub(
        r"^(    |```).*$", "", document.read_text("utf-8"), flags=re.MULTILINE
    )
    named = set(re.findall(r"`(\w[\w.-]*(?:/[\w.-]*)+|\w+\.(?:py|css|html))`", text))
    links = set(re.findall(r"\]\(([\w./-]+)", text))
    assert [each for each in links if not (document.parent / each).exists()] == []
    assert [
        each for each in named if not any((base / each).exists() for base in bases)
    ] == []
