"""Addresses of setting up a consultation, and of the regulated documents."""

from django.urls import URLPattern, path

from responses.desk.regulated_documents import releases, views
from responses.desk.setup import (
    attachments,
    consulted_documents,
    notices,
    opening,
    preview,
    questions,
    setup,
)

CONSULTATION_PREFIX = "desk/consultations/<slug:slug>"
QUESTION_PREFIX = f"{CONSULTATION_PREFIX}/questions/<int:pk>"
NOTICE_PREFIX = f"{CONSULTATION_PREFIX}/notices/<int:pk>"
DOCUMENT_PREFIX = "desk/documents"
VERSION_PREFIX = f"{DOCUMENT_PREFIX}/<str:code>/versions/<int:pk>"

urlpatterns: list[URLPattern] = [
    # Before the patterns with a slug; no consultation can have the slug `new`.
    path("desk/consultations/new/", setup.new_consultation, name="new_consultation"),
    path(f"{CONSULTATION_PREFIX}/setup/", setup.setup, name="setup"),
    path(f"{CONSULTATION_PREFIX}/details/", setup.details, name="details"),
    path(
        f"{CONSULTATION_PREFIX}/copy/",
        setup.copy_consultation_page,
        name="copy_consultation",
    ),
    path(f"{CONSULTATION_PREFIX}/opening/", opening.opening, name="opening"),
    path(
        f"{CONSULTATION_PREFIX}/opening/take-back/",
        opening.take_back_opening,
        name="take_back_opening",
    ),
    path(
        f"{CONSULTATION_PREFIX}/opening/confirm-words/",
        opening.confirm_opening_words,
        name="confirm_opening_words",
    ),
    path(f"{CONSULTATION_PREFIX}/deadline/", opening.deadline, name="deadline"),
    path(
        f"{CONSULTATION_PREFIX}/extensions/new/",
        opening.new_extension,
        name="new_extension",
    ),
    path(
        f"{CONSULTATION_PREFIX}/extensions/<int:pk>/",
        opening.extension,
        name="extension",
    ),
    path(f"{CONSULTATION_PREFIX}/notices/", notices.notices, name="notices"),
    path(
        f"{CONSULTATION_PREFIX}/notices/request/",
        notices.post_notice_request,
        name="request_notice",
    ),
    path(f"{NOTICE_PREFIX}/", notices.notice, name="notice"),
    path(f"{NOTICE_PREFIX}/file/", notices.notice_file, name="notice_file"),
    path(
        f"{NOTICE_PREFIX}/attachments/<int:number>/",
        notices.notice_attachment,
        name="notice_attachment",
    ),
    path(
        f"{NOTICE_PREFIX}/cancel/",
        notices.post_notice_cancellation,
        name="cancel_notice",
    ),
    path(
        f"{NOTICE_PREFIX}/approve/", notices.post_notice_approval, name="approve_notice"
    ),
    path(f"{NOTICE_PREFIX}/refuse/", notices.post_notice_refusal, name="refuse_notice"),
    path(
        f"{NOTICE_PREFIX}/confirm-words/",
        notices.confirm_notice_words,
        name="confirm_notice_words",
    ),
    path(
        f"{NOTICE_PREFIX}/confirm/",
        notices.post_extension_confirmation,
        name="confirm_extension",
    ),
    path(
        f"{CONSULTATION_PREFIX}/documents/",
        consulted_documents.consulted_documents,
        name="consulted_documents",
    ),
    path(
        f"{CONSULTATION_PREFIX}/documents/add/",
        consulted_documents.add_documents,
        name="add_documents",
    ),
    path(
        f"{CONSULTATION_PREFIX}/documents/versions/",
        consulted_documents.choose_versions,
        name="choose_versions",
    ),
    path(
        f"{CONSULTATION_PREFIX}/documents/order/",
        consulted_documents.order_documents,
        name="order_documents",
    ),
    path(
        f"{CONSULTATION_PREFIX}/documents/remove/",
        consulted_documents.remove_document,
        name="remove_document",
    ),
    path(f"{CONSULTATION_PREFIX}/questions/", questions.questions, name="questions"),
    path(
        f"{CONSULTATION_PREFIX}/questions/new/",
        questions.new_question,
        name="new_question",
    ),
    path(
        f"{CONSULTATION_PREFIX}/questions/order/",
        questions.order_questions,
        name="order_questions",
    ),
    path(f"{QUESTION_PREFIX}/", questions.question, name="question"),
    path(
        f"{QUESTION_PREFIX}/remove/", questions.remove_question, name="remove_question"
    ),
    path(
        f"{CONSULTATION_PREFIX}/attachments/",
        attachments.attachments,
        name="attachments",
    ),
    path(
        f"{CONSULTATION_PREFIX}/attachments/upload/",
        attachments.upload_attachments,
        name="upload_attachments",
    ),
    path(
        f"{CONSULTATION_PREFIX}/attachments/order/",
        attachments.order_attachments,
        name="order_attachments",
    ),
    path(
        f"{CONSULTATION_PREFIX}/attachments/<int:pk>/",
        attachments.attachment,
        name="attachment",
    ),
    path(
        f"{CONSULTATION_PREFIX}/attachments/<int:pk>/remove/",
        attachments.remove_attachment,
        name="remove_attachment",
    ),
    path(
        f"{CONSULTATION_PREFIX}/public-page/",
        preview.public_preview,
        name="public_preview",
    ),
    path(
        f"{DOCUMENT_PREFIX}/",
        views.regulated_documents,
        name="regulated_documents",
    ),
    path(
        f"{DOCUMENT_PREFIX}/new/",
        views.new_regulated_document,
        name="new_regulated_document",
    ),
    path(
        f"{DOCUMENT_PREFIX}/<str:code>/",
        views.regulated_document,
        name="regulated_document",
    ),
    path(
        f"{DOCUMENT_PREFIX}/<str:code>/versions/new/",
        views.new_document_version,
        name="new_document_version",
    ),
    path(
        f"{DOCUMENT_PREFIX}/<str:code>/versions/<int:pk>/",
        views.edit_document_version,
        name="document_version",
    ),
    path(
        f"{VERSION_PREFIX}/release/", releases.version_release, name="version_release"
    ),
    path(
        f"{VERSION_PREFIX}/release/confirm-words/",
        releases.confirm_release_words,
        name="confirm_release_words",
    ),
    path(
        f"{VERSION_PREFIX}/release/request/",
        releases.request_release,
        name="request_release",
    ),
    path(
        f"{VERSION_PREFIX}/release/approve/",
        releases.approve_release,
        name="approve_release",
    ),
    path(
        f"{VERSION_PREFIX}/release/refuse/",
        releases.refuse_release,
        name="refuse_release",
    ),
    path(
        f"{VERSION_PREFIX}/texts/<slug:sha256>/",
        releases.frozen_text,
        name="frozen_text",
    ),
]
