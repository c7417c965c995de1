"""Statistics of the dashboards: intervals, control limits and what stands out from them, and small
numbers.

Waits with open cases are worked out in cases.survival and can be had from here too.

Pure functions on plain numbers. Floats are right here and only here: nothing in this module is
money. Formulas are written out from their published sources, named in each docstring.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import NormalDist, fmean

from cases.common.quantiles import quantile
from cases.common.survival import Step, curve_of, kaplan_meier, kaplan_meier_quantile

__all__ = [
    "HIDDEN",
    "SMALLEST_SHOWN",
    "Step",
    "benjamini_hochberg",
    "curve_of",
    "funnel_limits",
    "kaplan_meier",
    "kaplan_meier_quantile",
    "mantel_haenszel",
    "may_show_share",
    "nearest_rank",
    "newcombe_difference",
    "round_to_5",
    "score_interval",
    "special_causes",
    "suppress",
    "wilson_interval",
    "xmr_limits",
]
SMALLEST_SHOWN = 5  # counts 0 to 4 are hidden: NHS Digital's adult social care publications
HIDDEN = "*"


def _check(x: int, n: int) -> None:
    if n < 1:
        raise ValueError("A proportion needs at least one person.")
    if not 0 <= x <= n:
        raise ValueError(f"The count must lie between 0 and {n}, not {x}.")


def _z(confidence: float) -> float:
    """Two-sided normal quantile, worked out and never a rounded constant."""
    if not 0 < confidence < 1:
        raise ValueError("The confidence must lie between 0 and 1.")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson_interval(x: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Score interval (lower, upper) of the proportion x/n, 0..1. Example: 65/100 gives 0.552544,
    0.736358.

    Source: Wilson 1927; Newcombe and Altman 2000. ValueError: x below 0, x above n, n below 1.
    """
    _check(x, n)
    z = _z(confidence)
    middle = 2 * x + z * z
    spread = z * math.sqrt(z * z + 4 * x * (1 - x / n))
    below = 2 * (n + z * z)
    lower, upper = (middle - spread) / below, (middle + spread) / below
    # At none and at all the limit is exactly 0 or 1, which binary fractions miss by a hair.
    return 0.0 if x == 0 else max(0.0, lower), 1.0 if x == n else min(1.0, upper)


def score_interval(share: float, size: float, confidence: float = 0.95) -> tuple[float, float]:
    """The same interval around a share 0..1 that rests on `size` people, which need be no whole
    number: a weighted share with its effective number of answers. Source: Korn and Graubard 1998.
    ValueError: a share outside 0..1, no size.
    """
    if not 0 <= share <= 1 or not 0 < size < math.inf:
        raise ValueError("A share lies between 0 and 1 and rests on a number of people.")
    z = _z(confidence)
    middle, below = share + z * z / (2 * size), 1 + z * z / size
    spread = z * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    lower, upper = (middle - spread) / below, (middle + spread) / below
    return 0.0 if share == 0 else max(0.0, lower), 1.0 if share == 1 else min(1.0, upper)


def mantel_haenszel(
    tables: Iterable[tuple[int, int, int, int]], confidence: float = 0.95
) -> tuple[float, float, float, float] | None:
    """Odds ratio over strata, its interval, and the two-sided p value: (ratio, lower, upper, p).

    A table is (good with, bad with, good without, bad without) the condition in one stratum. None
    where the strata hold nothing to compare. Source: Mantel and Haenszel 1959; variance of Robins,
    Breslow and Greenland 1986. ValueError: a negative count.
    """
    up = down = both_up = both_down = crossed = 0.0
    for a, b, c, d in tables:
        if min(a, b, c, d) < 0:
            raise ValueError("A count cannot be negative.")
        if not (n := a + b + c + d):
            continue
        r, s, p, q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
        up, down = up + r, down + s
        both_up, both_down, crossed = both_up + p * r, both_down + q * s, crossed + p * s + q * r
    if up == 0 or down == 0:
        return None
    error = math.sqrt(
        both_up / (2 * up * up) + crossed / (2 * up * down) + both_down / (2 * down * down)
    )
    middle, reach = math.log(up / down), _z(confidence) * error
    p_value = 2 * (1 - NormalDist().cdf(abs(middle) / error))
    return up / down, math.exp(middle - reach), math.exp(middle + reach), p_value


