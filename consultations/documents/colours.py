"""The colours of the documents, which are those of the site.

They are written once, in static/css/variables.css. The stylesheets of the documents
name them as `var(--deep)`: on a page of the site the browser knows the values; in a
file that stands alone, and in `@page`, where WeasyPrint knows no custom properties,
they are filled in here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

VARIABLES = Path(__file__).resolve().parents[2] / "static" / "css" / "variables.css"

_DECLARATION = re.compile(
    r"--(?P<name>[\w-]+):\s*(?P<value>#[0-9a-f]{3,6}|var\(--[\w-]+\)|color-mix\(.+\));"
)
_REFERENCE = re.compile(r"var\(--([\w-]+)\)")
_MIX = re.compile(r"color-mix\(in srgb, #(\w{2})(\w{2})(\w{2}) (\d+%), transparent\)")


@cache
def colours() -> Mapping[str, str]:
    """Return the value of each colour by its name, `deep` for instance: `#12365c`.

    An alias has the value of the colour it stands for, and a colour mixed with
    `transparent` is written as `rgb(r g b / n%)`.
    """
    found: dict[str, str] = {}
    for declaration in _DECLARATION.finditer(VARIABLES.read_text(encoding="utf-8")):
        value = _fill_in(declaration["value"], found)
        found[declaration["name"]] = _MIX.sub(_as_rgb, value)
    return MappingProxyType(found)


def read_stylesheet(path: Path) -> str:
    """Return the CSS of a file in which each colour's name is replaced by its value."""
    return _fill_in(path.read_text(encoding="utf-8"), colours())


def word_colour(name: str) -> str:
    """Return a colour as Word writes it: `12365C`."""
    return colours()[name].removeprefix("#").upper()


def _fill_in(css: str, values: Mapping[str, str]) -> str:
    return _REFERENCE.sub(lambda named: values.get(named[1], named[0]), css)


def _as_rgb(mix: re.Match[str]) -> str:
    red, green, blue = (int(channel, 16) for channel in mix.groups()[:3])
    return f"rgb({red} {green} {blue} / {mix[4]})"
