"""Lines of a plan: their dates, who pays, prices of the day, what is met elsewhere, what may be
counted twice.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from budgets import actions as money
from budgets.forms.fields import AmountField
from budgets.models import PlanLine, SupportPlan, UnitRate
from budgets.money import costing, rates
from budgets.plan import counted_twice
from budgets.position import case_money
from cases.common import dates
from cases.common.refusals import NotYet
from tests.budgets.test_actions import FULL, a_line
from tests.budgets.test_plan_pages import a_date, form_of, send, text, url

TODAY = timezone.localdate


def a_plan(a_case, cast, **fields):
    case = a_case(at="plan", **fields)
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(plan=plan, by=cast.person, **FULL)
    return case, plan


# ---- dates ----


@pytest.mark.parametrize(
    ("begins", "ends", "annual", "weekly"),
    [
        (date(2026, 5, 4), None, "5200.00", "100.00"),
        (date(2026, 5, 4), date(2026, 6, 14), "600.00", "11.54"),
        (date(2026, 5, 4), date(2026, 5, 13), "142.86", "2.75"),
        (date(2026, 5, 4), date(2026, 5, 4), "14.29", "0.27"),
        (date(2026, 5, 4), date(2027, 5, 3), "5200.00", "100.00"),
    ],
)
def test_a_line_for_a_part_of_the_year_costs_that_part(a_case, cast, begins, ends, annual, weekly):
    _case, plan = a_plan(a_case, cast)
    line = a_line(plan, cast.person, begins_on=begins, ends_on=ends)
    assert (str(line.annual), str(line.weekly)) == (annual, weekly)


@given(
    st.integers(1, 800),
    st.decimals(min_value=0, max_value=168, places=2),
    st.decimals(min_value=0, max_value=300, places=4),
)
def test_a_part_never_costs_more_than_the_whole_and_grows_with_its_days(days, quantity, rate):
    first = date(2026, 4, 1)

    def cost(n):
        days = costing.days_of(first, first + timedelta(days=n - 1))
        return costing.price(quantity, rate, "hour", days=days)[0]

    whole = costing.price(quantity, rate, "hour")[0]
    assert 0 <= cost(days) <= cost(days + 1) <= whole


def test_reversed_dates_are_refused_and_the_database_agrees(a_case, cast):
    _case, plan = a_plan(a_case, cast)
    with pytest.raises(NotYet) as no:
        a_line(plan, cast.person, begins_on=date(2026, 5, 4), ends_on=date(2026, 5, 3))
    assert no.value.field == "ends_on"
    line = a_line(plan, cast.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanLine.objects.filter(pk=line.pk).update(
            begins_on=date(2026, 5, 4), ends_on=date(2026, 5, 3)
        )


# ---- who pays ----


def test_only_what_the_council_pays_counts_against_budget_and_limit(a_case, cast, as_):
    case, plan = a_plan(a_case, cast)
    a_line(plan, cast.person, quantity=Decimal(5))
    a_line(
        plan,
        cast.person,
        what="Night nurse",
        funder="health",
        quantity=Decimal(40),
        unit="hour",
        route="council_managed",
    )
    top_up = a_line(
        plan,
        cast.person,
        what="A better chair",
        funder="person",
        unit="once",
        quantity=Decimal(1),
        rate=Decimal(300),
    )
    assert (top_up.route, top_up.annual) == ("", Decimal("300.00"))
    assert case_money.council_cost(plan.lines.all()) == case_money.Cost(
        Decimal(5200), Decimal(100), Decimal(0)
    )
    page = text(as_(cast.person).get(url("plan", case)))
    assert "Of this, the council pays" in page and "The NHS" in page
    money.submit_plan(case=case, by=cast.person)
    case.refresh_from_db()
    assert case.turn == "worker", "£900 a week in all, £100 of it the council's"
    money.agree_plan(case=case, by=cast.worker)
    assert case_money.decided(case).annual == 5200
    with pytest.raises(NotYet, match="not a paid part"):
        money.start_line(
            case=case,
            line=case_money.agreed_plan(case).lines.get(funder="health"),
            started_on=TODAY(),
            by=cast.worker,
        )
    money.start_line(
        case=case,
        line=case_money.agreed_plan(case).lines.get(funder="council"),
        started_on=TODAY(),
        by=cast.worker,
    )
    money.start_budget(case=case, by=cast.worker)


def test_other_money_has_no_way_to_take_it(a_case, cast):
    _case, plan = a_plan(a_case, cast)
    line = a_line(plan, cast.person, funder="s117")
    money.choose_routes(plan=plan, by=cast.person, routes={line.pk: "direct_payment"})
    line.refresh_from_db()
    assert line.route == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanLine.objects.filter(pk=line.pk).update(route="direct_payment")


def test_what_is_met_through_another_case_costs_nothing_here_and_is_agreed(a_case, cast):
    theirs = a_case(at="plan", person=cast.new_person("Bea Lark"))
    case, plan = a_plan(a_case, cast)
    given = {"what": "A break", "met_through": theirs}
    with pytest.raises(NotYet) as no:
        a_line(plan, cast.worker, **given)
    assert no.value.field == "met_agreed_on"
    with pytest.raises(NotYet, match="no such case"):
        a_line(
            plan, cast.person, **given, met_agreed_on=TODAY()
        )  # the person works on nobody's case
    with pytest.raises(NotYet, match="no such case"):
        a_line(plan, cast.worker, met_through=case, met_agreed_on=TODAY())
    line = a_line(plan, cast.worker, **given, met_agreed_on=TODAY())
    assert (line.annual, line.route, line.quantity) == (0, "", 5)


def test_the_page_of_dates_and_payer(a_case, cast, as_):
    case, plan = a_plan(a_case, cast)
    line = a_line(plan, cast.person)
    me, worker, address = as_(cast.person), as_(cast.worker), url("plan_line_terms", case, line.pk)
    assert 'name="met_through"' not in me.get(address).content.decode()
    assert 'name="met_through"' in worker.get(address).content.decode()
    begins, ends = TODAY() + timedelta(days=7), TODAY() + timedelta(days=7 + 41)
    first = a_date("begins_on", begins)
    before = a_date("ends_on", begins - timedelta(days=1))
    wrong = send(me, address, **first, **before, funder="council")
    assert wrong.status_code == 422 and "before the first" in text(wrong)
    assert send(worker, address, funder="council", met_through="ZZZZZZ").status_code == 422
    last = a_date("ends_on", ends)
    assert send(me, address, **first, **last, funder="council").status_code == 302
    line.refresh_from_db()
    assert line.annual == 600
    assert f"{dates.date_words(begins)} to {dates.date_words(ends)}" in text(
        me.get(url("plan", case))
    )
    for stranger in (cast.outsider, cast.stranger, cast.finance):
        assert as_(stranger).get(address).status_code == 404


# ---- prices of the day ----


def rate(cast, amount, since, until=None, service="agency", **more):
    return UnitRate.objects.create(
        council=cast.council,
        service=service,
        unit="hour",
        amount=Decimal(amount),
        valid_from=since,
        valid_to=until,
        source="Cabinet, March",
        **more,
    )


def test_a_price_is_that_of_the_service_date_and_never_rolled_on(a_case, cast):
    UnitRate.objects.all().delete()
    old = rate(cast, "20", date(2025, 4, 1), date(2026, 4, 1))
    new = rate(cast, "21.50", date(2026, 4, 1), date(2027, 4, 1))
    assert [
        rates.rate_on(cast.council.pk, "agency", d)
        for d in (date(2026, 3, 31), date(2026, 4, 1), date(2027, 4, 1))
    ] == [old, new, None]
    _case, plan = a_plan(a_case, cast)
    line = a_line(plan, cast.person, unit_rate=old, begins_on=date(2026, 4, 1))
    assert (line.unit_rate, line.rate, line.annual) == (new, Decimal("21.5"), Decimal("5590.00"))
    with pytest.raises(NotYet, match="published to 31 March 2027"):
        a_line(plan, cast.person, line=line, begins_on=date(2027, 4, 1))


def test_no_two_prices_of_a_service_hold_on_one_day(cast):
    UnitRate.objects.all().delete()
    rate(cast, "20", date(2025, 4, 1), date(2026, 4, 1))
    open_end = rate(cast, "21", date(2026, 4, 1))

    def row(since, until, service="agency"):
        return UnitRate(council=cast.council, service=service, valid_from=since, valid_to=until)

    assert rates.overlapping(row(date(2024, 4, 1), date(2025, 4, 1))) is None
    assert rates.overlapping(row(date(2027, 4, 1), None)) == open_end
    assert rates.overlapping(row(date(2026, 3, 31), date(2026, 4, 1))).amount == 20
    assert rates.overlapping(row(date(2024, 1, 1), None)).amount == 20
    assert rates.overlapping(row(date(2027, 4, 1), None, "night")) is None
    assert rates.overlapping(open_end) is None, "not with itself"


def test_a_price_from_the_list_fills_the_box(a_case, cast, as_):
    UnitRate.objects.all().delete()
    row = rate(cast, "21.36", date(2025, 4, 1))
    case, plan = a_plan(a_case, cast)
    line = a_line(plan, cast.person, quantity=Decimal(0), rate=Decimal(0))
    me, address = as_(cast.person), url("plan_line_cost", case, line.pk)
    assert "agency: £21.36, hours a week" in text(me.get(address))
    wrong = send(me, address, quantity="5", unit="day", unit_rate=str(row.pk), rate="")
    assert wrong.status_code == 422 and "another unit" in text(wrong)
    none = send(me, address, quantity="5", unit="hour", unit_rate="", rate="")
    assert none.status_code == 422 and "Enter what one costs" in text(none)
    assert (
        send(me, address, quantity="5", unit="hour", unit_rate=str(row.pk), rate="").status_code
        == 302
    )
    line.refresh_from_db()
    assert (line.rate, line.unit_rate) == (Decimal("21.36"), row)
    assert send(me, address, quantity="5", unit="hour", unit_rate="", rate="£18").status_code == 302
    line.refresh_from_db()
    assert (line.rate, line.unit_rate) == (Decimal(18), None)


# ---- counted twice ----


def line(**fields):
    given = {
        "what": "Help",
        "outcome": "hygiene",
        "who": "agency",
        "unit": "hour",
        "quantity": Decimal(5),
        "annual": Decimal(5),
    }
    return PlanLine(**given | fields)


def test_what_may_be_counted_twice_is_named():
    spring = {"begins_on": date(2026, 4, 1), "ends_on": date(2026, 6, 30)}
    summer = {"begins_on": date(2026, 7, 1)}
    assert counted_twice.warnings([line()]) == []
    assert (
        "same thing at the same time" in counted_twice.warnings([line(), line(what="More help")])[0]
    )
    assert counted_twice.warnings([line(**spring), line(**summer)]) == [], "one after the other"
    assert counted_twice.warnings([line(), line(unit="once")]) == []
    assert counted_twice.warnings([line(quantity=Decimal(168))]) == []
    assert "more than 24 hours" in counted_twice.warnings([line(quantity=Decimal("168.01"))])[0]
    day_and_night = [
        line(quantity=Decimal(100), **spring),
        line(quantity=Decimal(100), who="pa", **spring),
    ]
    assert "200 hours a week" in counted_twice.warnings(day_and_night)[0]
    apart = [line(quantity=Decimal(100), **spring), line(quantity=Decimal(100), who="pa", **summer)]
    assert counted_twice.warnings(apart) == []
    assert (
        "more nights than a year"
        in counted_twice.warnings([line(unit="night", quantity=Decimal(367))])[0]
    )


def test_whoever_plans_and_whoever_decides_is_warned(a_case, cast, as_):
    case, plan = a_plan(a_case, cast)
    a_line(plan, cast.person, quantity=Decimal(100), rate=Decimal(1))
    a_line(plan, cast.person, quantity=Decimal(100), rate=Decimal(1), who="pa")
    assert "more than 24 hours" in text(as_(cast.person).get(url("plan", case)))
    money.submit_plan(case=case, by=cast.person)
    assert "more than 24 hours" in text(as_(cast.worker).get(url("agree_plan", case)))


# ---- money that is paid once ----


def test_a_budget_paid_once_is_spoken_of_as_such(a_case, cast, as_):
    case = a_case(at="plan", kind="carer")
    page = text(as_(cast.person).get(url("plan", case)))
    assert (
        "£175.00 of the money that is paid once is not planned yet" in page and "£0.00 once" in page
    )
    assert "a year of the budget" not in page and "£0.00 a week" not in page
    plan = money.open_plan(case=case, by=cast.person)
    a_line(
        plan, cast.person, outcome="recreation", unit="once", quantity=Decimal(1), rate=Decimal(200)
    )
    assert "£25.00 more than the money that is paid once" in text(
        as_(cast.person).get(url("plan", case))
    )


# ---- bad numbers ----

BAD = (
    "NaN",
    "-5",
    "Infinity",
    "-Infinity",
    "1e5",
    "1,50",
    "5..5",
    "1.1234567890123",
    "99999999999",
    "£",
    "five",
    "0x10",
    "1_000",
)


@pytest.mark.in_turns(4)
@pytest.mark.parametrize("typed", BAD)
@pytest.mark.parametrize("name", ["quantity", "rate", "oncost_pct"])
def test_a_bad_number_is_named_kept_and_changes_nothing(a_case, cast, as_, typed, name):
    case, plan = a_plan(a_case, cast)
    row = a_line(plan, cast.person, who="pa")
    me, address = as_(cast.person), url("plan_line_cost", case, row.pk)
    sent = (
        form_of(me, address)
        | {"quantity": "5", "unit": "hour", "rate": "20", "oncost_pct": "", "weeks": "52"}
        | {name: typed}
    )
    response = me.post(address, sent)
    assert response.status_code == 422, (name, typed)
    assert "govuk-error-summary" in response.content.decode() and typed in response.content.decode()
    row.refresh_from_db()
    assert (row.quantity, row.rate, row.oncost_pct) == (5, 20, 0)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("£1,200.50", "1200.50"),
        ("1 200", "1200"),
        (" 2.5 ", "2.5"),
        ("£ 3", "3"),
        ("1,234,567", "1234567"),
        ("0", "0"),
    ],
)
def test_amounts_as_people_type_them(typed, read):
    assert AmountField().clean(typed) == Decimal(read)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-1", "1.123", "1E+30"])
def test_the_action_refuses_what_no_form_has_looked_at(a_case, cast, value):
    _case, plan = a_plan(a_case, cast)
    for name in ("quantity", "oncost_pct"):
        with pytest.raises(NotYet):
            a_line(
                plan,
                cast.person,
                **{name: Decimal(value) + (Decimal("0.0001") if value == "1.123" else 0)},
            )
    assert not plan.lines.exists()


def test_a_snapshot_of_before_still_stands(a_case, cast):
    """A line without dates, payer or list price freezes to the same words as it always did."""
    case = a_case(at="sign_off")
    plan = SupportPlan.objects.get(case=case)
    assert set(plan.snapshot["lines"][0]) == {
        "outcome",
        "what",
        "who",
        "provider",
        "when",
        "quantity",
        "unit",
        "rate",
        "rate_source",
        "oncost_pct",
        "weeks",
        "route",
        "annual",
        "weekly",
    }
    PlanLine.objects.filter(plan=plan, who="pa").update(quantity=Decimal(6))
    with pytest.raises(NotYet, match="not as it was sent"):
        money.agree_plan(case=case, by=cast.worker, reason_code="chose_less", reason_text="Less")


def test_nothing_starts_above_what_was_decided(a_case, cast):
    case = a_case(at="set_up", route="council_managed")
    plan = case_money.agreed_plan(case)
    extra = PlanLine.objects.create(
        plan=plan,
        what="More",
        outcome="hygiene",
        who="agency",
        unit="hour",
        quantity=Decimal(1),
        rate=Decimal(1),
        annual=Decimal(52),
        weekly=Decimal(1),
        route="council_managed",
    )
    money.start_line(
        case=case,
        line=plan.lines.get(what="Help to wash and dress"),
        started_on=TODAY(),
        by=cast.worker,
    )
    with pytest.raises(NotYet, match="more than was decided"):
        money.start_line(case=case, line=extra, started_on=TODAY(), by=cast.worker)
