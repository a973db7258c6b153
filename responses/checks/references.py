"""References that lead nowhere, and numbers that mean something else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from consultations.documents.conclusion.numbering import unresolved_references
from consultations.documents.pdf.fonts import unprintable_characters
from consultations.documents.rich_text.inlines import REFERENCE_KINDS
from consultations.models import Clause, Conclusion, RegulatedDocument
from responses.checks.subject import CheckContext, Finding, PublicText
from responses.models import Comment

_CLAUSE = re.compile(
    r"(?P<code>\S+)\s+(?:Clause|Section|Paragraph|Part|Annex|Schedule)s?\s+"
    r"(?P<number>[\w.()]+)\Z",
    re.IGNORECASE,
)
_LEFTOVER = re.compile(rf"\[\[(?!\s*(?:{'|'.join(REFERENCE_KINDS)})\s*:)[^\[\]]*\]\]")
_ATTACHMENT = re.compile(r"\bAttachment\s+(\d{1,3})\b", re.IGNORECASE)
_SECTION = re.compile(
    r"\bSection\s+(\d[\d.]*\d|\d)\s+of\s+this\s+document\b", re.IGNORECASE
)


def reference_blockers(subject: CheckContext) -> Iterator[Finding]:
    """Yield cross-references, clauses and earlier comments that cannot be found."""
    for target in unresolved_references(subject.outline):
        yield Finding(
            f"The cross-reference [[{target}]] leads nowhere: no such section, table, "
            "attachment, question, comment or change is in this conclusion.",
            "sections",
        )
    known = _Known(subject)
    for question in subject.evidence.questions:
        for reference in question.refers_to:
            if problem := known.problem(reference):
                text = f"Question “{question.label}” refers to {reference}: {problem}"
                yield Finding(text, f"question:{question.key}")
    yield from _comment_blockers(subject, known)
    for change in subject.changes:
        identities = known.identities.get(change.document_id)
        if change.clause and identities is not None and change.clause not in identities:
            yield Finding(
                f"The change {change.key} names clause id {change.clause}, which no "
                f"version of {change.document} has.",
                f"change:{change.key}",
            )


def _comment_blockers(subject: CheckContext, known: _Known) -> Iterator[Finding]:
    lost = _lost_replies(subject.comments)
    for comment in subject.comments:
        where, about = subject.where(comment), f"comment:{comment.key}"
        for reference in comment.concerns:
            if problem := known.problem(reference):
                yield Finding(f"{where} concerns {reference}: {problem}", about)
        if comment.replies_to in lost:
            text = f"{where} replies to {comment.replies_to}, which does not exist."
            yield Finding(text, about)


def _lost_replies(comments: Iterable[Comment]) -> set[str]:
    """Return those of `earlier-conclusion#k3` whose conclusion has no such comment."""
    named = {
        comment.replies_to: (slug, key)
        for comment in comments
        for slug, hash_sign, key in [comment.replies_to.partition("#")]
        if hash_sign and " " not in slug
    }
    if not named:
        return set()
    slugs = {slug for slug, _ in named.values()}
    earlier = dict(
        Conclusion.objects.filter(slug__in=slugs).values_list("slug", "consultation")
    )
    keys = Comment.objects.filter(consultation__in=earlier.values()).order_by()
    there = set(keys.values_list("consultation", "key"))
    return {
        reference
        for reference, (slug, key) in named.items()
        if slug in earlier and (earlier[slug], key) not in there
    }


class _Known:
    """The documents and clauses a reference can mean; clauses of those named alone."""

    def __init__(self, subject: CheckContext) -> None:
        self.documents = {d.code: d for d in RegulatedDocument.objects.all()}
        self.numbers: dict[int, set[str]] = {}
        self.identities: dict[int, set[str]] = {}
        about = {change.document_id for change in subject.changes if change.clause}
        about |= {self.documents[c].pk for c in _codes(subject) if c in self.documents}
        rows = Clause.objects.filter(document_version__document__in=about).values_list(
            "document_version__document_id", "number", "identity"
        )
        for document, number, identity in rows.order_by() if about else ():
            self.numbers.setdefault(document, set()).add(number.strip(".").lower())
            self.identities.setdefault(document, set()).add(identity)

    def problem(self, reference: str) -> str:
        """Return why a reference such as `S1SR Clause 13.2` means nothing, or ``."""
        found = _CLAUSE.match(reference)
        if not found:
            return ""
        document = self.documents.get(found["code"])
        if document is None:
            known = ", ".join(sorted(self.documents)[:8])
            return f"there is no document {found['code']} (there are {known})."
        numbers = self.numbers.get(document.pk)
        if numbers is None or found["number"].strip(".").lower() in numbers:
            return ""
        return f"no version of {document} has a clause {found['number']}."


def _codes(subject: CheckContext) -> set[str]:
    """Return the codes of the documents whose clauses are referred to."""
    asked = (question.refers_to for question in subject.evidence.questions)
    said = (comment.concerns for comment in subject.comments)
    found = (_CLAUSE.match(each) for each in chain.from_iterable((*asked, *said)))
    return {match["code"] for match in found if match}


def reference_warnings(subject: CheckContext) -> Iterator[Finding]:
    """Yield typed numbers that may mislead, and attachments without a file."""
    titles = {n: a.title for n, a in enumerate(subject.content.attachments, 1)}
    sections = {section.number for section in subject.outline.every_section()}
    for passage in subject.passages:
        if passage.about.startswith("enclosure:"):
            continue
        yield from _attachment_numbers(passage, titles)
        for found in _in(passage, _SECTION, "section"):
            if found[1] not in sections:
                text = f"{passage.starting} says “{found[0]}”, and there is none."
                yield Finding(text, passage.about)
        for found in _in(passage, _LEFTOVER, "[["):
            text = f"{passage.starting} says {found[0]}, which is no cross-reference."
            yield Finding(text, passage.about)
    for character in _not_in_the_typeface(subject):
        yield Finding(
            f"The character {character} (U+{ord(character):04X}) is not in the "
            "typeface; the PDF prints its code instead.",
            "sections",
        )
    for attachment in subject.conclusion.attachments.select_related("document_version"):
        if attachment.file_id is None:
            yield Finding(
                f"Attachment “{attachment.title}” has no file; its title is listed.",
                f"enclosure:{attachment.title}",
            )


def _in(
    passage: PublicText, pattern: re.Pattern[str], hint: str
) -> Iterator[re.Match[str]]:
    """Find a pattern in the words; only where its hint is, which is quick to see."""
    return pattern.finditer(passage.words if hint in passage.folded else "")


def _not_in_the_typeface(subject: CheckContext) -> str:
    """Return the characters of the document that the typeface lacks.

    The document is walked only when one of them is in its words at all.
    """
    used = "".join(set().union(*(passage.words for passage in subject.passages)))
    alone = replace(subject.outline, title=used, sections=())
    return (
        unprintable_characters(subject.document)
        if unprintable_characters(alone)
        else ""
    )


def _attachment_numbers(
    passage: PublicText, titles: dict[int, str]
) -> Iterator[Finding]:
    """Yield an attachment number of the consultation that means another one here."""
    is_question = passage.about.startswith("question:")
    for found in _in(passage, _ATTACHMENT, "attachment"):
        title = titles.get(int(found[1]))
        start = f"{passage.starting} says “{found[0]}”"
        if title is None:
            text = f"{start}; this conclusion has no such attachment."
        elif is_question:
            text = (
                f"{start} of the consultation; in this conclusion Attachment "
                f"{found[1]} is “{title}”."
            )
        else:
            continue
        yield Finding(text, passage.about)
