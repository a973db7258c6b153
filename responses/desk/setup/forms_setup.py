"""Forms that set up a consultation: its details, or a copy of an earlier one."""

from __future__ import annotations

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
from responses.desk.setup.forms_earlier import (
    EARLIER_HELP_TEXTS,
    EARLIER_LABELS,
    EarlierConsultationField,
    EarlierRoundForm,
    SuggestedInput,
)
from responses.editing.forms.choices import CheckboxesInput, RadioInput
from responses.editing.forms.inputs import DateInput
from responses.editing.forms.unique import UniqueForm
from responses.editing.keys import free_slug
from responses.setup.copying import CopyOptions, copy_consultation

RESERVED_SLUGS = frozenset({"new"})
"""Slugs of the desk's own pages, which no consultation may have."""


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


class DetailsForm(EarlierRoundForm, SlugFromTitleForm):
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
            "follows_title",
            "follows_opened",
            "follows_url",
            "relation",
        )
        labels = {
            "slug": "Web address",
            "mailbox": "Email address for responses",
            "anonymity": "Default attribution",
            "target_conclusion": "Target date for the conclusion",
            **EARLIER_LABELS,
        }
        help_texts = {
            "summary": "What is proposed and why, for readers new to the subject.",
            "classification": "As printed, for example DCC Public.",
            "anonymity": "For respondents who do not say how they want to be named.",
            "target_conclusion": "Shown on the public page as the target date.",
            **EARLIER_HELP_TEXTS,
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
            "follows_opened": DateInput,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slug_before = self.instance.slug
        if self.instance.pk and self.instance.is_public():
            del self.fields["slug"]
            del self.stored_initial["slug"]
        else:
            self.allow_empty_address()
        classification: Any = self.fields["classification"].widget
        public = public_classifications(settings.ORGANISATION["short"])
        classification.suggestions = tuple(
            (name, "can be published") for name in public
        )

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
