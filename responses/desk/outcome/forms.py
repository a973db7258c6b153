"""Forms of the designation, of commitments and of glossary terms."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from consultations.models import Commitment, Designation, GlossaryTerm
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
            "addressee": "Who designates",
            "submitted": "Submitted on",
            "target": "To take effect on",
            "fallback_months": "Months of grace",
            "fallback_wording": "Wording of the fallback",
            "designated": "Designated on",
            "outcome": "What came of it",
        }
        help_texts = {
            "addressee": "Such as the Secretary of State.",
            "fallback_months": "How long after that day it may take effect instead.",
            "fallback_wording": "As the conclusion says it.",
        }

    def clean(self) -> None:
        """Refuse a designation before it was submitted."""
        super().clean()
        submitted = self.cleaned_data.get("submitted")
        designated = self.cleaned_data.get("designated")
        if submitted and designated and designated < submitted:
            self.add_error(
                "designated",
                ValidationError(
                    f"This is before {submitted:%-d %B %Y}, when it was submitted. "
                    "Correct one of the two days."
                ),
            )


class CommitmentForm(EditableForm[Commitment]):
    """A promise made in a conclusion."""

    class Meta:
        model = Commitment
        fields = ("text", "due", "due_is_month", "owner", "done", "done_by")
        widgets = {"due": DateInput(), "done": DateInput()}
        labels = {
            "text": "What is promised",
            "due": "Due on",
            "due_is_month": "Only the month is promised",
            "done": "Kept on",
            "done_by": "How it was kept",
        }
        help_texts = {
            "due_is_month": "Any day of the month may then be given above.",
            "done_by": "What was published or done, and where.",
        }


class TermForm(EditableForm[GlossaryTerm]):
    """An abbreviation and what it stands for."""

    class Meta:
        model = GlossaryTerm
        fields = ("short", "long")
        labels = {"short": "Abbreviation", "long": "What it stands for"}

    def clean_short(self) -> str:
        """Refuse an abbreviation the glossary has already.

        Raise ValidationError with a sentence for what is refused.
        """
        short = str(self.cleaned_data["short"])
        others = self.instance.consultation.glossary.exclude(pk=self.instance.pk)
        if others.filter(short=short).exists():
            raise ValidationError(f"The glossary has “{short}” already. Edit that one.")
        return short
