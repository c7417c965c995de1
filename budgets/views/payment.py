"""The pages of finance and of whoever sets up the support: contribution, agreement, payments,
starts.
"""

from functools import partial
from operator import attrgetter

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets import actions
from budgets.actions import charge_batches
from budgets.actions.payment import MAY_RECORD
from budgets.forms import payment as forms
from budgets.models import PaymentBatch
from budgets.money import sterling
from budgets.payments import (
    ledger_formats,
    payees_waiting,
    payment_presenter,
    routes,
    standing_payments,
)
from budgets.position import (
    case_money,
    earlier_charge,
    entitlement_facts,
    extra_support,
    money_books,
    money_presenter,
    personal_budget,
)
from budgets.position.charged import charges_table
from budgets.views.record import RECORDS, links, may
from budgets.views.route import paid_badge, trace_link
from budgets.views.shared import move_page, page, readable_case
from cases import access
from cases.access import Reading
from cases.casefile import case_presenter
from cases.common import dates
from cases.common.refusals import Stale
from cases.ui.components import Badge, Table
from cases.ui.date_words import day
from cases.ui.form_toolkit import CaseForm
from cases.views.act import stopped
from cases.views.form_act import form_act, move_act

CHARGES_SHOWN = 52  # four years of them


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
    """Finance records the signed agreement, or a new version of it. Payments follow from it and the
    other facts.
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
        act=lambda form: actions.record_agreement(
            case=case, by=request.user, meant=form.meant(), **form.facts()
        ),
        done=partial(_schedule_url, case),
        show=partial(_agreement_page, request, reading, facts["table"], direct, last, again),
        reading=reading,
    )


def _agreement_page(request, reading: Reading, table, direct, last, again, form):
    case = reading.case
    facts = [
        (_("Direct payment"), personal_budget.sums_of(direct, _begins(case))),
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


def _begins(case):
    figure = case_money.in_force(case)
    return figure.effective_from if figure else dates.today()


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
        reading=reading,
    )


def _contribution_page(request, reading: Reading, form):
    case = reading.case
    found = list(case.contributions.order_by("-recorded_at", "-pk"))
    held, later = case_money.held_and_to_come(found)
    earlier, counted = earlier_charge.words_of(found), earlier_charge.counted_from(found)
    rows = [
        [
            day(c.recorded_at),
            str(c.get_state_display()),
            money_presenter.contribution_words(c, counted),
            [c.source, *earlier[c.pk]] if c.pk in earlier else c.source,
        ]
        for c in found
    ]
    head = [_("Recorded on"), _("What is known"), _("Amount"), _("Source")]
    charges = charges_table(case, CHARGES_SHOWN)
    comes_off = charge_batches.comes_off_next(case) if charges.rows else None
    return page(
        request,
        reading,
        "budgets/contribution.html",
        {
            "form": form,
            "title": _("What you pay") if reading.resident else _("What the person pays"),
            "now": money_presenter.contribution_words(held, counted),
            "later": money_presenter.contribution_words(later, counted) if later else "",
            "table": Table(_("What was recorded"), head, rows, empty=_("Nothing is recorded yet.")),
            "charges": charges,
            "comes_off": sterling.pounds(comes_off) if comes_off else "",
            "links": _earlier_link(reading, found),
        },
        422 if form and form.errors else 200,
    )


def _earlier_link(reading: Reading, found) -> list[tuple[str, str]]:
    """Where a sum was told after it begins: to the decision to charge it from an earlier day."""
    record = RECORDS["charge_from_earlier"]
    if not may(reading, record) or not earlier_charge.told_later(found):
        return []
    address = reverse("budgets:record", args=[reading.case.ref, "charge_from_earlier"])
    return [(str(record.title), address)]


def _not_there(books) -> tuple[str, ...]:
    """What of the suspensions is not to be written down, as the books say already: there is none
    that holds, or none whose days were kept back.
    """
    rows = [row for row in books.dated["suspension"] if row.struck_at is None]
    found = {
        "look_at_suspension": any(row.until is None for row in rows),
        "make_suspension_good": any(row.until and not row.flag for row in rows),
    }
    return tuple(name for name, there in found.items() if not there)


def schedule(request, ref):
    """The next payments with the days they cover, and those that left; each leads back to where it
    comes from.
    """
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    books = money_books.books_of_cases([case.pk])[case.pk]
    versions = books.agreements[::-1]
    facts = entitlement_facts.facts_of(books)
    coming = standing_payments.next_of(facts)
    payee = case.payees.filter(struck_at=None).order_by("-pk").first()
    nothing = payment_presenter.why_none(facts, coming.payments, reading.resident)
    first, later = payment_presenter.coming_tables(facts, coming.payments, nothing)
    return page(
        request,
        reading,
        "budgets/schedule.html",
        {
            "title": _("The payments"),
            "facts": [
                *payment_presenter.now_rows(case, books, coming, nothing),
                *_payee_rows(case, payee, versions),
            ],
            "coming": first,
            "later": later,
            "later_words": payment_presenter.later_words(coming.payments),
            "table": _payments_table(reading, books.payments),
            "agreement": _agreement_rows(versions[0], reading.resident) if versions else [],
            "versions": _versions_table(versions) if len(versions) > 1 else None,
            "words": _may_record(reading, versions),
            "links": links(reading, "budgets:schedule", _not_there(books)),
            "payee": versions
            and "finance" in reading.roles
            and (case.step != "closed" or coming.payments),
        },
    )


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


def _payments_table(reading: Reading, payments) -> Table:
    """Those that left, the last first. Batches are read without their files. Why a line was left
    out is a word between officers; what the bank said is for everybody.
    """
    case = reading.case
    batches = PaymentBatch.objects.only("number", "state").in_bulk({p.batch_id for p in payments})
    rows = [
        [
            trace_link(case, p, batches.get(p.batch_id)),
            day(p.on),
            money_presenter.covered(p),
            [
                paid_badge(p, batches.get(p.batch_id)),
                "" if reading.resident and p.state == "left_out" else p.state_reason,
            ],
            sterling.pounds(p.amount),
        ]
        for p in sorted(payments, key=attrgetter("on", "pk"), reverse=True)
    ]
    head = [_("Number"), _("Due"), _("For"), _("What became of it"), _("Amount")]
    caption = _("Payments so far, the last first")
    return Table(caption, head, rows, numeric={4}, empty=_("No payment has left yet."))


def _versions_table(versions) -> Table:
    rows = [
        [str(v.version), v.signed_by, day(v.signed_on), day(v.first_payment_on), v.why]
        for v in versions
    ]
    head = [_("Version"), _("Signed by"), _("Signed on"), _("First payment on"), _("What changed")]
    return Table(_("Versions of the agreement"), head, rows)


def _agreement_rows(row, resident: bool) -> list:
    account, part = str(row.get_account_type_display()), str(row.get_basis_display())
    if resident:
        account = str(personal_budget.YOUR_ACCOUNT.get(row.account_type, account))
        part = str(personal_budget.YOUR_PART[row.basis])
    pays = _("What you pay yourself") if resident else _("Net or gross")
    found = [
        (_("Version"), str(row.version)),
        (
            _("Signed by"),
            _("%(who)s on %(day)s") % {"who": row.signed_by, "day": day(row.signed_on)},
        ),
        (_("Signed as"), str(row.get_signed_as_display())),
        (_("Who else signed"), row.others_signed),
        (_("Account"), account),
        (pays, part),
        (
            _("Of the money paid once, to start with"),
            sterling.pounds(row.start_up) if row.start_up else "",
        ),
        (
            _("May stay for the unforeseen"),
            sterling.pounds(row.contingency) if row.contingency else "",
        ),
        (_("May stay in the account"), _("%(n)s weeks of the payment") % {"n": row.surplus_weeks}),
        (_("What is agreed"), "\n".join(row.terms)),
    ]
    return [(key, value) for key, value in found if value]


def _pays_somebody(case) -> bool:
    """Until the end of a case, and after it while something is to come: what came back goes again
    too.
    """
    return case.step != "closed" or bool(standing_payments.next_payments(case).payments)


def payee(request, ref):
    """Finance names who is paid, by the ledger's creditor number; another officer verifies it."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    if "finance" not in reading.roles or not _pays_somebody(case):
        return redirect("budgets:schedule", ref=case.ref)
    before = case_presenter.sent_before(request.POST.get("key"), request.user)
    if before:  # pressed twice: by now the page asks for something else
        return redirect(before)
    rows = list(case.payees.select_related("recorded_by", "verified_by").order_by("-pk"))
    waiting = next((row for row in rows if row.struck_at is None), None)
    verifies = waiting and not waiting.verified_at and waiting.recorded_by_id != request.user.pk
    form: CaseForm
    if verifies or "payee" in request.POST:
        shown = {"payee": waiting.pk if waiting else None}
        form = forms.VerifyPayeeForm(request.POST or None, case=case, initial=shown)
        act = partial(_verify, request, case)
    else:
        mask = ledger_formats.mask(case.council)
        form = forms.PayeeForm(request.POST or None, case=case, mask=mask)
        act = partial(_name_payee, request, case)
    return form_act(
        request,
        form,
        "payee",
        act=act,
        done=partial(_schedule_url, case),
        show=partial(_payee_page, request, reading, waiting, rows),
        conflict_page=True,
    )


