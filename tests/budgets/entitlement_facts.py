"""Facts of made-up lives, one a number: dense, awkward and sound.

Plans that follow each other, lines of every unit, prices, contributions told late, suspensions, an
end, extras; and payments and charges as they went out while less was known.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from budgets.entitlement.answer import answer
from budgets.entitlement.fact_checks import check
from budgets.entitlement.facts import (
    BASES,
    FUNDERS,
    ROUTES,
    UNITS,
    WEEKLY_UNITS,
    Agreement,
    Contribution,
    DatedSum,
    Decision,
    Facts,
    Line,
    PayCalendar,
    Price,
    Suspension,
)

START, LENGTH = date(2023, 12, 20), 480
UNTIL = START + timedelta(days=LENGTH)


PLANS = (1, 1, 1, 1, 2, 2, 3)


def day(chance: Random, most: int = LENGTH) -> date:
    return START + timedelta(days=chance.randint(0, most))


def pounds(chance: Random, most: int = 600) -> Decimal:
    whole = chance.choice((0, 1, 20, 100, most, most, most))
    return Decimal(chance.randint(0, 100 * whole)).scaleb(-2)


def some_days(chance: Random, most: int) -> list[date]:
    """Different days, in any order; seldom none."""
    return list({day(chance): None for _ in range(chance.randint(0, most) or chance.randint(0, 1))})


def line(chance: Random, name: str) -> Line:
    unit = chance.choice((*UNITS, "week", "week"))
    begins = day(chance, chance.choice((30, 30, 30, LENGTH)))
    length = chance.choice((None, None, None, None, 0, 12, 83, 300, 364, 365, 366))
    return Line(
        id=name,
        plan=chance.choice(PLANS),
        route=chance.choice((*ROUTES, *ROUTES[:1] * 3)),
        funder=chance.choice(("council",) * 12 + FUNDERS),
        unit=unit,
        amount=pounds(chance),
        begins=begins,
        ends=None if length is None else begins + timedelta(days=length),
        weeks=chance.choice((None, 1, 6, 39, 51, 52, 53)) if unit in WEEKLY_UNITS else None,
        free=chance.random() < 0.2,
    )


def lines(chance: Random) -> list[Line]:
    """Up to eight lines; a `once` line may have copies in the other plans."""
    found = [line(chance, str(number)) for number in range(chance.randint(2, 9))]
    for one in list(found):
        for plan in {1, 2, 3} - {one.plan}:
            if one.unit == "once" and chance.random() < 0.6:
                copy = {"id": f"{one.id}-{plan}", "plan": plan, "origin": one.id}
                found.append(one._replace(**copy, amount=pounds(chance)))
    chance.shuffle(found)
    return found


def suspensions(chance: Random) -> list[Suspension]:
    found, begins = [], day(chance, 200)
    for _ in range(chance.choice((0, 0, 1, 2, 3))):
        ends = begins + timedelta(days=chance.randint(0, 40))
        found.append(Suspension(begins, ends, chance.random() < 0.4))
        begins = ends + timedelta(days=chance.randint(1, 90))
    if chance.random() < 0.1:
        found.append(Suspension(begins, None, False))
    return found


def contribution(chance: Random, begins: date) -> Contribution:
    told = begins + timedelta(days=chance.randint(-30, 60))
    return Contribution(begins, pounds(chance, 120), None if chance.random() < 0.1 else told)


def dated_sums(chance: Random, most: int) -> tuple[DatedSum, ...]:
    days = (day(chance) for _ in range(chance.randint(0, most)))
    return tuple(DatedSum(one, pounds(chance, 200)) for one in days)


def life(number: int) -> Facts:
    """The facts of one life, nothing paid yet."""
    chance = Random(number)
    mine = lines(chance)
    early = START + timedelta(days=chance.randint(0, 40))
    decided = dict.fromkeys([early, *some_days(chance, 3)])
    agreed = dict.fromkeys([early, *some_days(chance, 2)] if chance.random() < 0.9 else [])
    found = Facts(
        PayCalendar(day(chance), chance.choice((2, 4))),
        lines=tuple(mine),
        prices=tuple(
            Price(one.id, begins, pounds(chance))
            for one in mine
            for begins in some_days(chance, 3)
            if begins >= one.begins
        ),
        decisions=tuple(Decision(chance.choice(PLANS), one) for one in decided),
        contributions=tuple(contribution(chance, one) for one in some_days(chance, 5)),
        agreements=tuple(Agreement(one, chance.choice(BASES)) for one in agreed),
        suspensions=tuple(suspensions(chance)),
        end=day(chance) if chance.random() < 0.2 else None,
        recoveries=dated_sums(chance, 5),
        extras=dated_sums(chance, 3),
    )
    check(found)
    return found


def with_history(number: int) -> Facts:
    """A life whose first payments and charges went out while less was known."""
    chance, found = Random(-number - 1), life(number)
    hidden = {"prices": found.prices[1:], "contributions": found.contributions[:1]}
    hidden |= {"lines": tuple(one for one in found.lines if chance.random() < 0.9)}
    known = replace(found, **hidden, suspensions=(), recoveries=(), end=None)
    known = replace(known, prices=tuple(p for p in known.prices if p.line in ids(known)))
    known = replace(known, lines=tuple(as_then_known(chance, one) for one in known.lines))
    earlier = answer(known, UNTIL)
    settled = dated_sums(chance, 1) if chance.random() < 0.3 else ()
    found = replace(
        found,
        paid=earlier.payments[: chance.randint(0, 9)],
        charged=earlier.charges[: chance.randint(0, 6)],
        settled=settled,
    )
    check(found)
    return found


def as_then_known(chance: Random, line: Line) -> Line:
    """A line with the amount that was first written down, and a copy before it was known as one."""
    amount = line.amount + chance.choice((-15, 0, 0, 40, 90))
    return line._replace(origin=None, amount=max(amount, Decimal("0.00")))


def ids(facts: Facts) -> set[str]:
    return {one.id for one in facts.lines}
