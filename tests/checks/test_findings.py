"""Publication blockers and warnings."""

from __future__ import annotations

import datetime as dt
import io

import docx
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consultations.models import (
    Clause,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    Designation,
    DocumentVersion,
    Extension,
    StoredFile,
)
from responses.checks import blocking_findings, publication_warnings
from responses.checks.subject import possessive
from responses.file_words import read_waiting_files
from responses.models import Answer, Attribution, DCCResponse
from tests.support.factories import (
    london,
    make_change,
    make_comment,
    make_conclusion,
    make_consultation,
    make_document,
    make_question,
    make_respondent,
    make_submission,
)

pytestmark = pytest.mark.django_db


def make_ready() -> Conclusion:
    """A small conclusion without blockers."""
    consultation = make_consultation()
    question = make_question(consultation)
    people = [make_respondent(consultation, name) for name in ("Ada", "Bede", "Cuth")]
    for person in people:
        make_submission(person, stances={question: "agree"})
    comment = make_comment(
        consultation,
        question,
        response="DCC has taken the words out.",
        disposition="changed",
        sources=(people[0],),
    )
    make_change(consultation, because_of=(comment,))
    Designation.objects.create(
        consultation=consultation,
        addressee="Secretary of State",
        submitted=dt.date(2026, 2, 16),
        target=dt.date(2026, 3, 2),
        fallback_months=1,
    )
    conclusion = make_conclusion(consultation)
    conclusion.attachments.all().delete()
    return conclusion


def blocker(conclusion: Conclusion) -> str:
    """Return the only blocker."""
    (sentence,) = blocking_findings(conclusion)
    return sentence


def test_open_consultation_blocks_conclusion() -> None:
    conclusion = make_ready()
    consultation = conclusion.consultation
    until = timezone.now() + dt.timedelta(days=3)
    consultation.closes = until
    consultation.save()
    conclusion.date = None
    assert any(
        sentence.startswith("The consultation is open for responses until ")
        for sentence in blocking_findings(conclusion)
    )


def test_unopened_consultation_blocks_conclusion() -> None:
    conclusion = make_ready()
    conclusion.consultation.opens_on = None
    assert blocker(conclusion) == "The opening date is not set. Schedule the opening."


def test_section_without_text_is_warned_about() -> None:
    conclusion = make_ready()
    section = conclusion.sections.get(heading="Introduction")
    section.text = ""
    section.save()
    assert (
        "Section “Introduction” has no text. Write the text, or delete the section."
        in publication_warnings(conclusion)
    )


def test_ready_conclusion_has_no_findings() -> None:
    conclusion = make_ready()
    assert blocking_findings(conclusion) == []
    assert publication_warnings(conclusion) == []


def test_comment_without_response_blocks() -> None:
    conclusion = make_ready()
    consultation = conclusion.consultation
    make_comment(consultation, consultation.questions.first(), key="k7")
    assert blocker(conclusion) == (
        "Comment Q1.2 has no DCC response. Write the response."
    )


def test_changed_comment_without_change_blocks() -> None:
    conclusion = make_ready()
    make_comment(
        conclusion.consultation, response="Yes.", disposition="changed", key="k7"
    )
    assert blocker(conclusion) == (
        f"Comment G1 is marked “{DCCResponse.Disposition.CHANGED.label}” but has no "
        "clause change linked. Add a clause change."
    )


def test_deleted_change_leaves_changed_comment_blocking() -> None:
    conclusion = make_ready()
    conclusion.consultation.changes.all().delete()
    assert "has no clause change linked" in blocker(conclusion)


def test_change_without_cause_blocks() -> None:
    conclusion = make_ready()
    make_change(conclusion.consultation, key="c9", reference="Clause 4")
    assert blocker(conclusion) == (
        "Clause change S1SR Clause 4 has no reason. Link the comments behind the "
        "change, or enter DCC’s own reason."
    )


def test_change_on_own_initiative_needs_no_cause() -> None:
    conclusion = make_ready()
    make_change(conclusion.consultation, own_initiative="A typing error.")
    assert blocking_findings(conclusion) == []


