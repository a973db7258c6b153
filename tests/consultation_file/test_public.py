"""`export_consultation --public`: the published content and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given, settings

from consultations.models import (
    Conclusion,
    ConclusionAttachment,
    Consultation,
    DocumentVersion,
    RegulatedDocument,
    StoredFile,
)
from responses.consultation_file.contents import ConsultationFile
from responses.consultation_file.exporting import export
from responses.consultation_file.loading import load_file
from responses.consultation_file.reading import read_file
from responses.consultation_file.writing import write_file
from responses.models import Answer, Comment, Respondent
from tests.support import sizes
from tests.support.consultation_files import (
    NOWHERE,
    SMALL,
    altered,
    load_text,
    read_text,
    undone,
)
from tests.support.factories import open_instead, release
from tests.support.file_strategies import consultation_files
from tests.support.pages import correct, publish, withdraw
from tests.support.slugs import rename

pytestmark = pytest.mark.django_db

SECRETS = (
    *("Rowanlea", "Rowan", "Saltmarsh", "saltmarsh.example", "far too short for us"),
    *("Quarrel Holdings", "SECRET-REASON", "SECRET-OWN", "SECRET-OUTCOME"),
    *(
        "SECRET-PROMISE",
        "SECRET-TERM",
        "r1",
        "r2",
        "aliases",
        "submissions",
        "received",
    ),
)
"""What is nobody's business in the file of `secretive`, published or not."""

AFTER_PUBLISHING = ("the interval is too short", "two hours", "An hour is too short")


def load_internal_details(*replacements: tuple[str, str]) -> Consultation:
    """Load the small file with a value in every internal field."""
    text = altered(
        ("aliases: [Rowan]", "aliases: [Rowan], represents: [Quarrel Holdings]"),
        (
            "    channel: email\n",
            "    accepted: true\n    accepted_reason: SECRET-REASON\n",
        ),
        (
            "    because_of: [k1]\n",
            "    because_of: [k1]\n    own_initiative: SECRET-OWN\n",
        ),
        ("{addressee: Secretary of State,", "{addressee: The Secretary of State,"),
        ("We will report.", "SECRET-PROMISE"),
        ("glossary: {BRD: Broadcast Requirements}", "glossary: {SECRET-TERM: x}"),
        *replacements,
    )
    load_text(text)
    release(DocumentVersion.objects.get(key="designated"))
    return Consultation.objects.get()


def public_text(consultation: Consultation) -> str:
    made = export(consultation, public=True)
    assert made.errors == ()
    return made.text


def test_unpublished_consultation_exposes_only_questions() -> None:
    text = public_text(load_internal_details())
    for secret in (*SECRETS, *AFTER_PUBLISHING, "Conclusion on", "Secretary", "r1"):
        assert secret not in text
    file = read_text(text).file
    assert [question.key for question in file.questions] == ["q1", "q2", "q3"]
    assert file.consultation.extensions
    assert not file.conclusions
    assert not file.designation


def test_published_conclusion_exposes_printed_content() -> None:
    consultation = load_internal_details()
    publish(Conclusion.objects.get())
    text = public_text(consultation)
    for secret in SECRETS:
        assert secret not in text
    for words in (*AFTER_PUBLISHING, "Conclusion on the Broadcast Interval"):
        assert words in text
    file = read_text(text).file
    assert file.comments[0].from_ == ()
    assert file.changes[0].because_of == ("k1",)
    assert file.conclusions[0].sections[0].heading == "Introduction"
    assert file.designation is not None
    assert file.commitments == ()
    assert file.glossary == ()


def test_public_file_has_the_present_short_names_of_documents() -> None:
    consultation = load_internal_details()
    publish(Conclusion.objects.get())
    before = read_text(public_text(consultation)).file
    rename(RegulatedDocument.objects.get(code="BRD"), "BRX")
    assert "BRD" not in re.findall(r"\w+", public_text(consultation))
    file = read_text(public_text(consultation)).file
    assert file.consultation.documents == ("BRX",)
    assert [each.code for each in file.documents] == ["BRX"]
    assert file.changes[0].document == "BRX"
    assert len(before.documents) == len(file.documents)


