"""Names in texts, however they are typed."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responses.text_matching import names as module
from responses.text_matching import normalisation
from responses.text_matching.names import (
    NameMatch,
    find_names,
    name_variants,
    reads_alike,
)
from responses.text_matching.ordinary_words import is_ordinary_word, lower_case_words
from responses.text_matching.short_names import initials_of, short_names
from tests.support import sizes
from tests.support.name_writings import (
    LEGAL_FORMS,
    NAME_WRITINGS,
    NAMES,
    TOKEN_WRITINGS,
    Writing,
    core_of,
    invented_name,
    typed_in_some_way,
    with_digits_for_letters,
)

pytestmark = pytest.mark.once

ANY_NAME = st.text(max_size=30) | st.sampled_from(NAMES)


def matches_of(name: str, *texts: str) -> list[NameMatch]:
    return find_names({name: name_variants(name)}, texts)[name]


@given(ANY_NAME)
def test_every_name_reads_like_itself(name: str) -> None:
    assert reads_alike(name, name)


@given(ANY_NAME, ANY_NAME)
def test_reading_alike_is_mutual(one: str, other: str) -> None:
    assert reads_alike(one, other) == reads_alike(other, one)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("writing", NAME_WRITINGS)
def test_every_writing_of_a_name_reads_alike(name: str, writing: Writing) -> None:
    chance = random.Random(sizes.SEED)
    for _ in range(sizes.count(5, whole=200)):
        typed = writing(name, chance)
        assert reads_alike(typed, name), typed
        assert matches_of(name, f"As {typed} said."), typed


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("writing", TOKEN_WRITINGS)
def test_names_are_found_in_addresses_and_file_names(
    name: str, writing: Writing
) -> None:
    assert matches_of(name, writing(name, random.Random(sizes.SEED)))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "writing", [*NAME_WRITINGS[:5], NAME_WRITINGS[9], NAME_WRITINGS[11]]
)
def test_names_with_digits_for_letters_are_found(name: str, writing: Writing) -> None:
    chance = random.Random(sizes.SEED)
    typed = writing(with_digits_for_letters(name, chance), chance)
    assert re.search(r"\d", typed)
    assert matches_of(name, f"As {typed} said."), typed


def test_several_writings_together_read_alike() -> None:
    for seed in sizes.seeds(300, whole=20_000):
        chance = random.Random(seed)
        name = chance.choice(NAMES)
        typed = typed_in_some_way(name, chance)
        assert reads_alike(typed, name), (seed, typed)
        assert matches_of(name, f"As {typed} said."), (seed, typed)


def test_distinct_names_do_not_read_alike() -> None:
    for seed in sizes.seeds(300, whole=20_000):
        chance = random.Random(seed)
        one, other = invented_name(chance), invented_name(chance)
        cores = [name.replace(",", "").split()[:2] for name in (one, other)]
        if cores[0] != cores[1]:
            assert not reads_alike(one, other), seed
            assert not matches_of(one, f"As {other} said."), seed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anglo-Zedland Power", "Anglo-Zedland Gas"),
        ("Supplier 1", "Supplier 12"),
        ("Supplier 1 2", "Supplier 12"),
        ("Energy UK", "Energy"),
        ("Zork North Ltd", "Zork South Ltd"),
        ("+++", "---"),
    ],
)
def test_similar_names_are_distinct(one: str, other: str) -> None:
    assert not reads_alike(one, other)


@pytest.mark.parametrize("form", LEGAL_FORMS)
def test_names_read_alike_with_any_legal_form(form: str) -> None:
    assert reads_alike(f"Ash & Elm{form}", "Ash and Elm")


@pytest.mark.parametrize(
    ("name", "text", "typed"),
    [
        ("Zork Metering Ltd", "Zork Metering’s view", ["Zork Metering"]),
        ("Zork Metering", "by Zork Meter- ing", ["Zork Meter- ing"]),
        ("Zork Metering", "zorkmetering.example", ["zorkmetering"]),
        ("Zork Metering", "a Zork\nMetering, ZORK-METERING", 2),
        ("Impact Ltd", "Impact Limited asked", ["Impact Limited"]),
        ("Impact Ltd", "the impact limited it", ["impact"]),
        ("Energy", "energy as a service", ["energy"]),
        ("EON", "E.ON asked", ["E.ON"]),
        ("oquill", "as O’Quill said", ["O’Quill"]),
        ("Zork (UK) Metering", "Zork Metering, Zork UK Metering", 2),
        ("EE", "as EE said", ["EE"]),
        ("EE", "k-ee-9", ["ee"]),
        ("+++", "as +++ said", ["+++"]),
    ],
)
def test_matches_have_the_words_as_typed(
    name: str, text: str, typed: list[str] | int
) -> None:
    found = [match.typed for match in matches_of(name, text)]
    assert found == typed or len(found) == typed


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Zork Metering", "Zork and Metering"),
        ("Zork Metering", "Zorks Metering"),
        ("Notable", "not able"),
        ("EE", "the bee sees ee"),
        ("It", "it is"),
        ("Device Request 12", "device request 1 2"),
        ("Supplier 1", "supplier 10"),
        ("Bee", "the beeline"),
    ],
)
def test_other_words_do_not_match(name: str, text: str) -> None:
    assert matches_of(name, text) == []


def test_lone_word_is_a_word_without_legal_form() -> None:
    texts = ("On energy.", "Energy Ltd", "energy-supply", "Power of energy")
    found = [match.lone_word for match in matches_of("Energy", *texts)]
    assert found == ["energy", "", "energy", "energy"]
    assert [m.lone_word for m in matches_of("Power Grid", "power grid")] == [""]


@pytest.mark.parametrize(
    "text",
    [
        *("Energy’s a key point", "on energy. As a result", "Energy As A Service"),
        *("energy limited to that", "energy, limited", "energy company", "energy-as-9"),
        *("energy as such", "the energy. Limited use", "energy: S. A. asks"),
    ],
)
@pytest.mark.parametrize(
    "name", ["Energy", "Energy Ltd", "Energy Limited", "Energy AS"]
)
def test_words_that_are_no_legal_form_leave_a_lone_word(name: str, text: str) -> None:
    assert [match.lone_word for match in matches_of(name, text)] == ["energy"]


@pytest.mark.parametrize(
    "text",
    [
        *("Energy Ltd", "energy ltd", "Energy, Ltd.", "Energy (Holdings)", "Energy AS"),
        *("Energy plc", "energy p.l.c.", "Energy B.V.", "Energy Limited", "Energy Co."),
    ],
)
@pytest.mark.parametrize("name", ["Energy", "Energy Ltd", "Energy AS"])
def test_name_with_a_legal_form_is_no_lone_word(name: str, text: str) -> None:
    assert [match.lone_word for match in matches_of(name, text)] == [""]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Zork (ZK)", ["Zork", "ZK"]),
        ("Zork （ZK） Ltd", ["Zork", "ZK"]),
        ("Zork [Holdings] plc", ["Zork"]),
        ("Zork plc (t/a Quill Umber)", ["Zork", "Quill Umber"]),
        ("Zork trading as Quill", ["Zork", "Quill"]),
        ("Zork (part of Quill plc)", ["Zork", "Quill"]),
        ("Zork, also known as Quill", ["Zork", "Quill"]),
        ("Zork Grids / Quill Grids", ["Zork Grids", "Quill Grids"]),
        ("Zork/Quill", ["Zork", "Quill"]),
        ("Zork+Quill Ltd", ["Zork & Quill", "Zork + Quill", "Zork and Quill"]),
        ("Prof. Jan Quill", ["Jan Quill", "Prof Quill"]),
    ],
)
def test_each_name_in_a_name_is_found(name: str, found: list[str]) -> None:
    for typed in found:
        assert matches_of(name, f"As {typed} said."), typed


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Zork (South West)", "in the South West"),
        ("Zork (Metering)", "on metering"),
        ("Zork (UK) plc", "in the UK"),
        ("Zork (S) plc", "with S"),
        ("24/7 Zork", "of 24 or 7"),
        ("A/S Zork", "with A"),
        ("Member of Zork", "as Zork said"),
        ("The Energy Company Ltd", "the energy used"),
        ("The Power Group Ltd", "the power used"),
        ("+++", "and and and"),
        ("Dr Quill", "as Quill said"),
    ],
)
def test_parts_that_are_no_name_are_not_found(name: str, text: str) -> None:
    assert matches_of(name, text) == []


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Zork Energy Retail Ltd", ["Zork Energy", "Zork"]),
        ("Z.ORK Next Energy Limited", ["Z.ORK Next", "Z.ORK"]),
        ("Zork & Sons Metering", ["Zork & Sons", "Zork"]),
        ("Zork Quartzite Ltd", ["Zork"]),
        ("Quartz Stones of Umber", ["Quartz"]),
        ("Jan Quilliam", ["Quilliam"]),
        ("Dr Jan Quilliam", ["Quilliam"]),
        ("Mary Anne Quilliam-Zork", ["Mary", "Quilliam-Zork"]),
        ("Zork Gas and Power Ltd", ["Zork Gas", "Zork"]),
        ("British Gas Trading Limited", ["British Gas"]),
        ("Good Energy Company Ltd", ["Good Energy"]),
        ("Zork plc", []),
        ("Energy Services Ltd", []),
        ("Smart Energy", []),
        ("24 Energy", []),
        ("", []),
    ],
)
def test_short_names_are_without_the_words_of_a_trade(
    name: str, short: list[str]
) -> None:
    assert short_names(name) == short


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("UK Power Networks", ["UKPN", "UPN"]),
        ("SP Energy Networks plc", ["SPEN", "SEN", "SPENP", "SENP"]),
        ("UK Power Networks (Operations) Limited", ["UKPN", "UKPNL"]),
        ("ScottishPower Energy Networks", ["SPEN"]),
        ("Royal Society for the Protection of Bees", ["RSPB", "RSFTPOB"]),
        ("Quartz & Umber Gas", ["QUG"]),
        ("Anglo-Zedland Power", ["AZP"]),
        ("Umber Kelp", []),  # UK
        ("Drab Clay Coal", ["DCC"]),
        ("Device Service Provider", []),  # a term of metering
        ("Zork", []),
        ("", []),
    ],
)
def test_initials_are_those_of_a_name_and_its_short_names(
    name: str, initials: list[str]
) -> None:
    found = initials_of(name)
    assert set(initials) <= set(found)
    assert bool(found) == bool(initials)


@given(ANY_NAME)
def test_initials_have_two_letters_or_more(name: str) -> None:
    assert all(len(each) > 1 for each in initials_of(name))


@given(ANY_NAME)
def test_short_names_are_words_of_a_name(name: str) -> None:
    for short in short_names(name):
        assert matches_of(short, f"As {name} said."), short


@pytest.mark.parametrize(
    ("text", "has_capitals"),
    [
        ("We thank Zork and others.", True),
        ("We thank zork and others.", False),
        ("Zork is late.", False),
        ("It is so. Zork is late.", False),
        ("It said: “Zork is late”.", False),
        ("The Zork Report", False),
        ("Under the Smart Zork Code it is.", False),
        ("Did Zork ask?", True),
        ("zork-plan.pdf", False),
        ("Zork is late, so we thank Zork for it.", True),
    ],
)
def test_capitals_tell_a_name_within_a_sentence(text: str, has_capitals: bool) -> None:
    assert [match.has_capitals for match in matches_of("Zork", text)] == [has_capitals]


@pytest.mark.parametrize(
    ("text", "has_capitals"),
    [
        ("The good energy is here.", False),
        ("Good energy is here.", False),
        ("Good Energy is here.", True),
        ("It thanks Good energy.", True),
        ("GOOD ENERGY", True),
    ],
)
def test_capitals_within_a_phrase_tell_a_name(text: str, has_capitals: bool) -> None:
    found = matches_of("Good Energy Ltd", text)
    assert [match.has_capitals for match in found] == [has_capitals]


@pytest.mark.parametrize("text", ["ZRK asked why.", "We heard that ZRK asked."])
def test_capitals_of_an_acronym_tell_a_name(text: str) -> None:
    assert [match.has_capitals for match in matches_of("Z.RK plc", text)] == [True]


def test_words_in_lower_case_are_those_of_prose() -> None:
    texts = (
        "Zork wrote about a quark, www.zedmark.example and jan@zork.example.",
        "veltrane",
        "See Veltrane_plan.pdf and a/b/veltrane-x.",
    )
    words = lower_case_words(texts)
    assert {"wrote", "about", "quark"} <= words
    assert words.isdisjoint({"zork", "zedmark", "veltrane", "jan", "example", "plan"})


def test_ordinary_words_are_common_or_used_in_lower_case() -> None:
    assert is_ordinary_word("energy", ())
    assert is_ordinary_word("q", ())
    assert is_ordinary_word("quark", {"quark"})
    assert not is_ordinary_word("veltrane", {"quark"})


def test_texts_are_read_once_for_all_names(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    readings = normalisation.word_readings

    def counted(text: str) -> list[tuple[str, ...]]:
        read.append(text)
        return readings(text)

    monkeypatch.setattr(module, "word_readings", counted)
    texts = [f"Supplier {n} asked about comment {n}." for n in range(500)]
    names = {
        f"Supplier {n} Ltd": name_variants(f"Supplier {n} Ltd") for n in range(500)
    }
    found = find_names(names, texts)
    assert read == texts
    assert all(len(matches) == 1 for matches in found.values())


def test_core_of_sample_names_has_no_legal_form() -> None:
    assert all(core_of(name) and "Ltd" not in core_of(name) for name in NAMES)
