"""Money that moves: what the person pays, the direct payment agreement with its schedule, and starts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from cases import access, dates
from cases.models import Case, User
from cases.saying_no import NotYet

from .. import figures, money
from ..models import Contribution, DirectPaymentAgreement, LineStart, PlanLine, ScheduledPayment, SupportPlan

MAY_RECORD = {"finance", "worker", "manager"}
WEEKS_PAID = 52


def record_contribution(
    *, case: Case, by: User, state: str, weekly: Decimal | None = None, valid_from: date | None = None,
    source: str = "", at: datetime | None = None,
) -> Contribution:  # fmt: skip
    """Record what the person pays: decided elsewhere, an estimate, or "not known yet". A draft plan shows it anew."""
    _allow(case, by, MAY_RECORD)
    if state not in Contribution.STATES:
        raise NotYet(_("Choose one of the answers."), field="state")
    if (state == "not_known") != (weekly is None):
        raise NotYet(_("Enter the amount a week, unless it is not known yet."), field="weekly")
    with transaction.atomic():
        when = figures.moment(case, at)
        row = Contribution.objects.create(
            case=case, state=state, weekly=weekly, valid_from=valid_from or dates.london_date(when), source=source,
            recorded_at=when, recorded_by=by,
        )  # fmt: skip
        SupportPlan.objects.filter(case=case, state="draft").update(contribution_seen=False)
        case.record("record_contribution", by=by, at=at, contribution=row.pk, state=state)
        return row


def _allow(case: Case, by: User, roles: set[str]) -> None:
    if not access.roles_of(case, by, getattr(case, "people", None)) & roles:
        raise NotYet(_("Somebody else records this: it is not yours to do."))


def record_agreement(
    *, case: Case, by: User, signed_by: str, signed_on: date, account_type: str, basis: str, first_payment_on: date,
    cycle_weeks: int = 4, at: datetime | None = None, seen: int | None = None,
) -> DirectPaymentAgreement:  # fmt: skip
    """Record the signed agreement and make its payments, which add up to the penny.

    Net: a year's contribution, where it is decided (an estimate is no decision), is left out of the payments.
    Gross: all is paid and the council invoices. Payments of an earlier agreement from that day on are held.
    """
    _allow(case, by, {"finance"})
    case.refresh_from_db(fields=["step"])
    if case.step == "closed":
        raise NotYet(_("This case is closed: nothing more is paid. It has to be opened again first."))
    when = figures.moment(case, at)
    if signed_on > dates.london_date(when):
        raise NotYet(_("That day is in the future: record the agreement once it is signed."), field="signed_on")
    if first_payment_on < signed_on:
        raise NotYet(_("The first payment can't be before the agreement was signed."), field="first_payment_on")
    if not signed_by.strip():
        raise NotYet(_("Say who signed."), field="signed_by")
    with transaction.atomic():
        plan = case.plans.select_for_update().filter(state="agreed").order_by("-number").first()
        lines = [x for x in plan.lines.all() if x.route == "direct_payment" and x.annual] if plan else []
        if plan is None or not lines:
            raise NotYet(_("The agreed plan has no direct payment."))
        if DirectPaymentAgreement.objects.filter(plan=plan).exists():
            raise NotYet(_("The agreement for this plan is recorded already."))
        cost = figures.cost_of(lines)
        agreement = DirectPaymentAgreement.objects.create(
            case=case, plan=plan, signed_by=signed_by.strip(), signed_on=signed_on, account_type=account_type,
            basis=basis, cycle_weeks=cycle_weeks, first_payment_on=first_payment_on, annual=cost.annual,
            contribution_annual=_contribution(case, cost.annual) if basis == "net" else 0, one_off=cost.one_off,
            made_by=by, made_at=when,
        )  # fmt: skip
        ScheduledPayment.objects.filter(agreement__case=case, due__gte=first_payment_on).update(held=True)
        ScheduledPayment.objects.bulk_create(_payments(agreement))
        case.record("record_agreement", by=by, at=at, agreement=agreement.pk)
        return agreement


def _contribution(case: Case, annual: Decimal) -> Decimal:
    """A year of the decided contribution, never more than the payment itself."""
    paid = figures.contribution(case)
    if paid is None or paid.state != "recorded" or paid.weekly is None:
        return Decimal(0)
    return min(annual, money.week_to_year(paid.weekly, str(WEEKS_PAID)))


def _payments(agreement: DirectPaymentAgreement) -> list[ScheduledPayment]:
    net = agreement.annual - agreement.contribution_annual
    start, count = agreement.first_payment_on, WEEKS_PAID // agreement.cycle_weeks
    rows = []
    if net:
        planned = money.schedule(net, start=start, cycle_weeks=agreement.cycle_weeks, count=count)
        rows = [
            ScheduledPayment(
                agreement=agreement, number=p.number, due=p.due, covers_from=p.covers_from, covers_to=p.covers_to,
                amount=p.amount,
            )
            for p in planned
        ]  # fmt: skip
    if agreement.one_off:
        rows.append(
            ScheduledPayment(
                agreement=agreement, number=len(rows) + 1, kind="one_off", due=start, covers_from=start,
                covers_to=start, amount=agreement.one_off,
            )
        )  # fmt: skip
    return rows


def start_line(
    *, case: Case, line: PlanLine, started_on: date, by: User, at: datetime | None = None, seen: int | None = None
) -> LineStart:
    """Record the first day on which a line's money or support was really there."""
    with transaction.atomic():
        event = case.move("start_line", by=by, at=at, seen=seen, line=line.pk, started_on=started_on)
        return LineStart.objects.create(line=line, started_on=started_on, event=event)


def start_budget(*, case: Case, by: User, at: datetime | None = None, seen: int | None = None) -> SupportPlan:
    """Everything funded has started: the budget runs, with its first and last start."""
    with transaction.atomic():
        plan = figures.agreed_plan(case)
        if plan is None:
            raise NotYet(_("There is no agreed plan to start."))
        days = sorted(LineStart.objects.filter(line__plan=plan).values_list("started_on", flat=True))
        dated = {"first_started_on": days[0], "last_started_on": days[-1]} if days else {}
        case.move("start_budget", by=by, at=at, seen=seen, **dated)
        return plan
