"""Active content of Word and Excel files: what they load or run by themselves.

Allowed are links that the reader follows, data of another workbook, which Excel loads
only when the reader agrees, and a template or picture on a local disk, which only the
author has.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from consultations.attached_files.active.links import (
    REMOTE,
    link_problem,
    scheme_of,
)
from consultations.attached_files.budget import MAX_MEMBER_SIZE, Budget
from consultations.attached_files.kinds import ARCHIVE_ERRORS, OLE_SIGNATURE
from consultations.attached_files.words.xml import split_tag
from consultations.attached_files.xml_events import XML_ERRORS, DocumentType, parse_xml

OfficeCheck = Callable[[str, bytes], str]

_OTHER_WORKBOOK = frozenset(
    "externallink externallinkpath externallinklongpath xlpathmissing "
    "xlstartup xlalternatestartup xllibrary xlexternallinkpath".split()
)
_WORKBOOK_SCHEMES = frozenset(("http", "https", "file"))
_NEVER_EXTERNAL = frozenset("oleobject frame afchunk control package".split())

_DDE_INSTRUCTION = re.compile(r"\s*dde(?:auto)?(?:\s|\Z)", re.IGNORECASE)
_LOADING_INSTRUCTION = re.compile(
    r"\s*(includepicture|includetext|include|import|rd)(?=[\s\"])(.*)",
    re.IGNORECASE | re.DOTALL,
)
_LINK_INSTRUCTION = re.compile(r"\s*(link|database)(?=[\s\"]|\Z)", re.IGNORECASE)
_HYPERLINK_INSTRUCTION = re.compile(
    r"\s*hyperlink(?=[\s\"])(.*)", re.IGNORECASE | re.DOTALL
)
_ARGUMENT = re.compile(r'"([^"]*)"|(\S+)')
_VML = "urn:schemas-microsoft-com:vml"
_FORMULA_CELL = re.compile(r"(?:^|[,;\t\"])\s{0,20}([=+\-@][^\n]{0,2000})")
_QUOTE_CODES = re.compile(r"\s*quote((?:\s+\d{1,7})+)", re.IGNORECASE)
DDE_FORMULA = re.compile(
    r"(?:^|[=+\-*/^&(,;<>@])\s{0,20}(?:'[^'|!]{1,200}\|[^'!]{0,300}'|[\w.]{1,100}\|"
    r"(?:'[^']{0,300}'|[^\s!'|]{1,300}))!"
)
"""A formula that starts a program by DDE: `=cmd|'/c calc'!A0`."""

_LOADING_FUNCTION = re.compile(
    r"(?<![\w.])(?:_xl\w{1,10}\.){0,3}(webservice|image|rtd|call|register(?:\.id)?|exec)"
    r"\(",
    re.IGNORECASE,
)
"""A function that loads from a server, or runs a program."""

_HYPERLINK_FUNCTION = re.compile(r'(?<![\w.])hyperlink\(\s*"([^"]*)"', re.IGNORECASE)

_FORMULAS = frozenset("f definedName formula1 formula2 formula".split())
_STRING = re.compile(r'"[^"]*"')

_DDE = (
    "contains a DDE field or formula, which starts another program. Replace the "
    "field or formula with its result."
)
_OLE = (
    "contains an embedded OLE object ({name}), which can run programs. Replace the "
    "object with a picture or a table."
)
_ACTIVE_X = "contains an ActiveX control ({name}). Remove the control."
_IMPORTED = (
    "contains a document of another kind ({name}), which Word imports when the file is "
    "opened. Save the file in Word, and attach the saved file."
)
_LINKED = (
    "contains a {kind} field, which Word loads from another file. Replace the field "
    "with its result."
)
_LOADING_FORMULA = (
    "contains a formula with {function}, which loads data from a server or runs a "
    "program. Replace the formula with its result."
)
_RIBBON = (
    "contains a change to the ribbon (customUI) that runs a macro or an add-in. Remove "
    "the change."
)
_REFRESHED = (
    "contains a data connection that Excel refreshes when the file is opened. Remove "
    "the connection."
)
_LOADED = {
    "attachedtemplate": (
        "uses a template that Word loads from {target}. Attach the document to the "
        "Normal template, and save the file."
    ),
    "image": (
        "contains a picture that Word loads from {target}. Insert the picture itself."
    ),
}
_LOADED_OTHERWISE = (
    "contains a part ({kind}) that is loaded from {target} when the file is opened. "
    "Insert the content itself, or a hyperlink."
)


def office_problem(archive: zipfile.ZipFile, budget: Budget, check: OfficeCheck) -> str:
    """Return what an Office file loads or runs by itself; raise LimitReached."""
    for part in archive.infolist():
        if part.is_dir():
            continue
        budget.spend_file()
        try:
            if problem := _part_problem(archive, part, budget, check):
                return problem
        except ARCHIVE_ERRORS:
            return (
                f"has a part ({part.filename}) that is broken or encrypted and cannot "
                "be checked. Save the file again."
            )
    return ""


def _part_problem(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, budget: Budget, check: OfficeCheck
) -> str:
    name = part.filename.lower()
    if "/activex/" in name:
        return _ACTIVE_X.format(name=part.filename)
    if name.endswith((".xml", ".rels")):
        return _xml_problem(archive, part, budget)
    with archive.open(part) as stream:
        start = stream.read(len(OLE_SIGNATURE))
    if start == OLE_SIGNATURE or ("/embeddings/" in name and name.endswith(".bin")):
        return _OLE.format(name=part.filename)
    if part.file_size > MAX_MEMBER_SIZE:
        return ""  # no file that is opened by itself is so large: a picture or a video
    with archive.open(part) as stream:
        return check(part.filename, b"".join(budget.chunks(stream)))


def _xml_problem(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, budget: Budget
) -> str:
    target = _Relationships() if part.filename.lower().endswith(".rels") else _Fields()
    try:
        with archive.open(part) as stream:
            parse_xml(budget.chunks(stream), target, recover=True)
    except DocumentType:
        return (
            f"has a part ({part.filename}) with a document type definition, which "
            "cannot be checked. Save the file again in Word or Excel."
        )
    except XML_ERRORS:
        pass  # recovered as far as possible; Word and Excel refuse broken XML
    return target.problem


class _Events:
    """A target for `parse_xml` that ignores what it is given."""

    def __init__(self) -> None:
        self.problem = ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""

    def end(self, tag: str) -> None:
        """End an element."""

    def data(self, text: str) -> None:
        """Take text."""

    def comment(self, text: str) -> None:
        """Take a comment."""

    def pi(self, target: str, data: str | None) -> None:
        """Take a processing instruction."""


class _Relationships(_Events):
    """Finds the relationships that load something by themselves."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Check a relationship."""
        if split_tag(tag)[1] != "Relationship" or self.problem:
            return
        kind = attributes.get("Type", "").rpartition("/")[2]
        target = unquote(attributes.get("Target", "")).strip()
        if attributes.get("TargetMode", "").lower() == "external":
            self.problem = _external_problem(kind, target)
        elif kind.lower() == "oleobject":
            self.problem = _OLE.format(name=target)
        elif kind.lower() in {"control", "activexcontrolbinary"}:
            self.problem = _ACTIVE_X.format(name=target)
        elif kind.lower() == "afchunk" and not target.lower().endswith(".docx"):
            self.problem = _IMPORTED.format(name=target)


