"""The number and address of an edition: reserved, frozen, given back, never shared."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from consultations.documents.conclusion.content import Publication
from consultations.documents.diff.texts import compare_documents
from consultations.editions import submission, triggers, workflow
from consultations.editions.edition_verification import record_faults
from consultations.editions.freezing import freeze
from consultations.models import (
    Clause,
    Conclusion,
    ConclusionSection,
    DocumentVersion,
    Edition,
)
from responses.analysis.conclusion_content import conclusion_content
from tests.support.editions import (
    approver,
    make_approved,
    make_content,
    make_correction,
    make_published,
    make_submitted,
    refusal,
    submit,
)
from tests.support.factories import make_conclusion, make_consultation, make_document
from tests.support.sql import run

pytestmark = pytest.mark.django_db

SITE = "https://consult.example.org"


@pytest.fixture
def conclusion(settings: Any) -> Conclusion:
    settings.SITE_URL = SITE
    return make_conclusion(make_consultation(slug="remote-2026"))


def publication_of(edition: Edition) -> Publication:
    publication = edition.conclusion_content().publication
    assert publication is not None
    return publication


def stored_hashes(edition: Edition) -> dict[str, str]:
    return dict(edition.files.values_list("name", "file"))


def send_back(edition: Edition) -> None:
    workflow.reject_edition(
        edition, by=approver(), sha256=edition.sha256, remarks="Not yet."
    )


def test_number_address_and_contact_are_frozen_at_submission(
    conclusion: Conclusion,
) -> None:
    draft = Publication(f"{SITE}/desk/", contact="consultations@example.org")
    content = make_content(conclusion, publication=draft)
    edition = submit(conclusion, content=content)
    assert edition.number == 1
    assert publication_of(edition) == Publication(
        address=f"{SITE}/conclusions/remote-2026/editions/1/",
        edition=1,
        contact="consultations@example.org",
    )


def test_correction_freezes_its_number_and_reason(conclusion: Conclusion) -> None:
    edition = make_correction(make_published(conclusion), correction="Page 2.")
    frozen = publication_of(edition)
    assert (edition.number, frozen.edition) == (2, 2)
    assert frozen.correction == edition.correction == "<p>Page 2.</p>"
    text = bytes(edition.files.get(name="txt").file.content).decode()
    assert "Edition: 2 (corrects edition 1)\nCorrection: Page 2.\n" in text


def test_publication_changes_no_byte(conclusion: Conclusion) -> None:
    edition = make_approved(conclusion)
    before = edition.sha256, edition.number, stored_hashes(edition)
    workflow.publish_edition(edition, by=approver())
    edition.refresh_from_db()
    assert (edition.sha256, edition.number, stored_hashes(edition)) == before
    assert record_faults(edition) == []


@pytest.mark.parametrize("make", [make_submitted, make_approved])
def test_returned_number_is_reserved_again(make: Any, conclusion: Conclusion) -> None:
    first = make_published(conclusion)
    returned = make_correction(first)
    if make is make_approved:
        workflow.approve_edition(returned, by=approver(), sha256=returned.sha256)
    send_back(returned)
    returned.refresh_from_db()
    assert returned.number is None
    assert record_faults(returned) == []
    again = make_correction(first)
    assert (again.number, again.sha256) == (2, returned.sha256)


def test_renamed_conclusion_is_not_published_with_its_former_address(
    conclusion: Conclusion,
) -> None:
    edition = make_approved(conclusion)
    conclusion.slug = "access-2026"
    conclusion.save()
    edition.refresh_from_db()
    reasons = refusal(lambda: workflow.publish_edition(edition, by=approver()))
    assert f"{SITE}/conclusions/remote-2026/editions/1/" in reasons
    assert f"{SITE}/conclusions/access-2026/editions/1/" in reasons
    assert "Return the edition" in reasons
    send_back(edition)
    again = make_submitted(Conclusion.objects.get(pk=conclusion.pk))
    assert "/access-2026/" in publication_of(again).address


def test_edition_is_not_published_with_a_dead_link_to_a_text(
    conclusion: Conclusion,
) -> None:
    version = DocumentVersion.objects.create(
        document=make_document(), key="4.0", status="concluded"
    )
    Clause.objects.create(document_version=version, identity="c", text="<p>Words.</p>")
    conclusion.attachments.create(title="A", kind="clean", document_version=version)
    ConclusionSection.objects.create(conclusion=conclusion, kind="attachments")
    edition = make_approved(conclusion, content=conclusion_content(conclusion))
    assert workflow.publication_blockers(edition, by=approver()) == []
    version.key = "4.1"
    version.save()
    (reason,) = workflow.publication_blockers(edition, by=approver())
    assert f"Attachment 1 links to {SITE}/documents/S1SR/4.0/" in reason


def test_edition_published_during_submission_leaves_no_second_number(
    conclusion: Conclusion, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_published(conclusion)

    def freeze_slowly(*values: Any) -> Any:
        monkeypatch.undo()
        made = freeze(*values)
        other = make_correction(first, words="Words of another drafter.")
        workflow.approve_edition(other, by=approver(), sha256=other.sha256)
        workflow.publish_edition(other, by=approver())
        return made

    monkeypatch.setattr(submission, "freeze", freeze_slowly)
    reasons = refusal(lambda: make_correction(first, words="Other words."))
    assert "edition 2, but the next edition is 3" in reasons


def test_edition_of_earlier_release_gets_its_number_at_publication(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch, triggers.without_guards(connection):
        patch.setattr(submission, "reserve_edition", lambda _, content, __: content)
        edition = make_approved()
    assert (edition.number, edition.conclusion_content().publication) == (None, None)
    workflow.publish_edition(edition, by=approver())
    edition.refresh_from_db()
    assert (edition.number, record_faults(edition)) == (1, [])


def test_verify_names_a_number_that_the_content_does_not_print(
    conclusion: Conclusion,
) -> None:
    edition = make_published(conclusion)
    with triggers.without_guards(connection):
        run("UPDATE consultations_edition SET number = 7 WHERE id = %s", edition.pk)
    edition.refresh_from_db()
    assert any("“7”, but “1” in the content" in each for each in record_faults(edition))


def test_comparison_leaves_out_edition_and_addresses(conclusion: Conclusion) -> None:
    first = make_published(conclusion)
    second = make_correction(first, words="Better words.")
    changed = [
        each
        for each in compare_documents(first.document(), second.document())
        if each.state != "kept"
    ]
    assert [each.heading for each in changed] == ["Introduction"]


def test_unchanged_conclusion_is_refused_whatever_its_number(
    conclusion: Conclusion,
) -> None:
    first = make_published(conclusion)
    reasons = refusal(lambda: make_correction(first, words="Some words."))
    assert "has not changed since edition 1" in reasons


def test_pending_edition_is_not_public(client: Client, conclusion: Conclusion) -> None:
    edition = make_submitted(conclusion)
    for address in ("", "editions/1/", "editions/1.json"):
        response = client.get(f"/conclusions/remote-2026/{address}")
        assert response.status_code == 404
    assert not edition.is_public
