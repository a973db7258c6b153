"""The privileges of the PostgreSQL role that the site runs as, which owns no table."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

ROWS = "SELECT, INSERT, UPDATE, DELETE"

_OWNS_TABLES = """
    EXISTS (SELECT 1 FROM pg_class c
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
            AND pg_has_role(%(role)s, c.relowner, 'MEMBER'))
"""

_OWNS_DATABASE = """
    pg_has_role(%(role)s, (SELECT datdba FROM pg_database
                           WHERE datname = current_database()), 'MEMBER')
"""

_FAULTS = (
    ("NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = %(role)s)", "does not exist"),
    ("(SELECT rolsuper FROM pg_roles WHERE rolname = %(role)s)", "is a superuser"),
    (
        "pg_has_role(%(role)s, current_user, 'MEMBER')",
        "can act as the role that runs migrate",
    ),
    (_OWNS_TABLES, "owns tables, or can act as a role that does"),
    (_OWNS_DATABASE, "owns the database, or can act as the role that does"),
)
"""Conditions under which a role could lift the guards, or cannot be granted to."""


def role_fault(database: BaseDatabaseWrapper, role: str) -> str:
    """Return why a role cannot be the site's; empty if it can."""
    with database.cursor() as cursor:
        for condition, fault in _FAULTS:
            cursor.execute(f"SELECT {condition}", {"role": role})
            if cursor.fetchone()[0]:
                return f"The role {role} {fault}."
    return ""


def grant_statements(database: BaseDatabaseWrapper, role: str) -> list[str]:
    """Return the statements that give a role the rows of the tables, and no more.

    The migrating role runs them after each `migrate`. Temporary tables are not the
    site's either.
    """
    quote = database.ops.quote_name
    with database.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_schema()")
        name, schema = map(quote, cursor.fetchone())
    to = quote(role)
    inside = f"IN SCHEMA {schema}"
    return [
        f"REVOKE CREATE, TEMPORARY ON DATABASE {name} FROM PUBLIC, {to}",
        f"GRANT CONNECT ON DATABASE {name} TO {to}",
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {to}",
        f"GRANT USAGE ON SCHEMA {schema} TO {to}",
        f"REVOKE ALL ON ALL TABLES {inside} FROM {to}",
        f"GRANT {ROWS} ON ALL TABLES {inside} TO {to}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {to}",
        f"REVOKE ALL ON ALL SEQUENCES {inside} FROM {to}",
        f"GRANT USAGE ON ALL SEQUENCES {inside} TO {to}",
        f"ALTER DEFAULT PRIVILEGES {inside} GRANT {ROWS} ON TABLES TO {to}",
        f"ALTER DEFAULT PRIVILEGES {inside} GRANT USAGE ON SEQUENCES TO {to}",
    ]
