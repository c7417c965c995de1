"""What holds of an entitlement whatever the facts: lives made up at random, always the same ones.

Sums of days are held against a plain daily sum (`daily_sum`).
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from budgets.entitlement.answer import answer, read
from budgets.entitlement.fact_checks import check
from budgets.entitlement.facts import (
    ROUTES,
    Agreement,
    Charge,
    DatedSum,
    Decision,
    Facts,
    PayCalendar,
    Payment,
    Price,
    Suspension,
)
from budgets.entitlement.reading import PAID_OUT
from tests.budgets import daily_sum, entitlement_facts
from tests.budgets.entitlement_facts import START, UNTIL

EXAMPLES = settings(derandomize=True, max_examples=25, database=None)
FEW = settings(derandomize=True, max_examples=15, database=None)

NUMBERS = st.integers(0, 1_000_000)
NEW = NUMBERS.map(entitlement_facts.life)
LIVES = NUMBERS.map(entitlement_facts.with_history)
DAYS = st.integers(0, entitlement_facts.LENGTH).map(lambda number: START + timedelta(days=number))


def test_the_lives_are_full_of_what_is_looked_at():
    """So that nothing below holds only because nothing happens."""
    lives = [entitlement_facts.with_history(number) for number in range(100)]
    found = [(facts, answer(facts, UNTIL)) for facts in lives]
    payments = [payment for _, answered in found for payment in answered.payments]
    assert len(payments) > 300 and sum(len(answered.charges) for _, answered in found) > 200
    assert sum(one.of.recovered > 0 for one in payments) > 20
    assert sum(one.of.owed > 0 for one in payments) > 10
    assert sum(one.covers_to is None for one in payments) > 5
    for part in ("owed", "paid_too_much", "charged_too_much", "charged_too_little"):
        assert sum(getattr(answered, part) > 0 for _, answered in found) > 2, part
    for column in range(2, 8):
        assert sum(any(days[column] for days in a.entitlement) for _, a in found) > 20, column


@EXAMPLES
@given(NEW)
def test_the_runs_are_those_of_a_plain_daily_sum(facts):
    found = [tuple(days) for days in answer(facts, UNTIL).entitlement]
    assert found == daily_sum.runs(facts, START, UNTIL)


@FEW
@given(NEW)
def test_taken_charged_and_not_owed_are_the_contribution_exactly(facts):
    found, total = read(facts, UNTIL), Fraction(0)
    day = START
    while day <= UNTIL:
        total += daily_sum.contribution(facts, day)
        parts = sum(found.exact(column, day.toordinal()) for column in (3, 4, 5))
        assert parts == total, day
        day += timedelta(days=1)


# ---- native periods ----


def whole_period(line, number):
    """The first and last day of one native period of a line, and what it pays."""
    if line.unit == "month":
        month = date(
            line.begins.year + (line.begins.month + number) // 12,
            (line.begins.month + number) % 12 + 1,
            1,
        )
        after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        return month, after - timedelta(days=1), line.amount
    if line.unit == "year" or (line.weeks or 52) < 52:
        first = daily_sum.anniversary(line.begins, number % 3)
        last = daily_sum.anniversary(line.begins, number % 3 + 1) - timedelta(days=1)
        return first, last, line.amount * (line.weeks or 1)
    first = line.begins + timedelta(days=number)
    return first, first + timedelta(days=6), line.amount


@settings(derandomize=True, max_examples=120, database=None)
@given(NUMBERS, st.integers(0, 40), st.sampled_from(ROUTES))
def test_a_native_period_wholly_covered_at_one_price_pays_its_native_amount(seed, number, route):
    line = entitlement_facts.line(Random(seed), "a")
    line = line._replace(ends=None, funder="council", route=route)
    if line.unit == "once":
        line = line._replace(unit="month")
    first, last, amount = whole_period(line, number)
    facts = Facts(
        PayCalendar(START, 4),
        lines=(line,),
        decisions=(Decision(line.plan, START),),
        agreements=(Agreement(START, "gross"),),
    )
    found, column = read(facts, last), ROUTES.index(route)
    before = found.exact(column, first.toordinal() - 1)
    assert found.exact(column, last.toordinal()) - before == Fraction(amount)


# ---- payments and charges ----


def pennies_at(facts, day):
    """round(E(d)) by the plain daily sum."""
    each = daily_sum.days(facts, START - timedelta(days=1), day)
    return daily_sum.pennies(sum((sums[0] for _, sums in each), Fraction(0)))


@FEW
@given(LIVES)
def test_what_stands_is_what_was_owed_less_what_was_paid(facts):
    found = answer(facts, UNTIL)
    covered = [payment.covers_to for payment in facts.paid if payment.covers_to]
    due = pennies_at(facts, max(covered)) if covered else D(0)
    paid = sum(payment.amount for payment in facts.paid)
    settled = sum(one.amount for one in facts.settled)
    assert found.owed - found.paid_too_much == due - paid + settled
    assert min(found.owed, found.paid_too_much) == 0
    assert min(found.charged_too_much, found.charged_too_little) == 0


@EXAMPLES
@given(LIVES)
def test_payments_are_in_order_add_up_and_leave_no_penny_behind(facts):
    found = answer(facts, UNTIL)
    for payment in found.payments:
        regular, owed, recovered = payment.of
        assert payment.amount == regular + owed - recovered and recovered <= regular
        assert (payment.covers_from or payment.on) == payment.on <= UNTIL
        assert (regular > 0) == (payment.covers_from is not None)
    assert [one.on for one in found.payments] == sorted({one.on for one in found.payments})
    covers = [one for one in (*facts.paid, *found.payments) if one.covers_from]
    assert all(a.covers_to < b.covers_from for a, b in pairwise(covers))
    assert sum(one.of.owed for one in found.payments) in (0, found.owed)
    assert sum(one.of.recovered for one in found.payments) <= found.paid_too_much
    if found.payments and (last := found.payments[-1].covers_to):
        regular = sum(one.of.regular for one in found.payments)
        paid = sum(one.amount for one in facts.paid) - sum(one.amount for one in facts.settled)
        owed = found.owed - found.paid_too_much
        exact = read(facts, UNTIL).exact(PAID_OUT, last.toordinal())
        assert paid + owed + regular == daily_sum.pennies(exact)


@EXAMPLES
@given(LIVES)
def test_paying_as_one_goes_comes_to_the_same_as_asking_once(facts):
    found = answer(facts, UNTIL)
    for number, payment in enumerate(found.payments, 1):
        facts = replace(facts, paid=(*facts.paid, Payment(*payment)))
        again = answer(facts, UNTIL)
        assert again.payments == found.payments[number:]
        assert again.entitlement == found.entitlement
    for number, charge in enumerate(found.charges, 1):
        facts = replace(facts, charged=(*facts.charged, Charge(*charge)))
        again = answer(facts, UNTIL)
        assert again.charges == found.charges[number:]
        assert again.charged_too_much == found.charged_too_much
        assert again.charged_too_little == found.charged_too_little


@FEW
@given(LIVES)
def test_an_answer_up_to_a_later_day_begins_with_the_answer_up_to_an_earlier_one(facts):
    early, late = answer(facts, UNTIL - timedelta(days=100)), answer(facts, UNTIL)
    assert late.payments[: len(early.payments)] == early.payments
    assert late.charges[: len(early.charges)] == early.charges
    assert late.entitlement[: len(early.entitlement) - 1] == early.entitlement[:-1]


@EXAMPLES
@given(LIVES, DAYS)
def test_facts_that_change_nothing_change_nothing(facts, day):
    found = answer(facts, UNTIL)
    assert answer(replace(facts, **with_nothing_new(facts, day)), UNTIL) == found


def with_nothing_new(facts, day):
    """The same facts said twice, in another order, and facts of other bodies and of no money."""
    line, nothing = facts.lines[0], DatedSum(day, D("0.00"))
    other = {"id": "other", "unit": "week", "weeks": None, "origin": None}
    more = [
        line._replace(**other | {"funder": "health"}),
        line._replace(**other | {"id": "undecided", "plan": 99}),
        line._replace(**other | {"id": "nothing", "amount": D("0.00")}),
    ]
    changes = {
        "lines": (*more, *reversed(facts.lines)),
        "settled": (*facts.settled, nothing),
        "recoveries": (nothing, *facts.recoveries),
        "paid": tuple(reversed(facts.paid)),
        "charged": tuple(reversed(facts.charged)),
    }
    for name in ("decisions", "agreements"):
        given_rows = getattr(facts, name)
        begun = daily_sum.latest(given_rows, day)
        if begun and begun.begins != day:
            changes[name] = (begun._replace(begins=day), *given_rows)
    own = [price for price in facts.prices if price.line == line.id]
    if day > line.begins and day not in [price.begins for price in own]:
        price = daily_sum.latest(own, day)
        same = Price(line.id, day, price.amount if price else line.amount)
        changes["prices"] = (same, *facts.prices)
    if not any(one.ends is None or one.ends >= day for one in facts.suspensions):
        good = Suspension(day, day + timedelta(days=10), True)
        changes["suspensions"] = (*facts.suspensions, good)
    check(replace(facts, **changes))
    return changes
