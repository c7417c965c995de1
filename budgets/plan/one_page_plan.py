"""The plan on one page: the person's words, the support, the week and the money, for the wall or
the handbag.

Ready strings for the print page and the PDF, which are made of the same. Words too long for the
page are shortened on it and stand whole overleaf: nothing is lost. Reading only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from budgets.models import BudgetFigure, PlanLine, SupportPlan
from budgets.plan import line_tables, timetable, what_if
from budgets.position import case_money, money_presenter, personal_budget
from cases.common.columns import column
from cases.council import contact_details
from cases.letters import pdf
from cases.models import Case
from cases.paper import assessment_form
from cases.ui.date_words import day

SHORT = 260  # letters of one answer on the page itself
FIELDS = ("what_matters", "goals", "in_control", "risks")


@dataclass(frozen=True)
class Sheet:
    """One plan as ready strings. `said`: (heading, words, the same shortened)."""

    case: Case
    state: str
    said: list[tuple[str, str, str]]
    support: Any
    week: Any
    days: list[list[str]]
    other: list[str]
    money: list[tuple[str, str]]
    on: date


def plan_sheet(
    case: Case, plan: SupportPlan, budget: case_money.Cost, today: date, sums: bool = True
) -> Sheet:
    """A plan, drafted or sent, as it stands. `trace_tables`: the reader sees what things cost."""
    lines = list(plan.lines.all()) if plan.pk else []
    laid = timetable.weekly_timetable(lines)
    said = [(str(column(plan, name).verbose_name), getattr(plan, name)) for name in FIELDS]
    if plan.submitted_at:
        state = _("%(state)s. Sent on %(day)s.") % {
            "state": plan.get_state_display(),
            "day": day(plan.submitted_at),
        }
    else:
        state = _("A draft, as it stood on %(day)s.") % {"day": day(today)}
    return Sheet(
        case,
        state,
        [(title, text, shortened(text)) for title, text in said if text.strip()],
        line_tables.sheet_table(lines, sums),
        timetable.table(laid) if lines else None,
        timetable.in_short(laid),
        timetable.elsewhere(laid),
        _money(case, plan, lines, budget, today) if sums else [],
        today,
    )


def _money(
    case: Case, plan: SupportPlan, lines: list[PlanLine], budget: case_money.Cost, today: date
) -> list[tuple[str, str]]:
    """What the plan costs, from when where that day lies ahead, and what changes after it."""
    cost, decided = case_money.council_cost(lines), case_money.holding(case)
    own = [row for row in decided if row.plan_id == plan.pk] if plan.pk else []
    begins = own[-1].effective_from if own else today
    rows = [(_("The plan costs"), personal_budget.sums_of(case_money.funded(lines), begins))]
    if begins > today:
        words = _("%(day)s. Until then what was agreed before counts.")
        rows.append((_("This counts from"), words % {"day": day(begins)}))
    rows += _later(decided, begins) if own else []
    rows.append((_("Indicative budget"), money_presenter.in_short(budget)))
    if not plan.submitted_at:
        rows.append((_("That means"), what_if.left(budget, cost)))
    may_pay = money_presenter.contribution_words(case_money.contribution(case))
    return [
        *rows,
        (_("Way to take the money"), money_presenter.route_words(lines)),
        (_("What I may have to pay"), may_pay),
    ]


def _later(decided: list[BudgetFigure], begins: date) -> list[tuple[str, str]]:
    """What is agreed for later days, such as a new price."""
    return [
        (
            _("From %(day)s") % {"day": day(row.effective_from)},
            personal_budget.sums_of(
                case_money.funded(row.plan.lines.order_by("position", "pk")), row.effective_from
            ),
        )
        for row in decided
        if row.plan and row.effective_from > begins
    ]


def shortened(text: str) -> str:
    """The first words of a long text, whole words with a sign that there is more."""
    flat = " ".join(text.split())
    if len(flat) <= SHORT:
        return text
    return flat[:SHORT].rsplit(" ", 1)[0] + " …"


def as_pdf(sheet: Sheet, size: str) -> bytes:
    """The sheet as tagged PDF, 14 or 18 points; page one is the plan, and what did not fit
    follows.
    """
    case = sheet.case
    table = sheet.support
    data = {
        "title": _("My support plan"),
        "name": case.person.name,
        "council": case.council.name,
        "colour": case.council.colour,
        "ref": case.ref,
        "state": sheet.state,
        "qr": assessment_form.qr(case.ref),
        "said": [[title, pdf.lines(text), pdf.lines(short)] for title, text, short in sheet.said],
        "cut": any(text != short for _title, text, short in sheet.said),
        "money": [list(row) for row in sheet.money],
        "head": table.head,
        "rows": [[_flat(cell) for cell in row] for row in table.rows],
        "week": sheet.days,
        "other": sheet.other,
        "words": _labels(case.council),
    }
    return pdf.make("plan", data, size=size, on=sheet.on)


def _flat(cell: Any) -> str:
    return "; ".join(cell) if isinstance(cell, list) else str(cell)


def _reach(council: Any) -> str:
    """The line at the end: the number with its hours, or nothing."""
    found = contact_details.contact_for(council)
    if not found.phone:
        return ""
    return " ".join(
        [_("Phone %(phone)s and give your reference.") % {"phone": found.phone}, found.when]
    ).strip()


def _labels(council: Any) -> dict[str, str]:
    return {
        "reference": _("Reference:"),
        "page": _("Page"),
        "support": _("My support"),
        "week": _("My week"),
        "other": _("No day of the week was said for:"),
        "money": _("The money"),
        "whole": _("My words in full"),
        "overleaf": _("The words in full, and the week, are on the next page."),
        "alt": _("QR code with the reference"),
        "phone": _reach(council),
    }
