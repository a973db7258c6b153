"""Addresses of comments, passages, and search in a consultation."""

from django.urls import URLPattern, path

from responses.desk.comments import bulk, comment
from responses.desk.comments import list as comment_list
from responses.desk.passages import views as passages
from responses.desk.search import views as search

CONSULTATION_PREFIX = "desk/consultations/<slug:slug>/"

urlpatterns: list[URLPattern] = [
    path(f"{CONSULTATION_PREFIX}comments/", comment_list.comments, name="comments"),
    # A key may have slashes and be any word, so nothing else is below comments/.
    path(f"{CONSULTATION_PREFIX}comments/<path:key>/", comment.comment, name="comment"),
    path(f"{CONSULTATION_PREFIX}new-comment/", comment.new_comment, name="new_comment"),
    path(
        f"{CONSULTATION_PREFIX}comments-together/",
        bulk.bulk_comments,
        name="bulk_comments",
    ),
    path(
        f"{CONSULTATION_PREFIX}remove-comment/<path:key>/",
        comment.remove_comment,
        name="remove_comment",
    ),
    path(
        f"{CONSULTATION_PREFIX}similar-comments/<path:key>/",
        comment.similar_comments,
        name="similar_comments",
    ),
    path(f"{CONSULTATION_PREFIX}search/", search.search, name="search"),
    path("desk/passages/", passages.passages, name="passages"),
    path("desk/passages/new/", passages.new_passage, name="new_passage"),
    path("desk/passages/to-use/", passages.use_passage, name="use_passage"),
    path("desk/passages/<int:pk>/", passages.passage, name="passage"),
]
