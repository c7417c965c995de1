"""Prices from what was spent: three ways side by side, on a sample of points and past yearly cost.

Pure, and only a calculation: nothing here changes a scheme, and nothing is published by it. Sources
of the three ways and of the report (who is covered, how far off, who wins and who loses):
docs/schemes.md.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal

from budgets.allocation.readers import SchemeError
from budgets.allocation.scheme_rows import Row
from budgets.allocation.schemes import Scheme
from budgets.money.sterling import PENNY, rounding, weeks_in_year

ZERO = Decimal(0)
_EXACT = Context(prec=60)


@dataclass(frozen=True)
class Person:
    """One line of the sample: points, what was spent in a year (pounds, above 0), and the group
    they belong to.
    """

    points: Decimal
    cost: Decimal
    group: str = ""


@dataclass(frozen=True)
class Side:
    """How one group fares: people who get more, less, or the same, and what all of them got and
    would get.
    """

    group: str
    people: int
    gain: int
    lose: int
    same: int
    old: Decimal
    new: Decimal


@dataclass(frozen=True)
class Method:
    """One way of pricing. ``amounts`` stand beside the people of the sample, in their order; all in
    pounds a year.
    """

    code: str
    amounts: tuple[Decimal, ...]
    shared: Decimal
    covered: int
    difference: Decimal
    sides: tuple[Side, ...]
    price: Decimal | None = None
    factor: Decimal | None = None
    table: tuple[Row, ...] = ()

    @property
    def allocated(self) -> Decimal:
        return sum(self.amounts, ZERO)

    @property
    def left(self) -> Decimal:
        """What rounding leaves of the money that was to be shared out."""
        return self.shared - self.allocated


@dataclass(frozen=True)
class Calibration:
    people: tuple[Person, ...]
    pot: Decimal
    contingency: Decimal
    available: Decimal
    points: Decimal
    methods: tuple[Method, ...]
    refused: tuple[str, ...]


def calibrate(
    people: Sequence[Person],
    *,
    contingency: Decimal,
    pot: Decimal | None = None,
    scheme: Scheme | None = None,
) -> Calibration:
    """Three ways to price a sample. ``contingency``: the share kept back, 0 to below 1. ``pot``:
    the money of a year, what was spent where it is left out. ``scheme``: a points table to be
    scaled. SchemeError: no one, or no points.
    """
    if not people:
        raise SchemeError("The sample has nobody in it.")
    if not ZERO <= contingency < 1:
        raise SchemeError("The share kept back must be 0 or more and less than the whole.")
    money = sum((p.cost for p in people), ZERO) if pot is None else pot
    available = (money * (1 - contingency)).quantize(PENNY, rounding=ROUND_DOWN)
    points = sum((p.points for p in people), ZERO)
    if not points:
        raise SchemeError("Nobody in the sample has any points.")
    methods, refused = [], []
    for make in (_price_per_point, _scaled_table, _rank_match):
        try:
            methods.append(make(people, money, available, scheme))
        except SchemeError as why:
            refused.append(str(why))
    return Calibration(
        tuple(people), money, contingency, available, points, tuple(methods), tuple(refused)
    )


def _price_per_point(
    people: Sequence[Person], pot: Decimal, available: Decimal, scheme: Scheme | None
) -> Method:
    """One price for every point: the whole, divided by all points, rounded down to the penny."""
    points = sum((p.points for p in people), ZERO)
    price = _EXACT.divide(available, points).quantize(PENNY, rounding=ROUND_DOWN)
    amounts = [(price * p.points).quantize(PENNY, rounding=ROUND_DOWN) for p in people]
    return _method("linear", people, amounts, available, price=price)


def _scaled_table(
    people: Sequence[Person], pot: Decimal, available: Decimal, scheme: Scheme | None
) -> Method:
    """The version's own table, each amount times one factor, rounded down to a whole pound a
    week.
    """
    if scheme is None or not scheme.table:
        raise SchemeError("This version has no table of points, so there is none to scale.")
    rows = [_row_of(scheme, p.points) for p in people]
    paid = sum((row.amount or ZERO for row in rows), ZERO)
    if not paid:
        raise SchemeError("The table pays nobody in the sample anything, so it can't be scaled.")
    factor = available / paid
    top, bottom = weeks_in_year(scheme.weeks)

    def scaled(row: Row) -> Row:
        if row.amount is None:
            return row
        week = _EXACT.divide(row.amount * factor * bottom, Decimal(top)).quantize(
            Decimal(1), rounding=ROUND_DOWN
        )
        return Row(row.start, row.end, (week * top / bottom).quantize(PENNY, rounding=ROUND_DOWN))

    table = tuple(scaled(row) for row in scheme.table)
    new = dict(zip(scheme.table, table, strict=True))
    return _method(
        "table",
        people,
        [new[row].amount or ZERO for row in rows],
        available,
        factor=factor,
        table=table,
    )


def _row_of(scheme: Scheme, points: Decimal) -> Row:
    score = rounding(points, *scheme.rounding["points"])
    for row in scheme.table:
        if row.start <= score <= row.end:
            return row
    raise SchemeError(f"A score of {score} points has no row in the table of this version.")


def _rank_match(
    people: Sequence[Person], pot: Decimal, available: Decimal, scheme: Scheme | None
) -> Method:
    """The n-th lowest points meet the n-th lowest cost; the same points get the same, the mean of
    theirs.
    """
    order = sorted(range(len(people)), key=lambda place: people[place].points)
    costs = sorted(p.cost for p in people)
    amounts = [ZERO] * len(people)
    start = 0
    while start < len(order):
        score, end = people[order[start]].points, start
        while end < len(order) and people[order[end]].points == score:
            end += 1
        share = (sum(costs[start:end], ZERO) / (end - start)).quantize(PENNY, rounding=ROUND_DOWN)
        for place in order[start:end]:
            amounts[place] = share
        start = end
    return _method("rank", people, amounts, sum(costs, ZERO))


def _method(
    code: str,
    people: Sequence[Person],
    amounts: Sequence[Decimal],
    shared: Decimal,
    *,
    price: Decimal | None = None,
    factor: Decimal | None = None,
    table: tuple[Row, ...] = (),
) -> Method:
    pairs = list(zip(people, amounts, strict=True))
    off = sum((_EXACT.divide(abs(new - p.cost), p.cost) for p, new in pairs), ZERO)
    difference = _EXACT.divide(100 * off, Decimal(len(people))).quantize(
        Decimal("0.1"), rounding=ROUND_HALF_UP
    )
    covered = sum(new >= p.cost for p, new in pairs)
    return Method(
        code,
        tuple(amounts),
        shared,
        covered,
        difference,
        tuple(_sides(pairs)),
        price,
        factor,
        table,
    )


def _sides(pairs: list[tuple[Person, Decimal]]) -> Iterable[Side]:
    groups = sorted({p.group for p, _new in pairs})
    for group in ["", *(g for g in groups if g)]:
        own = [(p.cost, new) for p, new in pairs if not group or p.group == group]
        yield side(group, own)


def side(group: str, pairs: Sequence[tuple[Decimal, Decimal]]) -> Side:
    """Who gains and who loses among (old, new); group "" stands for everybody."""

    def count(test: Callable[[Decimal, Decimal], bool]) -> int:
        return sum(test(old, new) for old, new in pairs)

    return Side(
        group,
        len(pairs),
        count(lambda old, new: new > old),
        count(lambda old, new: new < old),
        count(lambda old, new: new == old),
        sum((old for old, _ in pairs), ZERO),
        sum((new for _, new in pairs), ZERO),
    )
