"""`make run`: the site and its background worker, from a bare checkout."""

import hashlib
import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from scripts.machine import (
    PYTHON,
    ROOT,
    SITE_REQUIREMENTS,
    SetupError,
    install_pango,
    prepare,
    say,
)
from scripts.processes import Processes, StopRequest, managed_processes

HOST = "127.0.0.1"
SECRET_KEY_FILE = ROOT / ".secret-key"
MAIL_FOLDER = ROOT / "var" / "mail"
STATIC_STAMP = ROOT / "var" / "static-files.sha256"
STATIC_MANIFEST = ROOT / "staticfiles" / "staticfiles.json"
MANAGE = (str(PYTHON), "manage.py")
START_SECONDS = 60
DEMO_OPTION = "--with-public-passwords"
"""The site of `make run` listens on this machine only."""


def main() -> int:
    """Run the site until it is stopped; return 1 when it could not be run."""
    try:
        with managed_processes() as processes:
            run_site(processes)
    except StopRequest:
        say("Stopped.")
    except SetupError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def run_site(processes: Processes) -> None:
    """Set everything up and serve until a process ends or somebody stops it.

    Raise SetupError with what to do where it fails.
    """
    port = require_free_port(os.environ.get("PORT", "").strip() or "8000")
    prepare(processes, SITE_REQUIREMENTS)
    install_pango(processes)
    environment = site_environment(port)
    manage(processes, environment, "migrate", "--no-input", "--verbosity", "0")
    collect_static_files(processes, environment)
    say("Loading the demonstration consultations ...")
    demonstration = manage_output(processes, environment, "demo", DEMO_OPTION)
    serve(processes, environment, port)
    say(demonstration.rstrip())
    say(f"Emails are written to {environment.get('EMAIL_FILE_PATH', 'EMAIL_URL')}")
    say(f"\nThe site is at {environment['SITE_URL']}/ - Ctrl-C stops it.")
    ended = processes.wait_for_any()
    raise SetupError(
        f"{describe_process(ended)} stopped unexpectedly, so the site was stopped."
    )


def require_free_port(value: str) -> int:
    """Return the port to listen on, refusing one that is bad or taken.

    Raise SetupError with what to do where it fails.
    """
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 65535):
        raise SetupError(
            f'PORT is "{value}". Set PORT to a whole number from 1 to 65535.'
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(value)))
        except OSError as error:
            raise SetupError(
                f"PORT is {value}, which cannot be used on {HOST}: {error.strerror}. "
                "Stop the process that uses the port, or choose another: "
                "make run PORT=8001"
            ) from None
    return int(value)


def site_environment(port: int) -> dict[str, str]:
    """Return the environment of every process of the site."""
    environment = dict(os.environ)
    environment["PORT"] = str(port)
    environment.setdefault("SITE_URL", f"http://{HOST}:{port}")
    environment.setdefault("TRUSTED_PROXIES", "0")
    environment["PYTHONUNBUFFERED"] = "1"
    if not environment.get("EMAIL_URL"):
        environment.setdefault("EMAIL_FILE_PATH", str(MAIL_FOLDER))
    if not environment.get("SECRET_KEY"):
        environment["SECRET_KEY"] = read_or_make_secret_key()
    return environment


def read_or_make_secret_key() -> str:
    """Return the key in .secret-key, made at the first run for its owner only."""
    if not SECRET_KEY_FILE.exists():
        SECRET_KEY_FILE.touch(mode=0o600)
        SECRET_KEY_FILE.write_text(secrets.token_urlsafe(64) + "\n")
    return SECRET_KEY_FILE.read_text().strip()


def manage(processes: Processes, environment: Mapping[str, str], *words: str) -> None:
    """Run a command of the site.

    Raise SetupError with what to do where it fails.
    """
    if code := processes.run([*MANAGE, *words], environment=environment):
        raise SetupError(
            f"manage.py {words[0]} failed (exit {code}); see the error above."
        )


def manage_output(
    processes: Processes, environment: Mapping[str, str], *words: str
) -> str:
    """Run a command of the site and return what it printed.

    Raise SetupError with what to do where it fails.
    """
    code, printed = processes.output([*MANAGE, *words], environment=environment)
    if code:
        raise SetupError(
            f"{printed}manage.py {words[0]} failed (exit {code}); see the error above."
        )
    return printed


def collect_static_files(processes: Processes, environment: Mapping[str, str]) -> None:
    """Collect and compress the static files, unless they are as they were."""
    now = static_fingerprint()
    before = STATIC_STAMP.read_text() if STATIC_STAMP.exists() else ""
    if before == now and STATIC_MANIFEST.exists():
        return
    say("Collecting the static files ...")
    manage(processes, environment, "collectstatic", "--no-input", "--verbosity", "0")
    STATIC_STAMP.parent.mkdir(exist_ok=True)
    STATIC_STAMP.write_text(now)


def static_fingerprint() -> str:
    """Return a hash of everything that the collected files are made from."""
    patterns = (
        "config/*.py",
        "static/**/*",
        "consultations/**/*.css",
        "*/staticfiles.py",
    )
    files = {path for pattern in patterns for path in ROOT.glob(pattern)}
    digest = hashlib.sha256()
    for path in sorted(files | {ROOT / SITE_REQUIREMENTS}):
        if path.is_file():
            digest.update(f"{path.relative_to(ROOT)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def serve(processes: Processes, environment: Mapping[str, str], port: int) -> None:
    """Start the site and its worker and wait until the site answers.

    Raise SetupError with what to do where it fails.
    """
    processes.start(
        [
            *(str(PYTHON), "-m", "gunicorn", "config.wsgi"),
            *("--bind", f"{HOST}:{port}", "--workers", "2", "--threads", "4"),
            *("--graceful-timeout", "5", "--log-level", "warning"),
            "--no-control-socket",
        ],
        environment=environment,
    )
    processes.start([*MANAGE, "worker"], environment=environment)
    deadline = time.monotonic() + START_SECONDS
    while not is_healthy(environment, port):
        for process in processes.started:
            if process.poll() is not None:
                raise SetupError(
                    f"{describe_process(process)} did not start; see the error above."
                )
        if time.monotonic() > deadline:
            raise SetupError(f"The site did not answer within {START_SECONDS} seconds.")
        time.sleep(0.1)


def is_healthy(environment: Mapping[str, str], port: int) -> bool:
    """Return whether the site says that it is well."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    host = urlsplit(environment["SITE_URL"]).netloc
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def describe_process(process: subprocess.Popen[str]) -> str:
    """Return what a process is to the reader, with its exit code."""
    words = process.args if isinstance(process.args, list) else []
    name = "The background worker" if "worker" in words else "The site's server"
    return f"{name} (exit {process.returncode})"


if __name__ == "__main__":
    sys.exit(main())
