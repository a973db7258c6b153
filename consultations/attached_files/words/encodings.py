"""Words that are stored in an encoding: escapes, base64, symbol fonts."""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Iterator

_UNICODE_ESCAPE = re.compile(
    r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))"
)
_OFFICE_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SOFT_LINE_BREAK = re.compile(r"=[ \t]*\r?\n")
_QUOTED_PRINTABLE = re.compile(r"(?:=[0-9A-F]{2})+")
_SYMBOL = re.compile("[\uf020-\uf0ff]")
_SYMBOLS_START = 0xF000
_OVERRIDDEN = re.compile("\u202e([^\u202a-\u202e\u2066-\u2069\r\n]*)\u202c?")
_NESTED_OVERRIDE = re.compile(
    "\u202e[^\u202a-\u202e\u2066-\u2069\r\n]*[\u202a\u202b\u202d\u202e\u2066-\u2068]"
)
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]{3}")

_BASE64 = re.compile(
    r"(?<![\w+/-])[\w+/-]{16,}(?:\r?\n[ \t]?[\w+/-]+(?==*[ \t]*(?:\r?\n|\Z)))*",
    re.ASCII,
)
_PRINTABLE_SHARE = 0.85
"""The share of printable letters from which decoded bytes are a text."""

_CHARACTER_FUNCTION = re.compile(r"\b(?:UNI)?CHAR\(\s*(\d{1,7})\s*\)", re.IGNORECASE)
_CONCATENATION = re.compile(
    r"\bCONCAT(?:ENATE)?\(\s*((?:\"[^\"]*\"\s*(?:[,;]\s*)?){1,250})\)", re.IGNORECASE
)
_BETWEEN_ARGUMENTS = re.compile(r'"\s*[,;]\s*"')
_BETWEEN_OPERANDS = re.compile(r'"\s*&\s*"')


def decoded_text(text: str) -> str:
    """Return a text with its escapes decoded, and reversed words in reading order."""
    if "\\" in text:
        text = _UNICODE_ESCAPE.sub(_escaped_character, text)
    if "_x" in text:
        text = _OFFICE_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if "=" in text:
        text = _SOFT_LINE_BREAK.sub("", text)
        text = _QUOTED_PRINTABLE.sub(_quoted_characters, text)
    if "&" in text:
        text = html.unescape(text)
    if '"' in text or "(" in text:
        text = joined_strings(text)
    text = _SYMBOL.sub(lambda match: symbol_letter(ord(match[0])), text)
    return _OVERRIDDEN.sub(lambda match: match[1][::-1], text)


def has_unreadable_order(text: str) -> bool:
    """True for directions inside a reversed text, which is not put right."""
    return bool(_NESTED_OVERRIDE.search(text))


def has_private_characters(text: str) -> bool:
    """True for letters that only one font shows as such: private-use characters."""
    return bool(_PRIVATE.search(_SYMBOL.sub(" ", text)))


def symbol_letter(code: int) -> str:
    """Return the character of a code in a symbol font, which may begin at U+F000."""
    if _SYMBOLS_START <= code <= _SYMBOLS_START + 0xFF:
        code -= _SYMBOLS_START
    return chr(code) if code <= 0x10FFFF else ""


def joined_strings(formula: str) -> str:
    """Return a formula with the strings that it concatenates joined."""
    formula = _CHARACTER_FUNCTION.sub(_character_string, formula)
    formula = _CONCATENATION.sub(
        lambda match: _BETWEEN_ARGUMENTS.sub("", match[1]), formula
    )
    return _BETWEEN_OPERANDS.sub("", formula)


def base64_contents(text: str) -> Iterator[bytes]:
    """Yield what runs of letters are when they are taken for base64."""
    for match in _BASE64.finditer(text):
        letters = re.sub(r"\s", "", match[0]).translate(_URL_SAFE)
        if len(letters) % 4 == 1:
            letters = letters[:-1]
        try:
            yield base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
        except binascii.Error:
            continue


def as_text(content: bytes) -> str:
    """Return the text of decoded bytes; empty for bytes that are not a text."""
    encodings = ("utf-16-le", "utf-8") if content[1:2] == b"\0" else ("utf-8",)
    for encoding in encodings:
        text = content.decode(encoding, "replace")
        readable = sum(c.isprintable() or c.isspace() for c in text)
        readable -= text.count("\N{REPLACEMENT CHARACTER}")
        if readable >= _PRINTABLE_SHARE * len(text):
            return text
    return ""


_URL_SAFE = str.maketrans("-_", "+/")


def _escaped_character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2] or match[3], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def _quoted_characters(match: re.Match[str]) -> str:
    raw = bytes.fromhex(match[0].replace("=", ""))
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        decoded = raw.decode("cp1252", "replace")
    return decoded if decoded.isprintable() else match[0]


def _character_string(match: re.Match[str]) -> str:
    code = int(match[1])
    return f'"{chr(code)}"' if code <= 0x10FFFF else match[0]
