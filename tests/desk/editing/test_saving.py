"""Concurrent editing: conflicts, autosave, presence and removed rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultations.audit import history
from consultations.models import GlossaryTerm, Question
from consultations.models.base import Editable
from responses import row_types
from responses.desk.editing.saving import Edit
from responses.editing import autosave, presence
from responses.editing.forms import EditableForm, StaleForms, save_together
from responses.models import AutosavedForm, Comment, EditingSession
from tests.support.factories import (
    make_change,
    make_comment,
    make_consultation,
    make_question,
    make_user,
)
from tests.support.form_reading import form_with
from tests.support.pages import Read, log_in, text_of

pytestmark = pytest.mark.django_db


class QuestionText(EditableForm[Question]):
    class Meta:
        model = Question
        fields = ("label", "text")


def form_data(question: Question) -> dict[str, str]:
    """Return what the form, opened now, sends unchanged."""
    row = Question.objects.get(pk=question.pk)
    return {"label": row.label, "text": row.text, "shown": str(row.version)}


def posted(question: Question, data: dict[str, str]) -> QuestionText:
    sent = QueryDict(mutable=True)
    sent.update(data)
    form = QuestionText(sent, instance=Question.objects.get(pk=question.pk))
    assert form.is_valid(), form.errors
    return form


def save(question: Question, by: User, data: dict[str, str], **new: str) -> None:
    save_together([posted(question, {**data, **new})], by=by)


@pytest.fixture
def question() -> Question:
    return make_question(make_consultation(), text="Do you agree?")


@pytest.fixture
def ann() -> User:
    return make_user("ann", "Drafter")


@pytest.fixture
def ben() -> User:
    return make_user("ben", "Drafter")


# Saving


def test_current_form_is_saved(question: Question, ann: User) -> None:
    save(question, ann, form_data(question), text="Do you agree with it?")
    question.refresh_from_db()
    assert (question.text, question.version) == ("<p>Do you agree with it?</p>", 2)


def test_history_records_who_saved(question: Question, ann: User) -> None:
    save(question, ann, form_data(question), text="Do you agree with it?")
    assert question.history.first().history_user == ann


def test_unchanged_form_saves_nothing(question: Question, ann: User) -> None:
    save(question, ann, form_data(question))
    question.refresh_from_db()
    assert question.version == 1


def test_new_row_is_created(ann: User) -> None:
    row = Question(consultation=make_consultation(), key="q9")
    data = QueryDict(mutable=True)
    data.update({"label": "Question 9", "text": "Why?", "shown": "0"})
    form = QuestionText(data, instance=row)
    assert form.is_valid()
    save_together([form], by=ann)
    assert Question.objects.get(key="q9").label == "Question 9"


# Conflicts


def stale_save(question: Question, ann: User, ben: User, **new: str) -> StaleForms:
    """Return the error of Ben's save after Ann has saved another text."""
    before = form_data(question)
    save(question, ann, before, text="Do you agree with Ann?")
    with pytest.raises(StaleForms) as refused:
        save(question, ben, before, **(new or {"text": "Do you agree with Ben?"}))
    return refused.value


def test_stale_save_changes_nothing(question: Question, ann: User, ben: User) -> None:
    stale_save(question, ann, ben)
    question.refresh_from_db()
    assert question.text == "<p>Do you agree with Ann?</p>"


def test_conflict_names_who_saved(question: Question, ann: User, ben: User) -> None:
    (conflict,) = stale_save(question, ann, ben).conflicts
    assert conflict.by == ann


def test_conflict_shows_both_texts(question: Question, ann: User, ben: User) -> None:
    (conflict,) = stale_save(question, ann, ben).conflicts
    (field,) = conflict.fields
    assert ("Ann" in field.stored_html, "Ben" in field.typed_html) == (True, True)


