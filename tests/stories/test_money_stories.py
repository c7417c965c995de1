"""Six stories of money that runs, by hands at a browser, each read to its end in the letters:
support for twelve weeks only; a new price; a contribution recorded late and lowered; a suspension
made good; an end within a period, and a death before it; a payment that came back.

Facts for which days have to pass are there before (money_cases.py). Sums are done again here, day
by day, with nothing of the service. A run that is not full does every other story, and the next one
the rest.
"""

import json
import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests import sample
from tests.stories import people
from tests.stories.hands import Hands
from tests.stories.money_cases import A_DAY, PERSON

TODAY = date.today()
DAY = timedelta(days=1)
WHOLE = "Your personal budget: what it costs to meet your needs"
OURS, YOURS = "What the council pays of it", "What you pay of it"
MAKE = "from tests.stories.money_cases import make; make()"


def in_turn(place):
    """In a run that is not full, every other story."""
    return lambda story: story if sample.its_turn(place, 2) else sample.full(story)


def words(day):
    """A day as the pages say it."""
    return f"{day.day} {day:%B %Y}"


def pounds(amount):
    return f"£{amount:,.2f}"


def pence(amount):
    return Decimal(amount).quantize(Decimal("0.01"), ROUND_HALF_UP)


def days(first, last):
    return (last - first).days + 1


@pytest.fixture(scope="module")
def cases(stack):
    """By story: the reference of its case, and the first day with money."""
    made = json.loads(stack.manage("shell", "-c", MAKE).strip().splitlines()[-1])
    return {
        story: (ref, date.fromisoformat(first) if first else None)
        for story, (ref, first) in made.items()
    }


@pytest.fixture(scope="module")
def team(browser, stack, cases):
    """Each role at a browser of their own, signed in when first wanted."""
    made = {}

    def somebody(role):
        if role not in made:
            made[role] = Hands(browser, stack)
            if role == "person":
                made[role].sign_in_by_code(PERSON)
            else:
                made[role].sign_in(role)
        return made[role]

    yield somebody
    for hands in made.values():
        hands.close()


def send(hands):
    """The page's own button; nothing may be refused."""
    hands.page.locator("main form button[type=submit]").last.click()
    hands.page.wait_for_load_state()
    assert not people.refused(hands), people.refused(hands)


def read(team, ref, title):
    """The person opens the newest letter of this title; returns a reader of its rows."""
    me = team("person")
    people.read_letter(me, ref, title)
    me.sees(title)
    return lambda row: people.answer_to(me, row)


def coming(team, ref):
    """The payments to come on the person's page, as (due, days, sum): those that are folded too."""
    me = team("person")
    me.go(f"/cases/{ref}/schedule/")
    for fold in me.page.locator("main details:has(table) summary").all():
        fold.click()
    tables = [me.page.locator("table").first, me.page.locator("main details table")]
    cells = [cell for table in tables for cell in _cells_of(table)]
    return [(row[0], row[1], row[-1]) for row in cells if len(row) > 2]


def _cells_of(table):
    return table.locator("tbody tr").evaluate_all(
        "rows => rows.map(r => [...r.querySelectorAll('th, td')].map(c => c.innerText.trim()))"
    )


def payment(first, last, amount, due=None):
    return words(due or first), f"{words(first)} to {words(last)}", pounds(amount)


def said(first, last, amount):
    """A payment to come, as letters say it."""
    return f"{pounds(amount)} on {words(first)}: {words(first)} to {words(last)}"


def listed(row, payments):
    """The letter names these payments: those whose day is over apart from those to come."""
    late = [one for one in payments if one[0] < TODAY]
    if late:
        title = "Due already, and sent with the next payments we make"
        assert row(title) == " ".join(said(*one) for one in late)
    rest = " ".join(said(*one) for one in payments[len(late) :])
    assert not rest or row("Payments to come").startswith(rest)


