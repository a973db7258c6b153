"""Findings that a named person confirms, with the reason."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import Conclusion
from responses.checks import findings
from responses.models import ConfirmedFinding
from tests.support.factories import (
    make_conclusion,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

REASON = "The company is not known to have answered."


def make_small_tally() -> Conclusion:
    """Return a conclusion with a tally of one respondent."""
    consultation = make_consultation("small-tally")
    question = make_question(consultation)
    make_submission(make_respondent(consultation, "Ada"), stances={question: "agree"})
    return make_conclusion(consultation, sections=(("Analysis", "analysis"),))


def drafter(client: Client) -> Client:
    client.force_login(make_user("casey", role="Drafter"))
    return client


def confirm_page(conclusion: Conclusion) -> str:
    (key,) = [f.confirmation for f in findings(conclusion)[1] if f.confirmation]
    page = reverse("responses:confirm_finding", args=[conclusion.slug])
    return f"{page}?finding={key}"


def test_finding_is_confirmed_with_a_reason_and_not_shown_again(client: Client) -> None:
    conclusion = make_small_tally()
    page = confirm_page(conclusion)
    checks = reverse("responses:checks", args=[conclusion.slug])
    body = drafter(client).get(checks).content.decode()
    assert page.replace(":", "%3A") in body
    assert "counts only 1 respondent" in client.get(page).content.decode()
    response = client.post(page, {"reason": REASON}, follow=True)
    body = response.content.decode()
    assert "Issue confirmed as not a problem." in body
    assert REASON in body
    assert "Confirmed by casey" in body
    assert ConfirmedFinding.objects.get().history.get().history_user.username == "casey"
    assert findings(conclusion)[1] == []


def test_confirmation_needs_a_reason(client: Client) -> None:
    page = confirm_page(make_small_tally())
    response = drafter(client).post(page, {"reason": " "})
    assert response.status_code == 200
    assert not ConfirmedFinding.objects.exists()


def test_finding_that_is_gone_cannot_be_confirmed(client: Client) -> None:
    conclusion = make_small_tally()
    page = confirm_page(conclusion)
    conclusion.sections.all().delete()
    response = drafter(client).post(page, {"reason": REASON}, follow=True)
    assert "Nothing to confirm" in response.content.decode()
    assert not ConfirmedFinding.objects.exists()


def test_removed_confirmation_shows_the_finding_again(client: Client) -> None:
    conclusion = make_small_tally()
    page = confirm_page(conclusion)
    drafter(client).post(page, {"reason": REASON})
    row = ConfirmedFinding.objects.get()
    address = reverse("responses:remove_confirmation", args=[conclusion.slug, row.pk])
    response = client.post(address, follow=True)
    assert "Confirmation removed." in response.content.decode()
    assert "Confirm that this is not a problem" in response.content.decode()
    kinds = list(conclusion.consultation.events.values_list("kind", flat=True))
    assert kinds == ["confirmed", "confirmation-removed"]


def test_confirmation_of_another_conclusion_is_not_found(client: Client) -> None:
    conclusion = make_small_tally()
    drafter(client).post(confirm_page(conclusion), {"reason": REASON})
    row = ConfirmedFinding.objects.get()
    make_conclusion(conclusion.consultation, slug="another", sections=())
    address = reverse("responses:remove_confirmation", args=["another", row.pk])
    assert client.post(address).status_code == 404
