"""Suspending and resuming belong to money that runs, whatever the step; each suspension has a day
on which somebody looks again, and a task when it comes.
"""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from budgets import actions as money
from budgets.models import Suspension
from budgets.payments import money_checks
from budgets.payments.suspension_tasks import suspensions_to_look_at
from cases.common import dates
from cases.common.placeholders import is_left_open
from cases.common.refusals import NotYet, Stale
from cases.letters.templates import WORDS
from cases.models import Letter, Representation
from cases.ui.date_words import day
from cases.ui.easy_read import PAGES
from tests.budgets.running_money import due, pay, week
from tests.budgets.test_running_money import rows_of
from tests.cast import instead
from tests.walks.doing import act, address
from tests.walks.pages import Hands

TODAY = timezone.localdate
DAY = timedelta(days=1)
INSTEAD = {"reason": "No papers"} | instead("Home care by the council")


@pytest.fixture
def changing(a_case, cast):
    """A case whose plan is being changed while its money runs."""
    case = a_case(at="running", days_ago=60)
    case.move("start_review", by=cast.worker, kind="planned", reason="It is time")
    case.move("change_plan", by=cast.worker, reason="More help")
    case.refresh_from_db()
    return case


def suspend(case, cast, **more):
    case.move("suspend_payment", by=cast.finance, **INSTEAD | more)
    return Suspension.objects.get(case=case, ends_on=None, struck_at=None)


def tasks(user, cast, role):
    return suspensions_to_look_at(user, cast.council, {role})


def test_payments_are_suspended_and_resumed_during_a_change(changing, cast):
    assert changing.step == "plan"
    finance, path = Hands(cast.finance), act(changing, "suspend_payment")
    assert path in finance.open(address(changing)).html
    assert act(changing, "resume_payment") not in finance.open(address(changing)).html
    finance.save(path, **INSTEAD)
    assert due(changing)[-1].covers_to < TODAY(), "days before are still owed"
    assert path not in finance.open(address(changing)).html
    changing.refresh_from_db()
    assert changing.step == "plan", "the change goes on as it was"
    finance.save(act(changing, "resume_payment"), reason="They came", make_good="yes")
    assert due(changing)[-1].covers_to > TODAY()
    changing.refresh_from_db()
    assert changing.step == "plan"


def test_its_easy_read_says_what_stops_from_when_and_whom_to_phone(a_case, cast):
    case = a_case(at="running", days_ago=60)
    suspend(case, cast)
    easy = Letter.objects.get(event__verb="suspend_payment").content["easy"]
    said = [words for _picture, words in easy]
    begins = day(case.suspensions.get().begins_on)
    order = [
        said.index("Your direct payments have stopped for now."),
        said.index(f"Nothing is paid for days from: {begins}."),
        said.index("The letter says why. It says what help you get in this time."),
        next(n for n, words in enumerate(said) if words.startswith("Do you need help now? Phone")),
    ]
    assert order == sorted(order) and order[0] == 0


def test_no_sentence_of_a_letter_begins_with_a_small_letter():
    """What stands for the number is written large where a sentence begins with it."""
    lines = [
        str(text)
        for words in WORDS.values()
        for text in (*words.first, *words.next, *words.after, *(text for _p, text in words.easy))
    ] + [str(text) for page in PAGES.values() for _picture, text in page.rows]
    wrong = [text for text in lines if re.search(r"(^|[.?!] )%\(phone_us\)s", text)]
    assert not wrong and len(lines) > 300, len(lines)
    assert sum("%(Phone_us)s" in text for text in lines) >= 2


def test_its_letter_names_what_still_comes(budget, cast):
    """£200 a week: the first 28 days are in a batch, the 14 after them are due with them."""
    case = budget(week(200), from_=TODAY() - 41 * DAY, signed=TODAY() - 41 * DAY, days_ago=60)
    pay(cast, TODAY() - 41 * DAY)
    assert [one.amount for one in case.payments.all()] == [Decimal(800)]
    suspend(case, cast)
    said = rows_of(case, "suspend_payment")
    begins = case.suspensions.get().begins_on
    assert said["Nothing is paid for days from"] == day(begins)
    assert said["On its way"].startswith(f"£800.00, due on {day(TODAY() - 41 * DAY)}. ")
    coming = [value for words, value in said.items() if words.startswith("Due already")]
    assert [one.amount for one in due(case)] and coming[0].startswith(f"£{due(case)[0].amount} on ")


def test_while_support_is_set_up_too(budget, cast):
    case = budget(week(200))
    case.refresh_from_db()
    assert case.step == "set_up"
    suspend(case, cast)
    assert not due(case)
    case.move("resume_payment", by=cast.finance, reason="They came")
    assert due(case)


def test_where_no_money_runs_nothing_is_offered_or_suspended(a_case, cast):
    case = a_case(at="plan")
    assert act(case, "suspend_payment") not in Hands(cast.manager).open(address(case)).html
    with pytest.raises(NotYet, match="no payment to come"):
        case.move("suspend_payment", by=cast.manager, **INSTEAD)
    with pytest.raises(NotYet, match="No payment is suspended"):
        case.move("resume_payment", by=cast.manager, reason="They came")


