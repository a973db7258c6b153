"""A page with the editor for the browser's tests, and how a test works with it."""

from __future__ import annotations

import json
import re
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from playwright.sync_api import Locator, Page, expect

from consultations.documents.rich_text.markup import normalise
from consultations.fields.rich_text_field import RichTextFormField

RICH = normalise(
    "<p>One <b>bold</b> and <em>italic <b>both</b></em>,<br>a line.</p>"
    '<p>See <a href="https://example.com/a?b=1&amp;c=2">the <b>text</b></a>'
    " and [[section: Next Steps]] &lt;Supplier&gt; &amp; co.</p>"
    "<ul><li><p>a</p><ol><li><p>b</p><ul><li><p>c</p></li></ul></li></ol></li>"
    "<li><ul><li><p>no words before</p></li></ul></li><li></li></ul>"
    '<ol start="7"><li><p>seven</p><p>goes on</p></li><li><p>eight</p></li></ol>'
    '<ol start="3"><li><p>three</p></li></ol>'
    "<table><tr><th><p>A</p></th><th><p>B</p></th></tr>"
    "<tr><td><p>1</p></td><td></td></tr>"
    "<tr><th><p>side</p></th><td><ul><li><p>x</p></li></ul><p>y</p></td></tr></table>"
    "<table><tr><td><p>bare</p></td></tr></table>"
)
PAGE = """{% load static %}<!DOCTYPE html><html lang="en-GB"><head>
<meta charset="utf-8"><title>Editor</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="{% static 'icon.svg' %}" type="image/svg+xml">
<link rel="stylesheet" href="{% static 'css/variables.css' %}">
<link rel="stylesheet" href="{% static 'css/base.css' %}">
<link rel="stylesheet" href="{% static 'css/parts.css' %}">
<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false}'>
<script src="{% static 'django_htmx/htmx-2.min.js' %}" defer></script>
{% include "_form_media.html" %}</head><body><main><h1>Editor</h1>
<form method="post" novalidate>{% include "_form" %}
<button class="button">Save</button>
<button class="button" type="reset">Reset</button>
<button class="button" type="button" hx-get="part/" hx-target="#part">More</button>
<div id="part"></div></form></main></body></html>"""
FORM = """{% for field in form %}<div class="field">{{ field.label_tag }}
{% with id=field.auto_id %}
{% if field.help_text %}
<p class="hint" id="{{ id }}_helptext">{{ field.help_text }}</p>{% endif %}
{% if field.errors %}
<p id="{{ id }}_error"><a href="#{{ id }}">{{ field.errors.as_text }}</a></p>{% endif %}
{{ field }}{% endwith %}</div>{% endfor %}"""

STORED = """{% load static %}<link rel="icon" href="{% static 'icon.svg' %}">
<body>{{ stored }}</body>"""


class ResponseForm(forms.Form):
    text = RichTextFormField(label="DCC response", help_text="What DCC says.")


class LaterForm(forms.Form):
    later = RichTextFormField(label="Rationale", required=False)


def editor(request: HttpRequest) -> HttpResponse:
    """Show a form on ?text=; post it to see what would be stored."""
    initial = {"text": request.GET.get("text", "")}
    form = ResponseForm(request.POST or None, initial=initial)
    if form.is_valid():
        stored = [form.cleaned_data["text"], form.has_changed()]
        return page(STORED, request, form, stored=json.dumps(stored))
    return page(PAGE.replace('{% include "_form" %}', FORM), request, form)


def part(request: HttpRequest) -> HttpResponse:
    return page(FORM, request, LaterForm(initial={"later": "<p>Swapped in</p>"}))


shown: list[str] = []


def many(request: HttpRequest) -> HttpResponse:
    """Show a form of many texts."""
    form = forms.Form()
    for number, text in enumerate(shown):
        form.fields[f"text{number}"] = RichTextFormField(initial=text)
    return page(PAGE.replace('{% include "_form" %}', FORM), request, form)


def page(
    source: str, request: HttpRequest, form: forms.Form, stored: str = ""
) -> HttpResponse:
    template = engines["django"].from_string(source)
    return HttpResponse(template.render({"form": form, "stored": stored}, request))


editor.csrf_exempt = True  # type: ignore[attr-defined]
urlpatterns = [
    path("editor/", editor),
    path("editor/part/", part),
    path("editor/many/", many),
]


def open_editor(page: Page, text: str = "") -> Locator:
    """Open the page on a text and return the editor's box."""
    query = page.evaluate("text => encodeURIComponent(text)", text)
    page.goto(f"/editor/?text={query}")
    box = page.get_by_role("textbox", name="DCC response")
    expect(box).to_have_attribute("contenteditable", "true")
    return box


def editor_of(page: Page, name: str | re.Pattern[str]) -> Locator:
    """Return the editor of a text once it has taken the place of its textarea."""
    boxes = page.get_by_role("textbox", name=name)
    box = boxes.and_(page.locator("[contenteditable=true]"))
    expect(box).to_be_visible()
    return box


def save(page: Page) -> Any:
    """Send the form; return what would be stored, and whether it has changed."""
    page.get_by_role("button", name="Save", exact=True).click()
    return json.loads(page.locator("body").inner_text())


def value(page: Page) -> str:
    return page.locator("textarea[name=text]").input_value()


def paste(box: Locator, *, markup: str = "", plain: str = "") -> None:
    box.evaluate(
        """(box, [html, plain]) => {
            const data = new DataTransfer();
            if (html) data.setData("text/html", html);
            if (plain) data.setData("text/plain", plain);
            const options = { clipboardData: data, bubbles: true, cancelable: true };
            box.dispatchEvent(new ClipboardEvent("paste", options));
        }""",
        [markup, plain],
    )


def press(page: Page, name: str) -> None:
    page.get_by_role("toolbar").get_by_role("button", name=name, exact=True).click()
