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

# what is compared -> the same thing said of each way, in the order of ROUTES
COMPARED: tuple[tuple[Any, tuple[Any, Any, Any]], ...] = (
    (
        gettext_lazy("Who holds the money"),
        (
            gettext_lazy("You, or someone you choose."),
            gettext_lazy("The council."),
            gettext_lazy("A provider you choose."),
        ),
    ),
    (
        gettext_lazy("Who chooses who comes, and when"),
        (
            gettext_lazy("You do, and agree it with them yourself."),
            gettext_lazy("You say what you want. The council arranges it with a provider."),
            gettext_lazy("You tell the provider what you want. They arrange it with you."),
        ),
    ),
    (
        gettext_lazy("Who pays the bills"),
        (
            gettext_lazy("You do, from an account for this money."),
            gettext_lazy("The council."),
            gettext_lazy("The provider, from your account with them."),
        ),
    ),
    (
        gettext_lazy("If you want somebody of your own"),
        (
            gettext_lazy(
                "You can employ a personal assistant. Then you are the employer, and can get "
                "help with that."
            ),
            gettext_lazy("Whoever comes works for the provider."),
            gettext_lazy("The provider employs them. You can have a say in who it is."),
        ),
    ),
    (
        gettext_lazy("What you have to do"),
        (
            gettext_lazy("Keep some records, and tell us when something changes."),
            gettext_lazy("Tell us when something changes."),
            gettext_lazy(
                "Agree with the provider how the money is used, and tell us when something changes."
            ),
        ),
    ),
    (
        gettext_lazy("If you want to change it later"),
        (
            gettext_lazy("Ask at any time."),
            gettext_lazy("Ask at any time."),
            gettext_lazy("Ask at any time."),
        ),
    ),
)


def compared(lines: Iterable[PlanLine]) -> Table:
    """One column a way; the last row says what was chosen so far, in nobody's favour."""
    kept = list(lines)
    rows: list[list[Any]] = [[str(what), *map(str, said)] for what, said in COMPARED]
    chosen = {code: [line.what for line in kept if line.route == code] for code in ROUTES}
    rows.append(
        [
            _("What you have chosen for it so far"),
            *(chosen[code] or _("Nothing") for code in ROUTES),
        ]
    )
    head = [_("What differs"), *(str(ROUTE_NAMES[code]) for code in ROUTES)]
    return Table(_("The three ways beside each other"), head, rows)
