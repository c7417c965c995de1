"""Do the lists of charges agree with the books? Their lines with total and file, and with the facts
as they were recorded when the list was made. Reading only; part of `money_checks`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, F, Sum

from budgets.entitlement.answer import answer
from budgets.models import Charge, ChargeBatch
from budgets.position import entitlement_facts
from cases.models import Case, Council

MOMENT = timedelta(microseconds=1)  # a list reads the facts as they were just before it
ZERO = Decimal("0.00")


def differences(council: Council | None = None) -> Iterator[tuple[str, str]]:
    """(what it is about, what differs), over all councils or one."""
    batches = ChargeBatch.objects.order_by("pk")
    if council is not None:
        batches = batches.filter(council=council)
    for batch in batches.iterator():
        yield from _of_list(batch)
        yield from _of_lines(batch)
    yield from _charged_twice(council)


def _of_list(batch: ChargeBatch) -> Iterator[tuple[str, str]]:
    name = f"list of charges {batch.number} of {batch.council_id}"
    rows = batch.charges.exclude(state="left_out")
    sums = rows.aggregate(total=Sum(F("amount") - F("credit")), count=Count("pk"))
    if (sums["total"] or ZERO, sums["count"]) != (batch.total, batch.count):
        yield name, f"its lines come to {sums['total']}, the list says {batch.total}"
    if hashlib.sha256(batch.content.encode()).hexdigest() != batch.sha256:
        yield name, "its file is not the one that was written"
    states = set(batch.charges.values_list("state", flat=True))
    if states & {"charged" if batch.state == "ready" else "claimed"}:
        yield name, "a line of it stands otherwise than the list"


def _of_lines(batch: ChargeBatch) -> Iterator[tuple[str, str]]:
    rows = batch.charges.order_by("case").values_list("case", flat=True)
    cases: list[int] = list(rows.distinct())
    for start in range(0, len(cases), entitlement_facts.CHUNK):
        yield from _of_chunk(batch, cases[start : start + entitlement_facts.CHUNK])


def _of_chunk(batch: ChargeBatch, cases: Collection[int]) -> Iterator[tuple[str, str]]:
    """All lines of these cases against the reading."""
    facts = entitlement_facts.facts_of_cases(cases, batch.made_at - MOMENT)
    refs = dict(Case.objects.filter(pk__in=cases).values_list("pk", "ref"))
    printed: dict[int, list[Charge]] = defaultdict(list)
    for row in batch.charges.filter(case__in=cases).order_by("number"):
        printed[row.case_id].append(row)
    for case in cases:
        found = answer(facts[case], batch.until)
        due = [(one.covers_from, one.covers_to, one.amount) for one in found.charges]
        rows = printed[case]
        stands = [(r.covers_from, r.covers_to, r.amount) for r in rows if r.covers_from]
        if stands != due:
            yield refs[case], f"list {batch.number} charges {stands}, the facts say {due}"
        credit = sum((row.credit for row in rows), ZERO)
        if credit != found.charged_too_much:
            words = f"list {batch.number} takes {credit} off"
            yield refs[case], f"{words}, the facts say {found.charged_too_much}"


def _charged_twice(council: Council | None) -> Iterator[tuple[str, str]]:
    rows = Charge.objects.filter(state__in=Charge.STANDING, covers_from__isnull=False)
    if council is not None:
        rows = rows.filter(case__council=council)
    before: tuple[int, object] | None = None
    names = ("case", "case__ref", "covers_from", "covers_to")
    for case, ref, first, last in rows.order_by("case", "covers_from").values_list(*names):
        if before and before[0] == case and first <= before[1]:
            yield ref, f"{first} is charged twice"
        before = (case, last)