def _external_problem(kind: str, target: str) -> str:
    lower = kind.lower()
    if lower == "hyperlink":
        return link_problem(target)
    if lower in _OTHER_WORKBOOK and scheme_of(target) in {"", *_WORKBOOK_SCHEMES}:
        return ""
    if not REMOTE.match(target) and lower not in _NEVER_EXTERNAL:
        return ""
    shown = f"“{target[:100]}”"
    return _LOADED.get(lower, _LOADED_OTHERWISE).format(kind=kind, target=shown)


@dataclass
class _Field:
    """A field of Word: its instruction, and its result once it has begun."""

    instruction: list[str] = field(default_factory=list)
    result: list[str] = field(default_factory=list)
    has_result: bool = False


class _Fields(_Events):
    """Finds what the fields of Word and the formulas and links of Excel load or run.

    An instruction may be split into runs, and parts of it may be the results of fields
    inside it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._open: list[_Field] = []
        self._formula: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Check an element that is a link, or begin a field or a formula."""
        namespace, name = split_tag(tag)
        values = {split_tag(key)[1]: value for key, value in attributes.items()}
        if namespace == _VML:
            self._check_drawing(values)
        if "customui" in namespace and any(
            key.startswith(("on", "get")) for key in values
        ):
            self.problem = self.problem or _RIBBON
        match name:
            case "fldChar":
                self._mark(values.get("fldCharType", ""))
            case "fldSimple":
                self._check_instruction(values.get("instr", ""))
            case "ddeLink" | "oleLink":
                self.problem = self.problem or _DDE
            case _ if name in _FORMULAS and "math" not in namespace:
                self._formula = []
            case "connection":
                if values.get("refreshOnLoad", "0") in {"1", "true"}:
                    self.problem = self.problem or _REFRESHED

    def end(self, tag: str) -> None:
        """Check a formula that has ended."""
        if self._formula is not None and split_tag(tag)[1] in _FORMULAS:
            self.problem = self.problem or formula_problem("".join(self._formula))
            self._formula = None

    def data(self, text: str) -> None:
        """Take text of a formula, or of the innermost open field."""
        if self._formula is not None:
            self._formula.append(text)
        if self._open:
            current = self._open[-1]
            (current.result if current.has_result else current.instruction).append(text)

    def _mark(self, kind: str) -> None:
        if kind == "begin":
            self._open.append(_Field())
        elif kind == "separate" and self._open:
            self._open[-1].has_result = True
            self._check_instruction("".join(self._open[-1].instruction))
        elif kind == "end" and self._open:
            self._close(self._open.pop())

    def _close(self, ended: _Field) -> None:
        instruction = "".join(ended.instruction)
        self._check_instruction(instruction)
        if self._open:
            outer = self._open[-1]
            words = quoted_codes(instruction) or "".join(ended.result) or instruction
            (outer.result if outer.has_result else outer.instruction).append(words)

    def _check_instruction(self, instruction: str) -> None:
        spoken = quoted_codes(instruction) or instruction
        self.problem = self.problem or _instruction_problem(spoken.lstrip('" '))

    def _check_drawing(self, values: Mapping[str, str]) -> None:
        """Check the addresses of a VML shape: its link, and the picture it shows."""
        source = values.get("src", "").strip()
        if REMOTE.match(source):
            loaded = _LOADED["image"].format(target=f"“{source[:100]}”")
            self.problem = self.problem or loaded
        self.problem = self.problem or link_problem(values.get("href", ""))


