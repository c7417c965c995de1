"""The words of each letter, as data: paragraphs, what comes next, the way to challenge, and the
facts in easy words.

Read by compose.py, which adds what the event says, the money and the letterhead. A wording that is
changed changes future letters only: those that were owed are kept as they were written. Facts in
`%(...)s`: on, who, worker, and phone_us: "phone us on ..." where there is a number
(`contact_details`). What is said of complaints: Local Authority Social Services and NHS Complaints
(England) Regulations 2009.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """`first`: the opening paragraphs; `said`: the heading above what was written; `easy`:
    (picture, sentence) of the easy-read view; `challenge`: the way to challenge belongs to it;
    `sentence`: the timeline's sentence opens it.
    """

    first: tuple[Any, ...] = ()
    said: Any = _("What was said")
    next: tuple[Any, ...] = ()
    after: tuple[Any, ...] = ()
    easy: tuple[tuple[str, Any], ...] = ()
    challenge: bool = False

    @property
    def sentence(self) -> bool:
        return not self.first


AGREED_NEXT = (
    _(
        "Now we set up your money and support in the way you chose. We tell you the date of "
        "the first payment or the first day of support."
    ),
    _("Your plan is in this letter. You can also read and print it on the page of your case."),
)
AGREED = Words(
    first=(_("Your support plan is agreed."),),
    next=AGREED_NEXT,
    challenge=True,
    easy=(
        ("tick", _("Your plan is agreed.")),
        ("calendar", _("Now we get your money and support ready.")),
    ),
)
OFFER_ACCEPTED = _("You accepted the change that we proposed. Your support plan is agreed with it.")
# of a plan that is agreed while the budget before it runs: what counts from which day comes before
CHANGE_AGREED = Words(
    first=AGREED.first,
    next=(
        _("The support and money that you have go on until then. You need not do anything for it."),
        _(
            "If a part of your plan is new, or you chose another way to take the money for it, "
            "we set up that part now. We tell you the day on which it begins."
        ),
        AGREED_NEXT[-1],
    ),
    challenge=True,
    easy=(*AGREED.easy[:1], ("money", _("The money that you have goes on."))),
)
WORDS: dict[str, Words] = {
    "ask_for_support": Words(
        first=(
            _("We have your request for support of %(on)s. Thank you for telling us."),
            _("All our waiting times are counted from this day."),
        ),
        said=_("What you told us"),
        next=(
            _(
                "A social worker reads what you wrote and decides the next step with you. "
                "You do not have to wait. You can start telling us about your life now: on "
                "the page of your case, by phone or on paper. Someone you choose can help "
                "you. If it is very hard for you to take part and you have nobody to help, "
                "we look for an independent advocate. That is somebody who is not from the "
                "council and helps you to say what you want."
            ),
            _("Your money does not matter for this. We look at what you need first."),
        ),
        after=(
            _(
                "If anything changes, or you are not safe, %(phone_us)s. If someone is in "
                "danger now, phone 999."
            ),
        ),
        easy=(
            ("letter", _("You asked us for help. We have your request.")),
            ("person", _("A social worker reads it.")),
            ("phone", _("If you are not safe, %(phone_us)s. In danger now: phone 999.")),
        ),
    ),
    "triage:waiting": Words(
        first=(
            _(
                "We have read your request. You are on our list for an assessment: that is "
                "where we find out with you what is hard and what help you need. We keep in "
                "touch with you while you wait."
            ),
        ),
        next=(
            _(
                "You can tell us about your life already while you wait. If things get "
                "worse, %(phone_us)s at once."
            ),
        ),
        easy=(
            ("calendar", _("You are on our list.")),
            ("phone", _("If things get worse, %(phone_us)s.")),
        ),
    ),
    "triage:assess": Words(
        first=(
            _(
                "We have read your request. Your assessment can begin: we find out with you "
                "what is hard and what help you need."
            ),
        ),
        next=(
            _(
                "Tell us about your life: what is hard, how much help you need, and what you "
                "want instead. You can do it yourself, with someone you trust, or with us."
            ),
        ),
        easy=(
            ("person", _("Now you tell us about your life.")),
            ("tick", _("Someone you trust can help you.")),
        ),
    ),
    "triage": Words(
        first=(
            _(
                "We have read your request. Your assessment can begin: we find out with you "
                "what is hard and what help you need."
            ),
        ),
        easy=(("person", _("Your assessment can begin.")),),
    ),
    "close_at_request": Words(
        first=(
            _(
                "You told us that our advice is enough for now, so we have closed your "
                "request. Our advice is below."
            ),
        ),
        after=(_("If the advice does not help, or your life changes, ask us again at any time."),),
        challenge=True,
        easy=(
            ("letter", _("We gave you advice and closed your request.")),
            ("phone", _("You can ask us again at any time.")),
        ),
    ),
    "submit_assessment": Words(
        first=(
            _("This is the record of what you told us on %(on)s. It is yours to keep."),
            _(
                "Nobody may change your words. If something is wrong or missing, tell us: "
                "you can add to it when we go through it together."
            ),
        ),
        next=(
            _(
                "A social worker reads your answers and goes through them with you. The form "
                "decides nothing by itself."
            ),
        ),
        easy=(
            ("letter", _("This is what you told us about your life.")),
            ("person", _("A social worker goes through it with you.")),
        ),
    ),
    "determine_eligible": Words(
        first=(
            _(
                "A social worker has gone through your assessment: what you told us, and "
                "what we found out with you. They have decided that you have eligible needs. "
                "This means that the council must look at how these needs can be met."
            ),
        ),
        said=_("The reasons"),
        challenge=True,
        next=(
            _(
                "You get an early idea of the money for your support, with the sum that "
                "explains it. It is called your indicative budget."
            ),
        ),
        easy=(
            ("tick", _("The council must look at how to meet your needs.")),
            ("money", _("Next you hear how much money that may be.")),
        ),
    ),
    "determine_not_eligible": Words(
        first=(
            _(
                "A social worker has gone through your assessment: what you told us, and "
                "what we found out with you. They have decided that you do not have eligible "
                "needs. Those are needs that the council must look at how to meet. This does "
                "not mean that nothing is hard for you. Below you read why, and what can "
                "help."
            ),
        ),
        said=_("The reasons"),
        challenge=True,
        after=(_("If your life changes, ask us again. You can do it at any time."),),
        easy=(
            ("letter", _("The council does not have to pay for support for you now.")),
            ("question", _("The letter says why, and what can help.")),
        ),
    ),
    "share_budget": Words(
        first=(
            _(
                "This is about how much money we expect your support to cost. You plan your "
                "support with it."
            ),
        ),
        after=(
            _(
                "The amount may still go up or down. The final amount is decided when we "
                "agree your plan. It must be enough to meet your eligible needs: those that "
                "the council must look at how to meet."
            ),
            _(
                "On the page of your case you see every line of the sum. We send it to you "
                "on paper if you ask."
            ),
        ),
        challenge=True,
        easy=(
            ("money", _("This is about how much money there may be for your support.")),
            ("question", _("It can still go up or down.")),
        ),
    ),
    "adjust_budget": Words(
        first=(
            _(
                "We have worked out your indicative budget again. This is about how much "
                "money we now expect your support to cost."
            ),
        ),
        said=_("Why it has changed"),
        after=(
            _(
                "The amount may still go up or down. The final amount is decided when we "
                "agree your plan. It must be enough to meet your eligible needs."
            ),
            _(
                "On the page of your case you see every line of the sum, and the figure "
                "before. We send it to you on paper if you ask."
            ),
        ),
        challenge=True,
        easy=(
            ("money", _("We have a new idea of the money for your support.")),
            ("question", _("It can still go up or down.")),
        ),
    ),
    "uplift_plan": Words(
        first=(
            _(
                "The council's prices have changed, so your budget changes with them. Your "
                "support stays the same."
            ),
        ),
        challenge=True,
        easy=(
            ("money", _("Prices have changed. Your budget changes too.")),
            ("tick", _("Your support stays the same.")),
        ),
    ),
    "change_price": Words(
        first=(
            _(
                "The price of one part of your support has changed, so your budget changes with "
                "it. Your support stays the same."
            ),
        ),
        challenge=True,
        easy=(
            ("money", _("A price has changed. Your budget changes too.")),
            ("tick", _("Your support stays the same.")),
        ),
    ),
    "write_what_came": Words(
        first=(
            _(
                "For some days we have written down what support really came, and what it cost. "
                "You pay nothing for support that you did not get."
            ),
        ),
        said=_("The reason"),
        after=(_("If this is not what happened, %(phone_us)s. Then we put it right."),),
        challenge=True,
        easy=(
            ("money", _("You do not pay for help that did not come.")),
            ("phone", _("Is it wrong? %(Phone_us)s.")),
        ),
    ),
    "write_extra_start": Words(
        first=(
            _(
                "Your support for a time began later than was agreed. You pay nothing for the days "
                "before it began."
            ),
        ),
        after=(_("If this is not what happened, %(phone_us)s. Then we put it right."),),
        challenge=True,
        easy=(
            ("money", _("Your help began later. You do not pay for the days before.")),
            ("phone", _("Is it wrong? %(Phone_us)s.")),
        ),
    ),
    "end_extra_support": Words(
        first=(
            _(
                "We have looked with you at your support for a time. Below you read its last day, "
                "and what follows."
            ),
        ),
        said=_("What follows"),
        after=(_("If you need more help than this, %(phone_us)s."),),
        challenge=True,
        easy=(
            ("calendar", _("Your support for a time has a last day.")),
            ("letter", _("The letter says what comes after it.")),
            ("phone", _("Do you need more help? %(Phone_us)s.")),
        ),
    ),
    "start_interim": Words(
        first=(
            _(
                "We have agreed support for a time. Below you read what it is, from when until "
                "when, and what it costs. It ends on the last day if nothing else is decided; we "
                "look at that with you before."
            ),
        ),
        challenge=True,
        easy=(
            ("tick", _("You get support for a time.")),
            ("letter", _("The letter says what it is, and until when.")),
        ),
    ),
    "charge_from_earlier": Words(
        first=(
            _(
                "We have decided that you pay towards your support from a day before we told you. "
                "Below you read from which day, and why."
            ),
        ),
        said=_("The reason"),
        after=(_("If you can't do without the money, %(phone_us)s. Then we look at it with you."),),
        challenge=True,
        easy=(
            ("money", _("You pay for your support from an earlier day.")),
            ("letter", _("The letter says from which day, and why.")),
            ("phone", _("Tell us if you can't pay.")),
        ),
    ),
    "write_contribution": Words(
        first=(
            _(
                "We have decided what you pay towards your support. You pay nothing for days "
                "before you were told, unless you had been told of as much or more, or we wrote "
                "to you about those days."
            ),
        ),
        after=(_("If your money changes, tell us: we work it out again."),),
        challenge=True,
        easy=(
            ("money", _("We have decided what you pay for your support.")),
            ("phone", _("Tell us if your money changes.")),
        ),
    ),
    "pay_extra": Words(
        first=(_("We pay you more on one day, beside what your plan says."),),
        challenge=True,
        easy=(("money", _("We pay you some more money, once.")),),
    ),
    "resume_payment": Words(
        first=(_("Your payments go on."),),
        challenge=True,
        easy=(
            ("money", _("Your payments go on.")),
            ("letter", _("The letter says how much and when.")),
        ),
    ),
    "make_suspension_good": Words(
        first=(
            _(
                "We held back your payments for some days. That was wrong. You get the money for "
                "these days after all. Below you read which days they are, and why."
            ),
        ),
        challenge=True,
        easy=(
            ("money", _("We held back your money for some days. That was wrong.")),
            ("tick", _("You get this money now.")),
        ),
    ),
    "switch_route": Words(
        first=(_("You take the money for your support another way now. The plan is the same."),),
        challenge=True,
        easy=(
            ("money", _("You take your money another way now.")),
            ("tick", _("Your plan is the same.")),
        ),
    ),
    "suspend_payment": Words(
        first=(
            _(
                "We have stopped your payments for now. Below you read from which day, what still "
                "comes for days before it, why, and what support is in place instead."
            ),
        ),
        challenge=True,
        easy=(
            ("money", _("Your direct payments have stopped for now.")),
            ("letter", _("The letter says why. It says what help you get in this time.")),
            ("phone", _("Do you need help now? %(Phone_us)s.")),
        ),
    ),
    "decide_surplus": Words(
        first=(
            _(
                "There is money left over in your account. Below you read what we decided "
                "about it, and why."
            ),
        ),
        said=_("The reason"),
        challenge=True,
        easy=(
            ("money", _("There is money left over in your account.")),
            ("letter", _("The letter says what happens with it.")),
        ),
    ),
    "send_charge": Words(
        first=(
            _(
                "This is what you pay towards the support that you had in the days below. It is "
                "part of what we told you that you pay."
            ),
        ),
        next=(
            _("The invoice of our finance team says how to pay. You need not do anything before."),
            _(
                "If support did not come, or a sum looks wrong, tell us. What you paid too much "
                "comes back to you. It is taken off the next charge, or we pay it back."
            ),
            _(
                "If you can't pay, %(phone_us)s. Your support goes on while we talk about it with "
                "you."
            ),
        ),
        challenge=True,
        easy=(
            ("money", _("You pay a part of your support. The letter says how much.")),
            ("question", _("If a sum is wrong, or you can't pay it, tell us.")),
        ),
    ),
    "write_about_overpayment": Words(
        first=(
            _(
                "We have paid you more than was due. Nothing is taken back now. Tell us first "
                "what you think about it."
            ),
        ),
        said=_("Why"),
        next=(
            _(
                "Look at the sum above, and tell us if it is wrong, if the money is spent, or if "
                "paying it back would be hard. You can do it on the page of your case, by phone or "
                "by letter."
            ),
            _(
                "After that a person decides. They can leave it, write it off, or agree with you "
                "that small sums are taken off later payments. Your needs must still be met."
            ),
        ),
        challenge=True,
        easy=(
            ("money", _("We paid you too much by mistake.")),
            ("tick", _("Nothing is taken from you now.")),
            ("question", _("Tell us what you think about it.")),
        ),
    ),
    "decide_overpayment": Words(
        first=(
            _("We paid you more than was due. Below you read what we decided about it, and why."),
        ),
        said=_("The reason"),
        after=(
            _(
                "If something changes and you can't do without the money, %(phone_us)s. Then we "
                "look at it again with you."
            ),
        ),
        challenge=True,
        easy=(
            ("money", _("We paid you too much.")),
            ("letter", _("The letter says what we decided about it.")),
        ),
    ),
    "decide_undercharge": Words(
        first=(
            _(
                "For some days that we charged already, we charged less than we had told you. "
                "Below you read what we decided about it, and why."
            ),
        ),
        said=_("The reason"),
        after=(_("If you can't pay it, %(phone_us)s. Then we look at it with you."),),
        challenge=True,
        easy=(
            ("money", _("We charged you too little before.")),
            ("letter", _("The letter says what we decided about it.")),
        ),
    ),
    "restrict_use": Words(
        first=(
            _(
                "From now on there is a limit on what your payment may be used for. Below "
                "you read which, and why."
            ),
        ),
        said=_("The legal reason"),
        challenge=True,
        easy=(
            ("money", _("There is something you may not pay from this money.")),
            ("question", _("The letter says what, and why.")),
        ),
    ),
    "change_payee": Words(
        first=(
            _(
                "We were asked to change who your payments go to. Below you read who it is. A "
                "second officer checks it before anything is paid."
            ),
        ),
        after=(
            _("If you did not ask for this, or it is wrong, %(phone_us)s at once."),
            _("We never ask for your bank details in a letter or a message."),
        ),
        easy=(
            ("money", _("We were asked to pay your money to another place.")),
            ("phone", _("If you did not ask for this, %(phone_us)s at once.")),
        ),
    ),
    "payee_late": Words(
        first=(
            _(
                "Before we pay your money, a second officer checks who it goes to. That is not "
                "done yet, so your payment may come late."
            ),
        ),
        next=(
            _("The manager of the team knows of it. Once it is checked, we pay all that is due."),
        ),
        after=(
            _("If you did not ask for a change of who is paid, %(phone_us)s at once."),
            _("If you are short of money for your support, %(phone_us)s at once."),
        ),
        easy=(
            ("money", _("Your payment may come late. We must check who it goes to.")),
            ("phone", _("If you are short of money for your support, %(phone_us)s.")),
        ),
    ),
    "payment_returned": Words(
        first=(
            _("A payment that we sent has come back from the bank. You are still owed this money."),
        ),
        next=(_("We ask you where it should go. When that is checked, we pay it again."),),
        after=(_("If you are short of money for your support, %(phone_us)s at once."),),
        easy=(
            ("money", _("A payment came back from the bank. You are still owed it.")),
            ("phone", _("If you are short of money for your support, %(phone_us)s.")),
        ),
    ),
    "arrange_own": Words(
        first=(
            _(
                "You told us that you arrange your support yourself from now on, without "
                "money from the council. We have closed your case. Everything that you told "
                "us is kept safe."
            ),
        ),
        after=(
            _(
                "If it does not work out, or your life changes, come back at any time. You "
                "can ask us again on our website, or %(phone_us)s."
            ),
        ),
        easy=(
            ("letter", _("You arrange your support yourself.")),
            ("phone", _("You can come back at any time.")),
        ),
    ),
    "submit_plan": Words(
        first=(
            _(
                "Your support plan was sent on %(on)s. This is for you to keep. Nobody "
                "changes your plan but you."
            ),
        ),
        after=(
            _(
                "If you want to change or add something, %(phone_us)s. You can read and "
                "print the plan on the page of your case."
            ),
        ),
        easy=(
            ("tick", _("Your plan is sent.")),
            ("person", _("We read it and tell you what we decide.")),
        ),
    ),
    "decline_offer": Words(
        first=(
            _(
                "On %(on)s you told us that you do not accept our proposal. Your plan is "
                "yours to change and to send again."
            ),
        ),
        said=_("What you told us"),
        easy=(
            ("letter", _("You said no to our change.")),
            ("person", _("You can change your plan and send it again.")),
        ),
    ),
    "challenge": Words(
        first=(
            _(
                "We have what you wrote on %(on)s. Someone who did not make the decision "
                "looks at it again."
            ),
        ),
        said=_("What you told us"),
        challenge=True,
        easy=(
            ("letter", _("You told us that you do not agree.")),
            ("person", _("Somebody else looks at it again.")),
        ),
    ),
    "ask_switch": Words(
        first=(
            _(
                "On %(on)s you asked to take the money another way. What you have now goes "
                "on until the change is made."
            ),
        ),
        said=_("What you told us"),
        easy=(
            ("money", _("You want to take the money another way.")),
            ("letter", _("We tell you when it changes.")),
        ),
    ),
    "return_plan": Words(
        first=(
            _(
                "%(who)s looked at your plan and could not agree it yet. Nothing in your "
                "plan has been changed. Only you change it."
            ),
        ),
        next=(
            _(
                "Read the reason, change what you want to change, and send the plan again. "
                "Your social worker helps you if you like."
            ),
        ),
        challenge=True,
        easy=(
            ("letter", _("Your plan came back to you.")),
            ("question", _("The letter says why.")),
            ("person", _("You can change it and send it again.")),
        ),
    ),
    "refer_to_panel": Words(
        first=(
            _(
                "Your plan is an exception, so a panel looks at it before it can be agreed. "
                "A panel is a group of people who look at such plans together. It cannot "
                "change your plan."
            ),
        ),
        next=(_("You get a written answer with reasons."),),
        challenge=True,
        easy=(
            ("person", _("A group of people looks at your plan.")),
            ("letter", _("You get an answer in writing.")),
        ),
    ),
    "offer_changed": Words(
        first=(
            _(
                "We agree with most of your plan, but we propose a change. Below you read "
                "what differs, why, and how your need is still met."
            ),
        ),
        next=(
            _(
                "You choose: accept the proposal, decline it and change your plan, or "
                "challenge it. You can do this on the page of your case, by phone or by "
                "letter."
            ),
        ),
        challenge=True,
        easy=(
            ("letter", _("We want to change something in your plan.")),
            ("question", _("You can say yes or no.")),
        ),
    ),
    "agree_plan": AGREED,
    "agree_plan:changed": CHANGE_AGREED,
    "panel_agree": AGREED,
    "panel_agree:changed": CHANGE_AGREED,
    "accept_offer:changed": replace(CHANGE_AGREED, first=(OFFER_ACCEPTED,)),
    "accept_offer": Words(
        first=(OFFER_ACCEPTED,),
        next=AGREED_NEXT,
        challenge=True,
        easy=(
            ("tick", _("Your plan is agreed, with the change.")),
            ("calendar", _("Now we get your money and support ready.")),
        ),
    ),
    "record_agreement": Words(
        first=(
            _(
                "We have your signed agreement about your direct payment: the council pays "
                "the money, and you arrange the support yourself. This is what the agreement "
                "says."
            ),
        ),
        after=(
            _(
                "Use the money for what stands in your plan. If something changes, or the "
                "money is too much or too little, tell us."
            ),
            _(
                "You can stop the direct payment and take the support in another way. Talk "
                "to us first."
            ),
        ),
        easy=(
            ("money", _("The council pays you money for your support.")),
            ("letter", _("This letter says how much and when.")),
        ),
    ),
    "start_budget": Words(
        first=(_("Your money or support is really there now."),),
        next=(
            _(
                "After about 6 to 8 weeks we look with you at how it goes. If something "
                "changes before that, ask for a review at any time."
            ),
        ),
        easy=(
            ("tick", _("Your money or support has started.")),
            ("calendar", _("In 6 to 8 weeks we ask you how it goes.")),
        ),
    ),
    "keep_plan": Words(
        first=(
            _(
                "We looked with you at how your support goes. Your plan stays as it is, and "
                "your budget goes on."
            ),
        ),
        after=(_("If something changes, ask for a review at any time."),),
        challenge=True,
        easy=(
            ("tick", _("Your plan stays the same.")),
            ("phone", _("Tell us if something changes.")),
        ),
    ),
    "change_plan": Words(
        first=(
            _(
                "Your plan is open for changes. The budget that you have goes on until the "
                "new plan is agreed and has started."
            ),
        ),
        challenge=True,
        easy=(
            ("person", _("You can change your plan now.")),
            ("money", _("Your money goes on meanwhile.")),
        ),
    ),
    "reassess": Words(
        first=(
            _(
                "We look at your needs again, because your life may have changed. The "
                "support that you have goes on meanwhile."
            ),
        ),
        challenge=True,
        easy=(
            ("person", _("We ask you again what you need.")),
            ("money", _("Your support goes on meanwhile.")),
        ),
    ),
    "refuse_route": Words(
        first=(
            _(
                "We can't pay the money for your support in the way you chose. Below you "
                "read which condition is not met, why, and which other ways are open."
            ),
        ),
        challenge=True,
        easy=(
            ("letter", _("You can't take the money in the way you wanted.")),
            ("question", _("The letter says why, and what you can choose instead.")),
        ),
    ),
    "answer_challenge": Words(
        first=(
            _(
                "You told us that a decision was wrong. Someone who did not make it has "
                "looked at it again. This is the answer."
            ),
        ),
        challenge=True,
        easy=(("letter", _("You said that we were wrong. This is our answer.")),),
    ),
    "end_support": Words(
        first=(_("The support through this service ends. Below you read why, and from what day."),),
        after=(_("If you need support again, ask us at any time."),),
        challenge=True,
        easy=(
            ("letter", _("Your support stops. The letter says when and why.")),
            ("phone", _("You can ask us again at any time.")),
        ),
    ),
    "plan_end": Words(
        first=(
            _(
                "The support through this service will end. Below you read why, and on what "
                "day. Up to that day your support goes on as it is."
            ),
        ),
        after=(
            _("If your life changes before that day, tell us. The day can still be changed."),
            _("If you need support again after it, ask us at any time."),
        ),
        challenge=True,
        easy=(
            ("letter", _("Your support will stop. The letter says when and why.")),
            ("calendar", _("Nothing changes before that day.")),
            ("phone", _("You can ask us again at any time.")),
        ),
    ),
    "take_back_end": Words(
        first=(
            _(
                "We wrote to you that your support ends. That does not count any more: your "
                "support goes on."
            ),
        ),
        challenge=True,
        easy=(("letter", _("Your support does not stop. It goes on.")),),
    ),
    "withdraw": Words(
        first=(
            _(
                "You told us that you do not want to go on. We have closed your case. "
                "Everything that you told us is kept safe."
            ),
        ),
        after=(
            _(
                "If you change your mind, or your life changes, come back at any time. You "
                "can ask us again on our website, or %(phone_us)s."
            ),
        ),
        easy=(
            ("letter", _("You wanted to stop. We stopped.")),
            ("phone", _("You can come back at any time.")),
        ),
    ),
}
PLAIN = Words(easy=(("letter", _("Something happened in your case. The letter says what.")),))
CHALLENGE = (
    _("If you do not agree"),
    (
        _(
            "Tell us what is wrong. You can do it on the page of your case, by phone, or by "
            "letter. Someone who did not make this decision looks at it again."
        ),
        _(
            "You can also make a complaint to the council, within 12 months. We must say "
            "within 3 working days that we have it, and agree with you how and when we "
            "answer."
        ),
        _(
            "If you are not content with our answer to your complaint, you can take it to "
            "the Local Government and Social Care Ombudsman. The Ombudsman is not part of "
            "the council and looks at complaints about councils."
        ),
    ),
    _("Someone you trust can do this with you or for you."),
)
EASY_CHALLENGE = _("If you do not agree, tell us. Somebody else looks at it again.")


def words_for(verb: str, to: str = "") -> Words:
    """The words about a verb, where they differ by the step it led to, or by what it changed,
    those; else the plain ones.
    """
    return WORDS.get(f"{verb}:{to}") or WORDS.get(verb) or PLAIN
