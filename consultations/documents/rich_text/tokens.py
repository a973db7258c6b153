"""Tokens of HTML: tags, words, comments and declarations, in one linear pass.

Python's own HTMLParser takes quadratic time for unclosed tags and comments, and how it
reads them differs between its releases.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

MAX_ATTRIBUTES = 10
"""Most attributes of a tag; one more is read, so that more can be refused."""


@dataclass(frozen=True)
class StartTag:
    """A start tag; `is_closed` for `<br/>`."""

    name: str
    attributes: tuple[tuple[str, str], ...] = ()
    is_closed: bool = False


@dataclass(frozen=True)
class EndTag:
    """An end tag."""

    name: str


@dataclass(frozen=True)
class Words:
    """Text between tags, its character references replaced."""

    text: str


@dataclass(frozen=True)
class Comment:
    """A comment."""


@dataclass(frozen=True)
class Declaration:
    """A declaration, processing instruction or marked section, without its end."""

    source: str


@dataclass(frozen=True)
class UnclosedToken:
    """A tag or comment that the text ends inside of; always the last token."""

    source: str


Token = StartTag | EndTag | Words | Comment | Declaration | UnclosedToken

_TOKEN_START = re.compile(r"<[a-zA-Z/!?]")

# No alternative can match what another does, and nothing is given back, so that a
# token takes time in proportion to its length. A quotation mark counts after `=` only.
_START_TAG = re.compile(
    r"""<([a-zA-Z][^\s/>]*+)
    ((?: = \s*+ (?: "[^"]*+" | '[^']*+' | (?=[^"'\s]) ) | [^>=] )*+)>""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""([^\s/>][^\s/>=]*+) (?: \s*+ = \s*+ ( "[^"]*+" | '[^']*+' | [^\s]*+ ) )?""",
    re.VERBOSE,
)
_UNQUOTED_END = re.compile(r"=\s*+[^\s\"'][^\s]*\Z")
_END_TAG = re.compile(r"</\s*+([a-zA-Z][^\s/>]*+)[^>]*+>")
_DECLARATION = re.compile(r"<[!?/][^>]*+>")

_LEADING_ZEROS = re.compile(r"&#0++(?=[0-9])")
_BEYOND_UNICODE = re.compile(r"&#[0-9]{8,};?")


def read_tokens(source: str) -> Iterator[Token]:
    """Yield the tokens of a text; a `<` that begins no tag is one of the words."""
    position = 0
    while position < len(source):
        found = _TOKEN_START.search(source, position)
        start = found.start() if found else len(source)
        if start > position:
            yield Words(replace_references(source[position:start]))
        if found is None:
            return
        token, position = _read_token(source, start)
        yield token


def _read_token(source: str, start: int) -> tuple[Token, int]:
    """Return the token at a `<`, and the position after the token."""
    if source.startswith("<!--", start):
        end = source.find("-->", start + 4)
        if end >= 0:
            return Comment(), end + 3
    elif tag := _START_TAG.match(source, start):
        return _start_tag(tag[1], tag[2]), tag.end()
    elif tag := _END_TAG.match(source, start):
        return EndTag(tag[1].lower()), tag.end()
    elif declaration := _DECLARATION.match(source, start):
        return Declaration(declaration[0][:-1]), declaration.end()
    return UnclosedToken(source[start:]), len(source)


def _start_tag(name: str, rest: str) -> StartTag:
    attributes = tuple(
        (found[1].lower(), replace_references(_unquote(found[2] or "")))
        for found in islice(_ATTRIBUTE.finditer(rest), MAX_ATTRIBUTES + 1)
    )
    is_closed = rest.endswith("/") and not _UNQUOTED_END.search(rest)
    return StartTag(name.lower(), attributes, is_closed)


def _unquote(value: str) -> str:
    return value[1:-1] if value[:1] in {'"', "'"} else value


def replace_references(text: str) -> str:
    """Replace the character references of HTML, such as `&amp;`, by characters."""
    if "&#" in text:  # int() refuses numbers of thousands of digits
        text = _LEADING_ZEROS.sub("&#", text)
        text = _BEYOND_UNICODE.sub("\N{REPLACEMENT CHARACTER}", text)
    return html.unescape(text)
