"""The council's own pages about money that moves: batches for the ledger, how the money is taken
over all cases, and the directory of providers.
"""

from datetime import date
from decimal import Decimal
from functools import partial
from itertools import islice

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budgets import actions
from budgets.actions.payment_batches import batches_of, due_payments
from budgets.forms import council as forms
from budgets.models import PaymentBatch
from budgets.money.sterling import pounds
from budgets.payments import route_tables
from budgets.plan import providers
from budgets.position import money_presenter
from cases import access
from cases.common import dates
from cases.common.refusals import NotYet
from cases.resilience.form_tokens import once
from cases.ui.components import Link, Table
from cases.ui.date_words import day
from cases.ui.spreadsheets import as_csv

PAYS = {"finance"}
AUDITS = {"finance", "auditor"}
READS_ROUTES = {"manager", "service_manager", "finance", "auditor"}
KEEPS_DIRECTORY = {"admin", "finance"}
READS_DIRECTORY = KEEPS_DIRECTORY | {"worker", "manager", "service_manager"}
COLUMNS = ("number", "made_at", "until", "count", "total", "state")  # of a list: never the files
SHOWN = 200  # rows of a list on a page


def _council(request, roles):
    """The council a member of staff works for now, where they have one of these roles; else nothing
    is here.
    """
    council = access.council_of(request.user, request)
    mine = {
        seat.role
        for seat in access.seats_of(request.user)
        if council and seat.council_id == council.pk
    }
    if not mine & roles:
        raise Http404
    request.seat_roles = mine
    return council


