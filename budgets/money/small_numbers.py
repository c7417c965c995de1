"""Counts of people that may be shown: small ones are hidden, and so is what would give them away.
Pure.
"""

from collections.abc import Mapping, Sequence

SMALLEST = 5  # as in published adult social care figures
HIDDEN = "fewer than 5"
ALSO_HIDDEN = "not shown"


def hide(counts: Mapping[str, int]) -> dict[str, str]:
    """A row of counts whose total is known: those below 5 hidden, and the next smallest where one
    hidden cell, or hidden cells of fewer than 5 people together, could be worked out from the
    total.
    """
    small = {name for name, n in counts.items() if n < SMALLEST}
    also: set[str] = set()
    while (
        small
        and len(small | also) < len(counts)
        and (len(small | also) == 1 or sum(counts[name] for name in small | also) < SMALLEST)
    ):
        also.add(min((n, name) for name, n in counts.items() if name not in small | also)[1])
    return {
        name: HIDDEN if name in small else ALSO_HIDDEN if name in also else str(n)
        for name, n in counts.items()
    }


def pool(groups: Mapping[str, Sequence[object]], rest: str) -> dict[str, list[object]]:
    """Groups of fewer than 5 put together under ``rest``, with the next smallest where they are
    still fewer.
    """
    kept = {
        name: list(members) for name, members in sorted(groups.items()) if len(members) >= SMALLEST
    }
    other = [member for members in groups.values() if len(members) < SMALLEST for member in members]
    while other and len(other) < SMALLEST and kept:
        smallest = min(kept, key=lambda name: (len(kept[name]), name))
        other += kept.pop(smallest)
    return {**kept, **({rest: other} if other else {})}
