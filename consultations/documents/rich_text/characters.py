"""Forbidden characters: they would break DOCX and XLSX files.

The allowed set is that of XML 1.0 (https://www.w3.org/TR/xml/#charsets) less the C1
controls, which no typed text contains.
"""

from __future__ import annotations

import re

_FORBIDDEN_CHARACTERS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
)


def forbidden_character_message(text: str) -> str:
    """Return a sentence about the first forbidden character, or an empty string."""
    found = _FORBIDDEN_CHARACTERS.search(text)
    if not found:
        return ""
    line = text.count("\n", 0, found.start()) + 1
    return (
        f"The text has the control character U+{ord(found.group()):04X} in line "
        f"{line} (character {found.start() + 1}); delete it."
    )
