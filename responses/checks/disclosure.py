"""Checks that printed counts, rows and labels tell nothing given in confidence.

A reader knows only what the site prints: this conclusion, and the published editions
of every conclusion of the consultation. What follows from them is in
`printed_answers`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from consultations.documents.wording import join_words
from consultations.models import Question
from responses.checks.confidential_texts import (
    comment_on_confidential_answer,
    labels_in_texts,
    positions_in_texts,
    questions_with_secrets,
    short_hash,
)
from responses.checks.printed_answers import (
    PrintedDocument,
    published_documents,
    told_answers,
)
from responses.checks.printing_less import remedy_sentence, ways_to_print_less
from responses.checks.subject import CheckContext, Finding, possessive
from responses.text_matching.names import name_key

SMALLEST_TALLY = 3
"""Fewer respondents than this in a printed tally may be recognised."""


def disclosure_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield what lets readers work out an answer given in confidence, or a name."""
    earlier = earlier_documents(context)
    yield from disclosures(context, draft_document(context), earlier)
    yield from labels_in_texts(context)


def disclosures(
    context: CheckContext, draft: PrintedDocument, earlier: Sequence[PrintedDocument]
) -> Iterator[Finding]:
    """Yield the answers and names that a document tells, together with earlier ones."""
    documents = [draft, draft_document(context), *earlier]
    for question in questions_with_secrets(context, documents):
        yield from _inferable_answers(context, question, draft, earlier)
    yield from _names_in_earlier_editions(context, draft, earlier)


def disclosure_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield counts and texts that may tell something, for a person to judge."""
    confidential = context.counted_responses.confidential
    everybody_named = len(context.nameable_ids) == len(context.respondents)
    if not everybody_named or confidential.answers:
        for question in context.counted_responses.questions:
            yield from _telling_counts(context, question)
        if not everybody_named:
            yield from _single_respondent_categories(context)
        for comment in context.comments:
            yield from comment_on_confidential_answer(context, comment)
    earlier = earlier_documents(context)
    yield from _published_answers(context, earlier)
    yield from positions_in_texts(context, draft_document(context), earlier)


def draft_document(context: CheckContext) -> PrintedDocument:
    """Return the conclusion as it would be published."""
    return PrintedDocument(
        "this conclusion", context.content, context.counted_responses
    )


def earlier_documents(context: CheckContext) -> list[PrintedDocument]:
    """Return the published editions of the consultation's conclusions."""
    return published_documents(context.consultation, context.counted_responses)


# --- answers that follow from what is printed -----------------------------------------


def _secrets(
    question: Question, documents: Sequence[PrintedDocument]
) -> dict[int, set[str]]:
    """Return the groups that respondents were in, in confidence, by their ids."""
    secrets: dict[int, set[str]] = defaultdict(set)
    for document in documents:
        for person, group in document.secrets(question).items():
            secrets[person].add(group)
    return secrets


def _labels(documents: Sequence[PrintedDocument]) -> dict[int, str]:
    """Return the label of each respondent in the newest document that counts them."""
    labels: dict[int, str] = {}
    for document in reversed(documents):
        counted = document.counted
        labels |= {
            pk: counted.respondents[number].label
            for pk, number in counted.numbers.items()
        }
    return labels


def _inferable_answers(
    context: CheckContext,
    question: Question,
    draft: PrintedDocument,
    earlier: Sequence[PrintedDocument],
) -> Iterator[Finding]:
    secrets = _secrets(question, [draft, draft_document(context), *earlier])
    known_before = told_answers(question, earlier, secrets)
    told = told_answers(question, [draft, *earlier], secrets) - known_before
    if not told:
        return
    phrase = context.question_phrase(question.pk)
    remedies = [
        remedy
        for remedy, less in ways_to_print_less(draft, question, phrase)
        if not told_answers(question, [less, *earlier], secrets) - known_before
    ]
    labels = _labels([draft, *earlier])
    whose = join_words([possessive(labels[pk]) for pk in labels if pk in told])
    answers = "answer" if len(told) == 1 else "answers"
    together = (
        f", together with {join_words([each.name for each in earlier])}"
        if earlier and not told_answers(question, [draft], secrets)
        else ""
    )
    yield Finding(
        f"Readers can work out {whose} confidential {answers} to {phrase} "
        f"from what is printed{together}. "
        f"{remedy_sentence(remedies, phrase)}",
        f"question:{question.key}",
    )


