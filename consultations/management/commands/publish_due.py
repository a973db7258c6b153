"""Publish the editions whose scheduled publication time has passed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from consultations.editions.scheduling import publish_due


class Command(BaseCommand):
    """The worker publishes on schedule; use this command if it was not running."""

    help = "Publish every approved edition whose scheduled time has passed."

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish, and print what was published."""
        for edition in publish_due():
            self.stdout.write(f"{edition}: published.")
