"""The outline of a conclusion at the desk: moving, nesting, adding, removing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from consultations.editions import workflow
from consultations.editions.authorship import NO_AUTHORS
from consultations.editions.remarks import add_remark
from consultations.models import (
    Conclusion,
    ConclusionSection,
    Consultation,
    Edition,
    Passage,
    PassageUse,
)
from responses.analysis.conclusion_content import conclusion_content, content_from_rows
from responses.analysis.snapshot import read_conclusion_rows
from responses.conclusions.printed_outline import OutlineEntry, every_entry, outline_of
from responses.conclusions.section_tree import (
    SectionStep,
    possible_moves,
    tree_after_step,
    tree_of,
)
from responses.desk.check_results import EditLinks
from responses.passages.in_sections import passage_usage
from tests.support.factories import (
    make_comment,
    make_conclusion,
    make_consultation,
    make_question,
    make_user,
)
from tests.support.pages import (
    Read,
    answered_consultation,
    log_in,
    publish,
    queries,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def about() -> Consultation:
    return make_consultation("about")


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def address(name: str, *args: object, of: str = "about") -> str:
    return reverse(f"responses:{name}", args=[of, *args])


def make_section(
    conclusion: Conclusion,
    heading: str,
    parent: ConclusionSection | None = None,
    **v: Any,
) -> ConclusionSection:
    v.setdefault("position", conclusion.sections.count() + 1)
    return ConclusionSection.objects.create(
        conclusion=conclusion, heading=heading, parent=parent, **v
    )


def make_lettered_sections(about: Consultation) -> dict[str, ConclusionSection]:
    """Return a conclusion's sections: A, B with C and D in it, E."""
    conclusion = make_conclusion(about, sections=())
    a = make_section(conclusion, "A")
    b = make_section(conclusion, "B")
    c = make_section(conclusion, "C", b)
    d = make_section(conclusion, "D", b)
    return {"A": a, "B": b, "C": c, "D": d, "E": make_section(conclusion, "E")}


def outline_letters(conclusion: Conclusion) -> str:
    """Return the outline as letters: A B(C D) E."""
    tree = tree_of(conclusion.sections.all())

    def below(key: int | None) -> str:
        return " ".join(
            f"{row.heading}({below(row.pk)})" if tree.get(row.pk) else row.heading
            for row in tree.get(key, ())
        )

    return below(None)


def outline(conclusion: Conclusion) -> tuple[OutlineEntry, ...]:
    rows = read_conclusion_rows(conclusion)
    return outline_of(content_from_rows(rows), rows)


def numbers(conclusion: Conclusion) -> list[str]:
    return [f"{e.number} {e.heading}" for e in every_entry(outline(conclusion))]


def typed(**values: Any) -> dict[str, Any]:
    return {
        "heading": "Next Steps",
        "kind": "text",
        "shows_tally": "unknown",
        "shows_table": "unknown",
        "text": "Words.",
        "shown": "0",
        **values,
    }


# Moving


@pytest.mark.parametrize(
    ("letter", "step", "then"),
    [
        ("B", "up", "B(C D) A E"),
        ("A", "down", "B(C D) A E"),
        ("A", "up", "A B(C D) E"),
        ("E", "down", "A B(C D) E"),
        ("D", "up", "A B(D C) E"),
        ("B", "in", "A(B(C D)) E"),
        ("E", "in", "A B(C D E)"),
        ("A", "in", "A B(C D) E"),
        ("D", "in", "A B(C(D)) E"),
        ("C", "out", "A B(D) C E"),
        ("D", "out", "A B(C) D E"),
        ("A", "out", "A B(C D) E"),
    ],
)
def test_section_moves_one_step(
    staff: Client, about: Consultation, letter: str, step: str, then: str
) -> None:
    row = make_lettered_sections(about)[letter]
    staff.post(address("order_sections"), {"row": str(row.pk), "step": step})
    assert outline_letters(row.conclusion) == then


def test_section_move_is_recorded_in_history(
    staff: Client, about: Consultation
) -> None:
    row = make_lettered_sections(about)["C"]
    staff.post(address("order_sections"), {"row": str(row.pk), "step": "out"})
    row.refresh_from_db()
    assert (row.version, row.parent) == (2, None)
    assert row.history.first().history_change_reason == "Reordered"


