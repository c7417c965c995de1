"""Rules of money that moves, inside `Case.move`'s transaction: what suspends a payment and what
lets it go, and the switch from one way of taking the money to another. Not here: what an end does
(closing_rules.py). Imported once, in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from budgets.models import ScheduledPayment
from budgets.payments import routes
from budgets.position import case_money
from cases import journey
from cases.common import dates
from cases.common.refusals import OWN_PAGE, NotYet
from cases.journey import hooks
from cases.models import Case

NOTHING_SAID = {
    "",
    "-",
    ".",
    "?",
    "no",
    "none",
    "nil",
    "nothing",
    "n/a",
    "na",
    "not applicable",
    "no support",
}


def _payments(case: Case, on: date) -> Any:
    """The payments after a day that no batch has taken, of every version of the agreement."""
    return ScheduledPayment.objects.filter(agreement__case=case, due__gt=on, batch=None)


@hooks.guard("suspend_payment")
def something_to_hold(*, case: Case, at: Any, facts: Any, **_rest: Any) -> None:
    """Never without support in place instead: to say "none" is not to name any."""
    if str(facts.get("alternative", "")).strip().strip(".").casefold() in NOTHING_SAID:
        raise NotYet(
            _(
                "Say what support is in place instead, and from whom. Without it payments "
                "can't be suspended."
            ),
            field="alternative",
        )
    if not _payments(case, dates.london_date(at)).filter(held=False).exists():
        raise NotYet(_("There is no payment to come that could be suspended."))


@hooks.guard("resume_payment")
def something_held(*, case: Case, at: Any, **_rest: Any) -> None:
    if not _payments(case, dates.london_date(at)).filter(held_for="suspended").exists():
        raise NotYet(_("No payment is suspended."))


@hooks.after("suspend_payment")
def hold(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """No payment leaves while payments are suspended; nothing is taken back by this."""
    _payments(case, dates.london_date(at)).filter(held=False).update(
        held=True, held_for="suspended"
    )


@hooks.after("resume_payment")
def release(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """Only what was suspended, and only what is still to come."""
    _payments(case, dates.london_date(at)).filter(held_for="suspended").update(
        held=False, held_for=""
    )


@hooks.after("start_budget")
def successor_pays(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """The new budget has started: what an earlier agreement would still pay is held, once and for
    all.
    """
    plan = case_money.agreed_plan(case)
    agreement = routes.agreement_of(case, plan)
    earlier = ScheduledPayment.objects.filter(
        agreement__case=case, batch=None, held_for__in=("", "suspended")
    )
    earlier = earlier.filter(
        due__gt=facts.get("last_started_on") or dates.london_date(at), kind="regular"
    )
    if agreement is None or agreement.version > 1:
        earlier.exclude(agreement=agreement).update(held=True, held_for="replaced")


@hooks.guard("refuse_route")
def a_route_to_refuse(*, case: Case, facts: Any, **_rest: Any) -> None:
    """The conditions are those of a direct payment: only where one is planned or asked for."""
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
