"""Boxes to tick and to choose from, inside a fieldset that has their common id."""

from __future__ import annotations

from django import forms

TEMPLATE = "desk/setup/choices.html"


class Ticks(forms.CheckboxSelectMultiple):
    """Several of a few."""

    template_name = TEMPLATE


class Choices(forms.RadioSelect):
    """One of a few."""

    template_name = TEMPLATE
