"""Make waiting draft files, for instance those that the queue lost."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from responses.conclusions.draft_files import make_waiting_draft_files
from responses.models import DraftFile


class Command(BaseCommand):
    help = "Make every draft file that waits or that a dead worker left, here and now."

    def handle(self, *args: Any, **options: Any) -> None:
        tried = make_waiting_draft_files()
        failed = [draft for draft in tried if draft.state != DraftFile.State.READY]
        self.stdout.write(f"{len(tried) - len(failed)} made.")
        for draft in failed:
            why = draft.error or "an unexpected error, which is in the log"
            self.stderr.write(f"{draft}, draft file {draft.pk}: {why}")
        if failed:
            raise CommandError(f"{len(failed)} could not be made.")
