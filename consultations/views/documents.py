"""Public pages of regulated documents, their versions and clauses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from consultations.access import Action, user_may
from consultations.models import DocumentVersion, RegulatedDocument
from consultations.public.at_a_glance import ROUTE_EFFECTS
from consultations.public.effects import planned_effects
from consultations.public.shown import consultations_about, public_statuses
from consultations.public.versions import (
    ShownVersion,
    TaggedVersion,
    differs_from_public,
    public_documents,
    public_versions,
    tag_versions,
    versions_for_staff,
)


@require_safe
def document_list(request: HttpRequest) -> HttpResponse:
    """List the documents with their annexes and relevant versions.

    An annex of a document that the reader may not know of is listed by itself.
    """
    versions: dict[int, list[ShownVersion]] = defaultdict(list)
    every_version = versions_for_reader(request)
    planned = planned_effects(every_version)
    for version in every_version:
        versions[version.document_id].append(version)
    documents = list(documents_for_reader(request))
    known = {document.pk for document in documents}
    annexes: dict[int | None, list[RegulatedDocument]] = defaultdict(list)
    for document in documents:
        annexes[document.parent_id if document.parent_id in known else None].append(
            document
        )

    def item(document: RegulatedDocument, depth: int = 0) -> DocumentListItem:
        below = annexes[document.pk] if depth == 0 else []
        return document_list_item(
            document,
            tag_versions(versions[document.pk], timezone.localdate(), planned),
            [item(annex, 1) for annex in below],
        )

    context = {"documents": [item(document) for document in annexes[None]]}
    return render(request, "consultations/document_list.html", context)


@dataclass(frozen=True)
class DocumentListItem:
    """A document, its relevant versions, and its annexes."""

    document: RegulatedDocument
    versions: tuple[TaggedVersion, ...]
    annexes: tuple[DocumentListItem, ...]


def document_list_item(
    document: RegulatedDocument,
    tagged: Iterable[TaggedVersion],
    annexes: Iterable[DocumentListItem],
) -> DocumentListItem:
    """Return a document as the list shows it, with the relevant versions."""
    return DocumentListItem(
        document,
        tuple(version for version in tagged if version.is_relevant),
        tuple(annexes),
    )


@require_safe
def document(request: HttpRequest, code: str) -> HttpResponse:
    """Show a document: its versions, its annexes and the consultations about it.

    Raise Http404 where there is none that the reader may know of.
    """
    documents = documents_for_reader(request)
    found = get_object_or_404(documents, code=code)
    versions = versions_for_reader(request, found.versions.all())
    context = {
        "document": found,
        "parent": documents.filter(annexes=found).first(),
        "versions": tag_versions(
            versions, timezone.localdate(), planned_effects(versions)
        ),
        "annexes": documents.filter(parent=found),
        "route_effect": ROUTE_EFFECTS[RegulatedDocument.Route(found.route)].format(
            who=settings.ORGANISATION["short"]
        ),
        "consultation_statuses": public_statuses(consultations_about(found.pk)),
    }
    return render(request, "consultations/document.html", context)


@require_safe
def document_version(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Show the text of one version, clause by clause.

    Staff see the text as it is stored, marked where it is not the public one. Raise
    Http404 where there is no version that the reader may see.
    """
    siblings = versions_for_reader(
        request, DocumentVersion.objects.filter(document__code=code)
    )
    tagged = tag_versions(siblings, timezone.localdate(), planned_effects(siblings))
    shown = next((each for each in tagged if each.version.key == key), None)
    if shown is None:
        raise Http404(f"No version {key!r} of {code!r}.")
    context = {
        "document": RegulatedDocument.objects.get(code=code),
        "version": shown,
        "clauses": shown.version.text().clauses,
        "is_draft": _is_draft(request, shown.version),
    }
    return render(request, "consultations/document_version.html", context)


def _is_draft(request: HttpRequest, version: ShownVersion) -> bool:
    """True when staff see another text than the public."""
    return user_may(request.user, Action.SEE_DESK) and differs_from_public(
        DocumentVersion.objects.select_related("document").get(pk=version.pk)
    )


def versions_for_reader(
    request: HttpRequest, versions: QuerySet[DocumentVersion] | None = None
) -> list[ShownVersion]:
    """Return the versions, of those given or of all, that the reader may see."""
    if user_may(request.user, Action.SEE_DESK):
        return versions_for_staff(versions)
    return public_versions(versions)


def documents_for_reader(request: HttpRequest) -> QuerySet[RegulatedDocument]:
    """Return the documents that the reader may know of; staff know all."""
    if user_may(request.user, Action.SEE_DESK):
        return RegulatedDocument.objects.all()
    return public_documents()
