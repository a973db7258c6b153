"""Regulated documents shared by several consultations."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from consultations.models import DocumentVersion, RegulatedDocument

pytestmark = pytest.mark.django_db

FIRST = """
consultation_file: 1
documents:
  - {code: MAIN, title: Main Document, reference: SEC Appendix A, route: panel}
  - {code: ANNEX, title: Its Annex, kind: matrix, parent: MAIN}
consultation: {slug: first, title: First, documents: [MAIN], opened: 2026-01-05}
questions: []
"""

SECOND = """
consultation_file: 1
documents:
  - {code: ANNEX, title: Its Annex}
  - {code: MAIN, title: Main Document}
consultation: {slug: second, title: Second, documents: [MAIN], opened: 2026-03-05}
questions: []
"""

ALONE = """
consultation_file: 1
documents:
  - {code: ANNEX, title: Its Annex}
consultation: {slug: third, title: Third, documents: [ANNEX], opened: 2026-03-05}
questions: []
"""


def load(folder: Path, text: str, *options: str) -> None:
    path = folder / "file.yaml"
    path.write_text(text, encoding="utf-8")
    call_command("load_consultation", str(path), *options)


@pytest.mark.parametrize("text", [SECOND, ALONE])
def test_omitted_document_facts_stay_unchanged(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    load(tmp_path, FIRST)
    load(tmp_path, text)
    main = RegulatedDocument.objects.get(code="MAIN")
    annex = RegulatedDocument.objects.get(code="ANNEX")
    assert (main.reference, main.route, annex.kind) == (
        "SEC Appendix A",
        "panel",
        "matrix",
    )
    assert annex.parent == main
    load(tmp_path, text)
    assert "No changes" in capsys.readouterr().out


def test_changed_document_title_needs_update(tmp_path: Path) -> None:
    load(tmp_path, FIRST)
    with pytest.raises(CommandError, match="--update"):
        load(tmp_path, ALONE.replace("Its Annex", "Another Title"))
    load(tmp_path, ALONE.replace("Its Annex", "Another Title"), "--update")
    assert RegulatedDocument.objects.get(code="ANNEX").title == "Another Title"


ROUND = """
consultation_file: 1
documents:
  - code: MAIN
    title: Main Document
    versions:
      - {{key: now, status: designated}}
{versions}
consultation: {{slug: {slug}, title: A Round, documents: [MAIN]}}
questions: []
"""
ASKED = "      - {key: asked, status: consulted}"
NEXT = "      - {key: next, status: consulted}"


def consultations() -> dict[str, str]:
    """Return the slug of each version's consultation, empty for none."""
    return {
        version.key: version.consultation.slug if version.consultation else ""
        for version in DocumentVersion.objects.select_related("consultation")
    }


def test_new_versions_belong_to_the_consultation_of_the_file(tmp_path: Path) -> None:
    load(tmp_path, ROUND.format(slug="first", versions=ASKED))
    assert consultations() == {"now": "", "asked": "first"}
    load(tmp_path, ROUND.format(slug="second", versions=f"{ASKED}\n{NEXT}"))
    assert consultations() == {"now": "", "asked": "first", "next": "second"}


@pytest.mark.parametrize(
    ("given", "expected"), [("first", "first"), ("null", ""), ("nowhere", "")]
)
def test_consultation_of_a_version_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: str, expected: str
) -> None:
    load(tmp_path, ROUND.format(slug="first", versions=ASKED))
    version = f"      - {{key: next, status: consulted, consultation: {given}}}"
    text = ROUND.format(slug="second", versions=version)
    load(tmp_path, text)
    assert consultations()["next"] == expected
    assert ("is not stored here" in capsys.readouterr().err) is (given == "nowhere")
    load(tmp_path, text)
    assert "No changes" in capsys.readouterr().out


@pytest.mark.parametrize("slug", ["first", "second"])
def test_exported_versions_have_their_consultation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], slug: str
) -> None:
    load(tmp_path, ROUND.format(slug="first", versions=ASKED))
    version = "      - {key: next, status: consulted, consultation: null}"
    load(tmp_path, ROUND.format(slug="second", versions=version))
    capsys.readouterr()
    call_command("export_consultation", slug)
    text = capsys.readouterr().out
    assert ("consultation: first" in text) is (slug == "second")
    assert "consultation: null" in text
    load(tmp_path, text)
    assert "No changes" in capsys.readouterr().out


def test_consultation_of_a_stored_version_changes_only_with_update(
    tmp_path: Path,
) -> None:
    load(tmp_path, ROUND.format(slug="first", versions=ASKED))
    taken = "      - {key: asked, status: consulted, consultation: second}"
    text = ROUND.format(slug="second", versions=taken)
    with pytest.raises(CommandError, match="Nothing was stored"):
        load(tmp_path, text)
    load(tmp_path, text, "--update")
    assert consultations()["asked"] == "second"


def test_command_releases_the_designated_versions(tmp_path: Path) -> None:
    load(tmp_path, ROUND.format(slug="first", versions=ASKED))
    releases = [
        (release.name, release.origin)
        for version in DocumentVersion.objects.all()
        for release in version.releases.all()
    ]
    assert releases == [("MAIN/now", "command")]
