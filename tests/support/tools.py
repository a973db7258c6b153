"""What a test does when the machine lacks a program that it needs."""

import os
from typing import NoReturn

import pytest


def unavailable(reason: str) -> NoReturn:
    """Skip the test; in CI, where everything is there, fail it instead."""
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(f"{reason} In CI a skip is a failure.", pytrace=False)
    pytest.skip(reason)
