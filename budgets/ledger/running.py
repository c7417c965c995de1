"""Going live with money already running: two tables, one row a case and one row a line, and out of
them what each case begins with. All or nothing.

`read_running` refuses with one sentence for each mistake: table, line, column, what is wrong. What
the fields mean is what the entitlement reads (`budgets.entitlement.facts`), and the rows hold its
types. Not here: the columns (`running_columns`), whether a person may have this money, and what is
written.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from budgets.entitlement import facts
from budgets.ledger.running_columns import (
    CASE_OPTIONAL,
    LINE_OPTIONAL,
    PAYEE,
    PERSON,
    Choices,
    case_columns,
    line_columns,
)
from budgets.money import uploads
from budgets.money.sterling import LARGEST, line_cost, pounds
from budgets.money.uploads import BadUpload, Reader, Rows

MOST_CASES = 500  # of one file: what one officer can look through, and one transaction writes
FAR = 92  # days ahead: nothing is paid or charged so long before
CYCLE_WEEKS = "4"

Row = Mapping[str, Any]
Problem = tuple[int, str, str]  # line of the file, column, what is wrong


class Table(NamedTuple):
    """An uploaded file."""

    name: str
    data: bytes


class Known(NamedTuple):
    """What the council has already. ``people``: references of its cases here; ``entered``: its own
    references that were entered before; ``teams`` by name, ``workers`` by login, both as written
    there.
    """

    people: Collection[str]
    entered: Collection[str]
    teams: Collection[str]
    workers: Collection[str]


class RunningLine(NamedTuple):
    """A line in force. ``quantity`` and ``rate`` (pounds for one unit, up to four decimals): None
    where only the amount of a period is known.
    """

    what: str
    who: str
    outcome: str
    quantity: Decimal | None
    rate: Decimal | None
    line: facts.Line


class RunningPerson(NamedTuple):
    """Whose case it is. ``case_here``: a case of the same person here; then only it says who."""

    case_here: str
    name: str
    details: dict[str, Any]


class RunningCase(NamedTuple):
    """What a case begins with. ``paid_to``, ``charged_to``: the last day paid and charged
    elsewhere. ``balance_held``: pounds in the account for the direct payment. ``pay_day``: one of
    the days on which it is paid.
    """

    case: str
    person: RunningPerson
    decision: facts.Decision
    agreement: facts.Agreement | None
    account: str
    cycle_weeks: int
    pay_day: date | None
    payee_kind: str
    payee_name: str
    creditor_number: str
    contribution: facts.Contribution | None
    paid_to: date | None
    charged_to: date | None
    balance_held: Decimal | None
    reviewed_on: date | None
    lines: tuple[RunningLine, ...]


def read_running(
    cases: Table,
    lines: Table,
    *,
    known: Known,
    choices: Choices,
    today: date,
    mask: str,
) -> tuple[RunningCase, ...]:
    """The cases of both tables, in the order of the first. ``mask``: see `creditor_numbers`.
    BadUpload: one sentence for each mistake.
    """
    problems: list[str] = []
    named = (_("Table of cases"), _("Table of lines"))
    columns = case_columns(choices, mask)
    case_rows = _rows(named[0], cases, columns, CASE_OPTIONAL, problems)
    line_rows = _rows(named[1], lines, line_columns(choices), LINE_OPTIONAL, problems)
    if case_rows is not None and len(case_rows) > MOST_CASES:
        what = _("%(table)s: more than %(most)s cases. Enter them in several files.")
        problems.append(what % {"table": named[0], "most": MOST_CASES})
    elif case_rows is not None and line_rows is not None:
        problems += _said(named[0], _check_cases(case_rows, line_rows, known, today))
        problems += _said(named[1], _check_lines(case_rows, line_rows))
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
    name: str,
    table: Table,
    columns: Mapping[str, Reader],
    optional: Collection[str],
    problems: list[str],
) -> Rows | None:
    try:
        return uploads.read_rows(table.name, table.data, columns, optional=optional)
    except BadUpload as wrong:
        problems += [f"{name}: {problem}" for problem in wrong.found]
        return None


# What may stand beside each other.


def _check_cases(cases: Rows, lines: Rows, known: Known, today: date) -> Iterator[Problem]:
    first: dict[str, int] = {}
    direct: dict[str, list[Row]] = {}
    for line in lines:
        if _is_direct_payment(line):
            direct.setdefault(line["case"], []).append(line)
    with_lines = {row["case"] for row in lines}
    for number, row in zip(cases.lines, cases, strict=True):
        case = row["case"]
        if case in known.entered:
            what = _("the case “%(case)s” was entered before.")
            yield number, "case", what % {"case": case}
        if first.setdefault(case, number) != number:
            what = _("the case stands in line %(first)s already.")
            yield number, "case", what % {"first": first[case]}
        if case not in with_lines:
            yield number, "case", _("the case has no line in the table of lines.")
        for check in (
            _check_person(row, known, today),
            _check_agreement(row, case in direct),
            _check_paid(row, direct.get(case, []), today),
            _check_contribution(row, today),
        ):
            for column, what in check:
                yield number, column, what


def _check_person(row: Row, known: Known, today: date) -> Iterator[tuple[str, str]]:
    if row["person"] is None:
        if row["name"] is None:
            yield "name", _("write the name, or in “person” the reference of a case here.")
    elif row["person"] not in known.people:
        what = _("there is no case “%(case)s” in this council.")
        yield "person", what % {"case": row["person"]}
    if row["born"] and row["born"] > today:
        yield "born", _("a day to come.")
    if row["reviewed_on"] and row["reviewed_on"] > today:
        yield "reviewed_on", _("a day to come.")
    needs = {"email": "email", "text": "phone", "phone": "phone", "letter": "address"}
    needed = needs.get(row["contact_by"] or "")
    if needed and row[needed] is None and row["person"] is None:
        what = _("the person is reached this way, so it is needed.")
        yield needed, what
    for column, there in (("team", known.teams), ("worker", known.workers)):
        if row[column] is not None and row[column] not in there:
            what = _("“%(text)s” is not one of this council.")
            yield column, what % {"text": row[column][:40]}


def _check_agreement(row: Row, paid_directly: bool) -> Iterator[tuple[str, str]]:
    more = ("payee_name", "cycle_weeks", "pay_day", "paid_to", "balance_held")
    begun = [column for column in (*PAYEE, *more) if row[column] is not None]
    for column in PAYEE:
        if row[column] is None and (begun or paid_directly):
            yield column, _("a direct payment needs it.")
    if begun and not paid_directly:
        yield begun[0], _("the case has no line that is a direct payment.")
    if row["payee_name"] is None and row["payee_kind"] not in (None, "person"):
        yield "payee_name", _("somebody else is paid, so it is needed.")
    for column in ("decided_from", "agreement_from"):
        if row["paid_to"] and row[column] and row["paid_to"] < row[column]:
            what = _("%(last)s is before %(first)s, the day in “%(column)s”.")
            said = {"last": row["paid_to"], "first": row[column], "column": column}
            yield "paid_to", what % said


def _check_paid(row: Row, direct: Sequence[Row], today: date) -> Iterator[tuple[str, str]]:
    """The last day paid elsewhere: without it all days since the beginning would be owed."""
    for column in ("paid_to", "charged_to"):
        if row[column] and row[column] > today + timedelta(days=FAR):
            what = _("%(day)s is more than %(n)s days ahead.")
            yield column, what % {"day": row[column], "n": FAR}
    if row["balance_held"] is not None and row["paid_to"] is None:
        yield "balance_held", _("write the last day that is paid as well.")
    begins = [one["from"] for one in direct]
    if not begins or row["agreement_from"] is None:
        return
    first = max(min(begins), row["decided_from"], row["agreement_from"])
    if row["paid_to"] is None and first < today:
        what = _("the direct payment began on %(day)s: write the last day that is paid.")
        yield "paid_to", what % {"day": first}
    elif row["paid_to"] is not None and row["paid_to"] < min(begins):
        what = _("no direct payment line had begun by %(day)s.")
        yield "paid_to", what % {"day": row["paid_to"]}


def _check_contribution(row: Row, today: date) -> Iterator[tuple[str, str]]:
    if row["told_on"] and row["told_on"] > today:
        yield "told_on", _("a day to come.")
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
    given = {name: row[name] for name in PERSON if row[name] is not None}
    return RunningCase(
        case=row["case"],
        person=RunningPerson(row["person"] or "", row["name"] or "", given),
        decision=facts.Decision(row["plan"], row["decided_from"]),
        agreement=agreement,
        account=row["account"] or "",
        cycle_weeks=int(row["cycle_weeks"] or CYCLE_WEEKS),
        pay_day=row["pay_day"] or _after(row["paid_to"]) or row["agreement_from"],
        payee_kind=row["payee_kind"] or "",
        payee_name=row["payee_name"] or "",
        creditor_number=row["creditor_number"] or "",
        contribution=contribution,
        paid_to=row["paid_to"],
        charged_to=row["charged_to"],
        balance_held=row["balance_held"],
        reviewed_on=row["reviewed_on"],
        lines=tuple(_line(line, row["plan"]) for line in lines),
    )


def _after(day: date | None) -> date | None:
    return None if day is None else day + timedelta(days=1)


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
    return RunningLine(
        row["what"], row["who"], row["outcome"] or "", row["quantity"], row["rate"], line
    )