@pytest.mark.parametrize(
    ("field", "day", "named"),
    [
        (
            "submitted",
            dt.date(2026, 2, 1),
            "the submission for designation (1 February 2026)",
        ),
        (
            "target",
            dt.date(2026, 2, 2),
            "the target date for designation (2 February 2026)",
        ),
        ("designated", dt.date(2026, 2, 3), "the designation (3 February 2026)"),
    ],
)
def test_designation_dates_out_of_order_block(
    field: str, day: dt.date, named: str
) -> None:
    conclusion = make_ready()
    designation = conclusion.consultation.designation
    setattr(designation, field, day)
    designation.save()
    assert any(named in sentence for sentence in blocking_findings(conclusion))


def test_conclusion_date_before_deadline_blocks() -> None:
    conclusion = make_ready()
    conclusion.date = dt.date(2026, 2, 1)
    conclusion.save()
    assert blocker(conclusion) == (
        "The dates are out of order: the conclusion (1 February 2026) is before "
        "the deadline (2 February 2026). Correct one of the dates."
    )


def test_extension_without_more_time_blocks() -> None:
    conclusion = make_ready()
    Extension.objects.create(
        consultation=conclusion.consultation,
        was=london("2026-02-02 16:00"),
        until=london("2026-02-01 16:00"),
        reason="A slip.",
    )
    assert "does not move the deadline later" in blocker(conclusion)


def test_designation_without_fallback_period_is_only_warned_about() -> None:
    conclusion = make_ready()
    designation = conclusion.consultation.designation
    designation.fallback_months = None
    designation.save()
    assert blocking_findings(conclusion) == []
    assert publication_warnings(conclusion) == [
        "The designation has a target date, 2 March 2026, but no fallback period. "
        "Enter the fallback period in months if there is one."
    ]


def test_missing_designation_is_warned_about() -> None:
    conclusion = make_ready()
    conclusion.consultation.designation.delete()
    conclusion = Conclusion.objects.get(pk=conclusion.pk)
    assert warned(conclusion, "need a designation, but none is recorded")


def test_no_objection_route_needs_no_fallback_period() -> None:
    conclusion = make_ready()
    designation = conclusion.consultation.designation
    designation.fallback_months = None
    designation.save()
    document = make_document()
    document.route = document.Route.NO_OBJECTION
    document.save()
    assert blocking_findings(conclusion) == []
    assert publication_warnings(conclusion) == []


def test_submission_without_answers_is_warned_about() -> None:
    conclusion = make_ready()
    silent = make_respondent(conclusion.consultation, "Dunstan")
    make_submission(silent, received=london("2026-02-01 09:00"))
    assert "Dunstan’s response has no answers but is counted. Enter" in " ".join(
        publication_warnings(conclusion)
    )


def test_submission_before_opening_is_warned_about() -> None:
    conclusion = make_ready()
    early = make_respondent(conclusion.consultation, "Dunstan")
    day = conclusion.consultation.opens_on
    assert day
    make_submission(early, received=london(f"{day - dt.timedelta(1)} 23:59"))
    warned = " ".join(publication_warnings(conclusion))
    assert "Dunstan’s response was received on " in warned
    assert "before the consultation opened" in warned


def test_conclusion_without_sections_blocks() -> None:
    conclusion = make_ready()
    conclusion.sections.all().delete()
    assert "The conclusion has no sections." in blocker(conclusion)


