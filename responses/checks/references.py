"""Checks of references to sections, attachments, clauses and comments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from consultations.documents.conclusion.numbering import (
    AMBIGUOUS,
    fold_target_name,
    unread_references,
    unresolved_references,
)
from consultations.documents.pdf.fonts import unprintable_characters
from consultations.models import Clause, Conclusion, RegulatedDocument
from responses.checks.public_texts import PublicText
from responses.checks.subject import CheckContext, Finding
from responses.models import Comment

_CLAUSE = re.compile(
    r"(?P<code>\S+)\s+(?:Clause|Section|Paragraph|Part|Annex|Schedule)s?\s+"
    r"(?P<number>[\w.()]+)\Z",
    re.IGNORECASE,
)
_LEFTOVER = re.compile(r"\[\[(?!\s*\w[\w -]{0,40}:)[^\[\]]*\]\]")


def reference_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield cross-references, clauses and earlier comments that cannot be found."""
    yield from _cross_reference_blockers(context)
    known = _KnownClauses(context)
    for question in context.counted_responses.questions:
        for reference in question.refers_to:
            if problem := known.problem(reference):
                text = f"{question.label} refers to {reference}, but {problem}"
                yield Finding(
                    f"{text} Correct the reference.", f"question:{question.key}"
                )
    yield from _comment_blockers(context, known)
    for change in context.changes:
        identities = known.identities.get(change.document_id)
        if change.clause and identities is not None and change.clause not in identities:
            yield Finding(
                f"Clause change {change} is linked to the clause “{change.clause}”, "
                f"which is in no version of {change.document}. Choose another clause.",
                f"change:{change.key}",
            )


def _cross_reference_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield every cross-reference that the document would print as it was typed."""
    kinds = "section, table, attachment, question, comment or clause change"
    ambiguous = {
        fold_target_name(name)
        for name, target in context.reference_targets.items()
        if target is AMBIGUOUS
    }
    for target in unresolved_references(context.outline):
        kind, _, _ = target.partition(": ")
        if fold_target_name(target) in ambiguous:
            kind = "clause change" if kind.lower() == "change" else kind.lower()
            sentence = (
                f"The cross-reference [[{target}]] matches more than one {kind} of "
                f"this conclusion. Give each {kind} a name of its own, or delete the "
                "cross-reference."
            )
        else:
            sentence = (
                f"The cross-reference [[{target}]] matches no {kinds} of this "
                "conclusion. Correct or delete the cross-reference."
            )
        yield Finding(sentence, "sections")
    for typed in unread_references(context.outline):
        yield Finding(
            f"The document would print “{typed}”, which is not a cross-reference. A "
            f"cross-reference must name a {kinds} and end with ]]. Correct or delete "
            f"“{typed}”.",
            "sections",
        )


def _comment_blockers(context: CheckContext, known: _KnownClauses) -> Iterator[Finding]:
    dangling = _dangling_replies(context.comments)
    for comment in context.comments:
        label, target = context.comment_label(comment), f"comment:{comment.key}"
        for reference in comment.concerns:
            if problem := known.problem(reference):
                text = f"{label} has the related clause {reference}, but {problem}"
                yield Finding(f"{text} Correct the related clause.", target)
        if comment.replies_to in dangling:
            yield Finding(
                f"{label} follows the earlier response “{comment.replies_to}”, which "
                "does not exist. Correct the earlier response.",
                target,
            )


def _dangling_replies(comments: Iterable[Comment]) -> set[str]:
    """Return replies such as `earlier-conclusion#k3` to comments that do not exist."""
    targets = {
        comment.replies_to: (slug, key)
        for comment in comments
        for slug, hash_sign, key in [comment.replies_to.partition("#")]
        if hash_sign and " " not in slug
    }
    if not targets:
        return set()
    slugs = {slug for slug, _ in targets.values()}
    earlier = dict(
        Conclusion.objects.filter(slug__in=slugs).values_list("slug", "consultation")
    )
    keys = Comment.objects.filter(consultation__in=earlier.values()).order_by()
    existing = set(keys.values_list("consultation", "key"))
    return {
        reference
        for reference, (slug, key) in targets.items()
        if slug in earlier and (earlier[slug], key) not in existing
    }


class _KnownClauses:
    """The documents that references can name, and the clauses of those named."""

    def __init__(self, context: CheckContext) -> None:
        self.documents = {d.code: d for d in RegulatedDocument.objects.all()}
        self.clause_numbers: dict[int, set[str]] = {}
        self.identities: dict[int, set[str]] = {}
        document_ids = {
            change.document_id for change in context.changes if change.clause
        }
        document_ids |= {
            self.documents[c].pk
            for c in _referenced_codes(context)
            if c in self.documents
        }
        rows = Clause.objects.filter(
            document_version__document__in=document_ids
        ).values_list("document_version__document_id", "number", "identity")
        for document, number, identity in rows.order_by() if document_ids else ():
            self.clause_numbers.setdefault(document, set()).add(
                number.strip(".").lower()
            )
            self.identities.setdefault(document, set()).add(identity)

    def problem(self, reference: str) -> str:
        """Return why a reference such as `S1SR Clause 13.2` is invalid, or nothing."""
        found = _CLAUSE.match(reference)
        if not found:
            return ""
        document = self.documents.get(found["code"])
        if document is None:
            known = ", ".join(sorted(self.documents)[:8])
            return (
                f"there is no document {found['code']} (documents on this site "
                f"include {known})."
            )
        numbers = self.clause_numbers.get(document.pk)
        if numbers is None or found["number"].strip(".").lower() in numbers:
            return ""
        return f"no version of {document} has a clause {found['number']}."


def _referenced_codes(context: CheckContext) -> set[str]:
    """Return the codes of the documents whose clauses are referred to."""
    asked = (question.refers_to for question in context.counted_responses.questions)
    said = (comment.concerns for comment in context.comments)
    found = (_CLAUSE.match(each) for each in chain.from_iterable((*asked, *said)))
    return {match["code"] for match in found if match}


def reference_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield other double brackets, unprintable characters, attachments without file."""
    for passage in context.public_texts:
        if passage.target.startswith("enclosure:"):
            continue
        start = f"{passage.capitalised_place} mentions"
        for found in _matches(passage, _LEFTOVER, "[["):
            text = f"{start} {found[0]}, which is not a cross-reference."
            yield Finding(f"{text} Correct or delete {found[0]}.", passage.target)
    for character in _characters_missing_in_typeface(context):
        yield Finding(
            f"The character {character} (U+{ord(character):04X}) is not in the "
            "typeface, so the PDF would print its code. Replace the character.",
            "sections",
        )
    for attachment in context.conclusion.attachments.select_related("document_version"):
        if attachment.file_id is None:
            yield Finding(
                f"Attachment “{attachment.title}” has no file: only the title will be "
                "listed. Add the file.",
                f"enclosure:{attachment.title}",
            )


def _matches(
    passage: PublicText, pattern: re.Pattern[str], hint: str
) -> Iterator[re.Match[str]]:
    """Yield matches of a pattern, searched only where the text contains the hint."""
    return pattern.finditer(passage.words if hint in passage.folded_words else "")


def _characters_missing_in_typeface(context: CheckContext) -> str:
    """Return the characters of the document that the typeface lacks.

    The document is walked only where the words have such a character at all.
    """
    used = "".join(set().union(*(passage.words for passage in context.public_texts)))
    alone = replace(context.outline, title=used, sections=())
    return (
        unprintable_characters(context.document)
        if unprintable_characters(alone)
        else ""
    )
