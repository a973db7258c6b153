"""A consultation file of any size, for the tests and benchmarks of loading."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

QUESTIONS = 6

HEAD = """\
consultation_file: 1
organisation: {name: Data Communications Company, short: DCC}
documents:
  - code: BIG
    title: Broadcast Interval Guide
    versions:
      - key: designated
        label: "1.0"
        status: designated
        clauses:
          - {id: c1, number: "1", heading: Scope, text: This guide is about broadcasts.}
consultation:
  slug: big
  title: Changes to the Broadcast Interval Guide
  documents: [BIG]
  opened: 2026-01-05
  closes: 2026-02-02 16:00
  classification: DCC Public
"""

CONCLUSION = """\
conclusions:
  - title: Conclusion on the Broadcast Interval Guide
    date: 2026-02-16
    classification: DCC Public
    sections:
      - {heading: Introduction, kind: text, text: This document answers every point.}
      - {heading: Consultation, kind: questions}
      - {heading: Respondents, kind: respondents}
      - {heading: Analysis of Responses, kind: analysis}
      - {heading: Summary of Changes, kind: changes, document: BIG}
"""

ANSWER = (
    "We asked our operations team. In case {number} a device did not report the result "
    "of an earlier request, and later ones were held until it did."
)

COMMENT = (
    "A respondent asked how the service provider treats a device that has not reported "
    "the result of request {number}, and whether later ones are held."
)

RESPONSE = (
    "Where request {number} has not finished, a later one is rejected for that device "
    "only, and the response names it.\\n\\n"
    "For the avoidance of doubt, the other devices of the list are not affected."
)

STANCES = ("agree", "disagree", "neutral", "no-opinion")
DISPOSITIONS = ("clarified", "changed", "not-changed", "noted")


def big_file(comments: int) -> str:
    """Return a file with so many comments and a quarter as many respondents.

    Every respondent answers all six questions, every tenth comment leads to a change.
    """
    return "".join(f"{line}\n" for line in _lines(comments))


_TEXT = re.compile(r'\b(text|response): (?:"[^"]*"|[^"}\n]*)')


def file_with_texts(text: str) -> str:
    """Return a small file in which every text is this one."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    for character, escape in (("\n", "\\n"), ("\t", "\\t")):
        quoted = quoted.replace(character, escape)
    return _TEXT.sub(lambda found: f'{found[1]}: "{quoted}"', big_file(8))


def _lines(comments: int) -> Iterator[str]:
    respondents = max(3, comments // 4)
    yield HEAD + "questions:"
    for number in range(1, QUESTIONS + 1):
        yield (
            f'  - {{key: q{number}, label: "Question {number}", text: "Do you agree '
            f'with part {number} of the changes?"}}'
        )
    yield "respondents:"
    for number in range(1, respondents + 1):
        yield f"  - {{key: r{number}, name: Supplier {number}, category: Large}}"
    yield "submissions:"
    for number in range(1, respondents + 1):
        yield from _submission(number)
    yield "comments:"
    for number in range(1, comments + 1):
        yield from _comment(number, respondents)
    yield "changes:"
    for number in range(1, comments + 1, 10):
        yield from _change(number)
    yield CONCLUSION.rstrip()


def _submission(number: int) -> Iterator[str]:
    received = dt.datetime(2026, 1, 6) + dt.timedelta(minutes=7 * number % 30_000)  # noqa: DTZ001
    yield f"  - respondent: r{number}"
    yield f"    received: {received:%Y-%m-%d %H:%M}"
    yield "    channel: email"
    yield "    answers:"
    for question in range(1, QUESTIONS + 1):
        stance = STANCES[(number + question) % len(STANCES)]
        text = ANSWER.format(number=number)
        yield f'      - {{question: {question}, stance: {stance}, text: "{text}"}}'


def _comment(number: int, respondents: int) -> Iterator[str]:
    yield f"  - key: k{number}"
    yield f"    question: {number % QUESTIONS + 1}"
    yield f"    from: [r{number % respondents + 1}]"
    yield f"    text: {COMMENT.format(number=number)}"
    yield f'    response: "{RESPONSE.format(number=number)}"'
    yield f"    disposition: {DISPOSITIONS[number % len(DISPOSITIONS)]}"


def _change(number: int) -> Iterator[str]:
    yield f"  - key: c{number}"
    yield "    document: BIG"
    yield f"    reference: Clause {number}.1"
    yield "    description: Words taken out."
    yield "    rationale: They were not needed."
    yield f"    because_of: [k{number}]"
