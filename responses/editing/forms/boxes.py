"""Several rows chosen by ticking boxes, of which there may be thousands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms


class BoxesInput(forms.CheckboxSelectMultiple):
    """A box for each row: those chosen and the likely ones, then the others.

    One template draws them all: Django's own takes one for each. `rows` is what they
    are called: `respondents`.
    """

    template_name = "desk/editing/boxes.html"
    likely: Callable[[], Iterable[int]] = staticmethod(tuple)
    """Returns the primary keys of the rows that are offered first."""

    def __init__(self, rows: str) -> None:
        super().__init__()
        self.rows = rows

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Add the rows in two groups, with what is chosen."""
        chosen = {str(each) for each in value or ()}
        widget = {"name": name, "attrs": self.build_attrs(self.attrs, attrs)}
        likely = set(self.likely())
        first: list[dict[str, Any]] = []
        others: list[dict[str, Any]] = []
        for key, label in self.choices:
            is_chosen = str(key) in chosen
            group = first if is_chosen or int(str(key)) in likely else others
            group.append({"key": str(key), "label": label, "is_chosen": is_chosen})
        return {"widget": widget, "rows": self.rows, "first": first, "others": others}
