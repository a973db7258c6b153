"""The earlier consultation in the details of a consultation: here or elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from consultations.documents.web_addresses import is_web_address
from consultations.models import Consultation
from responses.editing.forms import EditableForm

SLUG_INPUT_PATTERN = r"[-a-zA-Z0-9_]+"

MAX_SUGGESTIONS = 200

NO_RELATION_LABEL = "Not selected"

EARLIER_LABELS = {
    "follows": "Earlier consultation",
    "follows_title": "Title of the earlier consultation",
    "follows_opened": "Opening date of the earlier consultation",
    "follows_url": "Web address of the earlier consultation",
    "relation": "Relationship to earlier consultation",
}

EARLIER_HELP_TEXTS = {
    "follows": "Select the title of the earlier consultation. If the earlier "
    "consultation is not on this site, enter the title below.",
    "follows_title": "Only for a consultation that is not on this site.",
    "follows_opened": "Only for a consultation that is not on this site.",
    "follows_url": "Only for a consultation that is not on this site. For example "
    "https://www.example.org/consultation.",
}


class SuggestedInput(forms.TextInput):
    """A text input with a list of suggestions."""

    template_name = "desk/setup/suggested.html"
    suggestions: tuple[tuple[str, str], ...] = ()

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Link the input to its datalist."""
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["list"] = f"{widget['attrs'].get('id', name)}_suggested"
        widget["attrs"]["list"] = widget["list"]
        widget["suggestions"] = self.suggestions
        return context


class EarlierConsultationField(forms.CharField):
    """The slug of an earlier consultation, shown and entered as its title.

    A consultation that is not on this site, or shares its title with another, is shown
    and entered as its slug.
    """

    def prepare_value(self, value: Any) -> Any:
        """Return the title of the consultation with a slug."""
        titles = Consultation.objects.filter(slug=value or "").values_list("title")
        title = next((title for (title,) in titles), "")
        return title if title and self._slug_of(title) else value

    def to_python(self, value: Any) -> str:
        """Return the slug of the consultation with a title."""
        typed = super().to_python(value) or ""
        return (typed and self._slug_of(typed)) or typed

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave out the maximum length, which is that of the slug."""
        return {}

    @staticmethod
    def _slug_of(title: str) -> str:
        """Return the slug of the only consultation with a title, or nothing."""
        slugs = Consultation.objects.filter(title=title).values_list("slug")[:2]
        return slugs[0][0] if len(slugs) == 1 else ""


class EarlierRoundForm(EditableForm[Consultation]):
    """The fields of the earlier consultation; `slug_before` is the stored slug."""

    slug_before: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        relation: Any = self.fields["relation"]
        relation.choices = [("", NO_RELATION_LABEL), *Consultation.Relation.choices]
        follows: Any = self.fields["follows"].widget
        follows.suggestions = _earlier_suggestions(self.instance)

    def clean_follows(self) -> str:
        """Return the address of the earlier round; refuse one that follows this.

        Raise ValidationError with a sentence for what is refused.
        """
        follows = str(self.cleaned_data["follows"])
        if follows and not re.fullmatch(SLUG_INPUT_PATTERN, follows):
            raise ValidationError(
                f"There is no consultation with the title “{follows}”. Select a title, "
                f"or enter the title in “{EARLIER_LABELS['follows_title']}”."
            )
        if self.instance.pk and self.slug_before in _earlier_slugs(follows):
            raise ValidationError(
                f"“{follows}” is this consultation or follows this consultation. "
                "Select an earlier consultation."
            )
        return follows

    def clean_follows_url(self) -> str:
        """Refuse what is not the address of a page.

        Raise ValidationError with a sentence for what is refused.
        """
        url = str(self.cleaned_data["follows_url"]).strip()
        if url and not is_web_address(url):
            raise ValidationError(
                f"“{url}” is not a web address. Enter an address that begins with "
                "https:// or http://."
            )
        return url

    def clean(self) -> dict[str, Any] | None:
        """Require the earlier round and its relation together, and a title."""
        given = super().clean() or self.cleaned_data
        earlier = given.get("follows") or given.get("follows_title")
        relation = given.get("relation")
        if earlier and not relation:
            self.add_error(
                "relation", "Select the relationship to the earlier consultation."
            )
        if relation and not earlier and "follows" not in self.errors:
            self.add_error(
                "follows",
                "Enter the earlier consultation, or change the relationship to "
                f"“{NO_RELATION_LABEL}”.",
            )
        facts = given.get("follows_opened") or given.get("follows_url")
        if facts and not given.get("follows_title"):
            self.add_error(
                "follows_title", "Enter the title of the earlier consultation."
            )
        return given


def _earlier_suggestions(own: Consultation) -> tuple[tuple[str, str], ...]:
    """Return the titles of the other consultations; slugs where titles are the same."""
    rows = Consultation.objects.exclude(pk=own.pk).order_by("-pk")
    pairs = rows.values_list("slug", "title")[:MAX_SUGGESTIONS]
    counts = Counter(Consultation.objects.values_list("title", flat=True))
    return tuple(
        (title, "") if counts[title] == 1 else (slug, title) for slug, title in pairs
    )


def _earlier_slugs(slug: str) -> set[str]:
    """Return the slugs of a round and of the rounds that it follows."""
    seen: set[str] = set()
    while slug and slug not in seen:
        seen.add(slug)
        earlier = Consultation.objects.filter(slug=slug).values_list("follows")
        slug = next((follows for (follows,) in earlier), "")
    return seen
