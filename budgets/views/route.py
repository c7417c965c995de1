"""How the money is taken, line by line; the wish to change it and the change itself; how a payment
is looked after; and one payment traced back to the answer that led to it.
"""

from functools import partial

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets import actions
from budgets.allocation import explanation, trace_tables
from budgets.forms import payment as forms
from budgets.models import HeldEntry, Payment
from budgets.models.plan import ROUTE_NAMES, ROUTES
from budgets.payments import (
    monitoring,
    payment_audit,
    payment_sums,
    route_presenters,
    routes,
    use_rules,
)
from budgets.plan import line_tables
from budgets.position import case_money, money_presenter, what_came
from budgets.views.record import last_answered, links
from budgets.views.shared import is_behalf, move_page, page, readable_case
from cases import access
from cases.access import Reading
from cases.common import dates
from cases.ui.components import Badge, Link
from cases.ui.date_words import day
from cases.views.act import stopped
from cases.views.form_act import move_act


def routes_page(request, ref):
    """Each part of the agreed plan: which way, from whom, chosen by whom, ordered when, started
    when.
    """
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    (plan, since), *later = case_money.plans_in_turn(case) or [(None, None)]
    lines = routes.chosen_lines(case, plan)
    account = case.held_accounts.order_by("-version").first()
    switch = routes.open_switch(case)
    return page(
        request,
        reading,
        "budgets/routes.html",
        {
            "title": _("How the money is taken"),
            "table": route_presenters.lines_table(lines, routes.waiting(case, plan), since),
            "later": [_later_table(case, *one) for one in later],
            "choices": route_presenters.choices_table(lines, what_came.said_of(case)),
            "switch": forms.switched(lines, switch, ROUTE_NAMES) if switch else [],
            "asked": day(switch.asked_at) if switch else "",
            "account": route_presenters.account_rows(case, account),
            "entries": route_presenters.entries_table(_entries(case)) if account else None,
            "links": links(reading, "budgets:routes"),
        },
    )


def _later_table(case, plan, since):
    """What is agreed for a later day; support for a time stands with what holds now."""
    lines = [x for x in routes.chosen_lines(case, plan) if x.plan_id == plan.pk]
    return route_presenters.lines_table(lines, routes.waiting(case, plan), since)


def _entries(case):
    return HeldEntry.objects.filter(case=case).select_related("corrected_by").order_by("-on", "-pk")


def ask_switch(request, ref):
    """Another way of taking the money, for whoever wants one, at any time."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    behalf = is_behalf(request, reading)
    if request.method != "POST" and routes.open_switch(case):
        return redirect("budgets:routes", ref=case.ref)
    stop = stopped(request, reading, "ask_switch", behalf)
    if stop:
        return stop
    lines = _funded_lines(case)
    return move_act(
        request,
        reading,
        "ask_switch",
        forms.AskSwitchForm(request.POST or None, case=case, lines=lines, routes=ROUTES),
        act=lambda form: actions.ask_switch(
            case=case,
            by=request.user,
            wanted=form.wanted(),
            wish=form.cleaned_data["wish"],
            seen=form.cleaned_data["seen"],
            on_behalf_of=case.person if behalf else None,
        ),
        show=lambda form: move_page(
            request, reading, "ask_switch", "budgets/ask_switch.html", {}, form, behalf
        ),
    )


def _funded_lines(case) -> list:
    """The paid lines of the agreed plan."""
    plan = case_money.agreed_plan(case)
    return case_money.funded(plan.lines.all()) if plan else []


def switch_route(request, ref):
    """The money or support is there in the new way."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    return stopped(request, reading, "switch_route") or move_act(
        request,
        reading,
        "switch_route",
        forms.SwitchRouteForm(request.POST or None, case=case),
        act=lambda form: actions.switch_route(
            case=case,
            by=request.user,
            started_on=form.cleaned_data["started_on"],
            seen=form.cleaned_data["seen"],
        ),
        show=partial(_switch_page, request, reading),
    )


