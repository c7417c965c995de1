"""What stands charged too little in a case: due of days that were charged already, by sums the
person was told of in time. How much of it nobody has decided about, and what is to be charged as
decided. Reading only, from the facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import QuerySet

from budgets.entitlement.answer import answer, read
from budgets.entitlement.facts import Facts, in_pounds
from budgets.entitlement.reading import CHARGED, Reading
from budgets.models import Undercharge
from budgets.position.entitlement_facts import facts_of_case
from budgets.position.overpaid import Standing
from cases.models import Case

ZERO = Decimal("0.00")
DAY = timedelta(days=1)


def open_findings() -> QuerySet[Undercharge]:
    """What was found and waits for a decision. Nothing waits after a death: nobody is asked for it,
    so it is nobody's task; it is again where the death is undone.
    """
    return Undercharge.objects.filter(decided_at=None, gone_at=None, case__person__died_on=None)


def open_undercharge(case: Case) -> Undercharge | None:
    """The finding of a case that waits for a decision: there is one at most."""
    return open_findings().filter(case=case).first()


def decided_rows(cases: Collection[int]) -> dict[int, list[Undercharge]]:
    """Case id -> its decisions of which something stands, the oldest first."""
    found: dict[int, list[Undercharge]] = defaultdict(list)
    rows = Undercharge.objects.filter(case__in=cases, decided_at__isnull=False, left__gt=0)
    for row in rows.order_by("decided_at", "pk"):
        found[row.case_id].append(row)
    return found


def standing_of_case(case: Case, today: date) -> Standing:
    """What stands in one case."""
    return standing_of_cases({case.pk: facts_of_case(case)}, today)[case.pk]


def standing_of_cases(facts: dict[int, Facts], today: date) -> dict[int, Standing]:
    """Case id -> what stands, of facts already read."""
    known = decided_rows(facts)
    found = {}
    for pk, one in facts.items():
        whole = answer(one, today).charged_too_little
        found[pk] = Standing(whole, min(whole, sum((row.left for row in known[pk]), ZERO)))
    return found


class TooLittle(NamedTuple):
    """Days, what was charged for them, and what was due, in pounds."""

    first: date
    last: date
    charged: Decimal
    due: Decimal


def days_charged_too_little(facts: Facts, amount: Decimal) -> list[TooLittle]:
    """The days of `amount` that was charged too little, charge by charge; together they come to it.
    Where more is missing, the rest is of the first days: what was decided about before, or charged
    later as a line without days, which stands with the charge that was sent last then.
    """
    spans = _spans(facts)
    if not spans:
        return []
    found = read(facts, spans[-1][1])
    due = [_due(found, first, last) for first, last, _charged in spans]
    missing = [owed - charged for owed, (_a, _b, charged) in zip(due, spans, strict=True)]
    over = sum((one for one in missing if one > 0), ZERO) - amount
    rows = []
    for (first, last, _charged), owed, short in zip(spans, due, missing, strict=True):
        settled = min(max(short, ZERO), max(over, ZERO))
        over -= settled
        if short > settled:
            rows.append(TooLittle(first, last, owed - short + settled, owed))
    return rows


def _spans(facts: Facts) -> list[tuple[date, date, Decimal]]:
    """(first day, last day, what was charged), from the first day with a charge to the last one
    charged: each charge, and the days between two.
    """
    covers = sorted(facts.charged)
    if not covers:
        return []
    day = read(facts, covers[-1].covers_to).first_day(CHARGED, 0)
    at, spans = date.fromordinal(day) if day else covers[0].covers_from, []
    for one in covers:
        if at < one.covers_from:
            spans.append((at, one.covers_from - DAY, ZERO))
        spans.append(one)
        at = one.covers_to + DAY
    return [(first, last, charged) for first, last, charged in spans]


def _due(found: Reading, first: date, last: date) -> Decimal:
    before = found.pence(CHARGED, first.toordinal() - 1)
    return in_pounds(found.pence(CHARGED, last.toordinal()) - before)


def to_charge(cases: Collection[int]) -> dict[int, Decimal]:
    """Case id -> what was decided to be charged and was not yet; of it a list takes no more than
    still stands. One statement.
    """
    return {
        pk: sum((row.left for row in rows if row.decision == "charge"), ZERO)
        for pk, rows in decided_rows(cases).items()
    }
