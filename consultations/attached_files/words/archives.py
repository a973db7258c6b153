"""Words of ZIP archives: names, comments, and the files inside."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from collections.abc import Iterator

from consultations.attached_files.budget import MAX_MEMBER_SIZE
from consultations.attached_files.kinds import ARCHIVE_ERRORS
from consultations.attached_files.words.collecting import Collector, shown_name

_UTF_8_NAME = 0x800
_ENCRYPTED = 0x1
_HAS_DESCRIPTOR = 0x8
_LOCAL_HEADER_SIZE, _LOCAL_NAME_LENGTH = 30, 26
_END_OF_DIRECTORY, _END_SIZE = b"PK\5\6", 22
_DESCRIPTOR = b"PK\7\x08"
_UNICODE_NAME_FIELD, _UNICODE_COMMENT_FIELD = 0x7075, 0x6375


def read_zip(collector: Collector, content: bytes) -> None:
    """Add the words of a ZIP archive; raise LimitReached."""
    with open_archive(collector, content) as archive:
        if archive is None:
            return
        add_directory(collector, archive)
        for member in archive.infolist():
            if member.is_dir():
                continue
            data = member_bytes(collector, archive, member)
            if data is not None:
                collector.read_embedded(member.filename, data)


@contextlib.contextmanager
def open_archive(
    collector: Collector, content: bytes
) -> Iterator[zipfile.ZipFile | None]:
    """Open an archive; give None, with the reason collected, where that fails."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except ARCHIVE_ERRORS:
        collector.add_unread("is a broken archive, which cannot be unpacked")
        yield None
        return
    with archive:
        if _has_data_outside(archive, content):
            collector.add_unread(
                "is an archive with data before, between or after its files, which "
                "cannot be read"
            )
        yield archive


def _has_data_outside(archive: zipfile.ZipFile, content: bytes) -> bool:
    """True when bytes of an archive belong to no file, comment or directory in it."""
    at = 0
    for member in sorted(archive.infolist(), key=lambda each: each.header_offset):
        start = member.header_offset
        if start < at or start + _LOCAL_HEADER_SIZE > len(content):
            return start < at  # files that overlap; what is missing is told elsewhere
        if content[at:start].strip(b"\0"):
            return True
        lengths = struct.unpack_from("<HH", content, start + _LOCAL_NAME_LENGTH)
        at = start + _LOCAL_HEADER_SIZE + sum(lengths) + member.compress_size
        if member.flag_bits & _HAS_DESCRIPTOR:
            at += _descriptor_size(content, at, member)
    start, end = archive.start_dir, content.rfind(_END_OF_DIRECTORY)
    tail = content[end + _END_SIZE + len(archive.comment) :]
    return bool(content[at:start].strip(b"\0") or tail.strip(b"\0\r\n"))


def _descriptor_size(content: bytes, at: int, member: zipfile.ZipInfo) -> int:
    """Return the size of what follows a file whose size was not known before."""
    size = 4 if content.startswith(_DESCRIPTOR, at) else 0
    sizes = struct.pack("<IQQ", member.CRC, member.compress_size, member.file_size)
    return size + (20 if content.startswith(sizes, at + size) else 12)


def add_directory(collector: Collector, archive: zipfile.ZipFile) -> None:
    """Add the names and comments of an archive; raise LimitReached."""
    members = archive.infolist()
    collector.add("the comment of the archive", _decode(archive.comment))
    collector.add_values(
        "the names of the files inside",
        [name for member in members for name in _names(member)],
    )
    collector.add_values(
        "the comments on the files inside",
        [_decode(member.comment) for member in members],
    )


def member_bytes(
    collector: Collector, archive: zipfile.ZipFile, member: zipfile.ZipInfo
) -> bytes | None:
    """Return the bytes of a member, or None with the reason; raise LimitReached."""
    where = f"contains the file “{shown_name(member.filename)}”, which"
    if member.flag_bits & _ENCRYPTED:
        collector.add_unread(f"{where} is encrypted and cannot be read")
        return None
    if member.file_size > MAX_MEMBER_SIZE:
        collector.add_unread(
            f"{where} is larger than {MAX_MEMBER_SIZE // 1024 // 1024} MB and was not "
            "read"
        )
        return None
    try:
        with archive.open(member) as stream:
            return b"".join(collector.budget.chunks(stream))
    except ARCHIVE_ERRORS:
        collector.add_unread(f"{where} is broken and cannot be unpacked")
        return None


def _names(member: zipfile.ZipInfo) -> Iterator[str]:
    """Yield the names of a member: an old name may be in another character set."""
    yield member.filename
    if not member.flag_bits & _UTF_8_NAME and not member.filename.isascii():
        raw = member.filename.encode("cp437", "ignore")
        yield raw.decode("utf-8", "replace")
        yield raw.decode("cp1252", "replace")
    yield from _unicode_fields(member.extra)


def _unicode_fields(extra: bytes) -> Iterator[str]:
    """Yield the names and comments that stand in extra fields, in UTF-8."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind in {_UNICODE_NAME_FIELD, _UNICODE_COMMENT_FIELD}:
            yield extra[at + 9 : at + 4 + size].decode("utf-8", "replace")
        at += 4 + size


def _decode(comment: bytes) -> str:
    try:
        return comment.decode("utf-8")
    except UnicodeDecodeError:
        return comment.decode("cp1252", "replace")
