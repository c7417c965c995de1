"""What support that did not come, or cost less, really cost: a price for some days."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("budgets", "0010_support_for_a_time"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lineprice",
            name="ends_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="lineprice",
            name="amount",
            field=models.DecimalField(decimal_places=2, max_digits=9, null=True),
        ),
        migrations.AddConstraint(
            model_name="lineprice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__isnull", False), ("ends_on", None)),
                    models.Q(("ends_on__gte", models.F("begins_on")), ("ends_on__isnull", False)),
                    _connector="OR",
                ),
                name="price_in_order",
            ),
        ),
    ]
