"""Ways to hide a word in bytes: what the search has to find."""

from __future__ import annotations

import base64
import gzip
import html
import urllib.parse
import zlib
from collections.abc import Callable, Mapping

from tests.leaks.canaries import PUBLIC_MARKER
from tests.leaks.files import KINDS, file_with, zip_with


def _pdf_object(word: str, content: str) -> bytes:
    """Return a PDF file with one more object, which the information leads to."""
    plain = file_with(PUBLIC_MARKER, "pdf")
    head, _, _ = plain.partition(b"xref\n")
    data = head + f"6 0 obj\n<< {content.format(word=word)} >>\nendobj\n".encode()
    count = data.count(b" obj\n")
    offsets = [data.index(b"\n%d 0 obj" % n) + 1 for n in range(1, count + 1)]
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R "
        b"/Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (count + 1, rows, count + 1, len(data))
    )


def _pdf_stream(word: str) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<<>>\nstream\n" + (
        zlib.compress(f"<x:xmpmeta>{word}</x:xmpmeta>".encode()) + b"\nendstream\n"
    )


HIDING_PLACES: Mapping[str, Callable[[str], bytes]] = {
    "plain": lambda word: word.encode(),
    "capitals": lambda word: word.upper().encode(),
    "shortened": lambda word: f"{word[:-3]}…".encode(),
    "HTML escapes": lambda word: "".join(f"&#{ord(c)};" for c in word).encode(),
    "HTML escapes, hexadecimal": lambda word: "".join(
        f"&#x{ord(c):x};" for c in word
    ).encode(),
    "URL escapes": lambda word: "".join(f"%{ord(c):02x}" for c in word).encode(),
    "URL escapes in HTML": lambda word: html.escape(
        "?a=1&b=" + "".join(f"%{ord(c):02X}" for c in word)
    ).encode(),
    "query": lambda word: urllib.parse.urlencode({"q": f"{word} é"}).encode(),
    "UTF-16, little end first": lambda word: f"é{word}".encode("utf-16-le"),
    "UTF-16, big end first": lambda word: word.encode("utf-16-be"),
    "UTF-32": lambda word: word.encode("utf-32"),
    "hex": lambda word: f"x{word.encode().hex()}".encode(),
    "hex, capitals": lambda word: word.encode().hex().upper().encode(),
    "reversed": lambda word: f"a{word[::-1]}b".encode(),
    "base64": lambda word: base64.b64encode(word.encode()),
    "base64, one byte further": lambda word: base64.b64encode(f"a{word}b".encode()),
    "base64, two bytes further": lambda word: base64.b64encode(f"ab{word}".encode()),
    "base64 for addresses": lambda word: base64.urlsafe_b64encode(
        f"{{}}>?{word}".encode()
    ),
    "tags between": lambda word: f"{word[:4]}<b>{word[4:8]}</b>{word[8:]}".encode(),
    "spaces between": lambda word: " ".join(word).encode(),
    "split over lines": lambda word: f"{word[:7]}-\n  {word[7:]}".encode(),
    "soft hyphens": lambda word: "\u00ad".join(word).encode(),
    "gzip": lambda word: gzip.compress(word.encode()),
    "gzip twice": lambda word: gzip.compress(gzip.compress(word.encode())),
    "name in a zip": lambda word: zip_with({f"{word}.txt": b""}),
    "Word in a zip": lambda word: zip_with({"a.docx": file_with(word, "docx")}),
    "PDF in a zip": lambda word: zip_with({"a.pdf": file_with(word, "pdf")}),
    "information of a PDF": lambda word: _pdf_object(word, "/Author ({word})"),
    "information of a PDF, UTF-16": lambda word: _pdf_object(
        word, f"/Title <FEFF{word.encode('utf-16-be').hex()}>"
    ),
    "octal escapes in a PDF": lambda word: _pdf_object(
        word, "/Title ({})".format("".join(f"\\{ord(c):03o}" for c in word))
    ),
    "stream of a broken PDF": _pdf_stream,
} | {f"{kind} file": lambda word, kind=kind: file_with(word, kind) for kind in KINDS}  # type: ignore[misc]
"""How to hide a word, by what it is called."""
