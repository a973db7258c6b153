"""The structure of the project: import rules, purity and pinned versions."""

import ast
import os
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from scripts.machine import (
    DEVELOPMENT_REQUIREMENTS,
    SITE_REQUIREMENTS,
    pins_file,
)
from tests.support import structure
from tests.support.structure import ROOT, module_name, python_files

# Where a queryset may be written to in bulk: it writes the history itself.
HISTORY_WRITERS = {
    Path("consultations/audit/history.py"),
    # Erases from the histories themselves.
    Path("responses/history/erasure.py"),
    # What these write has no history.
    Path("consultations/background/workers.py"),
    Path("responses/editing/autosave.py"),
    Path("responses/editing/idempotency.py"),
    Path("responses/editing/presence.py"),
}

# The one module that uses private parts of WeasyPrint and pydyf, and those that are
# imported by it and by each other only, so that it decides when they are used.
PRIVATE_MODULE = Path("consultations/documents/pdf/weasyprint_private.py")
GATED_MODULES = {
    Path("consultations/documents/pdf/tags.py"),
    Path("consultations/documents/pdf/merge_tags.py"),
    Path("consultations/documents/pdf/list_tags.py"),
}

# Written in halves, so that this file does not hold what it looks for.
REGISTRY_HOSTS = [
    f"{name}.{ending}"
    for name, ending in (
        *(("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org")),
        *(("npmjs", "com"), ("deb.debian", "org"), ("security.debian", "org")),
        *(("archive.ubuntu", "com"), ("crates", "io"), ("proxy.golang", "org")),
    )
]


def package_of(path: Path) -> str:
    """Return the package that a file's relative imports start from."""
    module = module_name(path)
    return module if path.name == "__init__.py" else module.rpartition(".")[0]


def breaches(
    folders: tuple[str, ...], rule: Callable[[str, str], list[str]]
) -> list[str]:
    """Apply a rule to every Python file below the folders."""
    return [
        f"{path.relative_to(ROOT)}: {breach}"
        for folder in folders
        for path in python_files(folder)
        for breach in rule(path.read_text(), package_of(path))
    ]


def project_files() -> Iterator[Path]:
    """Yield every file that is tracked or could be: all but what .gitignore names."""
    lines = (ROOT / ".gitignore").read_text().split()
    ignored = [line.rstrip("/") for line in lines] + [".git"]

    def is_ignored(name: str) -> bool:
        return any(fnmatch(name, pattern) for pattern in ignored)

    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if not is_ignored(name)]
        yield from (Path(folder, name) for name in names if not is_ignored(name))


# Import directions


def test_consultations_imports_nothing_of_responses() -> None:
    def rule(source: str, package: str) -> list[str]:
        return structure.mentions_of("responses", source, package)

    assert python_files("consultations")
    assert breaches(("consultations",), rule) == []


@pytest.mark.parametrize(
    "source",
    [
        "import responses",
        "import responses.models",
        "from responses import models",
        "from responses.models import Comment",
        "def f():\n    from responses import digest",
        'field = ForeignKey("responses.Comment")',
        'module = import_module("responses.models")',
    ],
)
def test_import_of_responses_is_detected(source: str) -> None:
    assert structure.mentions_of("responses", source, "consultations.models")


@pytest.mark.parametrize(
    "source",
    [
        "from consultations import models",
        "from . import responses_open",
        "import responses_of_old",
        'words = "responses. They were many."',
        'template = "desk/home/desk.html"',
    ],
)
def test_other_imports_are_not_reported(source: str) -> None:
    assert structure.mentions_of("responses", source, "consultations.models") == []


# Purity


def test_documents_and_text_matching_are_pure() -> None:
    folders = ("consultations/documents", "responses/text_matching")
    assert python_files(folders[0])
    reads_versions = re.compile(rf"{PRIVATE_MODULE}: .* imports importlib\.metadata")
    found = breaches(folders, structure.impurities)
    assert [breach for breach in found if not reads_versions.fullmatch(breach)] == []


@pytest.mark.parametrize(
    "source",
    [
        "from django.utils.html import escape",
        "import django",
        "from consultations.models import Conclusion",
        "from consultations import models",
        "from .. import models",
        "from ..models import Conclusion",
        "import urllib.request",
        "from urllib import request",
        "from http.client import HTTPConnection",
        "import socket",
        "def f():\n    import requests",
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.date.today()",
        "import datetime\ndatetime.datetime.now(datetime.UTC)",
        "import time\ntime.time()",
        "from time import time\ntime()",
    ],
)
def test_impure_code_is_detected(source: str) -> None:
    assert structure.impurities(source, "consultations.documents")


@pytest.mark.parametrize(
    "source",
    [
        "from consultations.documents.tree import Document",
        "from .tree import Document",
        "from . import tree",
        "from urllib.parse import quote",
        "from datetime import date, datetime",
        "from html import escape",
        "from time import monotonic",
        "import httpolice_of_another_name",
    ],
)
def test_pure_code_is_not_reported(source: str) -> None:
    assert structure.impurities(source, "consultations.documents") == []


