"""Forms of sign-off: submission, decision, remark, schedule, withdrawal."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from consultations.fields.form_fields import LondonDateTimeField
from consultations.fields.rich_text_field import RichTextFormField
from consultations.web.resubmission import SubmittedField


def entered_texts(form: forms.BaseForm) -> list[SubmittedField]:
    """Return the texts of a valid form, to show where the form no longer is."""
    return [
        SubmittedField(str(field.label), value)
        for field in form.visible_fields()
        if isinstance(value := form.cleaned_data.get(field.name), str) and value
    ]


class SubmitForm(forms.Form):
    """The submission of a conclusion for sign-off."""

    note = RichTextFormField(
        label="Note to the approver",
        required=False,
        help_text="What has changed, and what to check closely.",
    )
    correction = RichTextFormField(
        label="What this edition corrects",
        help_text="Readers see this text with the new edition.",
    )

    def __init__(self, *args: Any, is_correction: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_correction:
            del self.fields["correction"]


class DecisionForm(forms.Form):
    """A decision on the edition with the given hash."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    remarks = RichTextFormField(
        label="Review remarks",
        required=False,
        help_text="Required if you return the edition.",
    )


class RemarkForm(forms.Form):
    """A remark on one section of an edition."""

    section = forms.ChoiceField(label="Section")
    text = RichTextFormField(label="Review remark")

    def __init__(
        self, *args: Any, sections: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["section"]).choices = sections


class ScheduleForm(forms.Form):
    """When an approved edition is to be published."""

    when = LondonDateTimeField(label="Publish at")


class WithdrawForm(forms.Form):
    """Why a published edition is withdrawn."""

    reason = RichTextFormField(
        label="Reason for withdrawal",
        help_text="Readers see the reason. The edition can still be read.",
    )
