"""The yearly uprating: one set, decided by one officer and released by another; exceptions go to a
person, any row can be left out, and the old sum holds for whoever was not told.
"""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.actions import money_round, uprating
from budgets.entitlement.answer import answer
from budgets.entitlement.answer import read as read_to
from budgets.entitlement.reading import PAID_OUT
from budgets.models import (
    BudgetFigure,
    ChargingRate,
    Circumstances,
    Contribution,
    DelegationLevel,
    UnitRate,
    Uprating,
    UpratingRow,
)
from budgets.money.sterling import rounding
from budgets.payments import money_checks, uprating_tasks
from budgets.position import case_money, entitlement_facts
from cases.actions import end_support, record_death, take_back_end
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import Letter, Message, Representation, User
from cases.ui.date_words import day
from tests.budgets.test_actions import FULL, a_line
from tests.budgets.test_plan_pages import text
from tests.cast import Cast
from tests.race import together
from tests.statements import counted
from tests.walks.pages import Hands
from tests.walks.test_bad_input import attack

TODAY = timezone.localdate
AHEAD = timedelta(days=40)
WEEK = timedelta(days=7)


def counts_from():
    return TODAY() + AHEAD


def just_before(day):
    """The last moment of the day before, in London."""
    return dates.london_midnight(day) - timedelta(hours=1)


def rates(cast, guarantee="200"):
    for code, amount in {"25": guarantee, "lower": "14250", "upper": "23250"}.items():
        ChargingRate.objects.create(
            council=cast.council,
            code=code,
            amount=Decimal(amount),
            valid_from=TODAY() - WEEK,
            source="Cabinet",
            recorded_by=cast.finance,
            recorded_at=timezone.now(),
        )


def paying(cast, name, weekly="10", income="215", **person):
    """A running direct payment of £80 a week, out of which the person pays so much. `income`: what
    is on record of it, £200 of which they keep; None: nothing is.
    """
    case = cast.a_case(at="running", days_ago=60, person=cast.new_person(name, **person))
    money.record_contribution(
        case=case, by=cast.finance, state="recorded", weekly=Decimal(weekly), valid_from=TODAY()
    )
    if income is not None:
        keep(cast, case, income)
    return case


def keep(cast, case, income):
    return money.keep_circumstances(
        case=case,
        by=cast.finance,
        valid_from=TODAY(),
        group="25",
        income=Decimal(income),
        capital=Decimal(0),
    )


def begin(cast, **more):
    given = {"counts_from": counts_from(), "limit_weekly": Decimal(20)} | more
    return money.make_uprating(council=cast.council, by=cast.finance, **given)


def row_of(run, case, kind="contribution"):
    return UpratingRow.objects.select_related("uprating__council").get(
        uprating=run, case=case, kind=kind
    )


def decided_and_released(cast, run, at=None):
    money.decide_uprating(run=run, kind="contribution", by=cast.finance)
    with time_machine.travel(at or timezone.now(), tick=True):
        return money.release_uprating(run=run, by=User.objects.get(pk=cast.releaser.pk))


def at_older_terms(cast, *names):
    """Cases by what is the matter with each; without names all six."""
    rates(cast)
    UnitRate.objects.all().delete()
    make = {
        "ordinary": lambda: paying(cast, "Ada Wren"),
        "above": lambda: paying(cast, "Bea Lark", income="250"),
        "no evidence": lambda: paying(cast, "Cy Rook", income=None),
        "left out": lambda: paying(cast, "Di Reed", income="212"),
        "by letter": lambda: by_letter(paying(cast, "Eve Finch", income="211.50")),
        "price": lambda: at_an_older_price(cast),
    }
    return {name: make[name]() for name in names or make}


@pytest.fixture
def year(cast):
    return at_older_terms(cast)


def by_letter(case):
    person = case.person
    person.contact_by, person.address = "letter", "1 Moor Lane"
    person.save()
    return case


