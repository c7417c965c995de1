"""Facts that are there already say so: no event may name them, and `check_money` looks for none.

A default of the column, and so no update of rows that are only ever added to.
"""

from django.db import migrations, models

KINDS = ("planinforce", "lineprice", "suspension")


class Migration(migrations.Migration):
    dependencies = [("budgets", "0013_hospital_stays")]

    operations = [
        operation(
            model_name=name,
            name="carried",
            field=models.BooleanField(default=found, editable=False),
        )
        for operation, found in ((migrations.AddField, True), (migrations.AlterField, False))
        for name in KINDS
    ]
