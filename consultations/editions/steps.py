"""What all actions on editions share: refusals, locks, and the events of steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from consultations.access import Action, required_roles_message, user_may
from consultations.audit import trail
from consultations.editions.facts import edition_subject, stored_edition_facts
from consultations.fields.cleaning import clean_markup
from consultations.models import Conclusion, Edition


class Refusal(Exception):
    """An action that is refused: `reasons` are sentences for the user, each once."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(dict.fromkeys(reasons))
        super().__init__(" ".join(self.reasons))


def refuse(reasons: Sequence[str]) -> None:
    """Raise Refusal where there are reasons."""
    if reasons:
        raise Refusal(reasons)


def role_blockers(by: User, action: Action) -> list[str]:
    """Return why a user may not take an action; empty if they may."""
    return [] if user_may(by, action) else [required_roles_message(action)]


def state_label(edition: Edition) -> str:
    """Return `edition 2 is superseded`, or `the edition is approved` without number."""
    name = f"edition {edition.number}" if edition.number else "the edition"
    return f"{name} is {Edition.State(edition.state).label.lower()}"


def clean_or_refuse(text: str) -> str:
    """Return text as restricted HTML; raise Refusal with its problems."""
    try:
        return clean_markup(text)
    except ValidationError as error:
        raise Refusal(error.messages) from error


def lock_conclusion(conclusion: Conclusion) -> None:
    """Lock the conclusion's row until the transaction ends."""
    Conclusion.objects.select_for_update().get(pk=conclusion.pk)


def lock_edition(edition: Edition) -> None:
    """Lock the edition's conclusion, then reload the edition."""
    Conclusion.objects.select_for_update().get(pk=edition.conclusion_id)
    edition.refresh_from_db()


def record_edition_step(
    edition: Edition, kind: str, what: str, by: User, at: dt.datetime
) -> None:
    """Record a step; the database demands it before the edition is saved."""
    trail.record_event(
        edition.conclusion.consultation,
        kind=kind,
        summary=step_summary(edition, what),
        by=by,
        at=at,
        subject=edition_subject(edition),
        facts=stored_edition_facts(edition),
    )


def step_summary(edition: Edition, what: str) -> str:
    """Return the summary of the event of a step."""
    name = f"Edition {edition.number}" if edition.number else "An edition"
    title = edition.conclusion.title
    return f"{name} of “{title}” {what} (checksum {edition.sha256})"
