"""Committed spend: by the day, never twice, split three ways that add up, against the money there
is.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from budgets import actions as money
from budgets import tasks
from budgets.entitlement import daily_sum
from budgets.entitlement.answer import answer
from budgets.models import SpendBudget, SpendStanding
from budgets.money.sterling import rounding
from budgets.position import case_money, entitlement_facts, money_books, year_costs
from budgets.spend import committed_spend, spend_standings
from cases.common.refusals import NotYet
from tests.budgets.test_actions import FULL, a_line
from tests.budgets.test_plan_pages import form_of, send, text

TODAY = timezone.localdate
YEAR = committed_spend.Year(date(2026, 4, 1))
DAY = st.dates(date(2025, 1, 1), date(2028, 1, 1))


@pytest.mark.parametrize(
    ("day", "first", "name", "days"),
    [
        (date(2026, 3, 31), 2025, "2025/26", 365),
        (date(2026, 4, 1), 2026, "2026/27", 365),
        (date(2027, 4, 1), 2027, "2027/28", 366),
    ],
)
def test_a_financial_year_begins_on_1_april(day, first, name, days):
    found = committed_spend.year_of(day)
    assert (found.first, found.name, found.days) == (date(first, 4, 1), name, days)


@given(
    st.decimals(min_value=0, max_value=99999, places=2),
    st.lists(st.decimals(min_value=0, max_value=9999, places=2), min_size=1, max_size=4),
)
def test_what_a_person_pays_is_shared_out_to_the_penny(paid, costs):
    routes = {str(n): cost for n, cost in enumerate(costs)}
    assert sum(year_costs.shared(paid, routes).values()) == (paid if any(costs) else 0)


def by_the_day(weekly, first, year, on):
    """A week's money that runs from `first` on, counted by the day: (the year, until today)."""
    days = [d for d in (year.first + timedelta(days=n) for n in range(year.days)) if d >= first]
    return tuple(
        rounding(Decimal(weekly) * count / 7, Decimal("0.01"), "half_up")
        for count in (len(days), len([d for d in days if d <= on]))
    )


def committed(cast, year=None, **more):
    this = committed_spend.year_of(TODAY())
    return committed_spend.committed(cast.council, year=year or this, **more)


def test_a_running_budget_counts_from_its_start(a_case, cast):
    case = a_case(at="running", days_ago=60)
    year, start = (
        committed_spend.year_of(TODAY()),
        case_money.agreed_plan(case).lines.get(who="pa").start.started_on,
    )
    found = committed(cast, year)
    gross, so_far = by_the_day(80, start, year, TODAY())
    assert (found.whole.people, found.whole.gross, found.whole.to_date) == (1, gross, so_far)
    assert [(row.key, row.gross) for row in found.rows["route"]] == [("direct_payment", gross)]
    assert [(row.key, row.gross) for row in found.rows["team"]] == [(cast.team.pk, gross)]
    assert [(row.key, row.gross) for row in found.rows["need_group"]] == [("physical", gross)]
    assert committed_spend.committed(cast.other, year=year).whole.people == 0, (
        "another council sees nothing of it"
    )
    assert committed(cast, year, team=[cast.intake.pk]).whole.gross == 0
    before = committed_spend.Year(date(year.first.year - 2, 4, 1))
    assert committed(cast, before).whole.gross == 0


def test_contributions_that_are_decided_are_taken_off_and_estimates_are_not(a_case, cast):
    case = a_case(at="running", days_ago=60)
    year = committed_spend.year_of(TODAY())
    money.keep_estimate(case=case, by=cast.finance, weekly=Decimal(20))
    assert committed(cast, year).whole.paid_by_people == 0
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal("10.50"), valid_from=TODAY()
    )
    row = committed(cast, year).whole
    days = (year.after - TODAY()).days
    assert row.paid_by_people == rounding(Decimal("10.50") * days / 7, Decimal("0.01"), "half_up")
    assert row.net == row.gross - row.paid_by_people
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(9999), valid_from=TODAY()
    )
    row = committed(cast, year).whole
    before = by_the_day(80, TODAY(), year, TODAY())[0]
    assert row.net == row.gross - before, "nobody pays more than the support costs, nor before"


def test_what_has_not_started_is_taken_to_start_today_and_what_is_once_counts_once(a_case, cast):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(plan=plan, by=cast.person, **FULL)
    a_line(plan, cast.person)
    a_line(plan, cast.person, what="A rail", unit="once", quantity=Decimal(1), rate=Decimal(120))
    a_line(plan, cast.person, what="A nurse", funder="health", rate=Decimal(90))
    money.submit_plan(case=case, by=cast.person)
    money.agree_plan(case=case, by=cast.worker, reason_code="one_off", reason_text="A rail")
    year = committed_spend.year_of(TODAY())
    row = committed(cast, year).whole
    gross, so_far = by_the_day(100, TODAY(), year, TODAY())
    assert (row.gross, row.to_date) == (gross + 120, so_far + 120), "the nurse is not the council's"
    case.move("change_plan", by=cast.worker, reason="The rate was wrong")
    draft = case_money.draft_plan(case)
    money.save_plan_part(plan=draft, by=cast.person, contribution_seen=True)
    money.submit_plan(case=case, by=cast.person)
    money.agree_plan(case=case, by=cast.worker, reason_code="one_off", reason_text="A rail")
    assert committed(cast, year).whole.gross == gross + 120, "no plan counts beside its successor"


