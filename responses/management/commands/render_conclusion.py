"""Write a conclusion as a file: the draft as it is now, or a published edition."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consultations.documents.formats import FORMATS, render
from consultations.models import Conclusion, EditionFile
from responses.analysis.conclusion_content import conclusion_content


class Command(BaseCommand):
    help = "Write a conclusion as HTML, PDF, Word, text or JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "slug",
            metavar="SLUG",
            help="last part of the web address of the conclusion",
        )
        parser.add_argument(
            "--format", required=True, choices=FORMATS, help="format of the file"
        )
        parser.add_argument(
            "-o",
            "--output",
            metavar="FILE",
            type=Path,
            help="write to FILE; default: standard output",
        )
        parser.add_argument(
            "--edition",
            type=int,
            metavar="N",
            help="write published edition N instead of the draft",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["edition"] is None:
            data = render_draft(options["slug"], options["format"])
        else:
            data = published_bytes(
                options["slug"], options["format"], options["edition"]
            )
        write_output(data, options["output"])


def render_draft(slug: str, format_: str) -> bytes:
    """Return the draft of a conclusion, rendered now."""
    return render(conclusion_content(get_conclusion(slug)), format_)


def get_conclusion(slug: str) -> Conclusion:
    """Return a conclusion by its slug; name the known ones where there is none."""
    conclusions = Conclusion.objects.select_related("consultation__organisation")
    conclusion = conclusions.filter(slug=slug).first()
    if conclusion is None:
        known = ", ".join(Conclusion.objects.values_list("slug", flat=True)[:10])
        raise CommandError(
            f'There is no conclusion "{slug}". Conclusions: {known or "none"}.'
        )
    return conclusion


def published_bytes(slug: str, format_: str, number: int) -> bytes:
    """Return the bytes of a published edition as they were frozen."""
    conclusion = get_conclusion(slug)
    file = EditionFile.objects.filter(
        edition__in=conclusion.editions.ever_published(),
        edition__number=number,
        name=format_,
    ).first()
    if file is None:
        numbers = conclusion.editions.ever_published().values_list("number", flat=True)
        known = ", ".join(map(str, numbers)) or "none"
        raise CommandError(
            f"{slug} has no published edition {number}. Published editions: {known}."
        )
    return bytes(file.file.content)


def write_output(data: bytes, output: Path | None) -> None:
    """Write bytes to a file, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise CommandError(f"{output} cannot be written: {error.strerror}.") from error
