"""The geometry of the charts: plain figures in, coordinates and words out as ready strings. No
reading, no HTML.

Every chart stands beside a table with the same figures, says in its title what it shows, and marks
by shape and words, never by colour alone.
"""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from poet.statistics import special_causes, xmr_limits
from poet.ui import figure_presenter

SIDES = {
    "person": gettext_lazy("The person or their helper"),
    "council": gettext_lazy("The council"),
    "panel": gettext_lazy("The panel"),
    "other": gettext_lazy("Others: providers, other agencies"),
}
CAUSES = {
    "above": gettext_lazy("Above the upper limit"),
    "below": gettext_lazy("Below the lower limit"),
    "trend": gettext_lazy("One of seven in a row that rise or fall"),
    "near": gettext_lazy("One of two in three close to a limit"),
    "side": gettext_lazy("One of seven in a row on one side of the mean"),
    "": "",
}
LEFT, RIGHT, TOP, BOTTOM = 44, 560, 14, 236  # of the plot, inside a drawing of 680 x 270
TRIAL = 12  # points under which the limits are only a trial


def bars(rows) -> list[dict]:
    """A bar for each step: what half took at most, on top of what 9 in 10 took at most. Lengths out
    of 100.
    """
    longest = max((row.p90 for row in rows), default=0) or 1
    return [
        {
            "label": figure_presenter.step(row.step),
            "top": str(index * 34),
            "middle": str(index * 34 + 18),
            "half": f"{row.median / longest * 400:.1f}",
            "most": f"{row.p90 / longest * 400:.1f}",
            "end": f"{row.p90 / longest * 400 + 156:.1f}",
            "words": _("%(half)s; 9 in 10: %(most)s")
            % {
                "half": figure_presenter.number(row.median),
                "most": figure_presenter.number(row.p90),
            },
        }
        for index, row in enumerate(rows)
    ]


def shares(row) -> dict[str, float | None]:
    """Whose the days of a step were, as shares; None where no day was recorded."""
    days = {side: getattr(row, f"{side}_days") for side in SIDES}
    total = sum(days.values())
    return {side: n / total if total else None for side, n in days.items()}


def stacked(rows) -> dict:
    """One bar a step, cut up by whose turn it was: always in the order of SIDES, with the share in
    its part.
    """
    drawn, found = [row for row in rows if any(shares(row).values())], []
    for index, row in enumerate(drawn):
        at, parts = 150.0, []
        for side, share in shares(row).items():
            if share:
                width = share * 520
                text = figure_presenter.share(share) if width > 34 else ""
                parts.append(
                    {
                        "side": side,
                        "x": f"{at:.1f}",
                        "width": f"{width:.1f}",
                        "text": text,
                        "text_x": f"{at + 6:.1f}",
                    }
                )
                at += width
        found.append(
            {
                "label": figure_presenter.step(row.step),
                "top": str(index * 34),
                "middle": str(index * 34 + 18),
                "parts": parts,
            }
        )
    return {
        "bars": found,
        "height": str(len(drawn) * 34 + 4),
        "key": [(c, str(name)) for c, name in SIDES.items()],
    }


@dataclass(frozen=True)
class Chart:
    """An XmR chart: ready coordinates, and what it says in words. `points` are (month, median, what
    stands out).
    """

    points: list[dict]
    line: str
    rules: list[dict]
    ticks: list[dict]
    months: list[dict]
    said: list[str]
    causes: dict[date, str]


def xmr(months: list[tuple[date, int, int]], target: int | None) -> Chart | None:
    """The chart of (month, n, median) of whole months; None under two, for which there are no
    limits.
    """
    values = [float(median) for _month, _n, median in months]
    if len(values) < 2:
        return None
    lower, upper = xmr_limits(values)
    lower, mean = max(lower, 0.0), sum(values) / len(values)
    found = special_causes(values)
    top = max(*values, upper, target or 0) * 1.08 or 1

    def y(value) -> float:
        return BOTTOM - value / top * (BOTTOM - TOP)

    xs = [LEFT + (place + 0.5) * (RIGHT - LEFT) / len(values) for place in range(len(values))]
    points = control_points(xs, values, found, y)
    return Chart(
        points=points,
        line=" ".join(f"{point['x']},{point['y']}" for point in points),
        rules=rule_lines(y, lower, upper, mean, target),
        ticks=_ticks(top, y),
        months=month_ticks(months, xs),
        said=_said(months, values, found, lower, upper, mean, target),
        causes={
            month: str(CAUSES[cause]) for (month, _n, _m), cause in zip(months, found, strict=True)
        },
    )


