"""The coded words of the journey: what a fact may be, and how people read it. Codes never change
meaning.
"""

from django.utils.translation import gettext_lazy as _

from cases.journey.roles import ROLES

SEAT_ROLES = {code: role.title for code, role in ROLES.items()}
TURNS = {
    "person": _("you"),
    "delegate": _("the person helping you"),
    **{code: role.turn for code, role in ROLES.items() if role.turn},
    "provider": _("the provider"),
    "other_agency": _("another organisation"),
    "nobody": _("nobody"),
}
TURN_NAMES = {
    **{code: role.turn_name for code, role in ROLES.items()},
    "person": _("The person"),
    "delegate": _("Their helper"),
    "provider": _("Provider"),
    "other_agency": _("Another agency"),
    "nobody": _("Nobody"),
}
CYCLES = {
    "first": _("First time"),
    "review": _("Review"),
    "reassessment": _("Reassessment"),
    "entered": _("Entered with money already running"),
}
PAUSES = {
    "persons_choice": _("The person asked to wait"),
    "hospital": _("In hospital"),
    "other_agency": _("Waiting for another organisation"),
    "awaiting_advocate": _("Waiting for an advocate"),
    "away": _("Away from home"),
}
TARGET_LIMITS = (1, 730)  # days; a target outside is a slip of the finger
URGENCY = {"urgent": _("Urgent"), "soon": _("Soon"), "routine": _("Routine")}
MODES = {
    "own": _("On their own"),
    "together": _("Together with a worker"),
    "worker_led": _("The worker asks and writes"),
    "combined": _("Together with a family member's or carer's assessment"),
}
YES_NO_UNSURE = {"yes": _("Yes"), "no": _("No"), "unsure": _("Not sure yet")}
EXCEPTIONS = {
    "over_limit": _("Above the limits of everyone here"),
    "unique_plan": _("A plan unlike others"),
    "dispute": _("We do not agree"),
    "high_risk": _("High risk"),
}
ENDS = {
    "needs_ended": _("No eligible needs after a reassessment"),
    "moved": _("Moved to another council's area"),
    "own_wish": _("The person's wish"),
    "residential": _("Moved into long-term residential care"),
}
COUNCIL_ENDS = frozenset({"needs_ended"})  # decided by the council, and by nobody else
DECISIONS = {
    "determination": _("Whether I have eligible needs"),
    "indicative": _("The indicative budget"),
    "decided": _("The decided budget or plan"),
    "route": _("How I may take the money"),
    "suspended": _("That payments were suspended"),
    "ended": _("That the support ended"),
    "other": _("Something else"),
}
ANSWERS = {"upheld": _("Upheld"), "partly": _("Partly upheld"), "not_upheld": _("Not upheld")}
CONDITIONS = {
    "capacity": _("The person cannot consent, and nobody suitable can act"),
    "prohibited": _("A law excludes it for this person"),
    "cannot_manage": _("It cannot be managed, even with help"),
    "not_appropriate": _("It would not be an appropriate way to meet the needs"),
}
CONTACTS = {
    "phone": _("By telephone"),
    "visit": _("Face to face"),
    "letter": _("By letter"),
    "email": _("By e-mail"),
}
GIVEN_HEADING = _("How the answers were given")
GIVEN = {"phone": _("On the telephone"), "visit": _("Face to face"), "paper": _("On paper")}
NUDGES = {  # what the sweep does of itself, as the chronology says it
    "due_soon": _("Said that the last day is near"),
    "overdue": _("Chased because it was late"),
    "further_overdue": _("Told the manager that it is still late"),
    "draft_7": _("Offered help after 7 days without a change to the draft"),
    "draft_21": _("Offered help after 21 days without a change to the draft"),
    "draft_60": _("Offered help after 60 days without a change to the draft"),
    "keep_in_touch": _("Asked for a word to somebody who waits"),
}
# What is recorded about money; moves say it of themselves (`Move.about_money`). Its words, its
# letter and the message about it reach a helper only with the money scope.
RECORDED_ABOUT_MONEY = frozenset(
    "adjust_budget estimate_contribution record_contribution write_contribution"
    " keep_circumstances uplift_plan change_price record_what_came write_what_came"
    " record_agreement record_choice place_order tell_provider record_unmet"
    " confirm_nhs_share"
    " record_held_account record_held_entry ask_balance give_balance write_about_surplus "
    "reply_to_surplus decide_surplus"
    " restrict_use lift_restriction settle_account look_at_suspension"
    " make_suspension_good"
    " name_payee change_payee verify_payee payee_late payment_returned"
    " pay_extra agree_instalment settle_overpayment settle_small_balance"
    " enter_running accept_difference go_live"
    " charge_from_earlier pay_in_full"
    " send_charge write_about_overpayment reply_to_overpayment decide_overpayment"
    " decide_undercharge"
    " confirm_payment_allowed allow_household_pay record_care_home_stay"
    " strike_care_home_stay record_hospital_stay end_hospital_stay strike_hospital_stay"
    " decide_hospital_stay name_estate propose_extra_support refuse_extra_support"
    " begin_extra_support write_extra_start end_extra_support".split()
)
# days a move asks for that money depends on: the last day with support of a case that it closes
MONEY_DAYS = frozenset({"end_date", "died_on"})
MONEY_FACTS = frozenset(
    {"cost", "final_account"}
)  # facts about money in what is about something else
