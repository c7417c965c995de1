"""Which facts may stand beside each other: everything that would make an answer a guess is refused
with one sentence.

Rows are named by their place, counted from 1. Not here: the kind of each field
(`facts_file`); a day or sum that is only unlikely, which is asked again where it is typed.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date

from budgets.entitlement.facts import COUNCIL, WEEKLY_UNITS, Charge, Facts, Line, Payment


class FactsError(ValueError):
    """One sentence for the reader: why these facts have no answer."""


Named = Iterator[tuple[str, date, date | None]]  # the row's name, its first and last day


def row(number: int, rows: str) -> str:
    """The name of a row in a sentence; ``number`` counts from 0."""
    return f"row {number + 1} of {rows}"


def check(facts: Facts) -> None:
    """FactsError: the first thing found that can't stand."""
    for number, line in enumerate(facts.lines):
        _check_line(row(number, "lines"), line)
    _check_origins(facts)
    _check_prices(facts)
    _no_reversed_days(_spans(facts, "suspensions"))
    for number, suspension in enumerate(facts.suspensions):
        if suspension.make_good and suspension.ends is None:
            raise FactsError(
                f"A suspension is made good only once it has an end, and "
                f"{row(number, 'suspensions')} has none."
            )
    for number, payment in enumerate(facts.paid):
        _check_payment(row(number, "paid"), payment)
    for rows in ("paid", "charged"):
        _no_reversed_days(_spans(facts, rows))
    _one_a_day("decisions", (fact.begins for fact in facts.decisions))
    _one_a_day("contributions", (fact.begins for fact in facts.contributions))
    _one_a_day("agreements", (fact.begins for fact in facts.agreements))
    for rows in ("suspensions", "paid", "charged"):
        _no_day_shared(_spans(facts, rows))


def _check_line(name: str, line: Line) -> None:
    if line.ends is not None and line.ends < line.begins:
        raise FactsError(_reversed(name, line.begins, line.ends))
    if line.weeks is not None and line.unit not in WEEKLY_UNITS:
        raise FactsError(
            f"Weeks a year are only for what is priced by the week, and {name} is not."
        )
    if line.route is None and line.funder == COUNCIL:
        raise FactsError(f"The council pays {name}, so it needs a route.")


def _check_origins(facts: Facts) -> None:
    """Ids differ; an origin is a `once` line without one; of all copies each is in its own plan."""
    known: dict[str, Line] = {}
    for number, line in enumerate(facts.lines):
        if line.id in known:
            raise FactsError(f"The id of {row(number, 'lines')} is the id of another line.")
        known[line.id] = line
    taken: set[tuple[str, int]] = set()
    for number, line in enumerate(facts.lines):
        origin = line if line.origin is None else known.get(line.origin)
        sound = origin is not None and (
            line.origin is None or origin.unit == line.unit == "once" and origin.origin is None
        )
        if not sound or line.origin == line.id:
            raise FactsError(
                f"The origin of {row(number, 'lines')} must be another line that is paid once "
                f"and has no origin."
            )
        copy = (line.origin or line.id, line.plan)
        if copy in taken:
            raise FactsError(
                f"Two copies of one line are in plan {line.plan}, one of them "
                f"{row(number, 'lines')}."
            )
        taken.add(copy)


def _check_prices(facts: Facts) -> None:
    begins = {line.id: line.begins for line in facts.lines}
    for number, price in enumerate(facts.prices):
        if price.line not in begins:
            raise FactsError(f"There is no line for the price in {row(number, 'prices')}.")
        if price.begins < begins[price.line]:
            raise FactsError(f"The price in {row(number, 'prices')} begins before its line.")
    _one_a_day("prices of one line", ((price.line, price.begins) for price in facts.prices))


def _check_payment(name: str, payment: Payment) -> None:
    if (payment.covers_from is None) != (payment.covers_to is None):
        raise FactsError(f"Of its first and last day of cover {name} has only one.")
    if payment.of is not None:
        regular, owed, recovered = payment.of
        if regular + owed - recovered != payment.amount:
            raise FactsError(f"The parts of {name} do not add up to its amount.")


def _spans(facts: Facts, rows: str) -> Named:
    """The days of suspensions, or those that payments or charges cover."""
    if rows == "suspensions":
        for number, suspension in enumerate(facts.suspensions):
            yield row(number, rows), suspension.begins, suspension.ends
        return
    covers: Sequence[Payment | Charge] = facts.paid if rows == "paid" else facts.charged
    for number, fact in enumerate(covers):
        if fact.covers_from is not None:
            yield row(number, rows), fact.covers_from, fact.covers_to


def _reversed(name: str, begins: date, ends: date) -> str:
    return f"The last day of {name}, {ends}, is before its first, {begins}."


def _no_reversed_days(spans: Named) -> None:
    for name, begins, ends in spans:
        if ends is not None and ends < begins:
            raise FactsError(_reversed(name, begins, ends))


def _no_day_shared(spans: Named) -> None:
    ordered = sorted(spans, key=lambda span: span[1])
    for (name, _, ends), (other, begins, _) in zip(ordered, ordered[1:], strict=False):
        if ends is None or begins <= ends:
            raise FactsError(f"The days of {name} and of {other} overlap.")


def _one_a_day(rows: str, days: Iterable[Hashable]) -> None:
    known: set[Hashable] = set()
    for day in days:
        if day in known:
            raise FactsError(f"Two {rows} begin on {day[1] if isinstance(day, tuple) else day}.")
        known.add(day)
