"""Leaks that are known: each is still found, and nothing else may be.

Mending one makes the search fail until its line is removed here.
"""

from __future__ import annotations

from collections.abc import Mapping

_VERSION = (
    "consultations.DocumentVersion.key",
    "consultations.DocumentVersion.label",
    "consultations.Clause.identity",
    "consultations.Clause.number",
    "consultations.Clause.heading",
    "consultations.Clause.text",
)
_DOCUMENT = (
    "consultations.RegulatedDocument.code",
    "consultations.RegulatedDocument.title",
    "consultations.RegulatedDocument.reference",
)

KNOWN_LEAKS: Mapping[str, tuple[str, ...]] = {
    "version typed for a correction": _VERSION,
    "version of the second conclusion": _VERSION,
    "version of the next round": _VERSION,
    "version designated by one drafter": _VERSION,
    "new document": _DOCUMENT,
    "followed before it opens": ("consultations.Consultation.slug",),
}
"""The fields that leak, by the place of the row in the world."""


def known_sources() -> set[tuple[str, str]]:
    """Return the place and the field of each known leak."""
    return {(place, name) for place, names in KNOWN_LEAKS.items() for name in names}
