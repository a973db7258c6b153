"""Every generated sentence agrees with the rows it is made of.

`make soak` tries 2,000 consultations. The sentences are read by `sentence_reading` and
the rows are recounted by `random_consultations`; neither shares code with the analysis.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from random import Random

import pytest

from consultations.documents.conclusion.compose import compose
from consultations.documents.conclusion.content import strip_unprinted
from consultations.documents.text import to_text
from consultations.documents.tree import Document, Table, plain_text
from responses.analysis.conclusion_content import content_from_rows
from tests.support import sizes
from tests.support.random_consultations import (
    QuestionTruth,
    Truth,
    make_rows,
    truth_of,
)
from tests.support.sentence_reading import Claims, read_received, read_tally


@pytest.mark.parametrize("seed", sizes.seeds(100, whole=2_000))
def test_generated_sentences_agree_with_rows(seed: int) -> None:
    rows = make_rows(Random(seed))
    truth = truth_of(rows.received)
    document = compose(strip_unprinted(content_from_rows(rows)))
    sections = {each.heading: each for each in document.every_section()}
    _check_received(plain_text(sections["Part 1"].blocks), truth)
    for number, (_, question) in enumerate(sorted(truth.questions.items()), 1):
        text = plain_text(sections[f"Comments relating to question {number}"].blocks)
        claims = read_tally(text)
        _check_question(claims, question, len(truth.respondents), str(number), text)
    for heading in ("Part 4", "Part 5"):
        assert _row_count(document, heading) == len(truth.respondents)


@pytest.mark.parametrize("seed", sizes.seeds(3, whole=200))
def test_frozen_document_is_the_same_on_every_day(seed: int) -> None:
    rows = make_rows(Random(seed))
    documents = {
        compose(content_from_rows(replace(rows, today=day)))
        for day in (dt.date(2026, 3, 1), dt.date(2036, 3, 1))
    }
    assert len(documents) == 1
    assert not OF_TODAY.search(to_text(documents.pop()))


OF_TODAY = re.compile(
    r"\b(?:will|today|yet|currently|current|takes|is to|are to|is due|in force)\b",
    re.IGNORECASE,
)
"""Words of sentences that are true on some days only."""


def _check_received(text: str, truth: Truth) -> None:
    responses, people = read_received(text.strip())
    assert responses == truth.responses
    fewer = len(truth.respondents) < truth.responses
    assert people == (len(truth.respondents) if fewer else None)


def _check_question(
    claims: Claims, truth: QuestionTruth, everybody: int, number: str, text: str
) -> None:
    positions = sum(truth.positions.values())
    assert claims.positions == truth.positions, text
    assert claims.is_all == (everybody in truth.positions.values()), text
    assert claims.question in ("", number), text
    assert claims.of in (None, truth.answered), text
    if claims.answered is not None:
        assert claims.answered == truth.answered, text
    words_only = truth.answered - positions
    assert claims.words_only in (None, words_only), text
    if truth.answered:
        said = claims.words_only if positions else claims.answered
        assert (said or 0) == (words_only if positions else truth.answered), text
        assert claims.unanswered == truth.unanswered, text
        assert claims.uncounted == truth.uncounted, text
    else:
        assert claims.answered == 0, text
        assert claims.nothing_counted == bool(truth.uncounted), text


def _row_count(document: Document, heading: str) -> int:
    (section,) = [s for s in document.every_section() if s.heading == heading]
    return sum(len(b.rows) for b in section.blocks if isinstance(b, Table))


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "Three of the four respondents who answered question 1 agreed; one gave no "
            "position. One respondent did not answer.",
            Claims({"agree": 3}, of=4, question="1", words_only=1, unanswered=1),
        ),
        ("Both respondents were neutral.", Claims({"neutral": 2}, is_all=True)),
        (
            "One respondent answered “Yes” and 11 answered “No”.",
            Claims({"Yes": 1, "No": 11}),
        ),
    ],
)
def test_sentences_are_read_as_they_are_written(text: str, claims: Claims) -> None:
    assert read_tally(text) == claims


@pytest.mark.parametrize(
    "text",
    [
        "All two respondents agreed.",
        "One respondents agreed.",
        "Two respondents was neutral.",
        "Eleven respondents agreed.",
        "Two respondents agreed perhaps.",
    ],
)
def test_what_is_not_understood_fails(text: str) -> None:
    with pytest.raises(AssertionError):
        read_tally(text)
