"""List the blockers and warnings of a conclusion."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from responses.checks import findings
from responses.file_words import attached_digests, read_waiting_files
from responses.management.commands.render_conclusion import get_conclusion


class Command(BaseCommand):
    help = "List the issues to fix before publishing and the warnings, one per line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "slug",
            metavar="SLUG",
            help="last part of the web address of the conclusion",
        )
        parser.add_argument(
            "--json", action="store_true", help="print the result as JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        conclusion = get_conclusion(options["slug"])
        read_waiting_files(attached_digests(conclusion=conclusion))
        blockers, warnings = findings(conclusion)
        if options["json"]:
            found = {
                "slug": conclusion.slug,
                "blockers": [finding.text for finding in blockers],
                "warnings": [finding.text for finding in warnings],
                "can_be_confirmed": [
                    finding.text
                    for finding in (*blockers, *warnings)
                    if finding.confirmation
                ],
            }
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
            return
        for finding in blockers:
            self.stdout.write(f"issue: {finding.text}")
        for finding in warnings:
            self.stdout.write(f"warning: {finding.text}")
        if any(finding.confirmation for finding in blockers):
            self.stdout.write(
                "Some issues can be confirmed instead of fixed, on the “Checks” page "
                "of the conclusion in the workspace."
            )
        if not blockers and not warnings:
            self.stdout.write("No issues found.")
