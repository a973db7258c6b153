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
    """A response, whether it is counted if it is late, and whether it is withdrawn."""

    received = LondonDateTimeField(label="Received")
    withdrawn_at = LondonDateTimeField(
        label="Date and time of the withdrawal",
        required=False,
        help_text="A withdrawn response is kept, but is not counted or published.",
    )
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
        fields = (
            *("received", "channel", "attribution", "accepted", "accepted_reason"),
            *("withdrawn_at", "withdrawn_reason"),
        )
        labels = {
            "channel": "Received by",
            "attribution": "Attribution",
            "accepted_reason": "Reason for the decision",
            "withdrawn_reason": "Reason for the withdrawal",
        }
        help_texts = {
            "attribution": "Leave blank to use the consultation’s default attribution.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_received: dt.datetime | None = self.instance.received
        self.stored_withdrawn_at = self.instance.withdrawn_at
        for name in ("accepted_reason", "withdrawn_reason"):
            self.fields[name].widget.attrs["class"] = "short"
        decided = self.instance.accepted
        if decided is not None:
            self.set_stored_initial("accepted", "yes" if decided else "no")

    def clean_received(self) -> dt.datetime:
        """Keep the seconds of the stored time where the minute is unchanged."""
        typed: dt.datetime = self.cleaned_data["received"]
        return _with_stored_seconds(typed, self.stored_received)

    def clean_withdrawn_at(self) -> dt.datetime | None:
        """Keep the seconds of the stored time where the minute is unchanged."""
        typed: dt.datetime | None = self.cleaned_data["withdrawn_at"]
        return typed and _with_stored_seconds(typed, self.stored_withdrawn_at)

    def clean(self) -> None:
        """Require a reason for a decision, and for a withdrawal its date."""
        super().clean()
        decided = self.cleaned_data.get("accepted") is not None
        if decided and not self.cleaned_data.get("accepted_reason"):
            reason = "Enter the reason for the decision."
            self.add_error("accepted_reason", ValidationError(reason))
        withdrawn = self.cleaned_data.get("withdrawn_at")
        given = self.cleaned_data.get("withdrawn_reason")
        if withdrawn and not given:
            reason = "Enter the reason for the withdrawal."
            self.add_error("withdrawn_reason", ValidationError(reason))
        if given and not withdrawn and "withdrawn_at" not in self.errors:
            day = "Enter the date and time of the withdrawal, or remove the reason."
            self.add_error("withdrawn_at", ValidationError(day))
        received = self.cleaned_data.get("received")
        if withdrawn and received and withdrawn < received:
            early = (
                "The withdrawal must be at or after the time when the response was "
                "received."
            )
            self.add_error("withdrawn_at", ValidationError(early))


def _with_stored_seconds(typed: dt.datetime, stored: dt.datetime | None) -> dt.datetime:
    if stored and stored.replace(second=0, microsecond=0) == typed:
        return stored
    return typed


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
