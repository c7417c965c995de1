import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0004_scheme_studio"),
        ("cases", "0004_sweep_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SpendBudget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.DateField()),
                (
                    "route",
                    models.CharField(
                        blank=True,
                        choices=[
                            (
                                "direct_payment",
                                "Direct payment: the money is paid to me or someone I choose",
                            ),
                            (
                                "council_managed",
                                "Managed budget: the council holds the money and arranges what I choose",
                            ),
                            (
                                "provider_held",
                                "Provider-held account: a provider holds the money and I direct it",
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("source", models.CharField(max_length=120)),
                ("loaded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["council", "-year", "-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="delegationlevel",
            name="one_level_a_role_and_date",
        ),
        migrations.AddField(
            model_name="budgetfigure",
            name="costings",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="budgetfigure",
            name="first_total",
            field=models.DecimalField(decimal_places=2, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name="budgetfigure",
            name="share",
            field=models.DecimalField(decimal_places=12, max_digits=24, null=True),
        ),
        migrations.AddField(
            model_name="budgetfigure",
            name="still_met",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="budgetfigure",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="budgets.schemeversion",
            ),
        ),
        migrations.AddField(
            model_name="contribution",
            name="rate_set",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="contribution",
            name="trace",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="contribution",
            name="weekly_to",
            field=models.DecimalField(decimal_places=2, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name="delegationlevel",
            name="client",
            field=models.CharField(
                blank=True,
                choices=[
                    ("adult", "Adult with care and support needs"),
                    ("physical", "Physical support"),
                    ("sensory", "Sensory support"),
                    ("memory", "Memory and cognition"),
                    ("learning", "Learning disability"),
                    ("mental_health", "Mental health"),
                    ("carer", "Support as a carer"),
                    ("other", "Something else"),
                ],
                help_text="Empty: everybody.",
                max_length=15,
                verbose_name="for one group of people",
            ),
        ),
        migrations.AddField(
            model_name="delegationlevel",
            name="max_over_pct",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Empty: no such limit.",
                max_digits=6,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="up to % above the indicative budget",
            ),
        ),
        migrations.AddField(
            model_name="delegationlevel",
            name="team",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: every team.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.team",
                verbose_name="for one team",
            ),
        ),
        migrations.AddField(
            model_name="panelreferral",
            name="days",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="planline",
            name="begins_on",
            field=models.DateField(blank=True, null=True, verbose_name="From which day?"),
        ),
        migrations.AddField(
            model_name="planline",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="Until which day?"),
        ),
        migrations.AddField(
            model_name="planline",
            name="funder",
            field=models.CharField(
                choices=[
                    ("council", "The council, from this budget"),
                    ("health", "The NHS"),
                    ("s117", "Aftercare under section 117 of the Mental Health Act"),
                    ("person", "The person, from their own money"),
                ],
                default="council",
                max_length=10,
                verbose_name="Who pays for it?",
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="met_agreed_on",
            field=models.DateField(
                blank=True, null=True, verbose_name="On what day did they agree?"
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="met_through",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines_met",
                to="cases.case",
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="origin",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="budgets.planline",
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="unit_rate",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="budgets.unitrate",
            ),
        ),
        migrations.AddField(
            model_name="signoff",
            name="level",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="budgets.delegationlevel",
            ),
        ),
        migrations.AlterField(
            model_name="budgetfigure",
            name="reason_code",
            field=models.CharField(
                blank=True,
                choices=[
                    ("need_not_scored", "A need the questions don't ask about"),
                    ("rate_above", "The support costs more than the scheme's rate"),
                    ("rate_below", "The support costs less than the scheme's rate"),
                    ("informal_changed", "Help from family or friends changed"),
                    ("chose_less", "The person chose less"),
                    ("shared_cost", "A cost shared with someone else"),
                    ("one_off", "A one-off cost"),
                    ("error", "A mistake in the calculation"),
                    ("needs_changed", "The needs have changed"),
                    ("new_prices", "New prices from a date on"),
                    ("offer", "The change both agreed to"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="budgetfigure",
            index=models.Index(
                condition=models.Q(("kind__in", ["decided", "revised"])),
                fields=["effective_from", "share"],
                name="decided_by_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("weekly_to", None),
                    models.Q(
                        ("state", "estimated"),
                        ("weekly__isnull", False),
                        ("weekly_to__gte", models.F("weekly")),
                    ),
                    _connector="OR",
                ),
                name="contribution_range_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegationlevel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("max_weekly__isnull", False), ("team", None)),
                fields=("council", "role", "client", "valid_from"),
                name="one_level_a_role_and_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegationlevel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("max_weekly__isnull", False), ("team__isnull", False)),
                fields=("council", "role", "team", "client", "valid_from"),
                name="one_level_a_team_role_and_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegationlevel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("max_weekly__isnull", False),
                    models.Q(("client", ""), ("max_over_pct", None), ("team", None)),
                    _connector="OR",
                ),
                name="level_top_is_for_everybody",
                violation_error_message="The level without an upper limit is for the whole council.",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegationlevel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("max_over_pct", None), ("max_over_pct__gte", 0), _connector="OR"
                ),
                name="level_over_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("begins_on", None),
                    ("ends_on", None),
                    ("ends_on__gte", models.F("begins_on")),
                    _connector="OR",
                ),
                name="line_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(("funder__in", ["council", "health", "s117", "person"])),
                name="line_funder_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(("funder", "council"), ("route", ""), _connector="OR"),
                name="only_council_money_has_a_route",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("met_agreed_on", None), ("met_through", None)),
                    models.Q(
                        ("annual", 0),
                        ("met_agreed_on__isnull", False),
                        ("met_through__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="met_elsewhere_is_agreed_and_free",
            ),
        ),
        migrations.AddField(
            model_name="spendbudget",
            name="council",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="spend_budgets",
                to="cases.council",
            ),
        ),
        migrations.AddField(
            model_name="spendbudget",
            name="loaded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="spendbudget",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.team",
            ),
        ),
        migrations.AddConstraint(
            model_name="spendbudget",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="spend_budget_not_negative"
            ),
        ),
    ]
