"""Forms on rows that two people may have open at once.

A form sends back the version of the row it showed. If somebody else has saved the row
since, what they changed and this editor would overwrite is a conflict: nothing is
saved, and both texts are shown. What they changed elsewhere in the row is kept.
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
from django.utils import timezone

from consultations.audit.history import save_if_current
from consultations.documents.diff.texts import comparison_html, lines_html
from consultations.documents.wording import printed_date, printed_time
from consultations.fields.model_fields import RichTextField
from consultations.models.base import Editable

E = TypeVar("E", bound=Editable)

KEEP = "keep-"
"""Begins the names of the choices on the page of a conflict."""

STORED = "stored"
"""The choice to keep what is stored."""

MINE = "mine-"
"""Begins the names under which the page of a conflict says what it showed as mine."""


@dataclass(frozen=True)
class ConflictingField:
    """A field somebody else changed meanwhile: both texts, and how they differ.

    The texts and the comparison are safe HTML. `is_mine` is true when this editor
    changed the field as well, and `mark` tells whether it was changed since.
    """

    name: str
    label: str
    stored: str
    mine: str
    mark: str
    comparison: str
    is_mine: bool


@dataclass(frozen=True)
class Conflict:
    """What somebody else saved since a form was shown."""

    row: Editable
    by: User | None
    at: dt.datetime | None
    fields: tuple[ConflictingField, ...]


class StaleForms(Exception):
    """Some of the forms show versions that are no longer current."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        self.conflicts = tuple(conflicts)
        super().__init__("Somebody else saved this since you opened it.")


def _name_nothing(field: forms.Field) -> None:
    """Say in words that nothing is chosen, where Django shows dashes."""
    dashes = BLANK_CHOICE_DASH[0][1]
    nothing = "Choose one" if field.required else "Not said"
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = (
            nothing if field.empty_label == dashes else field.empty_label
        )
    elif isinstance(field, forms.ChoiceField):
        choices = list(cast(Any, field.choices))
        field.choices = [
            ("", nothing) if each == ("", dashes) else each for each in choices
        ]


