"""More for days gone by while a sum that was paid too much waits for its decision: set off, or paid
in full. What is paid in full needs the sum set aside, until the decision about it.

Called before the act that makes the increase, inside its transaction. Once the time to answer is
over nobody is asked: more is set off again, by the act that makes it and before its letter. Not
here: the question (`look_before`), and what is decided in the end (`actions.overpayments`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.entitlement.answer import answer
from budgets.models import Settlement
from budgets.payments import money_acts
from budgets.position import case_money, money_books, overpaid
from budgets.position.entitlement_facts import facts_of, facts_of_case
from cases import access
from cases.common import dates
from cases.common.refusals import NotYet
from cases.journey import hooks
from cases.models import Case, Event, User

VERB = "pay_in_full"
MAY_CHOOSE = frozenset({"worker", "manager", "service_manager", "panel", "finance"})
ZERO = Decimal("0.00")


def may_choose(case: Case, today: date) -> bool:
    """Is a sum open that more for days gone by could be set against, and may a person choose?"""
    return overpaid.may_be_set_off(overpaid.open_overpayment(case), today)


def pay_in_full(*, case: Case, by: User, at: datetime | None = None) -> Settlement | None:
    """Set aside what stands paid too much, so that what is owed more from now on is paid. None
    where it is set aside already.
    """
    if not access.roles_of(case, by) & MAY_CHOOSE:
        raise NotYet(_("Somebody else records this: it is not yours to do."))
    with transaction.atomic():
        case.hold()
        when = case_money.moment(case, at)
        today = dates.london_date(when)
        if not may_choose(case, today):
            raise NotYet(_("Nothing that was paid too much waits for an answer any more."))
        stands = answer(facts_of_case(case), today).paid_too_much
        if not stands:
            return None
        row = _set_aside(case, stands, by, when)
        case.record(VERB, by=by, at=at, fact=row.pk, amount=str(stands))
        return row


def set_off_again(*, case: Case, by: User, at: datetime | None = None) -> bool:
    """What was set aside stands again, once what was to be paid in full has been paid. Was it?"""
    when = case_money.moment(case, at)
    if answer(facts_of_case(case), dates.london_date(when)).owed:
        return False
    return bool(take_back(case, when, by, _("More is set off again.")))


def set_off_more(
    *, case: Case, by: User | None, amount: Decimal, at: datetime | None = None
) -> None:
    """So much of what is set aside stands again: what is owed more now is set off against it, and
    what was to be paid in full before is paid.
    """
    when = case_money.moment(case, at)
    left = lower_set_aside(case, when, by, amount)
    if left is not None:
        case.record(VERB, by=by, at=at, fact=left, amount=str(amount))


@hooks.after(*sorted(money_acts.VERBS), stage="settling")
def set_off_unasked(*, case: Case, event: Event, by: Any, at: datetime, facts: Any) -> None:
    """An act makes more owed for days gone by while a sum is set aside, and nobody may choose any
    more: so much of that stands again. What was promised before is paid all the same.
    """
    standing = case.settlements.filter(how="set_aside", struck_at=None).first()
    today = dates.london_date(at)
    if standing is None or may_choose(case, today):
        return
    more = _made_owed(case, event, today)
    if more > 0:
        set_off_more(case=case, by=by or standing.recorded_by, amount=more, at=at)


def _made_owed(case: Case, event: Event, today: date) -> Decimal:
    """How much more is owed since the event before, by facts that nobody settled and that is not
    recovered.
    """
    before = case.events.filter(seq__lt=event.seq).order_by("-seq").first()
    if before is None:
        return ZERO
    books = money_books.books_of_cases([case.pk])[case.pk]
    now, was = facts_of(books), facts_of(books, before.at)
    was = replace(was, paid=now.paid, settled=now.settled, recoveries=now.recoveries)
    old, new = answer(was, today), answer(now, today)
    return new.owed - new.paid_too_much - old.owed + old.paid_too_much


def take_back(case: Case, when: datetime, by: User | None, why: str) -> Decimal:
    """Strike what is set aside; how much that was."""
    rows = case.settlements.filter(how="set_aside", struck_at=None)
    found = sum(rows.values_list("amount", flat=True), ZERO)
    rows.update(struck_at=when, struck_by=by, struck_for=why[:200])
    return found


def lower_set_aside(case: Case, when: datetime, by: User | None, amount: Decimal) -> int | None:
    """Of what is set aside so much has been paid back. The id of what is still set aside."""
    left = take_back(case, when, by, _("A part was paid back.")) - amount
    return _set_aside(case, left, by, when).pk if left > 0 else None


def _set_aside(case: Case, amount: Decimal, by: User | None, when: datetime) -> Settlement:
    return Settlement.objects.create(
        case=case,
        on=dates.london_date(when),
        amount=amount,
        how="set_aside",
        why=_("What is owed more is paid in full, until this is decided."),
        recorded_by=by,
        recorded_at=when,
    )
