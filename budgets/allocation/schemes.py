"""Reading and checking an allocation scheme: a JSON definition in, one immutable ``Scheme`` out.

The format is described in docs/schemes.md. A definition that cannot give a figure is refused here
with a ``SchemeError``; ``check_scheme`` says what else must be put right before a version may be
published.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from budgets.allocation import scheme_rows
from budgets.allocation.readers import (
    SchemeError,
    read_code,
    read_dates,
    read_flag,
    read_list,
    read_mapping,
    read_number,
    read_text,
    show,
)
from budgets.allocation.scheme_rows import AddOn, Rate, Row
from budgets.money.sterling import MODES, UNITS, WEEKS

T = TypeVar("T")


@dataclass(frozen=True)
class Need:
    """What a method needs: the field every option carries, the roundings, and whether it has
    weeks.
    """

    option: str
    rounding: tuple[str, ...]
    weeks: bool


NEEDS = {
    "table": Need("points", ("points", "week", "four_weeks"), True),
    "reckoner": Need("hours", ("week", "four_weeks"), True),
    "linear": Need("points", ("points", "year", "week", "four_weeks"), True),
    "domain_prices": Need("amount_year", ("line", "week", "four_weeks"), True),
    "bands": Need("amount", (), False),
    "external": Need("", ("week", "four_weeks"), True),
}
POINTS = ("table", "linear")
# Beside the answers in one file or record: a worker's changes, sums outside the points, another
# tool's figure.
RESERVED = ("overrides", "add_ons", "external")


@dataclass(frozen=True)
class Option:
    """One answer. ``value`` is what the method counts: points, hours a week, or pounds (None: no
    budget).
    """

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
    may_not_apply: bool = False


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
    allow_between: bool
    price_per_point: Decimal
    threshold_points: Decimal | None
    add_ons: tuple[AddOn, ...]
    tool: str


def _option(raw: object, what: str, field: str) -> Option:
    option = read_mapping(raw, what)
    if field not in option:
        raise SchemeError(f"{what} needs the field {field}.")
    value = option[field]
    unpaid = value is None and field in (
        "amount",
        "amount_year",
    )  # printed as "n/a" in a published table: not the same as 0
    up_to = read_flag(option, "up_to", what)
    number = (
        None if unpaid else read_number(value, f"{field} of {what}", 3 if field == "points" else 2)
    )
    return Option(
        read_text(option, "label", what), number, up_to, read_text(option, "note", what, "")
    )


def _domain(raw: object, place: int, field: str) -> Domain:
    domain = read_mapping(raw, f"Domain {place}")
    code = read_text(domain, "code", f"Domain {place}")
    what = f'The domain "{code}"'
    read_code(code)
    if code in (*RESERVED, "figure"):
        raise SchemeError(f'No question may have the code "{code}": it is used for something else.')
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
        read_flag(domain, "may_not_apply", what),
    )


def _domains(definition: Mapping[str, Any], method: str, field: str) -> tuple[Domain, ...]:
    if method == "external":
        if definition.get("domains"):
            raise SchemeError(
                "An external scheme asks no questions of its own: the figure comes from "
                "another tool."
            )
        return ()
    parts = Parts()
    domains: list[Domain] = []
    for place, raw in enumerate(read_list(definition, "domains", "The scheme"), 1):
        domains += parts.take(partial(_one_domain, raw, place, field), [])
    codes = [domain.code for domain in domains]
    parts.problems += [
        f'The domain "{code}" stands in the scheme twice.'
        for code in dict.fromkeys(codes)
        if codes.count(code) > 1
    ]
    if parts.problems:
        raise SchemeError(parts.problems[0], parts.problems)
    return tuple(domains)


def _one_domain(raw: object, place: int, field: str) -> list[Domain]:
    return [_domain(raw, place, field)]


def _multipliers(definition: Mapping[str, Any], method: str) -> dict[str, Decimal]:
    if method in ("bands", "external") and definition.get("unpaid_support_multipliers"):
        how = "A bands scheme" if method == "bands" else "An external scheme"
        raise SchemeError(
            f"{how} has no unpaid_support_multipliers: an award is not reduced by them."
        )
    raw = read_mapping(
        definition.get("unpaid_support_multipliers", {}), "unpaid_support_multipliers"
    )
    kept = {
        level: read_number(value, f'The multiplier "{level}"', 4) for level, value in raw.items()
    }
    for level, value in kept.items():
        if value > 1:
            raise SchemeError(f'The multiplier "{level}" must lie between 0 and 1, not {value}.')
    return kept


def _rounding(
    definition: Mapping[str, Any], needed: tuple[str, ...]
) -> dict[str, tuple[Decimal, str]]:
    rules = {}
    for what in needed:
        rule = read_mapping(definition.get("rounding"), "rounding") if needed else {}
        rule = read_mapping(rule.get(what), f'The rounding rule "{what}"')
        unit, mode = (
            read_number(rule.get("unit"), f'The rounding unit of "{what}"'),
            rule.get("mode"),
        )
        if unit not in UNITS or not isinstance(mode, str) or mode not in MODES:
            raise SchemeError(f'The rounding rule "{what}" has a unit or a mode that is not known.')
        rules[what] = (unit, mode)
    return rules


def _allow_between(definition: Mapping[str, Any], method: str) -> bool:
    allowed = read_flag(definition, "allow_between", "the scheme")
    if allowed and method not in POINTS:
        raise SchemeError(f"The field allow_between is for points, but the method is {method}.")
    return allowed


def _price(definition: Mapping[str, Any], method: str) -> Decimal:
    if method != "linear":
        return Decimal(0)
    return read_number(definition.get("price_per_point"), "The field price_per_point", 4)


def _threshold(definition: Mapping[str, Any], method: str) -> Decimal | None:
    """The score below which a need is met by universal services; a table has a row without an
    amount for that.
    """
    value = definition.get("threshold_points")
    if value is None or method != "linear":
        return None
    return read_number(value, "The field threshold_points", 3)


def _weeks(definition: Mapping[str, Any], needed: bool) -> str:
    value = definition.get("weeks")
    if not needed and value is None:
        return ""
    text = (
        str(value)
        if isinstance(value, int) and not isinstance(value, bool) and value < 100
        else value
    )
    if not isinstance(text, str) or text not in WEEKS:
        raise SchemeError(f"The weeks rule {show(value)} is not one of {', '.join(WEEKS)}.")
    return text


def parse_scheme(definition: object) -> Scheme:
    """A definition (JSON object as in docs/schemes.md) as a Scheme, or a SchemeError that names all
    that is wrong.
    """
    given = read_mapping(definition, "The scheme")
    method = _method(given)
    need, parts = NEEDS[method], Parts()
    domains: tuple[Domain, ...] = parts.take(lambda: _domains(given, method, need.option), ())
    add_ons: tuple[AddOn, ...] = parts.take(lambda: scheme_rows.add_ons(given, method), ())
    wanted = {a.rate: f'The add-on "{a.code}"' for a in add_ons}
    wanted |= {d.rate: f'The domain "{d.code}"' for d in domains if method == "reckoner"}
    read = Scheme(
        name=parts.take(lambda: read_text(given, "name", "The scheme"), ""),
        version=str(given.get("version", "")),
        warning=parts.take(lambda: read_text(given, "WARNING", "The scheme", ""), ""),
        source=parts.take(lambda: read_text(given, "source", "The scheme", ""), ""),
        method=method,
        domains=domains,
        multipliers=parts.take(lambda: _multipliers(given, method), {}),
        rounding=parts.take(
            lambda: _rounding(given, need.rounding + ("add_on",) * bool(add_ons)), {}
        ),
        weeks=parts.take(lambda: _weeks(given, need.weeks), ""),
        table=parts.take(lambda: scheme_rows.table(given, method), ()),
        rates=parts.take(lambda: scheme_rows.rates(given, wanted), ()),
        caps=parts.take(lambda: scheme_rows.caps(given), ()),
        notes=parts.take(lambda: scheme_rows.notes(given), ()),
        valid_from=parts.take(lambda: read_dates(given, "the scheme")[0], None),
        valid_to=None if parts.problems else read_dates(given, "the scheme")[1],
        allow_between=parts.take(lambda: _allow_between(given, method), False),
        price_per_point=parts.take(lambda: _price(given, method), Decimal(0)),
        threshold_points=parts.take(lambda: _threshold(given, method), None),
        add_ons=add_ons,
        tool=parts.take(
            lambda: read_text(given, "tool", "The scheme", None if method == "external" else ""), ""
        ),
    )
    if parts.problems:
        raise SchemeError(parts.problems[0], parts.problems)
    return read


def _method(given: Any) -> str:
    method = given.get("method")
    if not isinstance(method, str) or method not in NEEDS:
        raise SchemeError(
            f"The scheme's method must be one of {', '.join(NEEDS)}, not {show(method)}."
        )
    return method


class Parts:
    """Reads part after part and keeps what was wrong in each, so that a reader sees all of it at
    once.
    """

    def __init__(self) -> None:
        self.problems: list[str] = []

    def take(self, read: Callable[[], T], nothing: T) -> T:
        try:
            return read()
        except SchemeError as wrong:
            self.problems += wrong.problems
            return nothing
