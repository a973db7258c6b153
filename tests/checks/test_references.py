"""Numbers and references belong to what they name; typed ones lead somewhere."""

from __future__ import annotations

import html

import pytest

from consultations.documents.conclusion.compose import compose
from consultations.documents.text import to_text
from consultations.models import Conclusion, ConclusionSection
from responses.analysis.conclusion_content import conclusion_content
from responses.checks import blocking_findings, publication_warnings
from responses.conclusions.cross_references import find_cross_references
from responses.models import Comment, DCCResponse
from responses.text_matching.search_terms import parse_search_terms
from tests.support.consultation_files import load_text

pytestmark = pytest.mark.django_db

FILE = """
consultation_file: 1
documents:
  - {code: LMP, title: Lamp Rules}
  - {code: KRB, title: Kerb Rules}
consultation: {slug: lamps, title: Lamps, documents: [LMP, KRB], opened: 2026-02-16,
               closes: 2026-03-13 16:00, classification: Public}
questions:
  - {key: qa, label: Question 4, text: Is clause 4 right?, refers_to: [LMP Section 18]}
  - {key: qb, label: "Question 5 (a): Dates", text: Is clause 5 right?}
  - {key: qc, label: Anything else?, text: What else?, kind: open}
  - {key: qd, label: Cwestiwn 1, text: Is clause 1 right?}
respondents: [{key: p1, name: Zorkwell Metering}]
submissions:
  - {respondent: p1, received: 2026-03-01 10:00,
     answers: [{question: qa, stance: agree}]}
comments:
  - {key: c1, question: qa, from: [p1], text: A respondent asked why., response: Noted.,
     disposition: noted}
  - {key: "[x]", question: qc, from: [p1], text: A respondent asked when.,
     response: Soon., disposition: noted}
changes:
  - {key: x1, document: LMP, reference: Clause 2, description: Words.,
     rationale: Words., own_initiative: A slip.}
conclusions:
  - title: Conclusion
    date: 2026-04-01
    classification: Public
    sections:
      - {heading: Questions, kind: questions}
      - {heading: Analysis, kind: analysis}
      - {heading: "Charges [2026]", kind: text, text: Words.}
      - {heading: Same, kind: text, text: Words.}
      - {heading: same, kind: text, text: Words.}
      - {heading: Changes, kind: changes, document: LMP}
      - {heading: Attachments, kind: attachments}
    attachments: [{title: Lamp Rules, kind: clean}]
"""


@pytest.fixture
def conclusion() -> Conclusion:
    load_text(FILE)
    return Conclusion.objects.get()


def respond(words: str) -> None:
    """Give the first comment a response, as a drafter would type it."""
    row = DCCResponse.objects.get(comment__key="c1")
    row.text = f"<p>{html.escape(words, quote=False)}</p>"
    row.save()


def printed(conclusion: Conclusion) -> str:
    return to_text(compose(conclusion_content(Conclusion.objects.get())))


def headings(text: str) -> list[str]:
    lines = (line for line in text.splitlines() if line.startswith("2."))
    return list(dict.fromkeys(lines))[1:]


def test_each_heading_has_the_number_or_label_of_its_question(
    conclusion: Conclusion,
) -> None:
    text = printed(conclusion)
    assert headings(text) == [
        "2.1. Comments relating to question 4",
        "2.2. Comments relating to question 5 (a)",
        "2.3. Anything else?",
        "2.4. Comments relating to question 1",
    ]
    assert "\nLMP Clause 2\t" in text