def test_conflict_shows_word_comparison(
    question: Question, ann: User, ben: User
) -> None:
    (conflict,) = stale_save(question, ann, ben).conflicts
    compared = conflict.fields[0].comparison
    assert "<ins" in compared
    assert "<del" in compared
    assert "Do you agree with" in compared


def test_field_changed_only_by_other_is_shown_as_theirs(
    question: Question, ann: User, ben: User
) -> None:
    refused = stale_save(question, ann, ben, label="Question 1a")
    (conflict,) = refused.conflicts
    assert [(each.name, each.is_changed_by_user) for each in conflict.fields] == [
        ("text", False)
    ]


def test_same_change_by_both_is_no_conflict(
    question: Question, ann: User, ben: User
) -> None:
    before = form_data(question)
    save(question, ann, before, text="The same words.")
    save(question, ben, before, text="The same words.", label="Question 1a")
    question.refresh_from_db()
    assert question.label == "Question 1a"


def test_change_of_another_field_is_no_conflict(
    question: Question, ann: User, ben: User
) -> None:
    before = form_data(question)
    question.summary = "Added meanwhile."
    question.version = 2
    question.save()
    save(question, ben, before, text="Ben's words.")
    question.refresh_from_db()
    assert (question.summary, question.text) == (
        "<p>Added meanwhile.</p>",
        "<p>Ben's words.</p>",
    )


def test_stored_text_can_be_chosen(question: Question, ann: User, ben: User) -> None:
    stale_save(question, ann, ben)
    chosen = {**form_data(question), "text": "Ben's.", "label": "Question 1b"}
    save(question, ben, chosen, **{"keep-text": "stored"})
    question.refresh_from_db()
    assert (question.text, question.label) == (
        "<p>Do you agree with Ann?</p>",
        "Question 1b",
    )


def test_own_text_can_be_chosen(question: Question, ann: User, ben: User) -> None:
    stale_save(question, ann, ben)
    chosen = {**form_data(question), "text": "Ben's.", "keep-text": "mine"}
    save(question, ben, chosen)
    question.refresh_from_db()
    assert question.text == "<p>Ben's.</p>"


def test_unknown_version_is_a_conflict(question: Question, ben: User) -> None:
    with pytest.raises(StaleForms):
        save(question, ben, {**form_data(question), "shown": "77", "text": "Other."})


# Autosave


def autosaved_fields(user: User, about: str = "question:1") -> dict[str, Any]:
    fields: dict[str, Any] = AutosavedForm.objects.get(user=user, about=about).fields
    return fields


def test_typed_text_is_autosaved(client: Client) -> None:
    log_in(client, "Drafter")
    client.post(reverse("responses:unsaved"), {"about": "question:1", "text": "Half"})
    assert AutosavedForm.objects.get().fields["text"] == ["Half"]


def test_csrf_token_is_not_autosaved(client: Client, ann: User) -> None:
    autosave.save_draft(
        ann, "question:1", {"csrfmiddlewaretoken": ["x"], "text": ["Half"]}
    )
    assert autosaved_fields(ann) == {"text": ["Half"]}


def test_autosave_replaces_earlier_draft(ann: User) -> None:
    autosave.save_draft(ann, "question:1", {"text": ["Half"]})
    autosave.save_draft(ann, "question:1", {"text": ["Half a"]})
    assert autosaved_fields(ann) == {"text": ["Half a"]}


def test_draft_is_visible_to_its_author_only(ann: User, ben: User) -> None:
    autosave.save_draft(ann, "question:1", {"text": ["Half"]})
    assert autosave.load_draft(ben, "question:1") is None


def test_expired_draft_is_not_offered(ann: User) -> None:
    at = timezone.now() - autosave.DRAFT_LIFETIME - dt.timedelta(seconds=1)
    autosave.save_draft(ann, "question:1", {"text": ["Half"]}, at=at)
    assert autosave.load_draft(ann, "question:1") is None


