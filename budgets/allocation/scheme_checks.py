"""What must hold before a scheme version may be published: a sound definition whose test vectors
pass.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any

from budgets.allocation.readers import SchemeError, read_mapping, read_number
from budgets.allocation.schemes import POINTS, Scheme, parse_scheme
from budgets.money.sterling import rounding

_FIELDS = {
    "scheme": "name version WARNING source method weeks rounding domains max_points "
    "unpaid_support_multipliers table "
    "rates caps notes valid_from valid_to vectors calibration allow_between price_per_point "
    "threshold_points add_ons "
    "tool",
    "domain": "code title question outcome asked_of rate options may_not_apply",
    "option": "label points hours amount amount_year up_to note",
    "row": "from to amount_year",
    "rate": "code label amount unit valid_from valid_to source",
    "add-on": "code label rate",
}


def check_scheme(definition: object, *, pages: Collection[str] | None = None) -> list[str]:
    """Every reason, one sentence each, why a definition may not be published; empty when it may.

    ``pages``: the outcome pages of the self-assessment; when given, each domain must stand on one
    of them.
    """
    try:
        scheme = parse_scheme(definition)
        raw = read_mapping(definition, "The scheme")
        return (
            _unknown_fields(raw)
            + _pages(scheme, pages)
            + _levels(scheme)
            + _table_covers(scheme, raw)
        )
    except SchemeError as problem:
        return problem.problems


def _unknown_fields(raw: Mapping[str, Any]) -> list[str]:
    """A field this version does not know may be a rule it would silently leave out."""
    seen = [("scheme", raw)]
    for domain in raw.get("domains") or []:
        seen += [("domain", domain), *(("option", option) for option in domain["options"])]
    for kind, field in (("row", "table"), ("rate", "rates"), ("add-on", "add_ons")):
        seen += [(kind, entry) for entry in raw.get(field) or [] if isinstance(entry, Mapping)]
    strange = {
        (kind, field)
        for kind, holder in seen
        for field in holder
        if field not in _FIELDS[kind].split()
    }
    return [f'The {kind} field "{field}" is not known.' for kind, field in sorted(strange)]


def _pages(scheme: Scheme, pages: Collection[str] | None) -> list[str]:
    problems = []
    for domain in scheme.domains:
        if not domain.outcome:
            problems.append(
                f'The domain "{domain.code}" does not say which outcome page it stands on.'
            )
        elif pages is not None and domain.outcome not in pages:
            problems.append(
                f'The domain "{domain.code}" stands on an unknown page, "{domain.outcome}".'
            )
    return problems


def _levels(scheme: Scheme) -> list[str]:
    """Where no help is needed, nobody is asked who gives it: there must be a level that takes
    nothing off.
    """
    if not scheme.multipliers or 1 in scheme.multipliers.values():
        return []
    return ["No level of unpaid support keeps all of a need (1)."]


def _table_covers(scheme: Scheme, raw: Mapping[str, Any]) -> list[str]:
    """Contiguous rows from 0 to the highest score that can be reached, paying no less as points
    rise.
    """
    if scheme.method not in POINTS:
        return []
    step, mode = scheme.rounding["points"]
    highest = sum(
        (max(o.value or Decimal(0) for o in d.options) for d in scheme.domains), Decimal(0)
    )
    problems = []
    if "max_points" in raw and read_number(raw["max_points"], "max_points", 3) != highest:
        problems.append(
            f"max_points is {raw['max_points']}, but the highest options add up to {highest}."
        )
    return problems + (_rows(scheme, rounding(highest, step, mode), step) if scheme.table else [])


def _rows(scheme: Scheme, top: Decimal, step: Decimal) -> list[str]:
    table, problems = scheme.table, []
    if table[0].start != 0:
        problems.append(f"The table begins at {table[0].start}, not at 0 (row 1).")
    if table[-1].end < top:
        problems.append(
            f"The table ends at {table[-1].end}, but {top} points can be reached (row "
            f"{len(table)})."
        )
    for place, (before, after) in enumerate(pairwise(table), 1):
        if after.start != before.end + step:
            problems.append(
                f"The table has a gap between {before.end} and {after.start} (rows {place} "
                f"and {place + 1})."
            )
        if (after.amount or Decimal(0)) < (before.amount or Decimal(0)):
            problems.append(
                f"The table pays less from {after.start} points than below (row {place + 1})."
            )
    return problems
