"""The context of the checks: a conclusion and all rows about it, read once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from consultations.documents.conclusion import content as public
from consultations.documents.conclusion.compose import compose, compose_with_targets
from consultations.documents.conclusion.content import (
    ConclusionContent,
    strip_unprinted,
)
from consultations.documents.conclusion.labels import question_phrase
from consultations.documents.conclusion.numbering import Targets
from consultations.documents.tree import Document
from consultations.models import ClauseChange, Conclusion, Consultation
from responses.analysis.conclusion_content import full_content, numbers_of_questions
from responses.analysis.confidence import given_in_confidence
from responses.analysis.counted import (
    CountedResponses,
    counted_responses_of,
    named_respondents,
)
from responses.checks.attached_files import CheckedFile, read_checked_files
from responses.checks.identification import Identification
from responses.checks.legal_texts import unpublished_legal_texts
from responses.checks.public_texts import PublicText, public_texts
from responses.checks.searched_texts import SearchedTexts
from responses.checks.secrets import Secrets, earlier_rounds, read_secrets
from responses.comments.numbers import number_comments
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    DCCResponse,
    Respondent,
    Submission,
)
from responses.text_matching.phrases import to_plain_words


@dataclass(frozen=True)
class Finding:
    """A sentence for the drafter; `target` is what has to be edited: `comment:k3`.

    A finding with a `confirmation` can be confirmed instead of mended: a named person
    gives the reason, once. The key names what is confirmed: `unread-file:9f86d0`.
    """

    text: str
    target: str
    confirmation: str = ""


@dataclass(frozen=True)
class CheckContext:
    """A conclusion, its consultation and its rows, as the checks need them.

    `caused_change_ids` are the changes that a comment led to, `causing_comment_ids`
    the comments that led to a change. `earlier_rounds` are the consultations that this
    one follows. `legal_texts` are the clauses that the conclusion makes public.
    `typed_texts` are texts that are published with the conclusion and are in none of
    its rows, such as what an edition corrects.
    """

    conclusion: Conclusion
    consultation: Consultation
    full_content: ConclusionContent
    counted_responses: CountedResponses
    changes: tuple[ClauseChange, ...]
    caused_change_ids: frozenset[int]
    causing_comment_ids: frozenset[int]
    attached_files: tuple[CheckedFile, ...]
    earlier_rounds: tuple[Consultation, ...] = ()
    earlier_secrets: Secrets = field(default_factory=Secrets)
    legal_texts: tuple[PublicText, ...] = ()
    typed_texts: tuple[PublicText, ...] = ()

    @property
    def comments(self) -> tuple[Comment, ...]:
        """The comments in their order."""
        return self.counted_responses.received.comments

    @property
    def respondents(self) -> tuple[Respondent, ...]:
        """The respondents in their order."""
        return self.counted_responses.received.respondents

    @cached_property
    def submissions(self) -> tuple[Submission, ...]:
        """All submissions in their order, also those that are not counted."""
        given = self.counted_responses.received.submissions
        return tuple(sorted(given, key=lambda each: (each.position, each.pk)))

    @cached_property
    def answers(self) -> dict[int, list[Answer]]:
        """The answers of each submission, by its id."""
        answers: dict[int, list[Answer]] = defaultdict(list)
        for answer in self.counted_responses.received.answers:
            answers[answer.submission_id].append(answer)
        return answers

    @cached_property
    def given_answers(self) -> dict[int, list[tuple[int, str]]]:
        """What each respondent answered, by id: the question's id, and all of it."""
        given: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for submission in self.submissions:
            for answer in self.answers[submission.pk]:
                words = (answer.stance, answer.choice, answer.text)
                secret = given_in_confidence(answer, submission)
                every = "\0".join([str(secret), *words])
                given[submission.respondent_id].append((answer.question_id, every))
        return given

    @cached_property
    def respondents_by_id(self) -> dict[int, Respondent]:
        """The respondents, by their ids."""
        return {person.pk: person for person in self.respondents}

    @cached_property
    def nameable_ids(self) -> set[int]:
        """The ids of the respondents whose name may be public."""
        return named_respondents(self.consultation, self.submissions)

    @cached_property
    def responses(self) -> dict[int, DCCResponse]:
        """The responses, by the id of the comment."""
        return {
            each.comment_id: each for each in self.counted_responses.received.responses
        }

    @cached_property
    def sources(self) -> dict[int, list[int]]:
        """The ids of the respondents of each comment, by the id of the comment."""
        sources: dict[int, list[int]] = defaultdict(list)
        for link in self.counted_responses.received.sources:
            sources[link.comment_id].append(link.respondent_id)
        return sources

    @cached_property
    def content(self) -> ConclusionContent:
        """What would be published."""
        return strip_unprinted(self.full_content)

    @cached_property
    def document(self) -> Document:
        """The composed document."""
        return compose(self.content)

    @property
    def outline(self) -> Document:
        """The document with an ellipsis for what comments and responses say."""
        return self._outline[0]

    @property
    def reference_targets(self) -> Targets:
        """What the texts can refer to, by written name."""
        return self._outline[1]

    @cached_property
    def _outline(self) -> tuple[Document, Targets]:
        """The outline, and what the texts can refer to.

        Texts with a cross-reference are kept, so that unresolved references and
        section numbers are those of `document`. Composing takes half of the time.
        """
        content = self.content
        questions = (
            replace(each, comments=_shorten_comments(each.comments))
            for each in content.questions
        )
        return compose_with_targets(
            replace(
                content,
                questions=tuple(questions),
                comments=_shorten_comments(content.comments),
            )
        )

    @cached_property
    def public_texts(self) -> tuple[PublicText, ...]:
        """Every string that is or would be public, with its place."""
        consultation = self.consultation
        strings = [
            ("the web address of the consultation", consultation.slug),
            ("the title of the consultation", consultation.title),
            ("the summary of the consultation", consultation.summary),
            ("the title of the earlier consultation", consultation.follows_title),
            ("the web address of the earlier consultation", consultation.follows_url),
            *(
                ("the reason of an extension", e.reason)
                for e in consultation.extensions.all()
            ),
        ]
        consultation_texts = (
            PublicText(place, "consultation", to_plain_words(words))
            for place, words in strings
            if words
        )
        address = "the web address of the conclusion"
        return (
            PublicText(address, "conclusion", to_plain_words(self.conclusion.slug)),
            *consultation_texts,
            *public_texts(self.content, self.labels_by_key),
            *self._texts_of_questions(),
            *self._texts_of_designation(),
            *self.attachment_texts,
            *self.legal_texts,
            *self.typed_texts,
        )

    def _texts_of_questions(self) -> Iterator[PublicText]:
        """Yield what only the page of the consultation shows of its questions."""
        printed = {question.key for question in self.content.questions}
        for question in self.counted_responses.questions:
            texts = list(question.refers_to)
            if question.key not in printed:
                texts += [question.key, question.label, question.text]
                texts += question.options
            for words in filter(None, map(to_plain_words, texts)):
                yield PublicText(question.label, f"question:{question.key}", words)

    def _texts_of_designation(self) -> Iterator[PublicText]:
        """Yield what the page and the export of the consultation say of it."""
        designation = getattr(self.consultation, "designation", None)
        if designation:
            wording, outcome = designation.fallback_wording, designation.outcome
            for markup in filter(None, (designation.addressee, wording, outcome)):
                words = to_plain_words(markup)
                yield PublicText("the designation", "designation", words)

    @cached_property
    def secrets(self) -> Secrets:
        """What must not be published of the respondents, and of earlier rounds'."""
        own = Secrets(
            self.respondents,
            frozenset(self.nameable_ids),
            tuple(
                (submission, answer)
                for submission in self.submissions
                for answer in self.answers[submission.pk]
                if given_in_confidence(answer, submission)
            ),
            ((self.consultation.pk, self.consultation.slug),),
        )
        return own.with_earlier(self.earlier_secrets)

    @cached_property
    def searched(self) -> SearchedTexts:
        """The public texts, with what must not stand in them."""
        return SearchedTexts(
            texts=self.public_texts,
            secrets=self.secrets,
            consultations=(self.consultation, *self.earlier_rounds),
            own=self.consultation.pk,
            terms=tuple(term.short for term in self.full_content.glossary),
            organisation=self.organisation,
        )

    @property
    def identifications(self) -> list[Identification]:
        """What identifies a respondent in the public texts, by their index."""
        return self.searched.identifications

    @cached_property
    def attachment_texts(self) -> tuple[PublicText, ...]:
        """The words, names and titles of the files that are published."""
        return tuple(
            PublicText(place, file.target, words)
            for file in self.attached_files
            for place, words in file.texts
        )

    @property
    def organisation(self) -> str:
        """The short name of the organisation: DCC."""
        return self.full_content.publisher.short

    @cached_property
    def question_numbers(self) -> dict[int, str]:
        """The printed numbers of the questions, by their ids."""
        return numbers_of_questions(self.counted_responses)

    def question_phrase(self, question_id: int) -> str:
        """Return what sentences call a question: `question 4`."""
        return question_phrase(self.question_numbers[question_id])

    @cached_property
    def comment_numbers(self) -> dict[int, str]:
        """The numbers by which staff know the comments, by their ids: `Q2.3`."""
        rows = ((comment.pk, comment.question_id) for comment in self.comments)
        return number_comments(rows, self.question_numbers)

    @cached_property
    def labels_by_key(self) -> dict[str, str]:
        """The labels of the comments, by their keys."""
        return {each.key: self.comment_label(each) for each in self.comments}

    def comment_label(self, comment: Comment) -> str:
        """Return what findings call a comment: `Comment Q2.3`."""
        return f"Comment {self.comment_numbers[comment.pk]}"


