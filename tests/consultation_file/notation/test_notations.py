"""YAML and JSON notation, and plain YAML scalars."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from responses.consultation_file.notation.scalars import resolve_plain_scalar
from tests.support.awkward_texts import typed
from tests.support.consultation_files import altered, errors_of, tree_error, value_of

pytestmark = pytest.mark.once


# JSON


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, -2.5e3, true, false, null, "x", {}, []]}',
        '{"a": "\\ud83d\\ude00 \\u00e9 \\/ \\n"}',
        '\t{\n\t"a"\n:\t1}\n',
        '{"a": "line\u2028end"}',
        '{"a": 100000000000000000000}',
        f'{{"{"k" * 2000}": 1}}',
    ],
)
def test_json_values_match_json_module(text: str) -> None:
    assert value_of(text) == json.loads(text)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(typed),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(typed), inner),
    max_leaves=12,
)


@given(
    st.dictionaries(st.text('abc\\"😀', min_size=1), json_values, max_size=4),
    st.booleans(),
    st.sampled_from([None, 1, "\t"]),
)
def test_every_json_object_matches_json_module(
    value: dict[str, object], ascii_only: bool, indent: int | str | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert value_of(text) == value


def test_flow_mapping_that_is_not_json_is_read_as_yaml() -> None:
    assert value_of("{a: 'b', c: [d, e],}") == {"a": "b", "c": ["d", "e"]}


@pytest.mark.parametrize(
    "text", ['{"a": 1', '{"a" 1}', '{"a": 1]', '{"a": ,,}', '{"a": "b\n"c}']
)
def test_broken_json_is_refused_with_its_line(text: str) -> None:
    assert "This line is not valid YAML" in tree_error(text)


def test_json_error_has_line_number() -> None:
    text = json.dumps(
        value_of(altered(("channel: email", "channel: pigeon"))), indent=1
    )
    (error,) = errors_of(text)
    assert text.splitlines()[error.line - 1].strip() == '"channel": "pigeon",'


# Plain scalars of the YAML 1.2 core schema


@pytest.mark.parametrize(
    ("word", "value"),
    [
        *(("", None), ("~", None), ("null", None), ("Null", None), ("nULL", "nULL")),
        *(("true", True), ("FALSE", False), ("tRue", "tRue"), ("yes", "yes")),
        *(("Yes", "Yes"), ("No", "No"), ("on", "on"), ("Off", "Off"), ("y", "y")),
        *(("0", 0), ("13", 13), ("-7", -7), ("+3", 3), ("010", 10), ("0o10", 8)),
        *(("0x1F", 31), ("1_000", "1_000"), ("0b1", "0b1"), ("12:30", "12:30")),
        *(("4.0", 4.0), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-1.5E-2", -0.015)),
        *((".inf", float("inf")), ("-.INF", float("-inf")), ("1.2.3", "1.2.3")),
        *(("2026-01-05", "2026-01-05"), ("2026-01-05 16:00", "2026-01-05 16:00")),
        *(("=", "="), ("<<", "<<"), ("+", "+"), ("-", "-"), (".", "."), ("e5", "e5")),
    ],
)
def test_plain_scalar_follows_yaml_core_schema(word: str, value: object) -> None:
    assert resolve_plain_scalar(word) == value
    assert type(resolve_plain_scalar(word)) is type(value)


def test_very_long_number_is_reported_as_unknown_key() -> None:
    digits = "9" * 5000
    text = altered(("{question: 2, choice", f"{{question: {digits}, choice"))
    assert "is not the key" in str(errors_of(text)[0])


def test_quoted_scalars_are_text() -> None:
    assert value_of('a: "13"\nb: \'true\'\nc: ""\nd: |-\n  null\n') == {
        "a": "13",
        "b": "true",
        "c": "",
        "d": "null",
    }
