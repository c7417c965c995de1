"""What people do about money, one function per verb: keyword-only, atomic, each returns the thing.

plan.py: writing and sending a plan. decision.py: agreeing it or not, panel, offer. payment.py: agreement,
schedule, starts, contribution. scheme.py: publishing, and the indicative budget. Rules that must hold whoever
calls stand in `budgets.rules`, inside `Case.move`.
"""

from .charging import keep_estimate
from .decision import (
    accept_offer,
    agree_plan,
    decline_offer,
    offer_changed,
    panel_agree,
    refer_to_panel,
    return_plan,
)
from .payment import record_agreement, record_contribution, start_budget, start_line
from .plan import choose_routes, open_plan, remove_line, save_line, save_plan_part, submit_plan
from .scheme import publish_version, share_budget
from .spend import load_budget
from .uplift import approve_uplift

__all__ = [
    "accept_offer",
    "agree_plan",
    "choose_routes",
    "decline_offer",
    "offer_changed",
    "open_plan",
    "panel_agree",
    "publish_version",
    "record_agreement",
    "record_contribution",
    "refer_to_panel",
    "remove_line",
    "return_plan",
    "save_line",
    "save_plan_part",
    "share_budget",
    "start_budget",
    "start_line",
    "submit_plan",
    "approve_uplift",
    "keep_estimate",
    "load_budget",
]
