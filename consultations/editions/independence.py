"""Whether an approver is independent of the people who made an edition or a release.

Somebody who wrote text in an edition does not approve it. Nor does somebody whose
account the submitter or an author could have used, or who could have used theirs:
accounts, roles, passwords and email addresses set since the draft began tell that.
The rule of accounts applies to the release of a version's text too, between its
requester and its approver. Nobody is exempt, superusers included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth.models import User
from django.db.models import Min, Model
from django.utils import timezone
from django.utils.text import capfirst

from consultations.audit.accounts import (
    TAKING_CONTROL,
    changed_accounts,
    recorded_state,
    state_differences,
    stored_state,
)
from consultations.documents.wording import printed_time
from consultations.models import (
    AccountEvent,
    Clause,
    DocumentVersion,
    Edition,
    VersionRelease,
)
from consultations.user_names import DELETED_USER, exact_name

MAX_TEXTS_LISTED = 3
"""How many texts a sentence lists."""


@dataclass(frozen=True)
class ApprovalSubject:
    """What is approved: the users who made it, with what they did, as a clause.

    Changes of accounts count `since` a moment; `began` says which moment that is.
    `intermediate` describes somebody whose account one of the users changed.
    """

    people: Mapping[int, str]
    since: dt.datetime
    began: str
    intermediate: str


def approval_blockers(edition: Edition, *, by: User) -> list[str]:
    """Return why a user is not independent enough to approve an edition."""
    reasons = _reasons(edition, approver=by, whose="your account", who="You")
    return [
        f"{reason} Another approver must approve the edition." for reason in reasons
    ]


def approver_blockers(edition: Edition, *, approver: User) -> list[str]:
    """Return why an approval given by a user does not allow publication any more."""
    name = exact_name(approver)
    reasons = _reasons(
        edition, approver=approver, whose=f"the account of {name}", who=name
    )
    return [
        f"{reason} Return the edition, submit a new edition, and ask another approver."
        for reason in reasons
    ]


def _reasons(edition: Edition, *, approver: User, whose: str, who: str) -> list[str]:
    return [
        *_author_reasons(edition, approver, who),
        *account_reasons(
            _edition_subject(edition), approver=approver, whose=whose, who=who
        ),
    ]


def _edition_subject(edition: Edition) -> ApprovalSubject:
    return ApprovalSubject(
        people=people_of(edition),
        since=edition.draft_began_at or edition.submitted_at,
        began="the draft began",
        intermediate="whose own account was changed by an author or the submitter of "
        "this edition",
    )


def _author_reasons(edition: Edition, approver: User, who: str) -> list[str]:
    author = edition.authors.filter(user=approver).first()
    if author is None:
        return []
    reason = (
        f"{who} wrote or took over text in this edition: {_listed(author.texts)}. "
        "Texts that another person takes over before the next submission no longer "
        "prevent approval."
    )
    return [reason]


def _listed(texts: Sequence[str]) -> str:
    shown, more = texts[:MAX_TEXTS_LISTED], len(texts) - MAX_TEXTS_LISTED
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def account_reasons(
    subject: ApprovalSubject, *, approver: User, whose: str, who: str
) -> list[str]:
    """Return why accounts do not show that an approver is another person."""
    pk = approver.pk
    if state_differences(recorded_state(pk), stored_state(pk)):
        reason = (
            f"{capfirst(whose)} was changed outside this site: the account differs "
            "from the account log. Ask the person who runs this site to run "
            "`python manage.py verify`."
        )
        return [reason]
    people, since = subject.people, subject.since
    began = f"after {subject.began} at {printed_time(timezone.localtime(since))}"
    if event := changed_accounts(people, since=since).get(pk):
        by = f"{_name(event.by)}, {people.get(event.by_id or 0, subject.intermediate)}"
        return [f"{by}, changed {whose}: {_change(event)}, {began}."]
    used = changed_accounts([pk], since=since, kinds=TAKING_CONTROL)
    return [
        f"{who} may have had access to the account of {_name(event.user)}, "
        f"{people[user_id]}: {_change(event)}, {began}."
        for user_id, event in used.items()
        if user_id in people
    ]


def _change(event: AccountEvent) -> str:
    """Return `Role given at 10:03 on 3 March 2026`."""
    when = printed_time(timezone.localtime(event.at))
    return f"{AccountEvent.Kind(event.kind).label} at {when}"


def _name(user: User | None) -> str:
    return exact_name(user) if user else capfirst(DELETED_USER)


def people_of(edition: Edition) -> dict[int, str]:
    """Return the users who made an edition, with what they did, as a clause."""
    authors = edition.authors.values_list("user_id", flat=True)
    return dict.fromkeys(authors, "who wrote text in this edition") | {
        edition.submitted_by_id: "who submitted this edition"
    }


# --- releases -------------------------------------------------------------------------


def release_approval_blockers(release: VersionRelease, *, by: User) -> list[str]:
    """Return why a user is not independent enough to approve a release."""
    reasons = account_reasons(
        _release_subject(release), approver=by, whose="your account", who="You"
    )
    return [
        f"{reason} Another approver must approve the release." for reason in reasons
    ]


def _release_subject(release: VersionRelease) -> ApprovalSubject:
    requester = release.requested_by_id
    what = "who requested this release"
    return ApprovalSubject(
        people={requester: what} if requester else {},
        since=_release_text_began_at(release),
        began="work on the text began",
        intermediate="whose own account was changed by the requester of this release",
    )


def _release_text_began_at(release: VersionRelease) -> dt.datetime:
    """Return the moment of the first change of a text after its last release.

    Without a recorded change that is the moment of the request.
    """
    version = release.document_version_id
    earlier = VersionRelease.objects.approved().filter(
        document_version=version, pk__lt=release.pk
    )
    last = earlier.order_by("requested_at", "pk").last()
    changes = [
        _first_change(DocumentVersion, last, id=version),
        _first_change(Clause, last, document_version=version),
    ]
    return min([*filter(None, changes), release.requested_at])


def _first_change(
    model: type[Model], last: VersionRelease | None, **where: int
) -> dt.datetime | None:
    rows = cast(Any, model).history.filter(**where)
    rows = rows.filter(history_date__gt=last.requested_at) if last else rows
    first: dt.datetime | None = rows.aggregate(at=Min("history_date"))["at"]
    return first
