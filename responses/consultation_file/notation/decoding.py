"""Decoding the bytes of a file as text."""

from __future__ import annotations

import codecs
import re

from responses.consultation_file.notation.errors import Errors

MAX_FILE_SIZE = 64 * 1024 * 1024
"""Maximum bytes of a consultation file."""

# What YAML does not allow as itself (https://yaml.org/spec/1.2.2/#51-character-set),
# and the C1 controls, which no typed text contains.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_SAVE_AS = "Save the file as UTF-8."


def decode_file(data: bytes, faults: Errors) -> str | None:
    """Return the text of a file; None if it has errors, which are added."""
    if len(data) > MAX_FILE_SIZE:
        most = MAX_FILE_SIZE // 1024 // 1024
        faults.add(1, (), f"The file is larger than {most} MB, the maximum.")
        return None
    problem = _encoding_problem(data)
    if problem:
        faults.add(1, (), problem)
        return None
    try:
        text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        _report_bad_byte(data, error, faults)
        return None
    found = list(_CONTROL.finditer(text))
    for each in found[:100]:
        line = text.count("\n", 0, each.start()) + 1
        character = ord(each.group())
        faults.add(line, (), f"Delete the control character U+{character:04X}.")
    return None if found else text


def _encoding_problem(data: bytes) -> str:
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return f"The file is encoded as {name}. {_SAVE_AS}"
    start = data[:400]
    nul = start.count(0)
    if nul and (nul in (start[::2].count(0), start[1::2].count(0))) and nul > 9:
        return f"The file looks like UTF-16. {_SAVE_AS}"
    return ""


def _report_bad_byte(data: bytes, error: UnicodeDecodeError, faults: Errors) -> None:
    line = data.count(b"\n", 0, error.start) + 1
    byte = data[error.start]
    character = data[error.start : error.start + 1].decode("cp1252", "replace")
    faults.add(
        line,
        (),
        f"The byte {byte:02X} (byte {error.start + 1:,} of the file) is not UTF-8; in "
        f"Latin-1 or Windows-1252 it would be “{character}”. {_SAVE_AS}",
    )
