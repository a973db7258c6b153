"""Parsing YAML into a tree, from parser events: no object is constructed.

libyaml parses YAML 1.1; plain scalars are resolved by YAML 1.2 (scalars.py). The tree
is built without recursion.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from responses.consultation_file.notation.errors import FileRefused, strip_unprintable
from responses.consultation_file.notation.nodes import TOO_DEEP, Builder
from responses.consultation_file.notation.scalars import resolve_plain_scalar

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_REMEDIES = (
    (
        "mapping values are not allowed",
        "Put text with a colon and a space in quotes, or correct the indentation.",
    ),
    (
        "could not find expected ':'",
        "Add a colon after the key, or put text of several lines in quotes.",
    ),
    (
        "did not find expected key",
        (
            "Correct the indentation, or the quotes inside quoted text: write '' in "
            'text in single quotes and \\" in text in double quotes.'
        ),
    ),
    (
        "did not find expected '-' indicator",
        "Begin each list item with “- ”, or correct the indentation.",
    ),
    ("did not find expected ',' or", "Add the missing comma or closing bracket."),
    ("unexpected end of stream", "Close the quoted text."),
    ("unknown escape character", "Write a backslash twice, or use single quotes."),
    ("cannot start any token", "Put text that begins with this character in quotes."),
    ("invalid Unicode character escape", "Write the character itself."),
    ("incompatible YAML document", "Delete the %YAML line."),
    (
        "expected <document start>",
        "Delete the text after the end of the file's mapping.",
    ),
)


def read_yaml(text: str, builder: Builder) -> None:
    """Build the tree of a YAML text, or raise FileRefused."""
    directive = re.search(r"^%TAG", text, re.MULTILINE)
    if directive:
        line = text.count("\n", 0, directive.start()) + 1
        raise builder.refusal(
            line, "Delete the %TAG line; a consultation file has no tags."
        )
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            _handle_event(event, builder)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text, builder) from None
    except yaml.YAMLError as error:
        raise builder.refusal(1, f"The file is not valid YAML: {error}") from None


def _handle_event(event: Any, builder: Builder) -> None:
    line = event.start_mark.line + 1
    if getattr(event, "tag", None) is not None:
        builder.faults.add(
            line,
            builder.path,
            f"Delete the tag {strip_unprintable(event.tag, 60)}; a consultation file "
            "has no tags. Put the value in quotes if it is text.",
        )
    match event:
        case yaml.ScalarEvent():
            plain = event.implicit[0] and event.tag is None
            value = resolve_plain_scalar(event.value) if plain else event.value
            builder.add_scalar(value, line, event.anchor)
        case yaml.AliasEvent():
            builder.add_alias(event.anchor, line)
        case yaml.SequenceStartEvent():
            builder.open_collection([], line).anchor = event.anchor
        case yaml.MappingStartEvent():
            builder.open_collection({}, line).anchor = event.anchor
        case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
            builder.close_collection()
        case yaml.DocumentStartEvent() if builder.root is not None:
            raise builder.refusal(
                line,
                "A second YAML document begins here; a consultation file has one. "
                "Delete the “---”, or move the rest to another file.",
            )


def _syntax_error(
    error: yaml.MarkedYAMLError, text: str, builder: Builder
) -> FileRefused:
    """Return an error with the line and, if known, the remedy."""
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1

    def unreadable(message: str) -> FileRefused:
        builder.faults.add(line, (), message)
        return FileRefused(builder.faults.errors)

    problem = str(error.problem or "the text cannot be read")
    if "maximum nesting depth" in problem:  # PyYAML 6.0.4 has a limit of its own
        return unreadable(TOO_DEEP)
    rows = text.split("\n", line)
    row = rows[line - 1] if mark and line <= len(rows) else ""
    if re.match(r"[ -]*\t", row):
        return unreadable("The line is indented with a tab; use spaces.")
    remedy = next((words for known, words in _REMEDIES if known in problem), "")
    context = f", {error.context}" if error.context else ""
    if error.context_mark and error.context_mark.line + 1 != line:
        context += f" that begins on line {error.context_mark.line + 1}"
    return unreadable(
        f"This line is not valid YAML: {problem}{context}. {remedy}".strip()
    )
