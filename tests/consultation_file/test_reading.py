"""Reading bytes: encodings, YAML, JSON, and limits."""

from __future__ import annotations

import codecs
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from responses.consultation_file.notation import decoding, nodes
from responses.consultation_file.notation.errors import Errors, FileRefused
from responses.consultation_file.notation.trees import parse_tree
from responses.consultation_file.reading import read_file
from responses.consultation_file.writing import write_file
from tests.support import sizes
from tests.support.consultation_files import (
    SMALL,
    altered,
    errors_of,
    read_text,
    tree_error,
    value_of,
)
from tests.support.structure import ROOT

pytestmark = pytest.mark.once


def only_error(data: str | bytes) -> str:
    """Return the one error as `LINE: path: message`."""
    (error,) = errors_of(data)
    return str(error)


# A whole file


def test_whole_file_is_read_with_references_resolved() -> None:
    file = read_text(SMALL).file
    assert file.consultation.extensions[0].questions == ("q2",)
    assert file.comments[0].question == "q1"
    assert file.comments[1].question == ""
    assert file.conclusions[0].slug == "broadcast-2026"
    assert [c.id for c in file.documents[0].versions[0].clauses] == ["c1", "2"]
    assert file.comments[0].text.startswith("<p>A respondent considered")


def test_question_without_key_gets_free_key() -> None:
    text = altered(
        ("{key: q2, label", "{label"),
        ("{key: q1, label", "{key: q2, label"),
        ("parent: q2", "parent: 2"),
    )
    assert [q.key for q in read_text(text).file.questions] == ["q2", "q2-", "q3"]


def test_null_equals_omitted_optional_key() -> None:
    nulls = altered(("closes: 2026-02-27 16:00", "closes: null\n  summary: ~"))
    nulls = nulls.replace("  summary: About the interval.\n", "")
    without = altered(("  closes: 2026-02-27 16:00\n", ""))
    without = without.replace("  summary: About the interval.\n", "")
    assert read_text(nulls).file == read_text(without).file


def test_json_and_yaml_give_equal_files() -> None:
    text = json.dumps(value_of(SMALL), indent="\t")
    assert read_text(text).file == read_text(SMALL).file


def test_reading_does_not_import_django() -> None:
    code = (
        "import sys, responses.consultation_file.reading; "
        "import responses.consultation_file.writing, "
        "responses.consultation_file.differences, responses.consultation_file.schema; "
        "assert 'django' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)


# Encodings


def test_byte_order_mark_is_skipped() -> None:
    assert read_file(codecs.BOM_UTF8 + SMALL.encode()).file == read_text(SMALL).file


def test_windows_line_ends_are_read() -> None:
    assert read_text(SMALL.replace("\n", "\r\n")).file == read_text(SMALL).file


def test_latin_1_is_refused_with_line_and_byte() -> None:
    data = altered(("Rowanlea", "Rowanlée")).encode("latin-1")
    line = SMALL[: SMALL.index("Rowanlea")].count("\n") + 1
    message = only_error(data)
    assert message.startswith(f"{line}: The byte E9 (byte ")
    assert "“é”" in message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-le", "utf-16-be"])
def test_other_unicode_encoding_is_named_in_error(encoding: str) -> None:
    assert f"UTF-{encoding[4:6]}" in only_error(SMALL.encode(encoding))


@pytest.mark.parametrize(
    "character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ufffe"]
)
def test_control_character_is_refused_with_its_line(character: str) -> None:
    message = only_error(
        altered(("Broadcast interval", f"Broadcast{character}interval"))
    )
    line = SMALL[: SMALL.index("Broadcast interval")].count("\n") + 1
    assert message.startswith(
        f"{line}: Delete the control character U+{ord(character):04X}"
    )


def test_every_control_character_is_reported() -> None:
    text = altered(("Rowanlea", "Rowan\x07lea"), ("Saltmarsh", "Salt\x08marsh"))
    assert len(errors_of(text)) == 2


@pytest.mark.parametrize("escaped", ["\\a", "\\0", "\\x1f", "\\ud800"])
def test_escaped_control_character_is_refused_in_its_text(escaped: str) -> None:
    data = json.dumps(value_of(SMALL))
    escaped = {"\\a": "\\u0007", "\\0": "\\u0000", "\\x1f": "\\u001f"}.get(
        escaped, escaped
    )
    message = only_error(data.replace("A general remark", f"A {escaped} remark"))
    assert "comments[1].text: The text has the control character" in message


@pytest.mark.parametrize("text", ["", "\n", "# only a remark\n", "   "])
def test_empty_file_is_refused(text: str) -> None:
    assert "empty" in only_error(text)


@pytest.mark.parametrize("text", ["---\n", "null", "13", "words", "[]", "- a\n"])
def test_file_without_mapping_is_refused(text: str) -> None:
    assert "a mapping with consultation_file" in only_error(text)


def test_too_large_file_is_refused_before_decoding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decoding, "MAX_FILE_SIZE", 1024 * 1024)
    assert only_error(b"\xff" * (1024 * 1024 + 1)) == (
        "1: The file is larger than 1 MB, the maximum."
    )


