"""Writing values as YAML that this reader and any YAML reader read back."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from responses.consultation_file.contents import ConsultationFile, Section
from responses.consultation_file.notation.errors import Errors
from responses.consultation_file.notation.nodes import Node
from responses.consultation_file.notation.trees import parse_tree
from responses.consultation_file.notation.yaml_text import WIDTH, Unquoted, yaml_text
from responses.consultation_file.reading import read_file
from responses.consultation_file.writing import to_plain_values, write_file
from tests.support import sizes
from tests.support.awkward_texts import AWKWARD, awkward, typed
from tests.support.consultation_files import SMALL, altered, read_text
from tests.support.file_strategies import consultation_files

pytestmark = pytest.mark.once

keys = st.one_of(awkward, st.text(typed))
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    awkward,
    st.text(st.one_of(typed, st.sampled_from("\a\b\t\r\n\x1b\x7f\x85"))),
    st.lists(awkward, max_size=5).map("\n".join),
)
values = st.recursive(
    scalars | st.lists(scalars, max_size=4),
    lambda inner: (
        st.lists(st.dictionaries(keys, inner, max_size=3), max_size=3)
        | st.dictionaries(keys, inner, max_size=3)
    ),
    max_leaves=12,
)
mappings = st.dictionaries(keys, values, min_size=1, max_size=4)


def read_back(text: str) -> Any:
    """Return a text as this project's reader reads it."""

    def value(node: Node) -> Any:
        if isinstance(node.value, list):
            return [value(item) for item in node.value]
        if isinstance(node.value, dict):
            return {pair.key.value: value(pair.value) for pair in node.value.values()}
        return node.value

    return value(parse_tree(text.encode(), Errors()))


@settings(max_examples=sizes.count(60, whole=200))
@given(mappings)
def test_written_value_is_read_back_by_own_reader(value: dict[str, Any]) -> None:
    assert read_back(yaml_text(value)) == value


@settings(max_examples=sizes.count(60, whole=200))
@given(mappings)
def test_written_value_is_read_back_by_yaml_1_1(
    value: dict[str, Any],
) -> None:
    assert yaml.safe_load(yaml_text(value)) == value


@pytest.mark.parametrize("text", AWKWARD)
@pytest.mark.parametrize("place", ["value", "key", "item", "first"])
def test_awkward_text_is_read_back_in_every_place(text: str, place: str) -> None:
    places: dict[str, Any] = {
        "value": {"a": text},
        "key": {text: "a"},
        "item": {"a": [text, text]},
        "first": {"a": [{text: text, "b": [{"c": text}]}]},
    }
    value = places[place]
    assert read_back(yaml_text(value)) == value
    assert yaml.safe_load(yaml_text(value)) == value


@settings(max_examples=sizes.count(20, whole=40))
@given(consultation_files(with_files=True))
def test_every_file_round_trips(file: ConsultationFile) -> None:
    text = write_file(file)
    assert read_file(text.encode()).file == file
    assert write_file(read_file(text.encode()).file) == text


@settings(max_examples=25)
@given(consultation_files(with_files=True))
def test_every_file_round_trips_through_json(file: ConsultationFile) -> None:
    text = json.dumps(to_plain_values(file))
    assert read_file(text.encode()).file == file


def test_keys_are_written_in_documented_order() -> None:
    assert list(to_plain_values(read_text(SMALL).file)) == [
        *("consultation_file", "organisation", "documents", "consultation"),
        *("questions", "respondents", "submissions", "comments", "changes"),
        *("conclusions", "designation", "commitments", "glossary"),
    ]


def test_default_values_are_omitted() -> None:
    file = read_text(SMALL).file
    assert to_plain_values(file.documents[1]) == {
        "code": "BRA",
        "title": "Broadcast Addresses",
        "kind": "matrix",
        "parent": "BRD",
    }
    clauses = to_plain_values(file.documents[0].versions[0])["clauses"]
    assert [list(clause) for clause in clauses] == [
        ["id", "number", "heading", "text"],
        ["number", "text", "clauses"],
    ]


def test_comment_without_question_is_written_with_null() -> None:
    assert to_plain_values(read_text(SMALL).file.comments[1]) == {
        "key": "k2",
        "question": None,
        "from": [],
        "text": "A general remark.",
    }


def test_rich_text_is_written_as_typed_text() -> None:
    section = Section(
        heading="Next Steps",
        kind="text",
        text="<p>First:</p><ul><li><p>one</p></li><li><p>two</p></li></ul>",
    )
    assert yaml_text(to_plain_values(section)) == (
        "heading: Next Steps\nkind: text\ntext: |-\n  First:\n\n  - one\n  - two\n"
    )


def test_untypeable_rich_text_is_written_as_markup() -> None:
    section = Section(heading="A", kind="text", text="<p><em>x</em></p>")
    assert to_plain_values(section)["text"] == "<p><em>x</em></p>"


def test_dates_are_unquoted_and_text_like_dates_is_quoted() -> None:
    text = write_file(
        read_text(altered(("label: Question 1", "label: 2026-01-05"))).file
    )
    assert "  opened: 2026-02-02\n  closes: 2026-02-27 16:00\n" in text
    assert '    label: "2026-01-05"\n' in text
    assert "due: 2026-09\n" in text


@pytest.mark.parametrize(
    "word", ["Yes", "no", "on", "null", "1.0", "0x1F", "12:30", ""]
)
def test_ambiguous_word_is_quoted(word: str) -> None:
    assert yaml_text({"a": word}) == f'a: "{word}"\n'


def test_short_word_list_is_written_on_one_line() -> None:
    assert yaml_text({"a": ["Once", "Twice, or"]}) == 'a: [Once, "Twice, or"]\n'
    long = ["word " * 8 + str(number) for number in range(4)]
    assert yaml_text({"a": long}).startswith("a:\n  - word")


def test_long_line_is_written_as_block() -> None:
    text = "word " * 30 + "end"
    assert yaml_text({"a": text}) == f"a: |-\n  {text}\n"
    assert all(len(line) <= WIDTH for line in yaml_text({"a": "b" * 80}).splitlines())


def test_remark_becomes_yaml_comment() -> None:
    text = write_file(read_text(SMALL).file, "One\ntwo")
    assert text.startswith("# One\n# two\nconsultation_file: 1\n")
    assert read_text(text).file == read_text(SMALL).file


def test_writing_is_deterministic() -> None:
    file = read_text(SMALL).file
    copy = dataclasses.replace(file)
    assert write_file(file) == write_file(copy)


def test_nested_list_is_refused() -> None:
    with pytest.raises(TypeError):
        yaml_text({"a": [["b"]]})


def test_only_unquoted_type_is_written_without_quotes() -> None:
    assert yaml_text({"a": Unquoted("2026-01-05"), "b": "2026-01-05"}) == (
        'a: 2026-01-05\nb: "2026-01-05"\n'
    )
