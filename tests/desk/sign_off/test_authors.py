"""Authors of a draft at the desk; how a team of two publishes."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from consultations.audit.history import save_all
from consultations.models import Conclusion, Edition, TextTakeover
from responses.conclusions import submission
from responses.models import Comment
from tests.support.editions import QUICK
from tests.support.factories import make_conclusion, make_user
from tests.support.form_reading import Forms, form_with
from tests.support.pages import Read, answered_consultation, day, text_of

pytestmark = pytest.mark.django_db

AUTHORS = "/desk/conclusions/answered/authors/"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make no PDF and no Word file: other tests do."""
    original = submission.submit_draft

    def quick(conclusion: Conclusion, **given: Any) -> Edition:
        return original(conclusion, formats=QUICK, **given)

    monkeypatch.setattr("responses.desk.sign_off.sign_off.submit_draft", quick)


@pytest.fixture
def conclusion() -> Conclusion:
    return make_conclusion(answered_consultation(rows=1), date=day(0))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def dora() -> Client:
    return signed_in(make_user("dora", "Drafter"))


@pytest.fixture
def adam() -> Client:
    """Return the browser of an approver who may also draft."""
    user = make_user("adam", "Approver")
    user.groups.add(Group.objects.get(name="Drafter"))
    return signed_in(user)


def write(client: Client, conclusion: Conclusion, text: str) -> None:
    """Write the introduction on its page, as a person does."""
    section = conclusion.sections.get(heading="Introduction")
    page = reverse("responses:section", args=["answered", section.pk])
    form = form_with(text_of(client.get(page)), "text")
    sent = client.post(page, {**form, "text": text})
    assert sent.status_code == 302, text_of(sent)


def take_over(client: Client, place: int = 0) -> str:
    """Press the button beside a text; return the page that follows."""
    fields = [f for _, f in Forms(text_of(client.get(AUTHORS))).forms if "row" in f]
    return text_of(client.post(f"{AUTHORS}take-over/", fields[place], follow=True))


def submit(client: Client) -> Edition:
    address = reverse("responses:submit", args=["answered"])
    sent = client.post(address, {"note": ""})
    assert sent.status_code == 302, text_of(sent)
    return Edition.objects.latest("pk")


def act(client: Client, name: str, edition: Edition, **typed: str) -> str:
    address = reverse(f"responses:{name}", args=[edition.pk])
    page = text_of(client.post(address, typed, follow=True))
    edition.refresh_from_db()
    return page


def test_team_of_two_publishes(
    dora: Client, adam: Client, conclusion: Conclusion
) -> None:
    write(dora, conclusion, "Dora’s words.")
    write(adam, conclusion, "Dora’s words, and Adam’s.")
    first = submit(dora)
    page = text_of(adam.get(reverse("responses:edition", args=[first.pk])))
    assert "You wrote or took over text in this edition" in page
    assert "Section Introduction: Text" in page
    assert ">Approve</button>" not in page
    act(adam, "approve", first, sha256=first.sha256)
    assert first.state == Edition.State.SUBMITTED
    act(adam, "send_back", first, sha256=first.sha256, remarks="Take over my text.")
    assert first.state == Edition.State.REJECTED

    page = text_of(dora.get(AUTHORS))
    assert "Written by dora, adam" in page
    assert "Section Introduction: Text taken over." in take_over(dora)
    assert "taken over by dora" in text_of(dora.get(AUTHORS))

    second = submit(dora)
    page = text_of(adam.get(reverse("responses:edition", args=[second.pk])))
    assert "Section Introduction: Text, written by adam" in page
    act(adam, "approve", second, sha256=second.sha256)
    act(adam, "publish", second)
    assert second.state == Edition.State.PUBLISHED
    trail = text_of(adam.get("/desk/consultations/answered/trail/"))
    assert "Text taken over" in trail
    assert "No user has written text since this draft began." in (
        text_of(dora.get(AUTHORS))
    )


def test_submission_page_names_the_authors(
    dora: Client, adam: Client, conclusion: Conclusion
) -> None:
    write(adam, conclusion, "Adam’s words.")
    page = text_of(dora.get("/desk/conclusions/answered/sign-off/"))
    sentence = (
        "These users wrote text in this draft and cannot approve the edition: adam."
    )
    assert sentence in " ".join(page.split())


def test_changed_text_is_not_taken_over(
    dora: Client, adam: Client, conclusion: Conclusion
) -> None:
    write(adam, conclusion, "Adam’s words.")
    (fields,) = [f for _, f in Forms(text_of(dora.get(AUTHORS))).forms if "row" in f]
    write(adam, conclusion, "Adam’s other words.")
    page = text_of(dora.post(f"{AUTHORS}take-over/", fields))
    assert "was changed after you opened this page" in page
    assert TextTakeover.objects.count() == 0


def test_own_text_is_not_offered(dora: Client, conclusion: Conclusion) -> None:
    write(dora, conclusion, "Dora’s words.")
    page = text_of(dora.get(AUTHORS))
    assert "Dora’s words." in page
    assert "Take over this" not in page


def test_approver_sees_authors_without_a_button(
    dora: Client, conclusion: Conclusion
) -> None:
    write(dora, conclusion, "Dora’s words.")
    page = text_of(signed_in(make_user(role="Approver")).get(AUTHORS))
    assert "Written by dora" in page
    assert "Take over this" not in page


def test_pages_of_authors_have_no_markup_faults(
    dora: Client, adam: Client, conclusion: Conclusion
) -> None:
    write(adam, conclusion, "Adam’s words.")
    comment = conclusion.consultation.comments.get()
    comment.concerns = ["Clause 1", "Clause 2"]
    save_all(Comment, [comment], ["concerns"], by=User.objects.get(username="adam"))
    page = text_of(dora.get(AUTHORS))
    assert Read(page).faults == []
    assert "<li>Clause 1</li>" in page
    edition = submit(dora)
    page = text_of(adam.get(reverse("responses:edition", args=[edition.pk])))
    assert Read(page).faults == []
    assert Read(text_of(adam.get("/desk/accounts/"))).faults == []
