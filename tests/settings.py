"""The site's settings under test: of the environment, only DATABASE_URL is read."""

import os

for name in (
    *("DEBUG", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_URL", "EMAIL_FILE_PATH", "PORT"),
    *("MEDIA_ROOT", "ORGANISATION_NAME", "ORGANISATION_SHORT", "ORGANISATION_MAILBOX"),
    *("OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME"),
    *("REQUIRE_SECOND_FACTOR", "SESSION_IDLE_HOURS", "SESSION_HOURS"),
    *("PUBLIC_CLASSIFICATIONS", "TRUSTED_PROXIES", "MAX_ATTACHMENT_MB"),
):
    os.environ.pop(name, None)
os.environ["TRUSTED_PROXIES"] = "0"
os.environ["SECRET_KEY"] = "a key for tests only, of more than fifty characters"

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES, STORAGES  # noqa: E402

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: threads would share one connection to a database
    # in memory, and then the browser's requests and the test run in one transaction.
    DATABASES["default"]["TEST"] = {"NAME": f"{DATABASES['default']['NAME']}.test"}
    # A test's rows need not outlive a power cut: nothing waits for the disk.
    options = DATABASES["default"]["OPTIONS"]
    durable, quick = "synchronous=FULL", "synchronous=OFF"
    options["init_command"] = options["init_command"].replace(durable, quick)
else:
    # A statement in C that waits for a lock ignores the limit of time of a test.
    options = DATABASES["default"].setdefault("OPTIONS", {})
    options["options"] = "-c lock_timeout=60s -c statement_timeout=200s"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
WHITENOISE_USE_FINDERS = True
