"""The geometry of the results' charts: published lines in, coordinates and words out as ready
strings.

As in chart_geometry.py: each chart stands beside a table with the same figures and marks by shape
and words, never colour alone.
"""

from datetime import date

from django.utils.translation import gettext as _

from poet.results.figures import TeamRow
from poet.results.published import Line
from poet.statistics import funnel_limits, special_causes, xmr_limits
from poet.ui import figure_presenter
from poet.ui.chart_geometry import (
    BOTTOM,
    LEFT,
    RIGHT,
    TOP,
    TRIAL,
    Chart,
    control_points,
    diamond,
    month_ticks,
    rule_lines,
)

WIDE = 660  # of the bars
SIDES = ("good", "middle", "bad")


def sides(rows: list[tuple[str, Line]]) -> dict:
    """A bar for each question, cut into better, no difference and worse; what is hidden is left
    open, and said so.
    """
    shown = [(label, line) for label, line in rows if line.good is not None and line.n]
    drawn = [_bar(index, label, line) for index, (label, line) in enumerate(shown)]
    key = [
        ("good", _("Better, or good")),
        ("middle", _("No difference, or in between")),
        ("bad", _("Worse, or bad")),
    ]
    return {"bars": drawn, "height": str(len(drawn) * 62 + 4), "key": key}


def _bar(index: int, label: str, line: Line) -> dict:
    """The bar of one question, `index` of them from the top, with its likely range below."""
    low, high = line.interval or (0.0, 0.0)
    return {
        "label": label,
        "label_y": str(index * 62 + 14),
        "top": str(index * 62 + 22),
        "middle": str(index * 62 + 40),
        "parts": _parts(line),
        "under": str(index * 62 + 52),
        "tick_top": str(index * 62 + 48),
        "tick_end": str(index * 62 + 56),
        "low": f"{low * WIDE:.1f}",
        "high": f"{high * WIDE:.1f}",
    }


def _parts(line: Line) -> list[dict]:
    """Better, no difference and worse, from left to right."""
    at, parts = 0.0, []
    counts = [(name, getattr(line, name)) for name in SIDES]
    total = max(line.n or 1, sum(count or 0 for _name, count in counts))
    for name, count in counts:
        if count:
            width = count / total * WIDE
            text = figure_presenter.share(count / (line.n or 1)) if width > 34 else ""
            parts.append(
                {
                    "side": name,
                    "x": f"{at:.1f}",
                    "width": f"{width:.1f}",
                    "text": text,
                    "text_x": f"{at + 6:.1f}",
                }
            )
            at += width
    return parts


def funnel(rows: list[TeamRow]) -> dict | None:
    """Teams by how many answered and how many of them say better, inside the limits of chance; None
    for under two.
    """
    if len(rows) < 2:
        return None
    goods, bases = [row.line.good or 0 for row in rows], [row.line.n or 1 for row in rows]
    pooled, most = sum(goods) / sum(bases), max(bases) * 1.1
    points = [
        _team_point(number, row, _across(n, most), good / n)
        for number, (row, good, n) in enumerate(zip(rows, goods, bases, strict=True), 1)
    ]
    ticks = [
        {
            "y": f"{_up(n / 10):.1f}",
            "text_y": f"{_up(n / 10) + 4:.1f}",
            "text": f"{n}0%" if n else "0%",
        }
        for n in range(0, 11, 2)
    ]
    return {
        "curves": _limit_curves(pooled, most),
        "points": points,
        "ticks": ticks,
        "mean": f"{_up(pooled):.1f}",
        "said": _funnel_said(rows, pooled),
    }


def _across(n: float, most: float) -> float:
    """Where so many answers lie, from the left."""
    return LEFT + n / most * (RIGHT - LEFT)


def _up(share: float) -> float:
    """Where a share lies, from the top."""
    return BOTTOM - share * (BOTTOM - TOP)


def _limit_curves(pooled: float, most: float) -> list[dict]:
    """The four lines between which chance alone leaves 95 and 99.8 per cent of the teams."""
    steps = [max(most * part / 40, 5.0) for part in range(1, 41)]
    return [
        {
            "kind": code,
            "points": " ".join(
                f"{_across(n, most):.1f},"
                f"{_up(funnel_limits(pooled, max(round(n), 1), width)[end]):.1f}"
                for n in steps
            ),
        }
        for code, width in (("limit", 0.95), ("far", 0.998))
        for end in (0, 1)
    ]


def _team_point(number: int, row: TeamRow, x: float, share: float) -> dict:
    y = _up(share)
    return {
        "x": f"{x:.1f}",
        "y": f"{y:.1f}",
        "mark": str(number),
        "mark_y": f"{y - 9:.1f}",
        "diamond": diamond(x, y) if row.place in ("above", "below") else "",
        "name": row.name,
    }


def _funnel_said(rows: list[TeamRow], pooled: float) -> list[str]:
    out = [row for row in rows if row.place in ("above", "below")]
    said = [
        _(
            "All teams together: %(share)s. A team with few answers may lie far from that by "
            "chance alone: the limits are "
            "wide on the left."
        )
        % {"share": figure_presenter.share(pooled)}
    ]
    names = ", ".join(f"{row.name} ({figure_presenter.share(row.line.share)})" for row in out)
    said.append(
        _("Outside the outer limits, as diamonds: %(names)s. Ask why before you judge.")
        % {"names": names}
        if out
        else _(
            "No team lies outside the outer limits: what differs between the teams may be chance."
        )
    )
    return said


def shares(months: list[tuple[date, Line]]) -> Chart | None:
    """The XmR chart of the monthly shares in per cent; None under two months, for which there are
    no limits.
    """
    values = [100 * line.share for _month, line in months if line.share is not None]
    shown = [month for month, line in months if line.share is not None]
    if len(values) < 2:
        return None
    lower, upper = (min(max(end, 0.0), 100.0) for end in xmr_limits(values))
    found, mean = special_causes(values), sum(values) / len(values)

    def y(value: float) -> float:
        return BOTTOM - value / 100 * (BOTTOM - TOP)

    xs = [LEFT + (place + 0.5) * (RIGHT - LEFT) / len(values) for place in range(len(values))]
    points = control_points(xs, values, found, y)
    ticks = [
        {"y": f"{y(n):.1f}", "text_y": f"{y(n) + 4:.1f}", "text": f"{n}%"}
        for n in range(0, 101, 20)
    ]
    return Chart(
        points=points,
        line=" ".join(f"{one['x']},{one['y']}" for one in points),
        rules=rule_lines(y, lower, upper, mean, None),
        ticks=ticks,
        months=month_ticks([(month, 0, 0) for month in shown], xs),
        said=_shares_said(shown, values, found, lower, upper, mean),
        causes={},
    )


def _shares_said(shown, values, found, lower, upper, mean) -> list[str]:
    facts = {"mean": f"{mean:.0f}%", "low": f"{lower:.0f}%", "high": f"{upper:.0f}%"}
    said = [
        _(
            "The mean of the months is %(mean)s. As long as nothing changes, a month lies "
            "between %(low)s and "
            "%(high)s."
        )
        % facts
    ]
    if len(values) < TRIAL:
        said.append(_("These are trial limits: there are fewer than %(n)s months.") % {"n": TRIAL})
    marked = [
        figure_presenter.month(month) for month, cause in zip(shown, found, strict=True) if cause
    ]
    said.append(
        _("Months that stand out, as diamonds in the chart: %(months)s.")
        % {"months": "; ".join(marked)}
        if marked
        else _("No month stands out.")
    )
    return said
