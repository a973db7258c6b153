"""Verification of everything frozen: all hashes are computed again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Model

from consultations.audit.accounts import account_faults, broken_account_links
from consultations.editions.consultation_faults import (
    consultation_faults,
    notice_faults,
    record_trail_faults,
)
from consultations.editions.edition_verification import record_faults, trail_faults
from consultations.editions.file_verification import (
    dangling_file_faults,
    stored_file_faults,
)
from consultations.editions.guards import every_guard
from consultations.editions.release_verification import (
    document_trail_faults,
    release_faults,
)
from consultations.editions.trigger_faults import (
    cut_off_faults,
    dangling_references,
    guard_faults,
    missing_tables,
)
from consultations.models import (
    Consultation,
    ConsultationEdition,
    ConsultationNotice,
    Edition,
    RegulatedDocument,
    StoredFile,
    VersionRelease,
)

R = TypeVar("R", bound=Model)


CHECKED_KINDS = {
    "trails": "activity logs",
    "documents": "activity logs of documents",
    "guards": "database triggers",
}
"""The words on the screen for the kinds of rows, where the JSON has others."""


@dataclass
class Verification:
    """How many rows of each kind were checked, and the faults found."""

    checked_counts: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def check(self, kind: str, each: Iterator[list[str]]) -> None:
        """Count the rows of one kind and collect their faults.

        Rows that cannot be read are a fault, and end the check of their kind.
        """
        self.checked_counts[kind] = 0
        try:
            for faults in each:
                self.checked_counts[kind] += 1
                self.faults += faults
        except UNREADABLE as error:
            label = CHECKED_KINDS.get(kind, kind)
            self.faults.append(f"The {label} cannot be verified: {error} {_RESTORE}")


UNREADABLE = (ObjectDoesNotExist, ValueError, TypeError, KeyError)
"""What reading rows raises that were changed outside the site."""

_RESTORE = "Restore the rows from a backup."


def verify_everything() -> Verification:
    """Hash every file, edition and event again; the bytes are read one at a time."""
    found = Verification()
    if missing := missing_tables(connection):
        found.faults = [
            f"{name} is missing. Restore the database from a backup: nothing else was "
            "verified."
            for name in missing
        ]
        return found
    stored = StoredFile.objects.order_by("pk").iterator(chunk_size=1)
    found.check("files", map(stored_file_faults, stored))
    editions = Edition.objects.order_by("pk").iterator(chunk_size=1)
    found.check("editions", (readable(record_faults, each) for each in editions))
    releases = VersionRelease.objects.order_by("pk").iterator(chunk_size=1)
    found.check("releases", (readable(release_faults, each) for each in releases))
    frozen = ConsultationEdition.objects.order_by("pk").iterator(chunk_size=1)
    found.check(
        "consultation editions",
        (readable(consultation_faults, each) for each in frozen),
    )
    notices = ConsultationNotice.objects.order_by("pk").iterator(chunk_size=1)
    found.check("notices", (readable(notice_faults, each) for each in notices))
    consultations = Consultation.objects.order_by("pk").iterator()
    found.check("trails", (readable(every_trail_fault, each) for each in consultations))
    documents = RegulatedDocument.objects.order_by("pk").iterator()
    found.check("documents", (readable(document_trail_faults, d) for d in documents))
    found.check("accounts", iter([broken_account_links() + account_faults()]))
    found.checked_counts["accounts"] = User.objects.count()
    found.check("guards", iter([guard_faults(connection)]))
    found.checked_counts["guards"] = len(every_guard(connection.vendor))
    found.faults += dangling_references(connection)
    found.faults += [fault for faults in dangling_file_faults() for fault in faults]
    found.faults += cut_off_faults(connection)
    return found


ConsultationCheck = Callable[[Consultation], list[str]]
"""Returns the faults of what the site stores of a consultation, as sentences."""

_CONSULTATION_CHECKS: list[ConsultationCheck] = []


def register_consultation_check(check: ConsultationCheck) -> None:
    """Have a check run on every consultation, with its trail."""
    if check not in _CONSULTATION_CHECKS:
        _CONSULTATION_CHECKS.append(check)


def every_trail_fault(consultation: Consultation) -> list[str]:
    """Return the faults of a trail, and of rows that differ from what is public."""
    return [
        *trail_faults(consultation),
        *record_trail_faults(consultation),
        *(fault for check in _CONSULTATION_CHECKS for fault in check(consultation)),
    ]


def readable(check: Callable[[R], list[str]], row: R) -> list[str]:
    """Return the faults of a row; a row that cannot be read is one."""
    try:
        return check(row)
    except UNREADABLE as error:
        label = row._meta.verbose_name
        return [f"The {label} in row {row.pk} cannot be verified: {error} {_RESTORE}"]
