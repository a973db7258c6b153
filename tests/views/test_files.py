"""Published files: stored bytes and HTTP headers."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib

import pytest
from django.db import connection
from django.test import Client

from consultations.access import GROUPS
from consultations.documents import formats
from consultations.editions import triggers
from consultations.models import (
    Consultation,
    ConsultationAttachment,
    EditionFile,
    StoredFile,
)
from consultations.public.downloads import content_disposition
from responses.analysis.conclusion_content import conclusion_content
from tests.support.editions import submit
from tests.support.factories import freeze, make_conclusion, make_user
from tests.support.pages import (
    answered_consultation,
    attach,
    concluded,
    correct,
    day,
    log_in,
    open_consultation,
    publish,
    queries,
    withdraw,
)

pytestmark = pytest.mark.django_db


def stored(name: str, number: int = 1) -> StoredFile:
    return EditionFile.objects.get(edition__number=number, name=name).file


def with_attachment(content: bytes, filename: str) -> None:
    conclusion = make_conclusion(answered_consultation())
    attach(conclusion, content, filename)
    publish(conclusion)


# Content


@pytest.mark.parametrize("name", ["html", "txt", "json"])
def test_edition_file_response_has_stored_bytes(client: Client, name: str) -> None:
    concluded()
    response = client.get(f"/conclusions/answered/editions/1.{name}")
    assert response.content == bytes(stored(name).content)
    assert response["Content-Length"] == str(stored(name).size)


def test_latest_file_is_of_current_edition(client: Client) -> None:
    correct(concluded())
    response = client.get("/conclusions/answered.json")
    assert response.content == bytes(stored("json", 2).content)


def test_last_withdrawn_edition_is_served_when_none_stands(client: Client) -> None:
    withdraw(correct(concluded()))
    response = client.get("/conclusions/answered.json")
    assert response.content == bytes(stored("json", 2).content)


def test_published_edition_is_served_over_withdrawn_one(client: Client) -> None:
    first = concluded()
    withdraw(correct(first))
    first.refresh_from_db()
    third = correct(first)
    response = client.get("/conclusions/answered.json")
    assert response.content == bytes(stored("json", third.number or 0).content)


@pytest.mark.parametrize(
    "address",
    [
        "/conclusions/answered.json",
        "/conclusions/answered/editions/1.json",
        "/conclusions/answered/attachments/1/",
        "/conclusions/answered/editions/1/attachments/1/",
    ],
)
def test_draft_files_return_404(client: Client, address: str) -> None:
    conclusion = make_conclusion(answered_consultation())
    attach(conclusion, b"secret", "secret.txt")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/conclusions/answered.exe",
        "/conclusions/answered.pdf",
        "/conclusions/answered/editions/2.json",
        "/conclusions/answered/attachments/1/",
        "/conclusions/nothing.json",
    ],
)
def test_unpublished_file_returns_404(client: Client, address: str) -> None:
    concluded()
    assert client.get(address).status_code == 404


def test_post_returns_405(client: Client) -> None:
    concluded()
    assert client.post("/conclusions/answered.json").status_code == 405


# Attachments


def test_attachment_is_sent_as_download(client: Client) -> None:
    with_attachment(b"<script>alert(1)</script>", "page.html")
    response = client.get("/conclusions/answered/attachments/1/")
    assert response.content == b"<script>alert(1)</script>"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert "text/html" not in response["Content-Type"]


@pytest.mark.parametrize("name", ["txt", "json"])
def test_browsers_show_files_of_an_edition_under_its_name(
    client: Client, name: str
) -> None:
    concluded()
    response = client.get(f"/conclusions/answered/editions/1.{name}")
    filename = f"answered-edition-1.{name}"
    assert response["Content-Disposition"] == f'inline; filename="{filename}"'
    assert "sandbox" in response["Content-Security-Policy"]


def test_browsers_show_pdf_and_save_word(client: Client) -> None:
    edition = concluded()
    file = StoredFile.objects.store(b"%PDF-1.7")
    with triggers.without_guards(connection):
        for name in ("pdf", "docx"):
            EditionFile.objects.create(
                edition=edition,
                name=name,
                filename=f"a.{name}",
                media_type=formats.MEDIA_TYPES[name],
                file=file,
            )
    for name, shown in (
        ("pdf", "inline"),
        ("docx", "attachment"),
        ("html", "attachment"),
    ):
        response = client.get(f"/conclusions/answered/editions/1.{name}")
        assert response["Content-Disposition"].startswith(f"{shown};")
        is_sandboxed = "sandbox" in response["Content-Security-Policy"]
        assert is_sandboxed == (name != "pdf")  # browsers show no PDF in a sandbox


def test_attachment_of_pending_edition_is_for_staff(client: Client) -> None:
    conclusion = make_conclusion(answered_consultation())
    attach(conclusion, b"pending", "a.pdf")
    submit(conclusion, content=conclusion_content(conclusion))
    address = "/conclusions/answered/editions/1/attachments/1/"
    assert client.get(address).status_code == 404
    client.force_login(make_user(role=""))
    assert client.get(address).status_code == 404
    client.force_login(make_user(role="Approver"))
    response = client.get(address)
    assert response.content == b"pending"
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Disposition"].startswith("attachment;")


def test_edition_attachment_address_is_immutable(
    client: Client,
) -> None:
    with_attachment(b"bytes", "a.pdf")
    address = "/conclusions/answered/editions/1/attachments/1/"
    assert client.get(address).content == b"bytes"
    assert "immutable" in client.get(address)["Cache-Control"]


@pytest.mark.parametrize(
    ("filename", "header"),
    [
        ("plain.pdf", 'attachment; filename="plain.pdf"'),
        ("../../etc/passwd", 'attachment; filename="passwd"'),
        ('quo"te;x.pdf', 'attachment; filename="quo-te-x.pdf"'),
        ("ünï.pdf", "attachment; filename*=utf-8''%C3%BCn%C3%AF.pdf"),
        ("a\r\nb.pdf", 'attachment; filename="a--b.pdf"'),
        ("..", 'attachment; filename="file"'),
        ("", 'attachment; filename="file"'),
    ],
)
def test_content_disposition_escapes_file_name(filename: str, header: str) -> None:
    assert content_disposition(filename) == header


# Attachments of a consultation


def attached(
    consultation: Consultation, content: bytes = b"%PDF-1.7", filename: str = "a.pdf"
) -> ConsultationAttachment:
    attachment = ConsultationAttachment.objects.create(
        consultation=consultation,
        title=f"Attached {filename}",
        file=StoredFile.objects.store(content),
        filename=filename,
        position=consultation.attachments.count(),
    )
    freeze(consultation)
    return attachment


def test_consultation_attachment_response_has_stored_bytes(client: Client) -> None:
    attached(open_consultation("asked"), b"%PDF-1.7 text", "Text.pdf")
    response = client.get("/consultations/asked/attachments/1/")
    assert response.content == b"%PDF-1.7 text"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="Text.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_consultation_attachments_are_numbered_by_position(client: Client) -> None:
    consultation = open_consultation("asked")
    first = attached(consultation, b"was first", "a.txt")
    attached(consultation, b"was second", "b.txt")
    first.position = 7
    first.save()
    freeze(consultation)
    found = [
        client.get(f"/consultations/asked/attachments/{n}/").content for n in (1, 2)
    ]
    assert found == [b"was second", b"was first"]


@pytest.mark.parametrize("number", [0, 2, 10**30])
def test_unknown_consultation_attachment_returns_404(
    client: Client, number: int
) -> None:
    attached(open_consultation("asked"))
    attached(open_consultation("other"))
    address = f"/consultations/asked/attachments/{number}/"
    assert client.get(address).status_code == 404
    assert client.get("/consultations/none/attachments/1/").status_code == 404


@pytest.mark.parametrize(
    ("days", "time"),
    [(2, None), (0, dt.time.max), (None, None)],
    ids=["another day", "later today", "no day"],
)
@pytest.mark.parametrize("role", ["", *GROUPS])
def test_attachment_before_opening_is_for_staff_only(
    client: Client, role: str, days: int | None, time: dt.time | None
) -> None:
    opened = None if days is None else day(days)
    attached(open_consultation("asked", opens_on=opened, opens_at_time=time))
    address = "/consultations/asked/attachments/1/"
    assert client.get(address).status_code == 404
    log_in(client, role)
    response = client.get(address)
    assert response.status_code == (200 if role else 404)
    assert role == "" or response["Cache-Control"] == "private, no-store"


def test_attachment_after_opening_is_public(client: Client) -> None:
    attached(open_consultation("asked", opens_on=day(0), opens_at_time=dt.time()))
    response = client.get("/consultations/asked/attachments/1/")
    assert response["Cache-Control"] == "public, max-age=60"
    assert response["Vary"] == "Accept-Encoding"
    assert not response.cookies


def test_attachment_with_matching_etag_returns_304(client: Client) -> None:
    row = attached(open_consultation("asked"))
    address, tag = "/consultations/asked/attachments/1/", f'"{row.file_id}"'
    assert client.get(address)["ETag"] == tag
    again = client.get(address, headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_attachment_response_takes_four_queries(
    client: Client,
) -> None:
    consultation = open_consultation("asked")
    for number in range(5):
        attached(consultation, b"%d" % number, f"{number}.txt")
    address = "/consultations/asked/attachments/5/"
    assert queries(lambda: client.get(address)) == 4


# Caching


def test_etag_is_the_file_hash(client: Client) -> None:
    concluded()
    response = client.get("/conclusions/answered.json")
    digest = hashlib.sha256(response.content).hexdigest()
    assert response["ETag"] == f'"{digest}"'


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_file_with_matching_etag_returns_304(client: Client, form: str) -> None:
    concluded()
    tag = f'"{stored("json").sha256}"'
    response = client.get(
        "/conclusions/answered.json", headers={"if-none-match": form.format(tag)}
    )
    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == tag
    assert response["Vary"] == "Accept-Encoding"
    assert response["Cache-Control"] == "public, max-age=60"


def test_file_with_other_etag_returns_200(client: Client) -> None:
    concluded()
    headers = {"if-none-match": '"other"'}
    assert client.get("/conclusions/answered.json", headers=headers).status_code == 200


def test_edition_file_is_immutable_and_latest_file_is_not(client: Client) -> None:
    concluded()
    edition = client.get("/conclusions/answered/editions/1.json")
    latest = client.get("/conclusions/answered.json")
    assert edition["Cache-Control"] == "public, max-age=31536000, immutable"
    assert latest["Cache-Control"] == "public, max-age=60"


def test_file_sets_no_cookie_and_varies_by_encoding_only(client: Client) -> None:
    concluded()
    response = client.get("/conclusions/answered.json")
    assert response["Vary"] == "Accept-Encoding"
    assert not response.cookies


@pytest.mark.parametrize(
    "accepts", ["gzip", "br, gzip;q=0.5", "*", "GZIP", "gzip; q=1.0"]
)
def test_stored_gzip_is_sent_when_accepted(client: Client, accepts: str) -> None:
    concluded()
    plain = client.get("/conclusions/answered.json")
    packed = client.get(
        "/conclusions/answered.json", headers={"accept-encoding": accepts}
    )
    assert packed["Content-Encoding"] == "gzip"
    assert packed.content == bytes(stored("json").packed or b"")
    assert packed["Content-Length"] == str(len(packed.content))
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]


@pytest.mark.parametrize(
    "accepts", ["", "br", "gzip;q=0", "gzip;q=0.000, *", "gzip;q=x"]
)
def test_plain_bytes_are_sent_when_gzip_is_not_accepted(
    client: Client, accepts: str
) -> None:
    concluded()
    headers = {"accept-encoding": accepts}
    response = client.get("/conclusions/answered.json", headers=headers)
    assert ("Content-Encoding" in response) == (accepts == "gzip;q=x")


def test_incompressible_file_is_not_gzipped(client: Client) -> None:
    with_attachment(hashlib.sha256(b"noise").digest() * 1, "noise.bin")
    response = client.get(
        "/conclusions/answered/attachments/1/", headers={"accept-encoding": "gzip"}
    )
    assert "Content-Encoding" not in response
    assert len(response.content) == 32


def test_head_has_the_headers_of_get_without_body(client: Client) -> None:
    concluded()
    get, head = (
        call("/conclusions/answered.json") for call in (client.get, client.head)
    )
    assert head.content == b""
    for name in ("ETag", "Content-Length", "Content-Type", "Content-Disposition"):
        assert head[name] == get[name]


def test_file_takes_two_queries_and_304_takes_one(client: Client) -> None:
    concluded()
    tag = client.get("/conclusions/answered.json")["ETag"]
    again = {"if-none-match": tag}
    assert queries(lambda: client.get("/conclusions/answered.json")) == 2
    assert queries(lambda: client.get("/conclusions/answered.json", headers=again)) == 1
