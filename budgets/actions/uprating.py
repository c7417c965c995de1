"""The yearly uprating: a run proposes every contribution and price of a council from a day ahead,
as one set. Exceptions go to a person; the rest is decided by one officer and released by another.

Proposing and recording go on a slice at a time, by the job of the money where one press is not
enough. A row is recorded once, with its letter, by the acts that record any contribution or price;
whoever can't be told before the day keeps the old sum, and somebody has a task. Not here: what is
proposed (`decision.uprating`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from time import monotonic
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budgets.actions.ledger_lists import next_number
from budgets.actions.payment import record_contribution
from budgets.actions.payment_batches import finance_of
from budgets.actions.uplift import MAY_APPROVE, approve_uplift
from budgets.decision import uprating
from budgets.models import Uprating, UpratingRow
from budgets.money import charging, charging_rates
from cases import access
from cases.caseload import lists
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Council, User
from cases.ui.date_words import day

SLICE = 100  # cases proposed, or rows recorded, in one go
ROUND = 20  # seconds after which a round of the job begins no further slice
REASON = 300  # characters
AHEAD = timedelta(days=184)
MAY_DECIDE = {"contribution": {"finance"}, "price": set(MAY_APPROVE)}
FINANCE = frozenset({"finance"})
TO_DO = 5  # working days for whoever looks at what was left out


def make_uprating(
    *,
    council: Council,
    by: User,
    counts_from: date,
    limit_weekly: Decimal,
    at: datetime | None = None,
) -> Uprating:
    """Begin a run: the first slice is proposed at once. One at a time for a council."""
    finance_of(by, council)
    when = at or timezone.now()
    _check_terms(council, counts_from, limit_weekly, dates.london_date(when))
    with transaction.atomic():
        Council.objects.select_for_update(no_key=True).get(pk=council.pk)
        runs = Uprating.objects.filter(council=council)
        standing = runs.filter(state__in=Uprating.OPEN).select_related("made_by").first()
        if standing:
            words = {"n": standing.number, "who": standing.made_by, "day": day(standing.made_at)}
            no = _("Run %(n)s is still open: %(who)s began it on %(day)s.")
            raise NotYet(no % words)
        run = Uprating.objects.create(
            council=council,
            number=next_number(runs),
            counts_from=counts_from,
            limit_weekly=limit_weekly,
            rates=uprating.rates_as_kept(charging_rates.rates_on(council.pk, counts_from)),
            made_by=by,
            made_at=when,
        )
    propose(run)
    run.refresh_from_db()
    return run


def _check_terms(council: Council, counts_from: date, limit: Decimal, today: date) -> None:
    if not limit.is_finite() or limit < 0 or limit != limit.quantize(Decimal("0.01")):
        raise NotYet(_("Enter a sum of £0 or more, in pounds and pence."), field="limit_weekly")
    if counts_from <= today:
        no = _("Choose a day ahead: people are told before the day from which it counts.")
        raise NotYet(no, field="counts_from")
    if counts_from > today + AHEAD:
        no = _("Choose a day no more than %(n)s days ahead.") % {"n": AHEAD.days}
        raise NotYet(no, field="counts_from")
    found = charging_rates.in_force(council.pk, counts_from)
    if not charging.GROUPS.keys() & found.keys():
        no = _(
            "No minimum income guarantee for %(year)s is in our tables yet. Enter it on the page "
            "of the rates of charging first."
        )
        raise NotYet(no % {"year": charging.year_of(counts_from)}, field="counts_from")


def propose(run: Uprating) -> bool:
    """Propose the next slice of cases. Whether it was this one's turn. Two at once: the second goes
    on where the first has stopped.
    """
    with transaction.atomic():
        held = Uprating.objects.select_for_update().get(pk=run.pk)
        if held.state != "proposing":
            return False
        terms = uprating.terms_of(held)
        cases = list(uprating.candidates(held)[:SLICE])
        rows = [row for case in cases for row in uprating.rows_of(case, terms)]
        for number, row in enumerate(rows, held.count + 1):
            row.uprating, row.number = held, number
        UpratingRow.objects.bulk_create(rows)
        held.count += len(rows)
        held.reached = cases[-1].pk if cases else held.reached
        held.state = "proposing" if len(cases) == SLICE else "ready"
        held.save(update_fields=["count", "reached", "state"])
        return True


def withdraw_uprating(*, run: Uprating, by: User, at: datetime | None = None) -> Uprating:
    """Give a run up before it is released: nothing of it counts."""
    finance_of(by, run.council)
    with transaction.atomic():
        held = _held(run, "proposing", "ready")
        return _done(held, "withdrawn", by, at)


def _held(run: Uprating, *states: str) -> Uprating:
    """The run, locked, in one of these states; else who has dealt with it."""
    held = Uprating.objects.select_for_update().get(pk=run.pk)
    if held.state in states:
        return held
    if held.state == "proposing":
        raise NotYet(_("The run is still being worked out. Look again in some minutes."))
    words = {"how": Uprating.STATES[held.state], "who": held.done_by or held.made_by}
    raise NotYet(_("This run stands otherwise by now. %(how)s (%(who)s).") % words)


def _done(held: Uprating, state: str, by: User, at: datetime | None) -> Uprating:
    held.state, held.done_by, held.done_at = state, by, at or timezone.now()
    held.save(update_fields=["state", "done_by", "done_at"])
    return held


# ---- row by row ----


def leave_row_out(
    *, row: UpratingRow, by: User, why: str, at: datetime | None = None
) -> UpratingRow:
    """The old sum holds: a row is left out of the set by whoever may decide its kind, or finance,
    or whoever had it as a task has dealt with it. The reason stays on record.
    """
    if not rows_of(row.uprating, row.kind, by).filter(pk=row.pk).exists():
        raise NotYet(_("Somebody else records this: it is not yours to do."))
    said = _said(why)
    with transaction.atomic():
        held = _row(row.pk)
        waits = held.state == "left_out" and not held.reason
        if held.state not in ("proposed", "exception", "decided") and not waits:
            raise NotYet(_stands(held))
        held.reason = said
        return _mark(held, "left_out", by, at)


def take_row_in(*, row: UpratingRow, by: User, why: str, at: datetime | None = None) -> UpratingRow:
    """Somebody has looked at a change above the limit: it goes into the set after all."""
    finance_of(by, row.uprating.council)
    said = _said(why)
    with transaction.atomic():
        _held(row.uprating, "ready")
        held = _row(row.pk)
        if held.state != "exception" or held.code != "above_limit":
            raise NotYet(_stands(held))
        held.reason = said
        return _mark(held, "proposed", by, at)


def propose_row_again(*, row: UpratingRow, by: User, at: datetime | None = None) -> UpratingRow:
    """Work a row out anew, after what was missing was entered."""
    finance_of(by, row.uprating.council)
    with transaction.atomic():
        run = _held(row.uprating, "ready")
        held = _row(row.pk)
        if held.state not in ("exception", "proposed"):
            raise NotYet(_stands(held))
        found = uprating.row_again(held.case, held.kind, uprating.terms_of(run))
        if found is None:
            held.reason = _("Nothing is to change any more.")
            return _mark(held, "left_out", by, at)
        for name in ("was", "will_be", "why", "before", "code", "do_by"):
            setattr(held, name, getattr(found, name))
        return _mark(held, found.state, by, at)


def _said(why: str) -> str:
    if not why.strip():
        raise NotYet(_("Say why: it stays on record."), field="why")
    if len(why.strip()) > REASON:
        raise NotYet(_("Use no more than %(n)s characters.") % {"n": REASON}, field="why")
    return why.strip()


def _row(pk: int) -> UpratingRow:
    """The row, locked; its run was not withdrawn."""
    UpratingRow.objects.select_for_update().values_list("pk").get(pk=pk)
    beside = ("case__person", "case__council", "uprating", "decided_by", "state_by")
    held = UpratingRow.objects.select_related(*beside).get(pk=pk)
    if held.uprating.state == "withdrawn":
        raise NotYet(_("This run was withdrawn: nothing of it counts."))
    return held


def _stands(held: UpratingRow) -> str:
    words = {"how": UpratingRow.STATES[held.state], "who": held.state_by or held.decided_by or "–"}
    return _("This row stands otherwise by now. %(how)s (%(who)s).") % words


def _mark(held: UpratingRow, state: str, by: User | None, at: datetime | None) -> UpratingRow:
    held.state, held.state_by, held.state_at = state, by, at or timezone.now()
    held.save()
    return held


# ---- the set ----


def rows_of(run: Uprating, kind: str, by: User, roles: frozenset[str] = FINANCE) -> Any:
    """The rows of one kind that this officer deals with: contributions are finance's, prices those
    of a manager in whose cases they are; `roles`: who else. Never one's own, nor a relative's.
    """
    own = {seat.role for seat in access.seats_of(by) if seat.council_id == run.council_id}
    if not own & (MAY_DECIDE[kind] | roles):
        return UpratingRow.objects.none()
    seen = lists.staff_cases(by, run.council).order_by().values("pk")
    return UpratingRow.objects.filter(uprating=run, kind=kind, case__in=seen)


def to_decide(run: Uprating, kind: str, by: User) -> Any:
    """The rows of one kind that this officer may decide."""
    return rows_of(run, kind, by, frozenset()).filter(state="proposed")


def decide_uprating(*, run: Uprating, kind: str, by: User, at: datetime | None = None) -> int:
    """Decide all rows of one kind that are in the set. How many. A price above what the officer may
    agree is refused when it is recorded, and goes to somebody who may.
    """
    with transaction.atomic():
        held = _held(run, "ready")
        rows = to_decide(held, kind, by)
        done = rows.update(state="decided", decided_by=by, decided_at=at or timezone.now())
        if not done:
            raise NotYet(_("Nothing is left that you can decide: somebody else has done it."))
        return done


def release_uprating(*, run: Uprating, by: User, at: datetime | None = None) -> Uprating:
    """A second officer lets the set go: from now on each row is recorded with its letter, the first
    of them at once.
    """
    finance_of(by, run.council)
    when = at or timezone.now()
    with transaction.atomic():
        held = _held(run, "ready")
        no = stops_release(held, by, dates.london_date(when))
        if no:
            raise NotYet(no)
        _done(held, "released", by, when)
    record_rows(when if at else None)
    run.refresh_from_db()
    return run


def stops_release(run: Uprating, by: User, today: date) -> str:
    """Why a run that is ready can't be released by this officer; "" where it can."""
    rows = run.rows.order_by()
    open_rows, decided = rows.filter(state="proposed").count(), rows.filter(state="decided")
    if open_rows:
        words = ngettext(
            "%(n)s row is not decided yet: decide it or leave it out.",
            "%(n)s rows are not decided yet: decide them or leave them out.",
            open_rows,
        )
        return words % {"n": open_rows}
    deciders = set(decided.values_list("decided_by", flat=True).distinct())
    if not deciders:
        return _("Nothing in this run is decided: there is nothing to release.")
    if by.pk in deciders:
        return _("You decided rows of this set: another officer releases it.")
    if today >= run.counts_from:
        return _("The day from which it counts has come: nobody can be told before it any more.")
    now = charging_rates.rates_on(run.council_id, run.counts_from)
    if uprating.rates_as_kept(now) != run.rates:
        return _("The rates of charging have changed since. Withdraw this run and begin another.")
    return ""


