"""Model fields that clean their values on every save, not only in forms."""

from __future__ import annotations

from typing import Any

from django.db import models

from consultations.documents.rich_text.markup import MAX_TEXT_LENGTH
from consultations.fields.cleaning import clean_line, clean_markup


class LineField(models.CharField[str, str]):
    """One line of plain text without control characters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Clean the value of a form or of full_clean()."""
        return clean_line(value) if isinstance(value, str) else super().to_python(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Clean on save() and bulk_create(); set the result on the instance."""
        value = getattr(model_instance, self.attname)
        if isinstance(value, str):
            value = clean_line(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Clean on update(), which has no instance."""
        value = clean_line(value) if isinstance(value, str) else value
        return super().get_db_prep_save(value, connection)


class RichTextField(models.TextField[str, str]):
    """Restricted HTML in canonical form (see documents.markup).

    `max_text_length` counts characters without tags. It is no `max_length`, which
    would count tags, and needs no migration.
    """

    def __init__(
        self, *args: Any, max_text_length: int = MAX_TEXT_LENGTH, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.max_text_length = max_text_length

    def to_python(self, value: Any) -> Any:
        """Clean the value of a form or of full_clean()."""
        return self._clean(value) if isinstance(value, str) else value

    def _clean(self, value: str) -> str:
        return clean_markup(value, self.max_text_length)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Clean on save() and bulk_create(); set the result on the instance."""
        value = getattr(model_instance, self.attname)
        if isinstance(value, str):
            value = self._clean(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Clean on update(), which has no instance."""
        value = self._clean(value) if isinstance(value, str) else value
        return super().get_db_prep_save(value, connection)

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        """Return the form field that reads typed text and the editor's HTML."""
        from consultations.fields.rich_text_field import (
            RichTextFormField,
            RichTextInput,
        )

        kwargs.setdefault("form_class", RichTextFormField)
        kwargs.setdefault("widget", RichTextInput)
        if issubclass(kwargs["form_class"], RichTextFormField):
            kwargs.setdefault("max_text_length", self.max_text_length)
        return super().formfield(*args, **kwargs)


class LinesField(models.JSONField[list[str], list[str]]):
    """A list of single lines."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Clean every line on save() and bulk_create()."""
        value = [clean_line(line) for line in getattr(model_instance, self.attname)]
        setattr(model_instance, self.attname, value)
        return value

    def formfield(self, *args: Any, **kwargs: Any) -> Any:
        """Return the form field that reads one line each."""
        from consultations.fields.form_fields import LinesFormField

        kwargs.setdefault("form_class", LinesFormField)
        kwargs.setdefault("show_hidden_initial", False)
        return models.Field.formfield(self, *args, **kwargs)
