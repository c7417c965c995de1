"""What differs between two plans: two effects that add up to the whole, starts that carry over,
arrears.
"""

import html
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from budgets import actions as money
from budgets.decision import decided_figures
from budgets.entitlement.answer import read
from budgets.entitlement.reading import PAID_OUT
from budgets.models import BudgetFigure, LineStart, NoticeDays, PlanLine
from budgets.money import costing
from budgets.position import back_dated, case_money, differences
from budgets.position.entitlement_facts import facts_of_case
from cases.common import dates
from cases.common.refusals import NotYet
from cases.letters import compose
from cases.ui import date_words
from tests.budgets.test_running_money import rows_of
from tests.walks.doing import address
from tests.walks.pages import Hands

REASON = {"reason_code": "needs_changed", "reason_text": "More help is needed"}
QUANTITY = st.decimals(min_value=0, max_value=168, places=2)
RATE = st.decimals(min_value=0, max_value=500, places=4)
PERCENT = st.decimals(min_value=0, max_value=100, places=3)
WEEKS = st.sampled_from(["52", "50", "38", "364-day", "365/7"])
UNIT = st.sampled_from(["hour", "day", "night", "session", "week", "month", "year", "once"])


@st.composite
def a_line(draw, unit=None):
    line = PlanLine(
        what="Help",
        outcome="hygiene",
        who="pa",
        unit=unit or draw(UNIT),
        quantity=draw(QUANTITY),
        rate=draw(RATE),
        oncost_pct=draw(PERCENT),
        weeks=draw(WEEKS),
        funder="council",
    )
    if draw(st.booleans()):
        line.begins_on = date(2026, 4, 1)
        line.ends_on = line.begins_on + timedelta(days=draw(st.integers(0, 500)))
    line.annual, line.weekly = costing.price(
        line.quantity,
        line.rate,
        line.unit,
        weeks=line.weeks,
        oncost_pct=line.oncost_pct,
        days=costing.days_of(line.begins_on, line.ends_on),
    )
    return line


@given(a_line(), a_line())
def test_hours_and_price_add_up_to_the_whole_change_to_the_penny(before, after):
    found = differences.change(before, after)
    assert found.hours + found.rates == after.annual - before.annual
    assert found.hours == found.hours.quantize(Decimal("0.01"))


@given(a_line(), st.decimals(min_value=0, max_value=168, places=2))
def test_another_quantity_at_the_same_price_is_hours_alone(before, quantity):
    after = PlanLine(
        **{f.attname: getattr(before, f.attname) for f in PlanLine._meta.concrete_fields}
    )
    after.quantity = quantity
    after.annual, after.weekly = costing.price(
        quantity,
        after.rate,
        after.unit,
        weeks=after.weeks,
        oncost_pct=after.oncost_pct,
        days=costing.days_of(after.begins_on, after.ends_on),
    )
    assert differences.change(before, after).rates == 0
    before.quantity, before.annual = after.quantity, after.annual
    before.rate += 1
    assert differences.change(before, after).hours + differences.change(before, after).rates == 0


@given(st.lists(a_line(), max_size=5), st.lists(a_line(), max_size=5))
def test_every_change_of_a_plan_is_in_the_table(before, after):
    for number, line in enumerate([*before, *after]):
        line.what = f"Line {number % 4}"
    found = differences.compare(before, after)
    whole = sum(x.annual for x in after) - sum(x.annual for x in before)
    assert sum(one.whole for one in found) == whole
    assert len([one for one in found if one.after]) == len(after)
    assert len([one for one in found if one.before]) == len(before)


def test_a_line_that_goes_and_one_that_comes_are_hours_whole():
    line = PlanLine(what="Help", unit="hour", funder="council", annual=Decimal("520.00"))
    assert (
        differences.change(line, None).hours == Decimal("-520.00")
        and differences.change(None, line).hours == 520
    )
    other = PlanLine(what="Help", unit="day", funder="council", annual=Decimal("600.00"))
    assert differences.change(line, other) == differences.Change(
        line, other, Decimal("80.00"), Decimal("0.00")
    )
    paid_elsewhere = PlanLine(what="Help", unit="hour", funder="health", annual=Decimal("520.00"))
    assert differences.change(line, paid_elsewhere).whole == Decimal("-520.00"), (
        "no longer the council's money"
    )


