"""Parsing YAML into a tree, from parser events: no object is constructed.

libyaml parses YAML 1.1; plain scalars are resolved by YAML 1.2 (scalars.py). The tree
is built without recursion.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from responses.consultation_file.notation.errors import FileRefused, strip_unprintable
from responses.consultation_file.notation.nodes import Builder
from responses.consultation_file.notation.scalars import resolve_plain_scalar

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_REMEDIES = (
    (
        "mapping values are not allowed",
        "Put a text that holds a colon and a space in quotes, or mend the indentation.",
    ),
    (
        "could not find expected ':'",
        "A key has no colon after it, or a text of two lines is not in quotes.",
    ),
    (
        "did not find expected key",
        "The indentation does not fit, or quotes inside a quoted text are not doubled.",
    ),
    (
        "did not find expected '-' indicator",
        "A list goes on without “- ”, or the indentation does not fit.",
    ),
    ("did not find expected ',' or", "A comma or a closing bracket is missing."),
    ("unexpected end of stream", "The file ends before the quoted text is closed."),
    ("unknown escape character", "Write a backslash twice, or use single quotes."),
    ("cannot start any token", "Put a text that begins with this character in quotes."),
    ("invalid Unicode character escape", "Write the character itself."),
    ("incompatible YAML document", "Delete the %YAML line."),
    ("expected <document start>", "Text follows after the end of the file's mapping."),
)


def read_yaml(text: str, builder: Builder) -> None:
    """Build the tree of a YAML text, or raise FileRefused."""
    directive = re.search(r"^%TAG", text, re.MULTILINE)
    if directive:
        line = text.count("\n", 0, directive.start()) + 1
        raise builder.refusal(
            line, "A %TAG line stands here; a consultation file has no tags: delete it."
        )
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            _handle_event(event, builder)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text, builder) from None
    except yaml.YAMLError as error:
        raise builder.refusal(1, f"The file is not YAML: {error}") from None


def _handle_event(event: Any, builder: Builder) -> None:
    line = event.start_mark.line + 1
    if getattr(event, "tag", None) is not None:
        builder.faults.add(
            line,
            builder.path,
            f"The tag {strip_unprintable(event.tag, 60)} "
            "stands here; a consultation file has no tags: delete it, "
            "and put the value in quotes if it is text.",
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
                "A second YAML document begins here; a "
                "consultation file holds one: delete the “---”, or "
                "put the rest in a file of its own.",
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

    problem = str(error.problem or "it cannot be read")
    rows = text.split("\n", line)
    row = rows[line - 1] if mark and line <= len(rows) else ""
    if re.match(r"[ -]*\t", row):
        return unreadable("The line is indented with a tab; YAML allows spaces only.")
    remedy = next((words for known, words in _REMEDIES if known in problem), "")
    context = f", {error.context}" if error.context else ""
    if error.context_mark and error.context_mark.line + 1 != line:
        context += f" that begins in line {error.context_mark.line + 1}"
    return unreadable(
        f"The file is not YAML here: {problem}{context}. {remedy}".strip()
    )