# Internals of WeasyPrint and pydyf

PROJECT = ("config", "consultations", "responses", "scripts", "tests")


def files_breaching(rule: Callable[[str, str], list[str]]) -> dict[Path, list[str]]:
    """Return the breaches of a rule, of every file that has some."""
    found = {
        path.relative_to(ROOT): rule(path.read_text(), package_of(path))
        for folder in PROJECT
        for path in python_files(folder)
        if path not in (Path(__file__), Path(structure.__file__))  # they hold examples
    }
    return {path: breaches for path, breaches in found.items() if breaches}


def test_weasyprint_internals_are_used_in_one_module() -> None:
    found = files_breaching(structure.engine_internals)
    assert set(found) <= {PRIVATE_MODULE} | GATED_MODULES, found


def test_gated_modules_are_imported_by_private_module_only() -> None:
    gated = tuple(module_name(ROOT / path) for path in GATED_MODULES)

    def rule(source: str, package: str) -> list[str]:
        if "tags" not in source:
            return []
        names = [name for _, name in structure.imports(source, package)]
        return [name for name in names if structure.within(name, gated)]

    assert set(files_breaching(rule)) - GATED_MODULES == {PRIVATE_MODULE}


@pytest.mark.parametrize(
    "source",
    [
        "import pydyf",
        "from pydyf import PDF",
        "def f():\n    from weasyprint.text.ffi import ffi",
        "import weasyprint.layout.page",
        "from weasyprint import formatting_structure",
        "from weasyprint.formatting_structure.boxes import TableBox",
        "import weasyprint\nweasyprint.HTML(string='')._ua_stylesheets()",
        "from weasyprint.text.fonts import FontConfiguration\nfonts._config = None",
        'monkeypatch.setattr("pydyf.PDF.page_references", None)',
        "HTML(string='').write_pdf(finisher=finish)",
        "options = {'finisher': finish}",
    ],
)
def test_use_of_weasyprint_internals_is_detected(source: str) -> None:
    assert structure.engine_internals(source, "responses")


def test_private_attribute_is_detected_in_pdf_package() -> None:
    source = "def boxes(layout):\n    return [page._page_box for page in layout.pages]"
    assert structure.engine_internals(source, "consultations.documents.pdf")
    assert structure.engine_internals(source, "responses") == []


@pytest.mark.parametrize(
    "source",
    [
        "import weasyprint",
        "from weasyprint import HTML",
        "from weasyprint.urls import URLFetcher",
        "from weasyprint.text.fonts import FontConfiguration",
        "import weasyprint\nclass A:\n    def f(self):\n        return self._b",
        "import weasyprint\nweasyprint.__version__",
        'logging.getLogger("weasyprint.progress")',
        'versions = ("weasyprint", "pydyf")',
        "Comment._default_manager.all()",
    ],
)
def test_documented_weasyprint_api_is_not_reported(source: str) -> None:
    assert structure.engine_internals(source, "responses") == []


# Bulk writes


def test_bulk_writes_are_only_in_history_modules() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {breach}"
        for app in ("consultations", "responses")
        for path in python_files(app)
        if path.relative_to(ROOT) not in HISTORY_WRITERS
        and not {"migrations", "documents"} & set(path.relative_to(ROOT).parts)
        for breach in structure.bulk_writes(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "Comment.objects.update(a=1)",
        "Comment.objects.filter(a=1).update(a=2)",
        "Comment.objects.open().awaiting().update(a=2)",
        "consultation.question_set.update(a=2)",
        "consultation.questions.filter(a=1).exclude(b=2).delete()",
        "consultation.questions.all().update(a=2)",
        "Comment.objects.bulk_create([])",
        "Comment.objects.bulk_update([], ['a'])",
        "Comment._default_manager.update(a=1)",
        "rows = Comment.objects.filter(a=1)\nrows.update(a=2)",
        "def f():\n    rows: Any = Comment.objects.all()\n    rows.update(a=2)",
        "def action(self, request, queryset):\n    queryset.update(a=2)",
        "class Q(models.QuerySet['C']):\n    def f(self):\n        self.update(a=2)",
        "async def f():\n    await Comment.objects.filter(a=1).aupdate(a=2)",
    ],
)
def test_bulk_write_is_detected(source: str) -> None:
    assert structure.bulk_writes(source)


@pytest.mark.parametrize(
    "source",
    [
        "context = {}\ncontext.update(a=1)",
        "digest = sha256()\ndigest.update(b'')",
        "Comment.objects.filter(a=1)",
        "Comment.objects.get(pk=1).delete()",
        "comment.delete()",
        "bulk_create_with_history(comments, Comment)",
        "rows = Comment.objects.all()\nrows = {}\nrows.update(a=1)",
        "def f():\n    x = Comment.objects.all()\ndef g(x):\n    x.update(a=1)",
        "class Box:\n    def f(self):\n        self.update(a=2)",
    ],
)
def test_other_calls_are_not_reported(source: str) -> None:
    assert structure.bulk_writes(source) == []


