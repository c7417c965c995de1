"""What a person was charged, in words: the days, what a week is, and the table of all charges of a
case. Reading only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import F
from django.utils.translation import gettext as _

from budgets.entitlement import reading
from budgets.entitlement.answer import read
from budgets.entitlement.facts import Facts, in_pounds
from budgets.models import Charge
from budgets.money.sterling import pounds
from budgets.position.earlier_charge import told_of
from budgets.position.money_presenter import plus_minus, signed
from budgets.position.undercharged import TooLittle, days_charged_too_little
from cases.models import Case
from cases.ui.components import Table
from cases.ui.date_words import day

LISTED = 13  # charges that are listed one by one: those of a year


def days_charged(row: Charge) -> str:
    """The days a charge covers, in words."""
    if row.covers_from is None or row.covers_to is None:
        return _("Days before, charged too little then") if row.amount else _("Days before it")
    return _("%(a)s to %(b)s") % {"a": day(row.covers_from), "b": day(row.covers_to)}


def pays_of_days(facts: Facts, first: date, last: date) -> Decimal:
    """What the person pays of some days, both included, beside any direct payment."""
    found, after = read(facts, last), last.toordinal()
    before = first.toordinal() - 1
    return in_pounds(found.pence(reading.CHARGED, after) - found.pence(reading.CHARGED, before))


def weekly_told(charges: Sequence[Charge]) -> list[str]:
    """The sums of a week that the person was told of and that hold on days of these charges."""
    covered = [(row.covers_from, row.covers_to) for row in charges]
    ends = [last for _first, last in covered if last]
    begins = [first for first, _last in covered if first]
    if not ends or not begins:
        return []
    told = [one for one in told_of(charges[0].case) if one.begins <= max(ends)]
    before = [one for one in told if one.begins <= min(begins)][-1:]
    holding = before + [one for one in told if one.begins > min(begins)]
    return [
        _("%(sum)s from %(day)s") % {"sum": pounds(one.weekly), "day": day(one.begins)}
        for one in holding
    ]


def _sent(row: Charge) -> str:
    if row.batch is None:
        return _("Before it was entered here")
    return day(row.state_at) if row.state_at else ""


def too_little_rows(facts: Facts, amount: Decimal) -> list[tuple[str, str]]:
    """The days of what was charged too little: was, should have been, difference. Those before the
    last so many in one row.
    """
    rows = days_charged_too_little(facts, amount)
    if len(rows) > LISTED:
        early, rows = rows[: 1 - LISTED], rows[1 - LISTED :]
        charged = sum((one.charged for one in early), Decimal(0))
        due = sum((one.due for one in early), Decimal(0))
        rows.insert(0, TooLittle(early[0].first, early[-1].last, charged, due))
    words = _("charged %(was)s, due %(due)s: %(diff)s")
    return [
        (
            _("%(a)s to %(b)s") % {"a": day(one.first), "b": day(one.last)},
            words
            % {
                "was": pounds(one.charged),
                "due": pounds(one.due),
                "diff": plus_minus(one.due - one.charged),
            },
        )
        for one in rows
    ]


def charges_table(case: Case, most: int) -> Table:
    """The charges of a case that were sent, the newest first; what was charged elsewhere before it
    was entered here comes last.
    """
    rows = (
        case.charges.filter(state="charged")
        .select_related("batch")
        .defer("batch__content")
        .order_by(F("batch__number").desc(nulls_last=True), "number")
    )
    cells = [
        [
            row.written_number,
            days_charged(row),
            _sent(row),
            pounds(row.amount),
            pounds(row.credit) if row.credit else "",
            signed(row.to_pay),
        ]
        for row in rows[:most]
    ]
    head = [_("Number"), _("For"), _("Sent on"), _("Charged"), _("Taken off"), _("To pay")]
    empty = _("Nothing has been charged.")
    return Table(_("Charges"), head, cells, numeric={3, 4, 5}, empty=empty)