def test_undecided_late_submission_blocks() -> None:
    conclusion = make_ready()
    late = make_respondent(conclusion.consultation, "Dunstan")
    make_submission(late, received=london("2026-02-03 09:00"))
    assert blocker(conclusion) == (
        "Dunstan’s response arrived after the deadline and needs a decision. Accept or "
        "reject the late response."
    )


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "Borealis Energy", "as borealis\u00a0energy said"),
        ("aliases", ["BE Ltd"], "what BE Ltd asked"),
        ("aliases", ["EE"], "what EE asked"),
        ("email", "jo@borealis.example.net", "write to jo@borealis.example.net"),
        ("email", "jo@borealis.test", "see borealis.test for more"),
        ("represents", ["Tern Power"], "customers of Tern Power"),
    ],
)
def test_anonymous_respondent_in_public_text_blocks(
    field: str, value: object, words: str
) -> None:
    conclusion = make_ready()
    consultation = conclusion.consultation
    values = {"name": "Quiet Supplier", field: value}
    name = str(values.pop("name"))
    make_submission(make_respondent(consultation, name, key="r9", **values))
    make_comment(consultation, response=f"DCC notes {words}.", key="k9")
    owner = "a respondent" if field == "name" else "Quiet Supplier,"
    assert any(
        sentence.startswith("The response to Comment G1 contains “")
        and f" {owner} who must not be named. Remove “" in sentence
        for sentence in blocking_findings(conclusion)
    )


@pytest.mark.parametrize(
    "words",
    [
        "<p>As <strong>Bore</strong>alis Énergie said.</p>",
        "As Borea\u00adlis \u200bÉnergie said.",
        "As Borealis E\u0301nergie said.",
        "As BOREALIS ÉNERGIE said.",
        "See Borealis_Énergie_v2 for more.",
        "As Borealis Énergie Limited said.",
    ],
)
def test_respondent_name_is_found_in_any_spelling(words: str) -> None:
    conclusion = make_ready()
    person = make_respondent(conclusion.consultation, "Borealis Énergie Ltd")
    make_submission(person)
    make_comment(conclusion.consultation, response=words)
    assert "Borealis Énergie" in blocker(conclusion)


def test_one_word_company_name_is_only_warned_about() -> None:
    conclusion = make_ready()
    make_submission(make_respondent(conclusion.consultation, "Secure Ltd"))
    make_comment(conclusion.consultation, response="Devices of MOC Secure.")
    assert blocking_findings(conclusion) == []
    assert warned(conclusion, "contains “Secure”, part of the name of Secure Ltd")


def test_respondent_name_in_consultation_summary_blocks() -> None:
    conclusion = make_ready()
    make_submission(make_respondent(conclusion.consultation, "Borealis"))
    conclusion.consultation.summary = "Asked for by Borealis."
    conclusion.consultation.save()
    assert blocker(conclusion) == (
        "The summary of the consultation contains “Borealis”, the name of a respondent "
        "who must not be named. Remove “Borealis”."
    )


@pytest.mark.parametrize(
    ("filename", "content"),
    [
        ("Borealis_plan.txt", b"plan"),
        ("plan.csv", b"a,Borealis\n"),
        ("plan.docx", None),
    ],
)
def test_respondent_name_in_attached_file_blocks(
    filename: str, content: bytes | None
) -> None:
    conclusion = make_ready()
    make_submission(make_respondent(conclusion.consultation, "Borealis"))
    ConclusionAttachment.objects.create(
        conclusion=conclusion,
        title="Plan",
        kind="other",
        filename=filename,
        file=StoredFile.objects.store(content or word_file("By Borealis.")),
    )
    read_waiting_files()
    assert "Borealis" in blocker(conclusion)


def word_file(words: str) -> bytes:
    file = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(words)
    document.save(file)
    return file.getvalue()


@pytest.mark.parametrize("classification", ["", "DCC Controlled"])
def test_non_public_classification_blocks(
    classification: str,
) -> None:
    conclusion = make_ready()
    conclusion.classification = classification
    conclusion.save()
    assert "the classification to DCC Public or Public." in blocker(conclusion)


def test_unknown_double_brackets_are_warned_about() -> None:
    conclusion = make_ready()
    make_comment(conclusion.consultation, response="See [[figure 1]].")
    assert warned(conclusion, "mentions [[figure 1]], which is not a cross-reference")


