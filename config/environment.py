"""Reads settings from environment variables, for config/settings.py.

A missing or invalid value raises ImproperlyConfigured with the name, the value and the
remedy. Passwords and keys are never shown.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """Return the value of an environment variable; a blank one counts as unset."""
    return os.environ.get(name, "").strip() or default


def hide_password(value: str) -> str:
    """Return a value for a message, with the password of a URL masked."""
    return re.sub(r"(//[^:/@]*:).*@", r"\1***@", value)


def missing_setting(name: str, remedy: str) -> ImproperlyConfigured:
    """Return the error for a required setting that is not set."""
    return ImproperlyConfigured(f"{name} is not set. {remedy}")


def bad_setting(name: str, value: str, remedy: str) -> ImproperlyConfigured:
    """Return the error for a setting with an invalid value."""
    return ImproperlyConfigured(f'{name} is "{hide_password(value)}". {remedy}')


def read_flag(name: str) -> bool:
    """Read a setting that is on or off; unset is off.

    Raise ImproperlyConfigured for a bad value.
    """
    value = env(name, "0")
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("0", "false", "no", "off"):
        return False
    raise bad_setting(
        name, value, f"Set {name} to 1 or 0, or leave {name} unset for 0."
    )


def port_number() -> int:
    """Read PORT, the port that the site listens on.

    Raise ImproperlyConfigured for a bad value.
    """
    value = env("PORT", "8000")
    if value.isascii() and value.isdigit() and 1 <= int(value) <= 65535:
        return int(value)
    raise bad_setting("PORT", value, "Set PORT to a whole number from 1 to 65535.")


def secret_key(*, debug: bool) -> str:
    """Read SECRET_KEY, or the untracked file in which `make run` keeps one.

    Raise ImproperlyConfigured where it is missing or bad.
    """
    if key := env("SECRET_KEY") or kept_secret_key():
        return key
    if debug:
        return "only-for-debugging-on-your-own-machine-0123456789-abcdef"
    raise missing_setting(
        "SECRET_KEY",
        "Set SECRET_KEY to a secret of 50 or more random characters: python3 -c "
        "'import secrets; print(secrets.token_urlsafe(50))' prints one. "
        "Or set DEBUG=1 on your own machine.",
    )


def kept_secret_key() -> str:
    """Return the key that `make run` keeps in an untracked file; empty for none."""
    kept = PROJECT_ROOT / ".secret-key"
    return kept.read_text().strip() if kept.is_file() else ""


def site_url(default: str) -> str:
    """Read SITE_URL, the address of the site as readers type it.

    Raise ImproperlyConfigured for a bad value.
    """
    value = env("SITE_URL", default).rstrip("/")
    remedy = "Set SITE_URL to a scheme and a host, such as https://consult.example.org."
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 - reading it raises when the port is not a number
    except ValueError:
        raise bad_setting("SITE_URL", value, remedy) from None
    bare = f"{parts.scheme}://{parts.netloc}" == value and "@" not in parts.netloc
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        raise bad_setting("SITE_URL", value, remedy)
    return value


def allowed_hosts(site_host: str) -> list[str]:
    """Read ALLOWED_HOSTS; the default is the host of SITE_URL.

    Raise ImproperlyConfigured for a bad value.
    """
    loopback = ["127.0.0.1", "localhost", "[::1]"]
    value = env("ALLOWED_HOSTS")
    if not value:
        return loopback if site_host in (*loopback, "::1") else [site_host]
    hosts = [host.strip() for host in value.split(",")]
    if not all(re.fullmatch(r"[\w.*-]+|\[[0-9a-fA-F:.]+\]", host) for host in hosts):
        raise bad_setting(
            "ALLOWED_HOSTS",
            value,
            "Set ALLOWED_HOSTS to host names separated by commas, without scheme or "
            "port.",
        )
    return hosts


def read_folder(name: str, default: str = "") -> Path | None:
    """Read the path of a folder, which need not exist yet.

    Raise ImproperlyConfigured for a bad value.
    """
    value = env(name, default)
    if not value:
        return None
    path = PROJECT_ROOT / value
    if path.exists() and not path.is_dir():
        raise bad_setting(
            name, value, f"The path is a file. Set {name} to the path of a folder."
        )
    return path


def database() -> dj_database_url.DBConfig:
    """Read DATABASE_URL; the default is db.sqlite3 in the project.

    Raise ImproperlyConfigured for a bad value.
    """
    url = env("DATABASE_URL", f"sqlite:///{quote(str(PROJECT_ROOT / 'db.sqlite3'))}")
    remedy = (
        "Set DATABASE_URL to postgres://USER:PASSWORD@HOST:5432/NAME or "
        "sqlite:////PATH "
        "(characters such as @ or / in a password are percent-encoded), "
        "or leave DATABASE_URL unset for db.sqlite3."
    )
    try:
        parsed = dj_database_url.parse(url)
    except ValueError:
        raise bad_setting("DATABASE_URL", url, remedy) from None
    if parsed["ENGINE"] == "django.db.backends.sqlite3":
        return configure_sqlite(parsed, url)
    if parsed["ENGINE"] != "django.db.backends.postgresql" or not parsed["NAME"]:
        raise bad_setting("DATABASE_URL", url, remedy)
    parsed["CONN_MAX_AGE"] = 60
    parsed["CONN_HEALTH_CHECKS"] = True
    parsed["OPTIONS"] = {"connect_timeout": 10} | parsed.get("OPTIONS", {})
    return parsed


def configure_sqlite(
    parsed: dj_database_url.DBConfig, url: str
) -> dj_database_url.DBConfig:
    """Configure SQLite for concurrent writers and durable commits.

    IMMEDIATE takes the write lock when a transaction begins, so that a writer waits
    instead of failing half way. Synchronous NORMAL would be faster but may lose the
    last commits in a power cut. Raise ImproperlyConfigured for a bad value.
    """
    name = parsed["NAME"]
    if name != ":memory:":
        path = PROJECT_ROOT / name
        if not path.parent.is_dir():
            raise bad_setting(
                "DATABASE_URL", url, f"Create the folder {path.parent} first."
            )
        parsed["NAME"] = str(path)
    parsed["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
        "PRAGMA foreign_keys=ON;",
    }
    return parsed


@dataclass(frozen=True)
class MailSettings:
    """The settings of outgoing mail."""

    backend: str
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def mail_settings(file_path: Path | None) -> MailSettings:
    """Read EMAIL_URL; without it mail goes to EMAIL_FILE_PATH or the console.

    Raise ImproperlyConfigured for a bad value.
    """
    backends = "django.core.mail.backends"
    url = env("EMAIL_URL")
    remedy = (
        "Set EMAIL_URL to smtp://, smtp+tls:// (STARTTLS) or smtps:// followed by "
        "USER:PASSWORD@HOST:PORT, or leave EMAIL_URL unset."
    )
    if not url:
        return MailSettings(
            f"{backends}.{'filebased' if file_path else 'console'}.EmailBackend"
        )
    if file_path:
        raise bad_setting(
            "EMAIL_URL", url, "EMAIL_FILE_PATH is also set. Unset one of the two."
        )
    try:
        parts = urlsplit(url)
        default_port = {"smtp": 25, "smtp+tls": 587, "smtps": 465}[parts.scheme]
        port = parts.port or default_port
    except (ValueError, KeyError):
        raise bad_setting("EMAIL_URL", url, remedy) from None
    if not parts.hostname or parts.path.strip("/") or parts.query:
        raise bad_setting("EMAIL_URL", url, remedy)
    return MailSettings(
        backend=f"{backends}.smtp.EmailBackend",
        host=parts.hostname,
        port=port,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+tls",
        tls=parts.scheme == "smtps",
    )


def read_mailbox(name: str, default: str) -> str:
    """Read the address of a mailbox.

    Raise ImproperlyConfigured for a bad value.
    """
    value = env(name, default)
    if not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+\.[^@\s<>,]+", value):
        raise bad_setting(
            name, value, f"Set {name} to one email address, such as team@example.org."
        )
    return value


def read_hours(name: str, default: int) -> int:
    """Read a number of hours, at most thirty days.

    Raise ImproperlyConfigured for a bad value.
    """
    value = env(name, str(default))
    if value.isascii() and value.isdigit() and 1 <= int(value) <= 720:
        return int(value)
    raise bad_setting(
        name, value, f"Set {name} to a whole number of hours from 1 to 720."
    )


def session_hours(idle: int) -> int:
    """Read SESSION_HOURS, the maximum age of a session.

    Raise ImproperlyConfigured for a bad value.
    """
    longest = read_hours("SESSION_HOURS", max(24, idle))
    if longest >= idle:
        return longest
    remedy = f"Set SESSION_HOURS to at least SESSION_IDLE_HOURS, which is {idle}."
    raise bad_setting("SESSION_HOURS", str(longest), remedy)


def read_megabytes(name: str, default: int) -> int:
    """Read a maximum file size, of at most the 50 MB of a consultation file.

    Raise ImproperlyConfigured for a bad value.
    """
    value = env(name, str(default))
    if value.isascii() and value.isdigit() and 1 <= int(value) <= 50:
        return int(value)
    raise bad_setting(
        name, value, f"Set {name} to a whole number of megabytes from 1 to 50."
    )


def require_trusted_proxies(*, debug: bool) -> None:
    """Raise ImproperlyConfigured if a server starts without TRUSTED_PROXIES.

    A wrong guess lets one stranger lock out everyone behind a proxy. Commands need no
    number, nor does DEBUG, nor the folder of `make run`, which has no proxy.
    """
    if env("TRUSTED_PROXIES") or debug or (not env("SECRET_KEY") and kept_secret_key()):
        return
    raise missing_setting(
        "TRUSTED_PROXIES",
        "Set TRUSTED_PROXIES to the number of your proxies that add to "
        "X-Forwarded-For, or to 0 for no proxy.",
    )


def trusted_proxies() -> int:
    """Read how many trusted proxies are in front of the site; 0 where it is not set.

    Raise ImproperlyConfigured for a bad value.
    """
    value = env("TRUSTED_PROXIES", "0")
    if value.isascii() and value.isdigit() and int(value) <= 9:
        return int(value)
    raise bad_setting(
        "TRUSTED_PROXIES",
        value,
        "Set TRUSTED_PROXIES to the number of your proxies that add to "
        "X-Forwarded-For: a whole number from 0 to 9.",
    )


@dataclass(frozen=True)
class SignOnServer:
    """The OpenID Connect server that authenticates staff."""

    server_url: str
    client_id: str
    secret: str
    name: str


def single_sign_on() -> SignOnServer | None:
    """Read OIDC_SERVER_URL, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET: all or none.

    Raise ImproperlyConfigured where it is missing or bad.
    """
    needed = ("OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
    given = [name for name in needed if env(name)]
    if not given:
        return None
    for name in needed:
        if name not in given:
            remedy = (
                f"Set {name} as well as {' and '.join(given)}, or set none of the "
                f"three."
            )
            raise missing_setting(name, remedy)
    return SignOnServer(
        server_url=oidc_server(env("OIDC_SERVER_URL").rstrip("/")),
        client_id=env("OIDC_CLIENT_ID"),
        secret=env("OIDC_CLIENT_SECRET"),
        name=env("OIDC_NAME", "single sign-on"),
    )


def oidc_server(url: str) -> str:
    """Return the address of the OpenID Connect server; refuse an insecure one.

    Raise ImproperlyConfigured for a bad value.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it raises when the port is not a number
    except ValueError:
        parts = urlsplit("")
    here = parts.hostname in ("127.0.0.1", "localhost", "::1")
    safe = parts.scheme == "https" or (parts.scheme == "http" and here)
    if safe and parts.hostname and not (parts.query or "@" in parts.netloc):
        return url
    raise bad_setting(
        "OIDC_SERVER_URL",
        url,
        "Set OIDC_SERVER_URL to the address of the issuer, such as "
        "https://login.example.org/realms/staff. Use https (or http on this machine), "
        "without a username or a query.",
    )
