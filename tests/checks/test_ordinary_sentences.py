"""Ordinary sentences are never taken for the names of respondents."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from consultations.models import Conclusion
from responses.checks.identification import find_identifiers, identifiers
from responses.checks.identities import identity_blockers
from responses.checks.subject import read_check_context
from responses.consultation_file.loading import load_file
from responses.models import Respondent
from responses.text_matching.common_words import COMMON_WORDS
from responses.text_matching.ordinary_words import lower_case_words
from tests.support import sizes
from tests.support.consultation_files import read_text
from tests.support.name_writings import LEGAL_FORMS, core_of, invented_name

pytestmark = pytest.mark.django_db

DEMO = [
    path
    for path in sorted(Path("consultations/demo").glob("*.yaml"))
    if "\nconclusions:" in path.read_text(encoding="utf-8")
]
ONE_WORD_NAMES = ("Energy", "On", "A", "It", "Impact Ltd", "Secure plc", "Notable Ltd")
WORDS_OF_NAMES = sorted(COMMON_WORDS - {"and", "the"})
ORDINARY_PAIRS = ("Power On", "Not Able Ltd", "In Form plc", "As Set", "Is Land Co.")


@pytest.fixture(params=DEMO, ids=lambda path: path.stem)
def demo(request: pytest.FixtureRequest) -> list[Conclusion]:
    path: Path = request.param
    load_file(read_text(path.read_text(encoding="utf-8")), path.parent)
    return list(Conclusion.objects.all())


def texts_of(conclusions: list[Conclusion]) -> list[str]:
    """Return the public texts, whole and as sentences."""
    texts = [
        text.words
        for conclusion in conclusions
        for text in read_check_context(conclusion).public_texts
    ]
    sentences = (part for text in texts for part in re.split(r"(?<=[.?!]) ", text))
    return list(dict.fromkeys([*texts, *sentences]))


def respondents(
    conclusions: list[Conclusion], chance: random.Random
) -> list[Respondent]:
    """Return the demonstration's respondents, generated ones, and awkward ones."""
    real = [
        person
        for conclusion in conclusions
        for person in conclusion.consultation.respondents.all()
    ]
    names = [*ONE_WORD_NAMES, *ORDINARY_PAIRS]
    names += [invented_name(chance) for _ in range(200)]
    names += [
        " ".join(chance.sample(WORDS_OF_NAMES, k=3)).title()
        + chance.choice(LEGAL_FORMS)
        for _ in range(200)
    ]
    return real + [Respondent(pk=-n, name=name) for n, name in enumerate(names, 1)]


def built_sentence(texts: list[str], chance: random.Random) -> str:
    """Return a sentence of parts of sentences, with common words between them."""
    words: list[str] = []
    for _ in range(chance.randint(1, 4)):
        source = chance.choice(texts).split()
        start = chance.randrange(len(source))
        words += source[start : start + chance.randint(2, 9)]
        words += chance.sample(sorted(COMMON_WORDS), k=chance.randint(0, 3))
    return f"{words[0].capitalize()} {' '.join(words[1:])}."


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z0-9]+", text.lower()))


def false_blockers(people: list[Respondent], texts: list[str]) -> list[tuple[str, str]]:
    """Return identifiers that are found where their words are not."""
    given = [each for person in people for each in identifiers(person)]
    lower_case = lower_case_words(texts)
    return [
        (found.identifier.words, texts[found.text])
        for found in find_identifiers(given, texts)
        if not found.is_ordinary(lower_case)
        and f" {plain(core_of(found.identifier.words))} "
        not in f" {plain(texts[found.text])} "
    ]


def test_demonstration_has_no_blocker_about_identities(demo: list[Conclusion]) -> None:
    for conclusion in demo:
        assert list(identity_blockers(read_check_context(conclusion))) == []


def test_ordinary_sentences_are_no_names(demo: list[Conclusion]) -> None:
    chance = random.Random(sizes.SEED)
    texts = texts_of(demo)
    built = [
        built_sentence(texts, chance) for _ in range(sizes.count(200, whole=10_000))
    ]
    people = respondents(demo, chance)
    assert false_blockers(people, [*texts, *built]) == []


def test_name_in_a_sentence_of_the_demonstration_is_found(
    demo: list[Conclusion],
) -> None:
    for person in demo[0].consultation.respondents.all():
        found = find_identifiers(
            list(identifiers(person)),
            [f"{text} {core_of(person.name)}." for text in texts_of(demo)[:20]],
        )
        assert {each.text for each in found} == set(range(20))
