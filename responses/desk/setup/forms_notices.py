"""Forms of a notice: its request, and the decision on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from consultations.fields.rich_text_field import RichTextFormField
from consultations.models import ConsultationNotice
from responses.desk.setup.forms_attachments import read_upload, upload_rules_sentence
from responses.editing.forms.choices import RadioInput

Kind = ConsultationNotice.Kind

NOTICE_TYPE_LABELS = {
    Kind.CORRECTED: "Correction: the published wording was wrong",
    Kind.AMENDED: "Amendment: the questions or the proposal change",
    Kind.UPDATED: "Update: other details change",
    Kind.BRIEFING: "Briefing: news for readers; no wording changes",
    Kind.WITHDRAWN: "Withdrawal of the whole consultation; no wording changes",
}


class NoticeRequestForm(forms.Form):
    """A notice: its kind, the reason that readers see, and a file."""

    kind = forms.ChoiceField(
        label="Type of notice",
        choices=list(NOTICE_TYPE_LABELS.items()),
        widget=RadioInput,
        error_messages={"required": "Select the type of notice."},
    )
    text = RichTextFormField(
        label="Reason",
        help_text="Shown on the public page with the notice.",
        error_messages={"required": "Enter the reason."},
    )
    file = forms.FileField(label="File", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = upload_rules_sentence()
        self.content: bytes | None = None

    def clean_file(self) -> object:
        """Return the upload and keep its content.

        Raise ValidationError with the problems of the upload.
        """
        upload = self.cleaned_data["file"]
        if isinstance(upload, UploadedFile):
            self.content = read_upload(upload)
        return upload


class NoticeDecisionForm(forms.Form):
    """A decision on a notice; `sha256` is the checksum of what was read."""

    remarks = RichTextFormField(
        label="Review remarks",
        required=False,
        help_text="Required if you refuse the notice.",
    )
    sha256 = forms.CharField(widget=forms.HiddenInput)
