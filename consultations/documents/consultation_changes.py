"""The differences between two public texts of a consultation, part by part."""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from zoneinfo import ZoneInfo

from consultations.documents.consultation_text import (
    AttachmentFile,
    ConsultationText,
    ExtensionText,
    QuestionText,
    question_markup,
)
from consultations.documents.version_text import ClauseText, VersionText
from consultations.documents.wording import join_words, printed_date, printed_time

PARTS = {
    "title": "Title",
    "summary": "Summary",
    "organisation": "Organisation",
    "organisation_short": "Short name of the organisation",
    "opens": "Opening",
    "closes": "Deadline",
    "target_conclusion": "Target date for the conclusion",
    "classification": "Classification",
    "mailbox": "Email address for responses",
    "anonymity": "Default attribution",
    "follows": "Earlier consultation",
    "follows_title": "Title of the earlier consultation",
    "follows_opened": "Opening date of the earlier consultation",
    "follows_url": "Web address of the earlier consultation",
    "relation": "Relationship to earlier consultation",
}
"""The parts that are single values, by their field."""

QUESTION_KINDS = {
    "agreement": "Agree or disagree",
    "choice": "Choose one option",
    "open": "Open question",
    "date": "Agree or disagree with a date",
}
"""The types of questions, in the words of the workspace."""

VALUE_WORDS: Mapping[str, Mapping[str, str]] = {
    "anonymity": {
        "anonymous": "Respondents are not named",
        "named": "Respondents are named",
    },
    "relation": {
        "further": "Further consultation",
        "supersedes": "Supersedes the earlier consultation",
        "follow-up": "Follows up the earlier consultation",
    },
}
"""What readers see for the values of a choice, by field."""

DOCUMENT_PARTS = {
    "title": "Title",
    "reference": "Reference",
    "route": "Approval route",
}
"""The parts of the name of a regulated document, by their field."""

ROUTES = {
    "secretary-of-state": "Designation by the Secretary of State",
    "no-objection": "Non-objection by the Secretary of State",
    "own-publication": "Publication with a referral period",
    "panel": "Approval by the SEC Panel",
    "authority": "Decision by the Authority (Ofgem)",
}
"""The approval routes, in the words of the workspace."""

MAX_PARTS_LISTED = 4
"""How many parts a subject lists."""

_LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class TextChange:
    """A part that differs, with both wordings as restricted HTML.

    A wording is empty where the part is in the other text only. `field` is the part's
    in ConsultationText, `key` a question's, and `version` names a regulated text.
    """

    part: str
    before: str
    after: str
    field: str
    key: str = ""
    version: str = ""

    @property
    def sentence(self) -> str:
        """The change as `Question 2 differs from the published wording.`"""
        if self.version and not self.before:
            return f"{self.part} is not public."
        if not self.before:
            return f"{self.part} is not in the published consultation."
        if not self.after:
            return (
                f"{self.part} is in the published consultation, but has been deleted "
                "in the workspace."
            )
        return f"{self.part} differs from the published wording."


def text_changes(
    before: ConsultationText, after: ConsultationText
) -> tuple[TextChange, ...]:
    """Return the parts of a consultation that differ between two texts."""
    return tuple(_changes(before, after))


def _changes(before: ConsultationText, after: ConsultationText) -> Iterator[TextChange]:
    for field, part in PARTS.items():
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield TextChange(part, _markup(field, old), _markup(field, new), field)
    codes = [[each.code for each in text.documents] for text in (before, after)]
    if codes[0] != codes[1]:
        yield _change("List of documents", map(_items, codes), "documents")
    yield from _document_changes(before, after)
    yield from _question_changes(before, after)
    yield from _attachment_changes(before.attachments, after.attachments)
    labels = {q.key: q.label for q in (*before.every_question(),)}
    labels |= {q.key: q.label for q in after.every_question()}
    yield from _extension_changes(before.extensions, after.extensions, labels)
    old_texts = {each.version: each.sha256 for each in before.texts}
    new_texts = {each.version: each.sha256 for each in after.texts}
    for version in dict.fromkeys([*old_texts, *new_texts]):
        hashes = [_hash_markup(each.get(version)) for each in (old_texts, new_texts)]
        if hashes[0] != hashes[1]:
            code = version.partition("/")[0]
            yield _change(f"The text of {code}", hashes, "texts", version=version)


def _document_changes(
    before: ConsultationText, after: ConsultationText
) -> Iterator[TextChange]:
    """Yield what differs in how a document is called, and how its text takes effect."""
    old = {each.code: each for each in before.documents}
    for new in after.documents:
        if new.code not in old:
            continue
        for field, part in DOCUMENT_PARTS.items():
            values = [getattr(each, field) for each in (old[new.code], new)]
            if values[0] != values[1]:
                words = [ROUTES.get(value, value) for value in values]
                wordings = (_markup(field, each) for each in words)
                yield _change(f"{part} of {new.code}", wordings, "names")


def _change(
    part: str, wordings: Iterable[str], field: str, key: str = "", *, version: str = ""
) -> TextChange:
    before, after = wordings
    return TextChange(part, before, after, field, key, version)


def _markup(field: str, value: object) -> str:
    if field == "summary":
        return str(value) or "<p>None</p>"
    if isinstance(value, dt.datetime):
        return f"<p>{_printed(value)}</p>"
    if isinstance(value, dt.date):
        return f"<p>{printed_date(value)}</p>"
    words = str(value or "None")
    if field == "follows" and value:
        words = f"/consultations/{value}/"
    return f"<p>{html.escape(VALUE_WORDS.get(field, {}).get(words, words))}</p>"


