"""Concurrent requests at the desk: 200 simultaneous saves lose no text."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from http.cookies import SimpleCookie

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.urls import reverse

from consultations.models import GlossaryTerm, Question
from responses.models import Respondent
from tests.support import sizes
from tests.support.factories import (
    make_consultation,
    make_document,
    make_question,
    make_user,
)
from tests.support.form_reading import form_with

RACES = sizes.count(40, whole=200)

pytestmark = pytest.mark.django_db(transaction=True)


class Editor:
    """Somebody at the desk with their own browser and connection."""

    def __init__(self, name: str, start: threading.Barrier) -> None:
        self.name = name
        self.start = start
        self.client = Client()
        self.client.force_login(make_user(name, "Drafter"))

    def send(self, address: str, typed: dict[str, str]) -> tuple[int, str]:
        """Post a form at the same moment as the other; return status and page."""
        self.start.wait(timeout=20)
        answer = self.client.post(address, typed)
        return answer.status_code, answer.content.decode()

    def leave(self) -> None:
        """Close the connection of this thread, and wait for the other to do so."""
        connections["default"].close()
        self.start.wait(timeout=20)


Editors = tuple[Editor, Editor]


@pytest.fixture
def editors() -> Editors:
    start = threading.Barrier(2, timeout=20)
    return Editor("ann", start), Editor("ben", start)


@pytest.fixture
def pool(editors: Editors) -> Iterator[ThreadPoolExecutor]:
    """Two threads, each with a connection of its own."""
    with ThreadPoolExecutor(2) as threads:
        yield threads
        for each in [threads.submit(editor.leave) for editor in editors]:
            each.result(timeout=30)


def both(
    pool: ThreadPoolExecutor,
    editors: Editors,
    address: str,
    forms: list[dict[str, str]],
) -> list[tuple[int, str]]:
    """Post two editors' forms at the same moment; return the responses."""
    sent = [
        pool.submit(editor.send, address, typed)
        for editor, typed in zip(editors, forms, strict=True)
    ]
    return [each.result(timeout=30) for each in sent]


def words(page: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", page))


@pytest.mark.soak
def test_concurrent_saves_lose_no_text(
    pool: ThreadPoolExecutor, editors: Editors
) -> None:
    consultation = make_consultation("race")
    term = GlossaryTerm.objects.create(
        consultation=consultation, short="ABC", long="As it began"
    )
    address = reverse("responses:term", args=["race", term.pk])
    wrong = []
    for number in range(RACES):
        shown = str(GlossaryTerm.objects.get().version)
        texts = [f"{editor.name} {number}" for editor in editors]
        forms = [{"short": "ABC", "long": text, "shown": shown} for text in texts]
        answers = both(pool, editors, address, forms)
        stored = GlossaryTerm.objects.get().long
        if sorted(status for status, _ in answers) != [200, 302]:
            wrong.append(f"{number}: {[status for status, _ in answers]}")
            continue
        winner = [status for status, _ in answers].index(302)
        page = words(answers[1 - winner][1])
        if stored != texts[winner] or not all(text in page for text in texts):
            wrong.append(f"{number}: {stored!r} is stored")
    assert wrong == []


def test_every_concurrent_save_is_in_history(
    pool: ThreadPoolExecutor, editors: Editors
) -> None:
    consultation = make_consultation("race")
    term = GlossaryTerm.objects.create(
        consultation=consultation, short="ABC", long="As it began"
    )
    address = reverse("responses:term", args=["race", term.pk])
    stored = {"As it began"}
    for number in range(20):
        shown = str(GlossaryTerm.objects.get().version)
        forms = [
            {"short": "ABC", "long": f"{editor.name} {number}", "shown": shown}
            for editor in editors
        ]
        both(pool, editors, address, forms)
        stored.add(GlossaryTerm.objects.get().long)
    history = GlossaryTerm.history.filter(id=term.pk)
    assert set(history.values_list("long", flat=True)) == stored
    assert history.count() == 21


def test_concurrent_reorder_keeps_text_and_version(
    pool: ThreadPoolExecutor, editors: Editors
) -> None:
    consultation = make_consultation("race")
    asked = [make_question(consultation) for _ in range(4)]
    order = reverse("responses:order_questions", args=["race"])
    last = asked[-1]
    page = reverse("responses:question", args=["race", last.pk])
    ann, ben = editors
    for number in range(20):
        form = form_with(ann.client.get(page).content.decode(), "text")
        typed = {name: values[0] for name, values in form.items()}
        typed["text"] = f"As ann has it, {number}"
        keys = [str(each.pk) for each in asked]
        moved = {"order": ",".join(keys[:: -1 if number % 2 else 1])}
        sent = [
            pool.submit(ann.send, page, typed),
            pool.submit(ben.send, order, moved),
        ]
        assert {each.result(timeout=60)[0] for each in sent} <= {200, 302}
    rows = Question.history.filter(id=last.pk).order_by("history_id")
    versions = list(rows.values_list("version", flat=True))
    assert len(versions) == len(set(versions))
    stored = Question.objects.get(pk=last.pk)
    newest = rows.last()
    assert newest is not None
    assert (newest.text, newest.version) == (stored.text, stored.version)


@pytest.mark.parametrize("name", ["add_documents", "upload_attachments"])
def test_concurrent_add_is_idempotent(
    pool: ThreadPoolExecutor, editors: Editors, name: str
) -> None:
    consultation = make_consultation("race")
    document = make_document("RACE")
    address = reverse(f"responses:{name}", args=["race"])

    def add(editor: Editor) -> int:
        editor.start.wait(timeout=20)
        file = SimpleUploadedFile("a.txt", b"Words.", "text/plain")
        sent = {"document": document.pk, "files": file}
        return editor.client.post(address, sent).status_code

    sent = [pool.submit(add, editor) for editor in editors]
    assert {each.result(timeout=60) for each in sent} <= {200, 302}
    links = consultation.document_links.filter(document=document).count()
    assert links + consultation.attachments.count() == 1


def test_concurrent_new_row_forms_create_one_row(
    pool: ThreadPoolExecutor, editors: Editors
) -> None:
    make_consultation("race")
    ann = editors[0]
    twin = Editor("twin", ann.start)
    twin.client.cookies = SimpleCookie(ann.client.cookies.output(header=""))
    address = reverse("responses:new_respondent", args=["race"])
    statuses = []
    for number in range(20):
        typed = {
            "name": f"Supplier {number}",
            "key": f"r{number}",
            "idempotency_key": f"{number:032}",
        }
        answers = both(pool, (ann, twin), address, [typed, typed])
        statuses += [status for status, _ in answers]
    assert statuses == [302] * 40
    assert Respondent.objects.count() == 20
