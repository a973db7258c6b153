"""The words of attached files, read once for each stored file.

They are confidential: a file can name a respondent who must not be named. A row is
derived from the file, so it has no history and is not exported.
"""

from __future__ import annotations

from django.db import models

from consultations.models import StoredFile

__all__ = ["FileWords"]


class FileWords(models.Model):
    """The words of a stored file, and what could not be read of it.

    `texts` are pairs of place and words, `unread` ends of sentences that begin with
    the file. A row of an earlier `reader_version` counts as missing.
    """

    file = models.OneToOneField(
        StoredFile, models.CASCADE, primary_key=True, related_name="+"
    )
    texts = models.JSONField(default=list)
    unread = models.JSONField(default=list)
    reader_version = models.PositiveSmallIntegerField()
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"text of {self.file_id}"
