"""Plain scalars, resolved by the core schema of YAML 1.2.

https://yaml.org/spec/1.2.2/#103-core-schema: `Yes` and `2026-01-05` are text, `4.0`,
`13`, `true` and `null` are not. Quoted scalars are always text.
"""

from __future__ import annotations

import re

from responses.consultation_file.notation.nodes import Scalar

_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_MOST_DIGITS = 1000


def resolve_plain_scalar(plain: str) -> Scalar:
    """Return the value of an unquoted scalar."""
    if plain in _WORDS:
        return _WORDS[plain]
    if plain[0] not in "+-.0123456789":
        return plain
    if _WHOLE.fullmatch(plain):
        return parse_whole_number(plain)
    return float(plain) if _NUMBER.fullmatch(plain) else plain


def parse_whole_number(digits: str) -> int | float:
    """Return a whole number; infinity, which no kind takes, for too many digits."""
    if len(digits) > _MOST_DIGITS:
        return float("inf")
    if digits.startswith(("0o", "0x")):
        return int(digits, 0)
    return int(digits)
