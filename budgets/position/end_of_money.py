"""What the end of a case finds of its money: what still goes out, what stops, whose orders end.
Reading only; an end is foretold with it before it is recorded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from budgets.entitlement.answer import Answer, answer
from budgets.entitlement.facts import Facts
from budgets.position import entitlement_facts
from budgets.position.endings import open_orders
from cases.common import dates
from cases.models import Case

AHEAD = 400  # days read beyond the end
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Standing:
    """The money of a case as an end on `day` finds it. `to_come`: (due, what is for days up to the
    end, the last day it is for); `stopped_from`: the day of the first payment that is for days
    after it, None where none was planned; `paid_until`: the last day that is paid for already,
    where that is after the end; `providers`: whose orders end; `holder`: who holds an account.
    `charged_until`: the last day that the person was charged for; `to_charge`: pounds that are
    still to be charged for days up to the end; `charged_back`: pounds that were charged too much.
    `parts_taken`: of what was paid too much and is taken off in agreed parts, what is taken off
    these payments; `parts_left`: what no payment is left for.
    """

    day: date
    direct: bool
    to_come: list[tuple[date, Decimal, date]]
    stopped_from: date | None
    paid_until: date | None
    providers: list[str]
    holder: str
    charged_until: date | None
    to_charge: Decimal
    charged_back: Decimal
    parts_taken: Decimal = ZERO
    parts_left: Decimal = ZERO

    @property
    def any(self) -> bool:
        return self.direct or bool(self.providers or self.holder) or self.charges

    @property
    def charges(self) -> bool:
        """Was the person charged, or is anything still to be charged or given back?"""
        return bool(self.charged_until or self.to_charge or self.charged_back)


def standing(case: Case, day: date) -> Standing:
    """What there is to end. Read before the closing changes anything, or for a page that foretells
    it.
    """
    found = entitlement_facts.facts_of_case(case)
    ahead = max(day, dates.today()) + timedelta(days=AHEAD)
    running = answer(replace(found, end=None), ahead).payments
    ended = answer(replace(found, end=min(day, found.end or day)), ahead)
    kept = ended.payments
    later = [p.on for p in running if p.covers_from is not None and p.covers_from > day]
    days = [p.covers_to for p in found.paid if p.covers_to is not None]
    paid_until = max(days, default=None)
    held = case.held_accounts.order_by("-version").first()
    providers = open_orders(case, day).values_list("provider", flat=True)
    return Standing(
        day,
        bool(running or (paid_until and paid_until >= day)),
        [(p.on, p.amount, p.covers_to or p.on) for p in kept],
        min(later, default=None),
        paid_until if paid_until and paid_until > day else None,
        list(dict.fromkeys(providers)),
        held.provider if held else "",
        max((one.covers_to for one in found.charged if one.covers_to), default=None),
        sum((one.amount for one in ended.charges), Decimal("0.00")),
        ended.charged_too_much,
        *_parts(found, ended),
    )


def _parts(found: Facts, ended: Answer) -> tuple[Decimal, Decimal]:
    """Of agreed instalments: what is taken off the payments up to the end, and what is left."""
    done = sum((row.of.recovered for row in found.paid if row.of), ZERO)
    still = sum((one.amount for one in found.recoveries), ZERO) - done
    taken = sum((row.of.recovered for row in ended.payments if row.of), ZERO)
    return taken, max(min(still, ended.paid_too_much) - taken, ZERO)
