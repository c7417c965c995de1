"""What stands charged too little in a case: due of days that were charged already, by sums the
person was told of in time. How much of it nobody has decided about, and what is to be charged as
decided. Reading only, from the facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from budgets.entitlement.answer import answer
from budgets.entitlement.facts import Facts
from budgets.models import Undercharge
from budgets.position.entitlement_facts import facts_of_case
from budgets.position.overpaid import Standing
from cases.models import Case

ZERO = Decimal("0.00")


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


def to_charge(cases: Collection[int]) -> dict[int, Decimal]:
    """Case id -> what was decided to be charged and was not yet; of it a list takes no more than
    still stands. One statement.
    """
    return {
        pk: sum((row.left for row in rows if row.decision == "charge"), ZERO)
        for pk, rows in decided_rows(cases).items()
    }
