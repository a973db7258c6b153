"""The edition workflow: permissions, preconditions and recorded facts."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace

import pytest
from django.contrib.auth.models import User

from consultations.documents.conclusion.compose import compose
from consultations.documents.conclusion.content import (
    AttachmentContent,
    SectionContent,
    without_publication,
)
from consultations.documents.conclusion.stored import read_content
from consultations.editions import workflow
from consultations.editions.classification import classification_blockers
from consultations.editions.workflow import Refusal
from consultations.models import Conclusion, Edition, StoredFile
from tests.support.editions import (
    approver,
    drafter,
    make_approved,
    make_content,
    make_published,
    make_submitted,
    refusal,
    submit,
)
from tests.support.factories import make_conclusion, make_consultation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def conclusion() -> Conclusion:
    return make_conclusion(make_consultation(slug="remote-2026"))


# --- submitting ---------------------------------------------------------------------


def test_submitted_edition_has_the_printed_content(conclusion: Conclusion) -> None:
    content = make_content(conclusion, responses=3)
    edition = submit(conclusion, content=content)
    printed = replace(content, responses=None)
    assert without_publication(edition.conclusion_content()) == printed


def test_edition_hash_covers_content_and_every_file(conclusion: Conclusion) -> None:
    edition = submit(conclusion)
    manifest = {
        "content": hashlib.sha256(edition.content.encode()).hexdigest(),
        "files": {file.name: file.file_id for file in edition.files.all()},
    }
    canonical = json.dumps(manifest, sort_keys=True, separators=(",", ":"))
    assert edition.sha256 == hashlib.sha256(canonical.encode()).hexdigest()


def test_resubmitted_content_has_same_hash(conclusion: Conclusion) -> None:
    first = submit(conclusion)
    workflow.reject_edition(first, by=approver(), sha256=first.sha256, remarks="No.")
    assert submit(conclusion).sha256 == first.sha256


def test_edition_files_are_named_after_conclusion(conclusion: Conclusion) -> None:
    edition = submit(conclusion)
    names = {file.name: file.filename for file in edition.files.all()}
    assert names == {
        "html": "remote-2026-edition-1.html",
        "txt": "remote-2026-edition-1.txt",
        "json": "remote-2026-edition-1.json",
    }


def test_json_file_contains_content_and_document(conclusion: Conclusion) -> None:
    edition = submit(conclusion)
    stored = json.loads(bytes(edition.files.get(name="json").file.content))
    content = read_content(json.dumps(stored["content"]))
    assert content == edition.conclusion_content()
    assert edition.document() == compose(content)
    assert stored["document"]["title"] == conclusion.title


def test_attachments_are_files_of_the_edition(conclusion: Conclusion) -> None:
    stored = StoredFile.objects.store(b"<script>alert(1)</script>")
    content = make_content(
        conclusion,
        sections=(SectionContent("Attachments", "attachments"),),
        attachments=(
            AttachmentContent("No file yet", "clean"),
            AttachmentContent("Matrix", "matrix", "", "m.html", 25, stored.sha256),
        ),
    )
    file = submit(conclusion, content=content).files.get(name="attachments/2")
    assert (file.filename, file.file_id) == ("m.html", stored.sha256)
    assert file.media_type == "application/octet-stream"


def test_attachment_with_missing_file_is_refused(conclusion: Conclusion) -> None:
    content = make_content(
        conclusion,
        sections=(SectionContent("Attachments", "attachments"),),
        attachments=(AttachmentContent("Matrix", "matrix", "", "m.pdf", 1, "f" * 64),),
    )
    reasons = refusal(lambda: submit(conclusion, content=content))
    assert (
        reasons == "The file of attachment 1, Matrix, is missing. Add the file again."
    )


def test_blockers_refuse_submission(conclusion: Conclusion) -> None:
    reasons = refusal(lambda: submit(conclusion, blockers=["Comment k1 is open."]))
    assert reasons == "Comment k1 is open."
    assert not Edition.objects.exists()


def test_refusal_gives_each_reason_once(conclusion: Conclusion) -> None:
    content = make_content(conclusion, classification="")
    blockers = classification_blockers(content)
    reasons = refusal(lambda: submit(conclusion, content=content, blockers=blockers))
    assert reasons == " ".join(blockers)


def test_submission_with_pending_edition_is_refused(conclusion: Conclusion) -> None:
    submit(conclusion)
    assert "A draft for approval is in progress" in refusal(lambda: submit(conclusion))


def test_conclusion_can_be_resubmitted_after_rejection(conclusion: Conclusion) -> None:
    first = submit(conclusion)
    workflow.reject_edition(
        first, by=approver(), sha256=first.sha256, remarks="Not yet."
    )
    assert submit(conclusion).state == Edition.State.SUBMITTED


@pytest.mark.parametrize("found", ["DCC Controlled", "Not for the Public", ""])
def test_non_public_classification_is_refused(
    conclusion: Conclusion, found: str
) -> None:
    content = make_content(conclusion, classification=found)
    reasons = refusal(lambda: submit(conclusion, content=content))
    assert reasons.endswith("the classification to DCC Public or Public.")


def test_forbidden_html_is_refused(conclusion: Conclusion) -> None:
    reasons = refusal(lambda: submit(conclusion, words="<script>x</script>"))
    assert "<script> is not allowed here" in reasons


def test_content_of_another_consultation_raises_value_error(
    conclusion: Conclusion,
) -> None:
    other = make_conclusion(make_consultation())
    with pytest.raises(ValueError, match="does not belong"):
        submit(conclusion, content=make_content(other))


def test_later_draft_change_leaves_edition_unchanged(
    conclusion: Conclusion,
) -> None:
    edition = submit(conclusion)
    conclusion.title = "Another title"
    conclusion.save()
    edition.refresh_from_db()
    assert edition.conclusion_content().title != "Another title"


# --- deciding -----------------------------------------------------------------------


def both_roles() -> User:
    return make_user(role="Administrator")


def test_submitter_with_every_role_cannot_approve() -> None:
    administrator = both_roles()
    edition = make_submitted(by=administrator)
    reasons = refusal(
        lambda: workflow.approve_edition(
            edition, by=administrator, sha256=edition.sha256
        )
    )
    assert reasons == "You submitted this edition, so another person must approve it."


def test_submitter_with_every_role_cannot_reject() -> None:
    administrator = both_roles()
    edition = make_submitted(by=administrator)
    assert "so another person must approve it" in refusal(
        lambda: workflow.reject_edition(
            edition, by=administrator, sha256=edition.sha256, remarks="No."
        )
    )


def test_approval_of_stale_hash_is_refused() -> None:
    edition = make_submitted()
    reasons = refusal(
        lambda: workflow.approve_edition(edition, by=approver(), sha256="0" * 64)
    )
    assert "Review this edition before you decide." in reasons


def test_sign_off_records_user_time_and_hash() -> None:
    edition, by = make_submitted(), approver()
    sign_off = workflow.approve_edition(
        edition, by=by, sha256=edition.sha256, remarks="Good"
    )
    assert (sign_off.by, sign_off.sha256) == (by, edition.sha256)
    assert sign_off.at == edition.decided_at
    assert sign_off.remarks == "<p>Good</p>"


def test_rejection_needs_remarks() -> None:
    edition = make_submitted()
    assert "Enter a reason for returning the edition." in refusal(
        lambda: workflow.reject_edition(
            edition, by=approver(), sha256=edition.sha256, remarks=" "
        )
    )


def test_rejected_edition_cannot_be_approved() -> None:
    edition = make_submitted()
    workflow.reject_edition(
        edition, by=approver(), sha256=edition.sha256, remarks="No."
    )
    assert "the edition is returned" in refusal(
        lambda: workflow.approve_edition(edition, by=approver(), sha256=edition.sha256)
    )


def test_approved_edition_can_be_rejected_before_publication() -> None:
    edition = make_approved()
    workflow.reject_edition(
        edition, by=approver(), sha256=edition.sha256, remarks="Wait."
    )
    assert edition.state == Edition.State.REJECTED
    assert "cannot be published" in refusal(
        lambda: workflow.publish_edition(edition, by=approver())
    )


def test_second_approval_is_refused() -> None:
    edition = make_approved()
    assert "edition 1 is approved" in refusal(
        lambda: workflow.approve_edition(edition, by=approver(), sha256=edition.sha256)
    )


@pytest.mark.parametrize("role", ["", "Drafter"])
def test_only_approvers_decide_publish_and_withdraw(role: str) -> None:
    user = make_user(role=role)
    submitted = make_submitted()
    approved = make_approved(make_conclusion(make_consultation(slug="b")))
    published = make_published(make_conclusion(make_consultation(slug="c")))
    needs = "You need the role Approver or Administrator to "
    for attempt in (
        lambda: workflow.approve_edition(submitted, by=user, sha256=submitted.sha256),
        lambda: workflow.publish_edition(approved, by=user),
        lambda: workflow.withdraw_edition(published, by=user, reason="Why not."),
    ):
        assert refusal(attempt).startswith(needs)


@pytest.mark.parametrize("role", ["", "Approver"])
def test_only_drafters_submit(conclusion: Conclusion, role: str) -> None:
    user = make_user(role=role)
    assert "You need the role Drafter" in refusal(lambda: submit(conclusion, by=user))


def test_inactive_approver_cannot_approve() -> None:
    edition = make_submitted()
    gone = approver(is_active=False)
    assert "You need the role" in refusal(
        lambda: workflow.approve_edition(edition, by=gone, sha256=edition.sha256)
    )


# --- publishing -------------------------------------------------------------------


def test_unapproved_edition_cannot_be_published() -> None:
    edition = make_submitted()
    assert "This edition has not been approved yet." in refusal(
        lambda: workflow.publish_edition(edition, by=approver())
    )


def test_first_edition_has_number_1() -> None:
    edition, by = make_approved(), approver()
    workflow.publish_edition(edition, by=by)
    edition.refresh_from_db()
    assert (edition.state, edition.number, edition.published_by) == ("published", 1, by)


def test_publishing_leaves_files_unchanged() -> None:
    edition = make_approved()
    before = list(edition.files.values_list("name", "file_id"))
    workflow.publish_edition(edition, by=approver())
    assert list(edition.files.values_list("name", "file_id")) == before


def test_edition_is_published_at_given_time() -> None:
    at = dt.datetime(2026, 2, 16, 9, tzinfo=dt.UTC)
    edition = workflow.publish_edition(make_approved(), by=approver(), at=at)
    assert edition.published_at == at


def test_published_edition_cannot_be_published_again() -> None:
    edition = make_published()
    assert "edition 1 is published" in refusal(
        lambda: workflow.publish_edition(edition, by=approver())
    )


def test_stale_instance_cannot_be_published_twice() -> None:
    edition = make_approved()
    stale = Edition.objects.get(pk=edition.pk)
    workflow.publish_edition(edition, by=approver())
    assert "cannot be published" in refusal(
        lambda: workflow.publish_edition(stale, by=approver())
    )


def test_publication_blockers_match_refusal_reasons() -> None:
    edition, by = make_submitted(), drafter()
    shown = workflow.publication_blockers(edition, by=by)
    with pytest.raises(Refusal) as refused:
        workflow.publish_edition(edition, by=by)
    assert refused.value.reasons == shown
    assert len(shown) == 2
