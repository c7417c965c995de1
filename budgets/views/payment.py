"""The pages of finance and of whoever sets up the support: contribution, agreement, payments,
starts.
"""

from functools import partial
from operator import attrgetter

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets import actions
from budgets.actions.payment import MAY_RECORD
from budgets.forms import payment as forms
from budgets.models import PaymentBatch
from budgets.money import sterling
from budgets.payments import routes, standing_payments
from budgets.position import (
    case_money,
    entitlement_facts,
    extra_support,
    money_books,
    money_presenter,
)
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
    facts = _set_up(case)
    return stopped(request, reading, "start_budget") or move_act(
        request,
        reading,
        "start_budget",
        forms.StartBudgetForm(request.POST or None, case=case, waits=bool(facts["waiting"])),
        act=lambda form: actions.start_budget(
            case=case,
            by=request.user,
            waits=form.cleaned_data.get("waits", ""),
            seen=form.cleaned_data["seen"],
        ),
        show=partial(_start_page, request, reading, facts),
    )


def _start_page(request, reading: Reading, facts, form):
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
    direct = direct or extra_support.direct_lines(case, dates.today())
    closed = (
        case.step == "closed" and request.method != "POST"
    )  # what is sent then is refused with the reason
    if "finance" not in reading.roles or not direct or closed:
        return redirect("budgets:schedule", ref=case.ref)
    before = case_presenter.sent_before(request.POST.get("key"), request.user)
    if before:  # pressed twice: by now another version would need its reason
        return redirect(before)
    last = routes.last_agreement(case)
    again = last is not None
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
    """The next payments with the days they cover, and those that left; each leads back to where it
    comes from.
    """
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    books = money_books.books_of_cases([case.pk])[case.pk]
    versions = books.agreements[::-1]
    coming = standing_payments.next_of(entitlement_facts.facts_of(books))
    payee = case.payees.filter(struck_at=None).order_by("-pk").first()
    return page(
        request,
        reading,
        "budgets/schedule.html",
        {
            "title": _("The payments"),
            "coming": _coming_table(coming.payments),
            "table": _payments_table(case, books.payments),
            "facts": [*_standing_rows(coming), *_payee_rows(case, payee, versions)]
            + (_agreement_rows(versions[0]) if versions else []),
            "versions": _versions_table(versions) if len(versions) > 1 else None,
            "words": _may_record(reading, versions),
            "payee": versions and "finance" in reading.roles and case.step != "closed",
        },
    )


def _standing_rows(coming) -> list:
    """What stands between what was owed and what was paid."""
    rows = []
    if coming.owed:
        rows.append((_("Owed for days before"), sterling.pounds(coming.owed)))
    if coming.paid_too_much:
        words = _("%(sum)s. Nothing is taken back without a letter and time to answer.")
        rows.append((_("Paid too much"), words % {"sum": sterling.pounds(coming.paid_too_much)}))
    return rows


def _payee_rows(case, payee, versions) -> list:
    if not versions:
        return []
    if payee is None:
        return [(_("Paid to"), _("Nobody is named yet: nothing can be paid."))]
    who = f"{payee.name} ({payee.get_kind_display()})"
    if payee.verified_at is None:
        who += " " + _("Waits to be verified by a second officer: nothing is paid until then.")
    return [(_("Paid to"), who)]


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


def _coming_table(payments) -> Table:
    """The payments to come, with why each is what it is."""
    rows = [
        [
            day(p.on),
            money_presenter.covered(p),
            "\n".join(f"{k}: {v}" for k, v in money_presenter.parts_of_payment(p.of)),
            sterling.pounds(p.amount),
        ]
        for p in payments
    ]
    head = [_("Paid on"), _("For"), _("With it"), _("Amount")]
    empty = _("No payment is to come as things stand.")
    return Table(_("The next payments"), head, rows, numeric={3}, empty=empty)


def _payments_table(case, payments) -> Table:
    """Those that left, in the order of their days. Batches are read without their files."""
    batches = PaymentBatch.objects.only("number").in_bulk({p.batch_id for p in payments})
    rows = [
        [
            trace_link(case, p),
            day(p.on),
            money_presenter.covered(p),
            paid_badge(p, batches.get(p.batch_id)),
            sterling.pounds(p.amount),
        ]
        for p in sorted(payments, key=attrgetter("on", "pk"))
    ]
    head = [_("Number"), _("Paid on"), _("For"), _("What became of it"), _("Amount")]
    return Table(_("Payments so far"), head, rows, numeric={4}, empty=_("No payment has left yet."))


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
        (
            _("Of the money paid once, to start with"),
            sterling.pounds(row.start_up) if row.start_up else "",
        ),
        (_("May stay for the unforeseen"), sterling.pounds(row.contingency)),
        (_("May stay besides"), _("%(n)s weeks of the payment") % {"n": row.surplus_weeks}),
        (_("What is agreed"), "\n".join(row.terms)),
    ]
    return [(key, value) for key, value in found if value]


def payee(request, ref):
    """Finance names who is paid, by the ledger's creditor number; another officer verifies it."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    if "finance" not in reading.roles or case.step == "closed":
        return redirect("budgets:schedule", ref=case.ref)
    waiting = case.payees.filter(struck_at=None).order_by("-pk").first()
    if waiting and waiting.verified_at is None and waiting.recorded_by_id != request.user.pk:
        form = forms.VerifyPayeeForm(request.POST or None, case=case)
        act = partial(_verify, request, waiting)
    else:
        form = forms.PayeeForm(request.POST or None, case=case)
        act = partial(_name_payee, request, case)
    return form_act(
        request,
        form,
        "payee",
        act=act,
        done=partial(_schedule_url, case),
        show=partial(_payee_page, request, reading, waiting),
    )


def _verify(request, waiting, form):
    return actions.verify_payee(payee=waiting, by=request.user)


def _name_payee(request, case, form):
    return actions.name_payee(case=case, by=request.user, **form.facts())


def _payee_page(request, reading: Reading, waiting, form):
    verifies = isinstance(form, forms.VerifyPayeeForm)
    facts = []
    if waiting:
        facts = [
            (_("Paid to"), f"{waiting.name} ({waiting.get_kind_display()})"),
            (_("Creditor number in the ledger"), waiting.creditor),
            (
                _("Named by"),
                _("%(who)s on %(day)s")
                % {"who": waiting.recorded_by, "day": day(waiting.recorded_at)},
            ),
        ]
    return page(
        request,
        reading,
        "budgets/payee.html",
        {
            "form": form,
            "title": _("Verify who is paid") if verifies else _("Who is paid"),
            "verifies": verifies,
            "facts": facts,
        },
        422 if form.errors else 200,
    )