def test_a_cut_by_fewer_hours_and_a_lower_wage_is_told_apart():
    """By hand: 10 hours at £16 are £8,320; 8 hours at £15 are £6,240; 8 at £16 would be £6,656."""
    before, after = (
        PlanLine(
            quantity=Decimal(q),
            rate=Decimal(r),
            unit="hour",
            weeks="52",
            funder="council",
            oncost_pct=Decimal(0),
            annual=Decimal(a),
        )
        for q, r, a in ((10, 16, 8320), (8, 15, 6240))
    )
    found = differences.change(before, after)
    assert (found.hours, found.rates, found.whole) == (
        Decimal(-1664),
        Decimal(-416),
        Decimal(-2080),
    )


# ---- a plan that is changed ----


def changed(a_case, cast, **fields):
    """A running case whose plan is open for changes, and its first paid line in the draft."""
    case = a_case(at="review", days_ago=60)
    case.move("change_plan", by=cast.worker, reason="More help is needed")
    draft = case_money.draft_plan(case)
    money.save_plan_part(
        plan=draft, by=cast.person, contribution_seen=True, over_reason="More hours"
    )
    line = draft.lines.get(who="pa")
    if fields:
        line = money.save_line(plan=draft, by=cast.person, line=line, **fields)
    return case, draft, line


def test_what_has_started_and_stays_the_same_is_not_recorded_again(a_case, cast):
    case, draft, line = changed(a_case, cast)
    money.save_line(
        plan=draft,
        by=cast.person,
        outcome="community",
        what="A club",
        who="community",
        quantity=Decimal(1),
        unit="session",
        rate=Decimal(4),
        route="council_managed",
    )
    began = LineStart.objects.get(line=line.origin).started_on
    money.submit_plan(case=case, by=cast.person)
    money.return_plan(case=case, by=cast.worker, reason="Say who drives")
    money.submit_plan(case=case, by=cast.person)  # through a plan that came back as well
    money.agree_plan(case=case, by=cast.worker, **REASON)
    agreed = case_money.agreed_plan(case)
    starts = dict(
        LineStart.objects.filter(line__plan=agreed).values_list("line__what", "started_on")
    )
    assert starts == {"Help to wash and dress": began}, "the club still has to start"


def test_what_is_changed_starts_anew(a_case, cast):
    case, _draft, _line = changed(a_case, cast, quantity=Decimal(6))
    money.submit_plan(case=case, by=cast.person)
    money.agree_plan(case=case, by=cast.worker, **REASON)
    assert not LineStart.objects.filter(line__plan=case_money.agreed_plan(case)).exists()


def test_a_reduction_says_how_each_need_is_still_met(a_case, cast, as_):
    case, _draft, _line = changed(a_case, cast, quantity=Decimal(4))
    money.submit_plan(case=case, by=cast.person)
    for put_off in ({}, {"still_met": {"hygiene": "To be arranged"}}):
        with pytest.raises(NotYet) as no:
            money.agree_plan(case=case, by=cast.worker, **REASON, **put_off)
        assert no.value.field == "still_met_hygiene"
    assert case_money.decided(case).kind == "decided", "nothing was decided"
    page = as_(cast.worker).get(f"/cases/{case.ref}/agree_plan/").content.decode()
    assert 'name="still_met_hygiene"' in page and 'name="effective_from_day"' in page
    money.agree_plan(
        case=case, by=cast.worker, **REASON, still_met={"hygiene": "A shower seat was fitted"}
    )
    figure = case_money.decided(case)
    assert figure.still_met == [{"outcome": "hygiene", "how": "A shower seat was fitted"}]
    assert (
        "A shower seat was fitted"
        in as_(cast.person).get(f"/cases/{case.ref}/budget/").content.decode()
    )


