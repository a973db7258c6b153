"""Checks of texts about confidential answers: who gave them, and how many did.

What such a text tells cannot be computed, so a person judges it. A confirmation is for
the text and for the answers beside it: after either has changed, the text has to be
confirmed anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from consultations.models import Question
from responses.checks.printed_answers import PrintedDocument
from responses.checks.public_texts import PublicText
from responses.checks.subject import CheckContext, Finding
from responses.models import Comment
from responses.text_matching.names import find_names, name_variants
from responses.text_matching.typed_counts import sentences_on_positions


def questions_with_secrets(
    context: CheckContext, documents: Sequence[PrintedDocument]
) -> list[Question]:
    """Return the questions that take positions and had a confidential answer."""
    about = {
        question
        for document in documents
        for question, _ in document.counted.confidential.answers
    }
    return [
        question
        for question in context.counted_responses.questions
        if question.pk in about and takes_position(question)
    ]


def takes_position(question: Question) -> bool:
    """True for a question that asks for a stance or a choice."""
    kind = Question.Kind(question.kind)
    return kind == Question.Kind.CHOICE or kind.takes_stance


def labels_in_texts(context: CheckContext) -> Iterator[Finding]:
    """Yield texts on a question that mention who answered it in confidence."""
    counted = context.counted_responses
    keys = {question.pk: question.key for question in counted.questions}
    labels = {
        (question, person): counted.respondents[counted.numbers[person]].label
        for question, person in counted.confidential.answers
        if person in counted.numbers
    }
    variants = {label: name_variants(label) for label in labels.values()}
    passages = context.public_texts if variants else ()
    found = find_names(variants, [passage.words for passage in passages])
    targets = _targets_by_question(context)
    for (question, person), label in sorted(labels.items()):
        given = [keys[question]]
        given += [g for about, g in context.given_answers[person] if about == question]
        for passage in (passages[match.text] for match in found[label]):
            if passage.target in targets[question]:
                yield _label_finding(context, question, given, label, passage)


def _given_by(context: CheckContext, people: Iterable[int]) -> list[str]:
    """Return all that respondents answered, beside which a person judges a text."""
    return [
        f"{question} {given}"
        for person in people
        for question, given in context.given_answers[person]
    ]


def _label_finding(
    context: CheckContext,
    question: int,
    given: Sequence[str],
    label: str,
    passage: PublicText,
) -> Finding:
    return Finding(
        f"{passage.capitalised_place} mentions {label}, whose answer to "
        f"{context.question_phrase(question)} is confidential. Take {label} out of "
        "the text, or confirm that the text reveals nothing confidential.",
        passage.target,
        f"label-in-text:{passage.target}:{short_hash(*given, label, passage.words)}",
    )


def _targets_by_question(context: CheckContext) -> dict[int, set[str]]:
    """Return the targets of the texts about each question, by its id."""
    targets: dict[int, set[str]] = {}
    for question in context.counted_responses.questions:
        comments = context.counted_responses.comments.get(question.pk, [])
        targets[question.pk] = {f"comment:{comment.key}" for comment in comments}
        targets[question.pk].add(f"question:{question.key}")
        for section in context.content.every_section():
            if section.kind == "question" and section.question == question.key:
                targets[question.pk].add(f"section:{section.heading}")
    return targets


def _is_published_before(passage: PublicText) -> bool:
    """True for files, and for texts that were public before anyone responded."""
    is_of_file = passage.target.startswith(("attachment", "enclosure"))
    return is_of_file or passage.is_of_consultation


def positions_in_texts(
    context: CheckContext,
    draft: PrintedDocument,
    earlier: Sequence[PrintedDocument],
) -> Iterator[Finding]:
    """Yield texts that state who, or how many, took a position.

    Only where an answer is confidential and a document lists the respondents: what
    such a text tells cannot be computed.
    """
    counted = context.counted_responses
    if not any(
        takes_position(question)
        for question in questions_with_secrets(context, [draft])
    ):
        return
    labels = [each.label for each in counted.respondents]
    given = _given_by(context, counted.numbers)
    lists_people = any(each.lists_people for each in [draft, *earlier])
    for passage in context.public_texts:
        if _is_published_before(passage):
            continue
        for sentence in sentences_on_positions(
            passage.words, labels, counts=lists_people
        ):
            judged = short_hash(sentence, *labels, *given)
            yield Finding(
                f"{passage.capitalised_place} states who, or how many, took a "
                f"position: “{sentence}”. Some answers are confidential. Check that "
                "readers cannot work out a confidential answer, or take the numbers "
                "and names out of the text.",
                passage.target,
                f"position-in-text:{passage.target}:{judged}",
            )


def comment_on_confidential_answer(
    context: CheckContext, comment: Comment
) -> Iterator[Finding]:
    confidential = context.counted_responses.confidential
    hidden = [
        person
        for person in context.sources[comment.pk]
        if confidential.hides_source(comment.question_id, person)
    ]
    if hidden:
        response = context.responses.get(comment.pk)
        given = _given_by(context, hidden)
        words = short_hash(comment.text, response.text if response else "", *given)
        yield Finding(
            f"{context.comment_label(comment)} is based on a confidential answer. "
            "Check that the published text reveals nothing confidential.",
            f"comment:{comment.key}",
            f"confidential-comment:{comment.key}:{words}",
        )


def short_hash(*texts: str) -> str:
    """Return a short hash of texts: another text has to be confirmed anew."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
