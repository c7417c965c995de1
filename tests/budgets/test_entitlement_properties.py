"""What holds of an entitlement whatever the facts: lives made up at random, always the same ones.

Sums of days are held against a plain daily sum (`daily_sum`).
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from budgets.entitlement.answer import answer, read
from budgets.entitlement.fact_checks import check
from budgets.entitlement.facts import (
    BASES,
    FUNDERS,
    ROUTES,
    UNITS,
    Agreement,
    Charge,
    Contribution,
    DatedSum,
    Decision,
    Facts,
    Line,
    PayCalendar,
    Payment,
    Price,
    Suspension,
)
from budgets.entitlement.reading import PAID_OUT
from tests.budgets import daily_sum

START, LENGTH = date(2023, 12, 20), 480
UNTIL = START + timedelta(days=LENGTH)
EXAMPLES = settings(derandomize=True, max_examples=25, database=None)
FEW = settings(derandomize=True, max_examples=15, database=None)

DAYS = st.integers(0, LENGTH).map(lambda number: START + timedelta(days=number))
POUNDS = st.integers(0, 60_000).map(lambda pence: D(pence).scaleb(-2))
PLANS = st.integers(1, 3)


def rows(kind, most, **fields):
    return st.lists(st.builds(kind, **fields), max_size=most)


def one_a_day(kind, most, **fields):
    """Rows with different first days."""
    return st.lists(
        st.builds(kind, begins=DAYS, **fields), max_size=most, unique_by=lambda row: row.begins
    )


@st.composite
def a_line(draw, name):
    begins, unit = draw(DAYS), draw(st.sampled_from(UNITS))
    funder = draw(st.sampled_from((*["council"] * 5, *FUNDERS[1:])))
    return Line(
        id=name,
        plan=draw(PLANS),
        route=draw(st.sampled_from(ROUTES)),
        funder=funder,
        unit=unit,
        amount=draw(POUNDS),
        begins=begins,
        ends=draw(st.none() | st.integers(0, 400).map(lambda n: begins + timedelta(days=n))),
        weeks=draw(st.none() | st.integers(1, 53)) if unit in UNITS[:4] else None,
        free=draw(st.booleans()),
    )


@st.composite
def lines(draw):
    """Up to five lines; a `once` line may have a copy in another plan."""
    found = [draw(a_line(str(number))) for number in range(draw(st.integers(1, 5)))]
    for line in list(found):
        if line.unit == "once" and draw(st.booleans()):
            copy = {"id": f"{line.id}-copy", "plan": line.plan % 3 + 1, "origin": line.id}
            found.append(line._replace(**copy))
    return found


@st.composite
def suspensions(draw):
    found, day = [], draw(DAYS)
    for gap, length in draw(
        st.lists(st.tuples(st.integers(1, 90), st.integers(0, 60)), max_size=3)
    ):
        begins = day + timedelta(days=gap)
        day = begins + timedelta(days=length)
        found.append(Suspension(begins, day, draw(st.booleans())))
    if found and draw(st.booleans()):
        found[-1] = Suspension(found[-1].begins, None, False)
    return found


@st.composite
def lives(draw, history=True):
    """Facts of one case; with ``history``, first payments and charges as they would have been
    with fewer facts.
    """
    mine = draw(lines())
    prices = {
        (line.id, begins): Price(line.id, begins, draw(POUNDS))
        for line in mine
        for begins in draw(st.lists(DAYS, max_size=2))
        if begins >= line.begins
    }
    facts = Facts(
        PayCalendar(draw(DAYS), draw(st.sampled_from((2, 4)))),
        lines=tuple(mine),
        prices=tuple(prices.values()),
        decisions=tuple(draw(one_a_day(Decision, 4, plan=PLANS))),
        contributions=tuple(
            draw(one_a_day(Contribution, 4, weekly=POUNDS, told_on=st.none() | DAYS))
        ),
        agreements=tuple(draw(one_a_day(Agreement, 3, basis=st.sampled_from(BASES)))),
        suspensions=tuple(draw(suspensions())),
        end=draw(st.none() | st.none() | DAYS),
        recoveries=tuple(draw(rows(DatedSum, 3, on=DAYS, amount=POUNDS))),
        extras=tuple(draw(rows(DatedSum, 2, on=DAYS, amount=POUNDS))),
    )
    if history:
        facts = with_history(draw, facts)
    check(facts)
    return facts


def with_history(draw, facts):
    known = replace(facts, prices=(), contributions=facts.contributions[:1], end=None)
    known = replace(known, suspensions=(), recoveries=())
    earlier = answer(known, UNTIL)
    settled = draw(rows(DatedSum, 1, on=DAYS, amount=POUNDS))
    return replace(
        facts,
        paid=earlier.payments[: draw(st.integers(0, 6))],
        charged=earlier.charges[: draw(st.integers(0, 4))],
        settled=tuple(settled),
    )


@EXAMPLES
@given(lives(history=False))
def test_the_runs_are_those_of_a_plain_daily_sum(facts):
    found = [tuple(days) for days in answer(facts, UNTIL).entitlement]
    assert found == daily_sum.runs(facts, START, UNTIL)


@FEW
@given(lives(history=False))
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
@given(a_line("a"), st.integers(0, 40), st.sampled_from(ROUTES))
def test_a_native_period_wholly_covered_at_one_price_pays_its_native_amount(line, number, route):
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
@given(lives())
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
@given(lives())
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
@given(lives())
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
@given(lives())
def test_an_answer_up_to_a_later_day_begins_with_the_answer_up_to_an_earlier_one(facts):
    early, late = answer(facts, UNTIL - timedelta(days=100)), answer(facts, UNTIL)
    assert late.payments[: len(early.payments)] == early.payments
    assert late.charges[: len(early.charges)] == early.charges
    assert late.entitlement[: len(early.entitlement) - 1] == early.entitlement[:-1]


@EXAMPLES
@given(lives(), DAYS)
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
