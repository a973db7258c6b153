"""Redirects from former web addresses to the present ones."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from consultations.access import Action, user_may
from consultations.models import (
    Conclusion,
    Consultation,
    Edition,
    PublicSlug,
    RegulatedDocument,
)
from consultations.public.downloads import CACHE_ONE_MINUTE, NO_STORE
from consultations.public.versions import public_documents
from consultations.public_slugs import Owner, slug_of
from consultations.web.requires import GetResponse

SLUG_ROUTE = re.compile(
    r"(?P<desk>desk/)?(?P<kind>consultation|conclusion|document)s/"
    r"<\w+:(?P<name>slug|code)>"
)
"""The routes of what has a permanent address, and the name of its slug in them."""


def redirect_former_slug(get_response: GetResponse) -> GetResponse:
    """Middleware: redirect from a former slug to the same page under the present one.

    Only where the reader may know of the page's owner; otherwise 404 remains. The
    redirect is cached for a minute, because a former slug can become the present one.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        return _redirect(request) or response

    return answer


def _redirect(request: HttpRequest) -> HttpResponsePermanentRedirect | None:
    match = request.resolver_match
    route = match and SLUG_ROUTE.match(match.route)
    if not match or not route:
        return None
    name, slug = route["name"], str(match.kwargs[route["name"]])
    owner = _former_owner(PublicSlug.Kind(route["kind"]), slug)
    if owner is None:
        return None
    is_public = not route["desk"] and _is_public(owner)
    if not is_public and not user_may(request.user, Action.SEE_DESK):
        return None
    address = reverse(match.view_name, kwargs={**match.kwargs, name: slug_of(owner)})
    query = request.META.get("QUERY_STRING", "")
    response = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    response["Cache-Control"] = CACHE_ONE_MINUTE if is_public else NO_STORE
    return response


def _former_owner(kind: PublicSlug.Kind, slug: str) -> Owner | None:
    """Return what had the slug and has another one now."""
    if not slug.isprintable():
        return None
    rows = PublicSlug.objects.filter(kind=kind, slug=slug)
    row = rows.select_related("consultation", "conclusion", "document").first()
    return row.owner if row and slug_of(row.owner) != slug else None


def _is_public(owner: Owner) -> bool:
    match owner:
        case Consultation():
            return owner.is_public()
        case Conclusion():
            published = Edition.objects.ever_published()
            return published.filter(conclusion=owner).exists()
        case RegulatedDocument():
            return public_documents().filter(pk=owner.pk).exists()
