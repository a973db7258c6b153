"""Template filters of comments: numbers, row references, confidential answers."""

from __future__ import annotations

from django import template

from consultations.models import Consultation
from consultations.models.base import Editable
from responses import row_types
from responses.analysis.confidence import given_in_confidence
from responses.comments import numbers
from responses.models import Answer, Comment

register = template.Library()


@register.filter
def row_ref(row: Editable) -> str:
    """Return the row reference of a row, as in addresses: `comment:12`."""
    return row_types.row_ref(row)


@register.filter
def is_confidential(answer: Answer) -> bool:
    """Return whether an answer was given in confidence."""
    return given_in_confidence(answer, answer.submission)


@register.filter
def comment_number(comment: Comment, consultation: Consultation) -> str:
    """Return the number of a comment within its consultation: `Q2.3`."""
    return numbers.comment_numbers(consultation).get(comment.pk, comment.key)
