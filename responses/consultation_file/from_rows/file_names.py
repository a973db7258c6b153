"""How a file is named once its bytes are known: by their hash and its own name."""

from __future__ import annotations


def stored_name(digest: str, filename: str) -> str:
    """Return how an attachment's file is named once its bytes are known."""
    return f"{digest}/{' '.join(filename.split())}"


def split_name(name: str) -> tuple[str, str]:
    """Return the hash and the file name of a stored name."""
    digest, _, filename = name.partition("/")
    return digest, filename
