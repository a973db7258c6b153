"""The regulated documents of a consultation: list, add, reorder, remove."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.access import Action
from consultations.audit.history import create_all, delete_all, save_all
from consultations.documents.wording import join_words
from consultations.models import (
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    ConsultationDocument,
    DocumentVersion,
    RegulatedDocument,
)
from consultations.public_slugs import claim_slugs_of_opening
from consultations.web.requires import requires
from responses.desk.editing.lookups import get_consultation_or_404, lock_consultation
from responses.desk.editing.reordering import get_posted_row, reorder_from_post
from responses.desk.editing.saving import logged_in_user
from responses.desk.setup.pages import setup_address, setup_context
from responses.editing.ordering import next_position
from responses.setup.question_order import MAX_NAMED, join_some

DOCUMENTS_URL_NAME = "consulted_documents"


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def consulted_documents(request: HttpRequest, slug: str) -> HttpResponse:
    """List the documents a consultation is about, and those that can be added."""
    consultation = get_consultation_or_404(slug)
    consulted = DocumentVersion.objects.filter(status="consulted")
    links = consultation.document_links.select_related("document").prefetch_related(
        Prefetch("document__versions", consulted.select_related("consultation"))
    )
    context = setup_context(
        consultation,
        document_links=links,
        other_documents=documents_not_consulted_on(consultation),
    )
    return render(request, "desk/setup/documents.html", context)


def documents_not_consulted_on(consultation: Consultation) -> list[RegulatedDocument]:
    """Return the documents that a consultation is not about."""
    named = consultation.document_links.values("document")
    return list(RegulatedDocument.objects.exclude(pk__in=named))


@require_POST
@never_cache
@requires(Action.DRAFT)
@transaction.atomic
def add_documents(request: HttpRequest, slug: str) -> HttpResponse:
    """Append the selected documents to those of the consultation."""
    consultation = lock_consultation(get_consultation_or_404(slug))
    ticked = set(request.POST.getlist("document"))
    new = [
        each
        for each in documents_not_consulted_on(consultation)
        if str(each.pk) in ticked
    ]
    first = next_position(consultation.document_links.all())
    rows = [
        ConsultationDocument(
            consultation=consultation, document=document, position=position
        )
        for position, document in enumerate(new, first)
    ]
    create_all(ConsultationDocument, rows, by=logged_in_user(request))
    claim_slugs_of_opening(consultation)
    if new:
        codes = join_words([each.code for each in new])
        messages.success(request, f"Documents added: {codes}.")
    else:
        messages.error(request, "Select the documents to add.")
    return redirect(setup_address(DOCUMENTS_URL_NAME, consultation))


@require_POST
@never_cache
@requires(Action.DRAFT)
@transaction.atomic
def choose_versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Set which versions of one document this consultation asks about.

    Versions of another consultation are not touched.
    """
    consultation = lock_consultation(get_consultation_or_404(slug))
    link = get_posted_row(
        request, consultation.document_links.select_related("document")
    )
    ticked = set(request.POST.getlist("version"))
    free = Q(consultation=None) | Q(consultation=consultation)
    versions = link.document.versions.filter(free, status="consulted")
    changed = []
    for version in versions.select_for_update(of=("self",)):
        wanted = consultation.pk if str(version.pk) in ticked else None
        if version.consultation_id != wanted:
            version.consultation_id = wanted
            version.set_public_from_opening()
            changed.append(version)
    fields = ["consultation", "public_from_opening_of"]
    save_all(DocumentVersion, changed, fields, by=logged_in_user(request))
    messages.success(request, f"Versions of the {link.document.code} saved.")
    unreleased = [str(each) for each in changed if each.needs_release()]
    if unreleased:
        messages.warning(request, release_needed_sentence(unreleased))
    return redirect(setup_address(DOCUMENTS_URL_NAME, consultation))


def release_needed_sentence(versions: list[str]) -> str:
    """Return that versions were added after the opening, and what makes them public."""
    verb, each = ("is", "its") if len(versions) == 1 else ("are", "their")
    return (
        f"The consultation has opened, so {join_words(versions)} {verb} not public. "
        f"Request {each} release on the page of the regulated document."
    )


@require_POST
@never_cache
@requires(Action.DRAFT)
def order_documents(request: HttpRequest, slug: str) -> HttpResponse:
    """Reorder the documents."""
    consultation = get_consultation_or_404(slug)
    reorder_from_post(request, consultation.document_links.all())
    return redirect(setup_address(DOCUMENTS_URL_NAME, consultation))


@require_POST
@never_cache
@requires(Action.DRAFT)
def remove_document(request: HttpRequest, slug: str) -> HttpResponse:
    """Remove a document from a consultation; the document itself is kept."""
    consultation = get_consultation_or_404(slug)
    link = get_posted_row(
        request, consultation.document_links.select_related("document")
    )
    reasons = document_removal_blockers(link)
    if reasons:
        refusal = f"{link.document.code} was not removed. {' '.join(reasons)}"
        messages.error(request, refusal)
    else:
        reason = "Removed from the consultation"
        delete_all([link], by=logged_in_user(request), reason=reason)
        messages.success(
            request, f"{link.document.code} removed from this consultation."
        )
    return redirect(setup_address(DOCUMENTS_URL_NAME, consultation))


def document_removal_blockers(link: ConsultationDocument) -> list[str]:
    """Return why a document cannot be removed: the rows that refer to it."""
    of_it = {"document": link.document_id}
    about = link.consultation_id
    code = link.document.code
    changes = link.consultation.changes.filter(**of_it)
    references = list(changes.values_list("reference", flat=True))
    found = []
    if references:
        named = join_some(references)
        found.append(f"Delete the clause changes to the {code} first: {named}.")
    sections = ConclusionSection.objects.filter(conclusion__consultation=about, **of_it)
    found += [
        f"Delete the section “{section}” on the {code} first."
        for section in sections[:MAX_NAMED]
    ]
    versions = link.consultation.versions.filter(**of_it)
    found += [
        f"Remove version {version.label or version.key} of the {code} from this "
        "consultation first."
        for version in versions[:MAX_NAMED]
    ]
    files = ConclusionAttachment.objects.filter(conclusion__consultation=about, **of_it)
    found += [
        f"Delete the conclusion’s attachment “{file}” of the {code} first."
        for file in files[:MAX_NAMED]
    ]
    return found
