"""Documents, versions and attachments of a consultation at the desk."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from consultations.models import (
    Consultation,
    ConsultationAttachment,
    DocumentVersion,
    RegulatedDocument,
    StoredFile,
)
from responses.models import FileWords
from tests.support.factories import (
    make_change,
    make_conclusion,
    make_consultation,
    make_document,
)
from tests.support.pages import (
    Read,
    future_consultation,
    log_in,
    open_consultation,
    queries,
    text_of,
)

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\nsome bytes"


@pytest.fixture
def about() -> Consultation:
    return future_consultation("about")


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def address(name: str, *args: object) -> str:
    return reverse(f"responses:{name}", args=args)


# Consulted documents


def codes(about: Consultation) -> list[str]:
    return [link.document.code for link in about.document_links.all()]


def test_added_documents_follow_existing_ones(
    staff: Client, about: Consultation
) -> None:
    new = [make_document(code) for code in ("B", "A")]
    sent = {"document": [str(each.pk) for each in new]}
    staff.post(address("add_documents", "about"), sent)
    assert codes(about) == ["S1SR", "A", "B"]


def test_already_added_document_is_not_added_again(
    staff: Client, about: Consultation
) -> None:
    sent = {"document": [str(make_document().pk)]}
    response = staff.post(address("add_documents", "about"), sent, follow=True)
    assert "Select the documents to add." in text_of(response)
    assert codes(about) == ["S1SR"]


def test_documents_are_reordered(staff: Client) -> None:
    about = make_consultation("about", documents=("A", "B", "C"))
    last = about.document_links.last()
    assert last is not None
    sent = {"row": str(last.pk), "step": "up"}
    staff.post(address("order_documents", "about"), sent)
    assert codes(about) == ["A", "C", "B"]


def post_removal(client: Client, about: Consultation) -> str:
    link = about.document_links.get()
    sent = {"row": str(link.pk)}
    to = address("remove_document", about.slug)
    return text_of(client.post(to, sent, follow=True))


def test_removed_document_link_keeps_the_document(
    staff: Client, about: Consultation
) -> None:
    post_removal(staff, about)
    assert codes(about) == []
    assert RegulatedDocument.objects.filter(code="S1SR").exists()


def test_document_with_changes_cannot_be_removed(
    staff: Client, about: Consultation
) -> None:
    make_change(about)
    assert "Delete the clause changes to the S1SR first: Clause 1.1." in post_removal(
        staff, about
    )


def test_document_of_a_section_cannot_be_removed(
    staff: Client, about: Consultation
) -> None:
    sections = make_conclusion(about).sections
    sections.create(kind="changes", heading="What changes", document=make_document())
    blocker = "Delete the section “What changes” on the S1SR first."
    assert blocker in post_removal(staff, about)


# Regulated documents


def document_form(**values: Any) -> dict[str, Any]:
    return {
        "code": "TMAD",
        "title": "Transition Approach",
        "reference": "",
        "kind": "text",
        "parent": "",
        "route": "secretary-of-state",
        "shown": "0",
        **values,
    }


def test_document_is_created(staff: Client) -> None:
    staff.post(address("new_regulated_document"), document_form())
    assert RegulatedDocument.objects.get().title == "Transition Approach"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("S1SR", "Another document has the short name “S1SR”."),
        ("A/B", "without a slash"),
        ("new", "“new” is reserved. Enter a different name."),
    ],
)
def test_invalid_short_name_is_refused(staff: Client, code: str, problem: str) -> None:
    make_document()
    response = staff.post(address("new_regulated_document"), document_form(code=code))
    assert problem in text_of(response)


def test_document_cannot_be_annexed_to_its_own_annex(staff: Client) -> None:
    above = make_document("A")
    middle = make_document("B", parent=above)
    below = make_document("C", parent=middle)
    sent = document_form(code="A", parent=str(below.pk), shown="1")
    staff.post(address("regulated_document", "A"), sent)
    above.refresh_from_db()
    assert above.parent is None


def test_versions_keep_their_order_of_entry(staff: Client) -> None:
    document = make_document()
    for key in ("v2", "v1"):
        sent = {"key": key, "label": "", "status": "consulted", "in_force": ""}
        staff.post(address("new_document_version", "S1SR"), {**sent, "shown": "0"})
    assert [version.key for version in document.versions.all()] == ["v2", "v1"]


def test_duplicate_version_key_is_refused(staff: Client) -> None:
    make_document().versions.create(key="v1", status="consulted")
    sent = {"key": "v1", "label": "", "status": "consulted", "in_force": ""}
    response = staff.post(
        address("new_document_version", "S1SR"), {**sent, "shown": "0"}
    )
    assert "S1SR already has a version “v1”." in text_of(response)


def test_version_is_edited(staff: Client) -> None:
    row = make_document().versions.create(key="v1", status="consulted")
    sent = {"key": "v1", "label": "1.0", "status": "designated"}
    sent |= {"in_force": "2026-07-26", "shown": "1"}
    staff.post(address("document_version", "S1SR", row.pk), sent)
    row.refresh_from_db()
    assert (row.label, row.status, str(row.in_force)) == (
        "1.0",
        "designated",
        "2026-07-26",
    )


def test_lists_show_clause_count_of_version(staff: Client) -> None:
    row = make_document().versions.create(key="v1", status="consulted")
    for number in ("1", "2"):
        row.clauses.create(identity=number, number=number)
    for name, args in (("regulated_documents", ()), ("regulated_document", ("S1SR",))):
        assert "2 clauses" in text_of(staff.get(address(name, *args)))


def test_documents_and_versions_are_listed_in_order(staff: Client) -> None:
    for code in ("B", "A"):
        make_document(code)
    for position, key in ((2, "later"), (1, "earlier")):
        make_document("A").versions.create(
            key=key, status="consulted", position=position
        )
    page = text_of(staff.get(address("regulated_documents")))
    places = [page.index(f">{word}<") for word in ("A", "earlier", "later", "B")]
    assert places == sorted(places)


def test_approver_has_read_only_document_list(client: Client) -> None:
    log_in(client, "Approver")
    make_document()
    page = text_of(client.get(address("regulated_documents")))
    assert "S1SR" in page
    assert address("regulated_document", "S1SR") not in page
    assert client.get(address("regulated_document", "S1SR")).status_code == 403


def test_document_list_query_count_is_constant(staff: Client) -> None:
    make_document().versions.create(key="v1", status="consulted")
    few = queries(lambda: staff.get(address("regulated_documents")))
    for number in range(10):
        document = make_document(f"D{number}", parent=make_document())
        DocumentVersion.objects.create(document=document, key="v", status="consulted")
    assert queries(lambda: staff.get(address("regulated_documents"))) == few


@pytest.mark.parametrize("name", ["regulated_document", "new_document_version"])
def test_document_pages_have_no_markup_faults(staff: Client, name: str) -> None:
    make_document().versions.create(key="v1", status="consulted")
    assert Read(text_of(staff.get(address(name, "S1SR")))).faults == []


# Attachments


def file(name: str = "SEC_Appendix_AM v16.pdf", content: bytes = PDF) -> Any:
    return SimpleUploadedFile(name, content)


def attach(client: Client, *files: Any) -> str:
    sent = {"files": list(files)}
    response = client.post(address("upload_attachments", "about"), sent, follow=True)
    assert response.status_code == 200
    return text_of(response)


def test_attached_file_gets_title_from_its_name(
    staff: Client, about: Consultation
) -> None:
    attach(staff, file())
    row = about.attachments.get()
    assert (row.title, row.filename) == (
        "SEC Appendix AM v16",
        "SEC_Appendix_AM v16.pdf",
    )


def test_words_of_attached_and_replaced_files_are_read_after_commit(
    staff: Client,
    about: Consultation,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        attach(staff, file("a.txt", b"one"))
    row = about.attachments.get()
    sent = {"title": "The text", "upload": file("b.txt", b"two"), "shown": "1"}
    with django_capture_on_commit_callbacks(execute=True):
        staff.post(address("attachment", "about", row.pk), sent)
    words = FileWords.objects.order_by("read_at").values_list("texts", flat=True)
    assert list(words) == [[["", "one"]], [["", "two"]]]


def test_attachment_checksum_and_public_address_are_shown(
    staff: Client, about: Consultation
) -> None:
    page = attach(staff, file())
    assert hashlib.sha256(PDF).hexdigest() in page
    assert "/consultations/about/attachments/1/" in page


def test_several_files_are_attached_at_once(staff: Client, about: Consultation) -> None:
    attach(staff, file("b.pdf"), file("a.pdf"))
    assert [row.filename for row in about.attachments.all()] == ["b.pdf", "a.pdf"]


def test_valid_files_are_attached_and_invalid_ones_reported(
    staff: Client, about: Consultation
) -> None:
    page = attach(staff, file("a.pdf"), file("b.exe"), file("c.pdf", b"no PDF"))
    assert [row.filename for row in about.attachments.all()] == ["a.pdf"]
    assert "“b.exe” is a .exe file" in page
    assert "“c.pdf” does not match its file extension" in page


def test_too_large_file_is_refused(
    staff: Client, about: Consultation, settings: Settings
) -> None:
    settings.MAX_ATTACHMENT_MB = 1
    page = attach(staff, file("a.pdf", PDF + b"x" * 1024 * 1024))
    assert "“a.pdf” is too large" in page
    assert not about.attachments.exists()


def test_duplicate_filename_is_refused(staff: Client, about: Consultation) -> None:
    attach(staff, file("a.pdf"))
    assert "“a.pdf” is already attached" in attach(staff, file("a.pdf", PDF + b"2"))
    assert about.attachments.count() == 1


def test_attaching_without_file_shows_error(staff: Client, about: Consultation) -> None:
    assert "Select at least one file" in attach(staff)


def attached(about: Consultation, filename: str = "a.pdf") -> ConsultationAttachment:
    return ConsultationAttachment.objects.create(
        consultation=about,
        title=filename,
        filename=filename,
        file=StoredFile.objects.store(PDF),
        position=about.attachments.count() + 1,
    )


def test_attachment_file_is_replaced(staff: Client, about: Consultation) -> None:
    row = attached(about)
    sent = {"title": "The text", "upload": file("b.pdf", PDF + b"2"), "shown": "1"}
    staff.post(address("attachment", "about", row.pk), sent)
    row.refresh_from_db()
    assert (row.title, row.filename, bytes(row.file.content)) == (
        "The text",
        "b.pdf",
        PDF + b"2",
    )


def test_title_edit_keeps_attachment_file(staff: Client, about: Consultation) -> None:
    row = attached(about)
    sent = {"title": "The text", "shown": "1"}
    staff.post(address("attachment", "about", row.pk), sent)
    row.refresh_from_db()
    assert (row.title, row.filename) == ("The text", "a.pdf")


def test_invalid_upload_leaves_attachment_unchanged(
    staff: Client, about: Consultation
) -> None:
    row = attached(about)
    sent = {"title": "The text", "upload": file("b.exe"), "shown": "1"}
    response = staff.post(address("attachment", "about", row.pk), sent)
    row.refresh_from_db()
    assert "is a .exe file" in text_of(response)
    assert (row.title, row.filename) == ("a.pdf", "a.pdf")


def test_stale_replacement_of_file_is_refused(
    staff: Client, about: Consultation
) -> None:
    row = attached(about)
    for number in ("2", "3"):
        upload = file("b.pdf", PDF + number.encode())
        sent = {"title": "a.pdf", "upload": upload, "shown": "1"}
        response = staff.post(address("attachment", "about", row.pk), sent)
    row.refresh_from_db()
    assert "Someone else saved changes" in text_of(response)
    assert bytes(row.file.content) == PDF + b"2"


def test_attachments_are_reordered(staff: Client, about: Consultation) -> None:
    attached(about)
    last = attached(about, "b.pdf")
    sent = {"row": str(last.pk), "step": "up"}
    staff.post(address("order_attachments", "about"), sent)
    assert [row.filename for row in about.attachments.all()] == ["b.pdf", "a.pdf"]


def test_attachment_is_removed(staff: Client, about: Consultation) -> None:
    row = attached(about)
    staff.post(address("remove_attachment", "about", row.pk), {"shown": "1"})
    assert not about.attachments.exists()


def test_public_consultation_says_that_changes_need_a_notice(
    staff: Client,
) -> None:
    open_consultation("about")
    page = text_of(staff.get(address("attachments", "about")))
    assert "Changes you save are not public until a notice is published." in page


def test_attachment_list_query_count_is_constant(
    staff: Client, about: Consultation
) -> None:
    attached(about)
    few = queries(lambda: staff.get(address("attachments", "about")))
    for number in range(10):
        attached(about, f"{number}.pdf")
    assert queries(lambda: staff.get(address("attachments", "about"))) == few


@pytest.mark.parametrize("name", ["attachment", "remove_attachment"])
def test_attachment_pages_have_no_markup_faults(
    staff: Client, about: Consultation, name: str
) -> None:
    row = attached(about)
    assert Read(text_of(staff.get(address(name, "about", row.pk)))).faults == []


def test_attachment_of_another_consultation_returns_404(
    staff: Client, about: Consultation
) -> None:
    row = attached(make_consultation("elsewhere"))
    assert staff.get(address("attachment", "about", row.pk)).status_code == 404
