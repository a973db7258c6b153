"""What the desk's templates need: where one is, what is wrong in a page of forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import template
from django.forms import BaseForm
from django.template import RequestContext
from django.urls import reverse

from consultations.models import Consultation
from responses.history.audit_trail import label_of

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
"""The rooms of a consultation, by the name of the address of each."""


@register.simple_tag(takes_context=True)
def places(context: RequestContext, consultation: Consultation) -> list[Place]:
    """Return the rooms of a consultation; a template's `place` says where one is."""
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
    return label_of(kind)
