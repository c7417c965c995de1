"""A share weighted to the council's own caseload. Pure.

People on direct payments answer more often than others and do better anyway: a share of all answers
together says too much. Here each group (how the money is taken, by age) counts as many times as it
has people in the caseload, not answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from poet.statistics import score_interval

COVERED = 0.8  # of the caseload: with less, the weighted figure would be about other people


@dataclass(frozen=True)
class Weighted:
    """`share` and `interval` 0..1; `covered`: the part of the caseload whose groups have shown
    answers.
    """

    share: float
    interval: tuple[float, float]
    covered: float


def weighted(strata: Mapping[str, tuple[int, int]], caseload: Mapping[str, int]) -> Weighted | None:
    """Direct standardisation: {group: (good, answers)} weighted by {group: people}. None if too
    little is covered.

    The variance is that of a weighted sum of proportions, each taken as (x + 1) / (n + 2) so that a
    group in which all agree is not taken for certain; the interval is Wilson's for the effective
    number of answers. Source: direct standardisation in Breslow and Day 1987; the interval in Korn
    and Graubard 1998. ValueError: a group with more good answers than answers.
    """
    people = sum(caseload.values())
    used = {
        group: caseload[group] for group in strata if caseload.get(group) and strata[group][1] > 0
    }
    total = sum(used.values())
    if not people or total / people < COVERED:
        return None
    share = variance = 0.0
    for group, weight in used.items():
        good, n = strata[group]
        if not 0 <= good <= n:
            raise ValueError("A group cannot have more good answers than answers.")
        part, smooth = weight / total, (good + 1) / (n + 2)
        share += part * good / n
        variance += part * part * smooth * (1 - smooth) / n
    middle = min(max(share, 1e-9), 1 - 1e-9)
    size = (
        max(middle * (1 - middle) / variance, 1.0)
        if 0 < share < 1
        else float(sum(strata[g][1] for g in used))
    )
    return Weighted(share, score_interval(min(share, 1.0), size), total / people)
