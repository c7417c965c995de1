"""The cases behind a number of the dashboard, in pages: the same conditions as the number, only
what may be seen.

A case that a reader of the figures may not open (it has moved to another team, or is a relative's)
is not listed, so a list can be shorter than its number; the page says so. Not here: the numbers,
who may see them (dashboard).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models.plan import ROUTE_NAMES
from cases import journey
from cases.caseload import lists
from cases.common import dates
from cases.figures import patterns, timings
from cases.models import Case, Event, Visit
from cases.models.people import AGE_BANDS, NEED_GROUPS
from cases.models.timing import Clock
from cases.ui import date_words
from cases.ui.components import Link, Table
from poet.dashboard import adass_counts
from poet.dashboard.overview import Figures
from poet.ui import figure_presenter

PAGE = 50
COLUMNS = {"route": "route", "need": "need_group", "age": "age_band", "version": "journey_version"}
STATES = {
    "closed": gettext_lazy("finished"),
    "open": gettext_lazy("open now"),
    "ended": gettext_lazy("journeys that ended"),
}
WHICH = {
    "came_back": gettext_lazy("came back"),
    "panel": gettext_lazy("went to the panel"),
    "changed": gettext_lazy("changed by the panel"),
}
ADASS = {
    "assessment": gettext_lazy("waiting for a first assessment"),
    "over_six_months": gettext_lazy("waiting for a first assessment for more than six months"),
    "start": gettext_lazy("assessed, waiting for a start"),
}
NO_SUCH = gettext_lazy(
    "This address asks for something that the dashboard does not count. Go back and follow a "
    "number."
)


def keys() -> list[str]:
    """What a number may be split by."""
    versions = map(str, range(1, journey.VERSION + 1))
    return ["none", *ROUTE_NAMES, *NEED_GROUPS, *filter(None, AGE_BANDS), *versions]


@dataclass(frozen=True)
class Found:
    """One page of the list, what it is a list of, and the place of the next page ("" at the
    end).
    """

    title: str
    table: Table
    onward: str


def cases_behind(f: Figures, user, wanted: dict, after: str = "") -> Found:
    """The page of the list that begins after a place; a place that is none begins anew."""
    seen = lists.staff_cases(user, f.council).order_by().values("pk")
    if wanted["state"] == "ended":
        return _ended(f, seen, wanted, after)
    clock = wanted["step"] in journey.CLOCKS
    model, start, end, code = (
        (Clock, "began_at", "ended_at", "kind")
        if clock
        else (Visit, "entered_at", "left_at", "step")
    )
    found = model.objects.filter(council=f.council, case__in=seen)
    if wanted["step"]:
        found = found.filter(**{code: wanted["step"]})
    if wanted["step"] in journey.WHOLE:
        found = found.filter(
            cycle="first"
        )  # as the numbers: a later review's wait is another matter
    if wanted["state"] == "open":
        found = _open(f, found, wanted, clock, start, end).order_by(start, "pk")
    else:
        found = _closed(f, found, wanted, start, end).order_by("-days", "pk")
    shown, onward = _page(found, after, start if wanted["state"] == "open" else "days")
    return Found(title(wanted), _table(f, shown, wanted, start, end), onward)


def _closed(f, found, wanted, start, end):
    first, last = (wanted["month"],) * 2 if wanted["month"] else (f.since, f.until.replace(day=1))
    found = found.filter(month__gte=first, month__lte=last)
    if f.team is not None:
        found = found.filter(team__in=f.team)
    if wanted["late"]:
        found = found.filter(due_at__isnull=False, **{f"{end}__gte": F("due_at")})
    if wanted["over"] is not None:
        found = found.filter(days__gt=wanted["over"])
    if wanted["by"]:
        found = found.filter(
            **{COLUMNS[wanted["by"]]: "" if wanted["key"] == "none" else wanted["key"]}
        )
    if wanted["loop"]:
        found = found.filter(loop=True)
    return found.select_related("case", "team")


def _open(f, found, wanted, clock, start, end):
    found = found.filter(**{end: None})
    found = found.filter(dropped_at=None) if clock else timings.only_waits(found)
    if f.team is not None:
        found = found.filter(case__team__in=f.team)
    if wanted["turn"]:
        found = found.filter(case__turn=wanted["turn"])
    if wanted["adass"]:
        found = found.filter(
            case__in=Case.objects.filter(
                adass_counts.kinds(f.now)[wanted["adass"]], council=f.council
            )
        )
    if wanted["late"]:
        found = found.filter(due_at__lte=f.now)
    if wanted["over"] is not None:
        found = found.filter(**{f"{start}__lt": _days_ago(f, wanted["over"])})
    if wanted["band"]:
        youngest, oldest = timings.AGE_BANDS[wanted["band"]]
        found = found.filter(**{f"{start}__lt": _days_ago(f, youngest - 1)})
        if oldest is not None:
            found = found.filter(**{f"{start}__gte": _days_ago(f, oldest - 1)})
    return found.select_related("case", "case__team")


def _days_ago(f, days: int) -> datetime:
    """Whatever began before this moment began more than so many London days ago."""
    return dates.london_midnight(f.until - timedelta(days=days))


def _ended(f, seen, wanted, after) -> Found:
    found = patterns.ended(f.council, since=f.since, until=f.until, team=f.team).filter(pk__in=seen)
    if wanted["which"] == "came_back":
        found = found.filter(Exists(Visit.objects.filter(case=OuterRef("pk"), loop=True)))
    elif wanted["which"] == "panel":
        found = found.filter(
            Exists(Visit.objects.filter(case=OuterRef("pk"), step="panel", days__isnull=False))
        )
    elif wanted["which"] == "changed":
        ends = Event.objects.filter(
            case=OuterRef("pk"), verb__in=patterns.changed_at_panel(), codes__from="panel"
        )
        found = found.filter(Exists(ends))
    shown, onward = _page(
        found.select_related("team").order_by("asked_at", "pk"), after, "asked_at"
    )
    head = [_("Reference"), _("Asked on"), _("Step"), _("Team")]
    cells = [
        [
            _link(case),
            date_words.day(case.asked_at),
            figure_presenter.step(case.step),
            str(case.team or ""),
        ]
        for case in shown
    ]
    return Found(title(wanted), Table(title(wanted), head, cells, empty=_nothing()), onward)


def _table(f, shown, wanted, start, end) -> Table:
    if wanted["state"] == "open":
        head = [
            _("Reference"),
            _("Step"),
            _("Since"),
            _("Days so far"),
            _("Whose turn"),
            _("In time?"),
            _("Team"),
        ]
        cells = [_open_cells(row, getattr(row, start), f.now) for row in shown]
    else:
        head = [_("Reference"), _("From"), _("To"), _("Days"), _("In time?"), _("Team")]
        cells = [_ended_cells(row, getattr(row, start), getattr(row, end)) for row in shown]
    return Table(title(wanted), head, cells, numeric={3}, empty=_nothing())


def _open_cells(row, since, now) -> list:
    return [
        _link(row.case),
        figure_presenter.step(row.case.step),
        date_words.day(since),
        figure_presenter.number(max(dates.days_between(since, now), 0)),
        figure_presenter.turn(row.case.turn),
        _in_time(row.due_at, now),
        str(row.case.team or ""),
    ]


def _ended_cells(row, since, until) -> list:
    return [
        _link(row.case),
        date_words.day(since),
        date_words.day(until),
        figure_presenter.number(row.days),
        _in_time(row.due_at, until),
        str(row.team or ""),
    ]


def _in_time(due, until) -> str:
    """Whether the deadline still lay ahead at `until`."""
    if not due:
        return _("No deadline")
    return _("In time") if until < due else _("Late")


def _nothing() -> str:
    return _("No case that you may open is behind this number.")


def _link(case) -> Link:
    return Link(case.ref, reverse("cases:case", args=[case.ref]))


def title(wanted: dict) -> str:
    """What the list is of, in a few words."""
    parts = [figure_presenter.code(wanted["step"])] if wanted["step"] else []
    parts.append(str(ADASS[wanted["adass"]] if wanted["adass"] else STATES[wanted["state"]]))
    if wanted["which"]:
        parts.append(str(WHICH[wanted["which"]]))
    if wanted["late"]:
        parts.append(_("past the deadline") if wanted["state"] == "open" else _("not in time"))
    if wanted["over"] is not None:
        parts.append(_("more than %(days)s") % {"days": figure_presenter.days(wanted["over"])})
    if wanted["loop"]:
        parts.append(_("came back"))
    if wanted["turn"]:
        parts.append(_("turn: %(who)s") % {"who": figure_presenter.turn(wanted["turn"])})
    if wanted["month"]:
        parts.append(figure_presenter.month(wanted["month"]))
    said = ", ".join(parts)
    return said[:1].upper() + said[1:]


def _page(found, after: str, column: str):
    """Rows after a place, and the place of the next page: by `column`, then by number."""
    place = _place(after, column)
    if place:
        value, pk = place
        further = "lt" if column == "days" else "gt"
        found = found.filter(Q(**{f"{column}__{further}": value}) | Q(**{column: value}, pk__gt=pk))
    shown = list(found[: PAGE + 1])
    if len(shown) <= PAGE:
        return shown, ""
    last = shown[PAGE - 1]
    value = getattr(last, column)
    return shown[:PAGE], f"{value if column == 'days' else value.isoformat()}_{last.pk}"


def _place(token: str, column: str):
    value, _sep, pk = token.rpartition("_")
    try:
        number, at = int(pk), int(value) if column == "days" else datetime.fromisoformat(value)
    except ValueError:
        return None
    small = (
        isinstance(at, int)
        and abs(at) < 2**31
        or isinstance(at, datetime)
        and at.tzinfo is not None
    )
    return (at, number) if 0 < number < 2**63 and small else None
