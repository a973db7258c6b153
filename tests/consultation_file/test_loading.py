"""Loading a file: atomic, idempotent, and changing only what differs."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings

from consultations.audit import history
from consultations.models import (
    Conclusion,
    Consultation,
    Organisation,
    Question,
)
from responses.consultation_file.contents import ConsultationFile
from responses.consultation_file.exporting import export
from responses.consultation_file.loading import load_file
from responses.consultation_file.notation.errors import FileRefused
from responses.consultation_file.reading import read_file
from responses.consultation_file.writing import write_file
from responses.models import Comment, Submission
from tests.support import sizes
from tests.support.big_file import big_file
from tests.support.consultation_files import (
    NOWHERE,
    SMALL,
    altered,
    by_code,
    editable,
    every_row,
    load_text,
    read_text,
    stored,
    undone,
)
from tests.support.factories import delete_editions, freeze, london, make_user
from tests.support.file_strategies import consultation_files

pytestmark = pytest.mark.django_db


# Stored rows


def test_loaded_rows_match_file() -> None:
    plan = load_text(SMALL)
    assert plan.creates
    assert plan.conclusions == ("broadcast-2026",)
    assert by_code(stored()) == by_code(read_text(SMALL).file)


def test_export_round_trips_small_file() -> None:
    load_text(SMALL)
    text = export(Consultation.objects.get()).text
    assert by_code(read_text(text).file) == by_code(read_text(SMALL).file)


@settings(max_examples=sizes.count(12, whole=100))
@given(consultation_files())
def test_load_export_load_is_identical(file: ConsultationFile) -> None:
    with undone():
        assert load_file(read_file(write_file(file).encode()), NOWHERE).creates
        assert by_code(stored(file.consultation.slug)) == by_code(file)
        made = export(Consultation.objects.get(slug=file.consultation.slug))
        assert made.errors == ()
        assert by_code(read_file(made.text.encode()).file) == by_code(file)
        assert not load_file(read_file(made.text.encode()), NOWHERE).changes_anything


def in_preparation(file: ConsultationFile, slug: str) -> ConsultationFile:
    """Return a file whose consultation has no opening: nothing of it is public."""
    consultation = dataclasses.replace(
        file.consultation,
        slug=slug,
        opened=None,
        opens_at=None,
        notices=(),
        withdrawn=None,
    )
    return dataclasses.replace(file, consultation=consultation)


@settings(max_examples=sizes.count(6, whole=60))
@given(consultation_files(), consultation_files())
def test_any_file_updates_to_any_other_and_back(
    one: ConsultationFile, other: ConsultationFile
) -> None:
    slug = one.consultation.slug
    one, other = in_preparation(one, slug), in_preparation(other, slug)
    with undone():
        for file in (one, other, one):
            load_file(read_file(write_file(file).encode()), NOWHERE, update=True)
            now = dataclasses.replace(stored(slug), documents=file.documents)
            assert now == file
            assert not load_file(
                read_file(write_file(file).encode()), NOWHERE
            ).changes_anything


def test_every_created_row_has_history() -> None:
    user = make_user()
    load_file(read_text(SMALL), NOWHERE, by=user)
    for model in editable():
        rows = model._default_manager.count()
        made = model.history.filter(history_type="+")  # type: ignore[attr-defined]
        assert made.count() == rows, model
        if model is not Organisation:
            assert set(made.values_list("history_user", flat=True)) <= {user.pk}
            assert set(made.values_list("history_change_reason", flat=True)) <= {
                "Loaded from a consultation file"
            }


def test_load_and_update_are_recorded_in_trail() -> None:
    load_text(SMALL)
    load_text(SMALL)
    load_text(altered(("A general remark", "Another remark")), update=True)
    events = Consultation.objects.get().events.filter(kind="loaded")
    assert list(events.values_list("kind", "summary")) == [
        ("loaded", "The consultation was loaded from a consultation file."),
        ("loaded", "The consultation was updated from a consultation file."),
    ]


def test_omitted_organisation_defaults_to_installation(
    settings: Any,
) -> None:
    line = "organisation: {name: Data Communications Company, short: DCC}\n"
    load_text(altered((line, "")))
    own = settings.ORGANISATION
    organisation = Consultation.objects.get().organisation
    assert (organisation.name, organisation.short) == (own["name"], own["short"])
    assert not load_text(altered((line, ""))).changes_anything


def test_stored_organisation_is_reused() -> None:
    load_text(SMALL)
    load_text(altered(("slug: broadcast-2026", "slug: another")))
    assert Organisation.objects.count() == 1


def test_ambiguous_time_is_stored_as_the_given_zone() -> None:
    for name, hour in (("BST", 0), ("GMT", 1)):
        slug = f"at-{name}"
        text = altered(
            ("slug: broadcast-2026", f"slug: {slug}"),
            ("closes: 2026-02-27 16:00", f"closes: 2026-10-25 01:30 {name}"),
        )
        load_text(text)
        closes = Consultation.objects.get(slug=slug).closes
        assert closes is not None
        assert closes.hour == hour
        assert not load_text(text).changes_anything


# Idempotency


def test_loading_file_again_changes_nothing() -> None:
    load_text(SMALL)
    before = every_row()
    assert not load_text(SMALL).changes_anything
    assert not load_text(SMALL, update=True).changes_anything
    assert every_row() == before


def test_seconds_of_received_time_are_no_difference() -> None:
    load_text(SMALL)
    submission = Submission.objects.first()
    assert submission is not None
    submission.received = submission.received.replace(second=17)
    submission.save()
    assert not load_text(SMALL).changes_anything
    load_text(altered(("A general remark", "Another remark")), update=True)
    submission.refresh_from_db()
    assert submission.received.second == 17


def test_seconds_of_opening_time_are_no_difference() -> None:
    text = altered(("opened: 2026-02-02", "opened: 2026-02-02\n  opens_at: 09:00"))
    load_text(text)
    consultation = Consultation.objects.get()
    delete_editions(consultation)
    consultation.opens_at_time = dt.time(9, 0, 17)
    consultation.save()
    freeze(consultation)
    assert not load_text(text).changes_anything
    load_text(text.replace("A general remark", "Another remark"), update=True)
    consultation.refresh_from_db()
    assert consultation.opens_at_time == dt.time(9, 0, 17)


# The opening


def test_consultation_without_opening_day_is_not_public() -> None:
    load_text(altered(("  opened: 2026-02-02\n", "")))
    consultation = Consultation.objects.get()
    assert consultation.opens is None
    assert not consultation.is_public()
    assert "opens_on" not in export(consultation).text


def test_opening_time_is_stored_and_exported() -> None:
    load_text(altered(("opened: 2026-02-02", "opened: 2026-02-02\n  opens_at: 10:00")))
    consultation = Consultation.objects.get()
    assert consultation.opens == london("2026-02-02 10:00")
    assert '  opens_at: "10:00"\n' in export(consultation).text


def test_nonexistent_opening_time_is_export_fault() -> None:
    load_text(SMALL)
    consultation = Consultation.objects.get()
    delete_editions(consultation)
    consultation.opens_on, consultation.opens_at_time = (
        dt.date(2026, 3, 29),
        dt.time(1, 30),
    )
    consultation.save()
    (fault,) = export(consultation).errors
    assert fault.path == "consultation.opens_at"


# Rollback


def test_refused_file_stores_nothing() -> None:
    before = every_row()
    with pytest.raises(FileRefused):
        load_text(altered(("kind: attachments}", "kind: attachment}")))
    assert every_row() == before


@pytest.mark.parametrize("call", range(0, 22, 3))
def test_failed_load_is_rolled_back(call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter(range(call))
    create_all = history.create_all

    def failing(*args: Any, **kwargs: Any) -> Any:
        if next(calls, None) is None:
            raise RuntimeError("The disk is full.")
        return create_all(*args, **kwargs)

    before = every_row()
    monkeypatch.setattr(history, "create_all", failing)
    with pytest.raises(RuntimeError):
        load_text(SMALL)
    assert every_row() == before


def test_failed_update_is_rolled_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load_text(SMALL)
    before = every_row()

    def failing(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr(history, "delete_all", failing)
    smaller = SMALL[: SMALL.index("changes:")]
    with pytest.raises(RuntimeError):
        load_text(smaller, update=True)
    assert every_row() == before


def test_concurrent_load_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    load_text(SMALL)
    before = every_row()
    monkeypatch.setattr(
        "responses.consultation_file.loading.stored_consultation", lambda _file: None
    )
    monkeypatch.setattr(
        "responses.consultation_file.to_rows.consultation.lock_rows",
        lambda rows: rows.none(),
    )
    monkeypatch.setattr(
        "responses.consultation_file.loading._conclusion_errors", lambda *_: []
    )
    with pytest.raises(FileRefused, match="at the same time"), transaction.atomic():
        load_text(SMALL)
    assert every_row() == before


# Conclusions


def test_conclusion_slug_of_another_consultation_is_refused() -> None:
    load_text(SMALL)
    text = altered(
        ("slug: broadcast-2026", "slug: another"),
        ("- title: Conclusion", "- slug: broadcast-2026\n    title: Conclusion"),
    )
    for update in (False, True):
        with pytest.raises(FileRefused, match="used by a conclusion to another"):
            load_text(text, update=update)


def test_update_changes_conclusion_slug() -> None:
    load_text(SMALL)
    slug = ("- title: Conclusion", "- slug: the-end\n    title: Conclusion")
    load_text(altered(slug), update=True)
    assert Conclusion.objects.get().slug == "the-end"


# Query counts and large files


def test_read_back_query_count_is_constant() -> None:
    load_text(SMALL)
    load_text(big_file(40))
    counts = []
    for slug in ("broadcast-2026", "big"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            stored(slug)
        counts.append(len(queries))
    assert counts[0] - counts[1] in (0, 1)  # one has no designation
    assert max(counts) < 30


def test_load_query_count_grows_only_with_batches() -> None:
    with CaptureQueriesContext(connection) as few:
        load_text(big_file(10))
    with CaptureQueriesContext(connection) as many:
        load_text(big_file(60).replace("slug: big", "slug: bigger"))
    assert len(many) <= len(few) + 20


def test_over_a_thousand_causes_are_read_back() -> None:
    """On SQLite a prefetch of as many foreign keys fails."""
    text = big_file(1100).replace(
        "because_of: [k1]",
        "because_of: [{}]".format(", ".join(f"k{number}" for number in range(1, 1101))),
        1,
    )
    load_text(text)
    assert len(stored("big").changes[0].because_of) == 1100
    assert not load_text(text).changes_anything


def test_consultation_made_by_forms_exports_and_reloads() -> None:
    load_text(SMALL)
    consultation = Consultation.objects.get()
    Question.objects.create(
        consultation=consultation,
        key="q4",
        label="Question 4",
        text="And else?",
        kind="open",
        options=["left", "over"],
        position=1,
    )
    freeze(consultation)
    made = export(consultation)
    assert made.errors == ()
    assert not load_text(made.text).changes_anything


def test_loading_without_user_leaves_history_user_empty() -> None:
    load_text(SMALL)
    assert not User.objects.exists()
    assert Comment.history.filter(history_user=None).count() == 2


def test_earlier_consultation_elsewhere_is_loaded_and_exported() -> None:
    follows = (
        "follows: {title: The first round, opened: 2020-05-01, "
        "url: 'https://example.org/round', relation: further}"
    )
    text = altered(("  documents: [BRD]\n", f"  documents: [BRD]\n  {follows}\n"))
    load_text(text)
    row = Consultation.objects.get()
    assert (row.follows, row.follows_title) == ("", "The first round")
    assert stored().consultation.follows == read_text(text).file.consultation.follows
    assert not load_text(text).changes_anything
