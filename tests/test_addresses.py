"""Every URL, method and role, checked against the access table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from consultations.access import ROLES_BY_ACTION, Action, Role
from consultations.background.workers import record_heartbeat
from consultations.editions import workflow
from consultations.editions.authorship import NO_AUTHORS
from consultations.editions.remarks import add_remark, section_headings
from consultations.models import (
    Commitment,
    ConsultationAttachment,
    DocumentVersion,
    Extension,
    GlossaryTerm,
    Passage,
    StoredFile,
)
from responses import row_types
from responses.editing import autosave
from responses.models import ConfirmedFinding, DraftFile
from tests.support.addresses import ADDRESSES, Address, Door
from tests.support.factories import (
    freeze,
    make_conclusion,
    make_document,
    make_user,
    publish_changes,
    release,
)
from tests.support.pages import answered_consultation, attach, publish

pytestmark = pytest.mark.django_db

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

VISITORS = ("nobody", *Role)
ON_ONE_DATABASE = {Role.APPROVER, Role.ADMINISTRATOR}
"""Visitors for whom no other rows are read than for a drafter."""
"""Somebody not logged in, somebody logged in without a role, and each role."""


def names(
    resolver: URLResolver, within: str = "", above: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield the full name and the path of every pattern below a resolver."""
    for pattern in resolver.url_patterns:
        path = f"{above}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield f"{within}{pattern.name or path}", path
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern, f"{within}{inner}", path)


EVERY = [name for name, _ in names(get_resolver())]
ADMINISTRATION = [name for name in EVERY if name.startswith(("admin:", "admin/"))]


@pytest.fixture
def world() -> dict[str, Any]:
    """Return one of everything that an address names."""
    record_heartbeat("worker")
    consultation = answered_consultation("walked", rows=1)
    conclusion = make_conclusion(consultation)
    attach(conclusion, b"words", "words.txt")
    ConsultationAttachment.objects.create(
        consultation=consultation,
        title="Words",
        file=StoredFile.objects.store(b"words"),
        filename="words.txt",
    )
    freeze(consultation)
    briefing = publish_changes(
        consultation,
        kind="briefing",
        file=StoredFile.objects.store(b"slides"),
        filename="slides.txt",
    )
    document = make_document()
    version = DocumentVersion.objects.create(
        document=document, key="designated", status="designated"
    )
    first = publish(conclusion)
    conclusion.subtitle = "Mended."
    conclusion.save()
    later = submitted_correction(conclusion)
    anchor = section_headings(later)[0][0]
    by = make_user(role="Approver")
    question = consultation.questions.get()
    file = DraftFile.objects.create(
        conclusion=conclusion,
        name="txt",
        state="ready",
        asked_by=by,
        asked_at=timezone.now(),
        finished_at=timezone.now(),
        file=StoredFile.objects.store(b"draft"),
        filename="DRAFT.txt",
    )
    return {
        "slug": "walked",
        "one": 1,
        "html": "html",
        "csv": "csv",
        "code": document.code,
        "version": version.key,
        "version_pk": version.pk,
        "text_sha256": release(version).file_id,
        "link": consultation.document_links.get().pk,
        "about": row_types.row_ref(question),
        "question": question.pk,
        "respondent": consultation.respondents.get().pk,
        "submission": consultation.respondents.get().submissions.get().pk,
        "comment": consultation.comments.get().key,
        "change": consultation.changes.get().key,
        "commitment": Commitment.objects.create(
            consultation=consultation, text="Soon.", due=dt.date(2030, 1, 1)
        ).pk,
        "term": GlossaryTerm.objects.create(
            consultation=consultation, short="DSP", long="Data Service Provider"
        ).pk,
        "passage": Passage.objects.create(
            title="Background", kind="background", text="Words.", owner=by
        ).pk,
        "section": conclusion.sections.all()[0].pk,
        "enclosure": conclusion.attachments.get().pk,
        "attachment": consultation.attachments.get().pk,
        "extension": Extension.objects.create(
            consultation=consultation,
            was=timezone.now() - dt.timedelta(days=7),
            until=timezone.now(),
            reason="Asked for.",
        ).pk,
        "notice": briefing.pk,
        "token": file.token,
        "filename": "DRAFT.txt",
        "edition": first.pk,
        "later_edition": later.pk,
        "remark": add_remark(later, anchor=anchor, text="Say when.", by=by).pk,
        "confirmation": ConfirmedFinding.objects.create(
            conclusion=conclusion,
            key="single-category:0",
            text="Only one respondent has the category.",
            reason="Everybody is named.",
            by=by,
            at=timezone.now(),
        ).pk,
        "uid": "MQ",
        "reset": "no-such-token",
    }


