"""The hashes of frozen rows, and the bytes that they are of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from consultations.documents import codec
from consultations.models import Edition


def sha256(data: bytes | str) -> str:
    """Return the hash of bytes, or of a text's UTF-8 bytes."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def manifest(
    content_sha256: str, files: Mapping[str, str], texts: Mapping[str, str]
) -> bytes:
    """Return the bytes that an edition's hash is of: hashes of content, files, texts.

    The manifest of an edition that names no text has no `texts`, which is also the
    form of all editions from before texts were frozen.
    """
    parts: dict[str, object] = {"content": content_sha256, "files": dict(files)}
    if texts:
        parts["texts"] = dict(texts)
    return codec.dumps(parts)


def edition_manifest(edition: Edition) -> bytes:
    """Return the manifest of a stored edition from its current rows."""
    files = dict(edition.files.values_list("name", "file_id"))
    texts = edition.texts.filter(is_in_manifest=True)
    return manifest(
        edition.content_sha256, files, dict(texts.values_list("name", "file_id"))
    )


def release_manifest(name: str, text_sha256: str, reason: str) -> bytes:
    """Return the bytes that a release's hash is of."""
    return codec.dumps({"version": name, "text": text_sha256, "reason": reason})
