"""A conclusion as it would be published now, from the draft; and as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.access import Action, requires
from consultations.documents.conclusion import compose
from consultations.documents.html import article
from consultations.documents.pdf import PdfError
from consultations.models import Conclusion
from consultations.rendering import MEDIA_TYPES, rendered
from consultations.views.files import POLICY
from responses.digest import conclusion_content
from responses.views.found import found_in


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the draft as its readers would see it, with what stands in the way."""
    conclusion = conclusion_for(slug)
    document = compose(conclusion_content(conclusion))
    context = {
        "conclusion": conclusion,
        "consultation": conclusion.consultation,
        "article": mark_safe(article(document)),  # noqa: S308 - escaped by html.py
        "found": found_in(conclusion),
    }
    return render(request, "responses/preview.html", context)


@require_safe
@never_cache
@requires(Action.EXPORT)
def draft(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Answer with the draft as a file, rendered now."""
    conclusion = conclusion_for(slug)
    try:
        content = rendered(conclusion_content(conclusion), name)
    except PdfError as error:
        context = {"conclusion": conclusion, "reason": str(error)}
        return render(request, "responses/no_file.html", context, status=503)
    response = HttpResponse(content, content_type=MEDIA_TYPES[name])
    filename = f"DRAFT-{conclusion.slug}.{name}"
    response["Content-Disposition"] = content_disposition_header(True, filename)
    response["Content-Security-Policy"] = POLICY
    return response


def conclusion_for(slug: str) -> Conclusion:
    """Return a conclusion with what the digest and the page read of it."""
    return get_object_or_404(
        Conclusion.objects.select_related("consultation__organisation"), slug=slug
    )
