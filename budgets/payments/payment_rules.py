"""Rules of money that moves, inside `Case.move`'s transaction: what suspends a payment and what
lets it go, and the switch from one way of taking the money to another. Not here: what an end does
(closing_rules.py). Imported once, in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, Max
from django.utils.translation import gettext as _

from budgets.models import Payment, Suspension
from budgets.payments import routes, standing_payments
from budgets.payments.support_instead import SUSPENDED, check_support_instead
from budgets.position import case_money, endings
from cases import journey
from cases.common import dates
from cases.common.placeholders import is_left_open
from cases.common.refusals import OWN_PAGE, NotYet
from cases.journey import hooks
from cases.models import Case

LOOK_AGAIN = 28  # days: this service's own aim for looking at a suspension again
LATEST = 92  # days: nobody's payments stay away longer without anybody looking


@hooks.guard("suspend_payment")
def something_to_hold(*, case: Case, at: Any, facts: Any, **_rest: Any) -> None:
    """Never without support in place instead, from the first day that is not paid."""
    today = dates.london_date(at)
    check_support_instead(facts, SUSPENDED, _first_unpaid(case, today))
    if open_suspension(case):
        raise NotYet(_("Payments are suspended already."))
    look_again_by(facts.get("look_again_on"), today)
    if not standing_payments.next_payments(case, today).payments:
        raise NotYet(_("There is no payment to come that could be suspended."))


def look_again_by(wanted: date | None, today: date) -> date:
    """The day on which a suspension is looked at again: the one that is wanted, else in four
    weeks.
    """
    if wanted is None:
        return today + timedelta(days=LOOK_AGAIN)
    if not today < wanted <= today + timedelta(days=LATEST):
        words = _("Enter a day after today and by %(day)s.")
        raise NotYet(
            words % {"day": dates.date_words(today + timedelta(days=LATEST))},
            field="look_again_on",
        )
    return wanted


@hooks.offered("suspend_payment")
def may_be_suspended(case: Case) -> bool:
    """At any step: money runs, not a step. Is there an agreement, and no suspension?"""
    return _suspended(case) is False


@hooks.offered("resume_payment")
def may_be_resumed(case: Case) -> bool:
    """Is it suspended, at whatever step the case is now?"""
    return _suspended(case) is True


def _suspended(case: Case) -> bool | None:
    """None where nothing is paid direct."""
    if not case.reached_set_up:
        return None
    held = Suspension.objects.filter(case=case, ends_on=None, struck_at=None)
    return case.agreements.values_list(Exists(held), flat=True).first()


@hooks.guard("resume_payment")
def something_held(*, case: Case, at: Any, **_rest: Any) -> None:
    if not open_suspension(case):
        raise NotYet(_("No payment is suspended."))


@hooks.after("suspend_payment", stage="facts")
def suspend(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """No direct payment for days after the last one that has left; nothing is taken back."""
    day = dates.london_date(at)
    Suspension.objects.create(
        case=case,
        begins_on=_first_unpaid(case, day),
        look_again_on=look_again_by(facts.get("look_again_on"), day),
        instead_who=str(facts["instead_who"]).strip(),
        support_instead=str(facts["alternative"]).strip(),
        instead_from=facts["instead_from"],
        recorded_at=at,
        recorded_by=by,
    )


@hooks.after("resume_payment", stage="facts")
def resume(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """Payments go on from today. Found wrong, the days between are made good with the next one."""
    held = open_suspension(case)
    if held is not None:
        wrong = bool(facts.get("make_good"))
        end_suspension(held, dates.london_date(at) - timedelta(days=1), wrong, by, at)


def end_suspension(
    held: Suspension, last: date, wrong: bool, by: Any, at: Any
) -> Suspension | None:
    """It held to its last day; found wrong, its days are owed after all. None: it had no day."""
    Suspension.objects.filter(pk=held.pk).update(
        struck_at=at, struck_by=by, struck_for="Replaced by the suspension with its last day."
    )
    if held.begins_on > last:
        return None
    return Suspension.objects.create(
        case=held.case,
        begins_on=held.begins_on,
        ends_on=last,
        make_good=wrong,
        instead_who=held.instead_who,
        support_instead=held.support_instead,
        instead_from=held.instead_from,
        recorded_at=at,
        recorded_by=by,
    )


@hooks.after("answer_challenge", stage="facts")
def money_is_restored(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """An upheld challenge of a suspension pays every day from the one on which payments stopped,
    whether they go on already or not. (Of an end: `closing_rules`, once the case is opened again.)
    """
    if facts.get("answer") != "upheld" or endings.challenged(case.pk, event.seq) != "suspended":
        return
    # an older one that was made good since is recorded later
    held = case.suspensions.filter(struck_at=None).order_by("-begins_on", "-pk").first()
    if held is not None and not held.make_good:
        last = held.ends_on or dates.london_date(at) - timedelta(days=1)
        end_suspension(held, last, True, by, at)


def open_suspension(case: Case) -> Suspension | None:
    """The suspension that has no end yet."""
    return case.suspensions.filter(ends_on=None, struck_at=None).first()


def kept_back(case: Case) -> Any:
    """The suspensions that ended and whose days were not paid, the last first."""
    rows = case.suspensions.filter(ends_on__isnull=False, struck_at=None, make_good=False)
    return rows.order_by("-begins_on", "-pk")


def _first_unpaid(case: Case, day: date) -> date:
    """The first day from `day` on that no payment covers."""
    rows = case.payments.filter(state__in=Payment.STANDING)
    last = rows.aggregate(last=Max("covers_to"))["last"]
    return max(day, last + timedelta(days=1)) if last else day


@hooks.guard("refuse_route")
def a_route_to_refuse(*, case: Case, facts: Any, **_rest: Any) -> None:
    """The conditions are those of a direct payment: only where one is planned or asked for. Which
    other ways are open is said, not put off.
    """
    if is_left_open(str(facts.get("others", ""))):
        raise NotYet(_("Say which other ways are open: the person can read this."), field="others")
    plan = case_money.agreed_plan(case)
    lines = list(plan.lines.all()) if plan else []
    if not routes.direct_lines(lines) and not routes.direct_lines(lines, routes.open_switch(case)):
        raise NotYet(_("There is no direct payment in this plan that could be refused."))
    switch = routes.open_switch(case)
    if switch and switch.agreements.exists():
        raise NotYet(
            _(
                "The agreement for this change is signed already, and money goes out by it. "
                "End the payment, or record the change."
            )
        )


@hooks.after("refuse_route")
def the_wish_is_answered(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    case.switches.filter(state="open").update(state="refused", ended_at=at)


@hooks.guard("ask_switch")
def a_switch_is_asked(*, case: Case, facts: Any, **_rest: Any) -> None:
    if not case.switches.filter(pk=facts.get("switch"), state="open").exists():
        raise NotYet(OWN_PAGE)


@hooks.guard("switch_route")
def a_switch_is_done(*, case: Case, facts: Any, **_rest: Any) -> None:
    if not case.switches.filter(
        pk=facts.get("switch"), plan=facts.get("plan"), state="done"
    ).exists():
        raise NotYet(OWN_PAGE)


@hooks.after("agree_plan", "panel_agree", "accept_offer", *journey.closing_moves())
def the_wish_is_overtaken(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """A plan agreed anew has routes of its own, and an end leaves none: an older wish is done
    with.
    """
    if case.reached_set_up:
        case.switches.filter(state="open").update(state="overtaken", ended_at=at)
