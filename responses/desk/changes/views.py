"""Clause changes: the list, one of them, and one made from a comment in one step."""

from __future__ import annotations

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
from responses.desk.changes.forms import ChangeForm
from responses.desk.editing.lookups import consultation_named
from responses.desk.editing.removal import Removal, answer_removal
from responses.desk.editing.reordering import reorder_from_post
from responses.desk.editing.saving import Edit, Files, Forms, answer_edit
from responses.editing.ordering import next_position
from responses.models import ChangeCause, Comment


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def change_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the changes in the order of printing, with what caused each."""
    consultation = consultation_named(slug)
    context = {
        "consultation": consultation,
        "place": "changes",
        "changes": changes_by_document(consultation),
    }
    return render(request, "desk/changes/list.html", context)


def changes_by_document(consultation: Consultation) -> QuerySet[ClauseChange]:
    """Return the changes with the comments that caused them."""
    causes = ChangeCause.objects.select_related("comment")
    return consultation.changes.select_related("document").prefetch_related(
        Prefetch("causes", causes)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a change; `?comment=k3` has it caused by that comment."""
    consultation = consultation_named(slug)
    named = request.GET.get("comment", "")
    because = comment_named(consultation, named) if named else None
    about = row_types.new_row_ref(
        "change", consultation.pk, because.pk if because else ""
    )

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = ClauseChange(
            consultation=consultation,
            position=next_position(consultation.changes.all()),
        )
        initial = initial_of_new_change(consultation, because)
        return [ChangeForm(data, files, instance=row, initial=initial)]

    back = change_address(because) if because else changes_in_order(consultation)
    edit = Edit(
        about=about,
        forms=forms,
        saved=lambda saved: back,
        template="desk/changes/change.html",
        context={
            "consultation": consultation,
            "place": "changes",
            "heading": "New clause change",
            "back": back,
            "because": because,
        },
        said="The change is made.",
    )
    return answer_edit(request, edit)


def initial_of_new_change(
    consultation: Consultation, because: Comment | None
) -> dict[str, object]:
    """Return what a new change starts from: the comment, and the only document."""
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
    """Edit a change, with the comments that caused it in view."""
    row = change_named(slug, key)
    consultation = row.consultation

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return [ChangeForm(data, files, instance=change_named(slug, key))]

    edit = Edit(
        about=row_types.row_ref(row),
        forms=forms,
        saved=lambda saved: changes_in_order(consultation),
        template="desk/changes/change.html",
        context={
            "consultation": consultation,
            "place": "changes",
            "heading": f"Change {row.key}: {row.document.code} {row.reference}",
            "back": changes_in_order(consultation),
            "item": row_types.row_ref(row),
            "change": row,
            "causes": row.causes.select_related("comment__dcc_response"),
        },
    )
    return answer_edit(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_change(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Remove a change; its comments stay."""
    row = change_named(slug, key)
    causes = row.causes.select_related("comment")
    removal = Removal(
        row=row,
        heading=f"Remove change {row.key}: {row.document.code} {row.reference}?",
        back=changes_in_order(row.consultation),
        consequences=[
            f"Comment {cause.comment.key} will no longer have led to it."
            for cause in causes
        ],
        context={"consultation": row.consultation, "place": "changes"},
    )
    return answer_removal(request, removal)


@require_POST
@never_cache
@requires(Action.DRAFT)
def order_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Put the changes in order: one a step up or down, or all as they were dragged."""
    consultation = consultation_named(slug)
    reorder_from_post(request, consultation.changes.all())
    return redirect(changes_in_order(consultation))


def comment_named(consultation: Consultation, key: str) -> Comment:
    """Return the comment that an address names as the cause; 404 for none."""
    if forbidden_character_message(key):
        raise Http404(f"{key!r} names no comment.")
    return get_object_or_404(consultation.comments, key=key)


def change_named(slug: str, key: str) -> ClauseChange:
    """Return a change with its consultation and document; 404 for none."""
    rows = ClauseChange.objects.select_related("consultation", "document")
    return get_object_or_404(rows, consultation__slug=slug, key=key)


def changes_in_order(consultation: Consultation) -> str:
    """Return the address of the list of changes."""
    return reverse("responses:changes", args=[consultation.slug])


def change_address(comment: Comment) -> str:
    """Return the address of a comment's page."""
    return reverse("responses:comment", args=[comment.consultation.slug, comment.key])