def at_an_older_price(cast):
    """5 hours at the council's £20, which is £21 from the day on; nobody decided what they pay."""

    def rate(amount, since, until=None):
        return UnitRate.objects.create(
            council=cast.council,
            service="agency",
            unit="hour",
            amount=Decimal(amount),
            valid_from=since,
            valid_to=until,
            source="Cabinet",
        )

    old = rate("20", date(2025, 4, 1), counts_from())
    case = cast.a_case(at="plan", days_ago=60, person=cast.new_person("Flo Marsh"))
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(plan=plan, by=cast.person, **FULL)
    line = a_line(plan, cast.person, route="council_managed")
    line.unit_rate = old
    line.save()
    money.submit_plan(case=case, by=cast.person)
    money.agree_plan(case=case, by=cast.worker, reason_code="need_not_scored", reason_text="More")
    for one in case_money.agreed_plan(case).lines.all():
        money.start_line(case=case, line=one, started_on=TODAY(), by=cast.worker)
    money.start_budget(case=case, by=cast.worker)
    rate("21", counts_from())
    return case


def read(case, until=None):
    return answer(entitlement_facts.facts_of_case(case), until or counts_from() + 20 * WEEK)


def a_week(case, day):
    """What is paid for the seven days from a day on."""
    found = read_to(entitlement_facts.facts_of_case(case), day + WEEK)
    first = day.toordinal()
    pence = found.pence(PAID_OUT, first + 6) - found.pence(PAID_OUT, first - 1)
    return Decimal(pence).scaleb(-2)


def test_one_run_proposes_every_contribution_and_price(year, cast):
    run = begin(cast)
    assert (run.number, run.state, run.count) == (1, "ready", 6)
    found = {
        name: [
            (r.kind, r.was, r.will_be, r.state, r.code)
            for r in UpratingRow.objects.filter(uprating=run, case=case)
        ]
        for name, case in year.items()
    }
    pays, ten = "contribution", Decimal("10.00")
    assert found == {
        "ordinary": [(pays, ten, Decimal("15.00"), "proposed", "")],
        "above": [(pays, ten, Decimal("50.00"), "exception", "above_limit")],
        "no evidence": [(pays, ten, None, "exception", "no_evidence")],
        "left out": [(pays, ten, Decimal("12.00"), "proposed", "")],
        "by letter": [(pays, ten, Decimal("11.50"), "proposed", "")],
        "price": [("price", Decimal("100.00"), Decimal("105.00"), "proposed", "")],
    }
    row = row_of(run, year["ordinary"])
    assert row.difference == 5 and ["Income that counts", "£215.00"] in row.why
    assert any("minimum income guarantee" in words for words, _value in row.why)
    assert "5 hours a week: £20.00, then £21.00" in str(row_of(run, year["price"], "price").why)
    assert all(a_week(case, counts_from()) == 70 for name, case in year.items() if name != "price")


def test_april_passes_and_every_payment_is_right_to_the_penny(year, cast):
    run = begin(cast)
    money.leave_row_out(
        row=row_of(run, year["left out"]), by=cast.finance, why="They moved in with their son"
    )
    assert money.decide_uprating(run=run, kind="contribution", by=cast.finance) == 2
    with pytest.raises(NotYet, match="1 row is not decided yet"):
        money.release_uprating(run=run, by=cast.releaser)
    assert money.decide_uprating(run=run, kind="price", by=cast.manager) == 1
    with pytest.raises(NotYet, match="another officer releases it"):
        money.release_uprating(run=run, by=cast.finance)
    before = Letter.objects.count()
    late = just_before(counts_from())
    with time_machine.travel(late, tick=True):
        run = money.release_uprating(run=run, by=cast.releaser)
    stands = {name: row_of(run, year[name]) for name in year if name != "price"}
    assert run.state == "finished"
    assert {name: (row.state, row.code) for name, row in stands.items()} == {
        "ordinary": ("done", ""),
        "above": ("exception", "above_limit"),
        "no evidence": ("exception", "no_evidence"),
        "left out": ("left_out", ""),
        "by letter": ("left_out", "not_told"),
    }
    told = stands["ordinary"].contribution
    assert (told.weekly, told.valid_from, told.told_on) == (
        15,
        counts_from(),
        dates.london_date(late),
    )
    assert told.recorded_by == cast.releaser and Letter.objects.count() == before + 2
    day_before = counts_from() - WEEK
    for name, case in year.items():
        if name == "price":
            continue
        assert a_week(case, day_before) == 70, name
        assert a_week(case, counts_from()) == (65 if name == "ordinary" else 70), name
    # Payment by payment: what is paid so far is what its days come to, to the penny.
    so_far = exact = Decimal(0)
    for payment in read(year["ordinary"]).payments:
        day = payment.covers_from
        while day <= payment.covers_to:
            pays = 15 if day >= counts_from() else 10 if day >= TODAY() else 0
            exact, day = exact + Decimal(80 - pays), day + timedelta(days=1)
        so_far += payment.amount
        assert so_far == rounding(exact / 7, Decimal("0.01"), "half_up"), payment
    lines = {line.amount for line in entitlement_facts.facts_of_case(year["price"]).lines}
    assert lines == {Decimal("100.00"), Decimal("105.00")}
    assert not list(money_checks.differences(cast.council))


