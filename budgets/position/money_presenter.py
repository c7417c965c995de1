"""Money as people read it: ready strings, tables and summary rows for the pages. Reading only, no
rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from budgets.models import BudgetFigure, Contribution, PlanLine, SupportPlan
from budgets.models.monitoring import TIERS
from budgets.models.plan import FUNDERS, ROUTE_NAMES
from budgets.money.amount_words import number, rate
from budgets.money.costing import WEEKLY_UNITS
from budgets.money.sterling import pounds
from budgets.position import (
    back_dated,
    earlier_charge,
    estate,
    monitoring_tiers,
    support_runs,
)
from budgets.position.case_money import (
    DECIDED,
    Cost,
    cost_of_figure,
    decided_in_turn,
    last_of,
    route_of,
    statement,
    statement_of_year,
)
from budgets.position.differences import Change
from budgets.position.money_books import Books
from budgets.position.support_runs import Run
from cases.assessment import questions
from cases.common import dates
from cases.letters.phrases import READERS
from cases.ui.components import Badge, Table
from cases.ui.date_words import day

HOW_MANY = {
    "hour": ngettext_lazy("%(n)s hour", "%(n)s hours", "count"),
    "day": ngettext_lazy("%(n)s day", "%(n)s days", "count"),
    "night": ngettext_lazy("%(n)s night", "%(n)s nights", "count"),
    "session": ngettext_lazy("%(n)s session", "%(n)s sessions", "count"),
}
EVERY = {
    "week": (gettext_lazy("every week"), gettext_lazy("%(n)s a week")),
    "month": (gettext_lazy("every month"), gettext_lazy("%(n)s a month")),
    "year": (gettext_lazy("every year"), gettext_lazy("%(n)s a year")),
}

EACH = {
    "hour": gettext_lazy("an hour"),
    "day": gettext_lazy("a day"),
    "night": gettext_lazy("a night"),
    "session": gettext_lazy("a session"),
    "week": gettext_lazy("a week"),
    "month": gettext_lazy("a month"),
    "year": gettext_lazy("a year"),
    "once": gettext_lazy("each"),
}


def plus_minus(value: Decimal) -> str:
    """+£52.00, -£52.00, £0.00: a change."""
    return ("+" if value > 0 else "-" if value < 0 else "") + pounds(abs(value))


def big(cost: Cost, like: Cost | None = None) -> dict[str, str]:
    """The amount of a page's money box: number, its unit, and the rest in small. `like`: what it is
    put beside; next to money that is paid once, nothing is said as nothing once.
    """
    once = like is not None and like.one_off and not like.annual
    if cost.uneven:
        return _big_year(cost)
    if cost.annual or not (cost.one_off or once):
        small = _("%(year)s a year") % {"year": pounds(cost.annual)}
        small += _(", and %(once)s once") % {"once": pounds(cost.one_off)} if cost.one_off else ""
        return {"amount": pounds(cost.weekly), "unit": _("a week"), "note": small}
    return {
        "amount": pounds(cost.one_off),
        "unit": _("once"),
        "note": _("This is paid once. It has no weekly part."),
    }


def _big_year(cost: Cost) -> dict[str, str]:
    small = _("It is not the same every week")
    small += _(", and %(once)s once") % {"once": pounds(cost.one_off)} if cost.one_off else ""
    return {"amount": pounds(cost.annual), "unit": _("a year"), "note": small}


def in_short(cost: Cost) -> str:
    """One line: £240.00 a week (£12,480.00 a year) and £500.00 once."""
    parts = []
    if cost.uneven:
        year = {"year": pounds(cost.annual)}
        parts.append(_("%(year)s a year (it is not the same every week)") % year)
    elif cost.annual or not cost.one_off:
        words = {"week": pounds(cost.weekly), "year": pounds(cost.annual)}
        parts.append(_("%(week)s a week (%(year)s a year)") % words)
    if cost.one_off:
        parts.append(_("%(once)s once") % {"once": pounds(cost.one_off)})
    return _(" and ").join(parts)


def week_and_once(weekly: Decimal | None, once: Decimal | None) -> str:
    """£80.00 a week and £120.00 once: an amount in a list."""
    parts = (
        [_("%(week)s a week") % {"week": pounds(weekly or Decimal(0))}]
        if weekly or not once
        else []
    )
    parts += [_("%(once)s once") % {"once": pounds(once)}] if once else []
    return _(" and ").join(parts)


def how_much(line: PlanLine) -> str:
    """5 hours a week; 14 nights a year; once."""
    if line.unit == "once":
        return _("once") if line.quantity == 1 else _("%(n)s, once") % {"n": number(line.quantity)}
    if line.unit in ("week", "month", "year"):
        every, more = EVERY[line.unit]
        return str(every) if line.quantity == 1 else more % {"n": number(line.quantity)}
    often = _("a week") if line.unit in WEEKLY_UNITS else _("a year")
    return (
        HOW_MANY[line.unit] % {"n": number(line.quantity), "count": 1 if line.quantity == 1 else 2}
        + " "
        + often
    )


def price_words(line: PlanLine) -> str:
    """£16.29 an hour, with employer's costs and the weeks where they are not all."""
    if line.who == "family":
        return _("Given freely")
    words = f"{rate(line.rate)} {EACH[line.unit]}"
    if line.oncost_pct:
        words += _(" + %(pct)s%% employer's costs") % {"pct": number(line.oncost_pct)}
    if line.unit in WEEKLY_UNITS and line.weeks != "52":
        words += _(", %(weeks)s weeks a year") % {"weeks": line.weeks}
    return words


