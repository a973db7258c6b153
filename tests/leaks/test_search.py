"""Nothing confidential is in anything that the public can ask the site for."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.test import Client

from consultations.documents.formats import available_formats
from consultations.models import Consultation, Notice
from consultations.notifications.notices import send_waiting_notices
from consultations.views import home
from responses.consultation_file.writing import write_file
from tests.leaks import addresses
from tests.leaks.canaries import PUBLIC_MARKER, SECRET_MARKER, Canary
from tests.leaks.crawling import (
    ERRONEOUS,
    METHODS,
    VARIANTS,
    Search,
    Visitor,
    public_export,
    public_mail,
)
from tests.leaks.hiding import HIDING_PLACES
from tests.leaks.secrecy import SECRECY, Secrecy
from tests.leaks.world import World
from tests.support import sizes

pytestmark = [pytest.mark.each_database, pytest.mark.leaks, pytest.mark.long]

MIN_CHECKS = 100_000
LISTS = ("/", "/consultations/", "/documents/")
ADMINISTRATION = (
    "/desk/passages/",
    "/admin/",
    "/admin/auth/user/",
    "/admin/axes/accessattempt/",
    "/admin/consultations/notice/",
)
SHARED_PAGES = ("/desk/editions/", "/desk/history/", "/desk/draft-files/")
"""Pages of a consultation whose addresses do not name it."""

SHOWN_TO_NOBODY_ELSE = {
    *("responses.AutosavedForm.fields", "responses.AutosavedForm.page"),
    *("responses.IdempotencyKey.token", "responses.IdempotencyKey.address"),
    # Shown while a file is made, or when that has failed.
    *("responses.DraftFile.step", "responses.DraftFile.error"),
    *("axes.AccessAttempt.get_data", "axes.AccessAttempt.post_data"),
    "axes.AccessAttempt.http_accept",
    "config.LockoutNotice.username",
}
"""Fields that no page shows to an administrator."""


@pytest.fixture
def visitor(world: World) -> Visitor:
    return Visitor(Search(world.canaries.secrets, SECRET_MARKER))


# --- the search ---------------------------------------------------------------------


def test_public_finds_no_secret(
    world: World, visitor: Visitor, record_property: Callable[[str, object], None]
) -> None:
    chance = random.Random(sizes.SEED)
    answered = visitor.crawl(LISTS, limit=sizes.count(1_000, whole=100_000))
    for path in addresses.own_addresses():
        visitor.ask(path)
    limit = sizes.count(1, whole=60)
    for path in addresses.pattern_addresses(limit, chance):
        visitor.ask(path)
    ask_in_every_way(visitor, answered, chance)
    search_for_secrets(world, visitor, chance)
    for consultation in Consultation.objects.all():
        exported = visitor.search.find(public_export(consultation.slug))
        request = f"export_consultation {consultation.slug} --public"
        visitor.note(exported, request, consultation.slug)
    note_public_mail(visitor)

    record_property("figures", f"search for secrets: {visitor.describe()}")
    assert visitor.search.checks >= MIN_CHECKS
    assert set(visitor.statuses) >= {200, 302, 304, 400, 403, 404, 405}
    assert visitor.failures == []
    leaked = [str(leak) for leak in visitor.leaks()]
    assert not leaked, "\n".join(["The public can read secrets:", *leaked])


def ask_in_every_way(
    visitor: Visitor, answered: list[str], chance: random.Random
) -> None:
    """Ask pages that answer, and others, by every method and with every header."""
    for path in ERRONEOUS:
        visitor.ask(path)
        visitor.ask(path, variant="json")
    ways = [("GET", name) for name in VARIANTS] + [(name, "plain") for name in METHODS]
    asked = sizes.count(1, whole=len(ways))
    for path in answered:
        for method, variant in chance.sample(ways, min(asked, len(ways))):
            visitor.ask(path, method, variant)
    for path in addresses.with_queries(LISTS, ()):
        visitor.ask(path)
    for route in addresses.routes():
        path = route.fill(["1"] * len(route.expressions))
        method, variant = chance.choice(ways)
        visitor.ask(path, method, variant)


def search_for_secrets(world: World, visitor: Visitor, chance: random.Random) -> None:
    """Ask for secrets as search words; finding one tells as much as printing it.

    The page must not differ from that for a word which is nowhere.
    """
    secrets = sorted(world.canaries.secrets)
    words = chance.sample(secrets, sizes.count(20, whole=400))
    unknown = SECRET_MARKER + "x" * (len(words[0]) - len(SECRET_MARKER))
    reply = visitor.ask(f"/consultations/?q={unknown}")
    assert reply
    for word in words:
        source = world.canaries.secrets[word].source
        found = visitor.ask(f"/consultations/?q={word}")
        assert found
        found_body = found[1].replace(word.encode(), unknown.encode())
        assert found_body == reply[1], f"the search finds {source}"


def note_public_mail(visitor: Visitor) -> None:
    """Send what is queued, and note what goes to others than staff and mailboxes."""
    staff = set(User.objects.values_list("email", flat=True))
    staff |= set(Consultation.objects.values_list("mailbox", flat=True))
    staff |= set(Notice.objects.failed().values_list("to", flat=True))
    staff.add(settings.ORGANISATION["mailbox"])
    send_waiting_notices()
    for message in public_mail(staff):
        visitor.note(visitor.search.find(message), "an email")


def test_confidential_answers_have_no_row_and_no_category(world: World) -> None:
    published = world.rounds["published"]
    content = published.editions[0].conclusion_content()
    answering_in_confidence = {
        canary.word
        for canary in world.canaries.public.values()
        if canary.source
        == (
            "published: response answers in confidence",
            "responses.Respondent.category",
        )
    }
    assert answering_in_confidence
    people = dict(enumerate(content.respondents))
    without_category = {n for n, person in people.items() if not person.category}
    assert len(without_category) == 1  # the response given in confidence as a whole
    hidden = without_category | {
        n for n, person in people.items() if person.category in answering_in_confidence
    }
    rows = [answer.respondent for q in content.questions for answer in q.answers]
    assert rows
    assert not hidden & set(rows)


def test_every_pattern_is_asked() -> None:
    left_out = addresses.patterns_that_are_no_routes()
    unasked = {
        pattern
        for pattern in left_out
        if not any(re.search(f"/{pattern.lstrip('^')}", path) for path in ERRONEOUS)
    }
    assert left_out
    assert unasked == set(), (
        "declare addresses with path(), or add examples to ERRONEOUS in "
        "tests/leaks/crawling.py"
    )
    paths = {route.path for route in addresses.routes()}
    assert {"consultations/<slug:slug>/", "desk/", "admin/"} <= paths


# --- the world ----------------------------------------------------------------------


def test_secret_is_planted_in_every_field_that_can_hold_one(world: World) -> None:
    planted = {canary.field for canary in world.canaries.secrets.values()}
    wanted = {
        f"{label}.{name}"
        for label, names in SECRECY.items()
        for name, secrecy in names.items()
        if secrecy in (Secrecy.CONFIDENTIAL, Secrecy.WHEN_PUBLIC)
    }
    missing = sorted(wanted - planted)
    assert missing == [], (
        f"{', '.join(missing)}: no secret. Make a row with it in tests/leaks/world.py."
    )


# --- controls: the search can find ----------------------------------------------------


def test_public_words_are_found_in_every_format(world: World) -> None:
    edition = world.rounds["published"].editions[0]
    search = Search(world.canaries.public, PUBLIC_MARKER)
    found = {
        file.name: search.find(bytes(file.file.content))
        for file in edition.files.select_related("file")
    }
    printed = found["txt"]
    assert len(printed) >= 100
    for name in available_formats():
        assert printed - found[name] == set(), name
    attached = [words for name, words in found.items() if name not in found["txt"]]
    assert all(attached)


def test_public_words_are_found_on_public_pages(world: World) -> None:
    visitor = Visitor(Search(world.canaries.public, PUBLIC_MARKER))
    slug = world.rounds["published"].consultation.slug
    visitor.crawl([f"/consultations/{slug}/"], limit=sizes.count(30, whole=400))
    found = {canary.canary.field for canary in visitor.leaks()}
    for name in ("Consultation.title", "Question.text", "Extension.reason"):
        assert f"consultations.{name}" in found
    assert "consultations.StoredFile.content" in found


def test_administrator_finds_nearly_all_secrets(
    world: World, record_property: Callable[[str, object], None]
) -> None:
    """A sample asks for some pages of one consultation, and finds most."""
    client = Client()
    client.force_login(world.administrator)
    visitor = Visitor(Search(world.canaries.secrets, SECRET_MARKER), client)
    rounds = list(world.rounds.values())[: sizes.count(1, whole=4)]
    limit = 1_000 * len(rounds) if sizes.is_soak() else 110
    start, within = [*ADMINISTRATION], list(SHARED_PAGES)
    for each in rounds:
        slug, conclusion = each.consultation.slug, each.conclusion.slug
        start.append(f"/desk/consultations/{slug}/")
        start.append(f"/desk/conclusions/{conclusion}/sections/")
        within += [f"/{slug}/", f"/{conclusion}/"]
    visitor.crawl(start, limit=limit, within=within)
    places = {each.place for each in rounds} | {"work after publication"}
    hidden = {
        word
        for word, canary in world.canaries.secrets.items()
        if canary.place.partition(":")[0] in places
        and canary.field not in SHOWN_TO_NOBODY_ELSE
    }
    found = hidden & set(visitor.found)
    record_property(
        "figures",
        f"control: an administrator finds {len(found)} of {len(hidden)} secrets",
    )
    missing = "\n".join(str(world.canaries.secrets[word]) for word in hidden - found)
    assert len(found) >= len(hidden) * (0.9 if sizes.is_soak() else 0.75), missing


def answers_with(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], HttpResponse]
) -> None:
    """Let the home page answer with something else."""

    def render(request: HttpRequest, *_: object) -> HttpResponse:
        return make()

    monkeypatch.setattr(home, "render", render)


def assert_only_leak(visitor: Visitor, canary: Canary) -> None:
    assert [leak.canary for leak in visitor.leaks()] == [canary]


@pytest.fixture
def secret(world: World) -> Canary:
    """Return a planted secret."""
    return next(iter(world.canaries.secrets.values()))


@pytest.mark.parametrize("place", HIDING_PLACES)
def test_secret_in_a_body_is_found(
    place: str, secret: Canary, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = HIDING_PLACES[place](secret.word)
    answers_with(monkeypatch, lambda: HttpResponse(hidden))
    visitor.crawl(["/"], limit=1)
    assert_only_leak(visitor, secret)


HEADERS: dict[str, Callable[[str], HttpResponse]] = {
    "value of a header": lambda word: HttpResponse(headers={"X-By": word}),
    "name of a header": lambda word: HttpResponse(headers={f"X-{word}": "1"}),
    "redirect": lambda word: HttpResponse(
        status=302, headers={"Location": f"/?next={word}"}
    ),
    "reason phrase": lambda word: HttpResponse(reason=word),
    "entity tag": lambda word: HttpResponse(
        headers={"ETag": f'"{word.encode().hex()}"'}
    ),
}


@pytest.mark.parametrize("place", HEADERS)
def test_secret_in_a_header_is_found(
    place: str, secret: Canary, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers_with(monkeypatch, lambda: HEADERS[place](secret.word))
    visitor.crawl(["/"], limit=1)
    assert_only_leak(visitor, secret)


def test_secret_in_a_cookie_is_found(
    secret: Canary, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    response = HttpResponse()
    response.set_cookie("seen", secret.word)
    answers_with(monkeypatch, lambda: response)
    visitor.crawl(["/"], limit=1)
    assert_only_leak(visitor, secret)


def test_secret_behind_a_link_is_found(
    secret: Canary, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = iter([b'<a href="/?page=2">Next</a>', secret.word.encode()])
    answers_with(monkeypatch, lambda: HttpResponse(next(bodies)))
    visitor.crawl(["/"], limit=2)
    assert_only_leak(visitor, secret)


def test_secret_that_the_visitor_sent_is_no_leak(
    secret: Canary, visitor: Visitor
) -> None:
    visitor.ask(f"/consultations/?q={secret.word}")
    assert visitor.leaks() == []


def test_secret_in_the_public_export_is_found(
    secret: Canary, world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "responses.consultation_file.exporting.write_file",
        lambda file, remark="": write_file(file, f"{remark}\n{secret.word}"),
    )
    slug = world.rounds["published"].consultation.slug
    visitor.note(visitor.search.find(public_export(slug)), "export", slug)
    assert secret in [leak.canary for leak in visitor.leaks()]


def test_secret_in_an_email_to_the_public_is_found(
    secret: Canary, visitor: Visitor
) -> None:
    EmailMessage("News", secret.word, to=["reader@example.com"]).send()
    EmailMessage("Task", "Nothing.", to=["staff@example.com"]).send()
    for message in public_mail({"staff@example.com"}):
        visitor.note(visitor.search.find(message), "an email")
    assert_only_leak(visitor, secret)
