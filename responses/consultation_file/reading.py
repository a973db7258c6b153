"""Reading the bytes of a file as a ConsultationFile, or as its errors."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from responses.consultation_file.checking import check_consistency
from responses.consultation_file.contents import ConsultationFile
from responses.consultation_file.names import Names, read_names
from responses.consultation_file.notation.declaring import (
    Key,
    KeyReference,
    Kind,
    ListOf,
    Nested,
    Terms,
    empty_value,
    keys_of,
)
from responses.consultation_file.notation.errors import (
    Errors,
    FileError,
    FileRefused,
    Path,
    did_you_mean,
    format_path,
    join_alternatives,
    quote_value,
)
from responses.consultation_file.notation.nodes import Node, Pair
from responses.consultation_file.notation.scalar_kinds import READERS, KindError
from responses.consultation_file.notation.trees import parse_tree

T = TypeVar("T")


@dataclass(frozen=True)
class Reading:
    """The value of a file, and its tree, which has the lines."""

    file: ConsultationFile
    root: Node

    def error(self, path: Path, message: str) -> FileError:
        """Return an error of the file that is found after reading it."""
        return FileError(self.root.node_at(path).line, format_path(path), "", message)


def read_file(data: bytes) -> Reading:
    """Return the value of a file; raise FileRefused with all its errors."""
    faults = Errors()
    root = parse_tree(data, faults)
    reader = _Reader(read_names(root), faults)
    file = reader.mapping(ConsultationFile, root, ())
    file = fill_in_defaults(file, reader.names)
    check_consistency(file, root, faults)
    faults.refuse()
    return Reading(file, root)


def fill_in_defaults(file: ConsultationFile, names: Names) -> ConsultationFile:
    """Fill in default keys and slugs; put the questions of extensions in order."""
    keys = names.questions or ()
    questions = tuple(
        dataclasses.replace(question, key=key)
        for question, key in zip(file.questions, keys, strict=False)
    )
    conclusions = tuple(
        each if each.slug else dataclasses.replace(each, slug=file.consultation.slug)
        for each in file.conclusions
    )
    extensions = tuple(
        dataclasses.replace(
            each, questions=tuple(sorted(each.questions, key=_order_of_questions(keys)))
        )
        for each in file.consultation.extensions
    )
    return dataclasses.replace(
        file,
        consultation=dataclasses.replace(file.consultation, extensions=extensions),
        questions=questions,
        conclusions=conclusions,
    )


def _order_of_questions(keys: tuple[str, ...]) -> Callable[[str], int]:
    places = {key: place for place, key in enumerate(keys)}
    return lambda key: places.get(key, len(keys))


class _Reader:
    """Reads values by their kinds; collects errors, and replaces wrong values."""

    def __init__(self, names: Names, faults: Errors) -> None:
        self.names = names
        self.faults = faults
        self.compound: dict[type[Kind], Callable[[Any, Node, Path], Any]] = {
            Nested: self._nested,
            ListOf: self._list,
            Terms: self._terms,
            KeyReference: self._reference,
        }

    def value(self, kind: Kind, node: Node, path: Path) -> Any:
        """Return the value of a node; an empty value where it is wrong."""
        compound = self.compound.get(type(kind))
        if compound:
            return compound(kind, node, path)
        try:
            return READERS[type(kind)](kind, node.value)
        except KindError as error:
            for message in error.messages:
                self.add_error(node, path, message, structural=error.structural)
            return empty_value(kind)

    def add_error(
        self, node: Node, path: Path, message: str, *, structural: bool = True
    ) -> None:
        """Add an error; `{}` in the message is the value found."""
        found = quote_value(node.value)
        self.faults.add(
            node.line,
            path,
            message.replace("{}", found),
            value=node.value if node.value is not None else "",
            structural=structural,
        )

    def mapping(self, contents: type[T], node: Node, path: Path) -> T:
        """Return a mapping as a dataclass."""
        keys = keys_of(contents)
        pairs: dict[str, Pair] = {}
        if isinstance(node.value, dict):
            pairs = node.value
            self._report_unknown_keys(pairs, [key.name for key in keys], path)
        else:
            names = join_alternatives((key.name for key in keys if key.required), "and")
            self.add_error(
                node, path, f"This value is {{}}; give a mapping with {names}."
            )
        given = {
            key.field: self._field(key, pairs.get(key.name), node, path) for key in keys
        }
        for key in keys:
            if key.same_as and not given[key.field]:
                given[key.field] = given[key.same_as]
        return contents(**given)

    def _report_unknown_keys(
        self, pairs: dict[str, Pair], known: list[str], path: Path
    ) -> None:
        for name in (name for name in pairs if name not in known):
            hint = (
                did_you_mean(name, known)
                or f" The keys are {join_alternatives(known, 'and')}."
            )
            self.faults.add(
                pairs[name].key.line,
                (*path, name),
                f"The key {quote_value(name)} is not allowed here.{hint}",
                value=name,
                structural=True,
            )

    def _field(self, key: Key, pair: Pair | None, node: Node, path: Path) -> Any:
        inner = (*path, key.name)
        if pair is None:
            if key.required and isinstance(node.value, dict):
                self.faults.add(
                    node.line,
                    inner,
                    f"The key {key.name} is missing; add {key.name}.",
                    structural=True,
                )
            return key.default_value()
        if pair.value.value is None and key.nullable:
            return key.null_value()
        return self.value(key.kind, pair.value, inner)

    def _nested(self, kind: Nested, node: Node, path: Path) -> Any:
        return self.mapping(kind.contents, node, path)

    def _list(self, kind: ListOf, node: Node, path: Path) -> Any:
        if not isinstance(node.value, list):
            self.add_error(
                node, path, "This value is {}; write a list: [first, second]."
            )
            return ()
        if len(node.value) < kind.least:
            self.add_error(node, path, "The list is empty; remove the key.")
        values = [
            self.value(kind.item, item, (*path, index))
            for index, item in enumerate(node.value)
        ]
        if kind.is_unique:
            self._report_duplicates(values, node.value, path)
        return tuple(values)

    def _report_duplicates(
        self, values: list[Any], nodes: list[Node], path: Path
    ) -> None:
        seen: dict[Any, int] = {}
        for index, value in enumerate(values):
            if value and seen.setdefault(value, index) != index:
                message = (
                    f"{{}} is already in this list, at [{seen[value]}]; remove one."
                )
                self.add_error(nodes[index], (*path, index), message, structural=False)

    def _terms(self, kind: Terms, node: Node, path: Path) -> Any:
        if not isinstance(node.value, dict):
            self.add_error(node, path, "This value is {}; give a mapping of terms.")
            return ()
        terms: dict[str, str] = {}
        for name, pair in node.value.items():
            inner = (*path, name)
            term = self.value(kind.key, pair.key, inner)
            meaning = self.value(kind.meaning, pair.value, inner)
            if term in terms:
                self.add_error(
                    pair.key, inner, "The term {} is repeated; remove one of the two."
                )
            terms[term] = meaning
        return tuple(terms.items())

    def _reference(self, kind: KeyReference, node: Node, path: Path) -> str:
        value = node.value
        known = self.names.names_of(kind.list_name)
        thing = kind.list_name.removesuffix("s")
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if (
            kind.allows_number
            and isinstance(value, int)
            and not isinstance(value, bool)
        ):
            return self._question(value, node, path)
        if not isinstance(value, str) or not value.strip():
            either = " or its number" if kind.allows_number else ""
            named = "code" if kind.list_name == "documents" else "key"
            quote = (
                ""
                if isinstance(value, list | dict | None)
                else (f"; put the {named} in quotes")
            )
            message = f"{{}} is not the {named} of a {thing}{either}{quote}."
            self.add_error(node, path, message)
            return ""
        name = " ".join(value.split())
        if known is not None and name not in known:
            self.add_error(
                node,
                path,
                f"There is no {thing} {{}} in this file."
                f"{_suggestion(name, known, kind)}",
                structural=False,
            )
            return ""
        return name

    def _question(self, number: int, node: Node, path: Path) -> str:
        known = self.names.questions
        if known is None:
            return ""
        if 1 <= number <= len(known):
            return known[number - 1]
        how_many = f"the file has {len(known)}, counted from 1"
        message = f"There is no question {{}}: {how_many}."
        self.add_error(node, path, message, structural=False)
        return ""


def _suggestion(name: str, known: dict[str, None], kind: KeyReference) -> str:
    if kind.allows_number and name.isdecimal():
        return " To refer to a question by number, write the number without quotes."
    if hint := did_you_mean(name, known):
        return hint
    if len(known) == 1:
        return f" The only one is {next(iter(known))}."
    if 0 < len(known) <= 12:
        return f" The file has {join_alternatives(known, 'and')}."
    return ""


__all__ = ["FileRefused", "Reading", "read_file"]
