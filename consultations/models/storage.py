"""Bytes kept in the database: addressed by their hash, never changed."""

from __future__ import annotations

import gzip
import hashlib
from typing import Self

from django.db import models

__all__ = ["StoredFile"]


class StoredFileManager(models.Manager["StoredFile"]):
    """Keeps each content once."""

    def store(self, content: bytes) -> StoredFile:
        """Return the stored file with these bytes, storing them if they are new."""
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
    """A file's bytes and, where it pays, the same bytes gzipped.

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

    def matches(self) -> bool:
        """True when the bytes still have the hash they were stored under."""
        return hashlib.sha256(bytes(self.content)).hexdigest() == self.sha256

    @classmethod
    def without_bytes(cls) -> models.QuerySet[Self]:
        """Return a queryset that leaves the bytes in the database."""
        return cls._default_manager.defer("content", "packed")  # type: ignore[return-value]