def test_the_letter_says_the_sum_from_which_day_and_how_it_is_worked_out(cast):
    year = at_older_terms(cast, "ordinary", "price")
    run = begin(cast)
    money.decide_uprating(run=run, kind="price", by=cast.manager)
    decided_and_released(cast, run)
    letter = Letter.objects.get(
        event__case=year["ordinary"],
        event__verb="write_contribution",
        event__codes__contribution=row_of(run, year["ordinary"]).contribution_id,
    )
    said = str(letter.content)
    assert "£15.00" in said and "Income that counts: £215.00" in said and "The rates of" in said
    assert Message.objects.filter(case=year["ordinary"], template="write_contribution").exists()
    assert Letter.objects.filter(event__case=year["price"], event__verb="uplift_plan").exists()


def test_what_is_left_to_a_person_is_a_task_with_a_day_until_it_is_decided(year, cast):
    run = begin(cast)
    money.leave_row_out(
        row=row_of(run, year["price"], "price"), by=cast.finance, why="Talks with the provider"
    )
    decided_and_released(cast, run, at=just_before(counts_from()))
    waiting = {row.case_id: row for row in uprating_tasks.rows_to_do(cast.council)}
    names = {name for name, case in year.items() if case.pk in waiting}
    assert names == {"above", "no evidence", "by letter"}
    assert all(row.do_by for row in waiting.values())
    late = waiting[year["by letter"].pk]
    assert late.do_by > counts_from() > waiting[year["above"].pk].do_by
    money.record_contribution(
        case=year["by letter"],
        by=cast.finance,
        state="recorded",
        weekly=Decimal("11.50"),
        valid_from=counts_from() + WEEK,
    )
    money.leave_row_out(row=row_of(run, year["above"]), by=cast.finance, why="Income is wrong")
    left = [row.case_id for row in uprating_tasks.rows_to_do(cast.council)]
    assert left == [year["no evidence"].pk]


def test_an_exception_comes_into_the_set_once_a_person_has_looked(cast):
    year = at_older_terms(cast, "above", "no evidence")
    run = begin(cast)
    money.take_row_in(row=row_of(run, year["above"]), by=cast.finance, why="A pension began")
    keep(cast, year["no evidence"], "201")
    again = money.propose_row_again(row=row_of(run, year["no evidence"]), by=cast.finance)
    assert (again.state, again.will_be, again.do_by) == ("proposed", 1, None)
    with pytest.raises(NotYet, match="stands otherwise by now"):
        money.take_row_in(row=row_of(run, year["above"]), by=cast.finance, why="Again")
    decided_and_released(cast, run)
    assert a_week(year["above"], counts_from()) == 30
    assert a_week(year["no evidence"], counts_from()) == 79
    assert row_of(run, year["above"]).reason == "A pension began"
    assert not uprating_tasks.rows_to_do(cast.council).exists()


