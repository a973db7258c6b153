"""Cleaning of texts: from forms, from files and on saving."""

from __future__ import annotations

from collections import deque
from functools import lru_cache

from django.core.exceptions import ValidationError

from consultations.documents.rich_text.characters import forbidden_character_message
from consultations.documents.rich_text.markup import (
    MAX_TEXT_LENGTH,
    MarkupError,
    normalise,
)


def clean_line(value: str) -> str:
    """Return one line of text with single spaces; refuse control characters.

    Raise ValidationError with a sentence for what is refused.
    """
    problem = forbidden_character_message(value)
    if problem:
        raise ValidationError(problem, code="control_character")
    return " ".join(value.split())


def clean_markup(value: str, max_length: int = MAX_TEXT_LENGTH) -> str:
    """Return canonical restricted HTML; refuse what is not on the allow-list.

    Raise ValidationError with a sentence for what is refused.
    """
    markup, problems = _normalise_once(value, max_length)
    if problems:
        raise ValidationError(list(problems), code="markup")
    return markup


@lru_cache(128)
def _normalise_once(value: str, max_length: int) -> tuple[str, tuple[str, ...]]:
    """Return canonical HTML, or the problems of a text that is refused.

    One request cleans the same text many times: to compare it with the stored one, to
    validate and to save it. Both outcomes are remembered, so that it is read once, and
    so is the canonical text, which stays as it is.
    """
    if (value, max_length) in _CANONICAL:
        return value, ()
    try:
        markup = normalise(value, max_length)
    except MarkupError as error:
        return "", error.problems
    _CANONICAL.append((markup, max_length))
    return markup, ()


_CANONICAL: deque[tuple[str, int]] = deque(maxlen=32)
"""The texts that were made canonical last, with the length that was allowed."""
