"""Statements that depend on the date: a table of (facts, date) -> sentence for each."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from random import Random

import pytest

from consultations.public import statements
from consultations.public.statements import (
    DesignationFacts,
    PlannedEffect,
    PublicationFacts,
    concluded_statement,
    concluded_text_statement,
    conclusion_due_statement,
    conclusion_target_statement,
    designation_statements,
    entry_statement,
    in_force_statement,
    later_text_statement,
    opening_statement,
    pending_effect_statement,
    publication_statement,
    text_effect_statement,
    version_effect_statement,
)
from tests.support import sizes
from tests.support.structure import ROOT

MONTHS = list(calendar.month_name)


def day(text: str) -> dt.date:
    number, month, year = text.split()
    return dt.date(int(year), MONTHS.index(month), int(number))


JULY, NOVEMBER = day("17 July 2020"), day("30 November 2026")
SEED = DesignationFacts(
    "Secretary of State",
    submitted=JULY,
    target=day("26 July 2020"),
    last=day("26 August 2020"),
)
SUBMITTED = "The text was submitted to the Secretary of State on 17 July 2020."


@pytest.mark.parametrize(
    ("facts", "published", "entered"),
    [
        (PublicationFacts(JULY, JULY), "Published 17 July 2020", ""),
        (
            PublicationFacts(JULY, JULY, corrected=NOVEMBER),
            "Published 17 July 2020, corrected 30 November 2026",
            "",
        ),
        (
            PublicationFacts(JULY, NOVEMBER),
            "Published 17 July 2020",
            "Added to this site 30 November 2026",
        ),
    ],
)
def test_publication(facts: PublicationFacts, published: str, entered: str) -> None:
    assert publication_statement(facts) == published
    concluded = published.replace("Published", "Concluded")
    assert publication_statement(facts, "Concluded") == concluded
    assert entry_statement(facts) == entered


@pytest.mark.parametrize(
    ("facts", "on", "sentences"),
    [
        (
            SEED,
            "26 July 2020",
            f"{SUBMITTED} The text is due to take effect on 26 July 2020, or by 26 "
            "August 2020 at the latest.",
        ),
        (
            SEED,
            "26 August 2020",
            f"{SUBMITTED} The text was due to take effect on 26 July 2020, and is due "
            "by 26 August 2020 at the latest. This site does not record whether "
            "the text has taken effect.",
        ),
        (
            SEED,
            "30 November 2026",
            f"{SUBMITTED} The text was due to take effect on 26 July 2020, or by 26 "
            "August 2020 at the latest. This site does not record whether the text "
            "took effect.",
        ),
        (
            DesignationFacts("the Panel", target=JULY),
            "18 July 2020",
            "The text was due to take effect on 17 July 2020. This site does not "
            "record whether the text took effect.",
        ),
        (
            DesignationFacts("the Panel", submitted=JULY),
            "16 July 2020",
            "The text is to be submitted to the Panel on 17 July 2020. The date on "
            "which the text takes effect is not recorded yet.",
        ),
        (
            DesignationFacts("the Panel", target=JULY, effective=JULY),
            "16 July 2020",
            "The text takes effect on 17 July 2020.",
        ),
        (
            DesignationFacts("the Panel", target=JULY, effective=JULY),
            "17 July 2020",
            "The text took effect on 17 July 2020.",
        ),
        (
            DesignationFacts("Secretary of State"),
            "17 July 2020",
            "The text will be submitted to the Secretary of State.",
        ),
    ],
)
def test_designation(facts: DesignationFacts, on: str, sentences: str) -> None:
    assert " ".join(designation_statements(facts, day(on))) == sentences


@pytest.mark.parametrize(
    ("on", "in_list", "sentence"),
    [
        (
            "17 July 2020",
            "Conclusion due by 17 July 2020",
            "DCC aims to publish its conclusion by 17 July 2020.",
        ),
        (
            "18 July 2020",
            "Conclusion was due by 17 July 2020",
            "DCC aimed to publish its conclusion by 17 July 2020.",
        ),
    ],
)
def test_target_of_the_conclusion(on: str, in_list: str, sentence: str) -> None:
    assert conclusion_due_statement(JULY, day(on)) == in_list
    assert conclusion_target_statement("DCC", JULY, day(on)) == sentence


@pytest.mark.parametrize(
    ("opens", "now", "sentence"),
    [
        ("", "2026-01-05 09:00", "The opening date is not set."),
        (
            "2026-01-05 09:30",
            "2026-01-05 09:00",
            "The consultation opens at 09:30 on 5 January 2026.",
        ),
        (
            "2026-01-05 00:00",
            "2026-01-04 09:00",
            "The consultation opens on 5 January 2026.",
        ),
        (
            "2026-01-05 00:00",
            "2026-01-05 00:00",
            "The consultation was due to open on 5 January 2026, but is not public.",
        ),
    ],
)
def test_opening(opens: str, now: str, sentence: str) -> None:
    moment = dt.datetime.fromisoformat(opens) if opens else None
    assert opening_statement(moment, dt.datetime.fromisoformat(now)) == sentence


@pytest.mark.parametrize(
    ("status", "on", "words"),
    [
        ("designated", "16 July 2020", "Takes effect on 17 July 2020"),
        ("designated", "17 July 2020", "Took effect on 17 July 2020"),
        ("concluded", "18 July 2020", "Took effect on 17 July 2020"),
        ("consulted", "17 July 2020", "Proposed to take effect on 17 July 2020"),
        ("consulted", "18 July 2020", "Was proposed to take effect on 17 July 2020"),
    ],
)
def test_effect_of_a_version(status: str, on: str, words: str) -> None:
    assert version_effect_statement(status, JULY, day(on)) == words


@pytest.mark.parametrize(
    ("last", "on", "tag", "note", "decided"),
    [
        (
            None,
            "1 September 2020",
            "In force",
            "",
            "This text was decided after a consultation and is not yet recorded as "
            "being in force.",
        ),
        (
            "26 August 2020",
            "26 August 2020",
            "In force",
            "",
            "This text was decided after a consultation and is not yet recorded as "
            "being in force.",
        ),
        (
            "26 August 2020",
            "27 August 2020",
            "In force as at 17 July 2020",
            "A later text was due to take effect by 26 August 2020",
            "This text was decided after a consultation and was due to take effect by "
            "26 August 2020. This site does not record whether the text took effect.",
        ),
    ],
)
def test_text_that_a_later_one_was_due_to_replace(
    last: str | None, on: str, tag: str, note: str, decided: str
) -> None:
    planned = PlannedEffect(JULY, day(last)) if last else None
    assert in_force_statement(planned, day(on)) == tag
    assert later_text_statement(planned, day(on)) == note
    assert concluded_text_statement(planned, day(on)) == decided


def test_effects_of_documents() -> None:
    assert text_effect_statement("The text of the TMAD", JULY, NOVEMBER) == (
        "The text of the TMAD took effect on 17 July 2020."
    )
    assert pending_effect_statement(["TMAD"]) == (
        "The date on which the text of the TMAD takes effect is not recorded yet."
    )
    assert pending_effect_statement(["S1SR", "TMAD"]) == (
        "The dates on which the texts of the S1SR and the TMAD take effect are not "
        "recorded yet."
    )
    assert concluded_statement(1) == "The conclusion has been published."
    assert concluded_statement(2) == "The conclusions have been published."


# --- no statement looks ahead to a day that is past -----------------------------------

AHEAD = re.compile(
    r"(?:\bis due\b|\bdue by\b|\bis to be\b|\btakes\b|\bTakes\b|\baims\b|\bopens\b"
    r"|^Proposed)[^.]*? (?P<day>\d{1,2} \w+ \d{4})"
)
BACK = re.compile(
    r"(?:\btook\b|\bTook\b|\bwas due\b|\bwas submitted\b|\baimed\b|^Was proposed)"
    r"[^.]*?(?P<day>\d{1,2} \w+ \d{4})"
)


@pytest.mark.parametrize("seed", sizes.seeds(60, whole=2_000))
def test_statements_agree_with_the_date(seed: int) -> None:
    random = Random(seed)
    on = dt.date(2026, 7, 1) + dt.timedelta(days=random.randint(-40, 40))

    def some_day() -> dt.date:
        return dt.date(2026, 7, 1) + dt.timedelta(days=random.randint(-40, 40))

    target = some_day()
    facts = DesignationFacts(
        "Secretary of State",
        submitted=random.choice([None, some_day()]),
        target=random.choice([None, target]),
        last=random.choice([None, target + dt.timedelta(days=31)]),
        effective=random.choice([None, None, some_day()]),
    )
    planned = PlannedEffect(some_day(), some_day())
    said = [
        *designation_statements(facts, on),
        conclusion_target_statement("DCC", some_day(), on),
        text_effect_statement("The text", some_day(), on),
        version_effect_statement("designated", some_day(), on),
        version_effect_statement("consulted", some_day(), on),
        later_text_statement(planned, on),
        concluded_text_statement(planned, on),
    ]
    for sentence in said:
        for clause in re.split(r"(?<=\d{4}), and ", sentence):
            if found := AHEAD.search(clause):
                assert day(found["day"]) >= on, sentence
            if found := BACK.search(clause):
                assert day(found["day"]) <= on, sentence
    if facts.target and not facts.effective and max(target, facts.last or target) < on:
        assert statements.NOT_RECORDED in " ".join(said)


def test_every_statement_is_in_the_table() -> None:
    table = (ROOT / "docs" / "sentences.md").read_text(encoding="utf-8")
    functions = [
        name
        for name, value in vars(statements).items()
        if callable(value) and name.endswith(("_statement", "_statements"))
    ]
    sentences = (
        "respondents_sentence tally_sentence choice_sentence answered_sentence".split()
    )
    assert len(functions) > 10
    missing = [n for n in [*functions, *sentences] if f"`{n}`" not in table]
    assert not missing
