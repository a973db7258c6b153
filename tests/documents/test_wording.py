"""Generated sentences."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consultations.documents import wording
from consultations.documents.conclusion.labels import (
    column_letters,
    comment_number,
    comments_heading,
    number_in_label,
    public_labels,
    question_numbers,
    question_phrase,
)


@pytest.mark.parametrize(
    ("count", "documents", "sentence"),
    [
        (
            3,
            ["S1SR"],
            "DCC received three responses to the consultation on the changes to the "
            "S1SR.",
        ),
        (
            1,
            ["S1SR"],
            "DCC received one response to the consultation on the changes to the S1SR.",
        ),
        (
            0,
            ["A", "B"],
            "DCC received no responses to the consultation on the changes to the A and "
            "B.",
        ),
        (
            11,
            ["A", "B", "C"],
            "DCC received 11 responses to the consultation on the changes to the A, B "
            "and C.",
        ),
        (2, [], "DCC received two responses to the consultation."),
    ],
)
def test_respondent_count_is_in_words(
    count: int, documents: list[str], sentence: str
) -> None:
    assert wording.respondents_sentence("DCC", count, documents) == sentence


@pytest.mark.parametrize(
    ("tally", "sentence"),
    [
        (
            {"agree": 2, "no-opinion": 1},
            "Two respondents agreed while one did not express an opinion.",
        ),
        ({"agree": 3}, "All three respondents agreed."),
        ({"agree": 2}, "Both respondents agreed."),
        ({"disagree": 1}, "The respondent disagreed."),
        ({"neutral": 1}, "The respondent was neutral."),
        ({"neutral": 4}, "All four respondents were neutral."),
        ({"no-opinion": 12}, "All 12 respondents did not express an opinion."),
        ({}, "No respondents answered this question."),
        ({"agree": 0}, "No respondents answered this question."),
        (
            {"agree": 1, "disagree": 2},
            "One respondent agreed while two disagreed.",
        ),
        (
            {"no-opinion": 1, "agree": 7, "disagree": 2},
            "Seven respondents agreed, two disagreed and one did not express an "
            "opinion.",
        ),
        (
            {"agree": 11, "disagree": 3, "neutral": 1, "no-opinion": 2},
            "11 respondents agreed, three disagreed, one was neutral and two did not "
            "express an opinion.",
        ),
    ],
)
def test_stance_tally_sentence(tally: dict[str, int], sentence: str) -> None:
    assert wording.tally_sentence(list(tally.items())) == sentence


@pytest.mark.parametrize(
    ("tally", "sentence"),
    [
        (
            {"Yes": 8, "No": 5},
            "Eight respondents answered “Yes” and five answered “No”.",
        ),
        ({"Yes": 0, "No": 1}, "The respondent answered “No”."),
        ({"Yes": 13}, "All 13 respondents answered “Yes”."),
        (
            {"A": 1, "B": 2, "C": 3},
            "One respondent answered “A”, two answered “B” and three answered “C”.",
        ),
        ({"Yes": 0}, "No respondents answered this question."),
    ],
)
def test_choice_tally_sentence(tally: dict[str, int], sentence: str) -> None:
    assert wording.choice_sentence(list(tally.items())) == sentence


_NUMBERS = {word: n for n, word in enumerate(wording._WORDS) if n}


def _counted(sentence: str) -> int:
    """Read the numbers back out of a tally sentence."""
    if sentence.startswith("No respondents"):
        return 0
    if sentence.startswith("The respondent"):
        return 1
    if sentence.startswith("Both"):
        return 2
    found = re.findall(r"[\w,]+", sentence.lower())
    return sum(
        _NUMBERS.get(word, int(word) if word.isdigit() else 0)
        for word in (w.replace(",", "") for w in found)
        if word in _NUMBERS or word.isdigit()
    )


@given(st.dictionaries(st.sampled_from(wording.STANCES), st.integers(0, 900)))
def test_tally_sentence_adds_up_to_its_tally(tally: dict[str, int]) -> None:
    sentence = wording.tally_sentence(list(tally.items()))
    assert sentence[0].isupper() or sentence[0].isdigit()
    # "did not express an opinion" holds no number word
    assert _counted(sentence) == sum(tally.values())


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)), st.integers(0, 60))
def test_months_later_adds_that_many_months(day: dt.date, months: int) -> None:
    later = wording.months_later(day, months)
    apart = (later.year - day.year) * 12 + later.month - day.month
    assert apart == months
    assert later.day == day.day or (later + dt.timedelta(days=1)).day == 1


def test_one_month_after_july_is_august() -> None:
    assert wording.months_later(dt.date(2020, 7, 26), 1) == dt.date(2020, 8, 26)


def test_dates_are_printed_in_full() -> None:
    assert wording.printed_date(dt.date(2020, 5, 1)) == "1 May 2020"
    moment = dt.datetime(2020, 7, 3, 16, 0, tzinfo=dt.UTC)
    assert wording.printed_time(moment) == "16:00 on 3 July 2020"


@pytest.mark.parametrize(
    ("questions", "numbers"),
    [
        (
            [("q1", "S1SR Question 1", ""), ("q2", "S1SR Question2", "")],
            {"q1": "1", "q2": "2"},
        ),
        (
            [("a", "Question 4", ""), ("b", "Question 4(a)", "a")],
            {"a": "4", "b": "4(a)"},
        ),
        ([("a", "Q1.3", "")], {"a": "1.3"}),
        (
            [("a", "S1SR Question 1", ""), ("b", "TMAD Question 1", "")],
            {"a": "S1SR Question 1", "b": "TMAD Question 1"},
        ),
        (
            [("a", "Question 4", ""), ("b", "Any other comments", "")],
            {"a": "4", "b": "Any other comments"},
        ),
        (
            [("a", "Question 2", ""), ("b", "(a)", "a"), ("c", "b)", "a")],
            {"a": "2", "b": "2(a)", "c": "2(b)"},
        ),
        ([("b", "(a)", "a"), ("a", "Costs", "")], {"b": "(a)", "a": "Costs"}),
        (
            [("a", "Question 1 (a)", ""), ("b", "Question 1a", "")],
            {"a": "Question 1 (a)", "b": "Question 1a"},
        ),
    ],
)
def test_question_number_comes_from_its_label(
    questions: list[tuple[str, str, str]], numbers: dict[str, str]
) -> None:
    assert question_numbers(questions) == numbers


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("Question 4", "4"),
        ("Question 1 (a)", "1 (a)"),
        ("Question 4(b)(ii)", "4(b)(ii)"),
        ("Question 3: Security", "3"),
        ("Question 3 (Security)", "3"),
        ("Question 3 – Security", "3"),
        ("QUESTION No. 12", "12"),
        ("Chapter 2, Question 9", "9"),
        ("Cwestiwn 4", "4"),
        ("Cwestiwn rhif 4: Diogelwch", "4"),
        ("Q1.3", "1.3"),
        ("4.1", "4.1"),
        ("4.1 Security", "4.1"),
        ("3. Security", "3"),
        ("2b", "2b"),
        ("Any other comments", ""),
        ("Questions 1 and 2", ""),
        ("Question 1 and 2", ""),
        ("Question 12-14", ""),
        ("Question 2 (a) and (b)", ""),
        ("Question on clause 4", ""),
        ("2020 review", ""),
        ("1.5 metres or more", ""),
        ("FAQ 3", ""),
    ],
)
def test_number_is_read_from_a_label(label: str, number: str) -> None:
    assert number_in_label(label) == number


@pytest.mark.parametrize(
    ("printed", "phrase", "heading", "second"),
    [
        ("4", "question 4", "Comments relating to question 4", "Q4.2"),
        ("1 (a)", "question 1 (a)", "Comments relating to question 1 (a)", "Q1(a).2"),
        ("S1SR Question 1", "S1SR Question 1", "S1SR Question 1", "S1SR Q1.2"),
        ("Costs", "“Costs”", "Costs", "“Costs” 2"),
    ],
)
def test_question_is_called_by_its_number_or_label(
    printed: str, phrase: str, heading: str, second: str
) -> None:
    assert question_phrase(printed) == phrase
    assert comments_heading(printed) == heading
    assert comment_number(printed, 2) == second


_LABELS = st.sampled_from(
    ["Question {}", "Q{}", "S1SR Question {}", "Cwestiwn {}", "{}", "Question {}: Why?"]
)


@given(
    st.lists(
        st.tuples(_LABELS, st.integers(1, 9), st.sampled_from(["", "a", "(b)", ".2"])),
        max_size=5,
    ),
    st.lists(st.sampled_from(["Costs", "Dates", "Anything else?"]), max_size=2),
)
def test_no_question_gets_a_number_that_its_label_does_not_have(
    numbered: list[tuple[str, int, str]], others: list[str]
) -> None:
    given = {label.format(f"{n}{part}"): f"{n}{part}" for label, n, part in numbered}
    labels = [*given, *dict.fromkeys(others)]
    numbers = question_numbers([(label, label, "") for label in labels])
    for label, printed in numbers.items():
        assert printed in (label, given.get(label))
    spellings = Counter(re.sub(r"\W", "", number) for number in given.values())
    for label, number in given.items():
        if spellings[re.sub(r"\W", "", number)] == 1:
            assert numbers[label] == number
    assert len(set(numbers.values())) == len(labels)


def test_anonymous_respondents_get_letters_in_order() -> None:
    people = [("Alpha", False), ("Beta", True), ("Gamma", False)]
    assert public_labels(people) == ["Respondent A", "Beta", "Respondent B"]


@given(st.integers(0, 5000))
def test_column_letters_are_distinct_and_increasing(index: int) -> None:
    here, there = column_letters(index), column_letters(index + 1)
    assert (len(here), here) < (len(there), there)
