"""A database as an earlier release left it: loaded, migrated, and compared.

`python -m tests.support.earlier_release FILE` migrates an empty database to where that
release stood, puts its rows in, migrates it to today, uses it, and migrates it back.
It exits with 1 and a sentence for each frozen value that is no longer what it was, and
for each waiting task that cannot be run. The database is DATABASE_URL's.

FILE is gzipped JSON: for each table its columns and its rows, bytes as base64.
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import html
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RELEASES = Path(__file__).resolve().parents[1] / "releases"
NOVEMBER_2026 = RELEASES / "2026-11-30.json.gz"

STOOD_AT = [("consultations", "0004_desk"), ("responses", "0002_desk")]
"""The last migrations of the release of November 2026."""

CONCLUSIONS = ("device-behaviours-2026", "s1sr-moc-secure")
"""The addresses of conclusions in the file."""

MADE_BY_MIGRATIONS = {"auth_group"}
FROZEN = {
    "consultations_edition": ("content", "content_sha256", "sha256", "number", "state"),
    "consultations_editionfile": ("edition_id", "name", "filename", "file_id"),
    "consultations_storedfile": ("content", "size", "packed"),
    "consultations_signoff": ("edition_id", "by_id", "decision", "sha256"),
    "consultations_event": ("sha256",),
}
"""Columns that no release may change, of tables that no release may rename."""

RENAMED_SINCE = {
    "consultations_plannedpublication": "consultations_scheduledpublication",
    "responses_atwork": "responses_editingsession",
    "responses_sentform": "responses_idempotencykey",
    "responses_unsavedtext": "responses_autosavedform",
}
"""Tables of the release that have another name today."""

GROWS = {"consultations_storedfile", "consultations_event"}
"""Tables that the upgrade adds rows to: frozen texts of what was public, and events of
the editions that it found.
"""

Tables = dict[str, dict[str, Any]]


def read_release(path: Path) -> Tables:
    """Return the tables of a release, with bytes as bytes."""
    tables: Tables = json.loads(gzip.decompress(path.read_bytes()))
    for table in tables.values():
        table["rows"] = [[_value(cell) for cell in row] for row in table["rows"]]
    return tables


def _value(cell: Any) -> Any:
    return base64.b64decode(cell["base64"]) if isinstance(cell, dict) else cell


def load_release(path: Path) -> None:
    """Migrate an empty database to where the release stood and put its rows in."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from consultations.editions.triggers import without_guards

    executor = MigrationExecutor(connection)
    apps = {app for app, _ in STOOD_AT}
    others = [key for key in executor.loader.graph.leaf_nodes() if key[0] not in apps]
    executor.migrate([*others, *STOOD_AT])
    with without_guards(connection), connection.cursor() as cursor:
        for name, table in read_release(path).items():
            if name not in MADE_BY_MIGRATIONS:
                _insert(cursor, name, table)
        if connection.vendor == "postgresql":
            _reset_sequences(cursor)


def _insert(cursor: Any, name: str, table: dict[str, Any]) -> None:
    from django.db import connection

    kinds = {
        column.name: connection.introspection.get_field_type(column.type_code, column)
        for column in connection.introspection.get_table_description(cursor, name)
    }
    booleans = [kinds[column] == "BooleanField" for column in table["columns"]]
    quote = connection.ops.quote_name
    columns = ", ".join(map(quote, table["columns"]))
    marks = ", ".join(["%s"] * len(booleans))
    rows = [
        [
            bool(cell) if is_boolean and cell is not None else cell
            for cell, is_boolean in zip(row, booleans, strict=True)
        ]
        for row in table["rows"]
    ]
    cursor.executemany(f"INSERT INTO {quote(name)} ({columns}) VALUES ({marks})", rows)


def _reset_sequences(cursor: Any) -> None:
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = 'public' AND is_identity = 'YES'"
    )
    for table, column in cursor.fetchall():
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'), "
            f'coalesce(max("{column}"), 0) + 1, false) FROM "{table}"'
        )


def differences(path: Path, *, grows: bool) -> Iterator[str]:
    """Yield a sentence for each row that is gone and each frozen value that changed.

    `grows` says whether the tables in GROWS may have more rows than they had.
    """
    from django.db import connection

    tables = read_release(path)
    present = set(connection.introspection.table_names())
    for name, table in tables.items():
        now_called = name if name in present else RENAMED_SINCE[name]
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {now_called}")
            (count,) = cursor.fetchone()
        added = count - len(table["rows"])
        if added and not (grows and name in GROWS and added > 0):
            yield f"{now_called} has {count} rows, and had {len(table['rows'])}."
    for name, columns in FROZEN.items():
        key = tables[name]["columns"][0]
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT "{key}", {", ".join(columns)} FROM {name}')
            now = {row[0]: _plain(row[1:]) for row in cursor.fetchall()}
        for row in tables[name]["rows"]:
            values = dict(zip(tables[name]["columns"], row, strict=True))
            then = _plain(values[column] for column in columns)
            if now.get(values[key]) != then:
                yield f"{name} {values[key]} is not what it was."


def _plain(values: Any) -> list[Any]:
    return [bytes(v) if isinstance(v, memoryview) else v for v in values]


