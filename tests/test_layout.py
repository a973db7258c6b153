"""The layout of the code: import directions and public names."""

from __future__ import annotations

from collections import defaultdict

import pytest

from tests.support import imports

DIRECTIONS: dict[str, str] = {
    "consultations.documents": "",
    "consultations.london": "",
    "consultations.deadlines": "",
    "consultations.attached_files": "documents",
    "consultations.uploads": "attached_files documents",
    "consultations.user_names": "",
    "consultations.fields": "documents london",
    "consultations.models": "deadlines documents fields",
    "consultations.access": "",
    "consultations.audit": "access documents models",
    "consultations.public_slugs": "audit models",
    "consultations.background": "models",
    "consultations.notifications": "access background documents models user_names",
    "consultations.editions": (
        "access audit documents fields models notifications public_slugs user_names"
    ),
    "consultations.legal_texts": (
        "access audit documents editions fields models notifications public_slugs"
    ),
    "consultations.record": (
        "access audit documents editions fields models notifications public_slugs"
    ),
    "consultations.timetable": (
        "access audit deadlines documents editions london models public_slugs record"
    ),
    "consultations.public": "deadlines documents models public_slugs record",
    "consultations.web": "access models public public_slugs",
    "consultations.views": "access documents models public public_slugs record",
    "responses.models": "*",
    "responses.text_matching": "",
    "responses.editing": "* models",
    "responses.row_types": "* models editing",
    "responses.analysis": "* models row_types",
    "responses.comments": "* models editing analysis text_matching row_types",
    "responses.checks": "* models analysis comments history text_matching row_types",
    "responses.passages": "* models editing row_types text_matching comments",
    "responses.setup": "* models editing row_types comments",
    "responses.conclusions": (
        "* models editing analysis checks comments history row_types text_matching"
    ),
    "responses.file_words": "* models",
    "responses.row_names": "* models comments row_types",
    "responses.history": "* models analysis row_types row_names editing",
    "responses.consultation_file": "* models analysis file_words",
}
"""What each package may import of its own app; `*` is all of `consultations`."""

ENTRY_POINTS: dict[str, str] = {
    "config.accounts": (
        "lockout_notices passwords recording sessions sign_in_addresses"
    ),
    "consultations.attached_files": "inspection kinds",
    "consultations.documents.conclusion": (
        "columns compose content labels numbering stored"
    ),
    "consultations.documents.diff": "texts",
    "consultations.documents.pdf": (
        "child_process errors fonts pango progress weasyprint_private"
    ),
    "consultations.documents.rich_text": "characters inlines markup plain_text tokens",
    "consultations.documents.word": "render",
    "consultations.editions": (
        "authorship classification consultation_faults consulted_texts facts"
        " file_verification hashes independence naming new_words"
        " release_verification remarks reservation role_grants scheduling steps"
        " triggers"
        " verification workflow"
    ),
    "consultations.web": "requires resubmission retries",
    "responses.checks": (
        "cached_findings confirmations new_words public_texts public_wording"
        " publication typed_texts"
    ),
    "responses.consultation_file": "exporting loading notation notes reading",
    "responses.consultation_file.notation": (
        "declaring decoding errors moments nodes scalar_kinds trees yaml_text"
    ),
    "responses.desk.accounts": "urls",
    "responses.desk.changes": "urls",
    "responses.desk.comments": "urls",
    "responses.desk.conclusions": "urls urls_draft_files",
    "responses.desk.editing": "lookups one_form removal reordering saving urls",
    "responses.desk.history": "urls",
    "responses.desk.home": "glossary overview views",
    "responses.desk.outcome": "urls",
    "responses.desk.passages": "views",
    "responses.desk.received": "urls",
    "responses.desk.regulated_documents": "releases views",
    "responses.desk.setup": "urls",
    "responses.desk.sign_off": "urls",
}
"""The modules that other packages may import; the rest of each package is private."""

SHARED_NOUNS = (
    "consultations.models",
    "responses.models",
    "responses.consultation_file.contents",
    "consultations.documents.conclusion.content",
    "consultations.documents.tree",
)
"""Modules that share the nouns of the field on purpose; used as `content.Question`."""

