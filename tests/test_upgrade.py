"""Upgrades hold from the founding migrations of 0.2: no merged migration is ever edited, and rows
kept under the founding ones are there, whole, after the newest.

founding_rows.json.gz holds what version 0.2 wrote for one running case, one closed and one at the
panel: {model: [{column: value}]}. It is never written anew; a step of the journey may not be
renamed without a migration for it.
"""

import ast
import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
APPS = ("cases", "budgets", "poet")
ROWS = HERE / "founding_rows.json.gz"
# Of each migration that was ever merged. A new one gets its line here; a line never changes.
DIGESTS = {
    "cases.0001_founding": "c4003e443bed427d",
    "budgets.0001_founding": "fb6b68e85ed0a880",
    "budgets.0002_charging_rates": "dec625947f1c9044",
    "poet.0001_founding": "babf590d04d6c7aa",
}


def digest(path: Path) -> str:
    """What a migration does, however it is laid out."""
    return hashlib.sha256(ast.unparse(ast.parse(path.read_text())).encode()).hexdigest()[:16]


def test_a_merged_migration_is_never_edited():
    found = {
        f"{app}.{path.stem}": digest(path)
        for app in APPS
        for path in sorted((ROOT / app / "migrations").glob("0*.py"))
    }
    assert found == DIGESTS


# In a process of its own, because the models of a database half-way are not those of the suite.
UPGRADE = """
import gzip, json, sys
import django
django.setup()
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from cases import ledger
from cases.models import Case

kept = json.loads(gzip.open(sys.argv[1]).read())
founding = [(app, "0001_founding") for app in ("cases", "budgets", "poet")]
executor = MigrationExecutor(connection)
executor.migrate(founding)
old = MigrationExecutor(connection).loader.project_state(founding).apps
with transaction.atomic():
    for label, rows in kept.items():
        model = old.get_model(label)
        python = {field.attname: field.to_python for field in model._meta.concrete_fields}
        model.objects.bulk_create(
            model(**{name: python[name](value) for name, value in row.items()}) for row in rows
        )
call_command("migrate", verbosity=0)
print(json.dumps({
    "rows": {label: apps.get_model(label).objects.count() for label in kept},
    "steps": sorted(Case.objects.values_list("step", flat=True)),
    "faults": list(ledger.faults(Case.objects.all())),
    "unarmed": sorted(ledger.names() - ledger.armed(connection)),
}))
"""


def test_rows_of_the_founding_migrations_are_whole_after_the_newest(tmp_path):
    env = os.environ | {
        "SDS_MODE": "test",
        "DJANGO_SETTINGS_MODULE": "sds.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'founding.sqlite3'}",
    }
    command = [sys.executable, "-c", UPGRADE, str(ROWS)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    kept = json.loads(gzip.decompress(ROWS.read_bytes()))
    assert found["rows"] == {label: len(rows) for label, rows in kept.items()}
    assert found["steps"] == ["closed", "panel", "running"]
    assert found["faults"] == [] and found["unarmed"] == []
