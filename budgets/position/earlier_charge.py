"""Charging a contribution from a day before the person was told: what it comes to. Reading only.

By itself a contribution is never taken for days before it was told. Who decides otherwise, and what
is asked, stands in `actions.earlier_charge`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from budgets.entitlement import facts as read
from budgets.entitlement import reading
from budgets.entitlement.answer import answer
from budgets.entitlement.answer import read as read_days
from budgets.models import Contribution, EarlierCharge
from budgets.position import entitlement_facts, money_books
from budgets.position.money_books import Books, Row
from cases.common import dates
from cases.models import Case
from cases.ui.date_words import day

EARLIER = "earlier"  # the kind of its rows in the books


def told_later(rows: Iterable[Contribution]) -> list[Contribution]:
    """The decided sums among rows of a case that were told after they begin."""
    decided = (row for row in rows if row.state == "recorded" and row.told_on)
    return [row for row in decided if row.told_on and row.told_on > row.valid_from]


def charged_from(rows: Iterable[Contribution]) -> dict[int, date]:
    """Id of a contribution -> the first day from which it is charged by a decision of its own."""
    known = [row.pk for row in told_later(rows)]
    made = EarlierCharge.objects.filter(contribution__in=known, struck_at=None) if known else ()
    found: dict[int, date] = {}
    for one in made:
        known_day = found.get(one.contribution_id, one.charged_from)
        found[one.contribution_id] = min(known_day, one.charged_from)
    return found


def told_of(case: Case) -> list[read.Contribution]:
    """What may be taken in a case, from each day on which it changes: `told_contributions` of all
    that is recorded, with what is charged from an earlier day.
    """
    rows = list(case.contributions.order_by("pk"))
    return entitlement_facts.told_contributions(rows, charged_from(rows))


def counted_from(rows: Iterable[Contribution]) -> dict[int, date]:
    """Id of each decided sum that was told late and counts only after its own day -> the day from
    which it counts. `rows`: all of a case; a lower sum than was told before counts from its own.
    """
    known = sorted(rows, key=lambda row: row.pk)
    earlier, found = charged_from(known), {}
    for row in told_later(known):
        until_then = [one for one in known if one.pk <= row.pk]
        held = entitlement_facts.told_contributions(until_then, earlier)
        stood = [one for one in held if one.begins <= row.valid_from][-1:]
        later = [one for one in held if one.begins > row.valid_from]
        days = [one.begins for one in stood + later if one.weekly == row.weekly]
        if days and days[0] > row.valid_from:
            found[row.pk] = days[0]
    return found


def words_of(rows: Iterable[Contribution]) -> dict[int, list[str]]:
    """Id of a contribution -> what was decided about charging it from an earlier day, in words."""
    found: dict[int, list[str]] = {}
    words = _("Told on %(told)s, charged from %(day)s by a decision of its own: %(why)s")
    known = {row.pk: row for row in told_later(rows)}
    made = EarlierCharge.objects.filter(contribution__in=known, struck_at=None) if known else ()
    for one in made:
        told = day(known[one.contribution_id].told_on)
        said = words % {"told": told, "day": day(one.charged_from), "why": one.why}
        found.setdefault(one.contribution_id, []).append(said)
    return found


def cost(case: Case, row: Contribution, first: date) -> Decimal:
    """Pounds more that the person pays for days up to yesterday if a sum is charged from a day."""
    books = money_books.books_of_cases([case.pk])[case.pk]
    yesterday = dates.today() - timedelta(days=1)
    before = _paid_by_person(entitlement_facts.facts_of(books), yesterday)
    return _paid_by_person(_as_if(books, row, first), yesterday) - before


class GoneBy(NamedTuple):
    """Pounds more for days up to yesterday by one decision: `charged` on the next list, `kept` of
    payments to come, `asked`: of days that were charged or paid already, where a person decides.
    """

    charged: Decimal
    kept: Decimal
    asked: Decimal


def gone_by(made: EarlierCharge) -> GoneBy:
    """What a decision comes to for days gone by, and how it is asked for."""
    case = made.contribution.case_id
    books = money_books.books_of_cases([case])[case]
    now = entitlement_facts.facts_of(books)
    books.dated[EARLIER] = [row for row in books.dated[EARLIER] if row.pk != made.pk]
    before, today = entitlement_facts.facts_of(books), dates.today()
    end = (today - timedelta(days=1)).toordinal()
    old, new = (read_days(facts, today) for facts in (before, now))
    was, will_be = answer(before, today), answer(now, today)
    charged = Decimal(new.pence(reading.CHARGED, end) - old.pence(reading.CHARGED, end))
    kept = Decimal(old.pence(reading.PAID_OUT, end) - new.pence(reading.PAID_OUT, end))
    too_little = will_be.charged_too_little - was.charged_too_little
    too_much = will_be.paid_too_much - was.paid_too_much
    return GoneBy(
        charged.scaleb(-2) - too_little, kept.scaleb(-2) - too_much, too_little + too_much
    )


def _as_if(books: Books, row: Contribution, first: date) -> read.Facts:
    known, now = books.dated[EARLIER], row.recorded_at
    given = Row(EARLIER, books.case, 0, now, None, first, None, None, None, row.pk, False)
    books.dated[EARLIER] = [*known, given]
    found = entitlement_facts.facts_of(books)
    books.dated[EARLIER] = known
    return found


def _paid_by_person(facts: read.Facts, last: date) -> Decimal:
    """What is charged less what is paid out, of all days up to one: it grows by what is taken."""
    sums, end = read_days(facts, last), last.toordinal()
    pence = sums.pence(reading.CHARGED, end) - sums.pence(reading.PAID_OUT, end)
    return Decimal(pence).scaleb(-2)
