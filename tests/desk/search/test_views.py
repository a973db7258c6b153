"""Search in a consultation: matching, coverage and permissions."""

from __future__ import annotations

import pytest
from django.test import Client

from consultations.models import Consultation
from responses.models import Answer
from responses.row_types import page_of
from responses.text_matching.search_terms import parse_search_terms, to_one_line
from tests.support.factories import (
    make_change,
    make_comment,
    make_conclusion,
    make_question,
    make_respondent,
    make_submission,
)
from tests.support.pages import Read, at, closed_consultation, log_in, queries, text_of

ADDRESS = "/desk/consultations/work/search/"


# Matching


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("forced", "<p>It is in <strong>force</strong>d.</p>"),
        ("second paragraph", "<p>One second</p><p>paragraph two</p>"),
        ('"one two"', "<p>one</p><p>two</p>"),
        ("ÉTÉ", "<p>L’été</p>"),
        ("don't", "<p>They don’t.</p>"),
        ("5-day", "<p>A 5‑day period</p>"),
        ("A&B <c>", "<p>A&amp;B &lt;c&gt;</p>"),
        ("“in force”", "<p>now in <em>force</em></p>"),
        ("paris", "<p>the pa\u00adris rule</p>"),
        ("energie", "<p>by Énergie</p>"),
        ("Énergie", "<p>by E\u0301nergie</p>"),
        ("strasse", "<p>STRAẞE</p>"),
        ("find", "<p>to ﬁnd</p>"),
        ("full", "<p>ＦＵＬＬ</p>"),
        ("istanbul", "<p>İstanbul</p>"),
        ("Ash & Elm", "<p>Ash and Elm</p>"),
        ("A&B", "<p>A &amp; B</p>"),
        ("o'quill", "<p>O`Quill, Oʼquill</p>"),
        ("2020−21", "<p>2020—21</p>"),
        ('"in force"', "<p>in\u2009force</p>"),
    ],
)
def test_search_ignores_case_and_markup(typed: str, text: str) -> None:
    assert parse_search_terms(typed).is_in(to_one_line(text))


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("strong", "<p><strong>x</strong></p>"),
        ("amp", "<p>A&amp;B</p>"),
        ("first last", "<p>first only</p>"),
        ('"two one"', "<p>one two</p>"),
        ("onetwo", "<p>one</p><p>two</p>"),
        ("https", '<p><a href="https://example.org">site</a></p>'),
        (".*", "<p>anything</p>"),
        ("&", "<p>one or two</p>"),
        ("rand", "<p>R&amp;D</p>"),
    ],
)
def test_search_ignores_invisible_text(typed: str, text: str) -> None:
    assert not parse_search_terms(typed).is_in(to_one_line(text))


@pytest.mark.once
def test_excerpt_marks_matches_and_escapes_the_rest() -> None:
    found = parse_search_terms("SUPPLIER when")
    assert found.excerpt("a <b> when a supplier asks") == (
        "a &lt;b&gt; <mark>when</mark> a <mark>supplier</mark> asks"
    )


@pytest.mark.once
def test_excerpt_is_cut_around_the_first_match() -> None:
    excerpt = parse_search_terms("needle").excerpt(
        "hay " * 200 + "needle" + " hay" * 200
    )
    assert excerpt.startswith("… hay")
    assert "<mark>needle</mark>" in excerpt
    assert len(excerpt) < 400


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "words", "excerpt"),
    [
        ("energie", "By Énergie plc", "By <mark>Énergie</mark> plc"),
        ("energie", "By E\u0301nergie\u0301.", "By <mark>E\u0301nergie\u0301</mark>."),
        ('"A and B"', "by A & B", "by <mark>A &amp; B</mark>"),
        ("find", "to ﬁnd ﬁt", "to <mark>ﬁnd</mark> ﬁt"),
        ("paris", "in pa\u00adris", "in <mark>pa\u00adris</mark>"),
    ],
)
def test_excerpt_marks_words_as_they_are_typed(
    typed: str, words: str, excerpt: str
) -> None:
    assert parse_search_terms(typed).excerpt(words) == excerpt


@pytest.mark.once
def test_overlapping_terms_are_marked_once() -> None:
    assert (
        parse_search_terms("update updated").excerpt("updated")
        == "<mark>updated</mark>"
    )


@pytest.mark.once
@pytest.mark.parametrize("typed", ["", "   ", '""', "\0"])
def test_empty_search_matches_nothing(typed: str) -> None:
    assert not parse_search_terms(typed) or not parse_search_terms(typed).is_in(
        "anything"
    )


# The page