# Emails

SENDERS = {"send_mail", "send_mass_mail", "mail_admins", "mail_managers", "email_user"}
"""What sends an email at once: when that fails, nothing tries again."""


def test_emails_are_sent_as_notices_only() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {name}"
        for app in ("config", "consultations", "responses")
        for path in python_files(app)
        for name in sorted(names_used(path.read_text()) & SENDERS)
    ]
    assert found == []


def names_used(source: str) -> set[str]:
    """Return the names and attributes that a module uses or imports."""
    nodes = list(ast.walk(ast.parse(source)))
    return (
        {node.id for node in nodes if isinstance(node, ast.Name)}
        | {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        | {node.name for node in nodes if isinstance(node, ast.alias)}
    )


@pytest.mark.parametrize(
    "source",
    [
        "from django.core.mail import send_mail",
        "from django.core import mail\nmail.send_mail('a', 'b', 'c', [])",
        "user.email_user('a', 'b')",
    ],
)
def test_email_sent_at_once_is_detected(source: str) -> None:
    assert names_used(source) & SENDERS


# Pinned versions and registry hosts


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_requirement_is_pinned_with_a_reason(name: str) -> None:
    assert structure.requirement_faults((ROOT / name).read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "Django  # the framework",
        "Django>=5.2  # the framework",
        "Django==5.*  # the framework",
        "Django==5.2,<6  # the framework",
        "Django==5.2.19",
        "Django==5.2.19  #",
        "git+https://example.org/x  # from elsewhere",
    ],
)
def test_loose_requirement_is_detected(line: str) -> None:
    assert structure.requirement_faults(line)


def test_every_dependency_of_a_requirement_is_pinned() -> None:
    """The same checkout then always installs the same packages."""
    texts = [(ROOT / f"requirements{end}.in").read_text() for end in ("", "-dev")]
    pinned = structure.pins(texts[0]) | structure.pins(texts[1])
    loose = {
        f"{name} needs {needed.name}"
        for name in pinned
        for needed in map(Requirement, distribution(name).requires or [])
        if needed.marker is None or needed.marker.evaluate({"extra": ""})
        if structure.plain(needed.name) not in pinned
    }
    assert loose == set()


@pytest.mark.parametrize("name", [SITE_REQUIREMENTS, DEVELOPMENT_REQUIREMENTS])
def test_every_pin_is_installed_by_its_hashes(name: str) -> None:
    pinned = structure.pins(pins_file(name).read_text())
    if name == DEVELOPMENT_REQUIREMENTS:
        pinned |= structure.pins(pins_file(SITE_REQUIREMENTS).read_text())
    hashed = structure.hashed_pins((ROOT / name).read_text())
    assert {pin: version for pin, (version, _) in hashed.items()} == pinned
    assert all(hashes for _, hashes in hashed.values())


def test_installed_versions_match_the_pins() -> None:
    texts = [(ROOT / f"requirements{end}.in").read_text() for end in ("", "-dev")]
    pinned = structure.pins(texts[0]) | structure.pins(texts[1])
    assert {name: distribution(name).version for name in pinned} == pinned


def registry_hosts_in(text: str) -> list[str]:
    """Return the registry hosts that a text names."""
    return [host for host in REGISTRY_HOSTS if host in text.lower()]


def test_no_file_names_a_package_registry_host() -> None:
    named = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in project_files()
        for host in registry_hosts_in(path.read_text(errors="replace"))
    ]
    assert named == []


def test_searched_files_are_those_of_the_project() -> None:
    searched = set(project_files())
    assert {ROOT / "requirements.txt", ROOT / ".ci" / "run"} <= searched
    assert not [path for path in searched if ".venv" in path.parts]


def test_registry_host_is_detected() -> None:
    assert registry_hosts_in("https://files." + "pythonHosted" + ".org/packages")


@pytest.mark.parametrize(
    "wait",
    ["process.wait()", "t.join()", "p.communicate()", "subprocess.run(['a'])"],
)
def test_wait_without_limit_is_found(wait: str) -> None:
    assert len(structure.waits_without_limit(wait)) == 1
    limited = wait.replace("()", "(timeout=1)").replace("])", "], timeout=1)")
    assert structure.waits_without_limit(limited) == []


def test_every_wait_of_tests_has_a_limit() -> None:
    found = {
        str(path.relative_to(ROOT)): waits
        for path in python_files("tests")
        if path != ROOT / "tests/support/waiting.py"
        if (waits := structure.waits_without_limit(path.read_text()))
    }
    assert found == {}
