"""PDF output with versions of WeasyPrint and pydyf that are not proved."""

import functools
import io
import logging
import os
import re
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader

from consultations.documents import child_processes
from consultations.documents.pdf import weasyprint_private
from consultations.documents.pdf.child_process import render_pdf
from consultations.documents.pdf.render import to_pdf
from consultations.documents.pdf.weasyprint_private import Versions
from consultations.documents.tree import Document
from tests.support import structure
from tests.support.document_reading import TaggedPdf
from tests.support.document_strategies import make_document, make_long_document

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("pdf")]

DRAFT = "Draft of 22 November 2026, 14:05, not published"


@pytest.fixture
def other_versions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Install the metadata of a later WeasyPrint, here and in child processes."""
    later = tmp_path / "weasyprint-999.0.dist-info"
    later.mkdir()
    (later / "METADATA").write_text("Name: weasyprint\nVersion: 999.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    paths = os.pathsep.join((str(tmp_path), str(child_processes.IMPORT_ROOT)))
    monkeypatch.setitem(child_processes.FIXED_ENVIRONMENT, "PYTHONPATH", paths)


@functools.cache
def proved(document: Document, draft: str = "") -> bytes:
    return to_pdf(document, identifier="versions", draft=draft)


def page_texts(data: bytes) -> list[str]:
    reader = PdfReader(io.BytesIO(data), strict=True)
    return [page.extract_text() for page in reader.pages]


# Which versions are proved


def test_pinned_versions_are_proved() -> None:
    pins = structure.pins((structure.ROOT / "requirements.in").read_text())
    pinned = Versions(pins["weasyprint"], pins["pydyf"])
    assert pinned in weasyprint_private.PROVED_VERSIONS


def test_installed_version_is_the_imported_one() -> None:
    import weasyprint

    installed = weasyprint_private.installed_versions()
    assert installed.weasyprint == weasyprint.__version__
    assert weasyprint_private.versions_are_proved()


@pytest.mark.usefixtures("other_versions")
def test_other_version_is_not_proved() -> None:
    assert weasyprint_private.installed_versions().weasyprint == "999.0"
    assert not weasyprint_private.versions_are_proved()


def test_uninstalled_package_is_not_proved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "path", [])
    assert weasyprint_private.installed_versions() == ("", "")
    assert not weasyprint_private.versions_are_proved()


def test_weasyprint_logs_the_expected_message_for_each_page() -> None:
    import weasyprint

    source = Path(weasyprint.__file__).with_name("layout") / "page.py"
    assert f"'{weasyprint_private.LAYOUT_MESSAGE}'" in source.read_text()


# The PDF file


@pytest.mark.parametrize("draft", ["", DRAFT])
@pytest.mark.parametrize("document", [make_document(), make_long_document(15)])
def test_pages_have_same_text_with_other_versions(
    document: Document, draft: str, request: pytest.FixtureRequest
) -> None:
    expected = page_texts(proved(document, draft))
    request.getfixturevalue("other_versions")
    data = to_pdf(document, identifier="versions", draft=draft)
    assert data != proved(document, draft)
    assert page_texts(data) == expected
    assert len(expected) > 3


@pytest.mark.usefixtures("other_versions")
def test_file_is_tagged_without_claiming_pdf_ua() -> None:
    tagged = TaggedPdf(to_pdf(make_document(), identifier="versions"))
    assert tagged.catalog["/MarkInfo"]["/Marked"]
    assert tagged.catalog["/Lang"] == "en-GB"
    assert tagged.elements("/TH")
    assert b"pdfuaid" not in tagged.reader.stream.read()


@pytest.mark.usefixtures("other_versions")
def test_packaged_fonts_are_embedded_without_system_fonts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "fonts.conf").write_text("<fontconfig></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    reader = PdfReader(io.BytesIO(to_pdf(make_document(), identifier="versions")))
    names = {
        re.sub(r"^/[A-Z]+\+", "", font.get_object()["/BaseFont"]).strip(",")
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    assert names == {
        "Source-Sans-3",
        "Source-Sans-3-Italic",
        "Source-Sans-3-Semi-Bold",
    }


@pytest.mark.usefixtures("other_versions")
def test_private_functions_are_not_called_with_other_versions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("private parts are used")

    for name in ("pdf_ua_options", "packaged_fonts", "cache_page_references"):
        monkeypatch.setattr(weasyprint_private, name, fail)
    assert page_texts(to_pdf(make_document(), identifier="versions"))


@pytest.mark.usefixtures("other_versions")
def test_only_font_files_are_fetched(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        to_pdf(make_document(), identifier="versions")
    assert caplog.messages == []


# The child process


def test_child_process_renders_same_pages_without_progress(
    request: pytest.FixtureRequest,
) -> None:
    expected = page_texts(proved(make_document()))
    request.getfixturevalue("other_versions")
    pages: list[int] = []
    data = render_pdf(make_document(), identifier="versions", pages=pages.append)
    assert page_texts(data) == expected
    assert pages == []
    assert data != proved(make_document())


@pytest.mark.usefixtures("other_versions")
def test_child_process_output_is_deterministic() -> None:
    first = render_pdf(make_document(), identifier="versions")
    assert render_pdf(make_document(), identifier="versions") == first
