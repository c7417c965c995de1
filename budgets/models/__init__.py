"""Models by document: scheme, figure, plan, decision, payment, planning together, and how the money is taken and
looked after."""

from .decision import DelegationLevel, Offer, PanelReferral, SignOff
from .figure import BudgetFigure, Calculation, Contribution
from .monitoring import Concern, FinalAccount, MonitoringCheck, Restriction, SurplusDecision, SurplusLetter
from .payment import DirectPaymentAgreement, LineStart, PaymentBatch, ScheduledPayment
from .plan import PlanLine, SupportPlan
from .route import HeldAccount, HeldEntry, LineChoice, OrderEnd, Provider, RouteSwitch, SupportOrder, UnmetRequest
from .scheme import AllocationScheme, SchemeVersion, UnitRate
from .spend import SpendBudget
from .together import LocalIdea, PlanShare, PlanWriting

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
    "Concern",
    "FinalAccount",
    "HeldAccount",
    "HeldEntry",
    "LineChoice",
    "LocalIdea",
    "MonitoringCheck",
    "OrderEnd",
    "PlanShare",
    "PlanWriting",
    "PaymentBatch",
    "Provider",
    "Restriction",
    "RouteSwitch",
    "SupportOrder",
    "SurplusDecision",
    "SurplusLetter",
    "UnmetRequest",
]