@pytest.fixture
def work(db: None) -> Consultation:
    return closed_consultation("work")


@pytest.fixture
def staff(client: Client, db: None) -> Client:
    return log_in(client, "Drafter")


def make_searchable_rows(consultation: Consultation) -> None:
    """Put the word zebra into one row of every kind, and into none of the others."""
    question = make_question(consultation, text="Is a zebra meant?")
    person = make_respondent(consultation, "Zebra Limited")
    submission = make_submission(person, received=at(-12))
    submission.answers.create(question=question, text="Our zebra says no.")
    comment = make_comment(
        consultation, question, text="A zebra was named.", response="A Zebra it is."
    )
    make_change(consultation, because_of=(comment,), rationale="For the zebra.")
    section = make_conclusion(consultation).sections.first()
    assert section
    section.text = "On zebras."
    section.save()
    make_comment(consultation, question, text="A horse was named.")


def found(client: Client, query: str) -> dict[str, int]:
    response = client.get(ADDRESS + query)
    assert response.status_code == 200
    return {group.name: group.count for group in response.context["groups"]}


def test_search_covers_every_kind_of_text(staff: Client, work: Consultation) -> None:
    make_searchable_rows(work)
    assert found(staff, "?q=ZEBRA") == dict.fromkeys(
        "questions respondents answers comments responses changes sections".split(), 1
    )


def test_search_results_link_to_their_pages(staff: Client, work: Consultation) -> None:
    make_searchable_rows(work)
    html = text_of(staff.get(f"{ADDRESS}?q=zebra"))
    rows = [
        *(work.questions.get(), work.respondents.get(), work.changes.get()),
        *(Answer.objects.get(), work.comments.get(key="k1")),
        work.conclusions.get().sections.get(text="<p>On zebras.</p>"),
    ]
    for row in rows:
        assert f'href="{page_of(row)}"' in html
    assert "A <mark>zebra</mark> was named." in html


def test_search_results_name_comments_by_number(
    staff: Client, work: Consultation
) -> None:
    question = make_question(work)
    make_comment(work, question, text="A zebra.", response="The zebra.")
    html = text_of(staff.get(f"{ADDRESS}?q=zebra"))
    assert f">Q1.1, {question.label}</a>" in html
    assert f">Response to Q1.1, {question.label}</a>" in html


def test_respondent_texts_are_marked_internal(
    staff: Client, work: Consultation
) -> None:
    make_searchable_rows(work)
    html = text_of(staff.get(f"{ADDRESS}?q=zebra"))
    assert "Internal" in html.split('id="answers"')[1].split("</h2>")[0]
    assert "Internal" not in html.split('id="comments"')[1].split("</h2>")[0]


def test_search_excludes_other_consultations(staff: Client, work: Consultation) -> None:
    make_searchable_rows(closed_consultation("other"))
    assert found(staff, "?q=zebra") == {}


def test_search_results_are_limited_with_a_link_to_all(
    staff: Client, work: Consultation
) -> None:
    for _ in range(25):
        make_comment(work, text="A zebra was named.")
    html = text_of(staff.get(f"{ADDRESS}?q=zebra"))
    assert html.count("<mark>") == 20
    assert 'href="/desk/consultations/work/comments/?q=zebra"' in html


def test_search_query_count_is_constant(staff: Client, work: Consultation) -> None:
    make_searchable_rows(work)
    staff.get(f"{ADDRESS}?q=zebra")
    few = queries(lambda: staff.get(f"{ADDRESS}?q=zebra"))
    for number in range(15):
        person = make_respondent(work, f"Zebra {number}")
        comment = make_comment(work, text="A zebra.", response="A zebra.")
        make_change(work, because_of=(comment,), rationale="For the zebra.")
        make_submission(person, received=at(-12)).answers.create(
            question=work.questions.get(), text="A zebra."
        )
    assert queries(lambda: staff.get(f"{ADDRESS}?q=zebra")) == few


@pytest.mark.parametrize("query", ["", "?q=zebra", "?q=nothing"])
def test_search_page_has_no_markup_faults(
    staff: Client, work: Consultation, query: str
) -> None:
    make_searchable_rows(work)
    assert Read(text_of(staff.get(ADDRESS + query))).faults == []


def test_search_is_not_public(client: Client, work: Consultation) -> None:
    make_searchable_rows(work)
    anonymous = client.get(f"{ADDRESS}?q=zebra")
    assert anonymous.status_code == 302
    reader = log_in(client, "Public").get(f"{ADDRESS}?q=zebra")
    assert reader.status_code == 404
    assert b"zebra" not in (anonymous.content + reader.content).lower()
