"""What a case begins with whose money runs already: its plan lines, its facts, and what was paid
and charged elsewhere. Read before anything is written, and again when it is. Saves nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from budgets.entitlement import facts, reading
from budgets.entitlement.answer import answer, read
from budgets.ledger.running import RunningCase, RunningLine
from budgets.models import PlanLine
from budgets.plan.line_price import price_line
from budgets.position.entitlement_facts import native_amount
from cases.common.refusals import NotYet


class Opening(NamedTuple):
    """One running case, worked out. ``next_payment``: the first that would be ours."""

    case: RunningCase
    lines: tuple[PlanLine, ...]
    paid: facts.Payment | None
    charged: facts.Charge | None
    next_payment: facts.Payment | None

    @property
    def began_on(self) -> date:
        """The first day with support or money."""
        decided = self.case.decision.begins
        return min(max(one.line.begins, decided) for one in self.case.lines)


def openings(cases: Iterable[RunningCase], today: date) -> tuple[list[Opening], list[str]]:
    """(what each case begins with, what is wrong with the others), in the order of the table."""
    found: list[Opening] = []
    problems: list[str] = []
    for case in cases:
        try:
            found.append(_opening(case, today))
        except NotYet as no:
            where = _("Case “%(case)s”, column “%(column)s”: %(what)s")
            column = no.field or "line"
            problems.append(where % {"case": case.case, "column": column, "what": no.sentence})
    return found, problems


def _opening(case: RunningCase, today: date) -> Opening:
    lines = tuple(_plan_line(case, one, number) for number, one in enumerate(case.lines, 1))
    stands = facts_of(case)
    last = max(day for day in (today, case.paid_to, case.charged_to) if day)
    sums = read(stands, last)
    paid, charged = _paid(case, sums), _charged(case, sums, today)
    after = replace(stands, paid=(paid,) if paid else (), charged=(charged,) if charged else ())
    ahead = last + timedelta(weeks=2 * case.cycle_weeks)
    due = answer(after, ahead).payments if case.agreement else ()
    return Opening(case, lines, paid, charged, next(iter(due), None))


def facts_of(case: RunningCase) -> facts.Facts:
    """The facts of a running case before anything is recorded as paid."""
    anchor = case.pay_day or case.decision.begins
    return facts.Facts(
        pay_calendar=facts.PayCalendar(anchor, case.cycle_weeks),
        lines=tuple(one.line for one in case.lines if one.line.funder == facts.COUNCIL),
        decisions=(case.decision,),
        contributions=(case.contribution,) if case.contribution else (),
        agreements=(case.agreement,) if case.agreement else (),
    )


def _paid(case: RunningCase, sums: reading.Reading) -> facts.Payment | None:
    """One payment from the first day to the last day paid elsewhere: what was owed by then."""
    if case.paid_to is None or case.agreement is None:
        return None
    direct = [one.line.begins for one in case.lines if one.line.route == facts.DIRECT_PAYMENT]
    first = max(min(direct), case.decision.begins, case.agreement.begins)
    pence = sums.pence(reading.PAID_OUT, case.paid_to.toordinal())
    return facts.Payment(first, first, case.paid_to, Decimal(pence).scaleb(-2))


def _charged(case: RunningCase, sums: reading.Reading, today: date) -> facts.Charge | None:
    """The same of what was charged. Without a last day all of it would be charged once more."""
    before = case.decision.begins.toordinal() - 1
    first = sums.first_day(reading.CHARGED, before)
    if case.charged_to is None:
        if first is not None and first < today.toordinal():
            what = _("a part is charged since %(day)s: write the last day that was charged.")
            day = {"day": date.fromordinal(first)}
            raise NotYet(what % day, field="charged_to")
        return None
    last = case.charged_to.toordinal()
    if first is None or first > last:
        return None
    amount = Decimal(sums.pence(reading.CHARGED, last)).scaleb(-2)
    return facts.Charge(date.fromordinal(first), case.charged_to, amount)


def _plan_line(case: RunningCase, one: RunningLine, number: int) -> PlanLine:
    """The line as a plan holds it. What is known by its amount alone is one of its period."""
    line, unit = one.line, one.line.unit
    if one.quantity is None and unit in facts.WEEKLY_UNITS:
        unit = "week"
    council = line.funder == facts.COUNCIL
    found = PlanLine(
        position=number,
        outcome=one.outcome,
        what=one.what,
        who=one.who,
        quantity=Decimal(1) if one.quantity is None else one.quantity,
        unit=unit,
        rate=line.amount if one.rate is None else one.rate,
        rate_source=_("Entered with money already running"),
        weeks=str(line.weeks or 52),
        route=(line.route or "") if council else "",
        begins_on=line.begins,
        ends_on=line.ends,
        funder=line.funder,
        free=line.free,
    )
    price_line(found, "52")
    if native_amount(found) != line.amount:
        raise NotYet(_("line “%(line)s” can’t be kept at this price.") % {"line": line.id})
    return found
