"""Template tags of the workspace: navigation, errors, labels of users and events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import template
from django.forms import BaseForm
from django.template import RequestContext
from django.urls import reverse

from consultations.models import Consultation
from consultations.user_names import exact_name, user_label
from responses.history import audit_trail

register = template.Library()
register.filter("user_label", user_label)
register.filter("exact_name", exact_name)


@dataclass(frozen=True)
class NavigationLink:
    """A link to a page on one consultation; `is_current` for the page shown."""

    label: str
    address: str
    is_current: bool


NAVIGATION = (
    ("consultation", "Overview"),
    ("setup", "Setup"),
    ("received", "Responses"),
    ("comments", "Comments"),
    ("changes", "Clause changes"),
    ("conclusions", "Conclusions"),
    ("after", "Follow-up"),
    ("trail", "Activity log"),
)
"""The pages of a consultation in its navigation, by the name of the address."""


@register.simple_tag(takes_context=True)
def consultation_navigation(
    context: RequestContext, consultation: Consultation
) -> list[NavigationLink]:
    """Return the links to a consultation's pages; `current_page` is the one shown."""
    current = context.get("current_page", "")
    return [
        NavigationLink(
            label,
            reverse(f"responses:{name}", args=[consultation.slug]),
            name == current,
        )
        for name, label in NAVIGATION
    ]


@register.simple_tag
def any_errors(forms: Iterable[BaseForm]) -> bool:
    """Return whether any of the forms has errors; unbound forms have none."""
    return any(bool(form.errors) for form in forms or ())


@register.filter
def event_label(kind: str) -> str:
    """Return the label of a kind of event in the activity log."""
    return audit_trail.event_label(kind)
