"""Charges that are not yet invoiced, and what stands between what was due and what was charged.

The mirror of `payments`: what was charged is never rewritten. Charges are printed before any
credit; who gives one, and who asks for more, is decided elsewhere.
"""

from datetime import date

from budgets.entitlement import calendars
from budgets.entitlement.facts import Charge, Facts, in_pounds, whole_pence
from budgets.entitlement.payments import Balance, covers, day_before_the_first
from budgets.entitlement.reading import CHARGED, Reading


def balance(facts: Facts, reading: Reading) -> Balance:
    """round(C(B)) - charged, at the last day charged: above 0 charged too little, below 0 too
    much.
    """
    covered = [charge.covers_to for charge in facts.charged]
    day = max(covered).toordinal() if covered else day_before_the_first(facts)
    due = 0 if day is None else reading.pence(CHARGED, day)
    return Balance(day, due - sum(whole_pence(charge.amount) for charge in facts.charged))


def charges(facts: Facts, reading: Reading, stands: Balance, until: int) -> list[Charge]:
    """One charge for each period between pay days that ends by ``until``, after the last day
    charged.
    """
    if stands.day is None:
        return []
    pay_days = calendars.pay_days(facts.pay_calendar)
    found: list[Charge] = []
    for cover in covers(reading, CHARGED, stands.day, lambda first: pay_days.after(first) - 1):
        if pay_days.after(cover.first) > until + 1:
            break
        if not cover.pence:
            continue
        days = date.fromordinal(cover.first), date.fromordinal(cover.last)
        found.append(Charge(*days, in_pounds(cover.pence)))
    return found
