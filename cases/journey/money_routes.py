"""The routes of taking the money, declared once: how people read each, and what it needs first.

Data and queries over it, part of `journey` because clocks and access depend on the route of a case.
Not here: what is asked and checked of each (`budgets.payments`).

Sources: Care Act 2014 ss26, 31; statutory guidance on individual service funds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

MIXED = "mixed"  # several routes in one plan: no route of a line
NEEDS = ("agreement", "order", "account")


@dataclass(frozen=True, kw_only=True)
class MoneyRoute:
    """One route of a line. `title`: the choice as the person reads it; `name`: short. `needs`: what
    must be there before the line starts: a signed "agreement" (the money is then paid to the person
    or whom they choose), an "order" of the council, or an "account" that a provider holds.
    `chosen`: why somebody took no direct payment; "" for that route itself.
    """

    code: str
    title: Any
    name: Any
    needs: str
    chosen: Any

    def __post_init__(self) -> None:
        if self.needs not in NEEDS:
            raise ValueError(f"route {self.code}: the trait needs is {self.needs!r}, not {NEEDS}")


MONEY_ROUTES: dict[str, MoneyRoute] = {
    r.code: r
    for r in (
        MoneyRoute(
            code="direct_payment",
            title=_("Direct payment: the money is paid to me or someone I choose"),
            name=_("Direct payment"),
            needs="agreement",
            chosen="",
        ),
        MoneyRoute(
            code="council_managed",
            title=_("Managed budget: the council holds the money and arranges what I choose"),
            name=_("Managed budget"),
            needs="order",
            chosen=_("Chose a managed budget"),
        ),
        MoneyRoute(
            code="provider_held",
            title=_("Provider-held account: a provider holds the money and I direct it"),
            name=_("Provider-held account"),
            needs="account",
            chosen=_("Chose an account held by a provider"),
        ),
    )
}


def routes_needing(what: str) -> tuple[str, ...]:
    """The routes that need an agreement, an order or an account, in their order."""
    return tuple(code for code, route in MONEY_ROUTES.items() if route.needs == what)


def direct_routes() -> tuple[str, ...]:
    """The routes of a line whose money is paid to the person or whom they choose."""
    return routes_needing("agreement")


def may_pay_directly(route: str) -> bool:
    """May there be a direct payment in a case of this route? A mixed one counts."""
    return route == MIXED or route in direct_routes()
