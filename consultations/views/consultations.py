"""The list of consultations and the page of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from consultations.access import Action, user_may
from consultations.models import (
    Consultation,
    ConsultationAttachment,
    ConsultationDocument,
    DocumentVersion,
    Edition,
    Question,
)
from consultations.models.consultation import ConsultationQuerySet
from consultations.public.at_a_glance import summarise_at_a_glance
from consultations.public.editions import current_editions
from consultations.public.paging import after_cursor, page_and_cursor
from consultations.public.status import STATUS_PREFETCHES, Stage, consultation_statuses
from consultations.public.versions import public_versions

STATUSES: dict[str, tuple[str, Callable[[ConsultationQuerySet], ConsultationQuerySet]]]
STATUSES = {
    "": ("All", lambda consultations: consultations.public()),
    "open": ("Open", lambda consultations: consultations.open()),
    "closed": ("Awaiting conclusion", lambda c: c.awaiting_conclusion()),
    "concluded": ("Concluded", lambda c: c.public().concluded()),
}
"""What `?status=` may be: what it is called and whom it keeps."""

MAX_CHAIN_LENGTH = 12


@require_safe
def consultation_list(request: HttpRequest) -> HttpResponse:
    """List the consultations that were announced, newest first.

    Raise Http404 where there is none.
    """
    status, words = request.GET.get("status", ""), request.GET.get("q", "").strip()
    if status not in STATUSES:
        raise Http404(f"{status!r} is no status of a consultation.")
    found = search_consultations(STATUSES[status][1](Consultation.objects.all()), words)
    found = after_cursor(found, request.GET.get("after", ""))
    rows, cursor = page_and_cursor(found.prefetch_related(*STATUS_PREFETCHES))
    context = {
        "standings": consultation_statuses(rows),
        "statuses": [(key, label) for key, (label, _) in STATUSES.items()],
        "status": status,
        "words": words,
        "cursor": cursor,
    }
    return render(request, "consultations/consultation_list.html", context)


def search_consultations(
    consultations: ConsultationQuerySet, words: str
) -> ConsultationQuerySet:
    """Return those whose title, summary or documents hold every word."""
    for word in words.replace("\0", "").split():
        documents = ConsultationDocument.objects.filter(
            Q(document__code__icontains=word) | Q(document__title__icontains=word),
            consultation=OuterRef("pk"),
        )
        consultations = consultations.filter(
            Q(title__icontains=word) | Q(summary__icontains=word) | Exists(documents)
        )
    return consultations


@require_safe
def consultation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one consultation: the plain box, documents, questions and what followed."""
    found = get_visible_consultation(request, slug)
    (standing,) = consultation_statuses([found])
    staff = user_may(request.user, Action.SEE_DESK)
    editions = Edition.objects.ever_published().filter(conclusion__consultation=found)
    context = {
        "consultation": found,
        "standing": standing,
        "is_public": standing.stage != Stage.FORTHCOMING,
        "box": summarise_at_a_glance(standing, timezone.localdate()),
        "questions": question_tree(found.questions.all()),
        "versions": consultation_versions(found, staff=staff),
        "attachments": attachments_of(found),
        "conclusions": current_editions(editions),
        "chain": consultation_chain(found, staff=staff),
    }
    return render(request, "consultations/consultation.html", context)


def get_visible_consultation(request: HttpRequest, slug: str) -> Consultation:
    """Return a consultation; before its opening day it is there for staff only.

    Raise Http404 where there is none.
    """
    found = get_object_or_404(
        Consultation.objects.select_related(
            "organisation", "designation"
        ).prefetch_related(*STATUS_PREFETCHES, "extensions__questions", "questions"),
        slug=slug,
    )
    if not found.is_public() and not user_may(request.user, Action.SEE_DESK):
        raise Http404(f"No consultation {slug!r}.")
    return found


@dataclass(frozen=True)
class QuestionNode:
    """A question with the questions below it."""

    question: Question
    below: tuple[QuestionNode, ...]


def question_tree(questions: Iterable[Question]) -> tuple[QuestionNode, ...]:
    """Return questions as the tree that their parents make."""
    children: dict[int | None, list[Question]] = {}
    for question in questions:
        children.setdefault(question.parent_id, []).append(question)

    def below(parent: int | None) -> tuple[QuestionNode, ...]:
        return tuple(QuestionNode(q, below(q.pk)) for q in children.get(parent, ()))

    return below(None)


def consultation_versions(found: Consultation, *, staff: bool) -> list[DocumentVersion]:
    """Return the versions of its documents that the reader may see."""
    documents = [link.document_id for link in found.document_links.all()]
    versions = DocumentVersion.objects.all() if staff else public_versions()
    return list(versions.filter(document__in=documents).select_related("document"))


def attachments_of(found: Consultation) -> QuerySet[ConsultationAttachment]:
    """Return the files published with it, without their bytes."""
    rows = found.attachments.select_related("file")
    return rows.defer("file__content", "file__packed")


@dataclass(frozen=True)
class Round:
    """One consultation of a chain; one that is not on this site has only a name."""

    title: str
    consultation: Consultation | None


def consultation_chain(found: Consultation, *, staff: bool) -> list[Round]:
    """Return the rounds before and after it and itself; a query for each before it."""
    known = Consultation.objects.all() if staff else Consultation.objects.public()
    own = Round(found.title, found)
    return [*rounds_before(found, known), own, *rounds_after(found, known)]


def rounds_before(found: Consultation, known: ConsultationQuerySet) -> list[Round]:
    """Return the rounds it follows, the first one first."""
    rounds: list[Round] = []
    seen, follows = {found.slug}, found.follows
    while follows and follows not in seen and len(rounds) < MAX_CHAIN_LENGTH:
        seen.add(follows)
        earlier = known.filter(slug=follows).first()
        rounds.insert(0, Round(earlier.title if earlier else follows, earlier))
        follows = earlier.follows if earlier else ""
    return rounds


def rounds_after(found: Consultation, known: ConsultationQuerySet) -> list[Round]:
    """Return the rounds that followed it, and those that followed them."""
    rounds: list[Round] = []
    seen, level = {found.slug}, [found.slug]
    while level and len(rounds) < MAX_CHAIN_LENGTH:
        later = list(known.filter(follows__in=level).exclude(slug__in=seen))
        rounds += [Round(each.title, each) for each in reversed(later)]
        level = [each.slug for each in later]
        seen.update(level)
    return rounds
