"""Delete expired draft files; the worker does so after each file as well."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from responses.conclusions.draft_files import (
    DRAFT_FILE_LIFETIME,
    delete_old_draft_files,
)


class Command(BaseCommand):
    help = (
        f"Delete draft files asked for more than {DRAFT_FILE_LIFETIME.days} days ago, "
        "with their bytes where nothing else refers to them."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{delete_old_draft_files()} deleted.")
