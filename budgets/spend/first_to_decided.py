"""Does the first figure mean anything: decided against indicative, over many decisions. Reading
only.

The test of an allocation is how near its figure comes to what is decided (Slasberg and Beresford).
Each decided figure keeps its own distance (`decided_figures`), so that everything here is counted
by the database. Not here: hiding small numbers (poet/statistics), the words.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Round

from budgets.models import BudgetFigure
from budgets.money.sterling import PENNY, rounding
from budgets.spend.totals import WITHIN

# The distances by which decisions are sorted: up to, and without, the next.
BANDS = tuple(Decimal(edge) for edge in ("-0.5", "-0.25", "-0.1", "0.1", "0.25", "0.5"))
SPLITS = {
    "group": "case__need_group",
    "team": "case__team__name",
    "version": "version",
    "route": "case__route",
    "age": "case__age_band",
}


@dataclass(frozen=True)
class Row:
    """Decisions of one group. `first` and `decided`: sums of first years; `median`: nearest rank,
    to a tenth of a percent; shares are of the indicative figure.
    """

    key: Any
    n: int
    within: int
    above: int
    below: int
    first: Decimal
    decided: Decimal
    median: Decimal | None


def by(rows: QuerySet[BudgetFigure], split: str) -> list[Row]:
    """The decisions split by one of SPLITS, the largest group first. Two statements, however many
    groups.
    """
    column = SPLITS[split]
    known = rows.filter(share__isnull=False)
    grouped = known.order_by().values(column).annotate(**_sums()).order_by("-n", column)
    medians = _medians(known, column)
    return [
        Row(
            row[column],
            row["n"],
            row["within"],
            row["above"],
            row["below"],
            _pence(row["first"]),
            _pence(row["annual"]) + _pence(row["once"]),
            medians.get(row[column]),
        )
        for row in grouped
    ]


def _medians(known: QuerySet[BudgetFigure], column: str) -> dict[Any, Decimal]:
    """The nearest rank of each group from how often each tenth of a percent occurs in it."""
    counted = (
        known.annotate(mille=Round(F("share") * 1000))
        .order_by("mille")
        .values_list(column, "mille")
    )
    groups: dict[Any, list[tuple[Decimal, int]]] = defaultdict(list)
    for key, mille, n in counted.annotate(n=Count("pk")):
        groups[key].append((mille, n))
    found = {}
    for key, counts in groups.items():
        place = (sum(n for _mille, n in counts) + 1) // 2
        for mille, n in counts:
            place -= n
            if place <= 0:
                found[key] = Decimal(str(mille)) / 1000
                break
    return found


def _sums() -> dict[str, Any]:
    """Within a tenth; further above; further below: three groups that add up to all."""
    return {
        "n": Count("pk"),
        "within": Count("pk", filter=Q(share__gte=-WITHIN, share__lte=WITHIN)),
        "above": Count("pk", filter=Q(share__gt=WITHIN)),
        "below": Count("pk", filter=Q(share__lt=-WITHIN)),
        "first": Sum("first_total"),
        "annual": Sum("annual"),
        "once": Sum("one_off"),
    }


def _pence(total: Decimal | None) -> Decimal:
    return rounding(total or Decimal(0), PENNY, "half_up")


def spread(rows: QuerySet[BudgetFigure]) -> list[tuple[Decimal | None, Decimal | None, int]]:
    """(from, to, how many) of each band of distance; None = without an end. A tenth itself is
    within a tenth.
    """
    edges = [None, *BANDS, None]
    pairs = list(zip(edges, edges[1:], strict=False))
    found = rows.filter(share__isnull=False).aggregate(
        **{f"band{n}": Count("pk", filter=_band(low, high)) for n, (low, high) in enumerate(pairs)}
    )
    return [(low, high, found[f"band{n}"]) for n, (low, high) in enumerate(pairs)]


def _band(low: Decimal | None, high: Decimal | None) -> Q:
    """Below nothing a band holds its lower edge, above nothing its upper one, the middle one
    both.
    """
    inside = Q()
    if low is not None:
        inside &= Q(share__gte=low) if low < 0 else Q(share__gt=low)
    if high is not None:
        inside &= Q(share__lte=high) if high > 0 else Q(share__lt=high)
    return inside


def costings(rows: QuerySet[BudgetFigure]) -> list[tuple[int, int]]:
    """(plans and proposals costed between the first figure and the decision, how many
    decisions).
    """
    found = (
        rows.filter(costings__isnull=False)
        .order_by("costings")
        .values_list("costings")
        .annotate(n=Count("pk"))
    )
    return list(found)


def reasons(rows: QuerySet[BudgetFigure]) -> list[tuple[str, int]]:
    """(reason code, how often), the most frequent first."""
    return list(
        rows.exclude(reason_code="")
        .order_by()
        .values_list("reason_code")
        .annotate(n=Count("pk"))
        .order_by("-n", "reason_code")
    )


def register(rows: QuerySet[BudgetFigure]) -> QuerySet[BudgetFigure]:
    """The decisions one by one, the furthest from their first figure first within a day."""
    return rows.select_related("case__team", "version__scheme").order_by(
        "-effective_from", "-recorded_at", "-pk"
    )
