"""What the checks look at: a conclusion with everything about it, read once."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from consultations.documents.conclusion import content as public
from consultations.documents.conclusion.compose import compose
from consultations.documents.conclusion.content import (
    ConclusionContent,
    strip_unprinted,
)
from consultations.documents.tree import Document
from consultations.models import ClauseChange, Conclusion, Consultation
from responses.analysis.conclusion_content import full_content
from responses.analysis.counted import (
    CountedResponses,
    counted_responses_of,
    named_respondents,
)
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    DCCResponse,
    Respondent,
    Submission,
)
from responses.text_matching.phrases import fold_words, to_plain_words

LARGEST_READ = 5_000_000
"""Bytes of the largest attachment that is read for names."""


@dataclass(frozen=True)
class Finding:
    """A sentence for the drafter; `about` is where it is mended: `comment:k3`."""

    text: str
    about: str


@dataclass(frozen=True)
class PublicText:
    """Some public words and where they stand: `the response to comment k3`."""

    place: str
    about: str
    words: str

    @cached_property
    def folded(self) -> str:
        """The words without what may hide a name: case, accents' form, soft hyphens."""
        return fold_words(self.words)

    @property
    def starting(self) -> str:
        """The place as the start of a sentence."""
        return f"{self.place[:1].upper()}{self.place[1:]}"


@dataclass(frozen=True)
class CheckContext:
    """A conclusion, its consultation and its rows, as the checks need them.

    `caused` are the ids of changes that a comment led to, `led` those of comments
    that led to a change.
    """

    conclusion: Conclusion
    consultation: Consultation
    full: ConclusionContent
    evidence: CountedResponses
    changes: tuple[ClauseChange, ...]
    caused: frozenset[int]
    led: frozenset[int]

    @property
    def comments(self) -> tuple[Comment, ...]:
        """The comments in their order."""
        return self.evidence.heard.comments

    @property
    def respondents(self) -> tuple[Respondent, ...]:
        """The respondents in their order."""
        return self.evidence.heard.respondents

    @cached_property
    def submissions(self) -> tuple[Submission, ...]:
        """The submissions in their order, those that do not count among them."""
        given = self.evidence.heard.submissions
        return tuple(sorted(given, key=lambda each: (each.position, each.pk)))

    @cached_property
    def answers(self) -> dict[int, list[Answer]]:
        """The answers of each submission, by its id."""
        answers: dict[int, list[Answer]] = defaultdict(list)
        for answer in self.evidence.heard.answers:
            answers[answer.submission_id].append(answer)
        return answers

    @cached_property
    def keys(self) -> dict[int, str]:
        """The keys of the respondents, by their ids."""
        return {person.pk: person.key for person in self.respondents}

    @cached_property
    def named(self) -> set[int]:
        """The ids of the respondents whose name may be public."""
        return named_respondents(self.consultation, self.submissions)

    @cached_property
    def responses(self) -> dict[int, DCCResponse]:
        """What was said back, by the id of the comment."""
        return {each.comment_id: each for each in self.evidence.heard.responses}

    @cached_property
    def sources(self) -> dict[int, list[int]]:
        """The ids of the respondents whose point each comment is, by its id."""
        sources: dict[int, list[int]] = defaultdict(list)
        for link in self.evidence.heard.sources:
            sources[link.comment_id].append(link.respondent_id)
        return sources

    @cached_property
    def content(self) -> ConclusionContent:
        """What would be published."""
        return strip_unprinted(self.full)

    @cached_property
    def document(self) -> Document:
        """The composed document."""
        return compose(self.content)

    @cached_property
    def outline(self) -> Document:
        """The document with an ellipsis for what comments and responses say.

        Those with a cross-reference stay: so the same references lead nowhere, and
        the sections have the same numbers, in half of the time.
        """
        content = self.content
        questions = (
            replace(each, comments=_outlined(each.comments))
            for each in content.questions
        )
        return compose(
            replace(
                content,
                questions=tuple(questions),
                comments=_outlined(content.comments),
            )
        )

    @cached_property
    def passages(self) -> tuple[PublicText, ...]:
        """Every string that is or would be public, with its place."""
        about = self.consultation
        own = [
            ("the address of the conclusion", self.conclusion.slug),
            ("the address of the consultation", about.slug),
            ("the title of the consultation", about.title),
            ("the summary of the consultation", about.summary),
            *(("the reason of an extension", e.reason) for e in about.extensions.all()),
        ]
        around = (
            PublicText(place, "consultation", to_plain_words(words))
            for place, words in own
        )
        return (*public_texts(self.content), *around, *self.enclosed)

    @cached_property
    def enclosed(self) -> tuple[PublicText, ...]:
        """The words inside attached files, of the kinds that can be read here."""
        rows = self.conclusion.attachments.filter(file__size__lte=LARGEST_READ)
        return tuple(
            PublicText(
                f"the file of attachment “{row.title}”",
                f"enclosure:{row.title}",
                words_of_file(row.filename, bytes(row.file.content)),
            )
            for row in rows.select_related("file")
            if row.file
        )

    @property
    def short(self) -> str:
        """What the organisation is called: DCC."""
        return self.full.publisher.short

    @cached_property
    def numbers(self) -> dict[int, str]:
        """The printed numbers of the questions, by their ids."""
        numbers = {question.key: question.number for question in self.full.questions}
        return {each.pk: numbers[each.key] for each in self.evidence.questions}

    def where(self, comment: Comment) -> str:
        """Name a comment so that the drafter finds it."""
        if comment.question_id is None:
            return f"Comment {comment.key}"
        number = self.numbers[comment.question_id]
        return f"Comment {comment.key} on question {number}"


