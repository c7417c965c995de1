"""Recording the dated facts of running money. Each is a row of its own; a mistake is struck, never
edited.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.actions.payment import allow, check_day, check_sum
from budgets.ledger import creditor_numbers
from budgets.models import (
    Estate,
    ExtraPayment,
    Instalment,
    Payee,
    PlanInForce,
    Settlement,
    SupportPlan,
    Suspension,
)
from budgets.payments import ledger_formats, payment_rules
from budgets.position import case_money
from cases.common import dates
from cases.common.placeholders import is_left_open
from cases.common.refusals import NotYet, Stale
from cases.models import Case, User

FINANCE = {"finance"}


def put_in_force(
    case: Case, plan: SupportPlan | None, begins_on: date, by: User | None, when: datetime
) -> PlanInForce:
    """The lines of a plan hold from a day on; without a plan none do. Called by the acts that
    decide, inside their transaction.
    """
    return PlanInForce.objects.create(
        case=case, plan=plan, begins_on=begins_on, recorded_at=when, recorded_by=by
    )


def name_payee(
    *,
    case: Case,
    by: User,
    kind: str,
    name: str,
    creditor: str,
    meant: str | None = None,
    at: datetime | None = None,
) -> Payee:
    """Name who the payments of a case go to. Nothing is paid until another officer has verified it,
    and while a change waits nothing is paid either; of a change the person is told at once.
    `meant`: a number unlike the council's others that somebody was asked about again.
    """
    allow(case, by, FINANCE)
    if kind not in Payee.KINDS:
        raise NotYet(_("Choose one of the answers."), field="kind")
    if not name.strip():
        raise NotYet(_("Say who is paid."), field="name")
    wrong = creditor_numbers.check(creditor, ledger_formats.mask(case.council))
    if not wrong and meant != creditor:
        wrong = ledger_formats.doubt(case.council, creditor)
    if wrong:
        raise NotYet(wrong, field="creditor")
    with transaction.atomic():
        when = case_money.moment(case, at)
        changes = case.payees.exclude(verified_at=None).exists()
        row = Payee.objects.create(
            case=case,
            kind=kind,
            name=name.strip(),
            creditor=creditor_numbers.normal(creditor),
            recorded_by=by,
            recorded_at=when,
            told_on=dates.london_date(when) if changes else None,
        )
        verb, tell = ("change_payee", ("person",)) if changes else ("name_payee", ())
        case.record(verb, by=by, at=at, tell=tell, payee=row.pk)
        return row


def verify_payee(*, payee: Payee, by: User, at: datetime | None = None) -> Payee:
    """A second officer has compared the payee with the ledger. Once, and never one's own."""
    case = payee.case
    allow(case, by, FINANCE)
    if payee.recorded_by_id == by.pk:
        raise NotYet(_("You named this payee: another officer verifies it."))
    with transaction.atomic():
        when = case_money.moment(case, at)
        rows = Payee.objects.filter(pk=payee.pk, verified_at=None, struck_at=None)
        later = case.payees.filter(pk__gt=payee.pk, struck_at=None)
        if later.exists() or not rows.update(verified_at=when, verified_by=by):
            raise Stale(_("This payee was verified or replaced already."))
        case.record("verify_payee", by=by, at=at, payee=payee.pk)
        payee.refresh_from_db()
        return payee


def name_estate(
    *,
    case: Case,
    by: User,
    name: str,
    standing: str,
    way: str,
    reached_at: str,
    at: datetime | None = None,
) -> Estate:
    """Say who handles the estate of somebody who has died: name, standing, and the safe way to
    reach them. Every letter about money goes to them.
    """
    allow(case, by, {"worker", "manager", "finance"})
    if case.person.died_on is None:
        raise NotYet(_("No death is recorded."))
    chosen = (("standing", standing, Estate.STANDINGS), ("way", way, Estate.WAYS))
    for field, value, choices in chosen:
        if value not in choices:
            raise NotYet(_("Choose one of the answers."), field=field)
    for field, words in (("name", name), ("reached_at", reached_at)):
        if is_left_open(words) and not any(mark.isdigit() for mark in words):
            raise NotYet(_("An answer is needed, not one for later."), field=field)
    with transaction.atomic():
        row = Estate.objects.create(
            case=case,
            name=name.strip(),
            standing=standing,
            way=way,
            reached_at=reached_at.strip(),
            recorded_by=by,
            recorded_at=case_money.moment(case, at),
        )
        case.record("name_estate", by=by, at=at, audience="staff", estate=row.pk)
        return row