@pytest.mark.parametrize("words", ["see Borealisation", "the bee line", "free"])
def test_part_of_a_word_does_not_match_a_name(words: str) -> None:
    conclusion = make_ready()
    person = make_respondent(conclusion.consultation, "Borealis", aliases=["EE"])
    make_submission(person)
    make_comment(conclusion.consultation, response=words)
    assert blocking_findings(conclusion) == []


def test_respondent_name_in_link_address_blocks() -> None:
    conclusion = make_ready()
    make_submission(make_respondent(conclusion.consultation, "Borealis"))
    link = '<p>See <a href="https://example.org/borealis">this</a>.</p>'
    make_comment(conclusion.consultation, response=link)
    assert "Borealis" in blocker(conclusion)


@pytest.mark.parametrize("place", ["title", "heading", "attachment", "rationale"])
def test_respondent_name_in_any_public_field_blocks(place: str) -> None:
    conclusion = make_ready()
    make_submission(make_respondent(conclusion.consultation, "Borealis"))
    if place == "title":
        conclusion.title = "Conclusion for Borealis"
        conclusion.save()
    elif place == "heading":
        ConclusionSection.objects.create(
            conclusion=conclusion, heading="What Borealis said", position=9
        )
    elif place == "attachment":
        ConclusionAttachment.objects.create(
            conclusion=conclusion, title="Letter of Borealis", kind="other"
        )
    else:
        make_change(
            conclusion.consultation, rationale="Borealis asked.", own_initiative="x"
        )
    assert "Borealis" in blocker(conclusion)


def test_consenting_respondent_may_be_named() -> None:
    conclusion = make_ready()
    person = make_respondent(conclusion.consultation, "Borealis")
    make_submission(person, attribution=Attribution.NAMED)
    make_comment(conclusion.consultation, response="Borealis asked.")
    assert blocking_findings(conclusion) == []


def test_confidential_words_in_public_text_block() -> None:
    conclusion = make_ready()
    consultation = conclusion.consultation
    person = make_respondent(consultation, "Borealis", key="r9")
    secret = "our second site at the harbour will close in the spring of next year"
    Answer.objects.create(
        submission=make_submission(person),
        question=consultation.questions.get(),
        text=f"We tell you that {secret}.",
        confidential=True,
    )
    make_comment(consultation, response=f"DCC heard that {secret}.", key="k9")
    assert blocker(conclusion).startswith(
        "The response to Comment G1 quotes a confidential answer from Borealis: “"
    )


def test_unresolved_cross_reference_blocks() -> None:
    conclusion = make_ready()
    ConclusionSection.objects.create(
        conclusion=conclusion, heading="End", text="See [[section: Beginning]]."
    )
    assert "[[section: Beginning]] matches no section" in blocker(conclusion)


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("TMAD Clause 4", "there is no document TMAD"),
        ("S1SR Clause 99.9", "no version of S1SR has a clause 99.9"),
        ("S1SR Clause 13.2", ""),
        ("Attachment 1", ""),
    ],
)
def test_unknown_clause_reference_blocks(reference: str, problem: str) -> None:
    conclusion = make_ready()
    version = DocumentVersion.objects.create(
        document=make_document(), key="v", status="designated"
    )
    Clause.objects.create(document_version=version, identity="c", number="13.2")
    make_comment(conclusion.consultation, response="Yes.", concerns=[reference])
    blockers = blocking_findings(conclusion)
    assert bool(blockers) is bool(problem)
    assert all(problem in sentence for sentence in blockers)


def test_reply_to_unknown_comment_blocks() -> None:
    conclusion = make_ready()
    target = f"{conclusion.slug}#k99"
    make_comment(conclusion.consultation, response="Yes.", replies_to=target)
    assert "which does not exist" in blocker(conclusion)


# --- warnings --------------------------------------------------------------------


def warned(conclusion: Conclusion, words: str) -> bool:
    return any(words in sentence for sentence in publication_warnings(conclusion))


def test_designation_target_on_weekend_is_warned_about() -> None:
    conclusion = make_ready()
    designation = conclusion.consultation.designation
    designation.target = dt.date(2026, 3, 1)
    designation.save()
    assert warned(conclusion, "1 March 2026, is a Sunday.")