def _switch_page(request, reading: Reading, form):
    case = reading.case
    switch = routes.open_switch(case)
    facts = forms.switched(_funded_lines(case), switch, ROUTE_NAMES) if switch else []
    return move_page(
        request, reading, "switch_route", "budgets/switch_route.html", {"facts": facts}, form
    )


STRIKES = ("strike_care_home_stay",)  # not there where no stay is


def monitoring_page(request, ref):
    """How closely the payment is looked at and why, what was asked and said, what was decided, and
    the limits.
    """
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    state = monitoring.state_of(case, dates.today())
    check = last_answered(case)
    staff = not reading.resident
    concerns = actions.readable_concerns(reading) if staff else []
    stays = use_rules.stays_table(case)
    return page(
        request,
        reading,
        "budgets/monitoring.html",
        {
            "title": _("How the payment is looked after"),
            "tier": money_presenter.tier_rows(state, case.step != "closed") if state else [],
            "checks": route_presenters.checks_table(case),
            "surplus": money_presenter.surplus_rows(
                check.balance, monitoring.surplus_of(check), check
            )
            if check
            else [],
            "restrictions": route_presenters.restrictions_table(
                case.restrictions.select_related("case"), False
            ),
            "concerns": route_presenters.concerns_table(concerns) if concerns else None,
            "accounts": route_presenters.final_table(case)
            if case.step == "closed" or case.final_accounts.exists()
            else None,
            "estate": money_presenter.estate_rows(case) if staff else [],
            "use": [table for table in (use_rules.household_table(case), stays) if table],
            "links": links(reading, "budgets:monitoring", () if stays else STRIKES),
        },
    )


def trace_page(request, ref, number):
    """One payment back to the answer that led to it. `number`: the payment's own."""
    reading = access.get_case(request, ref)
    case = reading.case
    request.council = case.council
    if not reading.sees("money_words"):
        raise Http404
    rows = Payment.objects.select_related(
        "case",
        "agreement__made_by",
        "agreement__plan",
        "batch__made_by",
        "batch__confirmed_by",
    )
    payment = rows.filter(pk=number, case=case).first()
    if payment is None:
        raise Http404
    chain = payment_audit.payment_chain(payment)
    # an audit follows the money to its beginning; whoever pays it does not read what was answered
    answers = chain.run and (reading.sees("assessment") or "auditor" in reading.roles)
    back = reverse("budgets:schedule", args=[case.ref])
    return page(
        request,
        reading,
        "budgets/payment_audit.html",
        {
            "title": _("Where this payment comes from"),
            "parts": route_presenters.chain_parts(chain),
            "sums": payment_sums.sums_table(payment),
            "lines": line_tables.short_table(chain.lines),
            "answers": trace_tables.answers_table(
                chain.run.trace, explanation.said_otherwise(chain.run)
            )
            if answers
            else None,
            "back": back if reading.sees("money") else reverse("cases:case", args=[case.ref]),
        },
    )


def trace_link(case, payment, batch):
    """The batch of a payment and its line in it, as a link to where it comes from. `batch`: None:
    it was paid elsewhere.
    """
    href = reverse("budgets:trace", args=[case.ref, payment.pk])
    words = f"{batch.number}-{payment.number}" if batch else _("From before")
    of = {"day": day(payment.on), "days": money_presenter.covered(payment)}
    return Link(
        words, href, hidden=_("where the payment of %(day)s comes from (for %(days)s)") % of
    )


PAYMENT_COLOURS = {"claimed": "blue", "paid": "green", "returned": "red", "left_out": "grey"}


def paid_badge(payment, batch):
    """What became of a payment that was claimed, in a word; None: in no batch."""
    words_of = payment.get_state_display()
    if batch and payment.state == "claimed":
        words_of = _("Sent to be paid") if batch.state == "released" else _("Being got ready")
    if batch and payment.state in payment.STANDING:
        words_of = _("%(state)s, batch %(n)s") % {"state": words_of, "n": batch.number}
    return Badge(words_of, PAYMENT_COLOURS[payment.state])
