"""The confidential work: who answered, what they said, what is said back."""

from responses.models.desk import AtWork, DraftFile, SentForm, UnsavedText
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
    "AtWork",
    "Attribution",
    "ChangeCause",
    "Comment",
    "CommentSource",
    "DCCResponse",
    "DraftFile",
    "Respondent",
    "SentForm",
    "Submission",
    "UnsavedText",
]
