"""The pages of the batches for the finance ledger: what is due, making a batch, its lines, its
release, its file, and an answer by hand. The ledger's answer file: `ledger_answers`.
"""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budgets import actions
from budgets.actions.payment_batches import batches_of, due_payments, payable
from budgets.forms import batches as forms
from budgets.models import MoneyStanding, PaymentBatch
from budgets.money.sterling import pounds
from budgets.payments import (
    first_balances,
    ledger_formats,
    money_standings,
    returned_payments,
    since_claimed,
    standing_payments,
)
from budgets.position import aftercare, money_presenter
from budgets.views.scope import scope_of
from budgets.views.shared import form_page, ledger_file
from cases.casefile import case_presenter
from cases.common import dates
from cases.ui.components import Link, Table
from cases.ui.date_words import day
from cases.views.form_act import form_act, with_message
from cases.views.menu import in_menu

PAYS = {"finance"}
AUDITS = {"finance", "auditor"}
COLUMNS = ("number", "made_at", "until", "count", "total", "state")  # of a list: never the files
SHOWN = 200  # rows of a list on a page, and lines that are confirmed with one press
PAGE = 50  # lines of a batch on a page


@in_menu(gettext_lazy("Payments"), PAYS)
def batches(request):
    """What is due, and one press to make it a numbered batch for the ledger."""
    scope = scope_of(request, AUDITS)
    council, form = scope.council, None
    extra = request.method == "POST" and "extra" in request.POST
    if scope.roles & PAYS:
        form = forms.ExtraBatchForm(request.POST) if extra else _batch_form(request.POST, council)
    return form_act(
        request,
        form,
        "make_batch",
        act=partial(_make, request, council, extra),
        done=lambda: reverse("budgets:batch", args=[request.made.number]),
        show=partial(_batches_page, request, council),
    )


def _batch_form(data, council) -> forms.BatchForm:
    return forms.BatchForm(
        data or None,
        unsplit=aftercare.before_first_batch(council),
        balances=first_balances.before_first_payments(council),
    )


def _make(request, council, extra, form):
    facts = {"until": dates.today(), "extra": True} if extra else form.facts()
    request.made = actions.make_batch(council=council, by=request.user, **facts)


def _batches_page(request, council, form):
    counts, shown, due = _due(request, council)
    missed = _missed_table(council, counts["missed"]) if form else None
    regular = _batch_form(None, council) if isinstance(form, forms.ExtraBatchForm) else form
    return render(
        request,
        "budgets/batches.html",
        {
            "form": regular,
            "refused": form if form is not regular else None,
            "extra": forms.ExtraBatchForm() if missed and missed.rows else None,
            "missed": missed,
            "title": _("Payments for the ledger"),
            "lead": _due_words(counts["ready"]) if counts["ready"] else "",
            "held": counts["all"] - counts["ready"],
            "due": due,
            "page": shown,
            "table": _batches_table(batches_of(request.user, council).only(*COLUMNS)[:SHOWN]),
        },
        status=422 if form and form.errors else 200,
    )


def _due(request, council):
    """(of how many cases something is due: all, those ready to be paid, and those where it was
    missed; a page of the ready ones; their payments).
    """
    money_standings.follow_changes(council)
    until = standing_payments.leaves_by(dates.today())
    ready = Q(case__in=payable(council, until).values("pk"))
    every = money_standings.due(council, until)
    missed = Q(pk__in=returned_payments.held_up(council, dates.today()).values("pk"))
    counts = every.order_by().aggregate(
        all=Count("pk"), ready=Count("pk", filter=ready), missed=Count("pk", filter=missed)
    )
    cases = every.filter(ready).order_by("due_on", "pk").values_list("pk", flat=True)
    shown = Paginator(cases, PAGE).get_page(request.GET.get("page"))
    only = list(shown)
    payments = due_payments(council, until, dates.today(), only=only) if only else ()
    return counts, shown, _due_table(sorted(payments, key=lambda p: p.on))


def _missed_table(council, held: int) -> Table:
    """What an extra batch takes now; `held`: of how many cases a payment was held up, as the
    standings say that `_due` has brought up to date.
    """
    back = returned_payments.to_go_again(council).select_related("case").order_by("state_at", "pk")
    late: Any = (
        returned_payments.held_up(council, dates.today()) if held else MoneyStanding.objects.none()
    )
    rows = [
        [
            _case_link(row.case),
            _("It came back on %(day)s") % {"day": day(row.state_at)},
            day(returned_payments.goes_again_by(row.state_at, row.mended_at)),
            pounds(row.amount),
        ]
        for row in back[:SHOWN]
    ]
    rows += [
        [
            _case_link(row.case),
            _("Due on %(day)s, before its payee was verified") % {"day": day(row.due_on)},
            day(returned_payments.goes_by(row.due_on, row.mended_at)),
            pounds(row.due_total),
        ]
        for row in late.select_related("case").order_by("due_on", "pk")[:SHOWN]
    ]
    head = [_("Case"), _("Why it was missed"), _("Goes by"), _("Amount")]
    return Table(_("In the extra batch"), head, rows, numeric={3})


