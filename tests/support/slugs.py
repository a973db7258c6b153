"""Renaming as a save does that keeps former web addresses."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import connection, transaction

from consultations.editions.triggers import without_guards
from consultations.models import PublicSlug
from consultations.public_slugs import KINDS, SLUG_FIELDS, Owner, keep_former_slug


@transaction.atomic
def rename(owner: Owner, slug: str, *, by: User | None = None) -> None:
    """Give a row another slug, and claim what it has to."""
    setattr(owner, SLUG_FIELDS[KINDS[type(owner)]], slug)
    keep_former_slug(owner, by=by)
    owner.save()


def claims() -> list[tuple[str, str]]:
    """Return the kind and the slug of every claim, in order."""
    return list(PublicSlug.objects.order_by("pk").values_list("kind", "slug"))


def lose_claims() -> None:
    """Delete every claim, as somebody could who owns the database."""
    with without_guards(connection):
        PublicSlug.objects.all().delete()