def test_draft_can_be_discarded(client: Client) -> None:
    log_in(client, "Drafter")
    client.post(reverse("responses:unsaved"), {"about": "question:1", "text": "Half"})
    client.post(reverse("responses:discard_unsaved"), {"about": "question:1"})
    assert not AutosavedForm.objects.exists()


@pytest.mark.parametrize(
    "back", ["//elsewhere.example/desk/", "/desk//x", "https://e.example", "/desk/\\x"]
)
def test_discard_refuses_unsafe_redirect(client: Client, back: str) -> None:
    log_in(client, "Drafter")
    sent = {"about": "question:1", "back": back}
    response = client.post(reverse("responses:discard_unsaved"), sent)
    assert response.headers["Location"] == reverse("responses:desk")


@pytest.mark.parametrize("about", ["", "x" * 81, "a\x00b"])
def test_invalid_form_reference_returns_404(client: Client, about: str) -> None:
    log_in(client, "Drafter")
    response = client.post(reverse("responses:unsaved"), {"about": about})
    assert response.status_code == 404


# Presence of other editors


def test_other_editors_are_named(ann: User, ben: User) -> None:
    presence.touch_editing_session(ann, "question:1")
    assert [each.name for each in presence.other_editors(ben, "question:1")] == ["ann"]


def test_user_is_not_listed_as_own_editor(ann: User) -> None:
    presence.touch_editing_session(ann, "question:1")
    assert presence.other_editors(ann, "question:1") == []


def test_expired_editing_session_is_not_listed(ann: User, ben: User) -> None:
    then = timezone.now() - presence.SESSION_TIMEOUT - dt.timedelta(seconds=1)
    presence.touch_editing_session(ann, "question:1", at=then)
    assert presence.other_editors(ben, "question:1") == []


def test_resumed_editing_session_starts_anew(ann: User) -> None:
    now = timezone.now()
    presence.touch_editing_session(
        ann, "question:1", at=now - 2 * presence.SESSION_TIMEOUT
    )
    presence.touch_editing_session(ann, "question:1", at=now)
    assert EditingSession.objects.get().since == now


def test_editing_session_ends_on_save(ann: User, ben: User) -> None:
    presence.touch_editing_session(ann, "question:1")
    presence.end_editing_session(ann, "question:1")
    assert presence.other_editors(ben, "question:1") == []


def test_presence_page_names_other_editors(client: Client, ann: User) -> None:
    presence.touch_editing_session(ann, "question:1")
    log_in(client, "Drafter")
    response = client.get(reverse("responses:at_work", args=["question:1"]))
    assert "<b>ann</b>" in response.content.decode()


# Forms sent without log-in


def post_without_login(client: Client) -> str:
    address = reverse("responses:unsaved")
    response = client.post(address, {"about": "question:1", "text": "Half <b>a</b>"})
    assert response.status_code == 403
    return response.content.decode()


def test_form_sent_without_login_is_shown(client: Client) -> None:
    assert "Half &lt;b&gt;a&lt;/b&gt;" in post_without_login(client)


def test_form_sent_without_login_can_be_resent(client: Client) -> None:
    page = post_without_login(client)
    assert '<input type="hidden" name="text" value="Half &lt;b&gt;a' in page


def test_form_sent_without_login_is_not_stored(client: Client) -> None:
    post_without_login(client)
    assert not AutosavedForm.objects.exists()


def test_form_with_expired_csrf_token_can_be_resent() -> None:
    client = Client(enforce_csrf_checks=True)
    log_in(client, "Drafter")
    address = reverse("responses:unsaved")
    page = client.post(
        address, {"text": "Half"}, headers={"Origin": "http://testserver"}
    )
    assert "Send the form again" in page.content.decode()


def test_cross_site_form_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    log_in(client, "Drafter")
    address = reverse("responses:unsaved")
    page = client.post(
        address, {"text": "Half"}, headers={"Origin": "http://bad.example"}
    )
    assert "Half" not in page.content.decode()