@in_turn(0)
def test_support_for_twelve_weeks_only_is_paid_for_twelve_weeks(team, cases):
    ref, _first = cases["twelve"]
    begins, ends = TODAY, TODAY + 83 * DAY
    me = team("person")
    me.go(f"/cases/{ref}/plan/")
    line = re.search(rf"/cases/{ref}/plan/line/\d+/", me.page.content())[0]
    me.go(f"{line}terms/")
    me.date("begins_on", begins)
    me.date("ends_on", ends)
    send(me)
    me.go(f"/cases/{ref}/submit_plan/")
    send(me)
    me.go(f"/cases/{ref}/")
    who = team("manager" if "manager" in me.text().lower() else "worker")
    who.go(f"/cases/{ref}/agree_plan/")
    if who.page.locator("[name=reason_code]").count():
        who.page.select_option("select[name=reason_code]", "rate_above")
        who.fill("reason_text", "Twelve weeks after a fall")
    send(who)
    worker = team("worker")
    worker.go(f"/cases/{ref}/record/confirm_payment_allowed/")
    worker.date("looked_on", date.today())
    worker.page.locator("[name=confirmed]").first.check()
    send(worker)
    finance = team("finance")
    finance.go(f"/cases/{ref}/agreement/")
    finance.fill("signed_by", "Wyn Garth")
    for name in ("signed_on", "first_payment_on"):
        finance.date(name, begins)
    for name, value in (
        ("signed_as", "person"),
        ("account_type", "own_account"),
        ("basis", "net"),
        ("cycle_weeks", "4"),
    ):
        finance.choose(name, value)
    finance.press("Record it and plan the payments")
    finance.confirm("£800.00")
    finance.go(f"/cases/{ref}/start_line/")
    finance.page.locator("[name=line]").first.check()
    finance.date("started_on", begins)
    send(finance)
    finance.go(f"/cases/{ref}/start_budget/")
    send(finance)
    four = [begins + n * 28 * DAY for n in range(3)]
    payments = [(day, day + 27 * DAY, 800) for day in four]
    assert payments[-1][1] == ends
    assert coming(team, ref) == [payment(*one) for one in payments], "and not one more"
    row = read(team, ref, "Your direct payment agreement")
    listed(row, payments)
    assert row("How often we pay") == "Every 4 weeks" and row("First payment") == words(begins)
    whole = f"£200.00 a week from {words(begins)} to {words(ends)}: £2,400.00 in all"
    for title in ("Your plan is agreed", "Your budget has started"):
        row = read(team, ref, title)
        assert row(WHOLE) == whole and row("It applies from") == words(begins)
        assert row("Direct payment").startswith(f"{whole}. The council pays the money to you")
        assert row(YOURS).startswith("Not decided yet.") and "£" not in row(OURS) + row(YOURS)
        assert "a year" not in me.page.inner_text("main")


@in_turn(1)
def test_a_new_price_counts_from_its_day_and_nobody_signs_again(team, cases):
    ref, first = cases["priced"]
    since = TODAY - 7 * DAY
    manager = team("manager")
    manager.go(f"/staff/prices/?on_day={since.day}&on_month={since.month}&on_year={since.year}")
    manager.page.locator(f"[name=case][value='{ref}']").check()
    manager.press("Approve what is ticked")
    manager.sees("Not recorded yet", "was £100.00, will be £105.00: +£5.00")
    manager.press("Confirm")
    manager.sees("1 plan has its new prices")
    old = Decimal(100) / 7 * days(first, since - DAY) + Decimal(15) * days(since, first + 27 * DAY)
    row = read(team, ref, "New prices in your budget")
    assert row(WHOLE) == "£105.00 a week (£5,460.00 a year)"
    assert row("It applies from") == words(since)
    assert row("Why it differs from the figure before").endswith(f"prices from {words(since)}")
    assert row("Direct payment").startswith(row(WHOLE))
    found = coming(team, ref)
    assert found[0] == payment(first, first + 27 * DAY, pence(old))
    assert found[1] == payment(first + 28 * DAY, first + 55 * DAY, 420)
    assert len(found) == 13