def version_differences(path: Path) -> Iterator[str]:
    """Yield a sentence for each version whose public page is not what it was.

    That is a page with every heading and word of the release's clauses, or none.
    """
    from django.test import Client
    from django.test.utils import setup_test_environment

    setup_test_environment()
    tables = read_release(path)
    documents = {row["id"]: row["code"] for row in _rows(tables, "regulateddocument")}
    public = set(public_before(tables))
    for version in _rows(tables, "documentversion"):
        address = f"/documents/{documents[version['document_id']]}/{version['key']}/"
        response = Client().get(address)
        if version["id"] not in public:
            if response.status_code != 404:
                yield f"{address} was not public, and is {response.status_code}."
            continue
        page = _words(response.content.decode())
        for clause in _rows(tables, "clause"):
            if clause["document_version_id"] != version["id"]:
                continue
            for column in ("number", "heading", "text"):
                if _words(clause[column]) not in page:
                    yield f"{address} does not have {clause[column]!r}."
    for code in documents.values():
        if Client().get(f"/documents/{code}/").status_code != 200:
            yield f"/documents/{code}/ was public, and is not."


def consultation_differences(path: Path) -> Iterator[str]:
    """Yield a sentence for each opened consultation not frozen as the release had it.

    The upgrade freezes it as edition 1, whose page has every word that was public.
    """
    from django.test import Client

    from consultations.models import ConsultationEdition

    tables = read_release(path)
    today = dt.datetime.now(dt.UTC).date().isoformat()
    for row in _rows(tables, "consultation"):
        frozen = ConsultationEdition.objects.filter(consultation=row["id"])
        origins = list(frozen.values_list("number", "origin"))
        if origins != ([(1, "upgrade")] if row["opened"] else []):
            yield f"{row['slug']} has the editions {origins}."
        if not row["opened"] or row["opened"] > today:
            continue
        asked = [
            question["text"]
            for question in _rows(tables, "question")
            if question["consultation_id"] == row["id"]
        ]
        for address in ("", "editions/1/"):
            response = Client().get(f"/consultations/{row['slug']}/{address}")
            page = _words(response.content.decode())
            for words in (row["title"], row["summary"], *asked):
                if _words(words) not in page:
                    yield f"{row['slug']} ({address}) does not have {words!r}."


def public_before(tables: Tables) -> Iterator[int]:
    """Yield the versions that the release made public, by the rule it had."""
    ever = {"published", "superseded", "withdrawn"}
    today = dt.datetime.now(dt.UTC).date().isoformat()
    consultation_of = {
        row["id"]: row["consultation_id"] for row in _rows(tables, "conclusion")
    }
    published = {
        row["conclusion_id"] for row in _rows(tables, "edition") if row["state"] in ever
    }
    concluded = {consultation_of[conclusion] for conclusion in published}
    opened = {
        row["id"] for row in _rows(tables, "consultation") if row["opened"] <= today
    }
    attached = {
        row[column]
        for row in _rows(tables, "conclusionattachment")
        for column in ("document_version_id", "against_id")
        if row["conclusion_id"] in published
    }
    for version in _rows(tables, "documentversion"):
        about = {
            row["consultation_id"]
            for row in _rows(tables, "consultationdocument")
            if row["document_id"] == version["document_id"]
        }
        needed = opened if version["status"] == "consulted" else concluded
        if (
            version["status"] == "designated"
            or version["id"] in attached
            or (about and about <= needed)
        ):
            yield version["id"]


def unclaimed_addresses(path: Path) -> Iterator[str]:
    """Yield a sentence for each address of something public that is not claimed."""
    from consultations.models import PublicSlug

    claimed = set(PublicSlug.objects.values_list("kind", "slug"))
    tables = read_release(path)
    ever = {"published", "superseded", "withdrawn"}
    published = {
        row["conclusion_id"] for row in _rows(tables, "edition") if row["state"] in ever
    }
    public = [
        ("consultation", row["slug"])
        for row in _rows(tables, "consultation")
        if row["opened"]
    ]
    public += [
        ("conclusion", row["slug"])
        for row in _rows(tables, "conclusion")
        if row["id"] in published
    ]
    public += [("document", row["code"]) for row in _rows(tables, "regulateddocument")]
    for kind, slug in public:
        if (kind, slug) not in claimed:
            yield f"The address of the {kind} {slug} is not claimed."
    for kind, slug in sorted(claimed - set(public)):
        yield f"The address of the {kind} {slug} is claimed, and was not public."


def _rows(tables: Tables, name: str) -> Iterator[dict[str, Any]]:
    table = tables[f"consultations_{name}"]
    for row in table["rows"]:
        yield dict(zip(table["columns"], row, strict=True))


def _words(markup: str) -> str:
    """Return the words of a text with tags, with one space between them."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def lost_tasks() -> Iterator[str]:
    """Yield a sentence for each waiting task whose function is not where it says."""
    from django.utils.module_loading import import_string
    from django_tasks_db.models import DBTaskResult

    for path in DBTaskResult.objects.values_list("task_path", flat=True):
        try:
            import_string(path)
        except ImportError as error:
            yield f"A waiting task cannot be run: {error}"


def main(file: str) -> int:
    """Migrate there and back, and print every difference."""
    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from tests.support.migrating import quick_migrating

    path = Path(file)
    with quick_migrating():
        load_release(path)
        call_command("migrate", verbosity=0)
    found = [
        *differences(path, grows=True),
        *lost_tasks(),
        *version_differences(path),
        *unclaimed_addresses(path),
        *consultation_differences(path),
    ]
    call_command("verify")
    for slug in CONCLUSIONS:
        call_command("check_conclusion", slug, "--json")
    with quick_migrating():
        for app, migration in STOOD_AT:
            call_command("migrate", app, migration, verbosity=0)
    found += differences(path, grows=False)
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
