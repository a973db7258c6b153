"""Random walks of typing, opening, publishing and releasing, against an oracle.

The oracle remembers in plain values what each act stated, and knows neither the rows
nor the queries of the public pages.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from unittest.mock import patch

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from consultations.editions import workflow
from consultations.editions.verification import verify_everything
from consultations.editions.workflow import Refusal
from consultations.legal_texts import releases
from consultations.models import (
    Clause,
    Conclusion,
    ConclusionAttachment,
    Consultation,
    DocumentVersion,
    VersionRelease,
)
from consultations.public.versions import public_documents, public_versions
from consultations.record.freezing import discard_opening, freeze_opening
from tests.support import sizes
from tests.support.editions import submit
from tests.support.factories import (
    make_conclusion,
    make_consultation,
    make_document,
    make_user,
)

START = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
STATUSES = ("designated", "consulted", "concluded")
STEPS = 60
MOST_VERSIONS = 3
"""Few, so that the same text is stated again after a change."""

Facts = tuple[str, str]
"""A version's status and the words of its clause."""


@dataclass
class Typed:
    """A version as somebody typed it."""

    status: str
    words: str
    consultation: int | None
    in_force: dt.date | None
    public_from_opening_of: int | None = None

    @property
    def facts(self) -> Facts:
        return self.status, self.words


@dataclass
class Oracle:
    """What was typed, what was stated, and so what is public."""

    typed: dict[int, Typed] = field(default_factory=dict)
    opens: dict[int, dt.date | None] = field(default_factory=dict)
    conclusions: dict[int, int] = field(default_factory=dict)
    attached: dict[int, set[int]] = field(default_factory=dict)
    submitted: dict[int, dict[int, Facts]] = field(default_factory=dict)
    stated: dict[int, tuple[dt.datetime, Facts]] = field(default_factory=dict)
    frozen: dict[int, dict[int, Facts]] = field(default_factory=dict)

    def submit(self, conclusion: int) -> None:
        consultation = self.conclusions[conclusion]
        siblings = [c for c, of in self.conclusions.items() if of == consultation]
        self.submitted[conclusion] = {
            pk: version.facts
            for pk, version in self.typed.items()
            if pk in self.attached[conclusion]
            or (
                len(siblings) == 1
                and version.status == "concluded"
                and version.consultation == consultation
            )
        }

    def frozen_facts(self, besides: int = 0) -> dict[int, list[Facts]]:
        """Return the texts that the openings of consultations have frozen."""
        found: dict[int, list[Facts]] = {}
        for consultation, texts in self.frozen.items():
            for pk, facts in texts.items():
                if consultation != besides:
                    found.setdefault(pk, []).append(facts)
        return found

    def changes_frozen(self, texts: dict[int, Facts], besides: int = 0) -> bool:
        frozen = self.frozen_facts(besides)
        return any(set(frozen.get(pk, [])) - {facts} for pk, facts in texts.items())

    def publish(self, conclusion: int, at: dt.datetime) -> bool:
        """State what was submitted; return whether that replaces another text."""
        new = self.submitted.pop(conclusion)
        assert not self.changes_frozen(new)
        replaces = any(
            self.stated.get(pk, (at, facts))[1] != facts for pk, facts in new.items()
        )
        self.stated |= {pk: (at, facts) for pk, facts in new.items()}
        return replaces

    def open(self, consultation: int, opens: dt.date | None) -> None:
        """Set or cancel an opening, which freezes what it will make public."""
        self.opens[consultation] = opens
        self.frozen[consultation] = {
            pk: version.facts
            for pk, version in self.typed.items()
            if opens and version.public_from_opening_of == consultation
        }
        assert not self.changes_frozen(self.frozen[consultation], consultation)

    def is_open(self, consultation: int | None, on: dt.date) -> bool:
        opens = self.opens.get(consultation) if consultation else None
        return opens is not None and opens <= on

    def save(self, pk: int, on: dt.date) -> None:
        """State the opening that makes a version public, unless that has been."""
        version = self.typed[pk]
        consultation = version.consultation if version.status == "consulted" else None
        is_late = self.is_open(consultation, on)
        if consultation and pk in self.frozen.get(consultation, {}):
            is_late = False
        if not is_late or version.public_from_opening_of != consultation:
            version.public_from_opening_of = None if is_late else consultation

    def public(self, on: dt.date) -> dict[int, Facts]:
        latest = dict(self.stated)
        for consultation, texts in self.frozen.items():
            opens = self.opens[consultation]
            if opens is None or opens > on:
                continue
            since = timezone.make_aware(dt.datetime.combine(opens, dt.time()))
            for pk, facts in texts.items():
                if pk not in latest or latest[pk][0] < since:
                    latest[pk] = (since, facts)
        return {pk: facts for pk, (_, facts) in latest.items()}


