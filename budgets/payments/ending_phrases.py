"""What an end means for the money of a case, in words: in its letter, on the page before it is
made, and when the case is opened again. Imported once, in `BudgetsConfig.ready`.

Rows of (words, value) that speak of nobody as "you", because staff read the same before they record
it for somebody.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from budgets.money.sterling import pounds
from budgets.payments import standing_payments
from budgets.position import case_money, end_of_money, endings, notice
from budgets.position.end_of_money import Standing
from budgets.position.entitlement_facts import facts_of_case
from budgets.position.money_presenter import payment_rows
from cases import journey
from cases.common import dates
from cases.journey import hooks
from cases.models import Case
from cases.ui.date_words import day

Rows = list[tuple[str, str]]
LISTED = 3  # payments to come that a letter lists


@hooks.letter_lines(*journey.ending_moves())
def ending_facts(event: Any) -> Rows:
    """What still comes, what is stopped, and the final account, where money had begun. Of a planned
    end that is changed also the day, and after it the one that was planned before.
    """
    ends_on = endings.last_day_of(event)
    found = end_of_money.standing(event.case, ends_on)
    before = endings.planned_before(event) if event.verb in endings.PLANNING else None
    changed: Rows = []
    if before:
        changed = [
            (_("Last day with support"), day(ends_on)),
            (_("The day we wrote before"), _was_to_end(before)),
        ]
    if not found.any:
        return changed
    settled_by = endings.settle_by(endings.End(event.verb, event.seq, event.at, ends_on))
    return [
        *changed,
        *_told_before(event, ends_on),
        *_direct(found),
        *_arranged(found, day(ends_on)),
        *_charges(found, died=event.case.person.died_on is not None),
        *_account(found, settled_by),
    ]


def _told_before(event: Any, ends_on: date) -> Rows:
    """Why not earlier, where the council decides the end and the letter comes before it."""
    decided = event.verb in endings.PLANNING and event.codes.get("end") in journey.COUNCIL_ENDS
    if not decided:
        return []
    letter_on = dates.london_date(event.at)
    ahead = [row.effective_from for row in case_money.holding(event.case)]
    agreed = [one for one in ahead if letter_on < one <= ends_on]
    return notice.told_before(event.case, letter_on, ends_on, agreed)


@hooks.letter_lines(*journey.moves_where(end_ahead="taken_back"))
def going_on_facts(event: Any) -> Rows:
    """What goes on after all, and what of it comes next."""
    before = endings.planned_before(event)
    return [(_("The day we wrote before"), _was_to_end(before)), *_goes_on(event.case)]


def _was_to_end(before: date | None) -> str:
    return _("%(day)s. It does not count any more.") % {"day": day(before)}


def _goes_on(case: Case) -> Rows:
    found = end_of_money.standing(case, dates.today())
    rows = []
    if found.direct:
        rows.append((_("Direct payment"), _("It goes on.")))
    facts = replace(facts_of_case(case), end=None)
    coming = standing_payments.next_of(facts).payments
    rows += payment_rows(coming, LISTED)
    if found.providers:
        who = {"who": ", ".join(found.providers)}
        rows.append((_("Support that the council ordered"), _("%(who)s: it goes on.") % who))
    if found.holder:
        who = {"who": found.holder}
        rows.append((_("Money that a provider holds"), _("%(who)s: it goes on.") % who))
    return rows


def _direct(found: Standing) -> Rows:
    """What becomes of a direct payment that ends on a known day."""
    if not found.direct:
        return []
    until = day(found.day)
    rows = [
        (_("Direct payment"), _("For the days up to %(day)s. Then it ends.") % {"day": until}),
        (_("Still to be paid"), "\n".join(_coming(found)) or _("Nothing more.")),
    ]
    if found.stopped_from:
        words = _("The payments that were planned from %(day)s on.")
        rows.append((_("No longer paid"), words % {"day": day(found.stopped_from)}))
    return [*rows, *_paid_already(found), *_parts_paid_back(found)]


def _coming(found: Standing) -> list[str]:
    lines = []
    for due, amount, covers_to in found.to_come:
        when = {"sum": pounds(amount), "due": day(due), "until": day(covers_to)}
        words = _("%(sum)s on %(due)s, for the days up to %(until)s")
        if due <= dates.today():
            words = _("%(sum)s with the next payments we make, for the days up to %(until)s")
        lines.append(words % when)
    return lines


def _paid_already(found: Standing) -> Rows:
    if found.paid_until is None:
        return []
    words = _("The days up to %(day)s. Nothing is to be paid back now: see the final account.")
    return [(_("Paid already"), words % {"day": day(found.paid_until)})]


def _parts_paid_back(found: Standing) -> Rows:
    """What becomes of a sum that is paid back in parts, taken off the payments."""
    said = []
    if found.parts_taken:
        words = _("%(sum)s is still taken off the payments above, as agreed.")
        said.append(words % {"sum": pounds(found.parts_taken)})
    if found.parts_left:
        words = _(
            "%(sum)s is left after the last payment. Nobody has to pay it now: the final account "
            "says what becomes of it."
        )
        said.append(words % {"sum": pounds(found.parts_left)})
    return [(_("Paid back in parts, as agreed"), " ".join(said))] if said else []


def _parts_to_come(found: Standing) -> Rows:
    """The same before the last day is known."""
    whole = found.parts_taken + found.parts_left
    words = _(
        "%(sum)s is still to be taken off payments. What is left of it after the last payment "
        "goes into the final account: nobody has to pay it before that."
    )
    title = _("Paid back in parts, as agreed")
    return [(title, words % {"sum": pounds(whole)})] if whole else []


def _arranged(found: Standing, until: str) -> Rows:
    """Support from providers. `until`: the last day, in words."""
    rows = []
    if found.providers:
        who = {"who": ", ".join(found.providers), "day": until}
        words = _("%(who)s: up to %(day)s. We tell them.") % who
        rows.append((_("Support that the council ordered"), words))
    if found.holder:
        who = {"who": found.holder, "day": until}
        words = _("%(who)s: the council pays in up to %(day)s.") % who
        rows.append((_("Money that a provider holds"), words))
    return rows


def _charges(found: Standing, *, died: bool) -> Rows:
    """What was charged up to which day, and what is still to be charged or comes back. After a
    death nothing is charged by itself.
    """
    if not found.charges:
        return []
    rows = []
    if found.charged_until:
        words = _("The days up to %(day)s.")
        rows.append((_("Charged already"), words % {"day": day(found.charged_until)}))
    said = {"sum": pounds(found.to_charge), "day": day(found.day)}
    words = _("%(sum)s for the days up to %(day)s. A letter follows.")
    if died:
        words = _("%(sum)s for the days up to %(day)s. Somebody looks at it with the estate.")
    rows.append((_("Still to be charged"), words % said if found.to_charge else _("Nothing more.")))
    if found.charged_back:
        words = _("%(sum)s. It comes off what is still to be charged, or it is paid back.")
        rows.append((_("Charged too much"), words % {"sum": pounds(found.charged_back)}))
    return rows


def _account(found: Standing, settled_by: date | None) -> Rows:
    """What somebody at the council has to do about it, with the day."""
    if not found.direct and not found.holder:
        return []
    by = _("It writes about it by %(day)s.") % {"day": day(settled_by)} if settled_by else ""
    words = [
        _("The finance team works out what is left in the account and what is still owed."),
        by or _("It writes about it."),
    ]
    if found.direct:
        words += [
            _("If somebody is employed with this money, tell us."),
            _("Their notice and last pay belong to it."),
        ]
    return [(_("Final account"), " ".join(words))]


@hooks.foreseen
def before_an_end(case: Case, move: journey.Move, sums: bool) -> Rows:
    """What a closing move would do to the money, on its page. Where the page asks for the last day,
    how it counts.
    """
    if move.name not in journey.ending_moves() or not case.reached_set_up:
        return []
    found = end_of_money.standing(case, dates.today())
    if not found.any:
        return []
    if not sums:
        return [(_("The money for this support"), _("It ends with this."))]
    if any(ask.name in journey.MONEY_DAYS for ask in move.asks):
        return [*_planned(case), *_notice(case), *_day_to_come(found)]
    ends = endings.End(move.name, 0, dates.london_midnight(dates.today()), dates.today())
    later = [
        _("Tell the social worker before you send this."),
        _("Support can also be ended on a day that lies ahead."),
    ]
    return [
        *_planned(case),
        *_direct(found),
        *_arranged(found, day(dates.today())),
        *_charges(found, died=False),
        *_account(found, endings.settle_by(ends)),
        (_("If the money should end later"), " ".join(later)),
    ]


def _notice(case: Case) -> Rows:
    """Of an end that the council decides, the first day there may be, and why."""
    today = dates.today()
    rule = notice.rule(notice.first_day(case.council_id, today), case, today)
    return [(_("If the council decides the end"), rule)]


def _planned(case: Case) -> Rows:
    """The end that is planned already."""
    if case.planned_end is None:
        return []
    return [(_("Planned so far"), _("The support ends on %(day)s.") % {"day": day(case.ends_on)})]


@hooks.foreseen
def before_taking_back(case: Case, move: journey.Move, sums: bool) -> Rows:
    """What goes on if the planned end is taken back."""
    if move.end_ahead != "taken_back" or case.planned_end is None:
        return []
    return [*_planned(case), *(_goes_on(case) if sums else [])]


def _next_due(found: Standing) -> str:
    """The day of the next payment, of one that is owed already too."""
    owed = [due for due, _amount, _to in found.to_come]
    due = min([*owed, *([found.stopped_from] if found.stopped_from else [])])
    late = due <= dates.today()
    return _("%(day)s. It has not been sent yet.") % {"day": day(due)} if late else day(due)


def _day_to_come(found: Standing) -> Rows:
    """The last day is asked for on the page itself."""
    rows = []
    if found.direct:
        words = [
            _("For the days up to the last day that you enter here."),
            _("The payment it falls into is paid by its days, and later ones are not paid."),
        ]
        rows.append((_("Direct payment"), " ".join(words)))
    if found.stopped_from:
        rows.append((_("Next payment planned"), _next_due(found)))
    rows += [*_paid_already(found), *_parts_to_come(found)]
    return [*rows, *_arranged(found, _("that day")), *_account(found, None)]


@hooks.letter_lines("reopen")
def restart_facts(event: Any) -> Rows:
    """The letter about a case that was opened again: what it had before does not begin again."""
    ends = endings.of_cases([event.case_id]).get(event.case_id, [])
    before = [end for end in ends if end.seq < event.seq]
    return _not_again(event.case, before[-1] if before else None)


@hooks.foreseen
def before_opening_again(case: Case, move: journey.Move, sums: bool) -> Rows:
    """The same on the page before."""
    if move.name != "reopen" or not case.reached_set_up:
        return []
    return _not_again(case, endings.last(case))


def _not_again(case: Case, end: endings.End | None) -> Rows:
    if end is None or not endings.had_money(case):
        return []
    if endings.is_overturned(case, end):
        said = _("It goes on from %(day)s, because the challenge of its end was upheld.")
        since = day(end.day + timedelta(days=1))
        return [(_("Money from before"), said % {"day": since})]
    words = [
        _("For the days up to %(day)s.") % {"day": day(end.day)},
        _("It does not begin again by itself: a plan is agreed first."),
        _("If support is needed before that, the social worker can arrange it."),
    ]
    return [(_("Money from before"), " ".join(words))]
