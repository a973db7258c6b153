"""The glossary: its page, its document and the names it gives."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from responses.desk.home.glossary_terms import (
    GLOSSARY_FILE,
    TERMS,
    Term,
    glossary_markdown,
)
from tests.support.banned_words import banned_in
from tests.support.pages import log_in
from tests.support.structure import ROOT, python_files
from tests.support.visible_text import APPS

SOURCE = "\n".join(
    [path.read_text() for app in APPS for path in python_files(app)]
    + [path.as_posix().replace("/", ".") for app in APPS for path in python_files(app)]
)
SCHEMA = (
    ROOT / "responses" / "consultation_file" / "consultation-file.schema.json"
).read_text()


def test_document_is_written_from_the_terms() -> None:
    assert GLOSSARY_FILE.read_text(encoding="utf-8") == glossary_markdown(), (
        "run python -m responses.desk.home.glossary_terms"
    )


def test_each_term_is_defined_once() -> None:
    words = [term.word for term in TERMS]
    assert len(set(words)) == len(words)
    assert len({term.anchor for term in TERMS}) == len(words)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.anchor)
def test_names_of_a_term_exist(term: Term) -> None:
    assert not banned_in(f"{term.word}. {term.definition}")
    for name in re.findall(r"[\w.]+", term.code):
        for part in (name, *name.split(".")):
            if part == name and "." in name and not name[0].islower():
                continue  # an attribute of a class
            assert re.search(rf"\b{re.escape(part)}\b", SOURCE), part
    for key in re.findall(r"\w+_\w+|^\w+", term.file_key):
        assert f'"{key}"' in SCHEMA, key


@pytest.mark.django_db
def test_page_shows_every_term(client: Client) -> None:
    log_in(client, "Drafter")
    page = unescape(client.get("/desk/glossary/").content.decode())
    for term in TERMS:
        assert f'id="{term.anchor}"' in page
        assert term.definition in page


@pytest.mark.django_db
def test_workspace_links_to_the_glossary(client: Client) -> None:
    log_in(client, "Drafter")
    assert 'href="/desk/glossary/"' in client.get("/desk/").content.decode()