def _printed(moment: dt.datetime) -> str:
    return printed_time(moment.astimezone(_LONDON))


def _items(words: Sequence[str]) -> str:
    return f"<p>{html.escape(', '.join(words) or 'None')}</p>"


def _hash_markup(sha256: str | None) -> str:
    return f"<p>Checksum (SHA-256): {sha256}</p>" if sha256 else ""


def _question_changes(
    before: ConsultationText, after: ConsultationText
) -> Iterator[TextChange]:
    old, new = _placed_questions(before), _placed_questions(after)
    for key in dict.fromkeys([*old, *new]):
        placed = [each[key] for each in (old, new) if key in each]
        if len(placed) == 2 and placed[0] == placed[1]:
            continue
        wordings = [_placed_markup(each.get(key)) for each in (old, new)]
        if wordings[0] == wordings[1]:
            wordings = [
                wording + _kind_markup(each.get(key))
                for wording, each in zip(wordings, (old, new), strict=True)
            ]
        label = placed[-1][1].label
        yield _change(label, wordings, "questions", key)
    orders = [[key for key in each if key in old and key in new] for each in (old, new)]
    if orders[0] != orders[1]:
        labels = [
            [each[key][1].label for key in order]
            for each, order in zip((old, new), orders, strict=True)
        ]
        yield _change("Order of the questions", map(_items, labels), "questions")


def _placed_questions(text: ConsultationText) -> dict[str, tuple[str, QuestionText]]:
    """Return each question without its sub-questions, with its parent's label."""
    placed: dict[str, tuple[str, QuestionText]] = {}

    def place(questions: tuple[QuestionText, ...], parent: str) -> None:
        for question in questions:
            placed[question.key] = (parent, replace(question, children=()))
            place(question.children, question.label)

    place(text.questions, "")
    return placed


def _placed_markup(placed: tuple[str, QuestionText] | None) -> str:
    if placed is None:
        return ""
    parent, question = placed
    below = f"<p>Sub-question of {html.escape(parent)}</p>" if parent else ""
    return question_markup(question) + below


def _kind_markup(placed: tuple[str, QuestionText] | None) -> str:
    """Return the type of a question, which its wording does not tell."""
    return f"<p>Type: {QUESTION_KINDS[placed[1].kind]}</p>" if placed else ""


def _attachment_changes(
    before: Sequence[AttachmentFile], after: Sequence[AttachmentFile]
) -> Iterator[TextChange]:
    names = [[_attachment_name(each) for each in files] for files in (before, after)]
    if names[0] == names[1]:
        return
    same = sorted(names[0]) == sorted(names[1])
    part = "Order of the attachments" if same else "List of attachments"
    yield _change(part, map(_lines, names), "attachments")


def _attachment_name(file: AttachmentFile) -> str:
    return f"{file.title} ({file.filename}, checksum {file.sha256})"


def _lines(names: Sequence[str]) -> str:
    if not names:
        return "<p>None</p>"
    return f"<ol>{''.join(f'<li>{html.escape(each)}</li>' for each in names)}</ol>"


def _extension_changes(
    before: Sequence[ExtensionText],
    after: Sequence[ExtensionText],
    labels: Mapping[str, str],
) -> Iterator[TextChange]:
    for old, new in zip_longest(before, after):
        if old != new:
            until = (new or old).until
            wordings = [_extension_markup(each, labels) for each in (old, new)]
            part = f"Extension to {_printed(until)}"
            yield _change(part, wordings, "extensions")


def _extension_markup(
    extension: ExtensionText | None, labels: Mapping[str, str]
) -> str:
    if extension is None:
        return ""
    named = [labels.get(key, key) for key in extension.questions]
    to_some = f", for {html.escape(join_words(named))} only" if named else ""
    dates = f"{_printed(extension.was)} to {_printed(extension.until)}"
    return f"<p>From {dates}{to_some}</p>{extension.reason}"


def subject_of(changes: Sequence[TextChange]) -> str:
    """Return what a notice is about: `Question 2`, or `Title and summary`.

    Longer lists are cut, and say how many more there are.
    """
    parts = [change.part for change in changes]
    if len(parts) > MAX_PARTS_LISTED:
        more = len(parts) - MAX_PARTS_LISTED + 1
        parts = [*parts[: MAX_PARTS_LISTED - 1], f"{more} more parts"]
    return join_words(parts)


def clause_changes(
    before: VersionText | None, after: VersionText | None
) -> tuple[TextChange, ...]:
    """Return the clauses that differ between two texts of one version."""
    old = {c.identity: c for c in before.every_clause()} if before else {}
    new = {c.identity: c for c in after.every_clause()} if after else {}
    return tuple(
        TextChange(
            f"Clause {(new.get(key) or old[key]).number}",
            _clause_markup(old.get(key)),
            _clause_markup(new.get(key)),
            field="texts",
            key=key,
        )
        for key in dict.fromkeys([*old, *new])
        if _clause_markup(old.get(key)) != _clause_markup(new.get(key))
    )


def _clause_markup(clause: ClauseText | None) -> str:
    if clause is None:
        return ""
    heading = f"{clause.number} {clause.heading}".strip()
    return f"<p><strong>{html.escape(heading)}</strong></p>{clause.text}"
