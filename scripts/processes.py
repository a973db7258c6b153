"""Starts commands and leaves none of them behind."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_SECONDS = 15.0
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
"""Loaded before any fork: a child that loads a library can wait for ever for a lock
that another thread of its parent held.
"""


class StopRequest(BaseException):
    """Somebody pressed Ctrl-C or asked the process to end."""


class Processes:
    """The commands started from here, each in a session of its own.

    A session of its own keeps the terminal's Ctrl-C from reaching them: they are
    stopped from here, in order, and once.
    """

    def __init__(self) -> None:
        self.started: list[subprocess.Popen[str]] = []

    def start(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        stdout: int | None = None,
    ) -> subprocess.Popen[str]:
        """Start a command and return at once."""
        process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            text=True,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - it takes no lock
        )
        self.started.append(process)
        return process

    def run(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> int:
        """Run a command to its end and return its exit code.

        Raise subprocess.TimeoutExpired, with the command ended, after so many seconds.
        """
        process = self.start(command, environment=environment)
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            raise
        self.started.remove(process)
        return code

    def output(
        self, command: Sequence[str], *, environment: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Run a command to its end and return its exit code and what it printed."""
        process = self.start(command, environment=environment, stdout=subprocess.PIPE)
        printed, _ = process.communicate()
        self.started.remove(process)
        return process.returncode, printed

    def wait_for_any(self) -> subprocess.Popen[str]:
        """Return the first command that ends.

        Raise StopRequest when a signal asks to stop.
        """
        while not make_was_interrupted():
            for process in self.started:
                if process.poll() is not None:
                    return process
            time.sleep(0.2)
        raise StopRequest

    def stop(self, *, grace: float = GRACE_SECONDS) -> None:
        """End every command: politely at first, then with all that it started."""
        running = [process for process in self.started if process.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + grace
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in self.started:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.started.clear()


@contextmanager
def managed_processes() -> Iterator[Processes]:
    """Yield a place to start commands; all are stopped on the way out.

    Ctrl-C, SIGTERM and a closed terminal raise Stopped inside the block, once.
    """
    processes = Processes()
    if "MAKELEVEL" in os.environ:
        end_with_parent()
    before = {
        number: signal.signal(number, raise_stop_request) for number in STOP_SIGNALS
    }
    try:
        yield processes
    finally:
        ignore_signals()
        processes.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def end_with_parent() -> None:
    """Have the kernel send this process SIGTERM when its parent is killed."""
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def make_was_interrupted() -> bool:
    """Return whether the make that started this has had SIGINT on its own.

    GNU make passes SIGTERM on but not SIGINT: it trusts the terminal to have told
    everybody, and waits. After `kill -INT` of make alone, the only trace is that
    make neither catches nor ignores the signal any more.
    """
    try:
        lines = Path(f"/proc/{os.getppid()}/status").read_text().splitlines()
    except OSError:
        return False
    status = dict(line.split(":\t", 1) for line in lines)
    heard = int(status["SigCgt"], 16) | int(status["SigIgn"], 16)
    return status["Name"] in ("make", "gmake") and not heard & 1 << signal.SIGINT - 1


def raise_stop_request(number: int, frame: FrameType | None) -> NoReturn:
    """Leave the block; signals that follow are ignored while commands are stopped.

    Raise StopRequest when a signal asks to stop.
    """
    ignore_signals()
    raise StopRequest


def ignore_signals() -> None:
    """Let nothing interrupt the stopping."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
