"""What a decision changes for days before it was made: read from the facts as they were just before
it and just after. LGSCO 19 019 548: refusing to back-date an increase was a fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from budgets.entitlement.answer import read
from budgets.entitlement.facts import Facts
from budgets.entitlement.reading import MANAGED, PAID_OUT, PROVIDER_HELD
from budgets.models import BudgetFigure
from budgets.position.entitlement_facts import facts_of
from budgets.position.money_books import Books, books_of_cases
from cases.common import dates

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class BackDated:
    """`days` from `since` on; `amount`: pounds more than before for them, below 0 less."""

    since: date
    days: int
    amount: Decimal


def back_dated(figure: BudgetFigure, books: Books | None = None) -> BackDated | None:
    """What a decided figure changes for the days before it was decided; None where it has none.
    `books`: of its case, where they are read already.
    """
    decided_on = dates.london_date(figure.recorded_at)
    days = (decided_on - figure.effective_from).days
    if days <= 0 or figure.supersedes_id is None:
        return None
    last = decided_on - timedelta(days=1)
    books = books or books_of_cases([figure.case_id])[figure.case_id]
    after = _money(facts_of(books, figure.recorded_at), last)
    before = _money(facts_of(books, figure.recorded_at - MOMENT), last)
    return BackDated(figure.effective_from, days, Decimal(after - before).scaleb(-2))


def _money(facts: Facts, last: date) -> int:
    """Pence of all days up to and including `last`, on every route."""
    sums = read(facts, last)
    return sum(sums.pence(kind, last.toordinal()) for kind in (PAID_OUT, MANAGED, PROVIDER_HELD))
