"""Making a release of the survey's figures: what each line rests on, what may be shown, once a day
at most.

A *system* is one question of one instrument in one year, counted in every group that is ever shown
of it. The groups are a fixed list: nobody chooses a filter of their own, and all lines of a system
are judged together. Keys are paths, "2026/person/say/route/direct_payment"; inside a system
"route/direct_payment". Not here: the rules themselves (suppression), reading what was published
(published), who may see it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from budgets.models.plan import ROUTE_NAMES
from cases import journey
from cases.common import dates
from cases.common.quantiles import quantile
from cases.models import Case, Clock, Council, Team
from cases.models.people import AGE_BANDS
from cases.resilience import jobs
from cases.resilience.heartbeat import beat
from poet.models import Invitation, Release
from poet.results import suppression
from poet.results.suppression import Counts, Split
from poet.statistics import SMALLEST_SHOWN, round_to_5
from poet.survey import responses

AGES = tuple(AGE_BANDS)
LEVELS = {
    "easy": ("yes", "no", ""),
    "knew": ("yes", "no", ""),
    "panel": ("yes", "no", ""),
    "wait": ("1", "2", "3", "4", ""),
}


def routes() -> tuple[str, ...]:
    """The groups by how the money is taken: each route, mixed, and not chosen."""
    return tuple(ROUTE_NAMES)


class Published(NamedTuple):
    releases: int


def publish(now: datetime | None = None) -> Published:
    """Release what has come in, for every council. Safe to run twice at once, and as often as one
    likes.
    """
    now = now or timezone.now()
    parts = [
        (f"council {one.pk}", partial(release, council=one, at=now))
        for one in Council.objects.order_by("pk")
    ]
    done = Published(sum(made is not None for made in jobs.apart("publish", parts)))
    beat("publish")
    return done


def release(*, council: Council, at: datetime | None = None) -> Release | None:
    """The council's next release, or None while too little has come in or one was made today."""
    at = at or timezone.now()
    if not _worth_it(council, at):
        return None
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        if not _worth_it(council, at):
            return None
        last = newest(council)
        number = last.number + 1 if last else 1
        return Release.objects.create(
            council=council, number=number, made_at=at, **_made(council, last, at)
        )


def newest(council: Council) -> Release | None:
    """The newest release; its state, which only the next one needs, is not read with it."""
    return Release.objects.filter(council=council).order_by("-number").defer("state").first()


def _worth_it(council, at) -> bool:
    """Under five new answers no line can move; and two releases on one day would be two readings of
    one day.
    """
    last = (
        Release.objects.filter(council=council)
        .order_by("-number")
        .values_list("made_at", "held")
        .first()
    )
    if last and dates.london_date(last[0]) >= dates.london_date(at):
        return False
    return responses.response_count(council) - (last[1] if last else 0) >= suppression.BATCH


def year_of(month: date) -> str:
    """The financial year of a month, named by the year in which it began."""
    return str(month.year if month.month >= 4 else month.year - 1)


def _made(council, last, at) -> dict[str, Any]:
    """Lines, about and state of the next release: every system that is there, those that have not
    moved as they were.
    """
    state = last.state if last else {"rests": {}, "knows": {}, "quarters": {}}
    before = last.lines if last else {}
    quarters, given = dict(state["quarters"]), list(responses.all_responses(council))
    found: dict[str, Any] = {
        "lines": {},
        "held": len(given),
        "state": {"rests": {}, "knows": {}, "quarters": quarters},
    }
    teams = tuple(
        str(pk)
        for pk in Team.objects.filter(council=council).order_by("pk").values_list("pk", flat=True)
    )
    for name, counts in sorted(_counted(council, given, quarters, at).items()):
        now, splits = _groups(name.partition("/")[0], counts, teams, at)
        rests = suppression.settle(now, _part(state["rests"], name, tuple), splits)
        if not any(map(sum, rests.values())):
            continue
        known = {
            tuple(key.rsplit(":", 1)): both
            for key, both in _part(state["knows"], name, list).items()
        }
        earlier = _part(before, name, _cells_of)
        shown, knows = suppression.publish(rests, splits, earlier, known)  # type: ignore[arg-type]
        found["lines"] |= {
            f"{name}/{key}": None if cells[0] is None else list(cells)
            for key, cells in shown.items()
            if cells[0] != 0
        }
        found["state"]["rests"] |= {f"{name}/{key}": list(n) for key, n in rests.items() if any(n)}
        found["state"]["knows"] |= {
            f"{name}/{key}:{side}": both
            for (key, side), both in knows.items()
            # of a hidden line only its least matters later: nobody can tell whether it has moved
            if not key.startswith("rest ") and (both[0] > 0 or shown[key][0])
        }
    found["about"] = _about(council)
    return found


def _part(rows: Mapping[str, Any], name: str, shape) -> dict[str, Any]:
    """One system's rows under their own keys."""
    return {
        key[len(name) + 1 :]: shape(value)
        for key, value in rows.items()
        if key.startswith(f"{name}/")
    }


def _cells_of(kept: list | None) -> suppression.Line:
    """A line as a release keeps it: null for hidden; one that is not kept at all is empty."""
    return suppression.HIDDEN_LINE if kept is None else tuple(kept)  # type: ignore[return-value]


