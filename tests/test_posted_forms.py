"""Forms with more than they have: keys of another consultation, and extra fields.

Every form of every page of the workspace is found, filled in and posted. `make test`
takes a sample of the pages, drawn by the seed; `make soak` takes all.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import models, transaction

from consultations.models import Consultation
from responses.models import Comment, CommentSource
from responses.row_types import ROW_TYPES
from tests.support import sizes
from tests.support.access import make_actor
from tests.support.access_world import World, make_world
from tests.support.clocks import MovableClock
from tests.support.crossing_links import (
    crossing_links,
    links_within_consultations,
    rows_of_consultation,
)
from tests.support.posted_forms import (
    PostedForm,
    distinct_forms,
    forms_of_page,
    pages_with_forms,
)
from tests.support.table_states import reset_sequences, rows_of_table, table_names

pytestmark = [
    pytest.mark.django_db,
    *([] if sizes.is_soak() else [pytest.mark.once]),
]

PAGES_IN_SAMPLE = 12
KEYS_IN_SAMPLE = 2
AUTHORS_OF_FORMS = ("administrator", "approver")
"""Between them they are offered every form; the administrator made nothing."""

NAMED_LINKS = {
    ("comment", "question"),
    ("comment_source", "respondent"),
    ("change_cause", "comment"),
    ("answer", "question"),
    ("section", "question"),
    ("section", "parent"),
    ("extension_question", "question"),
    ("question", "parent"),
}
"""Links that must be among those that are checked."""

Figures = Callable[[str, object], None]


@pytest.fixture
def world(clock: MovableClock) -> World:
    """Return one of everything, at a time that stands still."""
    return make_world()


@pytest.fixture
def chance() -> random.Random:
    """Return the random numbers of this run."""
    return random.Random(sizes.SEED)


def found_forms(world: World, chance: random.Random) -> list[PostedForm]:
    """Return the forms of all pages, or of a sample of the pages."""

    def forms() -> Iterator[PostedForm]:
        for name in AUTHORS_OF_FORMS:
            actor = make_actor(name)
            pages = pages_with_forms(world, actor)
            count = len(pages) if sizes.is_soak() else PAGES_IN_SAMPLE
            for page in chance.sample(sorted(pages), count):
                yield from forms_of_page(page, pages[page], actor)

    return distinct_forms(forms())


def accepted(response: Any) -> bool:
    return bool(response.status_code == 302)


# --- keys of another consultation -----------------------------------------------------


def keys_of(world: World) -> dict[str, str]:
    """Return the keys of a world's rows, by what they are keys of."""
    left_out = {"slug", "one", "html", "csv", "uid", "reset", "token", "filename"}
    return {name: str(key) for name, key in world.items() if name not in left_out}


def keys_for(field: str, keys: dict[str, str], chance: random.Random) -> list[str]:
    """Return the keys to try in a field: all, or the likely one and some others."""
    if sizes.is_soak():
        return sorted(set(keys.values()))
    likely = [key for kind, key in keys.items() if kind.partition("_")[0] in field]
    return sorted({*likely, *chance.sample(sorted(keys.values()), KEYS_IN_SAMPLE)})


@pytest.mark.soak
@pytest.mark.long
def test_keys_of_another_consultation_are_not_taken(
    world: World, chance: random.Random, record_property: Figures
) -> None:
    their_keys = keys_of(make_world("other", "S2SR", "x"))
    other = Consultation.objects.get(slug="other")
    their_rows = rows_of_consultation(other)
    assert crossing_links() == []
    wrong, counts = [], Counter[str]()
    forms = found_forms(world, chance)
    for form in forms:
        for field in sorted(form.choices):
            for key in keys_for(field, their_keys, chance):
                with transaction.atomic():
                    response = form.post(**{field: [key]})
                    made = crossing_links()
                    if rows_of_consultation(other) != their_rows:
                        made.append("a row of the other consultation changed")
                    transaction.set_rollback(True)
                if made or response.status_code >= 500:
                    wrong.append(f"{form.page}: {field}={key}: {made}")
                counts["accepted" if accepted(response) else "refused"] += 1
    assert wrong == []
    assert counts.total() > 10
    record_property(
        "figures",
        f"keys of another consultation: {len(forms)} forms, {counts.total()} posts, "
        f"{counts['refused']} refused, seed {sizes.SEED}",
    )


