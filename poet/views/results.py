"""The pages of what people said: read by managers, from published figures alone. Acts on results:
results_actions.py.

Every address here leads to one of a fixed list of groups. No figure is worked out for a reader.
"""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.common import dates
from cases.ui.spreadsheets import KINDS
from cases.views.menu import in_menu
from poet.dashboard import overview
from poet.forms.results import ResultsForm
from poet.models import Improvement, Sharing
from poet.results import (
    charts,
    council_comparison,
    local_account,
    process_and_outcome,
    publishing,
    result_tables,
)
from poet.results.figures import Results
from poet.results.published import WHO, Book, year_words
from poet.ui import figure_presenter


class ResultsRequest:
    """A manager's request: the council's book, the checked filter, and the figures (None when the
    filter is nonsense).
    """

    def __init__(self, request, **fixed) -> None:
        self.scope = overview.scope_of(request)
        request.council = self.scope.council
        self.book = Book(self.scope.council)
        years = self.book.years() or [publishing.year_of(dates.today())]
        given = {
            "year": request.GET.get("year") or years[0],
            "who": request.GET.get("who") or "person",
        } | fixed
        self.form = ResultsForm(years, given)
        self.results = None
        if self.form.is_valid():
            self.results = Results(self.book, year=given["year"], who=given["who"])

    @property
    def status(self) -> int:
        return 200 if self.results else 422


@in_menu(gettext_lazy("What people say"), overview.SEES)
def results(request):
    """What people said: all questions, by how the money is taken, by age, and who answered."""
    asked = ResultsRequest(request)
    shown = _overview(asked.results, asked.scope.whole) if asked.results else {}
    return render(
        request, "poet/results.html", {"form": asked.form, "shown": shown}, status=asked.status
    )


def _overview(r: Results, whole: bool) -> dict:
    ranked = r.ranked()
    return {
        "cards": _cards(r, ranked),
        "tables": {name: build(r) for name, build in result_tables.TABLES.items()},
        "bars": charts.sides([(_(one.short), line) for one, line in ranked]),
        "made_at": r.book.made_at,
        "empty": not r.questions,
        "year": year_words(r.year),
        "who": WHO[r.who],
        "links": r.link("results_links"),
        "compare": r.link("results_compare"),
        "actions": reverse("poet:improvements"),
        "pack": {kind: r.link(f"results_{kind}", "pack") for kind in KINDS},
        "sharing": reverse("poet:sharing") if whole else "",
    }


def _cards(r: Results, ranked) -> list[dict]:
    """The page in three figures, each with what it does and does not say."""
    n, answered = r.book.response_counts(r.year, r.who)
    rate = min(answered / n, 1.0) if n and answered else None
    cards = [
        {
            "number": figure_presenter.share(rate),
            "label": _("of those who were asked have answered"),
            "tone": "",
            "note": _("Those who stay silent may think otherwise."),
        }
    ]
    for (one, line), label in zip(
        _ends(ranked), (_("is the best result"), _("is the lowest result")), strict=False
    ):
        cards.append(
            {
                "number": figure_presenter.share(r.best(one.code)),
                "label": f"{_(one.short)}: {label}",
                "tone": "",
                "note": _in_ten(line),
            }
        )
    return cards


def _ends(ranked) -> list:
    return [ranked[0], ranked[-1]] if len(ranked) > 1 else ranked


def _in_ten(line) -> str:
    """A share as people say it, with the width of what is not known."""
    low, high = (round(end * 10) for end in line.interval)
    if low == high:
        return _("About %(n)s in 10 say that it got better.") % {"n": low}
    return _("Between %(low)s and %(high)s in 10 say that it got better.") % {
        "low": low,
        "high": high,
    }


def question(request, who, question):
    """One question: every group, the teams against chance, the months, the national surveys."""
    asked, one = _of_question(request, who, question)
    r, shown = asked.results, {}
    if r:
        months = [(date.fromisoformat(f"{key}-01"), line) for key, line in r.months(one.code)]
        teams = r.teams(one.code)
        shown = {
            "tables": {name: build(r, one) for name, build in result_tables.OF_A_QUESTION.items()},
            "funnel": charts.funnel(teams),
            "months": charts.shares(months),
            "line": _said(r, one),
            "act": f"{reverse('poet:improvement_new')}?who={who}&question={one.code}",
            "back": r.link("results"),
            "rounds": one.domain,
        }
    context = {
        "form": asked.form,
        "shown": shown,
        "title": _(one.short),
        "text": _(one.text),
        "back": reverse("poet:results"),
    }
    return render(request, "poet/results_question.html", context, status=asked.status)


