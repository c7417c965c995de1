"""Waits with those that are not over: Kaplan-Meier on counts of days. Pure functions on plain
numbers.

A median of finished waits alone flatters a backlog: the cases that take longest are still open.
Here an open case counts for as long as it was seen. Not here: reading the counts (timings), control
charts (poet.statistics).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Step(NamedTuple):
    """One step of a Kaplan-Meier curve: the share still open just after ``days``."""

    days: int
    at_risk: int
    closed: int
    share_open: float


def kaplan_meier(durations: Sequence[int], closed: Sequence[bool]) -> list[Step]:
    """Share still open after each number of days, with cases still open counted as long as they
    were seen.

    ``durations`` in days; ``closed`` in the same order, False for a case still open. A case open at
    the same number of days as another closes was still at risk then. Source: Kaplan and Meier 1958,
    S(t) = product of (1 - d/n). ValueError: unequal lengths, negative days.
    """
    if len(durations) != len(closed) or any(days < 0 for days in durations):
        raise ValueError("Each case needs a number of days of 0 or more and whether it is closed.")
    ended = Counter(days for days, done in zip(durations, closed, strict=True) if done)
    still = Counter(days for days, done in zip(durations, closed, strict=True) if not done)
    return curve_of(ended.items(), still.items())


def curve_of(ended: Iterable[tuple[int, int]], still: Iterable[tuple[int, int]]) -> list[Step]:
    """The same curve from (days, how many) pairs of finished and of open waits, in any order, days
    repeated or not.
    """
    done: Counter[int] = Counter()
    seen: Counter[int] = Counter()
    for days, n in ended:
        done[days] += n
    for days, n in still:
        seen[days] += n
    at_risk, share, curve = done.total() + seen.total(), 1.0, []
    for days in sorted(done.keys() | seen.keys()):
        if done[days] > 0:
            share *= 1 - done[days] / at_risk
            curve.append(Step(days, at_risk, done[days], share))
        at_risk -= done[days] + seen[days]
    return curve


def curve_of_window(waits: Iterable[tuple[int, int, bool, int]]) -> list[Step]:
    """The curve of waits seen only within a window of time: (days at which it came into sight, days
    at its end or now, whether it ended, how many).

    Somebody who was already waiting when the window opened counts from that age on: counted from
    their first day, they would stand for all those who began with them and were through before, and
    the wait would look longer. Source: Kaplan and Meier 1958 with delayed entry, as in Kalbfleisch
    and Prentice 2002, section 1.3.
    """
    enter: Counter[int] = Counter()
    leave: Counter[int] = Counter()
    done: Counter[int] = Counter()
    for first, last, ended, n in waits:
        enter[first] += n
        leave[last] += n
        done[last] += n if ended else 0
    at_risk, share, curve = 0, 1.0, []
    for days in sorted(enter.keys() | leave.keys()):
        at_risk += enter[days]
        if done[days]:
            share *= 1 - done[days] / at_risk
            curve.append(Step(days, at_risk, done[days], share))
        at_risk -= leave[days]
    return curve


def kaplan_meier_quantile(curve: Iterable[Step], q: float = 0.5) -> int | None:
    """The days by which a share ``q`` is closed; None when not yet reached, to be shown as "not
    reached".
    """
    # The product of shares can end a hair above the exact value, so the comparison allows for it.
    return next((step.days for step in curve if step.share_open <= 1 - q + 1e-12), None)
