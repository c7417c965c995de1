"""Which of what waits is a finance officer's own. Reading only."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from cases.common import dates
from cases.models import Council, Seat


def own_or_left(rows: Any, user: Any, council: Council) -> Any:
    """Those of `rows` (each with an `owner`) that are the user's, and those whose owner is no
    officer of the council now: they are everybody's.
    """
    seats = Seat.objects.filter(Seat.on(dates.today()), council=council, role="finance")
    officers = seats.filter(user=OuterRef("owner"), user__is_active=True)
    return rows.filter(Q(owner=user) | ~Exists(officers))
