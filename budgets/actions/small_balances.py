"""Going live: small sums that were paid too much elsewhere are settled as a set, within the limit
that a council set for it. Not here: which they are (`payments.first_balances`).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.money_facts import settle_small
from budgets.actions.payment_batches import finance_of
from budgets.entitlement.answer import answer
from budgets.models import Settlement
from budgets.money.sterling import pounds
from budgets.payments import first_balances, money_standings
from budgets.position import entitlement_facts
from cases.common import dates
from cases.common.refusals import Stale
from cases.models import Case, Council, User


def settle_small_balances(
    *, council: Council, by: User, sums: dict[int, Decimal], at: datetime | None = None
) -> list[Settlement]:
    """Settle these sums: id of a case -> what was paid too much, as it was looked at. All or none:
    Stale where the list is another one by now. The people keep the money.
    """
    finance_of(by, council)
    when = at or timezone.now()
    today = dates.london_date(when)
    with transaction.atomic():
        # one of two who press waits here, and then finds the list empty
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        most, rows = first_balances.small(council, today)
        if {row.case_id: row.paid_too_much for row in rows} != sums or not sums:
            raise Stale(_("These sums are others by now. Look at the list again."))
        cases = Case.objects.in_bulk(list(sums))
        found = []
        for pk, amount in sorted(sums.items()):
            case = cases[pk]
            case.hold()
            now = answer(entitlement_facts.facts_of_case(case), today)
            if now.paid_too_much != amount or now.owed:
                raise Stale(_("The money of %(ref)s changed. Look again.") % {"ref": case.ref})
            why = _("Paid elsewhere, and no more than %(most)s: this council’s own limit.")
            words = why % {"most": pounds(most)}
            found.append(settle_small(case=case, by=by, on=today, amount=amount, why=words, at=at))
        money_standings.follow_changes(council, when)
        return found