def _instruction_problem(instruction: str) -> str:
    """Return what a field of Word loads or runs, by its instruction."""
    if _DDE_INSTRUCTION.match(instruction):
        return _DDE
    if link := _LINK_INSTRUCTION.match(instruction):
        return _LINKED.format(kind=link[1].upper())
    if loading := _LOADING_INSTRUCTION.match(instruction):
        for target in _arguments(loading[2]):
            if REMOTE.match(target):
                return _LOADED_OTHERWISE.format(
                    kind=loading[1].upper(), target=f"“{target[:100]}”"
                )
    if hyperlink := _HYPERLINK_INSTRUCTION.match(instruction):
        return link_problem(next(_arguments(hyperlink[1]), ""))
    return ""


def _arguments(text: str) -> Iterator[str]:
    """Yield the arguments of a field, without its switches."""
    for match in _ARGUMENT.finditer(text):
        argument = unquote(match[1] or match[2] or "").strip()
        if argument and not re.fullmatch(r"\\[^\\]?", argument):
            yield argument


def formula_problem(formula: str) -> str:
    """Return what a formula of Excel loads or runs."""
    without_strings = _STRING.sub('""', formula)
    if DDE_FORMULA.search(without_strings):
        return _DDE
    if function := _LOADING_FUNCTION.search(without_strings):
        return _LOADING_FORMULA.format(function=function[1].upper())
    links = map(link_problem, _HYPERLINK_FUNCTION.findall(formula))
    return next(filter(None, links), "")


def quoted_codes(instruction: str) -> str:
    """Return the text of `QUOTE 68 68 69`, which gives letters by their numbers."""
    match = _QUOTE_CODES.match(instruction)
    if not match:
        return ""
    numbers = (int(number) for number in match[1].split())
    return "".join(chr(number) for number in numbers if number <= 0x10FFFF)


def table_problem(text: str) -> str:
    """Return the problem of a CSV file, whose cells Excel runs as formulas."""
    return next(filter(None, map(_cell_problem, _formula_cells(text))), "")


def _cell_problem(formula: str) -> str:
    if DDE_FORMULA.search(formula):
        return _DDE
    if formula[1:2].isspace():  # an item of a list in a text
        return ""
    return formula_problem(formula.replace('""', '"'))


def _formula_cells(text: str) -> Iterator[str]:
    """Yield what follows a sign that begins a formula, at the start of a cell."""
    for line in text.splitlines():
        if ("|" in line and "!" in line) or "(" in line:
            for match in _FORMULA_CELL.finditer(line):
                yield match[1]
