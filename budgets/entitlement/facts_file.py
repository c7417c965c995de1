"""Facts as a JSON document: every field read once, none unknown, none left out, none of another
kind.

`read_facts` takes what JSON gives, `read_facts_file` the bytes of a file. Both end with
`fact_checks.check`. Errors are `FactsError`, one sentence. Not here: what may be left unsaid; only
the fields that have a value here when they are left out (OPTIONAL, and all parts of the document
but the pay calendar).
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from budgets.allocation import readers
from budgets.entitlement import facts as fact_rows
from budgets.entitlement.fact_checks import FactsError, check, row
from budgets.entitlement.facts import (
    Agreement,
    Charge,
    Contribution,
    DatedSum,
    Decision,
    Facts,
    Line,
    Parts,
    PayCalendar,
    Payment,
    Price,
    Suspension,
)

LARGEST_FILE = 5_000_000  # bytes; ten years of one case are some tens of thousands
FIRST_YEAR, LAST_YEAR = 2015, 2100
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONEY = re.compile(r"[0-9]{1,7}\.[0-9]{2}")
_T = TypeVar("_T")


def read_day(value: object, what: str) -> date:
    """A day from its ISO text. FactsError: not a day, or not one of the years that are known."""
    text = value if isinstance(value, str) else ""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise FactsError(
            f"{_capital(what)} must be a day from {FIRST_YEAR} to {LAST_YEAR} such as "
            f"2026-04-06, not {readers.show(value)}."
        )
    return day


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


class Fields:
    """The fields of one object. FactsError for one that is unknown, missing or of another kind."""

    def __init__(
        self, value: object, name: str, wanted: Sequence[str], optional: Sequence[str] = ()
    ) -> None:
        """``name``: what the object is called in a sentence."""
        if not isinstance(value, dict):
            raise FactsError(f"{_capital(name)} must be an object with named fields.")
        self._values: dict[str, object] = value
        self._name = name
        for field in value:
            if field not in wanted and field not in optional:
                raise FactsError(f"{_capital(name)} has an unknown field {readers.show(field)}.")
        for field in wanted:
            if field not in value:
                raise FactsError(f'{_capital(name)} lacks the field "{field}".')

    def _called(self, field: str) -> str:
        return f"{field} of {self._name}"

    def _refuse(self, field: str, wanted: str) -> FactsError:
        given = readers.show(self._values.get(field))
        return FactsError(f"{_capital(self._called(field))} must be {wanted}, not {given}.")

    def day(self, field: str) -> date:
        return read_day(self._values[field], self._called(field))

    def day_or_none(self, field: str) -> date | None:
        return None if self._values.get(field) is None else self.day(field)

    def money(self, field: str) -> Decimal:
        value = self._values[field]
        if not isinstance(value, str) or not _MONEY.fullmatch(value):
            raise self._refuse(field, "an amount as text such as 200.00")
        return Decimal(value)

    def text(self, field: str) -> str:
        value = self._values[field]
        if not isinstance(value, str) or not value:
            raise self._refuse(field, "a text")
        return value

    def text_or_none(self, field: str) -> str | None:
        return None if self._values.get(field) is None else self.text(field)

    def one_of(self, field: str, known: Sequence[str]) -> str:
        value = self._values[field]
        if not isinstance(value, str) or value not in known:
            raise self._refuse(field, "one of " + ", ".join(known))
        return value

    def whole(self, field: str, known: range | Sequence[int], wanted: str) -> int:
        value = self._values[field]
        if not isinstance(value, int) or isinstance(value, bool) or value not in known:
            raise self._refuse(field, wanted)
        return value

    def plan(self, field: str) -> int:
        return self.whole(field, range(1, 10**18), "a whole number from 1")

    def flag(self, field: str, otherwise: bool = False) -> bool:
        value = self._values.get(field, otherwise)
        if not isinstance(value, bool):
            raise self._refuse(field, "true or false")
        return value

    def part(self, field: str) -> object:
        return self._values.get(field)

    def rows(self, field: str, read: Callable[[object, str], _T]) -> tuple[_T, ...]:
        """A list of objects, each read; empty where it is left out."""
        value = self._values.get(field, [])
        if not isinstance(value, list):
            raise self._refuse(field, "a list")
        return tuple(read(one, row(number, field)) for number, one in enumerate(value))


def _pay_calendar(value: object) -> PayCalendar:
    fields = Fields(value, "the pay calendar", ("anchor", "cycle_weeks"))
    weeks = fields.whole("cycle_weeks", fact_rows.CYCLES, "2 or 4")
    return PayCalendar(fields.day("anchor"), weeks)


def _line(value: object, name: str) -> Line:
    wanted = ("id", "plan", "route", "funder", "unit", "amount", "from")
    fields = Fields(value, name, wanted, ("to", "weeks", "free", "origin"))
    weeks = None
    if fields.part("weeks") is not None:
        weeks = fields.whole("weeks", range(1, 54), "a whole number from 1 to 53")
    route = fields.part("route")
    return Line(
        id=fields.text("id"),
        plan=fields.plan("plan"),
        route=None if route is None else fields.one_of("route", fact_rows.ROUTES),
        funder=fields.one_of("funder", fact_rows.FUNDERS),
        unit=fields.one_of("unit", fact_rows.UNITS),
        amount=fields.money("amount"),
        begins=fields.day("from"),
        ends=fields.day_or_none("to"),
        weeks=weeks,
        free=fields.flag("free"),
        origin=fields.text_or_none("origin"),
    )


def _price(value: object, name: str) -> Price:
    fields = Fields(value, name, ("line", "from", "amount"))
    return Price(fields.text("line"), fields.day("from"), fields.money("amount"))


def _decision(value: object, name: str) -> Decision:
    fields = Fields(value, name, ("plan", "from"))
    return Decision(fields.plan("plan"), fields.day("from"))


def _contribution(value: object, name: str) -> Contribution:
    fields = Fields(value, name, ("from", "weekly", "told_on"))
    return Contribution(fields.day("from"), fields.money("weekly"), fields.day_or_none("told_on"))


def _agreement(value: object, name: str) -> Agreement:
    fields = Fields(value, name, ("from", "basis"))
    return Agreement(fields.day("from"), fields.one_of("basis", fact_rows.BASES))


def _suspension(value: object, name: str) -> Suspension:
    fields = Fields(value, name, ("from", "to", "make_good"))
    return Suspension(fields.day("from"), fields.day_or_none("to"), fields.flag("make_good"))


def _dated_sum(value: object, name: str) -> DatedSum:
    fields = Fields(value, name, ("on", "amount"))
    return DatedSum(fields.day("on"), fields.money("amount"))


def _payment(value: object, name: str) -> Payment:
    fields = Fields(value, name, ("on", "covers_from", "covers_to", "amount"), ("of",))
    covers = fields.day_or_none("covers_from"), fields.day_or_none("covers_to")
    parts = None
    if isinstance(value, dict) and "of" in value:
        of = Fields(value["of"], f"the parts of {name}", Parts._fields)
        parts = Parts(*(of.money(field) for field in Parts._fields))
    return Payment(fields.day("on"), *covers, fields.money("amount"), parts)


def _charge(value: object, name: str) -> Charge:
    fields = Fields(value, name, ("covers_from", "covers_to", "amount"))
    return Charge(fields.day("covers_from"), fields.day("covers_to"), fields.money("amount"))


_ROWS: dict[str, Callable[[object, str], Any]] = {
    "lines": _line,
    "prices": _price,
    "decisions": _decision,
    "contributions": _contribution,
    "agreements": _agreement,
    "suspensions": _suspension,
    "paid": _payment,
    "charged": _charge,
    "recoveries": _dated_sum,
    "settled": _dated_sum,
    "extras": _dated_sum,
}


def read_facts(value: object) -> Facts:
    """The facts of a case from what JSON gives. FactsError: one sentence."""
    fields = Fields(value, "the document", ("pay_calendar",), ("end", *_ROWS))
    found = Facts(
        pay_calendar=_pay_calendar(fields.part("pay_calendar")),
        end=fields.day_or_none("end"),
        **{name: fields.rows(name, read) for name, read in _ROWS.items()},
    )
    check(found)
    return found


def read_facts_file(data: bytes) -> Facts:
    """The facts of a case from a file's bytes. FactsError: one sentence."""
    if len(data) > LARGEST_FILE:
        raise FactsError("The document is too large.")
    try:
        value = readers.read_json(data)
    except readers.SchemeError as problem:
        raise FactsError(str(problem)) from None
    return read_facts(value)
