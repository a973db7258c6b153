"""The pages of draft files: list, polled row and download."""

from __future__ import annotations

import datetime as dt
import gzip
import uuid

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from consultations.access import GROUPS, ROLES_BY_ACTION, Action, Role
from consultations.documents.pdf.errors import PdfError
from consultations.models import Conclusion
from responses.conclusions import draft_files
from responses.conclusions.draft_files import attempt_draft_file, request_draft_file
from responses.models import DraftFile
from tests.support.factories import make_conclusion, make_user
from tests.support.pages import Read, answered_consultation, log_in, queries, text_of

pytestmark = pytest.mark.django_db

LIST = "/desk/conclusions/answered/files/"


@pytest.fixture
def conclusion() -> Conclusion:
    return make_conclusion(answered_consultation())


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def make_waiting(
    conclusion: Conclusion, name: str = "txt", by: User | None = None
) -> DraftFile:
    return request_draft_file(conclusion, name, by=by or make_user(role="Drafter"))


def make_ready(conclusion: Conclusion, name: str = "txt") -> DraftFile:
    draft = make_waiting(conclusion, name)
    attempt_draft_file(draft.pk)
    draft.refresh_from_db()
    assert draft.state == DraftFile.State.READY
    return draft


def make_failed(conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch) -> DraftFile:
    def fail(*args: object) -> bytes:
        raise PdfError("The table is too long.")

    monkeypatch.setattr(draft_files, "render_format", fail)
    draft = make_waiting(conclusion, "pdf")
    attempt_draft_file(draft.pk)
    return draft


def row_address(draft: DraftFile) -> str:
    return f"/desk/draft-files/{draft.token}/"


def address_of(draft: DraftFile) -> str:
    return f"{row_address(draft)}{draft.filename}"


# The list


def test_empty_draft_file_list_shows_message(
    staff: Client, conclusion: Conclusion
) -> None:
    html = text_of(staff.get(LIST))
    assert "No exported drafts." in html
    assert Read(html).faults == []


def test_draft_file_list_has_no_markup_faults_in_any_state(
    staff: Client, conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = make_ready(conclusion)
    make_failed(conclusion, monkeypatch)
    make_waiting(conclusion)
    html = text_of(staff.get(LIST))
    assert [f for f in Read(html).faults if not f.startswith("<script>")] == []
    assert f'href="{address_of(done)}"' in html
    assert "The table is too long." in html
    assert "Waiting to start" in html


def test_newest_draft_file_is_listed_first(
    staff: Client, conclusion: Conclusion
) -> None:
    first, second = make_waiting(conclusion), make_waiting(conclusion)
    html = text_of(staff.get(LIST))
    assert html.index(f"draft-file-{second.token}") < html.index(
        f"draft-file-{first.token}"
    )


def test_draft_file_list_is_paginated_by_key(
    staff: Client, conclusion: Conclusion
) -> None:
    drafts = [make_waiting(conclusion) for _ in range(21)]
    html = text_of(staff.get(LIST))
    following = f"?before={drafts[1].pk}"
    assert f"draft-file-{drafts[0].token}" not in html
    assert f'href="{following}"' in html
    html = text_of(staff.get(LIST + following))
    assert f"draft-file-{drafts[0].token}" in html
    assert "Earlier files" not in html


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 30])
def test_invalid_cursor_returns_404(
    staff: Client, conclusion: Conclusion, cursor: str
) -> None:
    assert staff.get(f"{LIST}?before={cursor}").status_code == 404


def test_draft_files_of_other_conclusions_are_not_listed(
    staff: Client, conclusion: Conclusion
) -> None:
    other = make_waiting(make_conclusion(answered_consultation("other")))
    assert str(other.token) not in text_of(staff.get(LIST))


def test_draft_file_list_query_count_is_constant(
    staff: Client, conclusion: Conclusion
) -> None:
    make_ready(conclusion)
    staff.get(LIST)
    few = queries(lambda: staff.get(LIST))
    for name in ("txt", "json", "txt", "json"):
        make_ready(conclusion, name)
    assert queries(lambda: staff.get(LIST)) == few


# Requesting


def test_draft_file_request_redirects_to_its_row(
    staff: Client, conclusion: Conclusion
) -> None:
    response = staff.post(LIST, {"name": "json"})
    draft = DraftFile.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"{LIST}#draft-file-{draft.token}"
    assert (draft.name, draft.state) == ("json", "waiting")


def test_unknown_format_returns_400(staff: Client, conclusion: Conclusion) -> None:
    response = staff.post(LIST, {"name": "exe"})
    assert response.status_code == 400
    assert "Choose PDF, Word, Text or JSON" in text_of(response)


def test_draft_file_request_needs_csrf_token(conclusion: Conclusion) -> None:
    strict = log_in(Client(enforce_csrf_checks=True), "Drafter")
    assert strict.post(LIST, {"name": "pdf"}).status_code == 403
    assert not DraftFile.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["/desk/conclusions/answered/preview/", "/desk/consultations/answered/", LIST],
)
def test_pages_with_export_buttons_have_every_format(
    staff: Client, conclusion: Conclusion, address: str
) -> None:
    html = text_of(staff.get(address))
    assert f'<form class="buttons" method="post" action="{LIST}">' in html
    for name in DraftFile.Format.values:
        assert f'name="name" value="{name}"' in html


# The polled row


