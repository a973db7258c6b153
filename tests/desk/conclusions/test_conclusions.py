"""Conclusions at the desk: outline, details and attachments."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoCaptureOnCommitCallbacks

from consultations.models import (
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    DocumentVersion,
)
from responses.conclusions.section_tree import every_section_below, tree_of
from responses.desk.conclusions.forms_conclusions import ColumnsField
from responses.models import FileWords
from tests.support.factories import (
    make_conclusion,
    make_consultation,
    make_document,
    make_question,
)
from tests.support.pages import (
    Read,
    answered_consultation,
    concluded,
    log_in,
    queries,
    text_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def about() -> Consultation:
    return make_consultation("about")


@pytest.fixture
def staff(client: Client) -> Client:
    return log_in(client, "Drafter")


def address(name: str, *args: object, of: str = "about") -> str:
    return reverse(f"responses:{name}", args=[of, *args])


def typed(**values: Any) -> dict[str, Any]:
    return {
        "title": "Conclusion on changes",
        "slug": "about",
        "date": "2026-02-16",
        "columns_0": "comment",
        "columns_1": "response",
        "outline": "usual",
        "shown": "0",
        **values,
    }


def create_conclusion(staff: Client, **values: Any) -> Conclusion:
    response = staff.post(address("new_conclusion"), typed(**values))
    assert response.status_code == 302, text_of(response)
    return Conclusion.objects.get(slug=values.get("slug", "about"))


def outline_of(conclusion: Conclusion) -> list[tuple[str, str]]:
    rows = every_section_below(tree_of(conclusion.sections.all()))
    return [(row.heading, row.kind) for row in rows]


# Creating


def test_new_form_proposes_title_and_slug(staff: Client, about: Consultation) -> None:
    page = text_of(staff.get(address("new_conclusion")))
    assert 'value="Conclusion on Changes to the S1SR"' in page
    assert 'name="slug" value="about"' in page


def test_proposed_slug_is_free(staff: Client, about: Consultation) -> None:
    make_conclusion(about)
    page = text_of(staff.get(address("new_conclusion")))
    assert 'name="slug" value="about-2"' in page


def test_usual_outline_creates_standard_sections(
    staff: Client, about: Consultation
) -> None:
    assert outline_of(create_conclusion(staff)) == [
        ("Introduction and Context", "text"),
        ("Consultation", "questions"),
        ("Respondents", "respondents"),
        ("Analysis of Responses", "analysis"),
        ("Summary of Changes to the S1SR", "changes"),
        ("Conclusions", "text"),
        ("Next Steps", "text"),
        ("Attachments", "attachments"),
    ]


def test_usual_outline_has_changes_section_per_document(staff: Client) -> None:
    make_consultation("about", documents=("S1SR", "MCD"))
    changes = create_conclusion(staff).sections.filter(kind="changes")
    assert [row.document and row.document.code for row in changes] == ["S1SR", "MCD"]


def test_created_section_has_history(staff: Client, about: Consultation) -> None:
    row = create_conclusion(staff).sections.get(kind="respondents")
    assert row.history.get().history_user.groups.get().name == "Drafter"


def test_empty_outline_creates_no_sections(staff: Client, about: Consultation) -> None:
    assert outline_of(create_conclusion(staff, outline="empty")) == []


def test_copied_outline_has_no_text(staff: Client, about: Consultation) -> None:
    other = make_conclusion(make_consultation("other"))
    new = create_conclusion(staff, outline=str(other.pk))
    assert outline_of(new) == outline_of(other)
    assert not new.sections.exclude(text="").exists()


def test_copied_changes_sections_refer_to_own_documents(
    staff: Client, about: Consultation
) -> None:
    consultation = make_consultation("other", documents=("MCD", "MSG"))
    other = make_conclusion(consultation, sections=())
    for position, code in enumerate(("MCD", "MSG")):
        ConclusionSection.objects.create(
            conclusion=other,
            heading=f"Changes to the {code}",
            kind="changes",
            document=make_document(code),
            position=position,
        )
    new = create_conclusion(staff, outline=str(other.pk))
    assert outline_of(new) == [("Summary of Changes to the S1SR", "changes")]


def test_question_sections_are_not_copied(staff: Client, about: Consultation) -> None:
    consultation = make_consultation("other")
    other = make_conclusion(consultation)
    ConclusionSection.objects.create(
        conclusion=other,
        kind="question",
        parent=other.sections.get(kind="analysis"),
        question=make_question(consultation),
    )
    new = create_conclusion(staff, outline=str(other.pk))
    assert not new.sections.filter(kind="question").exists()


def test_duplicate_slug_is_refused(staff: Client, about: Consultation) -> None:
    make_conclusion(about)
    response = staff.post(address("new_conclusion"), typed())
    assert "already exists" in text_of(response)


# Details


def test_columns_are_saved_in_order(staff: Client, about: Consultation) -> None:
    conclusion = make_conclusion(about)
    sent = typed(columns_0="response", columns_1="", columns_2="clause", shown="1")
    staff.post(address("conclusion_details"), sent)
    conclusion.refresh_from_db()
    assert conclusion.columns == ["response", "clause"]


def test_duplicate_column_is_refused(staff: Client, about: Consultation) -> None:
    make_conclusion(about)
    sent = typed(columns_0="comment", columns_1="comment", shown="1")
    response = staff.post(address("conclusion_details"), sent)
    assert "The column Comment is selected twice." in text_of(response)


def test_at_least_one_column_is_required(staff: Client, about: Consultation) -> None:
    make_conclusion(about)
    sent = typed(columns_0="", columns_1="", shown="1")
    response = staff.post(address("conclusion_details"), sent)
    assert "Select at least one column." in text_of(response)


def test_columns_field_ignores_empty_values_in_has_changed() -> None:
    field = ColumnsField()
    assert not field.has_changed(["comment"], ["", "comment", ""])
    assert field.has_changed(["comment"], ["response", "comment", ""])


def test_concurrently_chosen_columns_are_not_lost(
    staff: Client, about: Consultation
) -> None:
    conclusion = make_conclusion(about)
    page = address("conclusion_details")
    staff.post(page, typed(columns_1="clause", shown="1"))
    response = staff.post(page, typed(columns_1="answer", shown="1"))
    assert "Someone else saved changes" in text_of(response)
    sent = typed(columns_1="answer", shown="2") | {"keep-columns": "stored"}
    assert staff.post(page, sent).status_code == 302
    conclusion.refresh_from_db()
    assert conclusion.columns == ["comment", "clause"]


def test_slug_is_editable_before_publication(
    staff: Client, about: Consultation
) -> None:
    make_conclusion(about)
    response = staff.post(
        address("conclusion_details"), typed(slug="another", shown="1")
    )
    assert response.headers["Location"] == address("sections", of="another")


def test_slug_is_fixed_after_publication(staff: Client) -> None:
    conclusion = concluded("about").conclusion
    page = address("conclusion_details")
    assert "Cannot be changed: an edition has been" in text_of(staff.get(page))
    staff.post(page, typed(slug="another", shown=str(conclusion.version)))
    conclusion.refresh_from_db()
    assert conclusion.slug == "about"


# The list


def test_conclusion_list_shows_state(staff: Client, about: Consultation) -> None:
    concluded("answered")
    page = text_of(staff.get(address("conclusions", of="answered")))
    assert "Published" in page
    make_conclusion(about)
    assert "Draft" in text_of(staff.get(address("conclusions")))


def test_empty_conclusion_list_shows_message(
    staff: Client, about: Consultation
) -> None:
    assert "No conclusions." in text_of(staff.get(address("conclusions")))


def test_approver_is_not_offered_new_conclusion(
    client: Client, about: Consultation
) -> None:
    page = text_of(log_in(client, "Approver").get(address("conclusions")))
    assert "Create conclusion" not in page


# Attachments


NOTICE = b"%PDF-1.7 a notice"


def upload(name: str = "notice.pdf", content: bytes = NOTICE) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def attach(staff: Client, **values: Any) -> ConclusionAttachment:
    sent = {"title": "Draft Notice", "kind": "notice", "shown": "0", **values}
    response = staff.post(address("new_enclosure"), sent)
    assert response.status_code == 302, text_of(response)
    return ConclusionAttachment.objects.get(title=sent["title"])


@pytest.fixture
def conclusion(about: Consultation) -> Conclusion:
    return make_conclusion(about)


def test_file_is_attached(staff: Client, conclusion: Conclusion) -> None:
    row = attach(staff, filename=upload())
    assert row.file is not None
    assert (row.filename, bytes(row.file.content)) == ("notice.pdf", NOTICE)


def test_words_of_attached_file_are_read_after_commit(
    staff: Client,
    conclusion: Conclusion,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = attach(staff, filename=upload("a.txt", b"one"))
    assert FileWords.objects.get(file=row.file).texts == [["", "one"]]


def test_attachment_size_and_hash_are_shown(
    staff: Client, conclusion: Conclusion
) -> None:
    row = attach(staff, filename=upload())
    page = text_of(staff.get(address("enclosures")))
    assert str(row.file_id) in page
    assert "17 bytes" in page


def test_attachment_without_file_is_listed(
    staff: Client, conclusion: Conclusion
) -> None:
    assert attach(staff).file is None
    assert "No file" in text_of(staff.get(address("enclosures")))


def test_file_of_unknown_type_is_refused_with_reason(
    staff: Client, conclusion: Conclusion
) -> None:
    sent = {"title": "X", "kind": "other", "filename": upload("run.exe", b"MZ")}
    response = staff.post(address("new_enclosure"), sent)
    assert "“run.exe” is a .exe file" in text_of(response)


def test_file_with_mismatched_content_is_refused(
    staff: Client, conclusion: Conclusion
) -> None:
    sent = {"title": "X", "kind": "other", "filename": upload(content=b"MZ")}
    response = staff.post(address("new_enclosure"), sent)
    assert "does not match its file extension" in text_of(response)


def test_attachment_edit_keeps_the_file(staff: Client, conclusion: Conclusion) -> None:
    row = attach(staff, filename=upload())
    sent = {"title": "Notice", "kind": "notice", "shown": "1"}
    staff.post(address("enclosure", row.pk), sent)
    row.refresh_from_db()
    assert (row.title, row.filename) == ("Notice", "notice.pdf")
    assert row.file is not None


def test_new_upload_replaces_attached_file(
    staff: Client, conclusion: Conclusion
) -> None:
    row = attach(staff, filename=upload())
    before = row.file_id
    other = upload(content=b"%PDF-1.7 another")
    sent = {"title": "Draft Notice", "kind": "notice", "shown": "1", "filename": other}
    staff.post(address("enclosure", row.pk), sent)
    row.refresh_from_db()
    assert row.file_id != before


def test_stale_attachment_form_is_refused(
    staff: Client, conclusion: Conclusion
) -> None:
    row = attach(staff, filename=upload())
    page = address("enclosure", row.pk)
    staff.post(page, {"title": "First", "kind": "notice", "shown": "1"})
    response = staff.post(page, {"title": "Second", "kind": "notice", "shown": "1"})
    assert "Someone else saved changes" in text_of(response)
    kept = {"title": "Second", "kind": "other", "shown": "2"}
    staff.post(page, kept | {"keep-title": "stored", "keep-filename": "stored"})
    row.refresh_from_db()
    assert (row.title, row.kind, row.filename) == ("First", "other", "notice.pdf")


def make_version(code: str, key: str) -> DocumentVersion:
    return DocumentVersion.objects.create(
        document=make_document(code), key=key, status="concluded"
    )


def test_attachment_document_follows_from_its_version(
    staff: Client, conclusion: Conclusion
) -> None:
    row = attach(staff, document_version=str(make_version("S1SR", "4.1").pk))
    assert row.document == make_document("S1SR")


def test_versions_of_unrelated_documents_are_refused(
    staff: Client, conclusion: Conclusion
) -> None:
    version = make_version("ELSE", "1")
    sent = {"title": "X", "kind": "clean", "document_version": str(version.pk)}
    staff.post(address("new_enclosure"), sent)
    assert not conclusion.attachments.exists()


def test_redline_needs_versions_of_one_document(staff: Client) -> None:
    make_conclusion(make_consultation("about", documents=("S1SR", "MCD")))
    sent = {
        "title": "X",
        "kind": "redline",
        "document_version": str(make_version("S1SR", "4.1").pk),
        "against": str(make_version("MCD", "2").pk),
    }
    response = staff.post(address("new_enclosure"), sent)
    assert "is not a version of S1SR" in text_of(response)


def test_attachments_are_reordered_and_numbered(
    staff: Client, conclusion: Conclusion
) -> None:
    attach(staff, title="One")
    second = attach(staff, title="Two")
    staff.post(address("order_enclosures"), {"row": str(second.pk), "step": "up"})
    page = " ".join(text_of(staff.get(address("enclosures"))).split())
    assert page.index("Attachment 1: <a") < page.index(">Two</a>")
    assert page.index(">Two</a>") < page.index("Attachment 2: <a")


def test_attachments_are_reordered_by_drag(
    staff: Client, conclusion: Conclusion
) -> None:
    rows = [attach(staff, title=title) for title in ("One", "Two", "Three")]
    order = ",".join(str(rows[i].pk) for i in (2, 0, 1))
    staff.post(address("order_enclosures"), {"order": order})
    titles = conclusion.attachments.values_list("title", flat=True)
    assert list(titles) == ["Three", "One", "Two"]


def test_unlisted_attachments_are_warned_about(
    staff: Client, about: Consultation
) -> None:
    make_conclusion(about, sections=())
    attach(staff)
    assert "no section lists them" in text_of(staff.get(address("enclosures")))


def test_attachment_is_removed(staff: Client, conclusion: Conclusion) -> None:
    row = attach(staff, filename=upload())
    staff.post(address("remove_enclosure", row.pk), {"shown": "1"})
    assert not conclusion.attachments.exists()


def test_attachment_of_another_conclusion_returns_404(
    staff: Client, conclusion: Conclusion
) -> None:
    row = attach(staff)
    make_conclusion(make_consultation("other"))
    page = address("enclosure", row.pk, of="other")
    assert staff.get(page).status_code == 404


# Pages


def test_conclusion_pages_have_no_markup_faults(staff: Client) -> None:
    consultation = answered_consultation("about")
    make_conclusion(consultation)
    row = attach(staff, filename=upload())
    pages = [
        *(address(n) for n in ("conclusions", "new_conclusion", "conclusion_details")),
        *(address(n) for n in ("enclosures", "new_enclosure", "checks", "preview")),
        *(address(n, row.pk) for n in ("enclosure", "remove_enclosure")),
    ]
    faults = {page: Read(text_of(staff.get(page))).faults for page in pages}
    assert faults == {page: [] for page in pages}


def test_attachment_list_query_count_is_constant(
    staff: Client, conclusion: Conclusion
) -> None:
    def visit() -> int:
        return queries(lambda: staff.get(address("enclosures")))

    version = make_version("S1SR", "4.1")
    attach(staff, filename=upload(), document_version=str(version.pk))
    few = visit()
    for number in range(10):
        attach(
            staff,
            title=f"No. {number}",
            filename=upload(content=NOTICE + bytes([65 + number])),
            document_version=str(version.pk),
        )
    assert visit() == few
