"""Addresses of the public pages."""

from django.urls import URLPattern, URLResolver, path, register_converter

from consultations.views import conclusions, consultations, documents, files, home


class FormatConverter:
    """A format of a conclusion, as the ending of its address."""

    regex = "pdf|docx|txt|json|html"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(FormatConverter, "ending")

CONCLUSION_PREFIX = "conclusions/<slug:slug>"
EDITION_PREFIX = f"{CONCLUSION_PREFIX}/editions/<int:number>"

app_name = "consultations"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("consultations/", consultations.consultation_list, name="consultation_list"),
    path("consultations/<slug:slug>/", consultations.consultation, name="consultation"),
    path(
        "consultations/<slug:slug>/attachments/<int:position>/",
        files.consultation_attachment,
        name="consultation_attachment",
    ),
    path(
        "consultations/<slug:slug>/editions/<int:number>/",
        consultations.consultation_edition,
        name="consultation_edition",
    ),
    path(
        "consultations/<slug:slug>/editions/<int:number>/attachments/<int:position>/",
        files.consultation_edition_file,
        name="consultation_edition_file",
    ),
    path(
        "consultations/<slug:slug>/notices/<int:number>/file/",
        files.consultation_notice_file,
        name="consultation_notice_file",
    ),
    path(f"{CONCLUSION_PREFIX}/", conclusions.conclusion, name="conclusion"),
    path(
        f"{CONCLUSION_PREFIX}.<ending:name>",
        files.conclusion_file,
        name="conclusion_file",
    ),
    path(
        f"{CONCLUSION_PREFIX}/attachments/<int:position>/",
        files.conclusion_attachment,
        name="conclusion_attachment",
    ),
    path(f"{EDITION_PREFIX}/", conclusions.edition, name="edition"),
    path(f"{EDITION_PREFIX}.<ending:name>", files.edition_file, name="edition_file"),
    path(
        f"{EDITION_PREFIX}/attachments/<int:position>/",
        files.edition_attachment,
        name="edition_attachment",
    ),
    path("documents/", documents.document_list, name="document_list"),
    path("documents/<str:code>/", documents.document, name="document"),
    path(
        "documents/<str:code>/<str:key>/",
        documents.document_version,
        name="document_version",
    ),
]
