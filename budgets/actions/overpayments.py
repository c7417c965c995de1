"""Paid too much: found by the reading, written about, answered, and decided by a person.

Nothing here takes money back by itself. What is taken off later payments needs the letter, its time
to answer and an agreement in writing; every decision has its reason, which the person reads. A sum
that was decided about is not found again. Not here: what an instalment takes from which payment
(`entitlement.payments`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.money_facts import settle
from budgets.actions.payment import allow
from budgets.entitlement.answer import answer
from budgets.models import Instalment, MoneyStanding, Overpayment, Payment, Settlement
from budgets.money.sterling import pounds
from budgets.payments import money_standings, paying_in_full, routes
from budgets.position import case_money, entitlement_facts, overpaid
from budgets.position.overpaid import open_findings, open_overpayment
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, Heartbeat, Seat, User

FINANCE = {"finance"}
ANSWERS = {"person", "money_helper", "worker", "manager", "finance"}
DECIDE_DAYS = 14  # from the finding, and from the answer or the end of its time
REPLY_DAYS = 28  # at least, from the letter to the last day for an answer
AHEAD = 400  # days in which a payment must be to come
MOST = 130  # instalments: ten years of four-weekly ones
JOB = "find_overpaid"
ZERO = Decimal("0.00")


def find_overpaid(now: datetime | None = None) -> int:
    """Look at each case whose record changed since the last round, and once a day at all where
    something stands, or whose standing is not that of now. Returns how many findings are new. Safe
    to run twice at once.
    """
    now = now or timezone.now()
    last = Heartbeat.objects.filter(job=JOB).values_list("at", flat=True).first()
    paid = Payment.objects.filter(case=OuterRef("pk"), state__in=Payment.STANDING)
    cases = Case.objects.filter(Exists(paid), person__died_on=None)
    if last and dates.london_date(last) == dates.london_date(now):
        cases = cases.filter(head_at__gte=last - timedelta(hours=1))
    else:
        cases = cases.filter(_may_stand(now))
    made = look_at(list(cases.order_by("pk").values_list("pk", flat=True)), now)
    Heartbeat.objects.update_or_create(job=JOB, defaults={"at": now})
    return made


def _may_stand(now: datetime) -> Q:
    """Cases in which something may be found, changed or gone: all but those whose standing is that
    of now, says that nothing was paid too much, and of which nothing was found or left before.
    """
    nothing = MoneyStanding.objects.filter(case=OuterRef("pk"), paid_too_much=0)
    found = Overpayment.objects.filter(case=OuterRef("pk"), gone_at=None)
    found = found.filter(Q(decided_at=None) | Q(left__gt=0))
    return ~Exists(nothing) | Exists(found) | Q(pk__in=money_standings.waiting(now).values("pk"))


def look_at(cases: Iterable[int], now: datetime) -> int:
    """Compare what the facts say with what was found and decided. Returns how many are new."""
    today, made = dates.london_date(now), 0
    for facts in entitlement_facts.in_chunks(cases):
        found = overpaid.standing_of_cases(facts, today)
        _lower(found, now)
        rows = open_findings().filter(case__in=found)
        open_ones = {row.case_id: row for row in rows}
        for pk, stands in found.items():
            if pk in open_ones:
                _follow(open_ones[pk], stands.undecided, now)
            elif stands.undecided > 0:
                made += _open(pk, stands.undecided, now) is not None
    return made


def _lower(found: dict[int, overpaid.Standing], now: datetime) -> None:
    """What was decided about and stands no longer can't hide what is found later."""
    for pk, row in overpaid.last_decided(found).items():
        if row.left > found[pk].decided:
            Overpayment.objects.filter(pk=row.pk).update(left=found[pk].decided, left_at=now)


def _follow(row: Overpayment, amount: Decimal, now: datetime) -> None:
    """The facts of an open finding changed. Nobody was told of it: then it may be gone."""
    still = open_findings().filter(pk=row.pk)
    if not amount and row.written_at is None:
        still.filter(written_at=None).update(gone_at=now)
    elif amount != row.amount:
        still.update(amount=amount)


def _open(case: int, amount: Decimal, now: datetime) -> Overpayment | None:
    """The finding as one person's task; None where somebody else has opened it meanwhile."""
    with transaction.atomic():
        held = Case.objects.get(pk=case)
        held.hold()
        if open_overpayment(held):
            return None
        return Overpayment.objects.create(
            case=held,
            amount=amount,
            found_at=now,
            owner=least_busy(held.council_id, dates.london_date(now), open_findings()),
            decide_by=dates.london_date(now) + timedelta(days=DECIDE_DAYS),
        )


def least_busy(council: int, today: date, rows: QuerySet[Any]) -> User | None:
    """The finance officer with the fewest of the open findings in `rows`."""
    seats = Seat.objects.filter(Seat.on(today), council=council, role="finance")
    officers = list(User.objects.filter(pk__in=seats.values("user"), is_active=True).order_by("pk"))
    own = rows.filter(owner__in=officers)
    busy = dict(own.values_list("owner").annotate(n=Count("pk")))
    return min(officers, key=lambda one: (busy.get(one.pk, 0), one.pk), default=None)


