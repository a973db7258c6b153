"""A widget for choosing among thousands of rows with checkboxes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms


class BoxesInput(forms.CheckboxSelectMultiple):
    """A checkbox for each row: chosen and suggested ones first, then the others.

    One template renders all of them; Django's widget renders one for each. `rows` is
    the noun for the rows: `respondents`.
    """

    template_name = "desk/editing/boxes.html"
    suggested_keys: Callable[[], Iterable[int]] = staticmethod(tuple)
    """Returns the primary keys of the rows that are listed first."""

    def __init__(self, rows: str) -> None:
        super().__init__()
        self.rows = rows

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Add the rows in two groups, with those chosen marked."""
        chosen = {str(each) for each in value or ()}
        widget = {"name": name, "attrs": self.build_attrs(self.attrs, attrs)}
        suggested = set(self.suggested_keys())
        first: list[dict[str, Any]] = []
        others: list[dict[str, Any]] = []
        for key, label in self.choices:
            is_chosen = str(key) in chosen
            group = first if is_chosen or int(str(key)) in suggested else others
            group.append({"key": str(key), "label": label, "is_chosen": is_chosen})
        return {"widget": widget, "rows": self.rows, "first": first, "others": others}
