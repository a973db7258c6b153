"""A static files finder for the typeface, which is in a package."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import fontpkg_source_sans_3
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage

FONT_FOLDER = Path(fontpkg_source_sans_3.__file__).parent / "files"
FONTS = {
    "source-sans-3.ttf": "SourceSans3[wght].ttf",
    "source-sans-3-italic.ttf": "SourceSans3-Italic[wght].ttf",
}


class FontStorage(FileSystemStorage):
    """The font files of the package, under names that need no quoting in CSS."""

    prefix = "fonts"

    def path(self, name: str) -> str:
        """Return the path of a font in the package."""
        return super().path(FONTS[name])


class FontFinder(BaseFinder):
    """Finds `fonts/source-sans-3.ttf` and its italic."""

    storage = FontStorage(location=FONT_FOLDER)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        """Return no messages: there is nothing to configure."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Return the path of a font, or a list of it when `find_all` is set."""
        folder, _, name = path.partition("/")
        if folder != self.storage.prefix or name not in FONTS:
            return []
        found = self.storage.path(name)
        return [found] if find_all else found

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, FontStorage]]:
        """Yield every font with the storage that opens it."""
        for name in FONTS:
            yield name, self.storage
