"""Consultation files with one thing in them altered, mostly for the worse."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from responses.consultation_file.writing import to_plain_values
from tests.support.awkward_texts import awkward
from tests.support.file_strategies import consultation_files

anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 5),
    st.sampled_from([1.0, 2.5, -0.0, 1e300]),
    awkward,
    st.sampled_from(["2026-02-16", "2026-02-30", "2026-09", "2026-02-02 16:00", " "]),
    st.lists(st.none() | st.integers(0, 3) | awkward, max_size=2),
    st.dictionaries(awkward, st.none() | awkward, max_size=2),
)


@st.composite
def faulty_files(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a file as mappings and lists with one place in it altered."""
    file: dict[str, Any] = to_plain_values(draw(consultation_files()))
    place: Any = file
    while True:
        inner = [
            key
            for key in (place if isinstance(place, dict) else range(len(place)))
            if isinstance(place[key], dict | list) and place[key]
        ]
        if not inner or draw(st.integers(0, 3)) == 0:
            break
        place = place[draw(st.sampled_from(inner))]
    _alter(draw, place)
    return file


def _alter(draw: st.DrawFn, place: Any) -> None:
    keys = list(place if isinstance(place, dict) else range(len(place)))
    how = draw(st.sampled_from(["replace", "take out", "add"]))
    if how == "add" or not keys:
        if isinstance(place, dict):
            place[draw(awkward)] = draw(anything)
        else:
            place.append(draw(anything))
    elif how == "take out":
        del place[draw(st.sampled_from(keys))]
    else:
        place[draw(st.sampled_from(keys))] = draw(anything)
