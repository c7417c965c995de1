"""The figures of the results pages for one year and one instrument, from what was published.
Reading only.

`Results` is what every table and chart is built from. Not here: their words (results_tables), who
may see them (views).
"""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from budgets.models.plan import ROUTE_NAMES
from cases.models import Team
from cases.models.people import AGE_BANDS
from cases.ui.components import Files
from poet.results import process_and_outcome, weighting
from poet.results.published import Book, Line, Question
from poet.statistics import funnel_limits
from poet.ui.addresses import address

MONTHS = 24  # of the chart, at most
WIDTHS = {"two": 0.95, "three": 0.998}  # the two pairs of funnel limits


@dataclass(frozen=True)
class TeamRow:
    """A team's line with the limits that chance alone would keep it in; `place`: within, near,
    above or below.
    """

    name: str
    line: Line
    limits: dict[str, tuple[float, float]]
    place: str


class Results:
    """One council's published figures of one year and instrument."""

    def __init__(self, book: Book, *, year: str, who: str) -> None:
        self.book, self.year, self.who = book, year, who
        self.asked_for = {"year": year, "who": who}

    def link(self, name: str, *args: str) -> str:
        return f"{address(name, *args)}?{urlencode(self.asked_for)}"

    def files(self, name: str) -> Files:
        return Files(csv=self.link("results_csv", name), xlsx=self.link("results_xlsx", name))

    def question_files(self, question: str, name: str) -> Files:
        return Files(
            csv=self.link("question_csv", self.who, question, name),
            xlsx=self.link("question_xlsx", self.who, question, name),
        )

    @cached_property
    def questions(self) -> list[Question]:
        """Those of which a line is shown for all together, in their order."""
        return [one for one in self.book.questions(self.who) if self.line(one.code).n]

    def question(self, code: str) -> Question | None:
        return next((one for one in self.book.questions(self.who) if one.code == code), None)

    def line(self, question: str, view: str = "all", group: str = "") -> Line:
        return self.book.line(self.year, self.who, question, view, group)

    def weighted(self, question: str) -> weighting.Weighted | None:
        """The share of good answers, each group counted as often as it has people in the
        caseload.
        """
        shown = self.book.groups(self.year, self.who, question, "route_age")
        strata = {
            group: (line.good, line.n)
            for group, line in shown.items()
            if line.good is not None and line.n
        }
        return weighting.weighted(strata, self.book.caseload(self.who))

    def teams(self, question: str) -> list[TeamRow]:
        """The teams with a shown share, in the order of their names, against all teams together."""
        shown = {
            group: line
            for group, line in self.book.groups(self.year, self.who, question, "team").items()
            if group
        }
        rows = [(line.good, line.n) for line in shown.values() if line.good is not None and line.n]
        if not rows:
            return []
        pooled = sum(good for good, _n in rows) / sum(n for _good, n in rows)
        names = Team.objects.filter(council=self.book.council, pk__in=list(shown)).order_by("name")
        return [
            _team(team.name, shown[str(team.pk)], pooled)
            for team in names
            if shown[str(team.pk)].share is not None
        ]

    def months(self, question: str) -> list[tuple[str, Line]]:
        """(month, line) of the months that are shown, of this year and those before it, in
        order.
        """
        years = [year for year in self.book.years() if year <= self.year]
        found = [
            pair
            for year in years
            for pair in self.book.groups(year, self.who, question, "month").items()
        ]
        return sorted(found, key=lambda pair: pair[0])[-MONTHS:]

    @cached_property
    def conditions(self) -> list[process_and_outcome.Condition]:
        return process_and_outcome.conditions(self.book, self.year, self.who)

    def ranked(self) -> list[tuple[Question, Line]]:
        """The questions about a change in life with a share, the highest first: weighted where that
        can be had.
        """
        found = [(one, self.line(one.code)) for one in self.questions if one.block == "outcomes"]
        return sorted(
            (pair for pair in found if pair[1].share is not None),
            key=lambda pair: -self.best(pair[0].code),
        )

    def best(self, question: str) -> float:
        """The weighted share, or the raw one where nothing can be weighed."""
        found = self.weighted(question)
        return found.share if found else self.line(question).share or 0.0


def _team(name: str, line: Line, pooled: float) -> TeamRow:
    limits = {code: funnel_limits(pooled, line.n or 1, width) for code, width in WIDTHS.items()}
    share = line.share or 0.0
    place = "within"
    if not limits["two"][0] <= share <= limits["two"][1]:
        place = "near"
    if not limits["three"][0] <= share <= limits["three"][1]:
        place = "above" if share > pooled else "below"
    return TeamRow(name, line, limits, place)


def route_name(code: str) -> str:
    return str(ROUTE_NAMES.get(code, code))


def age_name(code: str) -> str:
    return str(AGE_BANDS.get(code, code))
