"""`make hashes`: requirements*.txt from requirements*.in, with the hash of every file.

Run it after a pin has changed. pip-tools asks the package index that pip is set to
use; it has an environment of its own, .venv-hashes.
"""

import os
import sys

from scripts.machine import (
    DEVELOPMENT_REQUIREMENTS,
    ROOT,
    SITE_REQUIREMENTS,
    SetupError,
    make_environment,
    pins_file,
    say,
)
from scripts.processes import Processes, StopRequest, managed_processes

HASHES_VENV = ROOT / ".venv-hashes"
HASHES_PYTHON = HASHES_VENV / "bin" / "python"
COMPILE = (
    *("-m", "piptools", "compile", "--quiet", "--generate-hashes", "--allow-unsafe"),
    *("--no-header", "--no-annotate", "--strip-extras"),
    *("--no-emit-index-url", "--no-emit-find-links"),
)


def main() -> int:
    """Write both files; return 1 when pip-tools fails, and leave them as they were."""
    os.chdir(ROOT)
    try:
        with managed_processes() as processes:
            install(processes)
            for name in (SITE_REQUIREMENTS, DEVELOPMENT_REQUIREMENTS):
                write(processes, name)
    except StopRequest:
        say("Stopped.")
        return 1
    except SetupError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def install(processes: Processes) -> None:
    """Install pip-tools; raise SetupError where pip fails."""
    make_environment(processes, HASHES_VENV)
    pip = [str(HASHES_PYTHON), "-m", "pip", "install", "-q", "-q"]
    if processes.run([*pip, "--disable-pip-version-check", "pip-tools"]):
        raise SetupError("pip-tools could not be installed; see the error above.")


def write(processes: Processes, name: str) -> None:
    """Write one file with the hashes of what it pins.

    Raise SetupError where pip-tools fails.
    """
    source, made = pins_file(name), ROOT / f"{name}.new"
    command = [str(HASHES_PYTHON), *COMPILE, "--output-file", made.name, source.name]
    if processes.run(command):
        made.unlink(missing_ok=True)
        raise SetupError(f"{name} was not written; see the error above.")
    header = (
        f"# Written by `make hashes` from {source.name}, which gives the reasons.\n"
    )
    (ROOT / name).write_text(header + made.read_text())
    made.unlink()


if __name__ == "__main__":
    sys.exit(main())
