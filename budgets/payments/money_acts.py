"""Every act that writes a dated fact of money, and how what it changes is looked at before it is
confirmed. Data only; a test finds the acts in the code and compares.

Not here: payments and charges as they left, which a batch writes for many cases and a second
officer releases; what an act changes (`changes_ahead`).
"""

from __future__ import annotations

from cases import journey

# What a fact of money is: the rows that the entitlement reads (`position.entitlement_facts`).
FACTS = frozenset(
    "PlanInForce LinePrice Suspension ExtraPayment Instalment Settlement Contribution"
    " EarlierCharge"
    " DirectPaymentAgreement LineStart Payee".split()
)
# Acts with a page of their own in this app: was, will be and difference are shown on it first.
OWN_PAGE = frozenset(
    "record_contribution record_agreement agree_plan panel_agree accept_offer switch_route"
    " start_line approve_uplift change_price pay_extra decide_overpayment record_paid_back"
    " record_what_came charge_from_earlier propose_extra_support agree_extra_support"
    " end_extra_support begin_extra_support make_suspension_good".split()
)
# Moves that write facts, or whose event is one: an end, and what takes it back.
BY_MOVE = frozenset(
    {
        "suspend_payment",
        "resume_payment",
        "answer_challenge",
        *journey.closing_moves(),
        *journey.moves_where(clock="restore"),
        *journey.moves_where(clock="again"),
    }
)
# Acts with a page that never make more owed, or whose event has another name.
NO_MORE = frozenset(
    "record_what_came record_paid_back begin_extra_support end_extra_support approve_uplift"
    " propose_extra_support agree_extra_support".split()
)
# The events of acts that are looked at and may make more owed.
VERBS = (OWN_PAGE - NO_MORE) | BY_MOVE | {"uplift_plan", "start_interim"}
# Acts that are not looked at so, each with the reason.
NOT_LOOKED_AT = {
    "keep_estimate": "An estimate is never taken from a payment.",
    "release_uprating": "A set: each row shows was, will be and difference, and the release what it"
    " comes to in all (`decision.uprating_presenter`).",
    "name_payee": "Who is paid, and no sum.",
    "confirm_batch": "A payee is struck whose payment came back, and a first payment that arrived"
    " is a start: no sum follows from either.",
    "count_answer": "As confirm_batch.",
    "release_import": "Its page lists what each case begins with, and the books must be even.",
    "agree_instalment": "It has no page: what is agreed is part of a decision.",
    "pay_in_full": "It answers a question of the act that is looked at.",
    "settle": "It has no page: what is paid back or written off has acts of its own.",
}
# What follows an act by itself and writes a fact, and is not looked at, each with the reason.
NOT_LOOKED_AT_AFTER = {"tell_estimate": "As keep_estimate."}