# Removed rows


@pytest.fixture
def removed_term(client: Client) -> GlossaryTerm:
    """Return a term that Ben removed while the drafter had it open."""
    log_in(client, "Drafter")
    consultation = make_consultation("gone")
    term = GlossaryTerm.objects.create(
        consultation=consultation, short="ABC", long="As it was"
    )
    row = GlossaryTerm.objects.get(pk=term.pk)
    history.delete_all([row], by=make_user("ben", "Drafter"))
    return term


def post_to(client: Client, term: GlossaryTerm, **typed: str) -> Any:
    address = reverse("responses:term", args=["gone", term.pk])
    about = row_types.row_ref(term)
    return client.post(address, {"about": about, "shown": "1", **typed})


def test_form_for_removed_row_returns_410_with_input(
    client: Client, removed_term: GlossaryTerm
) -> None:
    answer = post_to(client, removed_term, long="My careful <b>words</b>")
    assert "My careful" in text_of(answer)
    assert answer.status_code == 410


def test_removed_row_page_names_remover_and_links_history(
    client: Client, removed_term: GlossaryTerm
) -> None:
    page = text_of(post_to(client, removed_term, long="Words"))
    assert "<b>ben</b> deleted Glossary term ABC" in page
    assert reverse("responses:history", args=[row_types.row_ref(removed_term)]) in page


def test_removed_row_page_has_no_markup_faults(
    client: Client, removed_term: GlossaryTerm
) -> None:
    assert Read(text_of(post_to(client, removed_term, long="Words"))).faults == []


