"""Looking after a direct payment: what is asked, money left over, concerns, restrictions.

Nothing here takes money back by itself: a reclaim needs a letter, its time to reply, and somebody's
decision with a reason. A concern is apart from a check, is read by few, and names the support that
is tried first.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from budgets.actions.payment import allow, check_sum
from budgets.models import Concern, MonitoringCheck, Restriction, SurplusDecision, SurplusLetter
from budgets.money.sterling import pounds
from budgets.payments import monitoring
from budgets.position import case_money
from cases.access import Reading
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, User

REPLY_DAYS = 28  # at least, from the letter to the last day for an answer
ANSWERS = {"person", "money_helper", "worker", "manager", "finance"}
CONCERNED = {"finance", "worker", "manager", "service_manager"}
READS_CONCERNS = {"manager", "service_manager"}
ZERO = Decimal("0.00")


def ask_balance(*, case: Case, by: User, at: datetime | None = None) -> MonitoringCheck:
    """Ask what the case's tier asks, about a period that was paid, and no sooner than its interval.
    One at a time.
    """
    allow(case, by, {"finance"})
    when = case_money.moment(case, at)
    today = dates.london_date(when)
    with transaction.atomic():
        case.hold()
        state = monitoring.state_of(case, today)
        if state is None:
            raise NotYet(_("No money has been paid yet, so there is nothing to ask about."))
        if state.open:
            raise NotYet(
                _("A question is open already: it was asked on %(day)s.")
                % {"day": dates.date_words(state.open.asked_at)}
            )
        if state.next_on > today:
            raise NotYet(
                _("The next question is not due before %(day)s: this tier asks every %(n)s weeks.")
                % {"day": dates.date_words(state.next_on), "n": state.tier.weeks}
            )
        row = MonitoringCheck.objects.create(
            agreement=state.agreement,
            case=case,
            tier=state.tier.code,
            factors=state.factors,
            asked_by=by,
            items=list(state.tier.items),
            period_from=state.period_from,
            period_to=state.period_to,
            asked_at=when,
        )
        case.record("ask_balance", by=by, at=at, tell=("person",), check=row.pk)
        return row


def give_balance(
    *,
    case: Case,
    by: User,
    balance: Decimal,
    planned_use: Decimal = ZERO,
    planned_for: str = "",
    told: str = "",
    minutes: int | None = None,
    at: datetime | None = None,
) -> MonitoringCheck:
    """Answer the open question: the balance, and what of it is meant for something. Nothing else is
    demanded.
    """
    allow(case, by, ANSWERS)
    check_sum(balance.copy_abs(), "balance")  # an account may be overdrawn
    check_sum(planned_use, "planned_use")
    if planned_use and not planned_for.strip():
        raise NotYet(_("Say what it is meant for."), field="planned_for")
    if minutes is not None and not 0 <= minutes <= 6000:
        raise NotYet(_("Enter the minutes as a number from 0 to 6,000."), field="minutes")
    with transaction.atomic():
        row = case.checks.select_for_update().filter(answered_at=None).first()
        if row is None:
            raise NotYet(_("Nothing was asked, or it is answered already."))
        row.balance, row.planned_use, row.planned_for = balance, planned_use, planned_for.strip()
        row.told, row.minutes, row.answered_by, row.answered_at = (
            told.strip(),
            minutes,
            by,
            case_money.moment(case, at),
        )
        row.save()
        case.record("give_balance", by=by, at=at, check=row.pk)
        return row


def _answered(case: Case) -> MonitoringCheck:
    row = (
        case.checks.filter(answered_at__isnull=False)
        .select_related("agreement")
        .order_by("-pk")
        .first()
    )
    if row is None:
        raise NotYet(_("No balance is known, so there is no surplus to talk about."))
    return row


def _may_write(case: Case, words: str, reply_by: date, today: date) -> None:
    """Real words and time to answer, to somebody who can read them."""
    if case.person.died_on:
        raise NotYet(
            _(
                "The person has died: what is left is settled with the final account, by a letter "
                "to whoever handles the estate."
            )
        )
    if not words.strip():
        raise NotYet(_("Write what the person will read."), field="words")
    if reply_by < today + timedelta(days=REPLY_DAYS):
        raise NotYet(_("Give at least %(n)s days to answer.") % {"n": REPLY_DAYS}, field="reply_by")


def write_about_surplus(
    *, case: Case, by: User, words: str, reply_by: date, at: datetime | None = None
) -> SurplusLetter:
    """Write to the person about money left over, with the sum and their time to answer. Only above
    the agreed weeks.
    """
    allow(case, by, {"finance"})
    when = case_money.moment(case, at)
    _may_write(case, words, reply_by, dates.london_date(when))
    with transaction.atomic():
        case.hold()
        row = _answered(case)
        found = monitoring.surplus_of(row)
        if found is None or not found.flagged:
            raise NotYet(_("There is no surplus: what is left lies within the weeks agreed."))
        if SurplusLetter.objects.filter(check_of=row).exists() or hasattr(row, "decision"):
            raise NotYet(_("The letter about this was written already."))
        letter = SurplusLetter.objects.create(
            check_of=row,
            amount=found.over,
            words=words.strip(),
            reply_by=reply_by,
            written_by=by,
            written_at=when,
        )
        said = _(
            "It is about %(sum)s. You can answer until %(day)s, and nothing is taken back "
            "before that."
        ) % {"sum": pounds(found.over), "day": dates.date_words(reply_by)}
        case.record(
            "write_about_surplus",
            by=by,
            at=at,
            note=f"{words.strip()}\n\n{said}",
            tell=("person",),
            letter=letter.pk,
        )
        return letter


def reply_to_surplus(
    *, case: Case, by: User, reply: str, at: datetime | None = None
) -> SurplusLetter:
    """The person's answer to the letter, written by them or taken down."""
    allow(case, by, ANSWERS)
    if not reply.strip():
        raise NotYet(_("Write your answer."), field="reply")
    with transaction.atomic():
        case.hold()  # whoever decides about the surplus holds it too
        rows = SurplusLetter.objects.filter(
            check_of__case=case, check_of__decision=None, replied_at=None
        )
        letter = rows.order_by("-pk").first()
        if letter is None:
            raise NotYet(_("There is no letter waiting for an answer."))
        letter.reply, letter.replied_at = reply.strip(), case_money.moment(case, at)
        letter.save()
        case.record("reply_to_surplus", by=by, at=at, letter=letter.pk)
        return letter


