"""Every kind of error in a file: its path, line and message."""

from __future__ import annotations

import pytest

from tests.support.consultation_files import altered, errors_of, read_text

pytestmark = pytest.mark.once

ANSWER = "submissions[0].answers[1]"

CASES = [
    # Shape
    ("consultation_file: 1", "consultation_file: 2", "consultation_file", "format 2"),
    ("consultation_file: 1", "consultation_file: '1'", "consultation_file", '"1"'),
    ("consultation_file: 1\n", "", "consultation_file", "is missing"),
    ("  title: Broadcast int", "  tilte: Broadcast int", "consultation.tilte",
     'Did you mean "title"?'),
    ("  title: Broadcast int", "  tilte: Broadcast int", "consultation.title",
     "is missing"),
    ("glossary: {BRD", "glosary: {BRD", "glosary", 'Did you mean "glossary"?'),
    ("kind: redline, doc", "sort: redline, doc", "conclusions[0].attachments[0].sort",
     "The keys are title, kind, document"),
    ("respondents:\n", "respondents: {a: b}\nrespondents_:\n", "respondents",
     "This value is a mapping; write a list"),
    ("because_of: [k1]", "because_of: k1", "changes[0].because_of",
     'This value is "k1"; write a list'),
    ("concerns: [BRD Clause 2.1]", "concerns: [[BRD]]", "comments[0].concerns[0]",
     "This value is a list; write text."),
    ("designation: {add", "designation: [] # {add", "designation", "is a list"),
    ("glossary: {BRD: Broadcast Requirements}", "glossary: [BRD]", "glossary",
     "a mapping of terms"),
    ("{text: We will report., due", "{due", "commitments[0].text", "is missing"),
    ("key: k2, question: null", "key: k2", "comments[1].question", "is missing"),
    # Single values
    ('label: "1.0"', "label: 1.0", "documents[0].versions[0].label",
     "1.0 is not text; put 1.0 in quotes."),
    ("label: Question 1", "label: 1", "questions[0].label", "put 1 in quotes"),
    ("[Once, Twice]", "[true, false]", "questions[1].options[0]",
     "true is not text; put true in quotes."),
    ("title: Broadcast interval", "title: ''", "consultation.title", "blank"),
    ("text: A general remark.", "text: '  '", "comments[1].text", "blank"),
    ("text: A general remark.", "text: <p></p>", "comments[1].text", "blank"),
    ("text: A general remark.", "text: null", "comments[1].text", "value is null"),
    ("text: A general remark.", "text: [a]", "comments[1].text", "is a list"),
    ("text: A general remark.", "text: a <script>x</script>", "comments[1].text",
     "<script> is not allowed"),
    ("text: A general remark.", "text: <p onclick='x'>y</p>", "comments[1].text",
     "attribute onclick"),
    ("text: A general remark.", "text: <a href='javascript:x'>y</a>",
     "comments[1].text", "link address"),
    ("text: A general remark.", 'text: "a\\ab"', "comments[1].text", "U+0007"),
    ("name: Rowanlea Energy Limited", 'name: "Rowan\\0lea"', "respondents[0].name",
     "U+0000"),
    ("name: Rowanlea Energy Limited", f"name: {'x' * 301}", "respondents[0].name",
     "has 301 characters; the maximum is 300"),
    ("text: A general remark.", f"text: {'x' * 200_001}", "comments[1].text",
     "has 200,001 characters; the maximum is 200,000"),
    ("slug: broadcast-2026", "slug: broadcast 2026", "consultation.slug",
     '"broadcast 2026" cannot be part of a web address'),
    ("slug: broadcast-2026", f"slug: {'x' * 121}", "consultation.slug", "is longer"),
    ("slug: broadcast-2026", "slug: 2026", "consultation.slug", "put 2026 in quotes"),
    ("{months: 1,", "{months: 1.5,", "designation.fallback.months", "whole number"),
    ("{months: 1,", "{months: 0,", "designation.fallback.months", "from 1 to 1200"),
    ("{months: 1,", "{months: one,", "designation.fallback.months", "whole number"),
    ("{months: 1, wording: or later}", "{}", "designation.fallback", "Add months"),
    ("tally: true", "tally: yes", "conclusions[0].sections[2].sections[0].tally",
     '"yes" is not true or false; write true or false.'),
    ("disposition: changed", "disposition: rejected", "comments[0].disposition",
     "use clarified, changed, not-changed or noted"),
    ("disposition: changed", "disposition: chnaged", "comments[0].disposition",
     'Did you mean "changed"?'),
    ("channel: email", "channel: [email]", "submissions[0].channel", "a list is not"),
    ("sections:\n", "columns: [comment, stance]\n    sections:\n",
     "conclusions[0].columns[1]", '"stance" is not allowed here'),
    ("sections:\n", "columns: []\n    sections:\n", "conclusions[0].columns", "empty"),
    ("glossary: {BRD:", "glossary: {13:", "glossary.13", "put 13 in quotes"),
    ("glossary: {BRD:", "glossary: {null:", "glossary.null", "This value is null"),
    ("BRD: Broadcast Requirements}", "BRD: }", "glossary.BRD", "This value is null"),
    # Earlier consultations
    ("opened: 2026-02-02", "follows: {relation: further}", "consultation.follows",
     "add slug for one on this site, or title for one elsewhere"),
    ("opened: 2026-02-02", "follows: {slug: r1, opened: 2020-05-01, relation: further}",
     "consultation.follows.opened", "add title"),
    ("opened: 2026-02-02",
     "follows: {title: One, url: 'javascript:a.b', relation: further}",
     "consultation.follows.url", "begin with https:// or http://"),
    # Days and times
    ("opened: 2026-02-02", "opened: 2026-02-30", "consultation.opened",
     '"2026-02-30" does not exist: February 2026 has 28 days.'),
    ("opened: 2026-02-02", "opened: 2026-13-01", "consultation.opened",
     "months are 01 to 12"),
    ("opened: 2026-02-02", "opened: 0226-02-02", "consultation.opened",
     "before 1900, the earliest year"),
    ("opened: 2026-02-02", "opened: 02/02/2026", "consultation.opened",
     '"02/02/2026" is not a date; write YYYY-MM-DD'),
    ("opened: 2026-02-02", "opened: 2026-2-2", "consultation.opened", "is not a date"),
    ("opened: 2026-02-02", "opened: 2026", "consultation.opened", "2026 is not a date"),
    ("opened: 2026-02-02", "opened: 2026-02", "consultation.opened", "is not a date"),
    ("opened: 2026-02-02", "opens_at: '09:00'", "consultation.opens_at",
     '"09:00" has no date; add the date under the key opened.'),
    ("opened: 2026-02-02", "opened: 2026-02-02\n  opens_at: 9:00",
     "consultation.opens_at", '"9:00" is not a time; write HH:MM in quotes'),
    ("opened: 2026-02-02", "opened: 2026-02-02\n  opens_at: 09:00:00",
     "consultation.opens_at", '"09:00:00" is not a time'),
    ("opened: 2026-02-02", "opened: 2026-02-02\n  opens_at: 9",
     "consultation.opens_at", "9 is not a time"),
    ("opened: 2026-02-02", "opened: 2026-02-02\n  opens_at: '24:00'",
     "consultation.opens_at", "times are 00:00 to 23:59"),
    ("opened: 2026-02-02", "opened: 2026-03-29\n  opens_at: 01:30",
     "consultation.opens_at", '"01:30" on 2026-03-29 does not exist in London on that '
     "day, because the clocks go forward. Use 00:30 GMT or 02:30 BST instead."),
    ("opened: 2026-02-02", "opened: 2026-10-25\n  opens_at: 01:30",
     "consultation.opens_at", "01:30 BST (00:30 UTC) and 01:30 GMT (01:30 UTC). "
     "Choose another time."),
    ("opened: 2026-02-02", "opened: 2026-02-30\n  opens_at: 01:30",
     "consultation.opened", "February 2026 has 28 days"),
    ("opened: 2026-02-02", "attachments: [{title: The text}]",
     "consultation.attachments[0].file", "The key file is missing"),
    ("opened: 2026-02-02", "attachments: [{title: The text, file: ''}]",
     "consultation.attachments[0].file", "is not a path below the folder of this file"),
    ("opened: 2026-02-02", "attachments: [{title: The text, file: ../a.pdf}]",
     "consultation.attachments[0].file", "and no .. or leading /"),
    ("opened: 2026-02-02", "attachments: [{title: ' ', file: a.pdf}]",
     "consultation.attachments[0].title", "The text is blank"),
    ("opened: 2026-02-02", "attachments: [{title: A, file: a.pdf, kind: clean}]",
     "consultation.attachments[0].kind", "is not allowed here"),
    ("closes: 2026-02-27 16:00", "closes: 2026-02-27", "consultation.closes",
     "has no time; add one, for example 2026-02-27 16:00."),
    ("closes: 2026-02-27 16:00", "closes: 2026-02-27T16:00", "consultation.closes",
     "is not a date and time; write YYYY-MM-DD HH:MM"),
    ("closes: 2026-02-27 16:00", "closes: 2026-02-27 24:00", "consultation.closes",
     "times are 00:00 to 23:59"),
    ("closes: 2026-02-27 16:00", "closes: 2026-02-29 16:00", "consultation.closes",
     "February 2026 has 28 days"),
    ("to: 2026-03-06 16:00", "to: 2026-03-29 01:30", "consultation.extensions[0].to",
     "Use 00:30 GMT or 02:30 BST instead."),
    ("to: 2026-03-06 16:00", "to: 2026-10-25 01:30", "consultation.extensions[0].to",
     "01:30 BST (00:30 UTC) and 01:30 GMT (01:30 UTC)"),
    ("to: 2026-03-06 16:00", "to: 2026-03-06 16:00 BST",
     "consultation.extensions[0].to",
     "is not in BST: London time is GMT then; use GMT."),
    ("due: 2026-09", "due: September", "commitments[0].due",
     "is not a date or a month"),
    ("due: 2026-09", "due: 2026-00", "commitments[0].due", "months are 01 to 12"),
    # What things refer to
    ("documents: [BRD]", "documents: [BRX]", "consultation.documents[0]",
     'There is no document "BRX" in this file. The file has BRD and BRA.'),
    ("documents: [BRD]", "documents: [7]", "consultation.documents[0]",
     "is not the code of a document; put the code in quotes"),
    ("parent: BRD", "parent: BRX", "documents[1].parent", 'no document "BRX"'),
    ("parent: q2", "parent: q9", "questions[2].parent", 'There is no question "q9"'),
    ("parent: q2", "parent: '2'", "questions[2].parent",
     "To refer to a question by number, write the number without quotes."),
    ("respondent: r2", "respondent: r9", "submissions[1].respondent", "r1 and r2"),
    ("{question: 2, choice", "{question: 4, choice", f"{ANSWER}.question",
     "There is no question 4: the file has 3, counted from 1."),
    ("{question: 2, choice", "{question: 0, choice", f"{ANSWER}.question",
     "There is no question 0"),
    ("{question: 2, choice", "{question: -1, choice",
     f"{ANSWER}.question", "There is no question -1"),
    ("{question: 2, choice", "{question: true, choice",
     f"{ANSWER}.question", "not the key of a question or its number"),
    ("question: 1\n", "question: q9\n", "comments[0].question", 'no question "q9"'),
    ("from: [r1]", "from: [r9]", "comments[0].from[0]", 'no respondent "r9"'),
    ("document: BRD\n    ref", "document: BRX\n    ref", "changes[0].document", "BRX"),
    ("because_of: [k1]", "because_of: [k9]", "changes[0].because_of[0]",
     'There is no comment "k9" in this file. The file has k1 and k2.'),
    ('clause: "2.1"', 'clause: "9"', "changes[0].clause",
     'No version of BRD in this file has a clause with the id "9".'),
    ("questions: [2]", "questions: [8]", "consultation.extensions[0].questions[0]",
     "There is no question 8"),
    ("kind: changes, document: BRD", "kind: changes, document: BRX",
     "conclusions[0].sections[3].document", "BRX"),
    ("{kind: question, question: 1", "{kind: question, question: 9",
     "conclusions[0].sections[2].sections[0].question", "There is no question 9"),
    ("version: concluded", "version: final", "conclusions[0].attachments[0].version",
     'BRD has no version "final" in this file; use designated or concluded.'),
    ("version: concluded", "against: draft", "conclusions[0].attachments[0].against",
     'no version "draft"'),
    ("document: BRD, version", "version", "conclusions[0].attachments[0].version",
     'The version "concluded" needs its document; add the key document.'),
    # The same twice
    ("code: BRA", "code: BRD", "documents[1].code",
     'The code "BRD" is already used by documents[0]'),
    ("key: concluded", "key: designated", "documents[0].versions[1].key",
     "already used by versions[0]"),
    ('{number: "2.1"', '{number: "2"',
     "documents[0].versions[0].clauses[1].clauses[0].number",
     'has the id "2"; give each clause'),
    ('{number: "2.1"', '{id: c1, number: "2.1"',
     "documents[0].versions[0].clauses[1].clauses[0].id",
     'has the id "c1"; give each clause'),
    ("{key: q3,", "{key: q1,", "questions[2].key", "already used by questions[0]"),
    ("{key: r2,", "{key: r1,", "respondents[1].key", "already used by respondents[0]"),
    ("{key: k2,", "{key: k1,", "comments[1].key", "already used by comments[0]"),
    ("{question: 2, choice: Once}", "{question: q1, stance: agree}",
     f"{ANSWER}.question", 'question "q1" is already answered by answers[0]'),
    ("documents: [BRD]", "documents: [BRD, BRA, BRD]", "consultation.documents[2]",
     '"BRD" is already in this list, at [0]'),
    ("from: [r1]", "from: [r1, r1]", "comments[0].from[1]", "already in this list"),
    ("questions: [2]", "questions: [2, q2]", "consultation.extensions[0].questions[1]",
     '"q2" is already in this list, at [0]'),
    ("[Once, Twice]", "[Once, Once]", "questions[1].options[1]",
     "already in this list"),
    ("sections:\n", "columns: [comment, comment]\n    sections:\n",
     "conclusions[0].columns[1]", "already in this list"),
    ("designation: {", "designation: {}\ndesignation: {", "designation", "is repeated"),
    # Round in circles
    ("label: Question 2, text: How often?", "label: Question 2, text: x, parent: q3",
     "questions[1].parent", "form a circle: q2 is below q3 is below q2"),
    ("parent: BRD", "parent: BRA", "documents[1].parent", "BRA is below BRA"),
    ("    title: Broadcast Requirements\n",
     "    title: Broadcast Requirements\n    parent: BRA\n", "documents[0].parent",
     "BRD is below BRA is below BRD"),
    # What does not fit together
    ("choice: Once", "choice: Thrice", f"{ANSWER}.choice",
     'The choice "Thrice" is not an option; use "Once" or "Twice".'),
    ("choice: Once", "stance: agree", f"{ANSWER}.stance",
     'question "q2" has kind: choice; give a choice'),
    ("stance: disagree", "choice: Once", "submissions[0].answers[0].choice",
     'question "q1" has kind: agreement; give a stance'),
    ("{question: 2, choice: Once}", "{question: 3, stance: agree}",
     f"{ANSWER}.stance", "has kind: open; give text"),
    (", options: [Once, Twice]", "", "questions[1].options", "needs options"),
    ("text: Do you agree with the interval?", "text: x, options: [a]",
     "questions[0].options", "this question is agreement"),
    ("in_force: 2026-01-12", "file: brd.docx", "documents[0].versions[0].file",
     'The text in "brd.docx" cannot be loaded: files for the text of a version'),
    ("kind: redline,", "file: ../x.pdf, kind: redline,",
     "conclusions[0].attachments[0].file",
     "is not a path below the folder of this file"),
    ("kind: redline,", "file: /etc/passwd, kind: redline,",
     "conclusions[0].attachments[0].file",
     "is not a path below the folder of this file"),
    ("{heading: Changes, kind", "{kind", "conclusions[0].sections[3].heading",
     "The section needs a heading; add the key heading."),
    ("{kind: question, question: 1, tally", "{kind: question, tally",
     "conclusions[0].sections[2].sections[0].question",
     "A section of kind: question needs a question; add the key question."),
    ("{heading: Respondents, kind: respondents}", "{kind: question, question: 1}",
     "conclusions[0].sections[1].sections[0].kind",
     "must be inside a section of kind: analysis"),
    ("{heading: Respondents, kind", "{tally: true, heading: Respondents, kind",
     "conclusions[0].sections[1].sections[0].tally",
     "Only kind: question has the key tally"),
    ("{heading: Respondents, kind", "{document: BRD, heading: Respondents, kind",
     "conclusions[0].sections[1].sections[0].document",
     "Only kind: changes has the key document"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "path", "message"), CASES)