@in_turn(2)
def test_a_contribution_counts_once_told_and_a_lower_one_from_its_day(team, cases):
    ref, first = cases["charged"]
    earlier, lower = TODAY - 30 * DAY, TODAY + 2 * DAY
    seconds_last = first + 55 * DAY  # of the second payment, in which both changes fall
    record(team, ref, "14.00", earlier, "was £140.00, will be £126.00: -£14.00")
    row = wrote(team, ref, first, [0, 2 * days(TODAY, seconds_last), 2 * 28])
    late = f"It was decided for days from {words(earlier)} on."
    assert row("Decided") == f"£14.00 a week from {words(TODAY)}. {late}"
    since = f"from {words(TODAY)} on. Before that it is nothing"
    assert row(YOURS) == f"£14.00 a week (£728.00 a year); {since}"
    assert row(OURS) == "£126.00 a week (£6,552.00 a year)"
    record(team, ref, "7.00", lower, "was £126.00, will be £133.00: +£7.00")
    row = wrote(team, ref, first, [0, 2 * 2 + days(lower, seconds_last), 28])
    assert row("Decided") == f"£7.00 a week from {words(lower)}."
    since = f"from {words(lower)} on. Before that it is £14.00 a week"
    assert row(YOURS) == f"£7.00 a week (£364.00 a year); {since}"
    assert row(OURS) == "£133.00 a week (£6,916.00 a year)"


def record(team, ref, weekly, day, *seen):
    """Finance records what the person pays, and looks at what that changes."""
    finance = team("finance")
    finance.go(f"/cases/{ref}/contribution/")
    finance.choose("state", "recorded")
    finance.fill("weekly", weekly)
    finance.date("valid_from", day)
    finance.press("Record")
    finance.confirm(*seen)


def wrote(team, ref, first, less):
    """The page and the letter name the same three payments, each so much less than the whole;
    returns the letter's rows.
    """
    payments = [
        (one, one + 27 * DAY, A_DAY * 28 - taken)
        for one, taken in zip((first + n * 28 * DAY for n in range(3)), less, strict=True)
    ]
    assert coming(team, ref)[:3] == [payment(*one) for one in payments]
    row = read(team, ref, "What you pay towards your support")
    listed(row, payments)
    return row


@in_turn(3)
def test_a_suspension_that_was_wrong_is_made_good_to_the_penny(team, cases):
    ref, first = cases["suspended"]
    finance, since = team("finance"), TODAY - 20 * DAY
    row = read(team, ref, "Your payments are suspended")
    assert row("Nothing is paid for days from") == words(since)
    before = coming(team, ref)
    assert sum(Decimal(one[2][1:]) for one in before) == A_DAY * days(first, since - DAY)
    finance.go(f"/cases/{ref}/do/resume_payment/")
    finance.fill("reason", "The papers were here all the time")
    finance.page.locator("[name=make_good]").first.check()
    finance.press("Resume payments")
    finance.confirm()
    row = read(team, ref, "Your payments go on")
    starts = [first + n * 28 * DAY for n in range(3)]
    payments = [(one, one + 27 * DAY, A_DAY * 28) for one in starts]
    listed(row, payments)
    assert coming(team, ref)[:3] == [payment(*one) for one in payments], "as if it had never been"


