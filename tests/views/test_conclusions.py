"""The readable edition of a conclusion inside the site's shell."""

from __future__ import annotations

from urllib.parse import urljoin

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


def test_the_page_holds_the_stored_article_byte_for_byte(client: Client) -> None:
    concluded()
    assert stored_article() in page(client, "/conclusions/answered/")


def test_the_page_shows_what_was_published_and_not_the_draft(client: Client) -> None:
    edition = concluded(title="As signed off")
    edition.conclusion.title = "Changed since"
    edition.conclusion.save()
    html = page(client, "/conclusions/answered/")
    assert "As signed off</h1>" in html


def test_every_comment_and_change_has_an_anchor_and_links_to_the_other(
    client: Client,
) -> None:
    concluded()
    html = page(client, "/conclusions/answered/")
    for anchor in ("comment-k1", "comment-k2", "change-c1", "change-c2"):
        assert f'id="{anchor}"' in html
        assert f'href="#{anchor}"' in html


def test_the_files_are_listed_with_size_and_hash(client: Client) -> None:
    edition = concluded()
    html = page(client, "/conclusions/answered/")
    for file in edition.files.all():
        assert file.file.sha256 in html
        assert f"/conclusions/answered/editions/1.{file.name}" in html
    assert edition.sha256 in html


def test_the_article_links_its_attachments_at_both_addresses(client: Client) -> None:
    conclusion = make_conclusion(answered_consultation())
    attach(conclusion, b"first", "a.txt")
    publish(conclusion)
    attach(conclusion, b"second", "b.txt")
    publish(conclusion, correction="An attachment was missing.")
    for address, number, content in (
        ("/conclusions/answered/", 2, b"second"),
        ("/conclusions/answered/editions/1/", 1, b"first"),
    ):
        links = Read(page(client, address)).links
        (link,) = [each for each in links if each == f"attachments/{number}/"]
        assert client.get(urljoin(address, link)).content == content


def test_a_draft_has_no_page(client: Client) -> None:
    make_conclusion(answered_consultation())
    assert client.get("/conclusions/answered/").status_code == 404
    assert client.get("/conclusions/answered/editions/1/").status_code == 404


def test_an_edition_that_does_not_exist_is_not_found(client: Client) -> None:
    concluded()
    assert client.get("/conclusions/answered/editions/2/").status_code == 404


def test_a_correction_says_what_it_corrects(client: Client) -> None:
    correct(concluded(), "The date in section 2 was wrong.")
    html = page(client, "/conclusions/answered/")
    assert "This edition corrects the one before it." in html
    assert "The date in section 2 was wrong." in html
    assert "Edition 2" in html


def test_a_superseded_edition_stays_and_points_to_what_stands(client: Client) -> None:
    correct(concluded())
    html = page(client, "/conclusions/answered/editions/1/")
    assert stored_article(1) in html
    assert "This edition has been superseded." in html
    assert 'href="/conclusions/answered/">Read edition 2' in html


def test_the_latest_edition_is_the_same_at_both_addresses(client: Client) -> None:
    correct(concluded())
    latest = page(client, "/conclusions/answered/")
    assert stored_article(2) in latest
    assert stored_article(2) in page(client, "/conclusions/answered/editions/2/")


def test_a_withdrawn_conclusion_stays_readable_with_the_reason(client: Client) -> None:
    withdraw(concluded(), "The wrong matrix was attached.")
    html = page(client, "/conclusions/answered/")
    assert "Withdrawn on" in html
    assert "The wrong matrix was attached." in html
    assert stored_article() in html


def test_when_the_last_edition_is_withdrawn_it_is_still_the_one_shown(
    client: Client,
) -> None:
    withdraw(correct(concluded()))
    html = page(client, "/conclusions/answered/")
    assert stored_article(2) in html
    assert "It no longer stands" in html


def test_a_new_edition_after_a_withdrawal_stands_in_its_place(client: Client) -> None:
    first = concluded()
    withdraw(first)
    correct(first)
    assert "stands in its place" in page(client, "/conclusions/answered/editions/1/")
    assert "Withdrawn on" not in page(client, "/conclusions/answered/")


def test_the_page_takes_as_many_queries_for_a_large_conclusion(client: Client) -> None:
    publish(make_conclusion(answered_consultation("few", 2)))
    publish(make_conclusion(answered_consultation("many", 60)))
    few = queries(lambda: client.get("/conclusions/few/"))
    assert queries(lambda: client.get("/conclusions/many/")) == few


def test_an_edition_keeps_its_title_when_the_draft_gets_another(
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
