"""Going live with money already running: two tables, taken whole or not at all."""

import io
from datetime import date
from decimal import Decimal as D

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgets.entitlement import fact_checks, facts
from budgets.ledger.running import (
    Known,
    RunningCase,
    RunningLine,
    RunningPerson,
    Table,
    read_running,
)
from budgets.ledger.running_columns import Choices
from budgets.money.uploads import BadUpload

EXAMPLES = settings(derandomize=True, max_examples=60, database=None)
TODAY = date(2026, 4, 20)
KNOWN = Known(people={"AB34CD"}, entered={"OLD-1"}, teams={"North team"}, workers={"w@example.org"})
CHOICES = Choices(
    payee_kinds=("person", "nominated", "authorised"),
    accounts=("own_account", "prepaid_card"),
    kinds=("adult", "carer"),
    contact_by=("email", "text", "phone", "letter"),
    communication=("standard", "easy_read"),
    need_groups=("physical", "other"),
    who=("pa", "agency", "provider"),
    outcomes=("hygiene", "home_safely"),
)
CASE = {
    "case": "sw-0017",
    "person": "",
    "name": "Ada Wren",
    "born": "1/5/1950",
    "kind": "",
    "contact_by": "phone",
    "contact_note": "",
    "email": "",
    "phone": "01632 960001",
    "address": "",
    "communication": "",
    "need_group": "physical",
    "team": "North team",
    "worker": "W@example.org",
    "decided_from": "2025-04-07",
    "plan": "3",
    "agreement_from": "5/5/2025",
    "basis": "net",
    "account": "prepaid_card",
    "cycle_weeks": "2",
    "pay_day": "",
    "payee_kind": "nominated",
    "payee_name": "Bo Wren",
    "creditor_number": "c 0017",
    "contribution_weekly": "£1,010.50",
    "contribution_from": "2025-04-07",
    "told_on": "2025-03-30",
    "paid_to": "2026-04-05",
    "charged_to": "2026-03-29",
    "balance_held": "812.20",
    "reviewed_on": "2025-12-01",
}
PLAIN = {"case": "EF56GH", "name": "Cy Dunn", "decided_from": "2025-04-07", "plan": "1"}
LINE = {
    "case": "SW-0017",
    "line": "a",
    "what": "Personal assistant",
    "who": "pa",
    "outcome": "hygiene",
    "route": "direct_payment",
    "funder": "council",
    "unit": "hour",
    "quantity": "20",
    "rate": "15.605",
    "amount": "",
    "from": "2025-04-07",
    "to": "2027-04-06",
    "weeks": "50",
    "free": "no",
}
OTHER = {"case": "EF56GH", "line": "a", "what": "Meals", "who": "agency"}
OTHER |= {"route": "council_managed", "unit": "week", "amount": "70", "from": "2025-04-07"}


def table(rows, columns):
    lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
    return "\n".join(";".join(cells) for cells in lines).encode()


def taken(cases, lines, mask="A9999"):
    return read_running(
        cases if isinstance(cases, Table) else Table("cases.csv", table(cases, list(CASE))),
        lines if isinstance(lines, Table) else Table("lines.csv", table(lines, list(LINE))),
        known=KNOWN,
        choices=CHOICES,
        today=TODAY,
        mask=mask,
    )


def problems(cases, lines):
    with pytest.raises(BadUpload) as refused:
        taken(cases, lines)
    return refused.value.problems


def test_a_case_begins_with_what_both_tables_say():
    (found, plain) = taken([CASE, PLAIN], [LINE, OTHER])
    begins = date(2025, 4, 7)
    assert found == RunningCase(
        case="SW-0017",
        person=RunningPerson(
            "",
            "Ada Wren",
            {
                "born": date(1950, 5, 1),
                "contact_by": "phone",
                "phone": "01632 960001",
                "need_group": "physical",
                "team": "North team",
                "worker": "w@example.org",
            },
        ),
        decision=facts.Decision(3, begins),
        agreement=facts.Agreement(date(2025, 5, 5), "net"),
        account="prepaid_card",
        cycle_weeks=2,
        pay_day=date(2026, 4, 6),
        payee_kind="nominated",
        payee_name="Bo Wren",
        creditor_number="C0017",
        contribution=facts.Contribution(begins, D("1010.50"), date(2025, 3, 30)),
        paid_to=date(2026, 4, 5),
        charged_to=date(2026, 3, 29),
        balance_held=D("812.20"),
        reviewed_on=date(2025, 12, 1),
        lines=(
            RunningLine(
                "Personal assistant",
                "pa",
                "hygiene",
                D(20),
                D("15.605"),
                facts.Line(
                    *("a", 3, "direct_payment", "council", "hour", D("312.10")),
                    *(begins, date(2027, 4, 6), 50, False),
                ),
            ),
        ),
    )
    meals = facts.Line("a", 1, "council_managed", "council", "week", D("70.00"), begins)
    assert plain.lines == (RunningLine("Meals", "agency", "", None, None, meals),)
    assert (plain.agreement, plain.contribution, plain.paid_to) == (None, None, None)
    assert (plain.payee_kind, plain.creditor_number, plain.balance_held) == ("", "", None)