def _now_open(case: Case, when: datetime) -> Overpayment:
    """The case held, its finding as the facts stand now; NotYet where nothing stands."""
    case.hold()
    look_at([case.pk], when)
    row = open_overpayment(case)
    if row is None:
        raise NotYet(_("Nothing stands that was paid too much and is not decided yet."))
    return row


def write_about_overpayment(
    *, case: Case, by: User, words: str, reply_by: date, at: datetime | None = None
) -> Overpayment:
    """Write to the person: how much, why, and until when they can say something. Once."""
    allow(case, by, FINANCE)
    when = case_money.moment(case, at)
    if not words.strip():
        raise NotYet(_("Write what the person will read."), field="words")
    if reply_by < dates.london_date(when) + timedelta(days=REPLY_DAYS):
        raise NotYet(_("Give at least %(n)s days to answer.") % {"n": REPLY_DAYS}, field="reply_by")
    if case.person.died_on:
        raise NotYet(_("This person has died. Speak to whoever settles the final account."))
    with transaction.atomic():
        row = _now_open(case, when)
        if row.written_at:
            raise NotYet(_("The letter about this was written already."))
        row.words, row.written_amount, row.reply_by = words.strip(), row.amount, reply_by
        row.written_by, row.written_at, row.owner = by, when, by
        row.decide_by = reply_by + timedelta(days=DECIDE_DAYS)
        row.save()
        case.record("write_about_overpayment", by=by, at=at, note=row.words, overpayment=row.pk)
        return row


def reply_to_overpayment(
    *, case: Case, by: User, reply: str, at: datetime | None = None
) -> Overpayment:
    """What the person says about it, written by them or taken down."""
    allow(case, by, ANSWERS)
    if not reply.strip():
        raise NotYet(_("Write your answer."), field="reply")
    when = case_money.moment(case, at)
    with transaction.atomic():
        case.hold()
        row = open_overpayment(case)
        if row is None or row.written_at is None or row.replied_at:
            raise NotYet(_("There is no letter waiting for an answer."))
        row.reply, row.replied_at = reply.strip(), when
        row.decide_by = dates.london_date(when) + timedelta(days=DECIDE_DAYS)
        row.save()
        case.record("reply_to_overpayment", by=by, at=at, overpayment=row.pk)
        return row


class Agreed(NamedTuple):
    """Instalments as agreed in writing: how much in all, how much each, from which day."""

    agreed_on: date
    pay_back: Decimal
    each: Decimal
    first_on: date
    needs_met: str


def decide_overpayment(
    *,
    case: Case,
    by: User,
    decision: str,
    reason: str,
    agreed_on: date | None = None,
    pay_back: Decimal | None = None,
    each: Decimal | None = None,
    first_on: date | None = None,
    needs_met: str = "",
    at: datetime | None = None,
) -> Overpayment:
    """Leave it, write it off, or take off later payments what was agreed; what the agreement leaves
    is written off with it.
    """
    allow(case, by, FINANCE)
    when = case_money.moment(case, at)
    if decision not in Overpayment.DECISIONS:
        raise NotYet(_("Choose one of the answers."), field="decision")
    if not reason.strip():
        raise NotYet(_("Say why. The person can read this."), field="reason")
    with transaction.atomic():
        row = _now_open(case, when)
        agreed = None
        _may_decide(row, dates.london_date(when))
        if decision == "instalments":
            _may_take(row, dates.london_date(when))
            agreed = _agreed(agreed_on, pay_back, each, first_on, needs_met)
            _check_agreed(row, agreed, dates.london_date(when))
            row.needs_met = agreed.needs_met.strip()
        row.decision, row.reason, row.owner = decision, reason.strip(), by
        row.decided_by, row.decided_at, row.left_at = by, when, when
        row.left, facts = _record(row, agreed)
        row.save()
        codes = {"overpayment": row.pk, "decision": decision, "facts": facts}
        case.record("decide_overpayment", by=by, at=at, note=row.reason, **codes)
        return row


def _record(row: Overpayment, agreed: Agreed | None) -> tuple[Decimal, dict[str, list[int]]]:
    """Write the facts that follow from the decision. Returns what stands on, decided, and the ids
    of the facts by kind.
    """
    known: dict[str, Any] = {
        "case": row.case,
        "recorded_by": row.decided_by,
        "recorded_at": row.decided_at,
    }
    decided_at = row.decided_at or timezone.now()
    today = dates.london_date(decided_at)
    stood = overpaid.standing_of_case(row.case, today)
    paying_in_full.take_back(row.case, decided_at, row.decided_by, row.reason)
    back = agreed.pay_back if agreed else ZERO
    off = row.amount - back if row.decision != "leave" else ZERO
    facts: dict[str, list[int]] = {"settled": [], "instalment": []}
    if off:
        written = {"how": "written_off", "why": row.reason[:200]}
        made = Settlement.objects.create(on=today, amount=off, **written, **known)
        facts["settled"].append(made.pk)
    if agreed:
        known["agreed_on"] = agreed.agreed_on
        for on, amount in _instalments(row.case, agreed):
            one = Instalment.objects.create(on=on, amount=amount, **known)
            facts["instalment"].append(one.pk)
    return stood.whole - off, facts


