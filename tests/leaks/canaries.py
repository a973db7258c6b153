"""Planted words: each stands in one field of one row and nowhere else.

Every secret begins with SECRET_MARKER and every public word with PUBLIC_MARKER, so that
one pass over a text finds all of them, and a shortened one as well.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from consultations.fields.model_fields import LinesField, RichTextField
from tests.leaks.secrecy import SECRECY, Secrecy, text_fields

SECRET_MARKER = "zqjvk"
PUBLIC_MARKER = "pkwvz"
LETTERS = "abdeghkmnoprstuvwyz"
"""Without letters of ligatures, which a PDF may draw as one glyph."""
TAIL_LENGTH = 9
ADDRESS_FIELDS = ("email", "mailbox")
"""Names of fields that hold an email address without being an EmailField."""

URL_FIELDS = ("follows_url",)
"""Names of fields that hold the address of a page."""


@dataclass(frozen=True)
class Canary:
    """Where a word was planted: `place` names the row, `field` the model's field."""

    word: str
    place: str
    field: str

    @property
    def source(self) -> tuple[str, str]:
        """The row and the field."""
        return self.place, self.field

    def __str__(self) -> str:
        return f"{self.field} of {self.place}"


class Canaries:
    """The words that were planted, by word."""

    def __init__(self, seed: int) -> None:
        self.secrets: dict[str, Canary] = {}
        self.public: dict[str, Canary] = {}
        self._random = random.Random(seed)

    def plant(self, place: str, field: str, *, secret: bool) -> str:
        """Return a new word for a field of a row."""
        planted = self.secrets if secret else self.public
        marker = SECRET_MARKER if secret else PUBLIC_MARKER
        word = ""
        while not word or word in planted:
            word = marker + "".join(self._random.choices(LETTERS, k=TAIL_LENGTH))
        planted[word] = Canary(word, place, field)
        return word

    def values(
        self,
        model: type[models.Model],
        place: str,
        *,
        public: bool,
        given: Mapping[str, object],
    ) -> dict[str, Any]:
        """Return a planted value for every text field of a row that is not given.

        `public` says that the texts the public may read in time are public now.
        """
        label = model._meta.label
        declared = SECRECY[label]
        values: dict[str, Any] = {}
        for field in text_fields(model):
            secrecy = declared[field.name]
            if field.name in given or secrecy is Secrecy.GENERATED:
                continue
            is_secret = secrecy is Secrecy.CONFIDENTIAL or (
                secrecy is Secrecy.WHEN_PUBLIC and not public
            )
            word = self.plant(place, f"{label}.{field.name}", secret=is_secret)
            values[field.name] = value_of_field(field, word)
        return values

    def make(
        self,
        model: type[models.Model],
        place: str,
        *,
        public: bool = False,
        **given: object,
    ) -> Any:
        """Create a row with a planted word in every text field that is not given."""
        values = self.values(model, place, public=public, given=given)
        return model._base_manager.create(**(values | given))

    def rewrite(
        self, row: models.Model, place: str, *, keep: tuple[str, ...] = ()
    ) -> None:
        """Put secrets into the text fields of a stored row, as a drafter goes on."""
        given = dict.fromkeys(keep, None)
        new = self.values(type(row), place, public=False, given=given)
        for name, value in new.items():
            setattr(row, name, value)
        row.save()


def value_of_field(field: models.Field[object, object], word: str) -> object:
    """Return a value that a field can hold and that has the word in it."""
    if isinstance(field, LinesField):
        return [word]
    if isinstance(field, models.JSONField):
        return {"text": [word]}
    if isinstance(field, RichTextField):
        return f"<p>{word}</p>"
    if field.name in URL_FIELDS:
        return f"https://example.org/{word}"
    is_address = isinstance(field, models.EmailField) or field.name in ADDRESS_FIELDS
    return f"{word}@example.org" if is_address else word
