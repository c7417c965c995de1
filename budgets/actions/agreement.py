"""The direct payment agreement: signed once for what it says, in versions. What is paid is read
from the facts (`budgets.entitlement`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.actions.payment import allow, check_sum
from budgets.models import DirectPaymentAgreement
from budgets.money import sterling
from budgets.payments import routes, use_rules
from budgets.position import case_money, extra_support
from budgets.position.case_money import Cost
from cases.common import dates, likely_days
from cases.common.refusals import NotYet
from cases.models import Case, User

ZERO = Decimal("0.00")


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What stands in the signed agreement."""

    signed_by: str
    signed_on: date
    account_type: str
    basis: str
    first_payment_on: date
    cycle_weeks: int = 4
    signed_as: str = "person"
    others_signed: str = ""
    start_up: Decimal = ZERO
    contingency: Decimal = ZERO
    surplus_weeks: int = 8
    terms: Sequence[str] = ()
    why: str = ""

    def columns(self) -> dict[str, Any]:
        """The same as columns of the agreement, without blanks around words."""
        return vars(self) | {
            "signed_by": self.signed_by.strip(),
            "others_signed": self.others_signed.strip(),
            "terms": [point.strip() for point in self.terms if point.strip()],
            "why": self.why.strip(),
        }


def record_agreement(
    *,
    case: Case,
    by: User,
    meant: Collection[date] = (),
    at: datetime | None = None,
    seen: int | None = None,
    **given: Any,
) -> DirectPaymentAgreement:
    """Record the signed agreement. `given`: the fields of `Signed`; `meant`: unlikely days of it
    that somebody was asked about again. Payments go back to its first day.

    It is signed once for what it says: basis, account, conditions. What is paid follows the decided
    budget and is never signed again; a further version needs `why` and holds from its own first
    day. Net and person first: the contribution that is decided and told is left out of the
    payments. Gross: all is paid and the council charges.
    """
    signed = Signed(**given)
    allow(case, by, {"finance"})
    case.refresh_from_db(fields=["step"])
    when = case_money.moment(case, at)
    _check(case, when, signed)
    for field in ("signed_on", "first_payment_on"):
        likely_days.check(case, getattr(signed, field), dates.london_date(when), meant, field)
    with transaction.atomic():
        agreement = _new_version(case, signed, by, when)
        case.record(
            "record_agreement", by=by, at=at, agreement=agreement.pk, version=agreement.version
        )
        return agreement


def _new_version(case: Case, signed: Signed, by: User, when: datetime) -> DirectPaymentAgreement:
    """The agreement for the plan that is agreed."""
    plan = case.plans.select_for_update().filter(state="agreed").order_by("-number").first()
    switch = routes.open_switch(case)
    lines = routes.direct_lines(plan.lines.all(), switch) if plan else []
    if not lines:  # support for a time may be paid directly before there is a plan
        lines = extra_support.direct_lines(case, dates.london_date(when))
        plan = lines[0].plan if lines else plan
    if plan is None or not lines:
        raise NotYet(_("The agreed plan has no direct payment."))
    last = routes.last_agreement(case)
    if last is None:
        use_rules.check_allowed(case)
    if last is not None and not signed.why.strip():
        raise NotYet(
            _(
                "The agreement is recorded already, and what is paid follows the decided budget. "
                "Say what changes to record a new version."
            ),
            field="why",
        )
    _within(case_money.cost_of(lines), signed)
    return DirectPaymentAgreement.objects.create(
        case=case,
        plan=plan,
        switch=switch,
        version=last.version + 1 if last else 1,
        made_by=by,
        made_at=when,
        **signed.columns(),
    )


def _check(case: Case, when: datetime, signed: Signed) -> None:
    if case.step == "closed":
        raise NotYet(
            _("This case is closed: nothing more is paid. It has to be opened again first.")
        )
    if signed.signed_on > dates.london_date(when):
        raise NotYet(
            _("That day is in the future: record the agreement once it is signed."),
            field="signed_on",
        )
    if signed.first_payment_on < signed.signed_on:
        raise NotYet(
            _("The first payment can't be before the agreement was signed."),
            field="first_payment_on",
        )
    if not signed.signed_by.strip():
        raise NotYet(_("Say who signed."), field="signed_by")
    chosen = (
        ("account_type", signed.account_type in DirectPaymentAgreement.ACCOUNTS),
        ("basis", signed.basis in DirectPaymentAgreement.BASES),
        ("cycle_weeks", signed.cycle_weeks in (2, 4)),
    )
    for field, known in chosen:
        if not known:
            raise NotYet(_("Choose one of the answers."), field=field)


def _within(cost: Cost, signed: Signed) -> None:
    """Start-up and contingency lie within the decided budget: they add nothing to it."""
    for field, amount in (("start_up", signed.start_up), ("contingency", signed.contingency)):
        check_sum(amount, field)
    if signed.start_up > cost.one_off:
        raise NotYet(
            _("The plan has %(sum)s to be paid once: the money to begin with can't be more.")
            % {"sum": sterling.pounds(cost.one_off)},
            field="start_up",
        )
    if signed.contingency > cost.annual + cost.one_off:
        raise NotYet(
            _("What may stay for the unforeseen is more than the whole payment."),
            field="contingency",
        )
    if not 1 <= signed.surplus_weeks <= 52:
        raise NotYet(_("Enter a number of weeks from 1 to 52."), field="surplus_weeks")