def test_error_has_path_and_remedy(old: str, new: str, path: str, message: str) -> None:
    errors = errors_of(altered((old, new)))
    found = [error for error in errors if error.path == path]
    assert found, errors
    assert message in found[0].message


def test_error_has_its_line_number() -> None:
    text = altered(
        ("opened: 2026-02-02", "opened: 2026-02-30"),
        ("channel: email", "chanel: email"),
        ("{key: k2,", "{key: k1,"),
        ("  - title: Conclusion", "  - titel: Conclusion"),
    )
    lines = {error.path: text.splitlines()[error.line - 1] for error in errors_of(text)}
    assert lines == {
        "consultation.opened": "  opened: 2026-02-30",
        "submissions[0].chanel": "    chanel: email",
        "comments[1].key": "  - {key: k1, question: null, from: [], "
        "text: A general remark.}",
        "conclusions[0].titel": "  - titel: Conclusion on the Broadcast Interval",
        "conclusions[0].title": "  - titel: Conclusion on the Broadcast Interval",
    }


@pytest.mark.parametrize(("old", "new", "path", "message"), CASES)
def test_single_mistake_gives_at_most_two_errors(
    old: str, new: str, path: str, message: str
) -> None:
    """Errors that follow from another error are not reported."""
    assert len(errors_of(altered((old, new)))) <= 2


