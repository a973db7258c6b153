"""A form reads each text once, however often it is cleaned."""

from __future__ import annotations

from collections import Counter

import pytest
from django import forms
from django.test import Client
from django.urls import reverse

from consultations.documents.diff import texts
from consultations.documents.rich_text import markup
from consultations.documents.rich_text.markup import MAX_ANSWER_LENGTH, MAX_TEXT_LENGTH
from consultations.fields import cleaning
from consultations.fields.form_fields import MAX_LINE_LENGTH, MAX_LINES, LinesFormField
from responses.models import Answer
from tests.support.factories import (
    make_comment,
    make_question,
    make_respondent,
    make_submission,
)
from tests.support.form_reading import form_with
from tests.support.pages import closed_consultation, log_in, text_of


class AnswerForm(forms.ModelForm[Answer]):
    class Meta:
        model = Answer
        fields = ("text",)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the texts that are parsed from now on."""
    parse, texts = markup.parse, []

    def count(source: str) -> object:
        texts.append(source)
        return parse(source)

    monkeypatch.setattr(markup, "parse", count)
    cleaning._normalise_once.cache_clear()
    cleaning._CANONICAL.clear()
    markup._PARSED.clear()
    return texts


@pytest.mark.django_db
def test_form_parses_what_is_posted_once(reads: list[str]) -> None:
    work = closed_consultation("work")
    submission = make_submission(make_respondent(work, "Zed"))
    row = Answer(submission=submission, question=make_question(work))
    reads.clear()
    form = AnswerForm({"text": "<p>One <b>two</b></p>"}, instance=row)
    assert form.is_valid()
    form.save()
    assert [text for text in reads if "two" in text] == ["<p>One <b>two</b></p>"]


def test_form_parses_what_is_refused_once(reads: list[str]) -> None:
    form = AnswerForm({"text": "<p>One <u>two</u></p>"})
    for _ in range(3):
        assert not form.is_valid()
        form.full_clean()
        assert str(form["text"])
    assert reads == ["<p>One <u>two</u></p>"]


def test_answer_may_be_longer_than_printed_texts() -> None:
    field = AnswerForm().fields["text"]
    words = "word " * (MAX_TEXT_LENGTH // 4)
    assert len(words) > MAX_TEXT_LENGTH
    assert field.clean(words) == f"<p>{words.strip()}</p>"
    assert field.prepare_value(field.clean(words)) == words.strip()
    with pytest.raises(forms.ValidationError) as refused:
        field.clean("x" * (MAX_ANSWER_LENGTH + 1))
    assert refused.value.messages == [
        "The text has 1,000,001 characters; the maximum is 1,000,000. Shorten the text."
    ]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("a\n" * MAX_LINES, "The list has 1,001 lines; the maximum is 1,000."),
        ("a\n" + "b" * (MAX_LINE_LENGTH + 1), "Line 2 has 301 characters; the maximum"),
    ],
)
def test_too_many_and_too_long_lines_are_refused(typed: str, problem: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        LinesFormField().clean(typed)
    assert problem in refused.value.messages[0]


@pytest.mark.django_db
def test_texts_in_conflict_are_parsed_once_each(
    reads: list[str], client: Client
) -> None:
    """Both texts, their comparison and the form again read each text only once.

    The canonical form of what is typed is not parsed: it is made of what was read.
    """
    work = closed_consultation("work")
    comment = make_comment(work, make_question(work), text="<p>Old</p>")
    log_in(client, "Drafter")
    address = reverse("responses:comment", args=["work", comment.key])
    sent = form_with(text_of(client.get(address)), "comment-text")
    client.post(address, sent | {"comment-text": ["<p>Stored <b>zebra</b></p>"]})
    markup._PARSED.clear()
    texts._read_text.cache_clear()
    reads.clear()
    page = client.post(address, sent | {"comment-text": ["<p>Typed <b>zebra</b></p>"]})
    assert "Someone else saved changes" in text_of(page)
    assert Counter(text for text in reads if "zebra" in text) == {
        "<p>Typed <b>zebra</b></p>": 1,
        "<p>Stored <strong>zebra</strong></p>": 1,
    }
