"""What readers know of answers: the published documents, and what follows from them.

A reader is assumed to know only what the site prints, and to recognise a respondent in
two documents although the label has changed. What follows from rows and counts is in
`analysis.inference`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from consultations.documents.conclusion import content as public
from consultations.documents.conclusion.content import ConclusionContent
from consultations.models import Consultation, Edition, Question
from responses.analysis.counted import CountedResponses, count_responses
from responses.analysis.inference import PrintedCount, inferable_groups
from responses.analysis.snapshot import ReceivedRows
from responses.history.point_in_time import DidNotExistYet, rows_at
from responses.models import Answer
from responses.text_matching.normalisation import fold_text
from responses.text_matching.typed_counts import typed_counts

WORDS_ONLY = "answered in words only"
NOT_ANSWERED = "did not answer"
NOT_COUNTED = "gave an answer that is not counted"
"""The groups of those who took no position, beside stances and options."""


@dataclass(frozen=True)
class PrintedDocument:
    """A document that readers have: its content, and the rows it was made of.

    `counted` are the rows at the time of the document, or those of today where the
    histories do not reach so far back.
    """

    name: str
    content: ConclusionContent
    counted: CountedResponses

    @property
    def lists_people(self) -> bool:
        """True when the document prints the labels of its respondents."""
        return bool(self.content.respondents)

    @cached_property
    def people(self) -> tuple[int, ...]:
        """The ids of the respondents whom the document counts, in its order.

        A label that no respondent of the rows has gets a negative number of its own.
        """
        by_number = {number: pk for pk, number in self.counted.numbers.items()}
        if not self.lists_people:
            return tuple(by_number.values())
        rows = [each.label for each in self.counted.respondents]
        printed = [each.label for each in self.content.respondents]
        if rows == printed:
            return tuple(by_number[number] for number in range(len(rows)))
        known = {label: by_number[number] for number, label in enumerate(rows)}
        return tuple(
            known.pop(label, -number) for number, label in enumerate(printed, 1)
        )

    def question(self, question_id: int) -> public.Question | None:
        """Return a question as the document prints it, if it does."""
        keys = {each.pk: each.key for each in self.counted.questions}
        key = keys.get(question_id)
        return next((q for q in self.content.questions if q.key == key), None)

    def rows(self, question: Question) -> dict[int, str]:
        """Return the group of each respondent whose answer is printed."""
        printed = self.question(question.pk)
        if printed is None:
            return {}
        names = _names_of_groups(printed, question)
        return {
            self.people[a.respondent]: names.get(answer_group(a), answer_group(a))
            for a in printed.answers
        }

    def commenting(self, question: Question) -> set[int]:
        """Return the respondents who are printed as the source of a comment."""
        printed = self.question(question.pk)
        comments = printed.comments if printed else ()
        return {self.people[number] for c in comments for number in c.respondents}

    def tallies(self, question: Question) -> list[PrintedCount[int]]:
        """Return the tally of a question, if the document prints it."""
        printed = self.question(question.pk)
        if printed is None or not printed.tally or not self.people:
            return []
        names = _names_of_groups(printed, question)
        groups = {
            names.get(count.group, count.group): count.respondents
            for count in printed.tally
        }
        answered, uncounted = printed.answered or 0, printed.uncounted or 0
        responding = printed.responding
        if responding is None:
            responding = len(self.people)
        groups[WORDS_ONLY] = answered - sum(groups.values())
        groups[NOT_COUNTED] = uncounted
        groups[NOT_ANSWERED] = responding - answered - uncounted
        return [PrintedCount(frozenset(self.people), groups)]

    def typed_counts(self, question: Question) -> Iterator[PrintedCount[int]]:
        """Yield the counts of one group that texts on a question state."""
        printed = self.question(question.pk)
        if printed is None:
            return
        section = self.content.section_of(printed)
        people = frozenset(self.people)
        for text in (printed.summary, section.text if section else ""):
            for groups in typed_counts(text, len(people), question.options):
                yield PrintedCount(people, groups)

    def secrets(self, question: Question) -> dict[int, str]:
        """Return the group of each respondent who answered in confidence, by id."""
        groups = {
            person: answer_group(answer)
            for person, answer in self.counted.answers.get(question.pk, {}).items()
        }
        uncounted = self.counted.uncounted.get(question.pk, frozenset())
        groups |= dict.fromkeys(uncounted & self.counted.numbers.keys(), NOT_COUNTED)
        return {
            person: group
            for person, group in groups.items()
            if self.counted.confidential.covers(question.pk, person)
        }


def answer_group(answer: public.Answer | Answer) -> str:
    """Return the option or stance of an answer, or the group of those without one."""
    return answer.choice or answer.stance or WORDS_ONLY


def _names_of_groups(printed: public.Question, question: Question) -> dict[str, str]:
    """Return today's option for each printed one, however the options were reworded."""
    if len(printed.options) == len(question.options):
        return dict(zip(printed.options, question.options, strict=True))
    today = {fold_text(option): option for option in question.options}
    return {option: today.get(fold_text(option), option) for option in printed.options}


