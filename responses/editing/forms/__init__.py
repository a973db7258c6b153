"""What people type at the desk, and what becomes of it."""

from responses.editing.forms.editable import (
    Conflict,
    ConflictingField,
    EditableForm,
    StaleForms,
    save_together,
)

__all__ = [
    "Conflict",
    "ConflictingField",
    "EditableForm",
    "StaleForms",
    "save_together",
]