def test_columns_that_nobody_needs_may_be_left_out():
    cases = Table("cases.csv", table([PLAIN], list(PLAIN)))
    (found,) = taken(cases, Table("lines.csv", table([OTHER], list(OTHER))))
    assert found.case == "EF56GH" and found.lines[0].line.funder == "council"


def test_a_workbook_is_read_as_well():
    book = openpyxl.Workbook()
    book.active.append(list(PLAIN))
    book.active.append(["EF56GH", "Cy Dunn", date(2025, 4, 7), 1])
    data = io.BytesIO()
    book.save(data)
    (found,) = taken(Table("cases.xlsx", data.getvalue()), [OTHER])
    assert found.decision == facts.Decision(1, date(2025, 4, 7))


IN_CASES = [
    ({"case": "old-1"}, "case", "the case “OLD-1” was entered before."),
    ({"person": "ZZ99ZZ"}, "person", "there is no case “ZZ99ZZ” in this council."),
    ({"name": ""}, "name", "write the name, or in “person” the reference of a case here."),
    ({"born": "1/5/1850"}, "born", "a date of birth before 1900."),
    ({"born": "1/5/2030"}, "born", "a day to come."),
    ({"kind": "child"}, "kind", "'child' is not one of adult, carer."),
    ({"contact_by": "letter"}, "address", "the person is reached this way, so it is needed."),
    ({"contact_by": "email"}, "email", "the person is reached this way, so it is needed."),
    ({"email": "ada@"}, "email", "“ada@” is no e-mail address."),
    ({"phone": "at home"}, "phone", "“at home” is no telephone number."),
    ({"communication": "loud"}, "communication", "'loud' is not one of standard, easy_read."),
    ({"need_group": "all"}, "need_group", "'all' is not one of physical, other."),
    ({"team": "South team"}, "team", "“South team” is not one of this council."),
    ({"worker": "x@example.org"}, "worker", "“x@example.org” is not one of this council."),
    ({"account": ""}, "account", "a direct payment needs it."),
    ({"account": "purse"}, "account", "'purse' is not one of own_account, prepaid_card."),
    ({"cycle_weeks": "3"}, "cycle_weeks", "'3' is not one of 2, 4."),
    ({"pay_day": "Monday"}, "pay_day", "'Monday' is not a day such as 2026-04-01."),
    ({"payee_name": ""}, "payee_name", "somebody else is paid, so it is needed."),
    (
        {"paid_to": ""},
        "paid_to",
        "the direct payment began on 2025-05-05: write the last day that is paid.",
    ),
    ({"paid_to": "2026-07-22"}, "paid_to", "2026-07-22 is more than 92 days ahead."),
    ({"charged_to": "2026-07-22"}, "charged_to", "2026-07-22 is more than 92 days ahead."),
    ({"reviewed_on": "2026-04-21"}, "reviewed_on", "a day to come."),
    ({"case": ""}, "case", "write something here."),
    ({"decided_from": ""}, "decided_from", "a day is missing."),
    ({"decided_from": "7 April"}, "decided_from", "'7 April' is not a day such as 2026-04-01."),
    ({"decided_from": "31/4/2025"}, "decided_from", "'31/4/2025' is not a day such as 2026-04"),
    ({"decided_from": "1999-04-07"}, "decided_from", "“1999-04-07” is not from 2015 to 2100."),
    ({"plan": "0"}, "plan", "it must be from 1 to 1000000000."),
    ({"plan": "two"}, "plan", "'two' is not a whole number."),
    ({"agreement_from": ""}, "agreement_from", "a direct payment needs it."),
    ({"basis": ""}, "basis", "a direct payment needs it."),
    ({"basis": "nett"}, "basis", "'nett' is not one of net, gross, person_first."),
    ({"payee_kind": ""}, "payee_kind", "a direct payment needs it."),
    ({"payee_kind": "friend"}, "payee_kind", "'friend' is not one of person, nominated, autho"),
    ({"creditor_number": ""}, "creditor_number", "a direct payment needs it."),
    ({"creditor_number": "C01"}, "creditor_number", "The length of “C01” is 3, but should be 5"),
    (
        {"creditor_number": "CC0017"},
        "creditor_number",
        "The number has a letter too many: “CC0017” should be a letter, 4 figures.",
    ),
    ({"contribution_weekly": ""}, "contribution_weekly", "a contribution needs it."),
    ({"contribution_weekly": "10%"}, "contribution_weekly", "Enter the amount in numbers"),
    ({"contribution_weekly": "1,01"}, "contribution_weekly", "Enter the amount in numbers"),
    ({"contribution_weekly": "-1"}, "contribution_weekly", "The amount cannot be less than £0."),
    ({"contribution_from": ""}, "contribution_from", "a contribution needs it."),
    ({"told_on": "soon"}, "told_on", "'soon' is not a day such as 2026-04-01."),
    (
        {"paid_to": "2025-05-04"},
        "paid_to",
        "2025-05-04 is before 2025-05-05, the day in “agreement_from”.",
    ),
    ({"balance_held": "£-3"}, "balance_held", "The amount cannot be less than £0."),
]
IN_LINES = [
    ({"case": "ZZ99ZZ"}, "case", "there is no case “ZZ99ZZ” in the table of cases."),
    ({"line": ""}, "line", "write something here."),
    ({"line": "x" * 41}, "line", "at most 40 characters."),
    ({"what": ""}, "what", "write something here."),
    ({"who": "aunt"}, "who", "'aunt' is not one of pa, agency, provider."),
    ({"outcome": "joy"}, "outcome", "'joy' is not one of hygiene, home_safely."),
    ({"route": ""}, "route", "the council pays the line, so it needs a route."),
    ({"route": "card"}, "route", "'card' is not one of direct_payment, council_managed, provid"),
    ({"funder": "nhs"}, "funder", "'nhs' is not one of council, health, s117, person."),
    ({"unit": "night"}, "unit", "'night' is not one of hour, day, session, week, month, year"),
    ({"unit": ""}, "unit", "'' is not one of hour"),
    ({"quantity": ""}, "quantity", "a quantity and a rate are needed together."),
    ({"quantity": "10000"}, "quantity", "it must be at most 9999, with no more than two figures"),
    ({"quantity": "1.005"}, "quantity", "it must be at most 9999, with no more than two figures"),
    ({"rate": ""}, "rate", "a quantity and a rate are needed together."),
    (
        {"rate": "15%"},
        "rate",
        "Enter the amount in numbers, such as 250 or 1,234.50. It says '15%'",
    ),
    ({"rate": "15.60555"}, "rate", "Enter the amount with no more than two figures"),
    ({"rate": "600000"}, "rate", "quantity times rate is more than £9,999,999.99."),
    ({"quantity": "", "rate": ""}, "amount", "write the amount, or a quantity and a rate."),
    (
        {"amount": "300"},
        "amount",
        "quantity times rate is £312.10, but the amount says £300.00.",
    ),
    ({"from": ""}, "from", "a day is missing."),
    ({"to": "2025-04-06"}, "to", "the last day, 2025-04-06, is before the first, 2025-04-07."),
    (
        {"from": "2024-01-01", "to": "2025-04-06"},
        "to",
        "the last day, 2025-04-06, is before the decision, 2025-04-07.",
    ),
    ({"weeks": "54"}, "weeks", "it must be from 1 to 53."),
    ({"weeks": "0"}, "weeks", "it must be from 1 to 53."),
    ({"unit": "month"}, "weeks", "weeks a year are only for what is priced by the week."),
    ({"free": "true"}, "free", "'true' is not one of yes, no."),
]