def test_what_a_year_costs_is_what_the_days_come_to_and_what_is_paid(a_case, cast):
    """Against a plain sum of each day, and against the payments of the year."""
    case = a_case(at="running", days_ago=60)
    money.pay_extra(case=case, by=cast.finance, on=TODAY(), amount=Decimal("33.33"), why="Taxi")
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal("9.99"), valid_from=TODAY()
    )
    books = money_books.books_of_cases([case.pk])[case.pk]
    facts, kept = entitlement_facts.facts_foreseen(books, TODAY()), spend_standings.years_kept
    rows = list(spend_standings.spend_of(case.pk, facts, TODAY()))
    assert {row.year for row in rows} <= {year.first for year in kept(TODAY())} and rows
    first = min(line.begins for line in facts.lines)
    for row in rows:
        year = year_costs.year_of(row.year)
        sums = [Fraction(0)] * 6
        for day, here in daily_sum.days(facts, first, year.after - timedelta(days=1)):
            if day >= year.first:
                sums = [a + b for a, b in zip(sums, here, strict=True)]
        assert abs(Fraction(row.gross) - sums[0] - sums[3]) < Fraction("0.02")
        assert abs(Fraction(row.paid) - sums[3] - sums[4]) < Fraction("0.02")
    whole = [row for row in rows if row.year <= TODAY()]
    net = sum((row.gross - row.paid for row in whole), Decimal(0))
    last = max(year_costs.year_of(row.year).after for row in whole) - timedelta(days=1)
    end = replace(facts, end=last)
    paid = sum(one.amount for one in answer(end, last + timedelta(days=60)).payments)
    assert net == paid, "to the penny: what is committed is what will have been paid"


def test_a_case_is_read_again_after_an_event_and_on_a_new_day_and_by_the_job(
    a_case, cast, monkeypatch
):
    case = a_case(at="running", days_ago=60)
    a_case(at="running", days_ago=60, person=cast.new_person("Bea Lark"))
    tasks.stand()
    assert not spend_standings.waiting(TODAY()).exists()
    assert spend_standings.waiting(TODAY() + timedelta(days=1)).count() == 2
    before = committed(cast).whole
    money.pay_extra(case=case, by=cast.finance, on=TODAY(), amount=Decimal(50), why="Taxi")
    assert [one.pk for one in spend_standings.waiting(TODAY())] == [case.pk]
    after = committed(cast).whole
    assert (after.gross, after.to_date) == (before.gross + 50, before.to_date + 50)
    monkeypatch.setattr(entitlement_facts, "CHUNK", 1)
    SpendStanding.objects.all().delete()
    assert committed(cast).behind and not committed(cast).behind
    assert committed(cast).whole == after


def test_what_ended_is_committed_no_longer(a_case, cast):
    case = a_case(at="closed", days_ago=60)
    year = committed_spend.year_of(TODAY())
    row = committed(cast, year).whole
    assert row.gross == row.to_date < by_the_day(80, case.asked_at.date(), year, TODAY())[0]


def test_the_splits_add_up_to_the_whole(a_case, cast):
    a_case(at="running", days_ago=60)
    a_case(
        at="set_up",
        days_ago=50,
        weekly=Decimal("99.99"),
        route="council_managed",
        person=cast.new_person("Bea Lark"),
    )
    mixed = a_case(at="plan", person=cast.new_person("Cy Rook"))
    plan = money.open_plan(case=mixed, by=cast.person)
    money.save_plan_part(plan=plan, by=cast.person, **FULL)
    a_line(plan, cast.person, rate=Decimal("3.33"))
    a_line(plan, cast.person, what="A club", rate=Decimal("7.77"), route="provider_held")
    money.submit_plan(case=mixed, by=cast.person)
    money.agree_plan(
        case=mixed, by=cast.worker, reason_code="chose_less", reason_text="Less is enough"
    )
    money.record_contribution(
        case=mixed, by=cast.finance, state="recorded", weekly=Decimal("3.01"), valid_from=TODAY()
    )
    found = committed(cast)
    assert found.whole.people == 3 and found.whole.paid_by_people > 0
    for by in committed_spend.BY:
        for name in ("gross", "to_date", "paid_by_people", "net"):
            assert sum(getattr(row, name) for row in found.rows[by]) == getattr(
                found.whole, name
            ), (by, name)


# ---- the money there is ----


