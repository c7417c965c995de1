"""Batches for the ledger: numbered, resumable with the same hash, nobody paid twice, made by one
officer and released by another, and a file that never changes once it has left.
"""

import csv
import hashlib
import os
import signal
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

import pytest
import time_machine
from django.db import DatabaseError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from budgets import actions as money
from budgets.actions import payment_batches
from budgets.entitlement.answer import answer
from budgets.models import Payment, PaymentBatch
from budgets.payments import money_checks, standing_payments
from budgets.position import entitlement_facts
from cases.actions import record_death
from cases.common.refusals import NotYet
from tests.budgets.running_money import week
from tests.cast import Cast, instead
from tests.race import together

TODAY = timezone.localdate


def make(cast, until=None, **more):
    return money.make_batch(council=cast.council, by=cast.finance, until=until or TODAY(), **more)


def release(cast, batch, **more):
    return money.release_batch(batch=batch, by=cast.releaser, **more)


def text(batch):
    return bytes(batch.file).decode()


def lines(batch):
    return list(csv.DictReader(StringIO(text(batch))))


def due(case, until=None):
    """What the facts of a case owe by a day: the independent side of what a batch takes."""
    return answer(entitlement_facts.facts_of_case(case), until or TODAY()).payments


def claimed(batch):
    """The same of what a batch has claimed."""
    rows = batch.payments.order_by("number")
    return [(p.on, p.covers_from, p.covers_to, p.amount) for p in rows]


def of(payments):
    return [(p.on, p.covers_from, p.covers_to, p.amount) for p in payments]


def test_a_batch_takes_what_is_due_once_and_adds_up(a_case, cast):
    case = a_case(at="running", days_ago=60)
    owed = of(due(case))
    assert [amount for *_days, amount in owed] == [Decimal("320.00")] * 2
    batch = make(cast)
    assert (batch.number, batch.state, batch.count) == (1, "ready", 2)
    assert claimed(batch) == owed
    assert batch.total == 640 == sum(Decimal(row["amount"]) for row in lines(batch))
    assert batch.sha256 == hashlib.sha256(bytes(batch.file)).hexdigest()
    (reference,) = {row["reference"] for row in lines(batch)}
    assert reference == case.ref and case.person.name not in text(batch)
    assert {row["creditor"] for row in lines(batch)} == {"S1001"}
    with pytest.raises(NotYet, match="Nothing is due"):
        make(cast)
    assert PaymentBatch.objects.count() == 1


def test_what_is_due_on_a_weekend_or_bank_holiday_leaves_on_the_working_day_before(
    budget, cast, as_
):
    """Christmas 2026: Friday is a holiday, Monday the one for Boxing Day. Due on the Sunday."""
    thursday, sunday = datetime(2026, 12, 24, 10, tzinfo=UTC), date(2026, 12, 27)
    with time_machine.travel(thursday - timedelta(days=1)):
        case = budget(week(80), from_=date(2026, 11, 29), signed=date(2026, 11, 29))
        assert make(cast).count == 1 and [one.on for one in due(case, sunday)] == [sunday]
        assert case.ref not in as_(cast.finance).get("/staff/finance/due/").content.decode()
        with pytest.raises(NotYet, match="Nothing is due"):
            make(cast)
    with time_machine.travel(thursday):
        finance = as_(cast.finance)
        page = finance.get("/staff/payments/").content.decode()
        assert "due by 28 December 2026" in page and case.ref in page
        home = finance.get("/staff/finance/due/").content.decode()
        assert case.ref in home
        (paid,) = make(cast).payments.all()
        assert paid.on == sunday and paid.covers_from == sunday
        assert not list(money_checks.differences(cast.council, every_day=True))


def test_suspended_payments_and_those_of_another_council_stay_out(a_case, cast):
    case = a_case(at="running", days_ago=60)
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
    make(cast)
    later = TODAY() + timedelta(days=28)
    assert due(case, later)
    case.move("suspend_payment", by=cast.finance, reason="No papers", **instead("Home care"))
    with pytest.raises(NotYet, match="Nothing is due"):
        make(cast, later)
    assert PaymentBatch.objects.count() == 1


