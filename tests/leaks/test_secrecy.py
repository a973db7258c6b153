"""The table of secrecy has every text field of every model."""

from __future__ import annotations

import pytest

from tests.leaks import secrecy
from tests.leaks.secrecy import SECRECY, undeclared_fields, unknown_entries


def test_every_text_field_is_declared() -> None:
    missing = undeclared_fields()
    assert missing == [], (
        f"{', '.join(missing)}: say in SECRECY of tests/leaks/secrecy.py whether the "
        "public may read the field: PUBLIC, WHEN_PUBLIC, CONFIDENTIAL or GENERATED. "
        "The search for planted secrets then plants a word in the field."
    )


def test_no_entry_is_without_a_field() -> None:
    unknown = unknown_entries()
    assert unknown == [], (
        f"{', '.join(unknown)}: no such text field. Remove the entry from "
        "tests/leaks/secrecy.py."
    )


def test_field_without_an_entry_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    known = dict(SECRECY["responses.Comment"])
    del known["text"]
    declared = dict(SECRECY) | {"responses.Comment": known}
    monkeypatch.setattr(secrecy, "SECRECY", declared)
    assert undeclared_fields() == ["responses.Comment.text"]


def test_model_without_an_entry_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = {k: names for k, names in SECRECY.items() if "Passage" not in k}
    monkeypatch.setattr(secrecy, "SECRECY", declared)
    assert undeclared_fields() == [
        "consultations.Passage.text",
        "consultations.Passage.title",
        "consultations.PassageUse.about",
    ]


def test_entry_without_a_field_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    declared = dict(SECRECY) | {"responses.Meeting": {"place": secrecy.CONFIDENTIAL}}
    monkeypatch.setattr(secrecy, "SECRECY", declared)
    assert unknown_entries() == ["responses.Meeting.place"]
