"""Labels of the input that a refused form is shown with."""

from __future__ import annotations

import pytest

from consultations.web.resubmission import visible_fields


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("accepted_reason", "Reason for the decision"),
        ("disposition", "Outcome"),
        ("own_initiative", "DCC’s own reason"),
        ("opens_on", "Opening date"),
        ("answers-0-stance", "Answer 1: Position"),
        ("response-text", "Response: text"),
    ],
)
def test_input_has_the_words_of_the_screens(name: str, label: str) -> None:
    (field,) = visible_fields([(name, ["x"])])
    assert field.label == label