def test_sibling_sections_are_reordered_by_drag(
    staff: Client, about: Consultation
) -> None:
    rows = make_lettered_sections(about)
    order = ",".join(str(rows[letter].pk) for letter in "EAB")
    staff.post(address("order_sections"), {"order": order, "parent": ""})
    assert outline_letters(rows["A"].conclusion) == "E A B(C D)"


def test_nested_sections_are_reordered_by_drag(
    staff: Client, about: Consultation
) -> None:
    rows = make_lettered_sections(about)
    order = f"{rows['D'].pk},{rows['C'].pk},{rows['A'].pk}"
    sent = {"order": order, "parent": str(rows["B"].pk)}
    staff.post(address("order_sections"), sent)
    assert outline_letters(rows["A"].conclusion) == "A B(D C) E"


def test_sections_of_another_conclusion_are_not_moved(
    staff: Client, about: Consultation
) -> None:
    make_lettered_sections(about)
    other = make_lettered_sections(make_consultation("elsewhere"))["B"]
    staff.post(address("order_sections"), {"row": str(other.pk), "step": "up"})
    assert outline_letters(other.conclusion) == "A B(C D) E"


def test_every_move_keeps_every_section_once(about: Consultation) -> None:
    tree = tree_of(make_lettered_sections(about)["A"].conclusion.sections.all())
    for row in [each for rows in tree.values() for each in rows]:
        for move in SectionStep:
            after = tree_after_step(tree, row, move)
            keys = sorted(each.pk for rows in after.values() for each in rows)
            assert keys == sorted(each.pk for rows in tree.values() for each in rows)


def test_impossible_moves_are_not_offered(about: Consultation) -> None:
    rows = make_lettered_sections(about)
    tree = tree_of(rows["A"].conclusion.sections.all())
    assert possible_moves(tree, rows["A"]) == {SectionStep.DOWN}
    assert possible_moves(tree, rows["D"]) == {
        SectionStep.UP,
        SectionStep.IN,
        SectionStep.OUT,
    }


def test_sections_in_a_cycle_are_listed_at_the_end(about: Consultation) -> None:
    rows = make_lettered_sections(about)
    rows["B"].parent = rows["C"]
    rows["B"].save()
    assert outline_letters(rows["A"].conclusion) == "A E B(C D)"


def test_question_section_cannot_leave_the_analysis(
    staff: Client, about: Consultation
) -> None:
    conclusion = make_conclusion(about, sections=(("Analysis", "analysis"),))
    analysis = conclusion.sections.get()
    inner = make_section(conclusion, "Inner", analysis)
    question = make_question(about)
    make_section(conclusion, "", inner, kind="question", question=question)
    sent = {"row": str(inner.pk), "step": "out"}
    response = staff.post(address("order_sections"), sent, follow=True)
    assert "inside the section of the type “Analysis of all" in text_of(response)
    inner.refresh_from_db()
    assert inner.parent == analysis


# Numbers


def test_outline_numbers_match_the_document() -> None:
    conclusion = make_conclusion(answered_consultation())
    assert numbers(conclusion) == [
        "1 Introduction",
        "2 Consultation",
        "3 Respondents",
        "4 Analysis of Responses",
        "4.1 Comments relating to question 1",
        "4.2 Comments relating to question 2",
        "5 Summary of Changes",
        "6 Attachments",
    ]


def test_question_section_is_listed_where_it_is_printed() -> None:
    conclusion = make_conclusion(answered_consultation())
    analysis = conclusion.sections.get(kind="analysis")
    extra = make_section(conclusion, "In Sum", analysis)
    question = conclusion.consultation.questions.get(key="q2")
    own = make_section(conclusion, "", analysis, kind="question", question=question)
    found = {entry.row: entry for entry in every_entry(outline(conclusion))}
    assert found[own].number == "4.2"
    assert found[own].heading == "Comments relating to question 2"
    assert found[extra].number == "4.3"
    assert not found[own].moves


def test_generated_analysis_entries_have_their_question() -> None:
    conclusion = make_conclusion(answered_consultation())
    made = [e for e in every_entry(outline(conclusion)) if e.row is None]
    assert [e.question and e.question.key for e in made] == ["q1", "q2"]


