"""Forms, the administration and consultation files refuse claimed web addresses."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consultations.audit.trail import broken_links
from consultations.models import Conclusion, Consultation, RegulatedDocument
from consultations.public_slugs import claim_slugs
from responses.consultation_file.loading import plan_loading
from responses.consultation_file.notation.errors import FileRefused
from responses.setup.copying import CopyOptions, copy_consultation
from tests.desk.setup.test_setup import NEW, create_consultation, typed
from tests.support.consultation_files import (
    NOWHERE,
    SMALL,
    altered,
    load_text,
    read_text,
)
from tests.support.factories import (
    make_conclusion,
    make_consultation,
    make_document,
    make_user,
)
from tests.support.pages import (
    answered_consultation,
    concluded,
    future_consultation,
    log_in,
    open_consultation,
    publish,
    text_of,
)
from tests.support.slugs import claims, rename

pytestmark = pytest.mark.django_db

Row = Consultation | Conclusion | RegulatedDocument

REMEDY = "Readers have links to “first”, so choose a different web address."


@pytest.fixture
def administrator(client: Client) -> Client:
    return log_in(client, "Administrator")


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def admin_page(row: Row) -> str:
    return reverse(f"admin:consultations_{row._meta.model_name}_change", args=[row.pk])


def save_in_admin(client: Client, row: Row, **values: Any) -> str:
    """Save the form of a row with other values; return the page, empty once saved."""
    form = client.get(admin_page(row)).context["adminform"].form
    given = {field.html_name: field.value() for field in form}
    stored = {name: value for name, value in given.items() if value is not None}
    stored |= {"columns": '["comment"]'} if "columns" in stored else {}
    response = client.post(admin_page(row), stored | values)
    return "" if response.status_code == 302 else text_of(response)


def two_published() -> tuple[Conclusion, Conclusion]:
    pair = []
    for slug in ("first", "second"):
        conclusion = make_conclusion(
            answered_consultation(f"on-{slug}", rows=0), slug=slug, title=slug.title()
        )
        publish(conclusion, formats=("html", "json"))
        pair.append(conclusion)
    return pair[0], pair[1]


# The administration


def test_slugs_of_two_published_conclusions_cannot_be_swapped(
    administrator: Client,
) -> None:
    first, second = two_published()
    assert save_in_admin(administrator, first, slug="aside") == ""
    page = save_in_admin(administrator, second, slug="first")
    assert (
        "“first” was the web address of the conclusion “First”, whose web address is "
        f"now “aside”. {REMEDY}"
    ) in page
    second.refresh_from_db()
    assert second.slug == "second"
    moved = administrator.get("/conclusions/first/", follow=True)
    assert moved.redirect_chain == [("/conclusions/aside/", 301)]
    assert moved.context["conclusion"] == first


def test_rename_in_admin_is_recorded_with_its_user(administrator: Client) -> None:
    row = open_consultation("first")
    later = open_consultation("later", follows="first", relation="further")
    assert save_in_admin(administrator, row, slug="renamed") == ""
    event = row.events.get(kind="renamed")
    assert event.by_id == int(administrator.session["_auth_user_id"])
    assert broken_links(row) == []
    later.refresh_from_db()
    assert later.follows == "renamed"


@pytest.mark.parametrize("kind", ["consultation", "regulateddocument"])
def test_former_slug_is_refused_in_admin(administrator: Client, kind: str) -> None:
    public = open_consultation("asked", documents=("asked",))
    draft: Row = make_consultation("draft", opens_on=None, documents=())
    if kind == "consultation":
        rename(public, "present")
        page = save_in_admin(administrator, draft, slug="asked")
    else:
        rename(make_document("asked"), "present")
        draft = make_document("draft")
        page = save_in_admin(administrator, draft, code="asked")
    assert "“asked” was the" in page
    assert "is now “present”" in page


def test_new_row_with_former_slug_is_refused_in_admin(administrator: Client) -> None:
    rename(open_consultation("asked", documents=("first",)), "asked-2")
    rename(make_document("first"), "second")
    add = reverse("admin:consultations_regulateddocument_add")
    values = {
        "code": "first",
        "title": "Another",
        "kind": "text",
        "route": "panel",
        "seen": "",
    }
    assert "“first” was the short name of the regulated document" in text_of(
        administrator.post(add, values)
    )
    response = administrator.post(add, values | {"code": "third"})
    assert response.status_code == 302
    assert RegulatedDocument.objects.filter(code="third").exists()


def test_opening_cannot_be_set_in_admin(administrator: Client) -> None:
    row = make_consultation("about", opens_on=None, documents=("S1SR",))
    assert save_in_admin(administrator, row, opens_on="2030-01-05") == ""
    row.refresh_from_db()
    assert row.opens_on is None
    assert claims() == []


def test_document_added_after_opening_claims_its_code(administrator: Client) -> None:
    row = open_consultation("about", documents=())
    late, later = make_document("LATE"), make_document("LATER")
    add = reverse("responses:add_documents", args=["about"])
    administrator.post(add, {"document": late.pk})
    assert claims() == [("consultation", "about"), ("document", "LATE")]
    response = administrator.post(
        reverse("admin:consultations_consultationdocument_add"),
        {"consultation": row.pk, "document": later.pk, "position": 2, "seen": ""},
    )
    assert response.status_code == 302
    assert claims()[2:] == [("document", "LATER")]


def test_slug_claimed_between_validation_and_save_is_reported(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = open_consultation("first"), open_consultation("second")
    claim_slugs([first, second])
    rename(first, "aside")
    monkeypatch.setattr("consultations.admin_bases.slug_holder", lambda *_, **__: None)
    form = administrator.get(admin_page(second)).context["adminform"].form
    values = {field.html_name: field.value() or "" for field in form}
    response = administrator.post(
        admin_page(second), values | {"slug": "first"}, follow=True
    )
    assert "has been changed by someone else" in text_of(response)
    second.refresh_from_db()
    assert second.slug == "second"


def test_public_consultation_cannot_be_deleted_in_admin(
    administrator: Client,
) -> None:
    row = open_consultation("first", documents=())
    claim_slugs([row])
    delete = reverse("admin:consultations_consultation_delete", args=[row.pk])
    page = text_of(administrator.post(delete, {"post": "yes"}))
    assert "Cannot delete consultation" in page
    assert "public slug" in page
    assert Consultation.objects.filter(pk=row.pk).exists()


def test_claims_are_read_only_in_admin(administrator: Client) -> None:
    rename(open_consultation("first"), "second")
    page = reverse("admin:consultations_publicslug_changelist")
    assert "first" in text_of(administrator.get(page))
    assert administrator.get(f"{page}add/").status_code == 403


# Forms of the workspace


def test_former_slug_is_refused_to_new_consultation(staff: Client) -> None:
    rename(open_consultation("first", title="Intervals"), "second")
    page = text_of(staff.post(NEW, typed(slug="first")))
    assert (
        "“first” was the web address of the consultation “Intervals”, whose web "
        f"address is now “second”. {REMEDY} “first-2” is free."
    ) in page
    assert not Consultation.objects.filter(slug="first").exists()


def test_slug_from_title_avoids_former_slugs(staff: Client) -> None:
    rename(open_consultation("changes-to-the-tmad"), "second")
    assert create_consultation(staff).slug == "changes-to-the-tmad-2"


def test_renamed_scheduled_consultation_keeps_its_announced_slug(
    staff: Client,
) -> None:
    row = future_consultation("first", documents=())
    claim_slugs([row])
    values = typed(slug="renamed", shown=str(row.version))
    response = staff.post("/desk/consultations/first/details/", values)
    assert response.status_code == 302
    assert claims() == [("consultation", "first"), ("consultation", "renamed")]
    assert row.events.filter(kind="renamed").count() == 1


def test_former_slug_is_refused_to_new_conclusion(staff: Client) -> None:
    first, _ = two_published()
    rename(first, "renamed")
    consultation = open_consultation("on-third")
    new = reverse("responses:new_conclusion", args=["on-third"])
    form = staff.get(new).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    page = text_of(staff.post(new, values | {"slug": "first"}))
    assert "“first” was the web address of the conclusion “First”" in page
    assert not consultation.conclusions.exists()


def test_proposed_slugs_of_conclusions_avoid_former_ones(staff: Client) -> None:
    conclusion = concluded("answered").conclusion
    rename(conclusion, "renamed")
    new = reverse("responses:new_conclusion", args=["answered"])
    assert staff.get(new).context["form"]["slug"].value() == "answered-2"


def test_copied_conclusion_gets_no_former_slug() -> None:
    conclusion = concluded("answered").conclusion
    rename(conclusion, "next")
    rename(conclusion, "renamed")
    later = copy_consultation(
        conclusion.consultation,
        title="Next",
        slug="next",
        options=CopyOptions(sections=True),
        relation="further",
        by=make_user(),
    )
    assert later.conclusions.get().slug == "next-2"


def test_former_code_is_refused_in_workspace(staff: Client) -> None:
    open_consultation("asked", documents=("OLD",))
    page = reverse("responses:regulated_document", args=["OLD"])
    values = {
        "code": "NEW",
        "title": "Requirements",
        "reference": "",
        "kind": "text",
        "parent": "",
        "route": "panel",
    }
    assert staff.post(page, values | {"shown": "1"}).status_code == 302
    document = RegulatedDocument.objects.get()
    assert (document.code, document.events.get().kind) == ("NEW", "renamed")
    new = reverse("responses:new_regulated_document")
    text = text_of(staff.post(new, values | {"code": "OLD", "shown": "0"}))
    assert "“OLD” was the short name of the regulated document “Requirements”" in text
    assert RegulatedDocument.objects.count() == 1


# Consultation files


def file_errors(text: str, *, update: bool = False) -> list[tuple[str, str]]:
    with pytest.raises(FileRefused) as refused:
        plan_loading(read_text(text), NOWHERE, update=update)
    return [(error.path, error.message) for error in refused.value.errors]


def test_loaded_file_claims_slugs_that_are_public() -> None:
    load_text(SMALL)
    assert claims() == [("consultation", "broadcast-2026"), ("document", "BRD")]


def test_file_without_opening_claims_nothing() -> None:
    load_text(altered(("  opened: 2026-02-02\n", "")))
    assert claims() == []


@pytest.mark.parametrize("update", [False, True])
def test_file_with_former_slug_of_consultation_is_refused(update: bool) -> None:
    load_text(SMALL)
    rename(Consultation.objects.get(), "renamed")
    assert file_errors(SMALL, update=update)[0] == (
        "consultation.slug",
        'The slug "broadcast-2026" was used for “Broadcast interval”, which now has '
        'the slug "renamed". Use "renamed" for the same consultation, or choose '
        "another slug.",
    )
    other = altered(
        ("slug: broadcast-2026", "slug: renamed"),
        ("- title: Conclusion", "- slug: broadcast-2026\n    title: Conclusion"),
    )
    assert not load_text(other).creates


def test_file_with_former_slug_of_conclusion_is_refused() -> None:
    conclusion = make_conclusion(answered_consultation(), slug="broadcast-2026")
    publish(conclusion, formats=("html", "json"))
    rename(conclusion, "renamed")
    path, message = file_errors(SMALL)[0]
    assert path == "conclusions[0].slug"
    assert 'Use "renamed" for the same conclusion' in message


def test_file_with_former_code_is_refused() -> None:
    open_consultation("asked", documents=("BRA",))
    rename(make_document("BRA"), "BRX")
    path, message = file_errors(SMALL)[0]
    assert path == "documents[1].code"
    assert message.startswith('The code "BRA" was used for “BRA Requirements”')