def test_a_change_that_is_back_dated_says_what_is_owed(a_case, cast, as_):
    case, _draft, _line = changed(a_case, cast, quantity=Decimal(6))
    money.submit_plan(case=case, by=cast.person)
    first = case_money.in_force(case)
    early = first.effective_from - timedelta(days=1)
    with pytest.raises(NotYet) as no:
        money.agree_plan(case=case, by=cast.worker, **REASON, effective_from=early)
    assert no.value.field == "effective_from"
    money.agree_plan(case=case, by=cast.worker, **REASON, effective_from=first.effective_from)
    figure = case_money.decided(case)
    assert (figure.effective_from, figure.supersedes) == (first.effective_from, first)
    # paid from the day of the agreement, so that is the first day for which something is owed;
    # before and after are each rounded, so that what was paid and what is paid add up
    days = (timezone.localdate() - case.agreements.get().first_payment_on).days
    owed = back_dated.back_dated(figure)
    sums = [costing.part(Decimal(weekly), days, 7) for weekly in (80, 96)]
    assert owed.amount == sums[1] - sums[0] > 0
    page = as_(cast.person).get(f"/cases/{case.ref}/budget/").content.decode()
    assert f"£{owed.amount:,.2f}, for days from" in page
    first.refresh_from_db()
    assert first.weekly == 80, "the old figure stays"


def test_the_pages_say_what_differs_line_by_line(a_case, cast, as_):
    case, _draft, _line = changed(a_case, cast, quantity=Decimal(6), rate=Decimal("15.00"))
    money.submit_plan(case=case, by=cast.person)
    for user, end in ((cast.worker, "agree_plan"), (cast.person, "plan")):
        page = as_(user).get(f"/cases/{case.ref}/{end}/").content.decode()
        for amount in ("+£832.00", "-£312.00", "+£520.00"):  # 6 h at £16, then £15 in place of £16
            assert amount in page, (address, amount)


def test_a_future_change_lies_within_a_year(a_case, cast):
    case, _draft, _line = changed(a_case, cast, quantity=Decimal(6))
    money.submit_plan(case=case, by=cast.person)
    with pytest.raises(NotYet, match="more than a year ahead"):
        money.agree_plan(
            case=case,
            by=cast.worker,
            **REASON,
            effective_from=timezone.localdate() + timedelta(days=400),
        )
    assert BudgetFigure.objects.filter(case=case, kind="revised").count() == 0


MET = {"still_met": {"hygiene": "A shower seat was fitted"}}


def test_less_than_now_counts_after_its_notice_and_never_before(a_case, cast, as_):
    case, _draft, _line = changed(a_case, cast, quantity=Decimal(4))
    money.submit_plan(case=case, by=cast.person)
    first, today = case_money.in_force(case), timezone.localdate()
    earliest = today + timedelta(days=28)
    facts = REASON | MET
    page = as_(cast.worker).get(f"/cases/{case.ref}/agree_plan/").content.decode()
    rule = f"The earliest day is {dates.date_words(earliest)}: this council’s own rule"
    assert rule in html.unescape(page), "the page says from which day, and why"
    for too_early in (first.effective_from, today, earliest - timedelta(days=1)):
        with pytest.raises(NotYet, match="28 days before they get less") as no:
            money.agree_plan(case=case, by=cast.worker, **facts, effective_from=too_early)
        assert no.value.field == "effective_from"
    assert case_money.in_force(case) == first, "nothing was decided"
    money.agree_plan(case=case, by=cast.worker, **facts)
    assert case_money.decided(case).effective_from == earliest, "where no day is given"
    before = date_words.day(earliest - timedelta(days=1))
    said = rows_of(case, "agree_plan")[f"Up to {before}"]
    assert said.startswith("Nothing changes.") and "our own rule, not the law" in said
    assert "at least 28 days before they get less" in said


def test_until_the_end_of_the_notice_the_old_sum_is_owed(a_case, cast):
    """£80 a week until the day before, £64 from then on: 28 days of each by hand."""
    case, _draft, _line = changed(a_case, cast, quantity=Decimal(4))
    money.submit_plan(case=case, by=cast.person)
    money.agree_plan(case=case, by=cast.worker, **REASON, **MET)
    today = timezone.localdate()
    sums = read(facts_of_case(case), today + timedelta(days=60))
    first = today.toordinal()
    before, until, after = (sums.pence(PAID_OUT, first + days) for days in (-1, 27, 55))
    assert (until - before, after - until) == (320_00, 256_00)


