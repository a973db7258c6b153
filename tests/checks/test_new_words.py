"""What an opening, a notice or a release makes public is judged before it is public."""

from __future__ import annotations

import datetime as dt
import functools
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.audit.trail import broken_links
from consultations.legal_texts.releases import (
    approve_release,
    frozen_words,
    request_release,
    stored_words,
)
from consultations.models import (
    Clause,
    Consultation,
    ConsultationAttachment,
    ConsultationNotice,
    DocumentVersion,
    Question,
    StoredFile,
)
from consultations.record.new_words import notice_words, opening_words
from consultations.record.notice_decisions import approve_notice
from consultations.record.notices import request_notice
from consultations.timetable.opening import set_opening
from responses.checks.confirmations import confirm_words
from responses.checks.new_words import judge_new_words
from responses.consultation_file.loading import load_file
from responses.consultation_file.notation.errors import FileRefused
from responses.file_words import read_waiting_files
from responses.models import Answer, Respondent
from tests.checks.test_earlier_rounds import NAME, WORDS, follow
from tests.support.consultation_files import SMALL, altered, read_text
from tests.support.editions import approver, drafter, refusal
from tests.support.factories import (
    freeze,
    london,
    make_consultation,
    make_document,
    make_question,
    make_respondent,
    make_submission,
    store_read_file,
)
from tests.support.made_files import png, word
from tests.support.pages import Read, at, day, log_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def second() -> Consultation:
    """Return a consultation that is ready to open, after a round with a respondent."""
    row = make_consultation("second", opens_on=None, closes=at(10))
    make_question(row)
    follow(row)
    return row


PICTURE = "contains a picture, whose words cannot be read"


def attach(row: Consultation, file: StoredFile) -> None:
    ConsultationAttachment.objects.create(
        consultation=row, title="Plan", filename="a.txt", file=file
    )


def open_now(row: Consultation) -> Consultation:
    return set_opening(row, when=None, by=drafter())


def opening_refusal(row: Consultation) -> str:
    return refusal(lambda: open_now(row))


def confirm_all(words: Any) -> None:
    for finding in judge_new_words(words)[0]:
        assert finding.confirmation
        confirm_words(words.subject, finding, reason="<p>Judged.</p>", by=drafter())


# --- openings -------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["title", "summary", "slug"])
def test_opening_with_a_hidden_name_is_refused(
    second: Consultation, field: str
) -> None:
    value = "zork-quartzite" if field == "slug" else f"As {NAME} proposed."
    Consultation.objects.filter(pk=second.pk).update(**{field: value})
    assert "must not be named" in opening_refusal(second)
    fresh = Consultation.objects.get(pk=second.pk)
    assert not fresh.is_public()
    confirm_all(opening_words(fresh))
    assert open_now(fresh).is_public()
    event = fresh.events.get(kind="confirmed")
    assert "Reason: Judged." in event.summary
    assert broken_links(fresh) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("follows_title", f"Proposals of {NAME}"),
        ("follows_url", "https://zork-quartzite.example/proposals"),
    ],
)
def test_opening_with_a_hidden_name_in_an_earlier_consultation_is_refused(
    second: Consultation, field: str, value: str
) -> None:
    values = {"follows_title": "Proposals", field: value}
    Consultation.objects.filter(pk=second.pk).update(**values)
    assert "of the earlier consultation contains" in opening_refusal(second)


def test_opening_with_a_quotation_of_a_confidential_answer_is_refused(
    second: Consultation,
) -> None:
    answer_in_confidence(Respondent.objects.get())
    second.questions.update(text=f"<p>Do you agree that {WORDS}?</p>")
    assert "quotes a confidential answer" in opening_refusal(second)


def answer_in_confidence(person: Respondent) -> None:
    """Store a confidential answer of a respondent, with the WORDS."""
    question = make_question(person.consultation)
    Answer.objects.create(
        submission=person.submissions.get(),
        question=question,
        text=f"<p>If so, {WORDS}.</p>",
        confidential=True,
    )


def test_opening_with_a_hidden_name_in_a_title_of_a_document_is_refused(
    second: Consultation,
) -> None:
    second.documents.update(title=f"{NAME} Requirements")
    assert "The name of a document contains" in opening_refusal(second)


