"""Forms of regulated documents and their versions."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from consultations.models import DocumentVersion, RegulatedDocument
from responses.editing.forms.inputs import DateInput
from responses.editing.forms.unique import UniqueForm

RESERVED_NAME = "new"


def clean_name(name: str) -> str:
    """Return a name; refuse one that cannot be part of an address.

    Raise ValidationError with a sentence for what is refused.
    """
    if "/" in name or name in {".", ".."}:
        raise ValidationError(f"“{name}” becomes part of an address: use no slash.")
    if name == RESERVED_NAME:
        raise ValidationError(f"“{name}” is a page of this site. Take another.")
    return name


class DocumentForm(UniqueForm[RegulatedDocument]):
    """A document whose text is changed only after consultation."""

    class Meta:
        model = RegulatedDocument
        fields = ("code", "title", "reference", "kind", "parent", "route")
        labels = {
            "code": "Short name",
            "parent": "Annexed to",
            "route": "How a concluded version comes into force",
        }
        help_texts = {
            "code": "Unique, such as S1SR. It is part of the address of its page.",
            "reference": "Where it stands, such as SEC Appendix AM.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = RegulatedDocument.objects.exclude(pk__in=self._self_and_annexes())
        self.set_choices("parent", others)
        parent: Any = self.fields["parent"]
        parent.empty_label = "Nothing"

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
        """Refuse a short name that is taken or cannot be part of an address.

        Raise ValidationError with a sentence for what is refused.
        """
        code = clean_name(str(self.cleaned_data["code"]))
        others = RegulatedDocument.objects.exclude(pk=self.instance.pk)
        if others.filter(code=code).exists():
            raise ValidationError(f"Another document is called “{code}”.")
        return code


class VersionForm(UniqueForm[DocumentVersion]):
    """A document's text at one point; its clauses are not typed here."""

    class Meta:
        model = DocumentVersion
        fields = ("key", "label", "status", "in_force")
        labels = {"in_force": "In force from"}
        help_texts = {
            "key": "A short name, such as v16.0. It is part of the address.",
            "label": "As printed, if not the key: such as 16.0.",
            "status": "A version consulted on is public once every consultation on the "
            "document has opened; a concluded one once they are concluded.",
        }
        widgets = {"in_force": DateInput}

    def clean_key(self) -> str:
        """Refuse a key that another version of the document has.

        Raise ValidationError with a sentence for what is refused.
        """
        key = clean_name(str(self.cleaned_data["key"]))
        others = self.instance.document.versions.exclude(pk=self.instance.pk)
        if others.filter(key=key).exists():
            raise ValidationError(
                f"{self.instance.document} has a version “{key}” already."
            )
        return key
