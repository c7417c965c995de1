"""The tables about the process as a whole: whose turn it was, clocks, who waits, gains, whole
journeys. Ready strings.

By the name that their files have too. Not here: the reading (process, patterns, adass, dhsc), one
step's own tables (step_tables.py).
"""

from collections.abc import Callable
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import journey
from cases.ui.components import Link, Table
from poet.dashboard.overview import Figures
from poet.dashboard.process import Gain, gains
from poet.dashboard.tables import counted, few
from poet.ui import chart_geometry, figure_presenter

# ---- the whole


def sides_table(f: Figures) -> Table:
    head = [_("Step"), *map(str, chart_geometry.SIDES.values()), _("Days in all")]
    rows = [
        [
            Link(figure_presenter.step(row.step), f.link("step", row.step)),
            *map(figure_presenter.share, chart_geometry.shares(row).values()),
            figure_presenter.number(
                sum(getattr(row, f"{side}_days") for side in chart_geometry.SIDES)
            ),
        ]
        for row in f.steps
    ]
    return Table(
        _("Whose turn it was, as a share of the days"),
        head,
        rows,
        numeric=set(range(1, 6)),
        **f.files("sides"),
        empty=_("No step was finished in these months."),
    )


def clocks_table(f: Figures) -> Table:
    head = [
        _("From and to"),
        _("Target"),
        _("Ended"),
        _("Half took at most (days)"),
        _("9 in 10 took at most (days)"),
        _("In time"),
        _("Open now"),
        _("Overdue now"),
    ]
    rows = [_clock(f, code) for code in journey.CLOCKS if code in f.clocks or code in f.open_clocks]
    return Table(
        _("From the first day on, and what must happen beside the steps"),
        head,
        rows,
        numeric=set(range(2, 8)),
        **f.files("clocks"),
        empty=_("No such clock has run yet."),
    )


def _clock(f, code) -> list:
    row, (still, late) = f.clocks.get(code), f.open_clocks.get(code, (0, 0))
    ended: list[str | Link] = [figure_presenter.number(0), *[figure_presenter.NONE] * 3]
    if row:
        ended = [
            counted(row.n, f.cases_address(step=code), _("ended"), few(row.n)),
            figure_presenter.number(row.median),
            figure_presenter.number(row.p90),
            figure_presenter.share(row.share_in_target),
        ]
    return [
        Link(figure_presenter.code(code), f.link("step", code)),
        target_words(code, f.targets[code]),
        *ended,
        counted(still, f.cases_address(step=code, state="open"), _("open now")),
        counted(late, f.cases_address(step=code, state="open", late=1), _("overdue now")),
    ]


def target_words(code: str, days: int) -> str:
    """The target of a clock, `days` in this council; one that the law sets says so in the law's own
    measure.
    """
    clock = journey.CLOCKS[code]
    if clock.months:
        said = _("%(first)s months, then every %(later)s") % dict(
            zip(("first", "later"), clock.months, strict=True)
        )
    elif clock.working and clock.target is not None:
        said = ngettext("%(n)s working day", "%(n)s working days", clock.target) % {
            "n": clock.target
        }
    else:
        said = figure_presenter.days(days)
    return _("%(days)s, by law") % {"days": said} if clock.statutory else said


def adass_table(f: Figures) -> Table:
    found = f.adass
    rows: list[list[Any]] = [
        [
            _("(a) Waiting for a first assessment"),
            counted(
                found.assessment, f.cases_address(state="open", adass="assessment"), _("cases")
            ),
        ],
        [
            _("(b) Of those, for more than six months"),
            counted(
                found.over_six_months,
                f.cases_address(state="open", adass="over_six_months"),
                _("cases"),
            ),
        ],
        [
            _("(c) Assessed, waiting for support or a direct payment to begin"),
            counted(found.start, f.cases_address(state="open", adass="start"), _("cases")),
        ],
        [
            _("(d) Review overdue: more than twelve months since the last or since the start"),
            counted(
                found.review,
                f.cases_address(state="open", step="annual_review", late=1),
                _("cases"),
            ),
        ],
        [_("(e) All of (a), (c) and (d)"), figure_presenter.number(found.total)],
    ]
    return Table(
        _("Who is waiting, as directors report it (ADASS)"),
        [_("Today"), _("People")],
        rows,
        numeric={1},
        **f.files("adass"),
    )


def gains_table(f: Figures) -> Table:
    head = [
        _("Step"),
        _("Target (days)"),
        _("Finished after it"),
        _("Open and past it"),
        _("Days over it, together"),
    ]
    rows = [_gain(f, gain) for gain in gains(f)]
    return Table(
        _("The steps by the days beyond their target"),
        head,
        rows,
        numeric={1, 2, 3, 4},
        **f.files("gains"),
        empty=_("No step went over its target in these months."),
    )


