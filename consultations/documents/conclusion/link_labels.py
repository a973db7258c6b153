"""Labels of the links between comments and changes, each of one row only."""

from __future__ import annotations

from collections import Counter

from consultations.documents.conclusion.columns import comment_name
from consultations.documents.conclusion.content import Change, ConclusionContent


def comment_labels(content: ConclusionContent) -> dict[str, str]:
    """Return what links to comments say: `Comment 5 on question 2`."""
    groups = [("", content.comments)]
    groups += [(question.number, question.comments) for question in content.questions]
    return {
        comment.key: _capitalised(comment_name(position, number))
        for number, comments in groups
        for position, comment in enumerate(comments, 1)
    }


def _capitalised(words: str) -> str:
    return words[:1].upper() + words[1:]


def change_reference(content: ConclusionContent, change: Change) -> str:
    """Return what a change is to, with its document if there are several."""
    changed = {each.document for each in content.changes}
    documents = {*content.consulted_on, *changed}
    own = change.reference.casefold().startswith(f"{change.document} ".casefold())
    if len(documents) < 2 or own:
        return change.reference
    return f"{change.document} {change.reference}"


def change_labels(content: ConclusionContent) -> dict[str, str]:
    """Return what links to changes say, each of one change only.

    `S1SR Clause 3.2`; where two changes are to it, `S1SR Clause 3.2, change 4`.
    """
    printed = [change_reference(content, change) for change in content.changes]
    times = Counter(printed)
    return {
        change.key: f"{label}, change {position}" if times[label] > 1 else label
        for position, (change, label) in enumerate(
            zip(content.changes, printed, strict=True), 1
        )
    }
