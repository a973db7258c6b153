"""What the tests of the consultation file share: a small file, and ways to alter it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from consultations.models import Consultation
from consultations.models.base import Editable
from responses.consultation_file.contents import ConsultationFile
from responses.consultation_file.from_rows.read_rows import stored_file
from responses.consultation_file.loading import LoadingPlan, load_file
from responses.consultation_file.notation.errors import Errors, FileError, FileRefused
from responses.consultation_file.notation.nodes import Node
from responses.consultation_file.notation.trees import parse_tree
from responses.consultation_file.reading import Reading, read_file

NOWHERE = Path("/nonexistent")
"""The folder of a file without attachments."""

SMALL = """\
consultation_file: 1
organisation: {name: Data Communications Company, short: DCC}
documents:
  - code: BRD
    title: Broadcast Requirements
    versions:
      - key: designated
        label: "1.0"
        status: designated
        in_force: 2026-01-12
        clauses:
          - {id: c1, number: "1", heading: Scope, text: It is about broadcasts.}
          - number: "2"
            text: Of intervals.
            clauses:
              - {number: "2.1", text: A broadcast is sent every hour.}
      - {key: concluded, status: concluded}
  - {code: BRA, title: Broadcast Addresses, kind: matrix, parent: BRD}
consultation:
  slug: broadcast-2026
  title: Broadcast interval
  summary: About the interval.
  documents: [BRD]
  opened: 2026-02-02
  closes: 2026-02-27 16:00
  extensions:
    - {from: 2026-02-27 16:00, to: 2026-03-06 16:00, reason: Late., questions: [2]}
questions:
  - {key: q1, label: Question 1, text: Do you agree with the interval?}
  - {key: q2, label: Question 2, text: How often?, kind: choice, options: [Once, Twice]}
  - {key: q3, label: Question 2(a), text: Why?, kind: open, parent: q2}
respondents:
  - {key: r1, name: Rowanlea Energy Limited, category: Small Supplier, aliases: [Rowan]}
  - {key: r2, name: Saltmarsh Networks plc, email: desk@saltmarsh.example}
submissions:
  - respondent: r1
    received: 2026-02-20 10:00
    channel: email
    answers:
      - {question: 1, stance: disagree, text: An hour is far too short for us.}
      - {question: 2, choice: Once}
  - respondent: r2
    received: 2026-02-25 11:30
    answers: [{question: 1, stance: agree}]
comments:
  - key: k1
    question: 1
    from: [r1]
    text: A respondent considered that the interval is too short.
    response: We have changed it to two hours.
    disposition: changed
    concerns: [BRD Clause 2.1]
  - {key: k2, question: null, from: [], text: A general remark.}
changes:
  - key: x1
    document: BRD
    reference: Clause 2.1
    description: The interval is two hours.
    rationale: An hour is too short.
    because_of: [k1]
    clause: "2.1"
conclusions:
  - title: Conclusion on the Broadcast Interval
    date: 2026-03-20
    classification: Public
    sections:
      - {heading: Introduction, kind: text, text: "See [[section: Analysis]]."}
      - heading: Consultation
        kind: questions
        sections:
          - {heading: Respondents, kind: respondents}
      - heading: Analysis
        kind: analysis
        sections:
          - {kind: question, question: 1, tally: true}
      - {heading: Changes, kind: changes, document: BRD}
      - {heading: Attachments, kind: attachments}
    attachments:
      - {title: Comparison, kind: redline, document: BRD, version: concluded}
designation: {addressee: Secretary of State, fallback: {months: 1, wording: or later}}
commitments:
  - {text: We will report., due: 2026-09}
glossary: {BRD: Broadcast Requirements}
"""


def altered(*replacements: tuple[str, str], text: str = SMALL) -> str:
    """Return the small file with words replaced, each of which has to be there."""
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def read_text(text: str) -> Reading:
    return read_file(text.encode())


def errors_of(data: str | bytes) -> tuple[FileError, ...]:
    """Return why a file is refused; fail if it is not."""
    with pytest.raises(FileRefused) as refused:
        read_file(data.encode() if isinstance(data, str) else data)
    return refused.value.errors


def value_of(text: str) -> Any:
    """Return a small YAML or JSON text as plain values."""

    def plain(node: Node) -> Any:
        if isinstance(node.value, list):
            return [plain(item) for item in node.value]
        if isinstance(node.value, dict):
            return {key: plain(pair.value) for key, pair in node.value.items()}
        return node.value

    return plain(parse_tree(text.encode(), Errors()))


def tree_error(text: str) -> str:
    with pytest.raises(FileRefused) as refused:
        parse_tree(text.encode(), Errors())
    return str(refused.value)


def load_text(
    text: str, *, folder: Path = NOWHERE, update: bool = False
) -> LoadingPlan:
    return load_file(read_text(text), folder, update=update)


def stored(slug: str = "broadcast-2026") -> ConsultationFile:
    return stored_file(Consultation.objects.get(slug=slug))


def editable() -> list[type[Editable]]:
    return [m for m in apps.get_models() if issubclass(m, Editable)]


def every_row() -> dict[str, list[dict[str, Any]]]:
    """Return all rows of our tables, the history's too."""
    ours = ("consultations", "responses")
    models = [m for m in apps.get_models() if m._meta.app_label in ours]
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in models
    }


def versions() -> dict[tuple[str, Any], int]:
    """Return the version of every editable row."""
    return {
        (model.__name__, row.pk): row.version
        for model in editable()
        for row in model._default_manager.all()
    }


def bumped(before: dict[tuple[str, Any], int]) -> dict[str, int]:
    """Return how many rows of each table went up by a version since."""
    after = versions()
    found: dict[str, int] = {}
    for (name, pk), version in before.items():
        if after.get((name, pk), version) != version:
            found[name] = found.get(name, 0) + 1
    return found


def history_of(model: Any, **which: Any) -> list[str]:
    """Return the kinds of a row's history, `+` made, `~` saved, `-` deleted."""
    rows = model.history.filter(**which).order_by("history_id")
    return list(rows.values_list("history_type", flat=True))


@contextmanager
def undone() -> Iterator[None]:
    """Take back what is stored meanwhile."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def by_code(file: ConsultationFile) -> ConsultationFile:
    """Return the file with its documents in one order, which tells nothing."""
    documents = tuple(sorted(file.documents, key=lambda document: document.code))
    return dataclasses.replace(file, documents=documents)
