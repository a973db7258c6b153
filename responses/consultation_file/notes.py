"""Warnings about a file that is valid."""

from __future__ import annotations

from responses.consultation_file.checking import every_section
from responses.consultation_file.contents import ConsultationFile


def unused_documents(file: ConsultationFile) -> list[str]:
    """Return a warning for each document that an export would leave out."""
    used = set(file.consultation.documents)
    used |= {change.document for change in file.changes}
    for conclusion in file.conclusions:
        used |= {s.document for _, s, _ in every_section(conclusion, ())}
        used |= {attachment.document for attachment in conclusion.attachments}
    parents = {d.code: d.parent for d in file.documents}
    is_growing = True
    while is_growing:
        relatives = {code for code, parent in parents.items() if parent in used - {""}}
        relatives |= {parents[code] for code in used & parents.keys()}
        is_growing = not relatives <= used
        used |= relatives
    return [
        f"Document {document.code} is stored, but nothing in this consultation refers "
        "to it, so an export of the consultation will not include it."
        for document in file.documents
        if document.code not in used
    ]
