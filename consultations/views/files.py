"""Downloads of published files, as stored.

The files of an edition with a number never change, so they are cached for ever. Those
of the current edition and of consultations are cached for a minute. Files that only
staff may read are not cached.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from consultations.access import Action, user_may
from consultations.models import (
    Consultation,
    ConsultationEdition,
    ConsultationNotice,
)
from consultations.public.downloads import (
    CACHE_FOREVER,
    CACHE_ONE_MINUTE,
    NO_STORE,
    attachment_download_or_404,
    file_response,
    first_download_or_404,
    frozen_download_or_404,
    notice_download_or_404,
)
from consultations.public.editions import current_files, pending_files, public_files
from consultations.record.freezing import public_edition, standing_edition


@require_safe
def conclusion_file(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Return a file of the current edition."""
    return file_response(
        request, first_download_or_404(current_files(slug, name)), CACHE_ONE_MINUTE
    )


@require_safe
def edition_file(
    request: HttpRequest, slug: str, number: int, name: str
) -> HttpResponse:
    """Return a file of one edition; one that is not public yet for staff only.

    The files of an edition link to its attachments at these addresses, and whoever
    approves the edition follows the links. Raise Http404 where there is none.
    """
    files = public_files(slug, name).filter(edition__number=number)
    if files.exists():
        return file_response(request, first_download_or_404(files), CACHE_FOREVER)
    if not user_may(request.user, Action.SEE_DESK):
        raise Http404(f"{slug} has no edition {number}.")
    pending = pending_files(slug, name).filter(edition__number=number)
    return file_response(request, first_download_or_404(pending), NO_STORE)


@require_safe
def conclusion_attachment(
    request: HttpRequest, slug: str, position: int
) -> HttpResponse:
    """Return an attachment of the current edition."""
    return conclusion_file(request, slug, f"attachments/{position}")


@require_safe
def edition_attachment(
    request: HttpRequest, slug: str, number: int, position: int
) -> HttpResponse:
    """Return an attachment of one edition."""
    return edition_file(request, slug, number, f"attachments/{position}")


@require_safe
def consultation_attachment(
    request: HttpRequest, slug: str, position: int
) -> HttpResponse:
    """Return an attachment of a consultation; before the opening, for staff only.

    Raise Http404 where there is none.
    """
    consultation = get_object_or_404(Consultation, slug=slug)
    edition = public_edition(consultation)
    if edition is not None:
        file = frozen_download_or_404(edition, position)
        return file_response(request, file, CACHE_ONE_MINUTE)
    if not user_may(request.user, Action.SEE_DESK):
        raise Http404(f"No consultation {slug!r}.")
    edition = standing_edition(consultation)
    file = (
        frozen_download_or_404(edition, position)
        if edition
        else attachment_download_or_404(consultation, position)
    )
    return file_response(request, file, NO_STORE)


@require_safe
def consultation_edition_file(
    request: HttpRequest, slug: str, number: int, position: int
) -> HttpResponse:
    """Return a file of one public edition of a consultation.

    Raise Http404 where there is none.
    """
    editions = ConsultationEdition.objects.public()
    edition = get_object_or_404(editions, consultation__slug=slug, number=number)
    return file_response(
        request, frozen_download_or_404(edition, position), CACHE_FOREVER
    )


@require_safe
def consultation_notice_file(
    request: HttpRequest, slug: str, number: int
) -> HttpResponse:
    """Return the file of a notice that is in effect.

    Raise Http404 where there is none, or the consultation is not public.
    """
    consultation = get_object_or_404(Consultation, slug=slug)
    notices = ConsultationNotice.objects.in_effect().filter(number=number)
    if public_edition(consultation) is None:
        raise Http404(f"No consultation {slug!r}.")
    file = notice_download_or_404(notices.filter(consultation=consultation))
    return file_response(request, file, CACHE_FOREVER)
