"""Regulated documents: their versions, their clauses, what was asked about them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from consultations.access import Action, may
from consultations.models import (
    Clause,
    Consultation,
    DocumentVersion,
    RegulatedDocument,
)
from consultations.public.status import PREFETCHED, standings
from consultations.public.versions import Version, public_versions, versions_with_tags


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    """List the documents with their annexes and where their text stands."""
    visible = Prefetch("versions", versions_for(request))
    annexes = RegulatedDocument.objects.prefetch_related(visible)
    documents = RegulatedDocument.objects.filter(parent=None).prefetch_related(
        visible, Prefetch("annexes", annexes)
    )
    context = {"documents": [listed(document) for document in documents]}
    return render(request, "consultations/document_list.html", context)


@dataclass(frozen=True)
class Listed:
    """A document, its versions that matter now, and its annexes."""

    document: RegulatedDocument
    versions: tuple[Version, ...]
    annexes: tuple[Listed, ...]


def listed(document: RegulatedDocument, *, is_annex: bool = False) -> Listed:
    """Return a prefetched document as the list shows it."""
    versions = versions_with_tags(document.versions.all(), timezone.localdate())
    annexes = [] if is_annex else document.annexes.all()
    return Listed(
        document,
        tuple(version for version in versions if version.matters),
        tuple(listed(annex, is_annex=True) for annex in annexes),
    )


@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """Show a document: its versions, its annexes and the consultations about it."""
    found = get_object_or_404(
        RegulatedDocument.objects.select_related("parent"), code=code
    )
    versions = versions_for(request).filter(document=found)
    about = Consultation.objects.announced().filter(documents=found)
    with_text = Clause.objects.filter(document_version__in=versions)
    context = {
        "document": found,
        "versions": versions_with_tags(versions, timezone.localdate()),
        "with_text": set(with_text.values_list("document_version", flat=True)),
        "annexes": found.annexes.all(),
        "standings": standings(about.prefetch_related(*PREFETCHED)),
    }
    return render(request, "consultations/document.html", context)


@require_safe
def document_version(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Show the text of one version, clause by clause."""
    found = get_object_or_404(
        versions_for(request).select_related("document"), document__code=code, key=key
    )
    siblings = versions_for(request).filter(document=found.document)
    tagged = versions_with_tags(siblings, timezone.localdate())
    context = {
        "document": found.document,
        "version": next(each for each in tagged if each.version.pk == found.pk),
        "clauses": clause_tree(found),
    }
    return render(request, "consultations/document_version.html", context)


def versions_for(request: HttpRequest) -> QuerySet[DocumentVersion]:
    """Return the versions the reader may see: staff see those still in the making."""
    if may(request.user, Action.SEE_DESK):
        return DocumentVersion.objects.all()
    return public_versions()


@dataclass(frozen=True)
class Node:
    """A clause with the clauses below it."""

    clause: Clause
    below: tuple[Node, ...]


def clause_tree(version: DocumentVersion) -> tuple[Node, ...]:
    """Return the clauses of a version as the tree that their parents make."""
    children: dict[int | None, list[Clause]] = {}
    for clause in version.clauses.all():
        children.setdefault(clause.parent_id, []).append(clause)

    def below(parent: int | None) -> tuple[Node, ...]:
        return tuple(Node(c, below(c.pk)) for c in children.get(parent, ()))

    return below(None)
