"""What came in, and what is said to it, in line with a file."""

from __future__ import annotations

from consultations.models import ClauseChange
from responses.consultation_file import contents
from responses.consultation_file.from_rows.read_rows import minute
from responses.consultation_file.to_rows.consultation import Asked
from responses.consultation_file.to_rows.sync import Sync, Values, held, paired
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    CommentSource,
    DCCResponse,
    Respondent,
    Submission,
)


def sync_received(sync: Sync, file: contents.ConsultationFile, asked: Asked) -> None:
    """Store respondents, their responses, comments, and changes with their causes."""
    consultation = asked.consultation
    respondents = sync.rows(
        Respondent,
        {row.key: row for row in held(consultation.respondents.all())},
        {each.key: _respondent(each, consultation.pk) for each in file.respondents},
    )
    _sync_submissions(sync, file, asked, respondents)
    comments = sync.rows(
        Comment,
        {row.key: row for row in held(consultation.comments.all())},
        {each.key: _comment(each, asked) for each in file.comments},
    )
    _sync_sources(sync, file, asked, respondents, comments)
    _sync_responses(sync, file, asked, comments)
    changes = sync.rows(
        ClauseChange,
        {row.key: row for row in held(consultation.changes.all())},
        {each.key: _change(each, asked) for each in file.changes},
    )
    _sync_causes(sync, file, asked, changes, comments)


def _respondent(respondent: contents.Respondent, consultation: int) -> Values:
    return {
        "consultation_id": consultation,
        "key": respondent.key,
        "name": respondent.name,
        "email": respondent.email,
        "category": respondent.category,
        "roles": list(respondent.roles),
        "represents": list(respondent.represents),
        "aliases": list(respondent.aliases),
    }


def _sync_submissions(
    sync: Sync,
    file: contents.ConsultationFile,
    asked: Asked,
    respondents: dict[str, Respondent],
) -> None:
    received = Submission.objects.filter(respondent__consultation=asked.consultation)
    rows = list(held(received.select_related("respondent")))
    numbers = paired(
        [(row.respondent.key, minute(row.received)) for row in rows],
        [(each.respondent, each.received) for each in file.submissions],
        least=1,
    )
    submissions = sync.rows(
        Submission,
        dict(enumerate(rows)),
        {
            number: _submission(each, respondents[each.respondent].pk)
            for number, each in zip(numbers, file.submissions, strict=True)
        },
    )
    wanted: dict[tuple[int, int], Values] = {}
    for number, each in zip(numbers, file.submissions, strict=True):
        for answer in each.answers:
            key = (submissions[number].pk, asked.questions[answer.question].pk)
            wanted[key] = _answer(answer, *key)
    answers = held(
        Answer.objects.filter(
            submission__respondent__consultation=asked.consultation
        ).order_by("submission", "position", "pk")
    )
    stored = {(row.submission_id, row.question_id): row for row in answers}
    sync.rows(Answer, stored, wanted, group=lambda key: key[0])


def _submission(submission: contents.Submission, respondent: int) -> Values:
    return {
        "respondent_id": respondent,
        "received": submission.received,
        "channel": submission.channel,
        "attribution": submission.attribution,
        "accepted": submission.accepted,
        "accepted_reason": submission.accepted_reason,
    }


def _answer(answer: contents.Answer, submission: int, question: int) -> Values:
    return {
        "submission_id": submission,
        "question_id": question,
        "stance": answer.stance,
        "choice": answer.choice,
        "text": answer.text,
        "confidential": answer.confidential,
    }


def _comment(comment: contents.Comment, asked: Asked) -> Values:
    return {
        "consultation_id": asked.consultation.pk,
        "key": comment.key,
        "question_id": asked.question(comment.question),
        "text": comment.text,
        "concerns": list(comment.concerns),
        "replies_to": comment.replies_to,
    }


def _sync_sources(
    sync: Sync,
    file: contents.ConsultationFile,
    asked: Asked,
    respondents: dict[str, Respondent],
    comments: dict[str, Comment],
) -> None:
    wanted: dict[tuple[int, int], Values] = {}
    for comment in file.comments:
        for key in comment.from_:
            pair = (comments[comment.key].pk, respondents[key].pk)
            wanted[pair] = {"comment_id": pair[0], "respondent_id": pair[1]}
    links = held(CommentSource.objects.filter(comment__consultation=asked.consultation))
    stored = {(link.comment_id, link.respondent_id): link for link in links}
    sync.rows(CommentSource, stored, wanted, group=lambda key: key[0])


def _sync_responses(
    sync: Sync,
    file: contents.ConsultationFile,
    asked: Asked,
    comments: dict[str, Comment],
) -> None:
    """Store responses; a comment without words or decision has none."""
    wanted: dict[int, Values] = {
        comments[each.key].pk: {
            "comment_id": comments[each.key].pk,
            "text": each.response,
            "disposition": each.disposition,
        }
        for each in file.comments
        if each.response or each.disposition
    }
    rows = held(DCCResponse.objects.filter(comment__consultation=asked.consultation))
    sync.rows(DCCResponse, {row.comment_id: row for row in rows}, wanted)


def _change(change: contents.Change, asked: Asked) -> Values:
    return {
        "consultation_id": asked.consultation.pk,
        "key": change.key,
        "document_id": asked.document(change.document),
        "reference": change.reference,
        "description": change.description,
        "rationale": change.rationale,
        "own_initiative": change.own_initiative,
        "clause": change.clause,
        "before": change.before,
        "after": change.after,
    }


def _sync_causes(
    sync: Sync,
    file: contents.ConsultationFile,
    asked: Asked,
    changes: dict[str, ClauseChange],
    comments: dict[str, Comment],
) -> None:
    wanted: dict[tuple[int, int], Values] = {}
    for change in file.changes:
        for key in change.because_of:
            pair = (changes[change.key].pk, comments[key].pk)
            wanted[pair] = {"change_id": pair[0], "comment_id": pair[1]}
    causes = held(ChangeCause.objects.filter(change__consultation=asked.consultation))
    stored = {(cause.change_id, cause.comment_id): cause for cause in causes}
    sync.rows(ChangeCause, stored, wanted, group=lambda key: key[0])
