"""Texts typed into forms and not saved yet: a convenience that nothing depends on."""

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
    """Keep what somebody has typed into a form, in place of what was kept before."""
    typed = {
        name.replace("\0", ""): [value.replace("\0", "") for value in values]
        for name, values in fields.items()
    }
    for name in ("csrfmiddlewaretoken", "about", "idempotency_key"):
        typed.pop(name, None)
    kept, _ = AutosavedForm.objects.update_or_create(
        user=user,
        about=about,
        defaults={"fields": typed, "page": page, "saved_at": at or timezone.now()},
    )
    return kept


def load_draft(
    user: User, about: str, at: dt.datetime | None = None
) -> AutosavedForm | None:
    """Return what somebody typed into a form and has not saved; None for nothing."""
    since = (at or timezone.now()) - DRAFT_LIFETIME
    return AutosavedForm.objects.filter(
        user=user, about=about, saved_at__gt=since
    ).first()


def discard_draft(user: User, about: str) -> None:
    """Forget what was kept of a form, because it is saved or not wanted."""
    AutosavedForm.objects.filter(user=user, about=about).delete()
