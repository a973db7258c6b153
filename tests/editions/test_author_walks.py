"""Random walks in which authors, accounts and roles count, against an oracle.

Acts of writing, accounts and sign-off are tried by anyone in any order. The oracle
knows every word by who wrote it, and every change of an account by who made it: it
keeps its own books and reads no table but the content of editions.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction
from django.utils import timezone

from consultations.access import Action, user_may
from consultations.audit.history import save_all
from consultations.editions import scheduling, workflow
from consultations.editions.verification import verify_everything
from consultations.editions.workflow import Refusal
from consultations.models import Edition
from consultations.models.base import Editable
from responses.conclusions import submission
from responses.history.authors import take_over_text, written_texts
from responses.models import DCCResponse
from responses.row_types import row_ref
from tests.support import sizes, sql
from tests.support.accounts import signed_in
from tests.support.factories import (
    make_comment,
    make_conclusion,
    make_consultation,
    make_question,
    make_user,
)

WALKS = sizes.seeds(8, whole=1000)
STEPS = 40

ROLES = (
    ("Drafter",),
    ("Drafter", "Approver"),
    ("Approver",),
    ("Approver", "Administrator"),
    ("Administrator",),
)
WORD = re.compile(r"word\d+x")


@dataclass(frozen=True)
class Act:
    """Words that a user put into a text, or took over."""

    by: int
    words: frozenset[str]
    takes_over: bool = False


@dataclass(frozen=True)
class Submission:
    """What the oracle knows of an edition when it is submitted."""

    by: int
    words: frozenset[str]
    authors: frozenset[int]
    acts: int
    changes_before: int


@dataclass
class Oracle:
    """What is known of words and accounts, by the rules alone.

    `acts` are in order, each with the number of changes of accounts before it. Words
    of the last public edition are nobody's, and its draft ended with act `begin`.
    """

    acts: list[tuple[Act, int]] = field(default_factory=list)
    account_changes: list[tuple[int, int]] = field(default_factory=list)
    begin: int = 0
    has_edition: bool = False
    public_words: frozenset[str] = frozenset()
    submissions: dict[int, Submission] = field(default_factory=dict)
    approvers: dict[int, int] = field(default_factory=dict)

    def note(self, act: Act) -> None:
        self.acts.append((act, len(self.account_changes)))

    def authors_of(self, words: frozenset[str]) -> frozenset[int]:
        """Return who answers for words: their writers, or who took them over."""
        writers: dict[str, int] = {}
        for act, _ in self.acts[self.begin :]:
            for word in act.words - self.public_words:
                if word not in writers or act.takes_over:
                    writers[word] = act.by
        return frozenset(writers[word] for word in words & writers.keys())

    def submitted(self, edition: Edition) -> None:
        words = frozenset(WORD.findall(edition.content))
        acts = self.acts[self.begin :]
        later = [changes for act, changes in acts if not act.takes_over]
        began = min(later, default=len(self.account_changes))
        self.submissions[edition.pk] = Submission(
            by=edition.submitted_by_id,
            words=words,
            authors=self.authors_of(words),
            acts=len(self.acts),
            changes_before=began if self.has_edition else 0,
        )

    def was_published(self, edition: Edition) -> None:
        """Check an edition at its publication; the next draft begins."""
        submitted = self.submissions[edition.pk]
        approver = self.approvers[edition.pk]
        assert approver != submitted.by
        assert approver not in submitted.authors
        changes = self.account_changes[submitted.changes_before :]
        for maker in {submitted.by, *submitted.authors}:
            assert (maker, approver) not in changes
        self.begin, self.public_words = submitted.acts, submitted.words
        self.has_edition = True


class Walk:
    """A conclusion with three texts, and people who try everything."""

    def __init__(self, seed: int, reached: Counter[str]) -> None:
        self.random = random.Random(seed)
        self.reached = reached
        self.oracle = Oracle()
        self.number = 0
        self.people: list[int] = []
        for roles in ROLES:
            user = make_user()
            user.groups.set(Group.objects.filter(name__in=roles))
            self.people.append(user.pk)
        consultation = make_consultation()
        make_comment(consultation, make_question(consultation), response="Old.")
        self.conclusion = make_conclusion(consultation)
        self.wordings: dict[str, list[str]] = {}
        self.published: set[int] = set()

    def go(self) -> None:
        acts: list[Callable[[], None]] = [
            *[self.write] * 4,
            *[self.restore, self.take_over],
            *[self.change_account] * 3,
            *[self.submit, self.approve, self.publish],
            *[self.approve_by_sql, self.send_back, self.schedule, self.withdraw],
            *[self.take_the_next_step] * 9,
        ]
        for _ in range(STEPS):
            act = self.random.choice(acts)
            with self.refusals_counted(act.__name__):
                act()
            self.check()

    @contextmanager
    def refusals_counted(self, act: str) -> Iterator[None]:
        try:
            with transaction.atomic():
                yield
            self.reached[act] += 1
        except Refusal as refused:
            said = str(refused)
            self.reached["refused to an author"] += "wrote or took over" in said
            self.reached["refused for an account"] += "after the draft began" in said
        except IntegrityError as error:
            self.reached["refused by the database"] += "author of a text" in str(error)

    def check(self) -> None:
        """Show the oracle what was published since the last step."""
        for edition in Edition.objects.current():
            if edition.pk not in self.published:
                self.published.add(edition.pk)
                self.oracle.was_published(edition)
                self.reached["published"] += 1

    # Writing

    def text(self) -> tuple[Editable, str]:
        response = DCCResponse.objects.get()
        section = self.conclusion.sections.get(heading="Introduction")
        row = self.random.choice([response, response.comment, section])
        return row, row_ref(row)

    def write(self) -> None:
        user = self.somebody()
        row, ref = self.text()
        self.number += 1
        words = WORD.findall(row.text)  # type: ignore[attr-defined]
        kept = self.random.sample(words, self.random.randrange(len(words) + 1))
        self.save(row, ref, user, " ".join([*kept, f"word{self.number}x"]))

    def restore(self) -> None:
        """Put a text back to a wording that it had."""
        row, ref = self.text()
        if ref in self.wordings:
            wording = self.random.choice(self.wordings[ref])
            self.save(row, ref, self.somebody(), wording)

    def save(self, row: Editable, ref: str, user: User, text: str) -> None:
        before = WORD.findall(row.text)  # type: ignore[attr-defined]
        row.text = text  # type: ignore[attr-defined]
        save_all(type(row), [row], ["text"], by=user)
        self.wordings.setdefault(ref, []).append(text)
        self.oracle.note(Act(user.pk, frozenset(WORD.findall(text)) - {*before}))

    def take_over(self) -> None:
        texts = written_texts(self.conclusion)
        if texts:
            text, user = self.random.choice(texts), self.somebody(Action.DRAFT)
            take_over_text(
                self.conclusion,
                row=text.row,
                field=text.field,
                sha256=text.sha256,
                by=user,
            )
            words = frozenset(WORD.findall(str(text.wording)))
            self.oracle.note(Act(user.pk, words, takes_over=True))

    # Accounts

    def change_account(self) -> None:
        by, user = self.somebody(), self.somebody()
        with signed_in(by):
            kind = self.random.choice(["password", "email", "role", "new", "active"])
            if kind == "new":
                user = make_user(role="Approver")
                self.people.append(user.pk)
            elif kind == "role":
                group = Group.objects.get(name="Approver")
                user.groups.remove(group)
                user.groups.add(group)
            else:
                self.number += 1
                self.set_value(user, kind)
        self.oracle.account_changes.append((by.pk, user.pk))

    def set_value(self, user: User, kind: str) -> None:
        if kind == "password":
            user.set_password(f"password {self.number}")
        elif kind == "email":
            user.email = f"{self.number}@example.org"
        else:
            user.is_active = False
            user.save()
            user.is_active = True
        user.save()

    # Sign-off

    def submit(self) -> None:
        edition = submission.submit_draft(
            self.conclusion,
            by=self.somebody(Action.SUBMIT),
            correction="A word." if self.published else "",
            formats=("txt",),
        )
        self.oracle.submitted(edition)

    def approve(self) -> None:
        edition, user = self.newest(), self.somebody(Action.APPROVE)
        workflow.approve_edition(edition, by=user, sha256=edition.sha256)
        self.oracle.approvers[edition.pk] = user.pk

    def approve_by_sql(self) -> None:
        """Write an approval behind the application, by an author if there is one."""
        edition = self.newest()
        author = edition.authors.first()
        if author:
            sql.run(*sql.sign_off_row(edition, author.user))
            raise AssertionError("The database let an author approve.")

    def send_back(self) -> None:
        edition = self.newest()
        workflow.reject_edition(
            edition,
            by=self.somebody(Action.APPROVE),
            sha256=edition.sha256,
            remarks="No.",
        )

    def publish(self) -> None:
        workflow.publish_edition(self.newest(), by=self.somebody(Action.PUBLISH))

    def schedule(self) -> None:
        edition, when = self.newest(), timezone.now() + dt.timedelta(hours=1)
        scheduling.schedule_publication(
            edition, when=when, by=self.somebody(Action.PUBLISH)
        )
        self.change_account()
        scheduling.publish_if_due(edition.pk, at=when)

    def withdraw(self) -> None:
        workflow.withdraw_edition(
            self.newest(), by=self.somebody(Action.WITHDRAW), reason="Wrong."
        )

    def take_the_next_step(self) -> None:
        """Go on towards publication, so that walks get far enough to matter."""
        edition = Edition.objects.pending().first()
        if edition is None:
            self.submit()
        elif edition.state == Edition.State.SUBMITTED:
            self.approve()
        else:
            self.publish()

    def somebody(self, action: Action | None = None) -> User:
        """Return a user, mostly one who may take the action."""
        users = list(User.objects.filter(pk__in=self.people).order_by("pk"))
        able = [user for user in users if action and user_may(user, action)]
        return self.random.choice(
            able if able and self.random.random() < 0.9 else users
        )

    def newest(self) -> Edition:
        edition = Edition.objects.order_by("-pk").first()
        if edition is None:
            raise Refusal(["There is no edition."])
        return edition


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.long
def test_publication_always_needs_an_independent_approver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(submission, "blocking_findings", lambda *_: [])
    reached: Counter[str] = Counter()
    for seed in WALKS:
        with transaction.atomic():
            walk = Walk(seed, reached)
            walk.go()
            assert verify_everything().faults == [], seed
            transaction.set_rollback(True)
    expected = (
        *("published", "take_over", "schedule", "withdraw"),
        *("refused to an author", "refused for an account", "refused by the database"),
    )
    assert min(reached[each] for each in expected) > 0, reached
