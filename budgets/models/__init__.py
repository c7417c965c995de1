"""Models by document: scheme, figure, plan, decision, payment."""

from .decision import DelegationLevel, Offer, PanelReferral, SignOff
from .figure import BudgetFigure, Calculation, Contribution
from .payment import DirectPaymentAgreement, LineStart, ScheduledPayment
from .plan import PlanLine, SupportPlan
from .scheme import AllocationScheme, SchemeVersion, UnitRate
from .spend import SpendBudget

__all__ = [
    "AllocationScheme",
    "BudgetFigure",
    "Calculation",
    "Contribution",
    "DelegationLevel",
    "DirectPaymentAgreement",
    "LineStart",
    "Offer",
    "PanelReferral",
    "PlanLine",
    "ScheduledPayment",
    "SchemeVersion",
    "SignOff",
    "SpendBudget",
    "SupportPlan",
    "UnitRate",
]
