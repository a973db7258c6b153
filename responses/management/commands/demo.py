"""The demonstration: consultations at every stage, and people to log in as."""

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
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction
from django.utils import timezone

import consultations
from consultations.documents.formats import available_formats
from consultations.editions import workflow
from consultations.models import Conclusion, Consultation
from responses.conclusions import submission

FILES = Path(consultations.__file__).parent / "demo"

PUBLISHED = ("device-behaviours-2026", "migration-closure-2026")
"""The consultations whose conclusions are published; the others are still at work."""

PASSWORD = "only-for-demonstration"  # noqa: S105 - printed on purpose


NOON = dt.time(12)


@dataclass(frozen=True)
class Person:
    """Somebody to log in as."""

    name: str
    role: str
    password: str = PASSWORD


PEOPLE = (
    Person("drafter", "Drafter"),
    Person("second-drafter", "Drafter"),
    Person("approver", "Approver"),
    Person("administrator", "Administrator"),
)


class Command(BaseCommand):
    help = "Load the demonstration consultations and log-ins where they are missing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        users = {person.name: log_in_for(person) for person in PEOPLE}
        for path in sorted(FILES.glob("*.yaml")):
            load(path)
        for slug in PUBLISHED:
            for conclusion in Conclusion.objects.filter(consultation__slug=slug):
                publish(conclusion, by=users["drafter"], approver=users["approver"])
        if options["json"]:
            self.stdout.write(json.dumps(described(), indent=2))
        else:
            self.stdout.writelines(f"{line}\n" for line in lines())


def log_in_for(person: Person) -> User:
    """Return the user, made with the demonstration password if missing."""
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


def load(path: Path) -> None:
    """Load one file unless its consultation is there, edited or not."""
    if not Consultation.objects.filter(slug=path.stem).exists():
        call_command("load_consultation", str(path), verbosity=0, stdout=_Silent())


class _Silent:
    """Swallows what a command prints."""

    def write(self, text: str) -> int:
        return len(text)

    def flush(self) -> None: ...


@transaction.atomic
def publish(conclusion: Conclusion, *, by: User, approver: User) -> None:
    """Take a conclusion through sign-off on the day it bears, unless it has been."""
    if conclusion.editions.exists():
        return
    at = dt.datetime.combine(conclusion.date or timezone.localdate(), NOON)
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


def addresses() -> Iterator[str]:
    """Yield the pages worth opening first."""
    yield f"{settings.SITE_URL}/"
    for conclusion in Conclusion.objects.filter(editions__number=1).order_by("pk"):
        yield f"{settings.SITE_URL}{conclusion.get_absolute_url()}"
    yield f"{settings.SITE_URL}/desk/"
    yield f"{settings.SITE_URL}/admin/"


def described() -> dict[str, Any]:
    """Return log-ins and addresses for scripts."""
    return {
        "users": [asdict(person) for person in PEOPLE],
        "addresses": list(addresses()),
    }


def lines() -> Iterator[str]:
    """Yield log-ins and addresses for people."""
    yield "Log-ins of the demonstration:"
    for person in PEOPLE:
        yield f"  {person.name:<16} {person.password}  ({person.role})"
    yield "Pages:"
    for address in addresses():
        yield f"  {address}"