@pytest.mark.parametrize("field", ["key", "label", "text", "options", "refers_to"])
def test_opening_with_a_hidden_name_in_a_question_is_refused(
    second: Consultation, field: str
) -> None:
    value = "zork-quartzite" if field == "key" else NAME
    is_list = field in ("options", "refers_to")
    Question.objects.filter(consultation=second).update(
        **{field: [value] if is_list else value}
    )
    assert "must not be named" in opening_refusal(second)


def test_file_that_was_not_read_yet_prevents_the_opening(second: Consultation) -> None:
    attach(second, StoredFile.objects.store(b"A plan."))
    assert "has not been read yet" in opening_refusal(second)
    assert len(read_waiting_files()) == 1
    assert open_now(second).is_public()


def test_name_in_a_file_prevents_the_opening(second: Consultation) -> None:
    attach(second, store_read_file(f"As {NAME} proposed.".encode()))
    assert f"file of consultation attachment “Plan” contains “{NAME}”" in (
        opening_refusal(second)
    )


def test_unreadable_part_of_a_file_is_confirmed_with_a_reason(
    second: Consultation,
) -> None:
    attach(second, store_read_file(b"A plan.", unread=(PICTURE,)))
    assert "contains a picture" in opening_refusal(second)
    confirm_all(opening_words(second))
    assert open_now(second).is_public()


def test_first_round_opens_before_its_files_are_read() -> None:
    row = make_consultation("only", opens_on=None, closes=at(10))
    make_question(row)
    attach(row, StoredFile.objects.store(b"A plan."))
    assert open_now(row).is_public()


def test_name_in_a_consulted_text_prevents_the_opening(second: Consultation) -> None:
    version = DocumentVersion.objects.create(
        document=make_document(),
        key="consulted",
        status="consulted",
        consultation=second,
        public_from_opening_of=second,
    )
    Clause.objects.create(
        document_version=version, identity="c1", number="7", text=f"<p>{NAME}.</p>"
    )
    assert f"Clause 7 of S1SR consulted contains “{NAME}”" in opening_refusal(second)
    confirm_all(opening_words(second))
    Clause.objects.update(text=f"<p>{NAME} and others.</p>")
    assert "Clause 7" in opening_refusal(second)  # other words are judged anew


def test_opening_is_judged_again_when_it_is_set_again(second: Consultation) -> None:
    by, soon = drafter(), timezone.now() + dt.timedelta(days=2)
    row = set_opening(second, when=soon, by=by)
    row.summary = f"<p>As {NAME} proposed.</p>"
    row.save()
    later = soon + dt.timedelta(days=1)
    assert "must not be named" in refusal(lambda: set_opening(row, when=later, by=by))


def test_opening_page_lists_issues_and_confirms_one(
    client: Client, second: Consultation
) -> None:
    second.summary = f"<p>As {NAME} proposed.</p>"
    second.save()
    log_in(client, "Drafter")
    page = reverse("responses:opening", args=["second"])
    body = text_of(client.get(page))
    assert "Fix or confirm before opening" in body
    assert Read(body).faults == []
    (finding,) = judge_new_words(opening_words(second))[0]
    confirm = reverse("responses:confirm_opening_words", args=["second"])
    address = f"{confirm}?finding={finding.confirmation}"
    form = text_of(client.get(address))
    assert finding.text in form
    assert Read(form).faults == []
    assert client.post(address, {"reason": " "}).status_code == 200
    done = client.post(address, {"reason": "A party."}, follow=True)
    assert "Issue confirmed as not a problem." in text_of(done)
    assert "Reason: A party." in text_of(done)
    assert Read(text_of(done)).faults == []
    assert "Fix or confirm before opening" not in text_of(done)
    assert "Nothing to confirm" in text_of(client.get(address, follow=True))
    assert second.events.filter(kind="confirmed").count() == 1


# --- notices --------------------------------------------------------------------------


@pytest.fixture
def asked() -> Consultation:
    """Return an open consultation with a respondent who must not be named."""
    row = make_consultation("asked", opens_on=day(-10), closes=at(10))
    make_question(row)
    freeze(row)
    make_submission(make_respondent(row, NAME))
    return row


def request_briefing(
    row: Consultation, file: StoredFile | None = None, **values: Any
) -> ConsultationNotice:
    values = {"kind": "briefing", "text": "A webinar."} | values
    if file:
        values = {"file": file, "filename": "a.txt"} | values
    return request_notice(row, by=drafter(), **values)