def _case_link(case) -> Link:
    return Link(case.ref, reverse("budgets:schedule", args=[case.ref]))


def _due_words(count: int) -> str:
    return ngettext(
        "%(n)s case has a payment that is due by %(day)s.",
        "%(n)s cases have a payment that is due by %(day)s.",
        count,
    ) % {"n": count, "day": day(standing_payments.leaves_by(dates.today()))}


def _due_table(payments) -> Table:
    rows = [
        [
            _case_link(p.case),
            money_presenter.covered(p),
            day(p.on),
            pounds(p.amount),
        ]
        for p in payments
    ]
    head = [_("Case"), _("For"), _("Due"), _("Amount")]
    return Table(_("Due today or before"), head, rows, numeric={3}, empty=_("Nothing is due."))


def _batches_table(found) -> Table:
    rows = [
        [
            Link(str(b.number), reverse("budgets:batch", args=[b.number]), hidden=_("batch")),
            day(b.made_at),
            day(b.until),
            str(b.count),
            pounds(b.total),
            _batch_stands(b),
        ]
        for b in found
    ]
    head = [
        _("Number"),
        _("Made on"),
        _("Due up to"),
        _("Payments"),
        _("Together"),
        _("How it stands"),
    ]
    return Table(_("Batches so far"), head, rows, numeric={3, 4}, empty=_("No batch was made yet."))


def batch_of(request, scope, number) -> PaymentBatch:
    """The batch of this number, for whoever may read the council's batches; else nothing is
    here. Without its file.
    """
    rows = batches_of(request.user, scope.council).defer("file")
    people = ("made_by", "released_by", "confirmed_by", "layout")
    found = rows.select_related(*people).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def batch(request, number):
    """One batch: its lines, its release, its file, and that the ledger has paid it."""
    scope = scope_of(request, AUDITS)
    found = batch_of(request, scope, number)
    pays = bool(scope.roles & PAYS)
    before = case_presenter.sent_before(request.POST.get("key"), request.user) if pays else ""
    if before:  # pressed twice: by now the page asks for something else
        return redirect(before)
    form, step, act = _next_step(request, found) if pays else (None, "", None)
    if request.method == "POST" and not step:
        return redirect(request.path)
    return form_act(
        request,
        form,
        step,
        act=lambda form: act(batch=found, by=request.user, **form.facts()),
        done=partial(_batch_done, request, found, step),
        show=partial(_batch_page, request, found, step, pays),
    )


def _batch_done(request, found, step) -> str:
    """Where it goes on; how many lines a release has left out is said."""
    if step != "release_batch":
        return request.path
    out = found.payments.filter(state="left_out").count()
    words = ngettext(
        "The batch is released. %(n)s line was left out: its reason stands beside it.",
        "The batch is released. %(n)s lines were left out: the reasons stand beside them.",
        out,
    )
    said = words % {"n": out} if out else _("The batch is released.")
    return with_message(request, said, request.path)


def _next_step(request, found):
    """(form, its name, what it does) of what this officer may do with the batch now."""
    data = request.POST if request.method == "POST" else None
    if found.state == "ready" and found.made_by_id != request.user.pk:
        asking = list(since_claimed.asking(found).select_related("case")[: SHOWN + 1])
        form = forms.ReleaseForm(data, asking=asking[:SHOWN])
        if len(asking) > SHOWN:
            return form, "say_second_word", actions.say_second_word
        return form, "release_batch", actions.release_batch
    if found.state == "released":
        return forms.ConfirmForm(data), "confirm_batch", actions.confirm_batch
    return None, "", None


def _batch_page(request, found, step, pays, form):
    chosen = forms.LinesForm(request.GET)
    lines, onward = _lines(found, chosen, request.GET.get("after", ""))
    here = reverse("budgets:batch", args=[found.number])
    return render(
        request,
        "budgets/batch.html",
        {
            "form": form,
            "title": _("Batch %(n)s") % {"n": found.number},
            "facts": _batch_rows(found),
            "step": step,
            "waits": found.state == "ready" and not step,
            "asking": since_claimed.asking(found).count() if step == "say_second_word" else 0,
            "file": reverse("budgets:batch_file", args=[found.number]) if _left(found) else "",
            "answer": reverse("budgets:send_answer", args=[found.number])
            if step == "confirm_batch"
            else "",
            "chosen": chosen,
            "here": here,
            "table": _payments_table(found, lines, pays),
            "onward": f"{here}?{_onward(request, onward)}" if onward else "",
            "back": reverse("budgets:batches"),
        },
        status=422 if form and form.errors else 200,
    )


def _left(found) -> bool:
    """Did anything of it leave?"""
    return bool(found.released_at and found.count)


def _lines(found, chosen, after):
    """(the lines of a page, the number after which the next page begins or None)."""
    rows = found.payments.select_related("case", "payee").order_by("number")
    if chosen.is_valid():
        show, ref = chosen.cleaned_data["show"], chosen.cleaned_data["ref"].strip()
        if show:
            rows = rows.filter(Q(asks_second=True) if show == "asks" else Q(state=show))
        if ref:
            rows = rows.filter(case__ref__iexact=ref)
    rows = rows.filter(number__gt=whole_number(after))
    lines = list(rows[: PAGE + 1])
    return lines[:PAGE], lines[PAGE - 1].number if len(lines) > PAGE else None


