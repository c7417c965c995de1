"""What stands paid too much in a case, and how much of it nobody has decided about yet. Reading
only, from the facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet, Sum

from budgets.entitlement.answer import answer
from budgets.entitlement.facts import Facts
from budgets.models import Overpayment, Payment, Settlement
from budgets.position.entitlement_facts import facts_of_case
from cases.models import Case

ZERO = Decimal("0.00")


def open_findings() -> QuerySet[Overpayment]:
    """What was found and waits for a decision."""
    return Overpayment.objects.filter(decided_at=None, gone_at=None)


def open_overpayment(case: Case) -> Overpayment | None:
    """The finding of a case that waits for a decision: there is one at most."""
    return open_findings().filter(case=case).first()


@dataclass(frozen=True)
class Standing:
    """Pounds. `whole`: paid too much as the facts stand; `decided`: how much of it was decided
    about.
    """

    whole: Decimal
    decided: Decimal

    @property
    def undecided(self) -> Decimal:
        return self.whole - self.decided


def standing_of_case(case: Case, today: date) -> Standing:
    """What stands in one case."""
    return standing_of_cases({case.pk: facts_of_case(case)}, today)[case.pk]


def standing_of_cases(facts: dict[int, Facts], today: date) -> dict[int, Standing]:
    """Case id -> what stands, of facts already read."""
    known = _decided(facts)
    found = {pk: answer(one, today).paid_too_much for pk, one in facts.items()}
    return {pk: Standing(sum_, min(sum_, known.get(pk, ZERO))) for pk, sum_ in found.items()}


def last_decided(cases: Collection[int]) -> dict[int, Overpayment]:
    """Case id -> the last decision about a sum that was paid too much."""
    rows = Overpayment.objects.filter(case__in=cases, decided_at__isnull=False)
    return {row.case_id: row for row in rows.order_by("decided_at", "pk")}


def _decided(cases: Collection[int]) -> dict[int, Decimal]:
    """What the last decision left standing, less what was recovered or settled since."""
    last = last_decided(cases)
    if not last:
        return {}
    since: dict[int, Decimal] = defaultdict(lambda: ZERO)
    taken = Payment.objects.filter(case__in=last, state__in=Payment.STANDING, recovered__gt=0)
    settled = Settlement.objects.filter(case__in=last, struck_at=None)
    for name, rows in (("recovered", taken), ("amount", settled)):
        sums = rows.values("case", "recorded_at").annotate(sum=Sum(name))
        for case, at, sum_ in sums.values_list("case", "recorded_at", "sum"):
            left_at = last[case].left_at
            if left_at and at > left_at:
                since[case] += sum_
    return {pk: max(row.left - since[pk], ZERO) for pk, row in last.items()}
