"""The main job, end to end: from a consultation file to a conclusion."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
from django.core.management import call_command
from pypdf import PdfReader

from consultations.documents import formats
from consultations.documents.conclusion.content import ConclusionContent
from consultations.models import Conclusion
from responses.analysis.conclusion_content import conclusion_content
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db

NAMES = ("Borealis Energy", "Cormorant Supply", "Dunlin Networks", "Puffin Holdings")

FILE = """
consultation_file: 1
documents:
  - {code: S1SR, title: SMETS1 Supporting Requirements, reference: SEC Appendix AM}
consultation:
  slug: example-2026
  title: Changes to the SMETS1 Supporting Requirements
  documents: [S1SR]
  opened: 2026-01-05
  closes: 2026-02-02 16:00
questions:
  - {label: S1SR Question 1, text: "Do you agree with the amendments?"}
  - {label: S1SR Question 2, text: "Do you agree with the mappings?"}
  - {label: S1SR Question 3, text: "Do you agree with the date?", kind: date}
respondents:
  - {key: r1, name: Borealis Energy, category: Large Supplier, aliases: [BE Ltd]}
  - {key: r2, name: Cormorant Supply, email: jo@cormorant.test}
  - {key: r3, name: Dunlin Networks, represents: [Puffin Holdings]}
submissions:
  - respondent: r1
    received: 2026-01-30 11:04
    answers:
      - {question: 1, text: "Words of Borealis Energy itself."}
      - {question: 2, stance: agree}
      - {question: 3, stance: agree}
  - respondent: r2
    received: 2026-01-30 11:05
    answers:
      - {question: 2, stance: agree}
      - {question: 3, stance: agree}
  - respondent: r3
    received: 2026-01-30 11:06
    answers:
      - {question: 2, stance: no-opinion}
      - {question: 3, stance: no-opinion}
comments:
  - key: k1
    question: 1
    from: [r1]
    text: A respondent asked how failed updates are treated.
    response: "The other devices are served.\\n\\nThis was so before."
    disposition: clarified
  - key: k2
    question: 1
    from: [r2]
    text: A respondent said that Clause 13.2 had a caveat to remove.
    response: DCC agrees and has removed it.
    disposition: changed
    concerns: [S1SR Clause 13.2]
  - key: k3
    question: 1
    from: [r3]
    text: A respondent found an earlier answer not feasible.
    response: DCC keeps its position.
    disposition: not-changed
changes:
  - key: c1
    document: S1SR
    reference: Clause 13.2
    description: The caveat is taken out
    rationale: The comment on it was right.
    because_of: [k2]
conclusions:
  - title: Conclusion on the SMETS1 Supporting Requirements
    subtitle: What DCC concluded on the proposed changes
    date: 2026-02-16
    author: consultations@example.org
    classification: DCC Public
    sections:
      - {heading: Introduction and Context, kind: text, text: "Devices differ."}
      - heading: Consultation
        kind: questions
        text: DCC sought comments on the following questions.
        sections: [{heading: Respondents, kind: respondents}]
      - {heading: Analysis of Responses, kind: analysis, text: "DCC analysed them."}
      - {heading: Summary of Changes to the S1SR, kind: changes, document: S1SR}
      - {heading: Conclusions, kind: text, text: "See [[section: Next Steps]]."}
      - {heading: Next Steps, kind: text, text: "- One\\n- Two"}
      - {heading: Attachments, kind: attachments}
    attachments:
      - {title: SMETS1 Supporting Requirements - clean, kind: clean}
      - {title: SMETS1 Supporting Requirements - redline, kind: redline}
      - {title: SMETS1 Supporting Requirements - from consultation, kind: redline}
      - {title: Annex A Device Model Variations, kind: matrix}
designation:
  addressee: Secretary of State
  submitted: 2026-02-16
  target: 2026-03-02
  fallback: {months: 1, wording: as soon as reasonably practicable thereafter}
"""


@pytest.fixture
def conclusion(tmp_path: Path) -> Conclusion:
    path = tmp_path / "example.yaml"
    path.write_text(FILE, encoding="utf-8")
    call_command("load_consultation", str(path), verbosity=0)
    return Conclusion.objects.get(slug="example-2026")


@pytest.fixture
def content(conclusion: Conclusion) -> ConclusionContent:
    return conclusion_content(conclusion)


class _Words(HTMLParser):
    """Collects what a reader sees of a page's article."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in {"style", "title"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"style", "title"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def html_words(data: bytes) -> str:
    reader = _Words()
    reader.feed(data.decode())
    return " ".join(reader.words)