# Refused YAML features


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\n\tb: 2\n", "2: The line is indented with a tab"),
        ("a:\n  - 1\n\t- 2\n", "3: The line is indented with a tab"),
        ("a: b: c\n", "1: This line is not valid YAML: mapping values are not allowed"),
        ('a: "b\n', "2: This line is not valid YAML: found unexpected end of stream"),
        ("a: [1, 2\nb: 3\n", "Add the missing comma or closing bracket."),
        ("a: @b\n", "Put text that begins with this character in quotes."),
        ('a: "b"c"\n', "or the quotes inside quoted text"),
        ('a: "\\q"\n', "Write a backslash twice"),
        ("a: 1\n b: 2\n", "2: This line is not valid YAML"),
        ("%TAG ! tag:x,2000:\n---\na: 1\n", "1: Delete the %TAG line"),
        ("a: 1\n---\nb: 2\n", "2: A second YAML document begins here"),
        ("a: 1\n...\n---\nb: 2\n", "3: A second YAML document begins here"),
        ("? [a]\n: 1\n", "1: A key is a list or a mapping"),
        ("? {a: 1}\n: 1\n", "1: A key is a list or a mapping"),
        ("a: &x [1]\n*x : 2\n", "A key is a list or a mapping"),
        ("a: *x\n", "1: a: The alias *x has no value"),
        ("a: &x [*x]\n", "1: a[0]: The alias *x is inside the value that it repeats"),
        ("a: &x {b: {c: *x}}\n", "1: a.b.c: The alias *x is inside the value"),
    ],
)
def test_unreadable_yaml_is_refused_with_line_and_remedy(
    text: str, message: str
) -> None:
    assert message in tree_error(text)


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.getcwd []", "!!str 4.0", "!mine x", "! x"]
)
def test_yaml_tag_is_refused(tag: str) -> None:
    faults = Errors()
    parse_tree(f"a: {tag}\n".encode(), faults)
    (error,) = faults.errors
    assert error.path == "a"
    assert "Delete the tag" in error.message


@pytest.mark.parametrize("text", ["a: 1\nb: 2\na: 3\n", '{"a": 1,\n"b": 2, "a": 3}'])
def test_duplicate_key_is_refused_with_both_lines(text: str) -> None:
    faults = Errors()
    parse_tree(text.encode(), faults)
    (error,) = faults.errors
    assert error.line == text[: text.rindex("a")].count("\n") + 1
    assert "the first is on line 1" in error.message


def test_duplicate_keys_are_reported_with_other_errors() -> None:
    text = altered(
        ("code: BRD", "code: BRD\n    code: BRD"),
        ("title: Broadcast interval", "title: Broadcast interval\n  title: Again"),
        ("channel: email", "channel: pigeon"),
    )
    paths = [error.path for error in errors_of(text)]
    assert paths == [
        "documents[0].code",
        "consultation.title",
        "submissions[0].channel",
    ]


@pytest.mark.parametrize(
    ("opening", "closing"), [("[", "]"), ("{a: ", "}"), ("- ", "")]
)
def test_too_deep_nesting_is_refused(opening: str, closing: str) -> None:
    message = tree_error(f"{opening * 50_000}x{closing * 50_000}")
    assert "nested more than 60 deep" in message


def test_too_deep_json_is_refused() -> None:
    assert "nested more than 60 deep" in tree_error(
        '{"a": ' * 100_000 + "1" + "}" * 100_000
    )


def test_exponential_aliases_are_refused() -> None:
    rows = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    for number in range(1, 12):
        repeated = ", ".join([f"*a{number - 1}"] * 10)
        rows.append(f"a{number}: &a{number} [{repeated}]")
    assert "repeats too much" in tree_error("\n".join(rows))


def test_repeated_alias_of_long_text_is_refused() -> None:
    text = f"a: &a {'x' * 10_000}\nb: [{', '.join(['*a'] * 200)}]"
    assert "repeats too much" in tree_error(text)


def test_too_deep_alias_nesting_is_refused() -> None:
    rows = ["a0: &a0 [x]"]
    rows += [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 80)]
    assert "repeats too much" in tree_error("\n".join(rows))


def test_harmless_alias_is_read() -> None:
    text = altered(
        ("concerns: [", "concerns: &c ["),
        ("{key: k2,", "{key: k2, concerns: *c,"),
    )
    comments = read_text(text).file.comments
    assert comments[0].concerns == comments[1].concerns == ("BRD Clause 2.1",)


def test_file_with_too_many_values_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "MAX_VALUES", 50)
    assert "more than 50 values" in tree_error(f"[{'1, ' * 60}1]")


def test_ten_megabyte_text_is_refused() -> None:
    text = altered(("A general remark.", "word " * 2_000_000))
    assert "The text has 9,999,999 characters; the maximum is 200,000." in only_error(
        text
    )
    assert len(only_error(text)) < 200


def test_every_shipped_file_is_read() -> None:
    files = sorted((ROOT / "consultations" / "demo").glob("*.yaml"))
    assert files
    for path in files:
        assert read_file(path.read_bytes()).file.consultation.slug == path.stem


# Arbitrary bytes

_PIECES = st.one_of(
    st.binary(max_size=4),
    st.sampled_from([b"\t", b"\n", b": ", b"- ", b"[", b"}", b'"', b"'", b"#", b"&a "]),
    st.sampled_from(
        [b"*a", b"|", b">", b"? ", b"%", b"!", b"---", b"...", b"null", b"0"]
    ),
    st.sampled_from(
        [b"\xe2\x80\xa8", b"\xc2\x85", b"\xef\xbb\xbf", b"\r", b"\\", b"{}"]
    ),
)


@settings(max_examples=sizes.count(60, whole=200))
@given(st.lists(st.tuples(st.integers(0), st.integers(0, 30), _PIECES), min_size=1))
def test_corrupted_file_is_read_or_refused_without_crash(
    edits: list[tuple[int, int, bytes]],
) -> None:
    data = SMALL.encode()
    for start, length, piece in edits:
        at = start % len(data)
        data = data[:at] + piece + data[at + length :]
    try:
        file = read_file(data).file
    except FileRefused as refused:
        errors = refused.errors
    else:
        assert read_file(write_file(file).encode()).file == file
        return
    assert errors
    assert all(error.line >= 1 and error.message for error in errors)
