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

from budgets.models import SupportPlan
from budgets.plan import line_tables, timetable, what_if
from budgets.position import case_money, money_presenter
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
    cost, laid = case_money.council_cost(lines), timetable.weekly_timetable(lines)
    said = [(str(column(plan, name).verbose_name), getattr(plan, name)) for name in FIELDS]
    if plan.submitted_at:
        state = _("%(state)s. Sent on %(day)s.") % {
            "state": plan.get_state_display(),
            "day": day(plan.submitted_at),
        }
    else:
        state = _("A draft, as it stood on %(day)s.") % {"day": day(today)}
    money = [
        (_("The plan costs"), money_presenter.in_short(cost)),
        (_("Indicative budget"), money_presenter.in_short(budget)),
        (_("Way to take the money"), money_presenter.route_words(lines)),
        (
            _("What I may have to pay"),
            money_presenter.contribution_words(case_money.contribution(case)),
        ),
    ]
    if not plan.submitted_at:
        money.insert(2, (_("That means"), what_if.left(budget, cost)))
    return Sheet(
        case,
        state,
        [(title, text, shortened(text)) for title, text in said if text.strip()],
        line_tables.sheet_table(lines, sums),
        timetable.table(laid) if lines else None,
        timetable.in_short(laid),
        timetable.elsewhere(laid),
        money if sums else [],
        today,
    )


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
