"""Numbers of respondents typed in sentences."""

from __future__ import annotations

import pytest

from responses.text_matching.typed_counts import typed_counts


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Two respondents agreed.", [{"agree": 2}]),
        ("2 respondents agreed.", [{"agree": 2}]),
        ("<p>One <strong>respondent</strong> disagreed.</p>", [{"disagree": 1}]),
        ("Three of the four respondents who answered agreed.", [{"agree": 3}]),
        ("All respondents agreed.", [{"agree": 5}]),
        ("None of the respondents disagreed.", [{"disagree": 0}]),
        ("One did not agree and two were neutral.", [{"disagree": 1}, {"neutral": 2}]),
        ("Two respondents did not express an opinion.", [{"no-opinion": 2}]),
        ("Four answered “Yes”.", [{"Yes": 4}]),
        ("DCC agreed with the two respondents.", []),
        ("The two options were discussed.", []),
        ("", []),
    ],
)
def test_counts_typed_in_a_sentence_are_found(
    text: str, counts: list[dict[str, int]]
) -> None:
    assert list(typed_counts(text, 5, ("Yes", "No"))) == counts
