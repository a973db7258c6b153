"""Template tags of the desk: navigation, errors of forms, labels of events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import template
from django.forms import BaseForm
from django.template import RequestContext
from django.urls import reverse

from consultations.models import Consultation
from responses.history import audit_trail

register = template.Library()


@dataclass(frozen=True)
class Place:
    """A page of the desk on one consultation; `is_here` for the one shown."""

    label: str
    address: str
    is_here: bool


PLACES = (
    ("consultation", "Overview"),
    ("setup", "Set up"),
    ("received", "Responses"),
    ("comments", "Comments"),
    ("changes", "Changes"),
    ("conclusions", "Conclusions"),
    ("after", "Afterwards"),
    ("trail", "Trail"),
)
"""The pages of a consultation in its navigation, by the name of the address."""


@register.simple_tag(takes_context=True)
def places(context: RequestContext, consultation: Consultation) -> list[Place]:
    """Return the navigation of a consultation; the context's `place` is the page."""
    here = context.get("place", "")
    return [
        Place(
            label, reverse(f"responses:{name}", args=[consultation.slug]), name == here
        )
        for name, label in PLACES
    ]


@register.simple_tag
def any_errors(forms: Iterable[BaseForm]) -> bool:
    """Return whether a page of forms has errors; unbound forms have none."""
    return any(bool(form.errors) for form in forms or ())


@register.filter
def event_label(kind: str) -> str:
    """Return what a kind of event in the trail is called."""
    return audit_trail.event_label(kind)
