"""The private parts of WeasyPrint and pydyf that the PDF relies on.

Only this module uses them, with `tags`, `merge_tags` and `list_tags`, which are
imported nowhere else. They are known for the exact versions of `PROVED_VERSIONS`:
`render` and `__main__` ask `versions_are_proved` before they call anything here, and
with other versions keep to the documented API.

To prove other versions: add them to `PROVED_VERSIONS`, run the tests of
tests/documents/pdf, and validate a file against PDF/UA-1.
"""

from __future__ import annotations

from importlib import metadata
from typing import Any, NamedTuple

from consultations.documents.pdf import tags
from consultations.documents.tree import Document
from consultations.documents.typeface import font_files


class Versions(NamedTuple):
    """The versions of the two packages; empty for one that is not installed."""

    weasyprint: str
    pydyf: str

    def __str__(self) -> str:
        """Return the versions as they stand in a sentence."""
        missing = "(not installed)"
        return f"WeasyPrint {self.weasyprint or missing}, pydyf {self.pydyf or missing}"


PROVED_VERSIONS = (Versions("70.0", "0.13.0"),)

LAYOUT_MESSAGE = "Step 5 - Creating layout - Page %d"
"""What WeasyPrint logs for every page that it lays out."""

# Hinting moves glyphs by parts of a point, and the machine's settings decide on it.
FONTCONFIG_RULES = b"""<?xml version="1.0"?>
<fontconfig>
  <match target="pattern">
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
    <edit name="hintstyle" mode="assign"><const>hintnone</const></edit>
    <edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="autohint" mode="assign"><bool>false</bool></edit>
  </match>
</fontconfig>
"""


def versions_are_proved() -> bool:
    """Return whether the installed versions are ones this module is known to suit."""
    return installed_versions() in PROVED_VERSIONS


def installed_versions() -> Versions:
    """Return the installed versions; neither package is imported."""
    return Versions(_version("weasyprint"), _version("pydyf"))


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def pdf_ua_options(document: Document) -> dict[str, Any]:
    """Return the options with which WeasyPrint writes a document as PDF/UA-1."""

    def finish(layout: Any, pdf: Any) -> None:
        tags.mend_tags(layout, pdf, tags.anchor_titles(document))

    return {
        "font_config": packaged_fonts(),
        "pdf_variant": "pdf/ua-1",
        "finisher": finish,
    }


def packaged_fonts() -> Any:
    """Return a WeasyPrint font configuration that holds the packaged files alone."""
    from weasyprint.text.ffi import ffi, fontconfig, pangoft2
    from weasyprint.text.fonts import FontConfiguration

    # WeasyPrint only ever loads the machine's configuration; this makes an empty one.
    ffi.cdef("FcConfig *FcConfigCreate(void);", override=True)
    config = fontconfig.FcConfigCreate()
    fontconfig.FcConfigParseAndLoadFromMemory(config, FONTCONFIG_RULES, True)
    for path in font_files():
        fontconfig.FcConfigAppFontAddFile(config, str(path).encode())
    fonts = FontConfiguration()
    pangoft2.pango_fc_font_map_set_config(
        ffi.cast("PangoFcFontMap *", fonts.font_map), config
    )
    # The font map keeps its own reference, as FontConfiguration relies on too.
    fontconfig.FcConfigDestroy(config)
    fonts._config = config
    return fonts


def cache_page_references() -> None:
    """Cache pydyf's list of page references, which it rebuilds on every access."""
    import pydyf

    def page_references(pdf: Any) -> tuple[bytes, ...]:
        kids = pdf.pages["Kids"]
        known: tuple[bytes, ...] = getattr(pdf, "known_pages", ())
        if 3 * len(known) != len(kids):
            known = pdf.known_pages = tuple(b"%d 0 R" % number for number in kids[::3])
        return known

    pydyf.PDF.page_references = property(page_references)
