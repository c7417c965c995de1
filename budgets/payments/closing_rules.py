"""A closed case is not paid: what every move into `closed`, and every one that plans an end, does
to the money, inside `Case.move`'s transaction.

Registered for `journey.closing_moves()`, so a new way of closing is covered without being named.
Payments need nothing here: none is owed for days after the end (`position.entitlement_facts`).
Orders end, and a provider's account gets nothing more. What is over or owed is the final account's.
Imported once, in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from budgets.models import OrderEnd, PlanInForce
from budgets.payments import money_standings
from budgets.position import endings
from cases import journey
from cases.journey import hooks
from cases.models import Case


@hooks.after(*journey.closing_moves())
def money_ends(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """Orders end with the last day; payments follow it by themselves."""
    if event.codes["to"] == "closed" and case.reached_set_up:
        end_orders(case, endings.last_day_of(event), event)


@hooks.after("record_death")
def other_cases_of_the_dead(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """A person may have a second case, as a carer: nobody pays it either, and its worker is told to
    close it. Of one that is closed, days after the death are owed no longer either.
    """
    for other in _others(case):
        _tell(other, "death_in_another_case", event)
    _read_again(case)


def _read_again(case: Case) -> None:
    """How the money of the person's closed cases stands has changed without an event of theirs."""
    closed = Case.objects.filter(person_id=case.person_id, step="closed").exclude(pk=case.pk)
    money_standings.mark_stale(closed.values("pk"))


def _tell(other: Case, verb: str, event: Any) -> None:
    """Write into the person's other case what a colleague recorded in this one; its worker is told
    to look.
    """
    when = max(event.at, other.head_at)
    other.record(verb, by=None, at=when, role="system", audience="staff", tell=("worker",))


def _others(case: Case) -> list[Case]:
    rows = Case.objects.filter(person_id=case.person_id, reached_set_up=True).exclude(pk=case.pk)
    return list(rows.exclude(step="closed").order_by("pk"))


def end_live_orders() -> None:
    """What closings of before this rule have left live ends as it would today."""
    refs = {ref for ref, _what in endings.live()}
    for case in Case.objects.filter(ref__in=refs).order_by("pk"):
        with transaction.atomic():
            case.hold()
            ends = endings.of_cases([case.pk]).get(case.pk, [])
            if case.step == "closed" and ends:
                end_orders(case, ends[-1].day, case.events.get(seq=ends[-1].seq))


@hooks.after(*journey.moves_where(clock="again"), stage="facts")
def nothing_was_in_force(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """A case opened again is paid nothing for the time between; a new decision begins from its day.
    A closing that was undone left nothing behind, so its money goes on from the day it stopped; so
    does that of an end whose challenge was upheld, with its orders: a provider who was told of the
    end is told that the order goes on.
    """
    if event.codes.get("from") != "closed" or not case.plans_in_force.exists():
        return
    ends = endings.of_cases([case.pk]).get(case.pk, [])
    if not ends:
        return
    if endings.is_overturned(case, ends[-1]):
        endings.ends_of(case, ends[-1]).update(undone_at=event.at)
    else:
        PlanInForce.objects.create(
            case=case,
            plan=None,
            begins_on=ends[-1].day + timedelta(days=1),
            recorded_at=event.at,
            recorded_by=by,
        )


def end_orders(case: Case, day: date, event: Any) -> None:
    """Every order that would go on gets its end, and one that was planned for another day gives
    way to it. Somebody still tells the provider: that is their task.
    """
    endings.planned_ends(case).exclude(ends_on=day).update(undone_at=event.at)
    ended = set(endings.planned_ends(case).values_list("order", flat=True))
    orders = [order for order in endings.open_orders(case, day) if order.pk not in ended]
    rows = [OrderEnd(order=order, ends_on=day, event=event) for order in orders]
    OrderEnd.objects.bulk_create(rows)


@hooks.after(*endings.PLANNING)
def orders_end_as_planned(*, case: Case, event: Any, **_rest: Any) -> None:
    """Providers are told before the day, not after it."""
    end_orders(case, endings.last_day_of(event), event)


@hooks.after(*journey.moves_where(end_ahead="taken_back"))
def orders_go_on(*, case: Case, event: Any, **_rest: Any) -> None:
    endings.planned_ends(case).update(undone_at=event.at)


@hooks.after("answer_challenge")
def an_end_that_was_wrong(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """An upheld challenge of an end that has not come yet takes it back."""
    upheld = facts.get("answer") == "upheld"
    if upheld and case.planned_end and endings.challenged(case.pk, event.seq) == "ended":
        case.move("take_back_end", by=by, at=at, reason=str(facts["reason"]))


def end_as_planned(case: Case) -> None:
    """What would go on ends on the day that is planned, if one is."""
    if case.planned_end is not None:
        planned = case.events.filter(verb__in=endings.PLANNING).order_by("-seq")
        end_orders(case, case.planned_end, planned[0])


@hooks.after("undo_death")
def nobody_died(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """Payments go on by themselves, in every case of the person, and so do those that fell due
    meanwhile. An order whose provider was told has ended, and has to be placed again.
    """
    for other in _others(case):
        _tell(other, "death_undone_in_another_case", event)
    _read_again(case)
    told = {
        "order__line__plan__case": case,
        "event__verb": "record_death",
        "told_on": None,
        "undone_at": None,
    }
    OrderEnd.objects.filter(**told).update(undone_at=event.at)
    end_as_planned(case)
