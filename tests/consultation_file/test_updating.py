"""Updates: only rows that differ, and documents shared between consultations."""

from __future__ import annotations

import pytest

from consultations.models import (
    Clause,
    ConclusionSection,
    DocumentVersion,
    RegulatedDocument,
)
from responses.consultation_file.loading import NeedsUpdate
from responses.models import Answer, Comment, DCCResponse, Respondent, Submission
from tests.support.consultation_files import (
    SMALL,
    altered,
    bumped,
    by_code,
    editable,
    every_row,
    history_of,
    load_text,
    read_text,
    stored,
    versions,
)

pytestmark = pytest.mark.django_db


# Changing only rows that differ


def test_differing_file_is_refused_listing_differences() -> None:
    load_text(SMALL)
    before = every_row()
    text = altered(
        ("title: Broadcast interval", "title: Interval of broadcasts"),
        ("We have changed it to two hours.", "We have changed it to three hours."),
        ("{key: r2, name: Saltmarsh Networks plc", "{key: r2, name: Saltmarsh plc"),
        ("{key: k2,", "{key: k3,"),
    )
    with pytest.raises(NeedsUpdate) as refused:
        load_text(text)
    assert [(error.path, error.message) for error in refused.value.errors] == [
        ("consultation.title", 'The stored value of title is "Broadcast interval".'),
        (
            "respondents[1].name",
            'The stored value of name is "Saltmarsh Networks plc".',
        ),
        ("comments", "Stored, but not in the file: k2."),
        (
            "comments[0].response",
            "The stored value of response is "
            '"<p>We have changed it to two hours.</p>".',
        ),
        ("comments[1]", "The comment k3 is not stored yet."),
    ]
    assert every_row() == before


FUTURE = ("opened: 2026-02-02", "opened: 2099-02-02")
"""What makes the small file one of a consultation that is not public yet."""

