"""Addresses of the responses app: the desk, for staff."""

from django.urls import URLPattern, URLResolver, path, register_converter

from responses.views import desk, overview, preview


class DraftEnding:
    """A format a draft can be had in, as the ending of its address."""

    regex = "pdf|docx|txt|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DraftEnding, "draft_ending")

app_name = "responses"
urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", desk.desk, name="desk"),
    path("desk/consultations/<slug:slug>/", overview.consultation, name="consultation"),
    path("desk/conclusions/<slug:slug>/preview/", preview.preview, name="preview"),
    path(
        "desk/conclusions/<slug:slug>/draft.<draft_ending:name>",
        preview.draft,
        name="draft",
    ),
]
