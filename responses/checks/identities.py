"""Checks that nothing public identifies a respondent who may not be named."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

from consultations.documents.wording import join_words
from responses.checks.identification import Identification
from responses.checks.public_texts import PublicText
from responses.checks.searched_texts import SearchedTexts
from responses.checks.subject import CheckContext, Finding
from responses.models import Answer, Respondent, Submission
from responses.text_matching.look_alikes import words_of_two_alphabets
from responses.text_matching.names import name_key
from responses.text_matching.phrases import to_plain_words
from responses.text_matching.quotations import Quotation, Quotations

MAX_WORD_IN_KEY = 60
"""Letters of a word in a confirmation key; the digest has the whole word."""

MAX_PLACES_NAMED = 3
"""Places that a finding about an ordinary word names; the others are counted."""


def identity_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield every public text that identifies a respondent who may not be named.

    Words that may mean something else are left to `identity_warnings`. The contact
    details of a respondent who may be named are not published either.
    """
    yield from text_blockers(context.searched)


def text_blockers(searched: SearchedTexts) -> Iterator[Finding]:
    """Yield every text that identifies a respondent or quotes a confidential answer."""
    seen = set()
    for found in searched.identifications:
        person, place = found.identifier.person.pk, searched.texts[found.text]
        once = (person, place.place, place.precedes_responses, name_key(found.typed))
        if once not in seen and not found.is_ordinary(
            searched.lower_case_words, searched.acronyms
        ):
            seen.add(once)
            yield _identity_finding(searched, found)
    yield from confidential_quotes(searched)


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:12]


def _identity_finding(searched: SearchedTexts, found: Identification) -> Finding:
    passage, person = searched.texts[found.text], found.identifier.person
    sentence = (
        f"“{found.typed}”, {found.identifier.what} {person.name}. Contact details of "
        "respondents must not be published."
        if person.pk in searched.secrets.nameable_ids
        else f"{found.phrase} must not be named.{searched.origin_of(person)}"
    )
    key = ""
    if passage.precedes_responses:
        digest = _digest(passage.place, found.typed, passage.words)
        key = f"name-consulted-on:{searched.reference_of(person)}:{digest}"
    return Finding(
        f"{passage.capitalised_place} contains {sentence} Remove “{found.typed}”.",
        passage.target,
        confirmation=key,
    )


# --- ordinary words -----------------------------------------------------------------


def _common_words(searched: SearchedTexts) -> Iterator[Finding]:
    """Yield words that may mean a respondent or not, once for each word.

    A confirmation is for the texts that a person has read: the key has their digest.
    """
    grouped: dict[tuple[int, str], list[Identification]] = defaultdict(list)
    for found in searched.identifications:
        if found.identifier.is_initials and found.lone_word in searched.defined_words:
            continue  # the document says what the initials stand for
        if found.is_ordinary(searched.lower_case_words, searched.acronyms):
            word = "-".join(found.words)
            grouped[found.identifier.person.pk, word].append(found)
    for (_, word), uses in grouped.items():
        first = uses[0]
        person, typed = first.identifier.person, first.typed
        passages = [searched.texts[use.text] for use in uses]
        digest = _digest(word, *sorted({passage.words for passage in passages}))
        reference = searched.reference_of(person)
        yield Finding(
            f"{_places_phrase(passages)} {first.phrase} must not be named."
            f"{searched.origin_of(person)} {_other_meaning(first)}, or remove "
            f"“{typed}”.",
            passages[0].target,
            confirmation=f"common-word:{reference}:{word[:MAX_WORD_IN_KEY]}:{digest}",
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


def confidential_quotes(searched: SearchedTexts) -> Iterator[Finding]:
    """Yield texts that repeat words of a confidential answer."""
    quotations: Quotations[tuple[Submission, Answer]] = Quotations()
    for submission, answer in searched.secrets.answers:
        quotations.add((submission, answer), to_plain_words(answer.text))
    if not quotations:
        return
    for text in searched.published_texts():
        quotations.discard_those_in(text)
    people = {person.pk: person for person in searched.secrets.people}
    for passage in searched.texts:
        found = quotations.first_in(passage.words)
        if found:
            person = people[found.key[0].respondent_id]
            yield _quotation_finding(searched, passage, found, person)


def _quotation_finding(
    searched: SearchedTexts,
    passage: PublicText,
    found: Quotation[tuple[Submission, Answer]],
    person: Respondent,
) -> Finding:
    """Return a finding; those on short answers and earlier texts can be confirmed."""
    submission, answer = found.key
    whose = f"answer from {person.name}: “{found.typed}”."
    whose += searched.origin_of(person)
    digest = _digest(to_plain_words(answer.text), passage.words)
    key = f"{submission.pk}:{answer.question.key}:{digest}"
    if found.is_whole:
        return Finding(
            f"{passage.capitalised_place} has all the words of a confidential {whose} "
            "Reword the text, or confirm that the words reveal nothing.",
            passage.target,
            confirmation=f"short-quote:{key}",
        )
    if passage.precedes_responses:
        return Finding(
            f"{passage.capitalised_place} quotes a confidential {whose} Reword the "
            "text, or confirm that the answer repeats the text.",
            passage.target,
            confirmation=f"earlier-quote:{key}",
        )
    return Finding(
        f"{passage.capitalised_place} quotes a confidential {whose} Reword the text.",
        passage.target,
    )


def identity_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield words that may be the name of a respondent, or not."""
    yield from text_warnings(context.searched)


def text_warnings(searched: SearchedTexts) -> Iterator[Finding]:
    """Yield the words of texts that may be the name of a respondent, or not."""
    yield from _common_words(searched)
    if searched.secrets.hides_names:
        yield from _words_of_two_alphabets(searched)


def _words_of_two_alphabets(searched: SearchedTexts) -> Iterator[Finding]:
    """Yield words with letters of two alphabets, which may hide a name."""
    for passage in searched.texts:
        words = list(dict.fromkeys(words_of_two_alphabets(passage.words)))
        if words:
            shown = [f"“{word}”" for word in words[:MAX_PLACES_NAMED]]
            if more := len(words) - len(shown):
                shown.append(f"{more} more words")
            digest = _digest(passage.place, *words, *searched.secrets.hidden_names)
            yield Finding(
                f"{passage.capitalised_place} contains {join_words(shown)}, with "
                "letters of two alphabets, in which names cannot be found with "
                "certainty. Type the words again, or confirm that they do not mean a "
                "respondent who must not be named.",
                passage.target,
                confirmation=f"two-alphabets:{digest}",
            )
