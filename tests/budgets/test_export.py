"""Batches for the ledger: numbered, resumable with the same hash, nobody paid twice, and a file
that never changes.
"""

import csv
import hashlib
import os
import signal
import threading
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.actions import export
from budgets.models import PaymentBatch, ScheduledPayment
from cases.actions import record_death
from cases.common.refusals import NotYet
from cases.ui.spreadsheets import harmless
from tests.cast import Cast

TODAY = timezone.localdate


def make(cast, until=None):
    return money.make_batch(council=cast.council, by=cast.finance, until=until or TODAY())


def lines(batch):
    return list(csv.DictReader(StringIO(batch.content)))


def test_a_batch_takes_what_is_due_once_and_adds_up(a_case, cast):
    case = a_case(at="running", days_ago=60)
    due = list(ScheduledPayment.objects.filter(due__lte=TODAY()))
    assert due
    batch = make(cast)
    assert (batch.number, batch.state, batch.count) == (1, "ready", len(due))
    assert (
        batch.total
        == sum(p.amount for p in due)
        == sum(Decimal(row["amount"]) for row in lines(batch))
    )
    assert batch.sha256 == hashlib.sha256(batch.content.encode()).hexdigest()
    assert {row["reference"] for row in lines(batch)} == {
        case.ref
    } and case.person.name not in batch.content
    with pytest.raises(NotYet, match="Nothing is due"):
        make(cast)
    assert PaymentBatch.objects.count() == 1


def test_held_payments_and_those_of_another_council_stay_out(a_case, cast):
    case = a_case(at="running", days_ago=60)
    ScheduledPayment.objects.update(held=True, held_for="suspended")
    with pytest.raises(NotYet, match="Nothing is due"):
        make(cast)
    ScheduledPayment.objects.update(held=False, held_for="")
    for who, council in (
        (cast.worker, cast.council),
        (cast.finance, cast.other),
        (cast.person, cast.council),
    ):
        with pytest.raises(NotYet, match="not yours"):
            money.make_batch(council=council, by=who, until=TODAY())
    with pytest.raises(NotYet, match="days ahead"):
        make(cast, TODAY() + timedelta(days=400))
    assert not PaymentBatch.objects.exists() and case.agreements.exists()


def test_a_run_that_stops_after_the_claim_is_taken_up_and_gives_the_same_file(
    a_case, cast, monkeypatch
):
    a_case(at="running", days_ago=60)

    def stops(batch):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(export, "finish_batch", stops)
        with pytest.raises(KeyboardInterrupt):
            make(cast)
    begun = PaymentBatch.objects.get()
    assert (begun.state, begun.sha256, begun.content) == ("making", "", "")
    would_be = hashlib.sha256(export.written(begun)[0].encode()).hexdigest()
    # what falls due meanwhile waits for the next batch
    a_case(at="running", days_ago=60, person=cast.new_person("Bo Finch"))
    batch = make(cast)
    assert (batch.pk, batch.number, batch.state, batch.sha256) == (begun.pk, 1, "ready", would_be)
    assert make(cast).number == 2
    assert not ScheduledPayment.objects.filter(due__lte=TODAY(), batch=None).exists()


def test_file_and_claim_never_change_afterwards(a_case, cast):
    a_case(at="running", days_ago=60)
    batch = make(cast)
    for change in ({"content": "x"}, {"sha256": "0" * 64}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            PaymentBatch.objects.filter(pk=batch.pk).update(**change)
    for change in ({"amount": 1}, {"batch": None}, {"held": True, "held_for": "ended"}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            ScheduledPayment.objects.filter(batch=batch).update(**change)
    assert export.finish_batch(batch).sha256 == batch.sha256
    money.confirm_batch(batch=batch, by=cast.finance, ledger_ref="L-77")
    with pytest.raises(NotYet, match="confirmed already"):
        money.confirm_batch(batch=batch, by=cast.finance, ledger_ref="L-78")
    assert PaymentBatch.objects.get().ledger_ref == "L-77"


def test_a_death_after_the_batch_touches_only_what_no_batch_has_taken(a_case, cast):
    case = a_case(at="running", days_ago=60)
    batch = make(cast, TODAY() + timedelta(days=28))
    taken = batch.payments.count()
    record_death(case=case, by=cast.worker, died_on=TODAY(), contact="Her son")
    assert batch.payments.filter(held=False).count() == taken
    assert set(
        ScheduledPayment.objects.filter(batch=None, due__gt=TODAY()).values_list(
            "held_for", flat=True
        )
    ) == {"death"}


def test_the_budget_in_force_goes_on_paying_after_its_year(a_case, cast):
    case = a_case(at="running", days_ago=380)
    agreement = case.agreements.get()
    assert agreement.payments.count() == 13
    batch = make(cast)
    assert agreement.payments.count() == 26
    days = [(p.covers_from, p.covers_to) for p in agreement.payments.order_by("number")]
    assert all(b[0] == a[1] + timedelta(days=1) for a, b in zip(days, days[1:], strict=False)), (
        "no gap, no overlap"
    )
    assert sum(p.amount for p in agreement.payments.filter(number__gt=13)) == agreement.annual
    assert batch.count == agreement.payments.filter(due__lte=TODAY()).count() > 13
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="x",
        end_date=TODAY(),
        final_account="x",
    )
    assert export.roll_on(cast.council, TODAY() + timedelta(days=3650)) == 0


def test_what_a_spreadsheet_would_run_stays_text():
    assert harmless("=HYPERLINK(1)") == "'=HYPERLINK(1)" and harmless("12.50") == "12.50"


# ---- on its own database connections: a kill, and two at once ----


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["claimed", "writing"])
def test_a_process_killed_half_way_leaves_one_batch_that_goes_on(where):
    cast = Cast.make()
    cast.a_case(at="running", days_ago=60)
    due = ScheduledPayment.objects.filter(due__lte=TODAY()).count()
    connections.close_all()
    child = os.fork()
    if child == 0:  # the process that dies
        killed = lambda *_args: os.kill(os.getpid(), signal.SIGKILL)  # noqa: E731
        if where == "claimed":
            export.finish_batch = killed
        else:
            export.hashlib.sha256 = killed
        try:
            make(cast)
        finally:
            os._exit(9)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    begun = PaymentBatch.objects.get()
    assert begun.state == "making" and begun.payments.count() == due
    same = hashlib.sha256(export.written(begun)[0].encode()).hexdigest()
    assert make(cast).sha256 == same
    with pytest.raises(NotYet, match="Nothing is due"):
        make(cast)
    assert PaymentBatch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_pay_nobody_twice():
    cast = Cast.make()
    for name in ("Ada Wren", "Bo Finch", "Cy Lark"):
        cast.a_case(at="running", days_ago=60, person=cast.new_person(name))
    due = ScheduledPayment.objects.filter(due__lte=TODAY()).count()
    start, found, wrong = threading.Barrier(4), [], []

    def press():
        try:
            start.wait()
            found.append(make(cast).number)
        except NotYet:
            found.append(None)
        except Exception as mistake:  # noqa: BLE001  reported below
            wrong.append(mistake)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _n in range(4)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert not wrong, wrong
    assert PaymentBatch.objects.count() == 1 and Counter(found)[1] >= 1 and set(found) <= {1, None}
    batch = PaymentBatch.objects.get()
    assert batch.state == "ready" and batch.count == due == len(lines(batch))
    assert len({(row["reference"], row["payment"]) for row in lines(batch)}) == due
