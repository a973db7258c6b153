"""Load a consultation file: store all of it, or refuse it with every error."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consultations.models import Consultation
from responses.consultation_file.loading import (
    LoadingPlan,
    NeedsUpdate,
    load_file,
    plan_loading,
    unknown_consultations,
)
from responses.consultation_file.notation.decoding import MAX_FILE_SIZE
from responses.consultation_file.notation.errors import FileError, FileRefused
from responses.consultation_file.notes import unused_documents
from responses.consultation_file.reading import read_file
from responses.file_words import attached_digests, read_waiting_files

MAX_DIFFERENCES_SHOWN = 30
"""Maximum number of differences listed; all errors are listed."""


class Command(BaseCommand):
    help = "Load a consultation file (YAML or JSON). A file with errors is not loaded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", metavar="FILE", type=Path, help="path of the consultation file"
        )
        parser.add_argument(
            "--update",
            action="store_true",
            help="update the stored consultation; published editions do not change",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="only report errors, or what a load would change",
        )
        parser.add_argument(
            "--json", action="store_true", help="print the result as JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        run = plan_loading if options["check"] else partial(load_file, releases=True)
        try:
            reading = read_file(read_bytes(path))
            plan = run(reading, path.parent, update=options["update"])
        except FileRefused as refused:
            self.refuse(path, refused)
        if not options["check"]:
            stored = Consultation.objects.get(slug=plan.slug)
            read_waiting_files(attached_digests(consultation=stored))
        notes = unused_documents(reading.file) + unknown_consultations(reading.file)
        notes += plan.findings
        for note in notes:
            self.stderr.write(f"{path}: {note}")
        if options["json"]:
            self.stdout.write(as_json(plan, stored=not options["check"]))
        else:
            self.report(path, plan, checked=options["check"])

    def refuse(self, path: Path, refused: FileRefused) -> NoReturn:
        """Print a line for each reason and end with exit code 1."""
        count = len(refused.errors)
        if isinstance(refused, NeedsUpdate):
            self.print_errors(path, refused.errors, MAX_DIFFERENCES_SHOWN)
            raise CommandError(
                "Nothing was stored: the file differs from the stored consultation in "
                f"{count_phrase(count, 'place')}. Add --update to update the "
                "consultation.",
                returncode=1,
            )
        self.print_errors(path, refused.errors, count)
        raise CommandError(
            f"Nothing was stored: {count_phrase(count, 'error')} in {path}.",
            returncode=1,
        )

    def print_errors(self, path: Path, errors: Sequence[FileError], most: int) -> None:
        """Print the first errors, and how many more there are."""
        for error in errors[:most]:
            self.stderr.write(f"{path}:{error}")
        if len(errors) > most:
            self.stderr.write(
                f"{path}: and {count_phrase(len(errors) - most, 'more difference')}"
            )

    def report(self, path: Path, plan: LoadingPlan, *, checked: bool) -> None:
        """Print what was done, or with --check what would be."""
        would = "would be " if checked else ""
        if plan.creates:
            self.stdout.write(f"{path}: {plan.slug} {would or 'was '}loaded.")
        elif plan.changes_anything:
            places = count_phrase(len(plan.differences), "place")
            self.stdout.write(
                f"{path}: {plan.slug} {would or 'was '}updated in {places}."
            )
        else:
            self.stdout.write(f"{path}: {plan.slug} is already stored. No changes.")
        if checked and not plan.creates:
            for difference in plan.differences[:MAX_DIFFERENCES_SHOWN]:
                self.stdout.write(f"{path}:{difference}")


def as_json(plan: LoadingPlan, *, stored: bool) -> str:
    """Return the result for scripts; nothing is created where nothing is stored."""
    result = {
        "slug": plan.slug,
        "conclusions": list(plan.conclusions),
        "created": plan.creates and stored,
    }
    return json.dumps(result, ensure_ascii=False)


def count_phrase(count: int, noun: str) -> str:
    """Return `1 place` or `2 places`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def read_bytes(path: Path) -> bytes:
    """Return the bytes of the file, at most one more than a file may have."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_SIZE + 1)
    except FileNotFoundError:
        reason = "the file does not exist"
    except IsADirectoryError:
        reason = "the path is a folder; give the path of a file"
    except PermissionError:
        reason = "you do not have permission to read the file"
    except OSError as error:
        reason = str(error.strerror)
    raise CommandError(f"{path} cannot be loaded: {reason}.", returncode=1)
