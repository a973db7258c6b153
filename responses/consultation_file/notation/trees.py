"""Parsing the bytes of a file, in YAML or JSON, into a tree."""

from __future__ import annotations

from responses.consultation_file.notation.decoding import decode_file
from responses.consultation_file.notation.errors import Errors, FileRefused
from responses.consultation_file.notation.json_nodes import NotJson, read_json
from responses.consultation_file.notation.nodes import Builder, Node
from responses.consultation_file.notation.yaml_nodes import read_yaml


def parse_tree(data: bytes, faults: Errors) -> Node:
    """Return the tree of a file; raise FileRefused where it cannot be parsed.

    A file that begins with a brace is parsed as JSON and, if that fails, as YAML.
    """
    text = decode_file(data, faults)
    if text is None:
        raise FileRefused(faults.errors)
    builder = _from_json(text, faults) or _from_yaml(text, faults)
    if builder.root is None:
        faults.add(1, (), "The file is empty; begin with “consultation_file: 1”.")
        raise FileRefused(faults.errors)
    return builder.root


def _from_json(text: str, faults: Errors) -> Builder | None:
    if not text.lstrip(" \t\r\n").startswith("{"):
        return None
    attempt = Builder(Errors())
    try:
        read_json(text, attempt)
    except NotJson:
        return None
    for error in attempt.faults.errors:
        faults.errors.append(error)
    faults.paths |= attempt.faults.paths
    return attempt


def _from_yaml(text: str, faults: Errors) -> Builder:
    builder = Builder(faults)
    read_yaml(text, builder)
    return builder
