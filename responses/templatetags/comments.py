"""Template filters of comments: row references and confidential answers."""

from __future__ import annotations

from django import template

from consultations.models.base import Editable
from responses import row_types
from responses.comments import work
from responses.models import Answer

register = template.Library()


@register.filter
def row_ref(row: Editable) -> str:
    """Return the row reference of a row, as in addresses: `comment:12`."""
    return row_types.row_ref(row)


@register.filter
def is_confidential(answer: Answer) -> bool:
    """Return whether an answer was given in confidence."""
    return work.has_confidential_answer(answer)
