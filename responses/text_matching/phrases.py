"""Words as the checks compare them, and where phrases stand whole; no ORM."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

_RUN = re.compile(r"[^\W_]+")
_HREF = re.compile(r'href="([^"]*)"')
_WITHIN_WORDS = re.compile(r"</?(?:strong|em|a)\b[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")


def to_plain_words(text: str) -> str:
    """Return markup or plain text as words; the addresses of its links are kept."""
    if "<" not in text and "&" not in text:
        return " ".join(text.split())
    hrefs = " ".join(_HREF.findall(text))
    words = _TAG.sub(" ", _WITHIN_WORDS.sub("", text))
    return " ".join(html.unescape(f"{words} {hrefs}").split())


class _Unseen(dict[int, int | None]):
    """A table for str.translate that takes format characters out."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code)) == "Cf" else code
        self[code] = kept
        return kept


_UNSEEN = _Unseen()


def fold_words(words: str) -> str:
    """Return words as they are compared: compatibility forms, no case, nothing unseen.

    Format characters (soft hyphens, zero-width spaces) go, so that a name broken by
    one is still that name.
    """
    if words.isascii():
        return words.lower()
    seen = unicodedata.normalize("NFKC", words).translate(_UNSEEN)
    return unicodedata.normalize("NFC", seen.casefold())


def whole_words_pattern(words: str) -> re.Pattern[str]:
    """Match words whole; an underscore parts words, as in the name of a file."""
    body = r"[\s_]+".join(re.escape(word) for word in words.split())
    return re.compile(rf"(?<![^\W_]){body}(?![^\W_])")


def occurs_in(phrases: Iterable[str], texts: Sequence[str]) -> dict[str, list[int]]:
    """Return for each phrase the places of the texts that hold it whole.

    One pass over the texts, however many phrases there are: a phrase is only looked
    for where its first two runs of letters or digits stand side by side.
    """
    sought = {phrase: tuple(_RUN.findall(phrase)) for phrase in phrases}
    candidates = _beginning({runs[:2] for runs in sought.values()}, texts)
    found: dict[str, list[int]] = {}
    for phrase, runs in sought.items():
        places = candidates[runs[:2]] if runs else list(range(len(texts)))
        for run in runs[2:]:
            places = [place for place in places if run in texts[place]]
        if places:
            pattern = whole_words_pattern(phrase)
            places = [place for place in places if pattern.search(texts[place])]
        found[phrase] = places
    return found


def _beginning(
    starts: set[tuple[str, ...]], texts: Sequence[str]
) -> dict[tuple[str, ...], list[int]]:
    """Return the places of the texts in which each start stands, one run or two."""
    firsts = {start[0] for start in starts if start}
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, text in enumerate(texts) if firsts else ():
        runs = _RUN.findall(text)
        if firsts.isdisjoint(runs):
            continue
        ones = ((run,) for run in runs)
        for start in starts.intersection([*ones, *pairwise(runs)]):
            found[start].append(place)
    return found
