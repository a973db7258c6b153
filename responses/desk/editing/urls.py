"""Addresses of what goes on while somebody types."""

from django.urls import URLPattern, path

from responses.desk.editing import autosave

urlpatterns: list[URLPattern] = [
    path("desk/unsaved/", autosave.save_input, name="unsaved"),
    path(
        "desk/unsaved/discard/",
        autosave.discard_unsaved,
        name="discard_unsaved",
    ),
    path("desk/unsaved/<str:about>/", autosave.recover_input, name="recover"),
    path("desk/at-work/<str:about>/", autosave.at_work, name="at_work"),
]
