"""The words in which people are told what happened: data only, read by timeline.py.

Who did it in words for their role, which coded facts people are told, how a question put to staff
is headed for the person, and the titles of letters.
"""

from typing import Any

from django.utils.translation import gettext_lazy

from cases import journey

# Verbs that are not moves, and how they are told.
SENTENCES = {
    **{name: beginning.done for name, beginning in journey.BEGINNINGS.items()},
    "go_live": gettext_lazy("began to pay from here what was paid elsewhere before"),
    "record_agreement": gettext_lazy("recorded the signed agreement and set up the payments"),
    "name_payee": gettext_lazy("named who is paid"),
    "change_payee": gettext_lazy("changed who is paid; it waits to be checked"),
    "verify_payee": gettext_lazy("verified who is paid"),
    "payee_late": gettext_lazy("said that who is paid is not checked, and a payment may be late"),
    "payment_returned": gettext_lazy("wrote down that a payment came back from the bank"),
    "pay_extra": gettext_lazy("decided on an extra payment"),
    "look_at_suspension": gettext_lazy("looked again at the suspension of payments; it goes on"),
    "make_suspension_good": gettext_lazy("found a suspension wrong; its days are paid after all"),
    "agree_instalment": gettext_lazy("wrote down an agreed instalment"),
    "settle_small_balance": gettext_lazy("settled a small sum that was paid too much before"),
    "settle_overpayment": gettext_lazy("settled a sum that was paid too much"),
    "write_about_overpayment": gettext_lazy("wrote about a sum that was paid too much"),
    "reply_to_overpayment": gettext_lazy("answered the letter about a sum that was paid too much"),
    "decide_overpayment": gettext_lazy("decided about a sum that was paid too much"),
    "pay_in_full": gettext_lazy(
        "chose that what is owed more is paid, and not set against what was paid too much"
    ),
    "decide_undercharge": gettext_lazy("decided about a sum that was charged too little"),
    "send_charge": gettext_lazy("charged what is paid towards the support"),
    "record_contribution": gettext_lazy("recorded what is paid towards the support"),
    "write_contribution": gettext_lazy("wrote what is to be paid towards the support"),
    "charge_from_earlier": gettext_lazy("decided that a sum is paid from a day before it was told"),
    "adjust_budget": gettext_lazy("worked out the indicative budget again, with reasons"),
    "keep_circumstances": gettext_lazy("kept what the payment for the support is worked out from"),
    "estimate_contribution": gettext_lazy("estimated what may have to be paid towards the support"),
    "change_price": gettext_lazy("changed the price of one part of the plan"),
    "record_what_came": gettext_lazy("wrote down what came of the support, and what it cost"),
    "write_what_came": gettext_lazy("wrote what is paid for support that did not come as agreed"),
    "uplift_plan": gettext_lazy("took new prices into the plan"),
    "record_choice": gettext_lazy("wrote down what was chosen"),
    "place_order": gettext_lazy("ordered support"),
    "confirm_nhs_share": gettext_lazy("wrote down what of the aftercare the NHS pays"),
    "tell_provider": gettext_lazy("told the provider whether the support ends"),
    "record_unmet": gettext_lazy("wrote down what could not be had"),
    "record_held_account": gettext_lazy(
        "recorded the agreement about the account a provider holds"
    ),
    "record_held_entry": gettext_lazy("entered a movement of the account a provider holds"),
    "ask_balance": gettext_lazy("asked what is in the account"),
    "give_balance": gettext_lazy("said what is in the account"),
    "write_about_surplus": gettext_lazy("wrote about money left over"),
    "reply_to_surplus": gettext_lazy("answered the letter about money left over"),
    "decide_surplus": gettext_lazy("decided about money left over"),
    "restrict_use": gettext_lazy("limited what the money may be used for"),
    "lift_restriction": gettext_lazy("ended a limit on what the money may be used for"),
    "propose_extra_support": gettext_lazy("asked for support for a time to be agreed"),
    "refuse_extra_support": gettext_lazy("did not agree support for a time"),
    "begin_extra_support": gettext_lazy("wrote down when support for a time began"),
    "write_extra_start": gettext_lazy("wrote what is paid before support for a time began"),
    "end_extra_support": gettext_lazy("wrote down what follows support for a time"),
    "settle_account": gettext_lazy("settled the final account"),
    "allow_household_pay": gettext_lazy("decided that somebody at home may be paid"),
    "record_care_home_stay": gettext_lazy("wrote down a stay in a care home"),
    "strike_care_home_stay": gettext_lazy("took out a stay in a care home"),
    "record_hospital_stay": gettext_lazy("wrote down a stay in hospital"),
    "end_hospital_stay": gettext_lazy("wrote down the last day of a stay in hospital"),
    "strike_hospital_stay": gettext_lazy("took out a stay in hospital"),
    "decide_hospital_stay": gettext_lazy(
        "decided whether the direct payment goes on during a stay in hospital"
    ),
    "take_down": gettext_lazy("began to write down answers"),
    "issue_code": gettext_lazy("made a new code for coming back"),
    "add_way_in": gettext_lazy("added a way to sign in"),
    "shared_a_note": gettext_lazy("wrote a note that you may read"),
    "share_draft": gettext_lazy("let the council look at the answers so far"),
    "unshare_draft": gettext_lazy("stopped the council looking at the answers so far"),
}
# Verbs that only staff are told of.
STAFF_SENTENCES = {
    "accept_difference": gettext_lazy(
        "accepted a difference between our payment and the one that was paid elsewhere"
    ),
    "report_danger": gettext_lazy("said that someone may be in danger, or without care today"),
    "spoke_about_danger": gettext_lazy("spoke to them about danger"),
    "rang_without_answer": gettext_lazy("rang about danger, and nobody answered"),
    "danger_went_up": gettext_lazy("told more people about danger"),
    "raise_concern": gettext_lazy("raised a worry about the payment; managers read it"),
    "name_estate": gettext_lazy("wrote down who handles the estate"),
    "confirm_payment_allowed": gettext_lazy("confirmed that a direct payment may be made"),
    "wrote_a_note": gettext_lazy("wrote a note for colleagues"),
    "struck_a_note": gettext_lazy("struck a note"),
    "recorded_someone_to_keep_away": gettext_lazy("wrote down somebody who must be kept away"),
    "ended_someone_to_keep_away": gettext_lazy("ended that somebody must be kept away"),
    "recorded_what_to_know_before_a_visit": gettext_lazy("wrote down what to know before a visit"),
    "close_concern": gettext_lazy("closed a worry about the payment; managers read it"),
    "death_in_another_case": gettext_lazy(
        "pays nothing more here, because a death was recorded in another case of this "
        "person. Close this case too"
    ),
    "death_undone_in_another_case": gettext_lazy(
        "pays again what was due here, because the death in another case was recorded by mistake"
    ),
}
# Verbs that are not moves, and of which people are told in writing.
WRITTEN = frozenset(
    {"ask_balance", "write_about_surplus", "decide_surplus", "restrict_use", "lift_restriction"}
    | {"change_payee", "payee_late", "payment_returned"}
)
# What a move is called where its own words are another reader's; "person" also for those who help.
LABELS: dict[str, dict[str, Any]] = {
    "person": {
        "start_review": gettext_lazy("Ask for a review"),
        "withdraw": gettext_lazy("Stop: I do not want to go on"),
        "reopen": gettext_lazy("Ask to open the case again"),
        "hand_turn": gettext_lazy("Let my social worker go on from here"),
    },
    "staff": {
        "submit_plan": gettext_lazy("Send the plan"),
        "arrange_own": gettext_lazy("They arrange their own support"),
    },
}
# What a helper is not told: how the person signs in is the person's own.
NOT_FOR_HELPERS = frozenset({"issue_code", "add_way_in"})
OURS = {
    "worker": gettext_lazy("Your social worker"),
    "manager": gettext_lazy("A team manager"),
    "service_manager": gettext_lazy("A service manager"),
    "panel": gettext_lazy("The panel"),
    "finance": gettext_lazy("The finance team"),
    "provider": gettext_lazy("The provider"),
    "other_agency": gettext_lazy("A professional"),
    "system": gettext_lazy("We"),
}
READERS: dict[str, dict[str, Any]] = {
    "person": OURS
    | {"person": gettext_lazy("You"), "delegate": gettext_lazy("The person helping you")},
    "delegate": OURS
    | {"person": gettext_lazy("The person you help"), "delegate": gettext_lazy("A helper")},
    "staff": journey.TURN_NAMES | {"system": gettext_lazy("The system")},
}
# Coded facts that people are told. Everything else (safeguarding, capacity, ids) is for staff.
TOLD = frozenset(
    "next_contact exception interim_support end end_date decision answer condition until "
    "cost code next_chase kind"
    " started_on first_started_on last_started_on urgency since answer_by dp"
    " instead_from interim_from".split()
)
# A question put to the person, as its answer is headed for staff: (move, name of what was asked).
STAFF_HEADINGS = {
    ("ask_news", "question"): gettext_lazy("Their question"),
    ("report_danger", "safe_number"): gettext_lazy("A number that is safe to ring"),
    ("report_danger", "otherwise"): gettext_lazy("How else to reach them"),
    ("spoke_about_danger", "agreed"): gettext_lazy("What was agreed"),
    ("spoke_about_danger", "following"): gettext_lazy("What happens next"),
    ("rang_without_answer", "agreed"): gettext_lazy("For the next call"),
}
# Verbs of which nobody hears but those who may read this part of a case (`access.READS`).
KEPT_TO = dict.fromkeys(
    ("report_danger", "spoke_about_danger", "rang_without_answer", "danger_went_up"), "danger"
) | dict.fromkeys(
    # that somebody is in hospital is no word for whoever only helps with forms
    (
        "record_hospital_stay",
        "end_hospital_stay",
        "strike_hospital_stay",
        "decide_hospital_stay",
    ),
    "money_words",
)
# A question put to staff, as its answer is headed for the person.
HEADINGS = {
    "advice": gettext_lazy("Our advice"),
    "missing": gettext_lazy("What we still need to know"),
    "answer": gettext_lazy("Our answer"),
    "urgency": gettext_lazy("How soon"),
    "mode": gettext_lazy("How the assessment is done"),
    "next_contact": gettext_lazy("We will be in touch by"),
    "others": gettext_lazy("Other ways that are open"),
    "interim_support": gettext_lazy("Support meanwhile"),
    "interim_who": gettext_lazy("Who gives it"),
    "interim": gettext_lazy("What support, or why none"),
    "interim_from": gettext_lazy("It is there from"),
    "exception": gettext_lazy("Why a panel looks at it"),
    "achieved": gettext_lazy("What has been achieved"),
    "end": gettext_lazy("Why it ends"),
    "end_date": gettext_lazy("It ends on"),
    "final_account": gettext_lazy("The final account"),
    "instead_who": gettext_lazy("Who gives the support meanwhile"),
    "alternative": gettext_lazy("Support meanwhile"),
    "instead_from": gettext_lazy("Support meanwhile, from"),
    "reason": gettext_lazy("Reason"),
    "what": gettext_lazy("Support"),
    "until": gettext_lazy("Until"),
    "cost": gettext_lazy("Cost a week"),
    "authority": gettext_lazy("Agreed by"),
    "condition": gettext_lazy("The condition that is not met"),
    "follows": gettext_lazy("What happens next"),
    "waits": gettext_lazy("What keeps the rest"),
    "answer_by": gettext_lazy("You will have an answer by"),
    "who": gettext_lazy("Your advocate"),
    "since": gettext_lazy("Since"),
    "dp": gettext_lazy("It also looks at the direct payment"),
    "wish": gettext_lazy("What you said about it"),
    "first_started_on": gettext_lazy("The first part started on"),
    "last_started_on": gettext_lazy("The last part started on"),
    "started_on": gettext_lazy("Started on"),
    "decision": gettext_lazy("The decision challenged"),
    "question": gettext_lazy("The question"),
    "code": gettext_lazy("Why it is paused"),
    "next_chase": gettext_lazy("We look again on"),
    "look_again_on": gettext_lazy("We look at it again on"),
    "given": journey.GIVEN_HEADING,
}
TITLES = {
    "ask_for_support": gettext_lazy("You have asked for support"),
    "submit_assessment": gettext_lazy("Your assessment: what you told us"),
    "accept_offer": gettext_lazy("Your plan is agreed, with the change you accepted"),
    "record_agreement": gettext_lazy("Your direct payment agreement"),
    "triage": gettext_lazy("What happens with your request"),
    "start_assessment": gettext_lazy("Your assessment begins"),
    "close_at_request": gettext_lazy("Our advice, and why we have closed your request"),
    "return_assessment": gettext_lazy("We need to know a little more"),
    "determine_eligible": gettext_lazy("Our decision: you have eligible needs"),
    "determine_not_eligible": gettext_lazy("Our decision: you do not have eligible needs"),
    "share_budget": gettext_lazy("Your indicative budget"),
    "adjust_budget": gettext_lazy("Your indicative budget has changed"),
    "change_price": gettext_lazy("A new price in your budget"),
    "write_extra_start": gettext_lazy("Your support began later, so you pay less"),
    "end_extra_support": gettext_lazy("What follows your support for a time"),
    "write_what_came": gettext_lazy("What you pay for days on which support did not come"),
    "uplift_plan": gettext_lazy("New prices in your budget"),
    "write_contribution": gettext_lazy("What you pay towards your support"),
    "charge_from_earlier": gettext_lazy("From which day you pay"),
    "pay_extra": gettext_lazy("An extra payment"),
    "make_suspension_good": gettext_lazy("You get the money that we held back"),
    "return_plan": gettext_lazy("Your plan has come back to you"),
    "agree_plan": gettext_lazy("Your plan is agreed"),
    "panel_agree": gettext_lazy("Your plan is agreed"),
    "offer_changed": gettext_lazy("We propose a change to your plan"),
    "refer_to_panel": gettext_lazy("A panel will look at your plan"),
    "start_budget": gettext_lazy("Your budget has started"),
    "withdraw": gettext_lazy("You have withdrawn"),
    "arrange_own": gettext_lazy("You arrange your own support"),
    "end_support": gettext_lazy("The end of your support"),
    "plan_end": gettext_lazy("Your support is ending"),
    "take_back_end": gettext_lazy("Your support goes on"),
    "start_review": gettext_lazy("Your review"),
    "keep_plan": gettext_lazy("Your plan stays as it is"),
    "change_plan": gettext_lazy("Your plan is open for changes"),
    "reassess": gettext_lazy("We assess your needs again"),
    "reassign": gettext_lazy("Your social worker"),
    "start_interim": gettext_lazy("Support for a time"),
    "suspend_payment": gettext_lazy("Your payments are suspended"),
    "resume_payment": gettext_lazy("Your payments go on"),
    "acknowledge_challenge": gettext_lazy("Your challenge has arrived"),
    "find_advocate": gettext_lazy("Your independent advocate"),
    "answer_challenge": gettext_lazy("Our answer to your challenge"),
    "refuse_route": gettext_lazy("How you may take the money"),
    "hand_turn": gettext_lazy("Your social worker goes on from here"),
    "submit_plan": gettext_lazy("We have your support plan"),
    "decline_offer": gettext_lazy("We have your answer to our proposal"),
    "challenge": gettext_lazy("We have your challenge"),
    "ask_switch": gettext_lazy("You want to take the money another way"),
    "answer_news": gettext_lazy("Our answer to your question"),
    "reopen": gettext_lazy("Your case is open again"),
    "switch_route": gettext_lazy("You take your money another way now"),
    "send_charge": gettext_lazy("What you pay for your support"),
    "write_about_overpayment": gettext_lazy("We paid you too much"),
    "decide_overpayment": gettext_lazy("Our decision about what we paid too much"),
    "decide_undercharge": gettext_lazy("Our decision about what we charged too little"),
    "ask_balance": gettext_lazy("A question about your payment account"),
    "write_about_surplus": gettext_lazy("Money left over in your account"),
    "decide_surplus": gettext_lazy("Our decision about money left over"),
    "restrict_use": gettext_lazy("A limit on what your payment may be used for"),
    "lift_restriction": gettext_lazy("A limit on your payment has ended"),
    "change_payee": gettext_lazy("Who your payments go to is being changed"),
    "payee_late": gettext_lazy("Your payment may come late"),
    "payment_returned": gettext_lazy("A payment came back from the bank"),
}
# Letters that are owed at a step: kept as they were written (`writing.keep`). All else that people
# are told is made from its event whenever it is read.
KINDS = {
    "acknowledgement": gettext_lazy("Acknowledgement"),
    "refusal": gettext_lazy("Refusal or end"),
    "record": gettext_lazy("Assessment record"),
    "eligibility": gettext_lazy("Eligibility"),
    "indicative": gettext_lazy("Indicative budget"),
    "decision": gettext_lazy("Decision"),
    "agreement": gettext_lazy("Agreement"),
    "review": gettext_lazy("Review"),
    "to_pay": gettext_lazy("Money to pay"),
    "payment": gettext_lazy("Payment"),
}
# of what is only recorded; a move says of itself which letter it owes
OWED_OF_RECORDED = {
    "ask_for_support": "acknowledgement",
    "record_agreement": "agreement",
    "adjust_budget": "indicative",
    "uplift_plan": "decision",
    "change_price": "decision",
    "write_what_came": "decision",
    "write_extra_start": "decision",
    "end_extra_support": "decision",
    "write_contribution": "decision",
    "charge_from_earlier": "decision",
    "pay_extra": "decision",
    "make_suspension_good": "decision",
    "decide_surplus": "decision",
    "restrict_use": "decision",
    "send_charge": "to_pay",
    "write_about_overpayment": "to_pay",
    "decide_overpayment": "decision",
    "decide_undercharge": "decision",
    "change_payee": "payment",
    "payee_late": "payment",
    "payment_returned": "payment",
}


