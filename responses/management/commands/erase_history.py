"""Erase personal data from the earlier versions of rows."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import ProgrammingError

from consultations.models import Consultation
from responses.history.erasure import ErasureRefused, erase_history


class Command(BaseCommand):
    help = (
        "Erase texts from the history of items of a consultation. The activity log "
        "records who erased what, and why."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "slug",
            metavar="SLUG",
            help="last part of the web address of the consultation",
        )
        parser.add_argument(
            "refs",
            metavar="ITEM",
            nargs="+",
            help="an item as in the address of its history, such as respondent:12",
        )
        parser.add_argument(
            "--field",
            action="append",
            required=True,
            dest="fields",
            help="text field to erase, for example name or aliases; can be repeated",
        )
        parser.add_argument(
            "--by",
            required=True,
            metavar="USERNAME",
            help="username of the administrator who erases the texts",
        )
        parser.add_argument("--reason", required=True, help="why the data is erased")

    def handle(self, *args: Any, **options: Any) -> None:
        consultation = Consultation.objects.filter(slug=options["slug"]).first()
        by = User.objects.filter(username=options["by"]).first()
        if consultation is None:
            raise CommandError(f"There is no consultation {options['slug']}.")
        if by is None:
            raise CommandError(f"There is no user {options['by']}.")
        try:
            count = erase_history(
                consultation,
                refs=options["refs"],
                fields=options["fields"],
                by=by,
                reason=options["reason"],
            )
        except ErasureRefused as error:
            raise CommandError(str(error)) from error
        except ProgrammingError as error:
            raise CommandError(
                f"{error} Run the command with the DATABASE_URL of the role that owns "
                "the tables."
            ) from error
        versions = "1 version" if count == 1 else f"{count} versions"
        self.stdout.write(f"Erased in {versions}.")