def _form(request, make, name, do):
    """(form, answer): the answer is where to go on, or None while the form is shown (again)."""
    form = make(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            address = once(
                form.cleaned_data["key"], user=request.user, form=name, do=lambda: do(form.facts())
            )
            return form, redirect(address)
        except NotYet as no:
            form.refuse(no)
    return form, None


def batches(request):
    """What is due, and one press to make it a numbered batch for the ledger."""
    council = _council(request, AUDITS)
    form = None
    if request.seat_roles & PAYS:

        def do(facts):
            made = actions.make_batch(council=council, by=request.user, until=facts["until"])
            return reverse("budgets:batch", args=[made.number])

        form, done = _form(request, forms.BatchForm, "make_batch", do)
        if done:
            return done
    due = list(islice(due_payments(council, dates.today(), dates.today()), SHOWN + 1))
    more = len(due) > SHOWN
    count, total = len(due), sum((one.amount for one in due), Decimal("0.00"))
    return render(
        request,
        "budgets/batches.html",
        {
            "form": form,
            "title": _("Payments for the ledger"),
            "cut_off": more,
            "lead": _due_words(count, total) if count and not more else "",
            "due": _due_table(due[:SHOWN]),
            "table": _batches_table(batches_of(request.user, council).only(*COLUMNS)[:SHOWN]),
        },
        status=422 if form and form.errors else 200,
    )


def _due_words(count: int, total: Decimal) -> str:
    return ngettext(
        "%(n)s payment is due today or before: %(total)s.",
        "%(n)s payments are due today or before: %(total)s together.",
        count,
    ) % {"n": count, "total": pounds(total)}


def _due_table(payments) -> Table:
    rows = [
        [
            Link(p.case.ref, reverse("budgets:schedule", args=[p.case.ref])),
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
            str(b.get_state_display()),
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


def _batch(request, number):
    council = _council(request, AUDITS)
    found = (
        batches_of(request.user, council)
        .select_related("made_by", "released_by", "confirmed_by")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise Http404
    return found


def batch(request, number):
    """One batch: its file, its hash, and that the ledger has paid it."""
    found = _batch(request, number)
    pays = bool(request.seat_roles & PAYS)
    lines = list(found.payments.select_related("case").order_by("number")[:SHOWN])
    form, step = None, ""
    if pays and found.state == "ready" and found.made_by_id != request.user.pk:
        step, make = "release_batch", partial(forms.ReleaseForm, lines=lines)
        act = partial(actions.release_batch, batch=found, by=request.user)
    elif pays and found.state == "released":
        step, make = "confirm_batch", forms.ConfirmForm
        act = partial(actions.confirm_batch, batch=found, by=request.user)
    if step:
        form, done = _form(request, make, step, partial(_done, request.path, act))
        if done:
            return done
    elif request.method == "POST":
        return redirect(request.path)
    return render(
        request,
        "budgets/batch.html",
        {
            "form": form,
            "title": _("Batch %(n)s") % {"n": found.number},
            "facts": _batch_rows(found),
            "step": step,
            "waits": found.state == "ready" and not step,
            "file": reverse("budgets:batch_file", args=[found.number]) if found.released_at else "",
            "table": _payments_table(lines),
            "back": reverse("budgets:batches"),
        },
        status=422 if form and form.errors else 200,
    )


def _done(address, act, facts) -> str:
    act(**facts)
    return address


def _payments_table(lines) -> Table:
    rows = [
        [
            str(p.number),
            Link(
                str(p.case.ref),
                reverse("budgets:trace", args=[p.case.ref, p.pk]),
                hidden=_("where this payment comes from"),
            ),
            day(p.on),
            money_presenter.covered(p),
            _stands(p),
            pounds(p.amount),
        ]
        for p in lines
    ]
    head = [_("Line"), _("Case"), _("Due"), _("For"), _("How it stands"), _("Amount")]
    return Table(_("Payments of this batch"), head, rows, numeric={5})


def _stands(payment) -> str:
    words_of = str(payment.get_state_display())
    if payment.asks_second and payment.state == "claimed":
        return _("Far back, or a large sum: the second officer confirms it by itself")
    return f"{words_of}: {payment.state_reason}" if payment.state_reason else words_of


def _batch_rows(found: PaymentBatch) -> list:
    made = {"who": found.made_by, "day": day(found.made_at)}
    rows = [
        (_("How it stands"), str(found.get_state_display())),
        (_("Made"), _("by %(who)s on %(day)s") % made),
        (_("Due up to"), day(found.until)),
        (_("Payments"), str(found.count)),
        (_("Together"), pounds(found.total)),
        (_("Fingerprint of the file (SHA-256)"), found.sha256),
    ]
    if found.released_at:
        let_go = {"who": found.released_by, "day": day(found.released_at)}
        rows.append((_("Released"), _("by %(who)s on %(day)s") % let_go))
    if found.confirmed_at:
        done = {"who": found.confirmed_by, "day": day(found.confirmed_at), "ref": found.ledger_ref}
        rows.append(
            (_("Confirmed"), _("by %(who)s on %(day)s; the ledger's number is %(ref)s") % done)
        )
    return rows


def batch_file(request, number):
    """The file of a batch as it was made: the same bytes each time."""
    found = _batch(request, number)
    if not found.released_at:
        raise Http404
    answer = HttpResponse(found.content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="payments-{found.number}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _period(request) -> tuple[date, date]:
    """The last twelve months up to today, whole days."""
    until = dates.today()
    return dates.months_after(until, -12), until


def routes_overview(request):
    """How the money is taken over all cases: who comes through to a direct payment, whom people
    choose, what could not be had, what it asks of people, and the register of limits.
    """
    council = _council(request, READS_ROUTES)
    since, until = _period(request)
    return render(
        request,
        "budgets/routes_overview.html",
        {
            "title": _("Ways to take the money"),
            "form": None,
            "providers": reverse("budgets:providers")
            if request.seat_roles & READS_DIRECTORY
            else "",
            "period": _("%(a)s to %(b)s") % {"a": day(since), "b": day(until)},
            "tables": [
                (table, reverse("budgets:routes_overview_csv", args=[name]))
                for name, table in route_tables.all_of(council, since, until).items()
            ],
        },
    )


def routes_csv(request, table):
    """One of these tables as a file."""
    council = _council(request, READS_ROUTES)
    make = route_tables.TABLES.get(table)
    if make is None:
        raise Http404
    answer = HttpResponse(
        as_csv(make(route_tables.Facts(council, *_period(request)))),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    return answer


def providers_page(request):
    """The directory: a help for whoever looks for somebody, and never a limit on whom a plan may
    name.
    """
    council = _council(request, READS_DIRECTORY)
    form = None
    if request.seat_roles & KEEPS_DIRECTORY:

        def do(facts):
            actions.add_provider(council=council, by=request.user, **facts)
            return request.path

        form, done = _form(request, forms.ProviderForm, "add_provider", do)
        if done:
            return done
    rows = [
        [p.name, p.offers, _("Yes") if p.framework else _("No"), day(p.valid_from)]
        for p in providers.directory(council, dates.today())
    ]
    head = [_("Name"), _("What they offer"), _("On a framework"), _("Since")]
    return render(
        request,
        "budgets/providers.html",
        {
            "form": form,
            "title": _("Providers"),
            "table": Table(
                _("Providers the council knows"),
                head,
                rows,
                empty=_("Nobody is in the directory yet."),
            ),
        },
        status=422 if form and form.errors else 200,
    )