def when(line: PlanLine) -> str:
    """From 1 May 2026 until 30 June 2026; "" for what simply goes on."""
    if line.begins_on and line.ends_on:
        return _("%(a)s to %(b)s") % {"a": day(line.begins_on), "b": day(line.ends_on)}
    if line.begins_on:
        return _("from %(day)s") % {"day": day(line.begins_on)}
    return _("until %(day)s") % {"day": day(line.ends_on)} if line.ends_on else ""


def taken(line: PlanLine) -> str:
    """How the money for a line is taken, or who else pays or gives it."""
    if line.met_through_id and line.met_agreed_on:
        words = _("Met through another person's plan; they agreed on %(day)s")
        return words % {"day": day(line.met_agreed_on)}
    if line.funder != "council":
        return str(FUNDERS[line.funder])
    if line.free and line.annual:
        words = _("%(way)s. Nobody is asked to pay towards it.")
        return words % {"way": ROUTE_NAMES[line.route]}
    return str(ROUTE_NAMES[line.route]) if line.annual else _("Nothing to pay")


def outcome_title(kind: str, code: str) -> str:
    """What a line is for, as the person reads it. `kind` "" = whichever of the two forms asks
    it.
    """
    kinds = [kind] if kind in questions.PAGES else ["adult", "carer"]
    found = next(
        (questions.PAGES[one][code] for one in kinds if code in questions.PAGES[one]), None
    )
    return str(found[0]) if found else code


def contribution_words(paid: Contribution | None, counted: dict[int, date] | None = None) -> str:
    """What the person pays, or plainly that it is not known. `counted`: `counted_from` of its case,
    where that is read already.
    """
    if paid is None or paid.state == "not_known":
        return _("Not known yet: it has not been assessed. The plan does not have to wait for it.")
    words = {"week": pounds(paid.weekly or Decimal(0)), "day": day(paid.valid_from)}
    if paid.weekly_to is not None and paid.weekly_to != paid.weekly:
        words["most"] = pounds(paid.weekly_to)
        guess = _("Between %(week)s and %(most)s a week. This is an estimate and not a decision.")
        return guess % words + _told_words(paid)
    if paid.state == "estimated":
        guess = _("About %(week)s a week. This is an estimate and not a decision.") % words
        return guess + _told_words(paid)
    since = (_counted(paid) if counted is None else counted).get(paid.pk)
    if since is None:
        return _("%(week)s a week from %(day)s.") % words
    words["since"] = day(since)
    return _("%(week)s a week from %(since)s. It was decided for days from %(day)s on.") % words


def _told_words(paid: Contribution) -> str:
    """When a letter told an estimate, and for days from when."""
    if paid.told_on is None:
        return ""
    words = _(" A letter of %(told)s said so, for days from %(day)s on.")
    return words % {"told": day(paid.told_on), "day": day(paid.valid_from)}


