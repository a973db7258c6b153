"""`make leaks`: the long search for planted secrets, on both databases.

SCALE multiplies the counts, SEED sets where random numbers begin; both are printed.
`python3 -m scripts.leaks [sqlite | postgresql ...]`
"""

import sys
from collections.abc import Sequence

from scripts.soak import LongRun, start

LEAKS = LongRun(
    "make leaks",
    {"postgresql": "leaks and not once", "sqlite": "leaks"},
)


def main(asked: Sequence[str]) -> int:
    """Run the search on the databases asked for, or both; return 1 when it fails."""
    return start(LEAKS, asked)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
