"""Every setting of the site, read from the environment by config/environment.py."""

import datetime as dt
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from config.environment import (
    PROJECT_ROOT,
    allowed_hosts,
    database,
    env,
    mail_settings,
    port_number,
    read_flag,
    read_folder,
    read_hours,
    read_mailbox,
    read_megabytes,
    secret_key,
    session_hours,
    single_sign_on,
    site_url,
    trusted_proxies,
)

BASE_DIR = PROJECT_ROOT

# The site and its addresses
DEBUG = read_flag("DEBUG")
PORT = port_number()
SECRET_KEY = secret_key(debug=DEBUG)
SITE_URL = site_url(f"http://127.0.0.1:{PORT}")
ALLOWED_HOSTS = allowed_hosts(urlsplit(SITE_URL).hostname or "")
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"

ORGANISATION = {
    "name": env("ORGANISATION_NAME", "Data Communications Company"),
    "short": env("ORGANISATION_SHORT", "DCC"),
    "mailbox": read_mailbox("ORGANISATION_MAILBOX", "consultations@example.org"),
}

# The classifications that may be published; default: Public and, say, DCC Public.
PUBLIC_CLASSIFICATIONS = [
    name for each in env("PUBLIC_CLASSIFICATIONS").split(",") if (name := each.strip())
]

INSTALLED_APPS = [
    "config",
    "consultations",
    "responses",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_prose_editor",
    "simple_history",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
]

MIDDLEWARE = [
    "config.outages.retry_on_lost_connection",  # first: it processes the whole again
    "config.headers.set_common_headers",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.reject_control_characters",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.accounts.sessions.end_expired_sessions",
    "config.accounts.second_factor.require_second_factor_setup",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "consultations.web.former_slugs.redirect_former_slug",
    "responses.desk.editing.deleted_rows.preserve_input_of_deleted_row",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it replaces the response in a lock-out
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Stored data
DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = read_folder("MEDIA_ROOT", "media")
MEDIA_URL = "/media/"
MAX_ATTACHMENT_MB = read_megabytes("MAX_ATTACHMENT_MB", 25)

# Background tasks: `manage.py worker` takes them from the database.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Language and time
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True

# Static files; the typeface is in a package (config/fonts.py).
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.fonts.FontFinder",
    "consultations.staticfiles.ArticleFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "consultations.staticfiles.HashedStorage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MIMETYPES = {".ttf": "font/ttf"}

# Mail
EMAIL_FILE_PATH = read_folder("EMAIL_FILE_PATH")
_mail = mail_settings(EMAIL_FILE_PATH)
EMAIL_BACKEND = _mail.backend
EMAIL_HOST = _mail.host
EMAIL_PORT = _mail.port
EMAIL_HOST_USER = _mail.user
EMAIL_HOST_PASSWORD = _mail.password
EMAIL_USE_TLS = _mail.starttls
EMAIL_USE_SSL = _mail.tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ORGANISATION["mailbox"]
SERVER_EMAIL = ORGANISATION["mailbox"]

# Sign-in: docs/decisions/0009-sign-in.md
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: it refuses log-ins in a lock-out
    "config.accounts.backends.NameOrAddress",
]
ACCOUNT_ADAPTER = "config.accounts.adapters.AccountAdapter"
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "config.accounts.forms.LogInForm",
    "reauthenticate": "config.accounts.forms.ConfirmPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SESSION_REMEMBER = False
# axes counts failed log-ins in the database; this limits the mail that anybody can
# have sent to somebody else.
ACCOUNT_RATE_LIMITS = dict.fromkeys(["login", "login_failed", "reauthenticate"]) | {
    "reset_password": "20/h/ip,3/h/key"
}
PASSWORD_RESET_TIMEOUT = 60 * 60 * 4

# Lock-out: config/accounts/lockout.py has the limits.
AXES_HANDLER = "config.accounts.lockout.LockoutHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_CALLABLE = "config.accounts.lockout.normalised_username"
AXES_CLIENT_IP_CALLABLE = "config.accounts.client_addresses.client_address"
AXES_LOCKOUT_CALLABLE = "config.accounts.lockout.lockout_response"
AXES_SENSITIVE_PARAMETERS = [
    *("username", "ip_address", "code", "csrfmiddlewaretoken", "next"),
    *("old_password", "new_password1", "new_password2"),
]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False  # config/admin.py has it, for administrators
AXES_VERBOSE = False
TRUSTED_PROXIES = trusted_proxies()

# The second factor
REQUIRE_SECOND_FACTOR = read_flag("REQUIRE_SECOND_FACTOR")
MFA_ADAPTER = "config.accounts.adapters.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "config.accounts.forms.SecondFactorForm",
    "reauthenticate": "config.accounts.forms.ConfirmSecondFactorForm",
    "activate_totp": "config.accounts.forms.ActivateSecondFactorForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1

# Single sign-on, if there is a server
SINGLE_SIGN_ON = single_sign_on()
SOCIALACCOUNT_ADAPTER = "config.accounts.adapters.SignOnAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "sso",
                "name": each.name,
                "client_id": each.client_id,
                "secret": each.secret,
                "settings": {
                    "server_url": each.server_url,
                    "oauth_pkce_enabled": True,
                },
            }
            for each in [SINGLE_SIGN_ON]
            if each
        ]
    }
}

# A session ends with the browser, when idle, and at a maximum age.
SESSION_IDLE_HOURS = read_hours("SESSION_IDLE_HOURS", 8)
SESSION_HOURS = session_hours(SESSION_IDLE_HOURS)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
]

# Security headers. No content of other origins, nothing inline.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}
CSRF_FAILURE_VIEW = "config.accounts.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# HTTPS. gunicorn trusts X-Forwarded-Proto from a proxy on this machine; for one on
# another machine set its FORWARDED_ALLOW_IPS.
_https = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https

# To stderr, without personal data: only failed requests are logged, and
# config/logs.py redacts the rows that a database error quotes.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "config.logs.RowRedactingFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
    },
    "filters": {"quiet worker": {"()": "config.logs.RoutineTaskFilter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["quiet worker"],
        },
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "axes": {"level": "WARNING"},  # with name and address masked
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}