def pay_extra(
    *, case: Case, by: User, on: date, amount: Decimal, why: str, at: datetime | None = None
) -> ExtraPayment:
    """Decide to pay more on a day: owed whatever the plan says."""
    return _sum(ExtraPayment, "pay_extra", case, by, on, amount, at, why=_said(why))


def look_at_suspension(
    *,
    case: Case,
    by: User,
    found: str,
    look_again_on: date | None = None,
    at: datetime | None = None,
) -> Suspension:
    """Somebody has looked at a suspension and it goes on: what they found, and the next day."""
    allow(case, by, FINANCE | {"manager"})
    when = case_money.moment(case, at)
    if not found.strip():
        raise NotYet(_("Say what you found: the person can read this."), field="found")
    with transaction.atomic():
        case.hold()
        row = payment_rules.open_suspension(case)
        if row is None:
            raise NotYet(_("No payment is suspended."))
        row.look_again_on = payment_rules.look_again_by(look_again_on, dates.london_date(when))
        row.save(update_fields=["look_again_on"])
        next_day = row.look_again_on.isoformat()
        case.record("look_at_suspension", by=by, at=at, note=found.strip(), look_again_on=next_day)
        return row


def make_suspension_good(
    *, case: Case, by: User, suspension: Suspension, reason: str, at: datetime | None = None
) -> Suspension:
    """A suspension that ended was wrong: what was kept back is owed, and goes with the next
    payment. The row is struck and recorded anew.
    """
    allow(case, by, FINANCE | {"manager"})
    said = _said(reason, "reason")
    with transaction.atomic():
        case.hold()
        when = case_money.moment(case, at)
        held = payment_rules.kept_back(case).filter(pk=suspension.pk).first()
        row = held and payment_rules.end_suspension(held, held.ends_on, True, by, when)
        if not row:
            raise Stale(_("This suspension was made good already, or was taken back."))
        case.record("make_suspension_good", by=by, at=at, note=said, suspension=row.pk)
        return row


def agree_instalment(
    *, case: Case, by: User, on: date, amount: Decimal, agreed_on: date, at: datetime | None = None
) -> Instalment:
    """One instalment of what was paid too much, as agreed in writing."""
    today = dates.london_date(case_money.moment(case, at))
    check_day(case, agreed_on, today, "agreed_on")
    if agreed_on > today:
        raise NotYet(
            _("Enter the day on which it was agreed: today or earlier."), field="agreed_on"
        )
    return _sum(Instalment, "agree_instalment", case, by, on, amount, at, agreed_on=agreed_on)


def settle(
    *,
    case: Case,
    by: User,
    on: date,
    amount: Decimal,
    how: str,
    why: str,
    aside: int | None = None,
    at: datetime | None = None,
) -> Settlement:
    """A sum that was paid back, or that is written off, with the reason. `aside`: the id of what is
    still set aside after it.
    """
    if how not in Settlement.DECIDED:
        raise NotYet(_("Choose one of the answers."), field="how")
    more: dict[str, Any] = {
        "how": how,
        "why": _said(why),
        "codes": {"aside": aside} if aside else {},
    }
    return _sum(Settlement, "settle_overpayment", case, by, on, amount, at, **more)


def settle_small(
    *, case: Case, by: User, on: date, amount: Decimal, why: str, at: datetime | None = None
) -> Settlement:
    """A small sum that was paid too much elsewhere, settled when the case went live."""
    verb, how = "settle_small_balance", "written_off"
    return _sum(Settlement, verb, case, by, on, amount, at, how=how, why=_said(why))


def _said(why: str, field: str = "why") -> str:
    if not why.strip():
        raise NotYet(_("Say why: the person can read this."), field=field)
    return why.strip()


def _sum(
    model: Any,
    verb: str,
    case: Case,
    by: User,
    on: date,
    amount: Decimal,
    at: datetime | None,
    codes: dict[str, Any] | None = None,
    **more: Any,
) -> Any:
    allow(case, by, FINANCE)
    check_sum(amount, "amount")
    if not amount:
        raise NotYet(_("Enter a sum above £0, in pounds and pence."), field="amount")
    when = case_money.moment(case, at)
    # an assistant's last pay falls due after a death, and debts are paid back after one
    check_day(case, on, dates.london_date(when), "on", after_death=True)
    with transaction.atomic():
        row = model.objects.create(
            case=case, on=on, amount=amount, recorded_by=by, recorded_at=when, **more
        )
        said = {"fact": row.pk, "amount": str(amount), "on": on.isoformat()} | (codes or {})
        case.record(verb, by=by, at=at, **said)
        return row
