"""New prices: proposed, approved case by case, within a limit; what was there stays, what has
started goes on.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from budgets import actions as money
from budgets.decision import letter_facts, uplift
from budgets.entitlement.answer import read
from budgets.models import DelegationLevel, LineStart, SignOff, UnitRate
from budgets.payments import money_checks
from budgets.position import back_dated, case_money, entitlement_facts
from budgets.position.year_costs import Costs
from budgets.spend import totals
from cases.actions import end_support
from cases.common.dates import date_words
from cases.common.refusals import NotYet
from cases.models import Letter
from tests.budgets.test_actions import FULL, a_line
from tests.budgets.test_plan_pages import a_date, form_of, send, text

TODAY = timezone.localdate


def rate(cast, amount, since, until=None, service="agency"):
    return UnitRate.objects.create(
        council=cast.council,
        service=service,
        unit="hour",
        amount=Decimal(amount),
        valid_from=since,
        valid_to=until,
        source="Cabinet",
    )


@pytest.fixture
def running(a_case, cast):
    """A running budget of 5 hours at the council's £20, and the rate that holds from today on:
    £21.
    """
    UnitRate.objects.all().delete()
    old = rate(cast, "20", date(2025, 4, 1), TODAY())
    case = a_case(at="plan", days_ago=60)
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(plan=plan, by=cast.person, **FULL)
    line = a_line(plan, cast.person)
    line.unit_rate = old
    line.save()
    a_line(plan, cast.person, what="A club", outcome="community", rate=Decimal(1))
    money.submit_plan(case=case, by=cast.person)
    money.agree_plan(
        case=case, by=cast.worker, reason_code="need_not_scored", reason_text="The club"
    )
    for one in case_money.agreed_plan(case).lines.all():
        money.start_line(case=case, line=one, started_on=TODAY(), by=cast.worker)
    money.start_budget(case=case, by=cast.worker)
    rate(cast, "21", TODAY())
    return case


def test_what_stands_at_an_older_price_is_proposed_and_nothing_else(running, cast, a_case):
    a_case(at="running", days_ago=60, person=cast.new_person("Bea Lark"))
    found = uplift.proposals(cast.council, TODAY())
    assert [one.case for one in found] == [running]
    (line,) = found[0].lines
    assert (line.line.what, line.annual, found[0].before.annual, found[0].after.annual) == (
        "Help to dress",
        Decimal("5460.00"),
        Decimal("5460.00"),
        Decimal("5720.00"),
    )
    assert uplift.proposals(cast.council, TODAY() - timedelta(days=1)) == []
    assert uplift.proposals(cast.council, TODAY(), team=[cast.intake.pk]) == []
    assert uplift.proposals(cast.other, TODAY()) == []


def test_a_manager_approves_and_the_old_plan_stays_as_it_was(running, cast):
    before = case_money.agreed_plan(running)
    with pytest.raises(NotYet, match="A manager"):
        money.approve_uplift(case=running, on=TODAY(), by=cast.worker)
    figure = money.approve_uplift(case=running, on=TODAY(), by=cast.manager)
    assert (figure.kind, figure.annual, figure.reason_code) == (
        "revised",
        Decimal("5720.00"),
        "new_prices",
    )
    assert figure.effective_from == TODAY() and "council's prices" in figure.reason_text
    after = case_money.agreed_plan(running)
    assert (after.number, after.digest != before.digest) == (before.number + 1, True)
    assert (
        before.lines.get(what="Help to dress").annual == 5200
        and after.lines.get(what="Help to dress").rate == 21
    )
    assert LineStart.objects.filter(line__plan=after).count() == 2, "nobody records a start again"
    assert SignOff.objects.get(plan=after).role == "manager"
    running.refresh_from_db()
    assert running.step == "running" and running.events.get(verb="uplift_plan")
    with pytest.raises(NotYet, match="newer price"):
        money.approve_uplift(case=running, on=TODAY(), by=cast.manager)


def test_nobody_approves_above_their_limit(running, cast):
    DelegationLevel.objects.filter(council=cast.council, role="manager").update(
        max_weekly=Decimal("109.99")
    )
    with pytest.raises(NotYet, match="more than you may agree"):
        money.approve_uplift(case=running, on=TODAY(), by=cast.manager)
    assert case_money.decided(running).kind == "decided" and running.plans.count() == 1
    money.approve_uplift(case=running, on=TODAY(), by=cast.service_manager)


def test_prices_of_an_earlier_day_are_owed(running, cast):
    figure = money.approve_uplift(case=running, on=TODAY(), by=cast.manager, at=timezone.now())
    assert back_dated.back_dated(figure) is None
    with pytest.raises(NotYet):
        money.approve_uplift(case=running, on=TODAY() - timedelta(days=1), by=cast.manager)


def test_a_plan_open_for_changes_waits_for_its_own_decision(running, cast):
    running.move("start_review", by=cast.worker, kind="planned", reason="It is time")
    assert uplift.proposals(cast.council, TODAY()) == []
    with pytest.raises(NotYet, match="open for changes"):
        money.approve_uplift(case=running, on=TODAY(), by=cast.manager)


def test_the_page_lists_approves_and_refuses_by_case(running, cast, as_):
    manager = as_(cast.manager)
    page = manager.get("/staff/prices/")
    assert "Help to dress" in text(page) and "£21.00" in text(page)
    assert "Tick at least one" in text(manager.post("/staff/prices/", follow=True))
    assert "Tick at least one" in text(
        manager.post("/staff/prices/", {"case": "ZZZZZZ"}, follow=True)
    )
    look = manager.post("/staff/prices/", {"case": running.ref})
    assert "Not recorded yet" in text(look) and running.plans.count() == 1
    seen = {f"looked_{running.ref}": look.context["looks"][running.ref].mark, "press": "confirm"}
    done = manager.post("/staff/prices/", {"case": running.ref} | seen, follow=True)
    assert "1 plan has its new prices" in text(
        done
    ) and "No running plan stands at an older price" in text(done)
    assert case_money.decided(running).annual == 5720
    again = manager.post("/staff/prices/", {"case": running.ref}, follow=True)
    assert "newer price" in text(again) and running.figures.filter(kind="revised").count() == 1
    assert manager.get("/staff/prices/?on_day=31&on_month=2&on_year=2026").status_code == 422
    assert manager.get("/staff/prices/?on_day=x&on_month=2&on_year=9999").status_code == 422
    for stranger in (cast.worker, cast.finance, cast.panel, cast.person, cast.auditor):
        assert as_(stranger).get("/staff/prices/").status_code == 404
    other = as_(cast.stranger).post("/staff/prices/", {"case": running.ref})
    assert other.status_code == 404


# ---- the price of one line, not from the council's list ----


def club(case):
    return case_money.agreed_plan(case).lines.get(what="A club")


def change(case, cast, by=None, **more):
    facts = {"line": club(case), "rate": Decimal("3"), "on": TODAY(), "reason": "The club wrote"}
    return money.change_price(case=case, by=by or cast.manager, **facts | more)


def test_a_new_price_of_one_line_is_decided_from_a_day_and_told(running, cast, as_):
    """Paid, decided and told alike: the figure, the lines that hold, and the letter."""
    before, on = case_money.agreed_plan(running), TODAY() + timedelta(days=14)
    was = case_money.decided(running).annual
    figure = change(running, cast, on=on)
    assert figure.annual - was == 2 * club(running).quantity * 52
    shown = text(as_(cast.person).get(f"/cases/{running.ref}/"))
    assert f" a year), from {date_words(on)} on" in shown, "not as if it held already"
    assert (figure.reason_code, figure.reason_text, figure.effective_from) == (
        "new_prices",
        "The club wrote",
        on,
    )
    plan = case_money.agreed_plan(running)
    new = plan.lines.get(what="A club")
    assert (new.rate, new.unit_rate, new.rate_source) == (3, None, "The club wrote")
    assert before.lines.get(what="A club").rate == 1, "what was decided stays as it was"
    assert plan.lines.get(what="Help to dress").unit_rate, "and the other lines theirs"
    assert LineStart.objects.filter(line__plan=plan).count() == 2
    assert SignOff.objects.get(plan=plan).role == "manager"
    week = {one.id: one for one in entitlement_facts.facts_of_case(running).lines}
    assert {str(new.pk), str(before.lines.get(what="A club").pk)} <= set(week)
    event = running.events.get(verb="change_price")
    letter = text(as_(cast.person).get(f"/cases/{running.ref}/letters/{event.seq}/"))
    assert "was £1 an hour, is £3 an hour from" in letter.replace(".00", "")
    assert not list(money_checks.differences(cast.council))


def test_what_holds_now_stands_beside_what_is_decided_for_later(running, cast, as_):
    """5 hours at £20 and 5 of a club at £1 are £105 a week; the club at £3 from a later day £115:
    a year of the club is £260, then £780.
    """
    on = TODAY() + timedelta(days=14)
    before = case_money.agreed_plan(running)
    change(running, cast, on=on)
    person, ref = as_(cast.person), running.ref
    shown = text(person.get(f"/cases/{ref}/"))
    assert (
        "Decided budget £105.00 a week" in shown and f"budget, from {date_words(on)}" not in shown
    )
    later = f"£115.00 a week (£5,980.00 a year), from {date_words(on)} on"
    assert f"Decided for later {later}" in shown
    worked_out = text(person.get(f"/cases/{ref}/budget/"))
    assert f"Decided for later {later}" in worked_out
    assert "What meeting the needs costs £105.00 a week" in worked_out
    now, _later, then = text(person.get(f"/cases/{ref}/routes/")).partition("Decided for later: ")
    assert "£260.00" in now and "£780.00" not in now
    assert then.startswith(f"the paid parts from {date_words(on)} on") and "£780.00" in then
    for page in ("plan/", f"plan/{before.number}/"):
        said = text(person.get(f"/cases/{ref}/{page}"))
        assert f"Plan {before.number}, now" in said
        assert f"Plan {before.number + 1}, from {date_words(on)} on" in said
    with time_machine.travel(timezone.now() + timedelta(days=14)):
        shown = text(as_(cast.person).get(f"/cases/{ref}/"))
        assert "Decided budget £115.00 a week" in shown and "Decided for later" not in shown
        assert "Which plan holds when" not in text(as_(cast.person).get(f"/cases/{ref}/plan/"))
        ways = text(as_(cast.person).get(f"/cases/{ref}/routes/"))
        assert "£780.00" in ways and "£260.00" not in ways


def test_a_price_that_cannot_be_is_refused_at_its_field(running, cast):
    line = club(running)
    for more, words, field in (
        ({"rate": line.rate}, "it has already", "rate"),
        ({"rate": Decimal(0)}, "above £0", "rate"),
        ({"rate": Decimal("99999999")}, ".", "rate"),
        ({"reason": " "}, "Say why", "reason"),
        ({"on": TODAY() - timedelta(days=400)}, "applies from [0-9]+ ", "on"),
        ({"on": TODAY() + timedelta(days=400)}, "a year ahead", "on"),
    ):
        with pytest.raises(NotYet, match=words) as no:
            change(running, cast, **more)
        assert no.value.field == field, more
    for who in (cast.worker, cast.finance, cast.person):
        with pytest.raises(NotYet, match="A manager"):
            change(running, cast, by=who)
    assert running.plans.count() == 1
    change(running, cast)
    with pytest.raises(NotYet, match="changed meanwhile"):
        change(running, cast, line=line)  # of the plan that held before
    running.move("start_review", by=cast.worker, kind="planned", reason="It is time")
    with pytest.raises(NotYet, match="open for changes"):
        change(running, cast, rate=Decimal(4))


def test_no_price_begins_after_the_support_is_planned_to_end(running, cast):
    ends = TODAY() + timedelta(days=10)
    assert uplift.proposals(cast.council, ends)
    end_support(
        case=running,
        by=cast.manager,
        end="own_wish",
        reason="She moves",
        end_date=ends,
        final_account="Finance writes to the family",
    )
    after = ends + timedelta(days=1)
    assert [one.case for one in uplift.proposals(cast.council, ends)] == [running]
    assert not uplift.proposals(cast.council, after)
    with pytest.raises(NotYet, match="newer price"):
        money.approve_uplift(case=running, on=after, by=cast.manager)
    with pytest.raises(NotYet, match="ends before that day") as no:
        change(running, cast, on=after)
    assert no.value.field == "on" and change(running, cast, on=ends)


def test_one_price_is_within_the_approvers_limit_too(running, cast):
    DelegationLevel.objects.filter(council=cast.council, role="manager").update(max_weekly=1)
    with pytest.raises(NotYet, match="more than you may agree"):
        change(running, cast)
    assert change(running, cast, by=cast.service_manager).kind == "revised"


def test_its_page_shows_what_changes_first_and_keeps_what_was_typed(a_case, cast, as_):
    case = a_case(at="running", days_ago=60)
    (line,) = uplift.lines_to_price(case)
    manager, address = as_(cast.manager), f"/cases/{case.ref}/record/change_price/"
    assert f"{line.what}: £" in text(manager.get(address))
    assert address in manager.get(f"/cases/{case.ref}/routes/").content.decode()
    typed = {"line": str(line.pk), "rate": str(line.rate + 1), "reason": "The agency wrote"}
    typed |= a_date("on", TODAY())
    wrong = send(manager, address, **typed | {"rate": str(line.rate)})
    assert wrong.status_code == 422 and "it has already" in text(wrong)
    assert wrong.context["form"]["reason"].value() == "The agency wrote"
    first = manager.post(address, form_of(manager, address) | typed)
    assert "Not recorded yet" in text(first) and "will be" in text(first)
    assert case.plans.count() == 1
    assert send(manager, address, **typed)["Location"] == f"/cases/{case.ref}/routes/"
    (new,) = uplift.lines_to_price(case)
    assert new.rate == line.rate + 1
    for user in (cast.worker, cast.finance, cast.auditor, cast.stranger):
        assert as_(user).get(address).status_code == 404, user


# ---- before a price that is agreed for a later day ----


def help_of(plan):
    return plan.lines.get(what="Help to dress")


def costs(case, first, last):
    """Pounds of the support of the days from `first` to `last`."""
    found = read(entitlement_facts.facts_of_case(case), last)
    return sum(Costs(found, first.toordinal(), last.toordinal()).gross().values())


def test_a_price_can_change_before_the_day_of_one_that_is_agreed_already(running, cast, as_):
    """5 hours at £20 and 5 of a club at £1 are £105 a week; £21 from a day ahead, agreed; then £22
    from today: £115 a week until that day, and £110 from it as agreed.
    """
    ahead, week = TODAY() + timedelta(days=28), timedelta(days=6)
    before = money.approve_uplift(case=running, on=ahead, by=cast.manager)
    line = help_of(case_money.agreed_plan(running))
    said = text(as_(cast.manager).get(f"/cases/{running.ref}/record/change_price/"))
    assert "Help to dress: £20.00 an hour now" in said
    assert f"£21.00 an hour from {date_words(ahead)}" in said and "£21.00 an hour now" not in said
    assert "A club: £1.00 an hour now" in said and said.count(f"from {date_words(ahead)}") == 1
    figure = change(running, cast, line=line, rate=Decimal(22))
    assert (figure.effective_from, figure.annual) == (TODAY(), 115 * 52)
    last = case_money.decided(running)
    assert (last.effective_from, last.annual) == (ahead, before.annual) == (ahead, 110 * 52)
    assert help_of(last.plan).rate == 21 and last.plan == case_money.agreed_plan(running)
    assert SignOff.objects.get(plan=last.plan).by == SignOff.objects.get(plan=before.plan).by
    assert costs(running, TODAY(), TODAY() + week) == 115
    assert costs(running, ahead, ahead + week) == 110
    found = {day: totals.spend(cast.council, on=day) for day in (TODAY(), ahead)}
    assert [(one.n, one.annual) for one in found.values()] == [(1, 115 * 52), (1, 110 * 52)]
    event = running.events.get(verb="change_price")
    letter = text(as_(cast.person).get(f"/cases/{running.ref}/letters/{event.seq}/"))
    assert "was £20.00 an hour, is £22.00 an hour" in letter
    assert f"From {date_words(ahead)}" in letter and "£21.00 an hour, as agreed before" in letter
    assert not list(money_checks.differences(cast.council, every_day=True))
    change(running, cast, line=help_of(last.plan), rate=Decimal(23), on=ahead)
    assert costs(running, ahead, ahead + week) == 120
    assert costs(running, TODAY(), TODAY() + week) == 115


def test_a_price_that_nobody_agreed_anew_for_a_later_day_changes_there_too(running, cast):
    """The club's £1 is in the plan of the later day only because it was so: £3 goes on."""
    ahead, week = TODAY() + timedelta(days=28), timedelta(days=6)
    money.approve_uplift(case=running, on=ahead, by=cast.manager)
    with pytest.raises(NotYet, match="applies from") as no:
        change(running, cast, on=TODAY() - timedelta(days=400))
    assert no.value.field == "on"
    change(running, cast)
    assert costs(running, TODAY(), TODAY() + week) == 115
    assert costs(running, ahead, ahead + week) == 120
    assert case_money.decided(running).annual == 120 * 52
    event = running.events.get(verb="change_price")
    assert "as agreed before" not in str(letter_facts.price_facts(event))
    DelegationLevel.objects.filter(council=cast.council, role="manager").update(max_weekly=124)
    with pytest.raises(NotYet, match="more than you may agree"):
        change(running, cast, rate=Decimal(4), on=TODAY() + timedelta(days=7))