def _published_answers(
    context: CheckContext, earlier: Sequence[PrintedDocument]
) -> Iterator[Finding]:
    """Yield confidential answers that published editions tell already."""
    documents = [draft_document(context), *earlier]
    labels = _labels(documents)
    for question in questions_with_secrets(context, documents) if earlier else ():
        secrets = _secrets(question, documents)
        told = told_answers(question, earlier, secrets)
        if told:
            phrase = context.question_phrase(question.pk)
            judged = short_hash(*map(str, sorted(told)))
            names = join_words([possessive(labels[pk]) for pk in sorted(told)])
            answers = "answer" if len(told) == 1 else "answers"
            yield Finding(
                f"Published editions already tell readers {names} confidential "
                f"{answers} to {phrase}. Decide whether to withdraw the "
                "editions.",
                f"question:{question.key}",
                f"published-answer:{question.key}:{judged}",
            )


# --- names in earlier editions --------------------------------------------------------


def _hidden_names(context: CheckContext) -> list[str]:
    return [p.name for p in context.respondents if p.pk not in context.nameable_ids]


def _names_in_earlier_editions(
    context: CheckContext, draft: PrintedDocument, earlier: Sequence[PrintedDocument]
) -> Iterator[Finding]:
    """Yield respondents whom a published edition names and this one must not name."""
    if not draft.lists_people:
        return
    hidden = {name_key(name): name for name in _hidden_names(context)}
    for document in earlier:
        for respondent in document.content.respondents:
            if name := hidden.get(name_key(respondent.label)):
                edition = f"{document.name[:1].upper()}{document.name[1:]}"
                yield Finding(
                    f"{edition} names {name}, who must no longer be named. Readers can "
                    "match the answers and comments in that edition with the answers "
                    "and comments in this conclusion. Do not list the respondents: "
                    "remove the list of respondents, the table of answers, and the "
                    "columns Respondent, Category and Answer.",
                    "respondents",
                )


# --- counts for a person to judge -----------------------------------------------------


def _telling_counts(context: CheckContext, question: Question) -> Iterator[Finding]:
    """Yield printed tallies that are small or unanimous, where names are hidden."""
    printed = next(
        (q for q in context.content.questions if q.key == question.key), None
    )
    if printed is None or not printed.tally or not printed.answered:
        return
    counted = context.counted_responses
    answering = sorted(counted.answers[question.pk])
    secret = [p for p in answering if counted.confidential.covers(question.pk, p)]
    hidden = [p for p in answering if p in secret or p not in context.nameable_ids]
    if not hidden:
        return
    phrase, answered = printed.phrase, printed.answered
    target = f"question:{question.key}"
    counts = [count.respondents for count in printed.tally]
    judged = short_hash(*map(str, [answered, *counts, "of", *hidden, "and", *secret]))
    if answered < SMALLEST_TALLY:
        yield Finding(
            f"The tally of {phrase} counts only "
            f"{_respondents_phrase(answered)}. Check that readers cannot tell who "
            "answered.",
            target,
            f"small-count:{question.key}:{judged}",
        )
    elif max(counts) == answered:
        yield Finding(
            f"The tally of {phrase} shows that every respondent who answered "
            "gave the same answer. Check that readers cannot tell who answered.",
            target,
            f"unanimous-count:{question.key}:{judged}",
        )


def _respondents_phrase(count: int) -> str:
    return f"{count} respondent{'' if count == 1 else 's'}"


def _single_respondent_categories(context: CheckContext) -> Iterator[Finding]:
    names = {
        number: context.respondents_by_id[pk].name
        for pk, number in context.counted_responses.numbers.items()
    }
    people: dict[str, list[str]] = defaultdict(list)
    for number, respondent in enumerate(context.content.respondents):
        if respondent.category:
            people[respondent.category].append(names[number])
    for category, bearers in people.items():
        if len(bearers) == 1:
            yield Finding(
                f"Only one respondent has the category “{category}”, and the document "
                "prints categories. Check that readers cannot tell who the respondent "
                "is.",
                "respondents",
                f"single-category:{short_hash(category, *bearers)}",
            )
