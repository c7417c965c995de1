"""Has every fact of money the event of the act that recorded it, and the letter that it owes? Which
act and which letter is declared in `fact_events`. Reading only; part of `money_checks`.

A row that legitimately has no event says so itself: it was carried over by the upgrade after which
facts are compared with their events (`carried`), or was paid elsewhere on a pay day that finance
closed (`ParallelRun`). The letters of a case may be gone under a `Disposal`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone

from budgets.models import Charge, ParallelLine, Payee
from budgets.payments.fact_events import ACTS, FOLLOWS, MOMENT, Act
from budgets.position.money_books import Books, Row
from cases.common import dates
from cases.letters.phrases import kind_owed
from cases.models import Event
from cases.models.record import Disposal

WRITTEN_WITHIN = timedelta(days=1)  # the letters about charges, once their list was released
LETTERS = {act.letter: act.names for acts in ACTS.values() for act in acts if act.letter}
BY_VERB: dict[str, list[tuple[str, Act]]] = defaultdict(list)
for _kind, _acts in ACTS.items():
    for _act in _acts:
        BY_VERB[_act.verb].append((_kind, _act))
VERBS = (*BY_VERB, *LETTERS)
SUMS = ("extra", "instalment", "settled", "earlier")


class Fact(NamedTuple):
    """A row as its event names it: by `pk`, or by the moment `at`."""

    kind: str
    pk: int | None
    at: datetime
    words: str


@dataclass
class Recorded:
    """What the events of some cases say. `acts`: (kind, case, id or moment) -> the verb of the
    event that follows with the letter, if one does; `told`: (verb, case, id) of those events;
    `more`: case -> facts that are not in its books; `wrong`: case -> letters that are missing.
    """

    acts: dict[tuple[str, int, Any], str] = field(default_factory=dict)
    told: set[tuple[str, int, Any]] = field(default_factory=set)
    more: dict[int, list[Fact]] = field(default_factory=lambda: defaultdict(list))
    wrong: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))


def recorded_of(cases: Collection[int]) -> Recorded:
    """What the events and letters of these cases say. Four statements, however many they are, and
    one more where a letter is missing.
    """
    found = Recorded()
    rows = Event.objects.filter(case__in=cases, verb__in=VERBS).order_by()
    for verb, codes, case, at, letter in rows.values_list(
        "verb", "codes", "case", "at", "letter__pk"
    ).iterator():
        _take(found, verb, codes, case, at)
        if letter is None and kind_owed(verb):
            day = dates.london_date(at)
            found.wrong[case].append(f"the letter of {verb} on {day} is not there")
    _payees(found, cases)
    _pay_days(found, cases)
    _charges(found, cases)
    if found.wrong:
        gone = Disposal.objects.filter(case__in=found.wrong)
        for case in gone.values_list("case", flat=True):
            found.wrong.pop(case, None)
    return found


def _take(found: Recorded, verb: str, codes: dict[str, Any], case: int, at: datetime) -> None:
    if verb in LETTERS:
        found.told.add((verb, case, codes.get(LETTERS[verb])))
    for kind, act in BY_VERB.get(verb, ()):
        follows = act.letter if codes.get(FOLLOWS) else ""
        for key in _keys(act, kind, codes, at):
            found.acts[kind, case, key] = follows


def _keys(act: Act, kind: str, codes: dict[str, Any], at: datetime) -> tuple[Any, ...]:
    """By what an event names its facts of a kind."""
    if act.names == MOMENT:
        return (at,)
    named = codes.get(act.names)
    return tuple(named.get(kind, ())) if isinstance(named, dict) else (named,)


def _payees(found: Recorded, cases: Collection[int]) -> None:
    rows = Payee.objects.filter(case__in=cases).order_by()
    for case, pk, at, verified in rows.values_list("case", "pk", "recorded_at", "verified_at"):
        day = dates.london_date(at)
        found.more[case].append(Fact("payee", pk, at, f"who is paid, of {day}"))
        if verified:
            words = f"that the payee of {day} is verified"
            found.more[case].append(Fact("verified", pk, verified, words))


def _pay_days(found: Recorded, cases: Collection[int]) -> None:
    """What the ledger paid on a pay day stands in the books from the moment it was closed."""
    rows = ParallelLine.objects.filter(case__in=cases, run__state="closed", paid_by_ledger=True)
    for case, at in rows.order_by().values_list("case", "run__done_at"):
        found.acts["elsewhere", case, at] = ""


def _charges(found: Recorded, cases: Collection[int]) -> None:
    """Charges that were entered, those without their letter, and those whose letter is gone."""
    late = Q(event=None, case__person__died_on=None)
    late &= Q(batch__released_at__lt=timezone.now() - WRITTEN_WITHIN)
    gone = Q(event__isnull=False, event__letter=None)
    rows = Charge.objects.filter(Q(batch=None) | Q(late | gone, state="charged"), case__in=cases)
    names = ("case", "batch__number", "recorded_at", "covers_from", "covers_to", "amount")
    for case, batch, at, first, last, amount in rows.order_by().values_list(*names):
        words = f"what was charged for {first} to {last}, {amount}"
        if batch is None:
            found.more[case].append(Fact("elsewhere", None, at, words))
        else:
            found.wrong[case].append(f"no letter tells of {words}, on list {batch}")


def of_case(books: Books, recorded: Recorded) -> Iterator[str]:
    """Facts of a case without their event or their letter."""
    for fact in (*_facts(books), *recorded.more.get(books.case, ())):
        keys = [(fact.kind, books.case, key) for key in (fact.pk, fact.at) if key is not None]
        said = next((recorded.acts[key] for key in keys if key in recorded.acts), None)
        if said is None:
            yield f"no event says who recorded {fact.words}"
        elif said and (said, books.case, fact.pk) not in recorded.told:
            yield f"no letter tells of {fact.words}"
    yield from recorded.wrong.get(books.case, ())


def _facts(books: Books) -> Iterator[Fact]:
    for kind in SUMS:
        for row in books.dated[kind]:
            yield Fact(kind, row.pk, row.recorded_at, f"the {kind} of {row.amount} on {row.day}")
    for kind, words in (("plan", _plan), ("price", _price), ("suspension", _suspension)):
        for row in books.dated[kind]:
            if not row.carried:
                pk = row.ref if kind == "plan" else row.pk
                yield Fact(kind, pk, row.recorded_at, words(row))
    for made in books.agreements:
        words_of = f"version {made.version} of the agreement"
        yield Fact("agreement", made.pk, made.made_at, words_of)
    for paid in books.contributions:
        words_of = f"the contribution from {paid.valid_from}"
        yield Fact("contribution", paid.pk, paid.recorded_at, words_of)
    yield from _payments(books)


def _payments(books: Books) -> Iterator[Fact]:
    """Payments that came back, and those that did not leave from here."""
    for row in books.payments:
        words = f"{row.amount} due {row.on}"
        if row.state == "returned":
            at = row.state_at or row.recorded_at
            yield Fact("returned", row.pk, at, f"that {words} came back")
        if row.batch_id is None:
            yield Fact("elsewhere", None, row.recorded_at, f"that {words} was paid elsewhere")


def _plan(row: Row) -> str:
    return f"the plan in force from {row.day}" if row.ref else f"that no plan holds from {row.day}"


def _price(row: Row) -> str:
    if isinstance(row.until, date):
        return f"what came from {row.day} to {row.until}"
    return f"the price from {row.day}"


def _suspension(row: Row) -> str:
    return f"the suspension from {row.day}"
