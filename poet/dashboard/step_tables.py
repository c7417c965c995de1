"""The tables of one step or clock, what it comes to at a glance, and what the open ones change.
Ready strings.

By the name that their files have too. Not here: the reading (process), the charts.
"""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.ui.components import Table
from poet.dashboard.process import StepFigures
from poet.dashboard.process_tables import target_words
from poet.dashboard.tables import AGES, counted, few, finished
from poet.ui import chart_geometry, figure_presenter

BY = {
    "team": gettext_lazy("Team"),
    "route": gettext_lazy("How the money is taken"),
    "need": gettext_lazy("Need group"),
    "age": gettext_lazy("Age band"),
    "version": gettext_lazy("Version of the journey"),
}
NAMELESS = {
    "route": gettext_lazy("Not yet chosen"),
    "need": gettext_lazy("Not recorded"),
    "age": gettext_lazy("Not known"),
}


def trend_table(f: StepFigures) -> Table:
    chart = chart_geometry.xmr(f.whole_months, f.target)
    causes, this = (chart.causes if chart else {}), f.until.replace(day=1)
    rows = [
        [
            figure_presenter.month(month) + (_(", so far") if month == this else ""),
            counted(n, f.cases_address(step=f.code, month=f"{month:%Y-%m}"), _("finished"), few(n)),
            figure_presenter.number(median),
            causes.get(month, "") or figure_presenter.NONE,
        ]
        for month, n, median in f.trend
    ]
    head = [_("Month"), _("Finished"), _("Half took at most (days)"), _("What stands out")]
    return Table(
        _("Month by month"),
        head,
        rows,
        numeric={1, 2},
        **f.files("trend"),
        caption_size="s",
        empty=_("Nothing was finished in these months."),
    )


def together_table(f: StepFigures) -> Table:
    found = f.together
    reached = [
        _("not reached") if days is None else figure_presenter.number(days)
        for days in (found.half_with_open, found.most_with_open)
    ]
    head = [
        _("Whose wait is counted"),
        _("Cases"),
        _("Half took at most (days)"),
        _("9 in 10 took at most (days)"),
    ]
    rows = [
        [
            _("Finished only"),
            few(found.finished),
            figure_presenter.number(found.half),
            figure_presenter.number(found.most),
        ],
        [_("Finished and open together"), few(found.finished + found.open), *reached],
    ]
    return Table(
        _("With those that are still open, over twelve months at least"),
        head,
        rows if found.finished + found.open else [],
        numeric={1, 2, 3},
        **f.files("together"),
        caption_size="s",
    )


def difference(f: StepFigures) -> str:
    """What it means that the two medians differ, in one sentence."""
    found = f.together
    if found.half is None:
        return (
            _("Nothing was finished in this time, so there is no middle to compare.")
            if found.open
            else ""
        )
    if found.half_with_open is None:
        return _(
            "Counting the open ones, fewer than half are through: the figure of the finished "
            "ones says little."
        )
    more = found.half_with_open - found.half
    if more > 0:
        return _(
            "Counting the open ones, the middle lies %(days)s later: the finished ones alone "
            "make the wait look "
            "shorter than it is."
        ) % {"days": figure_presenter.days(more)}
    slow = None if found.most_with_open is None else found.most_with_open - (found.most or 0)
    if slow == 0:
        return _("The two agree: what is open has not waited longer than what was finished.")
    if slow is None:
        return _(
            "The middle is the same, but counting the open ones nine in ten are not through "
            "yet: the slowest are "
            "among the open."
        )
    return _(
        "The middle is the same, but counting the open ones nine in ten take %(days)s "
        "longer: the slowest are "
        "among the open."
    ) % {"days": figure_presenter.days(slow)}


