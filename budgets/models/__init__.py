"""Models by document: scheme, rates of charging, figure, plan, decision, payment, planning
together, and how the money is taken and looked after, and the yearly uprating.
"""

from budgets.models.charging import ChargingRate
from budgets.models.decision import DelegationLevel, Offer, PanelReferral, SignOff
from budgets.models.estate import Estate, QuietDays
from budgets.models.extra_support import ExtraSupport
from budgets.models.figure import BudgetFigure, Calculation, Contribution
from budgets.models.going_live import (
    EnteredCase,
    ParallelLine,
    ParallelRun,
    RunningImport,
    SmallBalanceLimit,
)
from budgets.models.hospital import HospitalDays, HospitalDecision, HospitalStay
from budgets.models.ledger_formats import LedgerAnswer, LedgerFormat
from budgets.models.money_facts import (
    Charge,
    ChargeBatch,
    EarlierCharge,
    ExtraPayment,
    Instalment,
    LinePrice,
    Payee,
    PlanInForce,
    Settlement,
    Suspension,
)
from budgets.models.monitoring import (
    Concern,
    FinalAccount,
    MonitoringCheck,
    Restriction,
    SurplusDecision,
    SurplusLetter,
)
from budgets.models.notice import NoticeDays
from budgets.models.overpayments import Overpayment
from budgets.models.payment import (
    ArrearsLimit,
    DirectPaymentAgreement,
    LineStart,
    Payment,
    PaymentBatch,
)
from budgets.models.payment_conditions import CareHomeStay, DirectPaymentAllowed, HouseholdPay
from budgets.models.plan import PlanLine, SupportPlan
from budgets.models.route import (
    HeldAccount,
    HeldEntry,
    LineChoice,
    OrderEnd,
    Provider,
    RouteSwitch,
    SupportOrder,
    UnmetRequest,
)
from budgets.models.scheme import AllocationScheme, SchemeVersion, UnitRate
from budgets.models.spend import SpendBudget
from budgets.models.standing import MoneyCheck, MoneyStanding, SpendStanding, YearSpend
from budgets.models.together import LocalIdea, PlanShare, PlanWriting
from budgets.models.undercharges import Undercharge
from budgets.models.uprating import Circumstances, Uprating, UpratingRow

__all__ = [
    "ArrearsLimit",
    "AllocationScheme",
    "BudgetFigure",
    "CareHomeStay",
    "HospitalDays",
    "HospitalDecision",
    "HospitalStay",
    "Estate",
    "ExtraSupport",
    "QuietDays",
    "DirectPaymentAllowed",
    "HouseholdPay",
    "Calculation",
    "ChargingRate",
    "Contribution",
    "DelegationLevel",
    "DirectPaymentAgreement",
    "EnteredCase",
    "LedgerAnswer",
    "MoneyCheck",
    "MoneyStanding",
    "SpendStanding",
    "YearSpend",
    "LedgerFormat",
    "LineStart",
    "NoticeDays",
    "Offer",
    "Overpayment",
    "PanelReferral",
    "ParallelLine",
    "ParallelRun",
    "PlanLine",
    "Charge",
    "ChargeBatch",
    "EarlierCharge",
    "ExtraPayment",
    "Instalment",
    "LinePrice",
    "Payee",
    "Payment",
    "PlanInForce",
    "Settlement",
    "Suspension",
    "SchemeVersion",
    "SignOff",
    "SpendBudget",
    "SmallBalanceLimit",
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
    "RunningImport",
    "SupportOrder",
    "SurplusDecision",
    "SurplusLetter",
    "Undercharge",
    "UnmetRequest",
    "Circumstances",
    "Uprating",
    "UpratingRow",
]
