"""What hostile texts in forms cost: processor time of saves, refusals and conflicts."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.test import Client

LIMIT = 2.0
"""Most seconds of processor time that a post may take."""


def main(shapes: Collection[str]) -> None:
    """Print the slowest shapes for each kind of post; no shapes are all of them."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        os.environ.setdefault("DEBUG", "1")
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        settings.DEBUG = False
        settings.ALLOWED_HOSTS = ["testserver"]
        settings.STATIC_ROOT = Path(folder) / "static"
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("migrate", verbosity=0)
        posts(shapes)


@dataclass(frozen=True)
class Page:
    """A page with one rich text, and the most characters it may have."""

    address: str
    field: str
    longest: int


def pages() -> Mapping[str, Page]:
    """Make a comment, a section and an answer; return their pages."""
    from django.urls import reverse

    from consultations.documents.rich_text.markup import (
        MAX_ANSWER_LENGTH,
        MAX_TEXT_LENGTH,
    )
    from tests.support.factories import make_conclusion
    from tests.support.pages import answered_consultation

    work = answered_consultation("work")
    conclusion = make_conclusion(work)
    section = conclusion.sections.get(heading="Introduction")
    comment = work.comments.all()[0]
    submission = work.respondents.all()[0].submissions.get()
    question = work.questions.all()[0]
    return {
        "comment": Page(
            reverse("responses:comment", args=["work", comment.key]),
            "comment-text",
            MAX_TEXT_LENGTH,
        ),
        "section": Page(
            reverse("responses:section", args=["work", section.pk]),
            "text",
            MAX_TEXT_LENGTH,
        ),
        "answer": Page(
            reverse("responses:submission", args=["work", submission.pk]),
            f"q{question.pk}-text",
            MAX_ANSWER_LENGTH,
        ),
    }


def posts(shapes: Collection[str]) -> None:
    """Post hostile texts to each page: saved or refused, then in conflict."""
    from django.test import Client

    from tests.support.factories import make_user
    from tests.support.hostile_texts import HOSTILE_TEXTS

    client = Client()
    client.force_login(make_user(role="Drafter"))
    print("\nhostile texts: seconds of processor time, the slowest three of each")
    for name, page in pages().items():
        spent: dict[str, dict[str, float]] = {"saved or refused": {}, "conflict": {}}
        for shape in shapes or HOSTILE_TEXTS:
            make = HOSTILE_TEXTS[shape]
            text = make(page.longest)
            spent["saved or refused"][shape] = seconds_of(client, page, text)
            spent["conflict"][shape] = conflict_seconds(client, page, make)
        for kind, seconds in spent.items():
            slowest = sorted(seconds.items(), key=lambda each: -each[1])[:3]
            for shape, taken in slowest:
                mark = "  over the limit" if taken > LIMIT else ""
                print(f"{name:8} {kind:17} {taken:6.2f} s  {shape}{mark}")


def conflict_seconds(client: Client, page: Page, make: Callable[[int], str]) -> float:
    """Return what a stale save costs of a text that differs from the stored one."""
    sent = form_of(client, page)
    client.post(page.address, sent | {page.field: [longest_accepted(page, make)]})
    text = longest_accepted(page, make, "words ")
    return post_seconds(client, page, sent | {page.field: [text]})


def longest_accepted(page: Page, make: Callable[[int], str], before: str = "") -> str:
    """Return the longest of some lengths of a text that may be stored, or words."""
    from consultations.documents.rich_text.markup import MarkupError, normalise

    length = page.longest
    while length > 1_000:
        text = before + make(length)
        try:
            normalise(text, page.longest)
        except MarkupError:
            length = length * 3 // 4
        else:
            return text
    return before + "words"


def seconds_of(client: Client, page: Page, text: str) -> float:
    """Return what the first save of a text costs, or its refusal."""
    return post_seconds(client, page, form_of(client, page) | {page.field: [text]})


def form_of(client: Client, page: Page) -> dict[str, list[str]]:
    """Return what the form of a page sends."""
    from tests.support.form_reading import form_with

    return form_with(client.get(page.address).content.decode(), page.field)


def post_seconds(client: Client, page: Page, sent: dict[str, Any]) -> float:
    """Return the processor time of a post; nothing is remembered of earlier texts."""
    from consultations.documents.diff import texts
    from consultations.documents.rich_text import markup
    from consultations.fields import cleaning

    cleaning._normalise_once.cache_clear()
    cleaning._CANONICAL.clear()
    texts._read_text.cache_clear()
    markup._PARSED.clear()
    began = time.process_time()
    response = client.post(page.address, sent)
    taken = time.process_time() - began
    assert response.status_code in {200, 302}, response.status_code
    return taken


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    main(sys.argv[1:])