def test_its_day_to_look_again_is_four_weeks_or_as_said(budget, cast):
    case = budget(week(200))
    assert suspend(case, cast).look_again_on == TODAY() + 28 * DAY
    case.move("resume_payment", by=cast.finance, reason="They came")
    assert suspend(case, cast, look_again_on=TODAY() + 7 * DAY).look_again_on == TODAY() + 7 * DAY
    text = str(Letter.objects.filter(event__verb="suspend_payment").last().content)
    assert "We look at it again on" in text
    assert dates.date_words(TODAY() + 7 * DAY) in text


@pytest.mark.parametrize("days", [-1, 0, 93])
def test_a_day_to_look_again_that_is_too_late_or_gone_is_refused(budget, cast, days):
    case = budget(week(200))
    with pytest.raises(NotYet, match="Enter a day after today"):
        suspend(case, cast, look_again_on=TODAY() + days * DAY)
    assert not Suspension.objects.exists() and due(case)


def test_its_day_comes_as_a_task_and_goes_with_what_was_found(budget, cast):
    case = budget(week(200))
    held = suspend(case, cast)
    assert tasks(cast.finance, cast, "finance") == [], "not before its day"
    Suspension.objects.filter(pk=held.pk).update(look_again_on=TODAY() - DAY)
    (table,) = tasks(cast.finance, cast, "finance")
    assert table.rows[0][2] == INSTEAD["alternative"] and "late" in table.rows[0][3].text
    assert tasks(cast.manager, cast, "manager") and not tasks(cast.worker, cast, "worker")
    finance, path = Hands(cast.finance), address(case, "record", "look_at_suspension")
    assert case.ref in finance.open("/staff/queue/").text
    finance.refused(path, "by", found="Still no papers", look_again_on=TODAY() + 93 * DAY)
    finance.save(path, found="Still no papers; home care is there", look_again_on="")
    assert tasks(cast.finance, cast, "finance") == []
    assert case.events.get(verb="look_at_suspension").codes["look_again_on"] == str(
        TODAY() + 28 * DAY
    )
    assert "We look at it again on" in finance.open(address(case, "schedule"))


def test_one_without_a_day_to_look_again_is_a_task_now_and_before_the_others(a_case, cast):
    """Of before a day was asked for (migration 0003)."""
    late, carried = (a_case(at="running", days_ago=60) for _one in range(2))
    held = [suspend(case, cast) for case in (late, carried)]
    Suspension.objects.filter(pk=held[0].pk).update(look_again_on=TODAY() - DAY)
    Suspension.objects.filter(pk=held[1].pk).update(look_again_on=None)
    (table,) = tasks(cast.finance, cast, "finance")
    assert [row[1] for row in table.rows] == [day(one.begins_on) for one in reversed(held)]
    assert [row[-1].hidden for row in table.rows] == [carried.ref, late.ref]
    assert table.rows[0][3] == "No day was set"
    finance = Hands(cast.finance)
    assert "No day was set to look" in finance.open(address(carried, "schedule")).text
    finance.save(address(carried, "record", "look_at_suspension"), found="Care is there")
    (table,) = tasks(cast.finance, cast, "finance")
    assert [row[-1].hidden for row in table.rows] == [late.ref]


def test_no_officer_is_asked_to_look_at_a_relatives_suspension(budget, cast):
    case = budget(week(200))
    held = suspend(case, cast)
    Suspension.objects.filter(pk=held.pk).update(look_again_on=TODAY())
    Representation.objects.create(
        user=cast.finance, person=case.person, kind="family", valid_from=TODAY()
    )
    assert tasks(cast.finance, cast, "finance") == []
    assert tasks(cast.releaser, cast, "finance"), "somebody else is"


def test_a_suspension_that_ended_has_no_task(budget, cast):
    case = budget(week(200))
    held = suspend(case, cast)
    Suspension.objects.filter(pk=held.pk).update(look_again_on=TODAY())
    case.move("resume_payment", by=cast.finance, reason="They came")
    assert tasks(cast.finance, cast, "finance") == []
    with pytest.raises(NotYet, match="No payment is suspended"):
        money.look_at_suspension(case=case, by=cast.finance, found="Nothing")


@pytest.mark.parametrize(
    "said", ["TBC", "None.", "n/a", "-", "to be arranged by the team", "Home care, times tbc"]
)
def test_support_that_is_only_to_be_confirmed_is_none(budget, cast, said):
    case = budget(week(200))
    with pytest.raises(NotYet, match="Say what support it is"):
        suspend(case, cast, alternative=said)
    assert due(case)[0].amount == Decimal("800.00")


@pytest.mark.parametrize("said", ["Two calls a day", "St Anne's", "Ng", "Her sister, as before"])
def test_plain_answers_leave_nothing_open(said):
    assert not is_left_open(said)


def test_the_page_of_a_case_says_that_its_payments_are_suspended(a_case, cast):
    case = a_case(at="running", days_ago=60)
    held = suspend(case, cast)
    for who in (cast.person, cast.worker, cast.finance):
        shown = Hands(who).open(address(case)).html
        assert "Payments suspended" in shown and day(held.begins_on) in shown, who


