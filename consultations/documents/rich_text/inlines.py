"""Inline content: joining and trimming of runs, parsing of cross-references."""

from __future__ import annotations

import re
from collections.abc import Iterable

from consultations.documents.tree import Inline, LineBreak, Link, Reference, Text

REFERENCE_KINDS = ("section", "table", "attachment", "question", "comment", "change")
"""The kinds of cross-references; other double brackets are plain text."""

REFERENCE_PATTERN = re.compile(
    rf"\[\[\s*({'|'.join(REFERENCE_KINDS)})\s*:\s*([^\[\]]+?)\s*\]\]"
)
_SPACES = re.compile(r"[ \t\n]+")


def trim_inlines(words: list[Inline]) -> tuple[Inline, ...]:
    """Join runs of one style, drop space at both ends and beside line breaks."""
    runs: list[Inline] = []
    for inline in words:
        if isinstance(inline, Text):
            _add_text(runs, inline)
        elif isinstance(inline, Link):
            _add_link(runs, inline)
        else:
            if isinstance(inline, LineBreak):
                _strip_end(runs)
            runs.append(inline)
    _strip_end(runs)
    while runs and isinstance(runs[-1], LineBreak):
        runs.pop()
        _strip_end(runs)
    while runs and isinstance(runs[0], LineBreak):
        runs.pop(0)
    return parse_references(runs)


def _add_text(runs: list[Inline], run: Text) -> None:
    last = runs[-1] if runs else None
    starts_line = last is None or isinstance(last, LineBreak)
    text = run.text.lstrip(" ") if starts_line or _ends_with_space(last) else run.text
    if not text:
        return
    if isinstance(last, Text) and (last.bold, last.italic) == (run.bold, run.italic):
        runs[-1] = Text(last.text + text, last.bold, last.italic)
    else:
        runs.append(Text(text, run.bold, run.italic))


def _add_link(runs: list[Inline], link: Link) -> None:
    last = runs[-1] if runs else None
    parts = link.text
    if last is None or isinstance(last, LineBreak) or _ends_with_space(last):
        first = parts[0]
        text = first.text.lstrip(" ")
        if not text:
            return
        parts = (Text(text, first.bold, first.italic), *parts[1:])
    if isinstance(last, Link) and last.href == link.href:
        runs[-1] = Link(last.href, _merge_runs(last.text + parts))
    else:
        runs.append(Link(link.href, parts))


def _merge_runs(parts: tuple[Text, ...]) -> tuple[Text, ...]:
    joined: list[Text] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last and (last.bold, last.italic) == (part.bold, part.italic):
            joined[-1] = Text(
                _SPACES.sub(" ", last.text + part.text), last.bold, last.italic
            )
        else:
            joined.append(part)
    return tuple(joined)


def _ends_with_space(inline: Inline | None) -> bool:
    if isinstance(inline, Link):
        return inline.text[-1].text.endswith(" ")
    return isinstance(inline, Text) and inline.text.endswith(" ")


def _strip_end(runs: list[Inline]) -> None:
    """Strip trailing space from the last run; remove empty runs."""
    while runs and isinstance(runs[-1], Text | Link) and _ends_with_space(runs[-1]):
        last = runs.pop()
        if isinstance(last, Text):
            if last.text.strip(" "):
                runs.append(Text(last.text.rstrip(" "), last.bold, last.italic))
        elif isinstance(last, Link):
            tail = last.text[-1]
            head = last.text[:-1]
            kept = tail.text.rstrip(" ")
            parts = (*head, Text(kept, tail.bold, tail.italic)) if kept else head
            if parts:
                runs.append(Link(last.href, parts))


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
    return f"{found[1]}: {found[2]}"


def collapse_spaces(text: str) -> str:
    """Return the text with single spaces and none at its ends."""
    return _SPACES.sub(" ", text).strip(" ")
