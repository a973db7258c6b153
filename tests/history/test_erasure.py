"""Erasure: the one way to change history rows, recorded with who and why."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from consultations.audit.history import delete_all
from consultations.editions import triggers
from consultations.editions.verification import verify_everything
from consultations.models import Consultation
from responses.history.erasure import ErasureRefused, erase_history
from responses.models import Respondent
from tests.support.factories import (
    make_comment,
    make_consultation,
    make_respondent,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return make_user("boss", role="Administrator")


@pytest.fixture
def respondent() -> Respondent:
    """Return a respondent whose first name was a private one."""
    respondent = make_respondent(make_consultation("meters"), "Jane Roe")
    respondent.name, respondent.aliases = "Resident 1", ["J. Roe"]
    respondent.save()
    respondent.aliases = []
    respondent.save()
    return respondent


def names(respondent: Respondent, field: str = "name") -> list[object]:
    rows = Respondent.history.filter(id=respondent.pk).order_by("history_id")
    return list(rows.values_list(field, flat=True))


def erase(respondent: Respondent, by: User, *fields: str, **values: str) -> int:
    ref = values.get("ref", f"respondent:{respondent.pk}")
    return erase_history(
        respondent.consultation,
        refs=[ref],
        fields=fields or ("name",),
        by=by,
        reason=values.get("reason", "Requested by the resident."),
    )


def test_earlier_values_are_erased_and_the_current_one_stays(
    respondent: Respondent, boss: User
) -> None:
    other = make_respondent(respondent.consultation, "Jane Roe")
    assert erase(respondent, boss) == 1
    assert names(respondent) == ["[erased]", "Resident 1", "Resident 1"]
    assert names(other) == ["Jane Roe"]
    assert triggers.missing_guards(connection) == []
    assert verify_everything().faults == []


def test_lists_are_erased(respondent: Respondent, boss: User) -> None:
    assert erase(respondent, boss, "name", "aliases") == 2
    assert names(respondent, "aliases") == [[], ["[erased]"], []]


def test_erasure_is_recorded_with_user_and_reason(
    respondent: Respondent, boss: User
) -> None:
    erase(respondent, boss)
    event = respondent.consultation.events.get(kind="history-erased")
    assert event.by == boss
    assert event.summary == (
        f"Earlier versions erased: “Name” of respondent {respondent.pk}. Reason: "
        "Requested by the resident."
    )


def test_every_version_of_a_deleted_row_is_erased(
    respondent: Respondent, boss: User
) -> None:
    delete_all([Respondent.objects.get(pk=respondent.pk)])
    assert erase(respondent, boss) == 4
    assert set(names(respondent)) == {"[erased]"}


def test_rich_text_is_erased_as_rich_text(boss: User) -> None:
    consultation: Consultation = make_consultation()
    comment = make_comment(consultation, text="<p>Jane Roe asked.</p>")
    comment.text = "<p>A resident asked.</p>"
    comment.save()
    ref, reason = f"comment:{comment.pk}", "Requested."
    erase_history(consultation, refs=[ref], fields=["text"], by=boss, reason=reason)
    first = type(comment).history.filter(id=comment.pk).earliest("history_id")
    assert first.text == "<p>[erased]</p>"


@pytest.mark.parametrize(
    ("field", "values", "words"),
    [
        ("name", {"reason": " "}, "Enter a reason"),
        ("name", {"ref": "respondent:0"}, "has never been part of meters"),
        ("name", {"ref": "invented:1"}, "does not begin with one of"),
        (
            "received",
            {},
            "'received' is not a text field of a respondent. Choose from key, name",
        ),
        ("position", {}, "'position' is not a text field of a respondent"),
    ],
)
def test_impossible_erasure_is_refused(
    respondent: Respondent, boss: User, field: str, values: dict[str, str], words: str
) -> None:
    with pytest.raises(ErasureRefused, match=words):
        erase(respondent, boss, field, **values)
    assert not respondent.consultation.events.filter(kind="history-erased").exists()


def test_row_of_another_consultation_is_refused(
    respondent: Respondent, boss: User
) -> None:
    other = make_respondent(make_consultation(), "Jane Roe")
    with pytest.raises(ErasureRefused, match="has never been part of meters"):
        erase(respondent, boss, ref=f"respondent:{other.pk}")


def test_only_administrators_erase(respondent: Respondent) -> None:
    with pytest.raises(ErasureRefused, match="You need the role Administrator"):
        erase(respondent, make_user(role="Approver"))


def test_command_erases_and_reports(respondent: Respondent, boss: User) -> None:
    output = StringIO()
    command = ["erase_history", "meters", f"respondent:{respondent.pk}"]
    options = ["--field", "name", "--by", "boss", "--reason", "Requested."]
    call_command(*command, *options, stdout=output)
    assert output.getvalue() == "Erased in 1 version.\n"
    for change, words in (
        ({1: "water"}, "There is no consultation water"),
        ({2: "respondent:0"}, "has never been part of"),
    ):
        wrong = [change.get(position, word) for position, word in enumerate(command)]
        with pytest.raises(CommandError, match=words):
            call_command(*wrong, *options)
    with pytest.raises(CommandError, match="There is no user nobody"):
        call_command(*command, *options[:2], "--by", "nobody", *options[4:])


def test_user_named_in_a_history_cannot_be_deleted(respondent: Respondent) -> None:
    user = make_user()
    respondent._history_user = user  # type: ignore[attr-defined]
    respondent.save()
    with pytest.raises(IntegrityError, match="protected"), transaction.atomic():
        user.delete()
