"""The decorator of protected views: permissions and retries."""

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
"""What a middleware calls to get the response."""


def requires(
    action: Action | str, *, posts: Action | str | None = None
) -> Callable[[View[P]], View[P]]:
    """Restrict a view to users with permission for `action`, and POST for `posts`.

    Anonymous users are redirected to sign-in; a form they posted can be sent again.
    Users who may not see the workspace get 404, others without the permission 403.
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
                return _login_response(request)
            if not user_may(request.user, Action.SEE_DESK):
                raise Http404
            raise PermissionDenied(required_roles_message(needed))

        return answer

    return decorate


def _login_response(request: HttpRequest) -> HttpResponseBase:
    """Redirect to log-in; offer a posted form for resubmission.

    A request of htmx gets 401, so that the page shown is kept.
    """
    if "HX-Request" in request.headers:
        return HttpResponse(status=401)
    if request.method == "POST":
        return offer_resubmission(request)
    return redirect_to_login(request.get_full_path())
