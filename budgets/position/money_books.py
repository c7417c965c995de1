"""The books of cases: every row of money that was ever recorded about them, corrected ones too,
read in six statements however many cases they are.

From the books of a case follow its facts at any moment (`entitlement_facts`), so that a page that
compares two moments reads them once. Not here: which rows hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    DateTimeField,
    DecimalField,
    F,
    Field,
    QuerySet,
    Value,
    When,
)
from django.db.models import Case as Choice
from django.db.models.functions import Cast, Coalesce

from budgets.entitlement.facts import COUNCIL
from budgets.models import (
    Charge,
    Contribution,
    DirectPaymentAgreement,
    EarlierCharge,
    ExtraPayment,
    HospitalStay,
    Instalment,
    LinePrice,
    Payment,
    PlanInForce,
    PlanLine,
    Settlement,
    Suspension,
)
from budgets.models.money_facts import ComparedFact
from budgets.position import endings

MOMENT = timedelta(microseconds=1)
ON_ITS_WAY = timedelta(seconds=60)  # the longest that an act may take from its moment to its commit
KINDS = ("plan", "price", "suspension", "extra", "instalment", "settled", "charge", "earlier")
STAY = "stay"  # in hospital: no sum follows from it, and it is shown where the others are


class Row(NamedTuple):
    """One dated fact of any kind. `day` to `until`: the days it names; `ref`: the plan, line or
    contribution it is about, of a sum that is set aside its own; `flag`: a suspension that is made
    good, a plan that is support for a time. `carried`: it was there before facts were compared with
    their events.
    """

    kind: str
    case: int
    pk: int
    recorded_at: datetime
    struck_at: datetime | None
    day: date
    until: Any
    amount: Any
    credit: Any
    ref: int | None
    flag: bool
    carried: bool = False


@dataclass
class Books:
    """What was recorded about one case, each kind in the order it was recorded. `lines`: those of
    every plan that was ever in force, by plan; `ends`: what closed and opened cases of the person.
    """

    case: int
    dated: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    lines: dict[int, list[PlanLine]] = field(default_factory=dict)
    agreements: list[DirectPaymentAgreement] = field(default_factory=list)
    contributions: list[Contribution] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    ends: list[endings.Turn] = field(default_factory=list)


def books_of_cases(cases: Collection[int]) -> dict[int, Books]:
    """Case id -> its books, for every one of `cases`."""
    found = {pk: Books(pk) for pk in cases}
    for row in _dated(cases):
        found[row.case].dated[row.kind].append(row)
    lines = _lines({row.ref for books in found.values() for row in books.dated["plan"] if row.ref})
    for books in found.values():
        books.lines = {row.ref: lines[row.ref] for row in books.dated["plan"] if row.ref}
    for agreement in _of(DirectPaymentAgreement, cases, "version"):
        found[agreement.case_id].agreements.append(agreement)
    for contribution in _of(Contribution, cases, "pk"):
        found[contribution.case_id].contributions.append(contribution)
    payments = _of(Payment, cases, "pk").select_related("batch").defer("batch__file")
    for payment in payments:
        found[payment.case_id].payments.append(payment)
    for turn in endings.turns(cases):
        found[turn.of].ends.append(turn)
    return found


def _of(model: Any, cases: Collection[int], order: str) -> QuerySet[Any]:
    return model.objects.filter(case__in=cases).order_by("case", order)


def _lines(plans: Collection[int]) -> dict[int, list[PlanLine]]:
    """The lines that the council pays for, by plan."""
    known: dict[int, list[PlanLine]] = defaultdict(list)
    rows = PlanLine.objects.filter(plan__in=plans, funder=COUNCIL, annual__gt=0).exclude(route="")
    for line in rows.select_related("start__event").order_by("pk"):
        known[line.plan_id].append(line)
    return known


def _nothing(kind: Field[Any, Any]) -> Cast:
    return Cast(Value(None), kind)


MONEY = DecimalField(max_digits=12, decimal_places=2)
NO_DAY, NO_SUM, NO_ROW = _nothing(DateField()), _nothing(MONEY), _nothing(BigIntegerField())
NO = Value(False, output_field=BooleanField())
ASIDE = Choice(When(how="set_aside", then=F("pk")), default=NO_ROW)
# when a charge was left out of its list
OUT = Choice(
    When(state__in=Charge.STANDING, then=_nothing(DateTimeField())),
    default=Coalesce("state_at", "recorded_at"),
)
BESIDE = Choice(When(plan__state="extra", then=Value(True)), default=NO)


def _dated(cases: Collection[int]) -> list[Row]:
    """The rows of the kinds below, in the order they were recorded. One statement: each of them is
    empty for most cases.
    """
    sums: dict[str, Any] = {"day": "on", "amount": F("amount")}
    first, *others = (
        _rows("extra", ExtraPayment, cases, **sums),
        _rows("instalment", Instalment, cases, **sums),
        _rows("settled", Settlement, cases, **sums, ref=ASIDE),
        _rows("plan", PlanInForce, cases, ref=F("plan"), flag=BESIDE),
        _rows(
            "earlier",
            EarlierCharge,
            cases,
            "contribution__case",
            day="charged_from",
            ref=F("contribution"),
        ),
        _rows(
            "price",
            LinePrice,
            cases,
            "line__plan__case",
            until=F("ends_on"),
            amount=F("amount"),
            ref=F("line"),
        ),
        _rows("suspension", Suspension, cases, until=F("ends_on"), flag=F("make_good")),
        _rows(STAY, HospitalStay, cases, until=F("ends_on")),
        _rows(
            "charge",
            Charge,
            cases,
            day="covers_from",
            until=F("covers_to"),
            amount=F("amount"),
            credit=F("credit"),
            struck_at=OUT,
        ),
    )
    rows = first.union(*others, all=True)
    return sorted((Row(*row) for row in rows), key=_recorded)


def _recorded(row: Row) -> int:
    return row.pk


def unseen(books: Books, claimed_at: datetime) -> Iterator[datetime]:
    """Other moments, the latest first, as of which a batch that claimed what was due may have seen
    the books: what was recorded just before may have been on its way into them still.
    """
    for moment in _moments(books):
        if claimed_at - ON_ITS_WAY <= moment <= claimed_at:
            yield moment - MOMENT


def _moments(books: Books) -> list[datetime]:
    """When anything was recorded, struck, left out or returned, the latest first."""
    rows = [row for rows in books.dated.values() for row in rows]
    found = {row.recorded_at for row in rows} | {row.struck_at for row in rows if row.struck_at}
    found |= {row.recorded_at for row in books.payments}
    found |= {row.recorded_at for row in books.contributions}
    found |= {row.state_at for row in books.payments if row.state_at}
    found |= {row.made_at for row in books.agreements} | {turn.at for turn in books.ends}
    found |= {
        line.start.event.at
        for lines in books.lines.values()
        for line in lines
        if hasattr(line, "start")
    }
    return sorted(found, reverse=True)


def _rows(
    kind: str,
    model: Any,
    cases: Collection[int],
    case: str = "case",
    *,
    day: str = "begins_on",
    **more: Any,
) -> QuerySet[Any, Any]:
    """One kind in the columns of `Row`; the order of the columns is what joins them."""
    columns = {
        "struck_at": F("struck_at"),
        "day": F(day),
        "until": NO_DAY,
        "amount": NO_SUM,
        "credit": NO_SUM,
        "ref": NO_ROW,
        "flag": NO,
        "carried": F("carried") if issubclass(model, ComparedFact) else NO,
    } | more
    rows = model.objects.filter(**{f"{case}__in": cases}).order_by()
    head = (Value(kind), F(case), F("pk"), F("recorded_at"))
    return rows.values_list(*head, *columns.values())
