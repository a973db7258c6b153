"""Forms on rows with optimistic locking.

A form sends back the version of the row it showed. If another user has saved the row
since, every field that they changed and this form would overwrite is a conflict:
nothing is saved, and both texts are shown. Their changes to other fields are kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.fields import BLANK_CHOICE_DASH
from django.db.models.manager import Manager
from django.forms.utils import pretty_name
from django.utils import timezone

from consultations.audit.history import save_if_current
from consultations.documents.diff.texts import comparison_html, lines_html
from consultations.documents.wording import printed_date, printed_time
from consultations.fields.model_fields import RichTextField
from consultations.models.base import Editable

E = TypeVar("E", bound=Editable)

CHOICE_PREFIX = "keep-"
"""Prefix for the names of the choices on the page of a conflict."""

STORED_CHOICE = "stored"
"""The choice to keep the stored value."""

REQUIRED_MESSAGE = forms.Field.default_error_messages["required"]

CHOICE_FIELDS = (forms.ChoiceField, forms.ModelChoiceField, forms.FileField)

TYPED_MARK_PREFIX = "mine-"
"""Prefix for the hash of the typed text that the page of a conflict compared."""


@dataclass(frozen=True)
class ConflictingField:
    """A field that another user changed meanwhile: both texts and their comparison.

    The texts and the comparison are safe HTML. `is_changed_by_user` is true when this
    user changed the field as well; `mark` is a hash of this user's text.
    """

    name: str
    label: str
    stored_html: str
    typed_html: str
    mark: str
    comparison: str
    is_changed_by_user: bool


@dataclass(frozen=True)
class Conflict:
    """What another user saved since a form was shown."""

    row: Editable
    by: User | None
    at: dt.datetime | None
    fields: tuple[ConflictingField, ...]


class StaleForms(Exception):
    """Some of the forms show versions that are no longer current."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("Someone else has saved changes since you opened this page.")


def _label_empty_choice(field: forms.Field) -> None:
    """Replace the dashes that Django shows for no choice with words."""
    dashes = BLANK_CHOICE_DASH[0][1]
    label = "Select one" if field.required else "Not specified"
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = label if field.empty_label == dashes else field.empty_label
    elif isinstance(field, forms.ChoiceField):
        choices = list(cast(Any, field.choices))
        field.choices = [
            ("", label) if each == ("", dashes) else each for each in choices
        ]


def _name_in_required_error(field: forms.Field, label: str) -> None:
    """Replace Django's `This field is required` with what to do: `Enter the title.`"""
    if field.error_messages.get("required") != REQUIRED_MESSAGE:
        return
    verb = "Select" if isinstance(field, CHOICE_FIELDS) else "Enter"
    is_acronym = label[1:2].isupper() or not label[1:2].isalpha()
    name = label if is_acronym else label[:1].lower() + label[1:]
    field.error_messages["required"] = f"{verb} the {name}."