def test_a_lower_price_that_was_told_already_needs_no_second_notice(cast):
    """5 hours at £20; £18 from a day 28 days ahead; ten days later £22 until then: from that day
    it is £90 a week, as told, and no less.
    """
    ahead, days = TODAY() + timedelta(days=28), timedelta(days=6)
    case = cast.a_case(at="running", days_ago=60, weekly=Decimal(100))

    def price(rate, on):
        (line,) = uplift.lines_to_price(case)
        facts = {"line": line, "rate": Decimal(rate), "on": on, "reason": "The agency wrote"}
        money.change_price(case=case, by=cast.manager, **facts)

    price(18, ahead)
    with time_machine.travel(timezone.now() + timedelta(days=10)):
        price(22, TODAY())
        assert costs(case, TODAY(), TODAY() + days) == 110
        assert costs(case, ahead, ahead + days) == 90
        with pytest.raises(NotYet, match="28 days before they get less"):
            price(16, ahead)


def until_then(case):
    """What each letter about a price says of the days before it, the last one last."""
    rows = Letter.objects.filter(case=case, event__verb="change_price").order_by("event__seq")
    said = [dict(row.content["blocks"][1]["rows"]) for row in rows]
    return [next((v for k, v in one.items() if k.startswith("Up to ")), None) for one in said]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        # 16 from 28 days on, as agreed; then 14 from 56 on: not "nothing" changes before that
        ((16, 28), (14, 56), "Only what we wrote to you about before changes, on {28}"),
        # 16 from 56 days on; then 18 from 28 on: less than now, though more than what is agreed
        ((16, 56), (18, 28), "Nothing changes."),
        # 16 from 28 days on; then 18 from 56 on: more than what holds until then
        ((16, 28), (18, 56), None),
    ],
)
def test_the_letter_of_a_lower_price_says_what_changes_before_it(cast, first, second, words):
    """£20 an hour now."""
    case = cast.a_case(at="running", days_ago=60, weekly=Decimal(100))
    for rate, days in (first, second):
        (line,) = uplift.lines_to_price(case)
        facts = {"line": line, "rate": Decimal(rate), "on": TODAY() + timedelta(days=days)}
        money.change_price(case=case, by=cast.manager, reason="The agency wrote", **facts)
    one, two = until_then(case)
    assert one.startswith("Nothing changes. We tell people at least 28 days")
    if words is None:
        assert two is None
    else:
        day = date_words(TODAY() + timedelta(days=28))
        assert words.replace("{28}", day) in two and "28 days before they get less" in two


def test_a_wish_for_another_way_to_take_the_money_goes_on_after_a_new_price(cast):
    case = cast.a_case(at="running", days_ago=60)
    (line,) = uplift.lines_to_price(case)
    money.ask_switch(case=case, by=cast.person, wanted={line.pk: "council_managed"})
    facts = {"line": line, "rate": line.rate + 1, "on": TODAY(), "reason": "Fees"}
    money.change_price(case=case, by=cast.manager, **facts)
    money.switch_route(case=case, by=cast.worker, started_on=TODAY())
    (new,) = uplift.lines_to_price(case)
    assert (new.route, new.rate) == ("council_managed", line.rate + 1)
