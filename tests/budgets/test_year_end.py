"""The end of a financial year: a payment or charge across 31 March belongs to either by its days,
to the penny, and nothing that happens later moves a year that is closed.
"""

import csv
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

import pytest
import time_machine
from django.utils import timezone

from budgets import actions as money
from budgets.payments import year_end
from budgets.position import case_money
from budgets.views.batches import whole_number
from tests.budgets.running_money import pay, week
from tests.budgets.test_charge_batches import managed
from tests.statements import counted

LAST = date(2027, 3, 31)
PAGE = "/staff/finance/year-end/payments/"
FILE = "/staff/finance/year-end/payments.csv?year=2026"
CHARGES = "/staff/finance/year-end/charges/"


def on(*when):
    return time_machine.travel(timezone.make_aware(timezone.datetime(*when, 12)), tick=True)


def parts(rows):
    return [(str(x.until), str(x.after), str(x.before), str(x.less)) for x in rows]


def payments(cast):
    return year_end.parted(year_end.payments_across(cast.council, LAST), LAST)


def lines(answer):
    return list(csv.reader(StringIO(b"".join(answer.streaming_content).decode())))


@pytest.fixture
def across(budget, cast):
    """£100 a week from 20 March: four weeks, of which twelve days are in the year that ends."""
    with on(2027, 3, 20):
        case = budget(week(100))
        pay(cast)
        yield case


def test_a_payment_across_the_end_of_march_is_parted_by_its_days(across, cast, as_):
    (one,) = payments(cast)  # 100 / 7 x 12 = 171.428...
    assert parts([one]) == [("171.43", "228.57", "0.00", "0.00")]
    assert one.whole == one.row.amount == 400
    shown = as_(cast.finance).get(PAGE, {"year": 2026}).content.decode()
    for words in ("£171.43", "£228.57", "£400.00", across.ref, "Until 31 March 2027"):
        assert words in shown, words
    head, row, together = lines(as_(cast.auditor).get(FILE))
    assert head[-4:] == ["Until 31 March 2027", "From 1 April 2027", "Taken off, as agreed"] + [
        "Together"
    ]
    assert row[1] == across.ref and row[-5:] == ["0.00", "171.43", "228.57", "0.00", "400.00"]
    assert together[-5:] == row[-5:]


def test_a_later_change_of_the_facts_moves_no_year_that_is_closed(across, cast):
    line = case_money.agreed_plan(across).lines.get()
    money.start_line(case=across, line=line, started_on=date(2027, 3, 20), by=cast.finance)
    money.start_budget(case=across, by=cast.finance)
    facts = {"line": line, "rate": Decimal(140), "reason": "A rise", "on": date(2027, 3, 21)}
    money.change_price(case=across, by=cast.manager, **facts)
    assert parts(payments(cast)) == [("171.43", "228.57", "0.00", "0.00")]
    with on(2027, 4, 20):
        pay(cast)
        (only,) = payments(cast)
        assert only.whole == 400, "what is owed since goes in a payment of days to come"


def test_only_what_left_and_has_days_of_both_years_is_listed(budget, cast, as_):
    with on(2027, 3, 20):
        case = budget(week(100))
        batch = money.make_batch(council=cast.council, by=cast.finance, until=date(2027, 3, 20))
        assert not payments(cast), "nobody has released it"
        money.release_batch(batch=batch, by=cast.releaser)
        assert len(payments(cast)) == 1
        beyond = LAST + timedelta(days=30)
        assert not year_end.payments_across(cast.council, beyond).exists()
        assert not year_end.payments_across(cast.council, date(2027, 4, 16)).exists()
        assert year_end.payments_across(cast.council, date(2027, 4, 15)).exists()
        row = case.payments.get()
        money.confirm_batch(
            batch=batch, by=cast.finance, ledger_ref="L1", returned={row.number: "No account"}
        )
        assert not payments(cast), "it came back"
        assert "Nothing that left" in as_(cast.finance).get(PAGE, {"year": 2026}).content.decode()


def test_a_charge_across_the_end_of_march_is_parted_by_its_days(cast, as_):
    with on(2027, 4, 25):
        case = managed(cast, weekly="10", days_ago=100)
        batch = money.make_charges(council=cast.council, by=cast.finance, until=date(2027, 4, 25))
        money.release_charges(batch=batch, by=cast.releaser)
        (one,) = year_end.parted(year_end.charges_across(cast.council, LAST), LAST)
        row, begins = one.row, case.charges.order_by("covers_from").first().covers_from

        def charged(day):
            days = Decimal((day - begins).days + 1)
            return (10 * days / 7).quantize(Decimal("0.01"), ROUND_HALF_UP)

        assert one.until == charged(LAST) - charged(row.covers_from - timedelta(days=1))
        assert one.until + one.after == row.amount and one.whole == row.to_pay
        shown = as_(cast.finance).get(CHARGES, {"year": 2026}).content.decode()
        assert f"£{one.until}" in shown and f"£{one.after}" in shown and row.written_number in shown


def test_more_than_a_page_is_read_in_pages_and_streamed_in_parts(budget, cast, as_, monkeypatch):
    monkeypatch.setattr(year_end, "CHUNK", 2)
    monkeypatch.setattr("budgets.views.year_end.PAGE", 2)
    with on(2027, 3, 20):
        for _each in range(3):
            budget(week(100))
        pay(cast)
        first = as_(cast.finance).get(PAGE, {"year": 2026})
        assert len(first.context["table"].rows) == 2 and first.context["count"] == 3
        rest = as_(cast.finance).get(first.context["onward"])
        assert len(rest.context["table"].rows) == 1 and not rest.context["onward"]
        _head, *rows, together = lines(as_(cast.finance).get(FILE))
        assert len(rows) == 3 and together[-5:] == ["0.00", "514.29", "685.71", "0.00", "1200.00"]
        monkeypatch.undo()
        with counted() as few:
            payments(cast)
        budget(week(100))
        pay(cast)
        with counted() as more:
            assert len(payments(cast)) == 4
        assert len(more.statements) == len(few.statements)


def test_whose_page_it_is_and_what_is_no_year(cast, as_):
    for reader in (cast.worker, cast.manager, cast.person, cast.admin):
        for address in (PAGE, FILE):
            assert as_(reader).get(address).status_code == 404, (reader, address)
    finance = as_(cast.finance)
    assert finance.get(PAGE).status_code == 200
    for year in ("1066", "x", "2026-27", "9" * 30):
        assert finance.get(PAGE, {"year": year}).status_code == 422
        assert finance.get(FILE.partition("?")[0], {"year": year}).status_code == 404
    assert finance.get(PAGE, {"after": "x" * 40}).status_code == 200
    assert finance.get(PAGE.replace("payments", "nothing")).status_code == 404
    assert "year-end" in finance.get("/staff/finance/").content.decode()


def test_the_next_page_begins_where_the_last_one_ended_whatever_the_number():
    assert [whole_number(text) for text in ("7", "1000002", "9" * 18)] == [7, 1000002, 10**18 - 1]
    assert [whole_number(text) for text in ("", "x", "-1", "\x00", "9" * 20, "٣")] == [0] * 6
