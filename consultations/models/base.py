"""The base class of editable models."""

from __future__ import annotations

from typing import Any

from django.db import models
from simple_history.models import HistoricalRecords


class PermanentHistory(HistoricalRecords):  # type: ignore[misc]
    """The history of a model: the database refuses to change or delete its rows.

    A user who is named in a history row cannot be deleted, because the row would lose
    the user. The account can be deactivated instead.
    """

    def _get_history_user_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super()._get_history_user_fields()
        fields["history_user"].remote_field.on_delete = models.PROTECT
        return fields


class Editable(models.Model):
    """A row that users edit: `version` is incremented with every save.

    A form sends back the version it showed; `history.save_if_current` refuses a save
    on any other.
    """

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
