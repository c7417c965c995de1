"""Process against outcome: do those whose way was easy, short or known say more often that life got
better?

Worked out from published lines alone, so nothing here can give away what they do not. A link is not
a cause: people with simpler lives may have both. The rule for "robust" is open: the odds ratio
adjusted for age band and route must exclude 1 in at least half of the questions tested, with a q
value under 0.05 (Benjamini and Hochberg) counted over all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from poet.results.published import Book, Line
from poet.statistics import benjamini_hochberg, mantel_haenszel, newcombe_difference

CONDITIONS = {
    "easy": ("yes", "no"),
    "knew": ("yes", "no"),
    "panel": ("no", "yes"),
    "wait": ("1", "4"),
}  # better side first
Q = 0.05


@dataclass(frozen=True)
class Adjusted:
    """Odds ratio over the strata that are shown on both sides, its interval, p and q, and the
    answers it rests on.
    """

    ratio: float
    interval: tuple[float, float]
    p: float
    q: float
    n: int

    @property
    def holds(self) -> bool:
        """Does the interval exclude 1, and does it still after counting how many were tried?"""
        return (self.interval[0] > 1 or self.interval[1] < 1) and self.q < Q


@dataclass(frozen=True)
class Association:
    """One question under one condition. `groups`: (level, line). `difference`: interval of first
    less second, or None.
    """

    question: str
    groups: tuple[tuple[str, Line], ...]
    difference: tuple[float, float] | None
    adjusted: Adjusted | None


@dataclass(frozen=True)
class Condition:
    """A condition and its questions. `robust` is None while nothing could be adjusted."""

    name: str
    rows: tuple[Association, ...]
    tested: int
    holding: int

    @property
    def robust(self) -> bool | None:
        return 2 * self.holding >= self.tested if self.tested else None


def conditions(book: Book, year: str, who: str) -> list[Condition]:
    """Every condition against every question about a change in life."""
    codes = [one.code for one in book.questions(who, "outcomes")]
    return [condition(book, year, who, name, codes) for name in CONDITIONS]


def condition(book: Book, year: str, who: str, name: str, codes: Sequence[str]) -> Condition:
    """One condition against these questions; the q values are counted over all that could be
    adjusted.
    """
    first, second = CONDITIONS[name]
    found = {code: _adjusted(strata(book, year, who, code, name)) for code in codes}
    tested = [code for code in codes if found[code]]
    q_values = dict(
        zip(tested, benjamini_hochberg([found[code][2] for code in tested]), strict=True)
    )
    rows = []
    for code in codes:
        levels = tuple(
            (level, book.line(year, who, code, f"if_{name}", level)) for level in _levels(name)
        )
        pair = dict(levels)
        one = found[code]
        adjusted = Adjusted(one[0], one[1], one[2], q_values[code], one[3]) if one else None
        rows.append(Association(code, levels, difference(pair[first], pair[second]), adjusted))
    return Condition(
        name,
        tuple(rows),
        len(tested),
        sum(bool(row.adjusted and row.adjusted.holds) for row in rows),
    )


def _levels(name: str) -> tuple[str, ...]:
    return ("1", "2", "3", "4") if name == "wait" else CONDITIONS[name]


def difference(one: Line, other: Line) -> tuple[float, float] | None:
    """Newcombe's interval of the difference of two shares; None where either is hidden."""
    if one.share is None or other.share is None:
        return None
    return newcombe_difference(one.good or 0, one.n or 0, other.good or 0, other.n or 0)


def strata(
    book: Book, year: str, who: str, code: str, name: str
) -> list[tuple[int, int, int, int]]:
    """(good, not good) with and without the condition, for each age band and route that is shown on
    both sides.
    """
    first, second = CONDITIONS[name]
    by_stratum: dict[str, dict[str, Line]] = {}
    for group, line in book.groups(year, who, code, f"if_{name}_by").items():
        level, _bar, stratum = group.partition("|")
        by_stratum.setdefault(stratum, {})[level] = line
    pairs = [
        (lines[first], lines[second])
        for lines in by_stratum.values()
        if first in lines and second in lines
    ]
    return [
        (a.good, a.n - a.good, b.good, b.n - b.good)
        for a, b in pairs
        if a.good is not None and b.good is not None and a.n is not None and b.n is not None
    ]


def _adjusted(tables: Iterable[tuple[int, int, int, int]]):
    """(ratio, interval, p, n), or None where nothing can be compared."""
    kept = list(tables)
    found = mantel_haenszel(kept)
    return (found[0], (found[1], found[2]), found[3], sum(map(sum, kept))) if found else None
