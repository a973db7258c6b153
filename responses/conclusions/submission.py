"""Submitting a conclusion for sign-off: its checks and content as an edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.contrib.auth.models import User
from django.utils import timezone

from consultations.documents.conclusion.content import ConclusionContent
from consultations.documents.formats import FORMATS
from consultations.editions import workflow
from consultations.editions.authorship import Authorship
from consultations.models import Conclusion, Edition
from responses.analysis.conclusion_content import conclusion_content
from responses.checks import blocking_findings
from responses.history.authors import count_changes, draft_authorship

READ_ATTEMPTS = 5
"""How often a draft that others are saving is read before submission is refused."""


def submit_draft(
    conclusion: Conclusion,
    *,
    by: User,
    note: str = "",
    correction: str = "",
    formats: Sequence[str] = FORMATS,
    at: dt.datetime | None = None,
) -> Edition:
    """Freeze the conclusion as it is and submit it for sign-off.

    Raises workflow.Refusal with every reason why it cannot be published.
    """
    content, authorship = read_draft(conclusion, correction)
    return workflow.submit_edition(
        conclusion,
        content=content,
        authorship=authorship,
        blockers=blocking_findings(conclusion, correction),
        by=by,
        note=note,
        correction=correction,
        formats=formats,
        at=at,
    )


def read_draft(
    conclusion: Conclusion, correction: str = ""
) -> tuple[ConclusionContent, Authorship]:
    """Return the content of the draft and who wrote it, both of one moment.

    Raise workflow.Refusal where somebody saves the draft at every attempt.
    """
    for _ in range(READ_ATTEMPTS):
        changes, read_at = count_changes(conclusion), timezone.now()
        content = conclusion_content(conclusion, correction)
        texts = workflow.text_hashes(conclusion)
        authorship = draft_authorship(conclusion, read_at=read_at)
        if count_changes(conclusion) == changes:
            return content, replace(authorship, texts=texts)
    raise workflow.Refusal(
        ["The draft was changed during the submission. Submit the conclusion again."]
    )
