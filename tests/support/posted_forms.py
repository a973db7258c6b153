"""Every form of the site's pages, filled in, for tests that post more than it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.http.response import HttpResponseBase
from django.urls import reverse

from consultations.access import ROLES_BY_ACTION, Action
from tests.support.access import Actor, ask
from tests.support.access_world import World
from tests.support.addresses import ADDRESSES
from tests.support.form_reading import Forms

Data = dict[str, list[str]]

TYPED_BY_KIND = {
    "text": "Words",
    "search": "Words",
    "email": "zed@example.org",
    "date": "2027-03-01",
    "time": "12:00",
    "number": "1",
    "url": "https://example.org/",
}
"""What is typed into empty inputs, by their type."""

NOT_CHOICES = ("csrfmiddlewaretoken", "idempotency_key", "shown", "sha256", "back")
"""Hidden fields that name no row."""


@dataclass
class Controls:
    """What a form is besides its values: `choices` name rows, or one of few values."""

    method: str
    names: set[str] = field(default_factory=set)
    choices: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)


class PageForms(Forms):
    """The forms of a page, filled in as somebody would who fills in everything."""

    def __init__(self, html: str) -> None:
        self.controls: list[Controls] = []
        super().__init__(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.controls.append(Controls(values.get("method", "get").lower()))
        elif self._fields is not None:
            self._note(tag, values)
        super().handle_starttag(tag, attrs)

    def _note(self, tag: str, values: dict[str, str]) -> None:
        name, kind = values.get("name", ""), values.get("type", "text")
        controls = self.controls[-1]
        if tag in {"input", "select", "textarea", "button"} and name:
            controls.names.add(name)
        if values.get("formaction"):
            controls.actions.add(values["formaction"])
        is_choice = tag == "select" or (tag == "input" and kind in {"hidden", "radio"})
        if name and is_choice and name.rpartition("-")[2] not in NOT_CHOICES:
            controls.choices.add(name)

    def _input(self, values: dict[str, str]) -> None:
        kind = values.get("type", "text")
        if not values.get("value") and kind in TYPED_BY_KIND:
            values = values | {"value": TYPED_BY_KIND[kind]}
        super()._input(values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and not any(chosen for _, chosen in self._options):
            first = [value for value, _ in self._options if value][:1]
            self._options = [(v, v in first) for v, _ in self._options]
        if tag == "textarea" and self._fields is not None and self._textarea:
            self._fields[self._textarea][0] += "\n\nMore words."
        super().handle_endtag(tag)


@dataclass(frozen=True)
class PostedForm:
    """A form of a page: who sends it, where to, and what it sends."""

    page: str
    actor: Actor
    action: str
    data: Data
    names: frozenset[str]
    choices: frozenset[str]

    def post(self, **more: list[str]) -> HttpResponseBase:
        """Send the form with other values, or with more."""
        return ask(self.actor.client(), "POST", self.action, {**self.data, **more})

    @property
    def prefixes(self) -> set[str]:
        """The prefixes of the names in the form, the empty one included."""
        return {"", *(name.rpartition("-")[0] for name in self.names if "-" in name)}


def pages_with_forms(world: World, actor: Actor) -> dict[str, str]:
    """Return the pages that an actor can read, by the name of their address."""
    return {
        name: reverse(name, args=[world[arg] for arg in address.args])
        for name, address in ADDRESSES.items()
        if isinstance(address.who, Action)
        and "GET" in address.methods
        and actor.role in ROLES_BY_ACTION[address.who]
    }


def forms_of_page(name: str, path: str, actor: Actor) -> Iterator[PostedForm]:
    """Yield the forms of a page that post, one for each address they post to."""
    with transaction.atomic():
        response = ask(actor.client(), "GET", path)
        transaction.set_rollback(True)
    content_type = response.headers.get("Content-Type", "")
    if response.status_code != 200 or not content_type.startswith("text/html"):
        return
    page = PageForms(response.content.decode())  # type: ignore[attr-defined]
    for (action, data), controls in zip(page.forms, page.controls, strict=True):
        if controls.method != "post":
            continue
        for target in sorted({action or path, *controls.actions}):
            yield PostedForm(
                page=name,
                actor=actor,
                action=path if target.startswith("?") else target,
                data=data,
                names=frozenset(controls.names),
                choices=frozenset(controls.choices),
            )


def distinct_forms(forms: Iterator[PostedForm]) -> list[PostedForm]:
    """Return forms without those that post the same names to the same address."""
    found = {(form.action, form.names): form for form in forms}
    return list(found.values())
