"""Agreements in versions, switches from one way to another, choices, orders, accounts, and whose
turn it is.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.decision import uplift
from budgets.entitlement.answer import read
from budgets.entitlement.reading import MANAGED, PAID_OUT
from budgets.models import HeldEntry, RouteSwitch, UnmetRequest
from budgets.payments import monitoring, route_funnel, routes, standing_payments
from budgets.plan import providers
from budgets.position import case_money
from budgets.position.entitlement_facts import facts_of_case
from cases.actions import record_death, undo_death
from cases.common.refusals import NotYet
from tests.budgets.running_money import ago, pence, week
from tests.cast import instead

TODAY = timezone.localdate


def agreed(case, cast, **fields):
    given = {
        "signed_by": "Ada Wren",
        "signed_on": TODAY(),
        "account_type": "own_account",
        "basis": "net",
        "first_payment_on": TODAY(),
    } | fields
    cast.allow_payment(case)
    return money.record_agreement(case=case, by=cast.finance, **given)


def line_of(case, who="pa"):
    return case_money.agreed_plan(case).lines.get(who=who)


def coming(case):
    """(due, amount) of each payment to come, of a year and more."""
    return [(p.on, p.amount) for p in standing_payments.next_payments(case).payments]


def owed_in_a_year(case):
    """Pence of direct payment, of all days up to one a year ahead."""
    last = TODAY() + timedelta(days=365)
    return read(facts_of_case(case), last).pence(PAID_OUT, last.toordinal())


# ---- versions ----


def test_a_new_version_keeps_the_old_and_changes_no_sum(a_case, cast):
    case = a_case(at="running", days_ago=60)
    first, before = case.agreements.get(), owed_in_a_year(case)
    with pytest.raises(NotYet, match="recorded already"):
        agreed(case, cast)
    second = agreed(
        case, cast, why="Another account", account_type="managed_account", surplus_weeks=6
    )
    assert (second.version, second.plan_id, first.version) == (2, first.plan_id, 1)
    # pay days are counted from the new first day; what a person is owed is the same to the penny
    assert owed_in_a_year(case) == before
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        type(first).objects.filter(pk=first.pk).update(signed_by="Somebody else")


def test_a_new_version_does_not_lift_a_suspension(a_case, cast):
    case = a_case(at="running", days_ago=60)
    before = owed_in_a_year(case)
    case.move("suspend_payment", by=cast.finance, reason="x", **instead("Home care by the council"))
    tomorrow = TODAY() + timedelta(days=1)
    agreed(case, cast, why="Another account", first_payment_on=tomorrow)
    assert all(on < TODAY() for on, _amount in coming(case)), "only what was due before it"
    case.move("resume_payment", by=cast.finance, reason="y")
    assert owed_in_a_year(case) == before


def test_what_is_paid_once_is_paid_once_whatever_the_versions(a_case, cast):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(
        plan=plan,
        by=cast.person,
        what_matters="x",
        goals="y",
        enough="yes",
        helped="yes",
        contribution_seen=True,
    )
    common = {"outcome": "hygiene", "quantity": Decimal(1), "route": "direct_payment"}
    money.save_line(
        plan=plan, by=cast.person, what="Help", who="pa", unit="week", rate=Decimal(50), **common
    )
    money.save_line(
        plan=plan,
        by=cast.person,
        what="A rail",
        who="item",
        unit="once",
        rate=Decimal("80.01"),
        **common,
    )
    money.submit_plan(case=case, by=cast.person)
    money.agree_plan(case=case, by=cast.worker, reason_code="one_off", reason_text="A rail")
    with pytest.raises(NotYet) as no:
        agreed(case, cast, start_up=Decimal("80.02"))
    assert no.value.field == "start_up"
    agreed(case, cast, start_up=Decimal("80.01"), contingency=Decimal(100))
    assert coming(case)[0][1] == Decimal("280.01"), "four weeks at £50.00, and the rail"
    agreed(case, cast, why="Another bank")
    assert [amount for _on, amount in coming(case)] == [Decimal("280.01"), *[Decimal(200)] * 12]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"contingency": Decimal(-1)}, "contingency"),
        ({"contingency": Decimal("NaN")}, "contingency"),
        ({"contingency": Decimal(10**7)}, "contingency"),
        ({"start_up": Decimal(1)}, "start_up"),
        ({"surplus_weeks": 0}, "surplus_weeks"),
        ({"surplus_weeks": 53}, "surplus_weeks"),
        ({"account_type": "card"}, "account_type"),
        ({"basis": "brutto"}, "basis"),
        ({"cycle_weeks": 3}, "cycle_weeks"),
    ],
)
def test_what_an_agreement_cannot_hold_is_refused_at_its_field(a_case, cast, fields, field):
    case = a_case(at="set_up")
    with pytest.raises(NotYet) as no:
        agreed(case, cast, **fields)
    assert no.value.field == field and not case.agreements.exists()


def test_person_first_pays_the_councils_part_alone(a_case, cast):
    case = a_case(at="set_up")
    money.record_contribution(case=case, by=cast.finance, state="recorded", weekly=Decimal("10.33"))
    agreed(case, cast, basis="person_first")
    assert [amount for _on, amount in coming(case)] == [Decimal("278.68")] * 13


def test_a_changed_plan_offers_a_new_version_and_the_old_pays_until_it_starts(a_case, cast):
    case = a_case(at="review", days_ago=60)
    first = case.agreements.get()
    case.move("change_plan", by=cast.worker, reason="More help")
    plan = case_money.draft_plan(case)
    line = plan.lines.get(who="pa")
    facts = {
        n: getattr(line, n) for n in ("outcome", "what", "who", "unit", "rate", "weeks", "route")
    }
    money.save_line(plan=plan, line=line, by=cast.person, quantity=Decimal(6), **facts)
    money.save_plan_part(plan=plan, by=cast.person, contribution_seen=True)
    money.submit_plan(case=case, by=cast.person)
    case.refresh_from_db()
    money.agree_plan(
        case=case,
        by={"worker": cast.worker, "manager": cast.manager}[case.turn],
        reason_code="rate_above",
        reason_text="x",
    )
    case.refresh_from_db()
    assert not routes.waits_to_be_signed(case), "it is signed once; sums follow the decided budget"
    assert coming(case)[-1][1] == 4 * Decimal(96)
    assert [a.version for a in case.agreements.all()] == [1] and first.version == 1


# ---- undoing a death ----


def test_undoing_a_death_gives_back_what_it_held_and_lifts_no_suspension(a_case, cast):
    case = a_case(at="running", days_ago=60)
    before = coming(case)
    record_death(case=case, by=cast.worker, died_on=TODAY(), contact="Her son")
    assert all(on <= TODAY() for on, _amount in coming(case)) and coming(case) != before
    undo_death(case=case, by=cast.manager, reason="A namesake")
    assert coming(case) == before
    case.move("suspend_payment", by=cast.finance, reason="x", **instead("Home care by the council"))
    held = coming(case)
    record_death(case=case, by=cast.worker, died_on=TODAY(), contact="Her son")
    undo_death(case=case, by=cast.manager, reason="A namesake")
    assert coming(case) == held != before


# ---- switches ----


def ask(case, cast, route, **facts):
    return money.ask_switch(case=case, by=cast.person, wanted={line_of(case).pk: route}, **facts)


def test_a_switch_from_a_direct_payment_goes_on_paying_until_the_new_way_is_there(a_case, cast):
    case = a_case(at="running", days_ago=60)
    before = case_money.agreed_plan(case)
    goes_on = coming(case)
    ask(case, cast, "council_managed", wish="Too much paper")
    clock = case.clocks.get(kind="switch")
    assert clock.ended_at is None and coming(case) == goes_on
    with pytest.raises(NotYet, match="asked for already"):
        ask(case, cast, "provider_held")
    plan = money.switch_route(case=case, by=cast.worker, started_on=TODAY())
    case.refresh_from_db()
    before.refresh_from_db()
    assert (case.route, before.state, plan.number) == (
        "council_managed",
        "replaced",
        before.number + 1,
    )
    assert (
        case_money.in_force(case).annual == 4160
        and case_money.cost_of(plan.lines.all()).annual == 4160
    )
    assert all(on < TODAY() for on, _amount in coming(case))
    clock.refresh_from_db()
    assert clock.ended_at is not None
    assert all(hasattr(x, "start") for x in plan.lines.filter(annual__gt=0).select_related("start"))


def test_after_a_switch_a_new_price_keeps_the_way_and_once_is_paid_once(budget, cast):
    """£100 a week and £500 once are paid out; the week is arranged from today on. Then £110."""
    first = ago(20)
    case = budget(
        week(100),
        week(500, unit="once", what="A bed", outcome="nutrition"),
        from_=first,
        signed=first,
    )
    lines = {line.what: line for line in case_money.agreed_plan(case).lines.all()}
    for line in lines.values():
        money.start_line(case=case, line=line, started_on=first, by=cast.finance)
    money.start_budget(case=case, by=cast.finance)
    weekly = lines["Help to dress"]
    money.ask_switch(case=case, by=cast.person, wanted={weekly.pk: "council_managed"})
    money.switch_route(case=case, by=cast.worker, started_on=TODAY())
    paid = Decimal(owed_in_a_year(case)).scaleb(-2)
    assert paid == 500 + pence(Decimal(100) * 20 / 7), "20 days, and the bed once"
    new = uplift.lines_to_price(case)
    assert [(line.route, line.origin_id) for line in new] == [("council_managed", weekly.pk)]
    money.change_price(
        case=case,
        line=new[0],
        rate=Decimal(110),
        on=TODAY() + timedelta(days=7),
        reason="Fees",
        by=cast.service_manager,
    )
    assert Decimal(owed_in_a_year(case)).scaleb(-2) == paid, "nothing is paid out again"
    plan = case_money.agreed_plan(case)
    assert plan.lines.get(what="Help to dress").route == "council_managed"
    money.record_what_came(
        case=case,
        by=cast.worker,
        line=plan.lines.get(what="Help to dress"),
        came="none",
        begins_on=TODAY(),
        ends_on=TODAY() + timedelta(days=13),
        reason="The agency wrote",
    )
    found = read(facts_of_case(case), TODAY() + timedelta(days=20))
    last = (TODAY() + timedelta(days=20)).toordinal()
    assert found.pence(MANAGED, last) == 11000, "the third week, in whichever plan of both"


def test_a_switch_before_the_day_of_a_later_plan_does_not_bring_its_prices_early(budget, cast):
    """£100 a week paid out, £110 agreed from 4 weeks ahead; arranged from today on."""
    first, ahead = ago(20), TODAY() + timedelta(days=28)
    case = budget(week(100), from_=first, signed=first)
    (line,) = case_money.agreed_plan(case).lines.all()
    money.start_line(case=case, line=line, started_on=first, by=cast.finance)
    money.start_budget(case=case, by=cast.finance)
    more = {"case": case, "reason": "Fees", "by": cast.service_manager}
    money.change_price(line=line, rate=Decimal(110), on=ahead, **more)
    (line,) = uplift.lines_to_price(case)
    money.ask_switch(case=case, by=cast.person, wanted={line.pk: "council_managed"})
    money.switch_route(case=case, by=cast.worker, started_on=TODAY())

    def arranged(first):
        found, last = read(facts_of_case(case), ahead + timedelta(days=20)), first.toordinal() + 6
        return found.pence(MANAGED, last) - found.pence(MANAGED, last - 7)

    assert (arranged(TODAY()), arranged(ahead)) == (10000, 11000)
    assert Decimal(owed_in_a_year(case)).scaleb(-2) == pence(Decimal(100) * 20 / 7)
    (line,) = uplift.lines_to_price(case)
    money.change_price(line=line, rate=Decimal(105), on=TODAY() + timedelta(days=7), **more)
    days = (TODAY(), TODAY() + timedelta(days=7), ahead)
    assert [arranged(day) for day in days] == [10000, 10500, 11000]
    assert Decimal(owed_in_a_year(case)).scaleb(-2) == pence(Decimal(100) * 20 / 7)


def test_a_switch_to_a_direct_payment_needs_its_agreement_and_begins_the_review_in_law(
    a_case, cast
):
    case = a_case(at="running", days_ago=60, route="council_managed")
    assert not case.clocks.filter(kind="dp_review").exists()
    ask(case, cast, "direct_payment")
    with pytest.raises(NotYet, match="Finance records the agreement first"):
        money.switch_route(case=case, by=cast.worker, started_on=TODAY())
    agreement = agreed(case, cast)
    money.switch_route(case=case, by=cast.finance, started_on=TODAY())
    plan = case_money.agreed_plan(case)
    agreement.refresh_from_db()
    assert routes.last_agreement(case) == agreement and agreement.switch.plan == plan
    assert not routes.waits_to_be_signed(case)
    assert case.clocks.get(kind="dp_review").ended_at is None
    with pytest.raises(NotYet, match="recorded already"):
        agreed(case, cast)


def test_a_refusal_names_the_condition_and_ends_the_wait(a_case, cast):
    case = a_case(at="running", days_ago=60, route="council_managed")
    refusal = {
        "condition": "cannot_manage",
        "reason": "No help was found",
        "others": "An account held by a provider",
    }
    with pytest.raises(NotYet, match="no direct payment"):
        case.move("refuse_route", by=cast.finance, **refusal)
    ask(case, cast, "direct_payment")
    case.move("refuse_route", by=cast.finance, **refusal)
    assert RouteSwitch.objects.get().state == "refused" and case.clocks.get(kind="switch").ended_at
    event = case.events.get(verb="refuse_route")
    assert (
        event.codes["condition"] == "cannot_manage"
        and event.body.facts["others"] == "An account held by a provider"
    )
    ask(case, cast, "provider_held")


def test_a_switch_that_changes_nothing_or_too_much_is_refused(a_case, cast):
    case = a_case(at="running", days_ago=60)
    for wanted, words in (
        ({line_of(case).pk: "direct_payment"}, "Nothing would change"),
        ({line_of(case).pk: "cash"}, "Choose one"),
        ({10**9: "council_managed"}, "Choose one"),
        ({line_of(case, "family").pk: "council_managed"}, "Choose one"),
    ):
        with pytest.raises(NotYet, match=words):
            money.ask_switch(case=case, by=cast.person, wanted=wanted)
    with pytest.raises(NotYet, match="No change is asked for"):
        money.switch_route(case=case, by=cast.worker, started_on=TODAY())
    ask(case, cast, "council_managed")
    with pytest.raises(NotYet, match="today or earlier"):
        money.switch_route(case=case, by=cast.worker, started_on=TODAY() + timedelta(days=1))


def test_an_end_leaves_no_wish_behind(a_case, cast):
    case = a_case(at="running", days_ago=60)
    ask(case, cast, "council_managed")
    case.move(
        "end_support",
        by=cast.manager,
        end="own_wish",
        reason="x",
        end_date=TODAY(),
        final_account="x",
    )
    assert (
        RouteSwitch.objects.get().state == "overtaken" and case.clocks.get(kind="switch").dropped_at
    )


# ---- what the council arranges ----


def choice(case, cast, **fields):
    given = {"chosen": "Willow Care", "chosen_by": "Ada herself", "chosen_on": TODAY()} | fields
    return money.record_choice(case=case, line=line_of(case), by=cast.worker, **given)


def order(case, cast, **fields):
    given = {"provider": "Willow Care", "what": "5 hours a week", "begins_on": TODAY()} | fields
    return money.place_order(case=case, line=line_of(case), by=cast.worker, **given)


def test_what_differs_from_the_first_offer_is_said(a_case, cast):
    case = a_case(at="set_up", route="council_managed")
    for fields, field in (
        ({"chosen": " "}, "chosen"),
        ({"offered": "Block contract"}, "differs"),
        ({"chosen_on": TODAY() + timedelta(days=1)}, "chosen_on"),
    ):
        with pytest.raises(NotYet) as no:
            choice(case, cast, **fields)
        assert no.value.field == field
    row = choice(case, cast, offered="Block contract", differs="Someone she knows")
    assert (row.chosen_by, row.recorded_by) == ("Ada herself", cast.worker)
    with pytest.raises(NotYet, match="not yours"):
        money.record_choice(
            case=case,
            line=line_of(case),
            by=cast.finance,
            chosen="x",
            chosen_by="x",
            chosen_on=TODAY(),
        )


def test_set_up_waits_on_whoever_each_line_waits_on(a_case, cast):
    case = a_case(at="set_up", route="council_managed")
    assert (case.turn, case.turn_user) == ("worker", cast.worker)
    order(case, cast)
    case.refresh_from_db()
    assert (case.turn, case.turn_user) == ("provider", None)
    money.start_line(case=case, line=line_of(case), started_on=TODAY(), by=cast.worker)
    money.start_budget(case=case, by=cast.worker)
    held = a_case(at="set_up", route="provider_held", person=cast.new_person("Bo"))
    assert held.turn == "worker"
    account(held, cast)
    held.refresh_from_db()
    assert held.turn == "provider"


def test_an_order_of_a_direct_payment_or_with_dates_reversed_is_refused(a_case, cast):
    case = a_case(at="running", days_ago=60)
    with pytest.raises(NotYet, match="council arranges"):
        order(case, cast)
    managed = a_case(at="running", route="council_managed", person=cast.new_person("Bo"))
    with pytest.raises(NotYet) as no:
        order(managed, cast, ends_on=TODAY() - timedelta(days=1))
    assert no.value.field == "ends_on"


def test_what_could_not_be_had_is_kept_in_groups_without_a_name(a_case, cast):
    case = a_case(at="set_up", route="council_managed")
    money.record_unmet(
        case=case, line=line_of(case), by=cast.worker, wanted="A helper who signs", reason="nobody"
    )
    row = UnmetRequest.objects.get()
    assert (row.council, row.need_group, row.age_band) == (
        cast.council,
        case.need_group,
        case.age_band,
    )
    with pytest.raises(NotYet):
        money.record_unmet(
            case=case, line=line_of(case), by=cast.worker, wanted="x", reason="because"
        )


def test_the_share_outside_the_frameworks(a_case, cast):
    money.add_provider(council=cast.council, by=cast.finance, name="Willow  Care", framework=True)
    for name, person in (("willow care", "Ada"), ("Kin and Co", "Bo"), ("", "Cy")):
        case = a_case(at="set_up", route="council_managed", person=cast.new_person(person))
        line = line_of(case)
        type(line).objects.filter(pk=line.pk).update(who="agency", provider=name)
    [share] = providers.outside(cast.council, on=TODAY())
    assert (share.lines, share.outside, share.unnamed, share.percent) == (3, 1, 1, 50)
    assert (share.annual, share.annual_outside) == (Decimal(12480), Decimal(4160))
    with pytest.raises(NotYet, match="today already"):
        money.add_provider(
            council=cast.council, by=cast.finance, name=" willow   care ", framework=False
        )
    with pytest.raises(NotYet, match="not yours"):
        money.add_provider(council=cast.council, by=cast.worker, name="x", framework=False)


# ---- accounts held by a provider ----


def account(case, cast, **fields):
    given = {"provider": "Elm House", "directed_by": "Ada", "signed_on": TODAY()} | fields
    return money.record_held_account(case=case, by=cast.worker, **given)


def entry(case, cast, kind, amount, **fields):
    return money.record_held_entry(
        case=case, by=cast.worker, kind=kind, amount=Decimal(amount), on=TODAY(), what="x", **fields
    )


def test_the_ledger_of_a_held_account_adds_up_and_is_put_right_by_another_entry(a_case, cast):
    case = a_case(at="set_up", route="provider_held")
    with pytest.raises(NotYet, match="Record its agreement first"):
        entry(case, cast, "paid_in", 10)
    first = account(case, cast, contingency=Decimal(20))
    assert routes.held_balance(case) is None and monitoring.held_surplus(case, first) is None
    entry(case, cast, "paid_in", "500")
    wrong = entry(case, cast, "spent", "900")
    assert routes.held_balance(case) == -400
    entry(case, cast, "spent", "90", corrects=wrong)
    assert routes.held_balance(case) == 410
    with pytest.raises(NotYet, match="put right already"):
        entry(case, cast, "spent", "91", corrects=wrong)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        HeldEntry.objects.update(amount=1)
    # 4 weeks of £80 may stay, and £20 besides
    found = monitoring.held_surplus(case, first)
    assert (found.free, found.allowed, found.over) == (390, 320, 70)
    assert account(case, cast, surplus_weeks=8).version == 2


@pytest.mark.parametrize("amount", ["0", "-1", "NaN"])
def test_a_movement_that_cannot_be_is_refused(a_case, cast, amount):
    case = a_case(at="set_up", route="provider_held")
    account(case, cast)
    with pytest.raises(NotYet) as no:
        entry(case, cast, "spent", amount)
    assert no.value.field == "amount"


# ---- the funnel ----


def test_the_funnel_counts_each_once_and_says_why(a_case, cast):
    for n in range(2):
        a_case(at="running", days_ago=60, person=cast.new_person(f"Paid {n}"))
    a_case(at="sign_off", route="council_managed", person=cast.new_person("Managed"))
    refused = a_case(at="set_up", person=cast.new_person("Refused"))
    given = {"by": cast.finance, "condition": "capacity", "reason": "x"}
    for said in ("tbc", "None", "to be decided"):
        with pytest.raises(NotYet, match="which other ways are open"):
            refused.move("refuse_route", **given, others=said)
    refused.move("refuse_route", **given, others="A managed one")
    gone = a_case(at="set_up", person=cast.new_person("Gone"))
    gone.move("withdraw", by=cast.person, reason="x")
    a_case(at="plan", person=cast.new_person("Not sent"))
    found = route_funnel.funnel_figures(
        cast.council, since=TODAY() - timedelta(days=365), until=TODAY() + timedelta(days=1)
    )
    assert dict(found.stages) == {"offered": 5, "wanted": 4, "ready": 2, "paid": 2}
    assert dict(found.drops) == {
        ("offered", "council_managed"): 1,
        ("wanted", "refused_capacity"): 1,
        ("wanted", "withdraw"): 1,
    }
    assert (
        sum(c["offered"] for c in found.by_need.values())
        == sum(c["offered"] for c in found.by_age.values())
        == 5
    )
    assert not route_funnel.funnel_figures(
        cast.other, since=TODAY() - timedelta(days=365), until=TODAY()
    ).stages


def test_small_numbers_are_not_shown():
    assert [str(route_funnel.rounded(n)) for n in (0, 1, 4, 5, 7, 8, 12, 13)] == [
        "0",
        "fewer than 5",
        "fewer than 5",
        "5",
        "5",
        "10",
        "10",
        "15",
    ]
