"""What is hidden answers exactly as what does not exist."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from consultations.documents.formats import FORMATS
from consultations.models import Conclusion, Consultation, DocumentVersion
from consultations.public.versions import public_versions
from tests.leaks.addresses import NUMBERS, PARAMETER, Route, routes
from tests.leaks.canaries import SECRET_MARKER
from tests.leaks.crawling import VARIANTS, body_of
from tests.leaks.world import World
from tests.support import sizes

pytestmark = [pytest.mark.each_database, pytest.mark.leaks, pytest.mark.long]

METHODS = ("GET", "HEAD", "OPTIONS", "POST") if sizes.is_soak() else ("GET", "HEAD")
COMPARED = tuple(VARIANTS) if sizes.is_soak() else ("plain",)
UNOPENED = ("not opened", "opens later today", "no day")
UNPUBLISHED = (
    *("draft", "open", "submitted", "approved", "planned", "sent back"),
    *UNOPENED,
)
OTHERS = {
    "number": NUMBERS,
    "position": NUMBERS,
    "name": FORMATS,
    "key": ("designated",),
}
"""What stands beside the hidden name in an address."""


def unknown_like(name: str) -> str:
    """Return a name of the same length that is nowhere."""
    return SECRET_MARKER + "x" * (len(name) - len(SECRET_MARKER))


def answer_to(path: str, name: str, method: str, variant: str) -> tuple[object, ...]:
    """Return everything that the site answers, with the name blotted out."""
    response = Client(raise_request_exception=False).generic(
        method, path.replace("NAME", name), headers=VARIANTS[variant]
    )

    def blotted(text: str) -> str:
        return text.replace(name, "NAME")

    headers = sorted((key, blotted(value)) for key, value in response.headers.items())
    body = body_of(response).replace(name.encode(), b"NAME")
    return response.status_code, blotted(response.reason_phrase), headers, body


def paths_with(route: Route, parameter: str, above: str) -> Iterator[str]:
    """Yield addresses of a route with NAME for a parameter; each ending in turn."""
    names = PARAMETER.findall(route.path)
    for number in range(max(len(OTHERS.get(name, ("",))) for name in names)):
        values = [
            "NAME"
            if name == parameter
            else OTHERS[name][number % len(OTHERS[name])]
            if name in OTHERS
            else above
            for name in names
        ]
        yield route.fill(values)
        if not route.is_public:
            return
        if sizes.is_soak():
            yield route.fill(values) + "?format=json"
            yield route.fill(values).rstrip("/")


def ways_to_ask(route: Route) -> Iterator[tuple[str, str]]:
    """Yield methods and header variants: all for public pages in `make leaks`."""
    if route.is_public:
        yield from itertools.product(METHODS, COMPARED)
    else:
        yield "GET", "plain"


def differences(
    name: str, parameter: str, above: str = "", *, everywhere: bool = False
) -> list[str]:
    """Return the requests that tell a hidden name from an unknown one."""
    unknown = unknown_like(name)
    return [
        f"{method} {path} [{variant}]"
        for route in routes()
        if parameter in PARAMETER.findall(route.path)
        if route.is_public or everywhere
        for path in paths_with(route, parameter, above)
        for method, variant in ways_to_ask(route)
        if answer_to(path, name, method, variant)
        != answer_to(path, unknown, method, variant)
    ]


@pytest.mark.parametrize("place", UNOPENED)
def test_unopened_consultation_answers_as_an_unknown_one(
    place: str, world: World
) -> None:
    slug = world.rounds[place].consultation.slug
    assert differences(slug, "slug", everywhere=sizes.is_soak()) == []


@pytest.mark.parametrize("place", UNPUBLISHED)
def test_unpublished_conclusion_answers_as_an_unknown_one(
    place: str, world: World
) -> None:
    slug = world.rounds[place].conclusion.slug
    assert slug.startswith(SECRET_MARKER)
    assert differences(slug, "slug", everywhere=sizes.is_soak()) == []


def test_new_document_answers_as_an_unknown_one(world: World) -> None:
    code = world.rounds["new document"].documents[0].code
    assert differences(code, "code") == []


def test_hidden_version_answers_as_an_unknown_one(world: World) -> None:
    shown = [version.pk for version in public_versions()]
    hidden = DocumentVersion.objects.exclude(pk__in=shown)
    assert hidden.exists()
    for version in hidden.select_related("document"):
        code = version.document.code
        assert differences(version.key, "key", above=code) == []


CONTROLS: dict[str, Callable[[World], tuple[str, str]]] = {
    "consultation": lambda w: (w.rounds["open"].consultation.slug, "slug"),
    "conclusion": lambda w: (w.rounds["published"].conclusion.slug, "slug"),
    "document": lambda w: (w.rounds["open"].documents[0].code, "code"),
}


@pytest.mark.parametrize("kind", CONTROLS)
def test_public_row_answers_differently(kind: str, world: World) -> None:
    name, parameter = CONTROLS[kind](world)
    found = differences(name, parameter)
    assert any(each.startswith("GET") for each in found)
    assert any(each.startswith("HEAD") for each in found)


def test_every_public_address_with_a_name_is_compared(world: World) -> None:
    named = {
        route.path
        for route in routes()
        if route.is_public and PARAMETER.findall(route.path)
    }
    compared = {"slug", "code", "key"}
    assert named
    assert all(compared & set(PARAMETER.findall(path)) for path in named)
    assert Consultation.objects.count() > len(UNOPENED)
    assert Conclusion.objects.count() > len(UNPUBLISHED)
