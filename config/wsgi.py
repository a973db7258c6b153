"""The WSGI application."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.environment import require_trusted_proxies
from consultations.background.schema import report_unapplied_migrations

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
require_trusted_proxies(debug=settings.DEBUG)
report_unapplied_migrations()

# What is loaded now stays: without it, collecting garbage takes a fraction of the time.
gc.collect()
gc.freeze()
