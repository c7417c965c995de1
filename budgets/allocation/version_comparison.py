"""Two versions of a scheme on the same answers: on one case, both sums; on past cases, who gains
and who loses.

Reading only. Nothing is stored: every case stays on its version, and its kept figure is never
replaced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from budgets.allocation.allocator import Allocation, SchemeError, allocate, parse_scheme
from budgets.allocation.answers import unpack
from budgets.allocation.calibration import Side, side
from budgets.allocation.schemes import Scheme
from budgets.models import Calculation, SchemeVersion
from budgets.money.small_numbers import SMALLEST, pool
from cases.common import dates
from cases.models.people import NEED_GROUPS

MOST = 2000  # the latest cases; enough to see who gains, and still a page


@dataclass(frozen=True)
class Comparison:
    """`sides`: everybody first, then groups of five or more. `left_out`: why cases have no figure
    -> how many.
    """

    cases: int
    sides: list[Side]
    left_out: list[tuple[str, int]]


def compare(first: SchemeVersion, second: SchemeVersion) -> Comparison:
    """The past cases of this scheme under both versions, the answers as they were agreed."""
    parsed = [parse_scheme(version.definition) for version in (first, second)]
    groups: dict[str, list[tuple[Decimal, Decimal]]] = {}
    why: Counter[str] = Counter()
    runs = past_runs(first)
    for run in runs:
        try:
            pair = [_annual(run, v, read) for v, read in zip((first, second), parsed, strict=True)]
        except SchemeError as refusal:
            why[str(refusal)] += 1
            continue
        groups.setdefault(run.case.need_group, []).append((pair[0], pair[1]))
    return Comparison(len(runs), _sides(groups), _reasons(why))


def past_runs(version: SchemeVersion) -> list[Calculation]:
    """The last calculation of each case of this scheme, the latest first; nobody's name is read."""
    rows = Calculation.objects.filter(version__scheme=version.scheme_id)
    last = (
        rows.values("case")
        .annotate(last=Max("pk"))
        .order_by("-last")
        .values_list("last", flat=True)[:MOST]
    )
    found = (
        Calculation.objects.filter(pk__in=list(last))
        .select_related("case")
        .only("inputs", "annual", "version_id", "made_at", "case__need_group")
    )
    return list(found)


def _annual(run: Calculation, version: SchemeVersion, parsed: Scheme) -> Decimal:
    if run.version_id == version.pk:
        return run.annual
    return rerun(run, version, parsed).annual


def rerun(run: Calculation, version: SchemeVersion, parsed: Scheme | None = None) -> Allocation:
    """The answers of a kept calculation under another version, on its first day where that came
    later.

    SchemeError where the version asks what was not asked, or has no figure for that day.
    """
    parsed = parsed or parse_scheme(version.definition)
    answers, extras = unpack(run.inputs)
    asked = {domain.code for domain in parsed.domains}
    return allocate(
        parsed,
        {code: a for code, a in answers.items() if code in asked},
        on=_day(run, version),
        **extras,
    )


def _day(run: Calculation, version: SchemeVersion) -> date:
    return max(dates.london_date(run.made_at), version.valid_from)


def _sides(groups: dict[str, list[tuple[Decimal, Decimal]]]) -> list[Side]:
    everybody = [pair for pairs in groups.values() for pair in pairs]
    if len(everybody) < SMALLEST:
        return []
    named = {
        str(NEED_GROUPS.get(code, code or _("Not recorded"))): pairs
        for code, pairs in groups.items()
    }
    shown: dict[str, Sequence[Any]] = {"": everybody}
    shown |= pool(named, str(_("Other groups together")))
    return [side(name, pairs) for name, pairs in shown.items()]


def _reasons(why: Counter[str]) -> list[tuple[str, int]]:
    """The commonest reasons; those of few cases together, so that no one case is described."""
    found = [(words, n) for words, n in why.most_common() if n >= SMALLEST]
    rest = sum(n for n in why.values() if n < SMALLEST)
    return found + ([(str(_("Other reasons")), rest)] if rest else [])
