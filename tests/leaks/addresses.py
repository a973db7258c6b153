"""Every address of the site: patterns of the resolver with values of the world."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from consultations.documents.formats import FORMATS
from consultations.models import (
    Conclusion,
    Consultation,
    DocumentVersion,
    Edition,
    PublicSlug,
    RegulatedDocument,
)
from responses.models import Comment, DraftFile

PARAMETER = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
NUMBERS = ("1", "2", "3", "7")
UNKNOWN = "no-such-row"
EXTRA = ("", "?format=json", "?q=a", "?status=open", "?status=concluded", "?after=x")
"""Endings of an address: queries that some view reads, and one that none reads."""


@dataclass(frozen=True)
class Route:
    """A pattern of the resolver: its path, and the regular expression of each value."""

    path: str
    expressions: Mapping[str, str]

    @property
    def is_public(self) -> bool:
        """True for an address outside the workspace, administration and accounts."""
        return not self.path.startswith(("desk/", "admin/", "accounts/"))

    def fill(self, values: Sequence[str]) -> str:
        """Return the address with a value for each parameter."""
        left = iter(values)
        return "/" + PARAMETER.sub(lambda _: next(left), self.path)


def routes() -> list[Route]:
    """Return every pattern of the resolver whose path is a route."""
    return list(_routes(get_resolver(), "", {}))


def patterns_that_are_no_routes(resolver: URLResolver | None = None) -> list[str]:
    """Return the patterns that `routes` leaves out: regular expressions."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if not isinstance(pattern.pattern, RoutePattern):
            found.append(str(pattern.pattern))
        elif isinstance(pattern, URLResolver):
            found += patterns_that_are_no_routes(pattern)
    return found


def _routes(
    resolver: URLResolver, above: str, expressions: Mapping[str, str]
) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        own = pattern.pattern
        if not isinstance(own, RoutePattern):
            continue
        path = f"{above}{own}"
        known = {
            **expressions,
            **{name: converter.regex for name, converter in own.converters.items()},
        }
        if isinstance(pattern, URLPattern):
            yield Route(path, known)
        else:
            yield from _routes(pattern, path, known)


@dataclass(frozen=True)
class Values:
    """What can stand in an address: `by_name` fits a parameter of that name best."""

    by_name: Mapping[str, tuple[str, ...]]

    def every(self) -> tuple[str, ...]:
        """Return all values, each once."""
        found = (value for values in self.by_name.values() for value in values)
        return tuple(dict.fromkeys(found))

    def fitting(self, route: Route, *, typed: bool) -> list[tuple[str, ...]]:
        """Return for each parameter of a route the values that its converter takes."""
        names = PARAMETER.findall(route.path)
        return [
            tuple(
                value
                for value in (self.by_name.get(name, ()) if typed else ())
                or self.every()
                if re.fullmatch(route.expressions[name], value)
            )
            for name in names
        ]


def values_of_world() -> Values:
    """Return the slugs, codes, keys, numbers and tokens of every stored row."""
    consultations = tuple(Consultation.objects.values_list("slug", flat=True))
    conclusions = tuple(Conclusion.objects.values_list("slug", flat=True))
    former = tuple(
        PublicSlug.objects.exclude(kind="document").values_list("slug", flat=True)
    )
    rows = [str(pk) for pk in Edition.objects.values_list("pk", flat=True)]
    comments = Comment.objects.order_by("pk")[:3]
    draft_files = DraftFile.objects.order_by("pk")[:4]
    return Values({
        "slug": (*consultations, *conclusions, *former, UNKNOWN),
        "code": (*RegulatedDocument.objects.values_list("code", flat=True), UNKNOWN),
        "key": (
            *DocumentVersion.objects.values_list("key", flat=True),
            *(comment.key for comment in comments),
        ),
        "name": FORMATS,
        "number": NUMBERS,
        "position": NUMBERS,
        "pk": (*rows, *NUMBERS),
        "token": tuple(str(file.token) for file in draft_files),
        "filename": tuple(file.filename for file in draft_files),
        "about": tuple(f"comment:{comment.pk}" for comment in comments),
    })  # fmt: skip


def sample_of_product(
    choices: Sequence[Sequence[str]], limit: int, chance: random.Random
) -> Iterator[tuple[str, ...]]:
    """Yield combinations of one value from each, all of them or a random sample."""
    total = math.prod(map(len, choices))
    for number in sorted(chance.sample(range(total), min(limit, total))):
        combination, rest = [], number
        for values in choices:
            rest, index = divmod(rest, len(values))
            combination.append(values[index])
        yield tuple(combination)


def pattern_addresses(limit: int, chance: random.Random) -> Iterator[str]:
    """Yield addresses of every pattern: with the values of its kind, then with others.

    `limit` is for each pattern; those of public pages get ten times as many.
    """
    values = values_of_world()
    for route in routes():
        most = limit * 10 if route.is_public else limit
        for typed in (True, False):
            choices = values.fitting(route, typed=typed)
            for combination in sample_of_product(choices, most, chance):
                yield route.fill(combination)


def own_addresses() -> Iterator[str]:
    """Yield the public address that each stored row has or would have."""
    for consultation in Consultation.objects.prefetch_related("attachments"):
        page = f"/consultations/{consultation.slug}/"
        yield page
        for number in range(1, consultation.attachments.count() + 1):
            yield f"{page}attachments/{number}/"
    for conclusion in Conclusion.objects.prefetch_related("attachments"):
        page = f"/conclusions/{conclusion.slug}"
        attachments = range(1, conclusion.attachments.count() + 1)
        for start in (page, f"{page}/editions/1", f"{page}/editions/2"):
            yield f"{start}/"
            yield from (f"{start}.{name}" for name in FORMATS)
            yield from (f"{start}/attachments/{number}/" for number in attachments)
    for code in RegulatedDocument.objects.values_list("code", flat=True):
        yield f"/documents/{code}/"
    for code, key in DocumentVersion.objects.values_list("document__code", "key"):
        yield f"/documents/{code}/{key}/"


def with_queries(paths: Iterable[str], words: Iterable[str]) -> Iterator[str]:
    """Yield list pages with each query, and with a search for each word."""
    for path in paths:
        yield from (f"{path}{query}" for query in EXTRA)
        yield from (f"{path}?q={word}" for word in words)
