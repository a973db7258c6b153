"""The font files of every document: Source Sans 3, from its package."""

from __future__ import annotations

from pathlib import Path

FAMILY = "Source Sans 3"
FONT_FILES = ("SourceSans3[wght].ttf", "SourceSans3-Italic[wght].ttf")


def font_files() -> tuple[Path, ...]:
    """Return the font files of the package, upright and italic."""
    import fontpkg_source_sans_3

    folder = Path(fontpkg_source_sans_3.ROOT) / "files"
    return tuple(folder / name for name in FONT_FILES)
