"""The form of a standard text."""

from __future__ import annotations

from typing import Any

from consultations.models import Passage
from responses.comments.work import assignable_users
from responses.editing.forms.editable import EditableForm
from responses.editing.forms.inputs import UserField


class PassageForm(EditableForm[Passage]):
    """A standard text and its owner; each save creates a new version."""

    owner = UserField(
        None, label="Owner", help_text="Person responsible for this text."
    )

    class Meta:
        model = Passage
        fields = ("title", "kind", "text", "owner", "retired")
        labels = {"kind": "Type", "retired": "Archived"}
        help_texts = {
            "kind": "Where drafters can insert this text.",
            "retired": "Drafters cannot insert archived text.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = assignable_users(also=self.instance.owner_id)
        owner.empty_label = None
        if not self.instance.pk:
            del self.fields["retired"]
            self.stored_initial.pop("retired")
