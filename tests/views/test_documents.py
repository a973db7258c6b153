"""The public pages of regulated documents: visible versions and their status."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from consultations.models import (
    Clause,
    ConclusionAttachment,
    DocumentVersion,
    RegulatedDocument,
)
from consultations.public.versions import public_versions, stored_version, tag_versions
from tests.support.factories import (
    make_conclusion,
    make_document,
    open_instead,
    release,
    state_from_opening,
)
from tests.support.pages import (
    answered_consultation,
    closed_consultation,
    day,
    future_consultation,
    log_in,
    open_consultation,
    publish,
    queries,
    text_of,
)

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(text_of(response).split())


def make_version(
    key: str, document: RegulatedDocument | None = None, **values: Any
) -> DocumentVersion:
    """Return a version whose key is its status, or starts with it: `consulted-2`."""
    document = document or make_document()
    values.setdefault("status", key.split("-", maxsplit=1)[0])
    return DocumentVersion.objects.create(
        document=document,
        key=key,
        label=key,
        position=document.versions.count(),
        **values,
    )


def visible() -> set[str]:
    return {version.key for version in public_versions()}


# Visible versions


def test_designated_version_is_public_after_release_by_two_people() -> None:
    version = make_version("designated")
    assert visible() == set()
    release(version)
    assert visible() == {"designated"}


def test_version_without_consultation_is_not_public() -> None:
    make_version("consulted")
    make_version("concluded")
    assert visible() == set()


def test_consulted_version_is_public_from_opening_day() -> None:
    consultation = future_consultation()
    make_version("consulted", consultation=consultation)
    make_version("consulted-elsewhere")
    assert visible() == set()
    open_instead(consultation, opens_on=day(0))
    assert visible() == {"consulted"}


def test_concluded_version_is_public_after_publication() -> None:
    conclusion = make_conclusion(answered_consultation())
    make_version("concluded", consultation=conclusion.consultation)
    make_version("concluded-elsewhere")
    assert visible() == set()
    publish(conclusion)
    assert visible() == {"concluded"}


def test_unopened_further_round_hides_only_its_own_versions() -> None:
    first = answered_consultation()
    state_from_opening(make_version("consulted", consultation=first))
    make_version("concluded", consultation=first)
    publish(make_conclusion(first))
    make_version("consulted-again", consultation=future_consultation())
    assert visible() == {"consulted", "concluded"}


def test_versions_attached_to_published_conclusion_are_public() -> None:
    consulted, decided = make_version("consulted"), make_version("concluded")
    conclusion = make_conclusion(answered_consultation())
    ConclusionAttachment.objects.create(
        conclusion=conclusion,
        title="Redline",
        kind="redline",
        document_version=decided,
        against=consulted,
    )
    assert visible() == set()
    publish(conclusion)
    future_consultation()
    assert visible() == {"consulted", "concluded"}


def test_unpublished_version_returns_404_except_for_staff(client: Client) -> None:
    make_version("concluded")
    closed_consultation()
    assert client.get("/documents/S1SR/concluded/").status_code == 404
    assert "concluded/" not in page(client, "/documents/S1SR/")
    log_in(client, "Drafter")
    assert client.get("/documents/S1SR/concluded/").status_code == 200


# Status of versions


def tags(*versions: DocumentVersion) -> list[str]:
    found = tag_versions(map(stored_version, versions), dt.date(2026, 6, 1))
    return [each.tag for each in reversed(found)]


def test_latest_effective_version_is_in_force() -> None:
    old = make_version("designated-1", in_force=dt.date(2025, 1, 1))
    new = make_version("designated-2", in_force=dt.date(2026, 1, 1))
    coming = make_version("designated-3", in_force=dt.date(2026, 7, 1))
    assert tags(old, new, coming) == [
        "No longer in force",
        "In force",
        "Not yet in force",
    ]


def test_concluded_version_in_effect_is_in_force() -> None:
    old = make_version("designated", in_force=dt.date(2025, 1, 1))
    decided = make_version("concluded", in_force=dt.date(2026, 5, 1))
    later = make_version("concluded-2", in_force=dt.date(2026, 9, 1))
    assert tags(old, decided, later) == ["No longer in force", "In force", "Concluded"]


def test_consulted_version_is_never_in_force() -> None:
    consulted = make_version("consulted", in_force=dt.date(2026, 1, 1))
    assert tags(consulted) == ["Consulted on"]


def test_versions_before_the_one_in_force_are_irrelevant() -> None:
    asked, decided = make_version("consulted"), make_version("concluded")
    decided.in_force = dt.date(2026, 5, 1)
    again = make_version("consulted-2")
    rows = map(stored_version, [asked, decided, again])
    found = tag_versions(rows, dt.date(2026, 6, 1))
    assert [each.version.pk for each in found if each.is_relevant] == [
        again.pk,
        decided.pk,
    ]


# The pages


def test_annexes_are_listed_under_their_document(client: Client) -> None:
    parent = make_document("S1SR")
    release(make_version("designated", parent))
    annex = make_document("DMVES", parent=parent, kind="matrix")
    release(make_version("designated", annex))
    html = page(client, "/documents/")
    assert html.index("/documents/S1SR/") < html.index("/documents/DMVES/")
    assert html.count("/documents/DMVES/") == 1
    assert "In force" in html


def test_empty_document_list_shows_message(client: Client) -> None:
    assert "There are no documents on this site yet" in page(client, "/documents/")


def test_document_page_shows_consultations_and_annexes(client: Client) -> None:
    document = make_document("S1SR", reference="SEC Appendix AM")
    make_document("DMVES", parent=document)
    open_consultation("asked", title="Asked about it", documents=("S1SR", "DMVES"))
    future_consultation("secret", title="Not announced")
    html = page(client, "/documents/S1SR/")
    assert "Asked about it" in html
    assert "Not announced" not in html
    assert "/documents/DMVES/" in html
    assert "SEC Appendix AM" in html
    assert "Takes effect when the Secretary of State designates it" in html
    document.route = document.Route.PANEL
    document.save()
    assert "Takes effect when the SEC Panel approves it" in page(
        client, "/documents/S1SR/"
    )
    assert "/documents/S1SR/" in page(client, "/documents/DMVES/")


@pytest.mark.parametrize("address", ["/documents/NONE/", "/documents/S1SR/nothing/"])
def test_unknown_document_or_version_returns_404(client: Client, address: str) -> None:
    make_document("S1SR")
    assert client.get(address).status_code == 404


def test_version_text_is_a_nested_list(client: Client) -> None:
    version = make_version("designated")
    above = Clause.objects.create(
        document_version=version, identity="c1", number="1", heading="General"
    )
    Clause.objects.create(
        document_version=version,
        identity="c 1/1",
        parent=above,
        number="1.1",
        heading="Purpose",
        text="See [[section: Scope]].",
    )
    release(version)
    html = page(client, "/documents/S1SR/designated/")
    assert "General</h2>" in html
    assert "Purpose</h3>" in html
    assert "See section Scope." in html
    assert 'id="clause-c1"' in html
    assert "/documents/S1SR/designated/" in page(client, "/documents/S1SR/")


def test_version_page_query_count_is_constant(client: Client) -> None:
    def filled(key: str, rows: int) -> None:
        version = make_version(key)
        above: Clause | None = None
        for number in range(rows):
            clause = Clause.objects.create(
                document_version=version,
                identity=str(number),
                number=str(number),
                parent=above,
            )
            above = clause if number % 10 == 0 else above
        release(version)

    filled("designated-few", 3)
    filled("designated-many", 60)
    few = queries(lambda: client.get("/documents/S1SR/designated-few/"))
    many = queries(lambda: client.get("/documents/S1SR/designated-many/"))
    assert many == few


def test_document_list_query_count_is_constant(client: Client) -> None:
    def filled(name: str, rows: int) -> int:
        parent = make_document(name)
        for number in range(rows):
            annex = make_document(f"{name}{number}", parent=parent)
            release(make_version("designated", annex))
        return queries(lambda: client.get("/documents/"))

    assert filled("A", 2) == filled("B", 12)
