"""Running a module of the project in a child process with limits.

What people type and attach is untrusted: if working on it exhausts the limits of time
or memory, the child process ends and the caller is told why.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

IMPORT_ROOT = Path(__file__).resolve().parents[2]

# The child gets these variables and no other: no secret of the site is among them.
PASSED_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "TMPDIR")
# SOURCE_DATE_EPOCH is the date that fontTools writes into the fonts it saves.
FIXED_ENVIRONMENT = {
    "PYTHONPATH": str(IMPORT_ROOT),
    "PYTHONIOENCODING": "utf-8",
    "SOURCE_DATE_EPOCH": "0",
}
EXIT_REFUSED = 3
EXIT_OUT_OF_MEMORY = 4
MEMORY_SIGNALS = (signal.SIGABRT, signal.SIGTRAP, signal.SIGSEGV, signal.SIGBUS)

LineCallback = Callable[[bytes], object]


class Outcome(Enum):
    """How a child process ended."""

    DONE = "done"
    REFUSED = "refused"
    OUT_OF_TIME = "out of time"
    OUT_OF_MEMORY = "out of memory"
    FAILED = "failed"


@dataclass(frozen=True)
class Limits:
    """Seconds of processor time and megabytes of address space."""

    seconds: int
    megabytes: int

    @property
    def timeout(self) -> int:
        """Wall-clock seconds, for a child that hangs without using the processor."""
        return 60 + 4 * self.seconds


@dataclass(frozen=True)
class Ended:
    """An ended child process: outcome, output, the last line of errors, status."""

    outcome: Outcome
    output: bytes
    last_line: str = ""
    status: int = 0


def run_module(
    module: str, job: bytes, limits: Limits, on_line: LineCallback | None = None
) -> Ended:
    """Run `python -m module SECONDS MEGABYTES` with the job on standard input.

    With `on_line`, a third argument is the number of a pipe: every line that the child
    writes to it is given to `on_line`, in the caller's thread. What `on_line` raises
    ends the child.
    """
    command = [sys.executable, "-m", module]
    command += [str(limits.seconds), str(limits.megabytes)]
    try:
        if on_line is None:
            child = _start(command)
            with child:
                output, errors = _communicate(child, job, limits.timeout)
        else:
            child, output, errors = _run_with_pipe(
                command, job, limits.timeout, on_line
            )
    except subprocess.TimeoutExpired:
        return Ended(Outcome.OUT_OF_TIME, b"")
    last_line = errors.decode(errors="replace").strip().rpartition("\n")[2]
    return Ended(_outcome(child.returncode), output, last_line, child.returncode)


def _outcome(status: int) -> Outcome:
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return Outcome.OUT_OF_TIME
    if status == EXIT_OUT_OF_MEMORY or -status in MEMORY_SIGNALS:
        return Outcome.OUT_OF_MEMORY
    return {0: Outcome.DONE, EXIT_REFUSED: Outcome.REFUSED}.get(status, Outcome.FAILED)


def child_environment() -> dict[str, str]:
    """Return the environment variables of a child process."""
    kept = {name: os.environ[name] for name in PASSED_VARIABLES if name in os.environ}
    return kept | FIXED_ENVIRONMENT


def _start(command: list[str], *pipes: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=IMPORT_ROOT,
        env=child_environment(),
        pass_fds=pipes,
    )


def _run_with_pipe(
    command: list[str], job: bytes, timeout: float, on_line: LineCallback
) -> tuple[subprocess.Popen[bytes], bytes, bytes]:
    """Run a child whose last argument is a pipe for lines; return what it wrote.

    Raises subprocess.TimeoutExpired after `timeout` seconds, as subprocess.run does.
    """
    reading, writing = os.pipe()
    with open(reading, "rb") as lines:  # noqa: PTH123 - a descriptor has no path
        try:
            child = _start([*command, str(writing)], writing)
        finally:
            os.close(writing)
        with child, ThreadPoolExecutor(1) as reader:
            ended = reader.submit(_communicate, child, job, timeout)
            try:
                for line in lines:
                    on_line(line)
            except BaseException:
                child.kill()
                raise
            output, errors = ended.result()
    return child, output, errors


def _communicate(
    child: subprocess.Popen[bytes], job: bytes, timeout: float
) -> tuple[bytes, bytes]:
    """Return what the child wrote; killing one that is too slow ends its pipe."""
    try:
        return child.communicate(job, timeout)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise


def limit_resources(limits: Limits) -> None:
    """Limit the time and the memory of this process, which is a child process."""
    import resource

    seconds, megabytes = limits.seconds, limits.megabytes
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 10**6,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
