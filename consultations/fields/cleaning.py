"""Cleaning of texts: from forms, from files and on saving."""

from __future__ import annotations

from functools import lru_cache

from django.core.exceptions import ValidationError

from consultations.documents.rich_text.characters import forbidden_character_message
from consultations.documents.rich_text.markup import MarkupError, normalise


def clean_line(value: str) -> str:
    """Return one line of text with single spaces; refuse control characters.

    Raise ValidationError with a sentence for what is refused.
    """
    problem = forbidden_character_message(value)
    if problem:
        raise ValidationError(problem, code="control_character")
    return " ".join(value.split())


@lru_cache(1024)
def clean_markup(value: str) -> str:
    """Return canonical restricted HTML; refuse what is not on the allow-list.

    Raise ValidationError with a sentence for what is refused.
    """
    try:
        return normalise(value)
    except MarkupError as error:
        raise ValidationError(list(error.problems), code="markup") from error