@pytest.mark.parametrize(("change", "column", "sentence"), IN_CASES)
def test_each_mistake_in_a_case_has_its_sentence(change, column, sentence):
    found = problems([PLAIN, CASE | change], [OTHER, LINE])
    wanted = ("Table of cases", f"line 3, column “{column}”", f"{sentence}")
    said = [one.replace('"', "“", 1).replace('":', "”:") for one in found]
    assert any(all(part.lower() in one.lower() for part in wanted) for one in said), found


@pytest.mark.parametrize(("change", "column", "sentence"), IN_LINES)
def test_each_mistake_in_a_line_has_its_sentence(change, column, sentence):
    found = problems([PLAIN, CASE], [OTHER, LINE | change])
    wanted = ("Table of lines", f"line 3, column “{column}”", sentence)
    said = [one.replace('"', "“", 1).replace('":', "”:") for one in found]
    assert any(all(part.lower() in one.lower() for part in wanted) for one in said), found


def test_a_case_twice_a_line_twice_and_a_case_without_a_line():
    assert problems([CASE, PLAIN, CASE], [LINE, LINE]) == [
        "Table of cases, line 3, column “case”: the case has no line in the table of lines.",
        "Table of cases, line 4, column “case”: the case stands in line 2 already.",
        "Table of lines, line 2, column “line”: the case has more than one line “a”.",
        "Table of lines, line 3, column “line”: the case has more than one line “a”.",
    ]


