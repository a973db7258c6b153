"""The histories of everything one conclusion is made of: which lines are about it."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q, QuerySet
from simple_history.utils import get_history_model_for_model

from consultations.models import (
    ClauseChange,
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    ConsultationDocument,
    Extension,
    ExtensionQuestion,
    GlossaryTerm,
    Organisation,
    Question,
    RegulatedDocument,
)
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    CommentSource,
    DCCResponse,
    Respondent,
    Submission,
)

About = dict[type[Model], Q]
"""For each table, which lines of its history are about a conclusion."""

NOUNS: dict[type[Model], str] = {
    Conclusion: "conclusion",
    ConclusionSection: "section",
    ConclusionAttachment: "attachment",
    Consultation: "consultation",
    ConsultationDocument: "consultation",
    Question: "question",
    Extension: "extension",
    ExtensionQuestion: "extension",
    Respondent: "respondent",
    Submission: "submission",
    Answer: "answer",
    Comment: "comment",
    CommentSource: "comment",
    DCCResponse: "DCC response",
    ClauseChange: "clause change",
    ChangeCause: "clause change",
    Commitment: "commitment",
    GlossaryTerm: "glossary term",
    RegulatedDocument: "regulated document",
    Organisation: "organisation",
}
"""What people call a row of each table that a conclusion is made of."""


def lines_of(model: type[Model]) -> QuerySet[Any]:
    """Return the lines of a table's history, in no order."""
    lines: QuerySet[Any] = get_history_model_for_model(model).objects.order_by()
    return lines


def about(conclusion: Conclusion) -> About:
    """Say which lines are about a conclusion: whatever is or ever was part of it.

    A row that was part of another consultation at some time may be among them.
    """
    of_conclusion = Q(conclusion_id=conclusion.pk)
    of_consultation = Q(consultation_id=conclusion.consultation_id)
    lines: About = {
        Conclusion: Q(id=conclusion.pk),
        Consultation: Q(id=conclusion.consultation_id),
    }
    lines |= dict.fromkeys((ConclusionSection, ConclusionAttachment), of_conclusion)
    lines |= dict.fromkeys(
        (ConsultationDocument, Question, Extension, Respondent, Comment),
        of_consultation,
    )
    lines |= dict.fromkeys((ClauseChange, Commitment, GlossaryTerm), of_consultation)

    def ids(model: type[Model], column: str = "id") -> QuerySet[Any]:
        return lines_of(model).filter(lines[model]).values(column)

    lines[ExtensionQuestion] = Q(extension_id__in=ids(Extension))
    lines[Submission] = Q(respondent_id__in=ids(Respondent))
    lines[Answer] = Q(submission_id__in=ids(Submission))
    lines[CommentSource] = lines[DCCResponse] = Q(comment_id__in=ids(Comment))
    lines[ChangeCause] = Q(change_id__in=ids(ClauseChange))
    lines[Organisation] = Q(id__in=ids(Consultation, "organisation_id"))
    lines[RegulatedDocument] = Q()
    naming = (ConsultationDocument, ClauseChange, ConclusionSection)
    for model in (*naming, ConclusionAttachment):
        lines[RegulatedDocument] |= Q(id__in=ids(model, "document_id"))
    return lines
