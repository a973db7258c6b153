#!/usr/bin/env python3
"""Runs the commands of the site: `python manage.py help` lists them."""

import os
import sys


def main() -> None:
    """Run one command; a setting that is missing or bad ends it with a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.conf import settings
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(
            f"Django is not installed for {sys.executable}. Run `make run` once, "
            "then use .venv/bin/python manage.py."
        )
    try:
        settings.INSTALLED_APPS  # noqa: B018 - reading one loads them all
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
