"""Who may not be known: names, aliases, addresses and words given in confidence."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from responses.checks.subject import CheckContext, Finding, PublicText
from responses.models import Answer, Attribution, Respondent
from responses.text_matching.phrases import (
    fold_words,
    occurs_in,
    to_plain_words,
    whole_words_pattern,
)

SHINGLE = 8
"""Words in a row that count as quoting a confidential answer."""

FEW = 3
"""Fewer respondents than this in a printed tally may be recognised."""

_SHORT = 2
_LEGAL_FORM = re.compile(
    r",?\s+(ltd|limited|plc|llp|inc|cic|gmbh|b\.?v|s\.?a)\.?\Z", re.IGNORECASE
)
_MAIL_PROVIDERS = re.compile(
    r"(gmail|googlemail|outlook|hotmail|live|yahoo|icloud|aol|protonmail|proton|"
    r"btinternet|example)\.(com|co\.uk|org|net|me)\Z"
)


def identity_blockers(subject: CheckContext) -> Iterator[Finding]:
    """Yield every public passage that gives somebody away who may not be named."""
    hidden = [p for p in subject.respondents if p.pk not in subject.named]
    own_domain = _domain(subject.consultation.mailbox)
    given = [
        (person, what, words)
        for person in hidden
        for what, words in identifiers(person, own_domain)
    ]
    found = texts_with_places(subject, {words for _, _, words in given})
    for person, what, words in given:
        for passage in found[words]:
            yield Finding(
                f"The {what} of respondent {person.key} (“{words}”), who may "
                f"not be named, stands in {passage.place}.",
                passage.about,
            )
    yield from _quoted(subject)


def texts_with_places(
    subject: CheckContext, phrases: Iterable[str]
) -> dict[str, list[PublicText]]:
    """Return for each phrase the public passages that hold its words, whole.

    Case, forms of accents and unseen characters do not hide them; only names of two
    letters have to stand in their case, because `it` is a word.
    """
    passages = subject.passages
    names = {words: fold_words(words) for words in phrases if len(words) > _SHORT}
    texts = [passage.folded for passage in passages] if names else []
    standing = occurs_in(set(names.values()), texts)
    return {
        words: (
            [passages[place] for place in standing[names[words]]]
            if words in names
            else _in_their_case(words, passages)
        )
        for words in phrases
    }


def _in_their_case(words: str, passages: Iterable[PublicText]) -> list[PublicText]:
    pattern, sought = whole_words_pattern(words), words.strip()
    return [p for p in passages if sought in p.words and pattern.search(p.words)]


def identifiers(person: Respondent, own_domain: str = "") -> Iterator[tuple[str, str]]:
    """Yield (what it is, the words) for all that gives one respondent away."""
    words = [("name", person.name), ("e-mail address", person.email)]
    if " " in (short := short_name(person)):
        words.append(("name", short))
    words += [("alias", alias) for alias in person.aliases]
    words += [("represented company", company) for company in person.represents]
    for what, given in dict.fromkeys(words):
        if given:
            yield what, given
    for domain in dict.fromkeys(_domain(w) for _, w in words if "@" in w):
        if domain and domain != own_domain and not _MAIL_PROVIDERS.match(domain):
            yield "e-mail domain", domain


def short_name(person: Respondent) -> str:
    """Return the name without `Ltd`, `plc` and the like."""
    return _LEGAL_FORM.sub("", person.name)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower() if "@" in address else ""


def _quoted(subject: CheckContext) -> Iterator[Finding]:
    """Yield passages that repeat a run of words of a confidential answer."""
    secret: dict[tuple[str, ...], str] = {}
    for person, answer in _confidential(subject):
        for run in _runs(to_plain_words(answer.text)):
            secret[run] = person
    if not secret:
        return
    for passage in subject.passages:
        for run in _runs(passage.words):
            if run in secret:
                yield Finding(
                    f"{passage.starting} repeats words that {secret[run]} gave in "
                    f"confidence: “{' '.join(run)}”.",
                    passage.about,
                )
                break


def _confidential(subject: CheckContext) -> Iterator[tuple[str, Answer]]:
    for submission in subject.submissions:
        entirely = submission.attribution == Attribution.CONFIDENTIAL
        for answer in subject.answers[submission.pk]:
            if entirely or answer.confidential:
                yield subject.keys[submission.respondent_id], answer


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[\w'’]+", text.lower())
    for start in range(len(words) - SHINGLE + 1):
        yield tuple(words[start : start + SHINGLE])


def identity_warnings(subject: CheckContext) -> Iterator[Finding]:
    """Yield counts so small that a reader may guess who is meant."""
    if len(subject.named) == len(subject.respondents):
        return
    yield from _lone_names(subject)
    for question in subject.content.questions:
        if question.tally and 0 < (question.answered or 0) < FEW:
            yield Finding(
                f"The tally of question {question.number} counts only "
                f"{question.answered} of the respondents; a reader may guess who.",
                f"question:{question.key}",
            )
    yield from _lone_categories(subject)
    for comment in subject.comments:
        yield from _confidential_comment(
            subject, comment.key, comment.question_id, subject.sources[comment.pk]
        )


def _lone_names(subject: CheckContext) -> Iterator[Finding]:
    """Yield a hidden name's one telling word, which may be a word like any other."""
    lone = [
        (person, short)
        for person in subject.respondents
        if person.pk not in subject.named
        and " " not in (short := short_name(person))
        and short != person.name
    ]
    found = texts_with_places(subject, {short for _, short in lone})
    for person, short in lone:
        for passage in found[short]:
            yield Finding(
                f"The word “{short}”, which is most of the name of respondent "
                f"{person.key}, stands in {passage.place}.",
                passage.about,
            )


def _lone_categories(subject: CheckContext) -> Iterator[Finding]:
    printed = (each.category for each in subject.content.respondents if each.category)
    for category, count in Counter(printed).items():
        if count == 1:
            yield Finding(
                f"Only one respondent is a “{category}”, and categories are printed; "
                "a reader may guess who.",
                "respondents",
            )


def _confidential_comment(
    subject: CheckContext, key: str, question: int | None, people: Iterable[int]
) -> Iterator[Finding]:
    if question is None:
        return
    answers = subject.evidence.answers[question]
    if any(answers[p].confidential for p in people if p in answers):
        yield Finding(
            f"Comment {key} rests on an answer given in confidence; make sure that its "
            "words give nothing away.",
            f"comment:{key}",
        )