NAMES_OF_DJANGO = {"urlpatterns", "app_name", "register", "logger"}
OWN_KINDS = {"urls", "apps", "admin", "commands", "templatetags"}


def allowed_for(package: str) -> set[str]:
    app, _, _ = package.partition(".")
    words = DIRECTIONS[package].split()
    return {f"{app}.{word}" for word in words if word != "*"}


@pytest.mark.parametrize("package", DIRECTIONS)
def test_package_imports_only_packages_below_it(package: str) -> None:
    app = package.partition(".")[0]
    imported = imports.package_graph().get(package, frozenset())
    own = {other for other in imported if other.startswith(f"{app}.")}
    assert own <= allowed_for(package)
    others = {other for other in imported if not other.startswith(f"{app}.")}
    assert all(other.startswith("consultations") for other in others)
    assert not others or "*" in DIRECTIONS[package].split()


def test_every_package_has_a_declared_direction() -> None:
    on_top = {"admin", "apps", "desk", "management", "templatetags", "urls"}
    on_top |= {"admin_bases", "staticfiles", "migrations"}
    packages = {
        name
        for name in map(imports.package_of_module, imports.modules())
        if name.count(".") == 1 and not name.startswith("config.")
    }
    assert packages - set(DIRECTIONS) <= {
        f"{app}.{name}" for app in ("consultations", "responses") for name in on_top
    }


def test_desk_is_imported_by_nothing_below_it() -> None:
    importing = {
        name
        for name, imported in imports.import_graph().items()
        if any(other.startswith("responses.desk") for other in imported)
    }
    assert all(name.startswith(("responses.desk", "config.")) for name in importing)


@pytest.mark.parametrize("package", ENTRY_POINTS)
def test_private_modules_of_package_are_imported_within_it_only(package: str) -> None:
    inside = f"{package}."
    imported = {
        other.removeprefix(inside).partition(".")[0]
        for name, others in imports.import_graph().items()
        for other in others
        if other.startswith(inside) and not f"{name}.".startswith(inside)
    }
    assert imported == set(ENTRY_POINTS[package].split())


def test_no_modules_import_each_other() -> None:
    assert imports.circles(imports.import_graph()) == []
    assert imports.circles(imports.package_graph()) == []


def test_import_cycle_is_detected() -> None:
    graph = {
        "a": frozenset({"b"}),
        "b": frozenset({"c"}),
        "c": frozenset({"a", "d"}),
        "d": frozenset[str](),
    }
    assert imports.circles(graph) == [["a", "b", "c"]]


def test_public_names_are_defined_in_one_module() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for module, path in imports.modules().items():
        if OWN_KINDS & set(module.split(".")):
            continue
        for name in imports.public_names(path):
            if name not in NAMES_OF_DJANGO and len(name) > 1:
                places[name].append(module)
    repeated = {
        name: modules
        for name, modules in places.items()
        if len([m for m in modules if not m.startswith(SHARED_NOUNS)]) > 1
        or (len(modules) > 1 and name[0].islower())
    }
    assert len(repeated) <= len(places) / 100, repeated


def test_public_functions_name_the_errors_they_raise() -> None:
    found = [
        f"{module}, {silent}"
        for module, path in imports.modules().items()
        if "commands" not in module.split(".")
        for silent in imports.silent_raises(path.read_text())
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('def f():\n    """Do it."""\n    raise ValueError', 1),
        ('def f():\n    """Do it; raise ValueError."""\n    raise ValueError', 0),
        ("def f():\n    raise Http404", 1),
        ('def f():\n    """Return it, or 404."""\n    raise Http404', 0),
        ("def _f():\n    raise ValueError", 0),
        ("def f():\n    def g():\n        raise ValueError\n    return g", 0),
        ("class A:\n    def f(self):\n        raise errors.Wrong()", 1),
    ],
)
def test_unnamed_error_is_detected(source: str, count: int) -> None:
    assert len(imports.silent_raises(source)) == count
