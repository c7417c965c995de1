"""What this app holds about somebody, model by model, for the copy of everything
(`cases.records.subject_access`).
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.records.subject_access import OWN, give, keep_back


def _elsewhere(line, reader) -> str:
    """Somebody else's case stays theirs."""
    return _("Through the case of somebody else") if line.met_through_id else ""


STAFF_MARKS = ("asks_second", "seconded_by", "seconded_at")
LIMITS = ("limit_weekly", "level")
give(
    "budgets.Calculation",
    "case",
    gettext_lazy("How your indicative budget was worked out"),
    "money",
    leave=("engine",),
)
give("budgets.BudgetFigure", "case", gettext_lazy("Your budget: every figure"), "money")
give("budgets.Contribution", "case", gettext_lazy("What you pay yourself"), "money")
give(
    "budgets.Circumstances",
    "case",
    gettext_lazy("Your income, savings and costs, from which it is worked out"),
    "money",
)
give(
    "budgets.UpratingRow",
    "case",
    gettext_lazy("What changed for you with the rates and prices of a year"),
    "money",
    leave=("uprating", "number", "do_by", "decided_by", "decided_at"),
)
give(
    "budgets.SupportPlan",
    "case",
    gettext_lazy("Your support plans"),
    "plan",
    leave=("digest", "snapshot"),
)
give(
    "budgets.PlanLine",
    "plan__case",
    gettext_lazy("The lines of your plans"),
    "plan",
    words={"met_through": _elsewhere},
)
give("budgets.PlanShare", "case", gettext_lazy("Who may write which part of your plan"), OWN)
give("budgets.PlanWriting", "plan__case", gettext_lazy("Who wrote where in your plans"), OWN)
give("budgets.SignOff", "case", gettext_lazy("Decisions on your plan"), "plan", leave=LIMITS)
give("budgets.Offer", "case", gettext_lazy("Changes that the council proposed"), "plan")
give("budgets.PanelReferral", "case", gettext_lazy("What a panel looked at"), "plan")
give("budgets.DirectPaymentAgreement", "case", gettext_lazy("Direct payment agreements"), "money")
give("budgets.Payment", "case", gettext_lazy("Payments"), "money", leave=STAFF_MARKS)
give("budgets.PlanInForce", "case", gettext_lazy("From when which plan holds"), "money")
give("budgets.LinePrice", "line__plan__case", gettext_lazy("Prices that changed"), "money")
give("budgets.Suspension", "case", gettext_lazy("When payments were suspended"), "money")
give("budgets.ExtraPayment", "case", gettext_lazy("Extra payments"), "money")
give("budgets.Instalment", "case", gettext_lazy("Instalments that were agreed"), "money")
give(
    "budgets.Settlement", "case", gettext_lazy("Sums paid back, written off or set aside"), "money"
)
give(
    "budgets.EarlierCharge",
    "contribution__case",
    gettext_lazy("What you pay, charged from before you were told"),
    "money",
)
give("budgets.Overpayment", "case", gettext_lazy("What was paid too much"), "money")
give("budgets.Undercharge", "case", gettext_lazy("What was charged too little"), "money")
give(
    "budgets.DirectPaymentAllowed",
    "case",
    gettext_lazy("When we confirmed that a direct payment may be made"),
    "money",
)
give("budgets.ExtraSupport", "case", gettext_lazy("Support for a time"), "money", leave=("level",))
give("budgets.Estate", "case", gettext_lazy("Who handles the estate"), "money")
give("budgets.HouseholdPay", "case", gettext_lazy("Who at home may be paid"), "money")
give("budgets.CareHomeStay", "case", gettext_lazy("Care-home stays"), "money")
give("budgets.HospitalStay", "case", gettext_lazy("Stays in hospital"), "money")
give(
    "budgets.HospitalDecision",
    "stay__case",
    gettext_lazy("Decisions about your payment while you were in hospital"),
    "money",
)
give("budgets.Payee", "case", gettext_lazy("Who your payments go to"), "money")
give(
    "budgets.EnteredCase",
    "case",
    gettext_lazy("How your money came into this record"),
    "money",
    leave=("imported", "checked_by", "live_by"),
)
give(
    "budgets.ParallelLine",
    "case",
    gettext_lazy("Payments by the council’s earlier list, beside ours"),
    "money",
    leave=("causes", "paid_by_ledger"),
)
give("budgets.Charge", "case", gettext_lazy("What you were charged"), "money")
give("budgets.LineStart", "line__plan__case", gettext_lazy("When support began"), "money")
give(
    "budgets.RouteSwitch",
    "case",
    gettext_lazy("Other ways to take the money that were asked for"),
    "money",
)
give("budgets.LineChoice", "line__plan__case", gettext_lazy("Who you chose"), "plan")
give(
    "budgets.SupportOrder",
    "line__plan__case",
    gettext_lazy("Support that the council ordered"),
    "money",
)
give(
    "budgets.OrderEnd",
    "order__line__plan__case",
    gettext_lazy("Orders that ended with your case"),
    "money",
    leave=("undone_at",),
)
give(
    "budgets.UnmetRequest",
    "line__plan__case",
    gettext_lazy("What could not be had"),
    "plan",
    leave=("need_group", "age_band"),
)
give("budgets.HeldAccount", "case", gettext_lazy("Accounts that a provider holds"), "money")
give("budgets.HeldEntry", "case", gettext_lazy("What was paid from them"), "money")
give(
    "budgets.MonitoringCheck", "case", gettext_lazy("Questions about your payment account"), "money"
)
give(
    "budgets.SurplusLetter",
    "check_of__case",
    gettext_lazy("Letters about money left over"),
    "money",
)
give(
    "budgets.SurplusDecision",
    "check_of__case",
    gettext_lazy("Decisions about money left over"),
    "money",
)
give("budgets.Restriction", "case", gettext_lazy("Limits on your payment"), "money")
give("budgets.FinalAccount", "case", gettext_lazy("Final accounts"), "money")
keep_back(
    "budgets.Concern",
    gettext_lazy(
        "Worries about money or safety, if colleagues wrote any down. They can be about "
        "somebody else, and can keep people "
        "safe. Ask us: a manager reads them first, and tells you what is left out and why."
    ),
)
keep_back(
    "budgets.MoneyStanding",
    gettext_lazy(
        "How your payments stood when they were last added up. The payments, and what they are "
        "worked out from, are all in this copy."
    ),
)
for _derived in ("budgets.SpendStanding", "budgets.YearSpend"):
    keep_back(
        _derived,
        gettext_lazy(
            "What your support costs in a year, as it was last added up. What it is worked out "
            "from is all in this copy."
        ),
    )
