"""Static files: a finder for the stylesheet of documents, and the storage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

DOCUMENTS_FOLDER = Path(__file__).resolve().parent / "documents"
STYLESHEET = "article.css"


class DocumentStorage(FileSystemStorage):
    """The folder of the renderers, under the prefix `documents`."""

    prefix = "documents"


class ArticleFinder(BaseFinder):
    """Finds `documents/article.css` only."""

    storage = DocumentStorage(location=DOCUMENTS_FOLDER)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Return no messages: there is nothing to configure."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the path of the stylesheet, or a list of it with `find_all`."""
        if path != f"{self.storage.prefix}/{STYLESHEET}":
            return []
        found = self.storage.path(STYLESHEET)
        return [found] if find_all else found

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, DocumentStorage]]:
        """Yield the stylesheet with the storage that opens it."""
        yield STYLESHEET, self.storage


class HashedStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Static files named by their hash, also where a module of ours imports another.

    Django's `support_js_module_import_aggregation` would read the libraries' scripts as
    well, and one of htmx imports a file that is not there.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((r'(?P<matched>from "(?P<url>\./[\w.-]+)")', 'from "%(url)s"'),)),
    )
