"""The pages of finance and of whoever sets up the support: contribution, agreement, payments,
starts.
"""

from decimal import Decimal
from functools import partial

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets import actions
from budgets.actions.payment import MAY_RECORD
from budgets.forms import payment as forms
from budgets.models import ScheduledPayment
from budgets.money import sterling
from budgets.payments import routes
from budgets.position import case_money, money_presenter
from budgets.views.route import paid_badge, trace_link
from budgets.views.shared import move_page, page, readable_case
from cases import access
from cases.access import Reading
from cases.casefile import case_presenter
from cases.common import dates
from cases.ui.components import Badge, Table
from cases.ui.date_words import day
from cases.views.act import stopped
from cases.views.form_act import form_act, move_act


def _set_up(case) -> dict:
    """The agreed plan with what has started."""
    plan = case_money.agreed_plan(case)
    lines = list(plan.lines.select_related("start")) if plan else []
    paid = case_money.startable(case)
    rows = [
        [x.what, money_presenter.route_words([x]), money_presenter.how_much(x), _started(x)]
        for x in paid
    ]
    table = Table(
        _("What has to start"),
        [_("Support"), _("Way to take the money"), _("How much"), _("Started on")],
        rows,
        empty=_("Nothing in this plan is paid."),
    )
    waiting = [x for x in paid if not hasattr(x, "start")]
    return {"plan": plan, "lines": lines, "waiting": waiting, "table": table}


def _started(line):
    return day(line.start.started_on) if hasattr(line, "start") else Badge(_("Not yet"), "yellow")


def start_line(request, ref):
    """The first day on which a part of the support was really there."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    stop = stopped(request, reading, "start_line")
    if stop:
        return stop
    facts = _set_up(case)
    return move_act(
        request,
        reading,
        "start_line",
        forms.StartLineForm(request.POST or None, case=case, lines=facts["waiting"]),
        act=lambda form: actions.start_line(
            case=case,
            line=next(
                (x for x in facts["waiting"] if str(x.pk) == form.cleaned_data["line"]), None
            ),
            started_on=form.cleaned_data["started_on"],
            by=request.user,
            seen=form.cleaned_data["seen"],
        ),
        show=lambda form: move_page(
            request,
            reading,
            "start_line",
            "budgets/start.html",
            {
                "table": facts["table"],
                "none_left": not facts["waiting"],
                "onward": case.step == "set_up",
                "first": False,
            },
            form,
        ),
    )


def start_budget(request, ref):
    """Everything has started: the budget runs."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    return stopped(request, reading, "start_budget") or move_act(
        request,
        reading,
        "start_budget",
        forms.StartBudgetForm(request.POST or None, case=case),
        act=lambda form: actions.start_budget(
            case=case, by=request.user, seen=form.cleaned_data["seen"]
        ),
        show=partial(_start_page, request, reading),
    )


def _start_page(request, reading: Reading, form):
    case = reading.case
    facts = _set_up(case)
    context = {
        "table": facts["table"],
        "none_left": False,
        "onward": False,
        "first": bool(facts["waiting"]),
    }
    return move_page(request, reading, "start_budget", "budgets/start.html", context, form)


def agreement(request, ref):
    """Finance records the signed agreement, or a new version of it; its payments are made in the
    same moment.
    """
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    facts = _set_up(case)
    direct = routes.direct_lines(facts["lines"], routes.open_switch(case))
    closed = (
        case.step == "closed" and request.method != "POST"
    )  # what is sent then is refused with the reason
    if "finance" not in reading.roles or not direct or closed:
        return redirect("budgets:schedule", ref=case.ref)
    before = case_presenter.sent_before(request.POST.get("key"), request.user)
    if before:  # pressed twice: by now another version would need its reason
        return redirect(before)
    last = routes.last_agreement(case)
    again = last is not None and not routes.to_sign(case, facts["plan"], facts["lines"])
    form = forms.AgreementForm(request.POST or None, case=case, last=last, again=again)
    return form_act(
        request,
        form,
        "agreement",
        act=lambda form: actions.record_agreement(case=case, by=request.user, **form.facts()),
        done=partial(_schedule_url, case),
        show=partial(_agreement_page, request, reading, facts["table"], direct, last, again),
    )


def _agreement_page(request, reading: Reading, table, direct, last, again, form):
    case = reading.case
    facts = [
        (_("Direct payment"), money_presenter.in_short(case_money.cost_of(direct))),
        (_("The person pays"), money_presenter.contribution_words(case_money.contribution(case))),
        *([(_("The version before"), str(last.version))] if last else []),
    ]
    title = (
        _("Record a new version of the agreement")
        if again
        else _("Record the direct payment agreement")
    )
    return page(
        request,
        reading,
        "budgets/agreement.html",
        {"form": form, "title": title, "table": table, "facts": facts},
        422 if form.errors else 200,
    )


def _schedule_url(case):
    return reverse("budgets:schedule", args=[case.ref])


