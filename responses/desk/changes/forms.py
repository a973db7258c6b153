"""The form of a clause change and of the comments that caused it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from consultations.audit.history import create_all, delete_all
from consultations.models import ClauseChange, Consultation, RegulatedDocument
from responses.comments.numbers import comment_numbers
from responses.editing.forms.boxes import BoxesInput
from responses.editing.forms.editable import EditableForm
from responses.editing.keys import free_key
from responses.models import ChangeCause, Comment, DCCResponse


class CauseField(forms.ModelMultipleChoiceField[Comment]):
    """Comments to choose from, each by its number and first words."""

    def label_from_instance(self, obj: Any) -> str:
        """Return `Q2.3: ` and the first words of a comment.

        The comments come from a related manager, so they share one consultation,
        which keeps the numbers.
        """
        return f"{comment_numbers(obj.consultation)[obj.pk]}: {obj.lead}"


def comments_without_change(consultation: Consultation) -> QuerySet[Comment, int]:
    """Return the keys of comments with the disposition "changed" but no change."""
    changed = DCCResponse.Disposition.CHANGED
    waiting = consultation.comments.filter(dcc_response__disposition=changed)
    return waiting.filter(change_links=None).values_list("pk", flat=True)


class ChangeForm(EditableForm[ClauseChange]):
    """A clause change, caused by comments or by the publisher's own initiative."""

    causes = CauseField(
        label="Comments that led to this change",
        queryset=Comment.objects.none(),
        required=False,
        widget=BoxesInput("comments"),
        show_hidden_initial=True,
    )

    class Meta:
        model = ClauseChange
        fields = (
            "key",
            "document",
            "reference",
            "description",
            "rationale",
            "own_initiative",
            "clause",
            "before",
            "after",
        )
        labels = {
            "key": "Reference (advanced)",
            "reference": "Drafting reference",
            "rationale": "Rationale for change",
            "own_initiative": "DCC’s own reason",
            "clause": "Clause identifier",
            "before": "Current text",
            "after": "New text",
        }
        help_texts = {
            "key": "Used in cross-references and web addresses.",
            "reference": "As printed, for example Clause 13.2.",
            "own_initiative": "Needed only if no comment led to this change.",
            "clause": "Identifies the clause in every version of the document.",
            "before": "Needed only if the document text is not on this site.",
            "after": "Needed only if the document text is not on this site.",
        }
        error_messages = {
            "key": {"required": "Enter the reference."},
            "document": {"required": "Select the document."},
            "reference": {"required": "Enter the drafting reference."},
            "description": {"required": "Enter the description."},
            "rationale": {"required": "Enter the rationale for the change."},
        }

    field_order = (
        *("document", "reference", "description", "rationale", "causes"),
        *("own_initiative", "clause", "before", "after", "key"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about = self.instance.consultation
        linked = RegulatedDocument.objects.filter(consultation=about)
        own = RegulatedDocument.objects.filter(pk=self.instance.document_id)
        self.set_choices("document", (linked | own).distinct())
        comments = about.comments.order_by("question__position", "position")
        self.set_choices("causes", comments)
        causes: Any = self.fields["causes"].widget
        causes.suggested_keys = lambda: comments_without_change(about)
        for name in ("own_initiative", "before", "after"):
            self.fields[name].widget.attrs["class"] = "short"
        if not self.instance.pk:
            self.fields["key"].required = False
            self.fields["key"].help_text = "Leave blank to generate one."
            return
        self.set_stored_initial(
            "causes", list(self.instance.causes.values_list("comment", flat=True))
        )

    def clean_key(self) -> str:
        """Refuse a key that another change has; generate one if it is empty.

        Raise ValidationError with a sentence for what is refused.
        """
        key = str(self.cleaned_data["key"])
        others = self.instance.consultation.changes.exclude(pk=self.instance.pk)
        if not key:
            return free_key("c", others.values_list("key", flat=True))
        if others.filter(key=key).exists():
            raise ValidationError(
                f"Another clause change has the reference “{key}”. Enter a different "
                "reference."
            )
        return key

    def save_related(self, user: User) -> None:
        """Save the links to the comments that caused the change."""
        change = self.instance
        stored = {cause.comment_id: cause for cause in change.causes.all()}
        chosen = [comment.pk for comment in self.cleaned_data["causes"]]
        delete_all([stored[pk] for pk in set(stored) - set(chosen)], by=user)
        new = [
            ChangeCause(change=change, comment_id=pk, position=position)
            for position, pk in enumerate(chosen)
            if pk not in stored
        ]
        create_all(ChangeCause, new, by=user)
