"""Email addresses and telephone numbers in texts."""

from __future__ import annotations

import random

import pytest

from responses.text_matching.contacts import (
    address_parts,
    contact_names,
    email_addresses,
    email_domains,
    find_phone_numbers,
    phone_numbers,
)
from responses.text_matching.names import find_names
from tests.support import sizes

pytestmark = pytest.mark.once

CONTACT = "jan@zork.example; Sam Bray <sam@blue.example>, +44 (0)20 7946 0018"


def test_contact_field_has_addresses_names_and_numbers() -> None:
    assert email_addresses(CONTACT) == ["jan@zork.example", "sam@blue.example"]
    assert contact_names(CONTACT) == ["Sam Bray"]
    assert phone_numbers(CONTACT) == ["2079460018"]


@pytest.mark.parametrize("separator", ["; ", ";", ", ", ",", " ", "\u00a0", " / "])
def test_addresses_are_separated_in_any_way(separator: str) -> None:
    given = separator.join(["jan@zork.example", "SAM@Blue.example"])
    assert email_addresses(given) == ["jan@zork.example", "sam@blue.example"]


@pytest.mark.parametrize(
    ("address", "domains"),
    [
        ("jan@zork.example", ["zork.example"]),
        ("jan@mail.zork.example", ["mail.zork.example", "zork.example"]),
        ("jan@mail.zork.co.uk", ["mail.zork.co.uk", "zork.co.uk"]),
        ("jan@zork.co.uk", ["zork.co.uk"]),
        ("jan@zork", ["zork"]),
    ],
)
def test_domains_of_an_address(address: str, domains: list[str]) -> None:
    assert email_domains(address) == domains


@pytest.mark.parametrize(
    "text",
    [
        "Write to jan@zork.example.",
        "mailto:JAN@zork.example",
        "jan at zork dot example",
        "jan [at] zork.example",
        "jan-zork-example",
        "jan＠zork．example",
        "jan@zork\u200b.example",
    ],
)
def test_address_is_found_however_it_is_typed(text: str) -> None:
    assert find_names({"it": address_parts("jan@zork.example")}, [text])["it"]


def test_another_address_is_not_found() -> None:
    texts = ["jan@zork.examples", "ian@zork.example", "zork example"]
    assert not find_names({"it": address_parts("jan@zork.example")}, texts)["it"]


@pytest.mark.parametrize(
    "typed",
    [
        "020 7946 0018",
        "02079460018",
        "(020) 7946 0018",
        "020-7946-0018",
        "020.7946.0018",
        "+442079460018",
        "+44 20 7946 0018",
        "+44 (0)20 7946 0018",
        "0044 20 7946 0018",
        "020\u00a07946\u20110018",
        "02 07 94 60 01 8",
    ],
)
def test_number_is_found_in_any_grouping(typed: str) -> None:
    (number,) = phone_numbers(typed)
    assert number == "2079460018"
    found = list(find_phone_numbers([number], ["none", f"Call {typed}, or 2026."]))
    assert [(index, len(words)) for _, index, words in found] == [(1, len(typed))]


@pytest.mark.parametrize(
    "text",
    ["020 7946 00180", "020 7946 0019", "12079460018", "1 2 3 4 5 6 7 8 9 10", "x"],
)
def test_other_numbers_are_not_found(text: str) -> None:
    assert list(find_phone_numbers(["2079460018"], [text])) == []


def test_generated_numbers_are_found_in_generated_groupings() -> None:
    for seed in sizes.seeds(200, whole=20_000):
        chance = random.Random(seed)
        number = str(chance.randint(1_000_000_000, 9_999_999_999))
        prefix = chance.choice(("0", "+44", "+44 ", "+44 (0)", "0044 ", "(0"))
        typed = prefix
        for digit in number:
            typed += digit + (chance.choice(" -.") if chance.random() < 0.2 else "")
        assert list(find_phone_numbers([number], [f"Tel. {typed}!"])), (seed, typed)
        assert phone_numbers(f"a@b.example; {typed}") == [number], (seed, typed)
