"""Addresses and context shared by the pages that set up a consultation."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from consultations.models import Consultation
from consultations.timetable.opening import public_since_sentence


def setup_address(name: str, consultation: Consultation) -> str:
    """Return the address of a page of the set-up."""
    return reverse(f"responses:{name}", args=[consultation.slug])


def setup_context(consultation: Consultation, **more: Any) -> dict[str, Any]:
    """Return the context that the pages share, with the sentence on when it opened."""
    since = public_since_sentence(consultation)
    return {
        "consultation": consultation,
        "current_page": "setup",
        "public_since": since,
        **more,
    }