def _of_question(request, who, code):
    """The request and its question. Http404 for one that nobody was ever asked."""
    asked = ResultsRequest(request, who=who)
    found = [one for one in asked.book.questions(who) if one.code == code]
    if not found:
        raise Http404
    return asked, found[0]


def _said(r: Results, one) -> str:
    line, found = r.line(one.code), r.weighted(one.code)
    if line.share is None:
        return _("Too few answers to say anything about all people together.")
    facts = {
        "n": line.n,
        "share": figure_presenter.share(line.share),
        "interval": figure_presenter.between(line.interval),
    }
    said = _("Of about %(n)s answers %(share)s are good; likely from %(interval)s.") % facts
    if found is None:
        return (
            said
            + " "
            + _("It cannot be weighted to the caseload: too few groups have enough answers.")
        )
    more = {
        "share": figure_presenter.share(found.share),
        "interval": figure_presenter.between(found.interval),
        "covered": figure_presenter.share(found.covered),
    }
    return (
        said
        + " "
        + _(
            "Weighted to the council’s own caseload: %(share)s, likely from %(interval)s. "
            "The groups in it have "
            "%(covered)s of the caseload."
        )
        % more
    )


def process_links(request):
    """Process against outcome: does an easy, short or known way go with a better life?"""
    asked, shown = ResultsRequest(request), {}
    if asked.results:
        r = asked.results
        shown = {
            "conditions": [
                {
                    "table": result_tables.link_table(r, found),
                    "verdict": result_tables.verdict(found),
                }
                for found in r.conditions
            ],
            "quarters": result_tables.quarters(r),
            "back": r.link("results"),
        }
    context = {
        "form": asked.form,
        "shown": shown,
        "q": figure_presenter.share(process_and_outcome.Q),
    }
    return render(request, "poet/results_links.html", context, status=asked.status)


def compare(request):
    """Councils beside each other, by name. Files come in and go out on the page of files."""
    asked, shown = ResultsRequest(request), {}
    if asked.results:
        r = asked.results
        others = council_comparison.peers(asked.scope.council, r.year)
        shown = {
            "tables": [council_comparison.table(one, others) for one in r.book.questions(r.who)],
            "back": r.link("results"),
            "alone": len(others) < 2,
            "agreed": Sharing.of_council(asked.scope.council).compare,
            "files": asked.scope.whole and reverse("poet:benchmark_files"),
        }
    return render(
        request,
        "poet/results_compare.html",
        {"form": asked.form, "shown": shown},
        status=asked.status,
    )


def improvements(request):
    """The register of actions: what people said, who does what by when, what changed."""
    scope = overview.scope_of(request)
    request.council = scope.council
    rows = Improvement.objects.filter(council=scope.council).select_related("owner", "changed_by")
    context = {
        "table": result_tables.register(rows),
        "new": reverse("poet:improvement_new"),
        "form": None,
        "public": reverse("poet:you_said", args=[scope.council.slug]),
        "back": reverse("poet:results"),
    }
    return render(request, "poet/improvements.html", context)


def results_file(request, table, kind):
    """One table as a file: the same cells as on the page."""
    asked = ResultsRequest(request)
    builders = (
        result_tables.TABLES
        | result_tables.LINKS
        | {"pack": lambda r: local_account.pack(r.book, r.year)}
    )
    if table not in builders:
        raise Http404
    if asked.results is None:
        return redirect(f"{reverse('poet:results')}?{request.GET.urlencode()}")
    r = asked.results
    return dashboard_file(builders[table](r), kind, f"{table}-{r.who}-{r.year}")


def question_file(request, who, question, table, kind):
    """One table of a question as a file, in the same way."""
    asked, one = _of_question(request, who, question)
    build = result_tables.OF_A_QUESTION.get(table)
    if build is None:
        raise Http404
    if asked.results is None:
        return redirect(
            f"{reverse('poet:results_question', args=[who, question])}?{request.GET.urlencode()}"
        )
    return dashboard_file(
        build(asked.results, one), kind, f"{question}-{table}-{who}-{asked.results.year}"
    )


def dashboard_file(table, kind: str, name: str) -> HttpResponse:
    write, content_type = KINDS[kind]
    response = HttpResponse(write(table), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response
