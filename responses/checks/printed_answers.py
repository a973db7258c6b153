"""What readers know of answers: the published documents, and what follows from them.

A reader is assumed to know only what the site prints. What follows from rows and
counts is in `analysis.inference`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from consultations.documents.conclusion import content as public
from consultations.documents.conclusion.content import ConclusionContent
from consultations.models import Consultation, Edition, Question
from responses.analysis.inference import PrintedCount, inferable_groups
from responses.models import Answer
from responses.text_matching.typed_counts import typed_counts

WORDS_ONLY = "answered in words only"
NOT_ANSWERED = "did not answer"
"""The groups of those who took no position, beside stances and options."""


@dataclass(frozen=True)
class PrintedDocument:
    """A document that readers have: its content and the respondents it counts.

    `people` are the labels of all respondents who count, each made unique; they are
    empty where the document lists nobody and its respondents are not known.
    """

    name: str
    content: ConclusionContent
    people: tuple[str, ...]

    @property
    def lists_people(self) -> bool:
        """True when the document prints the labels of its respondents."""
        return bool(self.content.respondents)

    def question(self, key: str) -> public.Question | None:
        """Return the question as the document prints it, if it does."""
        return next((q for q in self.content.questions if q.key == key), None)

    def rows(self, key: str) -> dict[str, str]:
        """Return the group of each respondent whose answer is printed."""
        question = self.question(key)
        answers = question.answers if question else ()
        return {self.people[a.respondent]: answer_group(a) for a in answers}

    def commenting(self, key: str) -> set[str]:
        """Return the respondents who are printed as the source of a comment."""
        question = self.question(key)
        comments = question.comments if question else ()
        return {self.people[number] for c in comments for number in c.respondents}

    def counts(self, key: str) -> list[PrintedCount]:
        """Return the counts of a question that the document prints or states."""
        question = self.question(key)
        if question is None or not self.people:
            return []
        people = frozenset(self.people)
        found = [PrintedCount(people, typed) for typed in self._typed_counts(question)]
        if question.tally:
            groups = {count.group: count.respondents for count in question.tally}
            answered = question.answered or 0
            groups[WORDS_ONLY] = answered - sum(groups.values())
            groups[NOT_ANSWERED] = len(people) - answered
            found.insert(0, PrintedCount(people, groups))
        return found

    def _typed_counts(self, question: public.Question) -> Iterator[dict[str, int]]:
        section = self.content.section_of(question)
        for text in (question.summary, section.text if section else ""):
            yield from typed_counts(text, len(self.people), question.options)


def answer_group(answer: public.Answer | Answer) -> str:
    return answer.choice or answer.stance or WORDS_ONLY


def unique_labels(respondents: Iterable[public.Respondent]) -> tuple[str, ...]:
    """Return labels; a second respondent with the same name is `Name (2)`."""
    seen: Counter[str] = Counter()
    labels = []
    for each in respondents:
        seen[each.label] += 1
        number = seen[each.label]
        labels.append(each.label if number == 1 else f"{each.label} ({number})")
    return tuple(labels)


def published_documents(consultation: Consultation) -> list[PrintedDocument]:
    """Return the published editions of every conclusion, newest first."""
    editions = (
        Edition.objects.ever_published()
        .filter(conclusion__consultation=consultation)
        .order_by("-published_at", "-pk")
    )
    documents = []
    for edition in editions:
        content = edition.conclusion_content()
        name = f"edition {edition.number} of “{edition.title}”"
        documents.append(
            PrintedDocument(name, content, unique_labels(content.respondents))
        )
    return documents


def known_groups(
    question: Question, documents: Sequence[PrintedDocument]
) -> dict[str, str]:
    """Return whose answer to a question follows from documents, newest first.

    Nothing follows where no document lists a respondent. A document that lists nobody
    is taken to count the respondents of the newest that does.
    """
    listing = [each for each in documents if each.lists_people]
    if not listing:
        return {}
    documents = [
        each if each.people else replace(each, people=listing[0].people)
        for each in documents
    ]
    groups = _possible_groups(question)
    possible: dict[str, frozenset[str]] = {}
    for document in reversed(documents):
        possible |= {p: groups for p in document.people if p not in possible}
        commented = document.commenting(question.key)
        possible |= {p: possible[p] - {NOT_ANSWERED} for p in commented}
        rows = document.rows(question.key)
        possible |= {person: frozenset({group}) for person, group in rows.items()}
    counts = [count for each in documents for count in each.counts(question.key)]
    return inferable_groups(possible, counts)


def _possible_groups(question: Question) -> frozenset[str]:
    if question.kind == Question.Kind.CHOICE:
        positions: Iterable[str] = question.options
    else:
        positions = Answer.Stance.values
    return frozenset({*positions, WORDS_ONLY, NOT_ANSWERED})
