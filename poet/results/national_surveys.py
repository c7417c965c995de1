"""The published figures of the national surveys: a bound is shown as a bound, never as if it were
exact. Reading only.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from poet.results.published import Line

FILE = Path(__file__).resolve().parent.parent / "data" / "national_rounds.csv"
KINDS = ("exact", "at_least", "at_most")
MEASURES = {
    "better": gettext_lazy("better"),
    "no_difference": gettext_lazy("no difference"),
    "worse": gettext_lazy("worse"),
    "positive_impact": gettext_lazy("a positive impact"),
    "good_or_very_good": gettext_lazy("good or very good"),
    "fully_or_mostly": gettext_lazy("fully or mostly"),
    "yes": gettext_lazy("yes"),
}
GROUPS = {
    "holders": gettext_lazy("people with a personal budget"),
    "adults": gettext_lazy("adults with support"),
    "health_holders": gettext_lazy("people with a personal health budget"),
    "health_carers": gettext_lazy("carers, personal health budgets"),
}
SAME = "better"  # the only measure that counts what our own questions count
CHANGE = "change"  # the scale of those that do
ROUNDING = 1.5  # percentages of a whole may miss 100 by so much


@dataclass(frozen=True)
class Round:
    """One published figure. `value` in per cent; `strict`: strictly more or less than it."""

    domain: str
    round: str
    group: str
    measure: str
    kind: str
    value: float
    strict: bool
    source: str

    @property
    def words(self) -> str:
        """The figure as it was published: "over 70%", "66.7% or more", "75%"."""
        number = f"{self.value:g}%"
        if self.kind == "exact":
            return number
        if self.strict:
            return (_("over %(n)s") if self.kind == "at_least" else _("under %(n)s")) % {
                "n": number
            }
        return (_("%(n)s or more") if self.kind == "at_least" else _("at most %(n)s")) % {
            "n": number
        }


@cache
def shipped() -> tuple[Round, ...]:
    return parse_rounds(FILE.read_text(encoding="utf-8"))


def parse_rounds(text: str) -> tuple[Round, ...]:
    """The figures of a file, all or none. ValueError with a sentence that names the row or the
    figures at fault.
    """
    found = []
    for number, row in enumerate(csv.DictReader(text.splitlines()), 2):
        try:
            one = Round(
                row["domain"],
                row["round"],
                row["group"],
                row["measure"],
                row["kind"],
                float(row["value"]),
                row["strict"] == "yes",
                row["source"],
            )
        except (KeyError, TypeError, ValueError):
            raise ValueError(f"Row {number} is not a figure with all its columns.") from None
        if (
            one.kind not in KINDS
            or one.measure not in MEASURES
            or one.group not in GROUPS
            or not one.source
        ):
            raise ValueError(
                f"Row {number} names a kind, measure, group or source that is not known."
            )
        if not 0 <= one.value <= 100:
            raise ValueError(f"Row {number}: a percentage lies between 0 and 100.")
        if one.strict and one.kind == "exact":
            raise ValueError(
                f"Row {number}: a figure that is strictly more than another is a bound, not exact."
            )
        found.append(one)
    _agree(found)
    return tuple(found)


def _agree(found: list[Round]) -> None:
    """Figures of one round that cannot stand beside each other are refused. ValueError."""
    together: dict[tuple[str, str, str], dict[str, list[Round]]] = {}
    for one in found:
        together.setdefault((one.domain, one.round, one.group), {}).setdefault(
            one.measure, []
        ).append(one)
    for (domain, year, group), measures in together.items():
        where = f"{domain}, {year}"
        exact = {
            name: one.value
            for name, rows in measures.items()
            for one in rows
            if one.kind == "exact"
        }
        whole = {
            name: exact[name] for name in ("better", "no_difference", "worse") if name in exact
        }
        if len(whole) == 3 and abs(sum(whole.values()) - 100) > ROUNDING:
            raise ValueError(f"{where}: better, no difference and worse do not add up to 100.")
        least = sum(
            max((r.value for r in measures.get(m, ()) if r.kind != "at_most"), default=0)
            for m in ("better", "no_difference", "worse")
        )
        if least > 100 + ROUNDING:
            raise ValueError(f"{where}: the figures together come to more than 100.")
        worst = [r.value for r in measures.get("worse", ()) if r.kind != "at_most"]
        cap = [
            r.value
            for r in together.get(("any_outcome", year, group), {}).get("worse", ())
            if r.kind == "at_most"
        ]
        if worst and cap and max(worst) > min(cap):
            raise ValueError(f"{where}: more say worse than the round reports for any question.")


def published_beside(domain: str, group: tuple[str, ...]) -> list[Round]:
    """What was published of a domain for these groups, the newest round first."""
    found = [one for one in shipped() if one.domain == domain and one.group in group]
    return sorted(found, key=lambda one: one.round, reverse=True)


def comparable(line: Line, one: Round, scale: str = CHANGE) -> str:
    """What our own interval says against a published figure: "above", "below", "open", or "" where
    it can't be said.

    `scale`: that of our question; only one about a change counts what "better" counts. Against
    "over 70%" a lower interval is below; nothing can be above a figure of which only a lower bound
    is known.
    """
    if one.measure != SAME or scale != CHANGE or line.interval is None:
        return ""
    low, high = (end * 100 for end in line.interval)
    if high < one.value and one.kind in ("exact", "at_least"):
        return "below"
    if low > one.value and one.kind in ("exact", "at_most"):
        return "above"
    return "open"


GROUPS_OF: dict[str, tuple[str, ...]] = {
    "person": ("holders", "adults"),
    "carer": ("health_carers",),
    "worker": (),
}
VERDICTS: dict[str, Any] = {
    "above": gettext_lazy("ours is higher"),
    "below": gettext_lazy("ours is lower"),
    "open": gettext_lazy("no difference can be told"),
    "": "",
}
