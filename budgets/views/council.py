"""The council's own pages about how the money is taken over all cases, and the directory of
providers. Batches for the ledger: `batches`.
"""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets import actions
from budgets.forms import council as forms
from budgets.payments import route_tables
from budgets.plan import providers
from cases import access
from cases.casefile import case_presenter
from cases.common import dates
from cases.common.refusals import NotYet
from cases.resilience.form_tokens import once
from cases.ui.components import Table
from cases.ui.date_words import day
from cases.ui.spreadsheets import as_csv

READS_ROUTES = {"manager", "service_manager", "finance", "auditor"}
KEEPS_DIRECTORY = {"admin", "finance"}
READS_DIRECTORY = KEEPS_DIRECTORY | {"worker", "manager", "service_manager"}


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
    """(form, answer): the answer is where to go on, or None while the form is shown (again).
    Pressed twice it leads where it led: by now the page may ask something else.
    """
    before = case_presenter.sent_before(request.POST.get("key"), request.user)
    if before:
        return None, redirect(before)
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
