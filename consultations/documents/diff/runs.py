"""Comparison of words as runs: kept, deleted or inserted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from consultations.documents.diff.words import (
    ADDRESS_STYLE,
    BLANK_CHARACTERS,
    PLAIN_STYLE,
    ParagraphWords,
    TextStyle,
    Word,
    line_inlines,
    printed_address,
    read_words,
)
from consultations.documents.diff.words_diff import diff_words
from consultations.documents.tree import Inline, LineBreak, Link, Reference

RunKind = Literal["kept", "inserted", "deleted"]


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words of one kind and style; a forced new line is a line end.

    `previous_text` is what a kept cross-reference printed before it was renumbered.
    """

    kind: RunKind
    text: str
    style: TextStyle = PLAIN_STYLE
    previous_text: str = ""


def compare_words(before: ParagraphWords, after: ParagraphWords) -> tuple[Run, ...]:
    """Return the runs that lead from one to the other.

    Without the inserted they are `before`, without the deleted they are `after`.
    """
    runs = _RunCollector()
    i = j = 0
    for change in diff_words(before.words, after.words):
        runs.add_kept(before.words[i : change.i0], after.words[j : change.j0])
        runs.delete(before.words[change.i0 : change.i1])
        runs.insert(after.words[change.j0 : change.j1])
        i, j = change.i1, change.j1
    runs.add_kept(before.words[i:], after.words[j:])
    runs.add_space(before.tail, after.tail)
    runs.flush()
    return runs.finish()


def compare_lines(before: str, after: str) -> tuple[Run, ...]:
    """Return the runs that lead from one plain string to the other."""
    return compare_words(
        read_words(line_inlines(before)), read_words(line_inlines(after))
    )


def uniform_runs(inlines: Iterable[Inline], kind: RunKind) -> tuple[Run, ...]:
    """Return inlines as runs of one kind."""
    runs = _RunCollector()
    for inline in inlines:
        if isinstance(inline, LineBreak):
            runs.add(kind, "\n")
        elif isinstance(inline, Reference):
            runs.add(kind, inline.printed_text)
        elif isinstance(inline, Link):
            for part in inline.text:
                text = BLANK_CHARACTERS.sub(" ", part.text)
                runs.add(kind, text, TextStyle(part.bold, part.italic, True))
            runs.add(kind, printed_address(inline), ADDRESS_STYLE)
        else:
            text = BLANK_CHARACTERS.sub(" ", inline.text)
            runs.add(kind, text, TextStyle(inline.bold, inline.italic))
    return runs.finish()


def _group_by_style(words: Iterable[Word]) -> list[tuple[str, TextStyle]]:
    """Return neighbouring words of one style as one text; space between is plain."""
    pieces: list[tuple[str, TextStyle]] = []
    texts: list[str] = []
    last = PLAIN_STYLE
    for word in words:
        if word.style is not last and word.style != last:
            pieces.append(("".join(texts), last))
            pieces.append((word.gap, PLAIN_STYLE))
            texts, last = [word.text], word.style
        else:
            texts += (word.gap, word.text)
    return [*pieces, ("".join(texts), last)]


@dataclass
class _RunCollector:
    """Collects runs; deletions and insertions at one place are flushed together.

    `pieces` are the text of the last run, which is joined once, when it ends.
    """

    runs: list[Run] = field(default_factory=list)
    kind: RunKind = "kept"
    style: TextStyle = PLAIN_STYLE
    pieces: list[str] = field(default_factory=list)
    deleted: list[Word] = field(default_factory=list)
    inserted: list[Word] = field(default_factory=list)

    def add(
        self,
        kind: RunKind,
        text: str,
        style: TextStyle = PLAIN_STYLE,
        previous_text: str = "",
    ) -> None:
        if not text:
            return
        if previous_text:
            self._end_run()
            self.runs.append(Run(kind, text, style, previous_text))
            return
        if (self.kind, self.style) != (kind, style):
            self._end_run()
            self.kind, self.style = kind, style
        self.pieces.append(text)

    def _end_run(self) -> None:
        if self.pieces:
            self.runs.append(Run(self.kind, "".join(self.pieces), self.style))
            self.pieces = []

    def finish(self) -> tuple[Run, ...]:
        """End the last run and return all."""
        self._end_run()
        return tuple(self.runs)

    def delete(self, words: Iterable[Word]) -> None:
        self.deleted.extend(words)

    def insert(self, words: Iterable[Word]) -> None:
        self.inserted.extend(words)

    def add_kept(self, before: Sequence[Word], after: Sequence[Word]) -> None:
        """Add words that are equal on both sides, except for their style."""
        last = PLAIN_STYLE
        held: list[str] = []
        for old, new in zip(before, after, strict=True):
            if old.style != new.style:
                self._add_held(held, last)
                self.deleted.append(old)
                self.inserted.append(new)
                continue
            plain = not self.deleted and not self.inserted and old.gap == new.gap
            if held and plain and old.text == new.text and new.style == last:
                held.append(new.gap + new.text)
                continue
            self._add_held(held, last)
            self.add_space(old.gap, new.gap)
            if old.text == new.text:
                held, last = [new.text], new.style
            else:
                self.flush()
                self.add("kept", new.text, new.style, previous_text=old.text)
        self._add_held(held, last)

    def _add_held(self, held: list[str], style: TextStyle) -> None:
        self.add("kept", "".join(held), style)
        held.clear()

    def add_space(self, before: str, after: str) -> None:
        """Flush the changes so far and add the space after them."""
        if before == after:
            self.flush()
            self.add("kept", after)
            return
        self.deleted.append(Word("", "", before))
        self.inserted.append(Word("", "", after))
        self.flush()

    def flush(self) -> None:
        """Add the deletions, then the insertions; keep a space that both begin with."""
        if not self.deleted and not self.inserted:
            return
        gap = self.deleted[0].gap if self.deleted else ""
        if gap and self.inserted and self.inserted[0].gap == gap:
            self.add("kept", gap)
            self.deleted[0] = self.deleted[0]._replace(gap="")
            self.inserted[0] = self.inserted[0]._replace(gap="")
        for text, style in _group_by_style(self.deleted):
            self.add("deleted", text, style)
        for text, style in _group_by_style(self.inserted):
            self.add("inserted", text, style)
        self.deleted, self.inserted = [], []
