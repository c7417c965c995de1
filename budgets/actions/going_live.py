"""A pay day beside the ledger's own, and the day on which a case is paid from here.

For at least two pay days what our batch would pay is laid beside what the ledger paid; nothing is
sent. Each difference is mended in the facts, or accepted by name with a reason. A second officer
closes the pay day, and then the ledger's payments stand in our books as paid; and a second officer
lets a case go live. Not here: what is compared (`budgets.payments.parallel`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from budgets.actions.ledger_lists import next_number
from budgets.actions.payment_batches import AHEAD, finance_of
from budgets.ledger.ledger_payments import read_payments
from budgets.ledger.running import Table
from budgets.models import EnteredCase, ParallelLine, ParallelRun, Payment
from budgets.money.uploads import BadUpload
from budgets.payments import money_standings, parallel
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Council, User


class PayDayRefused(NotYet):
    """A file that may not be taken. `problems`: one sentence for each place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(_("The file is refused, and nothing of it was taken."), field="file")
        self.problems = problems


def lay_pay_day(
    *, council: Council, by: User, on: date, table: Table, at: datetime | None = None
) -> ParallelRun:
    """Lay a pay day of the ledger beside ours. PayDayRefused: every line that is wrong."""
    finance_of(by, council)
    when = at or timezone.now()
    if on > dates.london_date(when) + timedelta(days=AHEAD):
        raise NotYet(_("Choose a day no more than %(n)s days ahead.") % {"n": AHEAD}, field="on")
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        _room(council, on)
        try:
            theirs = parallel.matched(council, read_payments(table, on))
        except BadUpload as wrong:
            raise PayDayRefused(wrong.problems) from None
        run = ParallelRun.objects.create(
            council=council,
            number=next_number(ParallelRun.objects.filter(council=council)),
            on=on,
            sha256=hashlib.sha256(table.data).hexdigest(),
            laid_by=by,
            laid_at=when,
        )
        _save(run, parallel.beside(council, on, theirs))
        return run


def _room(council: Council, on: date) -> None:
    standing = ParallelRun.objects.filter(council=council).exclude(state="withdrawn")
    if standing.filter(state="open").exists():
        raise NotYet(_("Another pay day is still open: close it or withdraw it first."))
    if standing.filter(on=on).exists():
        raise NotYet(_("This pay day was laid beside the ledger’s already."), field="on")
    if standing.filter(on__gt=on).exists():
        raise NotYet(_("A later pay day is closed already: choose a day after it."), field="on")
    if not parallel.waiting(council).exists():
        raise NotYet(_("No case waits to go live."))


def _save(run: ParallelRun, lines: list[ParallelLine]) -> None:
    for line in lines:
        line.run = run
    ParallelLine.objects.bulk_create(lines, batch_size=500)


def _open(run: ParallelRun) -> ParallelRun:
    found = ParallelRun.objects.select_for_update().get(pk=run.pk)
    if found.state != "open":
        words = {"how": ParallelRun.STATES[found.state]}
        raise NotYet(_("Somebody has dealt with this pay day already: %(how)s.") % words)
    return found


def lay_again(*, run: ParallelRun, by: User) -> ParallelRun:
    """Work ours out anew after facts were mended. An accepted difference that is still the same
    stays accepted.
    """
    finance_of(by, run.council)
    with transaction.atomic():
        held = _open(run)
        before = list(held.lines.all())
        accepted = {
            (line.case_id, line.reference, line.difference): line
            for line in before
            if line.accepted_by_id
        }
        lines = parallel.beside(held.council, held.on, parallel.theirs_of(before))
        for line in lines:
            kept = accepted.get((line.case_id, line.reference, line.difference))
            if kept:
                line.accepted_by_id, line.accepted_at = kept.accepted_by_id, kept.accepted_at
                line.reason = kept.reason
        held.lines.all().delete()
        _save(held, lines)
        return held


