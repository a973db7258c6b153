"""How much the random tests try: a sample in `make test`, the whole in `make soak`.

`make soak` sets SCALE, by which whole counts are multiplied. SEED sets where random
numbers begin; a run prints both at its top.
"""

from __future__ import annotations

import os

SCALE = float(os.environ.get("SCALE") or 0)
SEED = int(os.environ.get("SEED") or 0)


def is_soak() -> bool:
    """Return whether the whole counts are tried."""
    return SCALE > 0


def count(sample: int, *, whole: int) -> int:
    """Return how often to try something in this run."""
    return max(1, round(whole * SCALE)) if is_soak() else sample


def seeds(sample: int, *, whole: int) -> range:
    """Return the seeds of so many random tests."""
    return range(SEED, SEED + count(sample, whole=whole))


def describe() -> str:
    """Return the line for the top of a test run."""
    size = f"whole counts, times {SCALE:g}" if is_soak() else "samples"
    return f"seed: {SEED}; random tests: {size}"
