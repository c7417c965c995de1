"""Notice before less is given; what was paid too much set aside; charging from an earlier day."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0011_what_came"),
        ("cases", "0004_planned_end"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="extrasupport",
            name="after",
            field=models.CharField(
                blank=True,
                choices=[
                    ("plan", "The agreed plan takes over"),
                    ("more", "More support for a time is agreed"),
                    ("ended", "It is not needed any more"),
                    ("own_wish", "The person does not want it any more"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="settlement",
            name="how",
            field=models.CharField(
                choices=[
                    ("paid_back", "Paid back"),
                    ("written_off", "Written off"),
                    ("set_aside", "Set aside until it is decided"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="EarlierCharge",
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
                ("charged_from", models.DateField()),
                ("why", models.TextField()),
                (
                    "contribution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earlier_charges",
                        to="budgets.contribution",
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
                "ordering": ["contribution", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("why", ""), _negated=True),
                        name="earlier_charge_with_a_reason",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeDays",
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
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="days",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notice_days",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "ordering": ["council", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "valid_from"), name="one_notice_a_date"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__lte", 365)), name="notice_days_known"
                    ),
                ],
            },
        ),
    ]
