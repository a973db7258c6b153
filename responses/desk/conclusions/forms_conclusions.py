"""Forms of a conclusion's details and of its sections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from consultations.documents.conclusion.columns import COLUMNS
from consultations.documents.conclusion.content import SECTION_KINDS
from consultations.models import (
    Conclusion,
    ConclusionSection,
    Consultation,
    Edition,
    RegulatedDocument,
)
from consultations.public_slugs import claimed_sentence, slug_holder, taken_slugs
from responses.conclusions.outline_templates import (
    SectionTemplate,
    create_sections,
    outline_copied_from,
    usual_outline,
)
from responses.conclusions.section_tree import (
    QUESTION_SECTION_MESSAGE,
    insert_after,
    is_in_analysis,
    locked_tree,
    store_tree,
    tree_of,
)
from responses.desk.conclusions.forms_attachments import DocumentField
from responses.editing.forms.editable import EditableForm
from responses.editing.forms.unique import UniqueForm
from responses.editing.keys import free_slug
from responses.passages.library import parse_used_passages

KIND_LABELS = {
    "text": "Text only",
    "questions": "Table of questions",
    "respondents": "Number of responses",
    "analysis": "Analysis of all questions",
    "question": "Analysis of one question",
    "changes": "Table of clause changes",
    "attachments": "List of attachments",
    "tally-matrix": "Table of positions by question",
    "respondent-list": "List of respondents",
    "glossary": "Glossary",
    "document-control": "Document control (list of editions)",
    "commitments": "Commitments",
}
"""What a section can have besides its text."""


def _column_choices() -> list[tuple[str, str]]:
    return [(key, column.label) for key, column in COLUMNS.items()]


class ColumnsInput(forms.MultiWidget):
    """A select for each column, from the left."""

    template_name = "desk/conclusions/columns.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        choices = [("", "None"), *_column_choices()]
        super().__init__([forms.Select(choices=choices) for _ in COLUMNS], attrs)

    def decompress(self, value: Any) -> list[Any]:
        """Return one value for each select, empty for unused ones."""
        chosen = list(value or [])
        return [*chosen, *[""] * (len(COLUMNS) - len(chosen))]

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Label the selects; decompress a list that is shorter than them."""
        if isinstance(value, list):
            value = self.decompress(value)
        context = super().get_context(name, value, attrs)
        for number, part in enumerate(context["widget"]["subwidgets"], 1):
            part["label"] = f"Column {number}"
        return context


class ColumnsField(forms.MultiValueField):
    """The columns of comment tables, in order; each at most once."""

    widget = ColumnsInput

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", ""), *_column_choices()]
        fields = [forms.ChoiceField(choices=choices, required=False) for _ in COLUMNS]
        super().__init__(fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: Any) -> list[str]:
        """Return the columns that are chosen; refuse one chosen twice, or none.

        Raise ValidationError with a sentence for what is refused.
        """
        chosen = [str(each) for each in data_list if each]
        for column in chosen:
            if chosen.count(column) > 1:
                raise ValidationError(
                    f"The column {COLUMNS[column].label} is selected twice. "
                    "Select each column once.",
                    code="twice",
                )
        return chosen

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the chosen columns, whichever selects they are in."""
        chosen = [each for each in data or [] if each]
        return not self.disabled and list(initial or []) != chosen


class ConclusionForm(UniqueForm[Conclusion]):
    """Details of a conclusion; its address is fixed once an edition is public."""

    columns = ColumnsField(
        label="Columns of comment tables",
        error_messages={"required": "Select at least one column."},
        help_text="From left to right. Respondents are shown by their public name.",
    )

    class Meta:
        model = Conclusion
        fields = (
            "title",
            "subtitle",
            "slug",
            "date",
            "first_published",
            "author",
            "classification",
            "columns",
        )
        labels = {
            "slug": "Web address",
            "date": "Publication date",
            "first_published": "Date first published",
        }
        help_texts = {
            "slug": "The last part of the public web address: lower-case letters, "
            "digits and hyphens.",
            "first_published": "Only if the conclusion was published before it was "
            "added to this site.",
            "author": "A name, or an email address for readers.",
            "classification": "Leave blank to use the consultation’s classification.",
        }
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("date", "first_published")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        editions = Edition.objects.ever_published().filter(
            conclusion=self.instance.pk or 0
        )
        if self.instance.pk and editions.exists():
            self.fields["slug"].disabled = True
            self.fields[
                "slug"
            ].help_text = (
                "Cannot be changed: an edition has been published at this address."
            )

    def clean_slug(self) -> str:
        """Refuse a web address that another conclusion has claimed.

        Raise ValidationError with a sentence for what is refused.
        """
        slug = str(self.cleaned_data["slug"])
        holder = slug_holder(Conclusion, slug, own=self.instance.pk)
        if holder:
            raise ValidationError(claimed_sentence(slug, holder))
        return slug


USUAL_OUTLINE, EMPTY_OUTLINE = "usual", "empty"


class NewConclusionForm(ConclusionForm):
    """A new conclusion and the outline it starts from."""

    outline = forms.ChoiceField(
        label="Outline",
        help_text="You can add, move and delete sections at any time.",
    )
    field_order = ("title", "subtitle", "slug", "date", "outline")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        consultation: Consultation = kwargs["instance"].consultation
        proposed = {
            "title": f"Conclusion on {consultation.title}",
            "slug": free_slug(
                slugify(consultation.slug)[:120], taken_slugs(Conclusion)
            ),
            "author": consultation.mailbox,
            "outline": USUAL_OUTLINE,
        }
        kwargs["initial"] = proposed | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        outline: Any = self.fields["outline"]
        outline.choices = [
            (USUAL_OUTLINE, "Standard outline"),
            (EMPTY_OUTLINE, "No sections"),
            (
                "Copy the headings of another conclusion",
                outline_source_choices(consultation),
            ),
        ]

    def save_related(self, user: User) -> None:
        """Create the sections of the outline."""
        create_sections(self.instance, self.section_templates(), by=user)

    def section_templates(self) -> tuple[SectionTemplate, ...]:
        """Return the sections of the chosen outline."""
        chosen = self.cleaned_data["outline"]
        links = self.instance.consultation.document_links.select_related("document")
        documents = [link.document for link in links]
        if chosen == USUAL_OUTLINE:
            return usual_outline(documents)
        if chosen == EMPTY_OUTLINE:
            return ()
        other = Conclusion.objects.get(pk=chosen)
        return outline_copied_from(other, self.instance, documents)


MAX_OUTLINES_OFFERED = 50
"""Most conclusions of other consultations that are offered as outlines."""


def outline_source_choices(consultation: Consultation) -> list[tuple[str, str]]:
    """Return conclusions to copy an outline from, the consultation's own first."""
    own = consultation.conclusions.all()
    rest = Conclusion.objects.exclude(consultation=consultation).order_by("-pk")
    return [(str(row.pk), row.title) for row in [*own, *rest[:MAX_OUTLINES_OFFERED]]]


