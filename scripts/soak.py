"""`make soak`: the random tests with their whole counts, on both databases.

SCALE multiplies the counts, SEED sets where random numbers begin; both are printed.
`python3 -m scripts.soak [sqlite | postgresql ...]`
"""

import os
import sys
from collections.abc import Sequence

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

TESTS = {
    "postgresql": "soak and not browser and not once",
    "sqlite": "soak",
}


def main(asked: Sequence[str]) -> int:
    """Run the soak on the databases asked for, or both; return 1 when it fails."""
    if unknown := set(asked) - set(TESTS):
        say(
            f"Unknown database: {', '.join(sorted(unknown))}. "
            f"Databases: {', '.join(TESTS)}."
        )
        return 2
    try:
        scale = read_scale(os.environ.get("SCALE") or "1")
        seed = read_seed(os.environ.get("SEED") or "0")
        with managed_processes() as processes:
            return run(processes, asked or list(TESTS), scale, seed)
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


def run(processes: Processes, databases: Sequence[str], scale: float, seed: int) -> int:
    """Run the soak on some databases and return 1 when one fails."""
    prepare(processes, DEVELOPMENT_REQUIREMENTS)
    install_pango(processes)
    if "sqlite" in databases:
        install_browser(processes)
    environment = environment_of_steps() | {"SCALE": f"{scale:g}", "SEED": str(seed)}
    failed = [
        name
        for name in databases
        if processes.run(command_of(name, seed), environment=environment)
    ]
    if failed:
        say(f"\nmake soak: failed: {', '.join(failed)}; SCALE={scale:g} SEED={seed}")
        return 1
    say(f"\nmake soak: passed; SCALE={scale:g} SEED={seed}")
    return 0


def command_of(database: str, seed: int) -> list[str]:
    """Return the command that runs the soak on one database."""
    seeded = [f"--hypothesis-seed={seed}", "-m", TESTS[database]]
    return [str(PYTHON), "-m", *PYTEST, database, *seeded]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
