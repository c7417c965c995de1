import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0001_founding"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Benchmark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("domain", models.CharField(max_length=40)),
                ("round", models.CharField(max_length=10)),
                ("group", models.CharField(max_length=60)),
                ("measure", models.CharField(max_length=40)),
                ("value_kind", models.CharField(max_length=15)),
                ("value", models.CharField(max_length=40)),
                ("source", models.CharField(max_length=60)),
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
            name="Response",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answers", models.JSONField()),
                ("kind", models.CharField(default="six_weeks", max_length=20)),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("private", "By private link"),
                            ("paper", "On paper"),
                            ("with_worker", "With a worker"),
                        ],
                        default="private",
                        max_length=12,
                    ),
                ),
                ("complete", models.BooleanField(default=True)),
                ("helper", models.CharField(blank=True, max_length=20)),
                ("helped_by", models.CharField(blank=True, max_length=20)),
                ("route", models.CharField(blank=True, max_length=20)),
                ("need_group", models.CharField(blank=True, max_length=20)),
                ("age_band", models.CharField(blank=True, max_length=10)),
                ("month", models.DateField()),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="cases.council",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.team",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="QuestionSet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField()),
                ("version", models.PositiveIntegerField()),
                (
                    "instrument",
                    models.CharField(
                        choices=[("person", "Person"), ("carer", "Carer"), ("worker", "Worker")],
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120)),
                ("licence", models.CharField(blank=True, max_length=200)),
                ("definition", models.JSONField()),
                ("published_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "council",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="question_sets",
                        to="cases.council",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProcessFacts",
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
                ("wait_weeks", models.PositiveIntegerField(null=True)),
                ("panel", models.BooleanField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="response",
            name="question_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="responses",
                to="poet.questionset",
            ),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(default="six_weeks", max_length=20)),
                ("near_review", models.BooleanField(default=False)),
                ("token_hash", models.CharField(max_length=64, null=True, unique=True)),
                ("code_hash", models.CharField(max_length=64, null=True, unique=True)),
                ("made_at", models.DateTimeField()),
                ("asked_times", models.PositiveIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "stopped_why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("death", "A death was recorded"),
                            ("closed", "The case ended"),
                            ("expired", "Nobody answered in time"),
                        ],
                        max_length=10,
                    ),
                ),
                ("answered", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invitations",
                        to="cases.case",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.visit",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "question_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="poet.questionset",
                    ),
                ),
            ],
        ),
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
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="survey_comments",
                        to="cases.council",
                    ),
                ),
                (
                    "question_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="poet.questionset",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Release",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("held", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                ("lines", models.JSONField()),
                ("about", models.JSONField()),
                ("state", models.JSONField()),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="cases.council",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sharing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.BooleanField(default=False)),
                ("compare", models.BooleanField(default=False)),
                ("words", models.TextField(blank=True)),
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
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sharing",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CouncilFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("year", models.CharField(max_length=7)),
                ("checksum", models.CharField(max_length=64)),
                ("content", models.JSONField()),
                ("added_at", models.DateTimeField()),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files_of_others",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "-added_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "checksum"), name="a_file_comes_in_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Improvement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("who", models.CharField(max_length=10)),
                ("question", models.CharField(blank=True, max_length=40)),
                ("said", models.CharField(max_length=300)),
                ("action", models.CharField(max_length=500)),
                ("due_on", models.DateField()),
                ("public", models.BooleanField(default=False)),
                ("opened_at", models.DateTimeField()),
                ("changed", models.CharField(blank=True, max_length=500)),
                ("changed_on", models.DateField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="improvements",
                        to="cases.council",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("changed", ""), ("changed_by", None), ("changed_on", None)),
                            models.Q(
                                models.Q(("changed", ""), _negated=True),
                                ("changed_by__isnull", False),
                                ("changed_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="improvement_done_whole",
                    )
                ],
            },
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
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(fields=["council", "month"], name="responses_by_month"),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=models.Q(("answers", {}), _negated=True), name="response_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="response",
            constraint=models.CheckConstraint(
                condition=models.Q(("mode__in", ["private", "paper", "with_worker"])),
                name="response_mode_known",
            ),
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
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                fields=("visit", "kind"), name="one_invitation_a_start"
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
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                fields=("council", "number"), name="one_release_a_number"
            ),
        ),
    ]
