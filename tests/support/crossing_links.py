"""Links between rows of two consultations, which no form may make."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F

from consultations.models import Consultation
from responses.row_types import ROW_TYPES, RowType, rows_of

Link = tuple[RowType, str, str]
"""A row type, a foreign key of it, and the lookup of the other row's consultation."""


def links_within_consultations() -> Iterator[Link]:
    """Yield every foreign key between rows that each belong to one consultation."""
    paths = {each.model: each.consultation_path for each in ROW_TYPES}
    for row_type in ROW_TYPES:
        if not row_type.consultation_path:
            continue
        for field in row_type.model._meta.concrete_fields:
            other: Any = field.related_model
            if field.name != row_type.parent_field and paths.get(other):
                yield row_type, field.name, f"{field.name}__{paths[other]}"


def crossing_links() -> list[str]:
    """Return the links of rows of one consultation to rows of another."""
    found = []
    for row_type, name, path in links_within_consultations():
        linked = row_type.model._default_manager.filter(**{f"{name}__isnull": False})
        crossing = linked.exclude(**{str(row_type.consultation_path): F(path)})
        found += [f"{row_type.name}:{row.pk} {name}" for row in crossing]
    return found


def rows_of_consultation(consultation: Consultation) -> dict[str, list[object]]:
    """Return the values of all rows of a consultation, by row type."""
    return {
        row_type.name: list(rows_of(row_type, consultation).order_by("pk").values())
        for row_type in ROW_TYPES
        if row_type.consultation_path is not None
    }