# ---- recording ----


def go_on(now: datetime | None = None) -> int:
    """What runs have left to the job: slices to propose and rows to record, for so many seconds.
    How many steps. Safe to run twice at once.
    """
    done, ends = 0, monotonic() + ROUND
    for run in Uprating.objects.filter(state="proposing").order_by("pk"):
        while monotonic() < ends and propose(run):
            done += 1
    while monotonic() < ends and (recorded := record_rows(now)):
        done += recorded
    return done


def record_rows(now: datetime | None = None) -> int:
    """Record a slice of the rows that were released, one by one. How many it has dealt with."""
    rows = UpratingRow.objects.filter(state="decided", uprating__state="released")
    found = list(rows.order_by("uprating", "number").values_list("pk", flat=True)[:SLICE])
    done = sum(_record_row(pk, now) for pk in found)
    left = UpratingRow.objects.filter(uprating=OuterRef("pk"), state="decided")
    over = Uprating.objects.filter(state="released").exclude(Exists(left))
    over.update(state="finished")
    return done


def _record_row(pk: int, now: datetime | None) -> int:
    """Each row in a transaction of its own. A refusal leaves it out, in the words of it."""
    try:
        with transaction.atomic():
            return _recorded(pk, now)
    except NotYet as no:
        with transaction.atomic():
            held = _row(pk)
            held.why = [*held.why, [_("Why it was refused"), str(no.sentence)]]
            return _leave(held, "refused", now)


