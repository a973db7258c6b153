"""The words that an opening or a notice makes public."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from consultations.documents.consultation_text import ConsultationText, QuestionText
from consultations.documents.version_text import read_version_text
from consultations.editions.new_words import NewFile, NewText, NewWords
from consultations.models import Consultation, ConsultationEdition, ConsultationNotice
from consultations.record.freezing import rows_of_edition
from consultations.record.rows import StoredRows, read_stored_rows

NOTICE_TARGET = "new-notice"


def opening_words(consultation: Consultation) -> NewWords:
    """Return what the opening of a consultation would make public now."""
    return words_of_rows(consultation, read_stored_rows(consultation))


def words_of_rows(consultation: Consultation, rows: StoredRows) -> NewWords:
    """Return the words of a consultation's text and of the versions that it names."""
    text = rows.text
    return NewWords(
        consultation,
        texts=tuple(_texts(consultation, text)),
        files=tuple(
            NewFile(
                f"consultation attachment “{each.title}”",
                "attachment",
                each.title,
                each.filename,
                each.sha256,
            )
            for each in text.attachments
        ),
        versions=tuple((pk, read_version_text(data)) for pk, data in rows.versions),
    )


def _texts(consultation: Consultation, text: ConsultationText) -> Iterator[NewText]:
    address = "the web address of the consultation"
    yield NewText(address, "consultation", consultation.slug)
    yield NewText("the title of the consultation", "consultation", text.title)
    yield NewText("the summary of the consultation", "consultation", text.summary)
    earlier = "the title of the earlier consultation"
    yield NewText(earlier, "consultation", text.follows_title)
    earlier = "the web address of the earlier consultation"
    yield NewText(earlier, "consultation", text.follows_url)
    for document in text.documents:
        for name in (document.code, document.title, document.reference):
            yield NewText("the name of a document", "consultation", name)
    for extension in text.extensions:
        place = "the reason of an extension"
        yield NewText(place, "consultation", extension.reason)
    for question in text.every_question():
        yield from _texts_of_question(question)


def _texts_of_question(question: QuestionText) -> Iterator[NewText]:
    texts: Sequence[str] = (question.key, question.label, question.text)
    for words in (*texts, *question.options, *question.refers_to):
        yield NewText(question.label, f"question:{question.key}", words)


def notice_words(notice: ConsultationNotice) -> NewWords:
    """Return what a notice makes public: its text and file, and what it changes."""
    files: tuple[NewFile, ...] = ()
    if notice.file_id:
        files = (
            NewFile("the notice", NOTICE_TARGET, "", notice.filename, notice.file_id),
        )
    changed = _changed_words(notice.consultation, notice.edition, notice.based_on)
    return NewWords(
        notice.consultation,
        texts=(text_of_notice(notice.text), *changed.texts),
        files=(*files, *changed.files),
        versions=changed.versions,
    )


def text_of_notice(markup: str) -> NewText:
    """Return the reason that a notice gives."""
    return NewText("the reason of the notice", NOTICE_TARGET, markup)


def _changed_words(
    consultation: Consultation,
    edition: ConsultationEdition | None,
    based_on: ConsultationEdition | None,
) -> NewWords:
    """Return the words of an edition that the one before it did not have."""
    if edition is None:
        return NewWords(consultation)
    words = words_of_rows(consultation, rows_of_edition(edition))
    if based_on is None:
        return words
    return words.beyond(words_of_rows(consultation, rows_of_edition(based_on)))
