"""Boxes to tick and to choose from, inside a fieldset that has their common id."""

from __future__ import annotations

from django import forms

TEMPLATE = "desk/setup/choices.html"


class CheckboxesField(forms.CheckboxSelectMultiple):
    """Several of a few."""

    template_name = TEMPLATE


class RadioField(forms.RadioSelect):
    """One of a few."""

    template_name = TEMPLATE
