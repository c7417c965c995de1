"""What a person is asked about money stands on the page of their case, with its day, as long as it
waits: no page says that there is nothing to do beside a letter that asks for an answer.
"""

from datetime import timedelta
from decimal import Decimal

import time_machine
from django.urls import reverse
from django.utils import timezone

from budgets import actions as money
from budgets.payments import person_asked
from budgets.views.record import RECORDS
from cases import access
from cases.models import Case
from cases.ui.date_words import day
from tests.budgets import test_monitoring, test_overpayments
from tests.walks.doing import address, today
from tests.walks.pages import Hands

NOTHING = "nothing that you have to do"


def tracker(case, user):
    return Hands(user).open(reverse("cases:case", args=[case.ref]))


def asked(case, user):
    """Address -> the last day of what this reader is asked."""
    case = Case.objects.get(pk=case.pk)
    reading = access.reading_by(case, user)
    return {href: by for _words, href, by in person_asked.about_money(reading)}


def test_a_letter_about_what_was_paid_too_much_is_on_the_page_until_its_last_day(cast):
    case = test_overpayments.overpaid_case(cast)
    assert NOTHING in tracker(case, cast.person)
    test_overpayments.found(case)
    assert NOTHING in tracker(case, cast.person), "nobody wrote to them yet"
    last = today() + timedelta(days=28)
    test_overpayments.write(case, cast, reply_by=last)
    page, to = tracker(case, cast.person), address(case, "record", "reply_to_overpayment")
    assert NOTHING not in page and "There is something that you can do." in page
    assert f"You can do this until {day(last)}." in page
    assert f'href="{to}"' in page.html and Hands(cast.person).open(to).form("reply")
    test_overpayments.reply(case, cast)
    page = tracker(case, cast.person)
    assert NOTHING in page and to not in page.html


def test_what_has_its_last_day_behind_it_is_not_asked_any_more(cast):
    case = test_overpayments.overpaid_case(cast)
    test_overpayments.found(case)
    test_overpayments.write(case, cast)
    for days, still in ((28, True), (29, False)):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            assert bool(asked(case, cast.person)) is still


def test_a_question_about_the_account_and_a_letter_about_it_are_on_the_page(a_case, cast):
    case = test_monitoring.old(a_case)
    test_monitoring.asked(case, cast)
    to = address(case, "record", "give_balance")
    assert asked(case, cast.person) == {to: None}
    assert f'href="{to}"' in tracker(case, cast.person).html
    money.give_balance(case=case, by=cast.person, balance=Decimal(1000))
    assert not asked(case, cast.person)
    letter = test_monitoring.letter(case, cast)
    to = address(case, "record", "reply_to_surplus")
    assert asked(case, cast.person) == {to: letter.reply_by}
    money.reply_to_surplus(case=case, by=cast.person, reply="It is for the holiday")
    assert not asked(case, cast.person)


def test_an_agreement_that_waits_for_a_signature_and_a_planned_end_are_on_the_page(a_case, cast):
    case = a_case(at="set_up", route="direct_payment")
    assert "Sign the agreement for your direct payment" in tracker(case, cast.person)
    assert "nothing that you have to do" not in tracker(case, cast.person)
    running = a_case(at="running", days_ago=60)
    assert not asked(running, cast.person)
    ends = today() + timedelta(days=40)
    end = {"reason": "x", "end_date": ends, "final_account": "x"}
    running.move("plan_end", by=cast.manager, end="own_wish", **end)
    assert asked(running, cast.person) == {
        reverse("cases:act", args=[running.ref, "challenge"]): ends
    }


def test_every_answer_that_a_person_may_give_is_one_that_they_are_asked_for():
    """Whoever adds a form for the person's answer adds what asks for it."""
    answers = {name for name, row in RECORDS.items() if row.roles & {"person"}}
    source = person_asked.__loader__.get_source(person_asked.__name__)
    assert answers == {name for name in answers if f'"{name}"' in source}, answers
    assert len(answers) >= 3
