"""The lists of a scheme definition: rows of its table, dated rates, add-ons, caps and notes.

Each reader takes the whole definition and names every row that is wrong (``SchemeError.problems``),
not the first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from budgets.allocation.readers import (
    SchemeError,
    read_code,
    read_dates,
    read_list,
    read_mapping,
    read_number,
    read_text,
)


@dataclass(frozen=True)
class Row:
    """Points ``start`` to ``end``, both inclusive; ``amount`` None means met by universal
    services.
    """

    start: Decimal
    end: Decimal
    amount: Decimal | None


@dataclass(frozen=True)
class Rate:
    """Pounds an hour on service dates ``valid_from`` to ``valid_to``, both inclusive; None: no end
    given.
    """

    code: str
    label: str
    amount: Decimal
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True)
class AddOn:
    """A line outside the points, such as a second worker at handover: hours a day x rate x days a
    year.
    """

    code: str
    label: str
    rate: str


def table(definition: Mapping[str, Any], method: str) -> tuple[Row, ...]:
    """Rows that rise without overlaps; what lies between them is looked at before publishing."""
    if method != "table":
        return ()
    rows: list[tuple[int, Row]] = []
    problems: list[str] = []
    for place, raw in enumerate(read_list(definition, "table", "The scheme"), 1):
        try:
            row = _row(raw, f"row {place} of the table")
            if rows and row.start <= rows[-1][1].end:
                before, last = rows[-1]
                raise SchemeError(
                    f"The table must rise without overlaps, but row {place} of the table "
                    f"begins at {row.start}, "
                    f"and row {before} ends at {last.end}."
                )
            rows.append((place, row))
        except SchemeError as wrong:
            problems += wrong.problems
    _raise(problems)
    return tuple(row for _place, row in rows)


def _raise(problems: list[str]) -> None:
    if problems:
        raise SchemeError(problems[0], problems)


def _row(raw: object, what: str) -> Row:
    row = read_mapping(raw, what)
    if "amount_year" not in row:
        raise SchemeError(f"{what} needs the field amount_year (null for no budget).")
    start, end = (read_number(row.get(field), f"{field} of {what}", 3) for field in ("from", "to"))
    amount = row["amount_year"]
    paid = None if amount is None else read_number(amount, f"amount_year of {what}")
    if end < start:
        raise SchemeError(
            f"The table must rise without overlaps, but {what} begins at {start} and ends at {end}."
        )
    return Row(start, end, paid)


def rates(definition: Mapping[str, Any], wanted: Mapping[str, str]) -> tuple[Rate, ...]:
    """Dated prices of an hour. ``wanted``: the code of each rate that has to be there -> who names
    it.
    """
    if not wanted and not definition.get("rates"):
        return ()
    read: list[tuple[int, Rate]] = []
    problems: list[str] = []
    for place, raw in enumerate(read_list(definition, "rates", "The scheme"), 1):
        try:
            read.append((place, _rate(raw, place)))
        except SchemeError as wrong:
            problems += wrong.problems
    if not problems:  # a rate that can't be read may be the very one that is missing
        codes = {rate.code for _place, rate in read}
        missing = sorted(set(wanted) - codes)
        problems += [
            f'{wanted[code]} names a rate that is not given, "{code}".' for code in missing
        ]
    _raise(problems + _overlaps(read))
    return tuple(rate for _place, rate in read)


def _overlaps(read: list[tuple[int, Rate]]) -> list[str]:
    problems = []
    for code in sorted({rate.code for _place, rate in read}):
        dated = sorted(
            (pair for pair in read if pair[1].code == code), key=lambda pair: pair[1].valid_from
        )
        for (first, before), (second, after) in pairwise(dated):
            if before.valid_to is None or after.valid_from <= before.valid_to:
                rows = f"rates {min(first, second)} and {max(first, second)}"
                problems.append(f'The rate "{code}" has two prices on {after.valid_from} ({rows}).')
    return problems


def _rate(raw: object, place: int) -> Rate:
    what = f"rate {place}"
    rate = read_mapping(raw, what)
    first, last = read_dates(rate, what)
    if first is None or rate.get("unit") != "hour":
        raise SchemeError(f'Rate {place} needs a valid_from date and the unit "hour".')
    amount = read_number(rate.get("amount"), f"amount of {what}", 4)
    texts = (read_text(rate, "code", what), read_text(rate, "label", what))
    return Rate(*texts, amount, first, last, read_text(rate, "source", what, ""))


def add_ons(definition: Mapping[str, Any], method: str) -> tuple[AddOn, ...]:
    """The lines that may be added outside the points. An award that is paid once has none."""
    given = _list(definition, "add_ons")
    if given and method == "bands":
        raise SchemeError("A bands scheme has no add_ons: an award is paid once.")
    read: list[AddOn] = []
    problems: list[str] = []
    codes: set[str] = set()
    for place, raw in enumerate(given, 1):
        what = f"add-on {place}"
        try:
            row = read_mapping(raw, what)
            code = read_code(read_text(row, "code", what))
            if code in codes:
                raise SchemeError(
                    f'The add-on "{code}" stands in the scheme twice (add-on {place}).'
                )
            codes.add(code)
            read.append(AddOn(code, read_text(row, "label", what), read_text(row, "rate", what)))
        except SchemeError as wrong:
            problems += wrong.problems
    _raise(problems)
    return tuple(read)


def _list(definition: Mapping[str, Any], field: str) -> list[Any]:
    value = definition.get(field) or []
    if not isinstance(value, list | tuple):
        raise SchemeError(f"The {field} of the scheme must be a list.")
    return list(value)


def caps(definition: Mapping[str, Any]) -> tuple[tuple[str, Decimal], ...]:
    """Limits by name. One that bites is shown and a person decides; it never cuts a figure."""
    read = [read_mapping(cap, "A cap") for cap in _list(definition, "caps")]
    return tuple(
        (read_text(c, "name", "A cap"), read_number(c.get("amount_year"), "A cap")) for c in read
    )


def notes(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """Sentences for the explanation page."""
    value = definition.get("notes", [])
    if not isinstance(value, list | tuple) or not all(isinstance(note, str) for note in value):
        raise SchemeError("The notes of the scheme must be a list of texts.")
    return tuple(value)
