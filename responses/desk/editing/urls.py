"""Addresses of autosave and presence."""

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
    path("desk/at-work/<str:about>/", autosave.update_presence, name="at_work"),
]