@pytest.mark.parametrize("days", [0, 10])
def test_a_council_sets_its_own_notice(a_case, cast, days):
    case, _draft, _line = changed(a_case, cast, quantity=Decimal(4))
    money.submit_plan(case=case, by=cast.person)
    today = timezone.localdate()
    row = {"council": cast.council, "reason": "Cabinet", "valid_from": today}
    NoticeDays.objects.create(days=days, **row)
    before = today + timedelta(days=days - 1)
    with pytest.raises(NotYet, match="gives less than now"):
        money.agree_plan(case=case, by=cast.worker, **REASON, **MET, effective_from=before)
    money.agree_plan(case=case, by=cast.worker, **REASON, **MET)
    assert case_money.decided(case).effective_from == today + timedelta(days=days)
    assert (f"Up to {date_words.day(before)}" in rows_of(case, "agree_plan")) is bool(days)


def test_more_than_what_is_to_follow_may_take_its_place_before_it_begins(a_case, cast):
    """Less was decided and waits for its notice; then the needs grow: what still holds is the
    measure until that day, and nothing that is more has to wait for it.
    """
    case, _draft, _line = changed(a_case, cast, quantity=Decimal(4))
    money.submit_plan(case=case, by=cast.person)
    money.agree_plan(case=case, by=cast.worker, **REASON, **MET)
    today = timezone.localdate()
    first = [decided_figures.lower_from(case, _other(week), today) for week in (96, 80, 70, 60)]
    notice = today + timedelta(days=28)
    assert first == [None, None, notice, notice], "£80 holds until then"
    with time_machine.travel(timezone.now() + timedelta(days=10)):
        again = [
            decided_figures.lower_from(case, _other(w), timezone.localdate()) for w in (70, 60)
        ]
    assert again == [notice, notice + timedelta(days=10)], "£64 was told, £60 was not"


def _other(weekly):
    """A plan that is not saved, of one line at this cost."""
    cost = {"annual": Decimal(weekly * 52), "weekly": Decimal(weekly)}
    line = PlanLine(unit="week", funder="council", route="direct_payment", **cost)
    return SimpleNamespace(lines=SimpleNamespace(all=lambda: [line]))


def test_what_another_body_has_taken_over_is_no_less(a_case, cast):
    case, _draft, line = changed(a_case, cast, quantity=Decimal(5))
    PlanLine.objects.filter(pk=line.pk).update(funder="health", route="")
    money.submit_plan(case=case, by=cast.person)
    first = case_money.in_force(case)
    met = {"hygiene": "The NHS pays for it now"}
    money.agree_plan(
        case=case, by=cast.worker, **REASON, still_met=met, effective_from=first.effective_from
    )
    assert case_money.decided(case).effective_from == first.effective_from


def test_the_letter_and_the_page_of_a_change_say_that_the_budget_goes_on(a_case, cast):
    """Once said "Now we set up your money", to somebody who had it."""
    case, _draft, _line = changed(a_case, cast, quantity=Decimal(6))
    money.submit_plan(case=case, by=cast.person)
    day_ahead = timezone.localdate() + timedelta(days=9)
    money.agree_plan(case=case, by=cast.worker, effective_from=day_ahead, **REASON)
    event = case.events.get(verb="agree_plan", seq__gt=case.events.get(verb="change_plan").seq)
    said = " ".join(compose.lines(event.letter.content))
    easy = " ".join(line for _picture, line in event.letter.content["easy"])
    follows = f"Your budget runs already. It follows the new plan from {date_words.day(day_ahead)}."
    for words in (said, easy):
        assert follows in words and "Now: Setting up what changes." in words
        assert "Now we set up your money" not in words and "Now we get your money" not in words
    assert "The support and money that you have go on until then." in said
    page = Hands(cast.person).open(address(case))
    assert "Setting up what changes" in page and "the first day of each part that is new" in page
    assert "Setting up your money and support" not in page


def test_the_letter_of_a_first_plan_says_that_the_money_is_set_up(a_case, cast):
    case = a_case(at="set_up")
    said = " ".join(compose.lines(case.events.get(verb="agree_plan").letter.content))
    assert "Now: Setting up your money and support." in said
    assert "Now we set up your money and support" in said and "runs already" not in said
