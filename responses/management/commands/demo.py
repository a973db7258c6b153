"""Load the demonstration: consultations at every stage, and users."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

import consultations
from consultations.audit.history import save_if_current
from consultations.documents.formats import available_formats
from consultations.editions import workflow
from consultations.legal_texts import releases
from consultations.models import Conclusion, Consultation, DocumentVersion, Question
from consultations.record.notice_decisions import approve_notice
from consultations.record.notices import request_notice
from responses.conclusions import submission

DEMO_FOLDER = Path(consultations.__file__).parent / "demo"

PUBLISHED_SLUGS = ("device-behaviours-2026", "migration-closure-2026")
"""The consultations whose conclusions are published; the others are in progress."""

RELEASED_VERSIONS = (("S1DB", "concluded"),)
"""Versions, by code and key, that are released on the day they come into force."""

PASSWORD = "only-for-demonstration"  # noqa: S105 - printed on purpose

ALLOW_OPTION = "--with-public-passwords"
REFUSAL = (
    "DEBUG is off, so this may be a site that others can reach. The demonstration has "
    "an administrator whose password is public. Nothing was loaded. To load the "
    f"demonstration on a site that only you can reach, add the option {ALLOW_OPTION}."
)

PUBLICATION_TIME = dt.time(12)


@dataclass(frozen=True)
class Person:
    """A user of the demonstration."""

    name: str
    role: str
    password: str = PASSWORD


PEOPLE = (
    Person("drafter", "Drafter"),
    Person("second-drafter", "Drafter"),
    Person("approver", "Approver"),
    Person("administrator", "Administrator"),
)


CORRECTION = (
    "testing-approach-2027",
    "q4",
    "that are sent most often which",
    "that were sent most often in the previous calendar year, which",
)
"""A question of an open consultation, with the words that a notice corrects."""

CORRECTION_REASON = (
    "<p>The question did not say over which period the Service Requests are counted. "
    "Responses already sent need not be sent again.</p>"
)

CORRECTED_AT = dt.datetime(2026, 11, 17, 12, 0, tzinfo=dt.UTC)


class Command(BaseCommand):
    help = "Load the demonstration consultations and users that are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="print the users and pages as JSON"
        )
        parser.add_argument(
            ALLOW_OPTION,
            action="store_true",
            dest="public_passwords",
            help="create the users although DEBUG is off; their passwords are public, "
            "and one of them is an administrator",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEBUG or options["public_passwords"]):
            raise CommandError(REFUSAL)
        users = {person.name: get_or_create_user(person) for person in PEOPLE}
        for path in sorted(DEMO_FOLDER.glob("*.yaml")):
            load_if_missing(path)
        for slug in PUBLISHED_SLUGS:
            for conclusion in Conclusion.objects.filter(consultation__slug=slug):
                publish_if_draft(
                    conclusion, by=users["drafter"], approver=users["approver"]
                )
        for code, key in RELEASED_VERSIONS:
            versions = DocumentVersion.objects.filter(document__code=code, key=key)
            for version in versions:
                release_if_unreleased(
                    version, by=users["drafter"], approver=users["approver"]
                )
        correct_if_unnoticed(by=users["drafter"], approver=users["approver"])
        if options["json"]:
            self.stdout.write(json.dumps(demo_data(), indent=2))
        else:
            self.stdout.writelines(f"{line}\n" for line in printed_lines())


def get_or_create_user(person: Person) -> User:
    """Return the user, created with the demonstration password if missing."""
    user, created = User.objects.get_or_create(
        username=person.name,
        defaults={
            "email": f"{person.name}@example.org",
            "is_staff": person.role == "Administrator",
        },
    )
    if created:
        user.set_password(person.password)
        user.save()
        user.groups.add(Group.objects.get(name=person.role))
    return user


def load_if_missing(path: Path) -> None:
    """Load one file unless its consultation exists, edited or not."""
    if not Consultation.objects.filter(slug=path.stem).exists():
        call_command("load_consultation", str(path), verbosity=0, stdout=_NullOutput())


class _NullOutput:
    """Discards the output of a command."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None: ...


@transaction.atomic
def publish_if_draft(conclusion: Conclusion, *, by: User, approver: User) -> None:
    """Submit, approve and publish a conclusion at its date, unless it has editions."""
    if conclusion.editions.exists():
        return
    at = dt.datetime.combine(conclusion.date or timezone.localdate(), PUBLICATION_TIME)
    edition = submission.submit_draft(
        conclusion,
        by=by,
        note="For publication.",
        formats=available_formats(),
        at=timezone.make_aware(at),
    )
    workflow.approve_edition(
        edition, by=approver, sha256=edition.sha256, at=edition.submitted_at
    )
    workflow.publish_edition(edition, by=approver, at=edition.submitted_at)


@transaction.atomic
def release_if_unreleased(
    version: DocumentVersion, *, by: User, approver: User
) -> None:
    """Request and approve the release of a version, unless one was requested."""
    if version.in_force is None or version.releases.exists():
        return
    at = timezone.make_aware(dt.datetime.combine(version.in_force, PUBLICATION_TIME))
    release = releases.request_release(
        version, by=by, reason="Designated by the Secretary of State.", at=at
    )
    releases.approve_release(release, by=approver, sha256=release.sha256, at=at)


@transaction.atomic
def correct_if_unnoticed(*, by: User, approver: User) -> None:
    """Correct a question of an open consultation with a notice, unless it has one."""
    slug, key, wrong, right = CORRECTION
    questions = Question.objects.filter(consultation__slug=slug, key=key)
    for question in questions.select_related("consultation"):
        if question.consultation.public_notices.exists() or wrong not in question.text:
            continue
        question.text = question.text.replace(wrong, right)
        save_if_current(question, version=question.version, by=by, reason="Corrected")
        notice = request_notice(
            question.consultation,
            kind="corrected",
            text=CORRECTION_REASON,
            by=by,
            at=CORRECTED_AT - dt.timedelta(hours=3),
        )
        approve_notice(
            notice,
            by=approver,
            sha256=notice.sha256,
            at=CORRECTED_AT,
        )


def page_addresses() -> Iterator[str]:
    """Yield the addresses of the main pages."""
    yield f"{settings.SITE_URL}/"
    for conclusion in Conclusion.objects.filter(editions__number=1).order_by("pk"):
        yield f"{settings.SITE_URL}{conclusion.get_absolute_url()}"
    yield f"{settings.SITE_URL}/desk/"
    yield f"{settings.SITE_URL}/admin/"


def demo_data() -> dict[str, Any]:
    """Return users and addresses for scripts."""
    return {
        "users": [asdict(person) for person in PEOPLE],
        "addresses": list(page_addresses()),
    }


def printed_lines() -> Iterator[str]:
    """Yield users and addresses as lines."""
    yield "Demonstration users:"
    for person in PEOPLE:
        yield f"  {person.name:<16} {person.password}  ({person.role})"
    yield "Pages:"
    for address in page_addresses():
        yield f"  {address}"
