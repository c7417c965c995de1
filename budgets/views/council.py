"""The council's own pages about how the money is taken over all cases, and the directory of
providers. Batches for the ledger: `batches`.
"""

from datetime import date
from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets import actions
from budgets.forms import council as forms
from budgets.payments import route_tables
from budgets.plan import providers
from budgets.views.scope import scope_of
from cases.caseload import lists
from cases.common import dates
from cases.ui.components import Table
from cases.ui.date_words import day
from cases.ui.spreadsheets import as_csv
from cases.views.form_act import form_act
from cases.views.menu import in_menu

READS_ROUTES = {"manager", "service_manager", "finance", "auditor"}
KEEPS_DIRECTORY = {"admin", "finance"}
READS_DIRECTORY = KEEPS_DIRECTORY | {"worker", "manager", "service_manager"}


def _period(request) -> tuple[date, date]:
    """The last twelve months up to today, whole days."""
    until = dates.today()
    return dates.months_after(until, -12), until


@in_menu(gettext_lazy("Ways to take the money"), READS_ROUTES - {"auditor"})
def routes_overview(request):
    """How the money is taken over all cases: who comes through to a direct payment, whom people
    choose, what could not be had, what it asks of people, and the register of limits.
    """
    scope = scope_of(request, READS_ROUTES)
    roles = set(lists.seat_roles(request.user, scope.council))
    since, until = _period(request)
    return render(
        request,
        "budgets/routes_overview.html",
        {
            "title": _("Ways to take the money"),
            "form": None,
            "providers": reverse("budgets:providers") if roles & READS_DIRECTORY else "",
            "period": _("%(a)s to %(b)s") % {"a": day(since), "b": day(until)},
            "tables": [
                (table, reverse("budgets:routes_overview_csv", args=[name]))
                for name, table in route_tables.all_of(scope.council, since, until).items()
            ],
        },
    )


def routes_csv(request, table):
    """One of these tables as a file."""
    council = scope_of(request, READS_ROUTES).council
    make = route_tables.TABLES.get(table)
    if make is None:
        raise Http404
    answer = HttpResponse(
        as_csv(make(route_tables.Facts(council, *_period(request)))),
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="{table}.csv"'
    return answer


@in_menu(gettext_lazy("Providers"), {"admin"})
def providers_page(request):
    """The directory: a help for whoever looks for somebody, and never a limit on whom a plan may
    name.
    """
    scope = scope_of(request, READS_DIRECTORY)
    may = bool(scope.roles & KEEPS_DIRECTORY)
    return form_act(
        request,
        forms.ProviderForm(request.POST or None) if may else None,
        "add_provider",
        act=lambda form: actions.add_provider(
            council=scope.council, by=request.user, **form.facts()
        ),
        done=lambda: request.path,
        show=partial(_providers, request, scope.council),
    )


def _providers(request, council, form):
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
