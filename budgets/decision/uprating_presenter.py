"""The yearly uprating as its pages show it: a run, its rows, one row, and what a release changes.
Ready strings and tables; reading only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from budgets.models import Uprating, UpratingRow
from budgets.money.sterling import pounds
from budgets.payments.uprating_tasks import letters_by, link_to, waiting
from budgets.position.case_money import ZERO
from budgets.position.money_presenter import plus_minus
from cases.common import dates
from cases.ui.components import Badge, Link, Table
from cases.ui.date_words import day
from cases.ui.look import Look

Rows = list[tuple[str, Any]]


def runs_table(runs: Collection[Uprating]) -> Table:
    """The runs of a page of them."""
    waits = waiting(runs)
    rows = [
        [
            Link(_("Run %(n)s") % {"n": run.number}, _address(run)),
            day(run.counts_from),
            day(run.made_at),
            str(run.count),
            _state(run, waits),
        ]
        for run in runs
    ]
    head = [_("Run"), _("Counts from"), _("Begun on"), _("Rows"), _("How it stands")]
    return Table(_("Runs so far"), head, rows, numeric={3}, empty=_("None yet."))


def _address(run: Uprating) -> str:
    return reverse("budgets:uprating", args=[run.number])


def _state(run: Uprating, waits: dict[int, int]) -> str:
    """How a run stands: with a row that a person still has to see to, not all is written."""
    n = waits.get(run.pk, 0)
    if not n:
        return str(run.get_state_display())
    words = ngettext(
        "Released: %(n)s row still waits for a person",
        "Released: %(n)s rows still wait for a person",
        n,
    )
    return words % {"n": n}


def run_facts(run: Uprating, no: str = "") -> Rows:
    """What is known of a run. `no`: why the reader can't release it."""
    made = {"who": run.made_by, "day": day(run.made_at)}
    rows: Rows = [
        (_("How it stands"), _state(run, waiting([run]))),
        (_("Counts from"), day(run.counts_from)),
        (_("Last day for letters and calls"), day(letters_by(run.counts_from))),
        (_("A person looks at changes above"), pounds(run.limit_weekly)),
        (_("Begun"), _("by %(who)s on %(day)s") % made),
    ]
    if run.done_by:
        done = {"who": run.done_by, "day": day(run.done_at)}
        rows.append((_("Released or withdrawn"), _("by %(who)s on %(day)s") % done))
    return rows + ([(_("Why you can’t release it now"), no)] if no else [])


def counts_table(run: Uprating, rows: QuerySet[UpratingRow], kinds: Collection[str]) -> Table:
    """How many rows of each of these kinds stand how, each with a way to those alone."""
    counted = rows.order_by().values("kind", "state").annotate(n=Count("pk"))
    found = {(row["kind"], row["state"]): row["n"] for row in counted}
    lines = [
        [
            Link(str(words), f"{_address(run)}?show={state}"),
            *(str(found.get((kind, state), 0)) for kind in kinds),
        ]
        for state, words in UpratingRow.STATES.items()
    ]
    head = [_("How they stand"), *(str(UpratingRow.KINDS[kind]) for kind in kinds)]
    return Table(_("Rows of this run"), head, lines, numeric=set(range(1, len(head))))


def rows_table(run: Uprating, shown: Iterable[UpratingRow]) -> Table:
    """The rows of a page of them."""
    rows = [
        [
            [one.case.person.name, one.case.ref],
            str(one.get_kind_display()),
            pounds(one.was),
            "–" if one.will_be is None else pounds(one.will_be),
            "–" if one.difference is None else plus_minus(one.difference),
            _stands(one),
            link_to(one),
        ]
        for one in shown
    ]
    head = [
        _("Case"),
        _("What"),
        _("Was, a week"),
        _("Will be, a week"),
        _("Difference"),
        _("How it stands"),
        _("Do"),
    ]
    caption = _("What changes from %(day)s") % {"day": day(run.counts_from)}
    return Table(caption, head, rows, numeric={2, 3, 4}, empty=_("There is none."))


def _stands(row: UpratingRow) -> list[Any]:
    colour = {"exception": "yellow", "left_out": "grey", "done": "green"}.get(row.state)
    words = str(row.get_state_display())
    found: list[Any] = [Badge(words, colour) if colour else words]
    found += [str(row.get_code_display())] if row.code and row.state != "proposed" else []
    return found + ([row.reason] if row.reason else [])


def row_facts(one: UpratingRow) -> Rows:
    """What is known of one row."""
    facts: Rows = [
        (_("How it stands"), str(one.get_state_display())),
        (_("From"), day(one.uprating.counts_from)),
        (_("Was, a week"), pounds(one.was)),
        (_("Will be, a week"), _("Not known") if one.will_be is None else pounds(one.will_be)),
    ]
    if one.difference is not None:
        facts.append((_("Difference"), plus_minus(one.difference)))
    if one.code:
        facts.append((_("Why a person looks at it"), str(one.get_code_display())))
    if one.do_by and not one.reason:
        facts.append((_("To be done by"), _by_words(one.do_by)))
    if one.reason:
        facts.append((_("What was said"), one.reason))
    if one.decided_by:
        facts.append((_("Decided by"), str(one.decided_by)))
    return facts


def _by_words(by: date) -> Any:
    return Badge(day(by), "red") if by < dates.today() else day(by)


def release_look(run: Uprating) -> Look:
    """What the release of a run changes in all, to be looked at before it is confirmed."""
    rows = run.rows.filter(state="decided").order_by("number")
    decided = list(rows.values_list("pk", "kind", "was", "will_be"))
    left = run.rows.order_by().exclude(state="decided").values("state").annotate(n=Count("pk"))
    others = {row["state"]: row["n"] for row in left}
    lines = []
    for kind, words in UpratingRow.KINDS.items():
        sums = [(was, will_be) for _pk, of, was, will_be in decided if of == kind]
        if sums:  # added up here: SQLite adds up as floats
            was, will_be = (sum(column, ZERO) for column in zip(*sums, strict=True))
            lines.append([str(words), str(len(sums)), *_three(was, will_be)])
    head = [_("What"), _("Rows"), _("Was, a week"), _("Will be, a week"), _("Difference")]
    table = Table(_("What is released"), head, lines, numeric={1, 2, 3, 4})
    short = [(_("Counts from"), day(run.counts_from))]
    short += [
        (words, str(others.get(state, 0)))
        for state, words in (
            ("exception", _("Rows that a person still looks at: the old sum holds")),
            ("left_out", _("Rows that were left out: the old sum holds")),
        )
    ]
    return Look(short, [(table, _("Each of these people gets a letter."))], (decided, others))


def _three(was: Decimal, will_be: Decimal) -> list[str]:
    return [pounds(was), pounds(will_be), plus_minus(will_be - was)]
