"""Send pending notices, for example after a failure of the mail server."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from consultations.notifications.notices import send_waiting_notices


class Command(BaseCommand):
    help = "Send every email that has not been sent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--given-up",
            action="store_true",
            help="also send emails that are no longer retried automatically",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        tried = send_waiting_notices(given_up=options["given_up"])
        failed = [notice for notice in tried if not notice.sent_at]
        self.stdout.write(f"Emails sent: {len(tried) - len(failed)}.")
        for notice in failed:
            self.stderr.write(f"To {notice.to}: {notice.error}")
        if failed:
            raise CommandError(f"Emails that could not be sent: {len(failed)}.")