class EditableForm(forms.ModelForm[E], Generic[E]):
    """A form on a row or a new row, with optimistic locking.

    Subclasses name their fields in Meta. A field that is not the model's (the sources
    of a comment) gets its stored value by `set_stored_initial` and is written in
    `save_related`; with `show_hidden_initial` the page sends back what it showed.
    """

    skip_if_empty = False
    """True for an optional row: an empty form creates none."""

    shown = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _label_empty_choice(field)
        for name, field in self.fields.items():
            _name_in_required_error(field, str(field.label or pretty_name(name)))
        self.loaded_version = self.instance.version if self.instance.pk else 0
        self.fields["shown"].initial = self.loaded_version
        self.stored_initial = {
            name: self.get_initial_for_field(field, name)
            for name, field in self.fields.items()
        }

    def full_clean(self) -> None:
        """Validate the form, with the fields kept as stored disabled.

        A field that was edited again on the page of a conflict is not among them.
        """
        for name in self._fields_kept_as_stored():
            self.fields[name].disabled = True
        super().full_clean()

    def re_enable_fields(self) -> None:
        """Enable the fields kept as stored, to be edited on the next page."""
        for name in self._fields_kept_as_stored():
            field: Any = self.fields[name]
            field.disabled = False
            field.bound_data = lambda data, initial: initial

    def _fields_kept_as_stored(self) -> list[str]:
        data = self.data if self.is_bound else {}
        choices = {
            name: f"{CHOICE_PREFIX}{self.add_prefix(name)}" for name in self.fields
        }
        return [
            name
            for name, choice in choices.items()
            if data.get(choice) == STORED_CHOICE
            and self._is_unchanged_since_conflict(name)
        ]

    def _is_unchanged_since_conflict(self, name: str) -> bool:
        """Return whether a field has the text that the page of a conflict compared."""
        submitted_mark = self.data.get(f"{TYPED_MARK_PREFIX}{self.add_prefix(name)}")
        field = self.fields[name]
        if not submitted_mark or isinstance(field, forms.FileField):
            return True
        raw = self._widget_data_value(  # type: ignore[attr-defined]
            field.widget, self.add_prefix(name)
        )
        try:
            typed = field.clean(raw)
        except ValidationError:
            return False
        return bool(_text_mark(self.field_text(name, typed)) == submitted_mark)

    def is_to_be_saved(self) -> bool:
        """True for a changed form, and for a new row that is not optional."""
        is_new = self.instance.pk is None and not self.skip_if_empty
        return is_new or bool(set(self.changed_data) - {"shown"})

    def set_stored_initial(self, name: str, value: Any) -> None:
        """Set the stored value of a field that is not the row's own."""
        self.initial[name] = value
        self.stored_initial[name] = value

    def set_choices(self, name: str, rows: models.QuerySet[Any]) -> None:
        """Set the rows that a field offers."""
        cast(Any, self.fields[name]).queryset = rows

    # --- saving ---------------------------------------------------------------

    def save_by(self, user: User, *, reason: str = "") -> E:
        """Save the row; raise history.StaleSave if another user saved it first."""
        row = self.instance
        if row.pk:
            save_if_current(row, version=self.loaded_version, by=user, reason=reason)
        else:
            row._history_user = user  # type: ignore[attr-defined]
            row._change_reason = reason  # type: ignore[attr-defined]
            row.save()
        self.save_related(user)
        return row

    def save_related(self, user: User) -> None:
        """Write the fields that are not the row's own; a hook for subclasses."""

    # --- conflicts ----------------------------------------------------------------

    def conflict(self) -> Conflict | None:
        """Return what another user saved and this form would overwrite."""
        shown = self.cleaned_data.get("shown")
        if not self.instance.pk or shown == self.loaded_version:
            return None
        fields = tuple(filter(None, map(self._field_conflict, self.fields)))
        if not fields:
            return None
        last = self._history().first()
        return Conflict(
            row=self.instance,
            by=last.history_user if last else None,
            at=last.history_date if last else None,
            fields=fields,
        )

    def _field_conflict(self, name: str) -> ConflictingField | None:
        field = self.fields[name]
        if name == "shown" or field.disabled:
            return None
        stored = self.field_text(name, self.stored_initial[name])
        mine = self.field_text(name, self.cleaned_data.get(name))
        if stored == mine:
            return None
        base = self._shown_text(name)
        if base == stored:
            return None
        compare = comparison_html if self._is_rich_text(name) else lines_html
        return ConflictingField(
            name=self.add_prefix(name),
            label=str(field.label or self[name].label),
            stored_html=self._text_as_html(name, stored),
            typed_html=self._text_as_html(name, mine),
            mark=_text_mark(mine),
            comparison=compare(stored, mine),
            is_changed_by_user=base is None or base != mine,
        )

    def _shown_text(self, name: str) -> str | None:
        """Return the text of the field when it was shown; None if unknown."""
        if self.fields[name].show_hidden_initial:
            return self._submitted_initial_text(name)
        if name not in {field.name for field in self._meta.model._meta.fields}:
            return None
        version = self._history().filter(version=self.cleaned_data["shown"]).first()
        if version is None:
            return None
        return self.field_text(name, getattr(version, self._attname(name)))

    def _submitted_initial_text(self, name: str) -> str | None:
        """Return the text of the field's initial value that the page sent back."""
        field = self.fields[name]
        raw = self._widget_data_value(  # type: ignore[attr-defined]
            field.hidden_widget(), self[name].html_initial_name
        )
        try:
            return self.field_text(name, field.to_python(raw))
        except ValidationError:
            return None

    def _attname(self, name: str) -> str:
        field = self._meta.model._meta.get_field(name)
        return str(getattr(field, "attname", name))

    def _history(self) -> models.QuerySet[Any]:
        history = cast(Manager[Any], self.instance.history)  # type: ignore[attr-defined]
        return history.select_related("history_user").order_by("-history_id")

    # --- values as text -------------------------------------------------------------

    def field_text(self, name: str, value: Any) -> str:
        """Return a value as text: markup for rich text, one line for the others."""
        if value is None or value == "":
            return ""
        field = self.fields[name]
        if isinstance(value, models.QuerySet | list | tuple):
            each = [self.field_text(name, one) for one in value]
            is_unordered = isinstance(field, forms.ModelMultipleChoiceField)
            return "; ".join(sorted(each) if is_unordered else each)
        if isinstance(field, forms.ModelChoiceField):
            return self._row_as_text(field, value)
        return _value_as_text(field, value)

    @staticmethod
    def _row_as_text(field: forms.ModelChoiceField[Any], value: Any) -> str:
        if not isinstance(value, models.Model):
            value = field.queryset and field.queryset.filter(pk=value).first()
        return "" if value is None else str(field.label_from_instance(value))

    def _is_rich_text(self, name: str) -> bool:
        fields = {field.name: field for field in self._meta.model._meta.fields}
        return isinstance(fields.get(name), RichTextField)

    def _text_as_html(self, name: str, value: str) -> str:
        compare = comparison_html if self._is_rich_text(name) else lines_html
        return compare(value, value)


def _text_mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _value_as_text(field: forms.Field, value: Any) -> str:
    if isinstance(value, dt.datetime):
        return printed_time(timezone.localtime(value))
    if isinstance(value, dt.date):
        return printed_date(value)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    choices = dict(getattr(field, "choices", ()))
    return str(choices.get(value, value))


@transaction.atomic
def save_together(
    forms_to_save: Sequence[EditableForm[Any]], *, by: User, reason: str = ""
) -> None:
    """Save valid forms, all or none; unchanged ones are not saved.

    Raises StaleForms when another user's text would be overwritten, and
    history.StaleSave when they save at the same moment.
    """
    conflicts = list(filter(None, (form.conflict() for form in forms_to_save)))
    if conflicts:
        raise StaleForms(conflicts)
    for form in forms_to_save:
        if form.is_to_be_saved():
            form.save_by(by, reason=reason)
