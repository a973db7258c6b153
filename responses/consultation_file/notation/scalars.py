"""What a plain word of YAML is, by the core rules of YAML 1.2.

https://yaml.org/spec/1.2.2/#103-core-schema: `Yes` and `2026-01-05` are text, `4.0`,
`13`, `true` and `null` are not. What stands in quotes is always text.
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
    """Return what an unquoted word stands for."""
    if plain in _WORDS:
        return _WORDS[plain]
    if plain[0] not in "+-.0123456789":
        return plain
    if _WHOLE.fullmatch(plain):
        return parse_whole_number(plain)
    return float(plain) if _NUMBER.fullmatch(plain) else plain


def parse_whole_number(digits: str) -> int | float:
    """Return a whole number; one of absurd length as infinity, which nothing takes."""
    if len(digits) > _MOST_DIGITS:
        return float("inf")
    if digits.startswith(("0o", "0x")):
        return int(digits, 0)
    return int(digits)