def test_unfinished_row_polls_and_links_without_script(
    staff: Client, conclusion: Conclusion
) -> None:
    draft = make_waiting(conclusion)
    html = text_of(staff.get(row_address(draft)))
    assert f'hx-get="{row_address(draft)}?shown=waiting%200"' in html
    assert 'hx-trigger="every 1s"' in html
    assert '<progress value="0" max="100"' in html
    assert f'href="{LIST}#draft-file-{draft.token}">Refresh' in html


def test_row_shows_step_and_progress(staff: Client, conclusion: Conclusion) -> None:
    draft = make_waiting(conclusion)
    draft.state, draft.progress = DraftFile.State.WORKING, 40
    draft.step, draft.heartbeat_at = "Laying out page 12", timezone.now()
    draft.save()
    html = text_of(staff.get(row_address(draft)))
    assert "Laying out page 12" in html
    assert '<progress value="40" max="100"' in html


def test_unchanged_row_returns_204(staff: Client, conclusion: Conclusion) -> None:
    draft = make_waiting(conclusion)
    response = staff.get(row_address(draft), {"shown": draft.progress_text})
    assert (response.status_code, response.content) == (204, b"")
    attempt_draft_file(draft.pk)
    response = staff.get(row_address(draft), {"shown": draft.progress_text})
    assert response.status_code == 200


def test_ready_row_stops_polling_and_links_to_file(
    staff: Client, conclusion: Conclusion
) -> None:
    draft = make_ready(conclusion)
    html = text_of(staff.get(row_address(draft)))
    assert f'href="{address_of(draft)}"' in html
    assert "hx-get" not in html


def test_failed_row_shows_reason_and_retry_button(
    staff: Client, conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = text_of(staff.get(row_address(make_failed(conclusion, monkeypatch))))
    assert "The table is too long." in html
    assert "Try again" in html
    assert 'name="name" value="pdf"' in html
    assert "csrfmiddlewaretoken" in html
    assert "hx-get" not in html


def test_row_response_is_not_stored_by_browser(
    staff: Client, conclusion: Conclusion
) -> None:
    response = staff.get(row_address(make_waiting(conclusion)))
    assert "no-store" in response["Cache-Control"]


# The download


def test_draft_file_can_be_downloaded_repeatedly(
    staff: Client, conclusion: Conclusion
) -> None:
    draft = make_ready(conclusion)
    for _ in range(2):
        response = staff.get(address_of(draft))
        assert response.status_code == 200
        assert response.content.startswith(b"Draft of ")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == (
        f'attachment; filename="{draft.filename}"'
    )
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_matching_etag_returns_304(staff: Client, conclusion: Conclusion) -> None:
    address = address_of(make_ready(conclusion))
    tag = staff.get(address)["ETag"]
    response = staff.get(address, headers={"If-None-Match": tag})
    assert (response.status_code, response.content) == (304, b"")


def test_draft_file_is_sent_gzipped_when_accepted(
    staff: Client, conclusion: Conclusion
) -> None:
    draft = make_ready(conclusion, "json")
    response = staff.get(address_of(draft), headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert draft.file
    assert gzip.decompress(response.content) == bytes(draft.file.content)


def test_draft_file_under_another_name_returns_404(
    staff: Client, conclusion: Conclusion
) -> None:
    draft = make_ready(conclusion)
    assert staff.get(f"{row_address(draft)}other.txt").status_code == 404


def test_unfinished_draft_file_returns_404(
    staff: Client, conclusion: Conclusion
) -> None:
    draft = make_waiting(conclusion)
    assert staff.get(f"{row_address(draft)}DRAFT-answered.txt").status_code == 404


# Permissions


def addresses(conclusion: Conclusion) -> list[str]:
    draft = make_ready(conclusion)
    return [LIST, row_address(draft), address_of(draft)]


def test_user_without_role_gets_404(client: Client, conclusion: Conclusion) -> None:
    client.force_login(make_user())
    for address in addresses(conclusion):
        assert client.get(address).status_code == 404
    assert client.post(LIST, {"name": "pdf"}).status_code == 404


def test_anonymous_user_is_redirected_to_login(
    client: Client, conclusion: Conclusion
) -> None:
    for address in addresses(conclusion):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("role", GROUPS)
def test_access_follows_roles_by_action(
    client: Client, conclusion: Conclusion, role: Role
) -> None:
    log_in(client, role)
    expected = 200 if role in ROLES_BY_ACTION[Action.EXPORT] else 403
    for address in addresses(conclusion):
        assert client.get(address).status_code == expected


def test_access_is_checked_before_returning_304(
    staff: Client, conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = address_of(make_ready(conclusion))
    tag = staff.get(address)["ETag"]
    monkeypatch.setitem(ROLES_BY_ACTION, Action.EXPORT, frozenset({Role.APPROVER}))
    response = staff.get(address, headers={"If-None-Match": tag})
    assert response.status_code == 403


def test_unknown_token_returns_404(staff: Client) -> None:
    address = f"/desk/draft-files/{uuid.uuid4()}/"
    assert staff.get(address).status_code == 404
    assert staff.get(f"{address}DRAFT.pdf").status_code == 404


def test_row_shows_requester_and_time(staff: Client, conclusion: Conclusion) -> None:
    draft = make_waiting(conclusion, by=make_user("dora", role="Drafter"))
    draft.asked_at = dt.datetime(2026, 7, 1, 12, 30, tzinfo=dt.UTC)
    draft.save()
    html = text_of(staff.get(row_address(draft)))
    assert "Requested by dora" in html
    assert "13:30 on 1 July 2026" in html
