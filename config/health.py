"""The health check for monitoring."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200 when the database responds, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return text_response("the database does not respond\n", status=503)
    return text_response("ok\n", status=200)


def text_response(words: str, *, status: int) -> HttpResponse:
    """Return a response of plain text."""
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
