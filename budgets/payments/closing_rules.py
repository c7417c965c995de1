"""A closed case is not paid: what every move into `closed` does to the money, inside `Case.move`'s
transaction.

Registered for `journey.closing_moves()`, so a new way of closing is covered without being named.
Payments for days after the end are held, the one that the end falls into is parted by its days,
orders end, and a provider's account gets nothing more. Nothing is taken back by this: what is over
or owed is the final account's. Undoing a death gives back what the death held, and that alone.
Imported once, in `BudgetsConfig.ready`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from budgets.models import OrderEnd, ScheduledPayment
from budgets.position import endings
from cases import journey
from cases.journey import hooks
from cases.models import Case


@hooks.after(*journey.closing_moves())
def money_ends(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """What is live is held or ended, with the reason of the event."""
    if event.codes["to"] == "closed" and case.reached_set_up:
        day = endings.last_day(event.codes, event.at)
        stop_payments(case, day, journey.MOVES[event.verb].ends_support)
        end_orders(case, day, event)


@hooks.after("record_death")
def other_cases_of_the_dead(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """A person may have a second case, as a carer: nobody pays it either, and its worker is told to
    close it.
    """
    day = endings.last_day(event.codes, event.at)
    for other in _others(case):
        stop_payments(other, day, "death")
        _tell(other, "death_in_another_case", event)


def _tell(other: Case, verb: str, event: Any) -> None:
    """Write into the person's other case what a colleague recorded in this one; its worker is told
    to look.
    """
    when = max(event.at, other.head_at)
    other.record(verb, by=None, at=when, role="system", audience="staff", tell=("worker",))


def _others(case: Case) -> list[Case]:
    rows = Case.objects.filter(person_id=case.person_id, reached_set_up=True).exclude(pk=case.pk)
    return list(rows.exclude(step="closed").order_by("pk"))


def stop_payments(case: Case, day: date, reason: str, signed_until: datetime | None = None) -> int:
    """Hold what is for days after `day`; of a payment that covers both, the days up to it stay. How
    many were held.

    What was suspended is held for the end from then on, so that nothing lets it go any more. A
    death leaves it as it is, because a death may be undone. `signed_until`: only of agreements made
    by then.
    """
    rows = endings.not_taken(case).filter(covers_to__gt=day)
    if signed_until:
        rows = rows.filter(agreement__made_at__lte=signed_until)
    straddling = list(rows.filter(held=False, covers_from__lte=day))
    number = rows.filter(held=False).update(held=True, held_for=reason)
    if reason != "death":
        rows.filter(held_for="suspended").update(held_for=reason)
    for payment in straddling:
        taken = not rows.filter(pk=payment.pk, held_for=reason).exists()  # a batch was faster
        if not taken and not payment.parts.filter(held=False).exists():
            _pay_days(payment, payment.covers_from, day, endings.kept_until(payment, day))
    return number


def hold_what_is_live() -> None:
    """What closings of before this rule have left live is held as it would be today."""
    refs = {ref for ref, _what in endings.live()}
    for case in Case.objects.filter(ref__in=refs).order_by("pk"):
        with transaction.atomic():
            case.hold()
            ends = endings.of_cases([case.pk]).get(case.pk, [])
            for end in ends:
                stop_payments(case, end.day, journey.MOVES[end.verb].ends_support, end.at)
            if case.person.died_on:
                stop_payments(case, case.person.died_on, "death")
            if case.step == "closed" and ends:
                end_orders(case, ends[-1].day, case.events.get(seq=ends[-1].seq))


def _pay_days(whole: ScheduledPayment, first: date, final: date, amount: Any) -> None:
    """A payment of its own for some of the days of one that is held."""
    if not amount:
        return
    rows = ScheduledPayment.objects.filter(agreement=whole.agreement_id)
    highest = rows.aggregate(n=Max("number"))["n"]
    ScheduledPayment.objects.create(
        agreement_id=whole.agreement_id,
        number=highest + 1,
        kind=whole.kind,
        due=first,
        covers_from=first,
        covers_to=final,
        amount=amount,
        part_of=whole,
    )


def end_orders(case: Case, day: date, event: Any) -> None:
    """Every order that would go on gets its end. Somebody still tells the provider: that is their
    task.
    """
    orders = endings.open_orders(case, day)
    rows = [OrderEnd(order=order, ends_on=day, event=event) for order in orders]
    OrderEnd.objects.bulk_create(rows)


@hooks.after("undo_death")
def nobody_died(*, case: Case, event: Any, by: Any, at: Any, facts: Any) -> None:
    """Only what the death held, in every case of the person; payments that fell due meanwhile are
    let go too, because the person went without them. An order whose provider was told has ended,
    and has to be placed again.
    """
    _let_go(case)
    for other in _others(case):
        _let_go(other)
        _tell(other, "death_undone_in_another_case", event)
    told = {
        "order__line__plan__case": case,
        "event__verb": "record_death",
        "told_on": None,
        "undone_at": None,
    }
    OrderEnd.objects.filter(**told).update(undone_at=event.at)


def _let_go(case: Case) -> None:
    held = endings.not_taken(case).filter(held_for="death")
    for whole in held.filter(parts__isnull=False).distinct():
        part = whole.parts.order_by("-pk")[0]
        if endings.not_taken(case).filter(pk=part.pk).update(held=True, held_for="replaced"):
            continue  # nothing of it was paid: the whole goes out again
        rest = part.covers_to + timedelta(days=1)
        held.filter(pk=whole.pk).update(held_for="replaced")
        _pay_days(whole, rest, whole.covers_to, whole.amount - part.amount)
    held.update(held=False, held_for="")
