"""The addresses of links, which the reader follows, by their schemes."""

from __future__ import annotations

import re
from urllib.parse import unquote

_FOLLOWED_SCHEMES = frozenset(("http", "https", "mailto", "tel", "file"))
"""Schemes of links that start no other program; `file` only on the reader's disk."""

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST_AND_PORT = re.compile(r"[\w-]+(?:\.[\w-]+)+:\d{1,5}(?:[/?#]|\Z)")
_IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\u200b\u200e\u200f\u202a-\u202e\ufeff]+")

REMOTE = re.compile(
    r"(?:(?!file:|[a-z]:)[a-z][a-z0-9+.-]*:|file:(?://(?!/)|/{4,}|/*\\)|\\\\|//)",
    re.IGNORECASE,
)
"""An address that is on a server or a network share, not on a local disk."""

_SHARE = re.compile(
    r"(?:file:(?://(?!/|localhost/)|/{4,}|/*\\)|\\\\|//[^/]*\\)", re.IGNORECASE
)

_OTHER_PROGRAM = (
    "contains a link to “{target}”, which can start another program. Use an address "
    "that begins with https:, http:, mailto: or tel:."
)
_ON_SHARE = (
    "contains a link to “{target}”, which is on a network share. Use an address that "
    "begins with https:, http:, mailto: or tel:."
)


def scheme_of(address: str) -> str:
    """Return the scheme of an address, in small letters; empty for none.

    The letter of a drive is none, and nor is a host before its port.
    """
    address = _IGNORED.sub("", address)
    match = _SCHEME.match(address)
    if not match or len(match[1]) == 1 or _HOST_AND_PORT.match(address):
        return ""
    return match[1].lower()


def link_problem(address: str) -> str:
    """Return why a link may not be followed; empty when nothing speaks against it."""
    target = _IGNORED.sub("", unquote(address))
    scheme = scheme_of(target)
    if scheme and scheme not in _FOLLOWED_SCHEMES:
        return _OTHER_PROGRAM.format(target=target[:100])
    if _SHARE.match(target):
        return _ON_SHARE.format(target=target[:100])
    return ""
