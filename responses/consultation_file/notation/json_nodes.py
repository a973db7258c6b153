"""Parsing JSON into a tree of nodes with lines.

JSON is YAML, but libyaml refuses surrogate pairs of escapes.
"""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder

from responses.consultation_file.notation.errors import FileRefused
from responses.consultation_file.notation.nodes import Builder, Scalar
from responses.consultation_file.notation.scalars import parse_whole_number

_TOKEN = re.compile(
    r"[ \t\n\r]*(?:(?P<mark>[\[\]{}:,])|(?P<string>\")"
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<word>true|false|null)(?![a-zA-Z])|(?P<end>\Z))"
)
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}
_DECODER = JSONDecoder()


class NotJson(ValueError):
    """The text is not JSON; it may still be YAML."""

    def __init__(self, message: str, line: int) -> None:
        self.message = message
        self.line = line
        super().__init__(message)


def read_json(text: str, builder: Builder) -> None:
    """Build the tree of a JSON text; raise NotJson, or FileRefused for limits."""
    _Reader(text, builder).read()


class _Reader:
    """Reads the tokens in one pass; `expected` says which may come next."""

    def __init__(self, text: str, builder: Builder) -> None:
        self.text = text
        self.builder = builder
        self.position = 0
        self.line = 1
        self.marks: list[str] = []
        self.expected = "value"

    def read(self) -> None:
        while True:
            kind, token = self._next_token()
            if kind == "end":
                if self.expected != "end":
                    raise self._syntax_error("the file ends too early")
                return
            if kind == "mark":
                self._read_mark(token)
            else:
                self._read_scalar(kind, token)

    def _next_token(self) -> tuple[str, str]:
        found = _TOKEN.match(self.text, self.position)
        if not found:
            raise self._syntax_error("expected a value or a bracket here")
        kind = str(found.lastgroup)
        start = found.start(kind)
        self.line += self.text.count("\n", self.position, start)
        self.position = found.end()
        return kind, found[kind]

    def _read_scalar(self, kind: str, token: str) -> None:
        value: Scalar
        if kind == "string":
            try:
                start = self.position - 1
                value, self.position = _DECODER.raw_decode(self.text, start)
            except JSONDecodeError as error:
                message = error.msg[:1].lower() + error.msg[1:]
                raise self._syntax_error(message) from None
        elif kind == "word":
            value = _WORDS[token]
        else:
            value = (
                float(token) if set(token) & set(".eE") else parse_whole_number(token)
            )
        self._expect("key" if "key" in self.expected else "value", kind)
        self.builder.add_scalar(value, self.line)
        self.expected = ":" if "key" in self.expected else self._expected_after_value()

    def _expect(self, place: str, kind: str) -> None:
        if place not in self.expected or (place == "key" and kind != "string"):
            raise self._unexpected()

    def _read_mark(self, mark: str) -> None:
        match mark:
            case "{" | "[":
                if "value" not in self.expected:
                    raise self._unexpected()
                self.builder.open_collection({} if mark == "{" else [], self.line)
                self.marks.append(mark)
                self.expected = "key or }" if mark == "{" else "value or ]"
            case "}" | "]":
                if mark not in self.expected:
                    raise self._unexpected()
                self.builder.close_collection()
                self.marks.pop()
                self.expected = self._expected_after_value()
            case _:
                if mark not in self.expected:
                    raise self._unexpected()
                in_mapping = mark == "," and self.marks[-1] == "{"
                self.expected = "key" if in_mapping else "value"

    def _expected_after_value(self) -> str:
        if not self.marks:
            return "end"
        return ", or }" if self.marks[-1] == "{" else ", or ]"

    def _unexpected(self) -> NotJson:
        expected = "the end of the file" if self.expected == "end" else self.expected
        return self._syntax_error(f"expected {expected} here")

    def _syntax_error(self, message: str) -> NotJson:
        return NotJson(f"This line is not valid JSON: {message}.", self.line)


__all__ = ["FileRefused", "NotJson", "read_json"]
