"""The number and the address that an edition reserves when it is submitted.

Both are part of the frozen content, so that approvers read the very bytes that are
published. A returned edition gives its number back.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

from consultations.documents.conclusion.content import ConclusionContent, Publication
from consultations.models import Conclusion, DocumentVersion, Edition


def next_number(conclusion: Conclusion) -> int:
    """Return the number of the edition that would be submitted or published next."""
    published = conclusion.editions.ever_published().order_by("number").last()
    return (published.number or 0) + 1 if published else 1


def edition_address(slug: str, number: int) -> str:
    """Return the absolute address of an edition of the conclusion with a slug."""
    return settings.SITE_URL + reverse("consultations:edition", args=[slug, number])


def reserve_edition(
    conclusion: Conclusion, content: ConclusionContent, correction: str
) -> ConclusionContent:
    """Return the content as that of the next edition, with its number and address.

    `correction` is restricted HTML: what the edition corrects.
    """
    number = next_number(conclusion)
    publication = Publication(
        address=edition_address(conclusion.slug, number),
        edition=number,
        correction=correction,
        contact=content.publication.contact if content.publication else "",
    )
    return replace(content, publication=publication)


def reservation_blockers(
    conclusion: Conclusion, content: ConclusionContent
) -> list[str]:
    """Return why frozen content cannot have the number and address it was given.

    Another edition may have been published since, or the conclusion has been renamed.
    Content of earlier formats has neither, and is never refused.
    """
    publication = content.publication
    if publication is None or publication.edition is None:
        return []
    number = next_number(conclusion)
    if publication.edition != number:
        return [
            (
                f"The files say that they are edition {publication.edition}, but the "
                f"next edition is {number}. Submit the conclusion again."
            )
        ]
    address = edition_address(conclusion.slug, number)
    if publication.address != address:
        return [
            (
                f"The files print the web address {publication.address}, but the "
                f"edition would be published at {address}. Return the edition and "
                "submit the conclusion again."
            )
        ]
    return []


def text_address(version: DocumentVersion) -> str:
    """Return the absolute address of the text of a version on the site."""
    code, key = quote(version.document.code, ""), quote(version.key, "")
    return f"{settings.SITE_URL}/documents/{code}/{key}/"


def text_blockers(edition: Edition) -> list[str]:
    """Return a sentence for each printed address of a text that leads nowhere.

    The document or the version was renamed after the edition was submitted.
    """
    texts = edition.texts.select_related("document_version__document")
    known = {text_address(each.document_version) for each in texts}
    return [
        f"Attachment {position} links to {each.address}, but no text of this edition "
        "has this web address. Return the edition and submit the conclusion again."
        for position, each in enumerate(edition.conclusion_content().attachments, 1)
        if each.address and each.address not in known
    ]


def number_faults(edition: Edition, content: ConclusionContent) -> list[str]:
    """Return a sentence if an edition has another number than its content prints.

    A returned edition has none, and neither has an edition that was submitted before
    numbers were reserved.
    """
    printed = content.publication.edition if content.publication else None
    if printed is None or edition.state == Edition.State.REJECTED:
        return []
    if edition.number == printed:
        return []
    return [f"the number is “{edition.number}”, but “{printed}” in the content."]
