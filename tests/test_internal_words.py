"""Readers see no key, slug or stored value of a choice, in any document or page."""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import given
from pypdf import PdfReader

from consultations.documents import formats
from consultations.documents.conclusion.content import ConclusionContent
from consultations.models import Conclusion, Consultation, DocumentVersion
from responses.analysis.conclusion_content import conclusion_content
from responses.consultation_file.loading import load_file
from responses.models import Comment, Respondent
from tests.support.consultation_files import load_text, read_text
from tests.support.content_strategies import contents
from tests.support.pages import publish
from tests.support.structure import ROOT

FILE = """
consultation_file: 1
documents:
  - code: LMP
    title: Lamp Rules
    route: secretary-of-state
    versions:
      - {key: zqnow, status: designated, in_force: 2020-05-06,
         clauses: [{id: zqclause, number: "1", text: Lamps are lit.}]}
      - {key: zqasked, status: consulted,
         clauses: [{id: zqclause, number: "1", text: Lamps are dim.}]}
      - {key: zqthen, status: concluded}
  - {code: KRB, title: Kerb Rules, kind: matrix, parent: LMP, route: own-publication}
consultation:
  slug: zqsecond
  title: Lamps again
  documents: [LMP, KRB]
  opened: 2026-02-16
  closes: 2026-03-13 16:00
  classification: Public
  follows: {slug: zqfirst-2020, relation: further}
questions:
  - {key: zqa, label: Question 4, text: Is clause 4 right?}
  - {key: zqb, label: Anything else?, text: What else?, kind: open}
  - {key: zqc, label: Question 9, text: Which?, kind: choice, options: ["Yes", "No"]}
respondents:
  - {key: zqp, name: Zorkwell Metering, category: Meter Operator}
  - {key: zqr, name: Quill Lighting}
submissions:
  - {respondent: zqp, received: 2026-03-01 10:00, attribution: named,
     answers: [{question: zqa, stance: no-opinion}, {question: zqc, choice: "Yes"}]}
  - {respondent: zqr, received: 2026-03-01 11:00, attribution: anonymous,
     answers: [{question: zqa, stance: disagree}, {question: zqb, text: Why?}]}
comments:
  - {key: zqk, question: zqa, from: [zqp], text: A respondent asked why.,
     response: "See [[question: zqb]] and [[change: zqx]].", disposition: not-changed}
  - {key: zql, question: zqb, from: [zqr], text: A respondent asked when.,
     response: "See [[comment: zqk]].", disposition: changed}
changes:
  - {key: zqx, document: LMP, reference: Clause 1, description: Words.,
     rationale: Words., because_of: [zql], clause: zqclause}
conclusions:
  - slug: zqconclusion
    title: Conclusion on lamps
    date: 2026-04-01
    classification: Public
    columns: [respondent, category, answer, comment, response, disposition]
    sections:
      - {heading: Questions, kind: questions}
      - {heading: Responses, kind: respondents}
      - {heading: Answers, kind: tally-matrix}
      - {heading: People, kind: respondent-list}
      - {heading: Analysis, kind: analysis}
      - {heading: Changes, kind: changes}
      - {heading: Promises, kind: commitments}
      - {heading: Attachments, kind: attachments}
    attachments: [{title: Lamp Rules, kind: clean, document: LMP, version: zqthen}]
commitments: [{text: We will report., due: 2026-09}]
designation: {addressee: Secretary of State, target: 2026-05-01, fallback: {months: 1}}
"""

FILE_NAME = re.compile(r"[\w-]+\.(?:html|pdf|docx|txt|json)\b")
"""The name of a file, which is its address."""

SHOWN_ATTRIBUTES = {"aria-label", "title", "alt", "placeholder", "data-label"}