def benjamini_hochberg(values: Sequence[float]) -> list[float]:
    """The q value of each p value, in their order. Source: Benjamini and Hochberg 1995. ValueError:
    outside 0..1.
    """
    if any(not 0 <= value <= 1 for value in values):
        raise ValueError("A p value lies between 0 and 1.")
    order, least, found = (
        sorted(range(len(values)), key=lambda place: values[place]),
        1.0,
        [0.0] * len(values),
    )
    for rank in range(len(order), 0, -1):
        place = order[rank - 1]
        least = min(least, values[place] * len(values) / rank)
        found[place] = least
    return found


def newcombe_difference(
    x1: int, n1: int, x2: int, n2: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Interval (lower, upper) of x1/n1 - x2/n2, within -1..1, from the two Wilson intervals.

    Source: Newcombe 1998, method 10. ValueError as in wilson_interval.
    """
    low1, high1 = wilson_interval(x1, n1, confidence)
    low2, high2 = wilson_interval(x2, n2, confidence)
    p1, p2 = x1 / n1, x2 / n2
    return p1 - p2 - math.hypot(p1 - low1, high2 - p2), p1 - p2 + math.hypot(high1 - p1, p2 - low2)


def funnel_limits(p0: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Limits (lower, upper), 0..1, around the pooled proportion ``p0`` for a group of ``n`` people.

    Source: Spiegelhalter 2005, p0 -/+ z sqrt(p0 (1 - p0) / n). ValueError: p0 outside 0..1, n below
    1.
    """
    _check(0, n)
    if not 0 <= p0 <= 1:
        raise ValueError("The pooled proportion must lie between 0 and 1.")
    reach = _z(confidence) * math.sqrt(p0 * (1 - p0) / n)
    return max(0.0, p0 - reach), min(1.0, p0 + reach)


def xmr_limits(values: Sequence[float], screened: bool = True) -> tuple[float, float]:
    """Process limits (lower, upper) of an XmR chart, in the unit of ``values``: mean -/+ 2.66 mean
    ranges.

    ``screened``: leave moving ranges of 3.267 mean ranges or more out of the mean range, once.
    The lower limit may be negative; a chart of days cuts it at 0.
    Source: Wheeler 1993; the screening as in the NHS "Making data count" method.
    ValueError: fewer than two values, or one that is not finite.
    """
    if len(values) < 2 or not all(math.isfinite(value) for value in values):
        raise ValueError("Process limits need at least two finite values.")
    ranges = [abs(after - before) for before, after in pairwise(values)]
    typical = fmean(ranges)
    if screened:
        # When every range is 0 nothing lies below the bound, and the mean range stays 0.
        typical = fmean([size for size in ranges if size < 3.267 * typical] or [typical])
    centre = fmean(values)
    return centre - 2.66 * typical, centre + 2.66 * typical


def special_causes(values: Sequence[float], screened: bool = True) -> list[str]:
    """What stands out at each point of an XmR chart: "above", "below", "trend", "near", "side" or
    "" for nothing.

    The first that holds, in this order: outside the limits; within seven rising or falling one
    after another; within two of three on one side beyond two thirds of the way to its limit; within
    seven on one side of the mean. Source: the NHS "Making data count" method. ValueError as in
    xmr_limits.
    """
    lower, upper = xmr_limits(values, screened)
    centre, reach = (lower + upper) / 2, (upper - lower) / 2
    found = ["above" if value > upper else "below" if value < lower else "" for value in values]
    for name, size, rule in (("trend", 7, _runs), ("near", 3, _leans), ("side", 7, _sides)):
        for start in range(len(values) - size + 1):
            window = [value - centre for value in values[start : start + size]]
            for place in rule(window, reach):
                found[start + place] = found[start + place] or name
    return found


def _runs(window: Sequence[float], reach: float) -> list[int]:
    steps = [after - before for before, after in pairwise(window)]
    same = all(step > 0 for step in steps) or all(step < 0 for step in steps)
    return list(range(len(window))) if same else []


def _leans(window: Sequence[float], reach: float) -> list[int]:
    if reach == 0:
        return []
    for side in (1, -1):
        far = [place for place, value in enumerate(window) if value * side > reach * 2 / 3]
        if len(far) >= 2:
            return far
    return []


def _sides(window: Sequence[float], reach: float) -> list[int]:
    same = all(value > 0 for value in window) or all(value < 0 for value in window)
    return list(range(len(window))) if same else []


def nearest_rank(counts: Iterable[tuple[int, int]], q: float) -> int | None:
    """The ``q`` quantile (0..1) of (days, how many) pairs by nearest rank; None without any.

    Pairs may come in any order, repeat, and correct each other with negative counts. Source:
    PostgreSQL's percentile_disc, with which it agrees: the first value at or above rank ceil(q n).
    ValueError: q outside 0..1, or a number of days counted less than no times.
    """
    if not 0 <= q <= 1:
        raise ValueError("A quantile lies between 0 and 1.")
    totals: dict[int, int] = {}
    for days, number in counts:
        totals[days] = totals.get(days, 0) + number
    if any(number < 0 for number in totals.values()):
        raise ValueError("A number of days cannot be counted less than no times.")
    return quantile(totals.items(), q)


def round_to_5(count: int) -> int:
    """A count to the nearest 5, as in published adult social care tables. ValueError: below 0."""
    if count < 0:
        raise ValueError("A count cannot be negative.")
    return 5 * ((count + 2) // 5)


def may_show_share(x: int, n: int) -> bool:
    """Whether a percentage x/n may be shown: neither x, nor its complement, nor n is a small
    number.

    Source: disclosure control of the adult social care outcomes framework. ValueError as in
    wilson_interval.
    """
    _check(x, n)
    return x >= SMALLEST_SHOWN and n - x >= SMALLEST_SHOWN


def suppress(
    table: Mapping[str, Mapping[str, int]], *, column_totals: bool = False
) -> dict[str, dict[str, int | str]]:
    """A table of counts {row: {column: count}} as it may leave the server: rounded to 5, small ones
    "*".

    Counts 0 to 4 are hidden. Then, so that a row's total does not give them away, the smallest
    shown cell of a row is hidden too while only one is hidden or the hidden ones add up to less
    than 5. With ``column_totals`` (they are published as well) the same holds for columns. Totals
    must be rounded too. Source: government statistical practice on secondary suppression.
    ValueError: a negative count.
    """
    counts = {(row, column): n for row, cells in table.items() for column, n in cells.items()}
    rounded = {cell: round_to_5(n) for cell, n in counts.items()}
    hidden = {cell for cell, n in counts.items() if n < SMALLEST_SHOWN}
    groups = [[cell for cell in counts if cell[0] == row] for row in table]
    if column_totals:
        columns = dict.fromkeys(column for _, column in counts)
        groups += [[cell for cell in counts if cell[1] == column] for column in columns]
    before = -1
    while before != len(hidden):  # hiding for a column can leave a row in need of another, and back
        before = len(hidden)
        for group in groups:
            hidden |= _also_hide(group, counts, hidden)
    return {
        row: {
            column: HIDDEN if (row, column) in hidden else rounded[row, column] for column in cells
        }
        for row, cells in table.items()
    }


def _also_hide(
    group: Sequence[tuple[str, str]],
    counts: Mapping[tuple[str, str], int],
    hidden: set[tuple[str, str]],
) -> set[tuple[str, str]]:
    out = [cell for cell in group if cell in hidden]
    shown = sorted(
        (cell for cell in group if cell not in hidden), key=lambda cell: (counts[cell], cell)
    )
    added: set[tuple[str, str]] = set()
    while out and shown and (len(out) == 1 or sum(counts[cell] for cell in out) < SMALLEST_SHOWN):
        out.append(shown.pop(0))
        added.add(out[-1])
    return added
