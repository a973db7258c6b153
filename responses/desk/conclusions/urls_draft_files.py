"""Addresses of draft conclusions as files."""

from django.urls import URLPattern, path

from responses.desk.conclusions import draft_files

urlpatterns: list[URLPattern] = [
    path(
        "desk/conclusions/<slug:slug>/files/",
        draft_files.draft_files,
        name="draft_files",
    ),
    path(
        "desk/draft-files/<uuid:token>/",
        draft_files.draft_file,
        name="draft_file",
    ),
    path(
        "desk/draft-files/<uuid:token>/<str:filename>",
        draft_files.draft_file_content,
        name="draft_file_content",
    ),
]
