"""Forms of a page as a browser without JavaScript would send them."""

from __future__ import annotations

from html.parser import HTMLParser


class Forms(HTMLParser):
    """The forms of a page: for each its action and the fields it would send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, list[str]]]] = []
        self._fields: dict[str, list[str]] | None = None
        self._textarea = ""
        self._select = ""
        self._is_multiple = False
        self._options: list[tuple[str, bool]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._fields = {}
            self.forms.append((values.get("action", ""), self._fields))
        elif self._fields is None or "disabled" in values:
            return
        elif tag == "input":
            self._input(values)
        elif tag == "textarea":
            self._textarea = values.get("name", "")
            self._fields[self._textarea] = [""]
        elif tag == "select":
            self._select = values.get("name", "")
            self._is_multiple, self._options = "multiple" in values, []
        elif tag == "option" and self._select:
            self._options.append((values.get("value", ""), "selected" in values))

    def _input(self, values: dict[str, str]) -> None:
        kind, name = values.get("type", "text"), values.get("name", "")
        chosen = kind not in {"checkbox", "radio"} or "checked" in values
        if name and chosen and kind not in {"submit", "file", "button"}:
            assert self._fields is not None
            unset = "on" if kind in {"checkbox", "radio"} else ""
            self._fields.setdefault(name, []).append(values.get("value", unset))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None
        elif tag == "textarea":
            if self._fields is not None and self._textarea:
                first = self._fields[self._textarea][0]
                # A browser leaves out the line break that begins a textarea.
                self._fields[self._textarea] = [first.removeprefix("\n")]
            self._textarea = ""
        elif tag == "select" and self._select and self._fields is not None:
            chosen = [value for value, is_chosen in self._options if is_chosen]
            if not chosen and self._options and not self._is_multiple:
                chosen = [self._options[0][0]]
            if chosen:
                self._fields[self._select] = chosen
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._textarea and self._fields is not None:
            self._fields[self._textarea][0] += data


def form_with(html: str, name: str) -> dict[str, list[str]]:
    """Return what the form that has a field of this name would send."""
    for _, fields in Forms(html).forms:
        if name in fields:
            return fields
    raise AssertionError(f"The page has no form with a field {name!r}.")
