"""Submitting a conclusion for sign-off: its checks and content as an edition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.contrib.auth.models import User

from consultations.documents.formats import FORMATS
from consultations.editions import workflow
from consultations.models import Conclusion, Edition
from responses.analysis.conclusion_content import conclusion_content
from responses.checks import blocking_findings


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
    return workflow.submit_edition(
        conclusion,
        content=conclusion_content(conclusion, correction),
        blockers=blocking_findings(conclusion),
        by=by,
        note=note,
        correction=correction,
        formats=formats,
        at=at,
    )
