"""What every editable model has."""

from __future__ import annotations

from django.db import models


class Editable(models.Model):
    """A row people edit: `version` goes up by one with every save of it.

    A form sends back the version it showed; `history.save_if_current` refuses a save
    on any other.
    """

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
