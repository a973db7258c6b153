"""Constraints named as readers of PostgreSQL search for them: unique_..._per_..."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consultations", "0006_rename_constraints"),
        ("responses", "0003_rename_models"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="answer",
            name="question_answered_once_a_submission",
        ),
        migrations.RemoveConstraint(
            model_name="autosavedform",
            name="one_unsaved_text_a_form",
        ),
        migrations.RemoveConstraint(
            model_name="changecause",
            name="cause_once_a_change",
        ),
        migrations.RemoveConstraint(
            model_name="comment",
            name="comment_key_once_a_consultation",
        ),
        migrations.RemoveConstraint(
            model_name="commentsource",
            name="source_once_a_comment",
        ),
        migrations.RemoveConstraint(
            model_name="editingsession",
            name="at_work_once_an_item",
        ),
        migrations.RemoveConstraint(
            model_name="idempotencykey",
            name="form_sent_once",
        ),
        migrations.RemoveConstraint(
            model_name="respondent",
            name="respondent_key_once_a_consultation",
        ),
        migrations.AlterField(
            model_name="autosavedform",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="autosaved_forms",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="editingsession",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="editing_sessions",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="idempotencykey",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="idempotency_keys",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                fields=("submission", "question"), name="unique_question_per_submission"
            ),
        ),
        migrations.AddConstraint(
            model_name="autosavedform",
            constraint=models.UniqueConstraint(
                fields=("user", "about"), name="unique_autosaved_form_per_user"
            ),
        ),
        migrations.AddConstraint(
            model_name="changecause",
            constraint=models.UniqueConstraint(
                fields=("change", "comment"), name="unique_cause_per_change"
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.UniqueConstraint(
                fields=("consultation", "key"),
                name="unique_comment_key_per_consultation",
            ),
        ),
        migrations.AddConstraint(
            model_name="commentsource",
            constraint=models.UniqueConstraint(
                fields=("comment", "respondent"), name="unique_source_per_comment"
            ),
        ),
        migrations.AddConstraint(
            model_name="editingsession",
            constraint=models.UniqueConstraint(
                fields=("user", "about"), name="unique_editing_session_per_row"
            ),
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.UniqueConstraint(
                fields=("user", "token"), name="unique_idempotency_key_per_user"
            ),
        ),
        migrations.AddConstraint(
            model_name="respondent",
            constraint=models.UniqueConstraint(
                fields=("consultation", "key"),
                name="unique_respondent_key_per_consultation",
            ),
        ),
    ]
