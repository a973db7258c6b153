"""Forms on rows, with conflicts between concurrent edits."""

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
