"""Regulated documents shared by several consultations."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from consultations.models import RegulatedDocument

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
