"""Write a stored consultation as a consultation file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from consultations.models import Consultation, StoredFile
from consultations.public.status import opening_sentence
from consultations.record.freezing import public_edition
from responses.consultation_file.exporting import Export, export


class Command(BaseCommand):
    help = "Export a consultation as a file that load_consultation reads."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "slug",
            metavar="SLUG",
            help="last part of the web address of the consultation",
        )
        parser.add_argument(
            "--public",
            action="store_true",
            help=(
                "export published information only; leave out original responses and "
                "drafts"
            ),
        )
        parser.add_argument(
            "-o",
            "--output",
            metavar="FILE",
            type=Path,
            help="write to FILE, and attachments to a folder beside FILE",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            consultation = get_consultation(options["slug"], public=options["public"])
            exported = export(consultation, public=options["public"])
        output: Path | None = options["output"]
        if output:
            write_export(exported, output)
        else:
            self.stdout.write(exported.text, ending="")
            if exported.file_hashes:
                names = ", ".join(exported.file_hashes)
                self.stderr.write(
                    f"Attachments not written: {names}. Add -o FILE to write "
                    "attachments beside FILE."
                )
        for error in exported.errors:
            self.stderr.write(f"{output or consultation.slug}:{error}")
        if exported.errors:
            self.stderr.write(
                "The file was written, but load_consultation will refuse the file for "
                "the reasons above."
            )


def get_consultation(slug: str, *, public: bool) -> Consultation:
    """Return a consultation by its slug, if it is public where that is asked."""
    rows = Consultation.objects.select_related("organisation")
    consultation = rows.filter(slug=slug).first()
    if consultation is None:
        known = ", ".join(rows.order_by("slug").values_list("slug", flat=True)[:10])
        raise CommandError(
            f'There is no consultation "{slug}". Consultations: {known or "none"}.'
        )
    if public and public_edition(consultation) is None:
        raise CommandError(
            f"Consultation {slug} is not public. {opening_sentence(consultation)}"
        )
    return consultation


def write_export(exported: Export, output: Path) -> None:
    """Write the file and, in a folder beside it, the files of its attachments."""
    try:
        for name, digest in exported.file_hashes.items():
            target = output.parent / name
            target.parent.mkdir(parents=True, exist_ok=True)
            content = exported.made_files.get(name)
            if content is None:
                content = bytes(StoredFile.objects.get(pk=digest).content)
            target.write_bytes(content)
        output.write_text(exported.text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise CommandError(
            f"{error.filename or output} cannot be written: {error.strerror}."
        ) from error
