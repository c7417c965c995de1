import django.core.validators
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
            name="AllocationScheme",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField()),
                ("name", models.CharField(max_length=120)),
                (
                    "population",
                    models.CharField(
                        choices=[("adult", "Adults"), ("carer", "Carers")], max_length=10
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="schemes",
                        to="cases.council",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Concern",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.TextField()),
                ("safeguarding", models.BooleanField()),
                (
                    "support_first",
                    models.CharField(
                        choices=[
                            ("talk", "Talk it over with the person"),
                            ("help", "Offer help with the paperwork or payroll"),
                            ("account", "Offer another kind of account"),
                            ("switch", "Offer another way to take the money"),
                            ("none", "None of these would be safe"),
                        ],
                        max_length=10,
                    ),
                ),
                ("raised_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("nothing", "Nothing was wrong"),
                            ("helped", "Help was given"),
                            ("changed", "The way of taking the money changed"),
                            ("safeguarding", "Taken on by safeguarding"),
                            ("recovery", "Money is to be paid back, by its own decision"),
                        ],
                        max_length=12,
                    ),
                ),
                ("finding", models.TextField(blank=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="concerns",
                        to="cases.case",
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
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
            name="Contribution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("recorded", "Decided"),
                            ("estimated", "Estimate, not a decision"),
                            ("not_known", "Not known yet"),
                        ],
                        max_length=10,
                    ),
                ),
                ("weekly", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("weekly_to", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("rate_set", models.CharField(blank=True, max_length=20)),
                ("trace", models.JSONField(null=True)),
                ("valid_from", models.DateField()),
                ("source", models.CharField(blank=True, max_length=120)),
                ("recorded_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
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
            ],
            options={
                "ordering": ["case", "-recorded_at"],
            },
        ),
        migrations.CreateModel(
            name="DelegationLevel",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("worker", "Social worker"),
                            ("manager", "Team manager"),
                            ("service_manager", "Service manager"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "client",
                    models.CharField(
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
                (
                    "max_weekly",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="up to £ a week",
                    ),
                ),
                (
                    "max_one_off",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        verbose_name="up to £ once",
                    ),
                ),
                (
                    "max_over_pct",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Empty: no such limit.",
                        max_digits=6,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="up to % above the indicative budget",
                    ),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="decided by, reason")),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="levels",
                        to="cases.council",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="named top officer",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: every team.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.team",
                        verbose_name="for one team",
                    ),
                ),
            ],
            options={
                "ordering": ["council", "role", "-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="DirectPaymentAgreement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("signed_by", models.CharField(max_length=120, verbose_name="signed by")),
                (
                    "signed_as",
                    models.CharField(
                        choices=[
                            ("person", "The person"),
                            ("nominated", "Somebody the person nominated"),
                            (
                                "authorised",
                                "Somebody authorised for a person who can't decide about it",
                            ),
                        ],
                        default="person",
                        max_length=12,
                        verbose_name="signed as",
                    ),
                ),
                ("others_signed", models.TextField(blank=True, verbose_name="who else signed")),
                ("signed_on", models.DateField(verbose_name="signed on")),
                (
                    "account_type",
                    models.CharField(
                        choices=[
                            ("own_account", "The person's own bank account for this money"),
                            ("managed_account", "An account someone manages for them"),
                            ("accountant", "Through an accountant or payroll service"),
                            ("prepaid_card", "A prepaid card"),
                        ],
                        max_length=20,
                        verbose_name="account",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("net", "Net: the person's contribution is left out of the payment"),
                            ("gross", "Gross: the council pays all and sends an invoice"),
                            (
                                "person_first",
                                "Person first: the person pays their part into the account, then the council adds the rest",
                            ),
                        ],
                        max_length=12,
                        verbose_name="net or gross",
                    ),
                ),
                ("cycle_weeks", models.PositiveIntegerField(default=4)),
                ("first_payment_on", models.DateField(verbose_name="first payment on")),
                ("annual", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "contribution_annual",
                    models.DecimalField(decimal_places=2, default=0, max_digits=12),
                ),
                ("already_paid", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("one_off", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("one_off_before", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("start_up", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("contingency", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("surplus_weeks", models.PositiveIntegerField(default=8)),
                ("terms", models.JSONField(default=list)),
                (
                    "why",
                    models.TextField(blank=True, verbose_name="what changes with this version"),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="agreements",
                        to="cases.case",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FinalAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "contact",
                    models.CharField(max_length=200, verbose_name="with whom it is settled"),
                ),
                ("balance", models.DecimalField(decimal_places=2, max_digits=12)),
                ("owed", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("recovery", "Paid back to the council"),
                            ("refund", "Paid out by the council"),
                            ("nothing", "Nothing to pay on either side"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("letter_on", models.DateField(verbose_name="letter sent on")),
                ("reason", models.TextField()),
                ("settled_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="final_accounts",
                        to="cases.case",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
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
            name="HeldEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("paid_in", "Paid in by the council"),
                            ("person_in", "Paid in by the person"),
                            ("spent", "Spent on support"),
                            ("fee", "The provider's fee"),
                            ("returned", "Given back to the council"),
                        ],
                        max_length=10,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("on", models.DateField(verbose_name="on")),
                ("what", models.CharField(max_length=200, verbose_name="what for")),
                ("recorded_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_entries",
                        to="cases.case",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="budgets.heldentry",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["case", "on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="LocalIdea",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("community", "In your community"),
                            ("peer", "People who have been through it"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "what",
                    models.CharField(max_length=300, verbose_name="what it is, in a sentence"),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        help_text="Empty: for anything.",
                        max_length=30,
                        verbose_name="what it is good for",
                    ),
                ),
                (
                    "where",
                    models.CharField(blank=True, max_length=200, verbose_name="where and when"),
                ),
                ("reach", models.CharField(max_length=200, verbose_name="how to reach them")),
                ("source", models.CharField(max_length=200, verbose_name="source")),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ideas",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "ordering": ["council", "kind", "name"],
            },
        ),
        migrations.CreateModel(
            name="MonitoringCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("light", "Light"),
                            ("standard", "Standard"),
                            ("enhanced", "Enhanced"),
                        ],
                        max_length=10,
                    ),
                ),
                ("factors", models.JSONField(default=list)),
                ("items", models.JSONField(default=list)),
                ("period_from", models.DateField()),
                ("period_to", models.DateField()),
                ("asked_at", models.DateTimeField()),
                ("balance", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("planned_use", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("planned_for", models.TextField(blank=True)),
                ("told", models.TextField(blank=True)),
                ("minutes", models.PositiveIntegerField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="budgets.directpaymentagreement",
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "ordering": ["case", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PaymentBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("until", models.DateField(verbose_name="due up to")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("making", "Being made"),
                            ("ready", "Ready for the ledger"),
                            ("confirmed", "Paid, as confirmed"),
                        ],
                        default="making",
                        max_length=10,
                    ),
                ),
                ("count", models.PositiveIntegerField(default=0)),
                ("total", models.DecimalField(decimal_places=2, default=0, max_digits=14)),
                ("content", models.TextField(blank=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "ledger_ref",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="the ledger's own number"
                    ),
                ),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
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
                        related_name="payment_batches",
                        to="cases.council",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["council", "-number"],
            },
        ),
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField(default=1)),
                ("outcome", models.CharField(max_length=30, verbose_name="What is it for?")),
                ("what", models.CharField(max_length=200, verbose_name="What support?")),
                (
                    "who",
                    models.CharField(
                        choices=[
                            ("family", "Family or friends, unpaid"),
                            ("community", "A group or service in my community"),
                            ("pa", "A personal assistant"),
                            ("agency", "A care agency"),
                            ("provider", "Another provider"),
                            ("council", "A council service"),
                            ("item", "Something to buy"),
                        ],
                        max_length=12,
                        verbose_name="Who gives it?",
                    ),
                ),
                (
                    "provider",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="Their name, if you know it"
                    ),
                ),
                ("when", models.CharField(blank=True, max_length=120, verbose_name="When?")),
                (
                    "quantity",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=8,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(9999),
                        ],
                        verbose_name="How much?",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("hour", "hours a week"),
                            ("day", "days a week"),
                            ("night", "nights a year"),
                            ("session", "sessions a week"),
                            ("week", "a week"),
                            ("month", "a month"),
                            ("year", "a year"),
                            ("once", "once"),
                        ],
                        max_length=10,
                        verbose_name="Of what?",
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=4,
                        default=0,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="Cost of one, in £",
                    ),
                ),
                ("rate_source", models.CharField(blank=True, max_length=200)),
                (
                    "oncost_pct",
                    models.DecimalField(
                        decimal_places=3,
                        default=0,
                        max_digits=6,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="Employer's costs, %",
                    ),
                ),
                (
                    "weeks",
                    models.CharField(default="52", max_length=7, verbose_name="Weeks a year"),
                ),
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
                        verbose_name="How do you want to take the money?",
                    ),
                ),
                (
                    "begins_on",
                    models.DateField(blank=True, null=True, verbose_name="From which day?"),
                ),
                (
                    "ends_on",
                    models.DateField(blank=True, null=True, verbose_name="Until which day?"),
                ),
                (
                    "funder",
                    models.CharField(
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
                (
                    "met_agreed_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="On what day did they agree?"
                    ),
                ),
                ("annual", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("weekly", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "met_through",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines_met",
                        to="cases.case",
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budgets.planline",
                    ),
                ),
            ],
            options={
                "ordering": ["plan", "position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="LineStart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_on", models.DateField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.event",
                    ),
                ),
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="start",
                        to="budgets.planline",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LineChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "offered",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="what the council offered first"
                    ),
                ),
                ("chosen", models.CharField(max_length=200, verbose_name="what was chosen")),
                ("chosen_by", models.CharField(max_length=120, verbose_name="who chose")),
                ("chosen_on", models.DateField(verbose_name="chosen on")),
                ("differs", models.TextField(blank=True, verbose_name="what differs, and why")),
                ("recorded_at", models.DateTimeField()),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="budgets.planline",
                    ),
                ),
            ],
            options={
                "ordering": ["line", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PlanShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("parts", models.JSONField(default=list)),
                ("chosen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_shares",
                        to="cases.case",
                    ),
                ),
                (
                    "chosen_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "representation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plan_shares",
                        to="cases.representation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Provider",
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
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "offers",
                    models.CharField(blank=True, max_length=200, verbose_name="what they offer"),
                ),
                (
                    "framework",
                    models.BooleanField(
                        default=False, verbose_name="on one of the council's frameworks"
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="providers",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        max_length=200, verbose_name="what may not be done with the money"
                    ),
                ),
                ("legal_reason", models.TextField(verbose_name="the legal reason")),
                ("owner", models.CharField(max_length=120, verbose_name="who answers for it")),
                ("begins_on", models.DateField()),
                ("ends_on", models.DateField()),
                ("lifted_on", models.DateField(null=True)),
                ("made_at", models.DateTimeField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="restrictions",
                        to="cases.case",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
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
            name="RouteSwitch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("wanted", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Asked for"),
                            ("done", "Done"),
                            ("refused", "Refused"),
                            ("overtaken", "Overtaken by a new plan or an end"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="switches",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="directpaymentagreement",
            name="switch",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreements",
                to="budgets.routeswitch",
            ),
        ),
        migrations.CreateModel(
            name="ScheduledPayment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("regular", "Regular payment"), ("one_off", "One-off payment")],
                        default="regular",
                        max_length=10,
                    ),
                ),
                ("due", models.DateField()),
                ("covers_from", models.DateField()),
                ("covers_to", models.DateField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("held", models.BooleanField(default=False)),
                (
                    "held_for",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("suspended", "Payments are suspended"),
                            ("ended", "The support ended"),
                            ("withdrew", "The person withdrew"),
                            ("arranged", "The person arranges their own support"),
                            ("closed", "The case was closed"),
                            ("death", "A death was recorded"),
                            (
                                "replaced",
                                "A later agreement or way of taking the money is in its place",
                            ),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="budgets.directpaymentagreement",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="budgets.paymentbatch",
                    ),
                ),
                (
                    "part_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="budgets.scheduledpayment",
                    ),
                ),
            ],
            options={
                "ordering": ["agreement", "number"],
            },
        ),
        migrations.CreateModel(
            name="SchemeVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("published", "Published")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("definition", models.JSONField()),
                ("checksum", models.CharField(max_length=64)),
                ("approved_by", models.CharField(blank=True, max_length=120)),
                ("approved_on", models.DateField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "made_from",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budgets.schemeversion",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="budgets.allocationscheme",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Calculation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("inputs", models.JSONField()),
                ("trace", models.JSONField()),
                ("annual", models.DecimalField(decimal_places=2, max_digits=12)),
                ("weekly", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("made_at", models.DateTimeField()),
                ("engine", models.CharField(max_length=20)),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.selfassessment",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calculations",
                        to="cases.case",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calculations",
                        to="budgets.schemeversion",
                    ),
                ),
            ],
        ),
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
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spend_budgets",
                        to="cases.council",
                    ),
                ),
                (
                    "loaded_by",
                    models.ForeignKey(
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
            options={
                "ordering": ["council", "-year", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SupportOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("provider", models.CharField(max_length=120, verbose_name="provider")),
                ("what", models.CharField(max_length=200, verbose_name="what is ordered")),
                ("begins_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "reference",
                    models.CharField(blank=True, max_length=60, verbose_name="order number"),
                ),
                ("ordered_at", models.DateTimeField()),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="budgets.planline",
                    ),
                ),
                (
                    "ordered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["line", "pk"],
            },
        ),
        migrations.CreateModel(
            name="OrderEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ends_on", models.DateField(verbose_name="until")),
                ("told_on", models.DateField(null=True, verbose_name="the provider was told on")),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.event",
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ends",
                        to="budgets.supportorder",
                    ),
                ),
            ],
            options={
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SupportPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Sent"),
                            ("agreed", "Agreed"),
                            ("returned", "Sent back"),
                            ("replaced", "Replaced by the change both agreed to"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("what_matters", models.TextField(blank=True, verbose_name="What matters to me")),
                ("goals", models.TextField(blank=True, verbose_name="What I want to be different")),
                (
                    "risks",
                    models.TextField(
                        blank=True, verbose_name="What could go wrong, and what we do then"
                    ),
                ),
                ("in_control", models.TextField(blank=True, verbose_name="How I stay in control")),
                (
                    "enough",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("unsure", "I am not sure")],
                        max_length=6,
                        verbose_name="Is the money enough?",
                    ),
                ),
                ("enough_why", models.TextField(blank=True, verbose_name="Why?")),
                (
                    "helped",
                    models.CharField(
                        blank=True,
                        choices=[("yes", "Yes"), ("no", "No"), ("skip", "I'd rather not say")],
                        max_length=6,
                        verbose_name="Did you have the help you wanted to plan?",
                    ),
                ),
                (
                    "over_reason",
                    models.TextField(
                        blank=True, verbose_name="Why it costs more than the indicative budget"
                    ),
                ),
                ("contribution_seen", models.BooleanField(default=False)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("author_role", models.CharField(blank=True, max_length=20)),
                ("snapshot", models.JSONField(null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="cases.case",
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["case", "-number"],
            },
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("agreed", "Agreed"),
                            ("returned", "Sent back"),
                            ("offered", "Another proposal"),
                            ("referred", "Referred to the panel"),
                        ],
                        max_length=10,
                    ),
                ),
                ("role", models.CharField(max_length=20)),
                ("weekly", models.DecimalField(decimal_places=2, max_digits=12)),
                ("one_off", models.DecimalField(decimal_places=2, max_digits=12)),
                ("limit_weekly", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("reasons", models.TextField(blank=True)),
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_offs",
                        to="cases.case",
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_offs",
                        to="budgets.supportplan",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="routeswitch",
            name="of_plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="budgets.supportplan",
            ),
        ),
        migrations.AddField(
            model_name="routeswitch",
            name="plan",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="budgets.supportplan",
            ),
        ),
        migrations.CreateModel(
            name="PlanWriting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.CharField(max_length=30)),
                ("role", models.CharField(max_length=20)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="writings",
                        to="budgets.supportplan",
                    ),
                ),
            ],
            options={
                "ordering": ["plan", "place", "at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="planline",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="budgets.supportplan",
            ),
        ),
        migrations.CreateModel(
            name="PanelReferral",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "exception",
                    models.CharField(
                        choices=[
                            ("over_limit", "Above the limits of everyone here"),
                            ("unique_plan", "A plan unlike others"),
                            ("dispute", "We do not agree"),
                            ("high_risk", "High risk"),
                        ],
                        max_length=15,
                    ),
                ),
                ("reason", models.TextField()),
                ("interim_support", models.BooleanField()),
                ("interim", models.TextField()),
                ("referred_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
                ("days", models.PositiveIntegerField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("agreed", "Agreed"),
                            ("returned", "Sent back"),
                            ("offered", "Another proposal"),
                        ],
                        max_length=10,
                    ),
                ),
                ("written_reasons", models.TextField(blank=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="cases.case",
                    ),
                ),
                (
                    "referred_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="referrals",
                        to="budgets.supportplan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("lines", models.JSONField()),
                ("weekly", models.DecimalField(decimal_places=2, max_digits=12)),
                ("annual", models.DecimalField(decimal_places=2, max_digits=12)),
                ("one_off", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="cases.case",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="budgets.supportplan",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HeldAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("provider", models.CharField(max_length=120, verbose_name="provider")),
                (
                    "directed_by",
                    models.CharField(max_length=120, verbose_name="who directs the money"),
                ),
                ("signed_on", models.DateField(verbose_name="signed on")),
                ("annual", models.DecimalField(decimal_places=2, max_digits=12)),
                ("weekly", models.DecimalField(decimal_places=2, max_digits=12)),
                ("contingency", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("surplus_weeks", models.PositiveIntegerField(default=4)),
                ("terms", models.JSONField(default=list)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_accounts",
                        to="cases.case",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_accounts",
                        to="budgets.supportplan",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="directpaymentagreement",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="agreements",
                to="budgets.supportplan",
            ),
        ),
        migrations.CreateModel(
            name="BudgetFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("indicative", "Indicative budget"),
                            ("plan", "Cost of the plan"),
                            ("decided", "Decided budget"),
                            ("revised", "Revised budget"),
                        ],
                        max_length=12,
                    ),
                ),
                ("annual", models.DecimalField(decimal_places=2, max_digits=12)),
                ("weekly", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("one_off", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("effective_from", models.DateField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "reason_code",
                    models.CharField(
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
                ("reason_text", models.TextField(blank=True)),
                ("first_total", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("share", models.DecimalField(decimal_places=12, max_digits=24, null=True)),
                ("costings", models.PositiveIntegerField(null=True)),
                ("still_met", models.JSONField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
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
                    "supersedes",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budgets.budgetfigure",
                    ),
                ),
                (
                    "calculation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budgets.calculation",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="budgets.schemeversion",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="budgets.supportplan",
                    ),
                ),
            ],
            options={
                "ordering": ["case", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SurplusDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("leave", "Leave it: nothing happens"),
                            ("agreed_use", "It is kept for something agreed"),
                            ("reclaim", "It is paid back to the council"),
                            ("adjust", "Later payments are looked at again with the person"),
                        ],
                        max_length=12,
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("reason", models.TextField()),
                ("decided_at", models.DateTimeField()),
                (
                    "check_of",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="budgets.monitoringcheck",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SurplusLetter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                ("words", models.TextField()),
                ("reply_by", models.DateField()),
                ("written_at", models.DateTimeField()),
                ("reply", models.TextField(blank=True)),
                ("replied_at", models.DateTimeField(null=True)),
                (
                    "check_of",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter",
                        to="budgets.monitoringcheck",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UnitRate",
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
                ("service", models.CharField(max_length=80, verbose_name="service")),
                ("unit", models.CharField(default="hour", max_length=20, verbose_name="unit")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=4,
                        max_digits=10,
                        validators=[django.core.validators.MinValueValidator(0)],
                        verbose_name="£",
                    ),
                ),
                (
                    "oncost_pct",
                    models.DecimalField(
                        decimal_places=3, default=0, max_digits=6, verbose_name="on-costs %"
                    ),
                ),
                ("source", models.CharField(max_length=300, verbose_name="source")),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rates",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "ordering": ["service", "-valid_from"],
            },
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
        migrations.CreateModel(
            name="UnmetRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("wanted", models.CharField(max_length=200, verbose_name="what was asked for")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("nobody", "Nobody offers it here"),
                            ("full", "No place free"),
                            ("price", "It costs more than the budget"),
                            ("times", "Not at the times wanted"),
                            ("culture", "Nobody in the language or culture wanted"),
                            ("other", "Something else"),
                        ],
                        max_length=10,
                        verbose_name="why it could not be had",
                    ),
                ),
                (
                    "need_group",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("physical", "Physical support"),
                            ("sensory", "Sensory support"),
                            ("memory", "Memory and cognition"),
                            ("learning", "Learning disability"),
                            ("mental_health", "Mental health"),
                            ("carer", "Support as a carer"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "age_band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("18-64", "18 to 64"),
                            ("65-84", "65 to 84"),
                            ("85+", "85 and over"),
                            ("", "Not known"),
                        ],
                        max_length=10,
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unmet_requests",
                        to="cases.council",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unmet",
                        to="budgets.planline",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["council", "-recorded_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="allocationscheme",
            constraint=models.UniqueConstraint(
                fields=("council", "code"), name="one_scheme_a_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="concern",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_at", None), ("closed_by", None), ("finding", ""), ("outcome", "")
                    ),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                        models.Q(("finding", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="concern_closed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "not_known"), ("weekly", None)),
                    models.Q(
                        models.Q(("state", "not_known"), _negated=True),
                        ("weekly__gte", 0),
                        ("weekly__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="contribution_whole",
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
            model_name="delegationlevel",
            constraint=models.UniqueConstraint(
                condition=models.Q(("max_weekly", None)),
                fields=("council", "valid_from"),
                name="one_top_officer_a_date",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegationlevel",
            constraint=models.CheckConstraint(
                condition=models.Q(("officer", None), ("max_weekly", None), _connector="OR"),
                name="level_officer_only_at_the_top",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegationlevel",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("max_one_off", None), ("max_weekly", None)),
                    models.Q(
                        ("max_one_off__gte", 0),
                        ("max_one_off__isnull", False),
                        ("max_weekly__gte", 0),
                        ("max_weekly__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="level_whole",
                violation_error_message="Give both limits, or neither: neither means without an upper limit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="finalaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount", 0), ("outcome", "nothing")),
                    models.Q(models.Q(("outcome", "nothing"), _negated=True), ("amount__gt", 0)),
                    _connector="OR",
                ),
                name="final_amount_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="heldentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="held_entry_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="localidea",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="idea_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="localidea",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["community", "peer"])), name="idea_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringcheck",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at", None)), fields=("case",), name="one_open_check"
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("tier__in", ["light", "standard", "enhanced"])),
                name="check_tier_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__gte", models.F("period_from"))),
                name="check_period_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at", None), ("answered_by", None), ("balance", None)),
                    models.Q(
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        ("balance__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="check_answered_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoringcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(("planned_use__gte", 0)), name="planned_use_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentbatch",
            constraint=models.UniqueConstraint(
                fields=("council", "number"), name="one_batch_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentbatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "making")),
                fields=("council",),
                name="one_batch_in_the_making",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sha256", ""), ("state", "making")),
                    models.Q(
                        models.Q(("state", "making"), _negated=True),
                        models.Q(("sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="batch_file_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("confirmed_at__isnull", False),
                        ("confirmed_by__isnull", False),
                        ("state", "confirmed"),
                    ),
                    models.Q(
                        models.Q(("state", "confirmed"), _negated=True),
                        ("confirmed_at", None),
                        ("confirmed_by", None),
                    ),
                    _connector="OR",
                ),
                name="batch_confirmed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="planshare",
            constraint=models.UniqueConstraint(
                fields=("case", "representation"), name="one_share_a_helper"
            ),
        ),
        migrations.AddConstraint(
            model_name="provider",
            constraint=models.UniqueConstraint(
                fields=("council", "name", "valid_from"), name="one_provider_a_name_and_date"
            ),
        ),
        migrations.AddConstraint(
            model_name="restriction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__gt", models.F("begins_on")),
                    models.Q(("legal_reason", ""), _negated=True),
                    models.Q(("owner", ""), _negated=True),
                ),
                name="restriction_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="scheduledpayment",
            index=models.Index(
                condition=models.Q(("batch", None), ("held", False)),
                fields=["due"],
                name="payments_not_yet_in_a_batch",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheduledpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("held", False), ("held_for", "")),
                    models.Q(("held", True), models.Q(("held_for", ""), _negated=True)),
                    _connector="OR",
                ),
                name="held_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheduledpayment",
            constraint=models.UniqueConstraint(
                fields=("agreement", "number"), name="one_payment_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="scheduledpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="payment_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="scheduledpayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("covers_to__gte", models.F("covers_from"))),
                name="payment_covers_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeversion",
            constraint=models.UniqueConstraint(
                fields=("scheme", "number"), name="one_version_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_by", ""), ("published_at", None), ("state", "draft")),
                    models.Q(
                        ("published_at__isnull", False),
                        ("state", "published"),
                        models.Q(("approved_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="version_published_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="spendbudget",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="spend_budget_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportorder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None), ("ends_on__gte", models.F("begins_on")), _connector="OR"
                ),
                name="order_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderend",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)), fields=("order",), name="one_end_an_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderend",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("told_by", None), ("told_on", None)),
                    models.Q(
                        ("told_by__isnull", False), ("told_on__isnull", False), ("undone_at", None)
                    ),
                    _connector="OR",
                ),
                name="order_end_told_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.UniqueConstraint(fields=("case", "number"), name="one_plan_a_number"),
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")), fields=("case",), name="one_draft_plan"
            ),
        ),
        migrations.AddConstraint(
            model_name="supportplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("submitted_at", None), ("submitted_by", None)),
                    models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                    _connector="OR",
                ),
                name="plan_sent_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="routeswitch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("case",), name="one_open_switch"
            ),
        ),
        migrations.AddConstraint(
            model_name="routeswitch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="switch_ended_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="planwriting",
            constraint=models.UniqueConstraint(
                fields=("plan", "place", "user"), name="one_writing_a_place_and_user"
            ),
        ),
        migrations.AddConstraint(
            model_name="panelreferral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("decided_at", None)), fields=("case",), name="one_open_referral"
            ),
        ),
        migrations.AddConstraint(
            model_name="panelreferral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("outcome", ""), ("written_reasons", "")),
                    models.Q(
                        ("decided_at__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                        models.Q(("written_reasons", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="referral_decided_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("case",), name="one_open_offer"
            ),
        ),
        migrations.AddConstraint(
            model_name="heldaccount",
            constraint=models.UniqueConstraint(
                fields=("case", "version"), name="one_held_account_a_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="heldaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("contingency__gte", 0), ("surplus_weeks__gte", 1), ("surplus_weeks__lte", 52)
                ),
                name="held_account_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="directpaymentagreement",
            constraint=models.UniqueConstraint(
                fields=("case", "version"), name="one_agreement_a_version"
            ),
        ),
        migrations.AddConstraint(
            model_name="directpaymentagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("cycle_weeks__in", [2, 4])), name="cycle_of_two_or_four_weeks"
            ),
        ),
        migrations.AddConstraint(
            model_name="directpaymentagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("signed_on__lte", models.F("first_payment_on"))),
                name="signed_before_paid",
            ),
        ),
        migrations.AddConstraint(
            model_name="directpaymentagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("already_paid__gte", 0),
                    ("contingency__gte", 0),
                    ("one_off_before__gte", 0),
                    ("start_up__gte", 0),
                ),
                name="agreement_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="directpaymentagreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("surplus_weeks__gte", 1), ("surplus_weeks__lte", 52)),
                name="surplus_weeks_of_a_year",
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
            model_name="budgetfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["indicative", "plan", "decided", "revised"])),
                name="figure_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("annual__gte", 0), ("one_off__gte", 0)),
                name="figure_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="budgetfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason_code", ""), ("reason_text", "")),
                    models.Q(
                        models.Q(("reason_code", ""), _negated=True),
                        models.Q(("reason_text", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="figure_reason_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="surplusdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("action", "reclaim"), ("amount__gt", 0)),
                    models.Q(models.Q(("action", "reclaim"), _negated=True), ("amount__gte", 0)),
                    _connector="OR",
                ),
                name="reclaim_has_an_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="surplusletter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("replied_at", None), ("reply", "")),
                    models.Q(models.Q(("reply", ""), _negated=True), ("replied_at__isnull", False)),
                    _connector="OR",
                ),
                name="surplus_reply_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitrate",
            constraint=models.UniqueConstraint(
                fields=("council", "service", "valid_from"), name="one_rate_a_date"
            ),
        ),
        migrations.AddConstraint(
            model_name="unitrate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="rate_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(("annual__gte", 0), ("quantity__gte", 0), ("rate__gte", 0)),
                name="line_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("who", "family"), _negated=True), ("annual", 0), _connector="OR"
                ),
                name="family_help_costs_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("route", ""),
                    ("route__in", ["direct_payment", "council_managed", "provider_held"]),
                    _connector="OR",
                ),
                name="line_route_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("unit", "once"), _negated=True), ("weekly", 0), _connector="OR"
                ),
                name="once_is_never_weekly",
            ),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekly__lte", models.F("annual"))), name="week_within_year"
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
    ]
