"""Checks that nothing public identifies a respondent who may not be named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from responses.analysis.confidence import given_in_confidence
from responses.checks.subject import CheckContext, Finding, PublicText
from responses.models import Answer, Respondent
from responses.text_matching.phrases import (
    find_phrases,
    fold_words,
    to_plain_words,
    whole_words_pattern,
)

SHINGLE_LENGTH = 8
"""Words in a row that count as quoting a confidential answer."""

_SHORT_NAME_LENGTH = 2
_LEGAL_FORM = re.compile(
    r",?\s+(ltd|limited|plc|llp|inc|cic|gmbh|b\.?v|s\.?a)\.?\Z", re.IGNORECASE
)
_MAIL_PROVIDERS = re.compile(
    r"(gmail|googlemail|outlook|hotmail|live|yahoo|icloud|aol|protonmail|proton|"
    r"btinternet|example)\.(com|co\.uk|org|net|me)\Z"
)


def identity_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield every public text that identifies a respondent who may not be named."""
    hidden = [p for p in context.respondents if p.pk not in context.nameable_ids]
    own_domain = _email_domain(context.consultation.mailbox)
    given = [
        (_owner_phrase(person, what, words), words)
        for person in hidden
        for what, words in identifiers(person, own_domain)
    ]
    found = texts_with_places(context, {words for _, words in given})
    for owner, words in given:
        for passage in found[words]:
            yield Finding(
                f"{passage.capitalised_place} contains “{words}”, {owner} must not be "
                f"named. Remove “{words}”.",
                passage.target,
            )
    yield from _confidential_quotes(context)


def _owner_phrase(person: Respondent, what: str, words: str) -> str:
    """Return what the words are to the respondent: `an alias of Tern Power, who`."""
    return f"{what} {'a respondent' if words == person.name else f'{person.name},'} who"


def texts_with_places(
    context: CheckContext, phrases: Iterable[str]
) -> dict[str, list[PublicText]]:
    """Return for each phrase the public texts that contain it as whole words.

    Texts are compared without case, compatibility forms and format characters; the
    case of a phrase of two letters has to match, because `it` is a word.
    """
    passages = context.public_texts
    folded = {
        words: fold_words(words) for words in phrases if len(words) > _SHORT_NAME_LENGTH
    }
    texts = [passage.folded_words for passage in passages] if folded else []
    places = find_phrases(set(folded.values()), texts)
    return {
        words: (
            [passages[place] for place in places[folded[words]]]
            if words in folded
            else _texts_with_exact_case(words, passages)
        )
        for words in phrases
    }


def _texts_with_exact_case(
    words: str, passages: Iterable[PublicText]
) -> list[PublicText]:
    pattern, stripped = whole_words_pattern(words), words.strip()
    return [p for p in passages if stripped in p.words and pattern.search(p.words)]


def identifiers(person: Respondent, own_domain: str = "") -> Iterator[tuple[str, str]]:
    """Yield (what it is, the words) for all that identifies one respondent.

    What it is ends with a preposition: `an alias of`.
    """
    words = [("the name of", person.name), ("the email address of", person.email)]
    if " " in (short := short_name(person)):
        words.append(("the name of", short))
    words += [("an alias of", alias) for alias in person.aliases]
    words += [("a company represented by", each) for each in person.represents]
    for what, given in dict.fromkeys(words):
        if given:
            yield what, given
    for domain in dict.fromkeys(_email_domain(w) for _, w in words if "@" in w):
        if domain and domain != own_domain and not _MAIL_PROVIDERS.match(domain):
            yield "the email domain of", domain


def short_name(person: Respondent) -> str:
    """Return the name without `Ltd`, `plc` and the like."""
    return _LEGAL_FORM.sub("", person.name)


def _email_domain(address: str) -> str:
    return address.rpartition("@")[2].lower() if "@" in address else ""


def _confidential_quotes(context: CheckContext) -> Iterator[Finding]:
    """Yield public texts that repeat a run of words of a confidential answer."""
    person_by_shingle: dict[tuple[str, ...], str] = {}
    for person, answer in _confidential_answers(context):
        for shingle in _shingles(to_plain_words(answer.text)):
            person_by_shingle[shingle] = person
    if not person_by_shingle:
        return
    for passage in context.public_texts:
        for shingle in _shingles(passage.words):
            if shingle in person_by_shingle:
                yield Finding(
                    f"{passage.capitalised_place} quotes a confidential answer from "
                    f"{person_by_shingle[shingle]}: “{' '.join(shingle)}”. Reword the "
                    "text.",
                    passage.target,
                )
                break


def _confidential_answers(context: CheckContext) -> Iterator[tuple[str, Answer]]:
    for submission in context.submissions:
        for answer in context.answers[submission.pk]:
            if given_in_confidence(answer, submission):
                yield context.respondents_by_id[submission.respondent_id].name, answer


def _shingles(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[\w'’]+", text.lower())
    for start in range(len(words) - SHINGLE_LENGTH + 1):
        yield tuple(words[start : start + SHINGLE_LENGTH])


def identity_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield words that may be the name of a respondent who must not be named."""
    yield from _single_word_names(context)


def _single_word_names(context: CheckContext) -> Iterator[Finding]:
    """Yield uses of a hidden name that is one word without its legal form.

    It is a warning only, because the name may be a common word.
    """
    lone = [
        (person, short)
        for person in context.respondents
        if person.pk not in context.nameable_ids
        and " " not in (short := short_name(person))
        and short != person.name
    ]
    found = texts_with_places(context, {short for _, short in lone})
    for person, short in lone:
        for passage in found[short]:
            yield Finding(
                f"{passage.capitalised_place} contains “{short}”, part of the name of "
                f"{person.name}, who must not be named. Check that “{short}” does not "
                "mean the respondent.",
                passage.target,
            )
