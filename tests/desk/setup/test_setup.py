"""Setting up a consultation: creation, details, to-do list and preview."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consultations.models import (
    Consultation,
)
from consultations.models.consultation import default_organisation
from tests.desk.setup.test_copying import make_full_consultation
from tests.support.factories import (
    make_comment,
    make_consultation,
    make_document,
    make_question,
    make_respondent,
)
from tests.support.pages import (
    Read,
    future_consultation,
    log_in,
    open_consultation,
    queries,
    text_of,
)

pytestmark = pytest.mark.django_db

NEW = "/desk/consultations/new/"


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def address(name: str, *args: object) -> str:
    return reverse(f"responses:{name}", args=args)


def typed(**values: Any) -> dict[str, Any]:
    return {
        "title": "Changes to the TMAD",
        "slug": "",
        "summary": "What is proposed.",
        "organisation": str(default_organisation().pk),
        "classification": "DCC Public",
        "mailbox": "consultations@example.org",
        "anonymity": "anonymous",
        "target_conclusion": "",
        "follows": "",
        "follows_title": "",
        "follows_opened": "",
        "follows_url": "",
        "relation": "",
        "shown": "0",
        **values,
    }


def create_consultation(client: Client, **values: Any) -> Consultation:
    response = client.post(NEW, typed(**values))
    assert response.status_code == 302, text_of(response)
    return Consultation.objects.order_by("-pk")[0]


# Creating


def test_new_consultation_is_not_public(staff: Client) -> None:
    row = create_consultation(staff)
    assert row.opens_on is None
    staff.logout()
    assert staff.get(row.get_absolute_url()).status_code == 404


def test_slug_is_made_from_title(staff: Client) -> None:
    assert create_consultation(staff).slug == "changes-to-the-tmad"


def test_duplicate_generated_slug_gets_a_number(staff: Client) -> None:
    create_consultation(staff)
    second = create_consultation(staff, summary="What else is proposed.")
    assert second.slug == "changes-to-the-tmad-2"


def test_duplicate_typed_slug_is_refused_with_a_free_one(
    staff: Client,
) -> None:
    make_consultation("tmad")
    text = text_of(staff.post(NEW, typed(slug="tmad")))
    assert "Another consultation has the web address “tmad”. Use “tmad-2”" in text


def test_reserved_slug_is_refused(staff: Client) -> None:
    page = text_of(staff.post(NEW, typed(slug="new")))
    assert "The web address “new” is reserved." in page


def test_title_matching_reserved_slug_gets_a_number(staff: Client) -> None:
    assert create_consultation(staff, title="New").slug == "new-2"


def test_title_without_ascii_letters_needs_slug(staff: Client) -> None:
    text = text_of(staff.post(NEW, typed(title="変更")))
    assert "This title has no letters for a web address" in text


def test_new_consultation_has_documents_in_order(staff: Client) -> None:
    documents = [make_document("A"), make_document("B")]
    row = create_consultation(staff, documents=[str(each.pk) for each in documents])
    codes = [link.document.code for link in row.document_links.all()]
    assert codes == ["A", "B"]


def test_new_form_has_default_classification_and_mailbox(staff: Client) -> None:
    page = text_of(staff.get(NEW))
    assert 'value="DCC Public"' in page
    assert 'value="consultations@example.org"' in page


# Details


def edited(client: Client, row: Consultation, **values: Any) -> str:
    sent = typed(title=row.title, slug=row.slug, shown=str(row.version), **values)
    return text_of(client.post(address("details", row.slug), sent))


def test_slug_is_editable_before_opening(staff: Client) -> None:
    row = future_consultation("early")
    staff.post(address("details", "early"), typed(slug="later", shown="1"))
    row.refresh_from_db()
    assert row.slug == "later"


def test_slug_is_fixed_after_opening(staff: Client) -> None:
    row = open_consultation("public")
    staff.post(address("details", "public"), typed(slug="other", shown="1"))
    row.refresh_from_db()
    assert (row.slug, row.title) == ("public", "Changes to the TMAD")


def test_slug_change_updates_following_consultations(staff: Client) -> None:
    future_consultation("first")
    second = future_consultation("second", follows="first", relation="further")
    staff.post(address("details", "first"), typed(slug="one", shown="1"))
    second.refresh_from_db()
    assert second.follows == "one"


def test_earlier_consultation_can_be_given_by_title(staff: Client) -> None:
    make_consultation("first", title="The first of two")
    assert create_consultation(
        staff, follows="The first of two", relation="further"
    ).follows == ("first")


def test_earlier_consultation_is_shown_by_title(staff: Client) -> None:
    make_consultation("first", title="The first of two")
    row = future_consultation("second", follows="first", relation="further")
    page = staff.get(address("details", "second")).content.decode()
    assert 'value="The first of two"' in page
    assert 'value="first"' not in page
    edited(
        staff, row, follows="The first of two", relation="further", mailbox="a@b.org"
    )
    row.refresh_from_db()
    assert (row.follows, row.mailbox) == ("first", "a@b.org")


def test_consultations_with_the_same_title_are_shown_by_slug(staff: Client) -> None:
    for slug in ("first", "other"):
        make_consultation(slug, title="The same title")
    row = future_consultation("second", follows="first", relation="further")
    page = staff.get(address("details", "second")).content.decode()
    assert 'name="follows" value="first"' in page
    text = edited(staff, row, follows="The same title", relation="further")
    assert "There is no consultation with the title “The same title”." in text


def test_earlier_consultation_can_be_external(staff: Client) -> None:
    assert create_consultation(
        staff, follows="elsewhere-2019", relation="supersedes"
    ).follows


def test_earlier_consultation_elsewhere_has_title_day_and_address(
    staff: Client,
) -> None:
    row = create_consultation(
        staff,
        follows_title="The first round",
        follows_opened="2020-05-01",
        follows_url="https://example.org/round",
        relation="further",
    )
    assert (row.follows, row.follows_title) == ("", "The first round")
    assert (row.follows_opened, row.follows_url) == (
        dt.date(2020, 5, 1),
        "https://example.org/round",
    )
    text = text_of(staff.get(address("setup", row.slug)))
    assert "Further consultation: The first round" in text


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"follows_title": "One"}, "Select the relationship to the earlier"),
        ({"relation": "further"}, "Enter the earlier consultation, or change"),
        (
            {"follows": "r0", "relation": "further", "follows_opened": "2020-05-01"},
            "Enter the title of the earlier consultation.",
        ),
        (
            {
                "follows_title": "One",
                "relation": "further",
                "follows_url": "javascript:alert(1)",
            },
            "is not a web address",
        ),
    ],
)
def test_incomplete_earlier_consultation_is_refused(
    staff: Client, values: dict[str, str], problem: str
) -> None:
    assert problem in text_of(staff.post(NEW, typed(**values)))


def test_earlier_consultation_needs_a_relation(staff: Client) -> None:
    text = text_of(staff.post(NEW, typed(follows="first")))
    assert "Select the relationship to the earlier consultation." in text


def test_cycle_of_consultations_is_refused(staff: Client) -> None:
    first = future_consultation("first")
    future_consultation("second", follows="first", relation="further")
    text = edited(staff, first, follows="second", relation="further")
    assert "Select an earlier consultation." in text


def test_invalid_mailbox_is_refused(staff: Client) -> None:
    assert "is not an email address" in text_of(staff.post(NEW, typed(mailbox="us")))


def test_public_consultation_edit_shows_warning(staff: Client) -> None:
    open_consultation("public")
    page = text_of(staff.get(address("details", "public")))
    assert "The consultation has been public since" in page


def test_unopened_consultation_edit_shows_no_warning(staff: Client) -> None:
    future_consultation("inside")
    page = text_of(staff.get(address("details", "inside")))
    assert "has been public since" not in page


# The to-do list


def test_setup_page_lists_missing_details(staff: Client) -> None:
    row = create_consultation(staff, summary="", classification="")
    page = text_of(staff.get(address("setup", row.slug)))
    for missing in (
        "No summary entered",
        "No documents added",
        "No questions added",
        "No deadline set",
        "Opening date not set. Not public.",
    ):
        assert missing in page


def test_complete_consultation_has_no_to_do_list(staff: Client) -> None:
    row = open_consultation("full", summary="What.", classification="Public")
    make_question(row)
    assert "To do" not in text_of(staff.get(address("setup", "full")))


def test_consultation_rounds_are_shown_as_chain(staff: Client) -> None:
    future_consultation("first", title="The first round")
    future_consultation("second", follows="first", relation="further")
    page = text_of(staff.get(address("setup", "second")))
    assert "The first round" in page
    assert "Further consultation: The first round" in page


def test_approver_has_read_only_setup(client: Client) -> None:
    log_in(client, "Approver")
    row = make_consultation("about")
    for name in ("setup", "questions", "attachments", "consulted_documents"):
        assert client.get(address(name, "about")).status_code == 200
    for name in ("details", "opening", "deadline", "copy_consultation"):
        assert client.get(address(name, "about")).status_code == 403
    assert address("details", row.slug) not in text_of(
        client.get(address("setup", "about"))
    )


# Preview of the public page


def preview(client: Client, row: Consultation) -> str:
    response = client.get(address("public_preview", row.slug))
    assert response.status_code == 200
    return text_of(response)


def test_preview_shows_consultation_as_open(staff: Client) -> None:
    row = create_consultation(staff)
    make_question(row, text="Do you agree with what is proposed?")
    page = preview(staff, row)
    assert "Do you agree with what is proposed?" in page
    assert "Not yet public" not in page
    assert "Open" in page


def test_preview_stores_nothing(staff: Client) -> None:
    row = create_consultation(staff)
    preview(staff, row)
    row.refresh_from_db()
    assert row.opens_on is None


def test_preview_shows_consulted_version(staff: Client) -> None:
    row = create_consultation(staff, documents=[str(make_document().pk)])
    make_document().versions.create(
        key="v2", label="2.0", status="consulted", consultation=row
    )
    assert "version 2.0" in preview(staff, row)


def test_preview_of_future_consultation_shows_it_as_open(
    staff: Client,
) -> None:
    assert "Not yet public" not in preview(staff, future_consultation("soon"))


def test_anonymous_preview_redirects_to_login(client: Client) -> None:
    row = future_consultation("soon")
    response = client.get(address("public_preview", row.slug))
    assert response.status_code == 302


# Every page


@pytest.mark.parametrize(
    "name",
    [
        *("setup", "details", "copy_consultation", "opening", "deadline"),
        *("new_extension", "consulted_documents", "questions", "new_question"),
        *("attachments", "public_preview"),
    ],
)
def test_setup_pages_have_no_markup_faults(staff: Client, name: str) -> None:
    earlier = make_full_consultation()
    make_comment(earlier)
    make_respondent(earlier, "Somebody")
    assert Read(text_of(staff.get(address(name, "round-one")))).faults == []


@pytest.mark.parametrize("name", ["new_consultation", "regulated_documents"])
def test_shared_setup_pages_have_no_markup_faults(staff: Client, name: str) -> None:
    make_full_consultation()
    assert Read(text_of(staff.get(address(name)))).faults == []


@pytest.mark.parametrize("name", ["setup", "questions", "consulted_documents"])
def test_setup_page_query_count_is_constant(staff: Client, name: str) -> None:
    row = open_consultation("much")
    make_comment(row, make_question(row))
    few = queries(lambda: staff.get(address(name, "much")))
    for number in range(10):
        make_comment(row, make_question(row))
        row.document_links.create(document=make_document(f"D{number}"), position=number)
    assert queries(lambda: staff.get(address(name, "much"))) == few