def decide_surplus(
    *,
    case: Case,
    by: User,
    action: str,
    reason: str,
    amount: Decimal = ZERO,
    at: datetime | None = None,
) -> SurplusDecision:
    """Decide about money left over. A reclaim is refused without the letter, before its time to
    reply is over or an answer is there, and above what was left; every decision has its reason,
    which the person reads.
    """
    allow(case, by, {"finance", "manager"})
    when = case_money.moment(case, at)
    if action not in SurplusDecision.ACTIONS:
        raise NotYet(_("Choose one of the answers."), field="action")
    if not reason.strip():
        raise NotYet(_("Say why. The person can read this."), field="reason")
    with transaction.atomic():
        case.hold()
        row = _answered(case)
        if hasattr(row, "decision"):
            raise NotYet(_("This was decided already."))
        if action == "reclaim":
            _may_reclaim(row, amount, dates.london_date(when))
        decision = SurplusDecision.objects.create(
            check_of=row,
            action=action,
            amount=amount if action == "reclaim" else ZERO,
            reason=reason.strip(),
            decided_by=by,
            decided_at=when,
        )
        case.record(
            "decide_surplus",
            by=by,
            at=at,
            note=reason.strip(),
            tell=("person",),
            decision=decision.pk,
            action=action,
        )
        return decision


def _may_reclaim(row: MonitoringCheck, amount: Decimal, today: date) -> None:
    letter = getattr(row, "letter", None)
    if letter is None:
        raise NotYet(
            _("Nothing is taken back without a letter. Write to the person first."), field="action"
        )
    if letter.replied_at is None and today <= letter.reply_by:
        raise NotYet(
            _("The person may answer until %(day)s. Wait for that day or for their answer.")
            % {"day": dates.date_words(letter.reply_by)},
            field="action",
        )
    check_sum(amount, "amount")
    if not 0 < amount <= letter.amount:
        raise NotYet(
            _("Enter an amount above £0 and no more than the letter says."), field="amount"
        )


