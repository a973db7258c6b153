"""Forms that set up a consultation: its details, or a copy of an earlier one."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from consultations.audit.history import StaleSave, create_all, save_all
from consultations.editions.classification import public_classifications
from consultations.models import Consultation, ConsultationDocument, RegulatedDocument
from consultations.models.consultation import Organisation, default_organisation
from responses.editing.forms.choices import CheckboxesInput, RadioInput
from responses.editing.forms.inputs import DateInput
from responses.editing.forms.unique import UniqueForm
from responses.editing.keys import free_slug
from responses.setup.copying import CopyOptions, copy_consultation

RESERVED_SLUGS = frozenset({"new"})
"""Slugs of the desk's own pages, which no consultation may have."""

SLUG_INPUT_PATTERN = r"[-a-zA-Z0-9_]+"

MAX_SUGGESTIONS = 200


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


class ConsultedDocumentField(forms.ModelMultipleChoiceField[RegulatedDocument]):
    """Regulated documents to tick, each by its code and title."""

    widget = CheckboxesInput

    def label_from_instance(self, obj: RegulatedDocument) -> str:
        return f"{obj.code}: {obj.title}"


def clean_address(typed: str, title: str, own: int) -> str:
    """Return the address of a consultation, made from its title if none was typed.

    Raise ValidationError with a sentence for what is refused.
    """
    others = Consultation.objects.exclude(pk=own)
    taken = {*others.values_list("slug", flat=True), *RESERVED_SLUGS}
    wanted = typed or slugify(title)[:120].strip("-")
    free = free_slug(wanted, taken)
    if not wanted:
        raise ValidationError(
            "No address can be made from this title: type one in plain letters."
        )
    if typed and typed in RESERVED_SLUGS:
        raise ValidationError(f"“{typed}” is a page of this site. “{free}” is free.")
    if typed and typed in taken:
        raise ValidationError(
            f"Another consultation has the address “{typed}”. “{free}” is free."
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
            "The end of its web address: letters, digits and hyphens. Left empty, it "
            "is made from the title. It cannot change any more once it has opened."
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
            "slug": "Address",
            "mailbox": "Mailbox for responses",
            "anonymity": "How respondents are known who do not say",
            "target_conclusion": "Conclusion to be published by",
            "follows": "Earlier consultation",
            "relation": "What this one is to it",
        }
        help_texts = {
            "summary": "What is proposed and why, for readers who know nothing of it.",
            "classification": "As printed, such as DCC Public.",
            "target_conclusion": "Readers are told that this is the aim.",
            "follows": "The address of an earlier round: picked from the list, or typed"
            " if it is not on this site.",
        }
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
        relation.choices = [("", "Not chosen"), *Consultation.Relation.choices]
        classification: Any = self.fields["classification"].widget
        public = public_classifications(settings.ORGANISATION["short"])
        classification.suggestions = tuple((name, "may be public") for name in public)
        follows: Any = self.fields["follows"].widget
        follows.suggestions = tuple(
            Consultation.objects.exclude(pk=self.instance.pk)
            .order_by("-pk")
            .values_list("slug", "title")[:MAX_SUGGESTIONS]
        )

    def clean_mailbox(self) -> str:
        """Refuse what is no e-mail address.

        Raise ValidationError with a sentence for what is refused.
        """
        mailbox = str(self.cleaned_data["mailbox"])
        if mailbox:
            try:
                validate_email(mailbox)
            except ValidationError:
                problem = f"“{mailbox}” is no e-mail address, such as name@example.org."
                raise ValidationError(problem) from None
        return mailbox

    def clean_follows(self) -> str:
        """Return the address of the earlier round; refuse one that follows this.

        Raise ValidationError with a sentence for what is refused.
        """
        follows = str(self.cleaned_data["follows"])
        named = Consultation.objects.filter(title=follows).first() if follows else None
        follows = named.slug if named else follows
        if follows and not re.fullmatch(SLUG_INPUT_PATTERN, follows):
            raise ValidationError(
                f"“{follows}” is no address: use letters a to z, digits, hyphens and "
                "underscores, as in the address of its page."
            )
        if self.instance.pk and self.slug_before in _earlier_slugs(follows):
            raise ValidationError(
                f"“{follows}” is or follows this consultation: it cannot be earlier."
            )
        return follows

    def clean(self) -> dict[str, Any] | None:
        """Require the earlier round and its relation together."""
        given = super().clean() or self.cleaned_data
        follows, relation = given.get("follows"), given.get("relation")
        if follows and not relation:
            self.add_error("relation", "Say what this one is to the earlier one.")
        if relation and not follows and "follows" not in self.errors:
            self.add_error("follows", "Name the earlier one, or choose “Not chosen”.")
        return given

    def save_related(self, user: User) -> None:
        """Update later rounds that refer to the consultation's slug when it changes."""
        if not self.slug_before or self.slug_before == self.instance.slug:
            return
        followers = list(Consultation.objects.filter(follows=self.slug_before))
        for row in followers:
            row.follows = self.instance.slug
        reason = f"{self.slug_before} has another address"
        save_all(Consultation, followers, ["follows"], by=user, reason=reason)


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
        RegulatedDocument.objects.all(), label="Documents it is about", required=False
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
    """A new consultation with the ticked parts of an earlier one."""

    COPY_CHOICES = (
        ("details", "Summary, classification, mailbox and how respondents are known"),
        ("documents", "Documents it is about"),
        ("questions", "Questions, with sub-questions, options and keys"),
        ("glossary", "Glossary"),
        ("sections", "Sections of its conclusions, with their texts"),
        ("attachments", "Attachments"),
    )
    UNTICKED_KINDS = frozenset({"attachments"})

    take = forms.MultipleChoiceField(
        label="Take from it",
        choices=COPY_CHOICES,
        required=False,
        widget=CheckboxesInput,
        help_text="Responses, comments, changes and dates always stay behind.",
    )
    relation = forms.ChoiceField(
        label="What the new one is to it",
        choices=[
            *Consultation.Relation.choices,
            ("", "Nothing: the two are not linked"),
        ],
        required=False,
        widget=RadioInput,
    )

    class Meta:
        model = Consultation
        fields = ("title", "slug")
        labels = {"slug": "Address"}

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
