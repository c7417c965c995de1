"""What is written down beside the moves, one page for all: `RECORDS` says who may, with which form,
by which action.

A page whose time it is not leads back to where it is linked from; a reader whose role it is not
finds none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets import actions
from budgets.actions.payment import MAY_RECORD
from budgets.decision import uplift
from budgets.forms import hospital_stays as hospital_forms
from budgets.forms import overpayments as overpayment_forms
from budgets.forms import payment as payment_forms
from budgets.forms import record as forms
from budgets.models import HeldEntry
from budgets.money.sterling import pounds
from budgets.payments import (
    hospital_presenter,
    hospital_stays,
    hospital_tasks,
    monitoring,
    payment_rules,
    routes,
    use_rules,
)
from budgets.position import (
    aftercare,
    case_money,
    charged,
    earlier_charge,
    endings,
    estate,
    extra_support,
    money_presenter,
    undercharged,
    what_came,
)
from budgets.position.entitlement_facts import facts_of_case
from budgets.position.overpaid import open_overpayment, standing_of_case, waits_for_answer
from budgets.position.overpaid_presenter import overpaid_rows
from budgets.views.shared import page, readable_case
from cases import access, journey
from cases.access import Reading
from cases.casefile import case_presenter
from cases.common import dates
from cases.ui.look import Look
from cases.views.form_act import confirmed_first, form_act, mark_given, with_message

ANSWERS = frozenset({"person", "money_helper", "worker", "manager", "finance"})
ARRANGES = frozenset({"worker", "manager"})
HOLDS = ARRANGES | {"finance"}
DECIDES = frozenset({"finance", "manager"})


@dataclass(frozen=True)
class Record:
    """`form(data, case)` gives the form, or None while there is nothing to write down; `back`: the
    page it belongs to; `look(case, **answers)`: what is looked at first, where no fact changes yet;
    `then(reading)`: where it goes on, "" for the page it belongs to.
    """

    title: Any
    roles: frozenset[str]
    form: Callable[..., Any]
    do: Callable[..., Any]
    back: str = "budgets:monitoring"
    intro: Any = ""
    look: Callable[..., Look] | None = None
    then: Callable[[Reading], str] = lambda reading: ""


def _lines(case, needs="") -> list:
    lines = routes.to_arrange(case, dates.today())
    return [x for x in lines if not needs or x.route in journey.routes_needing(needs)]


def _with_lines(form, needs="order"):
    def make(data, case):
        lines = _lines(case, needs) if case.step != "closed" else []
        return form(data, case=case, lines=lines) if lines else None

    return make


def _plain(form, ready=lambda case: True):
    return lambda data, case: form(data, case=case) if ready(case) else None


def _ends(data, case):
    ends = list(endings.to_tell([case.pk]))
    return forms.TellProviderForm(data, case=case, ends=ends) if ends else None


def _held(data, case):
    switch = routes.open_switch(case)
    held = journey.routes_needing("account")
    wanted = any(routes.route_after(x, switch) in held for x in _lines(case))
    return forms.HeldAccountForm(data, case=case) if wanted and case.step != "closed" else None


def _entry(data, case):
    if not case.held_accounts.exists():
        return None
    entries = list(
        HeldEntry.objects.filter(case=case, corrected_by=None).order_by("-on", "-pk")[:20]
    )
    return forms.HeldEntryForm(data, case=case, entries=entries)


def _open_check(data, case):
    check = case.checks.filter(answered_at=None).first()
    return forms.GiveBalanceForm(data, case=case, check=check) if check else None


def _may_ask(case):
    today = dates.today()
    state = monitoring.state_of(case, today)
    return state is not None and not state.open and state.next_on <= today


def last_answered(case):
    return (
        case.checks.filter(answered_at__isnull=False)
        .select_related("agreement", "letter", "decision")
        .last()
    )


def _surplus(case):
    check = last_answered(case)
    found = monitoring.surplus_of(check) if check else None
    return bool(
        found and found.flagged and not hasattr(check, "letter") and not hasattr(check, "decision")
    )


def _to_reply(case):
    check = last_answered(case)
    return bool(
        check
        and hasattr(check, "letter")
        and not check.letter.reply
        and not hasattr(check, "decision")
    )


def _to_decide(case):
    check = last_answered(case)
    found = monitoring.surplus_of(check) if check else None
    return bool(found and found.flagged and not hasattr(check, "decision"))


def _priced(data, case):
    lines = uplift.lines_to_price(case)
    return forms.PriceForm(data, case=case, lines=lines) if lines else None


def _arranged(data, case):
    parts = what_came.parts_arranged(case)
    return forms.CameForm(data, case=case, parts=parts) if parts else None


def _overpaid(case):
    """Something stands that nobody has decided about, or an open finding says so."""
    return bool(open_overpayment(case)) or standing_of_case(case, dates.today()).undecided > 0


def _overpaid_to_decide(case):
    """Once the person has answered, or their time to answer is over; or nobody wrote to them."""
    row, today = open_overpayment(case), dates.today()
    if row is not None:
        return not waits_for_answer(row, today)
    return standing_of_case(case, today).undecided > 0


def _earlier(data, case):
    known = [] if case.person.died_on else case.contributions.order_by("-pk")
    rows = earlier_charge.told_later(known)
    cost = partial(earlier_charge.cost, case)
    return payment_forms.EarlierChargeForm(data, case=case, rows=rows, cost=cost) if rows else None


def _undercharged(case):
    if case.person.died_on:
        return False  # nobody is asked for it
    return undercharged.standing_of_case(case, dates.today()).undecided > 0


def _too_little(case) -> list[tuple[str, Any]]:
    """What was charged too little and nobody has decided about, with its days."""
    facts, today = facts_of_case(case), dates.today()
    left = undercharged.standing_of_cases({case.pk: facts}, today)[case.pk].undecided
    total = (_("Charged too little, not decided yet"), pounds(left))
    return [total, *charged.too_little_rows(facts, left)]


def _look_at_undercharge(case, decision="", **_answers) -> Look:
    """What a decision changes of what the person is charged, and with which list."""
    rows = _too_little(case)
    zero, left = pounds(Decimal(0)), rows[0][1]
    words = _("was %(was)s, will be %(now)s: %(diff)s")
    more = {"was": zero, "now": left, "diff": f"+{left}"}
    when = _("On the next list of charges that is made, as a line of its own")
    if decision != "charge":
        more, when = more | {"now": zero, "diff": zero}, _("On no list: it is not charged")
    short = [
        *rows[1:],
        (_("To be charged for these days"), words % more),
        (_("When it is charged"), when),
    ]
    return Look(short, [], tuple(rows))


def _overpaid_at_all(case):
    return bool(open_overpayment(case)) or standing_of_case(case, dates.today()).whole > 0


def _overpaid_to_write(case):
    row = open_overpayment(case)
    return _overpaid(case) and not (row and row.written_at) and not case.person.died_on


def _overpaid_to_answer(case):
    row = open_overpayment(case)
    return bool(row and row.written_at and not row.replied_at)


def _concerns(data, case):
    rows = list(case.concerns.filter(closed_at=None))
    return forms.CloseConcernForm(data, case=case, concerns=rows) if rows else None


def _restrictions(data, case):
    rows = list(case.restrictions.filter(lifted_on=None))
    return forms.LiftForm(data, case=case, restrictions=rows) if rows else None


def _paid_case(case):
    return case.agreements.exists()


def _to_settle(case):
    return case.step == "closed" and (case.agreements.exists() or case.held_accounts.exists())


def _pays_directly(case):
    plan = case_money.agreed_plan(case) if case.step != "closed" else None
    lines = routes.direct_lines(plan.lines.all(), routes.open_switch(case)) if plan else []
    beside = extra_support.direct_lines(case, dates.today()) if case.step != "closed" else []
    return bool(lines or beside)


def _paid_and_open(case):
    return case.step != "closed" and _paid_case(case)


def _to_confirm(case):
    return not use_rules.is_allowed(case) and _pays_directly(case)


def _stays(data, case):
    rows = use_rules.stays(case)
    return forms.StrikeStayForm(data, case=case, stays=rows) if rows else None


def _new_hospital_stay(data, case):
    if case.step == "closed" or case.person.died_on:
        return None
    return hospital_forms.HospitalStayForm(data, case=case)


def _hospital_stays(data, case):
    rows = hospital_stays.stays(case)
    return hospital_forms.StrikeHospitalStayForm(data, case=case, stays=rows) if rows else None


def _in_hospital(form, to_suspend=False):
    """The form, while somebody is to decide because of a stay, or has decided to suspend."""

    def make(data, case):
        found = hospital_stays.waiting_of_case(case, dates.today())
        wanted = found is not None and found.to_suspend is to_suspend
        return form(data, case=case, known=found.last) if wanted else None

    return make


def address_to_suspend(reading: Reading) -> str:
    """Whoever may suspend goes on to it, where that was decided."""
    case = reading.case
    found = hospital_stays.waiting_of_case(case, dates.today())
    if not (found and found.to_suspend and reading.roles & journey.MOVES["suspend_payment"].who):
        return ""
    return hospital_tasks.suspend_address(case)


def _kept_back(data, case):
    rows = list(payment_rules.kept_back(case))
    return forms.MakeGoodForm(data, case=case, suspensions=rows) if rows else None


def _died(case):
    return case.person.died_on is not None and endings.had_money(case)


def _assistant_to_ask(case):
    return _died(case) and estate.employs(case)


def _settle(data, case):
    if not _to_settle(case):
        return None
    named = estate.handler(case) if case.person.died_on else None
    return forms.SettleForm(
        data, case=case, handler=named.name if named else "", asks=_assistant_to_ask(case)
    )


def _begin_extra(data, case):
    lines = list(extra_support.to_begin(case)) if case.step != "closed" else []
    return forms.BeginExtraForm(data, case=case, lines=lines) if lines else None


def _aftercare(data, case):
    if not aftercare.of_case(case):
        return None
    return forms.NhsShareForm(data, case=case, shares=aftercare.shares_of(case))


RECORDS: dict[str, Record] = {
    aftercare.VERB: Record(
        gettext_lazy("Say who pays this aftercare"),
        ARRANGES,
        _aftercare,
        actions.confirm_nhs_share,
        "budgets:plan",
        gettext_lazy(
            "Does the council pay a part of it? Then change the plan: leave the NHS’s share in "
            "these parts, and add the council’s as a part of its own that nobody may be asked to "
            "pay towards; then say here which part that is. Where all of it is the NHS’s, say that."
        ),
    ),
    "record_choice": Record(
        gettext_lazy("Write down what was chosen"),
        ARRANGES,
        _with_lines(forms.ChoiceForm),
        actions.record_choice,
        "budgets:routes",
    ),
    "place_order": Record(
        gettext_lazy("Order support"),
        ARRANGES,
        _with_lines(forms.OrderForm),
        actions.place_order,
        "budgets:routes",
    ),
    "begin_extra_support": Record(
        gettext_lazy("Write down when support for a time began"),
        ARRANGES,
        _begin_extra,
        actions.begin_extra_support,
        "budgets:start_interim",
        gettext_lazy(
            "It counts from the day that was agreed. If it began later, nobody pays for the days "
            "before."
        ),
    ),
    "tell_provider": Record(
        gettext_lazy("Write down that a provider was told"),
        ARRANGES,
        _ends,
        actions.tell_provider,
        "budgets:routes",
        gettext_lazy("The support ends, or its end was taken back: the provider has to know."),
    ),
    "record_unmet": Record(
        gettext_lazy("Write down what could not be had"),
        ARRANGES,
        _with_lines(forms.UnmetForm, ""),
        actions.record_unmet,
        "budgets:routes",
        gettext_lazy("Those who plan the council's services read it."),
    ),
    "record_held_account": Record(
        gettext_lazy("Record the agreement about the account"),
        HOLDS,
        _held,
        actions.record_held_account,
        "budgets:routes",
    ),
    "record_held_entry": Record(
        gettext_lazy("Enter a movement of the account"),
        HOLDS,
        _entry,
        actions.record_held_entry,
        "budgets:routes",
    ),
    "ask_balance": Record(
        gettext_lazy("Ask what is in the account"),
        frozenset({"finance"}),
        _plain(forms.AskBalanceForm, _may_ask),
        actions.ask_balance,
    ),
    "give_balance": Record(
        gettext_lazy("Say what is in the account"),
        ANSWERS,
        _open_check,
        actions.give_balance,
        intro=gettext_lazy("You need not send any papers."),
    ),
    "write_about_surplus": Record(
        gettext_lazy("Write about money left over"),
        frozenset({"finance"}),
        _plain(forms.SurplusLetterForm, _surplus),
        actions.write_about_surplus,
    ),
    "reply_to_surplus": Record(
        gettext_lazy("Answer the letter about money left over"),
        ANSWERS,
        _plain(forms.SurplusReplyForm, _to_reply),
        actions.reply_to_surplus,
    ),
    "decide_surplus": Record(
        gettext_lazy("Decide about money left over"),
        DECIDES,
        _plain(forms.SurplusDecisionForm, _to_decide),
        actions.decide_surplus,
    ),
    "write_about_overpayment": Record(
        gettext_lazy("Write about what was paid too much"),
        frozenset({"finance"}),
        _plain(overpayment_forms.OverpaymentLetterForm, _overpaid_to_write),
        actions.write_about_overpayment,
        "budgets:overpayment",
    ),
    "reply_to_overpayment": Record(
        gettext_lazy("Say something about it"),
        ANSWERS,
        _plain(overpayment_forms.OverpaymentReplyForm, _overpaid_to_answer),
        actions.reply_to_overpayment,
        "budgets:overpayment",
        gettext_lazy("Nothing is taken back before somebody has read it and decided."),
    ),
    "decide_overpayment": Record(
        gettext_lazy("Decide about what was paid too much"),
        frozenset({"finance"}),
        _plain(overpayment_forms.OverpaymentDecisionForm, _overpaid_to_decide),
        actions.decide_overpayment,
        "budgets:overpayment",
    ),
    "decide_undercharge": Record(
        gettext_lazy("Decide about what was charged too little"),
        frozenset({"finance"}),
        _plain(overpayment_forms.UnderchargeDecisionForm, _undercharged),
        actions.decide_undercharge,
        "budgets:contribution",
        gettext_lazy(
            "These days were charged already, by less than the person was told in time. Nothing "
            "more is charged for them unless you decide so."
        ),
        look=_look_at_undercharge,
    ),
    "record_paid_back": Record(
        gettext_lazy("Record money that was paid back"),
        frozenset({"finance"}),
        _plain(overpayment_forms.PaidBackForm, _overpaid_at_all),
        actions.record_paid_back,
        "budgets:overpayment",
    ),
    "raise_concern": Record(
        gettext_lazy("Raise a worry about the payment"),
        DECIDES | {"worker", "service_manager"},
        _plain(forms.ConcernForm, _paid_case),
        actions.raise_concern,
        intro=gettext_lazy("This is apart from the usual questions. Help is tried first."),
    ),
    "close_concern": Record(
        gettext_lazy("Close a worry"),
        frozenset({"manager", "service_manager"}),
        _concerns,
        actions.close_concern,
    ),
    "restrict_use": Record(
        gettext_lazy("Limit what the money may be used for"),
        DECIDES,
        _plain(forms.RestrictForm, _paid_case),
        actions.restrict_use,
        intro=gettext_lazy(
            "Only with a legal reason, somebody who answers for it, and a last day."
        ),
    ),
    "lift_restriction": Record(
        gettext_lazy("End a limit"), DECIDES, _restrictions, actions.lift_restriction
    ),
    "confirm_payment_allowed": Record(
        gettext_lazy("Confirm that a direct payment may be made"),
        ARRANGES,
        _plain(forms.PaymentAllowedForm, _to_confirm),
        actions.confirm_payment_allowed,
        intro=gettext_lazy(
            "Look it up yourself: the person is asked nothing about it. If something applies, "
            "refuse this way to take the money, and say which others are open."
        ),
    ),
    "allow_household_pay": Record(
        gettext_lazy("Decide that somebody at home may be paid"),
        ARRANGES,
        _plain(forms.HouseholdPayForm, _paid_and_open),
        actions.allow_household_pay,
        intro=gettext_lazy(
            "For a partner or close relative who lives in the same home. There are two reasons: "
            "their care needs it, or managing the payment needs it."
        ),
    ),
    "record_care_home_stay": Record(
        gettext_lazy("Write down a stay in a care home"),
        HOLDS,
        _plain(forms.CareHomeStayForm, _paid_and_open),
        actions.record_care_home_stay,
        intro=gettext_lazy(
            "Only a stay that the direct payment buys. Stays less than four weeks apart count "
            "together; together they may be four weeks in twelve months."
        ),
    ),
    "strike_care_home_stay": Record(
        gettext_lazy("Take out a stay in a care home"),
        HOLDS,
        _stays,
        actions.strike_care_home_stay,
    ),
    "record_hospital_stay": Record(
        gettext_lazy("Write down a stay in hospital"),
        HOLDS,
        _new_hospital_stay,
        actions.record_hospital_stay,
        "budgets:hospital",
        gettext_lazy(
            "It changes no payment by itself. A move to another hospital is the same stay, and so "
            "is going back on the day they came home."
        ),
    ),
    "end_hospital_stay": Record(
        gettext_lazy("Write down that they came home from hospital"),
        HOLDS,
        _plain(hospital_forms.EndHospitalStayForm, hospital_stays.open_stay),
        actions.end_hospital_stay,
        "budgets:hospital",
        gettext_lazy(
            "Were payments suspended because of it? Then somebody looks the day after whether they "
            "are resumed."
        ),
    ),
    "strike_hospital_stay": Record(
        gettext_lazy("Take out a stay in hospital"),
        HOLDS,
        _hospital_stays,
        actions.strike_hospital_stay,
        "budgets:hospital",
    ),
    "decide_hospital_stay": Record(
        gettext_lazy("Decide whether the direct payment goes on"),
        ARRANGES,
        _in_hospital(hospital_forms.HospitalDecisionForm),
        actions.decide_hospital_stay,
        "budgets:hospital",
        gettext_lazy(
            "Nothing stops by itself. Think of what goes on: an assistant who is kept on, a flat "
            "that is looked after, support on the day they come home. If it is to be suspended, "
            "a manager does it on a page of its own, which shows first what changes."
        ),
        then=address_to_suspend,
    ),
    "go_on_in_hospital": Record(
        gettext_lazy("Say that the direct payment goes on after all"),
        frozenset({"manager"}),
        _in_hospital(hospital_forms.GoOnInHospitalForm, to_suspend=True),
        actions.decide_hospital_stay,
        "budgets:hospital",
        gettext_lazy("It was decided to suspend it, and nobody has done so yet."),
    ),
    "name_estate": Record(
        gettext_lazy("Say who handles the estate"),
        HOLDS,
        _plain(forms.EstateForm, _died),
        actions.name_estate,
        intro=gettext_lazy("Letters about money go to them, and to nobody else."),
    ),
    "settle_account": Record(
        gettext_lazy("Settle the final account"),
        frozenset({"finance"}),
        _settle,
        actions.settle_account,
    ),
    "look_at_suspension": Record(
        gettext_lazy("Look at the suspension again"),
        DECIDES,
        _plain(forms.LookAtSuspensionForm, payment_rules.open_suspension),
        actions.look_at_suspension,
        back="budgets:schedule",
        intro=gettext_lazy(
            "Is the support instead still there, and is the reason still true? If not, resume the "
            "payments. If it goes on, say what you found and when you look again."
        ),
    ),
    "make_suspension_good": Record(
        gettext_lazy("Say that a suspension was wrong"),
        DECIDES,
        _kept_back,
        actions.make_suspension_good,
        back="budgets:schedule",
        intro=gettext_lazy(
            "The payments go on already, and the days between were not paid. If that was wrong, "
            "what was kept back is owed, and goes with the next payment."
        ),
    ),
    "change_price": Record(
        gettext_lazy("Change the price of one part"),
        frozenset({"manager", "service_manager"}),
        _priced,
        actions.change_price,
        "budgets:routes",
        gettext_lazy(
            "The plan stays as it is, with the new price from that day on. A day in the past means "
            "that the difference is owed. You can agree it within your own limit."
        ),
    ),
    "record_what_came": Record(
        gettext_lazy("Write down that support did not come, or cost less"),
        HOLDS,
        _arranged,
        actions.record_what_came,
        "budgets:routes",
        gettext_lazy(
            "For support that the council or a provider pays. Nobody pays for what they did not "
            "get: what was charged too much for these days comes off the next charge by itself. "
            "From a direct payment nothing is taken: that money stays with the person. If you "
            "made a mistake, write it down again for the same days."
        ),
    ),
    "charge_from_earlier": Record(
        gettext_lazy("Charge from a day before the person was told"),
        frozenset(MAY_RECORD),
        _earlier,
        actions.charge_from_earlier,
        back="budgets:contribution",
        intro=gettext_lazy(
            "Nobody is charged for days before they were told. Where you decide otherwise, it is "
            "your decision, with your name and your reason. The letter shows the day they were "
            "really told."
        ),
    ),
    "pay_extra": Record(
        gettext_lazy("Pay more once"),
        frozenset({"finance"}),
        _plain(forms.PayExtraForm, lambda case: case.reached_set_up),
        actions.pay_extra,
        back="budgets:schedule",
        intro=gettext_lazy(
            "It is paid whatever the plan says: a retainer, an assistant’s notice or redundancy "
            "pay, what somebody paid from their own money."
        ),
    ),
}


def may(reading: Reading, record: Record) -> bool:
    """Is this page for the reader?"""
    return bool(reading.roles & record.roles)


def links(reading: Reading, back: str, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """(words, address) of what the reader can write down now, for the page they belong to;
    `without`: what that page knows not to be there.
    """
    case = reading.case
    return [
        (str(r.title), reverse("budgets:record", args=[case.ref, name]))
        for name, r in RECORDS.items()
        if r.back == back
        and name not in without
        and may(reading, r)
        and r.form(None, case) is not None
    ]


def record(request, ref, record):
    """One page for all of `RECORDS`."""
    reading = readable_case(request, access.get_case(request, ref))
    case = reading.case
    what = RECORDS.get(record)
    if what is None or not may(reading, what):
        raise Http404
    back = reverse(what.back, args=[case.ref])
    before = case_presenter.sent_before(request.POST.get("key"), request.user)
    if before:  # pressed twice: what could be chosen then may be gone by now
        return redirect(before)
    form = what.form(request.POST or None, case)
    if form is None:
        return redirect(back)
    words = _("Recorded: %(what)s.") % {"what": what.title}
    return form_act(
        request,
        form,
        record,
        act=partial(_do, request, what, case),
        done=lambda: with_message(request, words, what.then(reading) or back),
        show=partial(_record_page, request, reading, record),
        reading=reading,
    )


def _do(request, what: Record, case, form) -> None:
    """Do it; what is to be looked at first is read before, and takes it back until it was."""
    given = form.facts()
    look = what.look(case, **given) if what.look else None
    what.do(case=case, by=request.user, **given)
    if look is not None:
        confirmed_first(look, given=mark_given(request), typed=given)


def _record_page(request, reading: Reading, name, form):
    case = reading.case
    what = RECORDS[name]
    return page(
        request,
        reading,
        "budgets/record.html",
        {
            "form": form,
            "title": str(what.title),
            "back": reverse(what.back, args=[case.ref]),
            "intro": str(what.intro),
            "facts": _facts(case, name),
            "resident": reading.resident,
        },
        422 if form.errors else 200,
    )


def _hospital_facts(case, name) -> list[tuple[str, Any]]:
    """The last stay; beside a suspension only one in which it was decided."""
    rows = hospital_stays.stays(case)
    if name == "look_at_suspension":
        held = payment_rules.open_suspension(case)
        rows = [row for row in rows if held and hospital_stays.covers(row, held)]
    return hospital_presenter.stay_rows(rows)


def _facts(case, name) -> list[tuple[str, Any]]:
    """What the writer should see beside the form."""
    if name in ("write_about_surplus", "decide_surplus", "reply_to_surplus"):
        check = last_answered(case)
        return (
            money_presenter.surplus_rows(check.balance, monitoring.surplus_of(check), check)
            if check
            else []
        )
    if name == aftercare.VERB:
        return [
            (x.what, f"{money_presenter.how_much(x)}, {money_presenter.price_words(x)}")
            for x in aftercare.of_case(case)
        ]
    if RECORDS[name].back == "budgets:overpayment":
        return overpaid_rows(case)
    if name == "decide_undercharge":
        return _too_little(case)
    if RECORDS[name].back == "budgets:hospital" or name == "look_at_suspension":
        return _hospital_facts(case, name)
    if name == "record_what_came":
        return [
            (
                f"{row.line.what}: {what_came.days_words(row.begins_on, row.ends_on)}",
                f"{what_came.came_words(row.line, row.amount)}. {row.why}",
            )
            for row in what_came.said_of(case)
        ]
    if name == "settle_account":
        contact = monitoring.final_contact(case)
        rows = [(_("Named when the case was closed"), contact)] if contact else []
        return rows + money_presenter.estate_rows(case)
    if name in ("ask_balance", "give_balance"):
        state = monitoring.state_of(case, dates.today())
        return money_presenter.tier_rows(state) if state else []
    return []
