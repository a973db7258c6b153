"""Strategies of single values: texts that are hard to write, keys, days and times."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from consultations.documents.rich_text.markup import MarkupError, normalise
from responses.consultation_file.notation.moments import Month

T = TypeVar("T")

AWKWARD = (
    *("Yes", "no", "null", "~", "true", "4.0", "13", "1e3", "0x1F", ".inf", "on"),
    *("2026-01-05", "2026-01-05 16:00", "12:30", "- a", "1. b", "? c", "* d", "& e"),
    *("a: b", "a #b", "#c", "[d]", "{e}", "f,", "| g", "> h", "'i'", '"j"', "%k", "@l"),
    *("`m", "\\n", "é", "😀", "x\u2028y", "a\u00a0b", "\ufeffz", "<Supplier> & <x>"),
    *("---", "...", "!!str x", "<<", "=", "–", "“q”", "£5", "a" * 100, "w " * 70),
    *("first\n\nsecond", "a\n- b\n- c", "1. x\n2. y", "<p>x<br>y</p>", "  spaced  "),
    *("<ul><li><p>a</p><ol start='3'><li>b</li></ol></li></ul>", "[[see: this]]"),
    *("<table><tr><th>H</th></tr><tr><td>v</td></tr></table>", "<p><em>x</em></p>"),
)

typed = st.characters(
    exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
)
"""Any character that a text may hold."""

awkward = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(typed, max_size=12),
    st.lists(st.sampled_from(AWKWARD), min_size=1, max_size=3).map(" ".join),
)
"""Texts that YAML or the markup could take for something else; nothing forbidden."""


def lines(longest: int = 60) -> st.SearchStrategy[str]:
    """Draw one clean line of text that is not blank."""
    return awkward.map(lambda text: " ".join(text.split())[:longest].strip() or "x")


def _markup(text: str) -> str:
    try:
        return normalise(text)
    except MarkupError:
        return ""


full_texts = awkward.map(lambda text: _markup(text) or "<p>x</p>")
texts = st.one_of(st.just(""), full_texts)


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draw what may be left out."""
    return st.one_of(st.just(""), strategy)


def several(strategy: st.SearchStrategy[T], most: int = 3) -> Any:
    """Draw a tuple of a few."""
    return st.lists(strategy, max_size=most).map(tuple)


def some_of(values: Sequence[T]) -> Any:
    """Draw a few different values out of those there are, in any order."""
    if not values:
        return st.just(())
    return st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple)


def named(most: int, longest: int = 40, least: int = 0) -> st.SearchStrategy[list[str]]:
    """Draw different keys."""
    return st.lists(lines(longest), min_size=least, max_size=most, unique=True)


slugs = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=20)
days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
months = days.map(lambda day: Month(day.year, day.month))
instants = st.one_of(
    st.integers(-630_000_000, 3_471_000_000),
    st.sampled_from([1_792_888_200, 1_792_891_800]),  # 01:30 BST, 01:30 GMT
).map(lambda seconds: dt.datetime.fromtimestamp(seconds // 60 * 60, dt.UTC))
"""Minutes from 1950 to 2079, and those of an hour that London's clocks show twice."""
