"""Stays in hospital, what was decided about a payment meanwhile, and when a council asks."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0012_notice_and_set_off"),
        ("cases", "0004_planned_end"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HospitalStay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("struck_at", models.DateTimeField(null=True)),
                ("struck_for", models.CharField(blank=True, max_length=200)),
                ("begins_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(null=True, verbose_name="last day")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hospital_stays",
                        to="cases.case",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "struck_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["case", "begins_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HospitalDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[("go_on", "It goes on"), ("suspend", "It is to be suspended")],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField()),
                ("look_again_on", models.DateField(null=True)),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="budgets.hospitalstay",
                    ),
                ),
            ],
            options={
                "ordering": ["stay", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HospitalDays",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                (
                    "valid_to",
                    models.DateField(
                        blank=True,
                        help_text="The first day it no longer holds.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                (
                    "days",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(365),
                        ],
                        verbose_name="days",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hospital_days",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "verbose_name": "day in hospital to decide on",
                "verbose_name_plural": "days in hospital to decide on",
                "ordering": ["council", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "valid_from"), name="one_hospital_day_date"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("days__lte", 365)),
                        name="hospital_days_known",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="hospitalstay",
            index=models.Index(
                condition=models.Q(("ends_on", None), ("struck_at", None)),
                fields=["begins_on"],
                name="hospital_stay_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="hospitalstay",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ends_on", None), ("struck_at", None)),
                fields=("case",),
                name="one_open_hospital_stay",
            ),
        ),
        migrations.AddConstraint(
            model_name="hospitalstay",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None), ("ends_on", None)),
                    models.Q(("ended_at__isnull", False), ("ends_on__gte", models.F("begins_on"))),
                    _connector="OR",
                ),
                name="hospital_stay_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="hospitaldecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), _negated=True),
                    models.Q(
                        models.Q(("answer", "go_on"), ("look_again_on__isnull", False)),
                        models.Q(("answer", "suspend"), ("look_again_on", None)),
                        _connector="OR",
                    ),
                ),
                name="hospital_decision_whole",
            ),
        ),
    ]