REFERENCES = [
    ("[[question: 4]]", "Question 4"),
    ("[[question: 1]]", "Cwestiwn 1"),
    ("[[Question: 5(A)]]", "Question 5 (a): Dates"),
    ("[[question: 5 (a)]]", "Question 5 (a): Dates"),
    ("[[question: Anything else?]]", "Anything else?"),
    ("[[question: qb]]", "Question 5 (a): Dates"),
    ("[[SECTION: charges [2026]]]", "Section 3"),
    ("[[comment: [x]]]", "comment 1 in Table 3"),
    ("[[Table: Questions]]", "Table 1"),
    ("[[Change: x1]]", "LMP Clause 2 in Table 4"),
    ("[[section: Charges]]", ""),
    ("[[section: Same]]", ""),
    ("[[figure: 3]]", ""),
    ("[[ Note : see above]]", ""),
    ("[[section: Charges [2026]", ""),
    ("[[section: a [b [c]]]]", ""),
    ("[[question: 2]]", ""),
]


def test_reference_prints_its_target_or_blocks(conclusion: Conclusion) -> None:
    for reference, words in REFERENCES:
        respond(f"See {reference} here.")
        problems = blocking_findings(conclusion)
        if words:
            assert f"See {words} here." in printed(conclusion)
            assert problems == [], reference
        else:
            assert len(problems) == 1, reference
            assert f"“{reference[:9]}" in problems[0] or reference in problems[0]


def test_reference_to_one_of_two_things_says_so(conclusion: Conclusion) -> None:
    respond("See [[section: Same]].")
    assert blocking_findings(conclusion) == [
        "The cross-reference [[section: Same]] matches more than one section of this "
        "conclusion. Give each section a name of its own, or delete the "
        "cross-reference."
    ]


def test_reference_in_two_styles_or_in_a_heading_blocks(conclusion: Conclusion) -> None:
    row = DCCResponse.objects.get(comment__key="c1")
    row.text = "<p>See [[section: <em>Questions</em>]].</p>"
    row.save()
    ConclusionSection.objects.create(
        conclusion=conclusion, heading="On [[table: questions]]", text="<p>Words.</p>"
    )
    problems = blocking_findings(conclusion)
    assert {problem.partition(", which")[0] for problem in problems} == {
        "The document would print “[[section: Questions]]”",
        "The document would print “[[table: questions]]”",
    }


def test_two_questions_of_one_number_go_by_their_labels(conclusion: Conclusion) -> None:
    question = conclusion.consultation.questions.get(key="qd")
    question.label = "KRB Question 4"
    question.save()
    assert [line.partition(". ")[2] for line in headings(printed(conclusion))] == [
        "Question 4",
        "Comments relating to question 5 (a)",
        "Anything else?",
        "KRB Question 4",
    ]
    respond("See [[question: 4]].")
    problems = blocking_findings(conclusion)
    start = "The cross-reference [[question: 4]] matches more than one question"
    assert any(problem.startswith(start) for problem in problems)
    respond("See [[question: KRB Question 4]].")
    assert "See KRB Question 4." in printed(conclusion)


def test_two_questions_of_one_label_block(conclusion: Conclusion) -> None:
    question = conclusion.consultation.questions.get(key="qd")
    question.label = "question  4"
    question.save()
    assert (
        "2 questions have the label “Question 4”. Readers cannot tell the questions "
        "apart. Give each question a label of its own."
    ) in blocking_findings(conclusion)


# --- typed numbers --------------------------------------------------------------------


def typed_warnings(conclusion: Conclusion) -> list[str]:
    start = "The response to Comment Q4.1 mentions "
    return [
        found.removeprefix(start).partition(",")[0]
        for found in publication_warnings(conclusion)
        if found.startswith(start)
    ]


LEADING_NOWHERE = [
    ("See Table 7 and Section 9.9 below.", ["Section 9.9", "Table 7"]),
    ("See Tables 1, 2 and 8.", ["Table 8"]),
    ("See Attachment 3 and question 42.", ["Attachment 3", "question 42"]),
    ("As said in comment 12, and in Questions 4 and 6.", ["comment 12", "Question 6"]),
    ("Section 6.1 of this document says so.", ["Section 6.1"]),
    ("Section 18.2 of this document says so.", ["Section 18.2"]),
    ("See Question 5(b).", ["Question 5(b)"]),
]


