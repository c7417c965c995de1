"""The letter of a decided budget: three numbers that add up, how and how often it is paid, and the
plan; while the contribution is not decided no sum stands in its place, and a second letter follows.
"""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from budgets import actions as money
from budgets.models import PlanLine
from budgets.position import case_money, personal_budget
from cases.letters import compose
from cases.models import Letter
from cases.ui.date_words import day
from tests.budgets.running_money import due, week
from tests.walks.doing import address
from tests.walks.pages import Hands

TODAY = timezone.localdate
DAY = timedelta(days=1)


@pytest.fixture
def agreed(a_case, cast):
    """`agreed(weekly=..)`: a case whose plan is agreed by whoever has the turn, just now."""

    def make(decided=None, estimate=None, later=None):
        case = a_case(at="sign_off")
        if decided is not None:
            money.record_contribution(
                case=case, by=cast.worker, state="recorded", weekly=Decimal(decided)
            )
        if later is not None:
            money.record_contribution(case=case, by=cast.worker, **later)
        if estimate is not None:
            money.keep_estimate(case=case, by=cast.worker, **estimate)
        case.refresh_from_db()
        money.agree_plan(
            case=case,
            by=getattr(cast, case.turn),
            reason_code="rate_above",
            reason_text="The support costs this much here",
        )
        case.refresh_from_db()
        return case

    return make


def rows(case, verb="agree_plan"):
    """What the letter says of money, as it was written."""
    letter = Letter.objects.filter(case=case, event__verb=verb).order_by("-event__seq").first()
    return dict(letter.content["blocks"][1]["rows"])


OURS, YOURS = "What the council pays of it", "What you pay of it"
WHOLE = "Your personal budget: what it costs to meet your needs"


def test_three_numbers_add_up(agreed):
    case = agreed(decided="20.55")
    figure = case_money.decided(case)
    ours, yours = personal_budget.parts(figure, Decimal("20.55"))
    whole = case_money.cost_of_figure(figure)
    for name in ("weekly", "annual", "one_off"):
        assert getattr(ours, name) + getattr(yours, name) == getattr(whole, name), name
    said = rows(case)
    assert yours.weekly == Decimal("20.55") and said[YOURS].startswith("£20.55 a week")
    assert f"£{ours.weekly:,.2f} a week" in said[OURS]
    assert f"£{whole.weekly:,.2f} a week" in said[WHOLE]


@pytest.mark.parametrize("decided", ["0", "99999.99"])
def test_the_person_pays_no_more_than_the_support_costs_and_no_less_than_nothing(agreed, decided):
    case = agreed(decided=decided)
    whole, said = case_money.cost_of_figure(case_money.decided(case)), rows(case)
    ours, yours = personal_budget.parts(case_money.decided(case), Decimal(decided))
    assert ours.weekly + yours.weekly == whole.weekly and ours.annual + yours.annual == whole.annual
    if decided == "0":
        assert said[YOURS] == "Nothing" and said[OURS] == said[WHOLE]
    else:
        assert (ours.weekly, ours.annual) == (0, 0) and yours.weekly == whole.weekly


def test_what_is_free_is_never_the_persons_part(agreed):
    case = agreed(decided="99999.99")
    figure = case_money.decided(case)
    PlanLine.objects.filter(plan=figure.plan).update(free=True)
    ours, yours = personal_budget.parts(figure, Decimal("99999.99"))
    assert (yours.weekly, yours.annual) == (0, 0) and ours == case_money.cost_of_figure(figure)


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (None, ""),
        ({"weekly": Decimal(12)}, "An estimate, which is not a decision: about £12.00 a week."),
        (
            {"weekly": Decimal(12), "weekly_to": Decimal(15)},
            "An estimate, which is not a decision: £12.00 to £15.00 a week.",
        ),
        ({"weekly": Decimal(0)}, "An estimate, which is not a decision: nothing."),
    ],
)
def test_while_it_is_not_decided_both_say_so_and_an_estimate_is_named(agreed, estimate, words):
    said = rows(agreed(estimate=estimate))
    assert said[OURS].startswith("Not decided yet") and "£" not in said[OURS]
    assert said[YOURS].startswith("Not decided yet. We write to you again")
    assert words in said[YOURS] and ("£" in said[YOURS]) == ("£" in words)
    assert "0.00" not in said[OURS] + said[YOURS]