def raise_concern(
    *,
    case: Case,
    by: User,
    reason: str,
    safeguarding: bool,
    support_first: str,
    at: datetime | None = None,
) -> Concern:
    """Raise a worry about a payment, apart from its checks. Its words are read by managers and
    whoever raised it.
    """
    allow(case, by, CONCERNED)
    if not reason.strip():
        raise NotYet(_("Say what the worry is."), field="reason")
    if safeguarding is None or support_first not in Concern.SUPPORT:
        raise NotYet(_("Choose one of the answers."), field="support_first")
    with transaction.atomic():
        row = Concern.objects.create(
            case=case,
            reason=reason.strip(),
            safeguarding=safeguarding,
            support_first=support_first,
            raised_by=by,
            raised_at=case_money.moment(case, at),
        )
        case.record("raise_concern", by=by, at=at, audience="staff", concern=row.pk)
        return row


def close_concern(
    *,
    case: Case,
    concern: Concern,
    by: User,
    outcome: str,
    finding: str,
    at: datetime | None = None,
) -> Concern:
    """Close a worry with what was found; by a manager, never by whoever raised it."""
    allow(case, by, READS_CONCERNS)
    if outcome not in Concern.OUTCOMES:
        raise NotYet(_("Choose one of the answers."), field="outcome")
    if not finding.strip():
        raise NotYet(_("Say what was found."), field="finding")
    if concern.raised_by_id == by.pk:
        raise NotYet(_("You raised this yourself, so somebody else closes it."))
    with transaction.atomic():
        when = case_money.moment(case, at)
        done = Concern.objects.filter(pk=concern.pk, case=case, closed_at=None).update(
            outcome=outcome, finding=finding.strip(), closed_by=by, closed_at=when
        )
        if not done:
            raise NotYet(_("This was closed already."))
        case.record(
            "close_concern", by=by, at=at, audience="staff", concern=concern.pk, outcome=outcome
        )
        concern.refresh_from_db()
        return concern


def readable_concerns(reading: Reading) -> list[Concern]:
    """The worries this reader may read: managers all, anybody else their own."""
    rows = reading.case.concerns.select_related("raised_by", "closed_by").order_by("-pk")
    return list(rows if reading.roles & READS_CONCERNS else rows.filter(raised_by=reading.user))


def restrict_use(
    *,
    case: Case,
    by: User,
    what: str,
    legal_reason: str,
    owner: str,
    begins_on: date,
    ends_on: date,
    at: datetime | None = None,
) -> Restriction:
    """Limit what the money may be used for: only with its legal reason, whoever answers for it, and
    a last day.
    """
    allow(case, by, {"finance", "manager"})
    for field, value in {"what": what, "legal_reason": legal_reason, "owner": owner}.items():
        if not value.strip():
            raise NotYet(_("An answer is needed."), field=field)
    if ends_on <= begins_on:
        raise NotYet(_("The last day has to be after the first."), field="ends_on")
    with transaction.atomic():
        row = Restriction.objects.create(
            case=case,
            what=what.strip(),
            legal_reason=legal_reason.strip(),
            owner=owner.strip(),
            begins_on=begins_on,
            ends_on=ends_on,
            made_by=by,
            made_at=case_money.moment(case, at),
        )
        case.record(
            "restrict_use",
            by=by,
            at=at,
            tell=("person",),
            note=legal_reason.strip(),
            restriction=row.pk,
        )
        return row


def lift_restriction(
    *, case: Case, restriction: Restriction, by: User, at: datetime | None = None
) -> Restriction:
    """End a restriction before its last day."""
    allow(case, by, {"finance", "manager"})
    with transaction.atomic():
        day = dates.london_date(case_money.moment(case, at))
        if not Restriction.objects.filter(pk=restriction.pk, case=case, lifted_on=None).update(
            lifted_on=day
        ):
            raise NotYet(_("This restriction is over already."))
        case.record("lift_restriction", by=by, at=at, tell=("person",), restriction=restriction.pk)
        restriction.refresh_from_db()
        return restriction
