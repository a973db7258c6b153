"""The form of a reusable passage."""

from __future__ import annotations

from typing import Any

from consultations.models import Passage
from responses.comments.work import assignable_users
from responses.editing.forms.editable import EditableForm
from responses.editing.forms.inputs import UserField


class PassageForm(EditableForm[Passage]):
    """A reusable text and its owner; each save makes a new version."""

    owner = UserField(None, label="Owner", help_text="Who keeps the text right.")

    class Meta:
        model = Passage
        fields = ("title", "kind", "text", "owner", "retired")
        labels = {"retired": "Retired: not offered any more"}
        help_texts = {"kind": "Where it is offered."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = assignable_users(also=self.instance.owner_id)
        owner.empty_label = None
        if not self.instance.pk:
            del self.fields["retired"]
            self.stored_initial.pop("retired")
