"""What the tests of pages share: dates around today, editions, and reading HTML."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from typing import Any, Protocol

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations.editions import workflow
from consultations.editions.authorship import NO_AUTHORS
from consultations.models import (
    Conclusion,
    ConclusionAttachment,
    Consultation,
    Edition,
    StoredFile,
)
from responses.analysis.conclusion_content import conclusion_content
from tests.support.factories import (
    freeze,
    make_change,
    make_comment,
    make_conclusion,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
    make_user,
)


def day(offset: int) -> dt.date:
    """Return the London date so many days from today."""
    return timezone.localdate() + dt.timedelta(days=offset)


def at(offset: int) -> dt.datetime:
    """Return 16:00 in London so many days from today."""
    noon = dt.datetime.combine(day(offset), dt.time(16))
    return timezone.make_aware(noon)


def open_consultation(slug: str = "", **values: Any) -> Consultation:
    return make_frozen(
        slug, **{"opens_on": day(-10), "closes": at(10), "mailbox": "a@b.org", **values}
    )


def closed_consultation(slug: str = "", **values: Any) -> Consultation:
    return make_frozen(slug, **{"opens_on": day(-40), "closes": at(-10), **values})


def future_consultation(slug: str = "", **values: Any) -> Consultation:
    return make_frozen(slug, **{"opens_on": day(3), "closes": at(30), **values})


def make_frozen(slug: str = "", **values: Any) -> Consultation:
    """Return a consultation that is public, or will be, as it is made.

    A test that adds rows which readers are to see calls `freeze` afterwards.
    """
    consultation = make_consultation(slug, **values)
    freeze(consultation)
    return consultation


def answered_consultation(slug: str = "answered", rows: int = 2) -> Consultation:
    """Return a closed consultation with as many of everything, all of it answered."""
    consultation = make_consultation(slug, opens_on=day(-40), closes=at(-10))
    for number in range(rows):
        question = make_question(consultation)
        person = make_respondent(consultation, f"Secret Supplier {number}")
        make_submission(person, stances={question: "agree"}, received=at(-12))
        comment = make_comment(
            consultation,
            question,
            response="It is retried.",
            disposition="changed",
            sources=(person,),
        )
        make_change(consultation, because_of=(comment,))
    freeze(consultation)
    return consultation


def publish(
    conclusion: Conclusion,
    *,
    correction: str = "",
    formats: Sequence[str] = ("html", "txt", "json"),
) -> Edition:
    """Take a conclusion through sign-off as it stands, in the formats asked for."""
    edition = workflow.submit_edition(
        conclusion,
        content=conclusion_content(conclusion, correction),
        authorship=NO_AUTHORS,
        blockers=[],
        by=make_user(role="Drafter"),
        correction=correction,
        formats=formats,
    )
    approver = make_user(role="Approver")
    workflow.approve_edition(edition, by=approver, sha256=edition.sha256)
    return workflow.publish_edition(edition, by=approver)


def concluded(slug: str = "answered", **values: Any) -> Edition:
    """Return the published edition of an answered consultation's conclusion."""
    return publish(make_conclusion(answered_consultation(slug), **values))


def correct(edition: Edition, why: str = "A date was wrong.") -> Edition:
    """Publish another edition of the same conclusion."""
    conclusion = edition.conclusion
    conclusion.subtitle += "Mended."
    conclusion.save()
    return publish(conclusion, correction=why)


def withdraw(edition: Edition, reason: str = "The wrong text was attached.") -> Edition:
    edition.refresh_from_db()
    return workflow.withdraw_edition(
        edition, by=make_user(role="Approver"), reason=reason
    )


def attach(
    conclusion: Conclusion, content: bytes, filename: str
) -> ConclusionAttachment:
    return ConclusionAttachment.objects.create(
        conclusion=conclusion,
        title=f"Attached {filename}",
        kind="other",
        file=StoredFile.objects.store(content),
        filename=filename,
        position=conclusion.attachments.count(),
    )


class Answer(Protocol):
    """A response, as Django returns it or as the test client does."""

    @property
    def content(self) -> bytes: ...


def text_of(response: Answer) -> str:
    return response.content.decode()


def queries(get: Callable[[], object]) -> int:
    """Return how many queries a call makes."""
    with CaptureQueriesContext(connection) as captured:
        get()
    return len(captured)


def log_in(client: Client, role: str) -> Client:
    client.force_login(make_user(role=role))
    return client


class Read(HTMLParser):
    """A page as a test looks at it; `faults` says what is wrong with its HTML."""

    VOID = frozenset("area base br col embed hr img input link meta wbr".split())

    def __init__(self, html: str) -> None:
        super().__init__()
        self.title = ""
        self.language = ""
        self.headings: list[int] = []
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.labelled: set[str] = set()
        self.inputs: list[str] = []
        self.faults: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        self._judge()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag not in self.VOID:
            self.open.append(tag)
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag == "html":
            self.language = values.get("lang", "")
        if tag == "label":
            self.labelled.add(values.get("for", ""))
        is_shown = tag == "input" and values.get("type") != "hidden"
        if is_shown and "label" not in self.open:
            self.inputs.append(values.get("id", ""))
        if tag == "a":
            self.links.append(values.get("href", ""))
        if "id" in values:
            self.ids[values["id"]] += 1
        is_inline = tag == "style" or (tag == "script" and not values.get("src"))
        if is_inline or "style" in values:
            self.faults.append(f"<{tag}> is inline style or script")
        if any(name.startswith("on") for name in values):
            self.faults.append(f"<{tag}> has an event handler")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title":
            self.title += data

    def _judge(self) -> None:
        if self.headings.count(1) != 1:
            self.faults.append(f"{self.headings.count(1)} h1")
        if self.language != "en-GB":
            self.faults.append(f"lang is {self.language!r}")
        if not self.title.strip():
            self.faults.append("no title")
        deeper = zip(self.headings, self.headings[1:], strict=False)
        self.faults += [f"h{b} after h{a}" for a, b in deeper if b > a + 1]
        self.faults += [f"id {name} twice" for name, n in self.ids.items() if n > 1]
        self.faults += [
            f"input {name!r} has no label"
            for name in self.inputs
            if name not in self.labelled
        ]
        self.faults += [
            f"{href} leads nowhere on the page"
            for href in self.links
            if href.startswith("#") and href[1:] not in self.ids
        ]
        if self.open:
            self.faults.append(f"{self.open} left open")