def test_what_has_changed_since_is_left_out_and_nothing_is_recorded_twice(cast):
    year = at_older_terms(cast, "ordinary", "left out", "by letter")
    run = begin(cast)
    money.decide_uprating(run=run, kind="contribution", by=cast.finance)
    money.record_contribution(
        case=year["ordinary"], by=cast.finance, state="recorded", weekly=Decimal(9)
    )
    record_death(case=year["left out"], by=cast.worker, died_on=TODAY(), contact="Her son")
    Message.objects.filter(to_person=year["by letter"].person).delete()
    person = year["by letter"].person
    person.contact_by = "email"
    person.save()
    lost = Message.objects.create(
        council=cast.council,
        case=year["by letter"],
        to_person=person,
        template="write_contribution",
        channel="email",
        state="dead",
        dead_at=timezone.now(),
        made_at=timezone.now(),
        not_before=timezone.now(),
    )
    money.release_uprating(run=run, by=cast.releaser)
    codes = {name: row_of(run, year[name]).code for name in ("ordinary", "left out", "by letter")}
    assert codes == {"ordinary": "changed", "left out": "ended", "by letter": "not_told"}
    assert lost.pk and a_week(year["by letter"], counts_from()) == 70
    count = Contribution.objects.count()
    assert uprating.record_rows() == 0 and Contribution.objects.count() == count
    with pytest.raises(NotYet, match=r"all letters are written \(Releaser\)"):
        money.release_uprating(run=run, by=cast.releaser)


def ends_before(case, cast):
    return end_support(
        case=case,
        by=cast.manager,
        end="own_wish",
        reason="She moves",
        end_date=counts_from() - timedelta(days=1),
        final_account="Finance writes to the family",
    )


def test_nothing_is_recorded_after_a_planned_end_nor_by_what_is_known_no_longer(cast):
    year = at_older_terms(cast, "ordinary", "left out", "price")
    run = begin(cast)
    money.decide_uprating(run=run, kind="price", by=cast.manager)
    money.decide_uprating(run=run, kind="contribution", by=cast.finance)
    for name in ("ordinary", "price"):
        ends_before(year[name], cast)
    keep(cast, year["left out"], "214")
    known, figures = Contribution.objects.count(), BudgetFigure.objects.count()
    money.release_uprating(run=run, by=cast.releaser)
    rows = {row.case_id: (row.state, row.code) for row in run.rows.all()}
    assert rows == {
        year["ordinary"].pk: ("left_out", "ended"),
        year["price"].pk: ("left_out", "ended"),
        year["left out"].pk: ("left_out", "changed"),
    }
    assert (Contribution.objects.count(), BudgetFigure.objects.count()) == (known, figures)
    assert uprating_tasks.rows_to_do(cast.council).count() == 3


def test_whose_end_is_planned_before_the_day_goes_to_a_person_until_it_is_taken_back(cast):
    case = at_older_terms(cast, "ordinary")["ordinary"]
    ends_before(case, cast)
    run = begin(cast)
    row = row_of(run, case)
    assert (row.state, row.code) == ("exception", "ended")
    assert day(counts_from() - timedelta(days=1)) in str(row.why)
    with pytest.raises(NotYet):
        money.take_row_in(row=row, by=cast.finance, why="It is right")
    take_back_end(case=case, by=cast.manager, reason="She stays")
    row = money.propose_row_again(row=row, by=cast.finance)
    assert (row.state, row.code) == ("proposed", "")
    decided_and_released(cast, run)
    assert row_of(run, case).state == "done" and a_week(case, counts_from()) == 65


def test_a_price_above_the_officers_limit_goes_to_somebody_who_may(cast):
    year = at_older_terms(cast, "ordinary", "price")
    DelegationLevel.objects.filter(council=cast.council, role="manager").update(
        max_weekly=Decimal("104.99")
    )
    run = begin(cast)
    money.decide_uprating(run=run, kind="price", by=cast.manager)
    decided_and_released(cast, run)
    row = row_of(run, year["price"], "price")
    assert (row.state, row.code) == ("left_out", "refused") and "more than you may" in str(row.why)
    assert case_money.in_force(year["price"]).weekly == 100
    assert row in uprating_tasks.rows_to_do(cast.council)
    money.approve_uplift(case=year["price"], on=counts_from(), by=cast.service_manager)
    assert row not in uprating_tasks.rows_to_do(cast.council)