def _verify(request, case, form):
    """The payee that was shown and compared, never one named since."""
    shown = case.payees.filter(pk=form.cleaned_data["payee"]).first()
    if shown is None:
        raise Stale(_("This payee was verified or replaced already."))
    return actions.verify_payee(payee=shown, by=request.user)


def _name_payee(request, case, form):
    facts = form.facts()  # a number that is unlike others was ticked by now
    return actions.name_payee(case=case, by=request.user, meant=facts["creditor"], **facts)


def _payee_page(request, reading: Reading, waiting, rows, form):
    verifies = isinstance(form, forms.VerifyPayeeForm)
    return page(
        request,
        reading,
        "budgets/payee.html",
        {
            "form": form,
            "title": _("Verify who is paid") if verifies else _("Who is paid"),
            "verifies": verifies,
            "facts": _payee_facts(reading.case, waiting, rows),
            "table": _payees_table(rows),
        },
        422 if form.errors else 200,
    )


def _payee_facts(case, waiting, rows) -> list:
    """Who is paid, or is to be, and by when that has to be verified."""
    came_back = case.payments.filter(state="returned").order_by("-state_at").first()
    facts = []
    if came_back and (waiting is None or waiting.verified_at is None):
        said = {"day": day(came_back.state_at), "why": came_back.state_reason}
        facts.append((_("A payment came back"), _("on %(day)s: %(why)s") % said))
    if waiting is None:
        return facts
    facts += [
        (_("Paid to"), f"{waiting.name} ({waiting.get_kind_display()})"),
        (_("Creditor number in the ledger"), waiting.creditor),
    ]
    if waiting.verified_at:
        return facts
    before = next((row for row in rows if row.verified_at and row.struck_at is None), None)
    if before:
        facts.append((_("Until now"), f"{before.name}, {before.creditor}"))
    return facts + _pay_day_rows(case)


def _pay_day_rows(case) -> list:
    """The next payment, and two working days before it."""
    coming = standing_payments.next_payments(case).payments
    if not coming:
        return []
    by = dates.working_day_before(coming[0].on, payees_waiting.LEAD)
    late = by < dates.today()
    until = _("At once, or the payment is missed") if late else day(by)
    return [(_("Next payment"), day(coming[0].on)), (_("To be verified by"), until)]


def _payees_table(rows) -> Table:
    shown = [
        [
            row.name,
            str(row.get_kind_display()),
            row.creditor,
            _who_when(row.recorded_by, row.recorded_at),
            _who_when(row.verified_by, row.verified_at) if row.verified_at else "",
            f"{day(row.struck_at)}: {row.struck_for}" if row.struck_at else "",
        ]
        for row in rows
    ]
    head = [_("Name"), _("Who they are"), _("Creditor"), _("Named"), _("Verified"), _("Struck")]
    return Table(_("Everybody who was named, the last first"), head, shown, empty=_("Nobody yet."))


def _who_when(who, at) -> str:
    return _("%(who)s, %(day)s") % {"who": who, "day": day(at)}
