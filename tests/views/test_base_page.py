"""What every page has: headers, one shape, an error page in the same look."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin

import pytest
from django.conf import settings as configured
from django.test import Client

from consultations.access import ROLES_BY_ACTION, Action, Role
from consultations.models import Clause, DocumentVersion
from tests.support.factories import make_conclusion, make_document, make_user
from tests.support.pages import (
    Read,
    answered_consultation,
    concluded,
    correct,
    log_in,
    open_consultation,
    text_of,
    withdraw,
)

pytestmark = pytest.mark.django_db


def everything() -> None:
    """Store something for every page."""
    edition = concluded()
    withdraw(correct(edition))
    open_consultation("open", title="Still open")
    drafted = answered_consultation("drafted")
    drafted.title = "Being concluded"
    drafted.save()
    make_conclusion(drafted)
    document = make_document("S1SR")
    make_document("ANNEX", parent=document)
    version = DocumentVersion.objects.create(
        document=document, key="now", status="designated"
    )
    Clause.objects.create(document_version=version, identity="1", number="1", text="A.")


PUBLIC = [
    "/",
    "/consultations/",
    "/consultations/?status=open&q=changes",
    "/consultations/?q=nothing-of-the-kind",
    "/consultations/open/",
    "/consultations/answered/",
    "/conclusions/answered/",
    "/conclusions/answered/editions/1/",
    "/conclusions/answered/editions/2/",
    "/documents/",
    "/documents/S1SR/",
    "/documents/S1SR/now/",
    "/accounts/login/",
]
DESK = [
    "/desk/",
    "/desk/consultations/drafted/",
    "/desk/consultations/answered/",
    "/desk/consultations/open/",
    "/desk/consultations/drafted/responses/",
    "/desk/consultations/drafted/changes/",
    "/desk/consultations/drafted/after/",
    "/desk/consultations/answered/trail/",
    "/desk/conclusions/drafted/preview/",
    "/desk/conclusions/drafted/sign-off/",
    "/desk/conclusions/answered/sign-off/",
    "/desk/conclusions/drafted/as-it-stood/",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_is_sound_html(client: Client, address: str) -> None:
    everything()
    response = client.get(address)
    assert response.status_code == 200
    assert Read(text_of(response)).faults == []


@pytest.mark.parametrize("address", [*DESK, "/"])
def test_a_page_for_staff_is_sound_html(client: Client, address: str) -> None:
    everything()
    response = log_in(client, "Administrator").get(address)
    assert response.status_code == 200
    assert Read(text_of(response)).faults == []


def test_the_reader_of_html_notices_faults() -> None:
    html = "<html><h1>A</h1><h1>B</h1><h3 style='x'>C</h3><input id=q><p></div></html>"
    assert len(Read(html).faults) >= 7


def test_titles_tell_pages_apart(client: Client) -> None:
    everything()
    log_in(client, "Administrator")
    addresses = [each for each in PUBLIC + DESK if "?" not in each]
    titles = [Read(text_of(client.get(each))).title for each in addresses]
    same = {"/conclusions/answered/", "/conclusions/answered/editions/2/"}
    assert len(set(titles)) == len(titles) - len(same) + 1


# Headers


@pytest.mark.parametrize("address", [*PUBLIC, "/nowhere/", "/desk/"])
def test_every_answer_has_the_headers_that_protect(
    client: Client, address: str
) -> None:
    everything()
    response = client.get(address)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_readers_get_no_cookie(client: Client) -> None:
    everything()
    for address in PUBLIC[:-1]:
        assert not client.get(address).cookies


@pytest.mark.parametrize("address", DESK)
def test_the_desk_is_never_kept_by_a_cache(client: Client, address: str) -> None:
    everything()
    response = log_in(client, "Drafter").get(address)
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


# Links


def test_no_page_links_to_what_does_not_exist(client: Client) -> None:
    everything()
    log_in(client, "Administrator")
    seen: set[str] = set()
    waiting = ["/", "/desk/"]
    while waiting:
        address = waiting.pop()
        seen.add(address)
        response = client.get(address)
        if address.startswith("/accounts/"):  # some ask for the password again
            assert response.status_code in (200, 302), address
            continue
        assert response.status_code == 200, address
        if "text/html" not in response["Content-Type"] or "admin" in address:
            continue
        if address.endswith(".html"):
            continue
        for link in Read(text_of(response)).links:
            target = urldefrag(urljoin(address, link)).url
            if target.startswith("/") and target not in seen | {*waiting}:
                waiting.append(target)
    assert "/desk/conclusions/drafted/preview/" in seen
    assert "/conclusions/answered/editions/1.json" in seen
    assert len(seen) > 25


# Log-in


def test_log_in_leads_to_the_desk_and_log_out_home(client: Client) -> None:
    make_user("dora", "Drafter")
    words = {"username": "dora", "password": "correct horse battery"}
    assert client.post("/accounts/login/", words)["Location"] == "/desk/"
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert client.get("/desk/").status_code == 302


def test_a_wrong_password_is_told_in_a_summary_with_a_link(client: Client) -> None:
    response = client.post("/accounts/login/", {"username": "x", "password": "y"})
    read = Read(text_of(response))
    assert read.faults == []
    assert read.title.strip().startswith("Error:")
    assert "#id_username" in read.links


def test_log_in_does_not_lead_off_the_site(client: Client) -> None:
    make_user("dora", "Drafter")
    words = {"username": "dora", "password": "correct horse battery"}
    response = client.post("/accounts/login/?next=https://elsewhere.example/", words)
    assert response["Location"] == "/desk/"


# Errors


def test_a_page_that_is_not_there_says_so_in_our_look(client: Client) -> None:
    response = client.get("/nowhere/")
    read = Read(text_of(response))
    assert response.status_code == 404
    assert read.faults == []
    assert "/consultations/" in read.links


def test_what_a_role_may_not_do_names_the_role_that_may(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = frozenset({Role.ADMINISTRATOR})
    monkeypatch.setitem(ROLES_BY_ACTION, Action.EXPORT, only)
    make_conclusion(answered_consultation())
    log_in(client, "Drafter")
    address = "/desk/conclusions/answered/files/"
    response = client.post(address, {"name": "txt"})
    assert response.status_code == 403
    assert "you need the role Administrator" in text_of(response)
    assert Read(text_of(response)).faults == []


def test_a_failure_shows_a_page_without_details(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("consultations.views.home.consultation_statuses", fail)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "secret detail" not in text_of(response)
    assert Read(text_of(response)).faults == []


def test_a_forged_form_is_refused_in_our_look() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "The form has expired" in text_of(response)
    assert Read(text_of(response)).faults == []


# Access: what each address answers to whom is in test_addresses.py


def test_anonymous_readers_are_sent_to_log_in_and_back(client: Client) -> None:
    location = client.get("/desk/?after=x")["Location"]
    assert location.startswith(f"{configured.LOGIN_URL}?next=/desk/")
