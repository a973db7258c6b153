"""Random walks through sign-off: five users try every step in any order."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from consultations.audit.trail import broken_links
from consultations.documents.conclusion.content import ConclusionContent
from consultations.editions import workflow
from consultations.editions.authorship import NO_AUTHORS
from consultations.editions.workflow import Refusal
from consultations.models import Conclusion, Edition, SignOff
from tests.support import sizes
from tests.support.editions import make_content
from tests.support.factories import make_conclusion, make_consultation, make_user

ROLES: tuple[tuple[str, ...], ...] = (
    ("Drafter",),
    ("Drafter", "Approver"),
    ("Approver",),
    ("Administrator",),
    (),
)
WALKS = sizes.count(16, whole=200)
STEPS = 20

users = st.sampled_from([0, 1, 1, 2, 2, 3, 3, 4])
words = st.sampled_from(["One.", "Two.", "Three."])
# Mostly the newest edition, where something can still happen.
places = st.sampled_from([0, 0, 0, 0, 1, 2])
steps = st.sampled_from(["approved", "rejected", "published", "superseded"])
rarely = st.sampled_from([False, False, False, True])


class SignOffWalk(RuleBasedStateMachine):
    """Tries verbs and SQL on one conclusion and remembers who approved which hash."""

    people: list[User]
    conclusion: Conclusion
    contents: dict[str, ConclusionContent]
    reached: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.approved: set[tuple[int, str]] = set()
        self.walk = transaction.atomic()
        self.walk.__enter__()

    def teardown(self) -> None:
        self.reached.update(set(Edition.objects.values_list("state", flat=True)))
        broken = broken_links(self.conclusion.consultation)
        transaction.set_rollback(True)
        self.walk.__exit__(None, None, None)
        assert broken == []

    def edition(self, place: int) -> Edition | None:
        editions = Edition.objects.order_by("-pk")[place : place + 1]
        return editions[0] if editions else None

    @rule(user=users, words=words, corrects=st.booleans())
    def submit(self, user: int, words: str, corrects: bool) -> None:
        with suppress(Refusal):
            workflow.submit_edition(
                self.conclusion,
                content=self.contents[words],
                authorship=NO_AUTHORS,
                blockers=[],
                by=self.people[user],
                correction="A word was wrong." if corrects else "",
                formats=("txt",),
            )

    @rule(user=users, place=places, other_hash=rarely)
    def approve(self, user: int, place: int, other_hash: bool) -> None:
        edition = self.edition(place)
        if edition is None:
            return
        read = "0" * 64 if other_hash else edition.sha256
        with suppress(Refusal):
            sign_off = workflow.approve_edition(
                edition, by=self.people[user], sha256=read
            )
            assert sign_off.by_id != edition.submitted_by_id
            assert not other_hash
            self.approved.add((edition.pk, read))

    @rule(user=users, place=places)
    def send_back(self, user: int, place: int) -> None:
        edition = self.edition(place)
        if edition is None:
            return
        with suppress(Refusal):
            workflow.reject_edition(
                edition, by=self.people[user], sha256=edition.sha256, remarks="No."
            )
            self.approved.discard((edition.pk, edition.sha256))

    @rule(user=users, place=places)
    def publish(self, user: int, place: int) -> None:
        edition = self.edition(place)
        with suppress(Refusal):
            if edition:
                workflow.publish_edition(edition, by=self.people[user])

    @rule(first=users, second=users, words=words, times=st.integers(1, 6))
    def take_the_next_steps(
        self, first: int, second: int, words: str, times: int
    ) -> None:
        """Two people go on in turn, so that walks get far enough to matter."""
        for number in range(times):
            self.take_the_next_step(second if number % 2 else first, words)

    def take_the_next_step(self, user: int, words: str) -> None:
        in_hand = Edition.objects.pending().first()
        if in_hand is None:
            self.submit(user, words, Edition.objects.ever_published().exists())
        elif in_hand.state == Edition.State.SUBMITTED:
            self.approve(user, 0, other_hash=False)
        else:
            self.publish(user, 0)

    @rule(user=users, place=places)
    def withdraw(self, user: int, place: int) -> None:
        edition = self.edition(place)
        with suppress(Refusal):
            if edition:
                workflow.withdraw_edition(
                    edition, by=self.people[user], reason="Wrong."
                )

    @rule(place=places, state=steps)
    def write_sql(self, place: int, state: str) -> None:
        """Change the state behind the application; only no-ops get through."""
        edition = self.edition(place)
        if edition and edition.state != state:
            with pytest.raises(IntegrityError), transaction.atomic():
                force(edition, state)

    @invariant()
    def what_is_public_was_approved_by_another_on_its_hash(self) -> None:
        for edition in Edition.objects.ever_published():
            assert (edition.pk, edition.sha256) in self.approved
            sign_off = edition.sign_offs.get()
            assert sign_off.decision == SignOff.Decision.APPROVE
            assert sign_off.sha256 == edition.sha256
            assert sign_off.by_id != edition.submitted_by_id
            assert self.people[4].pk not in (sign_off.by_id, edition.published_by_id)

    @invariant()
    def at_most_one_is_in_hand_and_one_published(self) -> None:
        assert Edition.objects.pending().count() <= 1
        assert Edition.objects.current().count() <= 1

    @invariant()
    def editions_count_from_1(self) -> None:
        numbers = Edition.objects.ever_published().order_by("pk").values_list("number")
        assert [n for (n,) in numbers] == list(range(1, len(numbers) + 1))


def force(edition: Edition, state: str) -> None:
    """Write a state behind the application's back.

    One such change is a step of publishing, half done: superseding while the next
    edition is approved. The database lets it pass, so it is undone here.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE consultations_edition SET state = %s WHERE id = %s",
            [state, edition.pk],
        )
    assert (edition.state, state) == ("published", "superseded")
    assert Edition.objects.filter(state=Edition.State.APPROVED).exists()
    raise IntegrityError


@pytest.mark.soak
@pytest.mark.django_db
def test_publication_always_needs_approval_by_another_user() -> None:
    for role in {role for roles in ROLES for role in roles}:
        Group.objects.get_or_create(name=role)
    SignOffWalk.people = [make_user() for _ in ROLES]
    for user, roles in zip(SignOffWalk.people, ROLES, strict=True):
        user.groups.set(Group.objects.filter(name__in=roles))
    SignOffWalk.conclusion = make_conclusion(make_consultation(slug="walk"))
    SignOffWalk.contents = {
        word: make_content(SignOffWalk.conclusion, words=word)
        for word in ("One.", "Two.", "Three.")
    }
    SignOffWalk.reached = Counter()
    run_state_machine_as_test(
        SignOffWalk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
    expected = list(Edition.State) if sizes.is_soak() else [Edition.State.PUBLISHED]
    assert min(SignOffWalk.reached[state] for state in expected) > 0
