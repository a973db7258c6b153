"""Forms of respondents, responses and answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from consultations.fields.form_fields import LondonDateTimeField
from consultations.models import Question
from responses.editing.forms.editable import EditableForm
from responses.editing.keys import free_key
from responses.models import Answer, Respondent, Submission


class RespondentForm(EditableForm[Respondent]):
    """An organisation or person that responded to the consultation."""

    class Meta:
        model = Respondent
        fields = ("name", "category", "email", "roles", "represents", "aliases", "key")
        labels = {
            "email": "Email address",
            "represents": "Organisations represented",
            "aliases": "Other names",
            "key": "Reference (advanced)",
        }
        help_texts = {
            "category": "For example Large Supplier. Can be published even if the "
            "respondent is not named.",
            "roles": "One per line, for example Supplier.",
            "represents": "One per line.",
            "aliases": "One per line. Checks look for these names in published text.",
            "key": "Identifies the respondent in links and consultation files.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.fields["key"].required = False
            self.fields["key"].help_text = "Leave blank to generate one."

    def clean_key(self) -> str:
        """Refuse a key that another respondent has; generate one if it is empty.

        Raise ValidationError with a sentence for what is refused.
        """
        key = str(self.cleaned_data["key"])
        others = self.instance.consultation.respondents.exclude(pk=self.instance.pk)
        if not key:
            return free_key("r", others.values_list("key", flat=True))
        if others.filter(key=key).exists():
            raise ValidationError(
                f"Another respondent has the reference “{key}”. "
                "Enter a different reference."
            )
        return key


class SubmissionForm(EditableForm[Submission]):
    """A response, and whether it is counted if it is late."""

    received = LondonDateTimeField(label="Received")
    accepted = forms.TypedChoiceField(
        label="Late response",
        required=False,
        choices=(
            ("", "Not decided, or not late"),
            ("yes", "Accept"),
            ("no", "Reject"),
        ),
        coerce=lambda value: value == "yes",
        empty_value=None,
    )

    class Meta:
        model = Submission
        fields = ("received", "channel", "attribution", "accepted", "accepted_reason")
        labels = {
            "channel": "Received by",
            "attribution": "Attribution",
            "accepted_reason": "Reason for the decision",
        }
        help_texts = {
            "attribution": "Leave blank to use the consultation’s default attribution.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_received: dt.datetime | None = self.instance.received
        self.fields["accepted_reason"].widget.attrs["class"] = "short"
        decided = self.instance.accepted
        if decided is not None:
            self.set_stored_initial("accepted", "yes" if decided else "no")

    def clean_received(self) -> dt.datetime:
        """Keep the seconds of the stored time where the minute is unchanged."""
        typed: dt.datetime = self.cleaned_data["received"]
        was = self.stored_received
        if was and was.replace(second=0, microsecond=0) == typed:
            return was
        return typed

    def clean(self) -> None:
        """Require a reason for a decision."""
        super().clean()
        decided = self.cleaned_data.get("accepted") is not None
        if decided and not self.cleaned_data.get("accepted_reason"):
            reason = "Enter the reason for the decision."
            self.add_error("accepted_reason", ValidationError(reason))


class AnswerForm(EditableForm[Answer]):
    """The answer to one question; an empty form is no answer."""

    skip_if_empty = True

    class Meta:
        model = Answer
        fields = ("stance", "choice", "text", "confidential")
        labels = {
            "stance": "Position",
            "choice": "Option chosen",
            "text": "Answer",
            "confidential": "Confidential",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question = self.instance.question
        self.question = question
        if not Question.Kind(question.kind).takes_stance:
            del self.fields["stance"]
        if question.kind == Question.Kind.CHOICE:
            self._set_choices(question.options)
        else:
            del self.fields["choice"]

    def _set_choices(self, options: list[str]) -> None:
        offered = [("", "–"), *((option, option) for option in options)]
        own = self.instance.choice
        if own and own not in options:
            offered.append((own, own))
        self.fields["choice"] = forms.ChoiceField(
            label="Option chosen", choices=offered, required=False
        )

    def save_by(self, user: User, *, reason: str = "") -> Answer:
        """Save the answer; its response may have been saved just before."""
        self.instance.submission = self.instance.submission
        return super().save_by(user, reason=reason)
