"""Addresses of conclusions as they are drafted: outline, sections, preview, files."""

from django.urls import URLPattern, path

from responses.desk.conclusions import (
    attachments,
    checks_panel,
    conclusions,
    confirmations,
    cross_references,
    preview,
    sections,
)

CONCLUSION_LIST_PREFIX = "desk/consultations/<slug:slug>/conclusions"
CONCLUSION_PREFIX = "desk/conclusions/<slug:slug>"
SECTION_PREFIX = f"{CONCLUSION_PREFIX}/sections/<int:pk>"
ENCLOSURE_PREFIX = f"{CONCLUSION_PREFIX}/attachments"

urlpatterns: list[URLPattern] = [
    path(f"{CONCLUSION_LIST_PREFIX}/", conclusions.conclusions, name="conclusions"),
    path(
        f"{CONCLUSION_LIST_PREFIX}/new/",
        conclusions.new_conclusion,
        name="new_conclusion",
    ),
    path(f"{CONCLUSION_PREFIX}/", sections.sections, name="sections"),
    path(
        f"{CONCLUSION_PREFIX}/details/",
        conclusions.conclusion_details,
        name="conclusion_details",
    ),
    path(
        f"{CONCLUSION_PREFIX}/sections/new/", sections.new_section, name="new_section"
    ),
    path(
        f"{CONCLUSION_PREFIX}/sections/order/",
        sections.reorder_sections_view,
        name="order_sections",
    ),
    path(f"{SECTION_PREFIX}/", sections.section, name="section"),
    path(f"{SECTION_PREFIX}/remove/", sections.remove_section, name="remove_section"),
    path(
        f"{CONCLUSION_PREFIX}/live-preview/", preview.live_preview, name="live_preview"
    ),
    path(f"{CONCLUSION_PREFIX}/preview/", preview.preview, name="preview"),
    # Where the links of the article lead, relative to the address above.
    path(
        f"{CONCLUSION_PREFIX}/preview/attachments/<int:number>/",
        preview.enclosure_file,
        name="enclosure_file",
    ),
    path(
        f"{CONCLUSION_PREFIX}/cross-references/",
        cross_references.cross_references,
        name="cross_references",
    ),
    path(f"{CONCLUSION_PREFIX}/checks/", checks_panel.checks, name="checks"),
    path(
        f"{CONCLUSION_PREFIX}/checks/confirm/",
        confirmations.confirm,
        name="confirm_finding",
    ),
    path(
        f"{CONCLUSION_PREFIX}/checks/confirmations/<int:pk>/remove/",
        confirmations.remove_confirmation_view,
        name="remove_confirmation",
    ),
    path(
        f"{CONCLUSION_PREFIX}/checks-panel/",
        checks_panel.checks_panel,
        name="checks_panel",
    ),
    path(f"{ENCLOSURE_PREFIX}/", attachments.enclosures, name="enclosures"),
    path(f"{ENCLOSURE_PREFIX}/new/", attachments.new_enclosure, name="new_enclosure"),
    path(
        f"{ENCLOSURE_PREFIX}/order/",
        attachments.order_enclosures,
        name="order_enclosures",
    ),
    path(f"{ENCLOSURE_PREFIX}/<int:pk>/", attachments.enclosure, name="enclosure"),
    path(
        f"{ENCLOSURE_PREFIX}/<int:pk>/remove/",
        attachments.remove_enclosure,
        name="remove_enclosure",
    ),
]
