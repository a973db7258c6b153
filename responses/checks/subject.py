"""What the checks look at: a conclusion with everything about it, read once."""

from __future__ import annotations

import dataclasses
import html
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from consultations.documents import content as public
from consultations.documents.conclusion import compose
from consultations.documents.content import ConclusionContent, printed_only
from consultations.documents.tree import Document
from consultations.models import ClauseChange, Conclusion, Consultation
from responses.digest import Evidence, evidence_of, full_content
from responses.models import Comment, Respondent, Submission

LARGEST_READ = 5_000_000
"""Bytes of the largest attachment that is read for names."""


@dataclass(frozen=True)
class Finding:
    """A sentence for the drafter; `about` is where it is mended: `comment:k3`."""

    text: str
    about: str


@dataclass(frozen=True)
class Passage:
    """Some public words and where they stand: `the response to comment k3`."""

    place: str
    about: str
    words: str

    @cached_property
    def folded(self) -> str:
        """The words without what may hide a name: case, accents' form, soft hyphens."""
        return folded(self.words)

    @property
    def starting(self) -> str:
        """The place as the start of a sentence."""
        return f"{self.place[:1].upper()}{self.place[1:]}"


@dataclass(frozen=True)
class Subject:
    """A conclusion, its consultation and its rows, as the checks need them."""

    conclusion: Conclusion
    consultation: Consultation
    full: ConclusionContent
    evidence: Evidence
    respondents: tuple[Respondent, ...]
    submissions: tuple[Submission, ...]
    comments: tuple[Comment, ...]
    changes: tuple[ClauseChange, ...]

    @cached_property
    def content(self) -> ConclusionContent:
        """What would be published."""
        return printed_only(self.full)

    @cached_property
    def document(self) -> Document:
        """The composed document."""
        return compose(self.content)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every string that is or would be public, with its place."""
        about = self.consultation
        own = [
            ("the address of the conclusion", self.conclusion.slug),
            ("the address of the consultation", about.slug),
            ("the title of the consultation", about.title),
            ("the summary of the consultation", about.summary),
            *(("the reason of an extension", e.reason) for e in about.extensions.all()),
        ]
        around = (Passage(place, "consultation", plain(words)) for place, words in own)
        return (*passages(self.content), *around, *self.enclosed)

    @cached_property
    def enclosed(self) -> tuple[Passage, ...]:
        """The words inside attached files, of the kinds that can be read here."""
        rows = self.conclusion.attachments.filter(file__size__lte=LARGEST_READ)
        return tuple(
            Passage(
                f"the file of attachment “{row.title}”",
                f"attachment:{row.title}",
                words_of_file(row.filename, bytes(row.file.content)),
            )
            for row in rows.select_related("file")
            if row.file
        )

    @cached_property
    def everything(self) -> str:
        """All public words folded, to look into before searching each place."""
        return "\n".join(passage.folded for passage in self.passages)

    @property
    def short(self) -> str:
        """What the organisation is called: DCC."""
        return self.full.publisher.short

    def where(self, comment: Comment) -> str:
        """Name a comment so that the drafter finds it."""
        numbers = {q.key: q.number for q in self.full.questions}
        keys = {q.pk: q.key for q in self.evidence.questions}
        if comment.question_id is None:
            return f"Comment {comment.key}"
        return f"Comment {comment.key} on question {numbers[keys[comment.question_id]]}"


def subject_of(conclusion: Conclusion) -> Subject:
    """Read all that the checks need, in a fixed number of queries."""
    consultation = conclusion.consultation
    evidence = evidence_of(consultation)
    submissions = Submission.objects.filter(respondent__consultation=consultation)
    return Subject(
        conclusion=conclusion,
        consultation=consultation,
        full=full_content(conclusion, evidence=evidence),
        evidence=evidence,
        respondents=tuple(consultation.respondents.all()),
        submissions=tuple(
            submissions.select_related("respondent").prefetch_related("answers")
        ),
        comments=tuple(
            consultation.comments.select_related("dcc_response").prefetch_related(
                "source_links", "change_links"
            )
        ),
        changes=tuple(
            consultation.changes.select_related("document").prefetch_related("causes")
        ),
    )


def passages(content: ConclusionContent) -> Iterator[Passage]:
    """Yield every string of the content; nothing public can be left out by name."""
    yield from _passages(content, "the title block", "conclusion")


def _passages(value: object, place: str, about: str) -> Iterator[Passage]:
    if isinstance(value, str):
        if words := plain(value):
            yield Passage(place, about, words)
    elif isinstance(value, tuple):
        for item in value:
            yield from _passages(item, place, about)
    elif dataclasses.is_dataclass(value):
        place, about = _place(value, place, about)
        for field in dataclasses.fields(value):
            where = _field_place(value, field.name, place)
            yield from _passages(getattr(value, field.name), where, about)


def _place(value: object, place: str, about: str) -> tuple[str, str]:
    match value:
        case public.Comment(key=key):
            named = f"comment {key}", f"comment:{key}"
        case public.Question(key=key, label=label):
            named = f"question “{label}”", f"question:{key}"
        case public.Change(key=key, reference=reference):
            named = f"the change to {reference}", f"change:{key}"
        case public.SectionContent(heading=heading):
            named = f"section “{heading}”", f"section:{heading}"
        case public.AttachmentContent(title=title):
            named = f"attachment “{title}”", f"attachment:{title}"
        case public.CommitmentContent():
            named = "a commitment", "commitments"
        case public.Term(short=short):
            named = f"glossary term “{short}”", "glossary"
        case public.Respondent(label=label):
            named = f"the public label “{label}”", "respondents"
        case _:
            named = place, about
    return named


def _field_place(value: object, name: str, place: str) -> str:
    if isinstance(value, public.Comment) and name == "response":
        return f"the response to {place}"
    if isinstance(value, ConclusionContent) and name in {"title", "subtitle", "author"}:
        return f"the {name}"
    return place


def plain(text: str) -> str:
    """Return markup or plain text as words; the addresses of its links are kept."""
    if "<" not in text and "&" not in text:
        return " ".join(text.split())
    hrefs = " ".join(re.findall(r'href="([^"]*)"', text))
    words = re.sub(r"</?(?:strong|em|a)\b[^<>]*>", "", text)
    words = re.sub(r"<[^<>]*>", " ", words)
    return " ".join(html.unescape(f"{words} {hrefs}").split())


def folded(words: str) -> str:
    """Return words as they are compared: compatibility forms, no case, nothing unseen.

    Format characters (soft hyphens, zero-width spaces) go, so that a name broken by
    one is still that name.
    """
    text = unicodedata.normalize("NFKC", words)
    seen = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", seen.casefold())


def words_of_file(filename: str, content: bytes) -> str:
    """Return the words of a text, CSV, Word or Excel file; nothing for other kinds."""
    ending = filename.rpartition(".")[2].lower()
    if ending in {"txt", "csv"}:
        return plain(content.decode(errors="replace"))
    if ending not in {"docx", "xlsx"}:
        return ""
    words, room = [], LARGEST_READ
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for name in parts.namelist():
                if name.endswith(".xml") and room > 0:
                    with parts.open(name) as part:
                        read = part.read(room)
                    room -= len(read)
                    words.append(plain(read.decode(errors="replace")))
    except zipfile.BadZipFile:
        return ""
    return " ".join(words)
