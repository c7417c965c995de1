"""What is owed, what leaves next and what stands for cases, read from their facts. Reading only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef

from budgets.entitlement import reading
from budgets.entitlement.answer import answer, read
from budgets.entitlement.facts import Facts, Parts
from budgets.entitlement.facts import Payment as Due
from budgets.models import ArrearsLimit, EnteredCase, Payee
from budgets.position.entitlement_facts import facts_of, facts_of_case
from budgets.position.money_books import MOMENT, Books
from cases.common import dates
from cases.models import Case, Council

AHEAD = 13  # payments shown ahead
FAR_BACK = 92  # days: what is for days further back waits for a second officer's word
ARREARS_LIMIT = Decimal("1000.00")  # this service's own, where a council has set none
NOTHING = Decimal("0.00")
SHOWN_DAYS = 400  # how far the plan ahead is read


@dataclass(frozen=True)
class Next:
    """The next payments of a case, and what stands: pounds."""

    payments: list[Due]
    owed: Decimal
    paid_too_much: Decimal


def next_payments(case: Case, today: date | None = None) -> Next:
    """The next payments with the days they cover, at most AHEAD."""
    return next_of(facts_of_case(case), today)


def next_of(facts: Facts, today: date | None = None) -> Next:
    """The same, of facts already read."""
    found = answer(facts, (today or dates.today()) + timedelta(days=SHOWN_DAYS))
    return Next(list(found.payments[:AHEAD]), found.owed, found.paid_too_much)


@dataclass(frozen=True)
class Kept:
    """Why no payment is to come although there is a direct payment: pounds of the first week for
    which one would be. `asked` is the contribution: of it `charged` comes by a bill, `not_owed` is
    asked of nobody, the rest is kept back of the payment.
    """

    direct: Decimal
    asked: Decimal
    charged: Decimal
    not_owed: Decimal


def all_kept(facts: Facts, today: date | None = None) -> Kept | None:
    """What the contribution keeps of each payment, where it keeps all; None where a payment is to
    come, or none would be without a contribution either.
    """
    without = replace(facts, contributions=())
    if next_of(facts, today).payments or not (rows := next_of(without, today).payments):
        return None
    first = rows[0].covers_from or rows[0].on
    a, b = first.toordinal(), first.toordinal() + 6
    week = first + timedelta(days=7)
    gross, sums = read(without, week), read(facts, week)
    taken, charged, not_owed = (
        _between(sums, a, b, column)
        for column in (reading.TAKEN, reading.CHARGED, reading.NOT_OWED)
    )
    return Kept(_between(gross, a, b), taken + charged + not_owed, charged, not_owed)


def _between(
    sums: reading.Reading, first: int, last: int, column: int = reading.PAID_OUT
) -> Decimal:
    pence = sums.pence(column, last) - sums.pence(column, first - 1)
    return Decimal(pence).scaleb(-2)


def due_lines(facts: Facts, until: date, extra: bool = False) -> list[Due]:
    """What is due by a day, as lines of a batch. `extra`: where nothing is, what is owed, by itself
    and at once.
    """
    found = answer(facts, until)
    lines = [line for payment in found.payments for line in _lines(payment)]
    if lines or not extra or not found.owed:
        return lines
    return [Due(until, None, None, found.owed, Parts(NOTHING, found.owed, NOTHING))]


def _lines(payment: Due) -> list[Due]:
    """What is owed for days before a payment is a line of its own, so that its days are paid while
    a second officer looks at that.
    """
    of = payment.of
    if of is None or not of.owed or not of.regular:
        return [payment]
    days = payment._replace(amount=payment.amount - of.owed, of=of._replace(owed=NOTHING))
    before = Parts(NOTHING, of.owed, NOTHING)
    return [days, Due(payment.on, None, None, of.owed, before)]


def leaves_by(day: date) -> date:
    """The last due day of the payments that leave on a day: where one falls on a weekend or a bank
    holiday, the money is there the working day before.
    """
    return dates.day_before(dates.working_day_after(day, 1))


def arrears_limit(council: Council, day: date) -> Decimal:
    """The largest sum for days gone by that goes without a second officer's word."""
    rows = ArrearsLimit.objects.filter(council=council, valid_from__lte=day)
    row = rows.order_by("-valid_from").first()
    return row.most if row else ARREARS_LIMIT


def asks_second(
    line: Due, facts: Facts, today: date, most: Decimal, settled: Decimal = NOTHING
) -> bool:
    """Is a line for days so far back, or for so much of days gone by, that one officer alone does
    not let it go? `most`: the council's limit; `settled`: as `settled_lately` has it.
    """
    back = today - timedelta(days=FAR_BACK)
    if min(line.covers_from or line.on, line.on) < back:
        return True
    owed = line.of.owed if line.of else NOTHING
    return owed > 0 and (owed > most or owed > _owed_since(facts, back) + settled)


def settled_lately(books: Books, today: date, as_of: datetime | None = None) -> Decimal:
    """How much of what is settled or set aside had been paid too much for days that are not far
    back: more for such days is owed, although too much was paid for them.
    """
    rows = [row for row in books.dated["settled"] if as_of is None or row.recorded_at <= as_of]
    standing = [
        row
        for row in rows
        if row.struck_at is None or (as_of is not None and row.struck_at > as_of)
    ]
    if not standing:
        return NOTHING
    moments = {row.recorded_at for row in standing}
    for row in reversed(rows):  # of what was set aside a part was paid back: the rest is a new row
        if row.struck_at in moments:
            moments.add(row.recorded_at)
    back = today - timedelta(days=FAR_BACK)
    before = (facts_of(books, moment - MOMENT) for moment in moments)
    too_much = max(-_owed_since(facts, back) for facts in before)
    return max(min(too_much, sum((row.amount for row in standing), NOTHING)), NOTHING)


def _owed_since(facts: Facts, day: date) -> Decimal:
    """How much of what is owed is for days from a day on, in pounds; below 0: was paid too much for
    them. Arrears of older days that were paid since count against it, so that rather one payment
    too many waits.
    """
    covered = [(row.covers_from, row.covers_to) for row in facts.paid if row.covers_from]
    last = max((end for _first, end in covered if end), default=day)
    across = [first for first, end in covered if first and end and first < day <= end]
    since = min(across, default=day)
    left = sum(
        row.of.regular + row.of.owed if row.of else row.amount
        for row in facts.paid
        if (row.covers_from or row.on) >= since
    )
    sums = read(facts, max(last, since))
    return _between(sums, since.toordinal(), last.toordinal()) - left


def paid_elsewhere(case: str = "pk") -> Exists:
    """Is the case that a row names in `case` paid and charged by other means still? It was entered
    with money running, and is not live yet.
    """
    return Exists(EnteredCase.objects.filter(case=OuterRef(case), live_at=None))


def payees_of(cases: Iterable[int]) -> dict[int, Payee]:
    """Case id -> its payee in force. A change that waits to be verified stops the payments: nobody
    is paid into an account that one officer alone has named.
    """
    found: dict[int, Payee] = {}
    for payee in Payee.objects.filter(case__in=cases, struck_at=None).order_by("case", "pk"):
        found[payee.case_id] = payee
    return {pk: payee for pk, payee in found.items() if payee.verified_at}