ALTERATIONS: list[tuple[str, str, dict[str, int]]] = [
    ("title: Broadcast interval", "title: Interval", {"Consultation": 1}),
    ("closes: 2026-02-27 16:00", "closes: 2026-02-28 16:00", {"Consultation": 1}),
    ("  opened: 2026-02-02\n", "", {"Consultation": 1}),
    ("opened: 2026-02-02", "opened: 2026-02-02\n  opens_at: 10:00",
     {"Consultation": 1}),
    ("to: 2026-03-06 16:00", "to: 2026-03-07 16:00", {"Extension": 1}),
    ("reason: Late.", "reason: Later.", {"Extension": 1}),
    ("text: Why?", "text: Why so?", {"Question": 1}),
    ("parent: q2", "parent: q1", {"Question": 1}),
    ("[Once, Twice]", "[Once, Twice, Thrice]", {"Question": 1}),
    ("name: Rowanlea Energy Limited", "name: Rowanlea", {"Respondent": 1}),
    ("aliases: [Rowan]", "aliases: [Rowan, RE]", {"Respondent": 1}),
    ("received: 2026-02-25 11:30", "received: 2026-02-25 11:31", {"Submission": 1}),
    ("channel: email", "channel: post", {"Submission": 1}),
    ("choice: Once", "choice: Twice", {"Answer": 1}),
    ("stance: agree}", "stance: neutral}", {"Answer": 1}),
    ("text: A general remark.", "text: Another.", {"Comment": 1}),
    ("question: null", "question: 3", {"Comment": 1}),
    ("two hours.", "three hours.", {"DCCResponse": 1}),
    ("disposition: changed", "disposition: noted", {"DCCResponse": 1}),
    ("rationale: An hour", "rationale: One hour", {"ClauseChange": 1}),
    ("date: 2026-03-20", "date: 2026-03-21", {"Conclusion": 1}),
    ("heading: Respondents,", "heading: Who responded,", {"ConclusionSection": 1}),
    ("heading: Changes, kind: changes, document: BRD",
     "heading: Changes, kind: changes", {"ConclusionSection": 1}),
    ("tally: true", "tally: false", {"ConclusionSection": 1}),
    ("title: Comparison", "title: Redline", {"ConclusionAttachment": 1}),
    ("version: concluded}", "version: concluded, against: designated}",
     {"ConclusionAttachment": 1}),
    ("addressee: Secretary of State", "addressee: The Panel", {"Designation": 1}),
    ("{months: 1, wording: or later}", "{months: 2}", {"Designation": 1}),
    ("due: 2026-09", "due: 2026-09-01", {"Commitment": 1}),
    ("{BRD: Broadcast Requirements}", "{BRD: Requirements}", {"GlossaryTerm": 1}),
    ("title: Broadcast Addresses", "title: Addresses", {"RegulatedDocument": 1}),
    ("status: concluded", "status: concluded, label: '2.0'", {"DocumentVersion": 1}),
    ("sent every hour", "sent every two hours", {"Clause": 1}),
    ("heading: Scope", "heading: What it is about", {"Clause": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "rows"), ALTERATIONS)
def test_update_saves_only_differing_rows(
    old: str, new: str, rows: dict[str, int]
) -> None:
    unopened = altered(FUTURE)
    load_text(unopened)
    before = versions()
    counts = {model: model._default_manager.count() for model in editable()}
    changed = altered((old.replace(*FUTURE), new.replace(*FUTURE)), text=unopened)
    load_text(changed, update=True)
    assert bumped(before) == rows
    assert by_code(stored()) == by_code(read_text(changed).file)
    assert {model: model._default_manager.count() for model in editable()} == counts


@pytest.mark.parametrize(("old", "new", "rows"), ALTERATIONS)
def test_reverse_update_restores_original(
    old: str, new: str, rows: dict[str, int]
) -> None:
    unopened = altered(FUTURE)
    load_text(unopened)
    changed = altered((old.replace(*FUTURE), new.replace(*FUTURE)), text=unopened)
    load_text(changed, update=True)
    load_text(unopened, update=True)
    assert by_code(stored()) == by_code(read_text(unopened).file)


def test_saved_and_deleted_rows_have_history() -> None:
    load_text(SMALL)
    text = altered(("{key: k2,", "{key: k3,"), ("two hours.", "three hours."))
    load_text(text, update=True)
    assert history_of(Comment, key="k2") == ["+", "-"]
    assert history_of(Comment, key="k3") == ["+"]
    assert history_of(DCCResponse) == ["+", "~"]
    assert history_of(Comment, key="k1") == ["+"]


def test_update_deletes_rows_missing_from_file() -> None:
    load_text(SMALL)
    start, end = SMALL.index("respondents:"), SMALL.index("conclusions:")
    bare = SMALL[:start] + SMALL[end:]
    load_text(bare, update=True)
    for model in (Respondent, Submission, Answer, Comment, DCCResponse):
        assert not model._default_manager.exists()
        assert set(history_of(model)) == {"+", "-"}
    load_text(SMALL, update=True)
    assert by_code(stored()) == by_code(read_text(SMALL).file)


def test_comment_response_is_removed_and_restored() -> None:
    load_text(SMALL)
    words = "    response: We have changed it to two hours.\n    disposition: changed\n"
    load_text(altered((words, "")), update=True)
    assert not DCCResponse.objects.exists()
    load_text(SMALL, update=True)
    assert DCCResponse.objects.get().disposition == "changed"


def test_appended_comment_moves_no_rows() -> None:
    load_text(SMALL)
    before = versions()
    extra = "  - {key: k3, question: 1, from: [r2], text: One more.}\nchanges:"
    load_text(altered(("changes:", extra)), update=True)
    assert bumped(before) == {}
    assert list(Comment.objects.values_list("key", flat=True)) == ["k1", "k2", "k3"]


def test_reordered_items_need_update() -> None:
    load_text(SMALL)
    first = (
        "  - {key: r1, name: Rowanlea Energy Limited, category: Small Supplier, "
        "aliases: [Rowan]}\n"
    )
    second = (
        "  - {key: r2, name: Saltmarsh Networks plc, email: desk@saltmarsh.example}\n"
    )
    text = altered((first + second, second + first))
    with pytest.raises(NeedsUpdate, match="The stored order differs"):
        load_text(text)
    load_text(text, update=True)
    assert [each.key for each in stored().respondents] == ["r2", "r1"]


def test_inserted_section_keeps_other_rows() -> None:
    load_text(SMALL)
    ids = dict(ConclusionSection.objects.values_list("heading", "pk"))
    new = "      - {heading: Summary, kind: text, text: Shortly.}\n"
    text = altered(
        ("    sections:\n      - {h", f"    sections:\n{new}      - {{h"),
    )
    load_text(text, update=True)
    headings = dict(ConclusionSection.objects.values_list("heading", "pk"))
    assert {h: pk for h, pk in headings.items() if h != "Summary"} == ids
    assert [s.heading for s in stored().conclusions[0].sections][:2] == [
        "Summary",
        "Introduction",
    ]


def test_unrelated_update_keeps_positions_set_by_forms() -> None:
    load_text(SMALL)
    for number, comment in enumerate(Comment.objects.all()):
        comment.position = 10 * number + 7
        comment.save()
    before = versions()
    load_text(altered(("two hours.", "three hours.")), update=True)
    assert bumped(before) == {"DCCResponse": 1}


# Shared documents

OTHER = """\
consultation_file: 1
documents:
  - code: BRD
    title: Broadcast Requirements
    versions:
      - {key: second, status: consulted, clauses: [{number: "1", text: More.}]}
consultation: {slug: other, title: Other, documents: [BRD], opened: 2026-05-01}
questions: []
"""


def test_another_consultation_adds_document_version() -> None:
    load_text(SMALL)
    before = versions()
    load_text(OTHER)
    assert list(DocumentVersion.objects.values_list("key", flat=True)) == [
        "designated",
        "concluded",
        "second",
    ]
    assert bumped(before) == {}
    assert not load_text(SMALL).changes_anything
    assert not load_text(OTHER).changes_anything


def test_conflicting_document_facts_are_refused() -> None:
    load_text(SMALL)
    before = every_row()
    text = altered(("Broadcast Requirements\n", "Broadcasting\n"), text=OTHER)
    with pytest.raises(NeedsUpdate) as refused:
        load_text(text)
    (error,) = refused.value.errors
    assert str(error) == (
        "4: documents[0].title: BRD is already stored. "
        'The stored value of title is "Broadcast Requirements".'
    )
    assert every_row() == before
    load_text(text, update=True)
    assert RegulatedDocument.objects.get(code="BRD").title == "Broadcasting"


def test_conflicting_version_text_is_refused() -> None:
    load_text(OTHER)
    text = altered(("slug: other", "slug: third"), ("More.", "Less."), text=OTHER)
    with pytest.raises(NeedsUpdate, match="differs: clause 1 differs"):
        load_text(text)
    load_text(text, update=True)
    assert Clause.objects.get().text == "<p>Less.</p>"
    with pytest.raises(NeedsUpdate):
        load_text(OTHER)


def test_text_is_added_to_version_without_text() -> None:
    bare = altered((', clauses: [{number: "1", text: More.}]', ""), text=OTHER)
    load_text(bare)
    load_text(altered(("slug: other", "slug: third"), text=OTHER))
    assert Clause.objects.count() == 1


def test_version_given_without_clauses_keeps_its_text() -> None:
    unopened = OTHER.replace("2026-05-01", "2099-05-01")
    load_text(unopened)
    bare = altered((', clauses: [{number: "1", text: More.}]', ""), text=unopened)
    assert not load_text(bare).changes_anything
    load_text(altered(("title: Other", "title: Others"), text=bare), update=True)
    assert Clause.objects.get().text == "<p>More.</p>"


def test_documents_missing_from_file_are_kept() -> None:
    load_text(altered(FUTURE))
    other = OTHER.replace("2026-05-01", "2099-05-01")
    load_text(other.replace("slug: other", "slug: broadcast-2026"), update=True)
    assert RegulatedDocument.objects.count() == 2
    assert DocumentVersion.objects.count() == 3


def test_moved_clause_keeps_its_row() -> None:
    load_text(SMALL)
    ids = dict(Clause.objects.values_list("identity", "pk"))
    text = altered(
        ("            clauses:\n", ""),
        ('              - {number: "2.1"', '          - {id: "2.1", number: "3"'),
    )
    load_text(text, update=True)
    assert dict(Clause.objects.values_list("identity", "pk")) == ids
    assert Clause.objects.get(identity="2.1").parent is None
