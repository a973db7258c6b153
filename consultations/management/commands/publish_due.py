"""Publishes editions whose scheduled publication the worker missed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from consultations.editions.scheduling import publish_due


class Command(BaseCommand):
    """The worker does this by itself; run this if it was not running."""

    help = "Publishes every approved edition whose set time has come."

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish, and print what was published."""
        for edition in publish_due():
            self.stdout.write(f"{edition}: published.")
