"""What people said, as the dashboard shows it beside the process times: reading only, from
published figures alone.

The pages of results read the same lines in more groups (figures.py). What may be published is
decided in suppression.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from poet import statistics
from poet.results import publishing
from poet.results.published import FEW, WHO, Book


@dataclass(frozen=True)
class OutcomeRow:
    """One question. Counts are ints rounded to 5 or the mark for hidden; `share` and interval are
    0..1 or None.
    """

    question: str
    instrument: str
    block: str
    n: int | str
    good: int | str
    middle: int | str
    bad: int | str
    share: float | None
    interval: tuple[float, float] | None
    few: bool


@dataclass(frozen=True)
class Replies:
    """How many were asked and how many answered, rounded to 5, 0 for under 5: never what anybody
    said.
    """

    asked: int
    answered: int


def _shown(count: int | None) -> int | str:
    return statistics.HIDDEN if count is None else count


def results(council, *, on: date, book: Book | None = None) -> list[OutcomeRow]:
    """The published answers of the financial year of a day, in the order of the instruments."""
    book, year = book or Book(council), publishing.year_of(on)
    return [
        OutcomeRow(
            question=one.short,
            instrument=who,
            block=one.block,
            n=_shown(line.n),
            good=_shown(line.good),
            middle=_shown(line.middle),
            bad=_shown(line.bad),
            share=line.share,
            interval=line.interval,
            few=line.n is None or line.n < FEW,
        )
        for who in WHO
        for one in book.questions(who)
        for line in [book.line(year, who, one.code, "all")]
        if line.n != 0
    ]


def replies(council, *, on: date, book: Book | None = None) -> Replies:
    """Asked and answered in the financial year of a day, as of the last release."""
    book, year = book or Book(council), publishing.year_of(on)
    found = [book.response_counts(year, who) for who in WHO]
    return Replies(sum(asked for asked, _n in found), sum(answered for _n, answered in found))


def better(rows: Iterable[OutcomeRow]) -> OutcomeRow | None:
    """The first question about a change in the person's life whose share may be shown."""
    return next((r for r in rows if r.block == "outcomes" and r.share is not None), None)
