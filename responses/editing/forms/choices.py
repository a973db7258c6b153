"""Checkboxes and radio buttons inside a fieldset that has the widget's id."""

from __future__ import annotations

from django import forms

TEMPLATE = "desk/setup/choices.html"


class CheckboxesInput(forms.CheckboxSelectMultiple):
    """Several of a few."""

    template_name = TEMPLATE


class RadioInput(forms.RadioSelect):
    """One of a few."""

    template_name = TEMPLATE
