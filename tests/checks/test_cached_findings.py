"""Cached findings of the checks, valid until anything they read changes."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from consultations.audit.history import delete_all, save_all, save_if_current
from consultations.editions.triggers import without_guards
from consultations.editions.workflow import Refusal
from consultations.models import (
    Clause,
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    ConsultationAttachment,
    ConsultationEdition,
    Designation,
    DocumentVersion,
    Edition,
    Extension,
    ExtensionQuestion,
    GlossaryTerm,
    Organisation,
    StoredFile,
)
from responses.checks import cached_findings, findings
from responses.checks.cached_findings import (
    current_findings,
    findings_if_cached,
    fingerprint,
)
from responses.conclusions import submission
from responses.file_words import read_stored_file, read_waiting_files
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    CommentSource,
    ConfirmedFinding,
    DCCResponse,
    FileWords,
)
from responses.row_types import ROW_TYPES, ROW_TYPES_BY_MODEL
from tests.support import sizes
from tests.support.factories import (
    freeze,
    london,
    make_change,
    make_comment,
    make_conclusion,
    make_consultation,
    make_document,
    make_question,
    make_respondent,
    make_submission,
    make_user,
)

pytestmark = pytest.mark.django_db

TRACKED: list[Any] = [each.model for each in ROW_TYPES if each.in_checks]
DELETABLE = [model for model in TRACKED if model is not Consultation]


def make_full() -> Conclusion:
    """A conclusion with rows of every kind; the last of each can be deleted."""
    consultation = make_consultation(documents=("S1SR", "TMAD"))
    questions = [make_question(consultation) for _ in range(2)]
    people = [make_respondent(consultation, name) for name in ("Ada", "Bede", "Cuth")]
    for person in people[:2]:
        make_submission(person, stances={questions[0]: "agree"})
    comments = [
        make_comment(
            consultation,
            questions[0],
            text=f"Point {n} of {person}.",
            response=f"Answer {n}.",
            disposition="changed",
            sources=(person,),
            concerns=["S1SR Clause 1"],
        )
        for n, person in enumerate(people[:2])
    ]
    make_change(consultation, because_of=(comments[0],), clause="c1")
    make_change(consultation, because_of=(comments[0],))
    make_comment(consultation, questions[0], text="Alone.")
    moved = Extension.objects.create(
        consultation=consultation,
        was=london("2026-02-02 16:00"),
        until=london("2026-02-09 16:00"),
        reason="Asked for.",
    )
    ExtensionQuestion.objects.create(extension=moved, question=questions[0])
    Designation.objects.create(consultation=consultation, addressee="Somebody")
    Commitment.objects.create(consultation=consultation, text="To look again.")
    GlossaryTerm.objects.create(consultation=consultation, short="GP", long="Proxy")
    conclusion = make_conclusion(consultation)
    ConclusionAttachment.objects.create(
        conclusion=conclusion,
        title="Plan",
        kind="other",
        file=StoredFile.objects.store(b"plan"),
        filename="plan.txt",
    )
    ConfirmedFinding.objects.create(
        conclusion=conclusion,
        key="single-category:0",
        text="Only one respondent has the category.",
        reason="Everybody is named.",
        by=make_user(),
        at=timezone.now(),
    )
    ConsultationAttachment.objects.create(
        consultation=consultation,
        title="Text",
        file=StoredFile.objects.store(b"text"),
        filename="text.txt",
    )
    for key in ("v1", "v2"):
        version, _ = DocumentVersion.objects.get_or_create(
            document=make_document(), key=key, status="designated"
        )
        Clause.objects.get_or_create(
            document_version=version, identity="c1", number="1"
        )
    make_document("ZZZ")
    Organisation.objects.get_or_create(name="Nobody", short="NB")
    make_conclusion(consultation, slug=f"{consultation.slug}-b", sections=())
    return conclusion


def last_of(model: Any, conclusion: Conclusion) -> Any:
    """Return the last row of a kind that the checks of the conclusion read."""
    path = ROW_TYPES_BY_MODEL[model].consultation_path
    rows = model.objects.all()
    if path is not None:
        rows = rows.filter(**{path or "pk": conclusion.consultation_id})
    return rows.order_by("pk").last()


def fresh(conclusion: Conclusion) -> Conclusion:
    return Conclusion.objects.get(pk=conclusion.pk)


# --- the fingerprint -----------------------------------------------------------------


def test_fingerprint_is_stable_without_changes() -> None:
    conclusion = make_full()
    assert fingerprint(conclusion) == fingerprint(fresh(conclusion))


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model.__name__)
def test_saving_any_row_changes_fingerprint(model: Any) -> None:
    conclusion = make_full()
    before = fingerprint(conclusion)
    last_of(model, conclusion).save()
    assert fingerprint(conclusion) != before


@pytest.mark.parametrize("model", TRACKED, ids=lambda model: model.__name__)
def test_bulk_save_changes_fingerprint(model: Any) -> None:
    conclusion = make_full()
    before = fingerprint(conclusion)
    save_all(model, [last_of(model, conclusion)], [])
    assert fingerprint(conclusion) != before


@pytest.mark.parametrize("model", DELETABLE, ids=lambda model: model.__name__)
def test_deleting_any_row_changes_fingerprint(model: Any) -> None:
    conclusion = make_full()
    before = fingerprint(conclusion)
    delete_all([last_of(model, conclusion)])
    assert fingerprint(conclusion) != before


def test_versioned_save_changes_fingerprint() -> None:
    conclusion = make_full()
    before = fingerprint(conclusion)
    save_if_current(last_of(Comment, conclusion), version=1, by=None)
    assert fingerprint(conclusion) != before


def test_row_moved_between_consultations_changes_both_fingerprints() -> None:
    here, there = make_full(), make_full()
    for model, parent in (
        (CommentSource, "comment"),
        (ConclusionSection, "conclusion"),
        (ExtensionQuestion, "extension"),
    ):
        before = fingerprint(here), fingerprint(there)
        row, other = last_of(model, here), last_of(model, there)
        setattr(row, parent, getattr(other, parent))
        row.save()
        assert fingerprint(here) != before[0]
        assert fingerprint(there) != before[1]


def test_comment_moved_away_changes_fingerprint() -> None:
    conclusion, there = make_full(), make_full()
    before = fingerprint(conclusion)
    comment = last_of(Comment, conclusion)
    comment.key, comment.question = "moved", None
    comment.consultation = there.consultation
    comment.save()
    assert fingerprint(conclusion) != before


def test_words_of_a_file_change_fingerprint_when_read_again() -> None:
    conclusion = make_full()
    read_waiting_files()
    for row in (conclusion.attachments, conclusion.consultation.attachments):
        file = row.get().file
        assert file is not None
        words = FileWords.objects.filter(file=file)
        read = fingerprint(conclusion)
        words.delete()
        unread = fingerprint(conclusion)
        read_stored_file(file.pk)
        assert len({read, unread, fingerprint(conclusion)}) == 3


def test_edits_of_another_consultation_keep_fingerprint() -> None:
    conclusion, other = make_full(), make_full()
    before = fingerprint(conclusion)
    last_of(Comment, other).save()
    last_of(Answer, other).delete()
    assert fingerprint(conclusion) == before


def test_deleting_reply_target_changes_fingerprint() -> None:
    conclusion, earlier = make_full(), make_full()
    comment = last_of(Comment, conclusion)
    comment.replies_to = f"{earlier.slug}#k3"
    comment.save()
    before = fingerprint(conclusion)
    delete_all([Comment.objects.get(consultation=earlier.consultation, key="k3")])
    assert fingerprint(conclusion) != before


def test_new_edition_changes_fingerprint() -> None:
    conclusion = make_full()
    before = fingerprint(conclusion)
    with without_guards(connection):
        Edition.objects.create(
            conclusion=conclusion,
            content="{}",
            content_sha256="0",
            sha256="0",
            submitted_by=make_user(),
            submitted_at=london("2026-02-16 12:00"),
        )
    assert fingerprint(conclusion) != before


def test_new_public_wording_changes_fingerprint() -> None:
    conclusion = make_full()
    before = fingerprint(conclusion)
    freeze(conclusion.consultation)
    assert fingerprint(conclusion) != before


def test_new_day_changes_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    conclusion = make_full()
    before = fingerprint(conclusion)
    monkeypatch.setattr(timezone, "localdate", lambda: dt.date(2031, 1, 1))
    assert fingerprint(conclusion) != before


def test_public_classifications_setting_changes_fingerprint(settings: Settings) -> None:
    conclusion = make_full()
    before = fingerprint(conclusion)
    settings.PUBLIC_CLASSIFICATIONS = ["Open"]
    assert fingerprint(conclusion) != before


def test_rolled_back_save_has_a_different_fingerprint() -> None:
    conclusion = make_full()
    comment = last_of(Comment, conclusion)

    class Undone(Exception):
        pass

    def saved(text: str) -> str:
        comment.text = text
        comment.save()
        return fingerprint(conclusion)

    undone = ""
    try:
        with transaction.atomic():
            undone = saved("Not to stay.")
            raise Undone
    except Undone:
        pass
    assert saved("To stay.") != undone


def test_fingerprint_covers_every_table_read_by_checks() -> None:
    conclusion = fresh(make_full())
    comment = last_of(Comment, conclusion)
    comment.replies_to = f"{conclusion.slug}#k1"
    comment.save()
    with CaptureQueriesContext(connection) as captured:
        findings(conclusion)
    read = {
        table
        for query in captured
        for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])
    }
    tables = {
        model._meta.db_table
        for model in (*TRACKED, ConsultationEdition, Edition, StoredFile, FileWords)
    }
    assert read <= tables
    assert len(read) > 20


def test_fingerprint_query_count_is_constant() -> None:
    conclusion = make_full()
    with CaptureQueriesContext(connection) as captured:
        fingerprint(conclusion)
    assert len(captured) <= 9


# --- caching -------------------------------------------------------------------------


def test_findings_are_unknown_before_checks_run() -> None:
    assert findings_if_cached(make_full()) is None


def test_findings_are_cached_until_a_change() -> None:
    conclusion = make_full()
    found = current_findings(conclusion)
    assert findings_if_cached(fresh(conclusion)) == found
    last_of(Comment, conclusion).save()
    assert findings_if_cached(fresh(conclusion)) is None


def test_checks_run_once_without_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    conclusion = make_full()
    found = current_findings(conclusion)
    monkeypatch.setattr(
        cached_findings, "findings", lambda conclusion: pytest.fail("it ran")
    )
    assert current_findings(fresh(conclusion)) == found


def test_findings_are_cached_per_conclusion() -> None:
    conclusion = make_full()
    other = Conclusion.objects.get(slug=f"{conclusion.slug}-b")
    assert current_findings(conclusion) != current_findings(other)
    assert current_findings(other) == findings(other)


def test_submission_ignores_cached_findings() -> None:
    conclusion = make_full()
    cache.set(cached_findings.cache_key(conclusion), ([], []))
    with pytest.raises(Refusal, match="has no DCC response"):
        submission.submit_draft(conclusion, by=make_user(role="Drafter"))


def edits(conclusion: Conclusion, chance: random.Random) -> list[Callable[[], object]]:
    """Return edits that may be applied to a consultation next."""
    consultation = conclusion.consultation
    comment = chance.choice(list(consultation.comments.all()))
    response = chance.choice(
        list(DCCResponse.objects.filter(comment__consultation=consultation))
    )
    person = chance.choice(list(consultation.respondents.all()))
    words = chance.choice(["Ada", "[[comment: k1]]", "Attachment 7", "Point 1 of Ada"])

    def save(row: Any, **values: Any) -> None:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()

    return [
        lambda: None,
        lambda: save(comment, text=f"{words} and {chance.randint(1, 3)}"),
        lambda: save(comment, concerns=[f"S1SR Clause {chance.randint(1, 2)}"]),
        lambda: save(response, text=words),
        lambda: save(response, disposition=chance.choice(["noted", "changed"])),
        lambda: save(person, aliases=[words]),
        lambda: save(consultation, summary=f"About {words}."),
        lambda: save(conclusion, date=dt.date(2026, 2, chance.randint(1, 28))),
        lambda: save_all(Comment, [comment], []),
        lambda: delete_all(ChangeCause.objects.filter(comment=comment)),
        lambda: delete_all(CommentSource.objects.filter(comment=comment)),
        lambda: make_comment(
            consultation, text=words, response=words, key=f"n{chance.random()}"[:20]
        ),
        lambda: make_submission(person, received=london("2026-03-01 10:00")),
        lambda: make_change(consultation, key=f"n{chance.random()}"[:20]),
    ]


@pytest.mark.soak
@pytest.mark.parametrize("seed", sizes.seeds(2, whole=10))
def test_cached_findings_equal_fresh_ones_after_any_edits(seed: int) -> None:
    chance = random.Random(seed)
    conclusion = make_full()
    for _ in range(25):
        chance.choice(edits(fresh(conclusion), chance))()
        assert current_findings(fresh(conclusion)) == findings(fresh(conclusion))
