"""Make pending exported drafts, for example after tasks of the queue were lost."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from responses.conclusions.draft_files import make_waiting_draft_files
from responses.models import DraftFile


class Command(BaseCommand):
    help = "Export every draft that is waiting, for example after a crash."

    def handle(self, *args: Any, **options: Any) -> None:
        tried = make_waiting_draft_files()
        failed = [draft for draft in tried if draft.state != DraftFile.State.READY]
        self.stdout.write(f"Drafts exported: {len(tried) - len(failed)}.")
        for draft in failed:
            why = draft.error or "unexpected error; see the log"
            self.stderr.write(f"{draft}, exported draft {draft.pk}: {why}")
        if failed:
            raise CommandError(f"Drafts that could not be exported: {len(failed)}.")
