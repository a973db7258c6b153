"""The public part of a consultation, as a consultation file.

Comments, responses and respondents come from published editions only, never from
confidential rows with parts removed. Everything else is what the public pages show.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar, cast

from django.utils import timezone

from consultations.documents.conclusion import content as published
from consultations.documents.conclusion.content import ConclusionContent
from consultations.documents.conclusion.labels import public_labels
from consultations.documents.consultation_text import (
    ConsultationText,
    ExtensionText,
    QuestionText,
)
from consultations.documents.version_text import ClauseText
from consultations.models import (
    Consultation,
    DocumentVersion,
    Edition,
    Question,
)
from consultations.public.versions import (
    ShownVersion,
    public_documents,
    public_versions,
)
from consultations.record.freezing import present_rows, public_edition
from responses.analysis.counted import named_respondents
from responses.consultation_file import contents
from responses.consultation_file.checking import every_clause
from responses.consultation_file.from_rows.file_names import stored_name
from responses.consultation_file.from_rows.read_rows import (
    notices_in_effect,
    stored_file,
)
from responses.consultation_file.notation.moments import parse_printed_date
from responses.models import Submission


def public_file(consultation: Consultation) -> contents.ConsultationFile:
    """Return the public part of a public consultation."""
    stored = with_public_wording(consultation, stored_file(consultation))
    editions = list(
        Edition.objects.current()
        .filter(conclusion__consultation=consultation)
        .select_related("conclusion")
        .order_by("conclusion__position", "conclusion")
    )
    conclusions = [_content_with_present_codes(edition) for edition in editions]
    questions = _questions(stored.questions, conclusions)
    documents = _documents(stored)
    people = _respondents(consultation, stored.respondents, conclusions)
    comments = _comments(conclusions, people)
    return contents.ConsultationFile(
        consultation_file=1,
        organisation=stored.organisation,
        documents=documents,
        consultation=_consultation(stored.consultation),
        questions=questions,
        respondents=tuple(people.values()),
        comments=comments,
        changes=_changes(conclusions, documents, comments),
        conclusions=tuple(
            _conclusion(edition.conclusion.slug, content)
            for edition, content in zip(editions, conclusions, strict=True)
        ),
        designation=stored.designation if conclusions else None,
        commitments=_commitments(conclusions),
        glossary=tuple(
            {
                t.short: (t.short, t.long) for c in conclusions for t in c.glossary
            }.values()
        ),
    )


def with_public_wording(
    consultation: Consultation, stored: contents.ConsultationFile
) -> contents.ConsultationFile:
    """Return the stored consultation with what it asks in the public wording.

    Raise ValueError where the consultation is not public.
    """
    edition = public_edition(consultation)
    if edition is None:
        raise ValueError(f"The consultation {consultation.slug} is not public.")
    text = present_rows(edition).text
    given = _public_consultation(consultation, stored.consultation, text)
    return dataclasses.replace(
        stored,
        organisation=contents.Organisation(
            name=text.organisation, short=text.organisation_short
        ),
        consultation=given,
        questions=tuple(_public_questions(text.questions, "")),
    )


def _public_consultation(
    consultation: Consultation, stored: contents.Consultation, text: ConsultationText
) -> contents.Consultation:
    """Return what is stored of a consultation with the dates and words of a text."""
    opens = text.opens and timezone.localtime(text.opens)
    time = opens.time() if opens and opens.time() != dt.time() else None
    return dataclasses.replace(
        stored,
        title=text.title,
        summary=text.summary,
        documents=tuple(each.code for each in text.documents),
        opened=opens.date() if opens else None,
        opens_at=time,
        closes=text.closes and timezone.localtime(text.closes),
        target_conclusion=text.target_conclusion,
        classification=text.classification,
        mailbox=text.mailbox,
        anonymity=text.anonymity,
        follows=_follows(text),
        extensions=tuple(map(_extension, text.extensions)),
        attachments=tuple(
            contents.ConsultationAttachment(
                title=each.title, file=stored_name(each.sha256, each.filename)
            )
            for each in text.attachments
        ),
        notices=notices_in_effect(consultation),
        withdrawn=stored.withdrawn if consultation.is_withdrawn() else None,
    )


def _content_with_present_codes(edition: Edition) -> ConclusionContent:
    """Return what an edition printed, with the present short names of documents."""
    content = edition.conclusion_content()
    names = edition.documents.values_list("code", "document__code")
    codes = {before: now for before, now in names if before != now}
    return _renamed(content, codes) if codes else content


R = TypeVar("R")


def _renamed(value: R, codes: Mapping[str, str]) -> R:
    """Return a frozen value with other codes in every field `document` or `code`."""
    if isinstance(value, tuple):
        return cast("R", tuple(_renamed(each, codes) for each in value))
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return value
    given = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    return dataclasses.replace(
        value,
        **{
            name: codes.get(each, each)
            if isinstance(each, str) and name in ("document", "code")
            else _renamed(each, codes)
            for name, each in given.items()
        },
    )


def _extension(extension: ExtensionText) -> contents.Extension:
    return contents.Extension(
        from_=timezone.localtime(extension.was),
        to=timezone.localtime(extension.until),
        reason=extension.reason,
        questions=extension.questions,
    )


def _public_questions(
    questions: Iterable[QuestionText], parent: str
) -> Iterator[contents.Question]:
    for question in questions:
        is_choice = question.kind == Question.Kind.CHOICE
        yield contents.Question(
            key=question.key,
            label=question.label,
            text=question.text,
            kind=question.kind,
            parent=parent,
            options=question.options if is_choice else (),
            refers_to=question.refers_to,
        )
        yield from _public_questions(question.children, question.key)


def _questions(
    stored: Iterable[contents.Question], conclusions: Sequence[ConclusionContent]
) -> tuple[contents.Question, ...]:
    """Return the questions, with summaries and since deleted ones as printed."""
    printed = {q.key: q for content in conclusions for q in content.questions}
    questions = {
        question.key: dataclasses.replace(
            question,
            summary=printed[question.key].summary if question.key in printed else "",
        )
        for question in stored
    }
    for key, question in printed.items():
        questions.setdefault(key, _question(question))
    return tuple(questions.values())


def _question(question: published.Question) -> contents.Question:
    return contents.Question(
        key=question.key,
        label=question.label,
        text=question.text,
        kind=question.kind,
        parent=question.parent,
        options=question.options,
        summary=question.summary,
    )


def _documents(
    stored: contents.ConsultationFile,
) -> tuple[contents.Document, ...]:
    """Return the public documents, each with its public versions as the public sees."""
    codes = {*public_documents().values_list("code", flat=True)}
    codes |= set(stored.consultation.documents)
    given = DocumentVersion.objects.filter(document__code__in=codes)
    rows = {row.pk: row for row in given.select_related("document", "consultation")}
    versions: dict[str, list[contents.Version]] = defaultdict(list)
    for version in public_versions(given):
        row = rows[version.pk]
        versions[row.document.code].append(
            _version(version, row, stored.consultation.slug)
        )
    return tuple(
        dataclasses.replace(
            document,
            parent=document.parent if document.parent in codes else "",
            versions=tuple(versions[document.code]),
        )
        for document in stored.documents
        if document.code in codes
    )


def _version(version: ShownVersion, row: DocumentVersion, own: str) -> contents.Version:
    """Return a version; its consultation is named only where that is public."""
    slug = ""
    if row.consultation and (
        row.consultation.slug == own or row.consultation.is_public()
    ):
        slug = row.consultation.slug
    if slug == contents.default_consultation(version.status, own):
        slug = contents.OWN_CONSULTATION
    return contents.Version(
        consultation=slug,
        key=version.key,
        label=version.label,
        status=version.status,
        in_force=version.in_force,
        clauses=tuple(map(_clause, version.text().clauses)),
    )


def _clause(clause: ClauseText) -> contents.Clause:
    return contents.Clause(
        id=clause.identity,
        number=clause.number,
        heading=clause.heading,
        text=clause.text,
        clauses=tuple(map(_clause, clause.children)),
    )


def _consultation(stored: contents.Consultation) -> contents.Consultation:
    """Return the consultation without the name of an earlier one that is not public."""
    follows = stored.follows
    if follows is None:
        return stored
    here = Consultation.objects.filter(slug=follows.slug)
    if here.exists() and not here.public().exists():
        return dataclasses.replace(stored, follows=None)
    return stored


def _follows(text: ConsultationText) -> contents.Follows | None:
    """Return the earlier consultation that a text names."""
    if not text.relation:
        return None
    return contents.Follows(
        slug=text.follows,
        title=text.follows_title,
        opened=text.follows_opened,
        url=text.follows_url,
        relation=text.relation,
    )


# --- respondents, comments, changes -----------------------------------------------


def _respondents(
    consultation: Consultation,
    stored: Sequence[contents.Respondent],
    conclusions: Sequence[ConclusionContent],
) -> dict[str, contents.Respondent]:
    """Return the respondents who may be named and are printed, by their label."""
    submissions = Submission.objects.filter(respondent__consultation=consultation)
    named = named_respondents(consultation, submissions)
    pairs = list(zip(consultation.respondents.all(), stored, strict=True))
    labels = public_labels([(row.name, row.pk in named) for row, _ in pairs])
    unnamed = {row.name for row, _ in pairs if row.pk not in named}
    printed = {
        person.label: person.category
        for content in conclusions
        for person in content.respondents
    }
    return {
        label: contents.Respondent(
            key=f"respondent-{number}", name=label, category=printed[label]
        )
        for number, (label, (row, _)) in enumerate(zip(labels, pairs, strict=True), 1)
        if row.pk in named and label in printed and label not in unnamed
    }


def _comments(
    conclusions: Iterable[ConclusionContent], people: dict[str, contents.Respondent]
) -> tuple[contents.Comment, ...]:
    """Return the comments whose text is printed, as the editions print them."""
    merged: dict[str, contents.Comment] = {}
    for content in conclusions:
        for question in (*content.questions, None):
            for comment in question.comments if question else content.comments:
                printed = _comment(comment, content, people)
                printed = dataclasses.replace(
                    printed, question=question.key if question else ""
                )
                merged[comment.key] = _merge_comments(merged.get(comment.key), printed)
    return tuple(comment for comment in merged.values() if comment.text)


def _comment(
    comment: published.Comment,
    content: ConclusionContent,
    people: dict[str, contents.Respondent],
) -> contents.Comment:
    labels = [content.respondents[index].label for index in comment.respondents]
    return contents.Comment(
        key=comment.key,
        question="",
        from_=tuple(dict.fromkeys(people[n].key for n in labels if n in people)),
        text=comment.text,
        response=comment.response,
        disposition=comment.disposition,
        concerns=comment.concerns,
    )


def _merge_comments(
    first: contents.Comment | None, second: contents.Comment
) -> contents.Comment:
    """Merge a comment as two conclusions print it; the second takes precedence."""
    if first is None:
        return second
    merged = {
        field.name: getattr(second, field.name) or getattr(first, field.name)
        for field in dataclasses.fields(contents.Comment)
    }
    return contents.Comment(**merged)


def _changes(
    conclusions: Iterable[ConclusionContent],
    documents: Iterable[contents.Document],
    comments: Iterable[contents.Comment],
) -> tuple[contents.Change, ...]:
    clauses = {
        (document.code, clause.id)
        for document in documents
        for version in document.versions
        for _, clause in every_clause(version.clauses, ())
    }
    known = {document.code for document in documents}
    printed = {comment.key for comment in comments}
    changes = {c.key: c for content in conclusions for c in content.changes}
    return tuple(
        _change(change, printed, in_text=(change.document, change.clause) in clauses)
        for change in changes.values()
        if change.document in known
    )


def _change(
    change: published.Change, comments: set[str], *, in_text: bool
) -> contents.Change:
    because_of = tuple(key for key in change.because_of if key in comments)
    return contents.Change(
        key=change.key,
        document=change.document,
        reference=change.reference,
        description=change.description,
        rationale=change.rationale,
        because_of=because_of,
        clause=change.clause if in_text else "",
    )


# --- conclusions -------------------------------------------------------------------


def _conclusion(slug: str, content: ConclusionContent) -> contents.Conclusion:
    return contents.Conclusion(
        slug=slug,
        title=content.title,
        subtitle=content.subtitle,
        date=content.date,
        first_published=content.first_published,
        author=content.author,
        classification=content.classification,
        columns=content.columns,
        sections=tuple(map(_section, content.sections)),
        attachments=tuple(map(_attachment, content.attachments)),
    )


def _section(section: published.SectionContent) -> contents.Section:
    own = section.kind == "question"
    return contents.Section(
        heading=section.heading,
        kind=section.kind,
        text=section.text,
        document=section.document if section.kind == "changes" else "",
        question=section.question if own else "",
        tally=section.tally if own else None,
        table=section.table if own else None,
        sections=tuple(map(_section, section.sections)),
    )


def _attachment(attachment: published.AttachmentContent) -> contents.Attachment:
    file = ""
    if attachment.sha256:
        file = stored_name(attachment.sha256, attachment.filename)
    return contents.Attachment(
        title=attachment.title,
        kind=attachment.kind,
        document=attachment.document,
        file=file,
    )


def _commitments(
    conclusions: Iterable[ConclusionContent],
) -> tuple[contents.Commitment, ...]:
    commitments = {c.text: c for content in conclusions for c in content.commitments}
    return tuple(map(_commitment, commitments.values()))


def _commitment(commitment: published.CommitmentContent) -> contents.Commitment:
    """Return a commitment, with its dates parsed from their printed form."""
    day, _, done_by = commitment.done.partition(": ")
    done = parse_printed_date(day)
    return contents.Commitment(
        text=commitment.text,
        due=parse_printed_date(commitment.due),
        owner=commitment.owner,
        done=done if isinstance(done, dt.date) else None,
        done_by=done_by,
    )