def load(cast, amount, **more):
    given = {
        "council": cast.council,
        "year": committed_spend.year_of(TODAY()).first,
        "source": "Budget book",
        "by": cast.finance,
    }
    return money.load_budget(amount=Decimal(amount), **given | more)


def test_the_last_sum_loaded_counts_and_none_is_edited(a_case, cast):
    a_case(at="running", days_ago=60)
    year = committed_spend.year_of(TODAY())
    row = load(cast, "1000", team=cast.team)
    load(cast, "2000", team=cast.team)
    load(cast, "500", route="direct_payment")
    found = committed(cast, year)
    assert found.rows["team"][0].budget == 2000 and found.rows["route"][0].budget == 500
    assert found.whole.budget == 2500, "no sum for everything: its parts"
    load(cast, "9000")
    found = committed(cast, year).whole
    assert found.budget == 9000 and found.left == 9000 - found.net
    assert committed(cast, year, team=[cast.team.pk]).whole.budget == 2000
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        SpendBudget.objects.filter(pk=row.pk).update(amount=1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": "NaN"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": "1E+30"}, "amount"),
        ({"amount": "0.001"}, "amount"),
        ({"year": date(2026, 4, 2)}, "year"),
        ({"source": " "}, "source"),
        ({"route": "mixed"}, "route"),
    ],
)
def test_a_bad_sum_is_refused_at_its_field(cast, wrong, field):
    with pytest.raises(NotYet) as no:
        load(cast, **{"amount": "5"} | wrong)
    assert no.value.field == field and not SpendBudget.objects.exists()


def test_only_finance_loads_and_only_for_its_own_teams(cast):
    from cases.models import Team

    for who in (cast.manager, cast.worker, cast.admin, cast.stranger):
        with pytest.raises(NotYet, match="finance team"):
            load(cast, "5", by=who)
    with pytest.raises(NotYet, match="no such team"):
        load(cast, "5", team=Team.objects.get(council=cast.other))


def test_finance_and_managers_read_the_page_and_its_files(a_case, cast, as_):
    a_case(at="running", days_ago=60)
    columns = {tuple(t.head) for t in as_(cast.manager).get("/staff/spending/").context["tables"]}
    assert len(columns) == 1 and not {"The money there is", "Left"} & set(columns.pop())
    before = as_(cast.finance).get("/staff/spending/team.csv").content
    assert b"The money there is,Left" in before, "a file has always the same columns"
    load(cast, "123456.78", team=cast.team)
    by_team = as_(cast.manager).get("/staff/spending/").context["tables"][0]
    assert by_team.head[-2:] == ["The money there is", "Left"]
    for reader in (cast.finance, cast.manager, cast.service_manager):
        answer = as_(reader).get("/staff/spending/")
        page = text(answer)
        shown = answer.context["form"]["year"].value()
        assert shown == str(committed_spend.year_of(date.today()).first.year), (
            "the box says the year that is shown"
        )
        assert "North team" in page and "£123,456.78" in page and "Direct payment" in page
    for by in committed_spend.BY:
        file = as_(cast.finance).get(f"/staff/spending/{by}.csv")
        assert (
            file["Content-Type"].startswith("text/csv")
            and b"Gross" in file.content
            and b"\xc2\xa3" not in file.content
        )
        assert as_(cast.finance).get(f"/staff/spending/{by}.xlsx").content.startswith(b"PK")
    assert as_(cast.finance).get("/staff/spending/nothing.csv").status_code == 404
    assert as_(cast.finance).get("/staff/spending/?year=1066").status_code == 422
    for stranger in (cast.worker, cast.panel, cast.person, cast.auditor, cast.admin, cast.outsider):
        for address in ("/staff/spending/", "/staff/spending/team.csv", "/staff/spending/load/"):
            assert as_(stranger).get(address).status_code == 404, (stranger, address)
    assert as_(cast.manager).get("/staff/spending/load/").status_code == 404
    assert "North team" not in text(as_(cast.stranger).get("/staff/spending/"))


def test_a_sum_sent_twice_is_loaded_once_and_a_bad_one_is_kept(cast, as_):
    finance, address = as_(cast.finance), "/staff/spending/load/"
    typed = form_of(finance, address) | {
        "year": str(committed_spend.year_of(TODAY()).first.year),
        "amount": "£1,250,000",
        "source": "Page 3",
    }
    for wrong in (
        {"amount": "a million"},
        {"amount": "-5"},
        {"amount": "1,25"},
        {"team": "999999"},
        {"year": "1066"},
        {"source": ""},
    ):
        response = finance.post(address, typed | wrong)
        assert response.status_code == 422 and not SpendBudget.objects.exists(), wrong
    first, second = finance.post(address, typed), finance.post(address, typed)
    assert (
        first.status_code == second.status_code == 302
        and SpendBudget.objects.get().amount == 1_250_000
    )
    assert send(finance, address, year="2026", amount="1", source="x").status_code in (302, 422)
