"""What every protected view goes through: the table of access, and retries."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from consultations.access import Action, required_roles_message, user_may
from consultations.web.resubmission import offer_resubmission
from consultations.web.retries import retry_on_deadlock

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
"""A function view."""

GetResponse = Callable[[HttpRequest], HttpResponseBase]
"""What a middleware calls to have a request answered."""


def requires(
    action: Action | str, *, posts: Action | str | None = None
) -> Callable[[View[P]], View[P]]:
    """Let a view answer only those who may do `action`; to post, they may do `posts`.

    Others are sent to log in if they have not (what they posted can be sent again),
    get 404 if they may not know of the desk, and 403 if they may see it but not do
    this.
    """
    reading = Action(action)
    posting = Action(posts or action)

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def answer(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            needed = posting if request.method == "POST" else reading
            if user_may(request.user, needed):
                return retry_on_deadlock(
                    request, lambda: view(request, *args, **kwargs)
                )
            if not request.user.is_authenticated:
                return _log_in_first(request)
            if not user_may(request.user, Action.SEE_DESK):
                raise Http404
            raise PermissionDenied(required_roles_message(needed))

        return answer

    return decorate


def _log_in_first(request: HttpRequest) -> HttpResponseBase:
    """Send somebody to log in; what they posted is not lost by it.

    A part of a page that is asked for behind the scenes gets no page: the browser
    keeps what it shows.
    """
    if "HX-Request" in request.headers:
        return HttpResponse(status=401)
    if request.method == "POST":
        return offer_resubmission(request)
    return redirect_to_login(request.get_full_path())