@pytest.mark.parametrize(
    "later", [{"state": "estimated", "weekly": Decimal(12)}, {"state": "not_known"}]
)
def test_what_is_decided_is_said_whatever_is_guessed_after_it(agreed, later):
    """It is what is taken, so nobody is told that they pay nothing."""
    case = agreed(decided="10", later=later)
    assert rows(case)[YOURS].startswith("£10.00 a week")
    found = case_money.held_and_to_come(case.contributions.order_by("-recorded_at", "-pk"))
    assert found == (case_money.contribution(case), None)


def test_a_second_letter_follows_when_it_is_decided(agreed, cast):
    case = agreed()
    first = rows(case)
    money.record_contribution(case=case, by=cast.finance, state="not_known")
    assert not Letter.objects.filter(case=case, event__verb="write_contribution").exists()
    money.record_contribution(case=case, by=cast.finance, state="recorded", weekly=Decimal(10))
    second = rows(case, "write_contribution")
    assert second[WHOLE] == first[WHOLE] and second[YOURS].startswith("£10.00 a week")
    assert "£" in second[OURS] and rows(case) == first, "the first stays as it was written"


def test_how_and_how_often_it_is_paid_and_the_plan_with_it(agreed):
    case = agreed(decided="10")
    said, plan = rows(case), case_money.agreed_plan(case)
    assert any("every two or four weeks" in value for value in said.values())
    assert said["It applies from"]
    for line in plan.lines.all():
        assert line.what in said, "the plan comes with the letter"
    assert said["What matters to me"] == plan.what_matters
    letter = Letter.objects.filter(case=case, event__verb="agree_plan").last()
    assert "Your plan is in this letter." in " ".join(compose.lines(letter.content))


def test_once_signed_it_says_how_often(agreed, cast):
    case = agreed(decided="10")
    cast.allow_payment(case)
    money.record_agreement(
        case=case,
        by=cast.finance,
        signed_by="Ada Wren",
        signed_on=TODAY(),
        first_payment_on=TODAY(),
        account_type="own_account",
        basis="gross",
        cycle_weeks=2,
    )
    figure = case_money.decided(case)
    found = dict(personal_budget.how_paid(figure, case.agreements.get()))
    assert any(
        "every 2 weeks, in advance. We pay all of it. If you pay a part, we send you a bill." in one
        for one in found.values()
    )


# ---- support for some days only, and from which day a contribution counts ----


def rows_of(case, verb):
    letter = Letter.objects.filter(case=case, event__verb=verb).order_by("-event__seq").first()
    return dict(next(b["rows"] for b in letter.content["blocks"] if b.get("reads")))


def spell(budget, **more):
    begins, ends = TODAY(), TODAY() + 83 * DAY
    case = budget(week(200, begins_on=begins, ends_on=ends), **more)
    return case, f"from {day(begins)} to {day(ends)}"


def test_support_for_twelve_weeks_is_said_by_its_own_weeks_and_not_by_a_year(budget, cast):
    case, when = spell(budget)
    said = rows_of(case, "agree_plan")
    assert said[WHOLE] == f"£200.00 a week {when}: £2,400.00 in all"
    assert said["Direct payment"].startswith(f"{said[WHOLE]}. The council pays")
    assert "a year" not in said[WHOLE] + said["Direct payment"]


@pytest.mark.parametrize("weekly", ["20.55", "100", "500"])
def test_of_such_support_the_person_pays_by_the_week_and_the_three_add_up(budget, cast, weekly):
    case, when = spell(budget)
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(weekly), valid_from=TODAY()
    )
    said = rows_of(case, "write_contribution")
    sums = [
        [Decimal(one.replace(",", "")) for one in re.findall(r"£([\d,]+\.\d\d)", said[row])[:2]]
        for row in (WHOLE, OURS, YOURS)
    ]
    assert sums[0] == [Decimal(200), Decimal(2400)]
    assert [a + b for a, b in zip(sums[1], sums[2], strict=True)] == sums[0]
    yours = min(Decimal(weekly), Decimal(200))
    assert sums[2] == [yours, yours * 12]
    paid = sum(one.amount for one in due(case))
    assert paid == sums[1][1], "and that is what is paid"


