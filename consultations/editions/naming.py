"""What a conclusion names: versions of documents, and documents.

A conclusion names a version when one of its attachments refers to it; or when the
version is concluded, belongs to the consultation, and the consultation has only this
one conclusion.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from consultations.documents.conclusion.content import ConclusionContent
from consultations.models import Conclusion, ConclusionAttachment, DocumentVersion


def versions_named_by(conclusion: Conclusion) -> QuerySet[DocumentVersion]:
    """Return the versions that a conclusion names, by document and position."""
    attached = ConclusionAttachment.objects.filter(
        Q(document_version=OuterRef("pk")) | Q(against=OuterRef("pk")),
        conclusion=conclusion,
    )
    named = Q(Exists(attached))
    others = Conclusion.objects.filter(consultation=conclusion.consultation_id)
    if not others.exclude(pk=conclusion.pk).exists():
        named |= Q(
            status=DocumentVersion.Status.CONCLUDED,
            consultation=conclusion.consultation_id,
        )
    versions = DocumentVersion.objects.filter(named).select_related("document")
    return versions.order_by("document__code", "position", "pk")


def document_codes(content: ConclusionContent) -> frozenset[str]:
    """Return the codes of the documents that the content of an edition names."""
    return frozenset(
        {
            *(document.code for document in content.documents),
            *(change.document for change in content.changes),
            *(section.document for section in content.every_section()),
            *(attachment.document for attachment in content.attachments),
        }
        - {""}
    )
