"""Background workers: the processes that run queued tasks."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models

__all__ = ["BackgroundWorker"]


class BackgroundWorkerQuerySet(models.QuerySet["BackgroundWorker"]):
    """Workers by their last heartbeat."""

    def seen_since(self, at: dt.datetime) -> Self:
        """Workers with a heartbeat at or after a time."""
        return self.filter(heartbeat_at__gte=at)

    def silent_since(self, at: dt.datetime) -> Self:
        """Workers without a heartbeat at or after a time."""
        return self.filter(heartbeat_at__lt=at)


class BackgroundWorker(models.Model):
    """A worker process that runs or has crashed; one that stops deletes its row.

    `name` is the worker's id in the rows of the task queue. `heartbeat_at` is written
    every few seconds, whatever task the worker runs.
    """

    name = models.CharField(max_length=64, unique=True)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField(db_index=True)

    objects = BackgroundWorkerQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "pk"]

    def __str__(self) -> str:
        return f"{self.host}, process {self.pid}"
