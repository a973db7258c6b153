"""How the letters of a page of a PDF are drawn: their fonts, order and gaps."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Iterator
from typing import Any

FEWEST_STEPS_BACK = 5
SHARE_OF_STEPS_BACK = 0.25
"""Letters drawn one by one are out of order when so many go back on their line."""

FEWEST_PRIVATE = 3
"""Private-use characters of one font from which they are no bullets."""

WIDER_GAP = 1.6
"""A gap between spaced letters that is so much wider than most is between words."""

_SPACED = re.compile(r"(?<!\S)(?:\S{1,2}[ \t]+){5,}\S{1,2}(?!\S)")
_GAP = re.compile(r"[ \t]+")
_SHOWS_ONE = frozenset((b"Tj", b"TJ", b"'"))


class LetterObserver:
    """Observes the letters of a page while pypdf extracts its text."""

    def __init__(self) -> None:
        self._controls: set[str] = set()
        self._private: dict[str, set[str]] = {}
        self._steps = 0
        self._steps_back = 0
        self._at: tuple[float, float] | None = None

    def visit_text(self, text: str, _: Any, __: Any, font: Any, ___: Any) -> None:
        """Take a text with its font: `visitor_text` of pypdf."""
        if not text.strip() or font is None:
            return
        name = font_name(font)
        if any(unicodedata.category(c) == "Cc" and not c.isspace() for c in text):
            self._controls.add(name)
        private = {c for c in text if _is_private(c)}
        if private:
            self._private.setdefault(name, set()).update(private)

    def visit_operand(self, operator: bytes, operands: Any, _: Any, tm: Any) -> None:
        """Take an operator before it is applied: `visitor_operand_before` of pypdf."""
        if operator not in _SHOWS_ONE:
            return
        before, self._at = self._at, None
        if not operands or not _is_one_letter(operands[0]):
            return
        x, y = self._at = (tm[4], tm[5])
        if before is not None and abs(before[1] - y) < 1 and before[0] != x:
            self._steps += 1
            self._steps_back += x < before[0]

    def fonts_without_letters(self) -> Iterator[str]:
        """Yield the fonts whose characters stand for no letters."""
        yield from sorted(self._controls)
        for name, private in sorted(self._private.items()):
            if len(private) >= FEWEST_PRIVATE:
                yield name

    @property
    def is_out_of_order(self) -> bool:
        """True when letters are drawn one by one, and not from left to right."""
        return self._steps_back >= max(
            FEWEST_STEPS_BACK, SHARE_OF_STEPS_BACK * self._steps
        )


def font_name(font: Any) -> str:
    """Return the name of a font as readers know it: without the mark of a subset."""
    name = str(font.get("/BaseFont", font.get("/Name", "/"))).lstrip("/")
    return name.rpartition("+")[2] or "without a name"


def has_spaced_letters(text: str) -> bool:
    """True when a line has letters with spaces between them: `Z o r k`."""
    return bool(_SPACED.search(text))


def join_spaced_letters(text: str) -> str:
    """Return a text with spaced letters joined; wider gaps are between words."""
    return _SPACED.sub(lambda match: _joined(match[0]), text)


def reversed_lines(text: str) -> str:
    """Return a text with the letters of each line in the opposite order."""
    return "\n".join(line[::-1] for line in text.splitlines())


def _joined(spaced: str) -> str:
    usual = statistics.median(len(gap) for gap in _GAP.findall(spaced))
    return _GAP.sub(lambda gap: " " if len(gap[0]) > WIDER_GAP * usual else "", spaced)


def _is_private(character: str) -> bool:
    """True for a private-use character, but not one of a symbol font."""
    return unicodedata.category(character) == "Co" and not (
        "\uf020" <= character <= "\uf0ff"
    )


def _is_one_letter(shown: Any) -> bool:
    if isinstance(shown, list):
        texts = [each for each in shown if isinstance(each, str | bytes)]
        return len(texts) == 1 and _is_one_letter(texts[0])
    return isinstance(shown, str | bytes) and 0 < len(shown) <= 2
