"""Synchronising respondents, submissions, comments and changes with a file."""

from __future__ import annotations

from consultations.models import ClauseChange
from responses.consultation_file import contents
from responses.consultation_file.tables import truncate_to_minute, values_for_row
from responses.consultation_file.to_rows.consultation import SavedQuestions
from responses.consultation_file.to_rows.sync import (
    Sync,
    Values,
    lock_rows,
    pair_with_stored,
)
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    CommentSource,
    DCCResponse,
    Respondent,
    Submission,
)


def sync_responses(
    sync: Sync, file: contents.ConsultationFile, saved_questions: SavedQuestions
) -> None:
    """Store respondents, their responses, comments, and changes with their causes."""
    consultation = saved_questions.consultation
    respondents = sync.sync_rows(
        Respondent,
        {row.key: row for row in lock_rows(consultation.respondents.all())},
        {
            each.key: values_for_row(each, consultation_id=consultation.pk)
            for each in file.respondents
        },
    )
    _sync_submissions(sync, file, saved_questions, respondents)
    comments = sync.sync_rows(
        Comment,
        {row.key: row for row in lock_rows(consultation.comments.all())},
        {
            each.key: values_for_row(
                each,
                consultation_id=consultation.pk,
                question_id=saved_questions.question(each.question),
            )
            for each in file.comments
        },
    )
    _sync_sources(sync, file, saved_questions, respondents, comments)
    _sync_responses(sync, file, saved_questions, comments)
    changes = sync.sync_rows(
        ClauseChange,
        {row.key: row for row in lock_rows(consultation.changes.all())},
        {
            each.key: values_for_row(
                each,
                consultation_id=consultation.pk,
                document_id=saved_questions.document(each.document),
            )
            for each in file.changes
        },
    )
    _sync_causes(sync, file, saved_questions, changes, comments)


def _sync_submissions(
    sync: Sync,
    file: contents.ConsultationFile,
    saved_questions: SavedQuestions,
    respondents: dict[str, Respondent],
) -> None:
    received = Submission.objects.filter(
        respondent__consultation=saved_questions.consultation
    )
    rows = list(lock_rows(received.select_related("respondent")))
    numbers = pair_with_stored(
        [(row.respondent.key, truncate_to_minute(row.received)) for row in rows],
        [(each.respondent, each.received) for each in file.submissions],
        least=1,
    )
    submissions = sync.sync_rows(
        Submission,
        dict(enumerate(rows)),
        {
            number: values_for_row(
                each,
                respondent_id=respondents[each.respondent].pk,
                withdrawn_at=each.withdrawn.at if each.withdrawn else None,
                withdrawn_reason=each.withdrawn.reason if each.withdrawn else "",
            )
            for number, each in zip(numbers, file.submissions, strict=True)
        },
    )
    wanted: dict[tuple[int, int], Values] = {}
    for number, each in zip(numbers, file.submissions, strict=True):
        for answer in each.answers:
            key = (
                submissions[number].pk,
                saved_questions.questions[answer.question].pk,
            )
            wanted[key] = values_for_row(
                answer, submission_id=key[0], question_id=key[1]
            )
    answers = lock_rows(
        Answer.objects.filter(
            submission__respondent__consultation=saved_questions.consultation
        ).order_by("submission", "position", "pk")
    )
    stored = {(row.submission_id, row.question_id): row for row in answers}
    sync.sync_rows(Answer, stored, wanted, group=lambda key: key[0])


def _sync_sources(
    sync: Sync,
    file: contents.ConsultationFile,
    saved_questions: SavedQuestions,
    respondents: dict[str, Respondent],
    comments: dict[str, Comment],
) -> None:
    wanted: dict[tuple[int, int], Values] = {}
    for comment in file.comments:
        for key in comment.from_:
            pair = (comments[comment.key].pk, respondents[key].pk)
            wanted[pair] = {"comment_id": pair[0], "respondent_id": pair[1]}
    links = lock_rows(
        CommentSource.objects.filter(comment__consultation=saved_questions.consultation)
    )
    stored = {(link.comment_id, link.respondent_id): link for link in links}
    sync.sync_rows(CommentSource, stored, wanted, group=lambda key: key[0])


def _sync_responses(
    sync: Sync,
    file: contents.ConsultationFile,
    saved_questions: SavedQuestions,
    comments: dict[str, Comment],
) -> None:
    """Store responses; a comment without text and disposition has none."""
    wanted: dict[int, Values] = {
        comments[each.key].pk: {
            "comment_id": comments[each.key].pk,
            "text": each.response,
            "disposition": each.disposition,
        }
        for each in file.comments
        if each.response or each.disposition
    }
    rows = lock_rows(
        DCCResponse.objects.filter(comment__consultation=saved_questions.consultation)
    )
    sync.sync_rows(DCCResponse, {row.comment_id: row for row in rows}, wanted)


def _sync_causes(
    sync: Sync,
    file: contents.ConsultationFile,
    saved_questions: SavedQuestions,
    changes: dict[str, ClauseChange],
    comments: dict[str, Comment],
) -> None:
    wanted: dict[tuple[int, int], Values] = {}
    for change in file.changes:
        for key in change.because_of:
            pair = (changes[change.key].pk, comments[key].pk)
            wanted[pair] = {"change_id": pair[0], "comment_id": pair[1]}
    causes = lock_rows(
        ChangeCause.objects.filter(change__consultation=saved_questions.consultation)
    )
    stored = {(cause.change_id, cause.comment_id): cause for cause in causes}
    sync.sync_rows(ChangeCause, stored, wanted, group=lambda key: key[0])
