"""The draft mark: on every page of every draft format, never on a published file."""

from __future__ import annotations

import io
import json
import re
import zipfile

import docx
import pytest
from pypdf import PdfReader

from consultations.documents.formats import (
    FORMATS,
    compose_for_output,
    render,
    render_format,
)
from consultations.models import Conclusion
from responses.analysis.conclusion_content import conclusion_content
from tests.support.document_reading import TaggedPdf
from tests.support.factories import make_conclusion
from tests.support.pages import answered_consultation, publish

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SENTENCE = "Draft of 22 November 2026, 14:05, not published"


@pytest.fixture
def conclusion() -> Conclusion:
    return make_conclusion(answered_consultation())


def marked(conclusion: Conclusion, name: str, draft: str = SENTENCE) -> bytes:
    return render(conclusion_content(conclusion), name, draft)


@pytest.mark.usefixtures("pdf")
def test_every_pdf_page_has_draft_mark_and_sentence(
    conclusion: Conclusion,
) -> None:
    pages = PdfReader(io.BytesIO(marked(conclusion, "pdf"))).pages
    texts = [re.sub(r"\s+", " ", page.extract_text()) for page in pages]
    assert len(texts) >= 3
    assert [text for text in texts if "DRAFT" not in text or SENTENCE not in text] == []


@pytest.mark.usefixtures("pdf")
def test_draft_mark_is_an_artifact_in_pdf(conclusion: Conclusion) -> None:
    tagged = TaggedPdf(marked(conclusion, "pdf"))
    plain = TaggedPdf(marked(conclusion, "pdf", draft=""))
    assert tagged.text() == plain.text()
    assert all(SENTENCE in text for text in tagged.artifacts())


@pytest.mark.usefixtures("pdf")
def test_draft_mark_does_not_change_page_count(conclusion: Conclusion) -> None:
    files = [PdfReader(io.BytesIO(marked(conclusion, "pdf", d))) for d in ("", "D")]
    assert len(files[0].pages) == len(files[1].pages)


def test_every_word_header_has_watermark_and_sentence(
    conclusion: Conclusion,
) -> None:
    file = docx.Document(io.BytesIO(marked(conclusion, "docx")))
    headers = [
        header
        for section in file.sections
        for header in (section.header, section.first_page_header)
    ]
    for header in headers:
        xml = header._element.xml
        assert SENTENCE in [paragraph.text for paragraph in header.paragraphs]
        assert 'w:docPartGallery w:val="Watermarks"' in xml
        assert re.search(r'<v:textpath [^>]*string="DRAFT"', xml)
    shapes = re.findall(r'o:spid="(\w+)"', "".join(h._element.xml for h in headers))
    assert len(set(shapes)) == len(headers) == 2


def test_every_word_header_part_has_watermark(conclusion: Conclusion) -> None:
    with zipfile.ZipFile(io.BytesIO(marked(conclusion, "docx"))) as file:
        headers = [n for n in file.namelist() if re.search("[hH]eader[0-9]*.xml$", n)]
        unmarked = [n for n in headers if b'string="DRAFT"' not in file.read(n)]
    assert len(headers) == 2
    assert unmarked == []


def test_text_starts_with_draft_sentence(conclusion: Conclusion) -> None:
    text = marked(conclusion, "txt").decode()
    assert text.split("\n")[:3] == [SENTENCE, "", conclusion.title]


def test_json_has_draft_sentence(conclusion: Conclusion) -> None:
    draft = json.loads(marked(conclusion, "json"))
    plain = json.loads(marked(conclusion, "json", draft=""))
    assert draft == plain | {"draft": SENTENCE}


def test_html_has_draft_sentence_above_article(conclusion: Conclusion) -> None:
    page = marked(conclusion, "html", draft="Draft <of> today").decode()
    assert "Draft &lt;of&gt; today" in page[page.index("<main>") : page.index("<art")]


@pytest.mark.usefixtures("pdf")
def test_published_files_have_no_draft_mark(conclusion: Conclusion) -> None:
    edition = publish(conclusion, formats=FORMATS)
    content = edition.conclusion_content()
    for file in edition.files.all():
        stored = bytes(file.file.content)
        assert stored == render(content, file.name)
        assert stored != render(content, file.name, SENTENCE)
    pdf = bytes(edition.files.get(name="pdf").file.content)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    assert "DRAFT" not in text
    assert "not published" not in text


@pytest.mark.parametrize("name", ["docx", "txt", "json"])
def test_draft_bytes_are_deterministic(conclusion: Conclusion, name: str) -> None:
    assert marked(conclusion, name) == marked(conclusion, name)


# Page progress


@pytest.mark.usefixtures("pdf")
def test_page_callback_is_called_for_each_page(conclusion: Conclusion) -> None:
    pages: list[int] = []
    source = compose_for_output(conclusion_content(conclusion), SENTENCE)
    data = render_format(source, "pdf", pages.append)
    count = len(PdfReader(io.BytesIO(data)).pages)
    assert pages[:count] == list(range(1, count + 1))
    assert data == render_format(source, "pdf")


@pytest.mark.usefixtures("pdf")
def test_exception_in_page_callback_stops_layout(conclusion: Conclusion) -> None:
    def fail(page: int) -> None:
        raise KeyError(page)

    source = compose_for_output(conclusion_content(conclusion))
    with pytest.raises(KeyError):
        render_format(source, "pdf", fail)
