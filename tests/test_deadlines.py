"""The deadline rule, and its equal application everywhere."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.deadlines import MovedDeadline, deadline_of, last_deadline_of
from consultations.models import Consultation, ExtensionQuestion
from responses.analysis.counted import deadlines_by_consultation, deadlines_of
from tests.support.factories import make_consultation, make_question

CLOSES = dt.datetime(2026, 3, 2, 16, tzinfo=dt.UTC)
QUESTIONS = (1, 2, 3)

moments = st.integers(-5, 5).map(lambda days: CLOSES + dt.timedelta(days=days))
moved_deadlines = st.lists(
    st.builds(MovedDeadline, moments, st.frozensets(st.sampled_from(QUESTIONS))),
    max_size=4,
)


def test_questions_close_with_consultation_without_extensions() -> None:
    assert deadline_of(CLOSES, []) == deadline_of(CLOSES, [], 1) == CLOSES
    assert deadline_of(None, [], 1) is None
    assert last_deadline_of(None, []) is None


@given(st.none() | moments, moved_deadlines)
def test_last_deadline_is_the_latest_of_any_question(
    closes: dt.datetime | None, moved: list[MovedDeadline]
) -> None:
    of_each = [deadline_of(closes, moved, key) for key in (None, *QUESTIONS)]
    expected = max((each for each in of_each if each), default=None)
    assert last_deadline_of(closes, moved) == expected


@given(moved_deadlines)
def test_question_follows_the_latest_extension_that_covers_it(
    moved: list[MovedDeadline],
) -> None:
    covering = [m.until for m in moved if not m.questions or 2 in m.questions]
    assert deadline_of(CLOSES, moved, 2) == max(covering, default=CLOSES)


CASES: dict[str, list[tuple[int, list[int]]]] = {
    "none": [],
    "for all": [(7, [])],
    "for one": [(7, [1])],
    "earlier for one": [(-2, [1])],
    "earlier for all": [(-2, [])],
    "for all, then later for two": [(7, []), (9, [1, 2])],
    "earlier for all, later for one": [(-2, []), (3, [2])],
    "earlier for all, earlier for one": [(-2, []), (-4, [2])],
}


def consultation_with(
    closes: dt.datetime | None, moved: list[tuple[int, list[int]]]
) -> Consultation:
    consultation = make_consultation("timed")
    Consultation.objects.filter(pk=consultation.pk).update(closes=closes)
    consultation.refresh_from_db()
    questions = [make_question(consultation, key=f"q{n}") for n in QUESTIONS]
    for days, numbers in moved:
        extension = consultation.extensions.create(
            was=CLOSES, until=CLOSES + dt.timedelta(days=days), reason="<p>Asked.</p>"
        )
        for number in numbers:
            ExtensionQuestion.objects.create(
                extension=extension, question=questions[number - 1]
            )
    return consultation


@pytest.mark.django_db
@pytest.mark.parametrize("closes", [CLOSES, None], ids=["closes", "never closes"])
@pytest.mark.parametrize("moved", CASES.values(), ids=CASES)
def test_models_querysets_and_counting_apply_the_same_rule(
    closes: dt.datetime | None, moved: list[tuple[int, list[int]]]
) -> None:
    consultation = consultation_with(closes, moved)
    questions = list(consultation.questions.all())
    rule = consultation.moved_deadlines()
    expected = {0: deadline_of(closes, rule)} | {
        each.pk: deadline_of(closes, rule, each.pk) for each in questions
    }
    assert consultation.deadline == expected[0]
    assert {q.pk: consultation.deadline_for(q) for q in questions} | {
        0: consultation.deadline
    } == expected
    assert deadlines_of(consultation, questions) == expected
    assert deadlines_by_consultation([consultation]) == {consultation.pk: expected}
    last = last_deadline_of(closes, rule)
    assert consultation.latest_deadline == last
    row = Consultation.objects.with_last_deadline().get(pk=consultation.pk)
    assert vars(row)["last_deadline"] == last
