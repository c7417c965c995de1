"""What waits for finance about charges: a list that another officer has made and nobody has
released. Reading only. Imported once, in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from budgets.models import ChargeBatch
from budgets.position.money_presenter import signed
from cases.journey import hooks
from cases.models import Council
from cases.ui.components import Link, Table
from cases.ui.date_words import day


@hooks.tasks
def charges_to_release(
    user: Any, council: Council, roles: set[str], mine: Any = None
) -> list[Table]:
    """For another finance officer than the one who made it. There is one at most."""
    if "finance" not in roles:
        return []
    waiting = ChargeBatch.objects.filter(council=council, state="ready").exclude(made_by=user)
    rows = [
        [
            _("List %(n)s") % {"n": one.number},
            day(one.made_at),
            signed(one.total),
            Link(_("Look at it and release it"), reverse("budgets:charge_list", args=[one.number])),
        ]
        for one in waiting.defer("content").order_by("number")
    ]
    head = [_("List"), _("Made on"), _("Together"), _("Do now")]
    return [Table(_("Charges to release"), head, rows, numeric={2})] if rows else []
