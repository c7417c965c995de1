"""Days that were paid twice before batches had a second officer: in the reading each payment keeps
only the days that no earlier one covers, and its whole sum.
"""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import connection
from django.utils import timezone

from budgets.entitlement import facts as read
from budgets.entitlement.fact_checks import FactsError, check
from budgets.models import Payment, PaymentBatch
from budgets.payments import money_checks
from budgets.position import overpaid, paid_days
from budgets.position.entitlement_facts import facts_of_case
from cases import ledger
from tests.budgets.running_money import TODAY, ago, pay, week

BEFORE = PaymentBatch(state="released", released_at=timezone.now())
DAYS = {
    "apart": (["1-7", "8-14"], ["1-7", "8-14"]),
    "begins in an earlier one": (["1-7", "5-14"], ["1-7", "8-14"]),
    "ends in an earlier one": (["8-14", "1-10"], ["8-14", "1-7"]),
    "within an earlier one": (["1-14", "5-6"], ["1-14", "no days"]),
    "around an earlier one": (["5-6", "1-14"], ["5-6", "1-4", "7-14"]),
    "between two": (["1-3", "7-9", "2-12"], ["1-3", "7-9", "4-6", "10-12"]),
    "the same again": (["1-7", "1-7", "1-8"], ["1-7", "no days", "8-8"]),
    "a sum without days": (["1-7", "no days"], ["1-7", "no days"]),
}


def a_payment(days, batch=BEFORE):
    covers = [date(2026, 6, int(one)) for one in days.split("-")] if "-" in days else [None, None]
    return Payment(
        batch=batch,
        on=date(2026, 6, 1),
        covers_from=covers[0],
        covers_to=covers[1],
        amount=D(10),
        regular=D(10),
        owed=D(0),
        recovered=D(0),
    )


def in_words(row):
    return f"{row.covers_from.day}-{row.covers_to.day}" if row.covers_from else "no days"


@pytest.mark.parametrize("name", DAYS)
def test_a_payment_from_before_keeps_the_days_that_no_earlier_one_covers(name):
    left, kept = DAYS[name]
    found = paid_days.paid(a_payment(days) for days in left)
    assert [in_words(row) for row in found] == kept
    assert sum(row.amount for row in found) == 10 * len(left), "and its whole sum"
    assert sum(row.of.regular for row in found) == 10 * len(left)
    check(read.Facts(pay_calendar=read.PayCalendar(date(2026, 6, 1), 4), paid=tuple(found)))


def test_days_of_today_that_overlap_are_not_put_right_unseen():
    now = PaymentBatch(state="released", released_at=timezone.now(), released_by_id=1)
    found = paid_days.paid(a_payment(days, now) for days in ("1-7", "5-14"))
    assert [in_words(row) for row in found] == ["1-7", "5-14"]
    with pytest.raises(FactsError, match="overlap"):
        check(read.Facts(pay_calendar=read.PayCalendar(date(2026, 6, 1), 4), paid=tuple(found)))


def test_what_an_upgrade_brought_twice_is_no_difference_and_its_sum_stands(budget, cast):
    case = budget(week(200), from_=ago(20), signed=ago(20))
    row = pay(cast).payments.get()
    again = {"on": row.on, "covers_from": row.covers_from, "covers_to": row.covers_to}
    assert not list(money_checks.differences())
    ledger.disarm(connection)
    twice = Payment.objects.create(
        case=case, batch=row.batch, number=2, amount=D(5), regular=D(5), state="paid", **again
    )
    PaymentBatch.objects.filter(pk=row.batch_id).update(count=2, total=row.amount + 5)
    told = f"{row.covers_from} is covered by two payments"
    assert told in [words for _about, words in money_checks.differences()]
    PaymentBatch.objects.filter(pk=row.batch_id).update(released_by=None)
    assert not list(money_checks.differences())
    facts = facts_of_case(case)
    check(facts)
    assert sum(one.amount for one in facts.paid) == row.amount + 5
    assert overpaid.standing_of_case(case, TODAY()).whole == 5
    Payment.objects.filter(pk=twice.pk).delete()
    ledger.arm(connection)
