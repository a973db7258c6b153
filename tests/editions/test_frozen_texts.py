"""Texts of versions, frozen at submission and covered by the hash that is approved."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from consultations.editions.hashes import manifest, sha256
from consultations.editions.triggers import without_guards
from consultations.editions.verification import verify_everything
from consultations.models import (
    Clause,
    Conclusion,
    ConclusionAttachment,
    DocumentVersion,
    EditionText,
    StoredFile,
)
from tests.support.editions import make_published, make_submitted, refusal, submit
from tests.support.factories import make_conclusion, make_consultation, make_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def conclusion() -> Conclusion:
    return make_conclusion(make_consultation())


def make_version(conclusion: Conclusion, key: str = "concluded") -> DocumentVersion:
    version = DocumentVersion.objects.create(
        document=make_document(),
        key=key,
        status="concluded",
        consultation=conclusion.consultation,
    )
    Clause.objects.create(
        document_version=version, identity="c1", number="1", text="<p>First.</p>"
    )
    return version


def faults() -> str:
    return " ".join(verify_everything().faults)


def test_edition_without_texts_has_the_manifest_of_earlier_editions(
    conclusion: Conclusion,
) -> None:
    edition = make_submitted(conclusion)
    files = dict(edition.files.values_list("name", "file_id"))
    earlier = manifest(edition.content_sha256, files, {})
    assert b"texts" not in earlier
    assert edition.sha256 == sha256(earlier)


def test_hash_of_an_edition_covers_its_texts(conclusion: Conclusion) -> None:
    make_version(conclusion)
    edition = make_submitted(conclusion)
    files = dict(edition.files.values_list("name", "file_id"))
    (text,) = edition.texts.all()
    assert text.name == "S1SR/concluded"
    texts = {text.name: text.file_id}
    assert edition.sha256 == sha256(manifest(edition.content_sha256, files, texts))
    assert text.version_text().clauses[0].text == "<p>First.</p>"
    assert faults() == ""


def test_text_changed_after_submission_is_not_in_the_edition(
    conclusion: Conclusion,
) -> None:
    version = make_version(conclusion)
    edition = make_submitted(conclusion)
    version.clauses.update(text="<p>Second.</p>")
    assert edition.texts.get().version_text().clauses[0].text == "<p>First.</p>"


def test_only_conclusion_names_the_concluded_versions(conclusion: Conclusion) -> None:
    make_version(conclusion)
    other = DocumentVersion.objects.create(
        document=make_document(), key="elsewhere", status="concluded"
    )
    edition = make_submitted(conclusion)
    assert [text.document_version.key for text in edition.texts.all()] == ["concluded"]
    make_conclusion(conclusion.consultation, slug="second")
    second = make_submitted(conclusion.consultation.conclusions.get(slug="second"))
    assert list(second.texts.all()) == []
    assert not other.edition_texts.exists()


def test_attachments_name_both_versions_that_they_compare(
    conclusion: Conclusion,
) -> None:
    make_conclusion(conclusion.consultation, slug="second")
    one, other = make_version(conclusion, "one"), make_version(conclusion, "other")
    ConclusionAttachment.objects.create(
        conclusion=conclusion,
        title="Redline",
        kind="redline",
        document_version=one,
        against=other,
    )
    edition = make_submitted(conclusion)
    assert {text.name for text in edition.texts.all()} == {"S1SR/one", "S1SR/other"}


def test_correction_of_a_text_alone_can_be_submitted(conclusion: Conclusion) -> None:
    version = make_version(conclusion)
    make_published(conclusion)

    def again() -> object:
        return submit(conclusion, correction="A word was wrong.")

    assert "has not changed since edition 1" in refusal(again)
    version.clauses.update(text="<p>Second.</p>")
    again()


STATEMENTS = [
    "UPDATE consultations_editiontext SET label = '9.9'",
    "UPDATE consultations_editiontext SET name = 'S1SR/other'",
    "UPDATE consultations_editiontext SET clause_count = 7",
    "DELETE FROM consultations_editiontext",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_database_refuses_changes_of_texts(
    conclusion: Conclusion, statement: str
) -> None:
    make_version(conclusion)
    make_published(conclusion)
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_verify_names_changed_texts(conclusion: Conclusion, statement: str) -> None:
    make_version(conclusion)
    edition = make_published(conclusion)
    with without_guards(connection), connection.cursor() as cursor:
        cursor.execute(statement)
    assert f"(row {edition.pk})" in faults()


def test_database_refuses_a_text_added_to_a_published_edition(
    conclusion: Conclusion,
) -> None:
    edition = make_published(conclusion)
    version = make_version(conclusion)
    for is_in_manifest in (True, False):
        with (
            pytest.raises(IntegrityError, match="so no text can be added"),
            transaction.atomic(),
        ):
            EditionText.objects.create(
                edition=edition,
                document_version=version,
                file=StoredFile.objects.store(b"{}"),
                is_in_manifest=is_in_manifest,
                **EditionText.columns_of(version.as_text()),
            )


def test_verify_names_a_text_outside_every_manifest(conclusion: Conclusion) -> None:
    edition = make_published(conclusion)
    version = make_version(conclusion)
    with without_guards(connection):
        EditionText.objects.create(
            edition=edition,
            document_version=version,
            file=StoredFile.objects.store(b"{}"),
            is_in_manifest=False,
            **EditionText.columns_of(version.as_text()),
        )
    assert "the text S1SR/concluded of an edition (checksum" in faults()
