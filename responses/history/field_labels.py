"""The labels of fields in histories, where a field's own name is not a label."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Field
from django.utils.text import capfirst

_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "accepted": "Late response",
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
        "done": "Completed on",
        "done_by": "How the commitment was met",
        "due": "Due on",
        "due_is_month": "Show only the month",
        "email": "Email address",
        "fallback_months": "Fallback period (months)",
        "file": "Checksum (SHA-256)",
        "follows": "Earlier consultation",
        "follows_opened": "Opening date of the earlier consultation",
        "follows_title": "Title of the earlier consultation",
        "follows_url": "Web address of the earlier consultation",
        "in_force": "In force from",
        "key": "Reference (advanced)",
        "mailbox": "Email address for responses",
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
        "target": "Target date for designation",
        "target_conclusion": "Target date for the conclusion",
        "until": "New deadline",
        "was": "Earlier deadline",
    }
)


_LABELS_OF_MODELS: Mapping[str, str] = MappingProxyType(
    {
        "answer.text": "Answer",
        "clausechange.clause": "Clause identifier",
        "clausechange.rationale": "Rationale for change",
        "clausechange.reference": "Drafting reference",
        "comment.text": "Published comment",
        "commitment.text": "Commitment",
        "conclusion.columns": "Columns of comment tables",
        "conclusion.date": "Publication date",
        "conclusionattachment.filename": "File",
        "conclusionattachment.kind": "Type",
        "conclusionsection.document": "Document for the clause changes",
        "conclusionsection.kind": "Section type",
        "confirmedfinding.text": "Issue",
        "dccresponse.text": "DCC response",
        "designation.addressee": "Submitted to",
        "designation.designated": "Designated on",
        "designation.outcome": "Decision",
        "designation.submitted": "Submitted on",
        "documentversion.key": "Version",
        "documentversion.label": "Version as printed",
        "glossaryterm.long": "Meaning",
        "glossaryterm.short": "Abbreviation",
        "passage.kind": "Type",
        "question.kind": "Answer type",
        "question.label": "Question number",
        "question.parent": "Level",
        "question.summary": "Summary in the conclusion",
        "question.text": "Question text",
        "regulateddocument.code": "Short name",
        "regulateddocument.kind": "Type",
        "regulateddocument.parent": "Annexed to",
        "regulateddocument.route": "Approval route",
        "remark.anchor": "Link to the section",
        "remark.at": "Date and time",
        "remark.by": "Review remark by",
        "remark.heading": "Section",
        "remark.text": "Review remark",
    }
)
"""The labels of fields whose names have another meaning in another model."""


def field_label(field: Field[Any, Any]) -> str:
    """Return the label of a field, as on the page where the field is edited."""
    label = _LABELS_OF_MODELS.get(f"{field.model._meta.model_name}.{field.name}")
    return label or _LABELS.get(field.name) or capfirst(str(field.verbose_name))
