"""Availability of the libraries that WeasyPrint needs.

Standard library only: `make run` uses it before anything is installed.
"""

import ctypes

LIBRARIES = (
    "libgobject-2.0.so.0",
    "libpango-1.0.so.0",
    "libpangoft2-1.0.so.0",
    "libharfbuzz.so.0",
    "libharfbuzz-subset.so.0",
    "libfontconfig.so.1",
)
DEBIAN_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
INSTALL_COMMAND = (
    f"sudo apt-get install --no-install-recommends {' '.join(DEBIAN_PACKAGES)}"
)


def missing_libraries() -> list[str]:
    """Return the libraries that cannot be loaded."""
    return [name for name in LIBRARIES if not can_load(name)]


def can_load(name: str) -> bool:
    """Return whether the machine can load a shared library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
