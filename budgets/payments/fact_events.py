"""Which act records which fact of money, by which event, and which letter tells the person. Data
only: `event_checks` compares it with the books, a test with `money_acts.FACTS`.

Whether an event owes a letter of its own stands in one place, where the letters are written
(`cases.letters.phrases.kind_owed`). Here is said which other event carries the letter, or why there
is none.
"""

from __future__ import annotations

from typing import NamedTuple

from budgets.position import personal_budget
from cases import journey
from cases.letters.phrases import kind_owed

MOMENT = ""
FOLLOWS = "letter_follows"  # the code by which an event says that a letter follows as another event


class Act(NamedTuple):
    """An act that records a fact, by the `verb` of its event. `names`: the code of the event that
    holds the id of the row (of a plan in force, of its plan); MOMENT: the event is of the very
    moment at which the row was recorded. `letter`: the verb of the event that carries the letter,
    where this one says that it follows (FOLLOWS); empty: its own, unless `no_letter` says why there
    is none.
    """

    verb: str
    names: str = MOMENT
    letter: str = ""
    no_letter: str = ""


_ENTERED = Act(
    journey.ENTER,
    no_letter="It ran before, and nothing changes by entering it: the council had written of it.",
)
_OPENED_AGAIN = "Nothing is paid by it. What is decided next has its letter."
_DEATH = "Letters about money go to whoever handles the estate, after the council's quiet days."
_NO_MORE = {
    "reopen": _OPENED_AGAIN,
    "reassess": _OPENED_AGAIN,
    "start_review": _OPENED_AGAIN,
    "record_death": _DEATH,
    "undo_death": _DEATH,
    "start_budget": "Its letter is made of its event whenever it is read.",
    "close_at_request": "It is said in the answer to the request: no money ran.",
}


def _moves(*verbs: str) -> tuple[Act, ...]:
    """Moves whose fact is of their moment, or is the event itself."""
    return tuple(
        Act(verb, no_letter="" if kind_owed(verb) else _NO_MORE.get(verb, "")) for verb in verbs
    )


# Kind of fact -> the acts that record one.
ACTS: dict[str, tuple[Act, ...]] = {
    "plan": (
        Act("agree_plan", "plan"),
        Act("panel_agree", "plan"),
        Act("accept_offer", "plan"),
        *_moves("switch_route", "uplift_plan", "change_price", "start_interim"),
        *_moves(*journey.moves_where(clock="again")),
        _ENTERED,
    ),
    "price": (
        Act("record_what_came", "fact", letter="write_what_came"),
        Act("end_extra_support"),
    ),
    "suspension": (
        *_moves("suspend_payment", "resume_payment", "answer_challenge"),
        Act("make_suspension_good", "suspension"),
    ),
    "extra": (Act("pay_extra", "fact"),),
    "instalment": (
        Act("decide_overpayment", "facts"),
        Act("agree_instalment", "fact", no_letter="What is agreed is part of a decision."),
    ),
    "settled": (
        Act("decide_overpayment", "facts"),
        Act("settle_overpayment", "fact", no_letter="The person has paid it back."),
        Act(
            "settle_small_balance",
            "fact",
            no_letter="The person keeps it, and was never asked for it: nothing changes for them.",
        ),
        Act("settle_overpayment", "aside", no_letter="What is left of it stood before."),
        Act(
            "pay_in_full",
            "fact",
            no_letter="It stands until the decision. The act that makes more owed has the letter.",
        ),
    ),
    "earlier": (Act("charge_from_earlier", "fact"),),
    "agreement": (Act("record_agreement", "agreement"), _ENTERED),
    "contribution": (
        Act("record_contribution", "contribution", letter="write_contribution"),
        Act(
            "estimate_contribution",
            "contribution",
            no_letter="An estimate is never taken; the letter of the budget names it.",
        ),
        *_moves(*personal_budget.NAMES_WHAT_IS_PAID),  # the letter of these tells an estimate
        _ENTERED,
    ),
    "payee": (
        Act("name_payee", "payee", no_letter="The first one changes nothing for the person."),
        Act("change_payee", "payee"),
        _ENTERED,
    ),
    "verified": (
        Act("verify_payee", "payee", no_letter="The person was told when it was named."),
        _ENTERED,
    ),
    "returned": (Act("payment_returned", "payment"),),
    # paid or charged before the case was paid from here
    "elsewhere": (_ENTERED,),
    # the event is the fact
    "end": _moves(
        *journey.closing_moves(),
        *journey.moves_where(end_ahead="planned"),
        *journey.moves_where(end_ahead="taken_back"),
        *journey.moves_where(clock="restore"),
    ),
}
# Model -> its kind
KINDS = {
    "PlanInForce": "plan",
    "LinePrice": "price",
    "Suspension": "suspension",
    "ExtraPayment": "extra",
    "Instalment": "instalment",
    "Settlement": "settled",
    "EarlierCharge": "earlier",
    "DirectPaymentAgreement": "agreement",
    "Contribution": "contribution",
    "Payee": "payee",
}
# Facts that are not looked for, with the reason.
HELD_TO = {"LineStart": "Its row names its event, and the database holds it to that."}
