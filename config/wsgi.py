"""The WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from consultations.background.schema import report_unapplied_migrations

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
report_unapplied_migrations()
