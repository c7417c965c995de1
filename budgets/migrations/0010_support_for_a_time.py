"""Support instead of what stops, how a direct payment may be used, support for a time."""

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0009_planned_end"),
        ("cases", "0004_planned_end"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="finalaccount",
            name="assistants",
            field=models.CharField(
                blank=True,
                choices=[
                    (
                        "paid",
                        "Notice or redundancy pay is decided, and recorded as an extra payment",
                    ),
                    ("nothing", "Asked: none is owed to anybody"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="panelreferral",
            name="interim_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="panelreferral",
            name="interim_who",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="suspension",
            name="instead_from",
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name="suspension",
            name="instead_who",
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name="supportplan",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("submitted", "Sent"),
                    ("agreed", "Agreed"),
                    ("returned", "Sent back"),
                    ("replaced", "Replaced by the change both agreed to"),
                    ("extra", "Support for a time, beside the plan"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="DirectPaymentAllowed",
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
                ("looked_on", models.DateField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments_allowed",
                        to="cases.case",
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
                "ordering": ["case", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Estate",
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
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "standing",
                    models.CharField(
                        choices=[
                            ("executor", "Named in the will"),
                            ("administrator", "Appointed by the court, without a will"),
                            ("solicitor", "A solicitor or other adviser for the estate"),
                            (
                                "family",
                                "Family or a friend, who sees to things without an appointment",
                            ),
                            ("official", "A public body that sees to the estate"),
                        ],
                        max_length=15,
                        verbose_name="what gives them standing",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("letter", "By letter"),
                            ("email", "By e-mail"),
                            ("phone", "By telephone"),
                        ],
                        max_length=10,
                        verbose_name="the safe way",
                    ),
                ),
                ("reached_at", models.CharField(max_length=300, verbose_name="where")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="estates",
                        to="cases.case",
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
                "ordering": ["case", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CareHomeStay",
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
                ("where", models.CharField(max_length=120, verbose_name="which care home")),
                ("begins_on", models.DateField(verbose_name="first night")),
                ("ends_on", models.DateField(verbose_name="last night")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_home_stays",
                        to="cases.case",
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
                "ordering": ["case", "begins_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("begins_on"))),
                        name="stay_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ExtraSupport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("why", models.TextField(verbose_name="why it is needed now")),
                ("begins_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="until")),
                ("ended_on", models.DateField(null=True, verbose_name="ended on")),
                ("weekly", models.DecimalField(decimal_places=2, max_digits=12)),
                ("one_off", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waits to be agreed"),
                            ("agreed", "Agreed"),
                            ("refused", "Not agreed"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                (
                    "waits_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("worker", "Social worker"),
                            ("manager", "Team manager"),
                            ("service_manager", "Service manager"),
                        ],
                        max_length=20,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("reasons", models.TextField(blank=True)),
                (
                    "after",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("plan", "The agreed plan takes over"),
                            ("more", "More support for a time is agreed"),
                            ("ended", "It is not needed any more"),
                        ],
                        max_length=10,
                    ),
                ),
                ("after_words", models.TextField(blank=True)),
                ("after_at", models.DateTimeField(null=True)),
                (
                    "after_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extra_support",
                        to="cases.case",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "level",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budgets.delegationlevel",
                    ),
                ),
                (
                    "plan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="extra",
                        to="budgets.supportplan",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["case", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__gte", models.F("begins_on")),
                            models.Q(
                                ("ended_on", None),
                                ("ended_on__lte", models.F("ends_on")),
                                _connector="OR",
                            ),
                        ),
                        name="extra_support_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at", None), ("decided_by", None), ("state", "proposed")
                            ),
                            models.Q(
                                models.Q(("state", "proposed"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="extra_support_decided_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("after", ""), ("after_at", None)),
                            models.Q(
                                models.Q(("after", ""), _negated=True),
                                ("after_at__isnull", False),
                                ("after_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="extra_support_followed_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HouseholdPay",
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
                ("who", models.CharField(max_length=120, verbose_name="who is paid")),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("partner", "Their husband, wife or partner"),
                            ("relative", "A close relative, or the partner of one"),
                        ],
                        max_length=10,
                        verbose_name="who they are",
                    ),
                ),
                (
                    "exception",
                    models.CharField(
                        choices=[
                            ("care", "It is necessary for the care itself"),
                            ("manage", "It is necessary for managing the payment"),
                        ],
                        max_length=10,
                        verbose_name="why it is possible",
                    ),
                ),
                ("what", models.CharField(max_length=200, verbose_name="what they are paid for")),
                ("why", models.TextField(verbose_name="why it is necessary")),
                ("begins_on", models.DateField(verbose_name="from")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="household_pay",
                        to="cases.case",
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
                "ordering": ["case", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("exception__in", ["care", "manage"]),
                            ("relation__in", ["partner", "relative"]),
                            models.Q(("why", ""), _negated=True),
                        ),
                        name="household_pay_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuietDays",
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
                        related_name="quiet_days",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "ordering": ["council", "-valid_from"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("council", "valid_from"), name="one_quiet_time_a_date"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("days__lte", 365)),
                        name="quiet_days_known",
                    ),
                ],
            },
        ),
    ]
