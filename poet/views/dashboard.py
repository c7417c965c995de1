"""The dashboard's pages and files: what was asked, who may see it, and what was worked out, kept
until it changes.

A page's figures are kept as ready HTML under the council, what this reader may see, the version of
the council's data and what was asked. The frame around them (name, menu, filter) is made anew for
each reader.
"""

import hashlib
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cases import journey
from cases.common import caches, dates
from cases.figures import timings
from cases.ui.spreadsheets import KINDS
from cases.views.menu import in_menu
from poet.dashboard import (
    cases_behind,
    first_figure_tables,
    overview,
    process,
    process_tables,
    step_tables,
    tables,
)
from poet.dashboard.overview import Figures
from poet.dashboard.periods import DEFAULT_PERIOD, PERIODS
from poet.dashboard.process import StepFigures
from poet.forms.dashboard import DrillForm, FigureForm, StepForm
from poet.models import Release
from poet.ui import chart_geometry, figure_presenter

# seconds: what no version covers, such as a changed target or a new release, is shown by then
KEPT = 600
MAIN = tables.TABLES | process_tables.PROCESS


class FigureRequest:
    """A manager's request: scope, checked filter, and the figures' arguments (None when the filter
    is nonsense).
    """

    def __init__(self, request, form_class=FigureForm, first=lambda scope: (), **names) -> None:
        """`first`: what the form wants before the teams; `names`: what else may be asked, with its
        default.
        """
        self.scope = scope = overview.scope_of(request)
        request.council = scope.council
        everything = _("The whole council") if scope.whole else _("All my teams")
        get = request.GET
        self.given = {"period": get.get("period") or DEFAULT_PERIOD, "team": get.get("team", "")}
        self.given |= {name: get.get(name) or default for name, default in names.items()}
        team = scope.choose(self.given["team"])
        self.form = form_class(*first(scope), scope.teams, everything, self.given)
        self.arguments: dict[str, Any] | None = None
        if self.form.is_valid():
            kept = {name: get[name] for name in ("period", "team") if get.get(name)}
            months = int(self.form.cleaned_data["period"])
            self.arguments = {
                "council": scope.council,
                "months": months,
                "team": team,
                "now": timezone.now(),
                "asked": kept,
                "whole": team is None,
            }

    def wrong(self) -> list[str]:
        """What is wrong with the address, each sentence once."""
        return sorted({sentence for found in self.form.errors.values() for sentence in found})

    def key(self, page: str, today) -> str:
        """Under what a page's figures are kept: cheap statements tell whether anything has
        changed.
        """
        council = self.scope.council
        released = (
            Release.objects.filter(council=council).order_by("-number").values_list("pk", flat=True)
        )
        heard = (
            released.first() if page == "main" else None
        )  # the one page that shows what people say
        seen = "all" if self.scope.whole else ",".join(str(team.pk) for team in self.scope.teams)
        parts = [
            page,
            council.pk,
            seen,
            timings.data_version(council),
            heard,
            today,
            get_language(),
        ]
        parts += [f"{name}={value}" for name, value in sorted(self.given.items())]
        return "dashboard:" + hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()


def kept_page(asked: FigureRequest, page: str, figures: Figures, template: str, build):
    """The figures' HTML, from the cache or made now. `build(figures)` gives what the template
    needs.
    """
    key = asked.key(page, figures.until)
    html = caches.figures.get(key)
    if html is None:
        html = render_to_string(template, build(figures))
        caches.figures.set(key, html, KEPT)
    return mark_safe(html)  # noqa: S308  (rendered by the template a moment or some minutes ago)


def show_page(request, asked: FigureRequest, template: str, context: dict):
    return render(
        request, template, {"form": asked.form, **context}, status=200 if asked.arguments else 422
    )


@in_menu(gettext_lazy("Dashboard"), overview.SEES)
def dashboard_page(request):
    asked, shown = FigureRequest(request), ""
    if asked.arguments:
        shown = kept_page(asked, "main", Figures(**asked.arguments), "poet/_dashboard.html", _main)
    return show_page(request, asked, "poet/dashboard.html", {"shown": shown})


def _main(f: Figures) -> dict:
    shown = {
        "cards": overview.cards(f),
        "bars": chart_geometry.bars(f.steps),
        "height": str(len(f.steps) * 34 + 4),
        "stacked": chart_geometry.stacked(f.steps),
        "tables": {name: build(f) for name, build in MAIN.items()},
        "period": PERIODS[str(f.months)],
        "replies": overview.asked_and_answered(f),
        "empty": not (f.steps or f.waiting),
        "journeys": f.link("journeys"),
        "figures": f.link("figures"),
        "gains": [
            {"step": figure_presenter.step(gain.step), "practices": process.practices(gain)}
            for gain in process.gains(f)[:3]
        ],
    }
    return shown | {"counted_at": _time(f)}


def _time(f: Figures) -> str:
    """When what takes long to count was counted; "" where that was now. Asked once the tables are
    made.
    """
    return (
        time_format(timezone.localtime(f.counted_at, dates.LONDON), "H:i") if f.counted_at else ""
    )