def approval_refusal(notice: ConsultationNotice) -> str:
    return refusal(lambda: approve_notice(notice, by=approver(), sha256=notice.sha256))


def test_notice_whose_question_quotes_a_confidential_answer_is_not_approved(
    asked: Consultation,
) -> None:
    answer_in_confidence(Respondent.objects.get())
    asked.questions.filter(position=1).update(text=f"<p>Is it true that {WORDS}?</p>")
    notice = request_briefing(asked, kind="corrected", text="A word was unclear.")
    assert "quotes a confidential answer" in approval_refusal(notice)


def test_file_of_a_notice_is_judged_before_the_approval(asked: Consultation) -> None:
    slides = f"Slides for {NAME}.".encode()
    notice = request_briefing(asked, StoredFile.objects.store(slides))
    assert "has not been read yet" in approval_refusal(notice)
    assert len(read_waiting_files()) == 1
    assert f"The file of the notice contains “{NAME}”" in approval_refusal(notice)
    assert [each.confirmation for each in judge_new_words(notice_words(notice))[0]] == [
        ""
    ]


def test_file_of_a_notice_that_was_read_is_published(asked: Consultation) -> None:
    notice = request_briefing(asked, store_read_file(b"Slides."))
    approve_notice(notice, by=approver(), sha256=notice.sha256)
    assert notice.state == "approved"


def test_picture_in_the_file_of_a_notice_is_confirmed(
    asked: Consultation, client: Client
) -> None:
    file = store_read_file(b"Slides.", unread=(PICTURE,))
    notice = request_briefing(asked, file)
    log_in(client, "Approver")
    page = reverse("responses:notice", args=["asked", notice.pk])
    assert "Approve notice" not in text_of(client.get(page))
    assert "contains a picture" in approval_refusal(notice)
    confirm_all(notice_words(notice))
    assert "Approve notice" in text_of(client.get(page))
    approve_notice(notice, by=approver(), sha256=notice.sha256)


@pytest.mark.parametrize(
    "values",
    [
        {"text": f"As {NAME} asked."},
        {"filename": "zork-quartzite.txt"},
        {"text": f"One said: {WORDS}."},
    ],
    ids=["name", "file name", "confidential words"],
)
def test_notice_with_secret_words_cannot_be_requested(
    asked: Consultation, values: dict[str, Any]
) -> None:
    Answer.objects.create(
        submission=Respondent.objects.get(name=NAME).submissions.get(),
        question=Question.objects.get(consultation=asked),
        text=WORDS,
        confidential=True,
    )
    file = store_read_file(b"Slides.")
    request = functools.partial(request_briefing, asked, file, **values)
    assert refusal(request)
    assert not ConsultationNotice.objects.exists()


def test_wording_that_a_notice_changes_is_judged(asked: Consultation) -> None:
    Question.objects.filter(consultation=asked).update(text=f"<p>As {NAME} said?</p>")
    notice = request_notice(asked, kind="corrected", text="A word.", by=drafter())
    assert "Question 1 contains" in approval_refusal(notice)
    confirm_all(notice_words(notice))
    approve_notice(notice, by=approver(), sha256=notice.sha256)


def test_wording_that_is_public_already_is_not_judged_again() -> None:
    row = make_consultation("asked", opens_on=day(-10), closes=at(10))
    make_question(row, text=f"<p>As {NAME} said?</p>")
    freeze(row)
    make_submission(make_respondent(row, NAME))
    notice = request_briefing(row)
    approve_notice(notice, by=approver(), sha256=notice.sha256)


# --- releases -------------------------------------------------------------------------


def make_designated(text: str) -> DocumentVersion:
    version = DocumentVersion.objects.create(
        document=make_document(), key="designated", label="4.0", status="designated"
    )
    Clause.objects.create(
        document_version=version, identity="c1", number="1", text=f"<p>{text}</p>"
    )
    return version


