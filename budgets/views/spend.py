"""Committed spend and the forecast of the year's end, against the money there is; and loading that
money.
"""

from datetime import date
from functools import partial

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from budgets import actions
from budgets.forms.overview import LoadForm, YearForm
from budgets.models import SpendBudget, Suspension
from budgets.models.plan import ROUTE_NAMES
from budgets.money.sterling import pounds
from budgets.payments import monitoring
from budgets.spend import committed_spend
from budgets.views.scope import scope_of
from cases.common import dates
from cases.models import Team
from cases.models.people import NEED_GROUPS
from cases.ui.components import Table
from cases.ui.date_words import day
from cases.ui.spreadsheets import KINDS
from cases.views.form_act import form_act
from cases.views.menu import in_menu

SEES = {"finance", "manager", "service_manager"}
TITLES = {
    "team": gettext_lazy("By team"),
    "route": gettext_lazy("By way to take the money"),
    "need_group": gettext_lazy("By need group"),
}


@in_menu(gettext_lazy("Spending"), {"finance"})
def spending(request):
    """Gross, contributions, net and what is left, as a whole and split three ways."""
    scope = scope_of(request, SEES)
    this = committed_spend.year_of(dates.today())
    form = YearForm({"year": request.GET.get("year") or str(this.first.year)})
    year = _year(form)
    found = committed_spend.committed(scope.council, year=year, team=scope.team)
    tables = [_table(by, found, scope) for by in committed_spend.BY]
    return render(
        request,
        "budgets/spending.html",
        {
            "form": form,
            "year": year.name,
            "whole": _whole(found, scope),
            "tables": tables,
            "loads": "finance" in scope.roles,
            "on": day(found.on),
            "behind": found.behind,
            "loaded": _loaded(scope.council, year),
        },
        status=422 if form.errors else 200,
    )


def _year(form) -> committed_spend.Year:
    this = committed_spend.year_of(dates.today())
    if not form.is_bound or not form.is_valid() or not form.cleaned_data["year"]:
        return this
    return committed_spend.year_of(date(int(form.cleaned_data["year"]), 4, 1))


def _whole(found, scope) -> list[tuple[str, str]]:
    row = found.whole
    held = Suspension.objects.filter(
        case__council=scope.council, ends_on=None, struck_at=None
    ).exclude(case__step="closed")
    if scope.team is not None:
        held = held.filter(case__team__in=scope.team)
    suspended = held.count()
    over, accounts = monitoring.left_over(scope.council, scope.team)
    return [
        (_("People with a budget in the year"), str(row.people)),
        (_("Committed for the whole year, gross"), pounds(row.gross)),
        (_("Of this, until today"), pounds(row.to_date)),
        (_("Contributions that are decided"), pounds(row.paid_by_people)),
        (_("Net"), pounds(row.net)),
        (
            _("The money there is"),
            _("Not loaded yet") if row.budget is None else pounds(row.budget),
        ),
        (_("Left at the end of the year"), "–" if row.left is None else pounds(row.left)),
        (
            _("Payments suspended now"),
            ngettext("%(n)s person", "%(n)s people", suspended) % {"n": suspended},
        ),
        (
            _("Left over in accounts, by the last balances"),
            _("%(sum)s in %(n)s accounts whose balance is known")
            % {"sum": pounds(over), "n": accounts},
        ),
    ]


def _table(by, found, scope, file: bool = False) -> Table:
    """The sums by one thing. The page leaves out what was loaded where nothing was; a file has
    always the same columns.
    """
    names = _names(by, scope)
    head = [
        _("Which"),
        _("People"),
        _("Gross, the year"),
        _("Until today"),
        _("Contributions"),
        _("Net, the year"),
    ]
    rows = [
        [
            names.get(row.key, _("Not known")),
            str(row.people),
            pounds(row.gross),
            pounds(row.to_date),
            pounds(row.paid_by_people),
            pounds(row.net),
        ]
        for row in found.rows[by]
    ]
    if file or any(row.budget is not None for row in found.rows[by]):
        head += [_("The money there is"), _("Left")]
        for cells, row in zip(rows, found.rows[by], strict=True):
            cells += ["–" if one is None else pounds(one) for one in (row.budget, row.left)]
    year = found.year.first.year
    return Table(
        str(TITLES[by]),
        head,
        rows,
        numeric=set(range(1, len(head))),
        empty=_("Nothing is committed in this year."),
        csv=f"{reverse('budgets:spending_csv', args=[by])}?year={year}",
        xlsx=f"{reverse('budgets:spending_xlsx', args=[by])}?year={year}",
        each_alone=True,
    )


def _names(by, scope) -> dict:
    if by == "team":
        return {team.pk: team.name for team in Team.objects.filter(council=scope.council)}
    return {
        code: str(words)
        for code, words in (ROUTE_NAMES if by == "route" else NEED_GROUPS).items()
        if code
    }


def _loaded(council, year) -> Table:
    rows = (
        SpendBudget.objects.filter(council=council, year=year.first)
        .select_related("team", "loaded_by")
        .order_by("-pk")
    )
    shown = [
        [
            row.team.name if row.team else _("Every team"),
            str(ROUTE_NAMES[row.route]) if row.route else _("Every way"),
            pounds(row.amount),
            row.source,
            day(row.loaded_at),
        ]
        for row in rows
    ]
    head = [_("Team"), _("Way to take the money"), _("Sum"), _("From"), _("Loaded on")]
    return Table(
        _("The money there is, as it was loaded: the last first"),
        head,
        shown,
        numeric={2},
        empty=_("Nothing is loaded for this year."),
    )


def spending_file(request, table, kind):
    """One of the three splits as a file."""
    scope = scope_of(request, SEES)
    if table not in committed_spend.BY:
        raise Http404
    year = _year(YearForm(request.GET or None))
    found = committed_spend.committed(scope.council, year=year, team=scope.team)
    write, content_type = KINDS[kind]
    response = HttpResponse(
        write(_table(table, found, scope, file=True)), content_type=content_type
    )
    name = f"spending-{table}-{year.first.year}-{found.on:%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def spending_load(request):
    """Finance records the money there is for a year; sent twice, it is loaded once."""
    scope = scope_of(request, actions.spend.MAY_LOAD)

    def load(form):
        row = actions.load_budget(council=scope.council, by=request.user, **form.saved())
        return f"{reverse('budgets:spending')}?year={row.year.year}"

    form = LoadForm(request.POST or None, teams=scope.teams)
    return form_act(request, form, "load_budget", act=load, show=partial(_load_page, request))


def _load_page(request, form):
    context = {
        "form": form,
        "title": _("Load the money there is"),
        "back": reverse("budgets:spending"),
    }
    return render(request, "budgets/council_form.html", context, status=422 if form.errors else 200)
