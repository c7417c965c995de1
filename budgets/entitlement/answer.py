"""The whole answer to a case's facts: what every day holds, what is to be paid and charged, and
what stands.

Pure: the same facts and day give the same answer. `as_printed` is its printed form, with money as
text. Not here: reading facts from JSON (`facts_file`).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from budgets.entitlement import charges, costs, payments, reading
from budgets.entitlement.facts import Charge, Facts, Parts, Payment, in_pounds


class Days(NamedTuple):
    """Days that hold the same sums, and what they come to in pounds. ``direct_payment``: what is
    paid out, less the contribution taken and with extras; managed and provider-held: whole costs.
    """

    first: date
    last: date
    direct_payment: Decimal
    managed: Decimal
    provider_held: Decimal
    contribution_taken: Decimal
    contribution_charged: Decimal
    contribution_not_owed: Decimal


@dataclass(frozen=True)
class Answer:
    """What follows from the facts of a case up to a day, in pounds."""

    entitlement: tuple[Days, ...]
    payments: tuple[Payment, ...]
    charges: tuple[Charge, ...]
    owed: Decimal
    paid_too_much: Decimal
    charged_too_much: Decimal
    charged_too_little: Decimal


def read(facts: Facts, until: date) -> reading.Reading:
    """The reading of a case that an answer up to ``until`` needs."""
    return reading.Reading(facts, costs.horizon(facts, until.toordinal()))


def answer(facts: Facts, until: date) -> Answer:
    """Payments due, charges of periods that end, and days up to and including ``until``.

    The facts must be sound (`fact_checks.check`).
    """
    found, last = read(facts, until), until.toordinal()
    paid, charged = payments.balance(facts, found), charges.balance(facts, found)
    return Answer(
        entitlement=tuple(_days(run) for run in found.runs(last)),
        payments=tuple(payments.payments(facts, found, paid, last)),
        charges=tuple(charges.charges(facts, found, charged, last)),
        owed=in_pounds(max(paid.pence, 0)),
        paid_too_much=in_pounds(max(-paid.pence, 0)),
        charged_too_much=in_pounds(max(-charged.pence, 0)),
        charged_too_little=in_pounds(max(charged.pence, 0)),
    )


def _days(run: reading.Run) -> Days:
    first, last = date.fromordinal(run.first), date.fromordinal(run.last)
    return Days(first, last, *(in_pounds(pence) for pence in run.pence))


def as_printed(found: Answer) -> dict[str, Any]:
    """The printed form: days as ISO text, money as text with two figures after the point."""
    return {
        "entitlement": [_days_printed(days) for days in found.entitlement],
        "payments": [_payment_printed(payment) for payment in found.payments],
        "charges": [
            {
                "covers_from": _day(charge.covers_from),
                "covers_to": _day(charge.covers_to),
                "amount": str(charge.amount),
            }
            for charge in found.charges
        ],
        "owed": str(found.owed),
        "paid_too_much": str(found.paid_too_much),
        "charged_too_much": str(found.charged_too_much),
        "charged_too_little": str(found.charged_too_little),
    }


def _days_printed(days: Days) -> dict[str, str]:
    sums = zip(Days._fields[2:], days[2:], strict=True)
    printed = {"from": days.first.isoformat(), "to": days.last.isoformat()}
    return printed | {name: str(amount) for name, amount in sums}


def _payment_printed(payment: Payment) -> dict[str, Any]:
    of = payment.of or Parts(payment.amount, Decimal("0.00"), Decimal("0.00"))
    return {
        "on": _day(payment.on),
        "covers_from": _day(payment.covers_from),
        "covers_to": _day(payment.covers_to),
        "amount": str(payment.amount),
        "of": {name: str(amount) for name, amount in of._asdict().items()},
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
