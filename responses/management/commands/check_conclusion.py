"""List the blockers and warnings of a conclusion."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from responses.checks import blocking_findings, publication_warnings
from responses.file_words import attached_digests, read_waiting_files
from responses.management.commands.render_conclusion import get_conclusion


class Command(BaseCommand):
    help = "List the issues to fix before publishing and the warnings, one per line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG")
        parser.add_argument(
            "--json", action="store_true", help="print the result as JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        conclusion = get_conclusion(options["slug"])
        read_waiting_files(attached_digests(conclusion=conclusion))
        blockers = blocking_findings(conclusion)
        warnings = publication_warnings(conclusion)
        if options["json"]:
            found = {
                "slug": conclusion.slug,
                "blockers": blockers,
                "warnings": warnings,
            }
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            return
        for sentence in blockers:
            self.stdout.write(f"blocker: {sentence}")
        for sentence in warnings:
            self.stdout.write(f"warning: {sentence}")
        if not blockers and not warnings:
            self.stdout.write("No issues found.")
