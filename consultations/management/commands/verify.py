"""Verify the hashes of all frozen rows and list the faults."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from consultations.audit.accounts import record_found_accounts
from consultations.editions import triggers
from consultations.editions.verification import CHECKED_KINDS, verify_everything


class Command(BaseCommand):
    help = (
        "Verify the checksums of every edition and log, and compare the accounts with "
        "the account log."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="print the result as JSON"
        )
        parser.add_argument(
            "--mend-guards",
            action="store_true",
            help="first reinstall the triggers that protect published rows",
        )

        parser.add_argument(
            "--record-accounts",
            action="store_true",
            help="first record accounts that differ from the account log",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["mend_guards"]:
            with transaction.atomic():
                triggers.install_guards(connection)
        if options["record_accounts"]:
            record_found_accounts()
        found = verify_everything()
        counts = ", ".join(
            f"{count} {CHECKED_KINDS.get(kind, kind)}"
            for kind, count in found.checked_counts.items()
        )
        if options["json"]:
            report = {"checked": found.checked_counts, "faults": found.faults}
            self.stdout.write(json.dumps(report, indent=2))
        elif not found.faults:
            self.stdout.write(f"Everything matches: {counts}.")
        else:
            for fault in found.faults:
                self.stderr.write(fault)
        if found.faults:
            raise CommandError(f"Checked {counts}. Faults found: {len(found.faults)}.")
