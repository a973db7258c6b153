"""What the desk costs with 100,000 comments in the database, beside a trivial page."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FILLING = 100_000
WORKED_ON = 100
TIMES = 20


def main() -> None:
    """Print a table of milliseconds and of how many trivial pages each is worth."""
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
        desk(Path(folder))


def desk(folder: Path) -> None:
    """Load one consultation to work on, fill the database, and measure."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from consultations.models import Conclusion
    from tests.support.big_file import big_file
    from tests.support.factories import make_user
    from tests.support.form_reading import form_with

    path = folder / "big.yaml"
    path.write_text(big_file(WORKED_ON), encoding="utf-8")
    call_command("load_consultation", str(path), verbosity=0)
    start = time.perf_counter()
    fill(FILLING)
    print(f"{FILLING:,} comments with history: {time.perf_counter() - start:.0f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(make_user(role="Drafter"))
    conclusion = Conclusion.objects.get(slug="big")
    key = conclusion.consultation.comments.order_by("pk").values_list("key", flat=True)
    comment = reverse("responses:comment", args=["big", key[0]])
    section = conclusion.sections.filter(kind="text").first()
    assert section is not None
    editor = reverse("responses:section", args=["big", section.pk])
    preview = reverse("responses:live_preview", args=["big"])
    live = form_with(client.get(editor).content.decode(), "heading")

    def save() -> float:
        page = client.get(comment).content.decode()
        sent = form_with(page, "comment-text")
        sent["response-text"] = [f"Answered at {time.perf_counter()}."]
        return measure(lambda: client.post(comment, sent), 1)

    trivial = measure(lambda: client.get("/healthz"), TIMES)
    rows = {
        "a trivial page": trivial,
        "the desk's first page": measure(
            lambda: client.get(reverse("responses:desk")), TIMES
        ),
        "a page of comments": measure(
            lambda: client.get(reverse("responses:comments", args=["big"])), TIMES
        ),
        "opening a comment": measure(lambda: client.get(comment), TIMES),
        "saving a comment": statistics.median(save() for _ in range(TIMES)),
        f"the live preview of {WORKED_ON} comments": measure(
            lambda: client.post(preview, live), TIMES
        ),
    }
    print("\nmilliseconds  x trivial")
    for name, seconds in rows.items():
        print(f"{seconds * 1000:12.1f} {seconds / trivial:10.1f}  {name}")


def fill(size: int) -> None:
    """Store that many answered comments of other consultations, with history."""
    from consultations.audit.history import create_all
    from responses.models import Comment, DCCResponse
    from tests.support.factories import make_consultation, make_question

    for part in range(10):
        consultation = make_consultation(f"filling-{part}")
        question = make_question(consultation)
        comments = create_all(
            Comment,
            (
                Comment(
                    consultation=consultation,
                    question=question,
                    key=f"k{number}",
                    position=number,
                    text=f"<p>A respondent asked how request {number} is treated.</p>",
                )
                for number in range(size // 10)
            ),
        )
        create_all(
            DCCResponse,
            (
                DCCResponse(comment=comment, text="<p>It is held.</p>")
                for comment in comments
            ),
        )


def measure(work: Callable[[], Any], times: int) -> float:
    """Return the median seconds of a piece of work; it is done once before."""
    spent = []
    if times > 1:
        work()
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    main()
