"""Read the words of attached files that have not been read."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from responses.file_words import read_waiting_files


class Command(BaseCommand):
    help = (
        "Read the text of every attached file that has not been read, for example "
        "after an upgrade or while the worker is stopped."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        read = read_waiting_files()
        self.stdout.write(f"Files read: {len(read)}.")
        for words in read:
            for reason in words.unread:
                self.stdout.write(f"File {words.file_id} {reason}.")
