"""Clause changes: list, edit, and creation from a comment."""

from __future__ import annotations

from functools import cache

from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from consultations.access import Action
from consultations.documents.rich_text.characters import forbidden_character_message
from consultations.models import ClauseChange, Consultation
from consultations.web.requires import requires
from responses import row_types
from responses.comments.numbers import comment_label
from responses.desk.changes.forms import ChangeForm
from responses.desk.editing.lookups import get_consultation_or_404
from responses.desk.editing.removal import Removal, removal_response
from responses.desk.editing.reordering import reorder_from_post
from responses.desk.editing.saving import Edit, Files, Forms, edit_response
from responses.editing.ordering import next_position
from responses.models import ChangeCause, Comment


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def change_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the changes in printed order, with the comments that caused each."""
    consultation = get_consultation_or_404(slug)
    context = {
        "consultation": consultation,
        "current_page": "changes",
        "changes": changes_with_causes(consultation),
    }
    return render(request, "desk/changes/list.html", context)


def changes_with_causes(consultation: Consultation) -> QuerySet[ClauseChange]:
    """Return the changes with the comments that caused them."""
    causes = ChangeCause.objects.select_related("comment")
    return consultation.changes.select_related("document").prefetch_related(
        Prefetch("causes", causes)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Create a change; `?comment=k3` sets the comment that caused it."""
    consultation = get_consultation_or_404(slug)
    named = request.GET.get("comment", "")
    because = get_causing_comment_or_404(consultation, named) if named else None
    about = row_types.new_row_ref(
        "change", consultation.pk, because.pk if because else ""
    )

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = ClauseChange(
            consultation=consultation,
            position=next_position(consultation.changes.all()),
        )
        initial = new_change_initial(consultation, because)
        return [ChangeForm(data, files, instance=row, initial=initial)]

    back = (
        causing_comment_address(because)
        if because
        else change_list_address(consultation)
    )
    edit = Edit(
        row_ref=about,
        bind_forms=forms,
        on_saved=lambda saved: back,
        template="desk/changes/change.html",
        context={
            "consultation": consultation,
            "current_page": "changes",
            "heading": "Add clause change",
            "back_address": back,
            "conclusions": cache(lambda: list(consultation.conclusions.all())),
            "causing_comment": because,
        },
        success_message="Clause change added.",
    )
    return edit_response(request, edit)


def new_change_initial(
    consultation: Consultation, because: Comment | None
) -> dict[str, object]:
    """Return initial values: the causing comment, and the document if there is one."""
    links = list(consultation.document_links.all()[:2])
    start: dict[str, object] = {}
    if len(links) == 1:
        start["document"] = links[0].document_id
    if because:
        start["causes"] = [because.pk]
        start["reference"] = because.concerns[0] if because.concerns else ""
    return start


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def change(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Edit a change; list the comments that caused it."""
    row = get_change_or_404(slug, key)
    consultation = row.consultation

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return [ChangeForm(data, files, instance=get_change_or_404(slug, key))]

    edit = Edit(
        row_ref=row_types.row_ref(row),
        bind_forms=forms,
        on_saved=lambda saved: change_list_address(consultation),
        template="desk/changes/change.html",
        context={
            "consultation": consultation,
            "current_page": "changes",
            "heading": f"Clause change: {row}",
            "back_address": change_list_address(consultation),
            "history_row_ref": row_types.row_ref(row),
            "change": row,
            "conclusions": cache(lambda: list(consultation.conclusions.all())),
            "causes": row.causes.select_related("comment__dcc_response"),
        },
        success_message=f"Clause change {row} saved.",
    )
    return edit_response(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_change(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Delete a change; its comments stay."""
    row = get_change_or_404(slug, key)
    causes = row.causes.select_related("comment")
    removal = Removal(
        row=row,
        heading=f"Delete clause change {row}?",
        back_address=change_list_address(row.consultation),
        consequences=[
            f"{comment_label(cause.comment, row.consultation)} will no longer be "
            "linked to this clause change."
            for cause in causes
        ],
        context={"consultation": row.consultation, "current_page": "changes"},
    )
    return removal_response(request, removal)


@require_POST
@never_cache
@requires(Action.DRAFT)
def order_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Reorder the changes: one a step up or down, or all as dragged."""
    consultation = get_consultation_or_404(slug)
    reorder_from_post(request, consultation.changes.all())
    return redirect(change_list_address(consultation))


def get_causing_comment_or_404(consultation: Consultation, key: str) -> Comment:
    """Return the comment with a key, or 404."""
    if forbidden_character_message(key):
        raise Http404(f"There is no comment with the reference {key!r}.")
    return get_object_or_404(consultation.comments, key=key)


def get_change_or_404(slug: str, key: str) -> ClauseChange:
    """Return a change with its consultation and document, or 404."""
    rows = ClauseChange.objects.select_related("consultation", "document")
    return get_object_or_404(rows, consultation__slug=slug, key=key)


def change_list_address(consultation: Consultation) -> str:
    """Return the address of the list of changes."""
    return reverse("responses:changes", args=[consultation.slug])


def causing_comment_address(comment: Comment) -> str:
    """Return the address of a comment's page."""
    return reverse("responses:comment", args=[comment.consultation.slug, comment.key])