def _counted(paid: Contribution) -> dict[int, date]:
    """From when it counts, if it was told late: else nothing is read."""
    if not earlier_charge.told_later([paid]):
        return {}
    rows = Contribution.objects.filter(case=paid.case_id, pk__lte=paid.pk)
    return earlier_charge.counted_from(rows)


def _statement_by_runs(
    cost: Cost, paid: Contribution | None, resident: bool, runs: list[Run]
) -> list[tuple[str, str]]:
    """The same where the parts of the support do not all have the same days."""
    if paid and paid.state == "recorded":
        words = support_runs.shared_words(runs, cost.one_off, resident=resident)
        return [(_("What it costs, and who pays what of it"), words)]
    you = _("What you pay") if resident else _("What the person pays")
    rows = [(_("What meeting the needs costs"), support_runs.cost_words(runs, cost.one_off))]
    rows.append((_("What the council pays"), _("Not known yet")))
    return [*rows, (you, contribution_words(paid))]


def statement_rows(
    cost: Cost, paid: Contribution | None, resident: bool, runs: list[Run] | None = None
) -> list[tuple[str, str]]:
    """Care Act 2014 s26: what the support costs, what the council pays, what the person pays; they
    add up. `runs`: where the parts of the support do not all have the same days.
    """
    if runs:
        return _statement_by_runs(cost, paid, resident, runs)
    you = _("What you pay") if resident else _("What the person pays")
    rows = [(_("What meeting the needs costs"), in_short(cost))]
    if paid is None or paid.state == "not_known" or paid.weekly is None:
        return [*rows, (_("What the council pays"), _("Not known yet")), (you, _("Not known yet"))]
    least, most = paid.weekly, paid.weekly if paid.weekly_to is None else paid.weekly_to
    words = {
        True: _("%(a)s a week (%(year)s a year)"),
        False: _("between %(a)s and %(b)s a week (estimate)"),
    }
    at_least, at_most, year = (
        statement(cost, least),
        statement(cost, most),
        statement_of_year(cost, least),
    )
    alike = least == most
    guess = "" if paid.state == "recorded" or not alike else " " + _("(estimate, not a decision)")
    ours = {
        "a": pounds(at_most.council),
        "b": pounds(at_least.council),
        "year": pounds(year.council),
    }
    theirs = {
        "a": pounds(at_least.person),
        "b": pounds(at_most.person),
        "year": pounds(year.person),
    }
    return [
        *rows,
        (_("What the council pays"), words[alike] % ours + guess),
        (you, words[alike] % theirs + guess),
    ]


def plan_words(plan: SupportPlan, *, money: bool = True) -> list[tuple[str, str]]:
    """The words of a plan as summary rows. `sterling`: also those about the money."""
    rows = [
        (_("What matters to me"), plan.what_matters),
        (_("What I want to be different"), plan.goals),
        (_("What could go wrong, and what we do then"), plan.risks),
        (_("How I stay in control"), plan.in_control),
        (
            _("Is the money enough?"),
            " ".join(filter(None, [str(plan.get_enough_display()), plan.enough_why])),
        ),
        (
            _("Why it costs more than the early idea of the money (the indicative budget)"),
            plan.over_reason,
        ),
        (_("Did I have the help I wanted to plan?"), str(plan.get_helped_display())),
    ]
    if not money:
        del rows[4:6]
    return [(key, value) for key, value in rows if value]


def author_words(plan: SupportPlan, reader: str = "staff") -> str:
    """Who sent the plan, by role, in words for the reader."""
    return str(READERS[reader].get(plan.author_role, ""))