def test_respondent_details_are_absent_from_public_export() -> None:
    consultation = load_internal_details()
    publish(Conclusion.objects.get())
    data = public_text(consultation).encode()
    for person in Respondent.objects.all():
        words = [person.name, person.email, person.key, *person.aliases]
        for each in filter(None, [*words, *person.represents]):
            assert each.encode() not in data
    for answer in Answer.objects.exclude(text=""):
        assert answer.text.removeprefix("<p>").removesuffix("</p>").encode() not in data


def test_changes_since_publication_are_not_public() -> None:
    consultation = load_internal_details()
    publish(Conclusion.objects.get())
    before = public_text(consultation)
    comment = Comment.objects.get(key="k1")
    comment.text = "DRAFT"
    comment.save()
    comment.dcc_response.text = "DRAFT"
    comment.dcc_response.save()
    Conclusion.objects.update_or_create(defaults={"title": "DRAFT"})
    Comment.objects.create(consultation=consultation, key="k9", text="DRAFT")
    consultation.questions.update_or_create(key="q1", defaults={"summary": "DRAFT"})
    assert public_text(consultation) == before
    assert "DRAFT" not in before


def test_printed_commitments_and_glossary_are_public() -> None:
    sections = (
        "      - {heading: Promises, kind: commitments}\n"
        "      - {heading: Terms, kind: glossary}\n"
        "      - {heading: Attachments"
    )
    load_text(altered(("      - {heading: Attachments", sections)))
    publish(Conclusion.objects.get())
    file = read_text(public_text(Consultation.objects.get())).file
    assert file.commitments == read_text(SMALL).file.commitments
    assert file.glossary == (("BRD", "Broadcast Requirements"),)


NAMED = (
    ("    received: 2026-02-20 10:00\n",
     "    received: 2026-02-20 10:00\n    attribution: named\n"),
    ("    sections:\n", "    columns: [respondent, category, comment, response]\n"
     "    sections:\n"),
)  # fmt: skip


def test_consenting_respondent_is_named_with_category_only() -> None:
    consultation = load_internal_details(*NAMED)
    publish(Conclusion.objects.get())
    text = public_text(consultation)
    file = read_text(text).file
    (person,) = file.respondents
    assert (person.name, person.category) == (
        "Rowanlea Energy Limited",
        "Small Supplier",
    )
    assert file.comments[0].from_ == (person.key,)
    for secret in ("Saltmarsh", "aliases", "Quarrel", "far too short", "SECRET"):
        assert secret not in text


def test_respondent_not_named_in_edition_is_not_named() -> None:
    consultation = load_internal_details(NAMED[0])
    publish(Conclusion.objects.get())
    assert "Rowanlea" not in public_text(consultation)


def test_respondent_who_withdrew_consent_is_not_named() -> None:
    consultation = load_internal_details(*NAMED)
    publish(Conclusion.objects.get())
    submission = Respondent.objects.get(key="r1").submissions.get()
    submission.attribution = "anonymous"
    submission.save()
    assert "Rowanlea" not in public_text(consultation)


def test_withdrawn_conclusion_is_not_public() -> None:
    consultation = load_internal_details()
    withdraw(publish(Conclusion.objects.get()))
    text = public_text(consultation)
    assert not any(words in text for words in (*SECRETS, *AFTER_PUBLISHING))


def test_latest_corrected_edition_is_public() -> None:
    consultation = load_internal_details()
    correct(publish(Conclusion.objects.get()))
    (conclusion,) = read_text(public_text(consultation)).file.conclusions
    assert conclusion.subtitle == "Mended."


def test_two_conclusions_export_their_own_parts() -> None:
    second = (
        "conclusions:\n"
        "  - slug: second\n"
        "    title: Second conclusion\n"
        "    classification: Public\n"
        "    columns: [comment, disposition]\n"
        "    sections: [{heading: Analysis, kind: analysis}]\n"
    )
    consultation = load_internal_details(("conclusions:\n", second))
    publish(Conclusion.objects.get(slug="second"))
    file = read_text(public_text(consultation)).file
    assert [c.slug for c in file.conclusions] == ["second"]
    assert (file.comments[0].response, file.comments[0].disposition) == ("", "changed")
    assert file.changes == ()
    publish(Conclusion.objects.get(slug="broadcast-2026"))
    file = read_text(public_text(consultation)).file
    assert [c.slug for c in file.conclusions] == ["second", "broadcast-2026"]
    assert file.comments[0].response == "<p>We have changed it to two hours.</p>"
    assert file.comments[0].disposition == "changed"


