"""What must not be published of the respondents to consultations, earlier rounds too.

A respondent to an earlier round who must not be named there must not be named in the
texts of a later round either, unless they may be named in the later round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from consultations.models import Consultation
from consultations.public_slugs import present_slug
from responses.analysis.counted import named_respondents
from responses.checks.identification import Identifier, unpublishable_identifiers
from responses.models import Answer, Attribution, Respondent, Submission
from responses.text_matching.names import name_key

MAX_ROUNDS = 50
"""Earlier rounds whose respondents are looked for."""


@dataclass(frozen=True)
class Secrets:
    """Respondents, and the confidential answers, of consultations.

    Those who may be named are in `nameable_ids`: only their contact details are
    secret. `slugs` are the web addresses of the consultations, by their ids.
    """

    people: tuple[Respondent, ...] = ()
    nameable_ids: frozenset[int] = frozenset()
    answers: tuple[tuple[Submission, Answer], ...] = ()
    slugs: tuple[tuple[int, str], ...] = ()

    @property
    def hides_names(self) -> bool:
        """True when a respondent must not be named."""
        return any(person.pk not in self.nameable_ids for person in self.people)

    @property
    def hides_anything(self) -> bool:
        """True when a respondent must not be named or an answer is confidential."""
        return self.hides_names or bool(self.answers)

    @property
    def hidden_names(self) -> tuple[str, ...]:
        """All names of the respondents who must not be named.

        What a person has judged with regard to them is judged anew for one more.
        """
        hidden = (p for p in self.people if p.pk not in self.nameable_ids)
        names = ([p.name, p.email, *p.aliases, *p.represents] for p in hidden)
        return tuple(sorted({name for each in names for name in each if name}))

    def with_earlier(self, earlier: Secrets) -> Secrets:
        """Return these with those of earlier rounds, whose respondents come last."""
        if not earlier.people:
            return self
        named = {
            name_key(name)
            for person in self.people
            if person.pk in self.nameable_ids
            for name in (person.name, *person.aliases)
        }
        also = {
            person.pk for person in earlier.people if name_key(person.name) in named
        }
        return Secrets(
            (*self.people, *earlier.people),
            self.nameable_ids | earlier.nameable_ids | also,
            (*self.answers, *earlier.answers),
            (*self.slugs, *earlier.slugs),
        )

    def identifiers(self, mailboxes: str) -> Iterator[Identifier]:
        """Yield what identifies the respondents, once for several consultations.

        `mailboxes` are the addresses of the organisation.
        """
        first: dict[tuple[object, ...], int] = {}
        given = unpublishable_identifiers(self.people, self.nameable_ids, mailboxes)
        for each in given:
            kind = each.is_number, each.is_short, each.is_initials
            key = (*kind, name_key(each.words))
            consultation = each.person.consultation_id
            if first.setdefault(key, consultation) == consultation:
                yield each


def earlier_rounds(consultation: Consultation) -> list[Consultation]:
    """Return the consultations that this one follows, the latest first."""
    found: list[Consultation] = []
    seen, slug = {consultation.pk}, consultation.follows
    while slug and len(found) < MAX_ROUNDS:
        row = Consultation.objects.filter(slug=present_slug(slug)).first()
        if row is None or row.pk in seen:
            break
        found.append(row)
        seen.add(row.pk)
        slug = row.follows
    return found


def read_secrets(consultations: Sequence[Consultation]) -> Secrets:
    """Return the secrets of consultations as their rows are stored."""
    if not consultations:
        return Secrets()
    found = Respondent.objects.filter(consultation__in=consultations)
    people = tuple(found.order_by("consultation", "position", "pk"))
    consultation_of = {person.pk: person.consultation_id for person in people}
    given = Submission.objects.filter(respondent__consultation__in=consultations)
    submissions = {each.pk: each for each in given.order_by("position", "pk")}
    confidential = Q(confidential=True) | Q(
        submission__attribution=Attribution.CONFIDENTIAL
    )
    answers = Answer.objects.filter(confidential, submission__in=list(submissions))
    answers = answers.select_related("question")
    return Secrets(
        people=people,
        nameable_ids=frozenset(
            pk
            for consultation in consultations
            for pk in named_respondents(
                consultation,
                [
                    each
                    for each in submissions.values()
                    if consultation_of[each.respondent_id] == consultation.pk
                ],
            )
        ),
        answers=tuple(
            (submissions[answer.submission_id], answer)
            for answer in answers.order_by("submission", "pk")
        ),
        slugs=tuple((each.pk, each.slug) for each in consultations),
    )


def secrets_of(consultation: Consultation) -> Secrets:
    """Return the secrets of a consultation and of its earlier rounds."""
    own = read_secrets([consultation])
    return own.with_earlier(read_secrets(earlier_rounds(consultation)))


def own_mailboxes(consultations: Iterable[Consultation]) -> str:
    """Return the addresses of the organisation, which identify no respondent."""
    return " ".join(
        [*(each.mailbox for each in consultations), settings.ORGANISATION["mailbox"]]
    )
