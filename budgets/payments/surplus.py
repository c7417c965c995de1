"""Money left over in an account: what is free once contingency and planned use are set aside. Pure:
no database.

A surplus is a question to a person, never a claim: nothing here takes money back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from budgets.money.sterling import PENNY, pence, rounding

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Surplus:
    """`free`: balance - contingency - planned use (may be below 0). `allowed`: n weeks of the
    payment. `over`: the rest, at least 0; `flagged` only above the n weeks: exactly n weeks is no
    surplus. All in pounds.
    """

    free: Decimal
    allowed: Decimal
    over: Decimal

    @property
    def flagged(self) -> bool:
        return self.over > 0


def surplus(
    balance: Decimal | None,
    *,
    contingency: Decimal,
    planned_use: Decimal,
    annual: Decimal,
    weeks: int,
) -> Surplus | None:
    """The surplus of a balance against `weeks` weeks of a payment of `annual` a year of 52 weeks;
    None without a balance.

    ValueError: an amount that is not finite or has parts of a penny, a negative contingency,
    planned use or payment, or no week at all. A balance may be below 0.
    """
    if balance is None:
        return None
    if not all(value.is_finite() for value in (balance, contingency, planned_use, annual)):
        raise ValueError("Only finite amounts can be compared.")
    if contingency < 0 or planned_use < 0 or annual < 0 or not 1 <= weeks <= 52:
        raise ValueError(
            "Contingency, planned use and payment are 0 or more, and the weeks 1 to 52."
        )
    free = pence(balance) - pence(contingency) - pence(planned_use)
    allowed = rounding(pence(annual) * weeks / 52, PENNY, "half_up")
    return Surplus(free, allowed, max(ZERO, free - allowed))


def balance(entries: Iterable[tuple[bool, Decimal]]) -> Decimal:
    """What stands in an account: (is it money in?, amount) of each entry, corrected ones left out
    by the caller.
    """
    return sum((amount if coming_in else -amount for coming_in, amount in entries), ZERO)