class Walk:
    """One walk: random acts on rows, each told to the oracle."""

    def __init__(self, seed: int, people: tuple[User, User]) -> None:
        self.random = random.Random(seed)
        self.drafter, self.approver = people
        self.at = START
        self.oracle = Oracle()
        self.words = 0
        self.reached: Counter[str] = Counter()
        self.document = make_document()
        self.consultations = [
            make_consultation(opens_on=None, closes=None) for _ in range(2)
        ]
        for consultation in self.consultations:
            self.oracle.opens[consultation.pk] = None
        for number, consultation in enumerate(
            (*self.consultations, *self.consultations[1:])
        ):
            conclusion = make_conclusion(
                consultation, slug=f"walk-{number}", sections=()
            )
            self.oracle.conclusions[conclusion.pk] = consultation.pk
            self.oracle.attached[conclusion.pk] = set()

    def go(self) -> None:
        acts = [
            *(self.type_version, self.edit_version, self.edit_words),
            *(self.edit_words, self.open, self.attach, self.submit, self.submit),
            *(self.decide, self.decide, self.request, self.request),
            *(self.decide_on_release, self.decide_on_release),
        ]
        for _ in range(STEPS):
            self.at += dt.timedelta(hours=self.random.randint(1, 60))
            with suppress(Refusal), patch("django.utils.timezone.now", self.now):
                self.random.choice(acts)()
            self.compare()
        assert verify_everything().faults == []

    def now(self) -> dt.datetime:
        return self.at

    # --- acts -----------------------------------------------------------------------

    def new_words(self) -> str:
        self.words += 1
        return f"<p>Words {self.words}.</p>"

    def maybe_consultation(self) -> Consultation | None:
        return self.random.choice([None, *self.consultations])

    def a_version(self) -> DocumentVersion | None:
        rows = list(DocumentVersion.objects.filter(document=self.document))
        return self.random.choice(rows) if rows else None

    def a_conclusion(self) -> Conclusion:
        return Conclusion.objects.get(
            pk=self.random.choice(sorted(self.oracle.conclusions))
        )

    def type_version(self) -> None:
        if len(self.oracle.typed) == MOST_VERSIONS:
            return
        status = self.random.choice(STATUSES)
        consultation = self.maybe_consultation()
        days = self.random.choice([None, -30, 30])
        in_force = None if days is None else self.at.date() + dt.timedelta(days=days)
        words = self.new_words()
        version = DocumentVersion.objects.create(
            document=self.document,
            key=f"v{self.words}",
            status=status,
            consultation=consultation,
            in_force=in_force,
        )
        Clause.objects.create(
            document_version=version, identity="c1", number="1", text=words
        )
        self.oracle.typed[version.pk] = Typed(
            status, words, consultation.pk if consultation else None, in_force
        )
        self.oracle.save(version.pk, timezone.localdate(self.at))

    def edit_version(self) -> None:
        if version := self.a_version():
            version.status = self.random.choice(STATUSES)
            version.consultation = self.maybe_consultation()
            version.save()
            typed = self.oracle.typed[version.pk]
            typed.status = version.status
            typed.consultation = version.consultation_id
            today = timezone.localdate(self.at)
            self.oracle.save(version.pk, today)
            self.reached["late"] += (
                typed.status == "consulted"
                and self.oracle.is_open(typed.consultation, today)
                and typed.public_from_opening_of is None
            )

    def edit_words(self) -> None:
        if version := self.a_version():
            words = self.new_words()
            clause = version.clauses.get()
            clause.text = words
            clause.save()
            self.oracle.typed[version.pk].words = words

    def open(self) -> None:
        consultation = self.random.choice(self.consultations)
        if self.oracle.is_open(consultation.pk, timezone.localdate(self.at)):
            return
        days = self.random.choice([None, -1, 0, 1, 20])
        consultation.opens_on = (
            None if days is None else self.at.date() + dt.timedelta(days=days)
        )
        try:
            with transaction.atomic():
                consultation.save()
                discard_opening(consultation, by=None, at=self.at)
                freeze_opening(consultation, by=None, at=self.at)
        except Refusal:
            consultation.refresh_from_db()
            self.reached["refused"] += 1
            return
        self.oracle.open(consultation.pk, consultation.opens_on)

    def attach(self) -> None:
        conclusion = self.a_conclusion()
        if version := self.a_version():
            side = self.random.choice(["document_version", "against"])
            ConclusionAttachment.objects.create(
                conclusion=conclusion, title="Text", kind="clean", **{side: version}
            )
            self.oracle.attached[conclusion.pk].add(version.pk)

    def submit(self) -> None:
        conclusion = self.a_conclusion()
        corrects = conclusion.editions.ever_published().exists()
        submit(
            conclusion,
            by=self.drafter,
            words=self.new_words().removeprefix("<p>").removesuffix("</p>"),
            correction="A word was wrong." if corrects else "",
            formats=("json",),
            at=self.at,
        )
        self.oracle.submit(conclusion.pk)

    def decide(self) -> None:
        conclusion = self.a_conclusion()
        if edition := conclusion.editions.pending().first():
            if edition.state == "submitted":
                workflow.approve_edition(
                    edition, by=self.approver, sha256=edition.sha256, at=self.at
                )
            elif self.random.random() < 0.2:
                workflow.reject_edition(
                    edition,
                    by=self.approver,
                    sha256=edition.sha256,
                    remarks="No.",
                    at=self.at,
                )
                del self.oracle.submitted[conclusion.pk]
            else:
                workflow.publish_edition(edition, by=self.approver, at=self.at)
                self.reached["replaced"] += self.oracle.publish(conclusion.pk, self.at)
                self.reached["published"] += 1

    def request(self) -> None:
        if version := self.a_version():
            releases.request_release(
                version, by=self.drafter, reason="Designated.", at=self.at
            )
            typed = self.oracle.typed[version.pk]
            today = timezone.localdate(self.at)
            allowed = {
                "designated": True,
                "consulted": self.oracle.is_open(typed.consultation, today),
                "concluded": typed.in_force is not None and typed.in_force <= today,
            }
            assert allowed[typed.status]
            assert version.pk not in self.oracle.frozen_facts()
            self.oracle.submitted[-version.pk] = {version.pk: typed.facts}

    def decide_on_release(self) -> None:
        pending = list(VersionRelease.objects.pending())
        if not pending:
            return
        release = self.random.choice(pending)
        key = -release.document_version_id
        by = self.random.choice([self.drafter, self.approver, self.approver])
        if self.random.random() < 0.3:
            releases.refuse_release(
                release, by=by, sha256=release.sha256, remarks="No.", at=self.at
            )
            del self.oracle.submitted[key]
        else:
            releases.approve_release(release, by=by, sha256=release.sha256, at=self.at)
            assert release.document_version_id not in self.oracle.frozen_facts()
            self.reached["replaced"] += self.oracle.publish(key, self.at)
            self.reached["released"] += 1
        assert by == self.approver

    # --- comparison -----------------------------------------------------------------

    def compare(self) -> None:
        """Compare now, and at a random moment, with the oracle."""
        for days in (0, self.random.randint(-30, 30)):
            at = self.at + dt.timedelta(days=days)
            on = timezone.localdate(at)
            found = {
                version.pk: (version.status, version.text().clauses[0].text)
                for version in public_versions(at=at)
            }
            expected = self.oracle.public(on)
            assert found == expected
            is_known = bool(expected) or any(
                self.oracle.is_open(consultation.pk, on)
                for consultation in self.consultations
            )
            assert public_documents(at).exists() is is_known
            self.reached["consulted"] += any(
                f[0] == "consulted" for f in found.values()
            )
            self.reached["hidden"] += len(found) < len(self.oracle.typed)


@pytest.mark.soak
@pytest.mark.django_db
def test_only_stated_texts_are_public_on_random_walks() -> None:
    people = make_user(role="Drafter"), make_user(role="Approver")
    reached: Counter[str] = Counter()
    for seed in sizes.seeds(6, whole=150):
        with transaction.atomic():
            walk = Walk(seed, people)
            try:
                walk.go()
            except BaseException as error:
                error.add_note(f"seed {seed}")
                raise
            reached += walk.reached
            transaction.set_rollback(True)
    kinds = ("published", "released", "replaced", "consulted", "hidden", "late")
    assert min(reached[kind] for kind in kinds) > 0