class _Words(HTMLParser):
    """Collects what readers see or hear of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"script", "style"}
        self.words += [value or "" for name, value in attrs if name in SHOWN_ATTRIBUTES]
        if tag == "meta" and dict(attrs).get("name") == "description":
            self.words.append(dict(attrs).get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


WEB_ADDRESS = re.compile(r"https?://\S+")


def words_of(data: bytes, name: str) -> str:
    """Return the words that readers see in a file of a format."""
    if name == "pdf":
        return " ".join(
            page.extract_text() for page in PdfReader(io.BytesIO(data)).pages
        )
    if name == "docx":
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = [
            archive.read(part).decode()
            for part in archive.namelist()
            if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", part)
        ]
        return " ".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)<", " ".join(parts)))
    return " ".join(_Words(data.decode()).words) if name == "html" else data.decode()


@functools.cache
def stored_values() -> re.Pattern[str]:
    """Return the stored values of choices that are no English words."""
    fields = (
        field
        for model in apps.get_models()
        if model._meta.app_label in {"consultations", "responses"}
        for field in model._meta.get_fields()
    )
    values = {
        str(value)
        for field in fields
        for value, _ in (getattr(field, "choices", None) or ())
    }
    internal = {v for v in values if re.search(r"[a-z][-_]", v) and v != "follow-up"}
    return whole_words(internal)


def whole_words(words: Iterable[str]) -> re.Pattern[str]:
    anything = "|".join(map(re.escape, sorted(words))) or r"(?!)"
    return re.compile(rf"(?<![\w-])(?:{anything})(?![\w-])")


def internal_words(words: str, keys: Iterable[str] = ()) -> list[str]:
    """Return the keys, slugs and stored values that stand in words."""
    unread = re.compile(r"\bzq\w*|\[\[\s*\w+:")
    words = FILE_NAME.sub("", WEB_ADDRESS.sub("", words))
    patterns = (stored_values(), whole_words(keys), unread)
    return [found for pattern in patterns for found in pattern.findall(words)]


@pytest.mark.django_db
def test_documents_and_pages_have_no_internal_words() -> None:
    load_text(FILE)
    conclusion = Conclusion.objects.get()
    content = conclusion_content(conclusion)
    for name in ("html", "docx", "txt", "pdf"):
        words = words_of(formats.render(content, name), name)
        assert "Comments relating to question 4" in " ".join(words.split()), name
        assert internal_words(words) == [], name
    publish(conclusion)
    client = Client()
    pages = [
        "/",
        "/consultations/",
        "/consultations/zqsecond/",
        "/documents/",
        "/documents/LMP/",
        "/documents/LMP/zqasked/",
        "/conclusions/zqconclusion/",
        "/consultations/zqsecond/editions/1/",
        "/conclusions/zqconclusion/editions/1/",
    ]
    for page in pages:
        response = client.get(page)
        assert response.status_code == 200, page
        assert internal_words(words_of(response.content, "html")) == [], page
    assert "An earlier consultation, not on this site" in " ".join(
        words_of(client.get("/consultations/zqsecond/").content, "html").split()
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "consultations" / "demo").glob("*.yaml")),
    ids=lambda p: p.stem,
)
def test_demonstration_has_no_internal_words(path: Path) -> None:
    load_file(read_text(path.read_text(encoding="utf-8")), path.parent)
    slugs = set(Consultation.objects.values_list("slug", flat=True))
    slugs |= set(Conclusion.objects.values_list("slug", flat=True))
    for model in (Comment, Respondent):
        slugs |= set(model._default_manager.values_list("key", flat=True))
    for conclusion in Conclusion.objects.all():
        content = conclusion_content(conclusion)
        for name in ("html", "docx", "txt"):
            found = internal_words(words_of(formats.render(content, name), name), slugs)
            assert found == [], name
    client = Client()
    pages = ["/", "/consultations/", "/documents/"]
    pages += [f"/consultations/{c.slug}/" for c in Consultation.objects.public()]
    pages += [f"/documents/{v.document.code}/" for v in DocumentVersion.objects.all()]
    for page in dict.fromkeys(pages):
        response = client.get(page)
        if response.status_code == 200:
            words = words_of(response.content, "html")
            assert internal_words(words, slugs) == [], page


@given(contents())
def test_generated_documents_have_no_internal_words(content: ConclusionContent) -> None:
    for name in ("html", "txt"):
        keys = {key for each in content.every_comment() for key in [each.key]}
        words = words_of(formats.render(content, name), name)
        assert internal_words(words, keys) == []
