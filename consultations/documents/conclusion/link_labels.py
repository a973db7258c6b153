"""Labels of the links between comments and changes, each of one row only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

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


def change_labels(changes: Sequence[Change]) -> dict[str, str]:
    """Return what links to changes say: the reference, and more where it is repeated.

    `Clause 3.2`; where two documents have that clause, `S1SR Clause 3.2`; where two
    changes are to it, `S1SR Clause 3.2, change 4`.
    """
    references = Counter(change.reference for change in changes)
    full = Counter((change.document, change.reference) for change in changes)
    labels = {}
    for position, change in enumerate(changes, 1):
        label = change.reference
        if references[label] > 1:
            label = f"{change.document} {label}".strip()
        if full[change.document, change.reference] > 1:
            label = f"{label}, change {position}"
        labels[change.key] = label
    return labels
