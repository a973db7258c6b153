"""What a function costs, in steps or in processor time; never by the clock."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any


def count_steps(function: Callable[[], object]) -> int:
    """Return the number of lines of Python that a function runs.

    The same on every machine. It leaves out what runs in C, which `processor_time`
    includes.
    """
    steps = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal steps
        steps += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(before)
    return steps


def processor_time(function: Callable[[], object], times: int = 5) -> float:
    """Return the least processor time of several runs, in seconds.

    Without Python's garbage collector, which takes the longer the more objects the
    whole process has.
    """

    def measure() -> float:
        began = time.process_time()
        function()
        return time.process_time() - began

    gc.disable()
    try:
        return min(measure() for _ in range(times))
    finally:
        gc.enable()
