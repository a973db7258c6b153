"""Forms of the designation, of commitments and of glossary terms."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from consultations.models import Commitment, Designation, GlossaryTerm
from responses.checks.typed_texts import typed_text_problems
from responses.editing.forms.editable import EditableForm
from responses.editing.forms.inputs import DateInput


class DesignationForm(EditableForm[Designation]):
    """The designation that the Secretary of State is asked for, and its outcome."""

    class Meta:
        model = Designation
        fields = (
            "addressee",
            "submitted",
            "target",
            "fallback_months",
            "fallback_wording",
            "designated",
            "outcome",
        )
        widgets = {name: DateInput() for name in ("submitted", "target", "designated")}
        labels = {
            "addressee": "Submitted to",
            "submitted": "Submitted on",
            "target": "Target date for designation",
            "fallback_months": "Fallback period (months)",
            "fallback_wording": "Fallback wording",
            "designated": "Designated on",
            "outcome": "Decision",
        }
        help_texts = {
            "addressee": "For example the Secretary of State.",
            "fallback_months": "How long after the target date, in months, the text "
            "can still take effect.",
            "fallback_wording": "As printed in the conclusion.",
        }
        error_messages = {
            "addressee": {
                "required": "Enter the person or body that the text is submitted to."
            }
        }

    def clean(self) -> None:
        """Refuse a designation before it was submitted, and names of respondents.

        The texts are public at once where a conclusion is published.
        """
        super().clean()
        for name in ("addressee", "fallback_wording", "outcome"):
            text = self.cleaned_data.get(name, "")
            if problems := typed_text_problems(self.instance.consultation, text):
                self.add_error(name, ValidationError(problems))
        submitted = self.cleaned_data.get("submitted")
        designated = self.cleaned_data.get("designated")
        if submitted and designated and designated < submitted:
            self.add_error(
                "designated",
                ValidationError(
                    f"The date of designation is before {submitted:%-d %B %Y}, the "
                    "date of submission. Correct one of the two dates."
                ),
            )


class CommitmentForm(EditableForm[Commitment]):
    """A commitment made in a conclusion."""

    class Meta:
        model = Commitment
        fields = ("text", "due", "due_is_month", "owner", "done", "done_by")
        widgets = {"due": DateInput(), "done": DateInput()}
        labels = {
            "text": "Commitment",
            "due": "Due on",
            "due_is_month": "Show only the month",
            "done": "Completed on",
            "done_by": "How the commitment was met",
        }
        help_texts = {
            "due_is_month": "Enter any day of the month as the due date.",
            "done_by": "What was published or done, and where.",
        }
        error_messages = {"text": {"required": "Enter the commitment."}}


class TermForm(EditableForm[GlossaryTerm]):
    """An abbreviation and what it stands for."""

    class Meta:
        model = GlossaryTerm
        fields = ("short", "long")
        labels = {"short": "Abbreviation", "long": "Meaning"}
        error_messages = {
            "short": {"required": "Enter the abbreviation."},
            "long": {"required": "Enter the meaning."},
        }

    def clean_short(self) -> str:
        """Refuse an abbreviation the glossary has already.

        Raise ValidationError with a sentence for what is refused.
        """
        short = str(self.cleaned_data["short"])
        others = self.instance.consultation.glossary.exclude(pk=self.instance.pk)
        if others.filter(short=short).exists():
            raise ValidationError(
                f"“{short}” is already in the glossary. Edit the existing term."
            )
        return short
