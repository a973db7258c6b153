"""Words as the checks compare them, and finding phrases in texts; no ORM."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

_WORD = re.compile(r"[^\W_]+")
_HREF = re.compile(r'href="([^"]*)"')
_WITHIN_WORDS = re.compile(r"</?(?:strong|em|a)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")


def to_plain_words(text: str) -> str:
    """Return markup or plain text as words, with the addresses of its links."""
    if "<" not in text and "&" not in text:
        return " ".join(text.split())
    hrefs = " ".join(_HREF.findall(text))
    words = _TAG.sub(" ", _WITHIN_WORDS.sub("", text))
    return " ".join(html.unescape(f"{words} {hrefs}").split())


class _FormatCharacters(dict[int, int | None]):
    """A table for str.translate that removes format characters."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code)) == "Cf" else code
        self[code] = kept
        return kept


_FORMAT_CHARACTERS = _FormatCharacters()


def fold_words(words: str) -> str:
    """Return words normalised for comparison: NFKC, casefold, no format characters.

    Format characters (soft hyphens, zero-width spaces) are removed, so that a name
    with one of them is still found.
    """
    if words.isascii():
        return words.lower()
    visible = unicodedata.normalize("NFKC", words).translate(_FORMAT_CHARACTERS)
    return unicodedata.normalize("NFC", visible.casefold())


def whole_words_pattern(words: str) -> re.Pattern[str]:
    """Return a pattern of whole words; an underscore separates words, as in files."""
    body = r"[\s_]+".join(re.escape(word) for word in words.split())
    return re.compile(rf"(?<![^\W_]){body}(?![^\W_])")


def find_phrases(phrases: Iterable[str], texts: Sequence[str]) -> dict[str, list[int]]:
    """Return for each phrase the indexes of the texts that contain it.

    There is one pass over the texts, however many phrases there are: a phrase is
    searched only where its first two words are adjacent.
    """
    words_of_phrase = {phrase: tuple(_WORD.findall(phrase)) for phrase in phrases}
    candidates = _texts_with_starts(
        {words[:2] for words in words_of_phrase.values()}, texts
    )
    found: dict[str, list[int]] = {}
    for phrase, words in words_of_phrase.items():
        places = candidates[words[:2]] if words else list(range(len(texts)))
        for word in words[2:]:
            places = [place for place in places if word in texts[place]]
        if places:
            pattern = whole_words_pattern(phrase)
            places = [place for place in places if pattern.search(texts[place])]
        found[phrase] = places
    return found


def _texts_with_starts(
    starts: set[tuple[str, ...]], texts: Sequence[str]
) -> dict[tuple[str, ...], list[int]]:
    """Return the indexes of the texts with each start, which is one word or two."""
    firsts = {start[0] for start in starts if start}
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, text in enumerate(texts) if firsts else ():
        words = _WORD.findall(text)
        if firsts.isdisjoint(words):
            continue
        single_words = ((word,) for word in words)
        for start in starts.intersection([*single_words, *pairwise(words)]):
            found[start].append(place)
    return found