def test_nobody_is_paid_before_a_second_officer_has_verified_the_payee(a_case, cast):
    case = a_case(at="running", days_ago=60)
    payee = money.name_payee(
        case=case, by=cast.finance, kind="nominated", name="Bo Finch", creditor="s 2002"
    )
    with pytest.raises(NotYet, match="Nothing is due"):
        make(cast)  # not to the payee of before either: a change is on its way
    with pytest.raises(NotYet, match="another officer"):
        money.verify_payee(payee=payee, by=cast.finance)
    with pytest.raises(NotYet, match="not yours"):
        money.verify_payee(payee=payee, by=cast.manager)
    money.verify_payee(payee=payee, by=cast.releaser)
    with pytest.raises(NotYet, match="already"):
        money.verify_payee(payee=payee, by=cast.releaser)
    assert {row["creditor"] for row in lines(make(cast))} == {"S2002"}


def test_a_run_that_stops_after_the_claim_is_taken_up_and_gives_the_same_file(
    a_case, cast, monkeypatch
):
    a_case(at="running", days_ago=60)

    def stops(batch):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(payment_batches, "finish_batch", stops)
        with pytest.raises(KeyboardInterrupt):
            make(cast)
    begun = PaymentBatch.objects.get()
    assert (begun.state, begun.sha256, text(begun)) == ("making", "", "")
    with pytest.raises(NotYet, match="not written yet"):
        release(cast, begun)
    would_be = payment_batches.written(begun)["sha256"]
    # what falls due meanwhile waits for the next batch
    other = a_case(at="running", days_ago=60, person=cast.new_person("Bo Finch"))
    batch = make(cast)
    assert (batch.pk, batch.number, batch.state, batch.sha256) == (begun.pk, 1, "ready", would_be)
    second = make(cast)
    assert second.number == 2 and {p.case_id for p in second.payments.all()} == {other.pk}


