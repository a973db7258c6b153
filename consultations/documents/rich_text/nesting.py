"""How deep lists and tables may be nested."""

MAX_LIST_DEPTH = 8
"""Most lists and tables inside one another."""

NESTED_TOO_DEEP = f"Lists are nested more than {MAX_LIST_DEPTH} deep; use fewer levels."
