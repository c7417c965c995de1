"""Reading and checking an allocation scheme: a JSON definition in, one immutable ``Scheme`` out.

The format is described in docs/schemes.md. A definition that cannot give a figure is refused here with a
``SchemeError``; ``check_scheme`` says what else must be put right before a version may be published.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from budgets.money import MODES, UNITS, WEEKS
from budgets.readers import SchemeError, read_dates, read_list, read_mapping, read_number, read_text, show

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Need:
    """What a method needs: the field every option carries, the roundings, and whether it has weeks."""

    option: str
    rounding: tuple[str, ...]
    weeks: bool


NEEDS = {
    "table": Need("points", ("points", "week", "four_weeks"), True),
    "reckoner": Need("hours", ("week", "four_weeks"), True),
    "bands": Need("amount", (), False),
}


@dataclass(frozen=True)
class Option:
    """One answer. ``value`` is what the method counts: points, hours a week, or pounds (None: no budget)."""

    label: str
    value: Decimal | None
    up_to: bool
    note: str


@dataclass(frozen=True)
class Domain:
    code: str
    title: str
    question: str
    outcome: str
    asked_of: str
    rate: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Row:
    """Points ``start`` to ``end``, both inclusive; ``amount`` None means met by universal services."""

    start: Decimal
    end: Decimal
    amount: Decimal | None


@dataclass(frozen=True)
class Rate:
    """Pounds an hour on service dates ``valid_from`` to ``valid_to``, both inclusive; None: no end given."""

    code: str
    label: str
    amount: Decimal
    valid_from: date
    valid_to: date | None
    source: str


@dataclass(frozen=True)
class Scheme:
    name: str
    version: str
    warning: str
    source: str
    method: str
    domains: tuple[Domain, ...]
    multipliers: dict[str, Decimal]
    rounding: dict[str, tuple[Decimal, str]]
    weeks: str
    table: tuple[Row, ...]
    rates: tuple[Rate, ...]
    caps: tuple[tuple[str, Decimal], ...]
    notes: tuple[str, ...]
    valid_from: date | None
    valid_to: date | None


def _option(raw: object, what: str, field: str) -> Option:
    option = read_mapping(raw, what)
    if field not in option:
        raise SchemeError(f"{what} needs the field {field}.")
    value = option[field]
    unpaid = value is None and field == "amount"  # printed as "n/a" in a published table: not the same as 0
    up_to = option.get("up_to", False)
    if not isinstance(up_to, bool):
        raise SchemeError(f"The field up_to of {what} must be true or false.")
    number = None if unpaid else read_number(value, f"{field} of {what}", 3 if field == "points" else 2)
    return Option(read_text(option, "label", what), number, up_to, read_text(option, "note", what, ""))


def _domain(raw: object, place: int, field: str) -> Domain:
    domain = read_mapping(raw, f"Domain {place}")
    code = read_text(domain, "code", f"Domain {place}")
    what = f'The domain "{code}"'
    if not _CODE.fullmatch(code):
        raise SchemeError(f"The code {show(code)} must be small letters, figures and underscores.")
    asked_of = read_text(domain, "asked_of", what, "person")
    if asked_of not in ("person", "worker"):
        raise SchemeError(f"{what} may be asked of person or worker, not {show(asked_of)}.")
    options = read_list(domain, "options", what)
    title = read_text(domain, "title", what)
    return Domain(
        code,
        title,
        read_text(domain, "question", what, title),
        read_text(domain, "outcome", what, ""),
        asked_of,
        read_text(domain, "rate", what, ""),
        tuple(_option(o, f'option {i} of "{code}"', field) for i, o in enumerate(options)),
    )


def _domains(definition: Mapping[str, Any], field: str) -> tuple[Domain, ...]:
    domains = tuple(_domain(d, i, field) for i, d in enumerate(read_list(definition, "domains", "The scheme"), 1))
    codes = [domain.code for domain in domains]
    for code in codes:
        if codes.count(code) > 1:
            raise SchemeError(f'The domain "{code}" stands in the scheme twice.')
    return domains


def _multipliers(definition: Mapping[str, Any]) -> dict[str, Decimal]:
    raw = read_mapping(definition.get("unpaid_support_multipliers", {}), "unpaid_support_multipliers")
    kept = {level: read_number(value, f'The multiplier "{level}"', 4) for level, value in raw.items()}
    for level, value in kept.items():
        if value > 1:
            raise SchemeError(f'The multiplier "{level}" must lie between 0 and 1, not {value}.')
    return kept


def _rounding(definition: Mapping[str, Any], needed: tuple[str, ...]) -> dict[str, tuple[Decimal, str]]:
    rules = {}
    for what in needed:
        rule = read_mapping(definition.get("rounding"), "rounding") if needed else {}
        rule = read_mapping(rule.get(what), f'The rounding rule "{what}"')
        unit, mode = read_number(rule.get("unit"), f'The rounding unit of "{what}"'), rule.get("mode")
        if unit not in UNITS or not isinstance(mode, str) or mode not in MODES:
            raise SchemeError(f'The rounding rule "{what}" has a unit or a mode that is not known.')
        rules[what] = (unit, mode)
    return rules


def _weeks(definition: Mapping[str, Any], needed: bool) -> str:
    value = definition.get("weeks")
    if not needed and value is None:
        return ""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) and value < 100 else value
    if not isinstance(text, str) or text not in WEEKS:
        raise SchemeError(f"The weeks rule {show(value)} is not one of {', '.join(WEEKS)}.")
    return text


def _table(definition: Mapping[str, Any], method: str) -> tuple[Row, ...]:
    if method != "table":
        return ()
    rows: list[Row] = []
    for place, raw in enumerate(read_list(definition, "table", "The scheme"), 1):
        what = f"row {place} of the table"
        row = read_mapping(raw, what)
        if "amount_year" not in row:
            raise SchemeError(f"{what} needs the field amount_year (null for no budget).")
        start, end = (read_number(row.get(field), f"{field} of {what}", 3) for field in ("from", "to"))
        amount = row["amount_year"]
        paid = None if amount is None else read_number(amount, f"amount_year of {what}")
        if end < start or (rows and start <= rows[-1].end):
            raise SchemeError(f"The table must rise without overlaps, but {what} begins at {start}.")
        rows.append(Row(start, end, paid))
    return tuple(rows)


def _rates(definition: Mapping[str, Any], domains: tuple[Domain, ...], method: str) -> tuple[Rate, ...]:
    if method != "reckoner":
        return ()
    rates = tuple(_rate(raw, i) for i, raw in enumerate(read_list(definition, "rates", "The scheme"), 1))
    codes = {rate.code for rate in rates}
    for domain in domains:
        if domain.rate not in codes:
            raise SchemeError(f'The domain "{domain.code}" names a rate that is not given, "{domain.rate}".')
    for code in sorted(codes):
        dated = sorted((r for r in rates if r.code == code), key=lambda r: r.valid_from)
        for before, after in pairwise(dated):
            if before.valid_to is None or after.valid_from <= before.valid_to:
                raise SchemeError(f'The rate "{code}" has two prices on {after.valid_from}.')
    return rates


def _rate(raw: object, place: int) -> Rate:
    what = f"rate {place}"
    rate = read_mapping(raw, what)
    first, last = read_dates(rate, what)
    if first is None or rate.get("unit") != "hour":
        raise SchemeError(f'Rate {place} needs a valid_from date and the unit "hour".')
    amount = read_number(rate.get("amount"), f"amount of {what}", 4)
    texts = (read_text(rate, "code", what), read_text(rate, "label", what))
    return Rate(*texts, amount, first, last, read_text(rate, "source", what, ""))


def _caps(definition: Mapping[str, Any]) -> tuple[tuple[str, Decimal], ...]:
    caps = definition.get("caps") or []
    if not isinstance(caps, list | tuple):
        raise SchemeError("The caps of the scheme must be a list.")
    read = [read_mapping(cap, "A cap") for cap in caps]
    return tuple((read_text(c, "name", "A cap"), read_number(c.get("amount_year"), "A cap")) for c in read)


def _notes(definition: Mapping[str, Any]) -> tuple[str, ...]:
    notes = definition.get("notes", [])
    if not isinstance(notes, list | tuple) or not all(isinstance(note, str) for note in notes):
        raise SchemeError("The notes of the scheme must be a list of texts.")
    return tuple(notes)


def parse_scheme(definition: object) -> Scheme:
    """A definition (JSON object as in docs/schemes.md) as a Scheme, or a SchemeError."""
    given = read_mapping(definition, "The scheme")
    method = given.get("method")
    if not isinstance(method, str) or method not in NEEDS:
        raise SchemeError(f"The scheme's method must be one of {', '.join(NEEDS)}, not {show(method)}.")
    need = NEEDS[method]
    domains = _domains(given, need.option)
    if method == "bands" and given.get("unpaid_support_multipliers"):
        raise SchemeError("A bands scheme has no unpaid_support_multipliers: an award is not reduced by them.")
    first, last = read_dates(given, "the scheme")
    return Scheme(
        name=read_text(given, "name", "The scheme"),
        version=str(given.get("version", "")),
        warning=read_text(given, "WARNING", "The scheme", ""),
        source=read_text(given, "source", "The scheme", ""),
        method=method,
        domains=domains,
        multipliers=_multipliers(given),
        rounding=_rounding(given, need.rounding),
        weeks=_weeks(given, need.weeks),
        table=_table(given, method),
        rates=_rates(given, domains, method),
        caps=_caps(given),
        notes=_notes(given),
        valid_from=first,
        valid_to=last,
    )
