"""When the money of a case ends, and what of it is still live: read from the closing events.
Reading only.

The journey says which moves close a case (`journey.closing_moves()`), so a new one is covered
without being named here. The last day with money is the one its event asked for, else the day of
the event; a death that was undone ends nothing. Not here: what a closing does to the rows
(closing_rules.py), the words (ending_phrases.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from budgets.models import (
    DirectPaymentAgreement,
    FinalAccount,
    HeldAccount,
    OrderEnd,
    PlanLine,
    SupportOrder,
)
from cases import journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Case, Council, Event

ANSWERS = (journey.answer_to("challenge"),)
DEATHS = journey.moves_where(ends_support="death")
PLANNING = journey.moves_where(end_ahead="planned")
# this service's own aims: the final account, word to a provider, a case that is opened again
SETTLE_DAYS, TELL_DAYS, OPEN_AGAIN_DAYS = 28, 3, 3
# decisions of which one found wrong needs the case open: days of a suspension are paid all the same
NEED_THE_CASE = frozenset(journey.DECISIONS) - {"suspended", "other"}


@dataclass(frozen=True)
class End:
    """One closing that stands. `day`: the last day with money."""

    verb: str
    seq: int
    at: datetime
    day: date


def last_day(codes: dict[str, Any], at: datetime) -> date:
    """The last day with money of an event that closes its case, or plans that: the one it says, but
    none after an end that was planned before.
    """
    day = stated_day(codes, at)
    planned = codes.get("planned_end")
    return min(day, date.fromisoformat(planned)) if planned else day


def stated_day(codes: dict[str, Any], at: datetime) -> date:
    """The day that such an event says of itself."""
    stated = next((codes[name] for name in journey.MONEY_DAYS if codes.get(name)), None)
    return date.fromisoformat(str(stated)[:10]) if stated else dates.london_date(at)


def of_cases(cases: Any) -> dict[int, list[End]]:
    """Case id -> its closings that stand, in their order; cases without any are left out. None has
    a day after a death, whichever case of the person that was recorded in. One query.
    """
    found: dict[int, list[End]] = {}
    died: dict[int, date] = {}
    verbs = (*journey.closing_moves(), *journey.moves_where(clock="restore"))
    rows = Event.objects.filter(case__person__cases__in=cases, verb__in=verbs)
    names = ("case__person__cases", "case", "verb", "seq", "at", "codes")
    for of, case, verb, seq, at, codes in rows.order_by("at", "case", "seq").values_list(*names):
        undone = journey.effect_on_clock(verb) == "restore"
        if undone:
            died.pop(of, None)
        elif verb in DEATHS:
            died[of] = stated_day(codes, at)
        if of != case:
            continue
        ends = found.setdefault(case, [])
        if undone:
            del ends[-1:]  # it undoes the last change, and nothing else
        elif codes.get("to") == "closed":
            ends.append(End(verb, seq, at, last_day(codes, at)))
    return {case: _none_after(died.get(case), ends) for case, ends in found.items() if ends}


def _none_after(died: date | None, ends: list[End]) -> list[End]:
    return ends if died is None else [replace(end, day=min(end.day, died)) for end in ends]


class Turn(NamedTuple):
    """An event that closed or opened a case, planned that or undid it, for one case of the person:
    `of`.
    """

    of: int
    case: int
    verb: str
    at: datetime
    codes: dict[str, Any]


def turns(cases: Collection[int]) -> list[Turn]:
    """What closed and opened these cases, or is to close them, and the other cases of their people:
    a death ends them all. One query.
    """
    verbs = (
        *journey.ending_moves(),
        *journey.moves_where(end_ahead="taken_back"),
        *journey.moves_where(clock="restore"),
        *journey.moves_where(clock="again"),
    )
    rows = Event.objects.filter(case__person__cases__in=cases, verb__in=verbs)
    names = ("case__person__cases", "case", "verb", "at", "codes")
    return [Turn(*row) for row in rows.order_by("at", "case", "seq").values_list(*names)]


def last_day_known(case: int, found: Iterable[Turn], as_of: datetime | None = None) -> date | None:
    """The last day with support of a case that is closed, or whose person has died, or whose end is
    planned, as it was known at a moment (None: now); None for a case that goes on. `found`: its
    turns.
    """
    closed = died = planned = None
    for turn in found:
        if as_of is not None and turn.at > as_of:
            break
        if turn.verb in DEATHS:
            died = stated_day(turn.codes, turn.at)
        elif journey.effect_on_clock(turn.verb) == "restore":
            died = None
        if turn.case != case:
            continue
        planned = journey.end_planned(planned, turn.verb, turn.codes)
        if "closed" in (turn.codes.get("to"), turn.codes.get("from")):
            closes = turn.codes.get("to") == "closed"
            closed = last_day(turn.codes, turn.at) if closes else None
    return min((day for day in (closed, died, planned) if day), default=None)


def last_day_of(event: Event) -> date:
    """The last day with money of an event that closes its case, or plans that, as it was known
    then: none after a death that was recorded in any case of the person.
    """
    stated = last_day(event.codes, event.at)
    known = last_day_known(event.case_id, turns([event.case_id]), event.at)
    return min(stated, known) if known else stated


def planned_before(event: Event) -> date | None:
    """The last day with support that was planned before an event of its case."""
    verbs = (*PLANNING, *journey.moves_where(end_ahead="taken_back"))
    verbs += journey.moves_where(clock="again")
    day = None
    rows = event.case.events.filter(seq__lt=event.seq, verb__in=verbs).order_by("seq")
    for verb, codes in rows.values_list("verb", "codes"):
        day = journey.end_planned(day, verb, codes)
    return day


def check_planned(case: Case, day: date, field: str) -> None:
    """NotYet for a day after the last one with support that is planned: nothing is paid or given
    then.
    """
    if case.planned_end is not None and day > case.planned_end:
        raise NotYet(
            _(
                "The support ends on %(day)s, as planned: nothing is paid after it. Choose days up "
                "to it, or have the end taken back first."
            )
            % {"day": dates.date_words(case.planned_end)},
            field=field,
        )


def last(case: Case, since: datetime | None = None) -> End | None:
    """The last closing of a case that stands, at or after a moment."""
    ends = of_cases([case.pk]).get(case.pk, [])
    return next((end for end in reversed(ends) if since is None or end.at >= since), None)


def challenged(case_id: int, before: int) -> str:
    """The decision that the last challenge before an event was about; "" without one."""
    rows = Event.objects.filter(case=case_id, verb="challenge", seq__lt=before).order_by("-seq")
    codes = rows.values_list("codes", flat=True).first()
    return str((codes or {}).get("decision", ""))


def is_overturned(case: Case, end: End) -> bool:
    """Was a challenge of this end upheld, so that the money goes on from the day it stopped?"""
    rows = Event.objects.filter(case=case, seq__gt=end.seq, verb__in=("challenge", *ANSWERS))
    challenged = ""
    for verb, codes in rows.order_by("seq").values_list("verb", "codes"):
        if verb == "challenge":
            challenged = codes.get("decision", "")
        elif challenged == "ended" and codes.get("answer") == "upheld":
            return True
    return False


def to_open_again() -> Q:
    """Of cases: closed ones with a challenge that was upheld since, in whole or in part, and before
    its answer one of a decision that needs the case open. Which of them it was: `upheld_after`.
    """
    challenged = Event.objects.filter(
        case=OuterRef("case"),
        verb="challenge",
        codes__decision__in=sorted(NEED_THE_CASE),
        seq__lt=OuterRef("seq"),
    )
    answers = Event.objects.filter(
        Exists(challenged),
        case=OuterRef("pk"),
        verb__in=ANSWERS,
        codes__answer__in=["upheld", "partly"],
        at__gte=OuterRef("step_since"),
    )
    return Q(Exists(answers), step="closed", person__died_on=None)


def upheld_after(case: Case) -> tuple[str, datetime] | None:
    """(decision, when) of the first challenge that was upheld, in whole or in part, after a case
    had closed, of a decision that needs the case open; None where there is none.
    """
    rows = Event.objects.filter(case=case, verb__in=("challenge", *ANSWERS))
    decision = ""
    for verb, codes, at in rows.order_by("seq").values_list("verb", "codes", "at"):
        if verb == "challenge":
            decision = codes.get("decision", "")
        elif codes.get("answer") in ("upheld", "partly") and at >= case.step_since:
            if decision in NEED_THE_CASE:
                return decision, at
    return None


def open_orders(case: Case, day: date) -> QuerySet[SupportOrder]:
    """Orders that would go on after a day; one with an end that is only planned goes on."""
    ended = OrderEnd.objects.exclude(event__verb__in=PLANNING)
    rows = _not_ended(ended).filter(line__plan__case=case)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gt=day))


def going_on(case: Case, day: date) -> QuerySet[SupportOrder]:
    """Orders that would go on after a day and have no end yet, a planned one neither."""
    rows = _not_ended(OrderEnd.objects.all()).filter(line__plan__case=case)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gt=day))


def planned_ends(case: Case) -> QuerySet[OrderEnd]:
    """The ends of its orders that stand because an end of the support is planned, or was until it
    came.
    """
    rows = OrderEnd.objects.filter(order__line__plan__case=case, undone_at=None)
    return rows.filter(event__verb__in=PLANNING)


def _not_ended(ends: QuerySet[OrderEnd]) -> QuerySet[SupportOrder]:
    standing = ends.filter(order=OuterRef("pk"), undone_at=None)
    return SupportOrder.objects.exclude(Exists(standing))


def ends_of(case: Case, end: End) -> QuerySet[OrderEnd]:
    """The ends of orders that stand because of one closing: made by it, or by the plan of it."""
    rows = OrderEnd.objects.filter(order__line__plan__case=case, undone_at=None)
    planned = Q(event__verb__in=PLANNING, ends_on=end.day)
    return rows.filter(planned | Q(event__seq=end.seq))


def not_closed(today: date) -> Q:
    """Of cases: open ones whose last day with support is over, as planned, so that the service
    could not close them.
    """
    return Q(ends_on__lt=today) & ~Q(step="closed")


def had_money(case: Case) -> bool:
    """Was anything signed or ordered for it, paid to the person or not?"""
    signed = case.agreements.exists() or case.held_accounts.exists()
    return signed or SupportOrder.objects.filter(line__plan__case=case).exists()


def to_settle(council: Council) -> QuerySet[Case]:
    """The closed cases whose money has ended and whose final account nobody has settled since, the
    oldest first. What was paid once for a thing, and for nothing else, has none.
    """
    settled = FinalAccount.objects.filter(case=OuterRef("case"))
    settled = settled.filter(settled_at__gte=OuterRef("made_at"))
    recurs = PlanLine.objects.filter(
        plan__case=OuterRef("case"), route__in=journey.direct_routes(), annual__gt=0
    ).exclude(unit="once")
    signed = DirectPaymentAgreement.objects.filter(
        ~Exists(settled), Exists(recurs), case=OuterRef("pk")
    )
    held = HeldAccount.objects.filter(~Exists(settled), case=OuterRef("pk"), annual__gt=0)
    rows = Case.objects.filter(Exists(signed) | Exists(held))
    return rows.filter(council=council, step="closed").order_by("step_since", "pk")


def settle_by(end: End) -> date:
    """The day by which the final account is settled."""
    return max(end.day, dates.london_date(end.at)) + timedelta(days=SETTLE_DAYS)


def to_tell(cases: Any) -> QuerySet[OrderEnd]:
    """The ends of orders of these cases that no provider was told of yet, and those that were taken
    back after it was told, the oldest first.
    """
    untold = Q(told_on=None, undone_at=None)
    after_all = Q(told_on__isnull=False, undone_at__isnull=False, told_again_on=None)
    instead = OrderEnd.objects.filter(order=OuterRef("order"), undone_at=None)
    rows = OrderEnd.objects.filter(order__line__plan__case__in=cases)
    rows = rows.filter(untold | (after_all & ~Exists(instead)))
    rows = rows.select_related("order__line__plan__case__person", "event")
    return rows.order_by("event__at", "pk")


def tell_by(end: OrderEnd) -> date:
    """The day by which the provider is told."""
    since = end.undone_at or end.event.at
    return dates.london_date(since) + timedelta(days=TELL_DAYS)


def live(council: Council | None = None) -> Iterable[tuple[str, str]]:
    """(reference, what) of live orders where there may be none: what `check_money` lists. Two
    queries.
    """
    orders = _not_ended(OrderEnd.objects.all()).filter(line__plan__case__step="closed")
    if council is not None:
        orders = orders.filter(line__plan__case__council=council)
    ends = of_cases(orders.values("line__plan__case"))
    rows = orders.order_by("line__plan__case", "line", "pk")
    names = ("line__plan__case", "line__plan__case__ref", "provider", "ends_on")
    for case, ref, provider, ends_on in rows.values_list(*names):
        if case in ends and (ends_on is None or ends_on > ends[case][-1].day):
            yield ref, f"an order with {provider} goes on after the end"
