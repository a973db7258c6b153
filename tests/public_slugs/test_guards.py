"""The database itself refuses that a claimed web address changes hands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection

from consultations.models import (
    Consultation,
    PublicSlug,
    RegulatedDocument,
)
from consultations.public_slugs import (
    KINDS,
    SLUG_FIELDS,
    Owner,
    has_permanent_slug,
)
from tests.support.editions import make_published
from tests.support.factories import (
    freeze,
    make_conclusion,
    make_consultation,
    make_document,
    release,
)
from tests.support.pages import at, day, open_consultation
from tests.support.slugs import claims, lose_claims, rename
from tests.support.sql import NOW, refused, run

pytestmark = pytest.mark.django_db

BELONGS = "belongs to something that is or was public"
UNCLAIMED = "must be claimed before the change"
CLAIMED = "has been claimed never changes hands"


def public_document() -> Owner:
    open_consultation("asked", documents=("PUBLIC",))
    return make_document("PUBLIC")


def draft_conclusion() -> Owner:
    return make_conclusion(make_consultation("draft-asked", opens_on=None))


OWNERS: list[tuple[Callable[[], Owner], Callable[[], Owner]]] = [
    (
        lambda: open_consultation("public"),
        lambda: make_consultation("draft", opens_on=None),
    ),
    (lambda: make_published().conclusion, draft_conclusion),
    (public_document, lambda: make_document("DRAFT")),
]
"""Makers of something public and of a draft, of each kind."""

each_kind = pytest.mark.parametrize(
    ("make_public", "make_draft"),
    OWNERS,
    ids=["consultation", "conclusion", "document"],
)


def column_of(owner: Owner) -> tuple[str, str]:
    """Return the table and the column of a slug."""
    return owner._meta.db_table, SLUG_FIELDS[KINDS[type(owner)]]


def set_slug(owner: Owner, slug: str) -> str:
    table, column = column_of(owner)
    return refused(f"UPDATE {table} SET {column} = %s WHERE id = %s", slug, owner.pk)


@each_kind
def test_former_slug_is_refused_to_another_row(
    make_public: Callable[[], Owner], make_draft: Callable[[], Owner]
) -> None:
    public, draft = make_public(), make_draft()
    rename(public, "former")
    rename(public, "present")
    assert BELONGS in set_slug(draft, "former")


@each_kind
def test_former_slug_is_refused_to_new_row(
    make_public: Callable[[], Owner], make_draft: Callable[[], Owner]
) -> None:
    public, draft = make_public(), make_draft()
    rename(public, "former")
    rename(public, "present")
    table, column = column_of(draft)
    columns = [field.column for field in draft._meta.concrete_fields]
    others = ", ".join(f'"{name}"' for name in columns if name not in {"id", column})
    insert = (
        f'INTO {table} ("{column}", {others}) SELECT %s, {others} FROM {table} '
        "WHERE id = %s"
    )
    assert BELONGS in refused(f"INSERT {insert}", "former", draft.pk)
    assert run(f"INSERT {insert}", "free", draft.pk) == 1
    if connection.vendor == "sqlite":
        assert BELONGS in refused(f"INSERT OR REPLACE {insert}", "former", draft.pk)


@each_kind
def test_rename_of_what_is_public_needs_claims(
    make_public: Callable[[], Owner], make_draft: Callable[[], Owner]
) -> None:
    public, draft = make_public(), make_draft()
    lose_claims()
    assert UNCLAIMED in set_slug(public, "renamed")
    table, column = column_of(draft)
    run(f"UPDATE {table} SET {column} = 'free' WHERE id = %s", draft.pk)


@each_kind
def test_rename_needs_claim_of_each_slug(
    make_public: Callable[[], Owner], make_draft: Callable[[], Owner]
) -> None:
    draft = make_draft()
    table, column = column_of(draft)
    kind = KINDS[type(draft)]
    PublicSlug.objects.create(
        kind=kind, slug="unrelated", claimed_at=NOW, **{kind.value: draft}
    )
    assert UNCLAIMED in set_slug(draft, "unrelated")
    PublicSlug.objects.create(
        kind=kind,
        slug=getattr(draft, column),
        claimed_at=NOW,
        **{kind.value: draft},
    )
    assert UNCLAIMED in set_slug(draft, "third")
    run(f"UPDATE {table} SET {column} = 'unrelated' WHERE id = %s", draft.pk)


@each_kind
def test_present_slug_of_another_row_cannot_be_claimed(
    make_public: Callable[[], Owner], make_draft: Callable[[], Owner]
) -> None:
    public, draft = make_public(), make_draft()
    kind = KINDS[type(public)]
    message = refused(
        "INSERT INTO consultations_publicslug "
        f"(kind, slug, {kind}_id, claimed_at) VALUES (%s, %s, %s, %s)",
        kind.value,
        getattr(draft, SLUG_FIELDS[kind]),
        public.pk,
        NOW,
    )
    assert "The web address belongs to something else" in message


def scheduled_document() -> RegulatedDocument:
    row = make_consultation(opens_on=None, documents=("PUBLIC",), closes=at(30))
    make_consultation_public(row)
    return make_document("PUBLIC")


def make_consultation_public(row: Consultation) -> None:
    row.opens_on = day(5)
    row.save()


def version_of_opening() -> RegulatedDocument:
    row = make_consultation(opens_on=None, documents=())
    document = make_document("PUBLIC")
    document.versions.create(key="v1", status="consulted", consultation=row)
    make_consultation_public(row)
    return document


def document_of_edition(*, has_text: bool = False) -> RegulatedDocument:
    """Return a document that only the edition of a consultation names."""
    row = make_consultation(opens_on=None, documents=() if has_text else ("PUBLIC",))
    document = make_document("PUBLIC")
    if has_text:
        document.versions.create(key="v1", status="consulted", consultation=row)
    make_consultation_public(row)
    freeze(row)
    document.versions.update(public_from_opening_of=None, consultation=None)
    row.document_links.all().delete()
    return document


def text_of_published_edition() -> RegulatedDocument:
    document = make_document("PUBLIC")
    version = document.versions.create(key="v1", status="designated")
    conclusion = make_conclusion(make_consultation(documents=()))
    conclusion.attachments.create(title="Text", kind="clean", document_version=version)
    make_published(conclusion)
    return document


def released_document() -> RegulatedDocument:
    document = make_document("PUBLIC")
    release(document.versions.create(key="v1", status="designated"))
    return document


RULES: list[Callable[[], Owner]] = [
    lambda: open_consultation("public"),
    lambda: make_published().conclusion,
    scheduled_document,
    version_of_opening,
    document_of_edition,
    lambda: document_of_edition(has_text=True),
    text_of_published_edition,
    released_document,
]
"""The cases in which a slug or a code is permanent whatever has been claimed."""


@pytest.mark.parametrize("make", RULES)
def test_python_and_the_database_agree_which_slugs_are_permanent(
    make: Callable[[], Owner],
) -> None:
    owner, draft = make(), make_document("DRAFT")
    lose_claims()
    assert has_permanent_slug(owner)
    assert UNCLAIMED in set_slug(owner, "renamed")
    assert not has_permanent_slug(draft)
    table, column = column_of(draft)
    assert run(f"UPDATE {table} SET {column} = 'free' WHERE id = %s", draft.pk) == 1


def test_slug_cannot_be_claimed_twice() -> None:
    row = open_consultation("first")
    rename(row, "second")
    draft = make_consultation("draft", opens_on=None)
    insert = (
        "INTO consultations_publicslug (kind, slug, consultation_id, claimed_at) "
        "VALUES ('consultation', 'first', %s, %s)"
    )
    message = "has already been claimed"
    assert message in refused(f"INSERT {insert}", draft.pk, NOW)
    if connection.vendor == "sqlite":
        assert message in refused(f"INSERT OR REPLACE {insert}", draft.pk, NOW)


@pytest.mark.parametrize(
    "change", ["slug = 'x'", "kind = 'document'", "consultation_id = NULL"]
)
def test_claim_cannot_be_changed(change: str) -> None:
    rename(open_consultation("first"), "second")
    assert CLAIMED in refused(f"UPDATE consultations_publicslug SET {change}")


@each_kind
def test_claim_of_what_is_public_cannot_be_deleted(
    make_public: Callable[[], Owner], make_draft: Callable[[], Owner]
) -> None:
    rename(make_public(), "renamed")
    before = claims()
    assert CLAIMED in refused("DELETE FROM consultations_publicslug")
    assert claims() == before


def test_same_slug_may_be_claimed_by_each_kind() -> None:
    conclusion = make_published(
        make_conclusion(open_consultation("same"), slug="same")
    ).conclusion
    rename(conclusion.consultation, "other")
    rename(conclusion, "another")
    assert {("consultation", "same"), ("conclusion", "same")} <= set(claims())
