"""The words of a text for comparison, each with its style and the space before it.

Signs and white space are separate from words, so that a comma inserted after a word
marks the comma and not the word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from consultations.documents.tree import Inline, LineBreak, Link, Reference, Text

_SIGN = "!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^`{|}~“”‘’–—…«»•·"
# Joined within a word: 12.4, 1,000, example.org, R&D, supplier's, roll-out. A sign
# stands alone or with its like: `...`.
_WORD = re.compile(rf"(\s*)([^\s{_SIGN}]+(?:[.,'’\-‑&@][^\s{_SIGN}]+)*|([^\s])\3*)")
BLANK_CHARACTERS = re.compile(r"[\t\n\r\f\v]")


@dataclass(frozen=True, slots=True)
class TextStyle:
    """The style of words; `address` marks the address of a link, printed after it."""

    bold: bool = False
    italic: bool = False
    linked: bool = False
    address: bool = False


PLAIN_STYLE = TextStyle()
ADDRESS_STYLE = TextStyle(address=True)


class Word(NamedTuple):
    """A word or a sign, its key for comparison, and the space before it.

    A tuple because there are tens of thousands in a text.
    """

    text: str
    key: str
    gap: str = ""
    style: TextStyle = PLAIN_STYLE


@dataclass(frozen=True, slots=True)
class ParagraphWords:
    """The words of a paragraph and the space behind the last one."""

    words: tuple[Word, ...] = ()
    tail: str = ""

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(word.key for word in self.words)


def read_words(inlines: Iterable[Inline]) -> ParagraphWords:
    """Return the words of inlines; a link's address follows its words if it differs."""
    words: list[Word] = []
    gap = ""
    for inline in inlines:
        if isinstance(inline, LineBreak):
            gap += "\n"
        elif isinstance(inline, Reference):
            printed = inline.printed_text
            words.append(Word(printed, f"[[{inline.target}]]", gap))
            gap = ""
        elif isinstance(inline, Link):
            for part in inline.text:
                gap = _append_words(words, part, gap, linked=True)
            if printed := printed_address(inline):
                words.append(Word(printed, inline.href, "", ADDRESS_STYLE))
        else:
            gap = _append_words(words, inline, gap)
    return ParagraphWords(tuple(words), gap)


def line_inlines(text: str) -> tuple[Inline, ...]:
    """Return a plain string as inlines; its line ends are line breaks."""
    inlines: list[Inline] = []
    for part in text.replace("\r\n", "\n").split("\n"):
        inlines += [LineBreak(), Text(part)]
    return tuple(inlines[1:])


def printed_address(link: Link) -> str:
    """Return what to print of an address; nothing if the words of the link are it."""
    words = "".join(part.text for part in link.text)
    return "" if link.href in (words, f"mailto:{words}") else f" ({link.href})"


def _append_words(
    words: list[Word], run: Text, gap: str, *, linked: bool = False
) -> str:
    """Append the words of a run and return the space that is left at its end."""
    text = BLANK_CHARACTERS.sub(" ", run.text)
    style = TextStyle(run.bold, run.italic, linked)
    at = len(words)
    words += [Word(word, word, space, style) for space, word, _ in _WORD.findall(text)]
    if at == len(words):
        return gap + text
    if gap:
        words[at] = words[at]._replace(gap=gap + words[at].gap)
    return text[len(text.rstrip()) :]
