"""The base class of editable models."""

from __future__ import annotations

from django.db import models


class Editable(models.Model):
    """A row that users edit: `version` is incremented with every save.

    A form sends back the version it showed; `history.save_if_current` refuses a save
    on any other.
    """

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