def accept_difference(
    *, run: ParallelRun, number: int, reason: str, by: User, at: datetime | None = None
) -> ParallelLine:
    """Accept the difference of one case by name: why it may stand."""
    finance_of(by, run.council)
    if not reason.strip():
        raise NotYet(_("Say why the difference may stand."), field="reason")
    with transaction.atomic():
        held = _open(run)
        line = held.lines.filter(number=number).first()
        if line is None or line.case is None or not line.difference or "live" in line.causes:
            raise NotYet(_("There is no such difference to accept."))
        if line.accepted_by_id:
            raise NotYet(_("Somebody has accepted this difference already."))
        line.accepted_by, line.accepted_at = by, at or timezone.now()
        line.reason = reason.strip()
        line.save(update_fields=["accepted_by", "accepted_at", "reason"])
        line.case.record(
            "accept_difference",
            by=by,
            at=at,
            note=line.reason,
            audience="staff",
            amount=str(line.difference),
            on=held.on.isoformat(),
        )
        return line


def withdraw_pay_day(*, run: ParallelRun, by: User, at: datetime | None = None) -> ParallelRun:
    """The wrong file, or the wrong day: nothing of it counts, and the day may be laid anew."""
    finance_of(by, run.council)
    with transaction.atomic():
        return _done(_open(run), "withdrawn", by, at or timezone.now())


def close_pay_day(*, run: ParallelRun, by: User, at: datetime | None = None) -> ParallelRun:
    """A second officer closes the pay day: what the ledger paid stands in our books as paid, also
    where it differs. A difference goes on as owed, or as paid too much.
    """
    finance_of(by, run.council)
    if run.laid_by_id == by.pk:
        raise NotYet(_("You laid this pay day: another officer closes it."))
    when = at or timezone.now()
    with transaction.atomic():
        held = _open(run)
        paid = held.lines.filter(paid_by_ledger=True, case__entry__live_at=None, case__isnull=False)
        Payment.objects.bulk_create(
            [
                Payment(
                    case_id=line.case_id,
                    number=0,
                    on=held.on,
                    covers_from=line.theirs_from,
                    covers_to=line.theirs_to,
                    amount=line.theirs,
                    regular=line.theirs_regular,
                    owed=line.theirs - line.theirs_regular,
                    state="paid",
                    state_at=when,
                    state_by=by,
                    recorded_at=when,
                )
                for line in paid
                if line.case_id
            ],
            batch_size=500,
        )
        money_standings.mark_stale(paid.values("case"))
        return _done(held, "closed", by, when)


def _done(held: ParallelRun, state: str, by: User, when: datetime) -> ParallelRun:
    held.state, held.done_by, held.done_at = state, by, when
    held.save()
    return held


def go_live(
    *, council: Council, cases: Collection[int], by: User, at: datetime | None = None
) -> list[EnteredCase]:
    """From now on these cases are paid from here. Each has two pay days in order; whoever lets them
    go live has neither laid the last one nor accepted a difference of theirs. All or none.
    """
    finance_of(by, council)
    if not cases:
        raise NotYet(_("Choose at least one case."), field="cases")
    when = at or timezone.now()
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        if ParallelRun.objects.filter(council=council, state="open").exists():
            raise NotYet(_("A pay day is still open: close it first."))
        found = parallel.waiting(council).filter(case__in=cases)
        rows = found.select_related("case").order_by("reference")
        chosen = parallel.with_last_lines(rows)
        if len(chosen) != len(set(cases)):
            raise NotYet(_("One of these cases is live already, or not here. Nothing changed."))
        for one in chosen:
            _let_go(one, by, when, at)
        return [one.entry for one in chosen]


def _let_go(one: parallel.Waiting, by: User, when: datetime, at: datetime | None) -> None:
    entry, laid = one
    words = {"case": entry.reference}
    if not one.ready:
        raise NotYet(_("Case “%(case)s” has no two pay days in order yet.") % words, field="cases")
    if laid[0].run.laid_by_id == by.pk or by.pk in {line.accepted_by_id for line in laid}:
        what = _("You checked case “%(case)s”: another officer lets it go live.")
        raise NotYet(what % words, field="cases")
    entry.live_at, entry.live_by, entry.checked_by = when, by, laid[0].run.laid_by
    entry.save(update_fields=["live_at", "live_by", "checked_by"])
    entry.case.record("go_live", by=by, at=at, pay_day=laid[0].run.on.isoformat())