def test_attachment_number_of_consultation_is_warned_about() -> None:
    conclusion = make_ready()
    make_question(conclusion.consultation, text="Is Attachment 1 right?")
    ConclusionAttachment.objects.create(
        conclusion=conclusion, title="S1SR - clean", kind="clean"
    )
    assert warned(conclusion, "Attachment 1 of this conclusion is “S1SR - clean”.")


def test_small_tally_is_warned_about() -> None:
    conclusion = make_ready()
    question = make_question(conclusion.consultation)
    person = conclusion.consultation.respondents.get(name="Ada")
    Answer.objects.create(
        submission=person.submissions.get(), question=question, stance="agree"
    )
    assert warned(conclusion, "The tally of question 2 counts only 1 respondent.")


def test_lone_category_is_warned_about_only_when_printed() -> None:
    conclusion = make_ready()
    conclusion.consultation.respondents.filter(name="Ada").update(category="Network")
    assert not warned(conclusion, "Network")
    conclusion.columns = ["category", "comment", "response"]
    conclusion.save()
    assert warned(conclusion, "Only one respondent has the category “Network”")


def test_answer_text_without_comment_is_warned_about() -> None:
    conclusion = make_ready()
    answer = Answer.objects.get(submission__respondent__name="Bede")
    answer.text = "But mind the gap."
    answer.save()
    assert warned(conclusion, "Bede’s answer to Question 1 has no comment yet.")


def test_name_that_ends_with_s_takes_an_apostrophe_alone() -> None:
    assert possessive("Energy Networks") == "Energy Networks’"
    assert possessive("Ofgem") == "Ofgem’s"


def test_attachment_without_file_is_warned_about() -> None:
    conclusion = make_ready()
    ConclusionAttachment.objects.create(
        conclusion=conclusion, title="Annex A", kind="matrix"
    )
    assert warned(conclusion, "Attachment “Annex A” has no file")


def test_unprintable_character_is_warned_about() -> None:
    conclusion = make_ready()
    make_comment(conclusion.consultation, response="Agreed \U0001f600")
    assert warned(conclusion, "(U+1F600) is not in the typeface")


def test_unprinted_comments_are_warned_about() -> None:
    conclusion = make_ready()
    conclusion.sections.filter(kind="analysis").delete()
    assert warned(conclusion, "No section lists Comment Q1.1. Add a section")
    question = conclusion.consultation.questions.get()
    for _ in range(6):
        make_comment(conclusion.consultation, question)
    assert warned(conclusion, "Comments Q1.1, Q1.2, Q1.3, Q1.4, Q1.5 and 2 more.")


def test_check_query_count_is_constant() -> None:
    conclusion = make_ready()

    def queries() -> int:
        fresh = Conclusion.objects.get(pk=conclusion.pk)
        with CaptureQueriesContext(connection) as captured:
            blocking_findings(fresh)
        return len(captured)

    before = queries()
    consultation = Consultation.objects.get(pk=conclusion.consultation_id)
    for n in range(20):
        person = make_respondent(consultation, f"More {n}")
        make_submission(person)
        make_comment(consultation, sources=(person,), response="x")
    assert queries() == before


# --- similar comments with different answers -------------------------------------

ONE_WAY = "The 24-hour limit in clause 13.2 is too short for updates of the firmware."
ANOTHER_WAY = "For firmware updates 24 hours, the limit of clause 13.2, is too short."
ANOTHER_CLAUSE = ANOTHER_WAY.replace("13.2", "13.3")
NO = "The limit stays, because later updates would leave devices open to attack."
YES = "DCC has changed it to 48 hours: most radio networks need a night more."


def make_pair(
    conclusion: Conclusion,
    *,
    text: str = ANOTHER_WAY,
    response: str = NO,
    disposition: str = "not-changed",
) -> None:
    """Two comments: k11, which DCC refused, and k12."""
    consultation = conclusion.consultation
    question = consultation.questions.get()
    make_comment(
        consultation,
        question,
        key="k11",
        text=ONE_WAY,
        response=NO,
        disposition="not-changed",
    )
    make_comment(
        consultation, key="k12", text=text, response=response, disposition=disposition
    )


