"""Stored names of attachments: the hash of the bytes and the filename."""

from __future__ import annotations


def stored_name(digest: str, filename: str) -> str:
    """Return the stored name of an attachment."""
    return f"{digest}/{' '.join(filename.split())}"


def split_name(name: str) -> tuple[str, str]:
    """Return the hash and the file name of a stored name."""
    digest, _, filename = name.partition("/")
    return digest, filename
