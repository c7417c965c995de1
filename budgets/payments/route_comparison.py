"""The ways to take the money beside each other, in the same order and the same voice for each: none
is the usual one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.models import PlanLine
from budgets.models.plan import ROUTE_NAMES, ROUTES
from cases.ui.components import Table

# what is compared -> the same thing said of each route, by its code
COMPARED: tuple[tuple[Any, dict[str, Any]], ...] = (
    (
        gettext_lazy("Who holds the money"),
        {
            "direct_payment": gettext_lazy("You, or someone you choose."),
            "council_managed": gettext_lazy("The council."),
            "provider_held": gettext_lazy("A provider you choose."),
        },
    ),
    (
        gettext_lazy("Who chooses who comes, and when"),
        {
            "direct_payment": gettext_lazy("You do, and agree it with them yourself."),
            "council_managed": gettext_lazy(
                "You say what you want. The council arranges it with a provider."
            ),
            "provider_held": gettext_lazy(
                "You tell the provider what you want. They arrange it with you."
            ),
        },
    ),
    (
        gettext_lazy("Who pays the bills"),
        {
            "direct_payment": gettext_lazy("You do, from an account for this money."),
            "council_managed": gettext_lazy("The council."),
            "provider_held": gettext_lazy("The provider, from your account with them."),
        },
    ),
    (
        gettext_lazy("If you want somebody of your own"),
        {
            "direct_payment": gettext_lazy(
                "You can employ a personal assistant. Then you are the employer, and can get "
                "help with that."
            ),
            "council_managed": gettext_lazy("Whoever comes works for the provider."),
            "provider_held": gettext_lazy(
                "The provider employs them. You can have a say in who it is."
            ),
        },
    ),
    (
        gettext_lazy("What you have to do"),
        {
            "direct_payment": gettext_lazy(
                "Keep some records, and tell us when something changes."
            ),
            "council_managed": gettext_lazy("Tell us when something changes."),
            "provider_held": gettext_lazy(
                "Agree with the provider how the money is used, and tell us when something changes."
            ),
        },
    ),
    (
        gettext_lazy("If you want to change it later"),
        {
            "direct_payment": gettext_lazy("Ask at any time."),
            "council_managed": gettext_lazy("Ask at any time."),
            "provider_held": gettext_lazy("Ask at any time."),
        },
    ),
)


def said_of(route: str) -> list[str]:
    """What each line of the comparison says of a route. Raises LookupError naming a route of which
    it says nothing.
    """
    missing = [str(what) for what, said in COMPARED if route not in said]
    if missing:
        raise LookupError(f"route {route}: nothing is said about {missing}")
    return [str(said[route]) for _what, said in COMPARED]


def compared(lines: Iterable[PlanLine]) -> Table:
    """One column a way; the last row says what was chosen so far, in nobody's favour."""
    kept = list(lines)
    columns = [said_of(code) for code in ROUTES]
    rows: list[list[Any]] = [
        [str(what), *(said[place] for said in columns)]
        for place, (what, _said) in enumerate(COMPARED)
    ]
    chosen = {code: [line.what for line in kept if line.route == code] for code in ROUTES}
    rows.append(
        [
            _("What you have chosen for it so far"),
            *(chosen[code] or _("Nothing") for code in ROUTES),
        ]
    )
    head = [_("What differs"), *(str(ROUTE_NAMES[code]) for code in ROUTES)]
    three = _("The three ways beside each other")
    return Table(three if len(ROUTES) == 3 else _("The ways beside each other"), head, rows)
