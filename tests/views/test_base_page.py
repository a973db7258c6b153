"""Every page: headers, markup, links, log-in and error pages."""

from __future__ import annotations

from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone

from consultations.access import ROLES_BY_ACTION, Action, Role
from consultations.documents import wording
from consultations.models import Clause, DocumentVersion
from tests.support.factories import make_conclusion, make_document, make_user, release
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

pytestmark = [pytest.mark.django_db, pytest.mark.once]


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
    release(version)


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
def test_public_pages_have_no_markup_faults(client: Client, address: str) -> None:
    everything()
    response = client.get(address)
    assert response.status_code == 200
    assert Read(text_of(response)).faults == []


@pytest.mark.parametrize("address", [*DESK, "/"])
def test_staff_pages_have_no_markup_faults(client: Client, address: str) -> None:
    everything()
    response = log_in(client, "Administrator").get(address)
    assert response.status_code == 200
    assert Read(text_of(response)).faults == []


def test_html_reader_reports_markup_faults() -> None:
    html = "<html><h1>A</h1><h1>B</h1><h3 style='x'>C</h3><input id=q><p></div></html>"
    assert len(Read(html).faults) >= 7


def test_page_titles_are_distinct(client: Client) -> None:
    everything()
    log_in(client, "Administrator")
    addresses = [each for each in PUBLIC + DESK if "?" not in each]
    titles = [Read(text_of(client.get(each))).title for each in addresses]
    same = {"/conclusions/answered/", "/conclusions/answered/editions/2/"}
    assert len(set(titles)) == len(titles) - len(same) + 1


@pytest.mark.parametrize(
    ("address", "count"), [("/consultations/?q=a%26b", 1), ("/accounts/login/", 0)]
)
def test_public_pages_name_publisher_address_and_date_on_paper(
    client: Client, address: str, count: int
) -> None:
    text = " ".join(text_of(client.get(address)).split())
    today = wording.printed_date(timezone.localdate())
    line = (
        '<p class="printed-from"> Published by Data Communications Company at '
        f"{configured.SITE_URL}{address}<br> Date of this copy: {today} </p>"
    )
    assert text.count(line) == count
    assert text.count("printed-from") == count


# Headers


@pytest.mark.parametrize("address", [*PUBLIC, "/nowhere/", "/desk/"])
def test_every_response_has_security_headers(client: Client, address: str) -> None:
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


def test_public_pages_set_no_cookie(client: Client) -> None:
    everything()
    for address in PUBLIC[:-1]:
        assert not client.get(address).cookies


@pytest.mark.parametrize("address", DESK)
def test_desk_pages_are_not_cached(client: Client, address: str) -> None:
    everything()
    response = log_in(client, "Drafter").get(address)
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]


# Links


def test_every_internal_link_resolves(client: Client) -> None:
    """Of links that differ in the values of their query alone, one is followed."""
    everything()
    log_in(client, "Administrator")
    seen, found = set[str](), set[tuple[str, ...]]()
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
            names = sorted(parse_qs(urlsplit(target).query, keep_blank_values=True))
            page = (urlsplit(target).path, *names)
            if target.startswith("/") and target not in seen and page not in found:
                found.add(page)
                waiting.append(target)
    assert "/desk/conclusions/drafted/preview/" in seen
    assert "/conclusions/answered/editions/1.json" in seen
    assert len(seen) > 25


# Log-in


def test_staff_sign_in_is_linked_from_the_footer_alone(client: Client) -> None:
    html = text_of(client.get("/"))
    body, _, footer = html.partition("<footer")
    assert configured.LOGIN_URL not in body
    assert f'href="{configured.LOGIN_URL}">Staff sign in</a>' in footer
    signed_in = text_of(log_in(client, "Drafter").get("/"))
    assert "Staff sign in" not in signed_in
    assert "Workspace</a>" in signed_in
    assert "Sign out</button>" in signed_in


def test_login_redirects_to_desk_and_logout_to_home(client: Client) -> None:
    make_user("dora", "Drafter")
    words = {"username": "dora", "password": "correct horse battery"}
    assert client.post("/accounts/login/", words)["Location"] == "/desk/"
    assert client.post("/accounts/logout/")["Location"] == "/"
    assert client.get("/desk/").status_code == 302


def test_wrong_password_shows_error_summary_with_link(client: Client) -> None:
    response = client.post("/accounts/login/", {"username": "x", "password": "y"})
    read = Read(text_of(response))
    assert read.faults == []
    assert read.title.strip().startswith("Error:")
    assert "#id_username" in read.links


def test_login_refuses_external_redirect(client: Client) -> None:
    make_user("dora", "Drafter")
    words = {"username": "dora", "password": "correct horse battery"}
    response = client.post("/accounts/login/?next=https://elsewhere.example/", words)
    assert response["Location"] == "/desk/"


# Errors


def test_unknown_page_returns_404_in_site_layout(client: Client) -> None:
    response = client.get("/nowhere/")
    read = Read(text_of(response))
    assert response.status_code == 404
    assert read.faults == []
    assert "/consultations/" in read.links


def test_forbidden_action_names_the_needed_role(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = frozenset({Role.ADMINISTRATOR})
    monkeypatch.setitem(ROLES_BY_ACTION, Action.EXPORT, only)
    make_conclusion(answered_consultation())
    log_in(client, "Drafter")
    address = "/desk/conclusions/answered/files/"
    response = client.post(address, {"name": "txt"})
    assert response.status_code == 403
    assert "You need the role Administrator" in text_of(response)
    assert Read(text_of(response)).faults == []


def test_server_error_page_hides_details(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("consultations.views.home.public_statuses", fail)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "secret detail" not in text_of(response)
    assert Read(text_of(response)).faults == []


def test_csrf_failure_page_has_site_layout() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/accounts/login/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "The form has expired" in text_of(response)
    assert Read(text_of(response)).faults == []


# Access: what each address answers to whom is in test_addresses.py


def test_anonymous_user_is_redirected_to_login_with_next(client: Client) -> None:
    location = client.get("/desk/?after=x")["Location"]
    assert location.startswith(f"{configured.LOGIN_URL}?next=/desk/")