def docx_words(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    texts = document.element.body.iter(
        "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"
    )
    return " ".join(p.text or "" for p in texts)


def pdf_words(data: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


WORDS: dict[str, Callable[[bytes], str]] = {
    "html": html_words,
    "pdf": pdf_words,
    "docx": docx_words,
    "txt": lambda data: data.decode(),
}


def every_byte(data: bytes, format_: str) -> str:
    """Return all that could be read out of a file: parts, metadata and words."""
    raw = data.decode("latin-1")
    if format_ == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            raw += "".join(parts.read(n).decode("latin-1") for n in parts.namelist())
    if format_ == "pdf":
        reader = PdfReader(io.BytesIO(data))
        raw += pdf_words(data) + str(reader.metadata) + str(reader.xmp_metadata)
        for page in reader.pages:
            contents = page.get_contents()
            raw += contents.get_data().decode("latin-1") if contents else ""
    return raw


def squashed(text: str) -> str:
    """Return letters and digits only: renderers differ in spaces and line breaks."""
    return re.sub(r"[^\w“”]+", "", text)


def test_contents_have_eleven_numbered_entries(content: ConclusionContent) -> None:
    lines = formats.render(content, "txt").decode().split("\n")
    start = lines.index("Contents")
    entries = [line for line in lines[start + 1 :] if re.match(r"\d[\d.]*\. ", line)]
    assert entries[:11] == [
        "1. Introduction and Context",
        "2. Consultation",
        "2.1. Respondents",
        "3. Analysis of Responses",
        "3.1. Comments relating to question 1",
        "3.2. Comments relating to question 2",
        "3.3. Comments relating to question 3",
        "4. Summary of Changes to the S1SR",
        "5. Conclusions",
        "6. Next Steps",
        "7. Attachments",
    ]
    assert entries[11:] == entries[:11]


@pytest.mark.once
@pytest.mark.parametrize("format_", sorted(WORDS))
def test_every_format_has_the_generated_sentences(
    content: ConclusionContent, format_: str
) -> None:
    words = squashed(WORDS[format_](formats.render(content, format_)))
    tally = squashed("Two respondents agreed while one did not express an opinion.")
    assert words.count(tally) == 2
    received = "DCC received three responses to the consultation on the changes to the"
    for sentence in (
        received,
        "Comment DCC Response",
        "Drafting Reference Description Rationale for Change",
        "Attachment 4: Annex A Device Model Variations",
        "See Section 6",
        "Classification DCC Public",
    ):
        assert squashed(sentence) in words, sentence
    for caption in ("Table 1", "Table 2", "Table 3"):
        assert squashed(caption) in words
    assert squashed("Table 4") not in words


@pytest.mark.once
@pytest.mark.parametrize("format_", sorted(WORDS))
def test_every_format_has_words_of_plain_text_in_order(
    content: ConclusionContent, format_: str
) -> None:
    text = formats.render(content, "txt").decode()
    body = text[text.rindex("1. Introduction and Context") :]
    words = squashed(WORDS[format_](formats.render(content, format_)))
    position = 0
    for line in filter(str.strip, re.split(r"[\n\t]", body)):
        if format_ == "html" and re.fullmatch(r"Table \d+", line):
            continue  # a caption is the first thing in its table, and shown last
        wanted = squashed(re.sub(r"^(- )", "", line))
        found = words.find(wanted, position)
        assert found >= 0, line
        position = found + len(wanted)


@pytest.mark.once
@pytest.mark.parametrize("format_", formats.FORMATS)
def test_no_format_contains_respondent_names(
    content: ConclusionContent, format_: str
) -> None:
    found = every_byte(formats.render(content, format_), format_)
    for name in (*NAMES, "BE Ltd", "jo@cormorant", "cormorant.test", "itself"):
        assert name not in found, name


@pytest.mark.once
@pytest.mark.parametrize("format_", formats.FORMATS)
def test_same_content_renders_to_same_bytes(
    content: ConclusionContent, format_: str
) -> None:
    first = formats.render(content, format_)
    assert formats.render(content, format_) == first


def test_published_files_equal_rendered_content(conclusion: Conclusion) -> None:
    from consultations.editions import workflow
    from responses.conclusions import submission

    drafter, approver = make_user(role="Drafter"), make_user(role="Approver")
    edition = submission.submit_draft(conclusion, by=drafter)
    workflow.approve_edition(edition, by=approver, sha256=edition.sha256)
    workflow.publish_edition(edition, by=approver)
    stored = {file.name: bytes(file.file.content) for file in edition.files.all()}
    publication = edition.conclusion_content().publication
    fresh = replace(conclusion_content(conclusion), publication=publication)
    for format_ in formats.FORMATS:
        assert stored[format_] == formats.render(fresh, format_)


def test_commands_render_and_check_conclusion(
    conclusion: Conclusion, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out.json"
    call_command(
        "render_conclusion", conclusion.slug, "--format", "json", "-o", str(path)
    )
    assert json.loads(path.read_bytes())["document"]["title"] == conclusion.title
    call_command("check_conclusion", conclusion.slug, "--json")
    found = json.loads(capsys.readouterr().out)
    assert found["blockers"] == []
    assert any("has no file" in sentence for sentence in found["warnings"])