def contribution(request, ref):
    """What the person pays: finance or the worker records it; everybody else reads it."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    form = (
        forms.ContributionForm(request.POST or None, case=case)
        if reading.roles & MAY_RECORD
        else None
    )
    return form_act(
        request,
        form,
        "contribution",
        act=lambda form: actions.record_contribution(case=case, by=request.user, **form.facts()),
        done=lambda: request.path,
        show=partial(_contribution_page, request, reading),
    )


def _contribution_page(request, reading: Reading, form):
    case = reading.case
    rows = [
        [
            day(c.recorded_at),
            str(c.get_state_display()),
            money_presenter.contribution_words(c),
            c.source,
        ]
        for c in case.contributions.order_by("-recorded_at", "-pk")
    ]
    head = [_("Recorded on"), _("What is known"), _("Amount"), _("Source")]
    return page(
        request,
        reading,
        "budgets/contribution.html",
        {
            "form": form,
            "title": _("What you pay") if reading.resident else _("What the person pays"),
            "now": money_presenter.contribution_words(case_money.contribution(case)),
            "table": Table(_("What was recorded"), head, rows, empty=_("Nothing is recorded yet.")),
        },
        422 if form and form.errors else 200,
    )


def schedule(request, ref):
    """The payments of a direct payment, adding up; each leads back to where it comes from."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    versions = list(case.agreements.select_related("plan").order_by("-version"))
    payments = (
        list(ScheduledPayment.objects.filter(agreement=versions[0]).select_related("batch"))
        if versions
        else []
    )
    earlier = ScheduledPayment.objects.filter(
        agreement__in=versions[1:], held=False
    ).select_related("batch", "agreement")
    return page(
        request,
        reading,
        "budgets/schedule.html",
        {
            "title": _("The payments"),
            "table": _payments_table(case, payments),
            "facts": _agreement_rows(versions[0]) if versions else [],
            "earlier": _earlier_table(case, earlier) if len(versions) > 1 else None,
            "versions": _versions_table(versions) if len(versions) > 1 else None,
            "words": _may_record(reading, versions),
        },
    )


def _may_record(reading: Reading, versions) -> str:
    """What finance may record here, in the words of the link; "" for everybody else."""
    case = reading.case
    plan = case_money.agreed_plan(case)
    lines = list(plan.lines.all()) if plan else []
    may = "finance" in reading.roles and case.step != "closed"
    if not may or not routes.direct_lines(lines, routes.open_switch(case)):
        return ""
    return (
        _("Record a new version of the agreement")
        if versions
        else _("Record the direct payment agreement")
    )


def _payments_table(case, payments) -> Table:
    """In the order of their days. Together: without what is not paid any more."""
    today = dates.today()
    payments = sorted(payments, key=lambda p: (p.covers_from, p.number))
    total = sum((p.amount for p in payments if p.held_for in ("", "suspended")), Decimal("0.00"))
    rows = [
        [
            trace_link(case, p),
            day(p.due),
            _("%(a)s to %(b)s") % {"a": day(p.covers_from), "b": day(p.covers_to)},
            paid_badge(p, today),
            sterling.pounds(p.amount),
        ]
        for p in payments
    ]
    rows += [[_("Together"), "", "", "", sterling.pounds(total)]] if rows else []
    head = [_("Number"), _("Paid on"), _("For"), _("What it is"), _("Amount")]
    return Table(
        _("Payments"), head, rows, numeric={4}, empty=_("There is no direct payment agreement yet.")
    )


def _earlier_table(case, payments) -> Table:
    """What earlier versions have paid or still will: nothing that was held."""
    today = dates.today()
    rows = [
        [
            trace_link(case, p),
            str(p.agreement.version),
            day(p.due),
            paid_badge(p, today),
            sterling.pounds(p.amount),
        ]
        for p in payments
    ]
    head = [_("Number"), _("Version"), _("Paid on"), _("What it is"), _("Amount")]
    return Table(
        _("Payments by earlier versions"), head, rows, numeric={4}, empty=_("There is none.")
    )


def _versions_table(versions) -> Table:
    rows = [
        [str(v.version), v.signed_by, day(v.signed_on), day(v.first_payment_on), v.why]
        for v in versions
    ]
    head = [_("Version"), _("Signed by"), _("Signed on"), _("First payment on"), _("What changed")]
    return Table(_("Versions of the agreement"), head, rows)


def _agreement_rows(row) -> list:
    found = [
        (_("Version"), str(row.version)),
        (
            _("Signed by"),
            _("%(who)s on %(day)s") % {"who": row.signed_by, "day": day(row.signed_on)},
        ),
        (_("Signed as"), str(row.get_signed_as_display())),
        (_("Who else signed"), row.others_signed),
        (_("Account"), str(row.get_account_type_display())),
        (_("Net or gross"), str(row.get_basis_display())),
        (_("A year"), sterling.pounds(row.annual)),
        (_("Contribution to it"), sterling.pounds(row.contribution_annual)),
        (_("Paid in a year"), sterling.pounds(row.annual - row.contribution_annual)),
        (
            _("Paid already by the version before"),
            sterling.pounds(row.already_paid) if row.already_paid else "",
        ),
        (_("Once"), sterling.pounds(row.one_off)),
        (_("Of that, to start with"), sterling.pounds(row.start_up) if row.start_up else ""),
        (_("May stay for the unforeseen"), sterling.pounds(row.contingency)),
        (_("May stay besides"), _("%(n)s weeks of the payment") % {"n": row.surplus_weeks}),
        (_("What is agreed"), "\n".join(row.terms)),
    ]
    return [(key, value) for key, value in found if value]
