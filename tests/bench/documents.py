"""`make bench`: what the slow parts cost, as ratios measured in one run.

Absolute seconds are this machine's; the ratios are what to compare. Sizes can be named:
`python -m tests.bench 3 100 1000 10000` (10,000 comments take some minutes).
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from consultations.documents.conclusion.content import ConclusionContent

P = ParamSpec("P")
T = TypeVar("T")

SIZES = (3, 100, 1000)


def main(sizes: tuple[int, ...]) -> None:
    """Print the tables of a whole run."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
        os.environ.setdefault("DEBUG", "1")
        import django

        django.setup()
        formats(sizes)
        loading(Path(folder), max(sizes))


def formats(sizes: tuple[int, ...]) -> None:
    """Print seconds, pages and megabytes of each format for each size."""
    from pypdf import PdfReader

    from consultations.documents import codec, html, text
    from consultations.documents.conclusion.compose import compose
    from consultations.documents.pdf.child_process import render_pdf
    from consultations.documents.word import render as docx
    from tests.support.content_strategies import make_content

    print("comments  compose    html     txt    docx      pdf  pages  pages/s  pdf MB")
    for size in sizes:
        composing, document = timed(compose, with_comments(make_content(), size))
        spent = [
            timed(render, document)[0]
            for render in (html.render_article, text.to_text, docx.to_docx)
        ]
        before = children_megabytes()
        job = codec.dumps(document)
        seconds, data = timed(partial(render_pdf, identifier="bench"), document)
        pages = len(PdfReader(BytesIO(data)).pages)
        used = max(before, children_megabytes())
        made = " ".join(f"{each:7.2f}" for each in spent)
        print(
            f"{size:8,} {composing:8.2f} {made}"
            f" {seconds:8.2f} {pages:6,} {pages / seconds:8.1f} {used:7.0f}"
            f"   ({len(job) / 1e6:.1f} MB of JSON; pdf = {seconds / composing:.0f} x "
            "compose)"
        )


def with_comments(content: ConclusionContent, size: int) -> ConclusionContent:
    """Return the content with that many comments, each of three sentences."""
    first, *others = content.questions
    words = (
        "A respondent asked how the service provider treats a device that has not "
        "reported the result of an earlier request, and whether later ones are held."
    )
    answer = (
        "<p>Where an earlier request has not finished, the later one is rejected for "
        "that device only and the response names it.</p><p>For the avoidance of doubt, "
        "other devices named in the same list are not affected, except where true.</p>"
    )
    (comment, *_rest) = first.comments
    comments = tuple(
        replace(comment, key=f"k{n}", text=f"<p>{words} ({n})</p>", response=answer)
        for n in range(size)
    )
    return replace(content, questions=(replace(first, comments=comments), *others))


def loading(folder: Path, size: int) -> None:
    """Print how long a consultation file of that many comments takes to load."""
    from django.core.management import call_command

    from consultations.models import Conclusion
    from responses.analysis.conclusion_content import conclusion_content
    from responses.checks import findings
    from tests.support.big_file import big_file

    call_command("migrate", verbosity=0)
    path = folder / "big.yaml"
    path.write_text(big_file(size), encoding="utf-8")
    seconds, _ = timed(call_command, "load_consultation", str(path))
    again, _ = timed(call_command, "load_consultation", str(path))
    conclusion = Conclusion.objects.get()
    content, _ = timed(conclusion_content, conclusion)
    check, _ = timed(findings, conclusion)
    print(
        f"\nload of {size:,} comments with history: {seconds:.1f} s; again, finding "
        f"nothing new: {again:.1f} s ({seconds / again:.1f} x)\n"
        f"content: {content:.2f} s; checks: {check:.2f} s ({check / content:.1f} x)"
    )


def timed(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> tuple[float, T]:
    """Return the seconds a piece of work took, and its result."""
    start = time.perf_counter()
    result = work(*args, **kwargs)
    return time.perf_counter() - start, result


def children_megabytes() -> float:
    """Return the peak memory of the largest child process so far."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    main(tuple(map(int, sys.argv[1:])) or SIZES)
