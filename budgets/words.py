"""Money as people read it: ready strings, tables and summary rows for the pages. Reading only, no rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases import journey, questions
from cases.components import Badge, Link, Table
from cases.letters import day

from . import tiers
from .costing import WEEKLY_UNITS
from .figures import Cost, cost_of, cost_of_figure, last_of, route_of
from .models import BudgetFigure, Contribution, PlanLine, SupportPlan
from .models.monitoring import TIERS
from .models.plan import ROUTE_NAMES
from .money import pounds

UNIT_WORDS = {
    "hour": ("hour", "hours"), "day": ("day", "days"), "night": ("night", "nights"), "session": ("session", "sessions"),
    "week": ("week", "weeks"), "month": ("month", "months"), "year": ("year", "years"), "once": ("", ""),
}  # fmt: skip

EACH = {
    "hour": gettext_lazy("an hour"), "day": gettext_lazy("a day"), "night": gettext_lazy("a night"),
    "session": gettext_lazy("a session"), "week": gettext_lazy("a week"), "month": gettext_lazy("a month"),
    "year": gettext_lazy("a year"), "once": gettext_lazy("each"),
}  # fmt: skip


def number(value: Decimal) -> str:
    """5, 2.5: as people write it."""
    return f"{value.normalize():f}"


def rate(value: Decimal) -> str:
    """£16.29, or with its part of a penny where a published rate has one."""
    return pounds(value) if value == value.quantize(Decimal("0.01")) else f"£{number(value)}"


def big(cost: Cost) -> dict[str, str]:
    """The amount of a page's money box: number, its unit, and the rest in small."""
    if cost.annual or not cost.one_off:
        small = _("%(year)s a year") % {"year": pounds(cost.annual)}
        small += _(", and %(once)s once") % {"once": pounds(cost.one_off)} if cost.one_off else ""
        return {"amount": pounds(cost.weekly), "unit": _("a week"), "note": small}
    return {"amount": pounds(cost.one_off), "unit": _("once"), "note": _("This is paid once. It has no weekly part.")}


def in_short(cost: Cost) -> str:
    """One line: £240.00 a week (£12,480.00 a year) and £500.00 once."""
    parts = []
    if cost.annual or not cost.one_off:
        words = {"week": pounds(cost.weekly), "year": pounds(cost.annual)}
        parts.append(_("%(week)s a week (%(year)s a year)") % words)
    if cost.one_off:
        parts.append(_("%(once)s once") % {"once": pounds(cost.one_off)})
    return _(" and ").join(parts)


def how_much(line: PlanLine) -> str:
    """5 hours a week; 14 nights a year; once."""
    one, many = UNIT_WORDS[line.unit]
    named = one if line.quantity == 1 else many
    if line.unit == "once":
        return _("once") if line.quantity == 1 else _("%(n)s, once") % {"n": number(line.quantity)}
    if line.unit in ("week", "month", "year"):
        return (
            _("every %(unit)s") % {"unit": one} if line.quantity == 1 else f"{number(line.quantity)} {_('a')} {one}"
        )
    often = _("a week") if line.unit in WEEKLY_UNITS else _("a year")
    return f"{number(line.quantity)} {named} {often}"


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


def outcome_title(kind: str, code: str) -> str:
    """What a line is for, as the person reads it."""
    pages = questions.PAGES["carer" if kind == "carer" else "adult"]
    return str(pages[code][0]) if code in pages else code


def plan_table(
    lines: Iterable[PlanLine], kind: str, *, caption: str = "", link: Callable[[PlanLine], str] | None = None
) -> Table:
    """The breakdown: each line with what it costs, and the sums under it."""
    rows: list[list[Any]] = []
    kept = list(lines)
    for line in kept:
        who = ", ".join(filter(None, [str(line.get_who_display()), line.provider]))
        what: Any = Link(line.what, link(line), hidden=_("change")) if link else line.what
        week = "-" if line.unit == "once" else pounds(line.weekly)
        rows.append([what, outcome_title(kind, line.outcome), who, how_much(line), price_words(line),
                     str(ROUTE_NAMES[line.route]) if line.annual else _("Nothing to pay"), week, pounds(line.annual)])  # fmt: skip
    if kept:
        cost = cost_of(kept)
        rows.append([_("Together"), "", "", "", "", "", pounds(cost.weekly), pounds(cost.total)])
    head = [_("Support"), _("For"), _("Who gives it"), _("How much"), _("Cost of one"), _("Way to take the money"),
            _("A week"), _("A year, or once")]  # fmt: skip
    return Table(caption or _("The support and what it costs"), head, rows, numeric={6, 7},
                 empty=_("There is no support in this plan yet."))  # fmt: skip