def kind_owed(verb: str) -> str:
    """The code of the letter that a verb owes (`KINDS`); "" where it owes none. "confirmed", what
    people send themselves, owes none: a letter to keep is made when they ask, and sent to nobody.
    """
    if verb in journey.MOVES:
        kind = journey.MOVES[verb].letter
        return "" if kind == "confirmed" else kind
    return OWED_OF_RECORDED.get(verb, "")


# verb -> the kind of its letter, as the table stands when the letters are registered
OWED = {
    verb: KINDS[kind_owed(verb)] for verb in (*journey.MOVES, *OWED_OF_RECORDED) if kind_owed(verb)
}
OTHER_FORMATS = {
    "bsl": gettext_lazy(
        "You asked for British Sign Language. Tell us, and we will explain this letter in BSL."
    ),
}
# Verbs whose lines only the person reads in their timeline; staff read them as they stand. Helpers
# never do.
OWN = {
    "asked_somebody_to_help": gettext_lazy("%(who)s asked somebody to help"),
    "said_yes_to_helping": gettext_lazy("Somebody said yes to helping"),
    "checked_who_helps": gettext_lazy("%(who)s checked who helps"),
    "said_no_to_a_helper": gettext_lazy("%(who)s said no to a helper"),
    "stopped_a_helper": gettext_lazy("%(who)s stopped the help of somebody"),
    "chose_who_writes_the_plan": gettext_lazy("%(who)s chose who may write which part of the plan"),
    "wrote_to_us": gettext_lazy("%(who)s wrote a message"),
    "wrote_to_us_alone": gettext_lazy("%(who)s wrote a message that no helper can see"),
    "answered_what_was_asked": gettext_lazy("%(who)s answered"),
    "answered_what_was_asked_alone": gettext_lazy("%(who)s answered what no helper can see"),
    "took_a_copy_of_everything": gettext_lazy("%(who)s took a copy of everything"),
    "asked_for_a_copy_of_everything": gettext_lazy("%(who)s asked for a copy of everything"),
    "asked_for_the_names_of_who_looked": gettext_lazy("%(who)s asked who looked at the record"),
    "asked_for_another_way_to_take_the_money": gettext_lazy(
        "%(who)s asked for another way to take the money"
    ),
    "confirmed_what_we_know": gettext_lazy("%(who)s confirmed what we know"),
    "corrected_what_we_know": gettext_lazy("%(who)s put right what we know"),
    "answered_a_difference": gettext_lazy("%(who)s answered a difference"),
    "shared_a_note_alone": gettext_lazy("%(who)s wrote a note that no helper can see"),
    "recorded_someone_around": gettext_lazy("%(who)s wrote down somebody around you"),
    "ended_someone_around": gettext_lazy("%(who)s took out somebody around you"),
    "told_us_for_the_review": gettext_lazy("%(who)s told us about the review"),
}
