"""The classifications that may be published."""

from __future__ import annotations

from django.conf import settings

from consultations.documents.conclusion.content import ConclusionContent


def public_classifications(publisher: str) -> tuple[str, ...]:
    """Return the classifications that the public may read.

    The setting PUBLIC_CLASSIFICATIONS lists them; without it they are `Public` and
    the publisher's own, such as `DCC Public`.
    """
    listed = tuple(settings.PUBLIC_CLASSIFICATIONS)
    return listed or (f"{publisher} Public", "Public")


def classification_blockers(content: ConclusionContent) -> list[str]:
    """Return why a conclusion's classification prevents its publication."""
    public = public_classifications(content.publisher.short)
    if content.classification.casefold() in {each.casefold() for each in public}:
        return []
    found = (
        f"is classified {content.classification}. Change"
        if content.classification
        else "has no classification. Set"
    )
    return [f"The conclusion {found} the classification to {' or '.join(public)}."]
