"""Permanent web addresses: the slug of what is or was public never changes hands.

A slug is claimed when its owner becomes public, or when the opening is set that makes
its owner public. A renamed owner keeps its former slugs, which redirect. The slug of a
document is its code. The database enforces the same rules (editions/guards/slugs.py).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import pairwise

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from consultations.audit import trail
from consultations.audit.history import save_all
from consultations.models import (
    Conclusion,
    Consultation,
    ConsultationDocument,
    ConsultationEdition,
    ConsultationEditionDocument,
    ConsultationEditionText,
    DocumentVersion,
    Edition,
    EditionDocument,
    EditionText,
    PublicSlug,
    RegulatedDocument,
    VersionRelease,
)
from consultations.models.base import Editable

Owner = Consultation | Conclusion | RegulatedDocument
Kind = PublicSlug.Kind

KINDS: dict[type[Editable], Kind] = {
    Consultation: Kind.CONSULTATION,
    Conclusion: Kind.CONCLUSION,
    RegulatedDocument: Kind.DOCUMENT,
}

SLUG_FIELDS = {Kind.CONSULTATION: "slug", Kind.CONCLUSION: "slug"} | {
    Kind.DOCUMENT: "code"
}


def slug_of(owner: Owner) -> str:
    """Return the present slug."""
    return str(getattr(owner, SLUG_FIELDS[KINDS[type(owner)]]))


# --- claiming -----------------------------------------------------------------------


def claim_slugs(owners: Iterable[Owner], *, at: dt.datetime | None = None) -> None:
    """Claim the present slug of each owner, where it has not claimed it yet."""
    for owner in owners:
        _claim(owner, slug_of(owner), at or timezone.now())


def _claim(owner: Owner, slug: str, at: dt.datetime) -> None:
    """Claim a slug; raise IntegrityError where something else has it."""
    kind = KINDS[type(owner)]
    row, _ = PublicSlug.objects.get_or_create(
        kind=kind, slug=slug, defaults={kind.value: owner, "claimed_at": at}
    )
    if row.owner != owner:
        raise IntegrityError(claimed_sentence(slug, row.owner))


@transaction.atomic
def claim_slugs_of_opening(
    consultation: Consultation, *, at: dt.datetime | None = None
) -> None:
    """Claim the slugs that the opening of a consultation makes public, if it is set."""
    if consultation.opens_on is None:
        return
    documents = RegulatedDocument.objects.filter(
        Q(pk__in=consultation.document_links.values("document"))
        | Q(pk__in=consultation.versions_public_from_opening.values("document"))
    )
    claim_slugs([consultation, *documents], at=at)


@transaction.atomic
def claim_slugs_of_edition(edition: Edition, *, at: dt.datetime | None = None) -> None:
    """Claim the slugs of the conclusion and of the documents that an edition names."""
    documents = RegulatedDocument.objects.filter(
        Q(pk__in=edition.documents.values("document"))
        | Q(pk__in=edition.texts.values("document_version__document"))
    )
    claim_slugs([edition.conclusion, *documents], at=at)


@transaction.atomic
def claim_slugs_of_consultation(
    edition: ConsultationEdition, *, at: dt.datetime | None = None
) -> None:
    """Claim the slugs of a consultation and of the documents that an edition names."""
    documents = RegulatedDocument.objects.filter(
        Q(pk__in=edition.documents.values("document"))
        | Q(pk__in=edition.texts.values("document_version__document"))
    )
    claim_slugs([edition.consultation, *documents], at=at)


def release_slugs(consultation: Consultation) -> None:
    """Release the slugs of a consultation whose opening was cancelled.

    The slugs of one that was public at any time remain claimed.
    """
    if not was_ever_public(consultation):
        for row in PublicSlug.objects.filter(consultation=consultation):
            row.delete()


def was_ever_public(consultation: Consultation) -> bool:
    """True when an opening in the history came before the next change."""
    rows = list(consultation.history.order_by("history_date", "history_id"))
    ends = [later.history_date for _, later in pairwise(rows)] + [timezone.now()]
    return any(row.instance.is_public(end) for row, end in zip(rows, ends, strict=True))


# --- renaming -----------------------------------------------------------------------


@transaction.atomic
def keep_former_slug(
    row: Owner, *, by: User | None, at: dt.datetime | None = None
) -> None:
    """Claim the slugs of a row that is about to be saved under another one.

    Call this in the transaction of the save. The rename of what is public is recorded
    in the activity log. Raise IntegrityError where something else has the new slug.
    """
    stored: Owner = type(row)._default_manager.select_for_update().get(pk=row.pk)
    before, after = slug_of(stored), slug_of(row)
    if before == after:
        return
    if isinstance(stored, Consultation):
        _rename_in_followers(before, after, by)
    if not has_permanent_slug(stored):
        return
    at = at or timezone.now()
    _claim(stored, before, at)
    _claim(stored, after, at)
    _record_rename(stored, before, after, by, at)


def has_permanent_slug(owner: Owner) -> bool:
    """True for what is public, was public, or becomes so at an opening that is set."""
    claimed = PublicSlug.objects.filter(**{KINDS[type(owner)].value: owner})
    match owner:
        case Consultation():
            return owner.opens_on is not None or claimed.exists()
        case Conclusion():
            published = Edition.objects.ever_published().filter(conclusion=owner)
            return published.exists() or claimed.exists()
        case RegulatedDocument():
            named = documents_with_permanent_code().filter(pk=owner.pk)
            return named.exists() or claimed.exists()


def documents_with_permanent_code() -> QuerySet[RegulatedDocument]:
    """Return the documents that something public names, or something to be opened."""
    editions = Edition.objects.ever_published()
    scheduled = Consultation.objects.filter(opens_on__isnull=False)
    links = ConsultationDocument.objects.filter(consultation__in=scheduled)
    versions = DocumentVersion.objects.filter(public_from_opening_of__in=scheduled)
    named = EditionDocument.objects.filter(edition__in=editions)
    texts = EditionText.objects.filter(edition__in=editions)
    releases = VersionRelease.objects.approved()
    asking = ConsultationEdition.objects.standing()
    asked = ConsultationEditionDocument.objects.filter(edition__in=asking)
    consulted = ConsultationEditionText.objects.filter(edition__in=asking)
    return RegulatedDocument.objects.filter(
        Q(pk__in=links.values("document"))
        | Q(pk__in=versions.values("document"))
        | Q(pk__in=asked.values("document"))
        | Q(pk__in=consulted.values("document_version__document"))
        | Q(pk__in=named.values("document"))
        | Q(pk__in=texts.values("document_version__document"))
        | Q(pk__in=releases.values("document_version__document"))
    )


def retain_slug(row: Editable) -> None:
    """Give a row that is restored from its history the slug that it has today.

    Only where that is permanent: restoring a text does not move a public page.
    """
    if not isinstance(row, Owner):
        return
    stored: Owner | None = type(row)._default_manager.filter(pk=row.pk).first()
    if stored is not None and has_permanent_slug(stored):
        setattr(row, SLUG_FIELDS[KINDS[type(row)]], slug_of(stored))


def present_slug(slug: str) -> str:
    """Return the present slug of the consultation that a slug is or was of."""
    if not slug:
        return ""
    claims = PublicSlug.objects.filter(kind=PublicSlug.Kind.CONSULTATION, slug=slug)
    return claims.values_list("consultation__slug", flat=True).first() or slug


def _rename_in_followers(before: str, after: str, by: User | None) -> None:
    """Update the later rounds that refer to a consultation by its slug."""
    followers = list(Consultation.objects.filter(follows=before))
    for row in followers:
        row.follows = after
    reason = f"Web address of {before} changed"
    save_all(Consultation, followers, ["follows"], by=by, reason=reason)


def _record_rename(
    owner: Owner, before: str, after: str, by: User | None, at: dt.datetime
) -> None:
    summary = f"{_slug_noun(owner).capitalize()} of “{owner.title}” changed from "
    summary += f"“{before}” to “{after}”."
    if isinstance(owner, RegulatedDocument):
        trail.record_document_event(
            owner, kind="renamed", summary=summary, by=by, at=at
        )
    else:
        consultation = owner if isinstance(owner, Consultation) else owner.consultation
        trail.record_event(consultation, kind="renamed", summary=summary, by=by, at=at)


# --- who has a slug -----------------------------------------------------------------


def slug_holder(
    model: type[Editable], slug: str, *, own: int | None = None
) -> Owner | None:
    """Return what has claimed a slug, other than the row `own`; None for nothing."""
    kind = KINDS[model]
    rows = PublicSlug.objects.filter(kind=kind, slug=slug).exclude(
        **{f"{kind.value}__pk": own or 0}
    )
    row = rows.select_related("consultation", "conclusion", "document").first()
    return row.owner if row else None


def taken_slugs(model: type[Editable], *, own: int | None = None) -> set[str]:
    """Return the slugs that rows of a model other than `own` have or have claimed."""
    kind = KINDS[model]
    rows = model._default_manager.exclude(pk=own)
    claimed = PublicSlug.objects.filter(kind=kind).exclude(
        **{f"{kind.value}__pk": own or 0}
    )
    return {
        *rows.values_list(SLUG_FIELDS[kind], flat=True),
        *claimed.values_list("slug", flat=True),
    }


def claimed_sentence(slug: str, holder: Owner) -> str:
    """Return that a slug belongs to its holder, and what to do instead."""
    noun, present = _slug_noun(holder), slug_of(holder)
    label = KINDS[type(holder)].label.lower()
    tense = "is the" if slug == present else "was the"
    now = "" if slug == present else f", whose {noun} is now “{present}”"
    return (
        f"“{slug}” {tense} {noun} of the {label} “{holder.title}”{now}. Readers have "
        f"links to “{slug}”, so choose a different {noun}."
    )


def _slug_noun(owner: Owner) -> str:
    return "short name" if isinstance(owner, RegulatedDocument) else "web address"
