"""The form of a consultation's attachment, and validation of uploads."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from consultations.models import ConsultationAttachment, StoredFile
from consultations.uploads import (
    ALLOWED_SUFFIXES,
    attachment_problems,
    join_with_or,
    upload_limit,
    upload_problems,
)
from responses.editing.forms.editable import EditableForm
from responses.file_words import enqueue_reading

MAX_TITLE_LENGTH = 300


def upload_rules_sentence() -> str:
    """Return the sentence on the allowed file types and sizes."""
    limit = f"{upload_limit() // 1024 // 1024} MB"
    endings = join_with_or(ALLOWED_SUFFIXES)
    return f"File names must end in {endings}, and files must not be over {limit}."


def read_upload(upload: UploadedFile[Any]) -> bytes:
    """Return an upload's content; raise ValidationError with all its problems.

    A file that is refused for its name or size is not read.
    """
    name = upload.name or ""
    problems = upload_problems(name, upload.size or 0)
    if not problems:
        upload.seek(0)  # a form may be read again after somebody else's save
        content: bytes = upload.read()
        problems = attachment_problems(name, content)
    if problems:
        raise ValidationError(problems)
    return content


def proposed_title(filename: str) -> str:
    """Return a title for a file: its name without ending, hyphens for underscores."""
    words = PurePosixPath(filename).stem.replace("_", " ").split()
    return " ".join(words)[:MAX_TITLE_LENGTH] or filename


class AttachmentForm(EditableForm[ConsultationAttachment]):
    """An attachment's title, and an upload that replaces its file."""

    upload = forms.FileField(label="Replacement file", required=False)

    class Meta:
        model = ConsultationAttachment
        fields = ("title",)
        help_texts = {"title": "Shown to readers in the list of attachments."}
        error_messages = {"title": {"required": "Enter the title."}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        self.fields["upload"].help_text = upload_rules_sentence()
        self.set_stored_initial("upload", f"{row.filename} (SHA-256 {row.file_id})")
        self.content: bytes | None = None

    def clean_upload(self) -> object:
        """Return the upload and keep its content, or the stored value.

        Raise ValidationError with the problems of the upload.
        """
        upload = self.cleaned_data["upload"]
        if not isinstance(upload, UploadedFile):
            return upload
        others = self.instance.consultation.attachments.exclude(pk=self.instance.pk)
        if others.filter(filename=upload.name).exists():
            raise ValidationError(name_taken_message(upload.name or ""))
        self.content = read_upload(upload)
        return upload

    def save_by(self, user: User, *, reason: str = "") -> ConsultationAttachment:
        """Save the attachment and the uploaded file, if any."""
        upload = self.cleaned_data["upload"]
        if self.content is not None and isinstance(upload, UploadedFile):
            self.instance.file = StoredFile.objects.store(self.content)
            self.instance.filename = upload.name or ""
            enqueue_reading([self.instance.file_id])
        return super().save_by(user, reason=reason)


def name_taken_message(filename: str) -> str:
    """Return the sentence that refuses a file whose name is taken."""
    return (
        f"A file called “{filename}” is already attached. Replace the attached "
        "file, or rename the new file."
    )
