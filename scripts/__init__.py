"""What the Makefile runs: standard library only, so that it runs on a bare machine.

This file is read first and by any Python 3, so it keeps to old syntax.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the machine's Python may be older
    sys.exit(
        "The site needs Python 3.11 or newer; {} is version {}.{}. Install Python "
        "3.11, then run: make run PYTHON=python3.11".format(
            sys.executable, *sys.version_info[:2]
        )
    )
