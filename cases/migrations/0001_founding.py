import datetime

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("job", models.CharField(max_length=120, unique=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="KnownBrowser",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("account", models.CharField(max_length=64)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("count", models.PositiveIntegerField(default=0)),
                ("last_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        max_length=254, null=True, unique=True, verbose_name="e-mail address"
                    ),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        max_length=15,
                        null=True,
                        unique=True,
                        verbose_name="mobile number for codes",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                (
                    "is_staff",
                    models.BooleanField(default=False, verbose_name="may open the set-up pages"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "email"],
            },
        ),
        migrations.CreateModel(
            name="Council",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(unique=True, verbose_name="web name")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "colour",
                    models.CharField(
                        default="#1d5b6f",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9a-fA-F]{6}$", "Enter a colour such as #1d5b6f."
                            )
                        ],
                        verbose_name="colour",
                    ),
                ),
                (
                    "help_phone",
                    models.CharField(blank=True, max_length=40, verbose_name="help by telephone"),
                ),
                (
                    "help_relay",
                    models.CharField(blank=True, max_length=40, verbose_name="text relay"),
                ),
                ("help_address", models.TextField(blank=True, verbose_name="address")),
                ("opens_at", models.TimeField(blank=True, null=True, verbose_name="opens at")),
                ("closes_at", models.TimeField(blank=True, null=True, verbose_name="closes at")),
                (
                    "open_days",
                    models.CharField(
                        choices=[
                            ("weekdays", "Monday to Friday, not on bank holidays"),
                            ("every_day", "Every day"),
                        ],
                        default="weekdays",
                        max_length=10,
                        verbose_name="open on",
                    ),
                ),
                (
                    "out_of_hours_phone",
                    models.CharField(
                        blank=True,
                        max_length=40,
                        verbose_name="telephone when the office is closed",
                    ),
                ),
                (
                    "emergency_email",
                    models.EmailField(
                        blank=True, max_length=254, verbose_name="emergency duty team's address"
                    ),
                ),
                (
                    "emergency_reads",
                    models.BooleanField(
                        default=False,
                        verbose_name="somebody reads that address whenever the office is closed",
                    ),
                ),
                (
                    "invented",
                    models.BooleanField(default=False, verbose_name="invented for demonstration"),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes_at", None), ("opens_at", None)),
                            ("opens_at__lt", models.F("closes_at")),
                            _connector="OR",
                        ),
                        name="council_opens_before_it_closes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("open_days__in", ["weekdays", "every_day"])),
                        name="council_open_days_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ref", models.CharField(max_length=6, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("adult", "Adult with care and support needs"),
                            ("carer", "Carer"),
                        ],
                        default="adult",
                        max_length=10,
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("online", "Online"),
                            ("phone", "By telephone"),
                            ("paper", "On paper"),
                            ("visit", "Face to face"),
                            ("professional", "From a professional"),
                        ],
                        default="online",
                        max_length=15,
                    ),
                ),
                ("step", models.CharField(max_length=20)),
                ("step_since", models.DateTimeField()),
                ("visit_seq", models.PositiveIntegerField(default=0)),
                ("turn", models.CharField(max_length=20)),
                ("turn_since", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField()),
                (
                    "cycle",
                    models.CharField(
                        choices=[
                            ("first", "First time"),
                            ("review", "Review"),
                            ("reassessment", "Reassessment"),
                        ],
                        default="first",
                        max_length=15,
                    ),
                ),
                ("cycle_no", models.PositiveIntegerField(default=1)),
                ("seen_steps", models.CharField(blank=True, max_length=200)),
                ("looped", models.BooleanField(default=False)),
                ("turn_days", models.JSONField(default=dict)),
                ("asked_news_at", models.DateTimeField(null=True)),
                ("danger_since", models.DateTimeField(null=True)),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("own", "On their own"),
                            ("together", "Together with a worker"),
                            ("worker_led", "The worker asks and writes"),
                            ("combined", "Together with a family member's or carer's assessment"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        blank=True,
                        choices=[("urgent", "Urgent"), ("soon", "Soon"), ("routine", "Routine")],
                        max_length=10,
                    ),
                ),
                ("next_contact", models.DateField(null=True)),
                ("paused_until", models.DateField(null=True)),
                ("has_pauses", models.BooleanField(default=False)),
                ("route", models.CharField(blank=True, max_length=20)),
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
                ("reached_panel", models.BooleanField(default=False)),
                ("reached_set_up", models.BooleanField(default=False)),
                ("head_seq", models.PositiveIntegerField(default=0)),
                ("head_hash", models.CharField(blank=True, max_length=64)),
                ("head_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "turn_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="cases.council",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CouncilChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changes", models.JSONField()),
                (
                    "by",
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
                        related_name="changes",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Disposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("authority", models.CharField(max_length=200)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
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
                        related_name="disposals",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seq", models.PositiveIntegerField()),
                ("verb", models.CharField(max_length=40)),
                ("role", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("codes", models.JSONField(default=dict)),
                ("body_hash", models.CharField(blank=True, max_length=64)),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "by",
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
                        related_name="events",
                        to="cases.case",
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "ordering": ["case", "seq"],
            },
        ),
        migrations.CreateModel(
            name="DangerReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "door",
                    models.CharField(
                        choices=[
                            ("own", "Asked for support for themselves"),
                            ("other", "Asked for by somebody who knows them"),
                            ("professional", "Asked for by a professional"),
                            ("phone", "By telephone"),
                            ("visit", "Face to face"),
                            ("paper", "On paper"),
                            ("message", "In a message"),
                            ("again", "A colleague says that they are not safe after all"),
                        ],
                        max_length=15,
                        verbose_name="how it reached us",
                    ),
                ),
                ("role", models.CharField(max_length=20)),
                ("reported_at", models.DateTimeField(verbose_name="reported")),
                ("due_at", models.DateTimeField(verbose_name="to be rung by")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="settled")),
                (
                    "by",
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
                        related_name="dangers",
                        to="cases.case",
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
                    ),
                ),
                (
                    "closing",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="danger_closed",
                        to="cases.event",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="danger",
                        to="cases.event",
                    ),
                ),
            ],
            options={
                "ordering": ["reported_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="DangerCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "reached",
                    models.CharField(
                        choices=[
                            ("spoke", "I spoke to them"),
                            (
                                "spoke_safe",
                                "I spoke to their carer, or to somebody who is safe for them",
                            ),
                            ("no_answer", "No answer"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "safe",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("yes", "Yes"),
                            ("help_coming", "Not yet, but help is on its way to them"),
                            ("no", "No"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="cases.dangerreport",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="danger_call",
                        to="cases.event",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_days", models.IntegerField(default=0)),
                ("council_days", models.IntegerField(default=0)),
                ("panel_days", models.IntegerField(default=0)),
                ("other_days", models.IntegerField(default=0)),
                ("kind", models.CharField(max_length=20)),
                ("round", models.PositiveIntegerField(default=1)),
                ("cycle", models.CharField(default="first", max_length=15)),
                ("cycle_no", models.PositiveIntegerField(default=1)),
                ("began_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                ("days", models.IntegerField(null=True)),
                ("month", models.DateField(null=True)),
                ("route", models.CharField(blank=True, max_length=20)),
                ("need_group", models.CharField(blank=True, max_length=20)),
                ("age_band", models.CharField(blank=True, max_length=10)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="cases.case",
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
                    ),
                ),
                (
                    "began_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.event",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Asked",
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
                        choices=[
                            ("message", "A message"),
                            ("copy", "A copy of everything"),
                            ("names", "The names of those who looked at the record"),
                        ],
                        max_length=10,
                    ),
                ),
                ("alone", models.BooleanField(default=False)),
                ("due_on", models.DateField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked",
                        to="cases.case",
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
                    ),
                ),
                (
                    "answer",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="cases.event",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked",
                        to="cases.event",
                    ),
                ),
            ],
            options={
                "ordering": ["event__seq"],
            },
        ),
        migrations.CreateModel(
            name="FormToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
                ("form", models.CharField(max_length=40)),
                ("result_url", models.CharField(blank=True, max_length=300)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeptPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("browser", models.CharField(db_index=True, max_length=64)),
                ("sealed", models.TextField()),
                ("kept_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Nudge",
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
                            ("due_soon", "Said that the last day is near"),
                            ("overdue", "Chased because it was late"),
                            ("further_overdue", "Told the manager that it is still late"),
                            ("draft_7", "Offered help after 7 days without a change to the draft"),
                            (
                                "draft_21",
                                "Offered help after 21 days without a change to the draft",
                            ),
                            (
                                "draft_60",
                                "Offered help after 60 days without a change to the draft",
                            ),
                            ("keep_in_touch", "Asked for a word to somebody who waits"),
                        ],
                        max_length=20,
                    ),
                ),
                ("round", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                (
                    "clock",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nudges",
                        to="cases.clock",
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OpenDays",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "dim",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Whole council"),
                            ("team", "Team"),
                            ("turn", "Whose turn"),
                            ("team_turn", "Whose turn in a team"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=40)),
                ("step", models.CharField(max_length=20)),
                ("day", models.DateField()),
                ("due_day", models.DateField(default=datetime.date(9999, 12, 31))),
                ("n", models.IntegerField()),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_search", models.CharField(db_index=True, editable=False, max_length=200)),
                ("born", models.DateField(blank=True, null=True, verbose_name="date of birth")),
                (
                    "nhs_number",
                    models.CharField(blank=True, max_length=10, verbose_name="NHS number"),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("phone", models.CharField(blank=True, max_length=30, verbose_name="telephone")),
                ("address", models.TextField(blank=True, verbose_name="address")),
                (
                    "contact_by",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("text", "Text message"),
                            ("phone", "Telephone call"),
                            ("letter", "Letter"),
                        ],
                        default="letter",
                        max_length=10,
                        verbose_name="safe way to reach them",
                    ),
                ),
                (
                    "contact_note",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="when, and what never to say"
                    ),
                ),
                (
                    "communication",
                    models.CharField(
                        choices=[
                            ("standard", "Standard print"),
                            ("large_print", "Large print"),
                            ("easy_read", "Easy read"),
                            ("audio", "Audio, or read out to me"),
                            ("bsl", "British Sign Language"),
                        ],
                        default="standard",
                        max_length=15,
                        verbose_name="how they take in information",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="language or interpreter"
                    ),
                ),
                ("died_on", models.DateField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="cases.council",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="event",
            name="on_behalf_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.person",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="cases.person"
            ),
        ),
        migrations.CreateModel(
            name="RecordView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=20)),
                ("page", models.CharField(max_length=60)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="views",
                        to="cases.case",
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
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
        ),
        migrations.CreateModel(
            name="Representation",
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
                            ("self", "Themselves"),
                            ("family", "Family or friend"),
                            ("advocate", "Independent advocate"),
                            ("broker", "Broker"),
                            ("user_led", "User-led organisation"),
                            ("lpa", "Attorney (lasting power of attorney)"),
                            ("deputy", "Deputy of the court"),
                            ("appointee", "Appointee for benefits"),
                            ("nominated", "Nominated person"),
                            ("authorised", "Authorised person"),
                        ],
                        max_length=12,
                    ),
                ),
                ("scope", models.JSONField(default=list)),
                ("words", models.TextField(blank=True)),
                ("evidence", models.CharField(blank=True, max_length=200)),
                ("checked_at", models.DateTimeField(blank=True, null=True)),
                ("about", models.CharField(blank=True, max_length=10)),
                (
                    "proof",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("consent", "The person's consent"),
                            ("lpa", "Lasting power of attorney"),
                            ("deputy", "Order of the Court of Protection (deputy)"),
                            ("appointee", "Appointee for benefits"),
                        ],
                        max_length=10,
                    ),
                ),
                ("seen_on", models.DateField(blank=True, null=True)),
                ("invited_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.TextField(blank=True)),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="representations",
                        to="cases.person",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="representations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReturnCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("salt", models.CharField(max_length=32)),
                ("lookup", models.CharField(max_length=64, unique=True)),
                ("fact", models.CharField(max_length=128)),
                (
                    "fact_kind",
                    models.CharField(
                        choices=[
                            ("word", "A word or a name that only I know"),
                            ("born", "My date of birth"),
                            ("postcode", "A postcode"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("screen", "On screen"),
                            ("letter", "By letter"),
                            ("phone", "On the telephone"),
                            ("visit", "Face to face"),
                        ],
                        default="screen",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="return_codes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SelfAssessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1)),
                ("questions_version", models.CharField(max_length=20)),
                ("form", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("submitted", "Sent")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("own", "On their own"),
                            ("together", "Together with a worker"),
                            ("worker_led", "The worker asks and writes"),
                            ("combined", "Together with a family member's or carer's assessment"),
                        ],
                        default="own",
                        max_length=12,
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("shared_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Determination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("eligible", models.BooleanField()),
                ("findings", models.JSONField(default=dict)),
                ("arises", models.BooleanField()),
                ("impact", models.BooleanField()),
                ("areas", models.JSONField(default=list)),
                ("reasons", models.TextField()),
                ("advice", models.TextField(blank=True)),
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
                        related_name="determinations",
                        to="cases.case",
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="determinations",
                        to="cases.selfassessment",
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=60)),
                (
                    "voice",
                    models.CharField(
                        choices=[
                            ("person", "Own words"),
                            ("helper", "Helper"),
                            ("assessor", "Assessor"),
                            ("agreed", "Agreed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("value", models.JSONField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="cases.selfassessment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Start",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "who",
                    models.CharField(
                        choices=[("me", "Me"), ("carer", "As a carer")], max_length=10
                    ),
                ),
                ("data", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "case",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="start",
                        to="cases.case",
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="starts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StepDays",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_days", models.IntegerField(default=0)),
                ("council_days", models.IntegerField(default=0)),
                ("panel_days", models.IntegerField(default=0)),
                ("other_days", models.IntegerField(default=0)),
                (
                    "dim",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Whole council"),
                            ("team", "Team"),
                            ("route", "Route"),
                            ("need", "Need group"),
                            ("age", "Age band"),
                            ("version", "Version of the journey"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=20)),
                (
                    "measure",
                    models.CharField(
                        choices=[("gross", "Gross"), ("net", "Net of pauses")], max_length=5
                    ),
                ),
                ("month", models.DateField()),
                ("step", models.CharField(max_length=20)),
                ("days", models.IntegerField()),
                ("n", models.IntegerField()),
                ("due", models.IntegerField(default=0)),
                ("ok", models.IntegerField(default=0)),
                ("loops", models.IntegerField(default=0)),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StepFigures",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_days", models.IntegerField(default=0)),
                ("council_days", models.IntegerField(default=0)),
                ("panel_days", models.IntegerField(default=0)),
                ("other_days", models.IntegerField(default=0)),
                (
                    "dim",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Whole council"),
                            ("team", "Team"),
                            ("route", "Route"),
                            ("need", "Need group"),
                            ("age", "Age band"),
                            ("version", "Version of the journey"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(blank=True, max_length=20)),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("step", models.CharField(max_length=20)),
                ("n", models.IntegerField()),
                ("median", models.IntegerField(null=True)),
                ("p90", models.IntegerField(null=True)),
                ("net_median", models.IntegerField(null=True)),
                ("longest", models.IntegerField(null=True)),
                ("due", models.IntegerField(default=0)),
                ("ok", models.IntegerField(default=0)),
                ("loops", models.IntegerField(default=0)),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("request", "Request"),
                            ("waiting", "Waiting list"),
                            ("assess", "Assessment"),
                            ("confirm", "Confirming"),
                            ("budget", "Budget"),
                            ("plan", "Planning"),
                            ("sign_off", "Sign-off"),
                            ("panel", "Panel"),
                            ("offer", "Offer"),
                            ("set_up", "Set-up"),
                            ("review", "Review"),
                            ("record", "From asking to the assessment record"),
                            ("shown", "From asking to the first budget shown"),
                            ("decided", "From asking to the decision"),
                            ("first_start", "From asking to the first money or support"),
                            ("last_start", "From asking to all of it running"),
                            ("advocate", "An advocate is found"),
                            ("financial", "The financial assessment"),
                            ("challenge", "A challenge is answered"),
                            ("first_review", "The first review, 6 to 8 weeks after the start"),
                            ("annual_review", "The yearly review"),
                            ("switch", "A change of the way to take the money"),
                        ],
                        max_length=20,
                        verbose_name="step",
                    ),
                ),
                (
                    "days",
                    models.PositiveIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(730),
                        ],
                        verbose_name="calendar days",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="from")),
                ("reason", models.CharField(max_length=200, verbose_name="reason")),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "ordering": ["step", "-valid_from"],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "intake",
                    models.BooleanField(default=False, verbose_name="receives new requests"),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="shared mailbox"),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Seat",
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
                            ("panel", "Panel member"),
                            ("finance", "Finance officer"),
                            ("admin", "Council administrator"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to="cases.council",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seats",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the whole council.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="cases.team",
                    ),
                ),
            ],
            options={
                "ordering": ["user", "role"],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("template", models.CharField(max_length=40)),
                ("token", models.CharField(blank=True, max_length=64)),
                ("dedupe_key", models.CharField(max_length=120, unique=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "E-mail"),
                            ("text", "Text message"),
                            ("letter", "Letter"),
                            ("phone", "Telephone"),
                            ("digest", "In the daily digest"),
                            ("demo", "Demonstration"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("printed", "Printed"),
                            ("cancelled", "Cancelled"),
                            ("dead", "Given up"),
                            ("unsure", "May have arrived"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("again_at", models.DateTimeField(null=True)),
                ("tried_since", models.DateTimeField(null=True)),
                ("claimed_until", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("sent_at", models.DateTimeField(null=True)),
                ("dead_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=200)),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="cases.case",
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.event",
                    ),
                ),
                (
                    "to_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "nudge",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.nudge",
                    ),
                ),
                (
                    "to_person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.person",
                    ),
                ),
                (
                    "to_team",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.team",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="clock",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.team",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="cases",
                to="cases.team",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="turn_team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cases.team",
            ),
        ),
        migrations.CreateModel(
            name="TimeDelta",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_days", models.IntegerField(default=0)),
                ("council_days", models.IntegerField(default=0)),
                ("panel_days", models.IntegerField(default=0)),
                ("other_days", models.IntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[("closed", "Finished"), ("open", "Open")], max_length=6
                    ),
                ),
                ("sign", models.SmallIntegerField()),
                ("step", models.CharField(max_length=20)),
                ("route", models.CharField(blank=True, max_length=20)),
                ("need", models.CharField(blank=True, max_length=20)),
                ("age", models.CharField(blank=True, max_length=10)),
                ("version", models.PositiveIntegerField(default=0)),
                ("month", models.DateField(null=True)),
                ("days", models.IntegerField(null=True)),
                ("net", models.IntegerField(null=True)),
                ("due", models.BooleanField(default=False)),
                ("ok", models.BooleanField(default=False)),
                ("loop", models.BooleanField(default=False)),
                ("turn", models.CharField(blank=True, max_length=20)),
                ("day", models.DateField(null=True)),
                ("turn_day", models.DateField(null=True)),
                ("due_day", models.DateField(default=datetime.date(9999, 12, 31))),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
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
            name="Visit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_days", models.IntegerField(default=0)),
                ("council_days", models.IntegerField(default=0)),
                ("panel_days", models.IntegerField(default=0)),
                ("other_days", models.IntegerField(default=0)),
                ("seq", models.PositiveIntegerField()),
                ("step", models.CharField(max_length=20)),
                ("cycle", models.CharField(default="first", max_length=15)),
                ("cycle_no", models.PositiveIntegerField(default=1)),
                ("entered_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("days", models.IntegerField(null=True)),
                ("month", models.DateField(null=True)),
                ("paused_days", models.IntegerField(default=0)),
                ("loop", models.BooleanField(default=False)),
                ("route", models.CharField(blank=True, max_length=20)),
                ("need_group", models.CharField(blank=True, max_length=20)),
                ("age_band", models.CharField(blank=True, max_length=10)),
                ("journey_version", models.PositiveIntegerField(default=1)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="cases.case",
                    ),
                ),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.council",
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
            name="Turn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=20)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.event",
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
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to="cases.visit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("persons_choice", "The person asked to wait"),
                            ("hospital", "In hospital"),
                            ("other_agency", "Waiting for another organisation"),
                            ("awaiting_advocate", "Waiting for an advocate"),
                            ("away", "Away from home"),
                        ],
                        max_length=20,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("next_chase", models.DateField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.event",
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pauses",
                        to="cases.visit",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="nudge",
            name="visit",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="nudges",
                to="cases.visit",
            ),
        ),
        migrations.CreateModel(
            name="VoiceReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("question", models.CharField(max_length=60)),
                (
                    "reply",
                    models.CharField(
                        choices=[
                            ("mine", "Keep mine"),
                            ("theirs", "I agree with the other answer"),
                            ("comment", "Neither: see my words"),
                        ],
                        max_length=10,
                    ),
                ),
                ("against", models.PositiveIntegerField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="cases.selfassessment",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.event",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Withheld",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withheld",
                        to="cases.case",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cases.event",
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
        ),
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "cared_for",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cared_for_by",
                        to="cases.case",
                    ),
                ),
                (
                    "carer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cares_for",
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
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("carer", "cared_for"),
                        name="one_open_link_of_two_cases",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("carer", models.F("cared_for")), _negated=True),
                        name="case_link_of_two_cases",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="case_link_end_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EventBody",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="body",
                        serialize=False,
                        to="cases.event",
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("helper", "Person and helpers"),
                            ("staff", "Staff"),
                            ("restricted", "Restricted"),
                            ("duty", "Those who ring somebody in danger"),
                        ],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("facts", models.JSONField(default=dict)),
                ("salt", models.CharField(max_length=32)),
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
        migrations.CreateModel(
            name="Letter",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="letter",
                        serialize=False,
                        to="cases.event",
                    ),
                ),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
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
        migrations.CreateModel(
            name="DangerStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("duty", "The duty team"),
                            ("emergency", "The emergency duty team"),
                            ("manager", "Team managers"),
                            ("service_manager", "Service managers"),
                            ("everybody", "Everybody once more"),
                            ("opening", "Everybody here, when the office opened"),
                        ],
                        max_length=20,
                    ),
                ),
                ("round", models.PositiveIntegerField(default=0)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("reported", "it was reported"),
                            ("closed", "the office is closed"),
                            ("time", "nobody had spoken to them in time"),
                            ("no_answer", "nobody answered the phone"),
                            ("not_safe", "they are not safe yet"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("told", models.PositiveIntegerField()),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="cases.dangerreport",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="danger_step",
                        to="cases.event",
                    ),
                ),
            ],
            options={
                "ordering": ["at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "step", "round"), name="one_danger_step_a_round"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                [
                                    "duty",
                                    "emergency",
                                    "manager",
                                    "service_manager",
                                    "everybody",
                                    "opening",
                                ],
                            )
                        ),
                        name="danger_step_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("why__in", ["reported", "closed", "time", "no_answer", "not_safe"])
                        ),
                        name="danger_step_why_known",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="dangerreport",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["council", "reported_at"],
                name="danger_and_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="dangerreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "door__in",
                        [
                            "own",
                            "other",
                            "professional",
                            "phone",
                            "visit",
                            "paper",
                            "message",
                            "again",
                        ],
                    )
                ),
                name="danger_door_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dangerreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at", None), ("closing", None)),
                    models.Q(("closed_at__isnull", False), ("closing__isnull", False)),
                    _connector="OR",
                ),
                name="danger_end_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="dangercall",
            constraint=models.CheckConstraint(
                condition=models.Q(("reached__in", ["spoke", "spoke_safe", "no_answer"])),
                name="danger_reached_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="dangercall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("reached__in", ("spoke", "spoke_safe")),
                        ("safe__in", ["yes", "help_coming", "no"]),
                    ),
                    models.Q(
                        models.Q(("reached__in", ("spoke", "spoke_safe")), _negated=True),
                        ("safe", ""),
                    ),
                    _connector="OR",
                ),
                name="danger_call_is_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="asked",
            index=models.Index(
                condition=models.Q(("answered_at", None)), fields=["case"], name="asked_and_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="asked",
            constraint=models.CheckConstraint(
                condition=models.Q(("what__in", ["message", "copy", "names"])),
                name="asked_what_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="asked",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", None), ("answered_at", None)),
                    models.Q(("answer__isnull", False), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="asked_answer_is_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="opendays",
            index=models.Index(
                condition=models.Q(("n", 0)), fields=["council"], name="open_counts_to_forget"
            ),
        ),
        migrations.AddConstraint(
            model_name="opendays",
            constraint=models.UniqueConstraint(
                fields=("council", "dim", "key", "step", "day", "due_day"),
                name="one_open_count_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(
                condition=models.Q(("nhs_number", ""), _negated=True),
                fields=("council", "nhs_number"),
                name="nhs_number_once_a_council",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("contact_by__in", ["email", "text", "phone", "letter"])),
                name="person_contact_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.UniqueConstraint(fields=("case", "seq"), name="one_event_a_place"),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "self",
                            "family",
                            "advocate",
                            "broker",
                            "user_led",
                            "lpa",
                            "deputy",
                            "appointee",
                            "nominated",
                            "authorised",
                        ],
                    )
                ),
                name="representation_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proof", ""),
                    ("proof__in", ["consent", "lpa", "deputy", "appointee"]),
                    _connector="OR",
                ),
                name="representation_proof_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("invited_at", None), ("invited_by", None)),
                    models.Q(("invited_at__isnull", False), ("invited_by__isnull", False)),
                    _connector="OR",
                ),
                name="representation_invitation_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("ended_by", None)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="representation_end_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("checked_by", None), ("kind", "self")),
                    models.Q(("checked_at", None), ("checked_by", None)),
                    models.Q(("checked_at__isnull", False), ("checked_by__isnull", False)),
                    _connector="OR",
                ),
                name="representation_check_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="representation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to", None)),
                fields=("user", "person"),
                name="one_open_representation",
            ),
        ),
        migrations.AddConstraint(
            model_name="returncode",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ["screen", "letter", "phone", "visit"])),
                name="return_code_way_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="returncode",
            constraint=models.CheckConstraint(
                condition=models.Q(("fact_kind__in", ["word", "born", "postcode"])),
                name="return_code_fact_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="returncode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("stopped_at", None)), fields=("user",), name="one_live_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="selfassessment",
            constraint=models.UniqueConstraint(
                fields=("case", "number"), name="one_assessment_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="selfassessment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")),
                fields=("case",),
                name="one_draft_assessment",
            ),
        ),
        migrations.AddConstraint(
            model_name="selfassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "draft"), ("submitted_at", None)),
                    models.Q(("state", "submitted"), ("submitted_at__isnull", False)),
                    _connector="OR",
                ),
                name="assessment_sent_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                fields=("assessment", "question", "voice"), name="one_answer_a_voice"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("voice__in", ["person", "helper", "assessor", "agreed"])),
                name="answer_voice_known",
            ),
        ),
        migrations.AddIndex(
            model_name="start",
            index=models.Index(
                condition=models.Q(("case", None)), fields=["saved_at"], name="starts_not_sent"
            ),
        ),
        migrations.AddConstraint(
            model_name="start",
            constraint=models.CheckConstraint(
                condition=models.Q(("who__in", ["me", "carer"])), name="start_who_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="start",
            constraint=models.CheckConstraint(
                condition=models.Q(("case", None), ("data", {}), _connector="OR"),
                name="start_keeps_nothing_once_sent",
            ),
        ),
        migrations.AddIndex(
            model_name="stepdays",
            index=models.Index(
                condition=models.Q(("n", 0)), fields=["council"], name="counts_to_forget"
            ),
        ),
        migrations.AddConstraint(
            model_name="stepdays",
            constraint=models.UniqueConstraint(
                fields=("council", "dim", "key", "measure", "month", "step", "days"),
                name="one_count_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="stepfigures",
            constraint=models.UniqueConstraint(
                fields=("council", "dim", "key", "since", "until", "step"),
                name="one_figure_a_window",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                fields=("council", "step", "valid_from"), name="one_target_a_step_and_date"
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__gte", 1), ("days__lte", 730)),
                name="target_within_limits",
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.UniqueConstraint(
                fields=("council", "name"), name="team_name_once_a_council"
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gt", models.F("valid_from")), _connector="OR"
                ),
                name="seat_dates_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "worker",
                            "manager",
                            "service_manager",
                            "panel",
                            "finance",
                            "admin",
                            "auditor",
                        ],
                    )
                ),
                name="seat_role_known",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["not_before"],
                name="messages_to_send",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state__in", ["dead", "unsure"])),
                fields=["council", "dead_at"],
                name="messages_undelivered",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["sent", "printed"]), ("sent_at__isnull", False)),
                    models.Q(
                        models.Q(("state__in", ["sent", "printed"]), _negated=True),
                        ("sent_at", None),
                    ),
                    _connector="OR",
                ),
                name="message_sent_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["dead", "unsure"]), ("dead_at__isnull", False)),
                    models.Q(
                        models.Q(("state__in", ["dead", "unsure"]), _negated=True),
                        ("dead_at", None),
                    ),
                    _connector="OR",
                ),
                name="message_dead_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("case__isnull", False), ("template", "digest"), _connector="OR"
                ),
                name="message_about_a_case_or_digest",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("dropped_at", None), ("ended_at", None)),
                fields=["council", "due_at"],
                name="open_clocks_by_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("dropped_at", None), ("ended_at", None)),
                fields=["council", "kind", "began_at"],
                name="open_clocks_by_age",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                fields=["council", "month", "kind", "days"], name="ended_clocks_for_figures"
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                fields=("case", "kind", "round"), name="one_clock_a_round"
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dropped_at", None), ("ended_at", None)),
                fields=("case", "kind"),
                name="one_open_clock_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "record",
                            "shown",
                            "decided",
                            "first_start",
                            "last_start",
                            "advocate",
                            "financial",
                            "acknowledge",
                            "challenge",
                            "first_review",
                            "dp_review",
                            "annual_review",
                            "switch",
                        ],
                    )
                ),
                name="clock_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None), ("ended_at__gte", models.F("began_at")), _connector="OR"
                ),
                name="clock_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("step", "closed"), _negated=True),
                fields=["council", "due_at", "id"],
                name="open_cases_by_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["council", "team", "step"], name="cases_by_team_and_step"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["worker", "step"], name="cases_by_worker"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("danger_since__isnull", False)),
                fields=["council", "danger_since"],
                name="cases_in_danger",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        [
                            "request",
                            "waiting",
                            "assess",
                            "confirm",
                            "budget",
                            "plan",
                            "sign_off",
                            "panel",
                            "offer",
                            "set_up",
                            "running",
                            "review",
                            "closed",
                        ],
                    )
                ),
                name="case_step_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "turn__in",
                        [
                            "person",
                            "delegate",
                            "worker",
                            "manager",
                            "service_manager",
                            "panel",
                            "finance",
                            "provider",
                            "other_agency",
                            "nobody",
                        ],
                    )
                ),
                name="case_turn_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("cycle__in", ["first", "review", "reassessment"])),
                name="case_cycle_known",
            ),
        ),
        migrations.AddIndex(
            model_name="timedelta",
            index=models.Index(fields=["council", "kind", "step"], name="deltas_of_council"),
        ),
        migrations.AddConstraint(
            model_name="timedelta",
            constraint=models.CheckConstraint(
                condition=models.Q(("sign__in", [1, -1])), name="delta_is_one"
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("left_at", None)),
                fields=["council", "due_at", "case"],
                name="open_visits_by_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                fields=["council", "month", "step", "days"], name="closed_visits_for_figures"
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("left_at", None)),
                fields=["council", "step", "entered_at"],
                name="open_by_age",
            ),
        ),
        migrations.AddIndex(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("left_at", None), models.Q(("step", "running"), _negated=True)),
                fields=["council", "entered_at"],
                name="open_waits_by_age",
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.UniqueConstraint(fields=("case", "seq"), name="one_visit_a_place"),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at", None)), fields=("case",), name="one_open_visit"
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        [
                            "request",
                            "waiting",
                            "assess",
                            "confirm",
                            "budget",
                            "plan",
                            "sign_off",
                            "panel",
                            "offer",
                            "set_up",
                            "running",
                            "review",
                        ],
                    )
                ),
                name="visit_step_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("left_at", None), ("left_at__gte", models.F("entered_at")), _connector="OR"
                ),
                name="visit_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="visit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("days", None), ("left_at", None), ("month", None)),
                    models.Q(
                        ("days__isnull", False),
                        ("left_at__isnull", False),
                        ("month__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="visit_closed_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("visit",), name="one_open_turn"
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "role__in",
                        [
                            "person",
                            "delegate",
                            "worker",
                            "manager",
                            "service_manager",
                            "panel",
                            "finance",
                            "provider",
                            "other_agency",
                            "nobody",
                        ],
                    )
                ),
                name="turn_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="turn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None), ("ended_at__gte", models.F("began_at")), _connector="OR"
                ),
                name="turn_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("visit",), name="one_open_pause"
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "code__in",
                        ["persons_choice", "hospital", "other_agency", "awaiting_advocate", "away"],
                    )
                ),
                name="pause_code_known",
            ),
        ),
        migrations.AddIndex(
            model_name="nudge",
            index=models.Index(fields=["council", "made_at"], name="nudges_by_moment"),
        ),
        migrations.AddConstraint(
            model_name="nudge",
            constraint=models.UniqueConstraint(
                fields=("visit", "kind", "round"), name="one_nudge_a_kind_and_round"
            ),
        ),
        migrations.AddConstraint(
            model_name="nudge",
            constraint=models.UniqueConstraint(
                fields=("clock", "kind", "round"), name="one_clock_nudge_a_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="nudge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("clock__isnull", False), ("visit", None)),
                    models.Q(("clock", None), ("visit__isnull", False)),
                    _connector="OR",
                ),
                name="nudge_of_visit_or_clock",
            ),
        ),
        migrations.AddConstraint(
            model_name="nudge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "due_soon",
                            "overdue",
                            "further_overdue",
                            "draft_7",
                            "draft_21",
                            "draft_60",
                            "keep_in_touch",
                        ],
                    )
                ),
                name="nudge_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="voicereply",
            constraint=models.CheckConstraint(
                condition=models.Q(("reply__in", ["mine", "theirs", "comment"])),
                name="voice_reply_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="withheld",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until", None), ("until__gte", models.F("since")), _connector="OR"
                ),
                name="withheld_dates_in_order",
            ),
        ),
    ]