def subject_of(conclusion: Conclusion) -> CheckContext:
    """Read all that the checks need, in a fixed number of queries."""
    consultation = conclusion.consultation
    evidence = counted_responses_of(consultation)
    causes = ChangeCause.objects.filter(change__consultation=consultation)
    links = list(causes.order_by().values_list("change_id", "comment_id"))
    return CheckContext(
        conclusion=conclusion,
        consultation=consultation,
        full=full_content(conclusion, evidence=evidence),
        evidence=evidence,
        changes=tuple(consultation.changes.select_related("document")),
        caused=frozenset(change for change, _ in links),
        led=frozenset(comment for _, comment in links),
    )


def _outlined(comments: Iterable[public.Comment]) -> tuple[public.Comment, ...]:
    return tuple(
        replace(each, text=_outline(each.text), response=_outline(each.response))
        for each in comments
    )


def _outline(text: str) -> str:
    return "…" if text and "[[" not in to_plain_words(text) else text


def public_texts(content: ConclusionContent) -> Iterator[PublicText]:
    """Yield every string of the content; nothing public can be left out by name."""
    yield from _passages(content, "the title block", "conclusion")


def _passages(value: object, place: str, about: str) -> Iterator[PublicText]:
    if isinstance(value, str):
        if words := to_plain_words(value):
            yield PublicText(place, about, words)
    elif isinstance(value, tuple):
        for item in value:
            yield from _passages(item, place, about)
    elif dataclasses.is_dataclass(value):
        place, about = _place(value, place, about)
        kind: Any = type(value)
        for name in _field_names(kind):
            where = _field_place(value, name, place)
            yield from _passages(getattr(value, name), where, about)


@cache
def _field_names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


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
            named = f"attachment “{title}”", f"enclosure:{title}"
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


def words_of_file(filename: str, content: bytes) -> str:
    """Return the words of a text, CSV, Word or Excel file; nothing for other kinds."""
    ending = filename.rpartition(".")[2].lower()
    if ending in {"txt", "csv"}:
        return to_plain_words(content.decode(errors="replace"))
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
                    words.append(to_plain_words(read.decode(errors="replace")))
    except zipfile.BadZipFile:
        return ""
    return " ".join(words)
