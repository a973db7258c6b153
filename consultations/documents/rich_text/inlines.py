"""Inline content: joining and trimming of runs, parsing of cross-references."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import dropwhile

from consultations.documents.tree import Inline, LineBreak, Link, Reference, Text

REFERENCE_KINDS = ("section", "table", "attachment", "question", "comment", "change")
"""The kinds of cross-references; other double brackets are plain text."""

REFERENCE_PATTERN = re.compile(
    rf"\[\[\s*+({'|'.join(REFERENCE_KINDS)})\s*+:\s*+"
    r"((?:[^\[\]]++|\[[^\[\]]*+\])++)\]\]",
    re.IGNORECASE,
)
"""A reference, its kind in any case; its name can have brackets in it."""

_SPACES = re.compile(r"[ \t\n]+")


@dataclass
class _Part:
    """Text of one style, in pieces that are joined once."""

    bold: bool
    italic: bool
    pieces: list[str]


@dataclass
class _Run:
    """Parts of one link, or outside links where `href` is empty."""

    href: str
    parts: list[_Part]

    @property
    def ends_with_space(self) -> bool:
        return self.parts[-1].pieces[-1].endswith(" ")


_Open = _Run | LineBreak | Reference


def trim_inlines(words: Iterable[Inline]) -> tuple[Inline, ...]:
    """Join runs of one style, drop space at both ends and beside line breaks."""
    runs: list[_Open] = []
    for inline in words:
        match inline:
            case Text():
                _add_text(runs, "", inline)
            case Link(href, parts):
                for part in parts:
                    _add_text(runs, href, part)
            case LineBreak():
                _strip_end(runs)
                runs.append(inline)
            case _:
                runs.append(inline)
    _strip_end(runs)
    while runs and isinstance(runs[-1], LineBreak):
        runs.pop()
        _strip_end(runs)
    kept = dropwhile(lambda run: isinstance(run, LineBreak), runs)
    return parse_references(inline for run in kept for inline in _close(run))


def _add_text(runs: list[_Open], href: str, run: Text) -> None:
    """Add text to the last run, or as a run of its own where link or style differs."""
    last = runs[-1] if runs else LineBreak()
    after_space = isinstance(last, LineBreak) or (
        isinstance(last, _Run) and last.ends_with_space
    )
    text = run.text.lstrip(" ") if after_space else run.text
    if not text:
        return
    if not isinstance(last, _Run) or last.href != href:
        last = _Run(href, [])
        runs.append(last)
    part = last.parts[-1] if last.parts else None
    if part and (part.bold, part.italic) == (run.bold, run.italic):
        part.pieces.append(text)
    else:
        last.parts.append(_Part(run.bold, run.italic, [text]))


def _strip_end(runs: list[_Open]) -> None:
    """Strip trailing space from the last run; remove empty parts and runs."""
    while runs and isinstance(last := runs[-1], _Run) and last.ends_with_space:
        pieces = last.parts[-1].pieces
        pieces[-1] = pieces[-1].rstrip(" ")
        if not pieces[-1]:
            pieces.pop()
        if not pieces:
            last.parts.pop()
        if not last.parts:
            runs.pop()


def _close(run: _Open) -> Iterable[Inline]:
    """Return the inlines of a run."""
    if not isinstance(run, _Run):
        return [run]
    texts = tuple(Text("".join(p.pieces), p.bold, p.italic) for p in run.parts)
    return [Link(run.href, texts)] if run.href else texts


def parse_references(runs: Iterable[Inline]) -> tuple[Inline, ...]:
    """Replace cross-references in the text of runs by Reference inlines."""
    inlines: list[Inline] = []
    for run in runs:
        if not isinstance(run, Text):
            inlines.append(run)
            continue
        end = 0
        for found in REFERENCE_PATTERN.finditer(run.text):
            if found.start() > end:
                inlines.append(
                    Text(run.text[end : found.start()], run.bold, run.italic)
                )
            inlines.append(Reference(_reference_target(found)))
            end = found.end()
        if end < len(run.text):
            inlines.append(Text(run.text[end:], run.bold, run.italic))
    return tuple(inlines)


def _reference_target(found: re.Match[str]) -> str:
    return f"{found[1]}: {found[2].rstrip()}"


def collapse_spaces(text: str) -> str:
    """Return the text with single spaces and none at its ends."""
    return _SPACES.sub(" ", text).strip(" ")
