"""Forms on rows with a unique name."""

from __future__ import annotations

from typing import TypeVar

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from consultations.audit.history import StaleSave
from consultations.models.base import Editable
from consultations.public_slugs import Owner, keep_former_slug
from responses.editing.forms.editable import EditableForm

E = TypeVar("E", bound=Editable)


class UniqueForm(EditableForm[E]):
    """A form whose validation refuses a name that is taken.

    If another row takes the name between validation and save, the form is validated
    again.
    """

    def save_by(self, user: User, *, reason: str = "") -> E:
        """Save the form; raise StaleSave if the name was taken since validation."""
        try:
            with transaction.atomic():
                if self.instance.pk and isinstance(self.instance, Owner):
                    keep_former_slug(self.instance, by=user)
                return super().save_by(user, reason=reason)
        except IntegrityError:
            raise StaleSave(self.instance) from None
