import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("budgets", "0009_a_closed_case_is_not_paid")]

    operations = [
        migrations.AlterField(
            model_name="calculation",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="calculations",
                to="budgets.schemeversion",
            ),
        ),
    ]