def test_links_named_in_the_contract_are_checked() -> None:
    found = {
        (row_type.name, name) for row_type, name, _ in links_within_consultations()
    }
    assert found >= NAMED_LINKS


def test_crossing_link_is_found(world: World) -> None:
    """The comparison above can fail."""
    make_world("other", "S2SR", "x")
    other = Consultation.objects.get(slug="other")
    comment = Comment.objects.filter(consultation__slug="walked")
    comment.update(question=other.questions.first())
    source = CommentSource.objects.filter(comment__in=comment).get()
    CommentSource.objects.update(respondent=other.respondents.get())
    ours = f"comment_source:{source.pk} respondent"
    assert crossing_links() == [f"comment:{comment.get().pk} question", ours]


# --- extra fields ---------------------------------------------------------------------

VALUES_BY_FIELD: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.BooleanField, "on"),
    (models.DateTimeField, "2027-03-01 12:00"),
    (models.DateField, "2027-03-01"),
    (models.IntegerField, "7"),
    (models.AutoField, "7"),
    (models.ForeignKey, "1"),
    (models.JSONField, "[]"),
)
OTHER_NAMES = ("pk", "id", "shown", "groups", "user_permissions", "user", "by", "at")
NEW_EACH_TIME = {"token", "password"}
"""Columns with random values."""


def extra_values() -> dict[str, str]:
    """Return every field of every row type and of users, each with a value."""
    values = dict.fromkeys(OTHER_NAMES, "1")
    with_fields: list[type[models.Model]] = [User, *(each.model for each in ROW_TYPES)]
    for model in with_fields:
        for field in model._meta.concrete_fields:
            values[field.name] = _value_of(field)
            values[field.attname] = _value_of(field)
    return values


def _value_of(field: Any) -> str:
    choices = [str(value) for value, _ in field.choices or () if value]
    if choices:
        return choices[-1]
    kinds = (value for kind, value in VALUES_BY_FIELD if isinstance(field, kind))
    return next(kinds, "extra")


def extra_fields(form: PostedForm) -> dict[str, list[str]]:
    """Return fields that a form does not have, under each of its prefixes."""
    extra = {
        f"{prefix}-{name}" if prefix else name: [value]
        for prefix in form.prefixes
        for name, value in extra_values().items()
    }
    taken = form.names | {name.rpartition("_")[0] for name in form.names}
    return {name: value for name, value in extra.items() if name not in taken}


def state_after(post: Callable[[], Any]) -> tuple[Any, dict[str, Any]]:
    """Return the response to a post and the rows of every table; roll both back."""
    reset_sequences()
    with transaction.atomic():
        response = post()
        rows = {name: rows_of_table(name, NEW_EACH_TIME) for name in table_names()}
        transaction.set_rollback(True)
    return response, rows


@pytest.mark.soak
@pytest.mark.long
def test_extra_fields_are_not_taken(
    world: World, chance: random.Random, record_property: Figures
) -> None:
    wrong, counts = [], Counter[str]()
    for form in found_forms(world, chance):
        response, plain = state_after(form.post)
        extra = extra_fields(form)
        other_response, more = state_after(lambda: form.post(**extra))  # noqa: B023
        differing = [name for name in plain if plain[name] != more[name]]
        if differing or other_response.status_code != response.status_code:
            wrong.append(f"{form.page} -> {form.action}: {differing}")
        counts["saved" if accepted(response) else "refused"] += 1
        counts["extra"] += len(extra)
    assert wrong == []
    assert counts["saved"] > 2
    record_property(
        "figures",
        f"extra fields: {counts['saved']} forms saved and {counts['refused']} refused, "
        f"{counts['extra']} extra fields, seed {sizes.SEED}",
    )


def test_taken_field_is_found(world: World, chance: random.Random) -> None:
    """The comparison above can fail: this sends a field that its form does have."""
    actor = make_actor("administrator")
    page = "responses:comment"
    path = pages_with_forms(world, actor)[page]
    forms = forms_of_page(page, path, actor)
    form = next(each for each in forms if "comment-text" in each.names)
    assert "id" in extra_fields(form)
    _, plain = state_after(form.post)
    _, more = state_after(lambda: form.post(**{"comment-text": ["Other words."]}))
    assert plain["responses_comment"] != more["responses_comment"]
