"""Extracts the text that people read from templates, Python, scripts and documents.

Each function takes source text and yields the texts in it with their lines. Comments,
docstrings and code, such as identifiers, addresses, keys and SQL, are left out.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

from tests.support.structure import ROOT

VALUE = "…"
"""Replaces a value that is only known at run time."""


class Text(NamedTuple):
    """A text and the line of its source on which it begins."""

    line: int
    words: str


def is_prose(words: str) -> bool:
    """Return whether a string literal can be text for people, and is not code."""
    if re.search(r"\b(SELECT|CREATE|INSERT|DELETE FROM|WHERE|EXISTS)\b", words):
        return False
    if re.match(r"[.#]\w|\w*\[", words):  # a selector
        return False
    if re.search(r"[A-Za-z]\S* +\S*[A-Za-z]", words):
        return True
    return re.fullmatch(r"[A-Z]\w*[a-z](-\w+)?[.:?!…]*", words.strip()) is not None


# --- templates ------------------------------------------------------------------------

_COMMENTS = re.compile(r"{#.*?#}|{% comment.*?%}.*?{% endcomment %}", re.DOTALL)
_TAG = re.compile(r"{%-?\s*(\w+)(.*?)%}", re.DOTALL)
_VARIABLE = re.compile(r"{{.*?}}", re.DOTALL)
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")

_CODE_TAGS = {"url", "static", "load", "extends", "if", "elif", "block", "may"}
_SHOWN_ATTRIBUTES = {"title", "aria-label", "placeholder", "alt", "label", "value"}
_INLINE = {"a", "b", "strong", "em", "i", "span", "abbr", "time", "small", "bdi", "q"}
_HIDDEN = {"script", "style", "code", "kbd", "samp"}


def template_texts(source: str) -> Iterator[Text]:
    """Yield the visible text of a Django template, with attributes that are shown."""
    source = _COMMENTS.sub(lambda found: "\n" * found[0].count("\n"), source)
    for found in _TAG.finditer(source):
        if found[1] not in _CODE_TAGS:
            line = source.count("\n", 0, found.start()) + 1
            yield from _quoted_texts(found[2], line)
    for found in _VARIABLE.finditer(source):
        line = source.count("\n", 0, found.start()) + 1
        yield from _quoted_texts(found[0], line)
    reader = _TemplateReader()
    reader.feed(_VARIABLE.sub(VALUE, _TAG.sub(_branch, source)))
    reader.close()
    reader.flush()
    yield from reader.found


def _branch(tag: re.Match[str]) -> str:
    """Return what divides the branches of a condition; other tags show nothing."""
    return " / " if tag[1] in ("else", "elif") else ""


def _quoted_texts(code: str, line: int) -> Iterator[Text]:
    for found in _QUOTED.finditer(code):
        for words in (found[1] or found[2] or "").split(","):  # as in yesno:"Yes,No"
            if is_prose(words):
                yield Text(line, words)


class _TemplateReader(HTMLParser):
    """Collects the text of blocks and the attributes that are shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Text] = []
        self.hidden = 0
        self.line = 1
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.boundary(tag)
        self.hidden += tag in _HIDDEN
        kind = dict(attrs).get("type") or ""
        for name, value in attrs:
            shown = name in _SHOWN_ATTRIBUTES or name.startswith("data-")
            if name == "value" and kind not in ("submit", "button", "reset"):
                shown = False
            if name == "content":  # of a description
                shown = dict(attrs).get("name") == "description"
            if value and shown and (not name.startswith("data-") or is_prose(value)):
                self.found.append(Text(self.getpos()[0], " ".join(value.split())))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self.boundary(tag)
        self.hidden = max(0, self.hidden - (tag in _HIDDEN))

    def handle_data(self, data: str) -> None:
        if self.hidden:
            return
        if not self.words.strip():
            self.line = self.getpos()[0]
        self.words += data

    def boundary(self, tag: str) -> None:
        """End the text at the edge of anything that is not inside a line."""
        if tag not in _INLINE and tag not in _HIDDEN:
            self.flush()

    def flush(self) -> None:
        if self.words.strip():
            self.found.append(Text(self.line, " ".join(self.words.split())))
        self.words = ""


# --- Python ---------------------------------------------------------------------------


