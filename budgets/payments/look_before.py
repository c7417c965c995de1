"""Was, will be, difference: what an act changes of the money, in words, to be looked at before it
is confirmed. Imported once, in `BudgetsConfig.ready`.

Whatever writes a fact of money is looked at by itself (`cases.views.form_act`): the facts are read
before the act and after it, and the act is taken back until somebody has confirmed it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budgets.entitlement.facts import Facts
from budgets.money.sterling import pounds
from budgets.payments.changes_ahead import Changed, Changes, Rows, changes
from budgets.position.entitlement_facts import facts_of_case
from budgets.position.money_presenter import covered, plus_minus
from cases.common import dates
from cases.journey import hooks
from cases.models import Case
from cases.ui.components import Table
from cases.ui.date_words import day
from cases.ui.look import Look


@hooks.looked_at
def money_that_changes(case: Case) -> Callable[[], Look | None]:
    """What an act on a case changes of its money. Before any plan is agreed nothing is paid."""
    before = facts_of_case(case) if case.reached_set_up else None

    def after() -> Look | None:
        if before is None and not case.plans_in_force.exists():
            return None
        now = facts_of_case(case)
        was = before or Facts(now.pay_calendar)
        found = changes(was, now, dates.today())
        return None if found is None else _look(was, now, found)

    return after


def _look(before: Facts, after: Facts, found: Changes) -> Look:
    cycle = after.pay_calendar.cycle_weeks
    parts = [
        (_table(rows, caption, empty), _and_so_on(rows, found, cycle))
        for rows, caption, empty in (
            (found.payments, _("Payments that change"), _("Paid on")),
            (found.charges, _("Charges that change"), _("From")),
        )
        if rows.shown
    ]
    return Look(_in_short(found), parts, (before, found.payments, found.charges, found.since))


def _in_short(found: Changes) -> list[tuple[str, str]]:
    rows = [(_("Counts from"), day(found.since))] if found.since else []
    paid, charged = zip(found.week_before, found.week_after, strict=True)
    weeks = ((_("A week of the payment"), paid), (_("A week of the charge"), charged))
    rows += [(words, _was_and_will_be(*sums)) for words, sums in weeks if sums[0] != sums[1]]
    return rows + _standing(found)


def _was_and_will_be(was: Decimal, will_be: Decimal) -> str:
    words = {"was": pounds(was), "now": pounds(will_be), "diff": plus_minus(will_be - was)}
    return _("was %(was)s, will be %(now)s: %(diff)s") % words


def _standing(found: Changes) -> list[tuple[str, str]]:
    """What stands for days gone by, and what becomes of it."""
    before, after = found.before, found.after
    kinds = (
        ("owed", _("Owed for days before"), _in_which(found)),
        (
            "paid_too_much",
            _("Paid too much"),
            _("Nothing is taken back without a letter and time to answer."),
        ),
        ("charged_too_much", _("Charged too much"), _("It is given back by itself.")),
        ("charged_too_little", _("Charged too little"), _("Somebody decides about it.")),
    )
    return [
        (words, f"{_was_and_will_be(getattr(before, name), getattr(after, name))}. {follows}")
        for name, words, follows in kinds
        if getattr(before, name) != getattr(after, name)
    ]


def _in_which(found: Changes) -> str:
    """The payment in which what is owed comes."""
    coming = next((p for p in found.after.payments if p.of and p.of.owed), None)
    if coming is None:
        return ""
    words = _("It comes with the payment of %(day)s.")
    if coming.on <= dates.today():
        words = _("It comes with the next payments that are made, due on %(day)s.")
    return words % {"day": day(coming.on)}


def _table(rows: Rows, caption: str, first: str) -> Table:
    head = [first, _("For"), _("Was"), _("Will be"), _("Difference")]
    return Table(caption, head, [_cells(one) for one in rows.shown], numeric={2, 3, 4})


def _cells(one: Changed) -> list:
    days = [covered(one)]
    if one.owed and one.covers_from:
        days.append(_("and %(sum)s owed for days before") % {"sum": pounds(one.owed)})
    sums = [_("None") if value is None else pounds(value) for value in (one.was, one.will_be)]
    return [day(one.on), days, *sums, plus_minus(one.difference)]


def _and_so_on(rows: Rows, found: Changes, cycle: int) -> str:
    """What comes after those that are shown."""
    if not rows.more or rows.last is None:
        return ""
    if not rows.alike:
        words = ngettext(
            "One later one changes too, on %(last)s.",
            "%(n)s later ones change too, as far as is known until %(last)s.",
            rows.more,
        )
        return words % {"n": rows.more, "last": day(rows.last)}
    facts = {"diff": plus_minus(rows.shown[-1].difference), "n": cycle, "last": day(rows.last)}
    if rows.last > found.ahead - timedelta(days=2 * 7 * cycle):
        return _("And so on, every %(n)s weeks: %(diff)s.") % facts
    return _("And so on, every %(n)s weeks until %(last)s: %(diff)s.") % facts
