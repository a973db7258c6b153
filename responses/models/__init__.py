"""The confidential work: who answered, what they said, what is said back."""

from responses.models.desk import (
    AutosavedForm,
    DraftFile,
    EditingSession,
    IdempotencyKey,
)
from responses.models.received import (
    Answer,
    Attribution,
    ChangeCause,
    Comment,
    CommentSource,
    DCCResponse,
    Respondent,
    Submission,
)

__all__ = [
    "Answer",
    "Attribution",
    "AutosavedForm",
    "ChangeCause",
    "Comment",
    "CommentSource",
    "DCCResponse",
    "DraftFile",
    "EditingSession",
    "IdempotencyKey",
    "Respondent",
    "Submission",
]
