"""The public page of an edition."""

from __future__ import annotations

import pytest
from django.test import Client

from consultations.models import EditionFile
from tests.support.editions import make_published
from tests.support.factories import make_conclusion
from tests.support.pages import (
    Read,
    answered_consultation,
    attach,
    concluded,
    correct,
    publish,
    queries,
    text_of,
    withdraw,
)

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return text_of(response)


def stored_article(number: int = 1) -> str:
    file = EditionFile.objects.get(edition__number=number, name="html")
    html = bytes(file.file.content).decode()
    return html[html.index("<article") : html.rindex("</article>") + 10]


def test_page_contains_stored_article_unchanged(client: Client) -> None:
    concluded()
    assert stored_article() in page(client, "/conclusions/answered/")


def test_page_shows_published_edition_not_draft(client: Client) -> None:
    edition = concluded(title="As signed off")
    edition.conclusion.title = "Changed since"
    edition.conclusion.save()
    html = page(client, "/conclusions/answered/")
    assert "As signed off</h1>" in html


def test_comments_and_changes_link_to_each_other(
    client: Client,
) -> None:
    concluded()
    html = page(client, "/conclusions/answered/")
    for anchor in ("comment-k1", "comment-k2", "change-c1", "change-c2"):
        assert f'id="{anchor}"' in html
        assert f'href="#{anchor}"' in html


def test_files_are_listed_with_hash_and_link(client: Client) -> None:
    edition = concluded()
    html = page(client, "/conclusions/answered/")
    for file in edition.files.all():
        assert file.file.sha256 in html
        assert f"/conclusions/answered/editions/1.{file.name}" in html
    assert edition.sha256 in html


def test_attachment_links_resolve_at_both_addresses(client: Client) -> None:
    conclusion = make_conclusion(answered_consultation())
    attach(conclusion, b"first", "a.txt")
    publish(conclusion)
    attach(conclusion, b"second", "b.txt")
    publish(conclusion, correction="An attachment was missing.")
    for address, number, content in (
        ("/conclusions/answered/", 2, b"second"),
        ("/conclusions/answered/editions/1/", 1, b"first"),
    ):
        path = f"/conclusions/answered/editions/{number}/attachments/{number}/"
        links = Read(page(client, address)).links
        assert f"http://127.0.0.1:8000{path}" in links
        assert client.get(path).content == content


def test_draft_conclusion_returns_404(client: Client) -> None:
    make_conclusion(answered_consultation())
    assert client.get("/conclusions/answered/").status_code == 404
    assert client.get("/conclusions/answered/editions/1/").status_code == 404


def test_unknown_edition_returns_404(client: Client) -> None:
    concluded()
    assert client.get("/conclusions/answered/editions/2/").status_code == 404


def test_correction_notice_is_shown(client: Client) -> None:
    correct(concluded(), "The date in section 2 was wrong.")
    html = page(client, "/conclusions/answered/")
    assert "This edition corrects the previous edition." in html
    assert "The date in section 2 was wrong." in html
    assert "Edition 2" in html


def test_superseded_edition_links_to_current_edition(client: Client) -> None:
    correct(concluded())
    html = page(client, "/conclusions/answered/editions/1/")
    assert stored_article(1) in html
    assert "This edition has been superseded." in html
    assert 'href="/conclusions/answered/">Read edition 2' in html


def test_latest_edition_is_same_at_both_addresses(client: Client) -> None:
    correct(concluded())
    latest = page(client, "/conclusions/answered/")
    assert stored_article(2) in latest
    assert stored_article(2) in page(client, "/conclusions/answered/editions/2/")


def test_withdrawn_conclusion_is_shown_with_reason(client: Client) -> None:
    withdraw(concluded(), "The wrong matrix was attached.")
    html = page(client, "/conclusions/answered/")
    assert "was withdrawn on" in html
    assert "The wrong matrix was attached." in html
    assert stored_article() in html


def test_last_withdrawn_edition_is_still_shown(
    client: Client,
) -> None:
    withdraw(correct(concluded()))
    html = page(client, "/conclusions/answered/")
    assert stored_article(2) in html
    assert "This edition is no longer DCC’s conclusion." in html


def test_edition_after_withdrawal_is_shown_in_its_place(client: Client) -> None:
    first = concluded()
    withdraw(first)
    correct(first)
    html = page(client, "/conclusions/answered/editions/1/")
    assert 'editions/2/">Read edition 2</a>,' in html
    assert "which replaces this edition." in html
    assert "was withdrawn on" not in page(client, "/conclusions/answered/")


def test_conclusion_page_query_count_is_constant(client: Client) -> None:
    publish(make_conclusion(answered_consultation("few", 2)))
    publish(make_conclusion(answered_consultation("many", 60)))
    few = queries(lambda: client.get("/conclusions/few/"))
    assert queries(lambda: client.get("/conclusions/many/")) == few


def test_edition_keeps_title_when_draft_title_changes(
    client: Client,
) -> None:
    edition = make_published()
    conclusion = edition.conclusion
    old = conclusion.title
    conclusion.title, conclusion.subtitle = "Another title", "Another subtitle"
    conclusion.save()
    for address in (conclusion.get_absolute_url(), edition.get_absolute_url(), "/"):
        shown = client.get(address).content.decode()
        assert old in shown
        assert "Another" not in shown