def read_check_context(
    conclusion: Conclusion, typed_texts: Iterable[PublicText] = ()
) -> CheckContext:
    """Read all that the checks need, in a fixed number of queries."""
    consultation = conclusion.consultation
    counted_responses = counted_responses_of(consultation)
    causes = ChangeCause.objects.filter(change__consultation=consultation)
    earlier = earlier_rounds(consultation)
    links = list(causes.order_by().values_list("change_id", "comment_id"))
    return CheckContext(
        conclusion=conclusion,
        consultation=consultation,
        full_content=full_content(conclusion, counted_responses=counted_responses),
        counted_responses=counted_responses,
        changes=tuple(consultation.changes.select_related("document")),
        caused_change_ids=frozenset(change for change, _ in links),
        causing_comment_ids=frozenset(comment for _, comment in links),
        attached_files=read_checked_files(conclusion),
        earlier_rounds=tuple(earlier),
        earlier_secrets=read_secrets(earlier),
        legal_texts=tuple(unpublished_legal_texts(conclusion)),
        typed_texts=tuple(typed_texts),
    )


def _shorten_comments(comments: Iterable[public.Comment]) -> tuple[public.Comment, ...]:
    return tuple(
        replace(
            each, text=_shorten_text(each.text), response=_shorten_text(each.response)
        )
        for each in comments
    )


def _shorten_text(text: str) -> str:
    return "…" if text and "[[" not in to_plain_words(text) else text


def possessive(name: str) -> str:
    """Return a name in the possessive: `Ofgem’s`, `Energy Networks’`."""
    return f"{name}’" if name.endswith("s") else f"{name}’s"
