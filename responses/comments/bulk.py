"""Bulk changes to comments: assigning them, and setting their outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max, QuerySet
from simple_history.utils import get_history_model_for_model

from consultations.audit.history import create_all, save_all
from consultations.models import Consultation
from consultations.user_names import user_label
from responses.comments.numbers import comment_numbers
from responses.editing.keys import is_row_number
from responses.models import Comment, DCCResponse


@dataclass(frozen=True)
class ListSnapshot:
    """The last history rows of comments and responses when a list was rendered."""

    comments: int
    responses: int

    def __str__(self) -> str:
        return f"{self.comments}.{self.responses}"


@dataclass(frozen=True)
class BulkResult:
    """Numbers of changed comments, and those skipped because of concurrent edits.

    `skipped` has the number of each and who changed it since: `Q2.3 (Anna Berg)`.
    """

    matched: int
    assigned: int
    decided: int
    skipped: tuple[str, ...]


def current_list_snapshot() -> ListSnapshot:
    """Return the snapshot of this moment; two short queries."""
    return ListSnapshot(_last_history_id(Comment), _last_history_id(DCCResponse))


def list_snapshot_of(typed: str) -> ListSnapshot | None:
    """Return the snapshot that a form sent back; None if it is invalid."""
    comments, _, responses = typed.partition(".")
    if not (is_row_number(comments) and is_row_number(responses)):
        return None
    return ListSnapshot(int(comments), int(responses))


def _last_history_id(model: type[Comment | DCCResponse]) -> int:
    history = get_history_model_for_model(model).objects
    return history.order_by().aggregate(last=Max("history_id"))["last"] or 0


@transaction.atomic
def bulk_update_comments(
    comments: QuerySet[Comment],
    *,
    consultation: Consultation,
    shown: ListSnapshot,
    by: User,
    assign: bool = False,
    to: User | None = None,
    disposition: str = "",
) -> BulkResult:
    """Assign comments, set their outcome, or both; all of it or nothing.

    A comment that somebody saved since `shown` keeps its outcome and is listed as
    skipped. An assignment overwrites an earlier one.
    """
    rows = list(comments.select_for_update(of=("self",)).order_by("pk"))
    changed = changed_since(consultation, shown) if disposition else {}
    unchanged = [row for row in rows if row.pk not in changed]
    skipped = [row for row in rows if row.pk in changed]
    numbers = comment_numbers(consultation) if skipped else {}
    return BulkResult(
        matched=len(rows),
        assigned=_assign(rows, to, by) if assign else 0,
        decided=_set_disposition(unchanged, disposition, by) if disposition else 0,
        skipped=tuple(f"{numbers[row.pk]} ({changed[row.pk]})" for row in skipped),
    )


def changed_since(consultation: Consultation, shown: ListSnapshot) -> dict[int, str]:
    """Return the comments saved since a snapshot, each with who saved it last."""
    own = Comment.objects.filter(consultation=consultation).order_by()
    comments = get_history_model_for_model(Comment).objects.filter(
        history_id__gt=shown.comments, consultation_id=consultation.pk
    )
    responses = get_history_model_for_model(DCCResponse).objects.filter(
        history_id__gt=shown.responses, comment_id__in=own.values("pk")
    )
    lines = [
        *comments.order_by("history_id").values_list("id", "history_user"),
        *responses.order_by("history_id").values_list("comment_id", "history_user"),
    ]
    users = User.objects.in_bulk({user for _, user in lines if user})
    return {
        comment: user_label(users[user]) if user in users else "someone"
        for comment, user in lines
    }


def _assign(rows: Sequence[Comment], to: User | None, by: User) -> int:
    others = [row for row in rows if row.assigned_to_id != (to.pk if to else None)]
    for row in others:
        row.assigned_to = to
    if others:
        save_all(Comment, others, ["assigned_to"], by=by, reason="Bulk assignment")
    return len(others)


def _set_disposition(rows: Sequence[Comment], disposition: str, by: User) -> int:
    """Set the outcome of comments; those without a response get an empty one."""
    stored = DCCResponse.objects.select_for_update(of=("self",)).filter(
        comment__in=[row.pk for row in rows]
    )
    by_comment = {response.comment_id: response for response in stored}
    others = [each for each in by_comment.values() if each.disposition != disposition]
    for response in others:
        response.disposition = disposition
    new = [
        DCCResponse(comment=row, disposition=disposition)
        for row in rows
        if row.pk not in by_comment
    ]
    reason = "Bulk outcome"
    if others:
        save_all(DCCResponse, others, ["disposition"], by=by, reason=reason)
    if new:
        create_all(DCCResponse, new, by=by, reason=reason)
    return len(others) + len(new)
