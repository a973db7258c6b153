"""The labels of fields in histories, where a field's own name is not a label."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Field
from django.utils.text import capfirst

_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "accepted": "Late response decision",
        "accepted_reason": "Reason for the decision",
        "after": "New text",
        "against": "Compared with",
        "aliases": "Other names",
        "anonymity": "Default attribution",
        "before": "Current text",
        "channel": "Received by",
        "choice": "Option chosen",
        "closes": "Deadline",
        "concerns": "Related clauses",
        "disposition": "Outcome",
        "document_version": "Version",
        "done": "Completed",
        "done_by": "Completed by",
        "fallback_months": "Fallback period (months)",
        "file": "Checksum (SHA-256)",
        "follows": "Earlier consultation",
        "in_force": "In force from",
        "key": "Reference (advanced)",
        "mailbox": "Mailbox for responses",
        "opens_at_time": "Opening time",
        "opens_on": "Opening date",
        "own_initiative": "DCC’s own reason",
        "position": "Order",
        "refers_to": "Related clauses",
        "relation": "Relationship to earlier consultation",
        "replies_to": "Follows an earlier response",
        "represents": "Organisations represented",
        "retired": "Archived",
        "settled_at": "Resolved at",
        "settled_by": "Resolved by",
        "shows_table": "Show table of comments",
        "shows_tally": "Show tally",
        "slug": "Web address",
        "stance": "Position",
        "target": "Target date",
        "target_conclusion": "Target date for the conclusion",
        "until": "New deadline",
        "was": "Earlier deadline",
    }
)


def field_label(field: Field[Any, Any]) -> str:
    """Return the label of a field, as on the page where the field is edited."""
    return _LABELS.get(field.name) or str(capfirst(str(field.verbose_name)))
