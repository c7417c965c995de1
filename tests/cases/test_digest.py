"""What is chased, who is told, and how often: each kind once a round, whoever rings the bell and
whenever.
"""

import threading
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from budgets import actions as money
from cases import actions, journey
from cases.common import dates
from cases.common.refusals import NotYet
from cases.letters import message_words, outbox
from cases.letters.outbox import send_messages
from cases.models import Clock, Message, Nudge, Person, Seat, Visit
from cases.reminders import sweep as bell
from cases.reminders.sweep import sweep

FACTS = {"urgency": "routine", "safeguarding": "no", "capacity": "yes", "advocate": "no"}


def morning(day, hours=9) -> datetime:
    return dates.london_midnight(day) + timedelta(hours=hours)


def kinds(case, **conditions):
    rows = Nudge.objects.filter(visit__case=case, **conditions) | Nudge.objects.filter(
        clock__case=case, **conditions
    )
    return [(n.kind, n.round) for n in rows.order_by("pk")]


def of(case, kind):
    return [number for name, number in kinds(case) if name == kind]


def told(case, kind=None):
    rows = Message.objects.filter(case=case, nudge__isnull=False)
    return rows.filter(nudge__kind=kind) if kind else rows


def due_day(case):
    case.refresh_from_db()
    return dates.london_date(case.due_at)


# Steps


def test_two_days_before_the_last_day_whoever_has_the_turn_is_told(a_case, cast):
    case = a_case(at="confirm", days_ago=3)
    day = due_day(case) - timedelta(days=2)
    sweep(now=dates.london_midnight(day) - timedelta(seconds=1))
    assert not of(case, "due_soon")
    sweep(now=dates.london_midnight(day))
    assert of(case, "due_soon") == [0] and [m.to_user for m in told(case, "due_soon")] == [
        cast.worker
    ]


def test_a_step_shorter_than_the_warning_gets_none(a_case, cast):
    case = a_case(at="budget", days_ago=20)
    sweep(now=case.due_at + timedelta(days=1))
    assert of(case, "overdue") == [0] and not of(case, "due_soon")


def test_every_fortnight_late_goes_to_the_teams_mailbox_or_its_managers(a_case, cast):
    case = a_case(at="confirm", days_ago=30)
    late = due_day(case)
    for days in (13, 14, 20, 27, 28):
        sweep(now=morning(late + timedelta(days=days)))
    assert of(case, "further_overdue") == [1, 2]
    assert {m.to_user for m in told(case, "further_overdue")} == {cast.manager}
    cast.team.email = "north@example.org"
    cast.team.save()
    sweep(now=morning(late + timedelta(days=43)))
    last = told(case, "further_overdue").order_by("pk").last()
    assert (last.to_team, last.to_user, last.nudge.round) == (cast.team, None, 3)


def test_a_pause_keeps_everything_but_the_word_to_the_person_quiet(a_case, cast):
    case = a_case(at="confirm", days_ago=3)
    late = due_day(case)
    case.move(
        "pause", by=cast.worker, code="hospital", next_chase=late + timedelta(days=30), reason="Hip"
    )
    sweep(now=morning(late + timedelta(days=29)))
    assert kinds(case) == []
    sweep(now=morning(late + timedelta(days=30)))
    assert of(case, "overdue") == [0] and of(case, "further_overdue") == [1, 2], (
        "the gross wait is never hidden"
    )


def test_a_helper_whose_turn_it_is_is_offered_help_too(a_case, cast):
    case = a_case(at="assess", days_ago=5)
    cast.help(case, scope=("see", "fill"))
    cast.help(case, scope=("fill",), user=cast.outsider)
    case.move("hand_turn", by=cast.worker, turn="delegate", reason="She fills it in")
    sweep(now=morning(due_day(case)))
    offers = told(case).filter(template="offer_of_help")
    assert {m.to_user or m.to_person for m in offers} == {case.person, cast.delegate}
    assert "overdue" not in " ".join(message_words.words_of(m)[1] for m in offers)
    assert told(case, "overdue").get(channel="digest").to_user == cast.worker


# Drafts


def test_a_draft_that_nobody_touched_brings_an_offer_of_help_and_a_copy(a_case, cast):
    case = a_case(at="assess", days_ago=5)
    draft = actions.open_assessment(case=case, by=cast.person)
    today = dates.today()
    sweep(now=morning(today + timedelta(days=6)))
    assert "draft_7" not in dict(kinds(case))
    later = timezone.now() + timedelta(days=3)
    actions.save_answer(
        assessment=draft,
        question="about.important",
        value="Cats",
        voice="person",
        by=cast.person,
        at=later,
    )
    sweep(now=morning(today + timedelta(days=9)))
    assert "draft_7" not in dict(kinds(case)), "it was saved in between"
    sweep(now=morning(today + timedelta(days=10)))
    assert of(case, "draft_7") == [0]
    assert [m.to_user for m in told(case, "draft_7").filter(channel="digest")] == [cast.worker]
    sweep(now=morning(today + timedelta(days=63)))
    assert of(case, "draft_7") == of(case, "draft_21") == of(case, "draft_60") == [0]


