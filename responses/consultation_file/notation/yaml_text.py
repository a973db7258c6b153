"""Writing plain values as YAML text, deterministic and readable.

The text has the same meaning in YAML 1.1 and 1.2: a string that either would read as
another type is quoted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import yaml

from responses.consultation_file.notation.scalars import resolve_plain_scalar

WIDTH = 88
"""Maximum columns of a line, except for words that cannot be broken."""

Value = Any
"""str, Unquoted, int, bool, None, a list of values or a mapping of str to values."""

_SPACES = "\u00a0\u2009\u202f"
_PLAIN_IN_LIST = re.compile(r"[\w .()/&’–—-]+")
_YAML_1_1 = yaml.SafeLoader.yaml_implicit_resolvers


class Unquoted(str):
    """A date or a time, which the file writes without quotes."""

    __slots__ = ()


def yaml_text(value: Mapping[str, Value]) -> str:
    """Return a mapping as YAML in block style."""
    return "".join(f"{line}\n" for line in _mapping(value, ""))


def _mapping(value: Mapping[str, Value], indent: str) -> Iterator[str]:
    for name, inner in value.items():
        yield from _entry(f"{indent}{_scalar(name)}:", inner, f"{indent}  ")


def _entry(lead: str, value: Value, indent: str) -> Iterator[str]:
    """Yield the lines of a key and its value; `indent` is that of lines below."""
    if isinstance(value, Mapping) and value:
        yield lead
        yield from _mapping(value, indent)
    elif isinstance(value, list) and value:
        yield from _list(lead, value, indent)
    elif isinstance(value, str) and _is_block_text(value, len(lead)):
        yield f"{lead} |-"
        yield from (f"{indent}{row}" if row else "" for row in value.split("\n"))
    else:
        yield f"{lead} {_inline(value)}"


def _list(lead: str, values: Sequence[Value], indent: str) -> Iterator[str]:
    if not any(isinstance(value, list | Mapping) for value in values):
        line = f"{lead} [{', '.join(_scalar(v, in_list=True) for v in values)}]"
        if len(line) <= WIDTH:
            yield line
            return
    yield lead
    for value in values:
        yield from _item(value, indent)


def _item(value: Value, indent: str) -> Iterator[str]:
    """Yield the lines of an item; a mapping begins on the line of the dash."""
    if isinstance(value, Mapping) and value:
        first, *rest = _mapping(value, f"{indent}  ")
        yield f"{indent}- {first.removeprefix(f'{indent}  ')}"
        yield from rest
    else:
        yield f"{indent}- {_inline(value)}"


def _inline(value: Value) -> str:
    if isinstance(value, list | Mapping):
        if value:
            raise TypeError("A list cannot be directly inside a list.")
        return "{}" if isinstance(value, Mapping) else "[]"
    return _scalar(value)


def _scalar(value: Value, *, in_list: bool = False) -> str:
    if isinstance(value, Unquoted):
        return str(value)
    if isinstance(value, str):
        return value if _needs_no_quotes(value, in_list=in_list) else quote_text(value)
    return json.dumps(value)


def _is_block_text(text: str, lead: int) -> bool:
    """True for a text of several lines or one that is too long for its line."""
    if isinstance(text, Unquoted) or ("\n" not in text and lead + len(text) < WIDTH):
        return False
    if text[:1].isspace() or text[-1:].isspace():
        return False
    return all(c.isprintable() or c in "\n" + _SPACES for c in text)


def _needs_no_quotes(text: str, *, in_list: bool) -> bool:
    """True for a text that needs no quotes, to any reader of YAML."""
    if not text.isprintable() or text != text.strip():
        return False
    if not (text[:1].isalnum() or text[:1] in ("(", "“", "‘", "£")):
        return False
    if in_list and not _PLAIN_IN_LIST.fullmatch(text):
        return False
    if ": " in text or " #" in text or text.endswith(":"):
        return False
    return isinstance(resolve_plain_scalar(text), str) and not _has_yaml_1_1_meaning(
        text
    )


def _has_yaml_1_1_meaning(text: str) -> bool:
    candidates = _YAML_1_1.get(text[:1], [])
    return any(pattern.match(text) for _tag, pattern in candidates)


def quote_text(text: str) -> str:
    """Return a text in double quotes, with escapes that JSON and YAML share."""
    escaped = json.dumps(text, ensure_ascii=False)
    return "".join(
        c if c.isprintable() or c in _SPACES else _escape(c) for c in escaped
    )


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
