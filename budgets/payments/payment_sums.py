"""Why a payment is the sum it is: its days, what the support of them comes to, and what is taken
off as the contribution. Reading only: the sums are those of the entitlement.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from budgets.entitlement import reading
from budgets.entitlement.answer import read
from budgets.entitlement.facts import Facts, in_pounds
from budgets.models import Payment
from budgets.money.sterling import pounds
from budgets.position import entitlement_facts, money_books, money_presenter
from cases.ui.components import Table

WEEK = 7


class Span(NamedTuple):
    """Days of a payment that all hold the same money. `paid` is `support` less `taken`; `weekly`:
    what a week of such days is, before and after the contribution.
    """

    covers_from: date
    covers_to: date
    support: Decimal
    taken: Decimal
    paid: Decimal
    weekly: tuple[Decimal, Decimal]


def spans(sums: reading.Reading, first: date, last: date) -> list[Span]:
    """The days from `first` to `last` that have money, in the order of their days."""
    found: list[tuple[int, int]] = []
    for run in sums.runs(last.toordinal()):
        start = max(run.first, first.toordinal())
        if start > run.last or not any(_daily(sums, start)):
            continue
        if found and found[-1][1] == start - 1 and _daily(sums, start) == _daily(sums, start - 1):
            found[-1] = (found[-1][0], run.last)
        else:
            found.append((start, run.last))
    return [_span(sums, start, end) for start, end in found]


def _daily(sums: reading.Reading, day: int) -> tuple[Fraction, Fraction]:
    """(paid out, contribution taken) of one day, exactly."""
    paid, taken = (
        sums.exact(column, day) - sums.exact(column, day - 1)
        for column in (reading.PAID_OUT, reading.TAKEN)
    )
    return paid, taken


def _span(sums: reading.Reading, first: int, last: int) -> Span:
    paid, taken = (
        in_pounds(sums.pence(column, last) - sums.pence(column, first - 1))
        for column in (reading.PAID_OUT, reading.TAKEN)
    )
    a_day, less = _daily(sums, first)
    week = (_pounds_of(WEEK * (a_day + less)), _pounds_of(WEEK * a_day))
    days = (date.fromordinal(first), date.fromordinal(last))
    return Span(*days, paid + taken, taken, paid, week)


def _pounds_of(exact: Fraction) -> Decimal:
    """To the penny, half up."""
    return in_pounds((200 * exact.numerator + exact.denominator) // (2 * exact.denominator))


def why(sums: reading.Reading, payment: Any) -> list[str]:
    """The days of a payment to come in words, one line for each sum a week."""
    if payment.covers_from is None:
        return []
    found = spans(sums, payment.covers_from, payment.covers_to)
    if len(found) == 1:
        return [_rate(found[0])]
    words = _("%(days)s: %(rate)s")
    return [words % {"days": money_presenter.covered(one), "rate": _rate(one)} for one in found]


def _rate(span: Span) -> str:
    """£48.87 a week; for a few days their own sum."""
    whole_weeks = (span.covers_to - span.covers_from).days + 1 >= WEEK
    support, paid = span.weekly if whole_weeks else (span.support, span.paid)
    facts = {"sum": pounds(support), "less": pounds(support - paid)}
    if support == paid:
        return _("%(sum)s a week") % facts if whole_weeks else facts["sum"]
    if whole_weeks:
        return _("%(sum)s a week, less the contribution of %(less)s a week") % facts
    return _("%(sum)s, less the contribution of %(less)s") % facts


def as_claimed(payment: Payment) -> list[Span]:
    """The days of a payment by the facts as they were recorded when it was claimed; empty where it
    covers no days, was paid elsewhere, or something was being recorded in that very moment.
    """
    if payment.batch_id is None or payment.covers_from is None or payment.covers_to is None:
        return []
    books = money_books.books_of_cases([payment.case_id])[payment.case_id]
    facts = entitlement_facts.facts_of(books, payment.recorded_at, payment.batch_id)
    found = spans(read(facts, payment.covers_to), payment.covers_from, payment.covers_to)
    return found if sum(one.paid for one in found) == payment.regular else []


def sums_table(payment: Payment) -> Table | None:
    """How the sum of a payment that left adds up; None where there is nothing to add."""
    found = as_claimed(payment)
    if not found:
        return None
    rows: list[list[Any]] = [
        [
            [money_presenter.covered(one), _rate(one)],
            pounds(one.support),
            f"-{pounds(one.taken)}" if one.taken else pounds(one.taken),
            pounds(one.paid),
        ]
        for one in found
    ]
    if payment.owed:
        rows.append([_("Owed for days before"), "", "", pounds(payment.owed)])
    if payment.recovered:
        rows.append([_("Taken off, as agreed"), "", "", f"-{pounds(payment.recovered)}"])
    rows.append([_("Together"), "", "", pounds(payment.amount)])
    head = [_("For"), _("The support"), _("The contribution"), _("Paid")]
    return Table(_("How the sum adds up"), head, rows, numeric={1, 2, 3})


def reading_of(facts: Facts, payments: list[Any]) -> reading.Reading | None:
    """The reading that the payments to come were made from; None: there are none."""
    days = [one.covers_to or one.on for one in payments]
    return read(facts, max(days)) if days else None
