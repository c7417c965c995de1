"""Whose turn it is while support is set up: whoever the open lines wait on."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from budgets.payments import routes
from budgets.position import case_money
from cases import access, journey
from cases.models import Case


def pass_on(case: Case, *, by: Any, at: Any, done: int | None = None) -> None:
    """Hand the turn to whoever the open lines wait on, where that is somebody else and `by` may
    hand it.
    """
    if case.step != "set_up":
        return
    still = routes.waiting(case, case_money.agreed_plan(case))
    if done is not None:
        still.pop(done, None)
    role = routes.next_turn(still.values())
    roles = access.roles_of(case, by)
    if not role or role == case.turn or not (case.turn in roles or roles & journey.WORKER):
        return
    reasons = {
        "worker": _("The direct payment is set up; the rest of the support still has to start."),
        "provider": _("What is left is ordered: it starts when the provider can begin."),
        "finance": _("What is left is the direct payment."),
    }
    case.move("hand_turn", by=by, at=at, turn=role, reason=reasons[role])
