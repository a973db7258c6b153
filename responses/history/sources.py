"""Which history rows belong to a conclusion or to a consultation."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from django.db.models import Model, Q, QuerySet
from simple_history.utils import get_history_model_for_model

from consultations.models import Conclusion, Consultation
from responses.row_types import ROW_TYPES, ROW_TYPES_BY_MODEL, RowType

HistoryFilters = dict[type[Model], Q]
"""For each model, the filter on its history rows."""


def _model_label(row_type: RowType) -> str:
    """Return the label of a row type; rows of a link model go by their parent's."""
    if row_type.links_to and row_type.parent_model:
        return _model_label(ROW_TYPES_BY_MODEL[row_type.parent_model])
    return row_type.full_label or row_type.label


MODEL_LABELS: dict[type[Model], str] = {
    row_type.model: _model_label(row_type)
    for row_type in ROW_TYPES
    if row_type.in_conclusion
}
"""What people call a row of each model that a conclusion is made of."""


def history_rows(model: type[Model]) -> QuerySet[Any]:
    """Return the history rows of a model, in no order."""
    rows: QuerySet[Any] = get_history_model_for_model(model).objects.order_by()
    return rows


def history_filters(conclusion: Conclusion) -> HistoryFilters:
    """Return the filters for rows that are, or ever were, part of a conclusion.

    They may include rows that were part of another consultation at some time.
    """
    roots: dict[type[Model], int] = {
        Conclusion: conclusion.pk,
        Consultation: conclusion.consultation_id,
    }
    return _filters((each for each in ROW_TYPES if each.in_conclusion), roots)


def restorable_history_filters(consultation: Consultation) -> HistoryFilters:
    """Return the filters for the rows of a consultation that can be restored.

    The row that one belonged to may be deleted as well, so the histories are read.
    """
    restorable = (each for each in ROW_TYPES if each.page and each.consultation_path)
    return _filters(restorable, {Consultation: consultation.pk})


def _filters(
    row_types: Iterable[RowType], roots: Mapping[type[Model], int]
) -> HistoryFilters:
    """Return the filters for rows below the roots, and for shared rows they name.

    `roots` are the primary keys of the rows that the others belong to.
    """
    filters: HistoryFilters = {}
    shared: list[RowType] = []
    for row_type in row_types:  # parents come before children
        if row_type.consultation_path is None:
            shared.append(row_type)
        else:
            filters[row_type.model] = _filter(row_type, roots, filters)
    return filters | {
        each.model: _shared_row_filter(each.model, filters) for each in shared
    }


def _filter(
    row_type: RowType, roots: Mapping[type[Model], int], filters: HistoryFilters
) -> Q:
    if row_type.model in roots:
        return Q(id=roots[row_type.model])
    parent, column = row_type.parent_model, f"{row_type.parent_field}_id"
    if parent is None:
        raise TypeError(f"Rows of {row_type.name} have no parent row.")
    if parent in roots:
        return Q(**{column: roots[parent]})
    parents = history_rows(parent).filter(filters[parent]).values("id")
    return Q(**{f"{column}__in": parents})


def _shared_row_filter(model: type[Model], filters: HistoryFilters) -> Q:
    """Return the filter for the shared rows that the filtered rows ever named."""
    return reduce(
        operator.or_,
        (
            Q(id__in=history_rows(referring).filter(where).values(field.attname))
            for referring, where in filters.items()
            for field in referring._meta.concrete_fields
            if field.related_model is model
        ),
    )