def test_who_decides_and_who_may_not(cast):
    year = at_older_terms(cast, "above", "price")
    run = begin(cast)
    for by in (cast.worker, cast.finance, cast.panel, cast.stranger):
        with pytest.raises(NotYet, match="Nothing is left that you can decide"):
            money.decide_uprating(run=run, kind="price", by=by)
    for by in (cast.worker, cast.manager, cast.stranger):
        with pytest.raises(NotYet, match="Nothing is left that you can decide"):
            money.decide_uprating(run=run, kind="contribution", by=by)
        with pytest.raises(NotYet, match="not yours"):
            money.release_uprating(run=run, by=by)
        with pytest.raises(NotYet, match="not yours"):
            begin(cast) if by is None else money.make_uprating(
                council=cast.council, by=by, counts_from=counts_from(), limit_weekly=Decimal(1)
            )
    with pytest.raises(NotYet, match="Run 1 is still open: Finance began it"):
        begin(cast)
    money.withdraw_uprating(run=run, by=cast.releaser)
    with pytest.raises(NotYet, match=r"Withdrawn \(Releaser\)"):
        money.decide_uprating(run=run, kind="contribution", by=cast.finance)
    with pytest.raises(NotYet, match="withdrawn"):
        money.leave_row_out(row=row_of(run, year["above"]), by=cast.finance, why="x")
    assert not uprating_tasks.rows_to_do(cast.council).exists()
    assert begin(cast).number == 2


def test_nobody_sees_or_decides_the_row_of_somebody_they_stand_for(cast):
    at_older_terms(cast, "ordinary")
    run = begin(cast)
    Representation.objects.update(user=cast.finance)
    assert not uprating.to_decide(run, "contribution", cast.finance).exists()
    assert uprating.to_decide(run, "contribution", cast.releaser).exists()
    assert "Ada Wren" not in Hands(cast.finance).open("/staff/finance/uprating/1/").html
    Hands(cast.finance).gone("/staff/finance/uprating/1/1/")


def test_rates_that_change_after_the_proposal_stop_the_release(cast):
    at_older_terms(cast, "ordinary")
    run = begin(cast)
    money.decide_uprating(run=run, kind="contribution", by=cast.finance)
    rates(cast, guarantee="205")
    with pytest.raises(NotYet, match="rates of charging have changed"):
        money.release_uprating(run=run, by=cast.releaser)
    assert run.rows.filter(state="done").count() == 0


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"counts_from": 0}, "counts_from", "Choose a day ahead"),
        ({"counts_from": -30}, "counts_from", "Choose a day ahead"),
        ({"counts_from": 185}, "counts_from", "no more than 184 days"),
        ({"limit_weekly": Decimal("-1")}, "limit_weekly", "£0 or more"),
        ({"limit_weekly": Decimal("NaN")}, "limit_weekly", "£0 or more"),
        ({"limit_weekly": Decimal("0.001")}, "limit_weekly", "£0 or more"),
    ],
)
def test_bad_terms_are_refused_at_their_field(cast, wrong, field, words):
    rates(cast)
    if "counts_from" in wrong:
        wrong = {"counts_from": TODAY() + timedelta(days=wrong["counts_from"])}
    with pytest.raises(NotYet, match=words) as no:
        begin(cast, **wrong)
    assert no.value.field == field and not Uprating.objects.exists()


def test_a_year_without_a_guarantee_is_refused_by_name(cast, monkeypatch):
    monkeypatch.setattr(uprating.charging_rates, "published", tuple)
    with pytest.raises(NotYet, match="No minimum income guarantee for"):
        begin(cast)


def test_slices_go_on_where_they_stopped_and_rows_stand_once(cast, monkeypatch):
    at_older_terms(cast, "ordinary", "left out", "by letter")
    monkeypatch.setattr(uprating, "SLICE", 1)
    run = begin(cast)
    assert run.state == "proposing" and run.count == 1
    with pytest.raises(NotYet, match="still being worked out"):
        money.decide_uprating(run=run, kind="contribution", by=cast.finance)
    money_round.look_after_money()
    run.refresh_from_db()
    assert run.state == "ready" and run.count == 3
    assert [row.number for row in run.rows.all()] == [1, 2, 3]
    run = decided_and_released(cast, run)
    assert run.state == "released" and run.rows.filter(state="done").count() == 1
    assert money_round.look_after_money().uprated
    run.refresh_from_db()
    assert run.state == "finished" and not run.rows.filter(state="decided").exists()


