"""Accounts: the one a provider holds for a person, with its ledger, and the final account when a
payment has ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.actions.payment import allow, check_sum
from budgets.actions.turns import pass_on
from budgets.models import FinalAccount, HeldAccount, HeldEntry, PlanLine, SupportPlan
from budgets.payments import routes
from budgets.position import case_money, endings, estate
from cases import journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, User

ZERO = Decimal("0.00")
MAY_ARRANGE = {"worker", "manager", "finance"}


def record_held_account(
    *,
    case: Case,
    by: User,
    provider: str,
    directed_by: str,
    signed_on: date,
    contingency: Decimal = ZERO,
    surplus_weeks: int = 4,
    terms: Sequence[str] = (),
    at: datetime | None = None,
) -> HeldAccount:
    """Record the signed agreement about an account a provider holds: a new version, the old one
    kept.
    """
    allow(case, by, MAY_ARRANGE)
    when = case_money.moment(case, at)
    _refuse_closed(case)
    _words({"provider": provider, "directed_by": directed_by})
    check_sum(contingency, "contingency")
    _signed_by_now(signed_on, when)
    _weeks(surplus_weeks)
    with transaction.atomic():
        plan, lines = _held_part(case)
        cost, last = case_money.cost_of(lines), case.held_accounts.order_by("-version").first()
        row = HeldAccount.objects.create(
            case=case,
            plan=plan,
            version=last.version + 1 if last else 1,
            provider=provider.strip(),
            directed_by=directed_by.strip(),
            signed_on=signed_on,
            annual=cost.annual,
            weekly=cost.weekly,
            contingency=contingency,
            surplus_weeks=surplus_weeks,
            terms=[x.strip() for x in terms if x.strip()],
            made_by=by,
            made_at=when,
        )
        case.record("record_held_account", by=by, at=at, account=row.pk, version=row.version)
        pass_on(case, by=by, at=at)
        return row


def _refuse_closed(case: Case) -> None:
    if case.step == "closed":
        raise NotYet(
            _("This case is closed: nothing more is paid. It has to be opened again first.")
        )


def _signed_by_now(signed_on: date, when: datetime) -> None:
    if signed_on > dates.london_date(when):
        raise NotYet(
            _("That day is in the future: record the agreement once it is signed."),
            field="signed_on",
        )


def _held_part(case: Case) -> tuple[SupportPlan, list[PlanLine]]:
    """The agreed plan, locked, and its lines whose money a provider holds; NotYet without them."""
    plan = case.plans.select_for_update().filter(state="agreed").order_by("-number").first()
    switch = routes.open_switch(case)
    funded = case_money.funded(plan.lines.all()) if plan else []
    held = journey.routes_needing("account")
    lines = [x for x in funded if routes.route_after(x, switch) in held]
    if plan is None or not lines:
        raise NotYet(_("The agreed plan has no account held by a provider."))
    return plan, lines


def _words(words: dict[str, str]) -> None:
    for field, value in words.items():
        if not value.strip():
            raise NotYet(_("An answer is needed."), field=field)


def _weeks(surplus_weeks: int) -> None:
    if not 1 <= surplus_weeks <= 52:
        raise NotYet(_("Enter a number of weeks from 1 to 52."), field="surplus_weeks")


def record_held_entry(
    *,
    case: Case,
    by: User,
    kind: str,
    amount: Decimal,
    on: date,
    what: str,
    corrects: HeldEntry | None = None,
    at: datetime | None = None,
) -> HeldEntry:
    """Enter one movement of a held account. `corrects`: the entry it stands in place of; £0 then
    takes that one out.
    """
    allow(case, by, MAY_ARRANGE)
    when = case_money.moment(case, at)
    if kind not in HeldEntry.KINDS:
        raise NotYet(_("Choose one of the answers."), field="kind")
    check_sum(amount, "amount")
    _words({"what": what})
    if not amount and corrects is None:
        raise NotYet(_("Enter an amount of more than £0."), field="amount")
    if on > dates.london_date(when):
        raise NotYet(_("That day is in the future."), field="on")
    with transaction.atomic():
        account = _account(case)
        if kind == "paid_in":
            _not_after_the_end(case, account, on)
        if corrects is not None:
            _not_corrected_yet(case, corrects)
        row = HeldEntry.objects.create(
            case=case,
            kind=kind,
            amount=amount,
            on=on,
            what=what.strip(),
            corrects=corrects,
            recorded_by=by,
            recorded_at=when,
        )
        case.record("record_held_entry", by=by, at=at, entry=row.pk)
        return row


def _account(case: Case) -> HeldAccount:
    """The version in force, locked."""
    account = case.held_accounts.select_for_update().order_by("-version").first()
    if account is None:
        raise NotYet(_("There is no account held by a provider. Record its agreement first."))
    return account


def _not_corrected_yet(case: Case, entry: HeldEntry) -> None:
    if entry.case_id != case.pk or hasattr(entry, "corrected_by"):
        raise NotYet(_("That entry was put right already."), field="corrects")


def _not_after_the_end(case: Case, account: HeldAccount, on: date) -> None:
    end = endings.last(case, account.made_at)
    if end and on > end.day:
        raise NotYet(
            _("The money of this case ended on %(day)s: the council pays nothing in after that.")
            % {"day": dates.date_words(end.day)},
            field="on",
        )


def _refuse_nothing_ended(case: Case) -> None:
    if case.step != "closed" or not (case.agreements.exists() or case.held_accounts.exists()):
        raise NotYet(
            _("There is no ended payment to settle: the support goes on, or nothing was ever paid.")
        )


def _assistants_asked(case: Case, assistants: str) -> None:
    """After a death, where an assistant was paid: what is owed to them is asked before anything is
    settled, and nothing of it is paid by itself.
    """
    died = case.person.died_on
    if died is None or not estate.employs(case):
        return
    if assistants not in FinalAccount.ASSISTANTS:
        raise NotYet(
            _("Ask first whether notice or redundancy pay is owed to an assistant."),
            field="assistants",
        )
    extra = case.extra_payments.filter(struck_at=None, recorded_at__date__gte=died)
    if assistants == "paid" and not extra.exists():
        raise NotYet(
            _("No extra payment is decided since the death. Decide on it first: “Pay more once”."),
            field="assistants",
        )


def _may_settle(case: Case, letter_on: date, assistants: str, today: date) -> None:
    """The letter was sent, when it may be; after a death assistants were asked about."""
    if letter_on > today:
        raise NotYet(_("Send the letter first: then record the day."), field="letter_on")
    estate.check_letter(case, letter_on, "letter_on")
    _assistants_asked(case, assistants)


def _outcome(left: Decimal) -> str:
    """What is paid back, paid out, or nothing."""
    return "recovery" if left > 0 else "refund" if left < 0 else "nothing"


def settle_account(
    *,
    case: Case,
    by: User,
    contact: str,
    balance: Decimal,
    owed: Decimal,
    letter_on: date,
    reason: str,
    assistants: str = "",
    at: datetime | None = None,
) -> FinalAccount:
    """Settle the final account of an ended payment with a named contact.

    `balance`: what was left in the account; `owed`: what the council still owes for support before
    the end. More left than owed is a recovery, less a refund. Refused without a letter: nothing is
    taken back unannounced. After a death the letter goes to whoever handles the estate, not before
    the quiet days are over, and `assistants` is asked first.
    """
    allow(case, by, {"finance"})
    case.refresh_from_db(fields=["step"])
    when = case_money.moment(case, at)
    _refuse_nothing_ended(case)
    check_sum(balance, "balance")
    check_sum(owed, "owed")
    _words({"contact": contact, "reason": reason})
    _may_settle(case, letter_on, assistants, dates.london_date(when))
    with transaction.atomic():
        ended = Case.objects.select_for_update().get(pk=case.pk).step_since
        if case.final_accounts.filter(settled_at__gte=ended).exists():
            raise NotYet(_("The final account is settled already."))
        outcome = _outcome(balance - owed)
        row = FinalAccount.objects.create(
            case=case,
            contact=contact.strip(),
            balance=balance,
            owed=owed,
            outcome=outcome,
            amount=abs(balance - owed),
            letter_on=letter_on,
            assistants=assistants,
            reason=reason.strip(),
            settled_by=by,
            settled_at=when,
        )
        case.record("settle_account", by=by, at=at, account=row.pk, outcome=outcome)
        return row
