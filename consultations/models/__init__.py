"""The public record: what is consulted on, decided and published."""

from consultations.models.conclusion import (
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
)
from consultations.models.consultation import (
    ClauseChange,
    Commitment,
    Consultation,
    ConsultationDocument,
    Designation,
    Extension,
    ExtensionQuestion,
    GlossaryTerm,
    Organisation,
    Question,
)
from consultations.models.edition import Edition, EditionFile, SignOff
from consultations.models.legal_text import Clause, DocumentVersion, RegulatedDocument
from consultations.models.storage import StoredFile
from consultations.models.trail import Event, Notice

__all__ = [
    "Clause",
    "ClauseChange",
    "Commitment",
    "Conclusion",
    "ConclusionAttachment",
    "ConclusionSection",
    "Consultation",
    "ConsultationDocument",
    "Designation",
    "DocumentVersion",
    "Edition",
    "EditionFile",
    "Event",
    "Extension",
    "ExtensionQuestion",
    "GlossaryTerm",
    "Notice",
    "Organisation",
    "Question",
    "RegulatedDocument",
    "SignOff",
    "StoredFile",
]
