"""Addresses of conclusions as they are drafted: outline, sections, preview, files."""

from django.urls import URLPattern, path

from responses.desk.conclusions import (
    attachments,
    checks_panel,
    conclusions,
    preview,
    sections,
)

LIST = "desk/consultations/<slug:slug>/conclusions"
ONE = "desk/conclusions/<slug:slug>"
SECTION = f"{ONE}/sections/<int:pk>"
ENCLOSURES = f"{ONE}/attachments"

urlpatterns: list[URLPattern] = [
    path(f"{LIST}/", conclusions.conclusions, name="conclusions"),
    path(f"{LIST}/new/", conclusions.new_conclusion, name="new_conclusion"),
    path(f"{ONE}/", sections.sections, name="sections"),
    path(
        f"{ONE}/details/",
        conclusions.conclusion_details,
        name="conclusion_details",
    ),
    path(f"{ONE}/sections/new/", sections.new_section, name="new_section"),
    path(
        f"{ONE}/sections/order/", sections.reorder_sections_view, name="order_sections"
    ),
    path(f"{SECTION}/", sections.section, name="section"),
    path(f"{SECTION}/remove/", sections.remove_section, name="remove_section"),
    path(f"{ONE}/live-preview/", preview.live_preview, name="live_preview"),
    path(f"{ONE}/preview/", preview.preview, name="preview"),
    # Where the links of the article lead, relative to the address above.
    path(
        f"{ONE}/preview/attachments/<int:number>/",
        preview.enclosure_file,
        name="enclosure_file",
    ),
    path(f"{ONE}/checks/", checks_panel.checks, name="checks"),
    path(f"{ONE}/checks-panel/", checks_panel.checks_panel, name="checks_panel"),
    path(f"{ENCLOSURES}/", attachments.enclosures, name="enclosures"),
    path(f"{ENCLOSURES}/new/", attachments.new_enclosure, name="new_enclosure"),
    path(
        f"{ENCLOSURES}/order/",
        attachments.order_enclosures,
        name="order_enclosures",
    ),
    path(f"{ENCLOSURES}/<int:pk>/", attachments.enclosure, name="enclosure"),
    path(
        f"{ENCLOSURES}/<int:pk>/remove/",
        attachments.remove_enclosure,
        name="remove_enclosure",
    ),
]
