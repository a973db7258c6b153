"""`make test-latest`: the suite with the newest releases that the pins could move to.

It has an environment of its own, .venv-latest, and leaves .venv and the pins as they
are. `python3 -m scripts.latest [sqlite | postgresql ...]`
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence

from scripts.check import STEPS, environment_of_steps
from scripts.machine import (
    DEVELOPMENT_REQUIREMENTS,
    ROOT,
    SITE_REQUIREMENTS,
    SetupError,
    install_browser,
    install_pango,
    make_environment,
    pins_file,
    say,
)
from scripts.processes import Processes, StopRequest, managed_processes

LATEST_VENV = ROOT / ".venv-latest"
LATEST_PYTHON = LATEST_VENV / "bin" / "python"
# What the site decided to stay on, whatever is newer.
HELD = {"django": "Django~=5.2"}
# It compares what is installed with the pins: here they differ on purpose.
DESELECTED = "tests/test_structure.py::test_installed_versions_match_the_pins"
DATABASES = ("sqlite", "postgresql")


def main(asked: Sequence[str]) -> int:
    """Run the suite on the databases asked for, or both; return 1 when it fails."""
    if unknown := set(asked) - set(DATABASES):
        say(
            f"Unknown database: {', '.join(sorted(unknown))}. "
            f"Databases: {', '.join(DATABASES)}."
        )
        return 2
    os.chdir(ROOT)
    try:
        with managed_processes() as processes:
            return run_suite(processes, asked or DATABASES)
    except StopRequest:
        say("Stopped.")
    except SetupError as refusal:
        print(refusal, file=sys.stderr)
    return 1


def run_suite(processes: Processes, databases: Sequence[str]) -> int:
    """Install the newest releases, print what differs and run the tests."""
    pinned = pins()
    install(processes, loosened(pinned))
    say("\n".join(differences(pinned, installed(processes))))
    install_pango(processes)
    if "sqlite" in databases:
        install_browser(processes)
    failed = [name for name in databases if not run_tests(processes, name)]
    if failed:
        say(f"\nmake test-latest: failed: {', '.join(failed)}")
        return 1
    say("\nmake test-latest: the newest releases pass")
    return 0


def pins() -> dict[str, str]:
    """Return the version that is pinned of each package, by the name in the file."""
    lines = [
        line.partition("#")[0].strip()
        for file in (SITE_REQUIREMENTS, DEVELOPMENT_REQUIREMENTS)
        for line in pins_file(file).read_text().splitlines()
    ]
    pairs = [line.partition("==") for line in lines if "==" in line]
    return {name: version for name, _, version in pairs}


def loosened(pinned: Mapping[str, str]) -> list[str]:
    """Return the requirements without their versions, but for what is held."""
    return [HELD.get(name.lower(), name) for name in pinned]


def install(processes: Processes, requirements: Sequence[str]) -> None:
    """Install the newest releases of the packages that fit together.

    Raise SetupError where pip fails.
    """
    make_environment(processes, LATEST_VENV)
    say("Installing the newest releases ...")
    pip = [str(LATEST_PYTHON), "-m", "pip", "install", "-q", "-q", "--upgrade"]
    if processes.run([*pip, "--disable-pip-version-check", *requirements]):
        raise SetupError(
            "The newest releases could not be installed; see the error above."
        )


def installed(processes: Processes) -> dict[str, str]:
    """Return the version of each package in .venv-latest, by its plain name.

    Raise SetupError where pip fails.
    """
    code, printed = processes.output(
        [
            *(str(LATEST_PYTHON), "-m", "pip", "list", "--format", "json"),
            "--disable-pip-version-check",
        ]
    )
    if code:
        raise SetupError(
            f"pip list failed in {LATEST_VENV.name} with exit code {code}."
        )
    return {plain(found["name"]): found["version"] for found in json.loads(printed)}


def differences(pinned: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Return a line for each package whose version is not the pinned one."""
    lines = [
        f"  {name}: {version} is pinned, {found.get(plain(name), 'none')} is tested"
        for name, version in pinned.items()
        if found.get(plain(name)) != version
    ]
    if not lines:
        return ["Every pinned version is the newest."]
    return ["Newer than the pinned versions:", *lines]


def plain(name: str) -> str:
    """Return the name of a package in the one spelling that compares."""
    return name.lower().replace("_", "-").replace(".", "-")


def run_tests(processes: Processes, database: str) -> bool:
    """Run the tests on one database and return whether they passed."""
    command = [*command_of(database), "--deselect", DESELECTED]
    say(f"\n== {database}: {' '.join(command)}")
    return not processes.run(command, environment=environment_of_steps())


def command_of(database: str) -> list[str]:
    """Return the command with which `make test` runs the tests, in .venv-latest."""
    return [str(LATEST_PYTHON), "-m", *STEPS[database][0]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
