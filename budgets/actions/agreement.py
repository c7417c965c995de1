"""The direct payment agreement: signed, in versions, with payments that add up to the penny and pay
no day twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from budgets.actions.payment import allow
from budgets.models import DirectPaymentAgreement, PlanLine, ScheduledPayment, SupportPlan
from budgets.money import sterling
from budgets.payments import routes
from budgets.position import case_money
from budgets.position.case_money import Cost
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, User

WEEKS_PAID = 52
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
    *, case: Case, by: User, at: datetime | None = None, seen: int | None = None, **given: Any
) -> DirectPaymentAgreement:
    """Record the signed agreement and make its payments, which add up to the penny. `given`: the
    fields of `Signed`.

    Net and person first: a year's contribution, where it is decided (an estimate is no decision),
    is left out of the payments. Gross: all is paid and the council invoices. Each agreed plan, and
    each switch that changes what is paid, has a version; a further one for the same plan needs
    `why`. The old version stays as it was signed; its payments from the new first day on are held,
    and what it has paid for later days is left out of the new ones.
    """
    signed = Signed(**given)
    allow(case, by, {"finance"})
    case.refresh_from_db(fields=["step"])
    when = case_money.moment(case, at)
    _check(case, when, signed)
    with transaction.atomic():
        agreement = _new_version(case, signed, by, when)
        suspended = ScheduledPayment.objects.filter(
            agreement__case=case, due__gte=signed.first_payment_on, held_for="suspended"
        )
        hold = {"held": True, "held_for": "suspended"} if suspended.exists() else {}
        _replace(agreement)
        ScheduledPayment.objects.bulk_create(_payments(agreement, hold))
        case.record(
            "record_agreement", by=by, at=at, agreement=agreement.pk, version=agreement.version
        )
        return agreement


def _new_version(case: Case, signed: Signed, by: User, when: datetime) -> DirectPaymentAgreement:
    """The agreement for the plan that is agreed, with what is paid by it; no payments yet."""
    plan = case.plans.select_for_update().filter(state="agreed").order_by("-number").first()
    switch = routes.open_switch(case)
    lines = routes.direct_lines(plan.lines.all(), switch) if plan else []
    if plan is None or not lines:
        raise NotYet(_("The agreed plan has no direct payment."))
    last = _may_be_new(case, plan, switch, signed.why)
    cost, before = case_money.cost_of(lines), _once_before(case, lines)
    _within(cost, signed)
    paid = case.agreements.select_for_update().values_list("pk", flat=True)
    return DirectPaymentAgreement.objects.create(
        case=case,
        plan=plan,
        switch=switch,
        version=last.version + 1 if last else 1,
        annual=cost.annual,
        contribution_annual=ZERO if signed.basis == "gross" else _contribution(case, cost.annual),
        already_paid=_already_paid(list(paid), signed.first_payment_on),
        one_off=cost.one_off - before,
        one_off_before=before,
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


def _may_be_new(
    case: Case, plan: SupportPlan, switch: Any, why: str
) -> DirectPaymentAgreement | None:
    """The version before; refused without a reason where this plan, or this switch, has a version
    already.
    """
    same = (
        case.agreements.filter(switch=switch).exists()
        if switch
        else routes.agreement_of(case, plan)
    )
    if same and not why.strip():
        raise NotYet(
            _(
                "The agreement for this plan is recorded already. Say what changes to record "
                "a new version."
            ),
            field="why",
        )
    return routes.last_agreement(case)


def _within(cost: Cost, signed: Signed) -> None:
    """Start-up and contingency lie within the decided budget: they add nothing to it."""
    for field, amount in (("start_up", signed.start_up), ("contingency", signed.contingency)):
        if not amount.is_finite() or amount < 0:
            raise NotYet(_("Enter an amount of £0 or more."), field=field)
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


def _contribution(case: Case, annual: Decimal) -> Decimal:
    """A year of the decided contribution, never more than the payment itself."""
    paid = case_money.contribution(case)
    if paid is None or paid.state != "recorded" or paid.weekly is None:
        return ZERO
    return min(annual, sterling.week_to_year(paid.weekly, str(WEEKS_PAID)))


def _once_before(case: Case, lines: list[PlanLine]) -> Decimal:
    """What earlier versions pay once for the same things: the same words at the same price are the
    same thing.
    """
    rows = ScheduledPayment.objects.filter(agreement__case=case, kind="one_off", held=False)
    plans = set(rows.values_list("agreement__plan", flat=True))
    known = PlanLine.objects.filter(plan__in=plans, unit="once")
    had = {(line.what, line.annual) for line in known}
    return sum((x.annual for x in lines if x.unit == "once" and (x.what, x.annual) in had), ZERO)


def _already_paid(agreements: list[int], first: date) -> Decimal:
    """What is paid or will be for days from `first` on by payments that go out before, or are in a
    batch: no day is paid twice. A suspended payment counts: letting it go would pay for its days.
    """
    goes_out = Q(due__lt=first, held_for__in=("", "suspended")) | Q(
        due__gte=first, batch__isnull=False
    )
    rows = ScheduledPayment.objects.filter(
        goes_out, agreement__in=agreements, kind="regular", covers_to__gte=first
    )
    return sum(
        (sterling.part_from(p.amount, p.covers_from, p.covers_to, first) for p in rows), ZERO
    )


def _replace(agreement: DirectPaymentAgreement) -> None:
    """Earlier payments from the new first day on are held, unless a batch has taken them (then they
    are left out).
    """
    rows = ScheduledPayment.objects.filter(
        agreement__case=agreement.case, due__gte=agreement.first_payment_on
    )
    rows.filter(batch=None, held=False, kind="regular").update(held=True, held_for="replaced")
    # what was held for another reason is replaced as well: a release must not bring it back
    rows.filter(batch=None, kind="regular", held_for="suspended").update(held_for="replaced")


def _payments(agreement: DirectPaymentAgreement, hold: dict[str, Any]) -> list[ScheduledPayment]:
    """A year of payments; `hold`: a suspension in force holds those of a new version as well."""
    net = agreement.annual - agreement.contribution_annual
    start = agreement.first_payment_on
    rows = year_of_payments(agreement, net, start, 1, credit=agreement.already_paid) if net else []
    if agreement.one_off:
        rows.append(
            ScheduledPayment(
                agreement=agreement,
                number=len(rows) + 1,
                kind="one_off",
                due=start,
                covers_from=start,
                covers_to=start,
                amount=agreement.one_off,
            )
        )
    for row in rows:
        for name, value in hold.items():
            setattr(row, name, value)
    return rows


def year_of_payments(
    agreement: DirectPaymentAgreement,
    net: Decimal,
    start: date,
    number: int,
    *,
    credit: Decimal = ZERO,
) -> list[ScheduledPayment]:
    """A year of regular payments from a day on, numbered from `number`; what is paid already comes
    out of the first.
    """
    planned = sterling.schedule(
        net,
        start=start,
        cycle_weeks=agreement.cycle_weeks,
        count=WEEKS_PAID // agreement.cycle_weeks,
    )
    amounts = sterling.less([p.amount for p in planned], credit)
    return [
        ScheduledPayment(
            agreement=agreement,
            number=number + place,
            due=p.due,
            covers_from=p.covers_from,
            covers_to=p.covers_to,
            amount=amount,
        )
        for place, (p, amount) in enumerate(zip(planned, amounts, strict=True))
    ]