def test_release_of_a_text_with_a_hidden_name_is_refused_until_confirmed(
    asked: Consultation, client: Client
) -> None:
    version = make_designated(f"{NAME} shall notify DCC.")

    def ask() -> Any:
        return request_release(version, by=drafter(), reason="Designated.")

    told = refusal(ask)
    assert "Clause 1 of S1SR 4.0 contains" in told
    assert "The respondent took part in the consultation “asked”." in told
    log_in(client, "Drafter")
    args = ["S1SR", version.pk]
    page = text_of(client.get(reverse("responses:version_release", args=args)))
    assert "Fix or confirm before the release" in page
    (finding,) = judge_new_words(stored_words(version))[0]
    address = reverse("responses:confirm_release_words", args=args)
    address += f"?finding={finding.confirmation}"
    client.post(address, {"reason": "A party to the code."})
    release = ask()
    approve_release(release, by=approver(), sha256=release.sha256)
    assert release.state == "approved"


def test_release_is_judged_again_at_its_approval(asked: Consultation) -> None:
    version = make_designated("Quilldale Power shall notify DCC.")
    release = request_release(version, by=drafter(), reason="Designated.")
    make_submission(make_respondent(asked, "Quilldale Power"))
    told = refusal(
        lambda: approve_release(release, by=approver(), sha256=release.sha256)
    )
    assert "“Quilldale Power”" in told
    confirm_all(frozen_words(release))
    approve_release(release, by=approver(), sha256=release.sha256)


def test_release_of_a_document_without_respondents_needs_no_judgement() -> None:
    release = request_release(
        make_designated(f"{NAME} shall notify DCC."), by=drafter(), reason="Designated."
    )
    approve_release(release, by=approver(), sha256=release.sha256)


# --- consultation files ---------------------------------------------------------------

BRIEFING = "{on: 2026-02-12 10:00, kind: briefing, text: Webinar., file: w.txt}"


def with_notice(notice: str) -> str:
    lines = f"  notices:\n    - {notice}\n  extensions:"
    return altered(("  extensions:", lines))


def hidden_name_of(text: str) -> str:
    """Return the name of a respondent of a file who is not named."""
    file = read_text(text).file
    return file.respondents[0].name


def test_notice_of_a_new_file_that_names_a_respondent_is_refused(
    tmp_path: Path,
) -> None:
    name = hidden_name_of(SMALL)
    (tmp_path / "w.txt").write_text(f"Slides for {name}.")
    with pytest.raises(FileRefused, match="The file of the notice contains"):
        load_file(read_text(with_notice(BRIEFING)), tmp_path)
    assert not Consultation.objects.exists()


def test_command_says_and_records_what_a_person_has_to_judge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = word("", {"word/media/a.png": png()})
    (tmp_path / "w.docx").write_bytes(content)
    file = tmp_path / "small.yaml"
    file.write_text(with_notice(BRIEFING.replace("w.txt", "w.docx")))
    call_command("load_consultation", file)
    assert "of the notice contains a picture" in capsys.readouterr().err
    events = Consultation.objects.get().events.filter(kind="loaded")
    assert "of the notice contains a picture" in events.order_by("number")[0].summary


def test_new_notice_of_an_update_is_judged_and_waits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = word("", {"word/media/a.png": png()})
    (tmp_path / "w.docx").write_bytes(content)
    file = tmp_path / "small.yaml"
    file.write_text(SMALL)
    call_command("load_consultation", file)
    capsys.readouterr()
    file.write_text(with_notice(BRIEFING.replace("w.txt", "w.docx")))
    call_command("load_consultation", file, update=True)
    assert "of the notice contains a picture" in capsys.readouterr().err
    notice = ConsultationNotice.objects.get()
    assert "contains a picture" in approval_refusal(notice)


def test_name_in_a_new_notice_of_an_update_is_refused(tmp_path: Path) -> None:
    load_file(read_text(SMALL), tmp_path)
    (tmp_path / "w.txt").write_text(f"Slides for {hidden_name_of(SMALL)}.")
    with pytest.raises(FileRefused, match="The file of the notice contains"):
        load_file(read_text(with_notice(BRIEFING)), tmp_path, update=True)
    assert not ConsultationNotice.objects.exists()


def test_opening_of_a_file_with_a_name_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = hidden_name_of(SMALL)
    file = tmp_path / "small.yaml"
    file.write_text(altered(("title: Broadcast interval", f"title: As {name} asked")))
    call_command("load_consultation", file)
    assert "The title of the consultation contains" in capsys.readouterr().err
    assert Consultation.objects.get().is_public(london("2026-02-10 10:00"))
