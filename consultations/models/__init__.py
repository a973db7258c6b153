"""The public record: what is consulted on, decided and published."""

from consultations.models.conclusion import (
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
)
from consultations.models.consultation import (
    Consultation,
    ConsultationAttachment,
    ConsultationDocument,
    Extension,
    ExtensionQuestion,
    Organisation,
    Question,
)
from consultations.models.edition import (
    Edition,
    EditionFile,
    Remark,
    ScheduledPublication,
    SignOff,
)
from consultations.models.legal_text import Clause, DocumentVersion, RegulatedDocument
from consultations.models.outcome import (
    ClauseChange,
    Commitment,
    Designation,
    GlossaryTerm,
)
from consultations.models.passage import Passage, PassageUse
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
    "ConsultationAttachment",
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
    "Passage",
    "PassageUse",
    "Question",
    "RegulatedDocument",
    "Remark",
    "ScheduledPublication",
    "SignOff",
    "StoredFile",
]
