"""The form of a question."""

from __future__ import annotations

from string import ascii_lowercase
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from consultations.models import Question
from responses.editing.forms.unique import UniqueForm
from responses.editing.keys import free_key, free_slug
from responses.editing.ordering import next_position
from responses.setup.question_order import kind_blockers, reading_order

MIN_OPTIONS = 2

MAX_KEY_LENGTH = 60


class ParentField(forms.ModelChoiceField[Question]):
    """A parent question, by its label."""

    def label_from_instance(self, obj: Question) -> str:
        return f"Sub-question of {obj.label}"


class QuestionForm(UniqueForm[Question]):
    """A question, its parent, and the answers it takes."""

    parent = ParentField(
        Question.objects.none(),
        label="Level",
        required=False,
        empty_label="Top level",
    )

    class Meta:
        model = Question
        fields = (
            "label",
            "text",
            "kind",
            "options",
            "parent",
            "refers_to",
            "summary",
            "key",
        )
        labels = {
            "label": "Question number",
            "text": "Question text",
            "kind": "Answer type",
            "options": "Options",
            "refers_to": "Related clauses",
            "summary": "Summary in the conclusion",
            "key": "Reference (advanced)",
        }
        help_texts = {
            "label": "As printed, for example Question 3.",
            "options": "One per line. Only for “Choose one option”.",
            "refers_to": "One per line, for example S1SR Clause 13.2.",
            "summary": "Printed above the table of comments on the question.",
            "key": "Leave blank to generate one. The reference cannot be changed "
            "later.",
        }
        error_messages = {
            "label": {"required": "Enter the question number."},
            "text": {"required": "Enter the question text."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about = self.instance.consultation
        self.stored_kind_and_options = (self.instance.kind, list(self.instance.options))
        self.stored_parent_id = self.instance.parent_id
        self.is_new = self.instance.pk is None
        self.set_choices(
            "parent", about.questions.exclude(pk__in=self._self_and_descendants())
        )
        for name in ("text", "summary"):
            self.fields[name].widget.attrs["rows"] = 5
        if self.is_new:
            self.fields["key"].required = False
            self._propose_key_and_label()
        else:
            del self.fields["key"]
            del self.stored_initial["key"]

    def _self_and_descendants(self) -> list[int]:
        """Return the keys of the question and its descendants: no parents for it."""
        if self.is_new:
            return []
        rows = self.instance.consultation.questions.all()
        own = {self.instance.pk}
        for placed in reading_order(rows):
            if placed.question.parent_id in own:
                own.add(placed.question.pk)
        return list(own)

    def _propose_key_and_label(self) -> None:
        """Fill in the next key and label: `q3`, `Question 3`; below it `q3a`, `(a)`."""
        rows = self.instance.consultation.questions
        keys = rows.values_list("key", flat=True)
        above = rows.filter(pk=self.initial.get("parent") or 0).first()
        number = rows.filter(parent=above).count() + 1
        self.initial["key"] = free_key("q", keys)
        self.initial["label"] = f"Question {number}"
        if above:
            letter = ascii_lowercase[(number - 1) % len(ascii_lowercase)]
            self.initial["key"] = free_slug(
                f"{above.key}{letter}", keys, MAX_KEY_LENGTH
            )
            self.initial["label"] = f"{above.label}({letter})"

    def clean_key(self) -> str:
        """Refuse a key that another question has; use the proposed one if it is empty.

        Raise ValidationError with a sentence for what is refused.
        """
        key = str(self.cleaned_data["key"] or self.initial["key"])
        if self.instance.consultation.questions.filter(key=key).exists():
            raise ValidationError(
                f"Another question has the reference “{key}”. Enter a different "
                "reference."
            )
        return key

    def clean_options(self) -> list[str]:
        """Refuse the same option twice.

        Raise ValidationError with a sentence for what is refused.
        """
        options: list[str] = self.cleaned_data["options"]
        for option in options:
            if options.count(option) > 1:
                raise ValidationError(
                    f"The option “{option}” is listed twice. Delete one of the two."
                )
            if len(option) > 300:
                raise ValidationError(
                    f"The option “{option[:40]}…” is over 300 characters. Shorten the "
                    "option."
                )
        return options

    def clean(self) -> dict[str, Any] | None:
        """Require options for a choice; refuse them for other kinds."""
        super().clean()
        given = self.cleaned_data
        if "kind" not in given or "options" not in given:
            return given
        kind, options = given["kind"], given["options"]
        if kind == Question.Kind.CHOICE and len(options) < MIN_OPTIONS:
            self.add_error("options", "Enter at least two options, one per line.")
        if kind != Question.Kind.CHOICE and options:
            label = Question.Kind(kind).label
            self.add_error(
                "options",
                f"A question of the type “{label}” has no options. Delete the options, "
                f"or select “{Question.Kind.CHOICE.label}”.",
            )
        if not self.is_new and (kind, options) != self.stored_kind_and_options:
            field = "kind" if kind != self.stored_kind_and_options[0] else "options"
            for reason in kind_blockers(self.instance):
                self.add_error(field, reason)
        return given

    def save_by(self, user: User, *, reason: str = "") -> Question:
        """Save the question; append a new or moved one to its siblings."""
        row = self.instance
        if self.is_new or row.parent_id != self.stored_parent_id:
            row.position = next_position(row.consultation.questions.all())
        return super().save_by(user, reason=reason)
