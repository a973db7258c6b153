"""Checks that nothing public identifies a respondent who may not be named."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from consultations.documents.wording import join_words
from consultations.models import Clause, DocumentVersion
from consultations.public.versions import public_versions
from responses.analysis.confidence import given_in_confidence
from responses.checks.identification import Identification
from responses.checks.public_texts import PublicText
from responses.checks.subject import CheckContext, Finding
from responses.models import Answer, Submission
from responses.text_matching.look_alikes import words_of_two_alphabets
from responses.text_matching.names import name_key
from responses.text_matching.normalisation import fold_text
from responses.text_matching.phrases import to_plain_words
from responses.text_matching.quotations import Quotations

CONSULTED_TARGETS = ("consultation", "attachment")
"""Targets of texts and files that were published before anyone responded.

A name in them need not tell who responded, so a person can confirm the finding. The
texts of questions were published as well, but not their summaries.
"""

MAX_WORD_IN_KEY = 60
"""Letters of a word in a confirmation key; the digest has the whole word."""

MAX_PLACES_NAMED = 3
"""Places that a finding about an ordinary word names; the others are counted."""

_ACRONYM = re.compile(r"\b[A-Z][A-Z0-9]{1,5}\b")


def identity_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield every public text that identifies a respondent who may not be named.

    Words that may mean something else are left to `identity_warnings`. The contact
    details of a respondent who may be named are not published either.
    """
    seen = set()
    consulted = _consulted_texts(context)
    acronyms = _acronyms(context, consulted)
    for found in context.identifications:
        person, place = found.identifier.person.pk, context.public_texts[found.text]
        once = (person, place.place, place in consulted, name_key(found.typed))
        if once not in seen and not found.is_ordinary(
            context.lower_case_words, acronyms
        ):
            seen.add(once)
            yield _identity_finding(context, found, consulted)
    yield from _confidential_quotes(context)


def _consulted_texts(context: CheckContext) -> set[PublicText]:
    """Return the public texts that were published before anyone responded.

    The summary of a question is written afterwards; it has the question's target.
    """
    return {
        passage
        for passage in context.public_texts
        if passage.target in CONSULTED_TARGETS or passage.is_of_consultation
    }


def _acronyms(context: CheckContext, consulted: Iterable[PublicText]) -> set[str]:
    """Return the acronyms, folded, of the glossary and of the texts consulted on."""
    texts = [passage.words for passage in consulted]
    texts += [term.short for term in context.full_content.glossary]
    return {fold_text(each) for text in texts for each in _ACRONYM.findall(text)}


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:12]


def _identity_finding(
    context: CheckContext, found: Identification, consulted: Collection[PublicText]
) -> Finding:
    passage, person = context.public_texts[found.text], found.identifier.person
    sentence = (
        f"“{found.typed}”, {found.identifier.what} {person.name}. Contact details of "
        "respondents must not be published."
        if person.pk in context.nameable_ids
        else f"{found.phrase} must not be named."
    )
    key = ""
    if passage in consulted:
        digest = _digest(passage.place, found.typed, passage.words)
        key = f"name-consulted-on:{person.key}:{digest}"
    return Finding(
        f"{passage.capitalised_place} contains {sentence} Remove “{found.typed}”.",
        passage.target,
        confirmation=key,
    )


# --- ordinary words -----------------------------------------------------------------


def _common_words(context: CheckContext) -> Iterator[Finding]:
    """Yield words that may mean a respondent or not, once for each word.

    A confirmation is for the texts that a person has read: the key has their digest.
    """
    acronyms = _acronyms(context, _consulted_texts(context))
    defined = {fold_text(term.short) for term in context.full_content.glossary}
    defined.add(fold_text(context.organisation))
    grouped: dict[tuple[int, str], list[Identification]] = defaultdict(list)
    for found in context.identifications:
        if found.identifier.is_initials and found.lone_word in defined:
            continue  # the document says what the initials stand for
        if found.is_ordinary(context.lower_case_words, acronyms):
            word = "-".join(found.words)
            grouped[found.identifier.person.pk, word].append(found)
    for (_, word), uses in grouped.items():
        first = uses[0]
        person, typed = first.identifier.person, first.typed
        passages = [context.public_texts[use.text] for use in uses]
        digest = _digest(word, *sorted({passage.words for passage in passages}))
        yield Finding(
            f"{_places_phrase(passages)} {first.phrase} must not be named. "
            f"{_other_meaning(first)}, or remove “{typed}”.",
            passages[0].target,
            confirmation=(
                f"common-word:{person.key}:{word[:MAX_WORD_IN_KEY]}:{digest}"
            ),
        )


