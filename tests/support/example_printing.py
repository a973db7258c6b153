"""How Hypothesis prints the example of a failing test."""

from __future__ import annotations

from hypothesis.vendor.pretty import RepresentationPrinter


def print_values_instead_of_calls() -> None:
    """Have generated objects printed by their `repr`, not by the calls that made them.

    Hypothesis prints a call twice to see whether the call is shorter than the `repr`,
    and the calls in its arguments twice each time: 2 ** depth times for a document with
    tables in tables, so that a failing test seems to hang.
    """
    RepresentationPrinter.maybe_repr_known_object_as_call = _print_value  # type: ignore[method-assign]


def _print_value(
    self: RepresentationPrinter,
    obj: object,
    cycle: bool,
    *call: object,
    **labels: object,
) -> None:
    self.text("<...>" if cycle else repr(obj))