def submitted_correction(conclusion: Any) -> Any:
    from responses.analysis.conclusion_content import conclusion_content

    return workflow.submit_edition(
        conclusion,
        content=conclusion_content(conclusion, "A word was wrong."),
        authorship=NO_AUTHORS,
        blockers=[],
        by=make_user(role="Drafter"),
        correction="A word was wrong.",
        formats=("html", "txt", "json"),
    )


def visitor(name: str) -> User | None:
    if name == "nobody":
        return None
    return make_user(role="" if name == Role.PUBLIC else name)


def ask(
    client: Client, method: str, path: str, data: Mapping[str, object] | None = None
) -> tuple[int, HttpResponseBase]:
    """Request an address, and roll back its changes."""
    with transaction.atomic():
        response = client.generic(
            method,
            path,
            urlencode(data or {}),
            content_type="application/x-www-form-urlencoded",
        )
        transaction.set_rollback(True)
    return response.status_code, response


def expected(address: Address, method: str, who: str) -> set[str]:
    """Return the access outcomes allowed for a visitor, such as `in`."""
    if isinstance(address.who, Door):
        return expected_without_action(address, method, who)
    if method not in address.methods:
        return {"no such method"}
    action = address.posts if method == "POST" and address.posts else address.who
    if who in ROLES_BY_ACTION[action]:
        return {"in"}
    if who == "nobody":
        return {"send again" if method == "POST" else "log in"}
    return {"forbidden" if who in ROLES_BY_ACTION[Action.SEE_DESK] else "not found"}


def expected_without_action(address: Address, method: str, who: str) -> set[str]:
    """Return the same for an address that no action guards."""
    refused = {"log in", "confirm", "not found", "no such method", "forbidden"}
    if method not in {"GET", "POST"}:
        return refused | {"in"}
    if method not in address.methods:
        return refused
    if address.who == Door.ANYONE or (
        address.who == Door.LOGGED_IN and who != "nobody" and method != "POST"
    ):
        return {"in"}
    if address.who == Door.SWITCHED_ON:
        return {"not found"}
    return refused | ({"in"} if who != "nobody" else set())


def access_outcome(status: int, response: HttpResponseBase) -> str:
    """Return the access outcome of a response."""
    to = response.headers.get("Location", "")
    if to.startswith(("/accounts/login/", "/admin/login/")):
        return "log in"
    if to.startswith("/accounts/confirm/"):
        return "confirm"
    if status == 403 and b"Not saved yet" in getattr(response, "content", b""):
        return "send again"
    kept_out = {403: "forbidden", 404: "not found", 405: "no such method"}
    return kept_out.get(status, "in" if status < 400 else f"status {status}")


def test_every_url_name_is_in_the_table() -> None:
    known = set(ADDRESSES) | set(ADMINISTRATION)
    assert [name for name in EVERY if name not in known] == []


def test_table_has_only_existing_url_names() -> None:
    assert [name for name in ADDRESSES if name not in EVERY] == []


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(who, marks=[pytest.mark.once] if who in ON_ONE_DATABASE else [])
        for who in VISITORS
    ],
)
def test_access_matches_the_table_for_every_visitor(
    world: dict[str, Any], who: str
) -> None:
    wrong = []
    user = visitor(who)
    if user:
        autosave.save_draft(user, world["about"], {"text": ["Half"]}, page="/desk/")
    for name, address in ADDRESSES.items():
        path = reverse(name, args=[world[arg] for arg in address.args])
        for method in METHODS if who == Role.ADMINISTRATOR else ("GET", "POST"):
            client = Client()
            if user:
                client.force_login(user)
            sent = {key: world.get(value, value) for key, value in address.data.items()}
            answer = access_outcome(*ask(client, method, path, sent))
            if answer not in expected(address, method, who):
                wrong.append(f"{method} {name}: {answer}")
    assert wrong == []


@pytest.mark.parametrize("who", VISITORS)
def test_admin_is_for_administrators_only(who: str) -> None:
    client = Client()
    user = visitor(who)
    if user:
        client.force_login(user)
    answers = {
        path: access_outcome(*ask(client, "GET", f"/{path}"))
        for name, path in names(get_resolver())
        if name in ADMINISTRATION and "<" not in path and "(" not in path
    }
    assert answers
    inside = {path for path, answer in answers.items() if answer == "in"}
    if who == Role.ADMINISTRATOR:
        assert "admin/" in inside
    else:
        assert inside <= {"admin/logout/", "admin/password_change/", "admin/login/"}
