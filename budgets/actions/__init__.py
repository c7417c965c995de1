"""What people do about money, one function per verb: keyword-only, atomic, each returns the thing.

plan.py: writing and sending a plan. sharing.py: who writes which part. decision.py: agreeing it or
not, panel, offer. payment.py: agreement, starts, contribution. scheme.py: the indicative
budget. studio.py: drafts and publishing of schemes. Rules that must hold whoever calls stand in
`budgets.rules`, inside `Case.move`.
"""

from budgets.actions.account import record_held_account, record_held_entry, settle_account
from budgets.actions.agreement import record_agreement
from budgets.actions.batch_release import release_batch, say_second_word
from budgets.actions.charge_batches import leave_charge_out, make_charges, release_charges
from budgets.actions.charging import keep_circumstances, keep_estimate
from budgets.actions.charging_rates import correct_charging_rate, record_charging_rates
from budgets.actions.decision import (
    accept_offer,
    agree_plan,
    decline_offer,
    offer_changed,
    panel_agree,
    refer_to_panel,
    return_plan,
)
from budgets.actions.earlier_charge import charge_from_earlier
from budgets.actions.extra_support import (
    agree_extra_support,
    begin_extra_support,
    end_extra_support,
    propose_extra_support,
    refuse_extra_support,
)
from budgets.actions.going_live import (
    accept_difference,
    close_pay_day,
    go_live,
    lay_again,
    lay_pay_day,
    withdraw_pay_day,
)
from budgets.actions.hospital_stays import (
    decide_hospital_stay,
    end_hospital_stay,
    record_hospital_stay,
    strike_hospital_stay,
)
from budgets.actions.ledger_answers import count_answer, send_answer
from budgets.actions.ledger_formats import set_ledger_format
from budgets.actions.money_facts import (
    agree_instalment,
    look_at_suspension,
    make_suspension_good,
    name_estate,
    name_payee,
    pay_extra,
    settle,
    verify_payee,
)
from budgets.actions.monitoring import (
    ask_balance,
    close_concern,
    decide_surplus,
    give_balance,
    lift_restriction,
    raise_concern,
    readable_concerns,
    reply_to_surplus,
    restrict_use,
    write_about_surplus,
)
from budgets.actions.overpayments import (
    decide_overpayment,
    record_paid_back,
    reply_to_overpayment,
    write_about_overpayment,
)
from budgets.actions.payment import record_contribution, start_budget, start_line
from budgets.actions.payment_batches import confirm_batch, leave_out, make_batch
from budgets.actions.payment_use import (
    allow_household_pay,
    confirm_payment_allowed,
    record_care_home_stay,
    strike_care_home_stay,
)
from budgets.actions.plan import (
    choose_routes,
    open_plan,
    remove_line,
    save_line,
    save_plan_part,
    submit_plan,
)
from budgets.actions.route import (
    add_provider,
    ask_switch,
    confirm_nhs_share,
    place_order,
    record_choice,
    record_unmet,
    switch_route,
    tell_provider,
)
from budgets.actions.running_money import record_import, release_import, withdraw_import
from budgets.actions.scheme import adjust_budget, share_budget
from budgets.actions.sharing import share_plan
from budgets.actions.spend import load_budget
from budgets.actions.studio import (
    create_scheme,
    discard_draft,
    draft_from,
    publish_version,
    save_draft,
)
from budgets.actions.undercharges import decide_undercharge
from budgets.actions.uplift import approve_uplift, change_price
from budgets.actions.uprating import (
    decide_uprating,
    leave_row_out,
    make_uprating,
    propose_row_again,
    release_uprating,
    take_row_in,
    withdraw_uprating,
)
from budgets.actions.what_came import record_what_came
from budgets.payments.paying_in_full import pay_in_full

__all__ = [
    "accept_difference",
    "close_pay_day",
    "go_live",
    "lay_again",
    "lay_pay_day",
    "withdraw_pay_day",
    "record_import",
    "release_import",
    "withdraw_import",
    "agree_extra_support",
    "begin_extra_support",
    "end_extra_support",
    "propose_extra_support",
    "refuse_extra_support",
    "allow_household_pay",
    "confirm_payment_allowed",
    "record_care_home_stay",
    "strike_care_home_stay",
    "decide_hospital_stay",
    "end_hospital_stay",
    "record_hospital_stay",
    "strike_hospital_stay",
    "accept_offer",
    "adjust_budget",
    "agree_plan",
    "choose_routes",
    "correct_charging_rate",
    "create_scheme",
    "decline_offer",
    "discard_draft",
    "draft_from",
    "offer_changed",
    "open_plan",
    "panel_agree",
    "publish_version",
    "record_agreement",
    "record_charging_rates",
    "record_contribution",
    "refer_to_panel",
    "remove_line",
    "return_plan",
    "save_draft",
    "save_line",
    "save_plan_part",
    "share_budget",
    "start_budget",
    "start_line",
    "submit_plan",
    "approve_uplift",
    "change_price",
    "record_what_came",
    "charge_from_earlier",
    "keep_circumstances",
    "keep_estimate",
    "decide_uprating",
    "leave_row_out",
    "make_uprating",
    "propose_row_again",
    "release_uprating",
    "take_row_in",
    "withdraw_uprating",
    "leave_charge_out",
    "decide_overpayment",
    "decide_undercharge",
    "record_paid_back",
    "reply_to_overpayment",
    "write_about_overpayment",
    "make_charges",
    "release_charges",
    "load_budget",
    "add_provider",
    "ask_balance",
    "ask_switch",
    "close_concern",
    "confirm_batch",
    "decide_surplus",
    "give_balance",
    "lift_restriction",
    "look_at_suspension",
    "make_suspension_good",
    "make_batch",
    "agree_instalment",
    "count_answer",
    "send_answer",
    "leave_out",
    "set_ledger_format",
    "name_estate",
    "name_payee",
    "pay_extra",
    "pay_in_full",
    "release_batch",
    "say_second_word",
    "settle",
    "verify_payee",
    "place_order",
    "raise_concern",
    "readable_concerns",
    "confirm_nhs_share",
    "record_choice",
    "record_held_account",
    "record_held_entry",
    "record_unmet",
    "reply_to_surplus",
    "restrict_use",
    "settle_account",
    "share_plan",
    "switch_route",
    "tell_provider",
    "write_about_surplus",
]
