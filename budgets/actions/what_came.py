"""Recording that managed or provider-held support did not come, or cost less than was agreed.

It decides nothing: the plan and the budget stay as they are, and nobody pays for what they did not
get. So whoever arranges the support or sees its invoice may, not managers alone as for a price.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.actions.payment import allow, check_day, check_sum
from budgets.entitlement import answer
from budgets.entitlement.facts import Facts
from budgets.models import LinePrice, PlanLine
from budgets.payments.fact_events import FOLLOWS
from budgets.position import case_money, what_came
from budgets.position.charged import pays_of_days
from budgets.position.entitlement_facts import facts_of_case
from budgets.position.what_came import Came
from cases.common import dates
from cases.common.likely_days import GONE_BY
from cases.common.placeholders import is_left_open
from cases.common.refusals import NotYet
from cases.models import Case, User

MAY_SAY = {"worker", "manager", "finance"}
CAME = ("none", "less", "all")


def record_what_came(
    *,
    case: Case,
    by: User,
    line: PlanLine,
    came: str,
    begins_on: date,
    ends_on: date,
    reason: str,
    cost: Decimal | None = None,
    at: datetime | None = None,
) -> LinePrice:
    """What came of a part on some days: nothing, the same for less (`cost`: pounds of one native
    period), or all of it after all, which puts right what was said before. Of each day what was
    said last holds; a price that was agreed holds on the days before and after as it would.
    """
    allow(case, by, MAY_SAY)
    if came not in CAME:
        raise NotYet(_("Choose one of the answers."), field="came")
    if is_left_open(reason):
        raise NotYet(_("Say why: the person can read this."), field="reason")
    with transaction.atomic():
        case.hold()
        part = _part(case, line)
        before = facts_of_case(case)
        when = case_money.moment(case, at)
        _check_meant(case, part, begins_on, ends_on, dates.london_date(when))
        _check_days(part, begins_on, ends_on, before.end)
        row = LinePrice.objects.create(
            line=part.line,
            begins_on=begins_on,
            ends_on=ends_on,
            amount=_amount(part, came, cost, (begins_on, ends_on)),
            why=reason.strip()[:200],
            recorded_by=by,
            recorded_at=when,
        )
        was, now = _pays(before, facts_of_case(case), begins_on, ends_on)
        follows = {FOLLOWS: True} if was != now else {}
        case.record("record_what_came", by=by, at=at, note=row.why, fact=row.pk, **follows)
        if follows:  # the letter: what was charged too much comes off by itself
            sums = {"was": str(was), "now": str(now)}
            case.record("write_what_came", by=by, at=at, note=row.why, fact=row.pk, **sums)
        return row


def _part(case: Case, line: PlanLine) -> Came:
    """The part that a line is of, whichever of its copies in earlier and later plans was named."""
    named = what_came.root(line)
    parts = what_came.parts_arranged(case)
    found = next((one for one in parts if what_came.root(one.line) == named), None)
    if found is None:
        raise NotYet(_("The plan has changed meanwhile. Choose the part again."), field="line")
    return found


def _check_days(part: Came, begins_on: date, ends_on: date, end: date | None) -> None:
    if ends_on < begins_on:
        raise NotYet(_("The last day is before the first."), field="ends_on")
    if begins_on < part.first:
        words = _("This support began on %(day)s. Choose that day or a later one.")
        raise NotYet(words % {"day": dates.date_words(part.first)}, field="begins_on")
    last = min((one for one in (part.last, end) if one), default=None)
    if last and ends_on > last:
        words = _("This support ended on %(day)s. Choose that day or an earlier one.")
        if last >= dates.today():
            words = _("This support ends on %(day)s. Choose that day or an earlier one.")
        raise NotYet(words % {"day": dates.date_words(last)}, field="ends_on")


def _check_meant(case: Case, part: Came, first: date, last: date, today: date) -> None:
    """NotYet for days that can't be meant, or that are paid as a direct payment, before a switch or
    after one: that money stays with the person, whatever came.
    """
    for field, one in (("begins_on", first), ("ends_on", last)):
        check_day(case, one, today, field, GONE_BY)
    if last < first:
        return
    day = what_came.paid_direct_from(case, part.line, first, last)
    if day is not None:
        words = _(
            "This support is taken as a direct payment on %(day)s, and that money stays with the "
            "person. Choose days before it, or after."
        )
        raise NotYet(words % {"day": dates.date_words(day)}, field="ends_on")


def _amount(part: Came, came: str, cost: Decimal | None, days: tuple[date, date]) -> Decimal | None:
    """What one native period costs on these days; None: what was agreed."""
    if came != "less":
        return case_money.ZERO if came == "none" else None
    if cost is not None:
        check_sum(cost, "cost")
    if not cost:
        raise NotYet(_("Enter what it cost, above £0."), field="cost")
    most = part.agreed(*days)
    if cost >= most:
        words = _(
            "By the plan it costs %(agreed)s. Enter less than that. Where it costs more, a manager "
            "changes the price."
        )
        agreed = what_came.amount_words(part.line, most)
        raise NotYet(words % {"agreed": agreed}, field="cost")
    return cost


def _pays(before: Facts, after: Facts, first: date, last: date) -> tuple[Decimal, Decimal]:
    """What the person pays of these days, beside any direct payment: before and after. NotYet where
    the days cost the same.
    """
    old, new = (answer.read(facts, last) for facts in (before, after))
    if list(old.runs(last.toordinal())) == list(new.runs(last.toordinal())):
        raise NotYet(
            _("That changes nothing: it is recorded so already, or it was not in the plan then."),
            field="begins_on",
        )
    return pays_of_days(before, first, last), pays_of_days(after, first, last)
