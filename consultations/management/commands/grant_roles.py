"""Give the PostgreSQL role that the site runs as its privileges."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

from consultations.editions.role_grants import grant_statements, role_fault


class Command(BaseCommand):
    help = (
        "Let the PostgreSQL role of the site and its worker read and write the rows of "
        "all tables, without owning a table. Run this command as the role that runs "
        "migrate, after each migrate."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", metavar="ROLE", help="the role of the site")
        parser.add_argument(
            "--print",
            action="store_true",
            dest="only_print",
            help="print the statements, and change nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError(
                "This command works only with PostgreSQL. Set DATABASE_URL to a "
                "PostgreSQL database."
            )
        role = options["role"]
        statements = grant_statements(connection, role)
        if options["only_print"]:
            self.stdout.write("".join(f"{statement};\n" for statement in statements))
            return
        if fault := role_fault(connection, role):
            raise CommandError(
                f"{fault} As a superuser, create a role for the site: "
                "CREATE ROLE consultations_web LOGIN PASSWORD '...'"
            )
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        self.stdout.write(
            f"The role {role} can read and write rows, and owns no table. Use {role} "
            "in the DATABASE_URL of the site and its worker."
        )