def test_row_removed_during_save_shows_input(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in(client, "Drafter")
    term = make_consultation("gone").glossary.create(short="ABC", long="As it was")

    def quicker(row: Editable, **_: object) -> None:
        history.delete_all([GlossaryTerm.objects.get(pk=row.pk)])
        raise GlossaryTerm.DoesNotExist

    monkeypatch.setattr("responses.editing.forms.editable.save_if_current", quicker)
    answer = post_to(client, term, short="ABC", long="My words")
    assert "My words" in text_of(answer)


def test_removed_row_returns_404_without_role(removed_term: GlossaryTerm) -> None:
    reader = Client()
    reader.force_login(make_user())
    assert post_to(reader, removed_term, long="Words").status_code == 404


def test_draft_of_removed_row_is_readable(
    client: Client, removed_term: GlossaryTerm
) -> None:
    about = row_types.row_ref(removed_term)
    autosave.save_draft(
        User.objects.exclude(username="ben").get(),
        about,
        {"long": ["Kept words"]},
        page=f"/desk/consultations/gone/after/glossary/{removed_term.pk}/",
    )
    page = text_of(client.get(reverse("responses:recover", args=[about])))
    assert "Kept words" in page


def test_second_removal_names_first_remover(
    client: Client, removed_term: GlossaryTerm
) -> None:
    address = reverse("responses:remove_term", args=["gone", removed_term.pk])
    sent = {"shown": "1", "about": row_types.row_ref(removed_term)}
    assert "</b> deleted Glossary term" in text_of(client.post(address, sent))


# Messages after saving


class CommentText(EditableForm[Comment]):
    class Meta:
        model = Comment
        fields = ("text",)


def comment_edit(comment: Comment, **values: Any) -> tuple[Edit, list[Any]]:
    """Return the Edit of a comment's page and its form."""
    edit = Edit(row_types.row_ref(comment), lambda *_: [], lambda _: "", "", **values)
    return edit, [CommentText(instance=comment)]


@pytest.fixture
def comment() -> Comment:
    consultation = make_consultation("messages")
    return make_comment(consultation, make_question(consultation, label="Question 3"))


def test_message_after_saving_names_the_row(comment: Comment) -> None:
    edit, forms = comment_edit(comment)
    assert edit.message_after_saving(forms, "/") == "Comment Q3.1 saved."
    edit, forms = comment_edit(comment, success_message="{name} added.")
    assert edit.message_after_saving(forms, "/") == "Comment Q3.1 added."


def test_message_on_another_page_links_back_to_the_row(comment: Comment) -> None:
    edit, forms = comment_edit(comment, links_back=True)
    page = row_types.page_of(comment)
    assert edit.message_after_saving(forms, f"{page}?state=x") == "Comment Q3.1 saved."
    assert edit.message_after_saving(forms, "/desk/other/") == (
        f'Comment Q3.1 saved. <a href="{page}">Go back to Comment Q3.1</a>'
    )


def test_saved_and_deleted_rows_are_named_to_the_user(client: Client) -> None:
    log_in(client, "Drafter")
    term = make_consultation("said").glossary.create(short="<ABC>", long="A")
    address = reverse("responses:term", args=["said", term.pk])
    sent = {"short": "<ABC>", "long": "B", "shown": "1"}
    saved = text_of(client.post(address, sent, follow=True))
    assert "Glossary term &lt;ABC&gt; saved." in saved
    address = reverse("responses:remove_term", args=["said", term.pk])
    deleted = text_of(client.post(address, {"shown": "2"}, follow=True))
    assert "Glossary term &lt;ABC&gt; deleted." in deleted


# Forms sent twice


def new_term(client: Client, token: str) -> Any:
    make = reverse("responses:new_term", args=["twice"])
    return client.post(
        make, {"short": "ABC", "long": "A", "shown": "0", "idempotency_key": token}
    )


def test_new_row_form_sent_twice_creates_one_row(client: Client) -> None:
    log_in(client, "Drafter")
    make_consultation("twice")
    answers = [new_term(client, "a" * 32) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert GlossaryTerm.objects.count() == 1


def test_other_idempotency_key_is_a_new_request(client: Client) -> None:
    log_in(client, "Drafter")
    make_consultation("twice")
    new_term(client, "a" * 32)
    assert new_term(client, "b" * 32).status_code == 200  # the glossary has ABC


def test_new_row_form_has_idempotency_key(client: Client) -> None:
    log_in(client, "Drafter")
    make_consultation("twice")
    page = text_of(client.get(reverse("responses:new_term", args=["twice"])))
    assert len(form_with(page, "idempotency_key")["idempotency_key"][0]) == 32


def test_saved_new_row_is_not_autosaved(client: Client) -> None:
    log_in(client, "Drafter")
    make_consultation("twice")
    new_term(client, "a" * 32)
    sent = {"about": "term:new:1", "idempotency_key": "a" * 32, "long": "A"}
    client.post(reverse("responses:unsaved"), sent)
    assert not AutosavedForm.objects.exists()


# Recovered drafts


def autosave_new_change(client: Client) -> tuple[str, str]:
    """Autosave a new change; return its address and its page."""
    consultation = make_consultation("kept")
    about = make_comment(consultation)
    others = [make_comment(consultation) for _ in range(2)]
    address = reverse("responses:new_change", args=["kept"]) + f"?comment={about.key}"
    fields = form_with(text_of(client.get(address)), "description")
    fields |= {
        "description": ["Half a description"],
        "causes": [str(each.pk) for each in others],
        "own_initiative": [""],
    }
    client.post(
        reverse("responses:unsaved"),
        fields,
        headers={"HX-Current-URL": f"http://testserver{address}"},
    )
    return address, text_of(client.get(address))


def test_draft_of_new_row_is_offered_on_its_page(
    client: Client,
) -> None:
    log_in(client, "Drafter")
    address, page = autosave_new_change(client)
    assert f'href="{address[address.index("?") :]}&amp;recover=1"' in page


def test_multi_value_fields_are_recovered(client: Client) -> None:
    log_in(client, "Drafter")
    address, _ = autosave_new_change(client)
    fields = form_with(text_of(client.get(f"{address}&recover=1")), "description")
    assert (fields["description"], len(fields["causes"])) == (["Half a description"], 2)


def test_recover_page_redirects_to_the_form(client: Client) -> None:
    log_in(client, "Drafter")
    address, _ = autosave_new_change(client)
    about = AutosavedForm.objects.get().about
    answer = client.get(reverse("responses:recover", args=[about]))
    assert answer.headers["Location"] == f"{address}&recover=1"


def test_draft_equal_to_stored_row_is_deleted(client: Client) -> None:
    log_in(client, "Drafter")
    term = make_consultation("kept").glossary.create(short="ABC", long="A")
    user = User.objects.get()
    typed = {"short": ["ABC"], "long": ["A"], "shown": ["0"]}
    autosave.save_draft(user, row_types.row_ref(term), typed)
    client.get(reverse("responses:term", args=["kept", term.pk]))
    assert not AutosavedForm.objects.exists()


# The conflict page


def conflict_on_a_term(client: Client, **typed: str) -> str:
    """Return the page after Ann has changed both fields of a term meanwhile."""
    log_in(client, "Drafter")
    term = make_consultation("both").glossary.create(short="ABC", long="A")
    row = GlossaryTerm.objects.get()
    row.short, row.long = "ABD", "Ann's words"
    history.save_if_current(row, version=1, by=make_user("ann", "Drafter"))
    address = reverse("responses:term", args=["both", term.pk])
    return text_of(client.post(address, {"shown": "1", **typed}))


def test_conflict_page_shows_both_texts_and_other_user(client: Client) -> None:
    page = conflict_on_a_term(client, short="ABC", long="My words")
    assert "<b>ann</b> saved changes" in page
    assert "Ann’s words" in page or "Ann&#x27;s words" in page or "Ann's words" in page
    assert "My words" in page


def test_conflict_page_defaults_to_stored_for_unchanged_fields(client: Client) -> None:
    page = conflict_on_a_term(client, short="ABC", long="My words")
    fields = form_with(page, "long")
    assert (fields["keep-short"], fields["keep-long"]) == (["stored"], ["mine"])


def test_conflict_page_saves_chosen_texts(client: Client) -> None:
    fields = form_with(conflict_on_a_term(client, short="ABC", long="Mine"), "long")
    term = GlossaryTerm.objects.get()
    client.post(reverse("responses:term", args=["both", term.pk]), fields)
    term.refresh_from_db()
    assert (term.short, term.long) == ("ABD", "Mine")


def test_conflict_page_saves_edited_text(client: Client) -> None:
    fields = form_with(conflict_on_a_term(client, short="ABC", long="Mine"), "long")
    fields |= {"keep-long": ["stored"], "long": ["Ann's words and mine"]}
    term = GlossaryTerm.objects.get()
    client.post(reverse("responses:term", args=["both", term.pk]), fields)
    term.refresh_from_db()
    assert (term.short, term.long) == ("ABD", "Ann's words and mine")


def test_stored_choice_survives_validation_error(client: Client) -> None:
    fields = form_with(conflict_on_a_term(client, short="ABC", long="Mine"), "long")
    term = GlossaryTerm.objects.get()
    address = reverse("responses:term", args=["both", term.pk])
    refused = text_of(client.post(address, fields | {"long": [""]}))
    again = form_with(refused, "long")
    assert again["short"] == ["ABD"]
    client.post(address, again | {"long": ["Mine"]})
    term.refresh_from_db()
    assert (term.short, term.long) == ("ABD", "Mine")


def test_draft_of_one_page_is_not_offered_on_another(client: Client) -> None:
    consultation = make_consultation("about")
    log_in(client, "Drafter")
    user = User.objects.get()
    details = reverse("responses:details", args=["about"])
    deadline = reverse("responses:deadline", args=["about"])
    half = form_with(text_of(client.get(details)), "title") | {"title": ["Half a"]}
    autosave.save_draft(user, row_types.row_ref(consultation), half, page=details)
    page = text_of(client.get(deadline))
    assert "You have unsaved changes" not in page
    client.post(deadline, form_with(page, "closes_date"))
    assert "You have unsaved changes" in text_of(client.get(details))


@pytest.mark.parametrize(
    ("name", "args", "sent"),
    [
        ("order_changes", ["about"], {"row": "x"}),
        ("order_changes", ["about"], {"row": "9" * 5000}),
        ("order_questions", ["about"], {"row": "9" * 5000}),
        ("restore", ["question:1"], {"history": "9" * 5000, "shown": "1"}),
    ],
)
def test_invalid_number_returns_404(
    client: Client, name: str, args: list[str], sent: dict[str, str]
) -> None:
    make_consultation("about")
    log_in(client, "Drafter")
    address = reverse(f"responses:{name}", args=args)
    assert client.post(address, sent).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/documents/%00/",
        "/desk/documents/%00/",
        "/desk/consultations/about/comments/%00/",
        "/desk/consultations/about/responses/?after=%00",
        "/desk/consultations/about/responses/?after=%01",
        "/desk/consultations/about/new-change/?comment=%7F",
    ],
)
def test_control_character_in_path_returns_404(client: Client, path: str) -> None:
    make_consultation("about")
    log_in(client, "Drafter")
    assert client.get(path).status_code == 404


