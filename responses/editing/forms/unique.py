"""Forms on rows with a name that no other row may have."""

from __future__ import annotations

from typing import TypeVar

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from consultations.audit.history import StaleSave
from consultations.models.base import Editable
from responses.editing.forms.editable import EditableForm

E = TypeVar("E", bound=Editable)


class UniqueForm(EditableForm[E]):
    """A form whose own check refuses a name that is taken.

    Where another row took the name between the check and the save, it is checked again.
    """

    def save_by(self, user: User, *, reason: str = "") -> E:
        """Save what was typed; raise StaleSave where the name was taken just now."""
        try:
            with transaction.atomic():
                return super().save_by(user, reason=reason)
        except IntegrityError:
            raise StaleSave(self.instance) from None