# ---- parts with unlike days: for each run of days on which the three numbers are the same ----

SHARED = "Your personal budget, and who pays what of it"
NOT_ASKED = "What you are not asked for"
LAST = 83 * DAY  # from today: twelve weeks


def twelve_weeks_of_200(budget):
    """£80 a week that goes on, and £200 a week for twelve weeks."""
    return budget(week(80), week(200, what="Nights", begins_on=TODAY(), ends_on=TODAY() + LAST))


def two_runs(*said, after=84):
    """From today, and from so many days after it on."""
    then = TODAY() + after * DAY
    first = f"From {day(TODAY())} to {day(then - DAY)}"
    return [f"{first}: {said[0]}", f"From {day(then)} on: {said[1]}"]


def charged(case, cast, weekly, verb="write_contribution"):
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(weekly), valid_from=TODAY()
    )
    return rows_of(case, verb)


def test_of_parts_of_which_one_ends_the_three_are_said_for_the_days_of_each(budget, cast):
    case = twelve_weeks_of_200(budget)
    said = charged(case, cast, 100)
    assert said[SHARED].split("\n") == two_runs(
        "your support costs £280.00 a week. We pay £180.00, you pay £100.00.",
        "your support costs £80.00 a week. We pay nothing, you pay £80.00.",
    )
    assert said[NOT_ASKED].split("\n") == [
        f"From {day(TODAY() + 84 * DAY)} on: £20.00 a week of what was decided",
        "You never pay more than the support costs.",
    ]
    assert "a year" not in " ".join(said.values())
    assert [one.amount for one in due(case)] == [Decimal(720)] * 3, "four weeks of £180"
    assert said["Payments to come"].count("£720.00") == 3


def test_more_than_one_run_costs_is_still_paid_in_the_other(budget, cast):
    case = twelve_weeks_of_200(budget)
    said = charged(case, cast, 150)
    assert said[SHARED].split("\n") == two_runs(
        "your support costs £280.00 a week. We pay £130.00, you pay £150.00.",
        "your support costs £80.00 a week. We pay nothing, you pay £80.00.",
    )
    assert "£70.00 a week of what was decided" in said[NOT_ASKED]
    assert sum(one.amount for one in due(case)) == 1560, "12 weeks of £130"


def test_of_a_part_that_begins_later_nothing_is_said_to_be_paid_before(budget, cast):
    case = budget(week(80), week(50, what="Nights", begins_on=TODAY() + 140 * DAY))
    said = charged(case, cast, 100)
    assert said[SHARED].split("\n") == two_runs(
        "your support costs £80.00 a week. We pay nothing, you pay £80.00.",
        "your support costs £130.00 a week. We pay £30.00, you pay £100.00.",
        after=140,
    )
    assert min(one.covers_from for one in due(case)) == TODAY() + 140 * DAY
    assert {one.amount for one in due(case, 300)} == {Decimal(120)}


def test_while_it_is_not_decided_the_cost_alone_is_said_for_the_days_of_each(budget):
    said = rows_of(twelve_weeks_of_200(budget), "agree_plan")
    assert said[WHOLE].split("\n") == two_runs("£280.00 a week", "£80.00 a week")
    assert said[OURS].startswith("Not decided yet") and said[YOURS].startswith("Not decided yet")
    assert said["Direct payment"].startswith(said[WHOLE] + ". The council pays")


def test_a_sum_that_changes_on_a_later_day_begins_a_run_of_its_own(budget, cast):
    case = twelve_weeks_of_200(budget)
    charged(case, cast, 10)
    later = TODAY() + 28 * DAY
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(20), valid_from=later
    )
    said = rows_of(case, "write_contribution")[SHARED].split("\n")
    assert [re.findall(r"you pay £(\d+)", one) for one in said] == [["10"], ["20"], ["20"]]
    assert said[1].startswith(
        f"From {day(later)} to {day(TODAY() + LAST)}: your support costs £280"
    )