def test_nul_is_removed_from_draft(client: Client) -> None:
    log_in(client, "Drafter")
    sent = {"about": "term:new:1", "idempotency_key": "\0", "te\0xt": "Ha\0lf"}
    assert client.post(reverse("responses:unsaved"), sent).status_code == 200
    assert AutosavedForm.objects.get().fields == {"text": ["Half"]}


def test_nul_idempotency_key_is_ignored(client: Client) -> None:
    make_consultation("twice")
    log_in(client, "Drafter")
    assert new_term(client, "\0").status_code == 302


@pytest.mark.parametrize("digits", ["9" * 5000, "\u0663"])
def test_invalid_row_id_returns_404(client: Client, digits: str) -> None:
    log_in(client, "Drafter")
    address = reverse("responses:history", args=[f"question:{digits}"])
    assert client.get(address).status_code == 404


def test_conflicting_causes_default_to_stored(client: Client) -> None:
    log_in(client, "Drafter")
    consultation = make_consultation("causes")
    first, second = make_comment(consultation), make_comment(consultation)
    change = make_change(consultation, because_of=(first,))
    address = reverse("responses:change", args=["causes", change.key])
    mine = form_with(text_of(client.get(address)), "description")
    theirs = dict(mine) | {"causes": [str(first.pk), str(second.pk)]}
    client.post(address, theirs)
    page = text_of(client.post(address, mine | {"description": ["My words."]}))
    assert form_with(page, "description")["keep-causes"] == ["stored"]


def test_file_must_be_chosen_again_after_error(client: Client) -> None:
    log_in(client, "Drafter")
    make_consultation("files")
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.7")
    address = reverse("responses:new_term", args=["files"])
    page = text_of(client.post(address, {"short": "", "file": file}))
    assert "Choose plan.pdf again" in page


def test_concurrently_changed_row_is_not_removed(client: Client) -> None:
    log_in(client, "Drafter")
    term = make_consultation("both").glossary.create(short="ABC", long="A")
    history.save_if_current(GlossaryTerm.objects.get(), version=1, by=None)
    address = reverse("responses:remove_term", args=["both", term.pk])
    answer = client.post(address, {"shown": "1"})
    assert "ABC has been changed by someone else" in text_of(answer)


def test_missing_input_is_asked_for_by_name() -> None:
    form = QuestionText({"label": "", "text": "", "shown": ""}, instance=Question())
    assert form.errors["label"] == ["Enter the label."]
