"""Whether an approver is independent of the people who made an edition.

Somebody who wrote text in an edition does not approve it. Nor does somebody whose
account the submitter or an author could have used, or who could have used theirs:
accounts, roles, passwords and email addresses set since the draft began tell that.
Nobody is exempt, superusers included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.contrib.auth.models import User
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
from consultations.models import AccountEvent, Edition

MAX_TEXTS_LISTED = 3
"""How many texts a sentence lists."""


def approval_blockers(edition: Edition, *, by: User) -> list[str]:
    """Return why a user is not independent enough to approve an edition."""
    reasons = _reasons(edition, approver=by, whose="your account", who="You")
    return [
        f"{reason} Another approver must approve the edition." for reason in reasons
    ]


def approver_blockers(edition: Edition, *, approver: User) -> list[str]:
    """Return why an approval given by a user does not allow publication any more."""
    name = approver.get_username()
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
        *_account_reasons(edition, approver, whose, who),
    ]


def _author_reasons(edition: Edition, approver: User, who: str) -> list[str]:
    author = edition.authors.filter(user=approver).first()
    if author is None:
        return []
    reason = (
        f"{who} wrote or took over text in this edition: {_listed(author.texts)}. "
        "Text that another person takes over before the next submission does not count."
    )
    return [reason]


def _listed(texts: Sequence[str]) -> str:
    shown, more = texts[:MAX_TEXTS_LISTED], len(texts) - MAX_TEXTS_LISTED
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def _account_reasons(
    edition: Edition, approver: User, whose: str, who: str
) -> list[str]:
    since = edition.draft_began_at or edition.submitted_at
    began = f"after the draft began at {printed_time(timezone.localtime(since))}"
    return account_reasons(
        people_of(edition),
        approver=approver,
        since=since,
        began=began,
        whose=whose,
        who=who,
        intermediate=_INTERMEDIATE,
    )


def account_reasons(
    people: Mapping[int, str],
    *,
    approver: User,
    since: dt.datetime,
    began: str,
    whose: str,
    who: str,
    intermediate: str,
) -> list[str]:
    """Return why accounts do not show that an approver is another person.

    `people` are the users who made what is approved, with what they did, and
    `intermediate` says so of somebody whose account they changed.
    """
    pk = approver.pk
    if state_differences(recorded_state(pk), stored_state(pk)):
        reason = (
            f"{capfirst(whose)} was changed outside this site: the account differs "
            "from the account log. Ask the person who runs this site to run "
            "`python manage.py verify`."
        )
        return [reason]
    if event := changed_accounts(people, since=since).get(pk):
        by = f"{_username(event.by)}, {people.get(event.by_id or 0, intermediate)}"
        return [f"{by}, changed {whose}: {_change(event)}, {began}."]
    used = changed_accounts([pk], since=since, kinds=TAKING_CONTROL)
    return [
        f"{who} could use the account of {_username(event.user)}, {people[user_id]}: "
        f"{_change(event)}, {began}."
        for user_id, event in used.items()
        if user_id in people
    ]


_INTERMEDIATE = (
    "whose own account was changed by an author or the submitter of this edition"
)


def _change(event: AccountEvent) -> str:
    """Return `Role given at 10:03 on 3 March 2026`."""
    when = printed_time(timezone.localtime(event.at))
    return f"{AccountEvent.Kind(event.kind).label} at {when}"


def _username(user: User | None) -> str:
    return user.get_username() if user else "A deleted user"


def people_of(edition: Edition) -> dict[int, str]:
    """Return the users who made an edition, with what they did, as a clause."""
    authors = edition.authors.values_list("user_id", flat=True)
    return dict.fromkeys(authors, "who wrote text in this edition") | {
        edition.submitted_by_id: "who submitted this edition"
    }
