"""The project's import graph and public names, read from its source."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.support.structure import module_name, python_files

APPS = ("consultations", "responses", "config")

Graph = Mapping[str, frozenset[str]]
"""For each module of the project, the modules of the project that it imports."""


@cache
def modules() -> Mapping[str, Path]:
    """Return every module of the apps but migrations, with its file."""
    return {
        module_name(path): path
        for app in APPS
        for path in python_files(app)
        if "migrations" not in path.parts
    }


@cache
def import_graph() -> Graph:
    """Return what each module imports, wherever in it the import stands."""
    known = modules()
    return {
        name: frozenset(imported_modules(path.read_text(), known)) - {name}
        for name, path in known.items()
    }


def imported_modules(source: str, known: Mapping[str, object]) -> Iterator[str]:
    """Yield the modules among `known` that a source text imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                if full in known:
                    yield full
                elif node.module in known:
                    yield node.module


def circles(graph: Graph) -> list[list[str]]:
    """Return the groups of modules that import each other, directly or through others.

    By Tarjan's algorithm for strongly connected components.
    """
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = lowest[name] = len(order)
        stack.append(name)
        for other in graph.get(name, frozenset()):
            if other not in order:
                visit(other)
            if other in stack:
                lowest[name] = min(lowest[name], lowest[other])
        if lowest[name] == order[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in graph:
        if name not in order:
            visit(name)
    return found


def package_of_module(module: str) -> str:
    """Return the package of an app that a module is in, such as `responses.desk`."""
    return ".".join(module.split(".")[:2])


def package_graph() -> Graph:
    """Return which packages (or single modules) of the apps import which."""
    packages: dict[str, set[str]] = defaultdict(set)
    for name, imported in import_graph().items():
        own = package_of_module(name)
        packages[own] |= {package_of_module(other) for other in imported} - {own}
    return {name: frozenset(others) for name, others in packages.items()}


def public_names(path: Path) -> Iterator[str]:
    """Yield the functions, classes and constants that a module defines publicly."""
    for node in ast.parse(path.read_text()).body:
        names: list[str] = []
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign):
            names = [t.id for t in node.targets if isinstance(t, ast.Name)]
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names = [node.target.id]
        yield from (name for name in names if not name.startswith("_"))


def silent_raises(source: str) -> list[str]:
    """Return the public functions that raise an error their docstring does not name.

    A helper that makes the error, such as `bad_setting(...)`, is named by `Raise`.
    """
    found = []
    for node in _public_functions(ast.parse(source)):
        words = ast.get_docstring(node) or ""
        for error in _errors_raised_in(node):
            said = error in words or (error == "Http404" and "404" in words)
            made_by_helper = error.lstrip("_")[0].islower() and "aise" in words
            if not said and not made_by_helper:
                found.append(f"line {node.lineno}: {node.name} raises {error}")
    return found


def _public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        if isinstance(node, ast.ClassDef) and node.name.startswith("_"):
            continue
        for each in inside:
            if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
                yield each


def _errors_raised_in(node: ast.AST) -> Iterator[str]:
    """Yield the errors that a function raises itself, not those of functions in it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            continue
        if isinstance(child, ast.Raise) and child.exc is not None:
            error = child.exc.func if isinstance(child.exc, ast.Call) else child.exc
            yield ast.unparse(error).rpartition(".")[2]
        yield from _errors_raised_in(child)