def test_a_plan_goes_stale_as_well_and_a_saved_page_cancels_the_offer(a_case, cast):
    case = a_case(at="sign_off", days_ago=40)
    money.return_plan(
        case=case,
        by=cast.worker if case.turn == "worker" else cast.manager,
        reason="Who helps at night?",
    )
    plan = money.open_plan(case=case, by=cast.person)
    now = morning(dates.today() + timedelta(days=7))
    sweep(now=now)
    offer = told(case, "draft_7").get(to_person=case.person)
    assert outbox.still_due(offer, now)
    money.save_plan_part(plan=plan, by=cast.person, goals="To sleep", at=now + timedelta(minutes=1))
    assert not outbox.still_due(offer, now)


def test_one_offer_of_help_in_seven_days_however_many_reasons_there_are(a_case, cast):
    case = a_case(at="assess", days_ago=5)
    actions.open_assessment(case=case, by=cast.person)
    first, last = dates.today(), dates.today() + timedelta(days=70)
    for n in range((last - first).days):
        sweep(now=morning(first + timedelta(days=n)))
    offers = told(case).filter(to_person=case.person).order_by("pk")
    days = [dates.london_date(m.made_at) for m in offers]
    assert len(days) > 2 and all((b - a).days >= 7 for a, b in zip(days, days[1:], strict=False))
    assert set(kinds(case)) >= {
        ("due_soon", 0),
        ("overdue", 0),
        ("draft_7", 0),
        ("draft_21", 0),
        ("draft_60", 0),
    }


# Waiting


def test_somebody_who_waits_hears_of_us_once_a_fortnight_as_promised(a_case, cast):
    case = a_case(at="request", days_ago=1)
    promised = dates.today() + timedelta(days=10)
    actions.triage(
        case=case, by=cast.duty, to="waiting", team=cast.team, next_contact=promised, **FACTS
    )
    sweep(now=morning(promised))
    assert not of(case, "keep_in_touch"), "the promised day itself is in time"
    sweep(now=morning(promised + timedelta(days=1)))
    assert of(case, "keep_in_touch") == [0]
    assert {m.to_user for m in told(case, "keep_in_touch")} == {cast.manager}, (
        "nobody is named, so the team's managers"
    )
    sweep(now=morning(promised + timedelta(days=20)))
    assert of(case, "keep_in_touch") == [0, 1, 2]
    row = told(case, "keep_in_touch").last()
    case.move(
        "record_contact",
        by=cast.manager,
        how="phone",
        said="Next week",
        next_contact=dates.today() + timedelta(days=60),
    )
    assert not outbox.still_due(
        Message.objects.get(pk=row.pk), morning(promised + timedelta(days=20))
    )
    sweep(now=morning(dates.today() + timedelta(days=59)))
    assert of(case, "keep_in_touch") == [0, 1, 2]


def test_a_request_without_a_promised_day_is_asked_about_after_a_fortnight(a_case, cast):
    cast.intake.email = "contact@example.org"
    cast.intake.save()
    case = a_case(at="request", days_ago=0)
    asked = dates.london_date(case.asked_at)
    sweep(now=morning(asked + timedelta(days=13), 23))
    assert not of(case, "keep_in_touch")
    sweep(now=morning(asked + timedelta(days=14), 0))
    assert (
        of(case, "keep_in_touch") == [1]
        and told(case, "keep_in_touch").get().to_team == cast.intake
    )


# Clocks


def test_reviews_are_announced_a_month_before_and_the_statutory_one_goes_singly(a_case, cast):
    case = a_case(at="running")
    due = {c.kind: dates.london_date(c.due_at) for c in case.clocks.filter(ended_at=None)}
    Clock.objects.filter(case=case, kind="financial").delete()
    sweep(now=dates.london_midnight(due["dp_review"] - timedelta(days=28)) - timedelta(seconds=1))
    soon = Nudge.objects.filter(clock__kind="dp_review", kind="due_soon")
    assert (
        not soon.exists()
        and Nudge.objects.filter(clock__kind="first_review", kind="overdue").count() == 1
    )
    sweep(now=dates.london_midnight(due["dp_review"] - timedelta(days=28)))
    single = Message.objects.get(nudge=soon.get())
    assert (single.to_user, single.template, single.channel) == (cast.worker, "statutory", "email")
    sweep(now=dates.london_midnight(due["dp_review"]))
    late = Message.objects.filter(nudge__clock__kind="dp_review", nudge__kind="overdue")
    assert {m.to_user for m in late} == {cast.worker, cast.manager}
    sweep(now=dates.london_midnight(due["annual_review"]))
    yearly = Message.objects.filter(nudge__clock__kind="annual_review")
    assert {(m.nudge.kind, m.channel, m.to_user) for m in yearly} == {
        ("due_soon", "digest", cast.worker),
        ("overdue", "digest", cast.worker),
    }


