"""How closely a direct payment is looked at: three tiers from stated factors, shown to the person.
Data and pure.

The tier that asks least is the rule, and a check asks for nothing beyond its tier (the red-tape
checklist of the field: one balance a year, no receipts). Sizes, intervals and minutes are the
project's own shipped settings, not law: the one date set by law is the direct payment review, a
clock of the journey.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

LARGE = Decimal(25000)  # pounds a year; a shipped setting
FACTORS = {
    "new": _("The payment is in its first year"),
    "large": _("The payment is more than £25,000 a year"),
    "employs": _("It employs somebody"),
    "not_self": _("Somebody else manages the money"),
    "finding": _("Something was not right at an earlier check"),
}
ITEMS = {
    "balance": _("What is in the account?"),
    "planned_use": _("Is any of it meant for something planned, and for what?"),
    "summary": _("What was it spent on, in a few words?"),
    "receipts": _("Can your worker look at the papers with you?"),
}
# An assumption until people have said how long it took them: minutes for each item.
ASSUMED_MINUTES = {"balance": 5, "planned_use": 5, "summary": 20, "receipts": 60}


@dataclass(frozen=True)
class Tier:
    """What a tier asks, and every how many weeks."""

    code: str
    items: tuple[str, ...]
    weeks: int

    @property
    def a_year(self) -> int:
        """Items asked in a year."""
        return len(self.items) * 52 // self.weeks

    @property
    def minutes_a_year(self) -> int:
        """Assumed minutes a year."""
        return sum(ASSUMED_MINUTES[item] for item in self.items) * 52 // self.weeks


TIERS = {
    t.code: t
    for t in (
        Tier("light", ("balance",), 52),
        Tier("standard", ("balance", "planned_use", "summary"), 26),
        Tier("enhanced", ("balance", "planned_use", "summary", "receipts"), 13),
    )
}


def tier_of(factors: Iterable[str]) -> Tier:
    """The tier of these factors. A finding gives the enhanced one; otherwise up to one factor is
    light, more standard.

    ValueError: a factor nobody stated.
    """
    found = set(factors)
    if found - set(FACTORS):
        raise ValueError(f"Not a stated factor: {', '.join(sorted(found - set(FACTORS)))}.")
    if "finding" in found:
        return TIERS["enhanced"]
    return TIERS["light" if len(found) <= 1 else "standard"]


def factors(
    *, first_year: bool, annual: Decimal, employs: bool, managed_by_other: bool, finding: bool
) -> list[str]:
    """The factors that apply, in the order of `FACTORS`."""
    applies: dict[str, Any] = {
        "new": first_year,
        "large": annual > LARGE,
        "employs": employs,
        "not_self": managed_by_other,
        "finding": finding,
    }
    return [code for code in FACTORS if applies[code]]
