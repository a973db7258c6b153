"""Public pages: the list of consultations and the page of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

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
from consultations.public.paging import filter_after_cursor, page_and_cursor
from consultations.public.status import STATUS_PREFETCHES, Stage, consultation_statuses
from consultations.public.versions import (
    ShownVersion,
    public_versions,
    versions_for_staff,
)

STATUS_FILTERS: dict[
    str, tuple[str, Callable[[ConsultationQuerySet], ConsultationQuerySet]]
]
STATUS_FILTERS = {
    "": ("All", lambda consultations: consultations.public()),
    "open": ("Open", lambda consultations: consultations.open()),
    "closed": ("Awaiting conclusion", lambda c: c.awaiting_conclusion()),
    "concluded": ("Concluded", lambda c: c.public().concluded()),
}
"""The filters of the list by the value of `?status=`: label and queryset method."""

MAX_CHAIN_LENGTH = 12


@require_safe
def consultation_list(request: HttpRequest) -> HttpResponse:
    """List the public consultations, newest first.

    Raise Http404 for an unknown filter.
    """
    status, words = request.GET.get("status", ""), request.GET.get("q", "").strip()
    if status not in STATUS_FILTERS:
        raise Http404(f"{status!r} is not a status of a consultation.")
    found = search_consultations(
        STATUS_FILTERS[status][1](Consultation.objects.all()), words
    )
    found = filter_after_cursor(found, request.GET.get("after", ""))
    rows, cursor = page_and_cursor(found.prefetch_related(*STATUS_PREFETCHES))
    context = {
        "consultation_statuses": consultation_statuses(rows),
        "statuses": [(key, label) for key, (label, _) in STATUS_FILTERS.items()],
        "status": status,
        "search_words": words,
        "next_cursor": cursor,
    }
    return render(request, "consultations/consultation_list.html", context)


def search_consultations(
    consultations: ConsultationQuerySet, words: str
) -> ConsultationQuerySet:
    """Return the consultations with every word in title, summary or documents."""
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
    """Show one consultation."""
    found = get_visible_consultation(request, slug)
    (standing,) = consultation_statuses([found])
    staff = user_may(request.user, Action.SEE_DESK)
    editions = Edition.objects.ever_published().filter(conclusion__consultation=found)
    context = {
        "consultation": found,
        "consultation_status": standing,
        "is_public": standing.stage != Stage.FORTHCOMING,
        "at_a_glance": summarise_at_a_glance(standing, timezone.localdate()),
        "questions": question_tree(found.questions.all()),
        "versions": consultation_versions(found, staff=staff),
        "attachments": attachments_without_bytes(found),
        "conclusions": current_editions(editions),
        "chain": consultation_chain(found, staff=staff),
    }
    return render(request, "consultations/consultation.html", context)


def get_visible_consultation(request: HttpRequest, slug: str) -> Consultation:
    """Return a consultation; before its opening, for staff only.

    Raise Http404 where there is none, or it is not public yet.
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
    """A question with its sub-questions."""

    question: Question
    children: tuple[QuestionNode, ...]


def question_tree(questions: Iterable[Question]) -> tuple[QuestionNode, ...]:
    """Return questions as trees of sub-questions."""
    children: dict[int | None, list[Question]] = {}
    for question in questions:
        children.setdefault(question.parent_id, []).append(question)

    def nodes(parent: int | None) -> tuple[QuestionNode, ...]:
        return tuple(QuestionNode(q, nodes(q.pk)) for q in children.get(parent, ()))

    return nodes(None)


def consultation_versions(found: Consultation, *, staff: bool) -> list[ShownVersion]:
    """Return the versions of a consultation's documents that the reader may see."""
    documents = [link.document_id for link in found.document_links.all()]
    versions = DocumentVersion.objects.filter(document__in=documents)
    return versions_for_staff(versions) if staff else public_versions(versions)


def attachments_without_bytes(found: Consultation) -> QuerySet[ConsultationAttachment]:
    """Return the attachments of a consultation, without their content."""
    rows = found.attachments.select_related("file")
    return rows.defer("file__content", "file__packed")


@dataclass(frozen=True)
class Round:
    """A round of consultation; a round outside this site has only a title.

    `follows` is the title of the round before it, empty for the first.
    """

    title: str
    consultation: Consultation | None
    follows: str = ""


def consultation_chain(found: Consultation, *, staff: bool) -> list[Round]:
    """Return all rounds of a consultation in order; one query per earlier round."""
    known = Consultation.objects.all() if staff else Consultation.objects.public()
    own = Round(found.title, found)
    rounds = [*earlier_rounds(found, known), own, *later_rounds(found, known)]
    titles = {
        each.consultation.slug: each.title for each in rounds if each.consultation
    }
    return [
        replace(each, follows=titles.get(slug, slug))
        for each in rounds
        for slug in [each.consultation.follows if each.consultation else ""]
    ]


def earlier_rounds(found: Consultation, known: ConsultationQuerySet) -> list[Round]:
    """Return the rounds that a consultation follows, the first one first.

    A round that is on this site but not known to the reader ends the chain unsaid.
    """
    rounds: list[Round] = []
    seen, follows = {found.slug}, found.follows
    while follows and follows not in seen and len(rounds) < MAX_CHAIN_LENGTH:
        seen.add(follows)
        earlier = known.filter(slug=follows).first()
        if earlier is None and Consultation.objects.filter(slug=follows).exists():
            break
        rounds.insert(0, Round(earlier.title if earlier else follows, earlier))
        follows = earlier.follows if earlier else ""
    return rounds


def later_rounds(found: Consultation, known: ConsultationQuerySet) -> list[Round]:
    """Return the rounds that follow a consultation, at any distance."""
    rounds: list[Round] = []
    seen, level = {found.slug}, [found.slug]
    while level and len(rounds) < MAX_CHAIN_LENGTH:
        later = list(known.filter(follows__in=level).exclude(slug__in=seen))
        rounds += [Round(each.title, each) for each in reversed(later)]
        level = [each.slug for each in later]
        seen.update(level)
    return rounds