def test_what_was_paid_too_much_stands_on_the_page_of_its_case(a_case, cast):
    case = a_case(at="running", days_ago=60)
    money.make_batch(council=cast.council, by=cast.finance, until=TODAY())
    facts = {"weekly": Decimal(10), "valid_from": TODAY(), "source": "Finance system"}
    money.record_contribution(case=case, by=cast.finance, state="recorded", **facts)
    for who in (cast.person, cast.worker, cast.finance):
        shown = Hands(who).open(address(case)).html
        assert "Paid too much" in shown and f"/cases/{case.ref}/paid-too-much/" in shown, who


def test_whoever_reads_the_money_is_led_to_what_the_person_pays(a_case, cast):
    case = a_case(at="running", days_ago=60)
    for who in (cast.person, cast.worker, cast.finance):
        assert f"/cases/{case.ref}/contribution/" in Hands(who).open(address(case)).html, who


# ---- found wrong once payments go on ----


@pytest.fixture
def kept_back(budget, cast):
    """£700 a week, so £100 a day: held back for the first 10 days, and payments go on since today.
    Nothing is paid yet.
    """
    first = TODAY() - 10 * DAY
    case = budget(week(700), from_=first, signed=first)
    days = {"begins_on": first, "ends_on": TODAY() - DAY, "carried": True}  # by no act here
    held = Suspension.objects.create(case=case, **days)
    case.refresh_from_db()
    return case, held


def test_a_suspension_found_wrong_later_is_made_good(kept_back, cast):
    """£1,800 were paid for the 18 days up to the next pay day."""
    case, held = kept_back
    assert pay(cast).total == 1800
    path = address(case, "record", "make_suspension_good")
    for who in (cast.finance, cast.manager):
        assert path in Hands(who).open(address(case, "schedule")).html
    Hands(cast.worker).gone(path)
    finance = Hands(cast.finance)
    look = finance.looked(path, suspension=held.pk, reason="Her papers were here")
    assert "£2,800.00 £3,800.00 +£1,000.00" in look.text and day(held.begins_on) in look.text
    assert not Suspension.objects.filter(make_good=True).exists(), "looked at first"
    finance.save(path, suspension=held.pk, reason="Her papers were here")
    row = Suspension.objects.get(case=case, struck_at=None)
    assert row.make_good and (row.begins_on, row.ends_on) == (held.begins_on, held.ends_on)
    held.refresh_from_db()
    assert held.struck_at and not held.make_good, "struck, not edited"
    coming = due(case, 40)[0]
    assert (coming.amount, coming.of.owed) == (3800, 1000)
    text = str(Letter.objects.get(event__verb="make_suspension_good").content)
    for said in (day(held.begins_on), day(held.ends_on), "Her papers were here"):
        assert said in text
    assert path not in finance.open(address(case, "schedule")).html, "nothing more is kept back"


def test_it_is_made_good_once_and_by_whoever_may_resume(kept_back, cast):
    case, held = kept_back
    said = {"case": case, "suspension": held, "reason": "Her papers were here"}
    for who in (cast.worker, cast.person):
        with pytest.raises(NotYet, match="not yours"):
            money.make_suspension_good(by=who, **said)
    with pytest.raises(NotYet, match="Say why"):
        money.make_suspension_good(by=cast.finance, **said | {"reason": " "})
    money.make_suspension_good(by=cast.manager, **said)
    with pytest.raises(Stale, match="made good already"):
        money.make_suspension_good(by=cast.finance, **said)
    assert case.suspensions.count() == 2
    assert not list(money_checks.differences(every_day=True))


def test_a_relative_says_nothing_about_it(kept_back, cast):
    case, held = kept_back
    Representation.objects.create(
        user=cast.finance, person=case.person, kind="family", valid_from=TODAY()
    )
    with pytest.raises(NotYet, match="not yours"):
        money.make_suspension_good(case=case, by=cast.finance, suspension=held, reason="Seen")


def test_one_that_still_holds_is_resumed_not_made_good(budget, cast):
    case = budget(week(200))
    held = suspend(case, cast)
    assert address(case, "record", "make_suspension_good") not in (
        Hands(cast.finance).open(address(case, "schedule")).html
    )
    with pytest.raises(Stale):
        money.make_suspension_good(case=case, by=cast.finance, suspension=held, reason="Seen")


def test_an_older_one_made_good_keeps_no_later_one_from_being_restored(kept_back, cast):
    case, held = kept_back
    suspend(case, cast)
    money.make_suspension_good(case=case, by=cast.finance, suspension=held, reason="Seen")
    case.move("challenge", by=cast.person, decision="suspended", reason="No")
    answer = {"answer": "upheld", "reason": "Seen", "follows": "It goes on"}
    with time_machine.travel(timezone.now() + 5 * DAY, tick=True):
        case.move("answer_challenge", by=cast.service_manager, **answer)
    rows = Suspension.objects.filter(case=case, struck_at=None)
    assert [row.make_good for row in rows] == [True, True]