def test_file_and_claim_never_change_once_the_batch_was_released(a_case, cast):
    a_case(at="running", days_ago=60)
    batch = release(cast, make(cast))
    for change in ({"file": b"x"}, {"sha256": "0" * 64}, {"total": 1}, {"number": 9}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            PaymentBatch.objects.filter(pk=batch.pk).update(**change)
    for change in ({"amount": 1, "regular": 1}, {"batch": None}, {"on": date(2020, 1, 1)}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Payment.objects.filter(batch=batch).update(**change)
    assert payment_batches.finish_batch(batch).sha256 == batch.sha256
    money.confirm_batch(batch=batch, by=cast.finance, ledger_ref="L-77")
    with pytest.raises(NotYet, match="confirmed already"):
        money.confirm_batch(batch=batch, by=cast.finance, ledger_ref="L-78")
    assert PaymentBatch.objects.get().ledger_ref == "L-77"
    assert set(batch.payments.values_list("state", flat=True)) == {"paid"}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Payment.objects.filter(batch=batch).update(state="claimed")


def test_one_officer_never_makes_and_releases(a_case, cast):
    a_case(at="running", days_ago=60)
    batch = make(cast)
    for who, words in (
        (cast.finance, "another officer releases it"),
        (cast.manager, "not yours"),
        (cast.auditor, "not yours"),
    ):
        with pytest.raises(NotYet, match=words):
            money.release_batch(batch=batch, by=who)
    with pytest.raises(NotYet, match="not released yet"):
        money.confirm_batch(batch=batch, by=cast.releaser, ledger_ref="L-1")
    # nor by a way round the act
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentBatch.objects.filter(pk=batch.pk).update(
            state="released", released_by=cast.finance, released_at=timezone.now()
        )
    released = release(cast, batch)
    assert (released.state, released.released_by) == ("released", cast.releaser)
    with pytest.raises(NotYet, match="released already"):
        release(cast, batch)


def test_a_line_left_out_is_owed_again(a_case, cast):
    case = a_case(at="running", days_ago=60)
    owed, batch = of(due(case)), make(cast)
    last = batch.payments.get(number=2)
    for why, who, words in ((" ", cast.releaser, "Say why"), ("x", cast.worker, "not yours")):
        with pytest.raises(NotYet, match=words):
            money.leave_out(payment=last, by=who, why=why)
    money.leave_out(payment=last, by=cast.releaser, why="The person rang: hold this one")
    batch.refresh_from_db()
    assert (batch.count, batch.total, [row["line"] for row in lines(batch)]) == (1, 320, ["1"])
    assert batch.sha256 == hashlib.sha256(bytes(batch.file)).hexdigest()
    release(cast, batch)
    with pytest.raises(NotYet, match="left already"):
        money.leave_out(payment=batch.payments.get(number=1), by=cast.releaser, why="Late")
    assert claimed(make(cast)) == owed[1:]


def test_what_comes_back_strikes_the_payee_and_goes_again_to_another(a_case, cast):
    case = a_case(at="running", days_ago=20)
    batch = release(cast, make(cast))
    first = claimed(batch)
    for came_back, words in (
        ({1: " "}, "Say why line 1"),
        ({7: "No such account"}, "Line 7 is not in this batch"),
    ):
        with pytest.raises(NotYet, match=words):
            money.confirm_batch(batch=batch, by=cast.finance, ledger_ref="L-1", returned=came_back)
        batch.refresh_from_db()
        assert batch.state == "released" and standing_payments.payees_of([case.pk])
    money.confirm_batch(
        batch=batch, by=cast.finance, ledger_ref="L-1", returned={1: "Account closed"}
    )
    assert batch.payments.get().state == "returned" and not standing_payments.payees_of([case.pk])
    with pytest.raises(NotYet, match="Nothing is due"):
        make(cast)
    cast.payee(case, creditor="S3003")
    again = make(cast)
    assert claimed(again) == first and [row["creditor"] for row in lines(again)] == ["S3003"]


def test_what_is_far_back_goes_only_with_a_second_officers_word(a_case, cast):
    case = a_case(at="running", days_ago=220)
    batch = make(cast)
    asking = [p.number for p in batch.payments.filter(asks_second=True)]
    back = TODAY() - timedelta(days=92)
    far = [p for p in batch.payments.order_by("number") if p.covers_from < back]
    assert asking == [p.number for p in far] and 3 <= len(asking) < batch.count
    release(cast, batch, confirmed=asking[:1])
    batch.refresh_from_db()
    states = dict(batch.payments.values_list("number", "state"))
    left = {number for number, state in states.items() if state == "left_out"}
    assert left == set(asking[1:]) and states[asking[0]] == "claimed"
    assert len(lines(batch)) == batch.count == len(states) - len(left)
    # they are owed still, and wait for a second officer again
    second = make(cast, TODAY() + timedelta(days=28))
    assert sum(p.owed for p in second.payments.all()) == 320 * len(left)
    assert second.payments.get(owed__gt=0).asks_second
    release(cast, second)
    # its days were paid, so what waits goes with the payment after them
    assert second.payments.get(covers_from__isnull=False).state == "claimed"
    (following,) = due(case, second.until + timedelta(days=28))
    assert (following.of.regular, following.of.owed) == (320, 320 * len(left))


def test_a_death_after_the_batch_leaves_what_was_claimed_and_owes_nothing_more(a_case, cast):
    case = a_case(at="running", days_ago=60)
    batch = make(cast, TODAY() + timedelta(days=28))
    taken = claimed(batch)
    record_death(case=case, by=cast.worker, died_on=TODAY(), contact="Her son")
    assert claimed(batch) == taken
    assert set(batch.payments.values_list("state", flat=True)) == {"claimed"}
    assert due(case, TODAY() + timedelta(days=3650)) == ()
    days = (TODAY() - case.agreements.get().first_payment_on).days + 1
    lived = (Decimal(80) * days / 7).quantize(Decimal("0.01"), ROUND_HALF_UP)
    stands = standing_payments.next_payments(case)
    assert (stands.owed, stands.paid_too_much) == (0, batch.total - lived)


def test_the_budget_in_force_goes_on_paying_after_its_year(a_case, cast):
    case = a_case(at="running", days_ago=380)
    batch = make(cast)
    days = [(first, last) for _on, first, last, _amount in claimed(batch)]
    assert all(b[0] == a[1] + timedelta(days=1) for a, b in zip(days, days[1:], strict=False)), (
        "no gap, no overlap"
    )
    assert batch.count == 14 and {p.amount for p in batch.payments.all()} == {Decimal("320.00")}
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="x",
        end_date=TODAY(),
        final_account="x",
    )
    assert due(case, TODAY() + timedelta(days=3650)) == ()


# ---- how much it reads ----


@contextmanager
def statements():
    with CaptureQueriesContext(connection) as found:
        yield found


def test_a_batch_reads_the_same_for_few_and_for_many(a_case, cast, monkeypatch):
    a_case(at="running", days_ago=60)
    with statements() as one:
        make(cast)
    for number in range(5):
        a_case(at="running", days_ago=60, person=cast.new_person(f"Ada {number}"))
    with statements() as five:
        assert make(cast).count == 10
    assert len(five) == len(one)
    # more cases than are read at a time: so many statements again, each so many cases
    monkeypatch.setattr(entitlement_facts, "CHUNK", 2)
    with statements() as chunks:
        make(cast, TODAY() + timedelta(days=28))
    assert len(one) < len(chunks) < 3 * len(one)


def test_cases_are_read_two_hundred_at_a_time():
    assert entitlement_facts.CHUNK == 200


# ---- on its own database connections: a kill, and two at once ----


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("where", ["claimed", "writing"])
def test_a_process_killed_half_way_leaves_one_batch_that_goes_on(where):
    cast = Cast.make()
    count = len(due(cast.a_case(at="running", days_ago=60)))
    connections.close_all()
    child = os.fork()
    if child == 0:  # the process that dies

        def killed(*_args):
            os.kill(os.getpid(), signal.SIGKILL)

        if where == "claimed":
            payment_batches.finish_batch = killed
        else:
            payment_batches.outgoing.write = killed
        try:
            make(cast)
        finally:
            os._exit(9)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    begun = PaymentBatch.objects.get()
    assert begun.state == "making" and begun.payments.count() == count
    same = payment_batches.written(begun)["sha256"]
    assert make(cast).sha256 == same
    with pytest.raises(NotYet, match="Nothing is due"):
        make(cast)
    assert PaymentBatch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_at_once_pay_nobody_twice():
    cast = Cast.make()
    for name in ("Ada Wren", "Bo Finch", "Cy Lark"):
        cast.a_case(at="running", days_ago=60, person=cast.new_person(name))
    made, wrong = together(4, lambda: make(cast).number)
    assert made and set(made) == {1} and all(isinstance(no, NotYet) for no in wrong), wrong
    batch = PaymentBatch.objects.get()
    assert batch.state == "ready" and batch.count == 6 == len(lines(batch))
    assert len({(row["reference"], row["from"]) for row in lines(batch)}) == 6


@pytest.mark.django_db(transaction=True)
def test_of_two_releases_at_once_one_wins_and_the_other_is_told():
    cast = Cast.make()
    cast.a_case(at="running", days_ago=220)
    batch = make(cast)
    asking = list(batch.payments.filter(asks_second=True).values_list("number", flat=True))
    assert asking
    # one says yes to what is far back, the other does not
    answers = iter([asking, []])
    made, wrong = together(
        2, lambda: release(cast, PaymentBatch.objects.get(), confirmed=next(answers)).sha256
    )
    (no,) = wrong
    assert isinstance(no, NotYet) and "released already" in str(no) and len(made) == 1
    batch.refresh_from_db()
    left_out = batch.payments.filter(state="left_out").count()
    assert batch.state == "released" and left_out in (0, len(asking))
    assert len(lines(batch)) == batch.count == batch.payments.count() - left_out
    assert made == [batch.sha256] == [hashlib.sha256(bytes(batch.file)).hexdigest()]


@pytest.mark.django_db(transaction=True)
def test_a_line_is_left_out_or_released_never_both():
    cast = Cast.make()
    cast.a_case(at="running", days_ago=60)
    batch = make(cast)
    line = batch.payments.get(number=1)
    acts = iter(
        [
            lambda: release(cast, PaymentBatch.objects.get()).pk,
            lambda: money.leave_out(payment=line, by=cast.releaser, why="Not this one").pk,
        ]
    )
    _made, wrong = together(2, lambda: next(acts)())
    batch.refresh_from_db()
    line.refresh_from_db()
    out = line.state == "left_out"
    assert batch.state == "released" and all(isinstance(no, NotYet) for no in wrong)
    assert [row["line"] for row in lines(batch)] == (["2"] if out else ["1", "2"])
    assert len(wrong) == (0 if out else 1)
