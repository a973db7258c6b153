"""Reads the project's source and says where it breaks the rules of its shape.

Each function takes source text and returns sentences, so that a test can show it
both code that breaks the rule and code that does not.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

IMPURE_MODULES = (
    *("django", "simple_history", "consultations", "responses", "config"),
    *("socket", "ssl", "urllib.request", "http", "requests", "httpx", "aiohttp"),
    *("smtplib", "ftplib", "importlib"),
)
PURE_PACKAGES = ("consultations.documents", "responses.text_matching")
CLOCK_METHODS = ("now", "utcnow", "today")
CLOCK_FUNCTIONS = ("time", "time_ns", "localtime", "gmtime", "ctime")

ENGINES = ("weasyprint", "pydyf")
ENGINE_API = (
    *("weasyprint", "weasyprint.HTML", "weasyprint.default_url_fetcher"),
    *("weasyprint.urls.URLFetcher", "weasyprint.text.fonts.FontConfiguration"),
    "weasyprint.progress",  # a logger
)
"""What WeasyPrint documents, of what the project uses; nothing of pydyf."""

BULK_WRITES = (
    *("update", "bulk_create", "bulk_update", "delete", "_raw_delete"),
    *("aupdate", "abulk_create", "abulk_update", "adelete"),
)
QUERYSET_ATTRIBUTES = ("objects", "_default_manager", "_base_manager")
QUERYSET_METHODS = ("filter", "exclude", "all", "select_related", "order_by")
QUERYSET_CLASSES = ("QuerySet", "Manager")


def python_files(folder: str) -> list[Path]:
    """Return the project's own Python files below a folder."""
    return sorted((ROOT / folder).rglob("*.py"))


def module_name(path: Path) -> str:
    """Return the dotted name under which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def within(module: str, packages: tuple[str, ...]) -> bool:
    """Return whether a module is one of the packages or lies below one."""
    return any(module == name or module.startswith(f"{name}.") for name in packages)


def imports(source: str, package: str) -> Iterator[tuple[int, str]]:
    """Yield the line and full name of everything that is imported, wherever it is."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: -(node.level - 1) or None]
            stem = [*(above if node.level else []), *filter(None, [node.module])]
            for alias in node.names:
                yield node.lineno, ".".join([*stem, alias.name])


def mentions_of(app: str, source: str, package: str) -> list[str]:
    """Return the imports of an app and the strings that Django resolves to it."""
    found = [
        f"line {line}: imports {name}"
        for line, name in imports(source, package)
        if within(name, (app,))
    ]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            first, dot, rest = node.value.partition(".")
            if first == app and dot and rest.replace(".", "_").isidentifier():
                found.append(f'line {node.lineno}: names "{node.value}"')
    return found


def impurities(source: str, package: str) -> list[str]:
    """Return what keeps a module from being a function of its arguments only."""
    found = [
        f"line {line}: imports {name}"
        for line, name in imports(source, package)
        if within(name, IMPURE_MODULES) and not within(name, PURE_PACKAGES)
    ]
    return found + clock_reads(source)


def engine_internals(source: str, package: str) -> list[str]:
    """Return the uses of WeasyPrint and pydyf that are not of a documented API.

    These are imports, the same names in strings, and a finisher, which is given pydyf's
    objects. In the package of the PDF, and in a module that imports one of the two,
    private attributes of anything but `self` count too: what object they belong to
    cannot be read from the source.
    """
    in_package = within(package, ("consultations.documents.pdf",))
    if not in_package and not any(word in source for word in (*ENGINES, "finisher")):
        return []  # most modules: nothing to parse
    imported = [
        (line, name) for line, name in imports(source, package) if within(name, ENGINES)
    ]
    found = [f"line {n}: imports {name}" for n, name in imported if is_internal(name)]
    attributes_count = imported or in_package
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and names_internals(node.value):
            found.append(f"line {node.lineno}: names {node.value!r}")
        elif isinstance(node, ast.keyword) and node.arg == "finisher":
            found.append(f"line {node.lineno}: passes a finisher")
        elif isinstance(node, ast.Attribute) and attributes_count and is_private(node):
            found.append(f"line {node.lineno}: reads {ast.unparse(node)}")
    return found


def names_internals(value: object) -> bool:
    """Return whether a string is a dotted name of internals, or the word finisher."""
    if not isinstance(value, str):
        return False
    dotted = "." in value and value.replace(".", "_").isidentifier()
    return value == "finisher" or (dotted and is_internal(value))


def is_internal(name: str) -> bool:
    """Return whether a dotted name is of WeasyPrint or pydyf, and not documented."""
    return within(name, ENGINES) and name not in ENGINE_API


def is_private(node: ast.Attribute) -> bool:
    """Return whether an attribute of another object begins with an underscore."""
    own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
    return node.attr.startswith("_") and not node.attr.endswith("__") and not own


