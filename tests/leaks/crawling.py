"""Asking the site as the public does, and searching everything that it sends."""

from __future__ import annotations

import hashlib
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import unquote, urljoin, urlsplit

from django.core import mail
from django.core.management import CommandError, call_command
from django.http.response import HttpResponseBase
from django.test import Client

from tests.leaks.canaries import Canary
from tests.leaks.decoding import WordSearch, decoded_texts

LINK = re.compile(rb"""(?:href|src|action|hx-get)=["']([^"'#]+)""")

VARIANTS: Mapping[str, Mapping[str, str]] = {
    "plain": {},
    "htmx": {"HX-Request": "true", "HX-Target": "main"},
    "json": {"Accept": "application/json", "X-Requested-With": "XMLHttpRequest"},
    "gzip": {"Accept-Encoding": "gzip"},
    "range": {"Range": "bytes=0-99999"},
    "cached": {"If-None-Match": "*"},
    "forwarded": {"X-Forwarded-Host": "example.org", "Accept-Language": "cy"},
    "wrong host": {"Host": "unknown.example.org"},
}
"""Header variants of a request."""

ANSWERED_WITH_AN_ERROR = {(503, "/readyz")}
"""Answers that are no failure: where the search takes long, no worker is alive."""

METHODS = ("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")

ERRONEOUS = (
    *("/%00", "/%0a", "/no-such-page", "/static/no-such-file.css", "/media/x"),
    *("/consultations/?status=unknown", "/consultations/?after=%00", "/admin/x/y/z/"),
    *("/accounts/login/?next=//example.org/", "/robots.txt", "/favicon.ico"),
    *("/sitemap.xml", "/.git/config", "/static/../config/settings.py", "/api/"),
    *("/admin/consultations/", "/admin/responses/", "/admin/auth/", "/admin/axes/"),
    *("/admin/responses/comment/1/history/1/", "/admin/auth/user/1/history/"),
    "/admin/consultations/conclusion/1/history/1/",
)
"""Addresses that end in an error, that no page leads to, or that are no route."""


@dataclass(frozen=True)
class Leak:
    """A planted word in something the site sent, and the request that shows it."""

    canary: Canary
    request: str

    def __str__(self) -> str:
        return f"{self.canary}: {self.request} ({self.canary.word})"


@dataclass
class Search:
    """Searches texts for words and counts the work; the same bytes only once.

    `checks` counts each distinct decoded text once for each word.
    """

    canaries: Mapping[str, Canary]
    marker: str
    bodies: int = 0
    texts: int = 0
    size: int = 0
    _found: dict[bytes, frozenset[str]] = field(default_factory=dict)
    _seen: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.words = WordSearch(self.canaries, self.marker)

    @property
    def checks(self) -> int:
        """The decoded texts searched, times the words searched for."""
        return self.texts * len(self.canaries)

    def find(self, data: bytes) -> frozenset[str]:
        """Return the words that some form of the bytes has."""
        digest = hashlib.sha256(data).digest()
        if digest not in self._found:
            self.bodies += 1
            self._found[digest] = frozenset(
                word for text in decoded_texts(data) for word in self._find_in(text)
            )
        return self._found[digest]

    def _find_in(self, text: bytes) -> set[str]:
        digest = hashlib.sha256(text).digest()
        if digest not in self._seen:
            self._seen.add(digest)
            self.texts += 1
            self.size += len(text)
        return self.words.find(text)


