"""The lines of a plan as tables: all columns for those who decide, few for a small screen, without
sums, for one page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from budgets.models import PlanLine
from budgets.money.costing import days_of
from budgets.money.sterling import pounds
from budgets.position.case_money import Cost, cost_of, council_cost
from budgets.position.entitlement_facts import native_amount, native_period
from budgets.position.money_presenter import how_much, outcome_title, price_words, taken, when
from cases.ui.components import Link, Table


def _sums(lines: list[PlanLine], before: int) -> list[list[Any]]:
    """The rows under a breakdown: all together and, where somebody else pays too, what the council
    pays of it.
    """
    whole, ours = cost_of(lines), council_cost(lines)
    rows = [[_("Together"), *[""] * before, _week(whole), pounds(whole.total)]]
    if whole != ours:
        rows.append(
            [
                _("Of this, the council pays"),
                *[""] * before,
                _week(ours),
                pounds(ours.total),
            ]
        )
    return rows


def _week(cost: Cost) -> str:
    """Where the lines do not all have the same days, no week is like the others."""
    return "-" if cost.uneven else pounds(cost.weekly)


def _week_of(line: PlanLine, uneven: bool) -> str:
    """What a line costs a week; beside lines with other days, a week of its own days."""
    if not uneven or days_of(line.begins_on, line.ends_on) is None:
        return pounds(line.weekly)
    return pounds(native_amount(line)) if native_period(line) == "week" else "-"


def plan_table(
    lines: Iterable[PlanLine],
    kind: str,
    *,
    caption: str = "",
    link: Callable[[PlanLine], str] | None = None,
) -> Table:
    """The breakdown: each line with what it costs, and the sums under it."""
    rows: list[list[Any]] = []
    kept = list(lines)
    uneven = cost_of(kept).uneven
    for line in kept:
        who = ", ".join(filter(None, [str(line.get_who_display()), line.provider]))
        what: Any = Link(line.what, link(line), hidden=_("change")) if link else line.what
        week = "-" if line.unit == "once" else _week_of(line, uneven)
        rows.append(
            [
                [what, outcome_title(kind, line.outcome)],
                [who, taken(line)],
                [how_much(line), when(line)],
                price_words(line),
                week,
                pounds(line.annual),
            ]
        )
    rows += _sums(kept, 3) if kept else []
    head = [
        _("Support, and what for"),
        _("Who gives it, and how it is paid"),
        _("How much"),
        _("Cost of one"),
        _("A week"),
        _("A year, or once"),
    ]
    return Table(
        caption or _("The support and what it costs"),
        head,
        rows,
        numeric={4, 5},
        empty=_("There is no support in this plan yet."),
    )


def short_table(
    lines: Iterable[PlanLine],
    *,
    link: Callable[[PlanLine], str] | None = None,
    written: Callable[[PlanLine], str] | None = None,
) -> Table:
    """The breakdown in few columns, for a person's own page and a small screen. `written`: by whom
    a line was.
    """
    kept, rows = list(lines), []
    uneven = cost_of(kept).uneven
    for line in kept:
        what: Any = Link(line.what, link(line), hidden=_("change")) if link else line.what
        how = [
            str(line.get_who_display()),
            line.provider,
            how_much(line),
            price_words(line),
            when(line),
        ]
        how += (
            [taken(line)] if line.route or line.funder != "council" or line.met_through_id else []
        )
        how += [written(line)] if written else []
        week = "" if line.unit == "once" else _week_of(line, uneven)
        rows.append([what, "; ".join(filter(None, how)), week, pounds(line.annual)])
    rows += _sums(kept, 1) if kept else []
    head = [_("Support"), _("How"), _("A week"), _("A year, or once")]
    return Table(
        _("The support and what it costs"),
        head,
        rows,
        numeric={2, 3},
        empty=_("There is no support in this plan yet."),
    )


def plain_table(
    lines: Iterable[PlanLine],
    *,
    link: Callable[[PlanLine], str] | None = None,
    written: Callable[[PlanLine], str] | None = None,
) -> Table:
    """What support there is and who gives it, without what it costs: for a helper who was not given
    the money.
    """
    rows: list[list[Any]] = []
    for line in lines:
        what: Any = Link(line.what, link(line), hidden=_("change")) if link else line.what
        how = [
            str(line.get_who_display()),
            line.provider,
            how_much(line) if line.quantity else "",
            when(line),
        ]
        how += [written(line)] if written else []
        rows.append([what, "; ".join(filter(None, how))])
    return Table(
        _("The support"),
        [_("Support"), _("How")],
        rows,
        empty=_("There is no support in this plan yet."),
    )


def sheet_table(lines: Iterable[PlanLine], sums: bool = True) -> Table:
    """The support in three columns, for the plan on one page; in two for whoever sees no sums."""
    kept, rows = list(lines), []
    uneven = cost_of(kept).uneven
    for line in kept:
        how = [line.provider or str(line.get_who_display()), line.when, how_much(line), when(line)]
        week = _week_of(line, uneven)
        cost = f"{week} {_('a week')}"
        if line.unit == "once" or week == "-":
            cost = pounds(line.annual)
        rows.append(
            [
                line.what,
                list(filter(None, how)),
                *([cost if line.annual else _("Nothing to pay")] if sums else []),
            ]
        )
    head = [_("Support"), _("Who, when, how much"), *([_("Cost")] if sums else [])]
    return Table(
        _("My support"), head, rows, numeric={2}, empty=_("There is no support in this plan yet.")
    )
