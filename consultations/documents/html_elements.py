"""Parts of elements of HTML: attributes, escaped text, lines."""

from __future__ import annotations

from html import escape


def attributes(values: dict[str, str]) -> str:
    """Return the attributes that have a value, each with a space before it."""
    return "".join(f' {key}="{escaped(text)}"' for key, text in values.items() if text)


def escaped(text: str) -> str:
    """Return a text for an element or an attribute."""
    return escape(text, quote=True)


def join_lines(*parts: str) -> str:
    """Return the parts that are not empty, a line each."""
    return "\n".join(part for part in parts if part)
