"""Fails when a model has changed and no migration says so."""

import os

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    execute_from_command_line(["manage.py", "makemigrations", "--check", "--dry-run"])
