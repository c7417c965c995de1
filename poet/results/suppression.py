"""What may leave the server of the survey's counts, and the proof that it gives nothing away. Pure.

A *line* is a group's answers to one question: (good, middle, bad). Lines hang together by *splits*:
a parent line is the sum of its children and of answers that no child shows yet. Here: which answers
a line rests on (`settle`), which lines and cells are shown (`publish`), and the attacker who knows
all rules and every figure, this time's and last time's (`attack`). Nothing is shown while that
attacker can tell a hidden count to within fewer than five values. Everything else on any page
(shares, intervals, weighted figures, files) is worked out from the shown lines alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from poet.statistics import HIDDEN, SMALLEST_SHOWN, round_to_5, suppress

BATCH = 5  # a line moves by this many answers at least, so that no single answer can be read off
SMALLEST_BASE = 10  # under so many answers a line is hidden whole
WIDE = 4  # a hidden count has at least five possible values; the base of a hidden line at least two
ANY = 10**9
SIDES = ("n", "good", "middle", "bad")

Counts = tuple[int, int, int]
Line = tuple[
    int | None, int | None, int | None, int | None
]  # n, good, middle, bad: rounded, or hidden
Bounds = dict[tuple[str, str], list[int]]  # (line, side) -> the least and the most it can be
NOTHING: Counts = (0, 0, 0)
HIDDEN_LINE: Line = (None, None, None, None)
EMPTY_LINE: Line = (
    0,
    0,
    0,
    0,
)  # it rests on nobody: there is nothing to hide, and it is shown as "none yet"


@dataclass(frozen=True)
class Split:
    """A parent line and the lines it falls into. Parents stand before their children wherever lines
    are listed.
    """

    parent: str
    children: tuple[str, ...]


def settle(
    now: Mapping[str, Counts], before: Mapping[str, Counts], splits: Sequence[Split]
) -> dict[str, Counts]:
    """The counts each line rests on at this release. `now` in the order of the splits, parents
    first.

    A line moves only when at least BATCH answers have come in for it and all its parents are up to
    date: so a child never rests on an answer that its parent does not have yet.
    """
    parents: dict[str, list[str]] = {}
    for split in splits:
        for child in split.children:
            parents.setdefault(child, []).append(split.parent)
    rests: dict[str, Counts] = {}
    for key, counts in now.items():
        old = before.get(key, NOTHING)
        current = all(rests[parent] == now[parent] for parent in parents.get(key, ()))
        rests[key] = counts if current and sum(counts) - sum(old) >= BATCH else old
    return rests


def line(counts: Counts) -> Line:
    """One group's counts by themselves: rounded, small ones hidden with whatever would give them
    away.
    """
    if not any(counts):
        return EMPTY_LINE
    cells = suppress({"line": dict(zip(SIDES[1:], counts, strict=True))})["line"]
    good, middle, bad = (None if cells[side] == HIDDEN else int(cells[side]) for side in SIDES[1:])
    return round_to_5(sum(counts)), good, middle, bad


def publish(
    rests: Mapping[str, Counts],
    splits: Sequence[Split],
    before: Mapping[str, Line] | None = None,
    known: Bounds | None = None,
) -> tuple[dict[str, Line], Bounds]:
    """The lines as they may be shown, and what the attacker knows of them then.

    `before`, `known`: the lines of the last release and what the attacker knew after it.
    """
    before, known = before or {}, known or {}
    hidden = {key for key, counts in rests.items() if 0 < sum(counts) < SMALLEST_BASE}
    while True:
        shown = {
            key: HIDDEN_LINE if key in hidden else line(counts) for key, counts in rests.items()
        }
        small = {key for key in hidden if sum(rests[key]) < SMALLEST_BASE}
        knows = attack(shown, splits, small, before, known)
        more = _also_hide(knows, shown, rests, splits, before, known)
        if not more:
            return shown, knows
        hidden |= more


def attack(
    shown: Mapping[str, Line],
    splits: Sequence[Split],
    small: set[str],
    before: Mapping[str, Line],
    known: Bounds,
) -> Bounds:
    """The least and most of every cell, shown or hidden, that agrees with all that was ever shown.

    `small`: hidden lines of which the attacker is granted to know that they are small.
    """
    bounds: Bounds = {}
    for key, cells in shown.items():
        same = (
            cells[0] is not None and before.get(key, HIDDEN_LINE)[0] == cells[0]
        )  # it has not moved
        for side, value in zip(SIDES, cells, strict=True):
            low, high = _reading(side, value, cells[0], key in small)
            was = known.get((key, side), [0, ANY])
            bounds[key, side] = [max(low, was[0]), min(high, was[1]) if same else high]
    sums = [((key, "n"), [(key, side) for side in SIDES[1:]]) for key in shown]
    for number, split in enumerate(splits):
        for side in SIDES:
            rest = (f"rest {number}", side)
            bounds[rest] = [0, ANY]
            sums.append(
                ((split.parent, side), [*((child, side) for child in split.children), rest])
            )
    narrow(bounds, sums)
    return bounds


def _reading(side: str, value: int | None, base: int | None, small: bool) -> tuple[int, int]:
    """What one published cell says by itself. A hidden line is not empty, so it rests on a batch at
    least.
    """
    if base == 0:
        return 0, 0
    if value is not None:
        return max(value - 2, SMALLEST_BASE if side == "n" else SMALLEST_SHOWN), value + 2
    return (
        BATCH if side == "n" else 0,
        SMALLEST_BASE - 1 if small else ANY if base is None else base + 2,
    )


def narrow(
    bounds: Bounds, sums: Sequence[tuple[tuple[str, str], Sequence[tuple[str, str]]]]
) -> None:
    """Tighten the bounds by every sum, again and again until nothing moves."""
    moved = True
    while moved:
        moved = False
        for whole, parts in sums:
            low, high = (
                sum(bounds[part][0] for part in parts),
                sum(bounds[part][1] for part in parts),
            )
            moved |= _cut(bounds[whole], low, high)
            least, most = bounds[whole]
            for part in parts:
                own = bounds[part]
                moved |= _cut(own, least - (high - own[1]), most - (low - own[0]))


def _cut(own: list[int], low: int, high: int) -> bool:
    before = own[0], own[1]
    # never past each other: an answer that was taken back makes two readings disagree, and proves
    # nothing
    own[0] = min(max(own[0], low), own[1])
    own[1] = max(min(own[1], high), own[0])
    return before != (own[0], own[1])


def _also_hide(knows, shown, rests, splits, before, known) -> set[str]:
    """Lines to hide as well, so that the cells which are too well known no longer are; none when
    all is well.
    """
    found: set[str] = set()
    open_lines = {key for key, cells in shown.items() if cells[0]}
    for key in {key for key, _side in _too_narrow(knows, shown, before, known)}:
        if key in open_lines:
            found.add(key)
            continue
        around = [split for split in splits if key == split.parent or key in split.children]
        near = {one for split in around for one in (split.parent, *split.children)} & open_lines
        # where nothing near is shown, the sum that gives it away runs through a line further off
        found |= set(sorted(near or open_lines, key=lambda one: (sum(rests[one]), one))[:1])
    return found


def _too_narrow(knows, shown, before, known):
    for key, cells in shown.items():
        old = before.get(key, HIDDEN_LINE)
        for place, side in enumerate(SIDES):
            low, high = knows[key, side]
            if cells[place] is None and high - low < (1 if side == "n" else WIDE):
                yield key, side
            # what was hidden last time must stay so: it was no more than it is now
            was = known.get((key, side))
            needed = 1 if side == "n" else WIDE
            if (
                was
                and old[place] is None
                and min(was[1], high) - was[0] < min(needed, was[1] - was[0])
            ):
                yield key, side