def test_what_ended_is_not_told_any_more(a_case, cast):
    case = a_case(at="plan")
    case.move("challenge", by=cast.person, decision="indicative", reason="Nights are left out")
    clock = case.clocks.get(kind="acknowledge")
    sweep(now=clock.due_at)
    row = Message.objects.filter(nudge__clock=clock).first()
    assert row.template == "statutory" and outbox.still_due(row)
    case.move(
        "acknowledge_challenge", by=cast.manager, follows="It is read", answer_by=dates.today()
    )
    assert not outbox.still_due(Message.objects.get(pk=row.pk))


# One digest


def test_a_member_of_staff_gets_one_mail_a_day_that_says_how_many_cases(a_case, cast):
    cases = [a_case(at="confirm", days_ago=30) for _n in range(3)]
    Message.objects.all().delete()
    now = morning(max(due_day(c) for c in cases))
    sweep(now=now)
    cases[0].move("return_assessment", by=cast.worker, missing="The nights")
    mail.outbox.clear()
    assert send_messages(now=now).sent >= 1
    [letter] = [m for m in mail.outbox if m.to == [cast.worker.email]]
    assert "2 cases need a look" in letter.body and not any(c.ref in letter.body for c in cases)
    lines = Message.objects.filter(to_user=cast.worker, channel="digest")
    assert set(lines.exclude(case=cases[0]).values_list("state", flat=True)) == {"sent"}
    assert set(lines.filter(case=cases[0]).values_list("state", flat=True)) == {"cancelled"}
    later = a_case(at="confirm", days_ago=30)
    sweep(now=now + timedelta(hours=2))
    send_messages(now=now + timedelta(hours=2))
    assert Message.objects.filter(to_user=cast.worker, template="digest").count() == 1, (
        "the rest waits for tomorrow's"
    )
    sweep(now=now + timedelta(days=1))
    send_messages(now=now + timedelta(days=1))
    assert set(
        told(later).filter(channel="digest", to_user=cast.worker).values_list("state", flat=True)
    ) == {"sent"}


def test_a_digest_about_nothing_any_more_is_not_sent(a_case, cast):
    case = a_case(at="confirm", days_ago=30)
    Message.objects.all().delete()
    now = morning(due_day(case))
    sweep(now=now)
    actions.record_death(case=case, by=cast.worker, died_on=dates.today(), contact="The daughter")
    assert send_messages(now=now).cancelled == 1
    assert not [m for m in mail.outbox if m.to == [cast.worker.email]]


# Exactly once


def story(cast):
    """Some of everything: waiting without a word, a forgotten draft, late steps, late clocks."""
    for at in ("request", "waiting", "assess", "confirm", "plan", "set_up", "running"):
        cast.a_case(at=at, days_ago=20)
    case = cast.a_case(at="assess", days_ago=20)
    actions.open_assessment(case=case, by=cast.person)
    case = cast.a_case(at="plan", days_ago=20)
    money.open_plan(case=case, by=cast.person)
    case.move("challenge", by=cast.person, decision="indicative", reason="Nights are left out")


def ring_at_once(now, times=4):
    start, made, wrong = threading.Barrier(times), [], []

    def ring():
        try:
            start.wait()
            made.append(sweep(now=now))
        except Exception as problem:  # whatever it was, the test must see it
            wrong.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ring) for _n in range(times)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert not wrong, wrong
    return made


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_make_each_kind_and_round_once(cast):
    story(cast)
    made = ring_at_once(timezone.now() + timedelta(days=200))
    rows = list(Nudge.objects.values_list("visit_id", "clock_id", "kind", "round"))
    assert len(rows) == len(set(rows)) == sum(one.nudges for one in made)
    assert {kind for _v, _c, kind, _n in rows} == set(journey.NUDGES)
    assert sum(one.messages for one in made) == Message.objects.filter(nudge__isnull=False).count()
    offers = Message.objects.filter(template="offer_of_help", to_person__isnull=False)
    assert offers.count() == offers.values("to_person").distinct().count() == 4
    digests = Message.objects.filter(template="digest")
    assert (
        digests.count()
        == digests.values("to_user", "to_team").distinct().count()
        == sum(o.digests for o in made)
    )


