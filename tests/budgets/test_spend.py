"""Committed spend: by the day, never twice, split three ways that add up, against the money there
is.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from budgets import actions as money
from budgets.models import SpendBudget
from budgets.money import costing
from budgets.position import case_money
from budgets.spend import committed_spend
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
    DAY,
    st.one_of(st.none(), DAY),
    DAY,
    DAY,
    DAY,
    st.decimals(min_value=0, max_value=99999, places=2),
)
def test_what_recurs_is_counted_by_the_day(first, ends, window_first, window_after, on, annual):
    """Against counting the days one by one."""
    window = committed_spend._Window(
        1, None, "", 1, max(window_first, YEAR.first), min(window_after, YEAR.after)
    )
    days = [YEAR.first + timedelta(days=n) for n in range(YEAR.days)]
    runs = [
        d
        for d in days
        if window.first <= d < window.after and first <= d and (ends is None or d <= ends)
    ]
    gross, so_far = committed_spend._of_days(annual, first, None, ends, window, YEAR, on)
    assert gross == costing.part(annual, len(runs), YEAR.days)
    assert so_far == costing.part(annual, len([d for d in runs if d <= on]), YEAR.days) <= gross


@given(DAY, st.integers(1, 363), DAY, st.decimals(min_value=0, max_value=99999, places=2))
def test_a_line_with_an_end_costs_no_more_than_was_planned_for_it(begins, days, on, annual):
    window = committed_spend._Window(1, None, "", 1, YEAR.first, YEAR.after)
    ends = begins + timedelta(days=days - 1)
    gross, _so_far = committed_spend._of_days(annual, begins, begins, ends, window, YEAR, on)
    assert 0 <= gross <= annual
    assert gross == annual or begins < YEAR.first or ends >= YEAR.after


@given(
    st.decimals(min_value=0, max_value=99999, places=2),
    st.lists(st.decimals(min_value=0, max_value=9999, places=2), min_size=1, max_size=4),
)
def test_what_a_person_pays_is_shared_out_to_the_penny(paid, costs):
    routes = {str(n): (cost, Decimal(0)) for n, cost in enumerate(costs)}
    assert sum(committed_spend._shared(paid, routes).values()) == paid


def by_the_day(annual, first, year, on):
    """A line that runs from `first` on, counted a day at a time."""
    days = [d for d in (year.first + timedelta(days=n) for n in range(year.days)) if d >= first]
    return costing.part(annual, len(days), year.days), costing.part(
        annual, len([d for d in days if d <= on]), year.days
    )


def test_a_running_budget_counts_from_its_start(a_case, cast):
    case = a_case(at="running", days_ago=60)
    year, start = (
        committed_spend.year_of(TODAY()),
        case_money.agreed_plan(case).lines.get(who="pa").start.started_on,
    )
    found = committed_spend.committed(cast.council, year=year, on=TODAY())
    gross, so_far = by_the_day(Decimal(4160), start, year, TODAY())
    assert (found.whole.people, found.whole.gross, found.whole.to_date) == (1, gross, so_far)
    assert [(row.key, row.gross) for row in found.rows["route"]] == [("direct_payment", gross)]
    assert [(row.key, row.gross) for row in found.rows["team"]] == [(cast.team.pk, gross)]
    assert [(row.key, row.gross) for row in found.rows["need_group"]] == [("physical", gross)]
    assert committed_spend.committed(cast.other, year=year, on=TODAY()).whole.people == 0, (
        "another council sees nothing of it"
    )
    assert (
        committed_spend.committed(
            cast.council, year=year, on=TODAY(), team=[cast.intake.pk]
        ).whole.gross
        == 0
    )
    before = committed_spend.Year(date(year.first.year - 2, 4, 1))
    assert committed_spend.committed(cast.council, year=before, on=TODAY()).whole.gross == 0


def test_contributions_that_are_decided_are_taken_off_and_estimates_are_not(a_case, cast):
    case = a_case(at="running", days_ago=60)
    year = committed_spend.year_of(TODAY())
    money.keep_estimate(case=case, by=cast.finance, weekly=Decimal(20))
    assert committed_spend.committed(cast.council, year=year, on=TODAY()).whole.paid_by_people == 0
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal("10.50"), valid_from=TODAY()
    )
    row = committed_spend.committed(cast.council, year=year, on=TODAY()).whole
    assert row.paid_by_people == costing.part(Decimal("10.50"), (year.after - TODAY()).days, 7)
    assert row.net == row.gross - row.paid_by_people
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(9999), valid_from=TODAY()
    )
    row = committed_spend.committed(cast.council, year=year, on=TODAY()).whole
    assert row.net == 0, "nobody pays more than the support costs"


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
    row = committed_spend.committed(cast.council, year=year, on=TODAY()).whole
    gross, so_far = by_the_day(Decimal(5200), TODAY(), year, TODAY())
    assert (row.gross, row.to_date) == (gross + 120, so_far + 120), "the nurse is not the council's"
    case.move("change_plan", by=cast.worker, reason="The rate was wrong")
    draft = case_money.draft_plan(case)
    money.save_plan_part(plan=draft, by=cast.person, contribution_seen=True)
    money.submit_plan(case=case, by=cast.person)
    money.agree_plan(case=case, by=cast.worker, reason_code="one_off", reason_text="A rail")
    assert (
        committed_spend.committed(cast.council, year=year, on=TODAY()).whole.gross == gross + 120
    ), "no plan counts beside its successor"


def test_what_ended_is_committed_no_longer(a_case, cast):
    case = a_case(at="closed", days_ago=60)
    year = committed_spend.year_of(TODAY())
    row = committed_spend.committed(cast.council, year=year, on=TODAY()).whole
    assert (
        row.gross == row.to_date < by_the_day(Decimal(4160), case.asked_at.date(), year, TODAY())[0]
    )


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
    found = committed_spend.committed(
        cast.council, year=committed_spend.year_of(TODAY()), on=TODAY()
    )
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
    found = committed_spend.committed(cast.council, year=year, on=TODAY())
    assert found.rows["team"][0].budget == 2000 and found.rows["route"][0].budget == 500
    assert found.whole.budget == 2500, "no sum for everything: its parts"
    load(cast, "9000")
    found = committed_spend.committed(cast.council, year=year, on=TODAY()).whole
    assert found.budget == 9000 and found.left == 9000 - found.net
    assert (
        committed_spend.committed(
            cast.council, year=year, on=TODAY(), team=[cast.team.pk]
        ).whole.budget
        == 2000
    )
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
    load(cast, "123456.78", team=cast.team)
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
