"""Autosaved forms: unsaved input that is offered again; nothing depends on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
from django.utils import timezone

from responses.models import AutosavedForm

DRAFT_LIFETIME = dt.timedelta(days=30)
"""After this an unsaved text is not offered again."""


def save_draft(
    user: User,
    about: str,
    fields: Mapping[str, Sequence[str]],
    page: str = "",
    at: dt.datetime | None = None,
) -> AutosavedForm:
    """Save the input of a form in place of the draft saved before."""
    typed = {
        name.replace("\0", ""): [value.replace("\0", "") for value in values]
        for name, values in fields.items()
    }
    for name in ("csrfmiddlewaretoken", "about", "idempotency_key"):
        typed.pop(name, None)
    draft, _ = AutosavedForm.objects.update_or_create(
        user=user,
        about=about,
        defaults={"fields": typed, "page": page, "saved_at": at or timezone.now()},
    )
    return draft


def load_draft(
    user: User, about: str, at: dt.datetime | None = None
) -> AutosavedForm | None:
    """Return the unsaved input of a form; None if there is none."""
    since = (at or timezone.now()) - DRAFT_LIFETIME
    return AutosavedForm.objects.filter(
        user=user, about=about, saved_at__gt=since
    ).first()


def discard_draft(user: User, about: str) -> None:
    """Delete the draft of a form, because the form was saved or the draft dismissed."""
    AutosavedForm.objects.filter(user=user, about=about).delete()