# --- sections -------------------------------------------------------------------------


class OptionalSwitchInput(forms.NullBooleanSelect):
    """A select of the default, yes or no."""

    def __init__(self, usual: str) -> None:
        super().__init__()
        self.choices = [("unknown", usual), ("true", "Yes"), ("false", "No")]


class SectionForm(EditableForm[ConclusionSection]):
    """A section of a conclusion; a new one goes after `after_key`, or to the end."""

    document = DocumentField(
        RegulatedDocument.objects.none(),
        label="Document for the clause changes",
        required=False,
        empty_label="All documents",
    )

    class Meta:
        model = ConclusionSection
        fields = (
            "heading",
            "kind",
            "document",
            "question",
            "shows_tally",
            "shows_table",
            "text",
        )
        labels = {
            "kind": "Section type",
            "shows_tally": "Show tally",
            "shows_table": "Show table of comments",
        }
        help_texts = {
            "heading": "Do not include a number: numbers are added automatically.",
            "text": "To refer to another part of the conclusion, select “Insert "
            "cross-reference” below the form.",
        }
        widgets = {
            "shows_tally": OptionalSwitchInput("Automatic: shown if there is no table"),
            "shows_table": OptionalSwitchInput(
                "Automatic: shown if there are comments"
            ),
        }

    def __init__(self, *args: Any, after_key: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.after_key = after_key
        row = self.instance
        consultation = row.conclusion.consultation
        linked = RegulatedDocument.objects.filter(consultation=consultation)
        own = RegulatedDocument.objects.filter(pk=row.document_id or 0)
        self.set_choices("document", (linked | own).distinct())
        self.set_choices("question", consultation.questions.all())
        kind: Any = self.fields["kind"]
        kind.choices = [(each, KIND_LABELS[each]) for each in SECTION_KINDS]
        chosen = self.data.get("kind") if self.is_bound else self["kind"].value()
        heading: Any = self.fields["heading"]
        heading.required = chosen != "question"
        heading.error_messages["required"] = "Enter a heading."
        self.fields["text"].widget.attrs["rows"] = 12

    def clean(self) -> dict[str, Any]:
        """Clear the fields that the kind does not use; require those it needs."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        kind = given.get("kind")
        if kind != "changes":
            given["document"] = None
        if kind != "question":
            given |= {"question": None, "shows_tally": None, "shows_table": None}
        elif not given.get("question") and "question" not in self.errors:
            missing = "Select the question to analyse."
            self.add_error("question", ValidationError(missing, code="required"))
        self._check_place(kind)
        return given

    def _check_place(self, kind: str | None) -> None:
        """Refuse a question section outside of an analysis section."""
        row = self.instance
        if kind not in {"question", None} and row.kind != "analysis":
            return
        tree = tree_of(row.conclusion.sections.all())
        if kind == "question" and not is_in_analysis(tree, row.parent_id):
            self.add_error(
                "kind",
                "A section of the type “Analysis of one question” must be inside the "
                "section of the type “Analysis of all questions”. Add the section "
                "there.",
            )
        about = any(each.kind == "question" for each in tree.get(row.pk or 0, ()))
        if kind != "analysis" and row.kind == "analysis" and about:
            advice = "Delete or move the subsections first."
            self.add_error("kind", f"{QUESTION_SECTION_MESSAGE} {advice}")

    def save_by(self, user: User, *, reason: str = "") -> ConclusionSection:
        """Save the section; insert a new one after `after_key`."""
        row = self.instance
        if row.pk:
            return super().save_by(user, reason=reason)
        tree = locked_tree(row.conclusion)
        neighbours = tree.get(row.parent_id, [])
        row.position = len(neighbours) + 1
        saved = super().save_by(user, reason=reason)
        keys = {each.pk for each in neighbours}
        known = self.after_key if self.after_key in keys else None
        store_tree({row.parent_id: insert_after(neighbours, saved, known)}, by=user)
        return saved

    @property
    def used_passages(self) -> dict[int, int]:
        """Versions of the inserted passages by key, as the page recorded them."""
        return parse_used_passages(self.used_passages_value)

    @property
    def used_passages_value(self) -> str:
        """The used passages as posted: `12:3 15:1`."""
        return str(self.data.get("used", "")) if self.is_bound else ""