def whole_number(text: str) -> int:
    """Where a page of a list begins; nonsense begins anew."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else 0


def _onward(request, after) -> str:
    kept = {k: v for k, v in request.GET.items() if k in ("show", "ref") and v}
    return urlencode(kept | {"after": after})


def _payments_table(found, lines, pays) -> Table:
    may_leave = pays and found.state == "ready"
    rows = [
        [
            str(p.number),
            Link(
                str(p.case.ref),
                reverse("budgets:trace", args=[p.case.ref, p.pk]),
                hidden=_("where the payment on line %(n)s comes from") % {"n": p.number},
            ),
            [p.payee.name, p.payee.creditor] if p.payee else "",
            day(p.on),
            money_presenter.covered(p),
            [
                _stands(found, p),
                _leave_link(found, p) if may_leave and p.state == "claimed" else "",
            ],
            pounds(p.amount),
        ]
        for p in lines
    ]
    head = [
        *(_("Line"), _("Case"), _("Paid to"), _("Due"), _("For"), _("How it stands"), _("Amount")),
    ]
    empty = _("No line is like this.")
    return Table(_("Payments of this batch"), head, rows, numeric={6}, empty=empty)


def _leave_link(found, payment) -> Link:
    to = reverse("budgets:leave_out", args=[found.number, payment.number])
    return Link(_("Leave it out"), to, hidden=_("line %(n)s") % {"n": payment.number})


def _stands(found, payment) -> str:
    words_of = str(payment.get_state_display())
    if payment.asks_second and found.state == "ready" and payment.state == "claimed":
        if payment.seconded_at:
            return _("Far back, or a large sum: the second officer has confirmed it")
        return _("Far back, or a large sum: the second officer confirms it by itself")
    return f"{words_of}: {payment.state_reason}" if payment.state_reason else words_of


def _batch_rows(found: PaymentBatch) -> list:
    made = {"who": found.made_by, "day": day(found.made_at)}
    rows = [
        (_("How it stands"), _batch_stands(found)),
        (_("Made"), _("by %(who)s on %(day)s") % made),
        (_("Due up to"), day(found.until)),
        (_("Payments"), str(found.count)),
        (_("Together"), pounds(found.total)),
        (_("Fingerprint of the file (SHA-256)"), found.sha256),
    ]
    if found.extra:
        rows.insert(1, (_("What it is"), _("An extra batch: payments that came back go again")))
    if found.released_at:
        let_go = {"who": found.released_by, "day": day(found.released_at)}
        rows.append((_("Released"), _("by %(who)s on %(day)s") % let_go))
    if _left(found):
        rows.append((_("What the ledger answered"), _answered(found)))
    if _left(found) and found.confirmed_at:
        done = {"who": found.confirmed_by, "day": day(found.confirmed_at), "ref": found.ledger_ref}
        rows.append(
            (_("Confirmed"), _("by %(who)s on %(day)s; the ledger's number is %(ref)s") % done)
        )
    return rows


def _batch_stands(found: PaymentBatch) -> str:
    if found.state == "confirmed" and not found.count:
        return _("Done: every line was left out, so nothing went to the ledger")
    return str(found.get_state_display())


def _answered(found: PaymentBatch) -> str:
    states = ("paid", "returned", "claimed")
    count = found.payments.aggregate(**{s: Count("pk", filter=Q(state=s)) for s in states})
    words = _("%(paid)s paid, %(returned)s returned, %(claimed)s not answered yet")
    return words % count


def leave_out(request, number, line):
    """One line of a batch that has not left is taken out of it, with the reason."""
    scope = scope_of(request, PAYS)
    found = batch_of(request, scope, number)
    payment = found.payments.select_related("case", "payee").filter(number=line).first()
    if payment is None:
        raise Http404
    back = reverse("budgets:batch", args=[found.number])
    title = _("Leave line %(n)s out of batch %(batch)s") % {"n": line, "batch": found.number}
    facts = {"ref": payment.case.ref, "sum": pounds(payment.amount), "day": day(payment.on)}
    return form_act(
        request,
        forms.LeaveOutForm(request.POST if request.method == "POST" else None),
        "leave_out",
        act=lambda form: actions.leave_out(payment=payment, by=request.user, **form.facts()),
        done=lambda: back,
        show=lambda form: form_page(
            request,
            form,
            title,
            back,
            lead=_("%(ref)s: %(sum)s, due on %(day)s.") % facts,
            button=_("Leave it out"),
        ),
    )


def batch_file(request, number):
    """The file of a batch as it was made: the same bytes each time."""
    found = batch_of(request, scope_of(request, AUDITS), number)
    if not _left(found):
        raise Http404
    layout = ledger_formats.layout_of(found)
    return ledger_file(bytes(found.file), layout, f"payments-{found.number}")