def published_documents(
    consultation: Consultation, today: CountedResponses
) -> list[PrintedDocument]:
    """Return the published editions of every conclusion, newest first."""
    editions = (
        Edition.objects.ever_published()
        .filter(conclusion__consultation=consultation)
        .select_related("conclusion__consultation")
        .order_by("-published_at", "-pk")
    )
    return [
        edition_document(
            edition, f"edition {edition.number} of “{edition.title}”", today
        )
        for edition in editions
    ]


def edition_document(
    edition: Edition, name: str, today: CountedResponses
) -> PrintedDocument:
    """Return an edition with the rows at its submission, or else those of today."""
    content = edition.conclusion_content()
    try:
        received = rows_at(edition.conclusion, edition.submitted_at).received
    except DidNotExistYet:
        counted = today
    else:
        counted = _counted_then(received, content)
    return PrintedDocument(name, content, counted)


def _counted_then(
    received: ReceivedRows, content: ConclusionContent
) -> CountedResponses:
    """Return the rows of an edition with the respondents that it prints."""
    counted = count_responses(received)
    printed = [each.label for each in content.respondents]
    if not printed or printed == [each.label for each in counted.respondents]:
        return counted
    of_earlier_release = count_responses(received, everybody=True)
    if printed == [each.label for each in of_earlier_release.respondents]:
        return of_earlier_release
    return counted


# --- what follows ---------------------------------------------------------------------


def told_answers(
    question: Question,
    documents: Sequence[PrintedDocument],
    secrets: Mapping[int, set[str]],
) -> set[int]:
    """Return the respondents whose confidential answer follows from documents.

    Each document is judged alone, each pair with the first, and all together: one that
    contradicts the others may still tell an answer with some of them.
    """
    told: set[int] = set()
    for chosen in _combinations(documents):
        known = known_groups(question, chosen)
        told |= {who for who, groups in secrets.items() if known.get(who) in groups}
    return told


def _combinations(
    documents: Sequence[PrintedDocument],
) -> Iterator[Sequence[PrintedDocument]]:
    for document in documents:
        yield [document]
    for other in documents[1:]:
        yield [documents[0], other]
    if len(documents) > 2:
        yield documents


def known_groups(
    question: Question, documents: Sequence[PrintedDocument]
) -> dict[int, str]:
    """Return whose answer to a question follows from documents, newest first.

    Nothing follows where no document lists a respondent. Of answers and counts that
    contradict each other, the newest are used; typed counts are used last.
    """
    if not any(each.lists_people for each in documents):
        return {}
    possible = {
        person: _possible_groups(question, documents)
        for each in documents
        for person in each.people
    }
    for document in reversed(documents):
        commented = document.commenting(question)
        possible |= {p: possible[p] - {NOT_ANSWERED} for p in commented}
        rows = document.rows(question)
        possible |= {person: frozenset({group}) for person, group in rows.items()}
    tallies = [count for each in documents for count in each.tallies(question)]
    typed = [count for each in documents for count in each.typed_counts(question)]
    return inferable_groups(possible, [*tallies, *typed])


def _possible_groups(
    question: Question, documents: Iterable[PrintedDocument]
) -> frozenset[str]:
    """Return the groups of a question, with those that an earlier document had."""
    if question.kind == Question.Kind.CHOICE:
        positions: Iterable[str] = question.options
    else:
        positions = Answer.Stance.values
    groups = {*positions, WORDS_ONLY, NOT_COUNTED, NOT_ANSWERED}
    for document in documents:
        groups.update(document.rows(question).values())
        for count in document.tallies(question):
            groups.update(count.groups)
    return frozenset(groups)
