"""A lock is of one table's rows: whoever has waited for it reads what the others have left, and
nobody gets an error.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from budgets import actions as money
from budgets.models import SurplusLetter
from cases.casefile import requests
from cases.common.refusals import NotYet
from cases.helpers import authority
from cases.models import Asked, Case, Representation, Start
from tests.budgets.test_actions import FULL, a_line
from tests.cases.test_start import CHECK, WORDS, YOU, begin, page
from tests.race import together, while_held

pytestmark = pytest.mark.django_db(transaction=True)


def test_fifty_presses_of_send_are_fifty_confirmations_of_one_case(cast, client):
    begin(client)
    client.post(page("words"), WORDS)
    client.post(page("you"), YOU)
    cookies = client.cookies

    def press():
        other = Client()
        other.cookies = cookies
        return other.post(CHECK)

    answers, wrong = together(50, press)
    assert not wrong, wrong[0]
    assert {(a.status_code, a.headers.get("Location")) for a in answers} == {
        (302, "/brackenshire/ask/sent/")
    }
    assert len(answers) == 50
    case = Case.objects.get()
    assert Start.objects.get().case == case and case.events.count() == 1
    assert case.ref in client.get("/brackenshire/ask/sent/").content.decode()


def test_whoever_waits_to_move_a_case_finds_the_worker_and_the_death_that_came_meanwhile(
    a_case, cast
):
    case = a_case(at="waiting")
    Case.objects.filter(pk=case.pk).update(worker=None)
    case.refresh_from_db()

    def change():
        case.move("reassign", by=cast.manager, worker=cast.worker.pk)
        case.person.died_on = timezone.localdate()
        case.person.save()

    def wait():
        mine = Case.objects.get(pk=case.pk)
        with transaction.atomic():
            row = mine._locked("assess", None)
            return row.worker, row.person.died_on

    assert while_held(case.hold, change, wait) == (cast.worker, timezone.localdate())


def surplus(a_case, cast):
    case = a_case(at="running", days_ago=400)
    money.ask_balance(case=case, by=cast.finance)
    money.give_balance(case=case, by=cast.person, balance=Decimal("5000"))
    return case


def write(case, cast):
    by = timezone.localdate() + timedelta(days=40)
    return money.write_about_surplus(
        case=case, by=cast.finance, words="What is it for?", reply_by=by
    )


def test_a_reply_that_waited_for_the_decision_is_told_that_it_is_over(a_case, cast):
    case = surplus(a_case, cast)
    write(case, cast)
    decide = {"case": case, "by": cast.finance, "action": "leave", "reason": "It is little"}
    found = while_held(
        case.hold,
        lambda: money.decide_surplus(**decide),
        lambda: money.reply_to_surplus(
            case=Case.objects.get(pk=case.pk), by=cast.person, reply="For the winter"
        ),
    )
    assert isinstance(found, NotYet) and SurplusLetter.objects.get().replied_at is None


def test_two_letters_about_one_surplus_are_one(a_case, cast):
    case = surplus(a_case, cast)
    made, wrong = together(4, lambda: write(Case.objects.get(pk=case.pk), cast))
    assert len(made) == 1 and {type(one) for one in wrong} == {NotYet}, wrong


def test_a_plan_that_several_begin_at_once_is_one_plan(a_case, cast):
    case = a_case(at="plan")
    case.plans.all().delete()
    made, wrong = together(
        8, lambda: money.open_plan(case=Case.objects.get(pk=case.pk), by=cast.person)
    )
    assert not wrong and len({plan.pk for plan in made}) == 1 == case.plans.count()


def test_a_question_answered_by_two_is_answered_once(a_case, cast):
    case = a_case(at="assess")
    asked = requests.record_request(case=case, by=cast.person, what="message", words="When?")
    made, wrong = together(
        4,
        lambda: requests.answer(
            asked=Asked.objects.get(pk=asked.pk), by=cast.worker, words="On Monday"
        ),
    )
    assert len(made) == 1 and {type(one) for one in wrong} == {NotYet}, wrong


def test_saying_yes_to_helping_holds_the_case_before_its_own_row(a_case, cast):
    """Otherwise it and the worker who checks the helper wait for each other, until the database
    ends one of them.
    """
    case = a_case(at="assess")
    rep = authority.invite_helper(
        case=case,
        by=cast.person,
        email="bo@example.org",
        name="Bo",
        kind="family",
        proof="consent",
        scope=["see"],
    )

    def check():
        Representation.objects.select_for_update().get(pk=rep.pk)

    found = while_held(case.hold, check, lambda: authority.accept_help(rep=rep, by=rep.user))
    assert isinstance(found, Representation) and found.accepted_at


def test_ending_a_link_holds_both_cases_in_the_order_in_which_they_were_linked(a_case, cast):
    ada = a_case(at="assess")
    cara = a_case(at="assess", kind="carer", person=cast.new_person("Cara Wren"))
    link = authority.link_cases(
        carer=cara, cared_for=ada, by=cast.worker, told="Both on the telephone"
    )
    found = while_held(
        ada.hold, cara.hold, lambda: authority.unlink_cases(case=ada, link=link, by=cast.worker)
    )
    assert not isinstance(found, Exception) and found.ended_at


def test_of_two_who_send_a_plan_one_sends_it_and_the_other_is_told(a_case, cast):
    case = a_case(at="plan")
    plan = money.open_plan(case=case, by=cast.person)
    money.save_plan_part(plan=plan, by=cast.person, **FULL)
    a_line(plan, cast.person)

    def send():
        return money.submit_plan(case=Case.objects.get(pk=case.pk), by=cast.person)

    sent, wrong = together(2, send)
    assert len(sent) == 1 and [type(problem) for problem in wrong] == [NotYet], wrong
    assert case.events.filter(verb="submit_plan").count() == 1
    assert case.plans.get().state == "submitted"
