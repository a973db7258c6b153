"""Checkboxes and radio buttons inside a fieldset that has the widget's id."""

from __future__ import annotations

from django import forms

TEMPLATE = "desk/setup/choices.html"


class CheckboxesField(forms.CheckboxSelectMultiple):
    """Choose any of a few values."""

    template_name = TEMPLATE


class RadioField(forms.RadioSelect):
    """Choose one of a few values."""

    template_name = TEMPLATE
