"""Whether two responses to similar comments agree, or refer to each other."""

from __future__ import annotations

from typing import Literal

from responses.models import Comment, DCCResponse
from responses.text_matching.normalisation import fold_text
from responses.text_matching.phrases import to_plain_words, whole_words_pattern
from responses.text_matching.similarity import SIMILAR_THRESHOLD, likeness


def response_difference(
    mine: DCCResponse, other: DCCResponse
) -> Literal["", "disposition", "words"]:
    """Return what two responses differ in; empty where they agree."""
    if mine.disposition and other.disposition and mine.disposition != other.disposition:
        return "disposition"
    if mine.text and other.text and likeness(mine.text, other.text) < SIMILAR_THRESHOLD:
        return "words"
    return ""


def refers_to(response: DCCResponse, comment: Comment) -> bool:
    """True when a response names a comment: `[[comment: k3]]` or `comment k3`."""
    words = fold_text(to_plain_words(response.text))
    if "comment" not in words:
        return False
    sought = whole_words_pattern(f"comment {fold_text(comment.key)}")
    return bool(sought.search(" ".join(words.replace(":", " ").split())))
