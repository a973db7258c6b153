"""Forms that set up a consultation: its details, or a copy of an earlier one."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from consultations.audit.history import StaleSave, create_all
from consultations.editions.classification import public_classifications
from consultations.models import Consultation, ConsultationDocument, RegulatedDocument
from consultations.models.consultation import Organisation, default_organisation
from consultations.public_slugs import claimed_sentence, slug_holder, taken_slugs
from responses.editing.forms.choices import CheckboxesInput, RadioInput
from responses.editing.forms.inputs import DateInput
from responses.editing.forms.unique import UniqueForm
from responses.editing.keys import free_slug
from responses.setup.copying import CopyOptions, copy_consultation

RESERVED_SLUGS = frozenset({"new"})
"""Slugs of the desk's own pages, which no consultation may have."""

SLUG_INPUT_PATTERN = r"[-a-zA-Z0-9_]+"

MAX_SUGGESTIONS = 200

NO_RELATION_LABEL = "Not selected"


class SuggestedInput(forms.TextInput):
    """A text input with a list of suggestions."""

    template_name = "desk/setup/suggested.html"
    suggestions: tuple[tuple[str, str], ...] = ()

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Link the input to its datalist."""
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["list"] = f"{widget['attrs'].get('id', name)}_suggested"
        widget["attrs"]["list"] = widget["list"]
        widget["suggestions"] = self.suggestions
        return context


class EarlierConsultationField(forms.CharField):
    """The slug of an earlier consultation, shown and entered as its title.

    A consultation that is not on this site, or shares its title with another, is shown
    and entered as its slug.
    """

    def prepare_value(self, value: Any) -> Any:
        """Return the title of the consultation with a slug."""
        titles = Consultation.objects.filter(slug=value or "").values_list("title")
        title = next((title for (title,) in titles), "")
        return title if title and self._slug_of(title) else value

    def to_python(self, value: Any) -> str:
        """Return the slug of the consultation with a title."""
        typed = super().to_python(value) or ""
        return (typed and self._slug_of(typed)) or typed

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave out the maximum length, which is that of the slug."""
        return {}

    @staticmethod
    def _slug_of(title: str) -> str:
        """Return the slug of the only consultation with a title, or nothing."""
        slugs = Consultation.objects.filter(title=title).values_list("slug")[:2]
        return slugs[0][0] if len(slugs) == 1 else ""


class ConsultedDocumentField(forms.ModelMultipleChoiceField[RegulatedDocument]):
    """Regulated documents to select, each by its code and title."""

    widget = CheckboxesInput

    def label_from_instance(self, obj: RegulatedDocument) -> str:
        return f"{obj.code}: {obj.title}"


def clean_address(typed: str, title: str, own: int) -> str:
    """Return the address of a consultation, made from its title if none was typed.

    Raise ValidationError with a sentence for what is refused.
    """
    taken = taken_slugs(Consultation, own=own) | RESERVED_SLUGS
    wanted = typed or slugify(title)[:120].strip("-")
    free = free_slug(wanted, taken)
    if not wanted:
        raise ValidationError(
            "This title has no letters for a web address. Enter a web address in "
            "letters a to z."
        )
    if typed and typed in RESERVED_SLUGS:
        raise ValidationError(
            f"The web address “{typed}” is reserved. Use “{free}” or another web "
            f"address."
        )
    holder = slug_holder(Consultation, typed, own=own) if typed else None
    if holder:
        raise ValidationError(f"{claimed_sentence(typed, holder)} “{free}” is free.")
    if typed and typed in taken:
        raise ValidationError(
            f"Another consultation has the web address “{typed}”. Use “{free}” or "
            "another web address."
        )
    return free


