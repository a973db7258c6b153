"""The form of a file published with a conclusion."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from consultations.models import (
    ConclusionAttachment,
    DocumentVersion,
    RegulatedDocument,
    StoredFile,
)
from consultations.uploads import (
    ALLOWED_SUFFIXES,
    attachment_problems,
    join_with_or,
    upload_problems,
)
from responses.editing.forms.editable import EditableForm
from responses.file_words import enqueue_reading


class DocumentField(forms.ModelChoiceField[RegulatedDocument]):
    """A regulated document by its code and title."""

    def label_from_instance(self, obj: RegulatedDocument) -> str:
        return f"{obj.code}: {obj.title}"


class VersionField(forms.ModelChoiceField[DocumentVersion]):
    """A version of a regulated document by code and label."""

    def label_from_instance(self, obj: DocumentVersion) -> str:
        return f"{obj.document.code} {obj.label or obj.key}, {obj.get_status_display()}"


class UploadField(forms.FileField):
    """An uploaded file, or the name of the stored file."""

    def to_python(self, data: Any) -> Any:
        """Return the name of a stored file unchanged."""
        return data if isinstance(data, str) else super().to_python(data)


class EnclosureForm(EditableForm[ConclusionAttachment]):
    """An attachment of a conclusion; without a file, only its title is listed."""

    document = DocumentField(
        RegulatedDocument.objects.none(), label="Document", required=False
    )
    document_version = VersionField(
        DocumentVersion.objects.none(), label="Version", required=False
    )
    against = VersionField(
        DocumentVersion.objects.none(),
        label="Compared with",
        required=False,
        help_text="For a redline: the earlier version.",
    )
    filename = UploadField(
        label="File",
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(ALLOWED_SUFFIXES)}),
        help_text=f"File type: {join_with_or(ALLOWED_SUFFIXES)}.",
    )

    class Meta:
        model = ConclusionAttachment
        fields = (
            "title",
            "kind",
            "document",
            "document_version",
            "against",
            "filename",
        )
        labels = {"kind": "Type"}
        help_texts = {
            "title": "Do not include “Attachment 1”: numbers are added automatically."
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content: bytes | None = None
        row = self.instance
        consultation = row.conclusion.consultation
        linked = RegulatedDocument.objects.filter(consultation=consultation)
        changed = RegulatedDocument.objects.filter(
            pk__in=consultation.changes.order_by().values("document")
        )
        own = RegulatedDocument.objects.filter(pk=row.document_id or 0)
        keys = (linked.order_by() | changed.order_by() | own.order_by()).values("pk")
        documents = RegulatedDocument.objects.filter(pk__in=keys)
        versions = DocumentVersion.objects.filter(document__in=documents)
        versions = versions.select_related("document")
        self.set_choices("document", documents)
        for name in ("document_version", "against"):
            self.set_choices(name, versions.order_by("document__code", "position"))

    def clean_filename(self) -> str:
        """Validate an upload, keep its content on the form and return its name.

        Raise ValidationError with the problems of the upload.
        """
        given = self.cleaned_data["filename"]
        if not isinstance(given, UploadedFile):
            return given or ""
        name = given.name or ""
        problems = upload_problems(name, given.size or 0)
        content = b"" if problems else given.read()
        problems = problems or attachment_problems(name, content)
        if problems:
            raise ValidationError(problems, code="upload")
        self.content = content
        return name

    def save_by(self, user: User, *, reason: str = "") -> ConclusionAttachment:
        """Save the attachment and the uploaded file, if any."""
        if self.content is not None and not self.fields["filename"].disabled:
            self.instance.file = StoredFile.objects.store(self.content)
            enqueue_reading([self.instance.file_id])
        return super().save_by(user, reason=reason)

    def clean(self) -> dict[str, Any]:
        """Check that the versions are of the document; infer it if not given."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("document_version", "against"):
            version = given.get(name)
            if version is None:
                continue
            document = given.get("document") or version.document
            given["document"] = document
            if version.document_id != document.pk:
                wrong = f"{version} is not a version of {document.code}."
                self.add_error(name, f"{wrong} Select a version of the document.")
        if given.get("against") and given["against"] == given.get("document_version"):
            self.add_error(
                "against", "Select a version other than the attached version."
            )
        return given
