"""The form fields of the desk: rich text, lines, and London date-times."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from consultations.documents.rich_text.markup import MarkupError, normalise
from consultations.fields.form_fields import LinesFormField, LondonDateTimeField
from consultations.fields.model_fields import LinesField, RichTextField
from consultations.fields.rich_text_field import (
    HTML_HINT,
    TYPING_HINT,
    RichTextFormField,
    editor_content,
    textarea_source,
)
from tests.documents.rich_text.test_markup import markup
from tests.support.awkward_texts import awkward, full_texts

pytestmark = pytest.mark.once

TABLE = (
    "<table><tr><th><p>A</p></th></tr><tr><td><p>1</p></td></tr>"
    "<tr><td><ul><li><p>x</p></li></ul></td></tr></table>"
)
texts = st.one_of(full_texts, markup().map(normalise))


class TextForm(forms.Form):
    text = RichTextFormField(required=False, help_text="What DCC says.")


def textarea_of(form: forms.Form) -> str:
    """Return what a browser shows in the form's textarea."""
    found = re.search(
        r"<textarea[^>]*>\n?(.*)</textarea>", str(form["text"]), re.DOTALL
    )
    assert found is not None
    return html.unescape(found[1])


def sent(text: str) -> str:
    """Return a textarea's text as browsers send it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")


def attributes_of(form: forms.Form) -> str:
    found = re.search(r"<textarea([^>]*)>", str(form["text"]))
    assert found is not None
    return found[1]


# Cleaning


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("One\r\n\r\nTwo", "<p>One</p><p>Two</p>"),
        ("- a\r\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
        ("<p>a <b>b</b></p>\r\n<p>c</p>", "<p>a <strong>b</strong></p><p>c</p>"),
        ("  \r\n ", ""),
        ("", ""),
    ],
)
def test_typed_text_and_html_are_cleaned(typed: str, stored: str) -> None:
    assert RichTextFormField(required=False).clean(typed) == stored


def test_forbidden_markup_is_refused_with_every_problem() -> None:
    with pytest.raises(ValidationError) as refused:
        RichTextFormField().clean("<p class='x'>a</p><script>b</script>")
    assert len(refused.value.messages) >= 2


@pytest.mark.parametrize("text", ["", "   ", "<p></p>", "<p> </p><p></p>"])
def test_blank_text_is_refused_if_required(text: str) -> None:
    with pytest.raises(ValidationError, match="required"):
        RichTextFormField().clean(text)


def test_list_in_heading_row_is_refused() -> None:
    listed = (
        "<table><tr><th>A<ul><li>lost</li></ul></th></tr><tr><td>1</td></tr></table>"
    )
    with pytest.raises(ValidationError, match="heading row"):
        RichTextFormField().clean(listed)


@given(st.one_of(awkward, markup()))
def test_storable_html_is_cleaned_without_loss(source: str) -> None:
    """The check for lost text refuses nothing else."""
    try:
        stored = normalise(source)
    except MarkupError:
        return
    assert RichTextFormField(required=False).clean(source) == stored


# Rendering


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ('<ol start="3"><li><p>a</p></li></ol>', "3. a"),
        (
            "<p>a <strong>b</strong></p><ul><li><p>c</p></li></ul>",
            "<p>a <strong>b</strong></p>\n<ul>\n<li><p>c</p></li>\n</ul>",
        ),
        (
            "<table><tr><td><p>1</p></td><td></td></tr></table>",
            "<table>\n<tr>\n<td><p>1</p></td>\n<td></td></tr>\n</table>",
        ),
        ("<script>", "<script>"),
    ],
)
def test_stored_text_is_shown_as_typed_or_as_html_lines(
    stored: str, shown: str
) -> None:
    assert textarea_source(stored) == shown


@given(texts)
def test_shown_text_is_stored_unchanged(stored: str) -> None:
    shown = textarea_of(TextForm(initial={"text": stored}))
    again = TextForm({"text": sent(shown)}, initial={"text": stored})
    assert again.is_valid()
    assert again.cleaned_data["text"] == stored
    assert not again.has_changed()


@given(texts)
def test_redisplayed_text_is_stored_unchanged(stored: str) -> None:
    once = textarea_of(TextForm({"text": stored}))
    assert TextForm({"text": sent(once)})["text"].field.clean(sent(once)) == stored


@given(texts)
def test_editor_opens_with_stored_html(stored: str) -> None:
    found = re.search(
        'data-rich-text-html="([^"]*)"', str(TextForm(initial={"text": stored})["text"])
    )
    assert found is not None
    assert html.unescape(found[1]) == stored


def test_text_unsupported_by_editor_opens_no_editor() -> None:
    form = TextForm({"text": "<p>a</p><h2>b</h2>"})
    assert "data-rich-text-html" not in attributes_of(form)
    assert textarea_of(form) == "<p>a</p><h2>b</h2>"


def test_invalid_text_supported_by_editor_opens_it() -> None:
    refused = '<p><a href="https://a b">c</a></p>'
    assert editor_content(refused) == refused


@pytest.mark.parametrize(
    "text", ["<p>a</p><!-- b -->", "<p style='x'>a</p>", "<ol type='a'><li>b</ol>"]
)
def test_markup_unknown_to_editor_is_detected(text: str) -> None:
    assert editor_content(text) is None


def test_typing_hint_is_shown_once() -> None:
    assert html.unescape(str(TextForm()["text"])).count(TYPING_HINT) == 1


def test_html_hint_is_shown_for_html() -> None:
    assert HTML_HINT in html.unescape(str(TextForm(initial={"text": TABLE})["text"]))


def test_textarea_is_described_by_help_and_hint() -> None:
    described = 'aria-describedby="id_text_helptext id_text_typing"'
    assert described in attributes_of(TextForm())


def test_textarea_is_described_by_its_error() -> None:
    assert "id_text_error" in attributes_of(TextForm({"text": "<script>"}))


# Change detection


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, ""),
        ("", "<p></p>"),
        ("<p>One</p><p>Two</p>", "One\r\n\r\nTwo"),
        ("<p>One</p>", "<p>One</p><p></p>"),
        (TABLE, TABLE.replace("><", ">\r\n<")),
    ],
)
def test_equivalent_text_has_not_changed(before: str | None, after: str) -> None:
    assert not RichTextFormField().has_changed(before, after)


@pytest.mark.parametrize("after", ["One!", "<p><em>One</em></p>", "<script>"])
def test_different_text_has_changed(after: str) -> None:
    assert RichTextFormField().has_changed("<p>One</p>", after)


# Model fields


def test_rich_text_field_has_its_form_field() -> None:
    field: Any = RichTextField("Response", blank=True).formfield()
    assert isinstance(field, RichTextFormField)
    assert not field.required


def test_lines_field_has_its_form_field_without_hidden_initial() -> None:
    field: Any = LinesField().formfield()
    assert isinstance(field, LinesFormField)
    assert not field.show_hidden_initial


# Lines


def test_empty_lines_are_dropped() -> None:
    typed = " one  line\r\n\r\n two \r\n"
    assert LinesFormField(required=False).clean(typed) == ["one line", "two"]


def test_blank_lines_input_is_an_empty_list() -> None:
    assert LinesFormField(required=False).clean("\r\n") == []


def test_blank_lines_input_is_refused_if_required() -> None:
    with pytest.raises(ValidationError, match="required"):
        LinesFormField().clean(" \r\n")


def test_forbidden_character_is_reported_with_its_line() -> None:
    with pytest.raises(ValidationError, match=r"Line 2: .*U\+0007"):
        LinesFormField().clean("a\r\nb\x07")


def test_shown_lines_have_not_changed() -> None:
    field = LinesFormField()
    shown = field.prepare_value(["a", "b"])
    assert not field.has_changed(["a", "b"], sent(shown) + "\r\n")


def test_added_line_has_changed() -> None:
    assert LinesFormField().has_changed(["a"], "a\r\nb")


# London date-times


class MomentForm(forms.Form):
    closes = LondonDateTimeField(required=False)


def moment(date: str, time: str) -> MomentForm:
    return MomentForm({"closes_date": date, "closes_time": time})


@pytest.mark.parametrize(
    ("date", "time", "hour"),
    [("2027-02-05", "16:00", 16), ("2027-07-05", "16:00", 15)],
)
def test_moment_is_read_in_london_time(date: str, time: str, hour: int) -> None:
    form = moment(date, time)
    assert form.is_valid()
    day = dt.date.fromisoformat(date)
    assert form.cleaned_data["closes"] == dt.datetime.combine(
        day, dt.time(hour), tzinfo=dt.UTC
    )


def test_empty_moment_is_none() -> None:
    form = moment("", "")
    assert form.is_valid()
    assert form.cleaned_data["closes"] is None


@pytest.mark.parametrize(
    ("date", "time", "named"),
    [
        ("2027-02-05", "", "both the date and the time"),
        ("", "16:00", "both the date and the time"),
        ("2027-02-30", "16:00", "Enter a date"),
        ("2027-02-05", "25:00", "time of day"),
        ("0001-02-05", "16:00", "before the year 1900"),
        ("2027-03-28", "01:30", "00:30 GMT or 02:30 BST"),
        ("2026-10-25", "01:30", "01:30 BST (00:30 UTC) and 01:30 GMT (01:30 UTC)"),
    ],
)
def test_invalid_moment_is_refused(date: str, time: str, named: str) -> None:
    assert named in moment(date, time).errors.as_text()


def test_moment_is_shown_in_london_time() -> None:
    instant = dt.datetime(2027, 7, 5, 15, 0, 20, tzinfo=dt.UTC)
    shown = str(MomentForm(initial={"closes": instant})["closes"])
    assert 'value="2027-07-05"' in shown
    assert 'value="16:00"' in shown


def test_shown_moment_has_not_changed() -> None:
    instant = dt.datetime(2027, 7, 5, 15, tzinfo=dt.UTC)
    field = LondonDateTimeField()
    assert not field.has_changed(instant, ["2027-07-05", "16:00"])


def test_moment_inputs_have_labels() -> None:
    shown = str(MomentForm()["closes"])
    assert '<label for="id_closes_0">Date</label>' in shown
    assert '<label for="id_closes_1">Time in London</label>' in shown