def _gain(f, gain: Gain) -> list:
    return [
        Link(figure_presenter.step(gain.step), f.link("step", gain.step)),
        figure_presenter.number(gain.target),
        counted(
            gain.finished,
            f.cases_address(step=gain.step, over=gain.target),
            _("finished after the target"),
        ),
        counted(
            gain.open,
            f.cases_address(state="open", step=gain.step, over=gain.target),
            _("open and past the target"),
        ),
        figure_presenter.number(gain.days),
    ]


# ---- journeys


def patterns_table(f: Figures) -> Table:
    return Table(
        _("Loops, hand-offs, people and forms"),
        [_("Journeys"), _("In all"), _("A case, or share")],
        _pattern_rows(f) if f.patterns.cases else [],
        numeric={1, 2},
        **f.files("patterns"),
        caption_size="s",
        empty=_("No journey ended in these months."),
    )


def _pattern_rows(f: Figures) -> list[list]:
    found = f.patterns
    each = (
        ("loops", _("Times a step came back")),
        ("passes", _("Times the turn passed to another role")),
        ("people", _("People of the council who took part")),
        ("forms", _("Forms: request, assessment, plan, each time sent")),
    )
    return [
        [
            _("Journeys that ended"),
            counted(found.cases, f.cases_address(state="ended"), _("cases")),
            figure_presenter.NONE,
        ],
        [
            _("With a step that came back"),
            counted(found.came_back, f.cases_address(state="ended", which="came_back"), _("cases")),
            figure_presenter.share(found.came_back / found.cases),
        ],
        *(
            [
                words,
                figure_presenter.number(getattr(found, name)),
                figure_presenter.decimal(found.each(name)),
            ]
            for name, words in each
        ),
    ]


def panel_table(f: Figures) -> Table:
    found = f.panel
    rows: list[list[Any]] = [
        [
            _("Cases that went to the panel"),
            counted(found.cases, f.cases_address(state="ended", which="panel"), _("cases")),
        ],
        [_("Share of the journeys that ended"), figure_presenter.share(found.share)],
        [_("Days the panel added: half at most"), figure_presenter.number(found.median)],
        [_("Days the panel added: 9 in 10 at most"), figure_presenter.number(found.p90)],
        [_("Decisions of the panel"), figure_presenter.number(found.decided)],
        [
            _("It changed the worker’s decision"),
            counted(found.changed, f.cases_address(state="ended", which="changed"), _("cases")),
        ],
        [_("Share of its decisions"), figure_presenter.share(found.share_changed)],
    ]
    return Table(
        _("The panel"),
        [_("Of the journeys that ended"), _("Figure")],
        rows if found.cases else [],
        numeric={1},
        **f.files("panel"),
        caption_size="s",
        empty=_("No journey that ended in these months went to a panel."),
    )


def dhsc_table(f: Figures) -> Table:
    head = [
        _("Quarter"),
        _("Age"),
        _("Had a first response"),
        _("Median (days) to it"),
        _("Had a first service"),
        _("Median (days) to it"),
    ]
    found = {(one.start, one.age, one.wait): one for one in f.quarters}
    rows = [
        [
            quarter(start),
            {"25-64": _("25 to 64"), "65+": _("65 and over")}[age],
            *_wait(found.get((start, age, "response"))),
            *_wait(found.get((start, age, "service"))),
        ]
        for start, age in sorted({key[:2] for key in found})
    ]
    return Table(
        _("Waiting times by the department’s method"),
        head,
        rows,
        numeric={2, 3, 4, 5},
        **f.files("dhsc"),
        empty=_("No wait of somebody new to support ended in these quarters."),
        caption_size="s",
    )


def _wait(one) -> list[str]:
    return (
        [few(one.n), figure_presenter.number(one.median)]
        if one
        else [figure_presenter.number(0), figure_presenter.NONE]
    )


def quarter(start) -> str:
    last = date_format(start.replace(month=start.month + 2), "M Y")
    return _("%(first)s to %(last)s") % {"first": date_format(start, "M"), "last": last}


PROCESS: dict[str, Callable[[Figures], Table]] = {
    "sides": sides_table,
    "clocks": clocks_table,
    "adass": adass_table,
    "gains": gains_table,
}
JOURNEYS: dict[str, Callable[[Figures], Table]] = {
    "patterns": patterns_table,
    "panel": panel_table,
    "dhsc": dhsc_table,
}
