import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0004_sweep_index"),
        ("poet", "0001_founding"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=60)),
                ("words", models.TextField()),
                ("readable_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key_hash", models.CharField(max_length=64, unique=True)),
                ("answers", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="LinkKey",
            fields=[
                (
                    "response",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="poet.response",
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="questionset",
            name="one_question_set_a_version",
        ),
        migrations.AddField(
            model_name="invitation",
            name="asked_times",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="invitation",
            name="code_hash",
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="near_review",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="invitation",
            name="next_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="stopped_why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("death", "A death was recorded"),
                    ("closed", "The case ended"),
                    ("expired", "Nobody answered in time"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="invitation",
            name="worker",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="questionset",
            name="council",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="question_sets",
                to="cases.council",
            ),
        ),
        migrations.AddField(
            model_name="questionset",
            name="licence",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="questionset",
            name="published_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="questionset",
            name="title",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="response",
            name="complete",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="response",
            name="entered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="helped_by",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="response",
            name="kind",
            field=models.CharField(default="six_weeks", max_length=20),
        ),
        migrations.AddField(
            model_name="response",
            name="mode",
            field=models.CharField(
                choices=[
                    ("private", "By private link"),
                    ("paper", "On paper"),
                    ("with_worker", "With a worker"),
                ],
                default="private",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="response",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.team",
            ),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("next_at__isnull", False)),
                fields=["next_at"],
                name="invitations_due",
            ),
        ),
        migrations.AddIndex(
            model_name="invitation",
            index=models.Index(
                condition=models.Q(("worker__isnull", False)),
                fields=["worker", "made_at"],
                name="workers_asked",
            ),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["council", "month"], name="responses_by_month"),
        ),
        migrations.AddConstraint(
            model_name="questionset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("council", None)),
                fields=("code", "version"),
                name="one_question_set_a_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("council__isnull", False)),
                fields=("council", "code", "version"),
                name="one_question_set_a_council_and_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionset",
            constraint=models.CheckConstraint(
                condition=models.Q(("instrument__in", ["person", "carer", "worker"])),
                name="instrument_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ["private", "paper", "with_worker"])),
                name="response_mode_known",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="council",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="survey_comments",
                to="cases.council",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="question_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="poet.questionset"
            ),
        ),
        migrations.AddField(
            model_name="linkkey",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["council", "readable_on"], name="comments_by_week"),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="comment_not_empty"
            ),
        ),
    ]