def test_unprinted_section_is_marked_not_printed(staff: Client) -> None:
    conclusion = make_conclusion(answered_consultation("about"))
    analysis = conclusion.sections.get(kind="analysis")
    question = conclusion.consultation.questions.get(key="q1")
    for _ in range(2):
        make_section(conclusion, "Twice", analysis, kind="question", question=question)
    assert text_of(staff.get(address("sections"))).count("Not printed") == 1


def test_headings_like_internal_markers_are_numbered(about: Consultation) -> None:
    conclusion = make_conclusion(about, sections=(("row 1", "text"), ("row 2", "text")))
    assert numbers(conclusion) == ["1 row 1", "2 row 2"]


# Adding, editing, removing


def test_section_is_added_at_the_end(staff: Client, about: Consultation) -> None:
    conclusion = make_lettered_sections(about)["A"].conclusion
    staff.post(address("new_section"), typed(heading="F"))
    assert outline_letters(conclusion) == "A B(C D) E F"


def test_section_is_added_after_another(staff: Client, about: Consultation) -> None:
    rows = make_lettered_sections(about)
    staff.post(f"{address('new_section')}?after={rows['C'].pk}", typed(heading="F"))
    assert outline_letters(rows["A"].conclusion) == "A B(C F D) E"


def test_section_is_added_inside_another(staff: Client, about: Consultation) -> None:
    rows = make_lettered_sections(about)
    staff.post(f"{address('new_section')}?inside={rows['A'].pk}", typed(heading="F"))
    assert outline_letters(rows["A"].conclusion) == "A(F) B(C D) E"


def test_finding_for_duplicate_heading_links_to_outline(
    staff: Client, about: Consultation
) -> None:
    conclusion = make_conclusion(about)
    conclusion.sections.create(heading="Background", kind="text")
    only = conclusion.sections.create(heading="Scope", kind="text")
    conclusion.sections.create(heading="Background", kind="text", text="<p>Old.</p>")
    links = EditLinks(conclusion)
    outline = reverse("responses:sections", args=[conclusion.slug])
    one = reverse("responses:section", args=[conclusion.slug, only.pk])
    assert links.address("section:Background") == outline
    assert links.address("section:Scope") == one


def test_section_without_heading_is_refused(staff: Client, about: Consultation) -> None:
    make_conclusion(about, sections=())
    response = staff.post(address("new_section"), typed(heading=""))
    assert "Enter a heading." in text_of(response)


