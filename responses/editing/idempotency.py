"""Idempotency keys: a form that is sent twice is stored once.

The token of a form stops a second click. Back, then Save, sends the same content with
another token: the user is asked whether to add the content again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.contrib.auth.models import User
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from responses.editing.forms import EditableForm
from responses.models import IdempotencyKey

TOKEN_PATTERN = re.compile(r"[0-9a-f]{32}")

TOKEN_LIFETIME = dt.timedelta(days=2)
"""The age at which a token is deleted."""


def submitted_token(form_data: Mapping[str, str]) -> str:
    """Return the idempotency token of a submitted form; empty if it has none."""
    token = form_data.get("idempotency_key", "")
    return token if TOKEN_PATTERN.fullmatch(token) else ""


SAME_CONTENT_WITHIN = dt.timedelta(minutes=30)
"""How long after adding a row a user is asked before adding an equal one."""

CONFIRMATION = "add_again"
"""The field of the button that adds the content again: the token of the last time."""


RowCheck = Callable[[str], bool]
"""Returns whether the row of a reference has not been deleted."""


class AddedBefore(Exception):
    """The user has added a row of the same content; `earlier` is its key."""

    def __init__(self, earlier: IdempotencyKey) -> None:
        self.earlier = earlier
        super().__init__("You have added the same content before.")


def content_fingerprint(row_ref: str, forms: Iterable[EditableForm[Any]]) -> str:
    """Return a hash of what valid forms for a new row contain."""
    content = hashlib.sha256(row_ref.encode())
    for form in forms:
        for part in _content_of(form):
            content.update(b"\0" + part)
    return content.hexdigest()


def _content_of(form: EditableForm[Any]) -> Iterator[bytes]:
    """Yield what was entered; a blank field may have been filled in when cleaned."""
    for name in form.fields:
        value = form.cleaned_data.get(name)
        yield form.add_prefix(name).encode()
        if isinstance(value, UploadedFile):
            yield from value.chunks()
            value.seek(0)
        elif name != "shown" and not _is_blank(form[name].data):
            yield " ".join(form.field_text(name, value).split()).encode()


def _is_blank(entered: Any) -> bool:
    return not any(entered) if isinstance(entered, list) else not entered


def claim_token(
    user: User,
    token: str,
    fingerprint: str = "",
    confirmed: str = "",
    *,
    exists: RowCheck = lambda row_ref: True,
    at: dt.datetime | None = None,
) -> IdempotencyKey:
    """Record the token and the content of a form.

    Raise IntegrityError if the token was recorded before, or if another request
    records the same content, and AddedBefore if the user added the same content within
    SAME_CONTENT_WITHIN and the row still `exists`; `confirmed` is the token of that
    time if the user was asked.
    Call it in the transaction that stores the form, so that the second of two
    concurrent requests waits for the first.
    """
    now = at or timezone.now()
    IdempotencyKey.objects.filter(user=user, at__lt=now - TOKEN_LIFETIME).delete()
    if fingerprint:
        recent = IdempotencyKey.objects.filter(user=user, fingerprint=fingerprint)
        others = recent.exclude(token__in=[token, confirmed])
        earlier = others.filter(at__gt=now - SAME_CONTENT_WITHIN).first()
        if earlier and exists(earlier.about):
            raise AddedBefore(earlier)
        recent.update(fingerprint="")
    return IdempotencyKey.objects.create(
        user=user, token=token, fingerprint=fingerprint, at=now
    )


def address_after_first_submission(user: User, token: str) -> str:
    """Return the address after the first submission of a form; empty for none."""
    stored = (
        IdempotencyKey.objects.filter(user=user, token=token).first() if token else None
    )
    return stored.address if stored else ""
