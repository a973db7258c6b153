"""JSON to a tree with lines.

JSON is YAML, but libyaml refuses a character that is written as two escapes.
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
    """Goes through the tokens once; `wanted` is what may come next."""

    def __init__(self, text: str, builder: Builder) -> None:
        self.text = text
        self.builder = builder
        self.position = 0
        self.line = 1
        self.marks: list[str] = []
        self.wanted = "value"

    def read(self) -> None:
        while True:
            kind, token = self._next()
            if kind == "end":
                if self.wanted != "end":
                    raise self._wrong("The file ends too early")
                return
            if kind == "mark":
                self._mark(token)
            else:
                self._scalar(kind, token)

    def _next(self) -> tuple[str, str]:
        found = _TOKEN.match(self.text, self.position)
        if not found:
            raise self._wrong("This is neither a value nor a bracket")
        kind = str(found.lastgroup)
        start = found.start(kind)
        self.line += self.text.count("\n", self.position, start)
        self.position = found.end()
        return kind, found[kind]

    def _scalar(self, kind: str, token: str) -> None:
        value: Scalar
        if kind == "string":
            try:
                start = self.position - 1
                value, self.position = _DECODER.raw_decode(self.text, start)
            except JSONDecodeError as error:
                raise self._wrong(error.msg) from None
        elif kind == "word":
            value = _WORDS[token]
        else:
            value = (
                float(token) if set(token) & set(".eE") else parse_whole_number(token)
            )
        self._expect("key" if "key" in self.wanted else "value", kind)
        self.builder.scalar(value, self.line)
        self.wanted = ":" if "key" in self.wanted else self._after()

    def _expect(self, place: str, kind: str) -> None:
        if place not in self.wanted or (place == "key" and kind != "string"):
            raise self._wrong(f"A {self.wanted} is expected here")

    def _mark(self, mark: str) -> None:
        match mark:
            case "{" | "[":
                if "value" not in self.wanted:
                    raise self._wrong(f"A {self.wanted} is expected here")
                self.builder.open({} if mark == "{" else [], self.line)
                self.marks.append(mark)
                self.wanted = "key or }" if mark == "{" else "value or ]"
            case "}" | "]":
                if mark not in self.wanted:
                    raise self._wrong(f"A {self.wanted} is expected here")
                self.builder.close()
                self.marks.pop()
                self.wanted = self._after()
            case _:
                if mark not in self.wanted:
                    raise self._wrong(f"A {self.wanted} is expected here")
                in_mapping = mark == "," and self.marks[-1] == "{"
                self.wanted = "key" if in_mapping else "value"

    def _after(self) -> str:
        if not self.marks:
            return "end"
        return ", or }" if self.marks[-1] == "{" else ", or ]"

    def _wrong(self, message: str) -> NotJson:
        return NotJson(f"The file is not JSON here: {message}.", self.line)


__all__ = ["FileRefused", "NotJson", "read_json"]
