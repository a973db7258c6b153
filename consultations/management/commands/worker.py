"""Run queued tasks and recurring jobs until a signal asks to stop."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.crypto import get_random_string

from consultations.background.outages import OUTAGE_ERRORS
from consultations.background.schema import not_migrated_message
from consultations.background.worker import TaskWorker
from consultations.background.workers import heartbeats
from consultations.editions.scheduling import publish_due
from consultations.notifications.notices import send_due_notices

RECURRING_JOBS = (send_due_notices, publish_due)


class Command(BaseCommand):
    help = (
        "Run background tasks: send emails, publish scheduled editions, read attached "
        "files and export drafts. While the database does not respond, the worker "
        "tries again. To stop the worker, send SIGTERM."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--until-idle",
            action="store_true",
            help="run the tasks that are due, then end",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; raise CommandError where the database is not migrated."""
        require_migrated_database()
        name = get_random_string(32)
        worker = TaskWorker(name, jobs=RECURRING_JOBS)
        if options["until_idle"]:
            worker.serve(until_idle=True)
            return
        worker.configure_signals()
        with heartbeats(name):
            worker.serve()


def require_migrated_database() -> None:
    """Raise CommandError for a database that is not migrated; one may be away."""
    try:
        message = not_migrated_message()
    except OUTAGE_ERRORS:
        return
    if message:
        raise CommandError(message)