def test_only_public_document_versions_are_exported() -> None:
    consultation = load_internal_details()
    versions = read_text(public_text(consultation)).file.documents[0].versions
    assert [version.key for version in versions] == ["designated"]
    assert DocumentVersion.objects.filter(key="concluded").exists()
    publish(Conclusion.objects.get())
    file = read_text(public_text(consultation)).file
    keys = [version.key for version in file.documents[0].versions]
    assert keys == ["designated", "concluded"]
    assert file.changes[0].clause == "2.1"


def test_attachments_are_exported_as_in_the_edition() -> None:
    consultation = load_internal_details()
    row = ConclusionAttachment.objects.get()
    row.file = StoredFile.objects.store(b"%PDF-1.7 first")
    row.filename = "first.pdf"
    row.save()
    publish(Conclusion.objects.get())
    first = row.file
    row.file = StoredFile.objects.store(b"%PDF-1.7 second")
    row.save()
    made = export(consultation, public=True)
    assert made.file_hashes == {"broadcast-2026-files/first.pdf": first.sha256}


def test_consultation_attachments_are_public(tmp_path: Path) -> None:
    (tmp_path / "text.pdf").write_bytes(b"%PDF-1.7")
    text = altered(
        ("opened: 2026-02-02",
         "opened: 2026-02-02\n  attachments: [{title: The text, file: text.pdf}]")
    )  # fmt: skip
    load_text(text, folder=tmp_path)
    made = export(Consultation.objects.get(), public=True)
    (attachment,) = read_text(made.text).file.consultation.attachments
    assert attachment.title == "The text"
    assert list(made.file_hashes) == [attachment.file]


@pytest.mark.parametrize(
    ("days", "time"),
    [(2, None), (0, dt.time.max), (None, None)],
    ids=["another day", "later today", "no day"],
)
def test_unopened_consultation_is_refused(
    days: int | None, time: dt.time | None
) -> None:
    consultation = load_internal_details()
    today = timezone.localdate()
    day = None if days is None else today + dt.timedelta(days=days)
    open_instead(consultation, opens_on=day, opens_at_time=time)
    with pytest.raises(CommandError, match="Consultation broadcast-2026 is not public"):
        call_command("export_consultation", "broadcast-2026", "--public")


def test_public_export_can_be_loaded_elsewhere() -> None:
    consultation = load_internal_details()
    annex = RegulatedDocument.objects.get(code="BRA")
    consultation.document_links.create(document=annex, position=1)
    publish(Conclusion.objects.get())
    text = public_text(consultation).replace("broadcast-2026", "copy-2026")
    assert load_text(text).creates
    copy = Consultation.objects.get(slug="copy-2026")
    shared = re.compile(r"^ +consultation: broadcast-2026\n", re.MULTILINE)
    assert shared.search(export(copy).text)
    assert shared.sub("", export(copy).text) == "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith("#")
    )


def test_public_export_starts_with_notice() -> None:
    assert public_text(load_internal_details()).startswith(
        "# This file contains published information only"
    )


@settings(max_examples=sizes.count(8, whole=60))
@given(consultation_files())
def test_unpublished_internal_data_is_never_public(
    file: ConsultationFile,
) -> None:
    day = dt.date(2026, 1, 5)
    opened = replace(file.consultation, opened=day, opens_at=None)
    given = replace(file, consultation=opened)
    with undone():
        load_file(read_file(write_file(given).encode()), NOWHERE)
        row = Consultation.objects.get(slug=file.consultation.slug)
        public = read_file(public_text(row).encode()).file
        assert {q.key: q for q in public.questions} == {
            q.key: type(q)(**{**vars(q), "summary": ""}) for q in file.questions
        }
        for internal in (
            *(public.respondents, public.submissions, public.comments, public.changes),
            *(public.conclusions, public.commitments, public.glossary),
        ):
            assert internal == ()
        assert public.designation is None
