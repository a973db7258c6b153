"""Delete the draft files that are no longer kept; the worker does so as it goes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from responses.conclusions.draft_files import KEPT, delete_old_draft_files


class Command(BaseCommand):
    help = (
        f"Delete draft files asked for more than {KEPT.days} days ago, with their "
        "bytes where nothing else refers to them."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{delete_old_draft_files()} deleted.")
