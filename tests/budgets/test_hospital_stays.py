"""Stays in hospital: written down by hand, and from a day of them on somebody decides whether the
direct payment goes on. Nothing moves by itself.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from budgets import actions as money
from budgets.models import HospitalDays, HospitalDecision, HospitalStay, PlanInForce, Suspension
from budgets.payments import hospital_stays, money_checks
from budgets.payments.closing_tasks import cases_that_ended
from budgets.payments.suspension_tasks import suspensions_to_look_at
from cases import actions
from cases.common import dates
from cases.common.refusals import NotYet, Stale
from cases.models import Letter, Message, Representation
from cases.ui.date_words import day
from tests.budgets.running_money import ago, due, week
from tests.cast import instead
from tests.statements import counted
from tests.walks.doing import act, address
from tests.walks.pages import Hands

TODAY = timezone.localdate
DAY = timedelta(days=1)
DECIDE, SUSPEND = "does the direct payment go on?", "payments to suspend"


@pytest.fixture
def paid(budget):
    """£200 a week by direct payment, from 60 days ago on and without an end."""
    return budget(week(200), from_=ago(60), signed=ago(60), days_ago=90)


def stay(case, cast, begins_on, ends_on=None, **more):
    return money.record_hospital_stay(
        case=case, by=cast.worker, begins_on=begins_on, ends_on=ends_on, **more
    )


def decide(case, by, answer="go_on", **more):
    last = HospitalDecision.objects.filter(stay__case=case).last()
    return money.decide_hospital_stay(
        case=case,
        by=by,
        answer=answer,
        reason=more.pop("reason", "Her assistant is kept on"),
        last=more.pop("last", last and last.pk),
        **more,
    )


def tables(user, cast, *roles):
    found = cases_that_ended(user, cast.council, set(roles))
    return {t.caption.partition(": ")[2]: t.rows for t in found if t.caption.startswith("In hosp")}


def refs(user, cast, role, words=DECIDE):
    return [row[-1].hidden for row in tables(user, cast, role).get(words, [])]


def in_days(days):
    return time_machine.travel(timezone.now() + days * DAY, tick=True)


def record(case, name):
    return address(case, "record", name)


# ---- the day ----


def test_on_the_27th_day_nothing_is_asked_and_on_the_28th_the_worker_has_the_task(paid, cast):
    """The day of going in is the first: 1 to 28 November is the 28th day."""
    stay(paid, cast, TODAY() - 26 * DAY)
    assert hospital_stays.day_in_hospital(date(2026, 11, 1), date(2026, 11, 28)) == 28
    assert tables(cast.worker, cast, "worker") == {}
    assert hospital_stays.waiting_of_case(paid, TODAY()) is None
    before = due(paid)
    with in_days(1):
        (row,) = tables(cast.worker, cast, "worker")[DECIDE]
        assert row[1:3] == [day(TODAY() - 27 * DAY), "28"]
        assert row[3].text == "Due in 7 days"
        assert "Decide whether it goes on" in Hands(cast.worker).open("/staff/day/")
        assert refs(cast.manager, cast, "manager") == [], "it is one task, the named worker's"
        assert due(paid) == before, "no money moves by itself"


def test_the_day_is_the_councils_own_from_its_date_on(paid, cast):
    row = {"council": cast.council, "reason": "Cabinet"}
    stay(paid, cast, TODAY() - 26 * DAY)
    HospitalDays.objects.create(days=20, valid_from=TODAY() + DAY, **row)
    assert refs(cast.worker, cast, "worker") == []
    HospitalDays.objects.create(days=27, valid_from=TODAY() - DAY, valid_to=TODAY() + DAY, **row)
    assert refs(cast.worker, cast, "worker") == [paid.ref]
    shown = Hands(cast.worker).open(address(paid, "hospital"))
    assert "On day 27 in hospital" in shown and "own rule, not the law" in shown
    HospitalDays.objects.create(days=5, valid_from=TODAY(), council=cast.other, reason="Theirs")
    assert hospital_stays.days_until_decided(cast.council.pk, TODAY()) == 27
    for days in (0, 366):
        with pytest.raises(IntegrityError), transaction.atomic():
            HospitalDays.objects.create(days=days, valid_from=TODAY() + 9 * DAY, **row)


def test_where_nobody_is_named_it_is_the_managers(paid, cast):
    stay(paid, cast, ago(27))
    type(paid).objects.filter(pk=paid.pk).update(worker=None)
    assert refs(cast.manager, cast, "manager") == [paid.ref]
    assert refs(cast.worker, cast, "worker") == []


def test_the_manager_has_it_too_once_it_is_late(paid, cast):
    stay(paid, cast, ago(27))
    with in_days(7):
        assert tables(cast.worker, cast, "worker")[DECIDE][0][3].text == "Due today"
        assert refs(cast.manager, cast, "manager") == []
    with in_days(8):
        assert tables(cast.manager, cast, "manager")[DECIDE][0][3].text == "1 day late"
        assert refs(cast.worker, cast, "worker") == [paid.ref]


def test_another_worker_and_a_relative_have_no_such_task(paid, cast):
    stay(paid, cast, ago(27))
    assert refs(cast.colleague, cast, "worker") == []
    assert refs(cast.stranger, cast, "worker") == []
    Representation.objects.create(
        user=cast.worker, person=paid.person, kind="family", valid_from=TODAY()
    )
    assert refs(cast.worker, cast, "worker") == []


# ---- it goes on ----


def test_it_goes_on_and_is_asked_again_on_its_day(paid, cast):
    stay(paid, cast, ago(27))
    worker, page, before = Hands(cast.worker), record(paid, "decide_hospital_stay"), due(paid)
    assert page in worker.open(address(paid, "hospital")).html
    worker.refused(page, "needs an answer", answer="go_on", reason="")
    said = {"answer": "go_on", "reason": "Her assistant is kept on"}
    worker.refused(page, "after today", **said, look_again_on=TODAY())
    worker.refused(page, "after today", **said, look_again_on=TODAY() + 93 * DAY)
    assert not HospitalDecision.objects.exists()
    worker.send(page, **said, look_again_on=TODAY() + 10 * DAY)
    row = HospitalDecision.objects.get()
    assert (row.answer, row.look_again_on) == ("go_on", TODAY() + 10 * DAY)
    assert refs(cast.worker, cast, "worker") == [] and due(paid) == before
    assert worker.open(page).at == address(paid, "hospital"), "there is nothing to decide"
    with in_days(9):
        assert refs(cast.worker, cast, "worker") == []
    with in_days(10):
        assert tables(cast.worker, cast, "worker")[DECIDE][0][3].text == "Due in 7 days"
        decide(paid, cast.worker)
        assert HospitalDecision.objects.last().look_again_on == TODAY() + 28 * DAY
    for user in (cast.person, cast.worker, cast.finance):
        assert "Her assistant is kept on" in Hands(user).open(address(paid, "hospital"))


def test_a_decision_is_for_one_stay_only(paid, cast):
    stay(paid, cast, ago(50), ago(15))
    assert tables(cast.worker, cast, "worker") == {}
    stay(paid, cast, ago(14))
    with in_days(12):
        assert refs(cast.worker, cast, "worker") == []
    with in_days(13):
        assert refs(cast.worker, cast, "worker") == [paid.ref]


# ---- it is suspended ----


def test_a_worker_decides_to_suspend_and_a_manager_does_it(paid, cast):
    begins = ago(27)
    stay(paid, cast, begins)
    worker, manager, before = Hands(cast.worker), Hands(cast.manager), due(paid)
    page = record(paid, "decide_hospital_stay")
    answer = worker.send(page, answer="suspend", reason="Nobody works for her now")
    assert answer.at == address(paid, "hospital")
    assert due(paid) == before, "deciding moves no money"
    assert refs(cast.worker, cast, "worker") == []
    (row,) = tables(cast.manager, cast, "manager")[SUSPEND]
    assert row[2] == "Nobody works for her now" and row[-1].href == act(paid, "suspend_payment")
    with pytest.raises(NotYet, match="a manager goes on"):
        decide(paid, cast.worker)
    form = manager.open(act(paid, "suspend_payment")).form("alternative")
    filled = {name: value[0] for name, value in form.values.items() if value}
    assert "In hospital since" in filled["reason"] and filled["instead_who"] == "The hospital"
    typed = {"instead_from": begins, "look_again_on": TODAY() + 28 * DAY}
    for name, value in typed.items():
        shown = tuple(int(filled[f"{name}_{part}"]) for part in ("year", "month", "day"))
        assert date(*shown) == value, "its days are filled in"
    look = manager.looked(act(paid, "suspend_payment"))
    assert "A week of the payment" in look.text and not Suspension.objects.exists()
    manager.save(act(paid, "suspend_payment"))
    held = Suspension.objects.get(case=paid)
    assert held.support_instead == "Care in hospital" and held.look_again_on == TODAY() + 28 * DAY
    assert tables(cast.manager, cast, "manager") == tables(cast.worker, cast, "worker") == {}
    assert Letter.objects.filter(event__verb="suspend_payment").exists()


def test_a_manager_who_decides_goes_on_to_suspend(paid, cast):
    stay(paid, cast, ago(27))
    page = record(paid, "decide_hospital_stay")
    gone = Hands(cast.manager).send(page, answer="suspend", reason="Nobody works for her now")
    assert gone.at == act(paid, "suspend_payment")
    keeps = record(paid, "go_on_in_hospital")
    Hands(cast.worker).gone(keeps)
    Hands(cast.manager).send(keeps, reason="A flat is looked after")
    assert HospitalDecision.objects.last().answer == "go_on"
    assert tables(cast.manager, cast, "manager") == {}


def test_no_form_of_a_suspension_is_filled_in_for_somebody_at_home(paid, cast):
    stay(paid, cast, ago(20), ago(5))
    form = Hands(cast.manager).open(act(paid, "suspend_payment")).form("alternative")
    assert form.values["alternative"] == [""] and form.values["reason"] == [""]


def test_payments_resumed_during_the_stay_are_asked_about_four_weeks_later(paid, cast):
    stay(paid, cast, ago(27))
    decide(paid, cast.worker, "suspend")
    paid.move("suspend_payment", by=cast.manager, reason="In hospital", **instead("The hospital"))
    with in_days(3):
        paid.move("resume_payment", by=cast.manager, reason="Her assistant is owed pay")
        assert tables(cast.manager, cast, "manager") == {}
    with in_days(30):
        assert refs(cast.worker, cast, "worker") == []
    with in_days(31):
        assert refs(cast.worker, cast, "worker") == [paid.ref]


def test_one_resumed_before_the_day_changes_nothing_of_the_day(paid, cast):
    stay(paid, cast, ago(20))
    paid.move("suspend_payment", by=cast.manager, reason="No papers", **instead("The hospital"))
    with in_days(1):
        paid.move("resume_payment", by=cast.manager, reason="They came")
    with in_days(7):
        assert refs(cast.worker, cast, "worker") == [paid.ref]


# ---- when it goes away by itself ----


def test_it_goes_when_the_stay_ends_is_taken_out_or_the_payment_is_suspended(paid, cast):
    row = stay(paid, cast, ago(27))
    assert refs(cast.worker, cast, "worker") == [paid.ref]
    money.end_hospital_stay(case=paid, by=cast.worker, ends_on=TODAY())
    assert refs(cast.worker, cast, "worker") == []
    money.strike_hospital_stay(case=paid, by=cast.worker, stay=row, reason="Another day")
    again = stay(paid, cast, ago(27))
    assert refs(cast.worker, cast, "worker") == [paid.ref]
    money.strike_hospital_stay(case=paid, by=cast.worker, stay=again, reason="Somebody else's")
    assert refs(cast.worker, cast, "worker") == []
    stay(paid, cast, ago(27))
    paid.move("suspend_payment", by=cast.manager, reason="No papers", **instead("The hospital"))
    assert refs(cast.worker, cast, "worker") == []


def test_it_goes_with_a_death_and_with_the_end_of_the_money(a_case, cast):
    died, ended, over = (a_case(at="running", days_ago=60) for _one in range(3))
    for case in (died, ended, over):
        stay(case, cast, ago(27))
    assert len(refs(cast.worker, cast, "worker")) == 3
    actions.record_death(case=died, by=cast.worker, died_on=TODAY(), contact="Her sister")
    ends = {"end": "own_wish", "reason": "She moves", "final_account": "Finance"}
    ended.move("end_support", by=cast.manager, end_date=TODAY(), **ends)
    PlanInForce.objects.create(case=over, plan=None, begins_on=TODAY(), recorded_by=cast.finance)
    assert tables(cast.worker, cast, "worker") == {}
    shown = Hands(cast.worker).open(address(died, "hospital"))
    assert "Still there" not in shown, shown.text[-700:]
    with pytest.raises(Stale, match="nothing to decide"):
        decide(ended, cast.worker)


def test_where_nothing_is_paid_directly_there_is_nothing_to_decide(a_case, cast):
    managed = a_case(at="running", days_ago=60, route="council_managed")
    planned = a_case(at="plan", days_ago=60)
    for case in (managed, planned):
        stay(case, cast, ago(40))
        Hands(cast.worker).open(address(case, "hospital"))
    assert tables(cast.worker, cast, "worker") == {}


# ---- home again ----


def test_home_again_the_suspension_is_looked_at_the_day_after(paid, cast):
    stay(paid, cast, ago(27))
    paid.move("suspend_payment", by=cast.manager, reason="In hospital", **instead("The hospital"))
    assert Suspension.objects.get().look_again_on == TODAY() + 28 * DAY
    money.end_hospital_stay(case=paid, by=cast.worker, ends_on=TODAY())
    assert Suspension.objects.get().look_again_on == TODAY() + DAY
    look = record(paid, "look_at_suspension")
    assert suspensions_to_look_at(cast.manager, cast.council, {"manager"}) == []
    home = TODAY()
    with in_days(1):
        for user, role in ((cast.manager, "manager"), (cast.finance, "finance")):
            (table,) = suspensions_to_look_at(user, cast.council, {role})
            said = f"Home from hospital on {day(home)}. Are the payments to be resumed?"
            assert table.rows[0][2] == ["The hospital", said]
            assert table.rows[0][3].text == "Due today"
        assert day(home) in Hands(cast.manager).open(look)
        money.look_at_suspension(case=paid, by=cast.manager, found="She goes back next week")
        assert suspensions_to_look_at(cast.manager, cast.council, {"manager"}) == []
        assert Suspension.objects.get().ends_on is None, "nothing is resumed by itself"


def test_a_late_word_or_a_mistake_makes_it_a_task_at_once(paid, cast):
    paid.move("suspend_payment", by=cast.manager, reason="In hospital", **instead("The hospital"))
    Suspension.objects.update(recorded_at=timezone.now() - 10 * DAY)
    row = stay(paid, cast, ago(20), ago(3))
    assert Suspension.objects.get().look_again_on == TODAY()
    Suspension.objects.update(look_again_on=TODAY() + 20 * DAY)
    money.strike_hospital_stay(case=paid, by=cast.finance, stay=row, reason="Another person")
    assert Suspension.objects.get().look_again_on == TODAY()


def test_a_suspension_of_another_time_keeps_its_day(paid, cast):
    paid.move("suspend_payment", by=cast.manager, reason="No papers", **instead("Home care"))
    wanted = Suspension.objects.get().look_again_on
    stay(paid, cast, ago(20), ago(3))
    assert Suspension.objects.get().look_again_on == wanted
    assert hospital_stays.last_days(Suspension.objects.all()) == {}


# ---- the facts ----


def test_a_stay_is_written_down_ended_and_read(paid, cast):
    worker, finance = Hands(cast.worker), Hands(cast.finance)
    assert address(paid, "hospital") in worker.open(address(paid)).html
    page, end = record(paid, "record_hospital_stay"), record(paid, "end_hospital_stay")
    worker.send(page, begins_on=ago(9), ends_on="")
    row = HospitalStay.objects.get()
    assert (row.begins_on, row.ends_on, row.recorded_by) == (ago(9), None, cast.worker)
    for user in (cast.person, cast.worker, cast.finance, cast.manager):
        assert f"Since {day(ago(9))}: day 10" in Hands(user).open(address(paid)).text, user
    assert f"Since {day(ago(9))}: day 10" in finance.open(address(paid, "schedule")).text
    finance.refused(end, "before the first", ends_on=ago(10))
    finance.send(end, ends_on=ago(1))
    row.refresh_from_db()
    assert (row.ends_on, row.ended_by) == (ago(1), cast.finance) and row.ended_at
    shown = worker.open(address(paid, "hospital")).text
    for words in (day(ago(9)), day(ago(1)), " 9 ", str(cast.worker), str(cast.finance)):
        assert words in shown
    told = Hands(cast.person).open(address(paid, "hospital")).text
    assert day(ago(9)) in told and "Written down" not in told
    assert "In hospital Since" not in worker.open(address(paid)).text
    with pytest.raises(Stale, match="written down already"):
        money.end_hospital_stay(case=paid, by=cast.worker, ends_on=TODAY())
    assert not list(money_checks.differences(every_day=True))


def test_each_fact_is_in_the_chronology_and_none_writes_a_letter(paid, cast):
    before = Letter.objects.count(), Message.objects.count()
    row = stay(paid, cast, ago(40))
    decide(paid, cast.worker)
    money.end_hospital_stay(case=paid, by=cast.worker, ends_on=ago(1))
    money.strike_hospital_stay(case=paid, by=cast.worker, stay=row, reason="The wrong day")
    shown = Hands(cast.worker).open(address(paid, "chronology")).text
    for words in (
        "wrote down a stay in hospital",
        "wrote down the last day of a stay in hospital",
        "took out a stay in hospital",
        "decided whether the direct payment goes on",
        f"From {dates.date_words(ago(40))} to {dates.date_words(ago(1))}. The wrong day",
        "It goes on. Her assistant is kept on",
    ):
        assert words in shown, words
    assert (Letter.objects.count(), Message.objects.count()) == before


@pytest.mark.parametrize(
    ("begins", "ends", "free"),
    [
        (20, 10, True),
        (29, 9, True),
        (4, 4, True),
        (4, None, True),
        (60, 36, True),
        (30, 20, False),
        (12, 8, False),
        (5, None, False),
        (7, 6, False),
        (60, None, False),
        (40, 1, False),
    ],
)
def test_no_two_stays_share_a_day(paid, cast, begins, ends, free):
    """Beside one from 35 to 30 days ago, and one from 8 to 5 days ago."""
    stay(paid, cast, ago(35), ago(30))
    stay(paid, cast, ago(8), ago(5))
    wanted = (ago(begins), None if ends is None else ago(ends))
    if free:
        stay(paid, cast, *wanted)
        assert HospitalStay.objects.count() == 3
        return
    with pytest.raises(NotYet, match="From .* a stay is written down already") as no:
        stay(paid, cast, *wanted)
    assert no.value.field == "begins_on" and HospitalStay.objects.count() == 2


def test_one_that_goes_on_leaves_no_day_after_it_free(paid, cast):
    stay(paid, cast, ago(8))
    Hands(cast.worker).refused(
        record(paid, "record_hospital_stay"), "Take it out", begins_on=ago(1), ends_on=""
    )
    with pytest.raises(NotYet):
        stay(paid, cast, ago(20), ago(8))
    stay(paid, cast, ago(20), ago(9))


def test_days_that_cannot_be_are_refused_and_unlikely_ones_asked_again(paid, cast):
    worker, page = Hands(cast.worker), record(paid, "record_hospital_stay")
    worker.refused(page, "has not come yet", begins_on=TODAY() + DAY, ends_on="")
    worker.refused(page, "has not come yet", begins_on=TODAY(), ends_on=TODAY() + DAY)
    worker.refused(page, "more than 3 years", begins_on=ago(1200), ends_on="")
    with pytest.raises(NotYet, match="has not come yet"):
        stay(paid, cast, TODAY() + DAY)
    assert not HospitalStay.objects.exists()
    asked = worker.refused(page, "was 100 days ago", begins_on=ago(100), ends_on="")
    worker.send(page, page=asked, begins_on_meant=ago(100).isoformat())
    assert HospitalStay.objects.get().begins_on == ago(100), "before they asked for support"


def test_what_is_written_down_is_never_edited(paid, cast):
    row = stay(paid, cast, ago(30))
    made = decide(paid, cast.worker)
    for change in ({"begins_on": ago(3)}, {"ends_on": ago(40), "ended_at": timezone.now()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            HospitalStay.objects.filter(pk=row.pk).update(**change)
    money.end_hospital_stay(case=paid, by=cast.worker, ends_on=ago(3))
    with pytest.raises(DatabaseError), transaction.atomic():
        HospitalStay.objects.filter(pk=row.pk).update(ends_on=None, ended_at=None, ended_by=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        HospitalDecision.objects.filter(pk=made.pk).update(reason="Something else")
    with pytest.raises(DatabaseError), transaction.atomic():
        HospitalStay.objects.filter(pk=row.pk).delete()


def test_of_two_at_once_one_wins_and_the_other_is_told(paid, cast):
    stay(paid, cast, ago(27))
    with pytest.raises(NotYet, match="already"):
        stay(paid, cast, ago(27))
    worker, manager = Hands(cast.worker), Hands(cast.manager)
    page = record(paid, "decide_hospital_stay")
    seen = {one: one.open(page) for one in (worker, manager)}
    worker.sent(page, page=seen[worker], answer="suspend", reason="Nobody works for her")
    after = manager.sent(page, page=seen[manager], answer="go_on", reason="Kept on")
    assert HospitalDecision.objects.get().answer == "suspend"
    assert after.response["Location"] == address(paid, "hospital"), "led to what was decided"
    with pytest.raises(Stale, match="Somebody else has decided"):
        decide(paid, cast.manager, last=None)
    with pytest.raises(NotYet, match="It was decided to suspend"):
        decide(paid, cast.manager, "suspend")
    decide(paid, cast.manager)
    with pytest.raises(Stale, match="nothing to decide"):
        decide(paid, cast.manager)
    row = HospitalStay.objects.get()
    money.strike_hospital_stay(case=paid, by=cast.worker, stay=row, reason="Wrong")
    with pytest.raises(Stale, match="taken out already"):
        money.strike_hospital_stay(case=paid, by=cast.manager, stay=row, reason="Wrong")


# ---- who may ----

WRITES = {
    "record_hospital_stay": "worker manager finance",
    "end_hospital_stay": "worker manager finance",
    "strike_hospital_stay": "worker manager finance",
    "decide_hospital_stay": "worker manager",
}
EVERYBODY = "worker manager finance service_manager panel auditor person stranger outsider duty"
READS = {"worker", "manager", "finance", "service_manager", "person"}


def test_each_role_reads_and_writes_what_is_theirs(paid, cast):
    row = stay(paid, cast, ago(27))
    reads = set()
    for name in EVERYBODY.split():
        hands = Hands(getattr(cast, name))
        if hands.client.get(address(paid, "hospital")).status_code == 200:
            reads.add(name)
        for verb, allowed in WRITES.items():
            if name in allowed.split():
                assert record(paid, verb) in hands.open(address(paid, "hospital")).html or (
                    verb == "record_hospital_stay"
                )
                continue
            hands.gone(record(paid, verb))
    assert reads == READS
    day_in = {"case": paid, "by": cast.person}
    for do, more in (
        (money.record_hospital_stay, {"begins_on": ago(1)}),
        (money.end_hospital_stay, {"ends_on": ago(1)}),
        (money.strike_hospital_stay, {"stay": row, "reason": "No"}),
        (money.decide_hospital_stay, {"answer": "go_on", "reason": "No"}),
    ):
        with pytest.raises(NotYet, match="not yours"):
            do(**day_in, **more)
    with pytest.raises(NotYet, match="not yours"):
        decide(paid, cast.finance)


def test_a_helper_reads_of_it_with_the_money_alone(paid, cast):
    cast.help(paid)
    stay(paid, cast, ago(9))
    Hands(cast.delegate).gone(address(paid, "hospital"))
    text = Hands(cast.delegate).open(address(paid)).text
    assert "hospital" not in text, text[text.index("hospital") - 300 :][:500]


# ---- what it reads ----


def test_tasks_read_as_many_statements_for_one_as_for_many(a_case, cast):
    def cost():
        with counted() as found:
            shown = tables(cast.worker, cast, "worker")
        return len(shown.get(DECIDE, [])), len(found.statements)

    cost()  # what is kept for a process
    none, read = cost()
    assert none == 0
    stay(a_case(at="running", days_ago=60), cast, ago(3))
    assert cost() == (0, read + 2), "no fact of money is read before the day"
    stay(a_case(at="running", days_ago=60), cast, ago(27))
    one = cost()
    for _more in range(3):
        stay(a_case(at="running", days_ago=60), cast, ago(30))
    assert one[0] == 1 and cost() == (4, one[1])


def test_who_is_in_hospital_is_found_by_an_index_of_open_stays(paid, cast):
    ended = {"case": paid, "ends_on": ago(400), "ended_at": timezone.now()}
    rows = (HospitalStay(begins_on=ago(401 + n), **ended) for n in range(3_000))
    HospitalStay.objects.bulk_create(rows)
    stay(paid, cast, ago(27))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = hospital_stays.still_there().values("case").explain()
    assert "hospital_stay_open" in plan or "one_open_hospital_stay" in plan, plan
    for scan in ("Seq Scan on budgets_hospitalstay", "SCAN budgets_hospitalstay\n"):
        assert scan not in plan + "\n", plan


def test_no_row_of_a_stay_changes_what_is_paid(paid, cast):
    before = due(paid)
    row = stay(paid, cast, ago(50))
    decide(paid, cast.worker)
    money.end_hospital_stay(case=paid, by=cast.worker, ends_on=ago(2))
    assert due(paid) == before and {one.amount for one in before[1:3]} == {Decimal(800)}
    money.strike_hospital_stay(case=paid, by=cast.worker, stay=row, reason="Wrong")
    assert due(paid) == before and not Suspension.objects.exists()