def from_first_to_decided(
    rows: list[BudgetFigure], books: Books | None = None, uneven: Collection[int | None] = ()
) -> list[tuple[str, Any]]:
    """Indicative, plan and decided beside each other, each difference with its reason; beside the
    decided budget that holds what is decided for later. `books`: of the case, where they are read
    already.
    """
    found: list[tuple[str, Any]] = []
    last = last_of(rows, *DECIDED)
    turns = decided_in_turn(rows)
    nothing = Badge(_("None") if last else _("Not yet"), "grey")
    for figure, title in (
        (last_of(rows, "indicative"), _("Indicative budget")),
        (last_of(rows, "plan"), _("What the plan costs")),
        (next(iter(turns), None), _("Decided budget")),
        *((row, _("Decided for later")) for row in turns[1:]),
    ):
        found.append((title, _with_its_day(figure, uneven) if figure else nothing))
        if figure and figure.reason_code:
            found.append(
                (_("Why it differs"), f"{figure.get_reason_code_display()}: {figure.reason_text}")
            )
    return found + (_of_the_last(last, books) if last else [])


def _with_its_day(figure: BudgetFigure, uneven: Collection[int | None]) -> str:
    """The sum; of one that does not hold yet also from which day."""
    said = in_short(cost_of_figure(figure, uneven))
    if figure.kind not in DECIDED or figure.effective_from <= dates.today():
        return said
    return _("%(sum)s, from %(day)s on") % {"sum": said, "day": day(figure.effective_from)}


def _of_the_last(figure: BudgetFigure, books: Books | None) -> list[tuple[str, Any]]:
    """How each need is still met after a reduction, and what is owed for the time before the
    decision.
    """
    need = _("How this need is still met: %(need)s")
    found: list[tuple[str, Any]] = [
        (need % {"need": outcome_title("", entry["outcome"])}, entry["how"])
        for entry in figure.still_met or []
    ]
    owed = back_dated.back_dated(figure, books)
    if owed is not None and owed.amount:
        words = {"sum": pounds(abs(owed.amount)), "day": day(owed.since)}
        told = (
            _("%(sum)s, for days from %(day)s on")
            if owed.amount > 0
            else _(
                "%(sum)s more was paid than was decided, for days from %(day)s on. "
                "Nothing is taken back without a letter."
            )
        )
        found.append((_("For the time before the decision"), told % words))
    return found


def changes_table(changes: Iterable[Change], caption: str) -> Table:
    """What differs line by line, in a year's money of the council: from having more or less, and
    from another price.
    """
    kept = [one for one in changes if one.differs]
    rows: list[list[Any]] = [
        [
            one.what,
            _side(one.before),
            _side(one.after),
            plus_minus(one.hours),
            plus_minus(one.rates),
            plus_minus(one.whole),
        ]
        for one in kept
    ]
    if kept:
        sums = [
            sum((getattr(one, name) for one in kept), Decimal("0.00"))
            for name in ("hours", "rates", "whole")
        ]
        rows.append([_("Together"), "", "", *map(plus_minus, sums)])
    head = [
        _("Support"),
        _("Before"),
        _("Now"),
        _("From more or less support"),
        _("From another price"),
        _("Change in a year, or once"),
    ]
    return Table(caption, head, rows, numeric={3, 4, 5}, empty=_("Nothing differs."))


def _side(line: PlanLine | None) -> Any:
    if line is None:
        return _("not in it")
    return [how_much(line), price_words(line), when(line), taken(line)]


def history(rows: list[BudgetFigure], uneven: Collection[int | None] = ()) -> Table:
    """Every figure there ever was."""
    return Table(
        _("Every figure so far"),
        [_("Recorded on"), _("Applies from"), _("What it is"), _("Amount"), _("Reason")],
        [
            [
                day(f.recorded_at),
                day(f.effective_from),
                str(f.get_kind_display()),
                in_short(cost_of_figure(f, uneven)),
                f"{f.get_reason_code_display()}: {f.reason_text}" if f.reason_code else "",
            ]
            for f in rows
        ],
        empty=_("There is no figure yet."),
    )


def route_words(lines: Iterable[PlanLine]) -> str:
    return str(ROUTE_NAMES[route_of(lines)])


def tier_rows(state: Any, goes_on: bool = True) -> list[tuple[str, Any]]:
    """How closely a payment is looked at, why, and what is asked when: shown to the person as it
    is. `goes_on`: not closed, so that something will be asked.
    """
    asked = [str(monitoring_tiers.ITEMS[item]) for item in state.tier.items]
    why = [str(monitoring_tiers.FACTORS[code]) for code in state.factors]
    tier = str(TIERS[state.tier.code])
    rows = [
        (_("How closely we look"), tier),
        (_("Why"), "\n".join(why) or _("Nothing calls for more than the lightest.")),
        (_("What we ask"), "\n".join(asked)),
        (_("How often"), _("Every %(n)s weeks") % {"n": state.tier.weeks}),
    ]
    return rows + ([(_("Next time, at the earliest"), day(state.next_on))] if goes_on else [])


