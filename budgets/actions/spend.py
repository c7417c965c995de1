"""Loading the money there is for a year: what committed spend is held against."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.models import SpendBudget
from budgets.models.plan import ROUTES
from cases import access
from cases.common.refusals import NotYet
from cases.models import Council, Team, User

MAY_LOAD = {"finance"}
MOST = Decimal("99999999999.99")


def load_budget(
    *,
    council: Council,
    year: date,
    amount: Decimal,
    source: str,
    by: User,
    team: Team | None = None,
    route: str = "",
    at: datetime | None = None,
) -> SpendBudget:
    """Record the sum for a financial year, of a team, of a way to take the money, of both, or of
    the whole council.
    """
    if not any(s.council_id == council.pk and s.role in MAY_LOAD for s in access.seats_of(by)):
        raise NotYet(_("The finance team loads the budget."))
    if (year.month, year.day) != (4, 1):
        raise NotYet(_("A financial year begins on 1 April."), field="year")
    if team is not None and team.council_id != council.pk:
        raise NotYet(_("There is no such team."), field="team")
    if route and route not in ROUTES:
        raise NotYet(_("Choose one of the ways to take the money."), field="route")
    if (
        not amount.is_finite()
        or not 0 <= amount <= MOST
        or amount != amount.quantize(Decimal("0.01"))
    ):
        raise NotYet(_("Enter an amount in pounds, such as 1,250,000."), field="amount")
    if not source.strip():
        raise NotYet(_("Say where the sum is from."), field="source")
    with transaction.atomic():
        return SpendBudget.objects.create(
            council=council,
            year=year,
            team=team,
            route=route,
            amount=amount,
            source=source.strip(),
            loaded_by=by,
            loaded_at=at or timezone.now(),
        )
