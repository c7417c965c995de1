from django.db import migrations

from cases import ledger

# What a decided figure keeps from now on, for those recorded before: the indicative sum before it, how far it lies from
# that, and by which rules. Costings of the past are not counted: proposals made since can't be told apart.
FIRST = """
UPDATE budgets_budgetfigure SET first_total = (
  SELECT f.annual + f.one_off FROM budgets_budgetfigure f
  WHERE f.case_id = budgets_budgetfigure.case_id AND f.kind = 'indicative' AND f.id < budgets_budgetfigure.id
  ORDER BY f.id DESC LIMIT 1
), version_id = (
  SELECT c.version_id FROM budgets_budgetfigure f JOIN budgets_calculation c ON c.id = f.calculation_id
  WHERE f.case_id = budgets_budgetfigure.case_id AND f.kind = 'indicative' AND f.id < budgets_budgetfigure.id
  ORDER BY f.id DESC LIMIT 1
) WHERE kind IN ('decided', 'revised')
"""
SHARE = """
UPDATE budgets_budgetfigure SET share = round((annual + one_off - first_total) * 1.0 / first_total, 12)
WHERE kind IN ('decided', 'revised') AND first_total > 0
"""


def fill(apps, schema_editor):
    """Figures are append-only: their triggers come back after the migrations, as after every one."""
    ledger.disarm(schema_editor.connection)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(FIRST)
        cursor.execute(SHARE)


class Migration(migrations.Migration):
    # Apart from the columns: PostgreSQL alters no table that has rows waiting for their constraints.
    dependencies = [("budgets", "0005_plan_and_decision")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
