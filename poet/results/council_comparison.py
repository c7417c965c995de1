"""Councils beside each other: those of this installation that agreed to it, and those whose file
came in. Reading only.

In the order of their names: a share that rests on those who chose to answer is no league table.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from cases import journey
from cases.models import Council
from cases.ui.components import Table
from poet.models import CouncilFile, Sharing
from poet.results import result_tables
from poet.results.figures import route_name
from poet.results.published import EMPTY, Book, Line, Question, year_words
from poet.survey import questions


@dataclass(frozen=True)
class Peer:
    """One council's shown lines by (what the question means, view, group)."""

    name: str
    year: str
    lines: dict[tuple[tuple[str, ...], str, str], Line]

    def line(self, one: Question, view: str, group: str = "") -> Line:
        return self.lines.get((one.meaning, view, group), EMPTY)


def peers(council, year: str) -> list[Peer]:
    """The council itself and all it may look at, by name. Others of this installation only where
    both agreed.
    """
    found = [_of_book(Book(council), year)]
    if Sharing.of_council(council).compare:
        others = Council.objects.exclude(pk=council.pk).filter(sharing__compare=True).distinct()
        found += [
            _of_book(Book(other), year) for other in others if Sharing.of_council(other).compare
        ]
    newest: dict[tuple[str, str], CouncilFile] = {}
    for one in CouncilFile.objects.filter(council=council).order_by("added_at", "pk"):
        newest[one.name, one.year] = one
    found += [_of_file(one) for one in newest.values()]
    return sorted((peer for peer in found if peer.lines), key=lambda peer: (peer.name, peer.year))


def _of_book(book: Book, year: str) -> Peer:
    asked = [one for who in ("person", "carer", "worker") for one in book.questions(who)]
    often = Counter(one.meaning for one in asked if book.groups(year, one.who, one.code, "all"))
    lines = {
        (one.meaning, view, group): line
        for one in asked
        if often[one.meaning] == 1  # two of one meaning: neither speaks for both
        for view in ("all", "route")
        for group, line in book.groups(year, one.who, one.code, view).items()
    }
    return Peer(book.council.name, year, lines)


def _of_file(one: CouncilFile) -> Peer:
    """A file names domains and no scales: what is not on the open list may mean anything, and is
    not compared.
    """
    rows: list[dict[str, Any]] = one.content["figures"]
    often = Counter((r["who"], r["domain"]) for r in rows if r["view"] == "all")
    lines: dict[tuple[tuple[str, ...], str, str], Line] = {
        ((r["who"], r["domain"], scale), r["view"], r["group"]): Line(
            r["n"], r["good"], r["middle"], r["bad"]
        )
        for r in rows
        if (scale := questions.shared_scale(r["who"], r["domain"]))
        and often[r["who"], r["domain"]] == 1
    }
    return Peer(one.name, one.year, lines)


def table(one: Question, others: list[Peer]) -> Table:
    """One question in every council that has it."""
    head = [
        _("Council"),
        _("Year"),
        _("Answers, about"),
        _("Good (likely range)"),
        *map(route_name, journey.MONEY_ROUTES),
    ]
    rows = [
        [
            peer.name,
            year_words(peer.year),
            result_tables.counted(peer.line(one, "all")),
            result_tables.side(peer.line(one, "all"), "good"),
            *(
                result_tables.side(peer.line(one, "route", route), "good")
                for route in journey.MONEY_ROUTES
            ),
        ]
        for peer in others
        if peer.line(one, "all").n
    ]
    return Table(
        _(one.short),
        head,
        rows,
        numeric=set(range(2, 7)),
        caption_size="s",
        empty=_("No council shows this question yet."),
    )