def surplus_rows(balance: Any, found: Any, check: Any) -> list[tuple[str, Any]]:
    """What is left over, with the sum; and what was written and decided about it."""
    if balance is None or found is None:
        return []
    rows = [
        (_("In the account"), signed(balance)),
        (_("Without what is set aside or planned"), signed(found.free)),
        (_("What may stay"), pounds(found.allowed)),
        (_("More than that"), pounds(found.over) if found.flagged else _("Nothing")),
    ]
    letter, decision = getattr(check, "letter", None), getattr(check, "decision", None)
    if letter:
        rows.append(
            (
                _("Letter"),
                _("Sent on %(day)s; they may answer until %(until)s")
                % {"day": day(letter.written_at), "until": day(letter.reply_by)},
            )
        )
        rows += [(_("Their answer"), letter.reply)] if letter.reply else []
    if decision:
        sum_of = f" ({pounds(decision.amount)})" if decision.amount else ""
        rows.append((_("Decided"), f"{decision.get_action_display()}{sum_of}: {decision.reason}"))
    return rows


def signed(amount: Decimal) -> str:
    """£12.50, or -£12.50 for an account that is overdrawn."""
    return pounds(amount) if amount >= 0 else f"-{pounds(-amount)}"


def covered(payment: Any) -> str:
    """The days a payment covers, in words."""
    if payment.covers_from is None:
        return _("Days before it")
    if payment.covers_from == payment.covers_to:
        return day(payment.covers_from)
    return _("%(a)s to %(b)s") % {"a": day(payment.covers_from), "b": day(payment.covers_to)}


def parts_of_payment(payment: Any) -> list[tuple[str, str]]:
    """What a payment is made of besides its days: what was owed, and what was recovered."""
    rows = []
    if payment.owed:
        rows.append((_("Of this, owed for days before"), pounds(payment.owed)))
    if payment.recovered:
        rows.append((_("Taken off, as agreed"), pounds(payment.recovered)))
    return rows


def payment_rows(payments: Iterable[Any], most: int) -> list[tuple[str, str]]:
    """So many payments that have not left, for a letter. One whose day is over is no longer to
    come: it goes with the next ones that are made.
    """
    today, found = dates.today(), list(payments)
    late = [one for one in found if one.on < today]
    coming = [one for one in found if one.on >= today]
    kinds = (
        (late, _("Due already, and sent with the next payments we make")),
        (coming, _("Payments to come")),
    )
    return [
        (title, "\n".join(payment_words(one) for one in rows[:most]))
        for rows, title in kinds
        if rows
    ]


def payment_words(payment: Any) -> str:
    """One payment that has not left, in a sentence."""
    facts = {"sum": pounds(payment.amount), "on": day(payment.on), "days": covered(payment)}
    return _("%(sum)s on %(on)s: %(days)s") % facts


def estate_rows(case: Any) -> list[tuple[str, str]]:
    """After a death: who handles the estate, and from when a letter about money may go to them."""
    first = estate.first_letter_on(case)
    if first is None:
        return []
    row = estate.handler(case)
    named = _("Nobody is named yet")
    if row:
        parts = (row.name, row.get_standing_display(), row.get_way_display(), row.reached_at)
        named = ", ".join(str(part) for part in parts)
    return [
        (_("Who handles the estate"), named),
        (_("No letter about money before"), day(first)),
    ]


def meanwhile_words(referral: Any) -> str:
    """The support while a panel looks at a plan: who gives what from when, or why there is none."""
    if not referral.interim_support:
        return _("No. %(why)s") % {"why": referral.interim}
    words = ": ".join(filter(None, (referral.interim_who, referral.interim)))
    if referral.interim_from:
        return _("Yes. %(support)s, from %(day)s") % {
            "support": words,
            "day": day(referral.interim_from),
        }
    return _("Yes. %(support)s") % {"support": words}