def test_what_is_recorded_stands(cast):
    at_older_terms(cast, "ordinary")
    run = begin(cast)
    run = decided_and_released(cast, run)
    row = run.rows.filter(state="done").first()
    for change in ({"was": 1}, {"reason": "x"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            UpratingRow.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Uprating.objects.filter(pk=run.pk).update(state="ready")
    with pytest.raises(DatabaseError), transaction.atomic():
        Circumstances.objects.update(income=1)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_release_a_run_once():
    cast = Cast.make()
    rates(cast)
    case = paying(cast, "Ada Wren")
    run = begin(cast)
    money.decide_uprating(run=run, kind="contribution", by=cast.finance)
    done, wrong = together(
        2, lambda: money.release_uprating(run=run, by=User.objects.get(pk=cast.releaser.pk))
    )
    assert len(done) == 1 and len(wrong) == 1 and "Releaser" in str(wrong[0])
    assert case.contributions.filter(valid_from=counts_from()).count() == 1


# ---- pages and command


def sent(hands, path, **given):
    page = hands.open(path)
    return hands.sent(path, page=page, **given)


def test_finance_and_a_manager_walk_the_run_on_its_pages(cast):
    year = at_older_terms(cast, "ordinary", "above", "no evidence", "price")
    finance, manager, releaser = Hands(cast.finance), Hands(cast.manager), Hands(cast.releaser)
    home = "/staff/finance/uprating/"
    attack(finance, home)
    made = sent(finance, home, counts_from=counts_from(), limit_weekly="20")
    assert made.status == 302, made.said_no
    run = f"{home}1/"
    assert "Decide it or release it" in finance.open("/staff/queue/").html
    page = finance.open(run).html
    assert "Ada Wren" in page and "£15.00" in page and "+£5.00" in page
    assert "Bea Lark" not in finance.open(f"{run}?show=proposed").html
    row = row_of(Uprating.objects.get(), year["above"]).number
    said = finance.open(f"{run}{row}/").html
    assert "Income that counts" in said and "The change is above the limit" in said
    assert "Say why" in finance.refused(f"{run}{row}/", "Say why", do="take_in", why="").html
    assert sent(finance, f"{run}{row}/", do="take_in", why="A pension began").status == 302
    only = manager.open(run).html
    assert "Flo Marsh" in only and "Ada Wren" not in only
    assert "What the person pays" not in only, "no count of what a manager does not read"
    assert sent(manager, run, do="price").status == 302
    assert sent(finance, run, do="contribution").status == 302
    assert "Release what is decided" not in finance.open(run).html
    assert "Why you can’t release it now You decided rows" in finance.open(run)
    look = releaser.looked(run, do="release")
    assert "Not recorded yet" in look and Uprating.objects.get().state == "ready"
    for words in ("What this changes", f"Counts from {day(counts_from())}"):
        assert words in look
    assert "What the person pays 2 £20.00 £65.00 +£45.00" in look, "10 and 10, 15 and 50"
    assert "Prices of the support 1 £100.00 £105.00 +£5.00" in look
    assert "a person still looks at: the old sum holds 1" in look
    assert releaser.save(run, page=look, press="confirm").status == 302
    assert "Released: 1 row still waits for a person" in releaser.open(run)
    assert "Released: 1 row still waits for a person" in finance.open(home)
    tasks = finance.open("/staff/finance/yearly-change/").html
    assert "Cy Rook" in tasks and "not on record" in tasks
    assert "Cy Rook" in finance.open("/staff/queue/").html
    waits = row_of(Uprating.objects.get(), year["no evidence"]).number
    assert sent(finance, f"{run}{waits}/", do="leave_out", why="She is asked").status == 302
    for path in (run, home):
        assert "Released: all letters are written" in finance.open(path)
    for stranger in (cast.worker, cast.panel, cast.person, cast.auditor, cast.admin, cast.outsider):
        for address in (home, run, f"{run}{row}/"):
            Hands(stranger).gone(address)
    Hands(cast.stranger).gone(home)


def test_a_set_that_has_changed_since_it_was_looked_at_is_looked_at_again(cast):
    year = at_older_terms(cast, "ordinary", "left out")
    run, releaser = begin(cast), Hands(cast.releaser)
    money.decide_uprating(run=run, kind="contribution", by=cast.finance)
    path = "/staff/finance/uprating/1/"
    look = releaser.looked(path, do="release")
    assert "What the person pays 2 £20.00 £27.00 +£7.00" in look
    money.leave_row_out(row=row_of(run, year["left out"]), by=cast.finance, why="She is away")
    again = releaser.looked(path, page=look, press="confirm")
    assert "not what you looked at before" in again
    assert "What the person pays 1 £10.00 £15.00 +£5.00" in again
    assert "Rows that were left out: the old sum holds 1" in again
    assert Uprating.objects.get().state == "ready"
    releaser.save(path, page=again, press="confirm")
    assert Uprating.objects.get().state == "finished"


def test_a_manager_leaves_out_a_price_of_their_cases_and_nothing_else(cast):
    year = at_older_terms(cast, "ordinary", "price")
    run, manager = begin(cast), Hands(cast.manager)
    price, pays = row_of(run, year["price"], "price"), row_of(run, year["ordinary"])
    path = f"/staff/finance/uprating/1/{price.number}/"
    page = manager.open(path)
    assert "Leave it out: the old sum holds" in page and "Work it out again" not in page
    manager.refused(path, "Say why", do="leave_out", why=" ")
    manager.gone(f"/staff/finance/uprating/1/{pays.number}/")
    for by, row in (
        (cast.manager, pays),
        (cast.worker, price),
        (cast.panel, price),
        (cast.stranger, price),
    ):
        with pytest.raises(NotYet, match="not yours"):
            money.leave_row_out(row=row, by=by, why="x")
    Representation.objects.filter(person=year["price"].person).update(user=cast.service_manager)
    with pytest.raises(NotYet, match="not yours"):
        money.leave_row_out(row=price, by=cast.service_manager, why="x")
    assert manager.save(path, do="leave_out", why="The agency has not agreed").status == 302
    price.refresh_from_db()
    assert (price.state, price.reason, price.state_by) == (
        "left_out",
        "The agency has not agreed",
        cast.manager,
    )
    decided_and_released(cast, run)
    assert case_money.decided(year["price"]).annual == 5200, "the old price holds"


def test_income_is_kept_for_the_run_where_a_sum_is_decided_already(cast, as_):
    rates(cast)
    case = paying(cast, "Ada Wren", income=None)
    hands, path = Hands(cast.finance), f"/cases/{case.ref}/estimate/"
    given = {"group": "25", "income": "230", "capital": "0", "keep_facts": "on"}
    refused = hands.sent(path, page=hands.open(path), **given, income_to="240")
    assert refused.status == 422 and "certain" in refused.html
    assert hands.sent(path, page=hands.open(path), **given).status == 302
    assert case.circumstances.get().income == 230
    assert row_of(begin(cast), case).will_be == 30


def test_a_page_reads_its_rows_and_no_more(cast, as_):
    year = at_older_terms(cast, "ordinary")
    begin(cast)
    client = as_(cast.finance)
    client.get("/staff/finance/uprating/1/")
    with counted() as few:
        client.get("/staff/finance/uprating/1/")
    for number in range(5):
        case = paying(cast, f"More {number}")
        row = row_of(Uprating.objects.get(), year["ordinary"])
        row.pk, row.case, row.number = None, case, 10 + number
        row.save(force_insert=True)
    with counted() as many:
        assert "More 4" in text(client.get("/staff/finance/uprating/1/"))
    assert len(many.statements) == len(few.statements)


def test_the_command_does_the_same(cast):
    at_older_terms(cast, "ordinary", "above")

    def uprate(by, **options):
        out = StringIO()
        call_command(
            "uprate", council="brackenshire", by=f"{by}@example.org", stdout=out, **options
        )
        return out.getvalue()

    begins = counts_from().isoformat()
    for wrong, words in (
        ({}, "Give one of"),
        ({"begins": "31/12"}, "Give the day"),
        ({"begins": begins, "limit": "x"}, "Give the limit"),
        ({"decide": 9}, "There is no run 9"),
    ):
        with pytest.raises(CommandError, match=words) as no:
            uprate("finance", **wrong)
        assert no.value.returncode == 2
    assert "contribution, proposed: 1" in uprate("finance", begins=begins, limit="20")
    uprate("finance", decide=1)
    assert "contribution, done: 1" in uprate("releaser", release=1)