def _recorded(pk: int, now: datetime | None) -> int:
    held = _row(pk)
    decided_by, released_by = held.decided_by, held.uprating.done_by
    if held.state != "decided" or decided_by is None or released_by is None:
        return 0
    held.case.hold()
    held.case.refresh_from_db()
    code = _no_longer(held, dates.today(now))
    if code:
        return _leave(held, code, now)
    if held.kind == "price":
        held.figure = approve_uplift(
            case=held.case, on=held.uprating.counts_from, by=decided_by, at=now
        )
    else:
        held.contribution = record_contribution(
            case=held.case,
            by=released_by,
            state="recorded",
            weekly=held.will_be,
            valid_from=held.uprating.counts_from,
            source=_("The rates of %(year)s")
            % {"year": charging.year_of(held.uprating.counts_from)},
            rate_set=charging.year_of(held.uprating.counts_from),
            trace=held.why,
            at=now,
        )
    _mark(held, "done", released_by, now)
    return 1


def _no_longer(held: UpratingRow, today: date) -> str:
    """Why a row can't be recorded as it was decided; "" where it can."""
    case, run = held.case, held.uprating
    if case.step == "closed" or case.person.died_on or uprating.ends_before(case, run.counts_from):
        return "ended"
    if uprating.late(case, run.counts_from, today):
        return "not_told"
    again = uprating.row_again(case, held.kind, uprating.terms_of(run))
    if again is None or again.before_id != held.before_id or again.will_be != held.will_be:
        return "changed"
    return "changed" if held.kind == "price" and again.was != held.was else ""


def _leave(held: UpratingRow, code: str, now: datetime | None) -> int:
    """The old sum holds, and somebody looks at it by a day."""
    if held.state != "decided":
        return 0
    held.code, held.reason = code, ""
    held.do_by = dates.working_day_after(dates.today(now), TO_DO)
    _mark(held, "left_out", None, now)
    return 1