def test_question_section_is_added_only_in_analysis(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    conclusion = make_conclusion(about)
    sent = typed(heading="", kind="question", question=str(question.pk))
    response = staff.post(address("new_section"), sent)
    assert "inside the section of the type “Analysis of all" in text_of(response)
    analysis = conclusion.sections.get(kind="analysis")
    staff.post(f"{address('new_section')}?inside={analysis.pk}", sent)
    assert conclusion.sections.get(kind="question").parent == analysis


def test_section_switches_accept_true_and_unset(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    conclusion = make_conclusion(about)
    analysis = conclusion.sections.get(kind="analysis")
    sent = typed(kind="question", question=str(question.pk), shows_tally="true")
    staff.post(f"{address('new_section')}?inside={analysis.pk}", sent)
    row = conclusion.sections.get(kind="question")
    assert (row.shows_tally, row.shows_table) == (True, None)


def test_values_unused_by_section_kind_are_dropped(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    conclusion = make_conclusion(about, sections=())
    sent = typed(question=str(question.pk), shows_table="false")
    staff.post(address("new_section"), sent)
    row = conclusion.sections.get()
    assert (row.question, row.shows_table) == (None, None)


def test_analysis_with_questions_cannot_change_kind(
    staff: Client, about: Consultation
) -> None:
    question = make_question(about)
    conclusion = make_conclusion(about)
    analysis = conclusion.sections.get(kind="analysis")
    make_section(conclusion, "", analysis, kind="question", question=question)
    sent = typed(kind="text", shown="1")
    response = staff.post(address("section", analysis.pk), sent)
    assert "Delete or move the subsections first" in text_of(response)


def test_stale_section_form_is_refused(staff: Client, about: Consultation) -> None:
    row = make_lettered_sections(about)["A"]
    staff.post(address("section", row.pk), typed(text="First.", shown="1"))
    response = staff.post(address("section", row.pk), typed(text="Second.", shown="1"))
    row.refresh_from_db()
    assert row.text == "<p>First.</p>"
    assert "Someone else saved changes" in text_of(response)


def test_concurrent_move_does_not_conflict_with_edit(
    staff: Client, about: Consultation
) -> None:
    row = make_lettered_sections(about)["B"]
    staff.post(address("order_sections"), {"row": str(row.pk), "step": "up"})
    sent = typed(heading="B", text="Words.", shown="1")
    assert staff.post(address("section", row.pk), sent).status_code == 302
    row.refresh_from_db()
    assert (row.position, row.text) == (1, "<p>Words.</p>")


def test_section_is_removed_with_its_subsections(
    staff: Client, about: Consultation
) -> None:
    row = make_lettered_sections(about)["B"]
    shown = text_of(staff.get(address("remove_section", row.pk)))
    assert "Subsection “C” will also be deleted." in shown
    staff.post(address("remove_section", row.pk), {"shown": "1"})
    assert outline_letters(row.conclusion) == "A E"


def test_section_of_another_conclusion_returns_404(
    staff: Client, about: Consultation
) -> None:
    make_conclusion(about)
    other = make_lettered_sections(make_consultation("elsewhere"))["B"]
    assert staff.get(address("section", other.pk)).status_code == 404


def test_approver_has_read_only_sections(client: Client, about: Consultation) -> None:
    row = make_lettered_sections(about)["A"]
    approver = log_in(client, "Approver")
    page = text_of(approver.get(address("section", row.pk)))
    assert "Save" not in page
    assert "Add section after" not in page
    sent = typed(shown="1")
    assert approver.post(address("section", row.pk), sent).status_code == 403


# Standard passages


def make_passage(text: str = "<p>The DCC has to consult.</p>") -> Passage:
    return Passage.objects.create(
        title="Duty", kind="background", text=text, owner=make_user("olga")
    )


def test_inserted_passage_is_recorded_on_save(
    staff: Client, about: Consultation
) -> None:
    row, passage = make_lettered_sections(about)["A"], make_passage()
    sent = typed(text=passage.text, shown="1", used=f"{passage.pk}:1")
    staff.post(address("section", row.pk), sent)
    use = PassageUse.objects.get()
    assert (use.about, use.passage_version) == (f"section:{row.pk}", 1)


def test_passage_removed_before_save_is_not_recorded(
    staff: Client, about: Consultation
) -> None:
    row, passage = make_lettered_sections(about)["A"], make_passage()
    sent = typed(text="Quite another thing.", shown="1", used=f"{passage.pk}:1")
    staff.post(address("section", row.pk), sent)
    assert not PassageUse.objects.exists()


def test_passage_is_inserted_without_javascript(
    staff: Client, about: Consultation
) -> None:
    row, passage = make_lettered_sections(about)["A"], make_passage()
    sent = typed(text="Mine.", shown="1", insert=str(passage.pk))
    page = text_of(staff.post(address("section", row.pk), sent, follow=True))
    assert "Mine.\n\nThe DCC has to consult." in page
    assert f'name="used" value="{passage.pk}:1"' in page
    row.refresh_from_db()
    assert row.text == ""


def insert_passage(row: ConclusionSection, staff: Client, text: str) -> Passage:
    """Insert a passage into a section, then change the passage."""
    passage = make_passage()
    sent = typed(heading="A", text=text, shown="1", used=f"{passage.pk}:1")
    staff.post(address("section", row.pk), sent)
    passage.text, passage.version = "<p>The DCC must consult.</p>", 2
    passage.save()
    return passage


def test_newer_passage_version_is_offered_and_inserted(
    staff: Client, about: Consultation
) -> None:
    row = make_lettered_sections(about)["A"]
    text = "<p>Before.</p><p>The DCC has to consult.</p><p>After.</p>"
    passage = insert_passage(row, staff, text)
    page = text_of(staff.get(address("section", row.pk)))
    assert "The latest is version 2" in page
    sent = typed(heading="A", text=text, shown="2", take=str(passage.pk))
    page = text_of(staff.post(address("section", row.pk), sent, follow=True))
    assert "Before.\n\nThe DCC must consult.\n\nAfter." in page
    assert f'name="used" value="{passage.pk}:2"' in page


def test_edited_passage_is_not_replaced(staff: Client, about: Consultation) -> None:
    row = make_lettered_sections(about)["A"]
    passage = insert_passage(row, staff, "<p>The DCC has to consult widely.</p>")
    row.refresh_from_db()
    (standing,) = passage_usage(row)
    assert not standing.is_whole
    sent = typed(heading="A", text=row.text, shown="2", take=str(passage.pk))
    page = text_of(staff.post(address("section", row.pk), sent, follow=True))
    assert "was edited in this section" in page


def test_response_passages_are_not_offered_in_sections(
    staff: Client, about: Consultation
) -> None:
    row = make_lettered_sections(about)["A"]
    Passage.objects.create(
        title="Reply", kind="response", text="<p>Thanks.</p>", owner=make_user()
    )
    assert "Reply" not in text_of(staff.get(address("section", row.pk)))


# Pages


@pytest.mark.parametrize("role", ["Drafter", "Approver"])
@pytest.mark.parametrize("name", ["sections", "section"])
def test_section_pages_have_no_markup_faults(
    client: Client, role: str, name: str
) -> None:
    conclusion = make_conclusion(answered_consultation("about"))
    args = [conclusion.sections.get(kind="analysis").pk] if name == "section" else []
    page = text_of(log_in(client, role).get(address(name, *args)))
    assert Read(page).faults == []


def test_section_forms_have_no_markup_faults(
    staff: Client, about: Consultation
) -> None:
    row, _ = make_lettered_sections(about)["B"], make_passage()
    for each in (address("new_section"), address("remove_section", row.pk)):
        assert Read(text_of(staff.get(each))).faults == []


def test_section_editor_query_count_is_constant(staff: Client) -> None:
    def visit(slug: str) -> int:
        row = Conclusion.objects.get(slug=slug).sections.get(kind="analysis")
        return queries(lambda: staff.get(address("section", row.pk, of=slug)))

    for slug, rows in (("few", 2), ("many", 30)):
        make_conclusion(answered_consultation(slug, rows))
    visit("few"), visit("many")  # the first visit notes who is at work
    assert visit("many") == visit("few")


def submit(conclusion: Conclusion) -> Edition:
    return workflow.submit_edition(
        conclusion,
        content=conclusion_content(conclusion),
        authorship=NO_AUTHORS,
        blockers=[],
        by=make_user(role="Drafter"),
        formats=("html",),
    )


def test_pending_edition_is_mentioned(staff: Client) -> None:
    submit(make_conclusion(answered_consultation("about")))
    page = text_of(staff.get(address("sections")))
    assert "Changes you make now will not be in the edition submitted at" in page


def test_remark_is_shown_at_its_section(staff: Client) -> None:
    conclusion = make_conclusion(answered_consultation("about"))
    add_remark(
        submit(conclusion),
        anchor="introduction",
        text="Too long.",
        by=make_user(role="Approver"),
    )
    there = conclusion.sections.get(heading="Introduction")
    other = conclusion.sections.get(heading="Attachments")
    assert "Too long." in text_of(staff.get(address("section", there.pk)))
    page = text_of(staff.get(address("section", other.pk)))
    assert "Too long." not in page
    assert "1 review remark to resolve" in page


def test_published_edition_is_not_mentioned_as_pending(staff: Client) -> None:
    publish(make_conclusion(answered_consultation("about")))
    assert "What you change now" not in text_of(staff.get(address("sections")))


def test_move_redirects_to_the_shown_section(
    staff: Client, about: Consultation
) -> None:
    rows = make_lettered_sections(about)
    sent = {"row": str(rows["B"].pk), "step": "up", "at": str(rows["E"].pk)}
    response = staff.post(address("order_sections"), sent)
    assert response.headers["Location"] == address("section", rows["E"].pk)


def test_comments_do_not_change_the_outline(about: Consultation) -> None:
    conclusion = make_conclusion(about)
    question = make_question(about)
    before = numbers(conclusion)
    for _ in range(3):
        make_comment(about, question)
    assert numbers(conclusion) == before
