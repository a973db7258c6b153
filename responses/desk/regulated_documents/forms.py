"""Forms of regulated documents and their versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from consultations.fields.rich_text_field import RichTextFormField
from consultations.models import Consultation, DocumentVersion, RegulatedDocument
from consultations.public.versions import public_versions
from consultations.public_slugs import claimed_sentence, slug_holder
from responses.editing.forms.inputs import DateInput
from responses.editing.forms.unique import UniqueForm

RESERVED_NAME = "new"


def clean_name(name: str) -> str:
    """Return a name; refuse one that cannot be part of a web address.

    Raise ValidationError with a sentence for what is refused.
    """
    if "/" in name or name in {".", ".."}:
        raise ValidationError(
            f"“{name}” cannot be part of a web address. Use letters, digits, hyphens "
            "and full stops, without a slash."
        )
    if name == RESERVED_NAME:
        raise ValidationError(f"“{name}” is reserved. Enter a different name.")
    return name


class DocumentForm(UniqueForm[RegulatedDocument]):
    """A document whose text is changed only after consultation."""

    class Meta:
        model = RegulatedDocument
        fields = ("code", "title", "reference", "kind", "parent", "route")
        labels = {
            "code": "Short name",
            "kind": "Type",
            "parent": "Annexed to",
            "route": "Approval route",
        }
        help_texts = {
            "code": "For example S1SR. The short name is part of the page’s web "
            "address and must be unique. If you change the short name of a public "
            "document, links to the former web address still work.",
            "reference": "For example SEC Appendix AM.",
            "route": "How a concluded version comes into force.",
        }
        error_messages = {
            "code": {"required": "Enter the short name."},
            "title": {"required": "Enter the title."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = RegulatedDocument.objects.exclude(pk__in=self._self_and_annexes())
        self.set_choices("parent", others)
        parent: Any = self.fields["parent"]
        parent.empty_label = "Not annexed"

    def _self_and_annexes(self) -> set[int]:
        """Return the keys of the document and of all its annexes, at any depth."""
        own = {self.instance.pk} if self.instance.pk else set()
        parents = RegulatedDocument.objects.exclude(parent=None)
        pairs = list(parents.values_list("pk", "parent")) if own else []
        while True:
            more = {pk for pk, parent in pairs if parent in own} - own
            if not more:
                return own
            own |= more

    def clean_code(self) -> str:
        """Refuse a short name that is taken or cannot be part of a web address.

        Raise ValidationError with a sentence for what is refused.
        """
        code = clean_name(str(self.cleaned_data["code"]))
        others = RegulatedDocument.objects.exclude(pk=self.instance.pk)
        if others.filter(code=code).exists():
            raise ValidationError(
                f"Another document has the short name “{code}”. Enter a different "
                "short name."
            )
        holder = slug_holder(RegulatedDocument, code, own=self.instance.pk)
        if holder:
            raise ValidationError(claimed_sentence(code, holder))
        return code


class ReleaseRequestForm(forms.Form):
    """The request to release the text of a version."""

    reason = RichTextFormField(
        label="Reason for the release",
        help_text="For example that the Secretary of State has designated the text.",
    )


class ReleaseDecisionForm(forms.Form):
    """The decision on the release with the given hash."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    remarks = RichTextFormField(
        label="Reason for refusing",
        required=False,
        help_text="Required if you refuse the release.",
    )


class VersionForm(UniqueForm[DocumentVersion]):
    """A document's text at one point; its clauses are not typed here."""

    class Meta:
        model = DocumentVersion
        fields = ("key", "label", "status", "in_force", "consultation")
        labels = {
            "key": "Version",
            "label": "Version as printed",
            "in_force": "In force from",
            "consultation": "Consultation",
        }
        help_texts = {
            "key": "For example v16.0. Used in the web address of the version.",
            "label": "For example 16.0. Leave blank to print the version entered "
            "above.",
            "status": "A version consulted on is public from the opening of its "
            "consultation. A concluded version is public when the conclusion is "
            "published. A designated version is public when another person approves "
            "its release.",
            "consultation": "The consultation in which this version is consulted on or "
            "concluded. If that consultation has already opened, a version that you "
            "mark as consulted on is public only when another person approves its "
            "release.",
        }
        error_messages = {
            "key": {"required": "Enter the version."},
            "status": {"required": "Select the status."},
        }
        widgets = {"in_force": DateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        linked = Q(documents=self.instance.document_id)
        own = Q(pk=self.instance.consultation_id or 0)
        about = Consultation.objects.filter(linked | own).distinct()
        self.set_choices("consultation", about)
        consultation: Any = self.fields["consultation"]
        consultation.empty_label = "None"

    def clean_key(self) -> str:
        """Refuse a key that another version of the document has.

        The key is part of the web address, so that of a public version stays.

        Raise ValidationError with a sentence for what is refused.
        """
        key = clean_name(str(self.cleaned_data["key"]))
        stored = self.instance.document.versions.filter(pk=self.instance.pk)
        public = next(iter(public_versions(stored)), None)
        if public and key != public.key:
            raise ValidationError(
                f"This version is public at the web address “{public.key}”. Enter "
                f"“{public.key}”, or add another version."
            )
        others = self.instance.document.versions.exclude(pk=self.instance.pk)
        if others.filter(key=key).exists():
            raise ValidationError(
                f"{self.instance.document} already has a version “{key}”. Enter a "
                "different version."
            )
        return key
