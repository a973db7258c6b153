"""What is no fault of a file, but worth knowing."""

from __future__ import annotations

from responses.consultation_file.checking import every_section
from responses.consultation_file.contents import ConsultationFile


def unused_documents(file: ConsultationFile) -> list[str]:
    """Return a sentence for each document that an export would not find again."""
    used = set(file.consultation.documents)
    used |= {change.document for change in file.changes}
    for conclusion in file.conclusions:
        used |= {s.document for _, s, _ in every_section(conclusion, ())}
        used |= {attachment.document for attachment in conclusion.attachments}
    parents = {d.code: d.parent for d in file.documents}
    grew = True
    while grew:
        kin = {code for code, parent in parents.items() if parent in used - {""}}
        kin |= {parents[code] for code in used & parents.keys()}
        grew = not kin <= used
        used |= kin
    return [
        f"Nothing in the file is about the document {document.code} or one it belongs "
        "to: it is stored, and an export of this consultation leaves it out."
        for document in file.documents
        if document.code not in used
    ]