class SlugFromTitleForm(UniqueForm[Consultation]):
    """A form with a title and a slug that is made from it."""

    def clean(self) -> dict[str, Any] | None:
        """Make the slug from the title if it is empty; validate a typed one."""
        super().clean()
        given = self.cleaned_data
        if "slug" in self.fields and "slug" in given and given.get("title"):
            own = self.instance.pk or 0
            try:
                given["slug"] = clean_address(given["slug"], given["title"], own)
            except ValidationError as error:
                self.add_error("slug", error)
        return given

    def allow_empty_address(self) -> None:
        """Make the slug optional, with a hint on its default."""
        self.fields["slug"].required = False
        self.fields["slug"].help_text = (
            "The last part of the public web address: letters a to z, digits, hyphens "
            "and underscores. Leave blank to use the title. The web address cannot be "
            "changed after opening."
        )
        self.fields["slug"].error_messages["invalid"] = (
            "Use letters a to z, digits, hyphens and underscores only."
        )


class DetailsForm(SlugFromTitleForm):
    """A consultation's details: title, organisation, earlier round."""

    class Meta:
        model = Consultation
        fields = (
            "title",
            "slug",
            "summary",
            "organisation",
            "classification",
            "mailbox",
            "anonymity",
            "target_conclusion",
            "follows",
            "relation",
        )
        labels = {
            "slug": "Web address",
            "mailbox": "Email address for responses",
            "anonymity": "Default attribution",
            "target_conclusion": "Target date for the conclusion",
            "follows": "Earlier consultation",
            "relation": "Relationship to earlier consultation",
        }
        help_texts = {
            "summary": "What is proposed and why, for readers new to the subject.",
            "classification": "As printed, for example DCC Public.",
            "anonymity": "For respondents who do not say how they want to be named.",
            "target_conclusion": "Shown on the public page as the target date.",
            "follows": "Select the title of the earlier consultation. For a "
            "consultation that is not on this site, enter a name in letters a to "
            "z, digits, hyphens and underscores.",
        }
        error_messages = {
            "title": {"required": "Enter the title."},
            "organisation": {"required": "Select the organisation."},
        }
        field_classes = {"follows": EarlierConsultationField}
        widgets = {
            "classification": SuggestedInput,
            "follows": SuggestedInput,
            "anonymity": RadioInput,
            "target_conclusion": DateInput,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slug_before = self.instance.slug
        if self.instance.pk and self.instance.is_public():
            del self.fields["slug"]
            del self.stored_initial["slug"]
        else:
            self.allow_empty_address()
        relation: Any = self.fields["relation"]
        relation.choices = [("", NO_RELATION_LABEL), *Consultation.Relation.choices]
        classification: Any = self.fields["classification"].widget
        public = public_classifications(settings.ORGANISATION["short"])
        classification.suggestions = tuple(
            (name, "can be published") for name in public
        )
        follows: Any = self.fields["follows"].widget
        follows.suggestions = _earlier_suggestions(self.instance)

    def clean_mailbox(self) -> str:
        """Refuse what is not an email address.

        Raise ValidationError with a sentence for what is refused.
        """
        mailbox = str(self.cleaned_data["mailbox"])
        if mailbox:
            try:
                validate_email(mailbox)
            except ValidationError:
                raise ValidationError(
                    f"“{mailbox}” is not an email address. Enter an email address, "
                    "for example name@example.org."
                ) from None
        return mailbox

    def clean_follows(self) -> str:
        """Return the address of the earlier round; refuse one that follows this.

        Raise ValidationError with a sentence for what is refused.
        """
        follows = str(self.cleaned_data["follows"])
        if follows and not re.fullmatch(SLUG_INPUT_PATTERN, follows):
            raise ValidationError(
                f"There is no consultation with the title “{follows}”. Select a title, "
                "or enter a name in letters a to z, digits, hyphens and underscores."
            )
        if self.instance.pk and self.slug_before in _earlier_slugs(follows):
            raise ValidationError(
                f"“{follows}” is this consultation or follows this consultation. "
                "Select an earlier consultation."
            )
        return follows

    def clean(self) -> dict[str, Any] | None:
        """Require the earlier round and its relation together."""
        given = super().clean() or self.cleaned_data
        follows, relation = given.get("follows"), given.get("relation")
        if follows and not relation:
            self.add_error(
                "relation", "Select the relationship to the earlier consultation."
            )
        if relation and not follows and "follows" not in self.errors:
            self.add_error(
                "follows",
                "Enter the earlier consultation, or change the relationship to "
                f"“{NO_RELATION_LABEL}”.",
            )
        return given


def _earlier_suggestions(own: Consultation) -> tuple[tuple[str, str], ...]:
    """Return the titles of the other consultations; slugs where titles are the same."""
    rows = Consultation.objects.exclude(pk=own.pk).order_by("-pk")
    pairs = rows.values_list("slug", "title")[:MAX_SUGGESTIONS]
    counts = Counter(Consultation.objects.values_list("title", flat=True))
    return tuple(
        (title, "") if counts[title] == 1 else (slug, title) for slug, title in pairs
    )


def _earlier_slugs(slug: str) -> set[str]:
    """Return the slugs of a round and of the rounds that it follows."""
    seen: set[str] = set()
    while slug and slug not in seen:
        seen.add(slug)
        earlier = Consultation.objects.filter(slug=slug).values_list("follows")
        slug = next((follows for (follows,) in earlier), "")
    return seen


class NewConsultationForm(DetailsForm):
    """A new consultation, with its documents."""

    documents = ConsultedDocumentField(
        RegulatedDocument.objects.all(), label="Documents consulted on", required=False
    )
    field_order = ("title", "slug", "documents")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation = default_organisation()
        given = settings.ORGANISATION
        self.initial["organisation"] = organisation.pk
        self.set_choices("organisation", Organisation.objects.order_by("name"))
        self.initial["mailbox"] = given["mailbox"]
        self.initial["classification"] = public_classifications(given["short"])[0]

    def save_related(self, user: User) -> None:
        """Save the documents, in the order of the list."""
        links = [
            ConsultationDocument(
                consultation=self.instance, document=document, position=position
            )
            for position, document in enumerate(self.cleaned_data["documents"], 1)
        ]
        create_all(ConsultationDocument, links, by=user)


class CopyForm(SlugFromTitleForm):
    """A new consultation with the selected parts of an earlier one."""

    COPY_CHOICES = (
        (
            "details",
            "Summary, classification, email address and default attribution",
        ),
        ("documents", "Documents consulted on"),
        ("questions", "Questions, with sub-questions and options"),
        ("glossary", "Glossary"),
        ("sections", "Conclusion sections, with their texts"),
        ("attachments", "Attachments"),
    )
    UNTICKED_KINDS = frozenset({"attachments"})

    take = forms.MultipleChoiceField(
        label="Copy",
        choices=COPY_CHOICES,
        required=False,
        widget=CheckboxesInput,
        help_text="Responses, comments, clause changes and dates are never copied.",
    )
    relation = forms.ChoiceField(
        label="Relationship to earlier consultation",
        choices=[*Consultation.Relation.choices, ("", "Not linked")],
        required=False,
        widget=RadioInput,
    )

    class Meta:
        model = Consultation
        fields = ("title", "slug")
        labels = {"slug": "Web address"}
        error_messages = {"title": {"required": "Enter the title."}}

    def __init__(self, *args: Any, earlier: Consultation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earlier = earlier
        self.allow_empty_address()
        self.initial["title"] = earlier.title
        self.initial["take"] = [
            key for key, _ in self.COPY_CHOICES if key not in self.UNTICKED_KINDS
        ]
        concluded = earlier.conclusions.filter(editions__state="published").exists()
        relation = Consultation.Relation
        self.initial["relation"] = relation.FOLLOW_UP if concluded else relation.FURTHER

    def save_by(self, user: User, *, reason: str = "") -> Consultation:
        """Create the copy.

        Raise StaleSave where somebody took the slug meanwhile: the save is retried.
        """
        given = self.cleaned_data
        try:
            with transaction.atomic():
                self.instance = copy_consultation(
                    self.earlier,
                    title=given["title"],
                    slug=given["slug"],
                    options=CopyOptions(
                        **{key: key in given["take"] for key, _ in self.COPY_CHOICES}
                    ),
                    relation=given["relation"],
                    by=user,
                )
        except IntegrityError:
            raise StaleSave(self.instance) from None
        return self.instance