def clock_reads(source: str) -> list[str]:
    """Return the calls that ask what time it is, such as `datetime.now()`."""
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            names = {alias.name for alias in node.names} & set(CLOCK_FUNCTIONS)
            found += [f"line {node.lineno}: imports time.{name}" for name in names]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            of_time = isinstance(owner, ast.Name) and owner.id == "time"
            if node.func.attr in CLOCK_METHODS + of_time * CLOCK_FUNCTIONS:
                found.append(f"line {node.lineno}: calls {ast.unparse(node.func)}()")
    return found


def bulk_writes(source: str) -> list[str]:
    """Return the writes that would leave no row in the history people read.

    What counts is a bulk method called on something that looks like a queryset: a
    chain through `.objects`, `.filter(` or a `_set`, a name assigned from one in the
    same function, a parameter called queryset, or self in a queryset class.
    """
    reader = BulkWrites()
    reader.visit(ast.parse(source))
    return reader.found


class BulkWrites(ast.NodeVisitor):
    """Walks a module and remembers, function by function, what holds a queryset."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.names: set[str] = set()
        self.in_queryset_class = False

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        before = self.in_queryset_class
        bases = [ast.unparse(base).partition("[")[0] for base in node.bases]
        self.in_queryset_class = any(base.endswith(QUERYSET_CLASSES) for base in bases)
        self.generic_visit(node)
        self.in_queryset_class = before

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        before = set(self.names)
        arguments = {
            argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)
        }
        self.names = (before - arguments) | (arguments & {"queryset", "qs"})
        if self.in_queryset_class:
            self.names |= arguments & {"self"}
        self.generic_visit(node)
        self.names = before

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 - the name ast calls

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        for target in node.targets:
            self.remember(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.generic_visit(node)
        self.remember(node.target, node.value)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.generic_visit(node)
        self.remember(node.target, node.value)

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        method = node.func
        if not isinstance(method, ast.Attribute) or method.attr not in BULK_WRITES:
            return
        if self.is_queryset(method.value):
            self.found.append(f"line {node.lineno}: {ast.unparse(method)}()")

    def remember(self, target: ast.expr, value: ast.expr | None) -> None:
        """Note whether a name now holds a queryset."""
        if isinstance(target, ast.Name):
            self.names.discard(target.id)
            if value is not None and self.is_queryset(value):
                self.names.add(target.id)

    def is_queryset(self, node: ast.expr) -> bool:
        """Return whether an expression looks like rows of a table, not yet read."""
        if isinstance(node, ast.Name):
            return node.id in self.names
        if isinstance(node, ast.Call):
            return isinstance(node.func, ast.Attribute) and self.is_link(node.func)
        return isinstance(node, ast.Attribute) and self.is_link(node)

    def is_link(self, node: ast.Attribute) -> bool:
        """Return whether an attribute belongs to a chain that makes a queryset."""
        if node.attr in ("get", "first", "last", "create", "values_list", "count"):
            return False
        if node.attr in QUERYSET_ATTRIBUTES + QUERYSET_METHODS:
            return True
        return node.attr.endswith("_set") or self.is_queryset(node.value)


def requirement_faults(text: str) -> list[str]:
    """Return the lines that do not pin one version and say why they are there."""
    faults = []
    for line in text.splitlines():
        requirement, _, reason = line.partition("#")
        if not requirement.strip() or requirement.startswith("-r "):
            continue
        name, pinned, version = requirement.strip().partition("==")
        if not (name and pinned and version) or set(version) & set("*,<>=! "):
            faults.append(f"not pinned with ==: {line}")
        elif not reason.strip():
            faults.append(f"no comment says why: {line}")
    return faults


def pins(text: str) -> dict[str, str]:
    """Return the version of each package that a requirements file pins."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    pairs = (line.partition("==") for line in lines if "==" in line)
    return {plain(name): version for name, _, version in pairs}


def hashed_pins(text: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return the version and the SHA-256 hashes of each package of a written file."""
    entries = text.replace("\\\n", " ").splitlines()
    found = {}
    for words in (entry.split() for entry in entries if "==" in entry):
        name, _, version = words[0].partition("==")
        hashes = [re.fullmatch(r"--hash=sha256:([0-9a-f]{64})", w) for w in words[1:]]
        found[plain(name)] = (version, tuple(m[1] for m in hashes if m))
    return found


def plain(name: str) -> str:
    """Return the name of a package in the one spelling that compares."""
    return name.lower().replace("_", "-").replace(".", "-")


def waits_without_limit(source: str) -> list[str]:
    """Return a sentence for each wait for a process or a thread without a timeout."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or _is_limited(node):
            continue
        called = ast.unparse(node.func)
        name = called.rpartition(".")[2]
        waits = name in ("wait", "join", "communicate") and not node.args
        if waits or called in ("subprocess.run", "threading.Barrier"):
            found.append(f"line {node.lineno}: {called} has no timeout.")
    return found


def _is_limited(call: ast.Call) -> bool:
    return any(keyword.arg == "timeout" for keyword in call.keywords)
