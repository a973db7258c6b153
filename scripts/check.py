"""`make test` and its parts: everything that CI checks, in CI's order.

`python3 -m scripts.check [lint | types | migrations | postgresql | sqlite ...]`
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

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

PYTEST = (
    *("pytest", "-n", "3", "--dist", "worksteal"),
    *("--durations", "10", "--durations-min", "1", "--database"),
)
STEP_SECONDS = 25 * 60
"""After this a command hangs: every test has a limit, but a worker may not keep it."""
EXIT_STOPPED = 124
STEPS: Mapping[str, Sequence[Sequence[str]]] = {
    "lint": [("ruff", "check"), ("ruff", "format", "--check")],
    "types": [("mypy",)],
    "migrations": [("scripts.migrations",)],
    "postgresql": [(*PYTEST, "postgresql", "-m", "not browser and not once")],
    "sqlite": [(*PYTEST, "sqlite")],
}


def main(asked: Sequence[str]) -> int:
    """Run the steps that were asked for, or all; return 1 when one fails."""
    if unknown := set(asked) - set(STEPS):
        say(f"Unknown step: {', '.join(sorted(unknown))}. Steps: {', '.join(STEPS)}")
        return 2
    try:
        with managed_processes() as processes:
            return check(processes, asked or list(STEPS))
    except StopRequest:
        say("Stopped.")
    except SetupError as refusal:
        print(refusal, file=sys.stderr)
    return 1


def check(processes: Processes, steps: Sequence[str]) -> int:
    """Run the steps one after the other, all of them even when one fails."""
    prepare(processes, DEVELOPMENT_REQUIREMENTS)
    if "sqlite" in steps or "postgresql" in steps:
        install_pango(processes)
    if "sqlite" in steps:
        install_browser(processes)
    failed = [step for step in steps if not run_step(processes, step)]
    if failed:
        say(f"\nmake test: failed: {', '.join(failed)}")
        return 1
    say(f"\nmake test: {', '.join(steps)}: passed")
    return 0


def run_step(processes: Processes, step: str) -> bool:
    """Run the commands of one step and return whether all of them passed."""
    codes = []
    for words in STEPS[step]:
        say(f"\n== {step}: {' '.join(words)}")
        started = time.monotonic()
        codes.append(run_command(processes, [str(PYTHON), "-m", *words]))
        say(f"== exit {codes[-1]} after {time.monotonic() - started:.1f} s")
    return not any(codes)


def run_command(processes: Processes, command: Sequence[str]) -> int:
    """Run a command of a step and return its exit code; one that hangs is stopped."""
    environment = environment_of_steps()
    try:
        return processes.run(command, environment=environment, seconds=STEP_SECONDS)
    except subprocess.TimeoutExpired:
        say(f"The command did not end within {STEP_SECONDS} seconds and was stopped.")
        return EXIT_STOPPED


def environment_of_steps() -> dict[str, str]:
    """Return this environment, with compiled bytecode written.

    Otherwise each worker of both test runs compiles every test file again, which
    pytest rewrites and which takes longer than loading the site.
    """
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
