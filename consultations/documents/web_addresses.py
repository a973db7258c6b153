"""Addresses of pages on the web, as people type them."""

from __future__ import annotations

import re

_WEB_ADDRESS = re.compile(
    r"https?://[^\s<>\"'/?#]+\.[^\s<>\"'/?#]+(?:[/?#][^\s<>\"']*)?"
)


def is_web_address(text: str) -> bool:
    """Return whether a text is the address of a page on the web, and nothing else."""
    return _WEB_ADDRESS.fullmatch(text) is not None
