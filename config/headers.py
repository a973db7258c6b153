"""Headers of every response: what browsers may do, and what caches may keep."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from consultations.web.requires import GetResponse

UNUSED_FEATURES = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media"),
    *("fullscreen", "geolocation", "gyroscope", "magnetometer", "microphone", "midi"),
    *("payment", "picture-in-picture", "publickey-credentials-get", "usb"),
)
"""Features of browsers that no page uses, so that no injected script can."""

SECURITY_HEADERS = {
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED_FEATURES),
    "Cross-Origin-Resource-Policy": "same-origin",
}


def set_common_headers(get_response: GetResponse) -> GetResponse:
    """Middleware: add the headers that the view has not set."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if "Cache-Control" not in response:
            set_default_caching(request, response)
        return response

    return middleware


def set_default_caching(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let caches ask each time; let none share what was made for one visitor.

    A page can show the name of a user, a message, or a token, by a cookie.
    """
    is_personal = bool(request.COOKIES or response.cookies)
    response["Cache-Control"] = "private, no-cache" if is_personal else "no-cache"
    patch_vary_headers(response, ["Cookie"])
