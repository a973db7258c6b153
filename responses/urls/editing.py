"""Addresses of what goes on while somebody types."""

from django.urls import URLPattern, path

from responses.views import unsaved

urlpatterns: list[URLPattern] = [
    path("desk/unsaved/", unsaved.unsaved, name="unsaved"),
    path(
        "desk/unsaved/discard/",
        unsaved.discard_unsaved,
        name="discard_unsaved",
    ),
    path("desk/unsaved/<str:about>/", unsaved.recover, name="recover"),
    path("desk/at-work/<str:about>/", unsaved.at_work, name="at_work"),
]