class EditableForm(forms.ModelForm[E], Generic[E]):
    """A form on one row, or on a new one, that overwrites nobody.

    Subclasses name their fields in Meta. A field that is not the model's (the sources
    of a comment) gets what is stored by `start` and is written in `save_related`; with
    `show_hidden_initial` the page says what it showed of it.
    """

    empty_is_nothing = False
    """True for a row that need not be there: left empty, none is made."""

    shown = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _name_nothing(field)
        self.loaded = self.instance.version if self.instance.pk else 0
        self.fields["shown"].initial = self.loaded
        self.stored_initial = {
            name: self.get_initial_for_field(field, name)
            for name, field in self.fields.items()
        }

    def full_clean(self) -> None:
        """Take what is stored of the fields that the page of a conflict left so.

        What was typed into such a field on that page is meant, and is taken.
        """
        for name in self._left_as_stored():
            self.fields[name].disabled = True
        super().full_clean()

    def offer_again(self) -> None:
        """Let fields that were left as stored be edited on the page that follows."""
        for name in self._left_as_stored():
            field: Any = self.fields[name]
            field.disabled = False
            field.bound_data = lambda data, initial: initial

    def _left_as_stored(self) -> list[str]:
        data = self.data if self.is_bound else {}
        kept = {name: f"{KEEP}{self.add_prefix(name)}" for name in self.fields}
        return [
            name
            for name, choice in kept.items()
            if data.get(choice) == STORED and self._is_as_compared(name)
        ]

    def _is_as_compared(self, name: str) -> bool:
        """Return whether a field still says what the page of a conflict compared."""
        mark = self.data.get(f"{MINE}{self.add_prefix(name)}")
        field = self.fields[name]
        if not mark or isinstance(field, forms.FileField):
            return True
        given = self._widget_data_value(  # type: ignore[attr-defined]
            field.widget, self.add_prefix(name)
        )
        try:
            typed = field.clean(given)
        except ValidationError:
            return False
        return bool(_mark_of(self.printed(name, typed)) == mark)

    def is_to_be_saved(self) -> bool:
        """True when something was typed, and for a new row unless it may be nothing."""
        is_new = self.instance.pk is None and not self.empty_is_nothing
        return is_new or bool(set(self.changed_data) - {"shown"})

    def start(self, name: str, value: Any) -> None:
        """Set what is stored of a field that is not the row's own."""
        self.initial[name] = value
        self.stored_initial[name] = value

    def choose_from(self, name: str, rows: models.QuerySet[Any]) -> None:
        """Set the rows among which a field chooses."""
        cast(Any, self.fields[name]).queryset = rows

    # --- saving ---------------------------------------------------------------

    def save_by(self, user: User, *, reason: str = "") -> E:
        """Save what was typed; raise history.StaleSave if somebody was quicker."""
        row = self.instance
        if row.pk:
            save_if_current(row, version=self.loaded, by=user, reason=reason)
        else:
            row._history_user = user  # type: ignore[attr-defined]
            row._change_reason = reason  # type: ignore[attr-defined]
            row.save()
        self.save_related(user)
        return row

    def save_related(self, user: User) -> None:
        """Write the fields that are not the row's own; none unless a form says so."""

    # --- somebody else meanwhile --------------------------------------------------

    def conflict(self) -> Conflict | None:
        """Return what somebody else saved and this form would overwrite."""
        shown = self.cleaned_data.get("shown")
        if not self.instance.pk or shown == self.loaded:
            return None
        fields = tuple(filter(None, map(self._conflicting, self.fields)))
        if not fields:
            return None
        last = self._history().first()
        return Conflict(
            row=self.instance,
            by=last.history_user if last else None,
            at=last.history_date if last else None,
            fields=fields,
        )

    def _conflicting(self, name: str) -> ConflictingField | None:
        field = self.fields[name]
        if name == "shown" or field.disabled:
            return None
        stored = self.printed(name, self.stored_initial[name])
        mine = self.printed(name, self.cleaned_data.get(name))
        if stored == mine:
            return None
        base = self._as_shown(name)
        if base == stored:
            return None
        compared = comparison_html if self._is_rich(name) else lines_html
        return ConflictingField(
            name=self.add_prefix(name),
            label=str(field.label or self[name].label),
            stored=self._as_html(name, stored),
            mine=self._as_html(name, mine),
            mark=_mark_of(mine),
            comparison=compared(stored, mine),
            is_mine=base is None or base != mine,
        )

    def _as_shown(self, name: str) -> str | None:
        """Return the field as the form showed it; None where nobody knows."""
        if self.fields[name].show_hidden_initial:
            return self._as_said(name)
        if name not in {field.name for field in self._meta.model._meta.fields}:
            return None
        then = self._history().filter(version=self.cleaned_data["shown"]).first()
        if then is None:
            return None
        return self.printed(name, getattr(then, self._attribute(name)))

    def _as_said(self, name: str) -> str | None:
        """Return the field as the page says that it showed it."""
        field = self.fields[name]
        given = self._widget_data_value(  # type: ignore[attr-defined]
            field.hidden_widget(), self[name].html_initial_name
        )
        try:
            return self.printed(name, field.to_python(given))
        except ValidationError:
            return None

    def _attribute(self, name: str) -> str:
        field = self._meta.model._meta.get_field(name)
        return str(getattr(field, "attname", name))

    def _history(self) -> models.QuerySet[Any]:
        history = cast(Manager[Any], self.instance.history)  # type: ignore[attr-defined]
        return history.select_related("history_user").order_by("-history_id")

    # --- values as text -------------------------------------------------------------

    def printed(self, name: str, value: Any) -> str:
        """Return a value as text: markup for rich text, one line for the others."""
        if value is None or value == "":
            return ""
        field = self.fields[name]
        if isinstance(value, models.QuerySet | list | tuple):
            each = [self.printed(name, one) for one in value]
            in_no_order = isinstance(field, forms.ModelMultipleChoiceField)
            return "; ".join(sorted(each) if in_no_order else each)
        if isinstance(field, forms.ModelChoiceField):
            return self._printed_row(field, value)
        return _printed_value(field, value)

    @staticmethod
    def _printed_row(field: forms.ModelChoiceField[Any], value: Any) -> str:
        if not isinstance(value, models.Model):
            value = field.queryset and field.queryset.filter(pk=value).first()
        return "" if value is None else str(field.label_from_instance(value))

    def _is_rich(self, name: str) -> bool:
        fields = {field.name: field for field in self._meta.model._meta.fields}
        return isinstance(fields.get(name), RichTextField)

    def _as_html(self, name: str, value: str) -> str:
        compared = comparison_html if self._is_rich(name) else lines_html
        return compared(value, value)


def _mark_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _printed_value(field: forms.Field, value: Any) -> str:
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
    given: Sequence[EditableForm[Any]], *, by: User, reason: str = ""
) -> None:
    """Save valid forms, all or none; those with nothing new are left alone.

    Raises StaleForms when somebody else's text would be overwritten, and
    history.StaleSave when they save at this very moment.
    """
    conflicts = list(filter(None, (form.conflict() for form in given)))
    if conflicts:
        raise StaleForms(conflicts)
    for form in given:
        if form.is_to_be_saved():
            form.save_by(by, reason=reason)
