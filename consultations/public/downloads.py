"""Downloads: responses with the content of stored files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header, parse_etags

from consultations.documents.formats import attachment_media_type
from consultations.models import (
    Consultation,
    ConsultationAttachment,
    ConsultationEdition,
    ConsultationNotice,
    EditionFile,
    StoredFile,
)

CACHE_FOREVER = "public, max-age=31536000, immutable"
CACHE_ONE_MINUTE = "public, max-age=60"
NO_STORE = "private, no-store"
INLINE_FORMATS = ("pdf", "txt", "json")
"""The files of an edition that a browser shows."""

FILE_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
PDF_SECURITY_POLICY = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'"
)
"""For a PDF of ours that is shown: browsers show none in a sandbox."""


@dataclass(frozen=True)
class Download:
    """A stored file without its content.

    `packed_size` is None where there is no gzipped form. `is_inline` is true of a file
    that a browser shows; it offers to save every other file.
    """

    sha256: str
    size: int
    packed_size: int | None
    filename: str
    media_type: str
    is_inline: bool = False


def first_download_or_404(files: QuerySet[EditionFile]) -> Download:
    """Return the first of the files, or 404.

    Browsers show the files of INLINE_FORMATS. What somebody uploaded is only saved.
    """
    fields = ("file", "file__size", "packed_size", "filename", "media_type", "name")
    row = files.annotate(packed_size=Length("file__packed")).values_list(*fields)[:1]
    for sha256, size, packed_size, filename, media_type, name in row:
        is_inline = name in INLINE_FORMATS
        return Download(sha256, size, packed_size, filename, media_type, is_inline)
    raise Http404("No such file was published.")


def frozen_download_or_404(edition: ConsultationEdition, number: int) -> Download:
    """Return a file of an edition of a consultation by its number, or 404."""
    return _named_download_or_404(edition.files.filter(number=number))


def notice_download_or_404(notices: QuerySet[ConsultationNotice]) -> Download:
    """Return the file of the first of the notices, or 404."""
    return _named_download_or_404(notices.filter(file__isnull=False))


def _named_download_or_404(rows: QuerySet[Any]) -> Download:
    """Return the file of the first of some rows with `file` and `filename`, or 404."""
    fields = ("file", "file__size", "packed_size", "filename")
    found = rows.annotate(packed_size=Length("file__packed")).values_list(*fields)
    for sha256, size, packed_size, filename in found[:1]:
        media_type = attachment_media_type(filename)
        return Download(sha256, size, packed_size, filename, media_type)
    raise Http404("No such file was published.")


def attachment_download_or_404(consultation: Consultation, position: int) -> Download:
    """Return a consultation's attachment by its position, from 1, or 404."""
    rows = ConsultationAttachment.objects.filter(consultation=consultation)
    rows = rows.annotate(packed_size=Length("file__packed"))
    fields = ("file", "file__size", "packed_size", "filename")
    for number, row in enumerate(rows.values_list(*fields), 1):
        if number == position:
            sha256, size, packed_size, filename = row
            media_type = attachment_media_type(filename)
            return Download(sha256, size, packed_size, filename, media_type)
    raise Http404(f"{consultation.slug} has no attachment {position}.")


def file_response(request: HttpRequest, file: Download, caching: str) -> HttpResponse:
    """Return the stored content, gzipped where the client accepts it, or 304.

    The two forms have different ETags, as a strong ETag promises the same bytes.
    """
    packed = file.packed_size is not None and accepts_gzip(request)
    tag = f'"{file.sha256}-gzip"' if packed else f'"{file.sha256}"'
    if etag_matches(request, tag):
        return _with_policy(
            set_common_headers(HttpResponseNotModified(), tag, caching), file
        )
    response = HttpResponse(content_type=file.media_type)
    if request.method == "GET":
        response.content = stored_bytes(file.sha256, packed=packed)
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(file.packed_size if packed else file.size)
    response["Content-Disposition"] = content_disposition(
        file.filename, is_inline=file.is_inline
    )
    return _with_policy(set_common_headers(response, tag, caching), file)


def _with_policy(response: HttpResponse, file: Download) -> HttpResponse:
    if file.is_inline and file.media_type == "application/pdf":
        response["Content-Security-Policy"] = PDF_SECURITY_POLICY
    return response


def set_common_headers(response: HttpResponse, tag: str, caching: str) -> HttpResponse:
    """Set the headers that a 200 and a 304 share."""
    response["ETag"] = tag
    response["Cache-Control"] = caching
    response["Content-Security-Policy"] = FILE_SECURITY_POLICY
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def stored_bytes(sha256: str, *, packed: bool) -> bytes:
    """Return the content of a stored file, gzipped or not."""
    column = "packed" if packed else "content"
    return bytes(StoredFile.objects.values_list(column, flat=True).get(pk=sha256))


def etag_matches(request: HttpRequest, tag: str) -> bool:
    """True when If-None-Match matches the ETag."""
    asked = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in asked or tag in {each.removeprefix("W/") for each in asked}


def accepts_gzip(request: HttpRequest) -> bool:
    """True when Accept-Encoding allows gzip."""
    weights = {}
    for part in request.headers.get("Accept-Encoding", "").lower().split(","):
        coding, _, parameter = part.partition(";")
        weight = re.fullmatch(r"\s*q\s*=\s*(0(\.\d*)?|1(\.0*)?)\s*", parameter)
        weights[coding.strip()] = float(weight[1]) if weight else 1.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def content_disposition(filename: str, *, is_inline: bool = False) -> str:
    """Return the header by which a browser saves or shows a file, with a plain name."""
    name = re.sub(r"[^\w .()+,-]", "-", PurePosixPath(filename).name).strip(". ")
    return content_disposition_header(not is_inline, name or "file") or "attachment"
