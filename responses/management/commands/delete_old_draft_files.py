"""Delete expired exported drafts; the worker also does so after each export."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from responses.conclusions.draft_files import (
    DRAFT_FILE_LIFETIME,
    delete_old_draft_files,
)


class Command(BaseCommand):
    help = (
        f"Delete exported drafts requested more than {DRAFT_FILE_LIFETIME.days} days "
        "ago."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Exported drafts deleted: {delete_old_draft_files()}.")
