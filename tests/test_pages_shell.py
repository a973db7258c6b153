"""What every page has: headers, one shape, an error page in the same look."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from consultations.access import GROUPS, TABLE, Action, Role
from consultations.models import Clause, DocumentVersion
from tests.factories import make_conclusion, make_document, make_user
from tests.pages import (
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
    "/desk/conclusions/drafted/preview/",
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
    monkeypatch.setitem(TABLE, Action.EXPORT, only)
    make_conclusion(answered_consultation())
    log_in(client, "Drafter")
    response = client.get("/desk/conclusions/answered/draft.txt")
    assert response.status_code == 403
    assert "you need the role Administrator" in text_of(response)
    assert Read(text_of(response)).faults == []


def test_a_failure_shows_a_page_without_details(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("consultations.views.home.standings", fail)
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


# Access: every address of ours, and who gets what

ARGUMENTS = {
    "slug": "answered",
    "number": 1,
    "position": 1,
    "name": "txt",
    "code": "S1SR",
    "key": "now",
}


def addresses(prefix: str) -> list[str]:
    """Return an address for every pattern of ours that begins so."""
    found = []
    for part in get_resolver().url_patterns:
        if isinstance(part, URLResolver) and part.app_name in (
            "consultations",
            "responses",
        ):
            for pattern in part.url_patterns:
                assert isinstance(pattern, URLPattern)
                names = pattern.pattern.converters
                arguments = {name: ARGUMENTS[name] for name in names}
                address = reverse(f"{part.app_name}:{pattern.name}", kwargs=arguments)
                found += [address] if address.startswith(prefix) else []
    return found


@pytest.mark.parametrize(
    ("role", "expected"), [(None, 302), ("", 404), ("Drafter", 200), ("Approver", 200)]
)
def test_the_desk_opens_to_its_roles_only(
    client: Client, role: str | None, expected: int
) -> None:
    concluded()
    if role is not None:
        log_in(client, role)
    desk = [each for each in addresses("/desk/") if "/draft." not in each]
    assert len(desk) >= 3
    assert {each: client.get(each).status_code for each in desk} == dict.fromkeys(
        desk, expected
    )


@pytest.mark.parametrize("role", [None, "", *GROUPS])
def test_drafts_leave_only_with_who_may_export(
    client: Client, role: str | None
) -> None:
    concluded()
    if role is not None:
        log_in(client, role)
    by_role = {None: 302, "": 404}
    by_role |= {each: 200 if each in TABLE[Action.EXPORT] else 403 for each in GROUPS}
    address = "/desk/conclusions/answered/draft.txt"
    assert client.get(address).status_code == by_role[role]


def test_anonymous_readers_are_sent_to_log_in_and_back(client: Client) -> None:
    location = client.get("/desk/?after=x")["Location"]
    assert location.startswith(f"{configured.LOGIN_URL}?next=/desk/")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_only_read(client: Client, method: str) -> None:
    everything()
    log_in(client, "Administrator")
    for address in addresses("/"):
        assert getattr(client, method)(address).status_code == 405, address
