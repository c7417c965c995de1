"""Whatever writes a fact of money shows first what it changes, and does nothing until that is
confirmed; acts are found in the code, so that a new one can't be left out.
"""

import ast
import inspect
import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import resolve, reverse
from django.utils import timezone

import budgets
from budgets import actions as money
from budgets.decision import letter_facts
from budgets.models import Contribution, ExtraPayment, Suspension
from budgets.payments import (
    changes_ahead,
    look_before,
    money_acts,
    paying_in_full,
    standing_payments,
)
from budgets.position.entitlement_facts import facts_of_case
from cases import access, journey
from cases.journey import hooks
from cases.letters.phrases import kind_owed
from cases.models import Case, FormToken
from cases.ui.date_words import day as date_words
from cases.views.form_act import Unconfirmed, look_first
from tests.budgets.running_money import due, pay, week
from tests.cast import instead
from tests.walks.doing import act, address
from tests.walks.pages import Hands

TODAY = timezone.localdate
ROOT = Path(budgets.__file__).parent
ROOMS = ("actions", "decision", "payments", "position", "plan")
LOOKING = {"move_act", "look_first", "worker_page"}


# ---- every act is on the list ----


def functions(path, classes=False):
    """name -> its node, of the functions at the top of a file; and of its classes, whole."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    kinds = (ast.FunctionDef, ast.ClassDef) if classes else ast.FunctionDef
    return {node.name: node for node in body if isinstance(node, kinds)}


def names_in(node):
    found = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return found | {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}


def writes(node):
    """Does it write a fact by itself, or name one to a helper that does?"""
    for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
        given = {a.id for a in call.args if isinstance(a, ast.Name)}
        helper = isinstance(call.func, ast.Name) and call.func.id == "_sum"
        if helper and given & money_acts.FACTS:
            return True
        if isinstance(call.func, ast.Attribute) and call.func.attr in (
            "create",
            "bulk_create",
            "update",
            "get_or_create",
            "update_or_create",
            "save",
        ):
            roots = {n.id for n in ast.walk(call.func) if isinstance(n, ast.Name)}
            if roots & money_acts.FACTS:
                return True
    return False


def writers():
    """(module, function) of everything that writes a fact, itself or by what it calls."""
    known = {
        (f"budgets.{room}.{path.stem}", name): node
        for room in ROOMS
        for path in sorted((ROOT / room).glob("*.py"))
        for name, node in functions(path, classes=True).items()
    }
    found = {key for key, node in known.items() if writes(node)}
    while True:
        called = {name for _module, name in found}
        more = {
            key
            for key, node in known.items()
            if key not in found
            and any(name in names_in(node) for name in called)
            and any(_is_meant(key, other) for other in found if other[1] in names_in(node))
        }
        if not more:
            return found
        found |= more


def _is_meant(caller, called):
    """A name that begins with a line below is only of its own file."""
    return caller[0] == called[0] or not called[1].startswith("_")


# a list of acts; each runs on both in a test of its own
@pytest.mark.sqlite_only
def test_every_act_that_writes_a_fact_of_money_is_on_the_list():
    found = writers()
    acts = {
        name
        for name in money.__all__
        if (inspect.getmodule(getattr(money, name)).__name__, name) in found
    }
    listed = money_acts.OWN_PAGE | money_acts.NOT_LOOKED_AT.keys()
    assert {"record_contribution", "pay_extra", "approve_uplift"} <= acts, "it finds them"
    assert "release_import" in acts, "and what writes inside a class"
    assert acts == listed, f"not listed: {acts - listed}; listed for nothing: {listed - acts}"
    moves = {
        verb
        for verb, follow in hooks.AFTERS.items()
        if any(
            (one.__module__, one.__name__) in found
            for one in follow
            if one.__name__ not in money_acts.NOT_LOOKED_AT_AFTER
        )
    }
    assert {"suspend_payment", "resume_payment"} <= moves <= money_acts.VERBS
    ends = {*journey.closing_moves(), *journey.moves_where(clock="restore")}
    assert ends <= money_acts.BY_MOVE, "the end of a case is a fact too"


@pytest.mark.sqlite_only
def test_what_follows_an_act_runs_facts_first_then_what_settles_them_then_the_letter():
    """A sum is set off against what the facts of the same event say, and the letter says so."""
    found, seen = writers(), set()
    for verb in money_acts.VERBS & hooks.AFTERS.keys():
        follow = [(one.__module__, one.__name__) for one in hooks.AFTERS[verb]]
        settles = follow.index((paying_in_full.__name__, "set_off_unasked"))
        for place, one in enumerate(follow):
            if one in found and place != settles:
                assert place < settles, f"{verb}: {one} writes a fact too late"
                seen.add(one[1])
            assert one[1] != "write_owed_letter" or place > settles, f"{verb}: its letter is first"
    assert {"resume", "money_is_restored", "nothing_was_in_force", "suspend"} <= seen


def looks(module, name):
    """Is a function, one of its file that it hands its act to, or one that calls it, a page that
    shows first what changes?
    """
    known = functions(Path(module.__file__))
    if any(_looks(known[one]) for one in names_in(known[name]) & known.keys()):
        return True
    reached = {name}
    while more := {
        other for other, node in known.items() if other not in reached and names_in(node) & reached
    }:
        reached |= more
    return any(_looks(known[one]) for one in reached)


def _looks(node):
    for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name in LOOKING:
            return True
        if name == "form_act" and any(k.arg == "reading" for k in call.keywords):
            return True
    return False


# Act -> the verb whose letter it is, where that is not its own name.
LETTERS = {
    "agree_extra_support": "start_interim",
    "approve_uplift": "uplift_plan",
    "begin_extra_support": "write_extra_start",
    "propose_extra_support": "start_interim",
    "record_contribution": "write_contribution",
    "record_what_came": "write_what_came",
}
NO_LETTER = {
    "record_paid_back": "It is what the person did themselves, and changes no payment or charge.",
    "start_line": "It begins as the letter of the plan says; the letter of its start follows.",
    "start_review": "Nothing changes by it but an end that was planned, which a letter takes back.",
    "reopen": "Its letter is made from the event: nothing of the money begins again by it.",
    "record_death": "Whoever handles the estate is written to, by a person.",
    "undo_death": "A mistake is taken back, of which nobody was written to.",
}


def test_every_act_that_changes_money_owes_its_letter():
    acts = money_acts.OWN_PAGE | money_acts.BY_MOVE
    without = {name for name in acts if not kind_owed(LETTERS.get(name, name))}
    assert without == NO_LETTER.keys() & acts, without ^ (NO_LETTER.keys() & acts)
    assert len(acts - without) >= 20


@pytest.mark.parametrize("name", sorted(money_acts.OWN_PAGE))
def test_the_page_of_an_act_shows_first_what_changes(name):
    from budgets.views import decision, extra_support, payment, record, route, uplift

    pages = [
        (module, page)
        for module in (decision, extra_support, payment, record, route, uplift)
        for page, node in functions(Path(module.__file__)).items()
        if any(
            isinstance(n, ast.Attribute)
            and n.attr == name
            and isinstance(n.value, ast.Name)
            and n.value.id == "actions"
            for n in ast.walk(node)
        )
    ]
    pages += [(record, "record")] if name in record.RECORDS else []
    assert pages, f"no page does {name}"
    assert all(looks(module, page) for module, page in pages)


@pytest.mark.parametrize("name", sorted(money_acts.BY_MOVE))
def test_the_page_of_a_move_shows_first_what_changes(name):
    page = journey.MOVES[name].page
    args = ["X"] + ([name] if page == "cases:act" else [])
    view = resolve(reverse(page, args=args)).func
    assert looks(inspect.getmodule(view), view.__name__)


# ---- what is shown ----


def weeks(count):
    return TODAY() + timedelta(weeks=count)


def rows(found):
    return [(one.on, str(one.was), str(one.will_be)) for one in found.shown]


def compared(case, change):
    """What differs once `change` is made, as the page reads it."""
    before = facts_of_case(case)
    change()
    return changes_ahead.changes(before, facts_of_case(case), TODAY())


def test_a_contribution_is_shown_once_and_then_as_going_on(budget, cast):
    case = budget(week(200))
    found = compared(
        case,
        lambda: money.record_contribution(
            case=case, by=cast.finance, state="recorded", weekly=Decimal(20)
        ),
    )
    assert found.since == TODAY() and rows(found.payments) == [(TODAY(), "800.00", "720.00")]
    assert found.payments.alike and found.payments.more >= 12
    assert (found.week_before[0], found.week_after[0]) == (Decimal("200.00"), Decimal("180.00"))
    assert found.charges.shown == []


def test_a_day_far_ahead_is_found(budget, cast):
    case, day = budget(week(200)), TODAY() + timedelta(days=700)
    found = compared(
        case,
        lambda: money.record_contribution(
            case=case, by=cast.finance, state="recorded", weekly=Decimal(70), valid_from=day
        ),
    )
    assert found.since == day and found.payments.shown[0].on <= day
    assert found.payments.shown[0].on > day - timedelta(days=28)


def test_an_end_far_ahead_is_found(budget):
    facts, last = facts_of_case(budget(week(200))), TODAY() + timedelta(days=700)
    found = changes_ahead.changes(facts, replace(facts, end=last), TODAY())
    assert found.since == last + timedelta(days=1)
    assert found.payments.shown[-1].will_be is None


def test_what_is_owed_is_shown_in_its_payment(budget, cast):
    case = budget(week(200))
    pay(cast)
    found = compared(
        case,
        lambda: money.pay_extra(
            case=case, by=cast.finance, on=TODAY(), amount=Decimal(50), why="A taxi"
        ),
    )
    assert rows(found.payments) == [(weeks(4), "800.00", "850.00")]
    assert found.payments.shown[0].owed == Decimal("50.00") and not found.payments.more
    assert found.week_before == found.week_after, "what is paid once is in no week"


def test_nothing_that_differs_is_nothing_to_look_at(budget, cast):
    case = budget(week(200))
    assert (
        compared(
            case,
            lambda: money.record_contribution(case=case, by=cast.finance, state="not_known"),
        )
        is None
    )


# ---- on the page ----


def running(case, cast):
    """Support has begun."""
    (line,) = case.plans.get(state="agreed").lines.all()
    case.refresh_from_db()
    money.start_line(case=case, by=cast.finance, line=line, started_on=TODAY())
    case.refresh_from_db()
    money.start_budget(case=case, by=getattr(cast, case.turn))
    case.refresh_from_db()
    return case


def contribution(case, **more):
    facts = {"state": "recorded", "weekly": "20", "valid_from": TODAY(), "source": "A letter"}
    return (address(case, "contribution"), facts | more)


def test_nothing_is_recorded_before_it_is_confirmed(budget, cast):
    case, finance = budget(week(200)), Hands(cast.finance)
    path, facts = contribution(case)
    before, head = due(case), case.events.count()
    page = finance.looked(path, **facts)
    assert page.status == 200 and "Not recorded yet" in page
    assert "was £200.00, will be £180.00: -£20.00" in page and "£720.00" in page
    assert "And so on, every 4 weeks: -£80.00." in page
    assert not Contribution.objects.exists() and due(case) == before
    assert case.events.count() == head and not FormToken.objects.filter(form="contribution")
    finance.save(path, page=page, press="confirm")
    assert Contribution.objects.get().weekly == 20 and due(case)[0].amount == 720


def test_a_changed_answer_is_looked_at_again(budget, cast):
    case, finance = budget(week(200)), Hands(cast.finance)
    path, facts = contribution(case)
    page = finance.looked(path, **facts)
    again = finance.looked(path, page=page, press="confirm", weekly="30")
    assert "not what you looked at before" in again and "£680.00" in again
    checked = finance.looked(path, page=again, press="check")
    assert checked.status == 200 and "not what you looked at before" not in checked
    assert not Contribution.objects.exists()
    finance.save(path, page=checked, press="confirm")
    assert Contribution.objects.get().weekly == 30


def test_what_others_changed_meanwhile_is_looked_at_again(budget, cast):
    case, finance = budget(week(200)), Hands(cast.finance)
    path, facts = contribution(case)
    page = finance.looked(path, **facts)
    pay(cast)
    again = finance.looked(path, page=page, press="confirm")
    assert "not what you looked at before" in again and not Contribution.objects.exists()
    assert "was £0.00, will be £80.00" in again, "four weeks are paid, and too much by it"
    finance.save(path, page=again, press="confirm")


def test_what_changes_no_sum_is_recorded_at_once(a_case, cast):
    case = a_case(at="plan")
    path, facts = contribution(case)
    Hands(cast.worker).save(path, **facts)
    assert Contribution.objects.get().weekly == 20


def test_a_suspension_found_wrong_shows_what_is_made_good(budget, cast):
    case, finance = running(budget(week(200)), cast), Hands(cast.finance)
    path = act(case, "suspend_payment")
    facts = {"reason": "No papers"} | instead("Home care by the council")
    page = finance.looked(path, **facts)
    assert "£800.00" in page and "was £200.00, will be £0.00: -£200.00" in page
    assert not Suspension.objects.exists()
    finance.save(path, page=page, press="confirm")
    Suspension.objects.filter(case=case).get()
    page = finance.looked(act(case, "resume_payment"), reason="They came", make_good="yes")
    assert "was £0.00, will be £200.00" in page
    finance.save(act(case, "resume_payment"), page=page, press="confirm")
    assert due(case)[0].amount == 800


def test_more_is_paid_once(budget, cast):
    case, finance = budget(week(200)), Hands(cast.finance)
    path = address(case, "record", "pay_extra")
    page = finance.looked(path, on=TODAY(), amount="120.50", why="Notice pay of her assistant")
    assert "£920.50" in page and not ExtraPayment.objects.exists()
    finance.save(path, page=page, press="confirm")
    assert standing_payments.next_payments(case).payments[0].amount == Decimal("920.50")
    Hands(cast.worker).gone(path)


def test_an_end_shows_what_is_no_longer_paid(budget, cast):
    case, manager = running(budget(week(200)), cast), Hands(cast.manager)
    path = act(case, "end_support")
    facts = {
        "end": "own_wish",
        "reason": "She moves",
        "end_date": TODAY() + timedelta(days=29),
        "final_account": "Finance, by post",
    }
    page = manager.looked(path, **facts)
    assert "£800.00 £57.14" in page and "And so on, every 4 weeks: -£800.00." in page
    case.refresh_from_db()
    assert case.step == "running"
    manager.save(path, page=page, press="confirm")
    case.refresh_from_db()
    assert (case.step, case.planned_end) == ("running", facts["end_date"])


def test_new_prices_are_looked_at_case_by_case(priced, cast):
    manager, path = Hands(cast.manager), "/staff/prices/"
    plans, before = priced.plans.count(), due(priced)
    page = manager.looked(path, page=manager.open(path), case=[priced.ref])
    assert "Not recorded yet" in page and "was £100.00, will be £105.00: +£5.00" in page
    assert priced.plans.count() == plans and due(priced) == before
    form = page.form(f"looked_{priced.ref}")
    assert form.values["case"] == [priced.ref], "what was ticked stays ticked"
    answer = manager.post(path, form.values | {"press": ["confirm"]})
    assert answer.status == 302 and priced.plans.count() == plans + 1
    assert due(priced)[0].amount > before[0].amount


@pytest.mark.parametrize("year", ["1900", "x"])
def test_new_prices_from_a_day_that_cannot_be_meant_are_not_taken_from_today(
    priced, as_, cast, year
):
    path = f"/staff/prices/?on_day=1&on_month=4&on_year={year}"
    look = as_(cast.manager).post("/staff/prices/", {"case": [priced.ref]})
    mark = re.search(rf'name="looked_{priced.ref}" value="(\w+)"', look.content.decode())[1]
    given = {"case": [priced.ref], f"looked_{priced.ref}": mark, "press": "confirm"}
    plans = priced.plans.count()
    assert as_(cast.manager).post(path, given).status_code == 422
    assert priced.plans.count() == plans


@pytest.mark.parametrize(("role", "shown"), [("delegate", False), ("person", True)])
def test_who_does_not_read_money_is_not_shown_it(budget, cast, role, shown):
    case, done = budget(week(200)), []
    reading = access.Reading(case, cast.person, [], frozenset({role}))

    def act_on_it():
        done.append(case.move("withdraw", by=cast.person, reason="I move to my son"))

    if shown:
        with pytest.raises(Unconfirmed):
            look_first(reading, act_on_it, given="", typed={})
    else:
        look_first(reading, act_on_it, given="", typed={})
    assert done


def test_the_person_sees_it_too(budget, cast):
    case, me = budget(week(200)), Hands(cast.person)
    page = me.looked(act(case, "withdraw"), reason="I move to my son")
    assert "£800.00" in page and "Not recorded yet" in page
    case.refresh_from_db()
    assert case.step == "set_up"
    me.save(act(case, "withdraw"), page=page, press="confirm")
    case.refresh_from_db()
    assert case.step == "closed"


def looked(case, by):
    """What the page of a death shows before it is confirmed."""
    path = act(case, "record_death")
    return Hands(by).looked(path, died_on=TODAY(), contact="Her son Ben").text


def test_a_death_shows_what_changes_in_every_case_that_its_reader_may_read(a_case, cast):
    case = a_case(at="running", days_ago=60)
    other = a_case(at="running", days_ago=60, person=case.person, kind="carer")
    shown = looked(case, cast.worker)
    assert f"Payments that change, in their other case {other.ref}" in shown
    assert shown.count("Payments that change") == 2 and not case.events.filter(verb="record_death")
    # whoever may not read the other one is shown their own
    Case.objects.filter(pk=other.pk).update(team=cast.intake, worker=None)
    shown = looked(case, cast.worker)
    assert "Payments that change" in shown and other.ref not in shown


def test_a_sum_that_was_told_for_later_and_does_not_begin_any_more_is_said(budget, cast):
    case = budget(week(200))
    ahead, soon = TODAY() + timedelta(days=40), TODAY() + timedelta(days=7)
    facts = {"case": case, "by": cast.finance, "state": "recorded"}
    money.record_contribution(weekly=Decimal(15), valid_from=ahead, **facts)
    before = facts_of_case(case)
    money.record_contribution(weekly=Decimal(9), valid_from=soon, **facts)
    said = dict(look_before._begin_no_more(before, facts_of_case(case)))
    assert list(said.values()) == [f"£15.00 a week from {date_words(ahead)}"]
    letters = case.events.filter(verb="write_contribution").order_by("seq")
    first, second = (dict(letter_facts.contribution_facts(event)) for event in letters)
    assert second["Not any more"].startswith(f"£15.00 a week from {date_words(ahead)}.")
    assert "Not any more" not in first
    money.record_contribution(weekly=Decimal(12), valid_from=ahead, **facts)
    third = dict(letter_facts.contribution_facts(letters.last()))
    assert "Not any more" not in third, "what goes on from its own day replaces nothing ahead"


@pytest.mark.parametrize("weekly", ["5.00", "12.35", "33.33", "10.00"])
def test_what_a_person_pays_does_not_move_what_the_support_costs(budget, cast, weekly):
    case = budget(week(200))
    found = compared(
        case,
        lambda: money.record_contribution(
            case=case,
            by=cast.finance,
            state="recorded",
            weekly=Decimal(weekly),
            valid_from=TODAY() + timedelta(days=3),
        ),
    )
    assert found.costs == (), "before what the person pays it is the same to the penny"
