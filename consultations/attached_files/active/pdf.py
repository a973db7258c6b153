"""Active content of a PDF: actions that run programs or scripts, and embedded files."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    StreamObject,
    TextStringObject,
)

from consultations.attached_files.active.links import REMOTE, link_problem
from consultations.attached_files.budget import Budget
from consultations.attached_files.pdf_objects import (
    PDF_ERRORS,
    BrokenPdf,
    EncryptedPdf,
    PdfObjects,
    read_objects,
    stream_bytes,
    walk,
)

PdfCheck = Callable[[str, bytes], str]
"""Checks a file inside a file, by name and content; returns the problem."""

_JAVASCRIPT = (
    "contains JavaScript, which runs when the file is opened. Save the PDF without "
    "scripts, for example by printing it to a new PDF."
)
_LAUNCH = (
    "contains an action that starts a program or opens a file on the reader’s "
    "computer. Remove the action."
)
_IMPORT_DATA = (
    "contains an action that imports data from another file. Remove the action."
)
_SUBMIT = (
    "contains an action that sends the fields of a form to a server. Remove the action."
)
_AUTOMATIC = (
    "contains an action ({kind}) that opens another file, page or sound automatically. "
    "Remove the action."
)
_OTHER_FILE = (
    "contains an action that opens the file “{name}” on a server or a network share. "
    "Replace the action with a link that begins with https:."
)
_EXTERNAL_DATA = (
    "contains data that are loaded from another file. Save the PDF with all its data "
    "inside, for example by printing it to a new PDF."
)
_RICH_MEDIA = (
    "contains rich media (video, sound, 3D or Flash), which can run scripts. Replace "
    "the media with a link."
)
_ENCRYPTED = (
    "is protected with a password, so readers cannot open the file and its content "
    "cannot be checked. Save the PDF without a password."
)
_UNREADABLE_EMBEDDED = (
    "contains the file “{name}”, which cannot be checked. Remove the file."
)

_ACTIONS = {
    "/JavaScript": _JAVASCRIPT,
    "/Launch": _LAUNCH,
    "/ImportData": _IMPORT_DATA,
    "/SubmitForm": _SUBMIT,
    "/RichMediaExecute": _RICH_MEDIA,
    "/GoTo3DView": _RICH_MEDIA,
}
_ANNOTATIONS = {"/RichMedia": _RICH_MEDIA, "/3D": _RICH_MEDIA}
_KEYS = {
    "/JS": _JAVASCRIPT,
    "/JavaScript": _JAVASCRIPT,
    "/OnInstantiate": _JAVASCRIPT,
    "/RichMediaContent": _RICH_MEDIA,
}
_OPENS_FILE = frozenset(("/GoToR", "/GoToE", "/Thread"))
_MAY_BE_AUTOMATIC = frozenset(
    "/GoTo /GoToDp /Named /SetOCGState /Hide /Trans /ResetForm".split()
)
"""Actions that stay inside the file, so that they may follow its opening."""

MAX_ACTIONS = 1000
"""The most actions that follow one another by `/Next` and are looked at."""

_FORM_SCRIPT = re.compile(rb"<(?:\w{1,30}:)?script\b")
_STREAM = re.compile(rb"stream\r?\n")
_RAW_NAMES = {
    b"/JavaScript": _JAVASCRIPT,
    b"/Launch": _LAUNCH,
    b"/ImportData": _IMPORT_DATA,
    b"/SubmitForm": _SUBMIT,
    b"/RichMedia": _RICH_MEDIA,
}
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
MAX_STREAMS = 50_000


def pdf_problem(content: bytes, budget: Budget, check: PdfCheck) -> str:
    """Return what a PDF contains that runs by itself; raise LimitReached."""
    try:
        read = read_objects(content)
    except BrokenPdf:
        return _raw_problem(content, budget)
    except EncryptedPdf:
        return _ENCRYPTED
    for found in (read.reader.trailer, *read.objects.values()):
        budget.check_time()
        for key, value in walk(found):
            if isinstance(value, DictionaryObject) and (
                problem := _dictionary_problem(value)
            ):
                return problem
            if key == "/XFA" and (problem := _form_problem(read)):
                return problem
    if read.broken and (problem := _raw_problem(content, budget)):
        return problem
    return _embedded_problem(read, budget, check)


def _dictionary_problem(value: DictionaryObject) -> str:
    action = _ACTIONS.get(_resolved(value, "/S"))
    annotation = _ANNOTATIONS.get(_resolved(value, "/Subtype"))
    keys = (problem for key, problem in _KEYS.items() if key in value)
    return (
        action
        or annotation
        or next(keys, "")
        or _address_problem(value)
        or _automatic_problem(value)
    )


def _address_problem(value: DictionaryObject) -> str:
    """Return the problem of the address or the file that a dictionary names."""
    if isinstance(value, StreamObject) and isinstance(
        _item(value, "/F"), (DictionaryObject, TextStringObject, ByteStringObject)
    ):
        return _EXTERNAL_DATA
    if problem := link_problem(_text(_item(value, "/URI"))):
        return problem
    if _resolved(value, "/S") in _OPENS_FILE:
        name = _file_name(_item(value, "/F"))
        if REMOTE.match(name):
            return _OTHER_FILE.format(name=name[:100])
    return ""


def _automatic_problem(value: DictionaryObject) -> str:
    """Return the problem of the actions that follow an event, such as opening."""
    events = _item(value, "/AA")
    waiting = [_item(value, "/OpenAction")]
    if isinstance(events, DictionaryObject):
        waiting += [_item(events, key) for key in events]
    for _ in range(MAX_ACTIONS):
        if not waiting:
            break
        action = waiting.pop()
        if not isinstance(action, DictionaryObject):
            continue  # a destination in the file
        kind = _resolved(action, "/S")
        if kind and kind not in _MAY_BE_AUTOMATIC:
            return _ACTIONS.get(kind) or _AUTOMATIC.format(kind=kind.lstrip("/"))
        following = _item(action, "/Next")
        if isinstance(following, ArrayObject):
            waiting += [_item(following, index) for index in range(len(following))]
        else:
            waiting.append(following)
    return ""


def _file_name(value: object) -> str:
    """Return the name of a file specification."""
    if isinstance(value, DictionaryObject):
        return next(filter(None, (_text(_item(value, k)) for k in ("/UF", "/F"))), "")
    return _text(value)


def _text(value: object) -> str:
    if isinstance(value, ByteStringObject):
        return value.decode("latin-1")
    return str(value) if isinstance(value, TextStringObject) else ""


def _item(value: DictionaryObject | ArrayObject, key: Any) -> object:
    """Return an item with its reference resolved; None for none and a broken one."""
    try:
        return value[key] if isinstance(value, ArrayObject) or key in value else None
    except MemoryError:
        raise
    except PDF_ERRORS:
        return None


def _resolved(value: DictionaryObject, key: str) -> str:
    return str(_item(value, key) or "")


def _form_problem(read: PdfObjects) -> str:
    """Return the problem of an XFA form, whose XML can have scripts."""
    for _, stream in read.streams():
        kind: Any = stream.get("/Type")
        if kind is None and stream.get("/Subtype") is None:
            data = stream_bytes(stream)
            if data and _FORM_SCRIPT.search(data.replace(b"\0", b"")):
                return _JAVASCRIPT
    return ""


def _embedded_problem(read: PdfObjects, budget: Budget, check: PdfCheck) -> str:
    for number, stream in read.streams():
        if name := read.embedded_name(number, stream):
            data = stream_bytes(stream)
            if data is None:
                return _UNREADABLE_EMBEDDED.format(name=name)
            budget.spend_unpacked(len(data))
            if problem := check(name, data):
                return problem
    return ""


# --- broken files --------------------------------------------------------------------


def _raw_problem(content: bytes, budget: Budget) -> str:
    """Return what stands in the bytes of a PDF that is broken.

    Other programs may mend a file that pypdf cannot read.
    """
    for part in _raw_parts(content, budget):
        names = _ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()), part)
        for name, problem in _RAW_NAMES.items():
            if name in names:
                return problem
    return ""


def _raw_parts(content: bytes, budget: Budget) -> Iterator[bytes]:
    """Yield what is outside streams, and the streams of objects unpacked."""
    at = 0
    for count, match in enumerate(_STREAM.finditer(content)):
        budget.check_time()
        if count > MAX_STREAMS:
            break
        if match.start() < at:
            continue
        header = content[at : match.start()]
        yield header
        end = content.find(b"endstream", match.end())
        end = len(content) if end < 0 else end
        if b"/ObjStm" in header[-1000:]:
            unpacker = zlib.decompressobj()
            try:
                part = unpacker.decompress(content[match.end() : end], 50_000_000)
            except zlib.error:
                part = b""
            budget.spend_unpacked(len(part))
            yield part
        at = end + len(b"endstream")
    yield content[at:]