def journeys(request):
    """Whole journeys: loops, hand-offs, people and forms, the panel, and the department's waiting
    times.
    """
    asked, shown = FigureRequest(request), ""
    if asked.arguments:
        shown = kept_page(
            asked, "journeys", Figures(**asked.arguments), "poet/_journeys.html", _journeys
        )
    back = reverse("poet:dashboard")
    return show_page(request, asked, "poet/journeys.html", {"shown": shown, "back": back})


def _journeys(f: Figures) -> dict:
    built = {name: build(f) for name, build in process_tables.JOURNEYS.items()}
    return {
        "tables": built,
        "period": PERIODS[str(f.months)],
        "back": f.link("dashboard"),
        "counted_at": _time(f),
    }


def _step(request, code) -> FigureRequest:
    """A request about one step or clock; Http404 for a code that is neither."""
    if code not in journey.waiting_steps() and code not in journey.CLOCKS:
        raise Http404
    asked = FigureRequest(
        request, StepForm, lambda scope: (_dimensions(scope, request, code),), by="team"
    )
    if asked.arguments:
        chosen = asked.arguments["team"]
        teams = (
            asked.scope.teams
            if chosen is None
            else [t for t in asked.scope.teams if t.pk in chosen]
        )
        asked.arguments |= {"code": code, "by": asked.form.cleaned_data["by"], "teams": teams}
    return asked


def _dimensions(scope, request, code) -> dict:
    """By what this reader may split: the figures of one team are not kept by anything else."""
    whole = scope.whole and not request.GET.get("team")
    kept = step_tables.BY if whole else {"team": step_tables.BY["team"]}
    return {
        name: said for name, said in kept.items() if name != "version" or code not in journey.CLOCKS
    }


def step(request, code):
    """One step or clock: its trend, its splits, what is open, whose time it was."""
    asked, shown = _step(request, code), ""
    if asked.arguments:
        shown = kept_page(asked, code, StepFigures(**asked.arguments), "poet/_step.html", _one_step)
    context = {
        "shown": shown,
        "title": figure_presenter.code(code),
        "back": reverse("poet:dashboard"),
        "splits": len(asked.form.fields["by"].choices) > 1,
    }
    return show_page(request, asked, "poet/step.html", context)


def _one_step(f: StepFigures) -> dict:
    return {
        "cards": step_tables.step_cards(f),
        "chart": chart_geometry.xmr(f.whole_months, f.target),
        "clock": f.is_clock,
        "tables": {name: build(f) for name, build in step_tables.OF_A_STEP.items()},
        "difference": step_tables.difference(f),
        "period": PERIODS[str(f.months)],
        "stacked": chart_geometry.stacked([f.row] if f.row and not f.is_clock else []),
        "back": f.link("dashboard"),
        "whole": f.whole_council,
    }


# What the form of the cases behind a number leaves empty where nothing was asked.
UNASKED = dict.fromkeys(
    (
        "step",
        "late",
        "loop",
        "band",
        "turn",
        "adass",
        "which",
        "by",
        "key",
        "month",
        "over",
    ),
    "",
)


def cases_behind_page(request):
    """The cases behind one number, in pages; nothing is kept, because who may open a case can
    change.
    """
    asked = FigureRequest(request, DrillForm, state="closed", **UNASKED)
    context = {
        "found": None,
        "onward": "",
        "back": reverse("poet:dashboard"),
        "wrong": asked.wrong(),
    }
    if asked.arguments:
        figures = Figures(**asked.arguments)
        found = cases_behind.cases_behind(
            figures, request.user, asked.form.cleaned_data, request.GET.get("after", "")
        )
        wanted = request.GET.copy()
        wanted["after"] = found.onward
        context |= {
            "found": found,
            "onward": f"?{wanted.urlencode()}" if found.onward else "",
            "back": figures.link("dashboard"),
        }
    return show_page(request, asked, "poet/cases_behind.html", context)


def dashboard_file(request, table, kind):
    """One table as a file. A nonsense filter leads back to the page, which says what is wrong with
    it.
    """
    asked, build = (
        FigureRequest(request),
        (MAIN | process_tables.JOURNEYS | first_figure_tables.TABLES).get(table),
    )
    if build is None:
        raise Http404
    if not asked.arguments:
        return redirect(f"{reverse('poet:dashboard')}?{request.GET.urlencode()}")
    return _file(
        build(figures := Figures(**asked.arguments)), kind, f"{table}-{figures.until:%Y-%m-%d}"
    )


def step_file(request, code, table, kind):
    """One table of a step as a file, in the same way."""
    asked, build = _step(request, code), step_tables.OF_A_STEP.get(table)
    if build is None:
        raise Http404
    if not asked.arguments:
        return redirect(f"{reverse('poet:step', args=[code])}?{request.GET.urlencode()}")
    return _file(
        build(figures := StepFigures(**asked.arguments)),
        kind,
        f"{code}-{table}-{figures.until:%Y-%m-%d}",
    )


def _file(table, kind: str, name: str) -> HttpResponse:
    write, content_type = KINDS[kind]
    response = HttpResponse(write(table), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
