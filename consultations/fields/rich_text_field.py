"""The form field of a rich text: a textarea, which an editor enhances.

Without JavaScript the textarea holds the text as people type it, or its restricted HTML
where it has more than paragraphs and lists; both are read. With it, the editor opens on
the HTML beside the textarea and writes HTML into it (static/js/rich-text/editor.js).
"""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from consultations.documents.rich_text.markup import (
    MAX_TEXT_LENGTH,
    is_markup,
    to_source,
)
from consultations.documents.rich_text.tokens import (
    EndTag,
    StartTag,
    UnclosedToken,
    Words,
    read_tokens,
    replace_references,
)
from consultations.fields.cleaning import clean_markup

TYPING_HINT = (
    "Leave a blank line between paragraphs. Start lines with “- ” or “1. ” for a list."
)
HTML_HINT = (
    "This text is shown as HTML because it has formatting other than paragraphs and "
    "lists. Edit the text between the tags, or delete every tag and write plain text."
)

# Where a line break in canonical HTML is insignificant.
_BREAKS = re.compile(
    r"(?<!<li>)(?<!<td>)(?<!<th>)"
    r"(?=<(?:p|ul|ol|li|table|tr|th|td)[ >]|</(?:ul|ol|table)>)"
)
_EDITOR_TAGS = {
    **dict.fromkeys("p br strong em b i ul li table thead tbody tr th td".split(), ""),
    "ol": "start",
    "a": "href",
}


class RichTextInput(forms.Textarea):
    """A textarea that the editor replaces, with a hint for use without JavaScript."""

    template_name = "consultations/widgets/rich_text.html"
    max_text_length = MAX_TEXT_LENGTH

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 8, "data-rich-text": True, **(attrs or {})})

    def use_required_attribute(self, initial: Any) -> bool:
        """Validate on the server: the browser cannot focus the hidden textarea."""
        return False

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Add the editor's content, unless the editor would lose part of the text."""
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        text = str(widget["value"] or "")
        widget["typing_hint"] = HTML_HINT if is_markup(text) else TYPING_HINT
        _describe(widget["attrs"])
        content = editor_content(text, self.max_text_length)
        if content is not None:
            widget["attrs"]["data-rich-text-html"] = content
        if self.is_required:
            widget["attrs"]["aria-required"] = "true"
        return context


def _describe(attrs: dict[str, Any]) -> None:
    """Add the typing hint, which the editor removes, to `aria-describedby`."""
    described = attrs.get("aria-describedby", "")
    if described:
        attrs["data-rich-text-described"] = described
    if "id" in attrs:
        attrs["aria-describedby"] = f"{described} {attrs['id']}_typing".strip()


class RichTextFormField(forms.CharField):
    """Accepts plain text or restricted HTML; cleans to canonical HTML.

    The widget's text is equivalent to the stored text: saving it unchanged changes
    nothing.
    """

    widget = RichTextInput

    def __init__(
        self, *, max_text_length: int = MAX_TEXT_LENGTH, **kwargs: Any
    ) -> None:
        self.max_text_length = max_text_length
        # Parsing trims white space; str.strip() would remove no-break spaces too.
        super().__init__(**{**kwargs, "strip": False})
        self.widget.max_text_length = max_text_length

    def prepare_value(self, value: Any) -> Any:
        """Return the text as it is shown: as typed, or as HTML on several lines."""
        if not isinstance(value, str):
            return value
        return textarea_source(value, self.max_text_length)

    def to_python(self, value: Any) -> str:
        """Return canonical HTML; raise ValidationError naming everything wrong."""
        text = super().to_python(value) or ""
        markup = clean_markup(text, self.max_text_length)
        if is_markup(text) and _visible_characters(text) != _visible_characters(markup):
            raise ValidationError(
                "Some words would be lost. In the heading row of a table, use words, "
                "not a list.",
                code="lost",
            )
        return markup

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the canonical HTML, not the notation."""
        if self.disabled:
            return False
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


def textarea_source(text: str, max_length: int = MAX_TEXT_LENGTH) -> str:
    """Return a text as shown in a textarea; an invalid one unchanged."""
    if not is_markup(text):
        return text
    try:
        source = to_source(clean_markup(text, max_length))
    except ValidationError:
        return text
    return _BREAKS.sub("\n", source).strip("\n") if is_markup(source) else source


def editor_content(text: str, max_length: int = MAX_TEXT_LENGTH) -> str | None:
    """Return the HTML the editor opens on; None where it would drop part of it.

    A text that is refused, say for one link's address, is opened all the same when it
    has no more than the editor knows.
    """
    try:
        return clean_markup(text, max_length)
    except ValidationError:
        return text if is_markup(text) and _is_known_to_editor(text) else None


def _is_known_to_editor(text: str) -> bool:
    """Return whether the editor has all the elements and attributes of a text."""
    for token in read_tokens(text):
        match token:
            case StartTag(name, attributes):
                names = {attribute for attribute, _ in attributes}
                if name not in _EDITOR_TAGS or not names <= {_EDITOR_TAGS[name]}:
                    return False
            case Words() | EndTag() | UnclosedToken():
                pass
            case _:
                return False
    return True


def _visible_characters(markup: str) -> str:
    """Return the words of HTML without tags and white space."""
    return re.sub(r"\s+", "", replace_references(re.sub(r"<[^<>]*+>", "", markup)))
