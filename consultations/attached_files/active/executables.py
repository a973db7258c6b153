"""Programs, by the start of their content and by the ending of their names."""

from __future__ import annotations

from consultations.attached_files.kinds import suffix_of_member

EXECUTABLE_SUFFIXES = frozenset(
    ".apk .app .appx .bat .cmd .chm .class .com .command .cpl .deb .desktop .dll "
    ".dmg .docm .dotm .exe .gadget .hta .inf .iso .jar .jnlp .js .jse .lnk .mht "
    ".mhtml .msc .msi .msix .msp .pif .pkg .potm .ppam .ppsm .pptm .ps1 .psd1 .psm1 "
    ".py .pyc .pyw .reg .rpm .scf .scr .sct .settingcontent-ms .sh .svgz .sys .url "
    ".vb .vbe .vbs .vhd .vhdx .ws .wsc .wsf .wsh .xla .xlam .xll .xlsm .xltm".split()
)
"""Endings of files that a computer may run when they are opened."""

_SIGNATURES = (
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"L\x00\x00\x00\x01\x14\x02\x00",  # a shortcut of Windows
)


def is_executable(name: str, content: bytes) -> bool:
    """True for a program or a script, by its name or its content."""
    suffix = suffix_of_member(name.rstrip(". "))
    return suffix in EXECUTABLE_SUFFIXES or is_program(content)


def is_program(content: bytes) -> bool:
    """True when content begins as programs and scripts do.

    A text that begins with the letters MZ is none.
    """
    if content.startswith(_SIGNATURES):
        return True
    if content.startswith(b"MZ"):
        return b"\0" in content[:1024] or not content[2:3].isspace()
    start = content[:64].removeprefix(b"\xef\xbb\xbf")
    return start.startswith(b"#!") and start[2:].lstrip(b" \t").startswith(b"/")