def short_table(lines: Iterable[PlanLine], *, link: Callable[[PlanLine], str] | None = None) -> Table:
    """The breakdown in few columns, for a person's own page and a small screen."""
    kept, rows = list(lines), []
    for line in kept:
        what: Any = Link(line.what, link(line), hidden=_("change")) if link else line.what
        how = [str(line.get_who_display()), line.provider, how_much(line), price_words(line)]
        how += [str(ROUTE_NAMES[line.route])] if line.route else []
        week = "" if line.unit == "once" else pounds(line.weekly)
        rows.append([what, "; ".join(filter(None, how)), week, pounds(line.annual)])
    if kept:
        cost = cost_of(kept)
        rows.append([_("Together"), "", pounds(cost.weekly), pounds(cost.total)])
    head = [_("Support"), _("How"), _("A week"), _("A year, or once")]
    return Table(_("The support and what it costs"), head, rows, numeric={2, 3},
                 empty=_("There is no support in this plan yet."))  # fmt: skip


def contribution_words(paid: Contribution | None) -> str:
    """What the person pays, or plainly that it is not known."""
    if paid is None or paid.state == "not_known":
        return _("Not known yet: it has not been assessed. The plan does not have to wait for it.")
    words = {"week": pounds(paid.weekly or Decimal(0)), "day": day(paid.valid_from)}
    if paid.state == "estimated":
        return _("About %(week)s a week. This is an estimate and not a decision.") % words
    return _("%(week)s a week from %(day)s.") % words


def plan_words(plan: SupportPlan) -> list[tuple[str, str]]:
    """The words of a plan as summary rows."""
    rows = [
        (_("What matters to me"), plan.what_matters),
        (_("What I want to be different"), plan.goals),
        (_("What could go wrong, and what we do then"), plan.risks),
        (_("How I stay in control"), plan.in_control),
        (_("Is the money enough?"), " ".join(filter(None, [str(plan.get_enough_display()), plan.enough_why]))),
        (_("Why it costs more than the indicative budget"), plan.over_reason),
        (_("Did I have the help I wanted to plan?"), str(plan.get_helped_display())),
    ]
    return [(key, value) for key, value in rows if value]


def author_words(plan: SupportPlan) -> str:
    """Who sent the plan, by role."""
    return str(journey.TURN_NAMES.get(plan.author_role, ""))


def from_first_to_decided(rows: list[BudgetFigure]) -> list[tuple[str, Any]]:
    """Indicative, plan and decided beside each other, each difference with its reason."""
    found: list[tuple[str, Any]] = []
    for kinds, title in ((("indicative",), _("Indicative budget")), (("plan",), _("What the plan costs")),
                         (("decided", "revised"), _("Decided budget"))):  # fmt: skip
        figure = last_of(rows, *kinds)
        found.append((title, in_short(cost_of_figure(figure)) if figure else Badge(_("Not yet"), "grey")))
        if figure and figure.reason_code:
            found.append((_("Why it differs"), f"{figure.get_reason_code_display()}: {figure.reason_text}"))
    return found


def history(rows: list[BudgetFigure]) -> Table:
    """Every figure there ever was."""
    return Table(
        _("Every figure so far"),
        [_("Recorded on"), _("What it is"), _("Amount"), _("Reason")],
        [[day(f.recorded_at), str(f.get_kind_display()), in_short(cost_of_figure(f)),
          f"{f.get_reason_code_display()}: {f.reason_text}" if f.reason_code else ""] for f in rows],
        empty=_("There is no figure yet."),
    )  # fmt: skip


def route_words(lines: Iterable[PlanLine]) -> str:
    return str(ROUTE_NAMES[route_of(lines)])


def tier_rows(state: Any) -> list[tuple[str, Any]]:
    """How closely a payment is looked at, why, and what is asked when: shown to the person as it is."""
    asked = [str(tiers.ITEMS[item]) for item in state.tier.items]
    why = [str(tiers.FACTORS[code]) for code in state.factors]
    tier = str(TIERS[state.tier.code])
    return [
        (_("How closely we look"), tier), (_("Why"), "\n".join(why) or _("Nothing calls for more than the lightest.")),
        (_("What we ask"), "\n".join(asked)), (_("How often"), _("Every %(n)s weeks") % {"n": state.tier.weeks}),
        (_("Next time, at the earliest"), day(state.next_on)),
    ]  # fmt: skip


def surplus_rows(balance: Any, found: Any, check: Any) -> list[tuple[str, Any]]:
    """What is left over, with the sum; and what was written and decided about it."""
    if balance is None or found is None:
        return []
    rows = [(_("In the account"), signed(balance)),
            (_("Without what is set aside or planned"), signed(found.free)),
            (_("What may stay"), pounds(found.allowed)),
            (_("More than that"), pounds(found.over) if found.flagged else _("Nothing"))]  # fmt: skip
    letter, decision = getattr(check, "letter", None), getattr(check, "decision", None)
    if letter:
        rows.append((_("Letter"), _("Sent on %(day)s; they may answer until %(until)s")
                     % {"day": day(letter.written_at), "until": day(letter.reply_by)}))  # fmt: skip
        rows += [(_("Their answer"), letter.reply)] if letter.reply else []
    if decision:
        sum_of = f" ({pounds(decision.amount)})" if decision.amount else ""
        rows.append((_("Decided"), f"{decision.get_action_display()}{sum_of}: {decision.reason}"))
    return rows


def signed(amount: Decimal) -> str:
    """£12.50, or -£12.50 for an account that is overdrawn."""
    return pounds(amount) if amount >= 0 else f"-{pounds(-amount)}"