@in_turn(4)
def test_an_end_within_a_period_is_paid_to_its_day_and_a_death_before_it_to_that(team, cases):
    ref, first = cases["ended"]
    ends, died = TODAY + 10 * DAY, TODAY - DAY
    manager, me = team("manager"), team("person")
    manager.go(f"/cases/{ref}/do/end_support/")
    manager.choose("end", "residential")
    manager.fill("reason", "Moves to Elm Court")
    manager.date("end_date", ends)
    manager.fill("final_account", "Finance writes to you")
    manager.press("End the support")
    manager.confirm()
    manager.sees(
        "Recorded: set the day on which the support ends", f"Support ends on {words(ends)}"
    )
    row = read(team, ref, "Your support is ending")
    assert row("It ends on") == words(ends)
    assert row("Direct payment") == f"For the days up to {words(ends)}. Then it ends."
    sums = [
        Decimal(one.replace(",", ""))
        for one in re.findall(r"£([\d,.]+\.\d\d)", row("Still to be paid"))
    ]
    assert sum(sums) == A_DAY * days(first, ends)
    assert row("Still to be paid").endswith(f"for the days up to {words(ends)}")
    me.go(f"/cases/{ref}/")
    me.sees(f"The support ends on {words(ends)}. Up to that day it goes on.")
    found = coming(team, ref)
    assert [Decimal(one[2][1:]) for one in found] == sums and found[-1][1].endswith(words(ends))
    worker = team("worker")
    worker.go(f"/cases/{ref}/do/record_death/")
    worker.date("died_on", died)
    worker.fill("contact", "Her daughter Una")
    worker.press("Record a death")
    worker.confirm()
    finance = team("finance")
    finance.go(f"/cases/{ref}/schedule/")
    paid = finance.page.locator("table").first.inner_text()
    found = [Decimal(one.replace(",", "")) for one in re.findall(r"£([\d,]+\.\d\d)$", paid, re.M)]
    assert sum(found) == A_DAY * days(first, died)
    finance.sees(f"to {words(died)}")
    finance.go("/staff/queue/")
    finance.sees("Final accounts to settle", ref)


@in_turn(5)
def test_a_payment_that_came_back_goes_again_once_the_payee_is_mended(team, cases, stack):
    ref, first = cases["returned"]
    finance, second = team("finance"), team("second_finance")
    whole = A_DAY * 28
    finance.go("/staff/payments/")
    finance.press("Make the batch")
    batch = finance.page.url
    number = batch_goes(finance, second, batch, ref, pounds(whole))
    finance.page.goto(batch)
    finance.fill("ledger_ref", "L-3001")
    finance.fill("returned", f"{number} account closed")
    finance.press("Record the answer")
    row = read(team, ref, "A payment came back from the bank")
    assert row("Payment") == pounds(whole) and row("Due on") == words(first)
    assert row("What the bank said") == "account closed"
    finance.go(f"/cases/{ref}/payee/")
    finance.choose("kind", "person")
    finance.fill("name", "Wyn Garth")
    finance.fill("creditor", "S088020")
    finance.press("Record who is paid")
    row = read(team, ref, "Who your payments go to is being changed")
    assert row("To be paid from now on") == "Wyn Garth (The person)"
    second.go(f"/cases/{ref}/payee/")
    second.press("I have compared it: verify")
    finance.go("/staff/payments/")
    finance.press("Make the extra batch")
    again = finance.page.url
    batch_goes(finance, second, again, ref, pounds(whole))
    finance.page.goto(again)
    finance.fill("ledger_ref", "L-3002")
    finance.press("Record the answer")
    me = team("person")
    me.go(f"/cases/{ref}/schedule/")
    so_far = me.page.locator("table", has_text="Payments so far")
    left = so_far.locator("tbody tr")
    came_back, gone = left.last.inner_text(), left.first.inner_text()
    assert "Returned by the bank" in came_back and words(first) in came_back
    assert "Paid, batch" in gone and "Days before it" in gone and pounds(whole) in gone
    assert coming(team, ref)[0] == payment(first + 56 * DAY, first + 83 * DAY, whole)
    stack.manage("check_money")


def batch_goes(finance, second, batch, ref, amount):
    """The second officer finds the payment in a batch and lets it go; returns its line."""
    second.page.goto(f"{batch}?ref={ref}")
    rows = second.page.locator("table").last.locator("tbody tr")
    second.sees(amount)
    number = rows.first.locator("th, td").first.inner_text().strip()
    second.page.goto(batch)
    second.press("Release the batch")
    return number
