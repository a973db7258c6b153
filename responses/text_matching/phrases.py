"""Words of markup as the checks compare them, and phrases in texts; no ORM."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

_HREF = re.compile(r'href="([^"]*)"')
_WITHIN_WORDS = re.compile(r"</?(?:strong|em|a)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")


def to_plain_words(text: str) -> str:
    """Return markup or plain text as words, with the addresses of its links."""
    if "<" not in text and "&" not in text:
        return " ".join(text.split())
    hrefs = " ".join(unquote(html.unescape(href)) for href in _HREF.findall(text))
    words = html.unescape(_TAG.sub(" ", _WITHIN_WORDS.sub("", text)))
    return " ".join(f"{words} {hrefs}".split())


def whole_words_pattern(words: str) -> re.Pattern[str]:
    """Return a pattern of whole words; an underscore separates words, as in files."""
    body = r"[\s_]+".join(re.escape(word) for word in words.split())
    return re.compile(rf"(?<![^\W_]){body}(?![^\W_])")