def test_all_errors_are_reported_in_line_order() -> None:
    text = altered(
        ("status: designated", "status: old"),
        ("opened: 2026-02-02", "opened: 2026-02-30"),
        ("respondent: r2", "respondent: r9"),
        ("choice: Once", "choice: Thrice"),
        ("text: A general remark.", "text: <img src='x'>"),
        ("because_of: [k1]", "because_of: [k9]"),
    )
    errors = errors_of(text)
    assert [error.path for error in errors] == [
        "documents[0].versions[0].status",
        "consultation.opened",
        f"{ANSWER}.choice",
        "submissions[1].respondent",
        "comments[1].text",
        "changes[0].because_of[0]",
    ]
    assert [error.line for error in errors] == sorted(error.line for error in errors)


def test_incomplete_draft_is_accepted() -> None:
    """Gaps block publication, not loading a draft."""
    read_text(altered(("[[section: Analysis]]", "[[section: A]] [[figure: 1]] [[x]]")))
    read_text(altered(("    because_of: [k1]\n", "")))


def test_plain_yes_and_no_are_text() -> None:
    text = altered(("[Once, Twice]", "[Yes, No]"), ("choice: Once", "choice: Yes"))
    assert read_text(text).file.questions[1].options == ("Yes", "No")


def test_rich_text_is_normalised_on_read() -> None:
    file = read_text(
        altered(("A general remark.", "<b>A</b>   general<br>remark."))
    ).file
    assert file.comments[1].text == "<p><strong>A</strong> general<br>remark.</p>"


