"""Addresses of histories, trails, and conclusions at a point in time."""

from django.urls import URLPattern, path, register_converter

from responses.desk.history import history, point_in_time, trail


class TrailFormatConverter:
    """A format of the exported trail, as the ending of its address."""

    regex = "csv|json"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(TrailFormatConverter, "trail_ending")

urlpatterns: list[URLPattern] = [
    path("desk/history/<str:about>/", history.history, name="history"),
    path("desk/history/<str:about>/restore/", history.restore_item, name="restore"),
    path("desk/consultations/<slug:slug>/trail/", trail.trail, name="trail"),
    path(
        "desk/consultations/<slug:slug>/trail.<trail_ending:name>",
        trail.trail_export,
        name="trail_export",
    ),
    path(
        "desk/conclusions/<slug:slug>/as-it-stood/",
        point_in_time.conclusion_at_point_in_time,
        name="as_it_stood",
    ),
]
