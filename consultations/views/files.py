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
)
from consultations.public.downloads import (
    CACHE_FOREVER,
    CACHE_ONE_MINUTE,
    NO_STORE,
    attachment_download_or_404,
    file_response,
    first_download_or_404,
)
from consultations.public.editions import current_files, public_files


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
    """Return a file of one edition."""
    files = public_files(slug, name).filter(edition__number=number)
    return file_response(request, first_download_or_404(files), CACHE_FOREVER)


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
    is_public = consultation.is_public()
    if not is_public and not user_may(request.user, Action.SEE_DESK):
        raise Http404(f"No consultation {slug!r}.")
    file = attachment_download_or_404(consultation, position)
    return file_response(request, file, CACHE_ONE_MINUTE if is_public else NO_STORE)
