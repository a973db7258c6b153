"""`make soak`: the random tests with their whole counts, on both databases.

SCALE multiplies the counts, SEED sets where random numbers begin; both are printed.
`python3 -m scripts.soak [sqlite | postgresql ...]`
"""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts.check import PYTEST, environment_of_steps
from scripts.machine import (
    DEVELOPMENT_REQUIREMENTS,
    PYTHON,
    SetupError,
    install_browser,
    install_pango,
    prepare,
    say,
)
from scripts.processes import Processes, StopRequest, managed_processes


@dataclass(frozen=True)
class LongRun:
    """A command that runs tests with whole counts: those of a mark on each database."""

    name: str
    marks: Mapping[str, str]
    uses_browser: bool = False


SOAK = LongRun(
    "make soak",
    {"postgresql": "soak and not browser and not once", "sqlite": "soak"},
    uses_browser=True,
)


def main(asked: Sequence[str]) -> int:
    """Run the soak on the databases asked for, or both; return 1 when it fails."""
    return start(SOAK, asked)


def start(long_run: LongRun, asked: Sequence[str]) -> int:
    """Run a long run as the environment says; return 1 when it fails, 2 for misuse."""
    if unknown := set(asked) - set(long_run.marks):
        say(
            f"Unknown database: {', '.join(sorted(unknown))}. "
            f"Databases: {', '.join(long_run.marks)}."
        )
        return 2
    try:
        scale = read_scale(os.environ.get("SCALE") or "1")
        seed = read_seed(os.environ.get("SEED") or "0")
        with managed_processes() as processes:
            return run(processes, long_run, asked, scale, seed)
    except StopRequest:
        say("Stopped.")
    except SetupError as refusal:
        print(refusal, file=sys.stderr)
    return 1


def read_scale(value: str) -> float:
    """Return the number that counts are multiplied by; raise SetupError for another."""
    try:
        scale = float(value)
    except ValueError:
        scale = 0
    if not 0 < scale <= 1000:
        raise SetupError(
            f'SCALE is "{value}". Set SCALE to a number above 0, up to 1000.'
        )
    return scale


def read_seed(value: str) -> int:
    """Return where random numbers begin; raise SetupError for what is no number."""
    if not (value.isascii() and value.isdigit()):
        raise SetupError(f'SEED is "{value}". Set SEED to a whole number.')
    return int(value)


def run(
    processes: Processes,
    long_run: LongRun,
    asked: Sequence[str],
    scale: float,
    seed: int,
) -> int:
    """Run the tests on the databases asked for, or all; return 1 when one fails."""
    databases = asked or list(long_run.marks)
    prepare(processes, DEVELOPMENT_REQUIREMENTS)
    install_pango(processes)
    if "sqlite" in databases and long_run.uses_browser:
        install_browser(processes)
    environment = environment_of_steps() | {"SCALE": f"{scale:g}", "SEED": str(seed)}
    size = f"SCALE={scale:g} SEED={seed}"
    failed = [
        name
        for name in databases
        if processes.run(command_of(long_run, name, seed), environment=environment)
    ]
    if failed:
        say(f"\n{long_run.name}: failed: {', '.join(failed)}; {size}")
        return 1
    say(f"\n{long_run.name}: passed; {size}")
    return 0


def command_of(long_run: LongRun, database: str, seed: int) -> list[str]:
    """Return the command that runs the tests on one database."""
    seeded = [f"--hypothesis-seed={seed}", "-m", long_run.marks[database]]
    # with whole counts a test may take hours
    unlimited = ["--timeout", "0", "--override-ini", "faulthandler_timeout=0"]
    return [str(PYTHON), "-m", *PYTEST, database, *seeded, *unlimited]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
