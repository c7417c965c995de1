import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def bytes_of_files(apps, schema_editor):
    """A batch keeps its file as the bytes that were hashed: until now all were UTF-8."""
    connection = schema_editor.connection
    on = " ON budgets_paymentbatch" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:  # armed again after the migration
        cursor.execute(f"DROP TRIGGER IF EXISTS budgets_paymentbatch_no_update{on}")
    batches = apps.get_model("budgets", "PaymentBatch").objects
    for pk in list(batches.values_list("pk", flat=True)):
        content = batches.values_list("content", flat=True).get(pk=pk)
        batches.filter(pk=pk).update(file=content.encode())


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0003_money_facts"),
        ("cases", "0001_founding"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="paymentbatch",
            name="extra",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="paymentbatch",
            name="file",
            field=models.BinaryField(default=b""),
        ),
        migrations.RunPython(bytes_of_files, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="paymentbatch",
            name="content",
        ),
        migrations.CreateModel(
            name="LedgerAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                ("file", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("counted_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="budgets.paymentbatch",
                    ),
                ),
                (
                    "counted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["batch", "pk"],
            },
        ),
        migrations.CreateModel(
            name="LedgerFormat",
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
                            ("outgoing", "Columns of the file that goes to the ledger"),
                            ("answer", "Columns of the file that the ledger sends back"),
                            ("creditor", "Shape of the ledger's creditor numbers"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_formats",
                        to="cases.council",
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
                "ordering": ["council", "kind", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="paymentbatch",
            name="layout",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="batches",
                to="budgets.ledgerformat",
            ),
        ),
        migrations.CreateModel(
            name="MoneyCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("found", models.PositiveIntegerField()),
                ("first", models.JSONField(default=list)),
                (
                    "council",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="money_checks",
                        to="cases.council",
                    ),
                ),
            ],
            options={
                "ordering": ["council", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="MoneyStanding",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="money_standing",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("due_on", models.DateField(null=True)),
                ("due_total", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("owed", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("paid_too_much", models.DecimalField(decimal_places=2, default=0, max_digits=12)),
                ("too_much_since", models.DateField(null=True)),
                ("seq", models.PositiveIntegerField()),
                ("stale", models.BooleanField(default=False)),
                ("worked_out_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["case"],
                "indexes": [
                    models.Index(fields=["due_on"], name="standing_due"),
                    models.Index(
                        condition=models.Q(("too_much_since__isnull", False)),
                        fields=["too_much_since"],
                        name="standing_too_much",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_total__gte", 0), ("owed__gte", 0), ("paid_too_much__gte", 0)
                        ),
                        name="standing_not_negative",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="ledgerformat",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("outgoing", "answer", "creditor"))),
                name="ledger_format_known",
            ),
        ),
    ]
