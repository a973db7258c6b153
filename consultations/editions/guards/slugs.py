"""Guards of web addresses that never change hands."""

from __future__ import annotations

from consultations.editions.guards.rules import Guard, GuardRule, forbid


def slug_guards(
    table: str, *, column: str, kind: str, is_public: str
) -> tuple[Guard, ...]:
    """Return the guards of a table whose rows claim the slug in a column.

    `is_public` is the condition under which a row needs a claim before it is renamed.
    """
    claims = "SELECT 1 FROM consultations_publicslug p WHERE p"
    taken = GuardRule(
        f"EXISTS ({claims}.kind = '{kind}' AND p.slug = NEW.{column})",
        "The web address belongs to something that is or was public.",
    )
    taken_by_another = GuardRule(
        f"NEW.{column} <> OLD.{column} AND EXISTS ({claims}.kind = '{kind}'"
        f" AND p.slug = NEW.{column} AND p.{kind}_id <> NEW.id)",
        taken.message,
    )
    unclaimed = GuardRule(
        f"""
    NEW.{column} <> OLD.{column}
    AND (EXISTS ({claims}.{kind}_id = OLD.id) OR {is_public.strip()})
    AND NOT (EXISTS ({claims}.{kind}_id = OLD.id AND p.slug = OLD.{column})
             AND EXISTS ({claims}.{kind}_id = OLD.id AND p.slug = NEW.{column}))
        """,
        "The former and the new web address of what is public must be claimed before "
        "the change, so that links still work.",
    )
    return (
        Guard(table, "INSERT", (taken,), purpose="slug"),
        Guard(table, "UPDATE", (taken_by_another, unclaimed), purpose="slug"),
    )


PUBLIC_SLUGS = (
    *slug_guards(
        "consultations_consultation",
        column="slug",
        kind="consultation",
        is_public="OLD.opens_on IS NOT NULL",
    ),
    *slug_guards(
        "consultations_conclusion",
        column="slug",
        kind="conclusion",
        is_public="""
        EXISTS (SELECT 1 FROM consultations_edition e
                WHERE e.conclusion_id = OLD.id AND e.published_at IS NOT NULL)
        """,
    ),
    *slug_guards(
        "consultations_regulateddocument",
        column="code",
        kind="document",
        is_public="""
        EXISTS (SELECT 1 FROM consultations_consultationdocument l
                JOIN consultations_consultation c ON c.id = l.consultation_id
                WHERE l.document_id = OLD.id AND c.opens_on IS NOT NULL)
        OR EXISTS (SELECT 1 FROM consultations_documentversion w
                   JOIN consultations_consultation o
                   ON o.id = w.public_from_opening_of_id
                   WHERE w.document_id = OLD.id AND o.opens_on IS NOT NULL)
        OR EXISTS (SELECT 1 FROM consultations_consultationeditiondocument q
                   JOIN consultations_consultationedition s ON s.id = q.edition_id
                   WHERE q.document_id = OLD.id AND s.public_from IS NOT NULL
                   AND s.discarded_at IS NULL)
        OR EXISTS (SELECT 1 FROM consultations_consultationeditiontext y
                   JOIN consultations_documentversion x
                   ON x.id = y.document_version_id
                   JOIN consultations_consultationedition z ON z.id = y.edition_id
                   WHERE x.document_id = OLD.id AND z.public_from IS NOT NULL
                   AND z.discarded_at IS NULL)
        OR EXISTS (SELECT 1 FROM consultations_editiontext t
                   JOIN consultations_documentversion u
                   ON u.id = t.document_version_id
                   JOIN consultations_edition f ON f.id = t.edition_id
                   WHERE u.document_id = OLD.id AND f.published_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM consultations_editiondocument d
                   JOIN consultations_edition e ON e.id = d.edition_id
                   WHERE d.document_id = OLD.id AND e.published_at IS NOT NULL)
        OR EXISTS (SELECT 1 FROM consultations_versionrelease r
                   JOIN consultations_documentversion v
                   ON v.id = r.document_version_id
                   WHERE v.document_id = OLD.id AND r.state = 'approved')
        """,
    ),
    Guard(
        "consultations_publicslug",
        "INSERT",
        (
            GuardRule(
                """
    EXISTS (SELECT 1 FROM consultations_publicslug p WHERE p.id = NEW.id
            OR (p.kind = NEW.kind AND p.slug = NEW.slug))
                """,
                "The web address has already been claimed.",
            ),
            GuardRule(
                """
    EXISTS (SELECT 1 FROM consultations_consultation c
            WHERE c.slug = NEW.slug AND c.id <> NEW.consultation_id)
    OR EXISTS (SELECT 1 FROM consultations_conclusion c
               WHERE c.slug = NEW.slug AND c.id <> NEW.conclusion_id)
    OR EXISTS (SELECT 1 FROM consultations_regulateddocument d
               WHERE d.code = NEW.slug AND d.id <> NEW.document_id)
                """,
                "The web address belongs to something else.",
            ),
        ),
    ),
    forbid(
        "consultations_publicslug",
        "UPDATE",
        "A web address that has been claimed never changes hands.",
    ),
    Guard(
        "consultations_publicslug",
        "DELETE",
        (
            GuardRule(
                """
    OLD.consultation_id IS NULL
    OR EXISTS (SELECT 1 FROM consultations_consultation c
               WHERE c.id = OLD.consultation_id AND c.opens_on IS NOT NULL)
                """,
                "A web address that has been claimed never changes hands.",
            ),
        ),
    ),
)