def split_table(f: StepFigures) -> Table:
    head = [
        str(BY[f.by]),
        _("Finished"),
        _("Half took at most (days)"),
        _("The same, pauses left out"),
        _("9 in 10 took at most (days)"),
        _("In time"),
        _("Not in time"),
        _("Longest (days)"),
    ]
    rows = [
        [str(name or NAMELESS.get(f.by, "")), *finished(f, f.code, row, **_where(f.by, key))]
        for key, name, row in f.split
    ]
    if f.by != "team":  # days without pauses are kept for the council and its teams alone
        head, rows = [*head[:3], *head[4:]], [[*line[:3], *line[4:]] for line in rows]
    return Table(
        _("By %(what)s") % {"what": str(BY[f.by]).lower()},
        head,
        rows,
        numeric=set(range(1, len(head))),
        **f.files("split"),
        caption_size="s",
        empty=_("Nothing was finished in these months."),
    )


def _where(by, key) -> dict[str, str]:
    return {"team": key} if by == "team" else {"by": by, "key": key or "none"}


def ages_table(f: StepFigures) -> Table:
    total, late = sum(f.bands.values()), f.late
    rows = [
        [
            str(AGES[name]),
            counted(n, f.cases_address(state="open", step=f.code, band=name), str(AGES[name])),
        ]
        for name, n in f.bands.items()
    ]
    rows += [
        [
            _("All that are open"),
            counted(total, f.cases_address(state="open", step=f.code), _("open")),
        ],
        [
            _("Past the deadline"),
            counted(
                late, f.cases_address(state="open", step=f.code, late=1), _("past the deadline")
            ),
        ],
    ]
    return Table(
        _("Open now, by how long"),
        [_("How long so far"), _("Cases")],
        rows if total else [],
        numeric={1},
        **f.files("ages"),
        caption_size="s",
        empty=_("Nothing is open here now."),
    )


def turns_table(f: StepFigures) -> Table:
    shares = chart_geometry.shares(f.row) if f.row else {}
    rows = [
        [
            str(chart_geometry.SIDES[side]),
            figure_presenter.number(getattr(f.row, f"{side}_days")),
            figure_presenter.share(share),
        ]
        for side, share in shares.items()
    ]
    return Table(
        _("Whose turn it was"),
        [_("Whose turn"), _("Days"), _("Share")],
        rows if any(shares.values()) else [],
        numeric={1, 2},
        **f.files("turns"),
        caption_size="s",
        empty=_("No days were finished in these months."),
    )


OF_A_STEP: dict[str, Callable[[StepFigures], Table]] = {
    "trend": trend_table,
    "together": together_table,
    "ages": ages_table,
    "turns": turns_table,
    "split": split_table,
}


def step_cards(f: StepFigures) -> list[dict]:
    """The step at a glance: finished, the middle, in time, open."""
    row, total = f.row, sum(f.bands.values())
    target = (
        target_words(f.code, f.targets[f.code]) if f.is_clock else figure_presenter.days(f.target)
    )
    aim = _("Target: %(days)s.") % {"days": target}
    late = ngettext("%(n)s is past the deadline.", "%(n)s are past the deadline.", f.late) % {
        "n": figure_presenter.number(f.late)
    }
    ended = row.n if row else 0
    return [
        {
            "number": figure_presenter.days(row.median if row else None),
            "label": _("is how long half took, at most"),
            "tone": "",
            "note": aim if f.is_clock or f.target else _("There is no target."),
        },
        {
            "number": figure_presenter.days(row.p90 if row else None),
            "label": _("is how long 9 in 10 took, at most"),
            "tone": "",
            "note": ngettext("%(n)s finished.", "%(n)s finished.", ended)
            % {"n": figure_presenter.number(ended)},
        },
        {
            "number": figure_presenter.share(row.share_in_target if row else None),
            "label": _("were finished in time"),
            "tone": "",
            "note": _("Of those that had a deadline."),
        },
        {
            "number": figure_presenter.number(total),
            "label": ngettext("is open now", "are open now", total),
            "tone": "bad" if f.late else "",
            "note": late,
        },
    ]
