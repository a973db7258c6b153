"""Public pages of regulated documents, their versions and clauses."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from consultations.access import Action, user_may
from consultations.models import (
    Clause,
    Consultation,
    DocumentVersion,
    RegulatedDocument,
)
from consultations.public.at_a_glance import ROUTE_EFFECTS
from consultations.public.status import STATUS_PREFETCHES, consultation_statuses
from consultations.public.versions import TaggedVersion, public_versions, tag_versions


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    """List the documents with their annexes and relevant versions."""
    visible = Prefetch("versions", versions_for_reader(request))
    annexes = RegulatedDocument.objects.prefetch_related(visible)
    documents = RegulatedDocument.objects.filter(parent=None).prefetch_related(
        visible, Prefetch("annexes", annexes)
    )
    context = {"documents": [document_list_item(document) for document in documents]}
    return render(request, "consultations/document_list.html", context)


@dataclass(frozen=True)
class DocumentListItem:
    """A document, its relevant versions, and its annexes."""

    document: RegulatedDocument
    versions: tuple[TaggedVersion, ...]
    annexes: tuple[DocumentListItem, ...]


def document_list_item(
    document: RegulatedDocument, *, is_annex: bool = False
) -> DocumentListItem:
    """Return a prefetched document as the list shows it."""
    versions = tag_versions(document.versions.all(), timezone.localdate())
    annexes = [] if is_annex else document.annexes.all()
    return DocumentListItem(
        document,
        tuple(version for version in versions if version.is_relevant),
        tuple(document_list_item(annex, is_annex=True) for annex in annexes),
    )


@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """Show a document: its versions, its annexes and the consultations about it."""
    found = get_object_or_404(
        RegulatedDocument.objects.select_related("parent"), code=code
    )
    versions = versions_for_reader(request).filter(document=found)
    about = Consultation.objects.public().filter(documents=found)
    with_text = Clause.objects.filter(document_version__in=versions)
    context = {
        "document": found,
        "versions": tag_versions(versions, timezone.localdate()),
        "versions_with_text": set(with_text.values_list("document_version", flat=True)),
        "annexes": found.annexes.all(),
        "route_effect": ROUTE_EFFECTS[RegulatedDocument.Route(found.route)].format(
            who=settings.ORGANISATION["short"]
        ),
        "consultation_statuses": consultation_statuses(
            about.prefetch_related(*STATUS_PREFETCHES)
        ),
    }
    return render(request, "consultations/document.html", context)


@require_safe
def document_version(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Show the text of one version, clause by clause."""
    found = get_object_or_404(
        versions_for_reader(request).select_related("document"),
        document__code=code,
        key=key,
    )
    siblings = versions_for_reader(request).filter(document=found.document)
    tagged = tag_versions(siblings, timezone.localdate())
    context = {
        "document": found.document,
        "version": next(each for each in tagged if each.version.pk == found.pk),
        "clauses": clause_tree(found),
    }
    return render(request, "consultations/document_version.html", context)


def versions_for_reader(request: HttpRequest) -> QuerySet[DocumentVersion]:
    """Return the versions that the reader may see; staff see all."""
    if user_may(request.user, Action.SEE_DESK):
        return DocumentVersion.objects.all()
    return public_versions()


@dataclass(frozen=True)
class ClauseNode:
    """A clause with its sub-clauses."""

    clause: Clause
    children: tuple[ClauseNode, ...]


def clause_tree(version: DocumentVersion) -> tuple[ClauseNode, ...]:
    """Return the clauses of a version as trees of sub-clauses."""
    children: dict[int | None, list[Clause]] = {}
    for clause in version.clauses.all():
        children.setdefault(clause.parent_id, []).append(clause)

    def nodes(parent: int | None) -> tuple[ClauseNode, ...]:
        return tuple(ClauseNode(c, nodes(c.pk)) for c in children.get(parent, ()))

    return nodes(None)
