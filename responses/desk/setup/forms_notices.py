"""Forms of a notice: its request, and the decision on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from consultations.fields.rich_text_field import RichTextFormField
from consultations.models import Consultation, ConsultationNotice
from responses.checks.typed_texts import typed_text_problems
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
    """A notice: its kind, the reason that readers see, and a file.

    No other check reads the reason and the name of the file before they are public.
    """

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

    def __init__(self, *args: Any, consultation: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consultation = consultation
        self.fields["file"].help_text = upload_rules_sentence()
        self.content: bytes | None = None

    def clean_text(self) -> str:
        """Refuse a reason that names a respondent who must not be named.

        Raise ValidationError with a sentence for each name.
        """
        text: str = self.cleaned_data["text"]
        if problems := typed_text_problems(self.consultation, text):
            raise ValidationError(problems)
        return text

    def clean_file(self) -> object:
        """Return the upload and keep its content.

        Raise ValidationError with the problems of the upload and the names in its name.
        """
        upload = self.cleaned_data["file"]
        if isinstance(upload, UploadedFile):
            content = read_upload(upload)
            if problems := typed_text_problems(self.consultation, upload.name or ""):
                raise ValidationError(problems)
            self.content = content
        return upload


class NoticeDecisionForm(forms.Form):
    """A decision on a notice; `sha256` is the checksum of what was read."""

    remarks = RichTextFormField(
        label="Reason for refusing",
        required=False,
        help_text="Required if you refuse the notice.",
    )
    sha256 = forms.CharField(widget=forms.HiddenInput)
