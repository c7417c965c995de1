"""What stands paid too much in a case, and how much of it nobody has decided about yet. Reading
only, from the facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet, Sum

from budgets.entitlement.answer import answer
from budgets.entitlement.facts import DatedSum, Facts
from budgets.models import Overpayment, Payment, Settlement
from budgets.position import entitlement_facts
from budgets.position.money_books import Books, Row, books_of_cases
from cases.common import dates
from cases.models import Case

ZERO = Decimal("0.00")
PARTS_AHEAD = 1200  # days in which payments with instalments are looked for


def open_findings() -> QuerySet[Overpayment]:
    """What was found and waits for a decision."""
    return Overpayment.objects.filter(decided_at=None, gone_at=None)


def open_overpayment(case: Case) -> Overpayment | None:
    """The finding of a case that waits for a decision: there is one at most."""
    return open_findings().filter(case=case).first()


def may_be_set_off(row: Overpayment | None, today: date) -> bool:
    """May a person choose whether more for days gone by is set against a finding? While it is open,
    the person was not written to or can still answer, or what they said, or a challenge, was not
    decided about.
    """
    if row is None or row.decided_at or row.gone_at:
        return False
    if row.written_at is None or row.reply_by is None:
        return True
    challenged = row.case.clocks.filter(kind="challenge", ended_at=None, dropped_at=None)
    return today <= row.reply_by or row.replied_at is not None or challenged.exists()


def waits_for_answer(row: Overpayment | None, today: date) -> bool:
    """Was the person written to, and may still answer?"""
    asked = row is not None and row.reply_by is not None and row.replied_at is None
    return bool(asked and row and row.reply_by and today <= row.reply_by)


def set_aside(cases: Collection[int]) -> dict[int, Decimal]:
    """Case id -> what was paid too much and is set aside until it is decided, so that what is owed
    more is paid in full.
    """
    rows = Settlement.objects.filter(case__in=list(cases), how="set_aside", struck_at=None)
    return dict(rows.values("case").annotate(sum=Sum("amount")).values_list("case", "sum"))


@dataclass(frozen=True)
class Standing:
    """Pounds. `whole`: really paid too much, with what is set aside; `decided`: how much of it was
    decided about; `aside`: how much of it is set aside.
    """

    whole: Decimal
    decided: Decimal
    aside: Decimal = ZERO

    @property
    def undecided(self) -> Decimal:
        return self.whole - self.decided


def standing_of_case(case: Case, today: date) -> Standing:
    """What stands in one case."""
    books = books_of_cases([case.pk])[case.pk]
    aside = aside_of(books)
    facts = {case.pk: entitlement_facts.facts_of(books)}
    return standing_of_cases(facts, today, {case.pk: aside})[case.pk]


def standing_of_cases(
    facts: dict[int, Facts], today: date, aside: dict[int, Decimal] | None = None
) -> dict[int, Standing]:
    """Case id -> what stands, of facts already read. `aside`: what is set aside, where it is known
    already.
    """
    known = _decided(facts)
    aside = set_aside(facts) if aside is None else aside
    found = {
        pk: answer(one, today).paid_too_much + aside.get(pk, ZERO) for pk, one in facts.items()
    }
    return {
        pk: Standing(sum_, min(sum_, known.get(pk, ZERO)), aside.get(pk, ZERO))
        for pk, sum_ in found.items()
    }


def really_too_much(books: Books, as_of: datetime | None = None) -> Decimal:
    """Paid too much as it was known at a moment (None: now), with what was set aside."""
    aside = _set_aside(books, as_of)
    facts = entitlement_facts.facts_of(books, as_of)
    return answer(facts, dates.today()).paid_too_much + sum((row.amount for row in aside), ZERO)


def parts_that_wait(facts: Facts, aside: Decimal, today: date) -> list[tuple[date, Decimal]]:
    """(day of the payment, pounds) of each agreed instalment that is not taken off it, because what
    it would pay back is set aside; as far as is read. `aside`: of the facts, what is set aside.
    """
    if not aside or not facts.recoveries:
        return []
    ahead = today + timedelta(days=PARTS_AHEAD)
    real = answer(facts, ahead)
    back = DatedSum(today, -(real.owed + aside))
    agreed = answer(replace(facts, settled=(*facts.settled, back)), ahead)
    taken = {row.on: row.of.recovered for row in real.payments if row.of}
    found = (
        (row.on, row.of.recovered - taken.get(row.on, ZERO)) for row in agreed.payments if row.of
    )
    return [(on, amount) for on, amount in found if amount > 0]


def aside_of(books: Books) -> Decimal:
    """Pounds that are set aside by the books."""
    return sum((row.amount for row in _set_aside(books)), ZERO)


def _set_aside(books: Books, as_of: datetime | None = None) -> list[Row]:
    """What is set aside by the books, as it was known at a moment."""
    rows = [row for row in books.dated["settled"] if row.ref]
    if as_of is None:
        return [row for row in rows if row.struck_at is None]
    known = [row for row in rows if row.recorded_at <= as_of]
    return [row for row in known if row.struck_at is None or row.struck_at > as_of]


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
    settled = Settlement.objects.filter(case__in=last, struck_at=None).exclude(how="set_aside")
    for name, rows in (("recovered", taken), ("amount", settled)):
        sums = rows.values("case", "recorded_at").annotate(sum=Sum(name))
        for case, at, sum_ in sums.values_list("case", "recorded_at", "sum"):
            left_at = last[case].left_at
            if left_at and at > left_at:
                since[case] += sum_
    return {pk: max(row.left - since[pk], ZERO) for pk, row in last.items()}