def test_what_is_free_is_borne_by_the_council_and_what_is_had_once_stands_beside(budget, cast):
    case = budget(
        week(80),
        week(200, what="Nights", begins_on=TODAY(), ends_on=TODAY() + LAST),
        week(500, what="Bed", unit="once"),
    )
    PlanLine.objects.filter(plan__case=case, what="Nights").update(free=True)
    said = charged(case, cast, 100)
    assert said[SHARED].split("\n") == [
        *two_runs(
            "your support costs £280.00 a week. We pay £200.00, you pay £80.00.",
            "your support costs £80.00 a week. We pay nothing, you pay £80.00.",
        ),
        "And £500.00 once. We pay it.",
    ]


def test_no_more_than_four_runs_are_said(budget, cast):
    steps = [
        week(10, what=f"Step {n}", begins_on=TODAY(), ends_on=TODAY() + (7 * n - 1) * DAY)
        for n in range(1, 6)
    ]
    said = charged(budget(week(80), *steps), cast, 1)[SHARED].split("\n")
    costs = [re.findall(r"costs £([\d.]+)", one) for one in said]
    assert costs == [["130.00"], ["120.00"], ["110.00"], ["100.00"], []]
    assert said[-1] == "After that it changes again: see the plan."


def test_of_support_that_changed_only_the_days_that_are_not_over_are_said(budget, cast):
    case = budget(
        week(80),
        week(200, what="Nights", begins_on=TODAY() - 40 * DAY, ends_on=TODAY() - 10 * DAY),
        from_=TODAY() - 40 * DAY,
        days_ago=60,
    )
    said = charged(case, cast, 30)[SHARED]
    assert said == (
        f"From {day(TODAY())} on: your support costs £80.00 a week. We pay £50.00, you pay £30.00."
    )


def test_the_pages_of_the_budget_and_the_plan_say_the_same_runs_and_no_average(budget, cast):
    case = twelve_weeks_of_200(budget)
    charged(case, cast, 100)
    runs = two_runs(
        "the support costs £280.00 a week. The council pays £180.00, the person pays £100.00.",
        "the support costs £80.00 a week. The council pays nothing, the person pays £80.00.",
    )
    yours = rows_of(case, "write_contribution")[SHARED].split("\n")
    for reader, said in ((cast.worker, runs), (cast.person, yours)):
        for name in ("budget", "plan"):
            page = Hands(reader).open(address(case, name))
            assert all(one in page for one in said), (name, reader)
            assert "126.15" not in page and "46.15" not in page
    page = Hands(cast.worker).open(f"/cases/{case.ref}/")
    assert "£280.00" in page and "126.15" not in page, "the box of the case"
    number = case_money.agreed_plan(case).number
    sheet = Hands(cast.person).open(reverse("budgets:plan_sheet", args=[case.ref, number]))
    assert "£200.00 a week" in sheet and "126.15" not in sheet and "46.15" not in sheet


def decided(case, cast, weekly, begins):
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(weekly), valid_from=begins
    )
    return rows_of(case, "write_contribution")[YOURS]


def test_a_letter_says_the_day_a_sum_is_taken_from_and_not_the_day_it_was_decided_for(budget, cast):
    first = TODAY() - 50 * DAY
    case = budget(week(140), from_=first, signed=first, days_ago=60)
    said = decided(case, cast, 14, TODAY() - 30 * DAY)
    assert said.endswith(f"; from {day(TODAY())} on. Before that it is nothing")
    said = decided(case, cast, 7, TODAY() + 2 * DAY)
    assert said.endswith(f"; from {day(TODAY() + 2 * DAY)} on. Before that it is £14.00 a week")
    said = decided(case, cast, 0, TODAY() + 5 * DAY)
    assert said == f"Nothing; from {day(TODAY() + 5 * DAY)} on. Before that it is £7.00 a week"
