"""Inputs that forms of several subjects use."""

from __future__ import annotations

from django import forms
from django.contrib.auth.models import User


def user_label(user: User) -> str:
    """Return what colleagues call a user."""
    return user.get_full_name() or user.get_username()


class UserField(forms.ModelChoiceField[User]):
    """Somebody who drafts, by name."""

    def label_from_instance(self, obj: User) -> str:
        return user_label(obj)


class DateInput(forms.DateInput):
    """A date, typed or picked; the browser shows it as its user writes dates."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