def _other_meaning(found: Identification) -> str:
    """Return what a person has to confirm about words that may mean a respondent."""
    typed = found.typed
    if found.identifier.is_initials:
        return (
            "Readers may know the respondent by these initials: confirm that "
            f"“{typed}” does not mean the respondent"
        )
    if found.identifier.is_short:
        return (
            f"Readers may know the respondent as “{typed}”: confirm that these words "
            "do not mean the respondent"
        )
    if len(found.words) == 1:
        return (
            f"“{typed}” is also an ordinary word: confirm that the word does not mean "
            "the respondent"
        )
    return (
        f"“{typed}” are also ordinary words: confirm that the words do not mean the "
        "respondent"
    )


def _places_phrase(passages: Sequence[PublicText]) -> str:
    """Return `The title contains`, or `The title, Comment Q1.1 and 2 more contain`."""
    _, *others = dict.fromkeys(passage.place for passage in passages)
    places = [passages[0].capitalised_place, *others]
    if not others:
        return f"{places[0]} contains"
    if len(places) > MAX_PLACES_NAMED:
        more = len(places) - MAX_PLACES_NAMED
        named = ", ".join(places[:MAX_PLACES_NAMED])
        return f"{named} and {more} other place{'' if more == 1 else 's'} contain"
    return f"{', '.join(places[:-1])} and {places[-1]} contain"


# --- quotations of confidential answers ---------------------------------------------


def _confidential_quotes(context: CheckContext) -> Iterator[Finding]:
    """Yield public texts that repeat words of a confidential answer."""
    quotations: Quotations[tuple[Submission, Answer]] = Quotations()
    for submission, answer in _confidential_answers(context):
        quotations.add((submission, answer), to_plain_words(answer.text))
    if not quotations:
        return
    for text in _consultation_texts(context):
        quotations.discard_those_in(text)
    question_keys = {
        question.pk: question.key for question in context.counted_responses.questions
    }
    for passage in context.public_texts:
        found = quotations.first_in(passage.words)
        if found is None:
            continue
        submission, answer = found.key
        name = context.respondents_by_id[submission.respondent_id].name
        if found.is_whole:
            yield Finding(
                f"{passage.capitalised_place} has all the words of a confidential "
                f"answer from {name}: “{found.typed}”. Reword the text, or confirm "
                "that the words reveal nothing.",
                passage.target,
                confirmation=(
                    f"short-quote:{submission.pk}:{question_keys[answer.question_id]}:"
                    f"{_digest(to_plain_words(answer.text), passage.words)}"
                ),
            )
        else:
            yield Finding(
                f"{passage.capitalised_place} quotes a confidential answer from "
                f"{name}: “{found.typed}”. Reword the text.",
                passage.target,
            )


def _confidential_answers(
    context: CheckContext,
) -> Iterator[tuple[Submission, Answer]]:
    for submission in context.submissions:
        for answer in context.answers[submission.pk]:
            if given_in_confidence(answer, submission):
                yield submission, answer


def _consultation_texts(context: CheckContext) -> Iterator[str]:
    """Yield what the consultation itself published.

    Answers repeat the questions, and the clauses that were consulted on.
    """
    consultation = context.consultation
    texts = [consultation.title, consultation.summary]
    for question in context.counted_responses.questions:
        texts += [question.label, question.text, *question.options]
    texts += [extension.reason for extension in consultation.extensions.all()]
    texts += [document.title for document in context.full_content.documents]
    about = DocumentVersion.objects.filter(document__in=consultation.documents.all())
    before = (DocumentVersion.Status.DESIGNATED, DocumentVersion.Status.CONSULTED)
    public = [
        each.pk for each in public_versions(about) if each.status in map(str, before)
    ]
    clauses = Clause.objects.filter(document_version__in=public)
    texts += [
        text for text in clauses.order_by().values_list("text", flat=True) if text
    ]
    yield from map(to_plain_words, texts)


def identity_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield words that may be the name of a respondent, or not."""
    yield from _common_words(context)
    if len(context.nameable_ids) < len(context.respondents):
        yield from _words_of_two_alphabets(context)


def _words_of_two_alphabets(context: CheckContext) -> Iterator[Finding]:
    """Yield words with letters of two alphabets, which may hide a name."""
    for passage in context.public_texts:
        words = list(dict.fromkeys(words_of_two_alphabets(passage.words)))
        if words:
            shown = [f"“{word}”" for word in words[:MAX_PLACES_NAMED]]
            if more := len(words) - len(shown):
                shown.append(f"{more} more words")
            yield Finding(
                f"{passage.capitalised_place} contains {join_words(shown)}, with "
                "letters of two alphabets, in which names cannot be found with "
                "certainty. Type the words again, or confirm that they do not mean a "
                "respondent who must not be named.",
                passage.target,
                confirmation=(
                    "two-alphabets:"
                    f"{_digest(passage.place, *words, *context.hidden_names)}"
                ),
            )
