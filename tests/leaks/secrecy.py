"""Which text fields the public may read: every model's fields, one entry each.

The world of the search plants a word of its own in every field of this table. A text
field without an entry fails test_secrecy.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum

from django.apps import apps
from django.db import models
from simple_history.models import HistoricalChanges


class Secrecy(Enum):
    """Who may read the text of a field."""

    PUBLIC = "the public, always"
    WHEN_PUBLIC = "the public, once the row is opened, published or named"
    CONFIDENTIAL = "staff only, always"
    GENERATED = "holds no words of a user: a hash, a state or a reference"


PUBLIC, WHEN_PUBLIC = Secrecy.PUBLIC, Secrecy.WHEN_PUBLIC
CONFIDENTIAL, GENERATED = Secrecy.CONFIDENTIAL, Secrecy.GENERATED

SECRECY: Mapping[str, Mapping[str, Secrecy]] = {
    "consultations.Organisation": {"name": PUBLIC, "short": PUBLIC},
    "consultations.RegulatedDocument": {
        "code": WHEN_PUBLIC,
        "title": WHEN_PUBLIC,
        "reference": WHEN_PUBLIC,
    },
    "consultations.DocumentVersion": {"key": WHEN_PUBLIC, "label": WHEN_PUBLIC},
    "consultations.Clause": {
        "identity": WHEN_PUBLIC,
        "number": WHEN_PUBLIC,
        "heading": WHEN_PUBLIC,
        "text": WHEN_PUBLIC,
    },
    "consultations.StoredFile": {
        "sha256": GENERATED,
        "content": WHEN_PUBLIC,
        "packed": GENERATED,
    },
    "consultations.Consultation": {
        "slug": WHEN_PUBLIC,
        "title": WHEN_PUBLIC,
        "summary": WHEN_PUBLIC,
        "classification": WHEN_PUBLIC,
        "mailbox": WHEN_PUBLIC,
        "follows": GENERATED,
        "follows_title": WHEN_PUBLIC,
        "follows_url": WHEN_PUBLIC,
    },
    "consultations.ConsultationAttachment": {
        "title": WHEN_PUBLIC,
        "filename": WHEN_PUBLIC,
    },
    "consultations.Question": {
        "key": WHEN_PUBLIC,
        "label": WHEN_PUBLIC,
        "text": WHEN_PUBLIC,
        "refers_to": WHEN_PUBLIC,
        "options": WHEN_PUBLIC,
        "summary": WHEN_PUBLIC,
    },
    "consultations.Extension": {"reason": WHEN_PUBLIC},
    "consultations.Conclusion": {
        "slug": WHEN_PUBLIC,
        "title": WHEN_PUBLIC,
        "subtitle": WHEN_PUBLIC,
        "author": WHEN_PUBLIC,
        "classification": WHEN_PUBLIC,
        "columns": GENERATED,
    },
    "consultations.PublicSlug": {"slug": WHEN_PUBLIC},
    "consultations.ConclusionSection": {"heading": WHEN_PUBLIC, "text": WHEN_PUBLIC},
    "consultations.ConclusionAttachment": {
        "title": WHEN_PUBLIC,
        "filename": WHEN_PUBLIC,
    },
    "consultations.Edition": {
        "title": GENERATED,
        "subtitle": GENERATED,
        "content": GENERATED,
        "content_sha256": GENERATED,
        "sha256": GENERATED,
        "correction": WHEN_PUBLIC,
        "note": CONFIDENTIAL,
        "withdrawal": PUBLIC,
    },
    "consultations.EditionFile": {
        "name": GENERATED,
        "filename": GENERATED,
        "media_type": GENERATED,
    },
    "consultations.EditionAuthor": {"texts": GENERATED, "taken_over": GENERATED},
    "consultations.TextTakeover": {
        "row": GENERATED,
        "field": GENERATED,
        "sha256": GENERATED,
    },
    "consultations.AccountEvent": {
        "source": GENERATED,
        "summary": GENERATED,
        "state": GENERATED,
        "sha256": GENERATED,
    },
    "consultations.ConsultationEdition": {
        "title": GENERATED,
        "follows": GENERATED,
        "words": GENERATED,
    },
    "consultations.ConsultationEditionText": {"name": GENERATED, "label": GENERATED},
    "consultations.ConsultationEditionDocument": {"code": GENERATED},
    "consultations.ConsultationEditionFile": {"filename": GENERATED},
    "consultations.ConsultationNotice": {
        "subject": GENERATED,
        "text": WHEN_PUBLIC,
        "filename": WHEN_PUBLIC,
        "remarks": CONFIDENTIAL,
        "sha256": GENERATED,
    },
    "consultations.EditionText": {"name": GENERATED, "label": GENERATED},
    "consultations.EditionDocument": {"code": GENERATED},
    "consultations.VersionRelease": {
        "name": GENERATED,
        "label": GENERATED,
        "sha256": GENERATED,
        "reason": CONFIDENTIAL,
        "remarks": CONFIDENTIAL,
    },
    "consultations.DocumentEvent": {
        "kind": GENERATED,
        "summary": CONFIDENTIAL,
        "subject": GENERATED,
        "facts": GENERATED,
        "sha256": GENERATED,
    },
    "consultations.SignOff": {"sha256": GENERATED, "remarks": CONFIDENTIAL},
    "consultations.Remark": {
        "heading": GENERATED,
        "anchor": GENERATED,
        "text": CONFIDENTIAL,
    },
    "consultations.ScheduledPublication": {"failure": CONFIDENTIAL},
    "consultations.Designation": {
        "addressee": WHEN_PUBLIC,
        "fallback_wording": WHEN_PUBLIC,
        "outcome": WHEN_PUBLIC,
    },
    "consultations.Commitment": {
        "text": WHEN_PUBLIC,
        "owner": WHEN_PUBLIC,
        "done_by": WHEN_PUBLIC,
    },
    "consultations.GlossaryTerm": {"short": WHEN_PUBLIC, "long": WHEN_PUBLIC},
    "consultations.ClauseChange": {
        "key": WHEN_PUBLIC,
        "reference": WHEN_PUBLIC,
        "description": WHEN_PUBLIC,
        "rationale": WHEN_PUBLIC,
        "own_initiative": CONFIDENTIAL,
        "clause": WHEN_PUBLIC,
        "before": CONFIDENTIAL,
        "after": CONFIDENTIAL,
    },
    "consultations.Passage": {"title": CONFIDENTIAL, "text": CONFIDENTIAL},
    "consultations.PassageUse": {"about": GENERATED},
    "consultations.Event": {
        "kind": GENERATED,
        "summary": CONFIDENTIAL,
        "subject": GENERATED,
        "facts": CONFIDENTIAL,
        "sha256": GENERATED,
    },
    "consultations.BackgroundWorker": {"name": GENERATED, "host": CONFIDENTIAL},
    "consultations.Notice": {
        "kind": GENERATED,
        "idempotency_key": GENERATED,
        "to": CONFIDENTIAL,
        "subject": CONFIDENTIAL,
        "body": CONFIDENTIAL,
        "error": CONFIDENTIAL,
    },
    "responses.AutosavedForm": {
        "about": GENERATED,
        "page": CONFIDENTIAL,
        "fields": CONFIDENTIAL,
    },
    "responses.IdempotencyKey": {
        "token": CONFIDENTIAL,
        "address": CONFIDENTIAL,
        "fingerprint": GENERATED,
        "about": GENERATED,
    },
    "responses.EditingSession": {"about": GENERATED},
    "responses.DraftFile": {
        "worker": GENERATED,
        "step": CONFIDENTIAL,
        "error": CONFIDENTIAL,
        "filename": CONFIDENTIAL,
    },
    "responses.Respondent": {
        "key": CONFIDENTIAL,
        "name": WHEN_PUBLIC,
        "email": CONFIDENTIAL,
        "category": WHEN_PUBLIC,
        "roles": WHEN_PUBLIC,
        "represents": WHEN_PUBLIC,
        "aliases": CONFIDENTIAL,
    },
    "responses.Submission": {
        "accepted_reason": CONFIDENTIAL,
        "withdrawn_reason": CONFIDENTIAL,
    },
    "responses.Answer": {"choice": WHEN_PUBLIC, "text": CONFIDENTIAL},
    "responses.Comment": {
        "key": WHEN_PUBLIC,
        "text": WHEN_PUBLIC,
        "concerns": WHEN_PUBLIC,
        "replies_to": CONFIDENTIAL,
    },
    "responses.DCCResponse": {"text": WHEN_PUBLIC},
    "responses.FileWords": {"texts": CONFIDENTIAL, "unread": CONFIDENTIAL},
    "responses.ConfirmedFinding": {
        "key": CONFIDENTIAL,
        "text": CONFIDENTIAL,
        "reason": CONFIDENTIAL,
    },
    "auth.User": {
        "password": GENERATED,
        "username": CONFIDENTIAL,
        "first_name": CONFIDENTIAL,
        "last_name": CONFIDENTIAL,
        "email": CONFIDENTIAL,
    },
    "admin.LogEntry": {
        "object_id": GENERATED,
        "object_repr": CONFIDENTIAL,
        "change_message": CONFIDENTIAL,
    },
    "account.EmailAddress": {"email": CONFIDENTIAL},
    "config.LockoutNotice": {"username": CONFIDENTIAL},
    "axes.AccessAttempt": {
        "user_agent": CONFIDENTIAL,
        "username": CONFIDENTIAL,
        "http_accept": CONFIDENTIAL,
        "path_info": CONFIDENTIAL,
        "get_data": CONFIDENTIAL,
        "post_data": CONFIDENTIAL,
    },
}
"""Who may read each text field, by the label of its model."""

NOT_PLANTED = {
    "account.EmailConfirmation": "the site does not confirm addresses",
    "auth.Group": "the roles, which the README names",
    "auth.Permission": "names of Django's permissions",
    "axes.AccessFailureLog": "AXES_DISABLE_ACCESS_LOG leaves the table empty",
    "axes.AccessLog": "AXES_DISABLE_ACCESS_LOG leaves the table empty",
    "contenttypes.ContentType": "names of models",
    "django_tasks_database.DBTaskResult": "tasks are named by keys of rows, not texts",
    "mfa.Authenticator": "encrypted; the tests of accounts read the pages",
    "sessions.Session": "its key is a cookie of its owner; it holds no texts",
    "socialaccount.SocialAccount": "filled by a sign-on service; there is none",
    "socialaccount.SocialApp": "set in the environment, not in the database",
    "socialaccount.SocialToken": "the site stores no tokens",
}
"""Models in whose text fields nothing is planted, with the reason."""

TEXT_FIELDS = (
    models.BinaryField,
    models.CharField,
    models.JSONField,
    models.TextField,
)


def text_fields(model: type[models.Model]) -> Iterator[models.Field[object, object]]:
    """Yield the fields of a model that can hold words of a user."""
    for field in model._meta.concrete_fields:
        if isinstance(field, TEXT_FIELDS) and not field.choices:
            yield field


def models_with_text() -> Iterator[type[models.Model]]:
    """Yield the models with text fields, without the histories of other models."""
    for model in apps.get_models():
        if not issubclass(model, HistoricalChanges) and any(text_fields(model)):
            yield model


def undeclared_fields() -> list[str]:
    """Return `app.Model.field` for each text field that the tables do not have."""
    return sorted(
        f"{model._meta.label}.{field.name}"
        for model in models_with_text()
        if model._meta.label not in NOT_PLANTED
        for field in text_fields(model)
        if field.name not in SECRECY.get(model._meta.label, {})
    )


def unknown_entries() -> list[str]:
    """Return the entries of the tables whose model or field does not exist."""
    existing = {
        model._meta.label: {field.name for field in text_fields(model)}
        for model in models_with_text()
    }
    declared = {f"{label}.{name}" for label, names in SECRECY.items() for name in names}
    known = {f"{label}.{name}" for label, names in existing.items() for name in names}
    return sorted((declared - known) | (set(NOT_PLANTED) - set(existing)))