def python_texts(source: str) -> Iterator[Text]:
    """Yield the string literals of a module that are prose, without docstrings."""
    tree = ast.parse(source)
    skipped = {id(node) for node in _literals_of_code(tree)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.JoinedStr):
            words = "".join(
                str(part.value) if isinstance(part, ast.Constant) else VALUE
                for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value
        else:
            continue
        if is_prose(words):
            yield Text(node.lineno, " ".join(words.split()))


def _literals_of_code(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the literals that nobody reads: docstrings, names, parts of f-strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))
            formats = (p for p in node.values if isinstance(p, ast.FormattedValue))
            for each in formats:
                if each.format_spec is not None:
                    yield from ast.walk(each.format_spec)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if node.value and any(ast.unparse(t) == "__all__" for t in targets):
                yield from ast.walk(node.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in _CODE_CALLS:
            yield from (a for each in node.args[:2] for a in ast.walk(each))
        elif isinstance(node, ast.keyword) and node.arg in ("through", "to", "name"):
            yield node.value


_CODE_CALLS = {
    *("re.compile", "re.sub", "re.match", "re.search", "re.fullmatch", "re.findall"),
    *("models.ForeignKey", "models.OneToOneField", "models.ManyToManyField"),
    *("apps.get_model", "TypeVar", "Literal", "getattr", "cast"),
}


# --- scripts, documents and the rest --------------------------------------------------

_SCRIPT = re.compile(
    r"/\*.*?\*/|(?<![:\\\"'`])//[^\n]*"
    r"|\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`",
    re.DOTALL,
)


def script_texts(source: str) -> Iterator[Text]:
    """Yield the string literals of JavaScript that are prose."""
    for found in _SCRIPT.finditer(source):
        words = re.sub(r"\${[^}]*}", VALUE, found[1] or found[2] or found[3] or "")
        if is_prose(words):
            yield Text(source.count("\n", 0, found.start()) + 1, words)


def markdown_texts(source: str) -> Iterator[Text]:
    """Yield the paragraphs of a document, without code and the targets of links."""
    line, words, fenced = 1, "", False
    for number, each in enumerate([*source.splitlines(), ""], 1):
        fenced ^= each.startswith("```")
        ends = not each.strip() or re.match(r"\s*([|#`]|[-*] |\d+\. )|    ", each)
        if ends and words:
            yield Text(line, _without_code(words))
            words = ""
        is_code = fenced or each.startswith(("```", "<!--"))
        is_code |= each.startswith("    ") and not words and each.strip()[0] not in "-*"
        if is_code or not each.strip():
            continue
        line = line if words else number
        words = f"{words} {each.strip()}".strip()


def _without_code(words: str) -> str:
    words = re.sub(r"``.*?``|`[^`]*`", VALUE, words)
    words = re.sub(r"\]\([^)]*\)", "]", words)
    return re.sub(r"<[^>]+>|\*\*", "", words)


def first_release(changelog: str) -> str:
    """Return the section of the newest release, with the lines before it blank."""
    head, found, rest = changelog.partition("\n## ")
    section, _, _ = rest.partition("\n## ")
    return "\n" * head.count("\n") + found + section


def schema_texts(source: str) -> Iterator[Text]:
    """Yield the descriptions of a JSON Schema."""
    for found in re.finditer(r'"description": ("(?:[^"\\]|\\.)*")', source):
        words = json.loads(found[1])
        yield Text(source.count("\n", 0, found.start()) + 1, _without_code(words))


def makefile_texts(source: str) -> Iterator[Text]:
    """Yield what a Makefile prints."""
    for number, each in enumerate(source.splitlines(), 1):
        found = re.match(r'\t@echo "(.*)"', each)
        if found:
            yield Text(number, found[1])


APPS = ("responses", "consultations", "config")

GLOSSARY = ("glossary_terms.py",)
"""Names the code and the file keys of each term; docs/glossary.md is read instead."""


def project_texts() -> Iterator[tuple[Path, Text]]:
    """Yield every text of the project that people read, with its file."""
    for path in (*template_files(), *(ROOT / "templates").rglob("*.txt")):
        yield from _of_file(path, template_texts(path.read_text("utf-8")))
    for folder in (*APPS, "scripts"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts and path.name not in GLOSSARY:
                yield from _of_file(path, python_texts(path.read_text("utf-8")))
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        yield from _of_file(path, script_texts(path.read_text("utf-8")))
    for path in document_files():
        source = path.read_text("utf-8")
        if path.name == "CHANGELOG.md":
            source = first_release(source)
        yield from _of_file(path, markdown_texts(source))
    schema = next((ROOT / "responses").rglob("*.schema.json"))
    yield from _of_file(schema, schema_texts(schema.read_text("utf-8")))
    makefile = ROOT / "Makefile"
    yield from _of_file(makefile, makefile_texts(makefile.read_text("utf-8")))


def template_files() -> list[Path]:
    """Return the templates of the project's pages."""
    folders = [ROOT / "templates", *(ROOT / app for app in APPS)]
    return sorted(path for folder in folders for path in folder.rglob("*.html"))


def document_files() -> list[Path]:
    """Return the documents of the project that are written in Markdown."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    found += [path for app in APPS for path in (ROOT / app).rglob("*.md")]
    return sorted(found)


def _of_file(path: Path, texts: Iterator[Text]) -> Iterator[tuple[Path, Text]]:
    return ((path.relative_to(ROOT), text) for text in texts)
