"""Immutable files in the database, with their hash as primary key."""

from __future__ import annotations

import gzip
import hashlib
from typing import Self

from django.db import models

__all__ = ["StoredFile"]


class StoredFileManager(models.Manager["StoredFile"]):
    """Stores each content once."""

    def store(self, content: bytes) -> StoredFile:
        """Return the stored file with this content; create it if it is new."""
        digest = hashlib.sha256(content).hexdigest()
        packed = gzip.compress(content, 9, mtime=0)
        stored, _ = self.get_or_create(
            sha256=digest,
            defaults={
                "content": content,
                "size": len(content),
                "packed": packed if len(packed) < 0.9 * len(content) else None,
            },
        )
        return stored


class StoredFile(models.Model):
    """The content of a file and, where it is smaller, the same gzipped.

    The database refuses every change of a row (see the triggers' migration), and a
    row that anything refers to cannot be deleted.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField()
    content = models.BinaryField()
    packed = models.BinaryField(null=True)
    stored_at = models.DateTimeField(auto_now_add=True)
    objects = StoredFileManager()

    def __str__(self) -> str:
        return self.sha256

    def matches_hash(self) -> bool:
        """True when the content has the hash it was stored under."""
        return hashlib.sha256(bytes(self.content)).hexdigest() == self.sha256

    @classmethod
    def defer_bytes(cls) -> models.QuerySet[Self]:
        """Return a queryset that defers the content."""
        return cls._default_manager.defer("content", "packed")  # type: ignore[return-value]