def test_similar_comments_with_different_dispositions_are_warned_about() -> None:
    conclusion = make_ready()
    make_pair(conclusion, disposition="noted")
    refused = DCCResponse.Disposition.NOT_CHANGED.label
    assert (
        f"Comment G1 is similar to Comment Q1.2, but the outcomes are “Noted” and "
        f"“{refused}”. Answer both in the same way, or add a cross-reference from one "
        "response to the other."
    ) in publication_warnings(conclusion)


def test_similar_comments_with_different_responses_are_warned_about() -> None:
    conclusion = make_ready()
    make_pair(conclusion, response=YES)
    assert warned(conclusion, "to Comment Q1.2, but the responses are different.")


def test_similar_comments_do_not_block() -> None:
    conclusion = make_ready()
    make_pair(conclusion, response=YES, disposition="noted")
    assert blocking_findings(conclusion) == []


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"response": NO.replace("later", "late")},
        {"text": ANOTHER_CLAUSE, "response": YES, "disposition": "noted"},
        {"response": "", "disposition": ""},
        {"response": "See [[comment: k11]].", "disposition": "noted"},
        {"response": f"{YES} Unlike at comment K11, this is decided."},
    ],
    ids=["same", "like", "another clause", "unanswered", "reference", "named"],
)
def test_similar_comments_with_similar_answers_are_not_warned_about(
    values: dict[str, str],
) -> None:
    conclusion = make_ready()
    make_pair(conclusion, **values)
    assert not warned(conclusion, "is similar to")


def test_comment_similar_to_several_is_warned_about_once() -> None:
    conclusion = make_ready()
    make_pair(conclusion)
    for key in ("k13", "k14"):
        make_comment(
            conclusion.consultation,
            key=key,
            text=ONE_WAY,
            response=YES,
            disposition="noted",
        )
    found = [w for w in publication_warnings(conclusion) if "is similar to" in w]
    assert [sentence.split(" is ")[0] for sentence in found] == [
        "Comment G2",
        "Comment G3",
    ]


# --- query counts ------------------------------------------------------------------


def test_name_of_common_words_is_found() -> None:
    conclusion = make_ready()
    consultation = conclusion.consultation
    names = ("Device Request 12 Ltd", "Request Device 12", "12 Request")
    for name in names:
        make_submission(make_respondent(consultation, name))
    make_comment(consultation, response="The device request 1 of the request device.")
    make_comment(consultation, response="A device request 12 of request-device 12.")
    found = blocking_findings(conclusion)
    assert [each.split("“")[1].split("”")[0] for each in found] == [
        "device request 12",
        "request-device 12",
    ]


def test_name_without_letters_is_found() -> None:
    conclusion = make_ready()
    make_submission(make_respondent(conclusion.consultation, "+++"))
    make_comment(conclusion.consultation, response="As +++ said.")
    assert "contains “+++”" in blocker(conclusion)


def test_unresolved_comment_reference_blocks() -> None:
    conclusion = make_ready()
    consultation = conclusion.consultation
    question = consultation.questions.get()
    make_comment(consultation, question, response="<p>See [[comment: k1]].</p>")
    make_comment(consultation, question, response="<p>See [comment: k99].</p>")
    make_comment(consultation, question, response="<p>See [[comment: k98]].</p>")
    assert "The cross-reference [[comment: k98]] matches no" in blocker(conclusion)


def test_typed_number_of_missing_section_is_warned_about() -> None:
    conclusion = make_ready()
    words = "See Section 4.1 of this document and Section 9 of this document."
    make_comment(conclusion.consultation, response=words)
    missing = "mentions “Section 9”, but this conclusion has no such section."
    assert warned(conclusion, missing)
    assert not warned(conclusion, "mentions “Section 4.1”")