def _counted(council, given, quarters, at) -> dict[str, Counter]:
    """ "year/who/question" -> Counter of (line, side)."""
    found: dict[str, Counter] = {}
    for one in given:
        year = year_of(one.month)
        cuts = _quarters(council, year, quarters, at)
        lines = ("apart/with_worker",) if one.apart else tuple(_lines_of(one, cuts))
        for question, side in one.sides.items():
            tally = found.setdefault(f"{year}/{one.who}/{question}", Counter())
            tally.update((line, side) for line in lines)
    return found


def _lines_of(one, cuts) -> Iterable[str]:
    """Every line that a response counts in."""
    stratum = f"{one.route}|{one.age}"
    levels = one.facts | {"wait": _quarter(one.wait_weeks, cuts)}
    yield from (
        "all/",
        f"route/{one.route}",
        f"age/{one.age}",
        f"route_age/{stratum}",
        f"team/{one.team}",
    )
    yield f"month/{one.month:%Y-%m}"
    for name, level in levels.items():
        yield from (f"if_{name}/{level}", f"if_{name}_by/{level}|{stratum}")


def _quarters(council, year, quarters, at) -> list[int]:
    """The weeks that part the waits into quarters: of the year before if it had any, else of the
    time until now.

    Kept from then on, so that nobody's answer goes from one quarter to another.
    """
    if year not in quarters:
        ended = Clock.objects.filter(
            council=council, kind="first_start", cycle="first", ended_at__isnull=False, days__gte=0
        )
        first = date(int(year), 4, 1)
        past = ended.filter(month__gte=date(first.year - 1, 4, 1), month__lt=first)
        rows = list(
            (past if past.exists() else ended.filter(ended_at__lte=at)).values_list(
                "days", flat=True
            )
        )
        weeks = Counter(days // 7 for days in rows if days is not None).items()
        quarters[year] = [quantile(weeks, share) for share in (0.25, 0.5, 0.75)] if rows else []
    return quarters[year]


def _quarter(weeks: int | None, cuts: list[int]) -> str:
    return "" if weeks is None or not cuts else str(1 + sum(weeks > cut for cut in cuts))


def _groups(year, counts: Counter, teams, at) -> tuple[dict[str, Counts], list[Split]]:
    """All lines of a system, parents first, with their counts now, and how they fall into one
    another.
    """
    months = [f"month/{month:%Y-%m}" for month in _months(year, at)]
    splits = [
        Split("all/", tuple(f"route/{route}" for route in routes())),
        Split("all/", tuple(f"age/{age}" for age in AGES)),
        Split("all/", (*(f"team/{team}" for team in teams), "team/")),
        Split("all/", tuple(months)),
        *(
            Split(f"route/{route}", tuple(f"route_age/{route}|{age}" for age in AGES))
            for route in routes()
        ),
        *(
            Split(f"age/{age}", tuple(f"route_age/{route}|{age}" for route in routes()))
            for age in AGES
        ),
    ]
    asked = {line.split("/")[0] for line, _side in counts}
    strata = [f"{route}|{age}" for route in routes() for age in AGES]
    for name, levels in LEVELS.items():
        if f"if_{name}" in asked:
            splits.append(Split("all/", tuple(f"if_{name}/{level}" for level in levels)))
            splits += [
                Split(f"if_{name}/{level}", tuple(f"if_{name}_by/{level}|{s}" for s in strata))
                for level in levels
            ]
            splits += [
                Split(f"route_age/{s}", tuple(f"if_{name}_by/{level}|{s}" for level in levels))
                for s in strata
            ]
    order = dict.fromkeys(
        ["all/", *(child for split in splits for child in split.children), "apart/with_worker"]
    )
    return {line: _cells(counts, line) for line in order}, splits


def _cells(counts: Counter, line: str) -> Counts:
    return counts[line, "good"], counts[line, "middle"], counts[line, "bad"]


def _months(year: str, at: datetime) -> list[date]:
    first, now = date(int(year), 4, 1), dates.month_of(at)
    return [month for n in range(12) if (month := dates.months_after(first, n)) <= now]


def _about(council) -> dict[str, Any]:
    """Asked and answered by year, route and age, and the caseload: people, not answers; rounded,
    small ones left out.
    """
    asked: dict[str, Counter] = {}
    rows = Invitation.objects.filter(case__council=council).order_by()
    for made, answered, kind, route, age in rows.values_list(
        "made_at", "answered", "question_set__instrument", "case__route", "case__age_band"
    ):
        tally = asked.setdefault(f"{year_of(dates.london_date(made))}/{kind}", Counter())
        for line in ("all/", f"route/{route}", f"age/{age}"):
            tally.update([f"asked/{line}", *([f"answered/{line}"] if answered else [])])
    return {
        "asked": {
            name: {key: _coarse(n) for key, n in sorted(tally.items()) if _coarse(n)}
            for name, tally in asked.items()
        },
        "caseload": caseload(council),
        "sets": sorted(responses.sets_of(council).values_list("pk", flat=True)),
    }


def caseload(council) -> dict[str, dict[str, int]]:
    """{"person" or "carer": {"route|age": people whose budget runs}}: what a weighted figure is
    weighted to.
    """
    found: dict[str, dict[str, int]] = {"person": {}, "carer": {}}
    rows = (
        Case.objects.filter(Q(step__in=journey.steps_where(money_runs=True)), council=council)
        .order_by()
        .values_list("kind", "route", "age_band")
    )
    for kind, route, age, n in rows.annotate(n=Count("pk")):
        if _coarse(n):
            found["carer" if kind == "carer" else "person"][f"{route}|{age}"] = _coarse(n)
    return found


def _coarse(n: int) -> int:
    return round_to_5(n) if n >= SMALLEST_SHOWN else 0
