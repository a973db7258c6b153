"""Authors of editions, texts taken over, and the log of accounts.

The account log begins with the accounts as they are, in the form that
consultations/audit/accounts.py reads.
"""

import hashlib
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from consultations.audit.accounts import AccountState, account_event_hash
from consultations.documents import codec
from consultations.editions import triggers

ROLES = ("Drafter", "Approver", "Administrator")


def record_accounts(apps: Any, schema_editor: object) -> None:
    event_model = apps.get_model("consultations", "AccountEvent")
    users = apps.get_model("auth", "User").objects.order_by("pk")
    now, previous = timezone.now(), ""
    found = []
    for user in users.prefetch_related("groups"):
        state = AccountState(
            username=user.username,
            email=user.email,
            is_active=user.is_active,
            is_superuser=user.is_superuser,
            password=hashlib.sha256(user.password.encode()).hexdigest(),
            roles=tuple(sorted(g.name for g in user.groups.all() if g.name in ROLES)),
        )
        summary = f"The account {user.username} existed when the account log began."
        found.append((user.pk, codec.dumps(state).decode(), summary))
    for number, (user_id, text, summary) in enumerate(found, 1):
        event = event_model(
            number=number,
            at=now,
            by_id=None,
            source="command",
            user_id=user_id,
            kind="recorded",
            summary=summary,
            state=text,
        )
        event.sha256 = previous = account_event_hash(event, previous=previous)
        event.save(force_insert=True)


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0012_background_work"),
        ("auth", "0012_alter_user_first_name_max_length"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        triggers.LIFT,
        migrations.AddField(
            model_name="edition",
            name="draft_began_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="edition",
            name="draft_read_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                ("at", models.DateTimeField()),
                ("source", models.CharField(max_length=100)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("recorded", "State recorded"),
                            ("created", "Account created"),
                            ("deleted", "Account deleted"),
                            ("activated", "Account activated"),
                            ("deactivated", "Account deactivated"),
                            ("role-given", "Role given"),
                            ("role-removed", "Role removed"),
                            ("superuser-given", "Superuser status given"),
                            ("superuser-removed", "Superuser status removed"),
                            ("password-set", "Password set"),
                            ("password-rehashed", "Password stored with a newer hash"),
                            ("email-changed", "Email address changed"),
                            ("renamed", "Username changed"),
                            ("second-factor-added", "Second factor added"),
                            ("second-factor-removed", "Second factor removed"),
                            ("sign-on-linked", "Single sign-on linked"),
                            ("sign-on-removed", "Single sign-on removed"),
                        ],
                        max_length=30,
                    ),
                ),
                ("summary", models.TextField()),
                ("state", models.TextField(blank=True, default="")),
                ("sha256", models.CharField(max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="TextTakeover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("row", models.CharField(max_length=80)),
                ("field", models.CharField(max_length=60)),
                ("sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "conclusion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="text_takeovers",
                        to="consultations.conclusion",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="EditionAuthor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("texts", models.JSONField(default=list)),
                ("taken_over", models.JSONField(default=list)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="authors",
                        to="consultations.edition",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("edition", "user"), name="unique_author_per_edition"
                    )
                ],
            },
        ),
        migrations.RunPython(record_accounts, migrations.RunPython.noop),
        triggers.INSTALL,
    ]