def _agreed(
    agreed_on: date | None,
    pay_back: Decimal | None,
    each: Decimal | None,
    first_on: date | None,
    needs_met: str,
) -> Agreed:
    """All of it; NotYet for what is missing."""
    answers = {"agreed_on": agreed_on, "pay_back": pay_back, "each": each, "first_on": first_on}
    for field, value in answers.items():
        if value is None:
            raise NotYet(_("Enter what was agreed, or choose another answer."), field=field)
    assert agreed_on and first_on and pay_back is not None and each is not None
    return Agreed(agreed_on, pay_back, each, first_on, needs_met)


def _instalments(case: Case, agreed: Agreed) -> Iterator[tuple[date, Decimal]]:
    """Each instalment with its day, one a pay day."""
    left, on = agreed.pay_back, agreed.first_on
    last = routes.last_agreement(case)
    cycle = timedelta(weeks=last.cycle_weeks if last else 4)
    while left > 0:
        yield on, min(agreed.each, left)
        left, on = left - agreed.each, on + cycle


def _may_decide(row: Overpayment, today: date) -> None:
    """The time to answer the letter is over or used, and what is paid in full meanwhile has left:
    only then is it known what was really paid too much.
    """
    if row.reply_by and overpaid.waits_for_answer(row, today):
        raise NotYet(
            _("The person may answer until %(day)s. Wait for that day or for their answer.")
            % {"day": dates.date_words(row.reply_by)},
            field="decision",
        )
    aside = overpaid.set_aside([row.case_id])
    if aside and answer(entitlement_facts.facts_of_case(row.case), today).owed:
        raise NotYet(
            _("What is owed for days before is paid in full first. Decide once it has been paid."),
            field="decision",
        )


def _may_take(row: Overpayment, today: date) -> None:
    """The letter, no challenge open, and a payment to take it from."""
    if row.written_at is None or row.reply_by is None:
        raise NotYet(
            _("Nothing is taken back without a letter. Write to the person first."),
            field="decision",
        )
    if row.case.clocks.filter(kind="challenge", ended_at=None, dropped_at=None).exists():
        raise NotYet(
            _("A decision of this case is challenged. Nothing is taken before that is answered."),
            field="decision",
        )
    facts = entitlement_facts.facts_of_case(row.case)
    if not answer(facts, today + timedelta(days=AHEAD)).payments:
        raise NotYet(
            _("No payment is to come from which anything could be taken off."), field="decision"
        )


def _check_agreed(row: Overpayment, agreed: Agreed, today: date) -> None:
    most = min(row.amount, row.written_amount or ZERO)
    if not _sum_up_to(agreed.pay_back, most):
        raise NotYet(
            _("Enter a sum above £0 and no more than the letter says and still stands: %(sum)s.")
            % {"sum": pounds(most)},
            field="pay_back",
        )
    if not _sum_up_to(agreed.each, agreed.pay_back):
        raise NotYet(_("Enter a sum above £0 and no more than is paid back in all."), field="each")
    if agreed.pay_back > agreed.each * MOST:
        raise NotYet(
            _("That would take more than %(n)s payments. Agree a larger sum, or write it off.")
            % {"n": MOST},
            field="each",
        )
    written = dates.london_date(row.written_at) if row.written_at else today
    if not written <= agreed.agreed_on <= today:
        raise NotYet(
            _("Enter the day on which it was agreed in writing: after the letter, today at last."),
            field="agreed_on",
        )
    if not today <= agreed.first_on <= today + timedelta(days=AHEAD):
        raise NotYet(
            _("Enter a day from today on, within the next %(n)s days.") % {"n": AHEAD},
            field="first_on",
        )
    if not agreed.needs_met.strip():
        raise NotYet(_("Say how the needs are still met."), field="needs_met")


def _sum_up_to(amount: Decimal, most: Decimal) -> bool:
    return amount.is_finite() and 0 < amount <= most and amount == round(amount, 2)


def record_paid_back(
    *,
    case: Case,
    by: User,
    on: date,
    amount: Decimal,
    why: str,
    at: datetime | None = None,
) -> Settlement:
    """Money that the person has paid back: no more than stands."""
    allow(case, by, FINANCE)
    when = case_money.moment(case, at)
    today = dates.london_date(when)
    if on > today:
        raise NotYet(_("That day is in the future."), field="on")
    with transaction.atomic():
        case.hold()
        stands = overpaid.standing_of_case(case, today).whole
        if not _sum_up_to(amount, stands):
            raise NotYet(
                _("Enter a sum above £0 and no more than stands: %(sum)s.")
                % {"sum": pounds(stands)},
                field="amount",
            )
        aside = paying_in_full.lower_set_aside(case, when, by, amount)
        facts: dict[str, Any] = {"on": on, "amount": amount, "how": "paid_back", "why": why}
        facts["aside"] = aside
        row: Any = settle(case=case, by=by, at=at, **facts)
        look_at([case.pk], when)
        return row