def test_a_direct_payment_needs_an_agreement_and_a_payee_and_other_lines_do_not():
    paid = OTHER | {"route": "direct_payment"}
    assert problems([PLAIN], [paid]) == [
        f"Table of cases, line 2, column “{column}”: a direct payment needs it."
        for column in ("agreement_from", "basis", "account", "payee_kind", "creditor_number")
    ]
    elsewhere = paid | {"funder": "health"}
    assert taken([PLAIN], [elsewhere])[0].agreement is None


def test_a_payment_that_begins_today_or_later_was_paid_nowhere_else():
    begins = {"from": "2026-04-20", "to": ""}
    row = CASE | {"paid_to": "", "balance_held": ""}
    (found,) = taken([row], [LINE | begins])
    assert (found.paid_to, found.pay_day) == (None, date(2025, 5, 5))
    assert problems([row | {"balance_held": "812.20"}], [LINE | begins]) == [
        "Table of cases, line 2, column “balance_held”: write the last day that is paid as well."
    ], "a balance is entered with the opening payment, and would be lost without it"
    assert problems([CASE], [LINE | begins]) == [
        "Table of cases, line 2, column “paid_to”: no direct payment line had begun by 2026-04-05."
    ]


def test_a_person_who_is_here_already_is_named_by_their_reference():
    (found,) = taken([CASE | {"person": "ab34cd", "name": "", "phone": ""}], [LINE])
    assert (found.person.case_here, found.person.name) == ("AB34CD", "")


def test_all_three_of_a_sum_may_stand_there_when_they_agree():
    (found,) = taken([CASE], [LINE | {"amount": "£312.10"}])
    assert found.lines[0].line.amount == D("312.10")


def test_both_tables_are_read_before_anything_is_said():
    found = problems(Table("a.csv", b"case,plan\nAB34CD,1\n"), Table("b.csv", b""))
    assert found == [
        'Table of cases: The column "decided_from" is missing.',
        "Table of lines: The file is empty.",
    ]
    assert problems([CASE], Table("b.csv", b"case\n\xa3\n"))[0].startswith(
        "Table of lines: Line 2 is not UTF-8 text: it seems to be Windows-1252"
    )
    known = Table("a.csv", table([PLAIN | {"case": f"C{n}"} for n in range(501)], list(PLAIN)))
    assert problems(known, [OTHER]) == [
        "Table of cases: more than 500 cases. Enter them in several files."
    ]
    many = [CASE | {"plan": "x"}] * 130
    assert problems(many, [LINE])[-1] == "And 30 more."


DAYS = st.dates(date(2015, 1, 1), date(2100, 12, 31))


@EXAMPLES
@given(st.data())
def test_what_is_taken_the_entitlement_takes_too(data):
    draw = data.draw
    change = {
        "funder": draw(st.sampled_from(("", *facts.FUNDERS))),
        "route": draw(st.sampled_from(("", *facts.ROUTES))),
        "unit": draw(st.sampled_from(facts.UNITS)),
        "weeks": draw(st.sampled_from(("", "1", "53"))),
        "from": draw(DAYS).isoformat(),
        "to": draw(st.one_of(st.just(""), DAYS.map(date.isoformat))),
        "free": draw(st.sampled_from(("", "yes", "no"))),
        "amount": str(D(draw(st.integers(0, 999_999_999))).scaleb(-2)),
        "quantity": "",
        "rate": "",
    }
    try:
        (case,) = taken([CASE], [LINE | change])
    except BadUpload as wrong:
        assert all(", line 2, column" in said for said in wrong.problems)
        return
    assert str(case.lines[0].line.amount) == change["amount"]
    fact_checks.check(
        facts.Facts(
            pay_calendar=facts.PayCalendar(date(2026, 4, 6), 4),
            lines=tuple(line.line for line in case.lines),
            decisions=(case.decision,),
            agreements=(case.agreement,),
            contributions=(case.contribution,),
        )
    )