class Visitor:
    """Somebody who asks for pages; what is sent to them is searched.

    `failures` are the requests that the site answered with a status of 500 or more.
    """

    def __init__(self, search: Search, client: Client | None = None) -> None:
        self.search = search
        self.client = client or Client(
            raise_request_exception=False, enforce_csrf_checks=True
        )
        self.requests = 0
        self.statuses: dict[int, int] = {}
        self.found: dict[str, str] = {}
        self.failures: list[str] = []
        self.asked: set[tuple[str, str, str]] = set()

    def ask(
        self, path: str, method: str = "GET", variant: str = "plain"
    ) -> tuple[int, bytes] | None:
        """Request an address once; return its status and body, None if asked before."""
        if (method, path, variant) in self.asked:
            return None
        self.asked.add((method, path, variant))
        response = self.client.generic(method, path, headers=VARIANTS[variant])
        self.requests += 1
        status = response.status_code
        self.statuses[status] = self.statuses.get(status, 0) + 1
        request = f"{method} {path} [{variant}] {status}"
        if (
            status >= 500
            and (status, path.partition("?")[0]) not in ANSWERED_WITH_AN_ERROR
        ):
            self.failures.append(request)
        body = body_of(response)
        echoed = unquote(path)
        for data in (body, header_text(response)):
            self.note(self.search.find(data), request, echoed)
        return status, body

    def note(self, words: Iterable[str], request: str, echoed: str = "") -> None:
        """Note the words that something has, but for those that the request had."""
        for word in words:
            if word not in echoed:
                self.found.setdefault(word, request)

    def crawl(
        self, start: Iterable[str], limit: int, within: Sequence[str] = ("",)
    ) -> list[str]:
        """Ask for addresses and, breadth first, for the links on their pages.

        Follow only links that have one of the words of `within`. Return the addresses
        that were answered with 200.
        """
        queue, known = deque(start), set[str]()
        answered: list[str] = []
        while queue and len(known) < limit:
            path = queue.popleft()
            if path in known:
                continue
            known.add(path)
            reply = self.ask(path)
            if reply and reply[0] == 200:
                answered.append(path)
                queue.extend(
                    link
                    for link in links_in(reply[1], path)
                    if any(word in link for word in within)
                )
        return answered

    def leaks(self) -> list[Leak]:
        """Return the words that were found."""
        return [
            Leak(self.search.canaries[word], request)
            for word, request in sorted(self.found.items())
        ]

    def describe(self) -> str:
        """Return the figures of the search."""
        done = self.search
        return (
            f"{len(done.canaries)} words, {self.requests} requests, {done.bodies} "
            f"distinct bodies, {done.texts} decoded texts ({done.size / 1e6:.1f} MB), "
            f"{done.checks:,} checks, statuses {dict(sorted(self.statuses.items()))}"
        )


def body_of(response: HttpResponseBase) -> bytes:
    """Return the body of a response, streamed or not."""
    return b"".join(map(bytes, iter(response)))


def header_text(response: HttpResponseBase) -> bytes:
    """Return the status line, headers and cookies of a response."""
    lines = [response.reason_phrase]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    lines.append(response.cookies.output())
    return "\n".join(lines).encode()


def links_in(body: bytes, page: str) -> Iterator[str]:
    """Yield the addresses of this site that a page leads to."""
    for match in LINK.findall(body):
        target = urlsplit(urljoin(page, match.decode("utf-8", "replace")))
        is_here = target.netloc in ("", "testserver") and target.path.startswith("/")
        if is_here and target.scheme in ("", "http", "https"):
            query = f"?{target.query.replace('&amp;', '&')}" if target.query else ""
            yield f"{target.path}{query}"


def public_export(slug: str) -> bytes:
    """Return everything that `export_consultation SLUG --public` writes."""
    output, errors = io.StringIO(), io.StringIO()
    try:
        call_command(
            "export_consultation", slug, public=True, stdout=output, stderr=errors
        )
    except CommandError as refusal:
        errors.write(str(refusal))
    return (output.getvalue() + errors.getvalue()).encode()


def public_mail(staff: Iterable[str]) -> Iterator[bytes]:
    """Yield the emails in the outbox to somebody who is not staff."""
    internal = set(staff)
    for message in mail.outbox:
        if not internal.issuperset(message.recipients()):
            yield message.message().as_bytes()
