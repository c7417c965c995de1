"""Upgrades hold from the founding migrations of 0.2: no merged migration is ever edited, and rows
kept under the founding ones are there, whole, after the newest. What they were to pay is what the
facts give afterwards.

founding_rows.json.gz holds what version 0.2 wrote for one running case, one closed and one at the
panel: {model: [{column: value}]}. It is never written anew; a step of the journey may not be
renamed without a migration for it.
"""

import ast
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests import sample
from tests.schema import schema

HERE = Path(__file__).parent
ROOT = HERE.parent
APPS = ("cases", "budgets", "poet")
ROWS = HERE / "founding_rows.json.gz"
# Of each migration that was ever merged. A new one gets its line here; a line never changes.
DIGESTS = {
    "cases.0001_founding": "c4003e443bed427d",
    "cases.0002_entered_cases": "abe66f14ffa05086",
    "cases.0003_charge_review": "0f5682efedb83b37",
    "cases.0004_planned_end": "22ddc942e88e9a12",
    "cases.0005_people_around": "752ce9711b90b7e5",
    "cases.0006_match_keys": "677f88edd08cbbb2",
    "budgets.0001_founding": "fb6b68e85ed0a880",
    "budgets.0002_charging_rates": "dec625947f1c9044",
    "budgets.0003_money_facts": "f17f62c5786c3d67",
    "budgets.0004_ledger_files": "c806d57bc3fe361c",
    "budgets.0005_charges_and_overpayments": "d282aa9264cf97f0",
    "budgets.0006_going_live": "d0928f13c48e821a",
    "budgets.0007_batches_and_charges": "1d516e9c0e58db59",
    "budgets.0008_uprating_and_spend": "de7c86c4e4d56838",
    "budgets.0009_planned_end": "b6c08ee12d3a4dd5",
    "budgets.0010_support_for_a_time": "9bae5e00527b5e88",
    "budgets.0011_what_came": "bfe42cf61ff35fba",
    "budgets.0012_notice_and_set_off": "174fca4fcf06b5a2",
    "budgets.0013_hospital_stays": "e06a5d6f4bb166d5",
    "budgets.0014_carried_facts": "ed837248dc72616d",
    "budgets.0015_small_balance_limit": "50c6f438ca3b6ab1",
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


# In processes of their own, because the models of a database half-way are not those of the suite.
FOUNDING = [(app, "0001_founding") for app in APPS]
FOUND = f"""
import django
django.setup()
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
MigrationExecutor(connection).migrate({FOUNDING})
"""
UPGRADE = """
import gzip, json, sys
import django
django.setup()
from datetime import date
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from budgets.entitlement.answer import answer
from budgets.position.entitlement_facts import facts_of_cases
from cases import ledger
from cases.journey.replay import clocks_that_disagree
from cases.models import Case, Clock, TimeDelta
from cases.models.case import event_digest
from tests.schema import schema

kept = json.loads(gzip.open(sys.argv[1]).read())
more = json.loads(sys.argv[2])
founding = [tuple(one) for one in more["founding"]]
old = MigrationLoader(connection).project_state(founding).apps

def write(label, row):
    model = old.get_model(label)
    python = {field.attname: field.to_python for field in model._meta.concrete_fields}
    return model(**{name: python[name](value) for name, value in row.items()})

with transaction.atomic():
    for label, rows in kept.items():
        old.get_model(label).objects.bulk_create(write(label, row) for row in rows)
    for label, row in more["rows"]:
        if label == "cases.Event":
            case = old.get_model("cases.Case").objects.get(pk=row["case_id"])
            row |= {"seq": case.head_seq + 1, "previous": case.head_hash, "hash": ""}
            event = write(label, row)
            event.hash = event_digest(event)
            event.save(force_insert=True)
            case.head_seq, case.head_hash, case.head_at = event.seq, event.hash, event.at
            case.step = event.codes.get("to", case.step)
            case.save()
        else:
            write(label, row).save(force_insert=True)
    for pk, fields in more["changed"]:
        old.get_model("budgets.ScheduledPayment").objects.filter(pk=pk).update(**fields)
    with connection.cursor() as cursor:  # the numbers went in with the rows
        for statement in connection.ops.sequence_reset_sql(no_style(), old.get_models()):
            cursor.execute(statement)
now, ledger.PROTECTED = ledger.PROTECTED, {t: (u or True, None) for t, u in more["armed"]}
ledger.arm(connection)
ledger.PROTECTED = now
call_command("migrate", verbosity=0)

until = date.fromisoformat(more["until"])
names = ("on", "covers_from", "covers_to", "amount")
def shown(rows):
    return [[str(getattr(row, name)) for name in names] for row in rows]
def of(label):
    return apps.get_model("budgets", label).objects
print(json.dumps({
    "rows": {label: apps.get_model(label).objects.count() for label in more["counted"]},
    "steps": sorted(Case.objects.values_list("step", flat=True)),
    "due": {pk: shown(answer(f, until).payments) for pk, f in facts_of_cases([1, 2, 3]).items()},
    "payments": shown(of("Payment").order_by("pk")),
    "states": list(of("Payment").order_by("pk").values_list("batch", "number", "state")),
    "batches": [
        [b.state, str(b.released_at and b.released_at.date()), b.released_by_id, b.sha256]
        + [bytes(b.file).decode()]
        for b in of("PaymentBatch").order_by("pk")
    ],
    "reviews": [
        [c.case_id, str(c.began_at.date()), str(c.due_at.date()), c.days]
        for c in Clock.objects.filter(kind="charge_review").order_by("round")
    ],
    "clocks": [
        words for pk in (2, 3) for words in clocks_that_disagree(
            Case.objects.get(pk=pk), list(Case.objects.get(pk=pk).events.order_by("seq"))
        ) if "charge_review" in words
    ],
    "counted": list(
        TimeDelta.objects.filter(step="charge_review").order_by("kind").values_list("kind", "sign")
    ),
    "told": [str(c.told_on) for c in of("Contribution").order_by("pk")],
    "held": [[s.case_id, str(s.begins_on)] for s in of("Suspension").order_by("pk")],
    "plans": [[p.case_id, p.plan_id, str(p.begins_on)] for p in of("PlanInForce").order_by("pk")],
    "faults": list(ledger.faults(Case.objects.all())),
    "unarmed": sorted(ledger.names() - ledger.armed(connection)),
    "schema": schema(connection),
}))
"""
# The tables that were append-only under the founding migrations and that a later one has to fill,
# with what could be changed of them even so.
ARMED = [
    ("budgets_contribution", None),
    ("budgets_paymentbatch", "OLD.sha256 = '' OR OLD.state <> 'confirmed'"),
]
GONE = "budgets.ScheduledPayment"  # planned payments: read from the facts now


def founding_rows():
    return json.loads(gzip.decompress(ROWS.read_bytes()))


class Databases:
    """New databases beside the one of the tests, by name; each is thrown away at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.made = folder, []

    def new(self, name: str, like: str | None = None) -> str:
        """An empty one, or a copy of another. Returns its URL."""
        if connection.vendor == "sqlite":
            if like:
                shutil.copyfile(self.folder / like, self.folder / name)
            return f"sqlite:///{self.folder / name}"
        made = f"sds_upgrade_{os.getpid()}_{name}"
        source = f"sds_upgrade_{os.getpid()}_{like}" if like else "template0"
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {made} TEMPLATE {source}")
        self.made.append(made)
        return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{made}").geturl()

    def drop(self) -> None:
        for name in self.made:
            with connection.creation._nodb_cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name}")


def run(program: str, url: str, *arguments: str) -> str:
    """What a program of ours prints, with this database."""
    env = {"SDS_MODE": "test", "DJANGO_SETTINGS_MODULE": "sds.settings", "DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env=os.environ | env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def databases(tmp_path_factory, django_db_setup, django_db_blocker):
    made = Databases(tmp_path_factory.mktemp("databases"))
    with django_db_blocker.unblock():
        run(FOUND, made.new("founding"))
        yield made
        made.drop()


def upgraded(databases, name, rows=(), changed=()):
    """What is there after an upgrade of the founding rows, and of these beside them. `changed`:
    (number of a planned payment, its columns that were other).
    """
    more = {
        "founding": FOUNDING,
        "rows": rows,
        "changed": changed,
        "armed": ARMED,
        "until": "2027-11-05",
        "counted": [label for label in founding_rows() if label != GONE],
    }
    url = databases.new(name, like="founding")
    return json.loads(run(UPGRADE, url, str(ROWS), json.dumps(more)).splitlines()[-1])


def planned(agreement):
    """What the founding rows were still to pay by an agreement: due day, days, amount."""
    rows = [r for r in founding_rows()[GONE] if r["agreement_id"] == agreement and not r["held"]]
    return [[r["due"], r["covers_from"], r["covers_to"], r["amount"]] for r in rows]


def a_batch(pk, state, made_at, **more):
    row = {"id": pk, "council_id": 1, "number": pk, "until": made_at[:10], "state": state}
    row |= {"count": 1, "total": "320.00", "content": "x", "sha256": f"{pk}" * 64}
    return row | {"made_by_id": 9, "made_at": made_at} | more


def an_event(pk, case, verb, at, **codes):
    row = {"id": pk, "council_id": 1, "case_id": case, "verb": verb, "by_id": 3, "role": "worker"}
    return row | {"at": at, "recorded_at": at, "codes": codes, "body_hash": ""}


def a_figure(pk, case, plan, at, day):
    row = {"id": pk, "case_id": case, "kind": "revised", "plan_id": plan, "recorded_at": at}
    row |= {"annual": "4160.00", "weekly": "80.00", "one_off": "0.00", "recorded_by_id": 3}
    return row | {"effective_from": day}


def what_went_on():
    """Rows of what the three cases might have done next: two batches, a case opened again, a plan
    decided, switched and decided again, and a contribution.
    """
    answered = {"confirmed_by_id": 9, "confirmed_at": "2026-11-09T09:00:00Z", "ledger_ref": "L-1"}
    codes = {"from": "closed", "to": "request"}
    decided, guessed = {"state": "recorded"}, {"state": "estimated"}
    switch = {"id": 1, "case_id": 3, "of_plan_id": 3, "wanted": {}, "state": "done"}
    switch |= {"asked_by_id": 3, "plan_id": 11, "asked_at": "2026-11-10T09:00:00Z"}
    paid = {"id": 1, "case_id": 3, "state": "recorded", "weekly": "5.00", "source": "x"}
    paid |= {"valid_from": "2026-06-01", "recorded_at": "2026-06-30T23:30:00Z"}
    return [
        ("budgets.PaymentBatch", a_batch(1, "confirmed", "2026-11-08T09:00:00Z", **answered)),
        ("budgets.PaymentBatch", a_batch(2, "ready", "2026-11-28T09:00:00Z")),
        ("cases.Event", an_event(40, 2, "reopen", "2026-12-20T09:00:00Z", **codes)),
        ("budgets.SupportPlan", {"id": 11, "case_id": 3, "number": 2, "state": "agreed"}),
        ("budgets.SupportPlan", {"id": 12, "case_id": 3, "number": 3, "state": "agreed"}),
        ("budgets.BudgetFigure", a_figure(20, 3, 3, "2026-11-08T09:00:00Z", "2026-11-09")),
        ("budgets.RouteSwitch", switch | {"ended_at": "2026-11-12T09:00:00Z"}),
        ("budgets.BudgetFigure", a_figure(21, 3, 12, "2026-11-14T09:00:00Z", "2026-11-16")),
        ("budgets.Contribution", paid),
        ("cases.Event", an_event(41, 3, "record_contribution", "2026-11-20T09:00:00Z", **decided)),
        ("cases.Event", an_event(42, 3, "record_contribution", "2026-11-22T09:00:00Z", **guessed)),
        ("cases.Event", an_event(43, 3, "record_contribution", "2026-11-24T09:00:00Z", **decided)),
    ]


@pytest.fixture(scope="module")
def went_on(databases):
    suspended = {"held": True, "held_for": "suspended"}
    changed = [(1, {"batch": 1}), (27, {"batch": 1}), (2, {"batch": 2})]
    changed += [(pk, suspended) for pk in range(4, 14)]
    return upgraded(databases, "went_on", what_went_on(), changed)


@pytest.mark.sqlite_only
@sample.turns(0, 2)  # an upgrade with more rows than these runs every time (`went_on`)
def test_rows_of_the_founding_migrations_are_whole_after_the_newest(databases):
    found = upgraded(databases, "whole")
    kept = founding_rows()
    assert found["rows"] == {label: len(rows) for label, rows in kept.items() if label != GONE}
    assert found["steps"] == ["closed", "panel", "running"]
    assert found["faults"] == [] and found["unarmed"] == []
    assert (len(planned(1)), len(planned(2)), found["payments"]) == (13, 1, [])
    assert found["due"] == {"1": planned(1), "2": planned(2), "3": []}


@pytest.mark.django_db
def test_the_tables_are_those_that_the_suite_runs_on(went_on):
    """The suite's own database is made from the models (template_database.py)."""
    assert went_on["schema"] == schema(connection)


def test_what_a_batch_had_claimed_is_carried_over_as_a_payment(went_on):
    first, second, third, *_suspended = planned(1)
    assert went_on["payments"] == [first, *planned(2), second]
    assert went_on["states"] == [[1, 1, "paid"], [1, 2, "paid"], [2, 1, "claimed"]]
    assert went_on["due"]["1"] == [third]
    # its file may be with the ledger already, so nothing of it is left out or written anew
    assert went_on["batches"] == [
        ["confirmed", "2026-11-09", None, "1" * 64, "x"],
        ["released", "2026-11-28", None, "2" * 64, "x"],
    ]
    assert went_on["faults"] == [] and went_on["unarmed"] == []


def test_a_contribution_that_was_decided_has_the_clock_of_its_review(went_on):
    assert went_on["reviews"] == [
        [3, "2026-11-20", "2027-11-21", 4],
        [3, "2026-11-24", "2027-11-25", None],
    ]
    assert went_on["counted"] == [["closed", 1], ["open", 1]] and went_on["clocks"] == []


def test_payments_that_were_suspended_stay_suspended(went_on):
    assert went_on["held"] == [[1, planned(1)[3][1]]]


def test_plans_hold_in_the_order_in_which_they_were_decided(went_on):
    assert [row[1:] for row in went_on["plans"] if row[0] == 3] == [
        [3, "2026-11-09"],
        [11, "2026-11-12"],
        [12, "2026-11-16"],
    ]


def test_a_case_opened_again_is_owed_nothing_for_the_time_between(went_on):
    assert [row[1:] for row in went_on["plans"] if row[0] == 2] == [
        [2, "2026-11-06"],
        [None, "2026-11-30"],
    ]
    assert went_on["due"]["2"] == []


def test_a_contribution_counts_as_told_on_the_day_in_london_on_which_it_was_recorded(went_on):
    assert went_on["told"] == ["2026-07-01"]
