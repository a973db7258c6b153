"""Brings a bare machine to where the site and its tests can run.

`python3 -m scripts.machine` makes .venv with everything in requirements-dev.txt.
"""

import hashlib
import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from consultations.documents.pdf import pango
from scripts.processes import Processes, managed_processes

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SITE_REQUIREMENTS = "requirements.txt"
DEVELOPMENT_REQUIREMENTS = "requirements-dev.txt"
CHROMIUM_PATHS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
DRIVER_LIBRARY = "libatomic.so.1"  # of the program in Playwright's wheel
BROWSER_PACKAGES = ("chromium-headless-shell", "libatomic1")


class SetupError(Exception):
    """Setup cannot continue; the message says why and what to do."""


def say(words: str) -> None:
    """Print a line at once, in order with what the commands print."""
    print(words, flush=True)


def prepare(processes: Processes, requirements: str) -> None:
    """Make .venv and install the pinned packages, unless that was done before.

    Raise SetupError with what to do where it fails.
    """
    os.chdir(ROOT)
    make_environment(processes)
    if is_installed(requirements):
        return
    say(f"Installing the packages of {requirements} ...")
    if processes.run(
        [
            *(str(PYTHON), "-m", "pip", "install", "-q", "-q"),
            *("--disable-pip-version-check", "--require-hashes"),
            *("--requirement", requirements),
        ]
    ):
        raise SetupError(
            f"The packages of {requirements} could not be installed; see the error "
            "above. Check the network connection, then run the command again."
        )
    for name in {SITE_REQUIREMENTS, requirements}:
        stamp_file(name).write_text(fingerprint(name))


def make_environment(processes: Processes, folder: Path = VENV) -> None:
    """Make a virtual environment where there is none that works.

    Raise SetupError with what to do where it fails.
    """
    if (folder / "bin" / "python").exists():
        return
    if find_spec("ensurepip") is None:
        install_ensurepip(processes)
    say(f"Creating {folder.name} ...")
    if processes.run([sys.executable, "-m", "venv", "--clear", str(folder)]):
        raise SetupError(
            f"{sys.executable} -m venv failed; see the error above. On Debian and "
            "Ubuntu, install python3-venv: sudo apt-get install python3-venv"
        )


def install_ensurepip(processes: Processes) -> None:
    """Install what Debian leaves out of Python's own venv module.

    Raise SetupError with what to do where it fails.
    """
    apt_install(processes, ("python3-venv",))
    look = "import sys, importlib.util as u; sys.exit(not u.find_spec('ensurepip'))"
    if processes.run([sys.executable, "-c", look]):
        raise SetupError(
            f"{sys.executable} cannot make a virtual environment: ensurepip is "
            "missing. On Debian and Ubuntu, run: sudo apt-get install python3-venv"
        )


def pins_file(requirements: str) -> Path:
    """Return the file that people edit, from which a file with hashes is written."""
    return (ROOT / requirements).with_suffix(".in")


def is_installed(requirements: str) -> bool:
    """Return whether .venv holds what the file asks for, going by its stamp."""
    kept = stamp_file(requirements)
    return kept.exists() and kept.read_text() == fingerprint(requirements)


def stamp_file(requirements: str) -> Path:
    """Return the file that remembers what was installed."""
    return VENV / f"{requirements}.installed"


def fingerprint(requirements: str) -> str:
    """Return a hash that changes when the pinned packages change."""
    names = {SITE_REQUIREMENTS, requirements}
    return hashlib.sha256(
        b"".join((ROOT / name).read_bytes() for name in sorted(names))
    ).hexdigest()


def install_pango(processes: Processes) -> None:
    """Install the libraries for PDF, or say how to and go on without."""
    if not pango.missing_libraries():
        return
    if apt_install(processes, pango.DEBIAN_PACKAGES) and not pango.missing_libraries():
        return
    say(
        "Pango is missing, so there is no PDF export. Install Pango: "
        f"{pango.INSTALL_COMMAND}"
    )


def install_browser(processes: Processes) -> None:
    """Install what the browser tests need, or say how to and go on without."""
    if not missing_for_browser():
        return
    if "debian" in distribution() and apt_install(processes, BROWSER_PACKAGES):
        return
    say(f"Browser tests skipped: {missing_for_browser()}")


def chromium() -> Path:
    """Return the program that drives pages: the one without windows starts sooner."""
    return next((path for path in CHROMIUM_PATHS if path.exists()), CHROMIUM_PATHS[0])


def missing_for_browser() -> str:
    """Return what keeps Chromium or Playwright's driver from starting, or nothing."""
    missing = [] if chromium().exists() else [str(chromium())]
    missing += [] if pango.can_load(DRIVER_LIBRARY) else [DRIVER_LIBRARY]
    if not missing:
        return ""
    return (
        f"{' and '.join(missing)} not found. On Debian: "
        f"sudo apt-get install {' '.join(BROWSER_PACKAGES)}"
    )


def apt_install(processes: Processes, packages: tuple[str, ...]) -> bool:
    """Install Debian packages where that is allowed; return whether it worked."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    if not distribution() & {"debian", "ubuntu"}:
        return False
    say(f"Installing {' '.join(packages)} with apt-get ...")
    apt = ["apt-get", "-q", "-q", "-o", "DPkg::Lock::Timeout=120"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    processes.output([*apt, "update"], environment=quiet)
    install = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    return processes.output(install, environment=quiet)[0] == 0


def distribution() -> set[str]:
    """Return the machine's own name for its kind, such as {"debian"}."""
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return set()
    return {line[3:].strip("\"'") for line in lines if line.startswith("ID=")}


if __name__ == "__main__":
    try:
        with managed_processes() as everything:
            prepare(everything, DEVELOPMENT_REQUIREMENTS)
    except SetupError as refusal:
        sys.exit(str(refusal))
