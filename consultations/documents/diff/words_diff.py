"""Differences of two sequences of words, tidied as a person would mark them.

The longest common subsequence is found bit-parallel (rapidfuzz), so repeated words cost
no more than different ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel, LCSseq

from consultations.documents.diff.words import Word

MAX_WORD_PAIRS = 600_000_000
"""Most pairs of words compared at once (75 MB); beyond it all words are replaced."""

_SENTENCE_ENDS = (".", ";", ":", "!", "?")


@dataclass(frozen=True, slots=True)
class ChangedRange:
    """Words i0 to i1 of `before` are replaced by words j0 to j1 of `after`."""

    i0: int
    i1: int
    j0: int
    j1: int


@dataclass
class TokenEncoder:
    """Gives every different word a character, for rapidfuzz is quickest on strings."""

    codes: dict[str, str] = field(default_factory=dict)

    def encode(self, keys: Iterable[str]) -> str:
        codes = self.codes
        return "".join(codes.setdefault(key, chr(len(codes))) for key in keys)


def similarity_ratio(before: str, after: str, *, least: float = 0.0) -> float:
    """Return the share of words two spelt texts have in common, in order, 0 to 1.

    Two empty ones are alike. What is below `least` is 0. Of texts too long to compare
    only the ends are.
    """
    if len(before) * len(after) > MAX_WORD_PAIRS:
        found = diff_strings(before, after)
        if len(found) == 1:
            common = len(before) - found[0].i1 + found[0].i0
            return 2 * common / (len(before) + len(after))
    return Indel.normalized_similarity(before, after, score_cutoff=least)


def diff_words(before: Sequence[Word], after: Sequence[Word]) -> list[ChangedRange]:
    """Return what differs, in order, tidied as a person would mark it."""
    alphabet = TokenEncoder()
    old = alphabet.encode(word.key for word in before)
    new = alphabet.encode(word.key for word in after)
    found = diff_strings(old, new)
    for index, change in enumerate(found):
        start = found[index - 1].j1 if index else 0
        end = found[index + 1].j0 if index + 1 < len(found) else len(new)
        found[index] = _shift_to_word_boundary(change, before, after, (start, end))
    return _merge_close_changes(found, before, after)


def diff_strings(old: str, new: str) -> list[ChangedRange]:
    """Return where two spelt texts differ; all but their ends if they are too long."""
    if old == new:
        return []
    head = _common_prefix_length(old, new)
    tail = _common_prefix_length(old[head:][::-1], new[head:][::-1])
    inner_old, inner_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(inner_old) * len(inner_new) > MAX_WORD_PAIRS:
        return [ChangedRange(head, len(old) - tail, head, len(new) - tail)]
    blocks = LCSseq.opcodes(inner_old, inner_new).as_matching_blocks()
    found = []
    i = j = 0
    for block in blocks:
        if i < block.a or j < block.b:
            found.append(
                ChangedRange(head + i, head + block.a, head + j, head + block.b)
            )
        i, j = block.a + block.size, block.b + block.size
    return found


def _common_prefix_length(old: str, new: str) -> int:
    """Return how many characters two strings begin with in common."""
    low, high = 0, min(len(old), len(new))
    while low < high:
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _shift_to_word_boundary(
    change: ChangedRange,
    before: Sequence[Word],
    after: Sequence[Word],
    room: tuple[int, int],
) -> ChangedRange:
    """Return a bare insertion or deletion moved to where a sentence or phrase begins.

    `The X. The [Y. The] Z.` says the same as `The X. [The Y.] The Z.`, less clearly.
    """
    if change.i0 == change.i1:
        shift = _best_shift(after, change.j0, change.j1, room)
    elif change.j0 == change.j1:
        offset = change.i0 - change.j0
        behind = change.i1 - change.j1
        limits = (room[0] + offset, room[1] + behind)
        shift = _best_shift(before, change.i0, change.i1, limits)
    else:
        return change
    return ChangedRange(
        change.i0 + shift, change.i1 + shift, change.j0 + shift, change.j1 + shift
    )


def _best_shift(
    words: Sequence[Word], first: int, end: int, room: tuple[int, int]
) -> int:
    """Return by how much words first to end, alone in `words`, are best moved."""
    low = high = 0
    start, stop = room
    # One word stays kept at an inner edge, so that two changes do not meet.
    start += 1 if start else 0
    stop -= 1 if stop < len(words) else 0
    while (
        first + low > start and words[first + low - 1].key == words[end + low - 1].key
    ):
        low -= 1
    while end + high < stop and words[first + high].key == words[end + high].key:
        high += 1
    if low == high:
        return 0
    return max(
        range(high, low - 1, -1),
        key=lambda by: (
            _boundary_score(words, first + by) + _boundary_score(words, end + by)
        ),
    )


def _boundary_score(words: Sequence[Word], at: int) -> int:
    """Return how well a change begins or ends before the word at this place."""
    if at == 0 or at == len(words) or "\n" in words[at].gap:
        return 5
    last = words[at - 1].text
    if last in _SENTENCE_ENDS and words[at].gap:
        return 4
    if last in (",", ")") or words[at].text == "(":
        return 3
    return 2 if words[at].gap else 0


def _merge_close_changes(
    found: list[ChangedRange], before: Sequence[Word], after: Sequence[Word]
) -> list[ChangedRange]:
    """Return the changes, joined where too little is kept between two of them."""
    joined: list[ChangedRange] = []
    for change in found:
        whole = change
        while joined and _is_too_short_to_keep(joined[-1], whole, before, after):
            last = joined.pop()
            whole = ChangedRange(last.i0, whole.i1, last.j0, whole.j1)
        joined.append(whole)
    return joined


def _is_too_short_to_keep(
    first: ChangedRange,
    second: ChangedRange,
    before: Sequence[Word],
    after: Sequence[Word],
) -> bool:
    """Return whether kept words are less than half of the changes around them."""
    if second.i0 - first.i1 > 2:
        return False
    kept = _length(before[first.i1 : second.i0])
    sizes = (
        max(_length(before[c.i0 : c.i1]), _length(after[c.j0 : c.j1]))
        for c in (first, second)
    )
    return 2 * kept < min(sizes)


def _length(words: Iterable[Word]) -> int:
    return sum(len(word.text) for word in words)
