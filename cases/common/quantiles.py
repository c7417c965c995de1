"""The one rule for quantiles of counts: nearest rank. Pure."""

import math
from collections.abc import Iterable


def quantile(counts: Iterable[tuple[int, int]], share: float) -> int | None:
    """Nearest rank of (days, how many) pairs, as PostgreSQL's percentile_disc; None without any."""
    pairs = sorted(counts)
    rank = max(1, math.ceil(share * sum(n for _, n in pairs)))
    for days, n in pairs:
        rank -= n
        if rank <= 0:
            return days
    return None