def control_points(xs: list[float], values: list[float], found: list[str], y) -> list[dict]:
    """The points of a control chart; those that stand out (`found`: why, "" for the others) as
    diamonds with the number of their month. `y`: where a value lies, from the top.
    """
    return [
        {
            "x": f"{x:.1f}",
            "y": f"{y(v):.1f}",
            "cause": cause,
            "diamond": diamond(x, y(v)) if cause else "",
            "mark": str(number) if cause else "",
            "mark_y": f"{y(v) - 11:.1f}",
        }
        for number, (x, v, cause) in enumerate(zip(xs, values, found, strict=True), 1)
    ]


def diamond(x: float, y: float) -> str:
    return f"{x:.1f},{y - 7:.1f} {x + 7:.1f},{y:.1f} {x:.1f},{y + 7:.1f} {x - 7:.1f},{y:.1f}"


def rule_lines(y, lower, upper, mean, target) -> list[dict]:
    """The lines across, each with its name at the right, pushed apart where they would lie on one
    another.
    """
    lines = [
        ("limit", upper, _("Upper limit")),
        ("mean", mean, _("Mean")),
        ("limit", lower, _("Lower limit")),
    ]
    if target is not None:
        lines.append(("target", float(target), _("Target")))
    placed, below = [], -100.0
    for kind, value, name in sorted(lines, key=lambda one: -one[1]):
        at = max(y(value) + 4, below + 15)
        below = at
        placed.append(
            {
                "kind": kind,
                "y": f"{y(value):.1f}",
                "text_y": f"{at:.1f}",
                "text": f"{name} {figure_presenter.decimal(value)}",
            }
        )
    return placed


def _ticks(top, y) -> list[dict]:
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if top / s <= 6), 1000)
    return [
        {"y": f"{y(n):.1f}", "text_y": f"{y(n) + 4:.1f}", "text": str(n)}
        for n in range(0, int(top) + 1, step)
    ]


def month_ticks(months, xs) -> list[dict]:
    every = 1 if len(xs) <= 8 else 2 if len(xs) <= 13 else 4
    return [
        {"x": f"{x:.1f}", "text": date_format(month, "M y")}
        for place, ((month, _n, _m), x) in enumerate(zip(months, xs, strict=True))
        if place % every == 0
    ]


def _said(months, values, found, lower, upper, mean, target) -> list[str]:
    facts = {
        "mean": figure_presenter.decimal(mean),
        "low": figure_presenter.decimal(lower),
        "high": figure_presenter.decimal(upper),
    }
    said = [
        _(
            "In days, the mean of the months is %(mean)s. As long as nothing changes, a "
            "month lies between %(low)s and "
            "%(high)s."
        )
        % facts
    ]
    if len(values) < TRIAL:
        said.append(_("These are trial limits: there are fewer than %(n)s months.") % {"n": TRIAL})
    if target is not None:
        said.append(_assurance(lower, upper, target))
    marked = [
        _("%(month)s (%(number)s): %(cause)s")
        % {"month": figure_presenter.month(month), "number": n, "cause": CAUSES[cause]}
        for n, ((month, _n, _m), cause) in enumerate(zip(months, found, strict=True), 1)
        if cause
    ]
    lead = (
        _("Months that stand out, as diamonds in the chart:")
        if marked
        else _("No month stands out.")
    )
    return [*said, f"{lead} {'; '.join(marked)}." if marked else lead]


def _assurance(lower, upper, target) -> str:
    facts = {"target": target}
    if target >= upper:
        return (
            _(
                "The target of %(target)s lies above the upper limit: in an ordinary month "
                "half are within it."
            )
            % facts
        )
    if target < lower:
        return (
            _(
                "The target of %(target)s lies below the lower limit: it will not be met "
                "without a change."
            )
            % facts
        )
    return (
        _(
            "The target of %(target)s lies between the limits: it is met in some months and "
            "missed in others, by "
            "chance."
        )
        % facts
    )
