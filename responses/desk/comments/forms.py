"""Forms of comments, of DCC responses to them, and of bulk updates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from consultations.models import Consultation
from consultations.user_names import user_label
from responses.comments.bulk import ListSnapshot, list_snapshot_of
from responses.comments.work import (
    assignable_users,
    next_comment_key,
    next_comment_position,
    set_sources,
)
from responses.editing.forms.boxes import BoxesInput
from responses.editing.forms.editable import EditableForm
from responses.editing.forms.inputs import UserField
from responses.editing.keys import is_row_number
from responses.models import Comment, DCCResponse, Respondent
from responses.passages.library import parse_used_passages


class CommentForm(EditableForm[Comment]):
    """A comment: its published text, its respondents and its assignee."""

    sources = forms.ModelMultipleChoiceField(
        Respondent.objects.none(),
        label="Raised by",
        required=False,
        show_hidden_initial=True,
        widget=BoxesInput("respondents"),
    )
    assigned_to = UserField(
        User.objects.none(),
        label="Assigned to",
        required=False,
        empty_label="Unassigned",
    )

    class Meta:
        model = Comment
        fields = (
            "text",
            "question",
            "sources",
            "assigned_to",
            "concerns",
            "replies_to",
            "key",
        )
        labels = {
            "text": "Published comment",
            "concerns": "Related clauses",
            "replies_to": "Follows an earlier response",
            "key": "Reference (advanced)",
        }
        help_texts = {
            "concerns": "One per line, for example S1SR Clause 13.2.",
            "replies_to": (
                "For example the response to question 2 of the 2025 consultation."
            ),
            "key": "Leave blank to generate one.",
        }

    def __init__(
        self,
        *args: Any,
        respondents_who_answered: Callable[[], Iterable[int]] = tuple,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        consultation = self.instance.consultation
        question: Any = self.fields["question"]
        question.queryset = consultation.questions.all()
        question.empty_label = "No question"
        sources: Any = self.fields["sources"]
        sources.queryset = consultation.respondents.all()
        sources.widget.suggested_keys = respondents_who_answered
        assigned: Any = self.fields["assigned_to"]
        assigned.queryset = assignable_users(also=self.instance.assigned_to_id)
        self.fields["concerns"].widget.attrs["rows"] = 3
        self.fields["text"].widget.attrs["rows"] = 6
        if self.instance.pk:
            del self.fields["key"]
            self.stored_initial.pop("key")
        else:
            self.fields["key"].required = False
        self.stored_question_id = self.instance.question_id
        self.is_new = not self.instance.pk

    def clean_key(self) -> str:
        """Refuse a key another comment has; an empty one is given when saving.

        Raise ValidationError with a sentence for what is refused.
        """
        key: str = self.cleaned_data["key"]
        own = Comment.objects.filter(consultation=self.instance.consultation)
        if key and own.filter(key=key).exists():
            raise ValidationError(
                f"Another comment has the reference “{key}”. "
                "Enter a different reference, or leave the field blank."
            )
        return key

    def save_by(self, user: User, *, reason: str = "") -> Comment:
        """Save the comment; append a new or moved one to its question."""
        row = self.instance
        if self.is_new or row.question_id != self.stored_question_id:
            row.position = next_comment_position(row.consultation)
        if self.is_new and not row.key:
            row.key = next_comment_key(row.consultation)
        return super().save_by(user, reason=reason)

    def save_related(self, user: User) -> None:
        """Save the respondents if they changed."""
        if self.is_new or "sources" in self.changed_data:
            set_sources(self.instance, self.cleaned_data["sources"], by=user)


class ResponseForm(EditableForm[DCCResponse]):
    """The DCC response to a comment, and the outcome."""

    class Meta:
        model = DCCResponse
        fields = ("text", "disposition")
        labels = {"text": "DCC response", "disposition": "Outcome"}
        widgets = {"disposition": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        disposition: Any = self.fields["disposition"]
        disposition.choices = [("", "Not decided"), *DCCResponse.Disposition.choices]

    @property
    def used_passages(self) -> dict[int, int]:
        """Versions of the inserted passages by key, as the page recorded them."""
        return parse_used_passages(self.used_passages_value)

    @property
    def used_passages_value(self) -> str:
        """The used passages as posted: `12:3 15:1`."""
        return str(self.data.get(self.add_prefix("used"), "")) if self.is_bound else ""

    def save_by(self, user: User, *, reason: str = "") -> DCCResponse:
        """Save the response; an empty new one is not saved."""
        row = self.instance
        if not row.pk and not (row.text or row.disposition):
            return row
        return super().save_by(user, reason=reason)


ASSIGN_NOBODY = "nobody"


class BulkForm(forms.Form):
    """An update of the ticked comments, or of all that match the filter."""

    mark = forms.CharField(widget=forms.HiddenInput)
    every = forms.BooleanField(required=False)
    assign = forms.ChoiceField(label="Assign to", required=False)
    disposition = forms.ChoiceField(
        label="Outcome",
        required=False,
        choices=[("", "No change"), *DCCResponse.Disposition.choices],
    )

    def __init__(self, consultation: Consultation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consultation = consultation
        self.people = {user.username: user for user in assignable_users()}
        assign: Any = self.fields["assign"]
        assign.choices = [
            ("", "No change"),
            (ASSIGN_NOBODY, "Unassigned"),
            *((name, user_label(user)) for name, user in self.people.items()),
        ]

    def clean_mark(self) -> ListSnapshot:
        """Return the snapshot of the list that the page showed.

        Raise ValidationError for a snapshot that is not known any more.
        """
        mark = list_snapshot_of(self.cleaned_data["mark"])
        if mark is None:
            raise ValidationError("This page is out of date. Reload the page.")
        return mark

    def clean(self) -> dict[str, Any]:
        """Require comments and at least one change to make.

        Raise ValidationError where either is missing.
        """
        given = self.cleaned_data
        if not given.get("every") and not self.ticked_keys:
            raise ValidationError(
                "Select the comments to update, or select all results."
            )
        if not given.get("assign") and not given.get("disposition"):
            raise ValidationError("Select an assignee or an outcome.")
        return given

    @property
    def ticked_keys(self) -> list[int]:
        """The primary keys of the rows that are ticked."""
        getlist: Any = getattr(self.data, "getlist", lambda name: [])
        return [int(key) for key in getlist("row") if is_row_number(key)]

    @property
    def assignee(self) -> User | None:
        """The user to assign the comments to; None for nobody."""
        return self.people.get(self.cleaned_data["assign"])
