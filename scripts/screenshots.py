"""`make screenshots`: the README's pictures, from the demonstration data.

Starts the site on a free port with a database of its own, takes the pictures with
Chromium, and leaves nothing behind but docs/pictures/.
"""

import json
import os
import secrets
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path

from scripts.machine import DEVELOPMENT_REQUIREMENTS, ROOT, chromium, prepare
from scripts.processes import managed_processes
from scripts.run import (
    DEMO_OPTION,
    HOST,
    collect_static_files,
    manage,
    manage_output,
    serve,
)

SCREENSHOT_FOLDER = ROOT / "docs" / "pictures"
CHROMIUM_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync")
VIEWPORT = {"width": 1280, "height": 860}
PUBLIC_PAGES = {"conclusion": "/conclusions/device-behaviours-2026/"}
DESK_PAGES = {"desk": "/desk/"}


def main() -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as folder, managed_processes() as processes:
        prepare(processes, DEVELOPMENT_REQUIREMENTS)
        port = free_port()
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/pictures.sqlite3",
            "SECRET_KEY": secrets.token_urlsafe(64),
            "TRUSTED_PROXIES": "0",
            "PORT": str(port),
            "SITE_URL": f"http://{HOST}:{port}",
        }
        manage(processes, environment, "migrate", "--no-input", "--verbosity", "0")
        collect_static_files(processes, environment)
        people = json.loads(
            manage_output(processes, environment, "demo", DEMO_OPTION, "--json")
        )
        serve(processes, environment, port)
        take_screenshots(environment["SITE_URL"], SCREENSHOT_FOLDER, people["users"][0])


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def take_screenshots(site: str, folder: Path, person: Mapping[str, str]) -> None:
    """Write the pictures of a running site, as the public and as a person sees it."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=CHROMIUM_FLAGS
        )
        page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
        for name, path in PUBLIC_PAGES.items():
            page.goto(f"{site}{path}")
            page.screenshot(path=folder / f"{name}.png")
        page.goto(f"{site}/accounts/login/")
        page.get_by_label("Username").fill(person["name"])
        page.get_by_label("Password").fill(person["password"])
        page.get_by_role("button", name="Sign in").click()
        for name, path in DESK_PAGES.items():
            page.goto(f"{site}{path}")
            page.screenshot(path=folder / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
