"""Does the first figure hold: the page of tables, and the register of single decisions with their
reasons.
"""

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.money.sterling import pounds
from budgets.position.case_money import cost_of_figure
from budgets.spend import first_to_decided, totals
from cases.caseload import lists
from cases.ui.components import Link, Table
from cases.ui.date_words import day
from poet.dashboard import first_figure_tables
from poet.dashboard.overview import Figures
from poet.dashboard.periods import PERIODS
from poet.ui import figure_presenter
from poet.views.dashboard import FigureRequest, kept_page, show_page

PAGE = 50


def figures(request):
    """Spread, splits, costings, reasons, and what the panel costs."""
    asked, shown = FigureRequest(request), ""
    if asked.arguments:
        shown = kept_page(
            asked, "figures", Figures(**asked.arguments), "poet/_figures.html", _figures
        )
    return show_page(
        request,
        asked,
        "poet/first_figures.html",
        {"shown": shown, "back": reverse("poet:dashboard")},
    )


def _figures(f: Figures) -> dict:
    built = {name: build(f) for name, build in first_figure_tables.TABLES.items()}
    return {
        "first": built.pop("spread"),
        "panel": built.pop("panel_cost"),
        "tables": list(built.values()),
        "period": PERIODS[str(f.months)],
        "register": f.link("figures_register"),
    }


def register(request):
    """Each decision of the period beside its first figure, for those who may open the case."""
    asked = FigureRequest(request)
    context = {"table": None, "page": None, "back": reverse("poet:figures")}
    if asked.arguments:
        f = Figures(**asked.arguments)
        mine = lists.staff_cases(request.user, f.council).values("pk")
        rows = totals.decisions(f.council, since=f.since, until=f.until, team=f.team).filter(
            case__in=mine
        )
        page = Paginator(first_to_decided.register(rows), PAGE).get_page(request.GET.get("page"))
        context = {"table": _register(page), "page": page, "back": f.link("figures")}
    return show_page(request, asked, "poet/first_figures_register.html", context)


def _register(page) -> Table:
    head = [
        _("Case"),
        _("Applies from"),
        _("Team"),
        _("First figure, a year and once"),
        _("Decided"),
        _("Difference"),
        _("Why"),
    ]
    rows = [
        [
            Link(figure.case.ref, reverse("cases:case", args=[figure.case.ref])),
            day(figure.effective_from),
            figure.case.team.name if figure.case.team else "",
            figure_presenter.NONE if figure.first_total is None else pounds(figure.first_total),
            pounds(cost_of_figure(figure).total),
            figure_presenter.signed(figure.share),
            f"{figure.get_reason_code_display()}: {figure.reason_text}"
            if figure.reason_code
            else _("nothing differs"),
        ]
        for figure in page.object_list
    ]
    return Table(
        _("Decisions, the last first"),
        head,
        rows,
        numeric={3, 4, 5},
        empty=_("Nothing was decided in these months."),
    )
