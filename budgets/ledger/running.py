"""Going live with money already running: two tables, one row a case and one row a line, and out of
them what each case begins with. All or nothing.

`read_running` refuses with one sentence for each mistake: table, line, column, what is wrong. What
the fields mean is what the entitlement reads (`budgets.entitlement.facts`), and the rows hold its
types. Not here: whether a person may have this money, and what is written.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from budgets.entitlement import facts
from budgets.entitlement.facts_file import FIRST_YEAR, LAST_YEAR
from budgets.ledger import creditor_numbers
from budgets.money import uploads
from budgets.money.sterling import LARGEST, line_cost, pounds
from budgets.money.uploads import BadUpload, Reader, Rows

MOST_QUANTITY = 9999  # units a week, as of a plan line
LONGEST_ID = 40  # characters
_FINE_RATE = re.compile(r"£? ?[0-9]{1,6}\.[0-9]{3,4}")  # pounds with parts of a penny
_PAYEE = ("agreement_from", "basis", "payee_kind", "creditor_number")
_CASE_OPTIONAL = (
    *_PAYEE,
    *("contribution_weekly", "contribution_from", "told_on", "paid_to", "balance_held"),
)
_LINE_OPTIONAL = ("route", "funder", "quantity", "rate", "amount", "to", "weeks", "free")

Row = Mapping[str, Any]
Problem = tuple[int, str, str]  # line of the file, column, what is wrong


class Table(NamedTuple):
    """An uploaded file."""

    name: str
    data: bytes


class RunningLine(NamedTuple):
    """A line in force. ``quantity`` and ``rate`` (pounds for one unit, up to four decimals): None
    where only the amount of a period is known.
    """

    what: str
    quantity: Decimal | None
    rate: Decimal | None
    line: facts.Line


class RunningCase(NamedTuple):
    """What a case begins with. ``paid_to``: the last day paid elsewhere. ``balance_held``: pounds
    in the account for the direct payment.
    """

    case: str
    decision: facts.Decision
    agreement: facts.Agreement | None
    payee_kind: str
    creditor_number: str
    contribution: facts.Contribution | None
    paid_to: date | None
    balance_held: Decimal | None
    lines: tuple[RunningLine, ...]


def read_running(
    cases: Table,
    lines: Table,
    *,
    known: Collection[str],
    payee_kinds: Sequence[str],
    mask: str = "",
) -> tuple[RunningCase, ...]:
    """The cases of both tables, in the order of the first. ``known``: references of the council's
    cases. ``mask``: see `creditor_numbers`. BadUpload: one sentence for each mistake.
    """
    problems: list[str] = []
    case_rows = _rows(_("Table of cases"), cases, _case_columns(payee_kinds, mask), problems)
    line_rows = _rows(_("Table of lines"), lines, _line_columns(), problems)
    if case_rows is not None and line_rows is not None:
        problems += _said(_("Table of cases"), _check_cases(case_rows, line_rows, known))
        problems += _said(_("Table of lines"), _check_lines(case_rows, line_rows))
    if problems or case_rows is None or line_rows is None:
        raise BadUpload(problems)
    by_case: dict[str, list[Row]] = {}
    for row in line_rows:
        by_case.setdefault(row["case"], []).append(row)
    return tuple(_case(row, by_case[row["case"]]) for row in case_rows)


def _said(table: str, problems: Iterator[Problem]) -> Iterator[str]:
    for number, column, what in problems:
        where = _("%(table)s, line %(number)s, column “%(column)s”: %(what)s")
        yield where % {"table": table, "number": number, "column": column, "what": what}


def _rows(
    name: str, table: Table, columns: Mapping[str, Reader], problems: list[str]
) -> Rows | None:
    optional = _CASE_OPTIONAL if "decided_from" in columns else _LINE_OPTIONAL
    try:
        return uploads.read_rows(table.name, table.data, columns, optional=optional)
    except BadUpload as wrong:
        problems += [f"{name}: {problem}" for problem in wrong.found]
        return None


# Columns.


def _case_columns(payee_kinds: Sequence[str], mask: str) -> dict[str, Reader]:
    return {
        "case": _reference,
        "decided_from": _day,
        "plan": _number_from_one(10**9),
        "agreement_from": _day,
        "basis": uploads.one_of(*facts.BASES),
        "payee_kind": uploads.one_of(*payee_kinds),
        "creditor_number": _creditor_number(mask),
        "contribution_weekly": uploads.amount,
        "contribution_from": _day,
        "told_on": _day,
        "paid_to": _day,
        "balance_held": uploads.amount,
    }


def _line_columns() -> dict[str, Reader]:
    return {
        "case": _reference,
        "line": lambda text: uploads.words(text, LONGEST_ID),
        "what": uploads.words,
        "route": uploads.one_of(*facts.ROUTES),
        "funder": uploads.one_of(*facts.FUNDERS),
        "unit": uploads.one_of(*facts.UNITS),
        "quantity": _quantity,
        "rate": _rate,
        "amount": uploads.amount,
        "from": _day,
        "to": _day,
        "weeks": _number_from_one(53),
        "free": uploads.one_of("yes", "no"),
    }


def _reference(text: str) -> str:
    return uploads.words(text, LONGEST_ID).upper()


def _day(text: str) -> date:
    found = uploads.day(text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(
            _("“%(text)s” is not from %(first)s to %(last)s.")
            % {"text": text[:20], "first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return found


def _number_from_one(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        found = uploads.whole(text)
        if not 1 <= found <= most:
            raise ValueError(_("it must be from 1 to %(most)s.") % {"most": most})
        return found

    return read


def _quantity(text: str) -> Decimal:
    found = uploads.number(text)
    if found > MOST_QUANTITY or found != found.quantize(Decimal("0.01")):
        what = _("it must be at most %(most)s, with no more than two figures after the point.")
        raise ValueError(what % {"most": MOST_QUANTITY})
    return found


def _rate(text: str) -> Decimal:
    """Pounds for one unit: some are agreed in parts of a penny."""
    if _FINE_RATE.fullmatch(text):
        return Decimal(text.removeprefix("£").strip())
    return uploads.amount(text)


def _creditor_number(mask: str) -> Reader:
    def read(text: str) -> str:
        wrong = creditor_numbers.check(text, mask)
        if wrong:
            raise ValueError(wrong)
        return creditor_numbers.normal(text)

    return read


# What may stand beside each other.


def _check_cases(cases: Rows, lines: Rows, known: Collection[str]) -> Iterator[Problem]:
    first: dict[str, int] = {}
    paid_directly = {row["case"] for row in lines if _is_direct_payment(row)}
    with_lines = {row["case"] for row in lines}
    for number, row in zip(cases.lines, cases, strict=True):
        case = row["case"]
        if case not in known:
            what = _("there is no case “%(case)s” in this council.")
            yield number, "case", what % {"case": case}
        if first.setdefault(case, number) != number:
            what = _("the case stands in line %(first)s already.")
            yield number, "case", what % {"first": first[case]}
        if case not in with_lines:
            yield number, "case", _("the case has no line in the table of lines.")
        for column, what in _check_agreement(row, case in paid_directly):
            yield number, column, what
        for column, what in _check_contribution(row):
            yield number, column, what


def _check_agreement(row: Row, paid_directly: bool) -> Iterator[tuple[str, str]]:
    begun = [column for column in (*_PAYEE, "paid_to") if row[column] is not None]
    for column in _PAYEE:
        if row[column] is None and (begun or paid_directly):
            yield column, _("a direct payment needs it.")
    for column in ("decided_from", "agreement_from"):
        if row["paid_to"] and row[column] and row["paid_to"] < row[column]:
            what = _("%(last)s is before %(first)s, the day in “%(column)s”.")
            said = {"last": row["paid_to"], "first": row[column], "column": column}
            yield "paid_to", what % said


def _check_contribution(row: Row) -> Iterator[tuple[str, str]]:
    weekly, begins = row["contribution_weekly"], row["contribution_from"]
    if begins is None and (weekly is not None or row["told_on"] is not None):
        yield "contribution_from", _("a contribution needs it.")
    if weekly is None and (begins is not None or row["told_on"] is not None):
        yield "contribution_weekly", _("a contribution needs it.")


def _is_direct_payment(row: Row) -> bool:
    return (row["funder"] or facts.COUNCIL, row["route"]) == (facts.COUNCIL, facts.DIRECT_PAYMENT)


def _check_lines(cases: Rows, lines: Rows) -> Iterator[Problem]:
    decided = {row["case"]: row["decided_from"] for row in cases}
    count = Counter((row["case"], row["line"]) for row in lines)
    for number, row in zip(lines.lines, lines, strict=True):
        if row["case"] not in decided:
            what = _("there is no case “%(case)s” in the table of cases.")
            yield number, "case", what % {"case": row["case"]}
        if count[row["case"], row["line"]] > 1:
            what = _("the case has more than one line “%(line)s”.")
            yield number, "line", what % {"line": row["line"]}
        for column, what in (
            *_check_days(row, decided.get(row["case"])),
            *_check_kind(row),
            *_check_sum(row),
        ):
            yield number, column, what


def _check_days(row: Row, decided: date | None) -> Iterator[tuple[str, str]]:
    if row["to"] is None:
        return
    if row["to"] < row["from"]:
        what = _("the last day, %(last)s, is before the first, %(first)s.")
        yield "to", what % {"last": row["to"], "first": row["from"]}
    elif decided and row["to"] < decided:
        what = _("the last day, %(last)s, is before the decision, %(decided)s.")
        yield "to", what % {"last": row["to"], "decided": decided}


def _check_kind(row: Row) -> Iterator[tuple[str, str]]:
    if row["route"] is None and (row["funder"] or facts.COUNCIL) == facts.COUNCIL:
        yield "route", _("the council pays the line, so it needs a route.")
    if row["weeks"] is not None and row["unit"] not in facts.WEEKLY_UNITS:
        yield "weeks", _("weeks a year are only for what is priced by the week.")


def _check_sum(row: Row) -> Iterator[tuple[str, str]]:
    """Quantity and rate, or the amount, or all three that agree."""
    quantity, rate, amount = row["quantity"], row["rate"], row["amount"]
    if quantity is None and rate is None:
        if amount is None:
            yield "amount", _("write the amount, or a quantity and a rate.")
        return
    if quantity is None or rate is None:
        column = "quantity" if quantity is None else "rate"
        yield column, _("a quantity and a rate are needed together.")
        return
    worked_out = _worked_out(quantity, rate)
    if worked_out > LARGEST:
        what = _("quantity times rate is more than %(most)s.")
        yield "rate", what % {"most": pounds(LARGEST)}
    elif amount is not None and amount != worked_out:
        what = _("quantity times rate is %(worked_out)s, but the amount says %(amount)s.")
        yield "amount", what % {"worked_out": pounds(worked_out), "amount": pounds(amount)}


def _worked_out(quantity: Decimal, rate: Decimal) -> Decimal:
    return line_cost(quantity, rate, weeks=None).period


# Rows.


def _case(row: Row, lines: Sequence[Row]) -> RunningCase:
    agreement = contribution = None
    if row["agreement_from"] is not None:
        agreement = facts.Agreement(row["agreement_from"], row["basis"])
    if row["contribution_from"] is not None:
        begins, weekly = row["contribution_from"], row["contribution_weekly"]
        contribution = facts.Contribution(begins, weekly, row["told_on"])
    return RunningCase(
        case=row["case"],
        decision=facts.Decision(row["plan"], row["decided_from"]),
        agreement=agreement,
        payee_kind=row["payee_kind"] or "",
        creditor_number=row["creditor_number"] or "",
        contribution=contribution,
        paid_to=row["paid_to"],
        balance_held=row["balance_held"],
        lines=tuple(_line(line, row["plan"]) for line in lines),
    )


def _line(row: Row, plan: int) -> RunningLine:
    amount = row["amount"]
    if amount is None:
        amount = _worked_out(row["quantity"], row["rate"])
    line = facts.Line(
        id=row["line"],
        plan=plan,
        route=row["route"],
        funder=row["funder"] or facts.COUNCIL,
        unit=row["unit"],
        amount=amount,
        begins=row["from"],
        ends=row["to"],
        weeks=row["weeks"],
        free=row["free"] == "yes",
    )
    return RunningLine(row["what"], row["quantity"], row["rate"], line)
