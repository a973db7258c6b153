"""Addresses of setting up a consultation, and of the regulated documents."""

from django.urls import URLPattern, path

from responses.desk.regulated_documents import views
from responses.desk.setup import (
    attachments,
    consulted_documents,
    opening,
    preview,
    questions,
    setup,
)

ROOM = "desk/consultations/<slug:slug>"
QUESTION = f"{ROOM}/questions/<int:pk>"
DOCUMENTS = "desk/documents"

urlpatterns: list[URLPattern] = [
    # Before what takes any address of a consultation; none can have this one.
    path("desk/consultations/new/", setup.new_consultation, name="new_consultation"),
    path(f"{ROOM}/setup/", setup.setup, name="setup"),
    path(f"{ROOM}/details/", setup.details, name="details"),
    path(f"{ROOM}/copy/", setup.copy_consultation_page, name="copy_consultation"),
    path(f"{ROOM}/opening/", opening.opening, name="opening"),
    path(f"{ROOM}/opening/take-back/", opening.take_back, name="take_back_opening"),
    path(f"{ROOM}/deadline/", opening.deadline, name="deadline"),
    path(f"{ROOM}/extensions/new/", opening.new_extension, name="new_extension"),
    path(f"{ROOM}/extensions/<int:pk>/", opening.extension, name="extension"),
    path(
        f"{ROOM}/documents/",
        consulted_documents.consulted_documents,
        name="consulted_documents",
    ),
    path(
        f"{ROOM}/documents/add/",
        consulted_documents.add_documents,
        name="add_documents",
    ),
    path(
        f"{ROOM}/documents/order/",
        consulted_documents.order_documents,
        name="order_documents",
    ),
    path(
        f"{ROOM}/documents/remove/",
        consulted_documents.remove_document,
        name="remove_document",
    ),
    path(f"{ROOM}/questions/", questions.questions, name="questions"),
    path(f"{ROOM}/questions/new/", questions.new_question, name="new_question"),
    path(f"{ROOM}/questions/order/", questions.order_questions, name="order_questions"),
    path(f"{QUESTION}/", questions.question, name="question"),
    path(f"{QUESTION}/remove/", questions.remove_question, name="remove_question"),
    path(f"{ROOM}/attachments/", attachments.attachments, name="attachments"),
    path(
        f"{ROOM}/attachments/upload/",
        attachments.upload_attachments,
        name="upload_attachments",
    ),
    path(
        f"{ROOM}/attachments/order/",
        attachments.order_attachments,
        name="order_attachments",
    ),
    path(f"{ROOM}/attachments/<int:pk>/", attachments.attachment, name="attachment"),
    path(
        f"{ROOM}/attachments/<int:pk>/remove/",
        attachments.remove_attachment,
        name="remove_attachment",
    ),
    path(
        f"{ROOM}/public-page/",
        preview.public_preview,
        name="public_preview",
    ),
    path(
        f"{DOCUMENTS}/",
        views.regulated_documents,
        name="regulated_documents",
    ),
    path(
        f"{DOCUMENTS}/new/",
        views.new_regulated_document,
        name="new_regulated_document",
    ),
    path(
        f"{DOCUMENTS}/<str:code>/",
        views.regulated_document,
        name="regulated_document",
    ),
    path(
        f"{DOCUMENTS}/<str:code>/versions/new/",
        views.new_document_version,
        name="new_document_version",
    ),
    path(
        f"{DOCUMENTS}/<str:code>/versions/<int:pk>/",
        views.edit_document_version,
        name="document_version",
    ),
]