def nudged():
    refs = {}
    for n in Nudge.objects.select_related("visit", "clock"):
        of_what = n.visit or n.clock
        refs[(of_what.pk, "visit" if n.visit else "clock", n.kind, n.round)] = n.made_at
    return refs


@pytest.mark.parametrize("autumn", [False, True])
def test_a_worker_that_was_off_for_72_hours_makes_what_it_would_have_made_and_one_digest(
    cast, autumn
):
    story(cast)
    start = dates.london_midnight(dates.today() + timedelta(days=8))
    if autumn:  # across the end of summer time
        start = dates.london_midnight(last_sunday_of_october(start.year + 1) - timedelta(days=1))
    sweep(now=start)
    Message.objects.filter(channel="digest").update(state="sent", sent_at=start)
    Message.objects.filter(template="digest").update(state="sent", sent_at=start)
    before, mails = set(nudged()), Message.objects.count()
    off = start + timedelta(hours=72)
    sweep(now=off)
    after_downtime = set(nudged()) - before
    assert after_downtime
    digests = Message.objects.filter(template="digest", state="waiting")
    assert digests.count() == digests.values("to_user", "to_team").distinct().count()
    Message.objects.filter(pk__gt=0, nudge__made_at=off).delete()
    Message.objects.filter(template="digest", state="waiting").delete()
    Nudge.objects.filter(made_at=off).delete()
    moment = start
    while moment <= off:  # every three hours, midnights in London among them
        sweep(now=moment)
        moment += timedelta(hours=3)
    assert set(nudged()) - before == after_downtime and mails


def test_a_great_backlog_is_worked_off_in_batches_with_the_same_outcome(cast, monkeypatch):
    story(cast)
    now = timezone.now() + timedelta(days=40)
    whole = sweep(now=now)
    told_whole = set(
        Message.objects.filter(nudge__isnull=False).values_list(
            "case", "nudge__kind", "nudge__round", "to_user"
        )
    )
    made = set(nudged())
    Message.objects.all().delete()
    Nudge.objects.all().delete()
    monkeypatch.setattr(bell, "BATCH", 2)
    assert sweep(now=now) == whole and set(nudged()) == made
    rows = Message.objects.filter(nudge__isnull=False)
    assert set(rows.values_list("case", "nudge__kind", "nudge__round", "to_user")) == told_whole


def last_sunday_of_october(year):
    day = datetime(year, 10, 31).date()
    return day - timedelta(days=(day.weekday() + 1) % 7)


def test_rounds_come_on_the_day_they_are_due_across_the_change_of_the_clocks(cast):
    case = cast.a_case(at="confirm", days_ago=5)
    due = dates.london_midnight(last_sunday_of_october(dates.today().year + 1) - timedelta(days=7))
    Visit.objects.filter(case=case, left_at=None).update(due_at=due)
    second = dates.london_midnight(dates.london_date(due) + timedelta(days=14))
    sweep(now=second - timedelta(minutes=1))
    assert not of(case, "further_overdue")
    sweep(now=second)
    assert of(case, "further_overdue") == [1]


def test_a_former_manager_is_not_told(a_case, cast):
    case = a_case(at="confirm", days_ago=30)
    Seat.objects.filter(user=cast.manager).update(valid_to=dates.today())
    sweep(now=morning(due_day(case) + timedelta(days=20)))
    assert of(case, "further_overdue") == [1] and not told(case, "further_overdue").exists()


def test_a_pause_says_why_and_until_when_and_never_in_the_past(a_case, cast):
    case = a_case(at="assess")
    with pytest.raises(NotYet, match="after today"):
        case.move("pause", by=cast.worker, code="away", next_chase=dates.today(), reason="Away")
    case.move(
        "pause",
        by=cast.worker,
        code="away",
        next_chase=dates.today() + timedelta(days=4),
        reason="Away",
    )
    pause = Visit.objects.get(case=case, left_at=None).pauses.get()
    assert (pause.code, pause.event.by, pause.next_chase) == (
        "away",
        cast.worker,
        dates.today() + timedelta(days=4),
    )


def test_somebody_who_died_is_offered_nothing(a_case, cast):
    case = a_case(at="assess", days_ago=5)
    Person.objects.filter(pk=case.person_id).update(died_on=dates.today())
    sweep(now=morning(due_day(case)))
    assert not told(case).filter(to_person__isnull=False).exists()
