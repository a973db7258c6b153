"""A real worker process on the database of the test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

from tests.support.structure import ROOT

HANG_IN_RENDERING = """
import os, signal, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from django.core.management import call_command
from responses.conclusions import draft_files
draft_files.render_format = lambda *args: signal.pause()
call_command("worker")
"""
"""A worker that never ends the layout of a draft file; its heartbeats go on."""


def database_url() -> str:
    """Return the address of the database of this test."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    address = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(address._replace(path=f"/{name}"))


class WorkerProcess:
    """A worker, with its log and its emails in a folder."""

    def __init__(self, folder: Path, *, code: str = "") -> None:
        self.mail = folder / "mail"
        self.log = folder / "worker.log"
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, *(["-c", code] if code else ["manage.py", "worker"])],
                cwd=ROOT,
                env={
                    "PATH": os.environ["PATH"],
                    "DATABASE_URL": database_url(),
                    "SECRET_KEY": settings.SECRET_KEY,
                    "EMAIL_FILE_PATH": str(self.mail),
                },
                stderr=log,
            )

    def is_running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """End it as the kernel does when memory is short."""
        self.process.kill()
        self.process.wait(timeout=10)

    def emails(self) -> list[str]:
        """Return the Message-IDs of the emails that were sent."""
        lines = "".join(path.read_text() for path in self.mail.glob("*")).splitlines()
        return [line for line in lines if line.startswith("Message-ID:")]
