"""A case with ten years of facts: its whole answer against a plain daily sum of the same days.

Equal first, to the penny, or nothing is timed. The daily sum gives only the runs of equal days; the
answer has payments, charges and what stands as well. Needs no database.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from bench.rounds import ROUNDS, interleave, machine, tell
from budgets.entitlement.answer import answer
from budgets.entitlement.fact_checks import check
from budgets.entitlement.facts import (
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
from tests.budgets import daily_sum

FIRST, YEARS = date(2016, 4, 4), 10
UNTIL = date(2026, 4, 3)
TIMES = 100  # answers timed together
LINES = (  # route, unit, amount, weeks, free
    ("direct_payment", "week", "210.00", None, False),
    ("direct_payment", "hour", "64.50", 46, False),
    ("direct_payment", "year", "730.00", None, False),
    ("direct_payment", "month", "41.00", None, True),
    ("council_managed", "day", "96.00", None, False),
    ("provider_held", "session", "38.25", 39, False),
)


def pounds(amount: str, year: int) -> Decimal:
    """Three per cent more each year, in whole pence."""
    return (Decimal(amount) * (Decimal("1.03") ** year)).quantize(Decimal("0.01"))


def april(year: int) -> date:
    return date(FIRST.year + year, 4, 6) if year else FIRST


def plans() -> tuple[list[Line], list[Price]]:
    """A plan every other year with new prices in between, and equipment once."""
    lines, prices = [], []
    for plan in range(YEARS // 2):
        common = {"plan": plan + 1, "funder": "council", "begins": april(2 * plan)}
        for place, (route, unit, amount, weeks, free) in enumerate(LINES):
            name = f"{plan}-{place}"
            own = {"route": route, "unit": unit, "weeks": weeks, "free": free}
            lines.append(Line(id=name, amount=pounds(amount, 2 * plan), **common, **own))
            prices.append(Price(name, april(2 * plan + 1), pounds(amount, 2 * plan + 1)))
        once = {"route": "direct_payment", "unit": "once", "amount": Decimal("250.00")}
        origin = "0-once" if plan else None
        lines.append(Line(id=f"{plan}-once", origin=origin, **common, **once))
    return lines, prices


def ten_years() -> Facts:
    """Plans, a new contribution every April, two suspensions, an extra a year, and everything paid
    until a year ago.
    """
    lines, prices = plans()
    years = range(YEARS)
    told = [april(y) + timedelta(days=9 * (y % 3)) for y in years]
    facts = Facts(
        PayCalendar(date(2026, 4, 6), 4),
        tuple(lines),
        tuple(prices),
        tuple(Decision(plan + 1, april(2 * plan)) for plan in range(YEARS // 2)),
        tuple(Contribution(april(y), pounds("38.40", y), told[y]) for y in years),
        (Agreement(FIRST, "net"), Agreement(april(6), "gross"), Agreement(april(7), "net")),
        (
            Suspension(date(2018, 7, 2), date(2018, 8, 12), False),
            Suspension(date(2021, 1, 4), date(2021, 1, 31), True),
        ),
        extras=tuple(DatedSum(april(y) + timedelta(days=100), Decimal("85.20")) for y in years),
    )
    facts = replace(facts, paid=answer(facts, april(YEARS - 1)).payments)
    check(facts)
    return facts


def processor_time(do: Callable[[], object]) -> float:
    """Milliseconds of this process, other work on the machine left out: nothing here waits."""
    began = time.process_time()
    do()
    return (time.process_time() - began) * 1000


def equal(facts: Facts) -> None:
    """SystemExit where the answer's days differ from the daily sum's."""
    quick = [tuple(days) for days in answer(facts, UNTIL).entitlement]
    plain = daily_sum.runs(facts, FIRST, UNTIL)
    if quick != plain:
        raise SystemExit("The answer and the daily sum differ: nothing is timed.")
    print(f"  {len(plain)} runs of days equal, {len(facts.lines)} lines, {len(facts.paid)} paid")


def main() -> None:
    print(f"entitlement of a case with ten years of facts; {machine()}")
    facts = ten_years()
    equal(facts)
    found = interleave(
        {
            "plain": lambda: processor_time(lambda: daily_sum.runs(facts, FIRST, UNTIL)),
            "quick": lambda: (
                processor_time(lambda: [answer(facts, UNTIL) for _ in range(TIMES)]) / TIMES
            ),
        },
        ROUNDS,
    )
    tell(
        "entitlement.daily_to_answer",
        "plain daily sum / whole answer",
        found["plain"],
        found["quick"],
        "10y",
    )


if __name__ == "__main__":
    main()
