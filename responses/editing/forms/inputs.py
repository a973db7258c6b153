"""Form fields and widgets of several forms."""

from __future__ import annotations

from django import forms
from django.contrib.auth.models import User

from consultations.user_names import user_label


class UserField(forms.ModelChoiceField[User]):
    """A choice of users, by name."""

    def label_from_instance(self, obj: User) -> str:
        return user_label(obj)


class DateInput(forms.DateInput):
    """A date, typed or picked; the browser shows it as its user writes dates."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
