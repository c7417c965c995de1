"""A pay day of cases that are not live: what our batch would pay beside what the ledger paid, and
what may explain a difference. Reading only; nothing here is sent or saved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from budgets.entitlement import reading
from budgets.entitlement.answer import answer, read
from budgets.entitlement.facts import Facts
from budgets.ledger.ledger_payments import LedgerPayment
from budgets.models import EnteredCase, ParallelLine, Payee, Payment
from budgets.money.uploads import BadUpload
from budgets.payments import standing_payments
from budgets.position import entitlement_facts
from cases.models import Council

ZERO, PENNY, PENCE = Decimal("0.00"), Decimal("0.01"), Decimal("0.05")
RUNS = 2  # pay days whose differences are 0.00 or accepted, before a case goes live
CAUSES = {
    "not_here": gettext_lazy("The ledger pays somebody who was not entered here."),
    "live": gettext_lazy(
        "This case is live: we pay it, and the ledger pays it too. Stop the payment in the ledger."
    ),
    "ledger_none": gettext_lazy("The ledger paid nothing on this day."),
    "payee": gettext_lazy("We would pay nothing: nobody is verified whom the money goes to."),
    "suspended": gettext_lazy("We would pay nothing for some days: the payments are suspended."),
    "ended": gettext_lazy("The support has ended in our record."),
    "ours_none": gettext_lazy("We would pay nothing: no day without a payment begins by then."),
    "pence": gettext_lazy("A few pence: the ledger may round each payment by itself."),
    "contribution": gettext_lazy(
        "As much as the contribution for these days: one of the two leaves it out. Look at its "
        "sum, and at the day on which the person was told."
    ),
    "before": gettext_lazy("Ours holds a sum for days before, or an instalment comes off it."),
    "days": gettext_lazy("The two cover other days."),
    "price": gettext_lazy("The same days at another price: look at hours, rate and weeks a year."),
}


@dataclass
class Theirs:
    """What the ledger paid for one case on the pay day, its rows together."""

    name: str
    amount: Decimal = ZERO
    regular: Decimal = ZERO
    covers: list[tuple[date, date]] = field(default_factory=list)

    @property
    def first(self) -> date | None:
        return min((first for first, _last in self.covers), default=None)

    @property
    def last(self) -> date | None:
        return max((last for _first, last in self.covers), default=None)


class Ours(NamedTuple):
    """What our batch would pay for one case by the pay day. ``more``: of it, for days before."""

    amount: Decimal
    first: date | None
    last: date | None
    more: Decimal


def matched(council: Council, rows: Iterable[LedgerPayment]) -> dict[int | str, Theirs]:
    """Case id -> what the ledger paid; for whoever is not here the name in the file. BadUpload:
    each line that can't be taken.
    """
    found: dict[int | str, Theirs] = {}
    problems: list[str] = []
    by_name, by_creditor = _names(council)
    covered = _covered(council)
    for row in rows:
        named, paid_to = by_name.get(row.reference), by_creditor.get(row.creditor, set())
        wrong = _wrong(row, named, paid_to)
        key = named or (next(iter(paid_to)) if len(paid_to) == 1 else None)
        name = row.reference or row.creditor
        theirs = found.setdefault(key or name, Theirs(name))
        if not wrong and row.first and row.last and key in covered and row.first <= covered[key]:
            words = {"day": covered[key].isoformat()}
            wrong = _("days up to %(day)s are paid already by our books.") % words
        if not wrong and _overlaps(row, theirs):
            wrong = _("another line of this file covers the same days.")
        if wrong:
            problems.append(_("Line %(line)s: %(what)s") % {"line": row.line, "what": wrong})
        _add(theirs, row)
    if problems:
        raise BadUpload(problems)
    return found


def _wrong(row: LedgerPayment, named: int | None, paid_to: Collection[int]) -> str:
    if named is None and len(paid_to) > 1:
        return _("several cases are paid to this creditor: write the reference.")
    if named is not None and paid_to and named not in paid_to:
        return _("the creditor number is that of another case.")
    return ""


def _overlaps(row: LedgerPayment, theirs: Theirs) -> bool:
    if row.first is None or row.last is None:
        return False
    return any(first <= row.last and row.first <= last for first, last in theirs.covers)


def _add(theirs: Theirs, row: LedgerPayment) -> None:
    theirs.amount += row.amount
    if row.first and row.last:
        theirs.regular += row.amount
        theirs.covers.append((row.first, row.last))


def _names(council: Council) -> tuple[dict[str, int], dict[str, set[int]]]:
    """Entered cases by both references, and by the creditor number of their payee in force."""
    rows = EnteredCase.objects.filter(council=council)
    by_name: dict[str, int] = {}
    for own, ours, pk in rows.values_list("reference", "case__ref", "case"):
        by_name |= {own: pk, ours: pk}
    by_creditor: dict[str, set[int]] = defaultdict(set)
    payees = Payee.objects.filter(case__entry__council=council, struck_at=None)
    for creditor, pk in payees.values_list("creditor", "case"):
        by_creditor[creditor].add(pk)
    return by_name, by_creditor


def _covered(council: Council) -> dict[int | str | None, date]:
    """Case id -> the last day that is paid, of the cases that wait to go live."""
    rows = Payment.objects.filter(
        case__in=waiting(council).values("case"), state__in=Payment.STANDING
    )
    last = rows.order_by().values("case").annotate(last=Max("covers_to"))
    return {row["case"]: row["last"] for row in last if row["last"]}


def waiting(council: Council) -> QuerySet[EnteredCase]:
    """The entered cases that are not live yet."""
    return EnteredCase.objects.filter(council=council, live_at=None)


def beside(council: Council, on: date, theirs: dict[int | str, Theirs]) -> list[ParallelLine]:
    """The lines of a pay day, unsaved: every case that either of the two would pay. So many cases
    at a time.
    """
    found: list[ParallelLine] = []
    pending = waiting(council).order_by("reference").values_list("case", "reference")
    names = dict(pending)
    for facts in entitlement_facts.in_chunks(names):
        payees = standing_payments.payees_of(facts)
        for pk, stands in facts.items():
            ours, paid = _ours(stands, on, pk in payees), theirs.get(pk)
            if ours.amount or ours.first or paid:
                why = causes(ours, paid, stands, on, pk in payees)
                found.append(_line(names[pk], pk, ours, paid, why))
    for key, paid in theirs.items():
        if key not in names:
            why = ["live" if isinstance(key, int) else "not_here"]
            case = key if isinstance(key, int) else None
            found.append(_line(paid.name, case, Ours(ZERO, None, None, ZERO), paid, why))
    for number, line in enumerate(found, 1):
        line.number = number
    return found


def _ours(facts: Facts, on: date, verified: bool) -> Ours:
    due = answer(facts, on).payments if verified else ()
    covers = [(p.covers_from, p.covers_to) for p in due if p.covers_from and p.covers_to]
    return Ours(
        sum((p.amount for p in due), ZERO),
        min((first for first, _last in covers), default=None),
        max((last for _first, last in covers), default=None),
        sum((p.of.owed - p.of.recovered for p in due if p.of), ZERO),
    )


def causes(ours: Ours, theirs: Theirs | None, facts: Facts, on: date, verified: bool) -> list[str]:
    """What may explain the difference, as codes of CAUSES; nothing where there is none."""
    paid = theirs.amount if theirs else ZERO
    differs = ours.amount - paid
    if not differs:
        return []
    if abs(differs) <= PENCE:
        return ["pence"]
    found = [] if theirs else ["ledger_none"]
    if not ours.amount:
        found.append(_why_nothing(facts, on, verified))
    elif any(s.begins <= on and (s.ends is None or s.ends >= on) for s in facts.suspensions):
        found.append("suspended")
    if ours.more:
        found.append("before")
    if theirs and ours.amount:
        found += _of_the_days(abs(differs), ours, theirs, facts)
    return found or ["price"]


def _of_the_days(differs: Decimal, ours: Ours, theirs: Theirs, facts: Facts) -> list[str]:
    found = ["contribution"] if _is_contribution(differs, ours, facts) else []
    return found if (ours.first, ours.last) == (theirs.first, theirs.last) else [*found, "days"]


def _why_nothing(facts: Facts, on: date, verified: bool) -> str:
    if not verified:
        return "payee"
    if facts.end is not None and facts.end < on:
        return "ended"
    if any(s.ends is None or s.ends >= on for s in facts.suspensions):
        return "suspended"
    return "ours_none"


def _is_contribution(sum_: Decimal, ours: Ours, facts: Facts) -> bool:
    """Is it what the contribution comes to for our days, as it was taken or as it was decided?"""
    if ours.first is None or ours.last is None or not facts.contributions:
        return False
    first, last = ours.first.toordinal(), ours.last.toordinal()
    sums = read(facts, ours.last)
    taken = sums.pence(reading.TAKEN, last) - sums.pence(reading.TAKEN, first - 1)
    decided = max(facts.contributions, key=lambda row: row.begins).weekly * (last - first + 1) / 7
    near = (abs(sum_ - Decimal(taken).scaleb(-2)), abs(sum_ - decided))
    return min(near) <= PENNY


def _line(
    name: str, case: int | None, ours: Ours, theirs: Theirs | None, why: list[str]
) -> ParallelLine:
    paid = theirs or Theirs(name)
    return ParallelLine(
        case_id=case,
        reference=name,
        theirs=paid.amount,
        theirs_regular=paid.regular,
        theirs_from=paid.first,
        theirs_to=paid.last,
        paid_by_ledger=theirs is not None,
        ours=ours.amount,
        ours_from=ours.first,
        ours_to=ours.last,
        causes=why,
    )


def theirs_of(lines: Iterable[ParallelLine]) -> dict[int | str, Theirs]:
    """What the ledger paid, from lines that were laid before."""
    found: dict[int | str, Theirs] = {}
    for line in lines:
        if line.paid_by_ledger:
            covers = [(line.theirs_from, line.theirs_to)] if line.theirs_from else []
            one = Theirs(line.reference, line.theirs, line.theirs_regular)
            one.covers = [(first, last) for first, last in covers if first and last]
            found[line.case_id or line.reference] = one
    return found


def settled(line: ParallelLine) -> bool:
    """Does the line stand in nobody's way: no difference, or one that was accepted by name?"""
    return not line.difference or line.accepted_by_id is not None


class Waiting(NamedTuple):
    """An entered case with the lines of its last closed pay days, the latest first."""

    entry: EnteredCase
    lines: list[ParallelLine]

    @property
    def ready(self) -> bool:
        """May it go live: were as many pay days as it takes in order?"""
        laid = len(self.lines) == RUNS and all(settled(line) for line in self.lines)
        return self.entry.live_at is None and laid


def with_last_lines(entries: Iterable[EnteredCase]) -> list[Waiting]:
    """The entries, in their order, each with its lines. One statement."""
    found, lines = list(entries), defaultdict(list)
    rows = ParallelLine.objects.filter(
        case__in=[entry.case_id for entry in found], run__state="closed"
    )
    for line in rows.select_related("run").order_by("-run__on"):
        lines[line.case_id].append(line)
    return [Waiting(entry, lines[entry.case_id][:RUNS]) for entry in found]