def test_quoted_value_in_message_is_short_and_printable() -> None:
    long = "x" * 500
    text = altered(("channel: email", f'channel: "\\e[31m{long}"'))
    (error,) = errors_of(text)
    assert "\x1b" not in str(error)
    assert "\\u001b[31m" in error.message
    assert len(str(error)) < 250


def test_too_deep_question_nesting_is_refused() -> None:
    rows = "".join(
        f"  - {{key: p{n}, label: x, text: y, parent: p{n + 1}}}\n" for n in range(2000)
    )
    text = altered(("questions:\n", f"questions:\n{rows}"), ("[2]", "[q2]"))
    text = text.replace("question: 1", "question: q1")
    text = text.replace("question: 2", "question: q2")
    text = text.replace("p2000}", "q1}")
    (error,) = errors_of(text)
    assert error.message == '"p1980" is more than 20 levels deep; use fewer levels.'


def test_long_parent_cycle_is_not_listed_in_message() -> None:
    rows = "".join(
        f"  - {{key: p{n}, label: x, text: y, parent: p{(n + 1) % 500}}}\n"
        for n in range(500)
    )
    errors = errors_of(altered(("respondents:", f"{rows}respondents:")))
    assert len(errors) == 500
    assert len(errors[0].message) < 200


def test_reading_stops_after_10_000_errors() -> None:
    rows = "".join(f"  - {{key: n{n}, nmae: x}}\n" for n in range(9000))
    errors = errors_of(altered(("respondents:\n", f"respondents:\n{rows}")))
    assert len(errors) == 10_001
    assert errors[-1].message == "Reading stopped here: 10,000 errors is the maximum."


def test_no_name_is_suggested_among_very_many() -> None:
    rows = "".join(f"  - {{key: n{n}, name: x}}\n" for n in range(2000))
    text = altered(
        ("respondents:\n", f"respondents:\n{rows}"), ("from: [r1]", "from: [nn1]")
    )
    (error,) = errors_of(text)
    assert error.message == 'There is no respondent "nn1" in this file.'
