"""What is missing of a consultation before it can be public."""

from __future__ import annotations

from collections.abc import Iterator

from consultations.documents.wording import join_words
from consultations.editions.classification import public_classifications
from consultations.editions.consulted_texts import changed_text_blockers, frozen_texts
from consultations.editions.hashes import sha256
from consultations.models import Consultation
from consultations.record.rows import StoredRows, read_stored_rows

NO_QUESTIONS_LABEL = "Open without questions"
"""The choice on the page of the opening that accepts a consultation without any."""


def content_blockers(
    consultation: Consultation, *, allow_no_questions: bool = False
) -> list[str]:
    """Return what is missing for an opening, except dates."""
    questions = list(consultation.questions.all())
    found = []
    if not consultation.title.strip():
        found.append("The consultation has no title. Enter the title in Details.")
    if not consultation.document_links.exists():
        found.append("No documents added. Add the documents consulted on.")
    found += _classification_blockers(consultation)
    if not questions and not allow_no_questions:
        found.append(
            f"No questions added. Add a question, or select “{NO_QUESTIONS_LABEL}”."
        )
    silent = [question.label for question in questions if not question.text.strip()]
    if silent:
        found.append(
            f"{join_words(silent)} {_has_or_have(silent)} no text. Enter the question "
            "text."
        )
    chosen = [q.label for q in questions if q.kind == q.Kind.CHOICE and not q.options]
    if chosen:
        found.append(
            f"{join_words(chosen)} {_has_or_have(chosen)} no options. Enter the "
            "options respondents can choose."
        )
    versions = consultation.versions_public_from_opening.values_list("pk", flat=True)
    if frozen_texts(versions).exclude(edition__consultation=consultation).exists():
        found += consulted_text_blockers(consultation, read_stored_rows(consultation))
    return found


def consulted_text_blockers(consultation: Consultation, rows: StoredRows) -> list[str]:
    """Return which texts another consultation has frozen in another wording."""
    hashes = {pk: sha256(content) for pk, content in rows.versions}
    return changed_text_blockers(hashes, own=consultation)


def _classification_blockers(consultation: Consultation) -> Iterator[str]:
    given = consultation.classification
    public = public_classifications(consultation.organisation.short)
    if given and given.casefold() not in {each.casefold() for each in public}:
        yield (
            f"The classification is {given}. A public consultation must be "
            f"classified {' or '.join(public)}: change the classification in Details."
        )


def _has_or_have(names: list[str]) -> str:
    return "has" if len(names) == 1 else "have"