def test_typed_number_that_leads_nowhere_is_warned_about(
    conclusion: Conclusion,
) -> None:
    for words, found in LEADING_NOWHERE:
        respond(words)
        warned = typed_warnings(conclusion)
        assert sorted(warned) == sorted(f"“{each}”" for each in found), words


LEADING_SOMEWHERE = [
    "See Table 1, Section 3, Attachment 1, question 4 and comment 1 above.",
    "See Section 2.4 of this document, and Questions 1 and 5(a).",
    "Section 18.2 has the words; so has LMP Section 40.",
    "See Section 40 of the LMP and Table 9 in Annex A, and the Code’s Section 77.",
    "Question 12 of the earlier consultation asked that.",
    "DCC received the comments 12 days later, and 40 comments 3 weeks later.",
    "The table 30% wider; section 9a9 is no number.",
    "See Question 5.",
    "SEC Section 99, and Technical Section 99.",
]


def test_typed_number_that_leads_somewhere_is_not_warned_about(
    conclusion: Conclusion,
) -> None:
    for words in LEADING_SOMEWHERE:
        respond(words)
        assert typed_warnings(conclusion) == []


TYPED_KEYS = [
    ("As comment C1 says.", True),
    ("See change x1.", True),
    ("See [[comment: c1]].", False),
    ("As comment 1 says, c1 is a word.", False),
]


def test_typed_key_is_warned_about(conclusion: Conclusion) -> None:
    for words, warned in TYPED_KEYS:
        respond(words)
        sentences = publication_warnings(conclusion)
        found = [
            each for each in sentences if "Readers do not see this reference." in each
        ]
        assert len(found) == warned


# --- placeholders ---------------------------------------------------------------------


PLACEHOLDERS = [
    "TBC",
    "The date is tbd.",
    "[DCC to complete]",
    "[insert date]",
    "Closed on [date].",
    "[to be confirmed]",
    "[...]",
    "{{response}}",
    "XXX",
    "Done on XX March 2026.",
    "Lorem ipsum dolor",
    "Why???",
    "Signed ____",
    "<<name>>",
]


def test_placeholder_is_warned_about(conclusion: Conclusion) -> None:
    for words in PLACEHOLDERS:
        respond(words)
        (found,) = [f for f in publication_warnings(conclusion) if "placeholder" in f]
        assert found.startswith(
            "The response to Comment Q4.1 contains the placeholder “"
        )


NO_PLACEHOLDERS = [
    "The words [sic] and [the Supplier] are quoted; so is [2026].",
    "The date is to be confirmed by the Panel. What is to do?",
    "Part XX applies from 20 to 30 [Working Days].",
    "See [[section: Questions]].",
    "Why? Really?",
]


def test_ordinary_words_are_no_placeholder(conclusion: Conclusion) -> None:
    for words in NO_PLACEHOLDERS:
        respond(words)
        assert not [f for f in publication_warnings(conclusion) if "placeholder" in f]


def test_reference_with_brackets_is_offered(conclusion: Conclusion) -> None:
    groups = find_cross_references(conclusion, parse_search_terms(""))
    tokens = {each.token for group in groups for each in group.references}
    assert "[[section: Charges [2026]]]" in tokens
    assert not any("same" in token.lower() for token in tokens)
    for token in tokens:
        respond(token)
        assert blocking_findings(conclusion) == [], token


def test_comment_key_of_two_cases_is_ambiguous(conclusion: Conclusion) -> None:
    question = conclusion.consultation.questions.get(key="qa")
    other = Comment.objects.create(
        consultation=conclusion.consultation, question=question, key="C1", text="Words."
    )
    DCCResponse.objects.create(comment=other, text="Noted.", disposition="noted")
    respond("See [[comment: c1]].")
    (problem,) = blocking_findings(conclusion)
    assert "matches more than one comment" in problem
