"""Files that stand alone: whole addresses, and which edition a file is."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import docx
import pytest
from docx.document import Document as WordFile
from pypdf import PdfReader

from consultations.documents.conclusion.content import (
    AttachmentContent,
    ConclusionContent,
    Publication,
    SectionContent,
)
from consultations.documents.formats import available_formats, render, render_files
from tests.support.content_strategies import make_content
from tests.support.document_reading import ArticleReader

pytestmark = pytest.mark.once

SITE = "https://consult.example.org"
ADDRESS = f"{SITE}/conclusions/s1sr-2026/editions/2/"
TEXT = f"{SITE}/documents/S1SR/concluded/"
CORRECTED = Publication(
    ADDRESS, 2, "<p>Clause 4 was <em>wrong</em>.</p><p>So was 5.</p>", "dcc@example.org"
)
DRAFT = Publication(f"{SITE}/desk/conclusions/s1sr-2026/preview/", contact="d@e.org")
FORMATS = ("html", "pdf", "docx")


def content(publication: Publication | None) -> ConclusionContent:
    """Return content with a file, a text on the site, and a title without either."""
    attachments = (
        AttachmentContent("S1SR clean", "clean", "S1SR", address=TEXT),
        AttachmentContent("S1SR redline", "redline", "S1SR"),
        AttachmentContent("Matrix", "matrix", "", "m.csv", 120, "0" * 64),
    )
    words = '<p>See <a href="https://www.ofgem.gov.uk/">Ofgem</a>.</p>'
    return replace(
        make_content(),
        sections=(
            SectionContent("Introduction", text=words),
            SectionContent("Analysis", kind="analysis"),
            SectionContent("Changes", kind="changes"),
            SectionContent("Attachments", kind="attachments"),
        ),
        attachments=attachments,
        publication=publication,
    )


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """The files of edition 2, by format."""
    made = render_files(content(CORRECTED), "s", available_formats())
    return {each.name: each.content for each in made}


def html_addresses(data: bytes) -> list[str]:
    return re.findall(r"""(?:href|src|action)=["']([^"']*)""", data.decode())


def pdf_addresses(data: bytes) -> list[str]:
    pages = PdfReader(io.BytesIO(data)).pages
    notes = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    return [str(note["/A"]["/URI"]) for note in notes if "/URI" in note.get("/A", {})]


def docx_addresses(data: bytes) -> list[str]:
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            if name.endswith(".rels"):
                rows = list(ET.fromstring(package.read(name)))
                found += [r.get("Target", "") for r in rows if r.get("TargetMode")]
    return found


ADDRESSES: dict[str, Callable[[bytes], list[str]]] = {
    "html": html_addresses,
    "pdf": pdf_addresses,
    "docx": docx_addresses,
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.usefixtures("pdf")
def test_no_file_holds_a_relative_address(name: str, files: dict[str, bytes]) -> None:
    outside = {each for each in ADDRESSES[name](files[name]) if each[:1] != "#"}
    assert {ADDRESS, f"{ADDRESS}attachments/3/", TEXT} <= outside
    assert all(each.startswith(("https://", "mailto:")) for each in outside)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.usefixtures("pdf")
def test_no_draft_holds_a_relative_address(name: str) -> None:
    outside = ADDRESSES[name](render(content(DRAFT), name, "Draft of today"))
    outside = [each for each in outside if each[:1] != "#"]
    assert f"{DRAFT.address}attachments/3/" in outside
    assert all(each.startswith(("https://", "mailto:")) for each in outside)


def words_of(name: str, data: bytes) -> str:
    if name == "pdf":
        words = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
        return " ".join(words)
    if name == "docx":
        return " ".join(
            each.text for each in docx.Document(io.BytesIO(data)).paragraphs
        )
    if name == "html":
        reader = ArticleReader()
        reader.feed(data.decode())
        return "".join(reader.parts)
    return data.decode()


def squeezed(words: str) -> str:
    return re.sub(r"\s+", "", words)


@pytest.mark.parametrize("name", [*FORMATS, "txt"])
@pytest.mark.usefixtures("pdf")
def test_first_page_says_which_edition_it_is(
    name: str, files: dict[str, bytes]
) -> None:
    words = squeezed(words_of(name, files[name]))
    for line in (
        "Edition: 2 (corrects edition 1)",
        "Correction: Clause 4 was wrong. So was 5.",
        f"Web address: {ADDRESS}",
        "Contact: dcc@example.org",
        "Attachment 2: S1SR redline (not published on this site)",
    ):
        assert squeezed(line) in words, line
    assert words.count("notpublished") == 1


@pytest.mark.parametrize("name", [*FORMATS, "txt"])
@pytest.mark.usefixtures("pdf")
def test_draft_says_so_in_place_of_its_number(name: str) -> None:
    words = squeezed(words_of(name, render(content(DRAFT), name)))
    assert "Edition:Draft" in words
    assert "Webaddress" not in words
    assert "/desk/" not in words


def test_html_metadata_name_edition_address_and_reason(files: dict[str, bytes]) -> None:
    facts = dict(
        re.findall(r'<meta name="([^"]+)" content="([^"]*)">', files["html"].decode())
    )
    assert facts["edition"] == "2"
    assert facts["corrects"] == "1"
    assert facts["correction"] == "Clause 4 was wrong. So was 5."
    assert facts["address"] == ADDRESS
    assert facts["contact"] == "dcc@example.org"
    assert facts["description"].startswith("Edition: 2 (corrects edition 1). ")


@pytest.mark.usefixtures("pdf")
def test_pdf_metadata_name_edition_address_and_reason(files: dict[str, bytes]) -> None:
    reader = PdfReader(io.BytesIO(files["pdf"]))
    facts = {name: str(value) for name, value in (reader.metadata or {}).items()}
    assert (facts["/edition"], facts["/corrects"]) == ("2", "1")
    assert (facts["/address"], facts["/contact"]) == (ADDRESS, "dcc@example.org")
    assert facts["/correction"] == "Clause 4 was wrong. So was 5."
    assert "/viewport" not in facts
    xmp = reader.xmp_metadata
    assert xmp is not None
    assert ADDRESS in str(xmp.dc_description)


def word_properties(data: bytes, name: str) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        root = ET.fromstring(package.read(f"docProps/{name}.xml"))
    return {
        each.get("name") or each.tag.rpartition("}")[2]: "".join(each.itertext())
        for each in root
    }


def test_word_properties_name_edition_address_and_reason(
    files: dict[str, bytes],
) -> None:
    word: WordFile = docx.Document(io.BytesIO(files["docx"]))
    core = word.core_properties
    assert (core.version, core.identifier) == ("2", ADDRESS)
    assert (
        word_properties(files["docx"], "app")["Company"]
        == make_content().publisher.name
    )
    assert word_properties(files["docx"], "custom") == {
        "Classification": make_content().classification,
        "Edition": "2",
        "Corrects": "1",
        "Correction": "Clause 4 was wrong. So was 5.",
        "Address": ADDRESS,
        "Contact": "dcc@example.org",
    }


def test_json_names_edition_address_and_reason(files: dict[str, bytes]) -> None:
    stored = json.loads(files["json"])
    publication = stored["content"]["publication"]
    assert (publication["edition"], publication["address"]) == (2, ADDRESS)
    assert publication["correction"] == CORRECTED.correction
    assert stored["document"]["imprint"]["corrects"] == "1"


def test_file_names_name_the_edition() -> None:
    for publication, stem in ((CORRECTED, "s-edition-2"), (DRAFT, "s"), (None, "s")):
        (file,) = render_files(content(publication), "s", ("txt",))
        assert file.filename == f"{stem}.txt"


def test_content_of_earlier_formats_prints_no_edition() -> None:
    text = render(content(None), "txt").decode()
    assert "Edition" not in text
    assert "attachments/" not in render(content(None), "html").decode()
