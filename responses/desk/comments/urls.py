"""Addresses of the work on comments, of passages, and of search in a consultation."""

from django.urls import URLPattern, path

from responses.desk.comments import bulk, comment
from responses.desk.comments import list as comment_list
from responses.desk.passages import views as passages
from responses.desk.search import views as search

ROOM = "desk/consultations/<slug:slug>/"

urlpatterns: list[URLPattern] = [
    path(f"{ROOM}comments/", comment_list.comments, name="comments"),
    # A key may have slashes and be any word, so nothing else is below comments/.
    path(f"{ROOM}comments/<path:key>/", comment.comment, name="comment"),
    path(f"{ROOM}new-comment/", comment.new_comment, name="new_comment"),
    path(f"{ROOM}comments-together/", bulk.bulk_comments, name="bulk_comments"),
    path(
        f"{ROOM}remove-comment/<path:key>/",
        comment.remove_comment,
        name="remove_comment",
    ),
    path(
        f"{ROOM}similar-comments/<path:key>/",
        comment.similar_comments,
        name="similar_comments",
    ),
    path(f"{ROOM}search/", search.search, name="search"),
    path("desk/passages/", passages.passages, name="passages"),
    path("desk/passages/new/", passages.new_passage, name="new_passage"),
    path("desk/passages/to-use/", passages.use_passage, name="use_passage"),
    path("desk/passages/<int:pk>/", passages.passage, name="passage"),
]
