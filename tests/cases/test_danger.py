"""From the tick on: it reaches somebody, goes up until one has spoken to them, and nobody else ever
reads it.
"""

import re
import uuid
from datetime import date, datetime, time, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from cases import access, journey, ledger, tasks
from cases.caseload import my_day
from cases.common import dates
from cases.common.refusals import NotYet
from cases.danger import phrases, reports
from cases.journey import replay
from cases.letters import message_words, outbox
from cases.models import Case, DangerReport, DangerStep, Event, Heartbeat, Message, Seat, Team, User
from cases.reminders import health, sweep
from tests import sample, tables
from tests.cases.danger_doors import ASK, DOORS, NUMBER, TICK, TO_STAFF, WORDS, by_form, send

MARKS = (
    "Quokka",
    NUMBER,
    "900431",
    "in danger, or without",
    "Ring now",
    "danger_",
    "report_danger",
    "spoke_about",
)
WEDNESDAY = date(2026, 3, 4)
AGREED = {"agreed": "Zebra agreed", "following": "Zebra next"}


@pytest.fixture
def council(cast):
    """A council that is open at every hour, with somebody at each step of the ladder."""
    cast.council.opens_at, cast.council.closes_at, cast.council.open_days = (
        time(0),
        time(23, 59, 59),
        "every_day",
    )
    cast.council.out_of_hours_phone = "01632 960199"
    cast.council.save()
    cast.intake.email = "first@example.org"
    cast.intake.save()
    boss = User.objects.create_user("boss@example.org", name="Bo Boss")
    Seat.objects.create(
        user=boss,
        council=cast.council,
        team=cast.intake,
        role="manager",
        valid_from=date(2024, 1, 1),
    )
    cast.boss = boss
    return cast.council


@pytest.fixture
def shut(council):
    """The same, with its office closed whenever it is: no hours."""
    council.opens_at = council.closes_at = None
    council.save()
    return council


@pytest.fixture
def a_report(cast, council, a_case):
    """`a_report(ago=minutes)`: an open report on a case of the intake team."""

    def make(ago=0, case=None, **more):
        at = timezone.now() - timedelta(minutes=ago)
        case = case or a_case("request")
        facts = {
            "by": None,
            "role": "person",
            "door": "own",
            "said": reports.SafeContact(NUMBER),
            "at": at,
        } | more
        return reports.report(case=case, **facts)

    return make


def text(response):
    return response.content.decode()


def told(report, step=None):
    found = Message.objects.filter(
        template__in=(reports.MAIL, reports.EMERGENCY), case=report.case
    ).order_by("pk")
    return [m for m in found if step is None or f":{step}:" in m.dedupe_key]


def whom(messages):
    return {str(m.to_user or m.to_team or "emergency") for m in messages}


def at_clock(hour, day=WEDNESDAY):
    return datetime.combine(day, time(hour), tzinfo=dates.LONDON)


# ---- every door


@pytest.mark.parametrize("door", DOORS)
def test_the_tick_is_a_coded_fact_that_reaches_the_duty_team_at_once(door, cast, council, as_):
    sent = send(door, cast, as_)
    assert sent.response.status_code == 302, text(sent.response)
    row = DangerReport.objects.get()
    assert row.case == sent.case and row.event.verb == "report_danger" and row.closed_at is None
    assert row.due_at - row.reported_at == timedelta(
        hours=1
    ) and timezone.now() - row.reported_at < timedelta(minutes=1)
    assert row.event.codes["door"] == row.door and row.event.body.audience == reports.AUDIENCE
    assert row.event.body.facts == {"safe_number": NUMBER}
    assert "may be in danger" not in str([b.note for b in EventBodies(sent.case)])
    sent.case.refresh_from_db()
    assert sent.case.danger_since == row.reported_at
    assert {str(cast.intake), str(cast.duty)} <= whom(told(row, "duty")) and all(
        m.channel == "email" for m in told(row)
    )
    day = my_day.Day(cast.duty, council)
    assert [g.code for g in day.groups()][0] == "danger" and day.groups()[0].cases == [sent.case]


def EventBodies(case):
    return [e.body for e in case.events.select_related("body") if e.body_hash]


@pytest.mark.parametrize("door", sample.in_turns(DOORS, 2))
def test_the_box_says_before_anything_is_sent_what_it_does_and_asks_for_a_safe_number(
    door, cast, council, as_
):
    for tick, wrong in (
        ({"danger": "yes"}, "Enter a number that is safe to ring, or tick that there is none"),
        ({"danger": "yes", "safe_number": "12"}, "Enter a telephone number with its area code"),
        ({"danger": "yes", "safe_number": "7" * 31}, "That is too long for a number"),
        ({"danger": "yes", "no_number": "on"}, "Say how else we can reach somebody"),
    ):
        answer = send(door, cast, as_, tick).response
        page = text(answer)
        assert wrong in page and WORDS in page and DangerReport.objects.count() == 0
        assert answer.status_code == 422
        assert 'href="tel:999"' in page and "We do not have it yet" in page, (
            "what helps stands on the error page too"
        )
        assert (
            'name="safe_number"' in page
            and 'name="no_number"' in page
            and 'name="otherwise"' in page
        )
        assert "duty team" in page and "999" in page
    answer = send(
        door, cast, as_, {"danger": "yes", "no_number": "on", "otherwise": "Quokka at the library"}
    )
    assert answer.response.status_code == 302
    assert DangerReport.objects.get().event.body.facts == {"otherwise": "Quokka at the library"}


@pytest.mark.parametrize("door", DOORS)
def test_without_the_tick_nothing_of_it_is_kept(door, cast, council, as_):
    no = {"danger": "no"} if "message" not in door else {}
    assert send(door, cast, as_, no | {"safe_number": "rubbish"}).response.status_code == 302
    assert (
        DangerReport.objects.count() == 0 and not Case.objects.exclude(danger_since=None).exists()
    )


@pytest.mark.parametrize("door", sample.in_turns(DOORS, 2))
def test_two_presses_are_one_report(door, cast, council, as_):
    key = str(uuid.uuid4())
    send(door, cast, as_, key=key)
    if "page by page" not in door:  # those send twice themselves
        send(door, cast, as_, key=key)
    assert DangerReport.objects.count() == 1


@pytest.mark.parametrize("door", [d for d in DOORS if d not in TO_STAFF])
def test_the_page_says_at_once_what_helps_and_who_is_told(door, cast, council, as_):
    sent = send(door, cast, as_)
    page = text(sent.client.get(sent.at))
    for number in ("999", "18000", "111", council.help_phone.replace(" ", "")):
        assert f'href="tel:{number}"' in page, number
    assert "We are telling our duty team now" in page and "nothing that you have to do" not in page


def test_the_browser_forgets_it_after_half_an_hour(cast, council, as_, monkeypatch):
    sent = send("for somebody else", cast, as_)
    session = sent.client.session
    session["asked"] = session["asked"] | {
        "told_at": session["asked"]["told_at"] - phrases.FRESH - 1
    }
    session.save()
    page = text(sent.client.get(sent.at))
    assert "tel:999" not in page and "We aim to do this by" not in page, (
        "no later day is promised while it is open"
    )
    quiet = send("for somebody else", cast, as_, {"danger": "no"})
    assert "We aim to do this by" in text(quiet.client.get(quiet.at))
    session = quiet.client.session
    session["asked"] = session["asked"] | {"at": session["asked"]["at"] - phrases.FRESH - 1}
    session.save()
    assert "We aim to do this by" not in text(quiet.client.get(quiet.at)), (
        "the same page with danger and without"
    )


def test_once_it_is_settled_the_confirmation_asks_nobody_to_ring(cast, council, as_):
    sent = send("for somebody else", cast, as_)
    assert "tel:999" in text(sent.client.get(sent.at))
    spoke(DangerReport.objects.get(), cast.duty)
    page = text(sent.client.get(sent.at))
    assert "tel:999" not in page and "We aim to do this by" in page


def test_the_persons_own_page_says_it_until_it_is_settled(cast, a_report, as_):
    row = a_report(
        case=cast.a_case("running")
    )  # where otherwise "there is nothing that you have to do"
    place = reverse("cases:case", args=[row.case.ref])
    page = text(as_(cast.person).get(place))
    assert 'href="tel:999"' in page and "nothing that you have to do" not in page
    spoke(row, cast.duty)
    page = text(as_(cast.person).get(place))
    assert 'href="tel:999"' not in page and "nothing that you have to do" in page


def test_what_somebody_else_said_stands_on_no_page_of_the_person(cast, a_report, as_):
    row = a_report(
        case=cast.a_case("running"), role="delegate", door="other", words="Quokka hits her"
    )
    page = text(as_(cast.person).get(reverse("cases:case", args=[row.case.ref])))
    assert (
        "Quokka" not in page and "tel:999" not in page and "nothing that you have to do" not in page
    )


def test_a_helper_reads_the_same_with_danger_and_without(cast, council, a_case, as_):
    case = a_case("running")
    cast.help(case)
    helper = as_(cast.delegate)

    def page():
        return re.sub(
            r'(value|nonce)="[^"]*"', "", text(helper.get(reverse("cases:case", args=[case.ref])))
        )

    before = page()
    reports.report(
        case=case, by=cast.person, role="person", door="message", said=reports.SafeContact(NUMBER)
    )
    assert page() == before


# ---- nobody else reads it


# what pages and letters say
@pytest.mark.sqlite_only
@pytest.mark.parametrize("door", DOORS)
def test_no_helper_letter_mail_text_or_copy_of_a_helper_holds_any_of_it(door, cast, council, as_):
    sent = send(door, cast, as_)
    case = sent.case
    cast.help(case) if door != "a message of a helper" else None
    row = DangerReport.objects.get()
    reports.record_call(
        report=row, by=cast.service_manager, reached="no_answer", agreed="Quokka did not answer"
    )
    spoke(row, cast.service_manager)
    helper = as_(cast.delegate)
    seen = []
    for name in (
        "case",
        "letters",
        "messages",
        "copy",
        "personal_details",
        "helpers",
        "access_log",
        "danger",
        "chronology",
    ):
        seen.append(text(helper.get(reverse(f"cases:{name}", args=[case.ref]))))
    for kind in ("html", "json"):
        seen.append(text(helper.post(reverse("cases:copy", args=[case.ref]), {"kind": kind})))
    for seq in case.events.values_list("seq", flat=True):
        for how in ("", "?as=easy", "?as=large"):
            for reader in (helper, as_(cast.person)):  # what is printed may be opened by anybody
                seen.append(text(reader.get(reverse("cases:letter", args=[case.ref, seq]) + how)))
        seen.append(
            text(helper.get(reverse("cases:letter_text", args=[case.ref, seq]))) if seq == 1 else ""
        )
    outbox.send_messages()
    for one in Message.objects.filter(case=case, to_person__isnull=False):
        seen += [*message_words.words_of(one), message_words.text_of(one)]
    seen += [one.subject + one.body for one in mail.outbox if "danger" not in one.body]
    urgent = [one for one in mail.outbox if "rung now" in one.subject]
    assert all(
        mark not in one.subject + one.body
        for one in urgent
        for mark in ("Quokka", NUMBER, "Ada", case.ref)
    )
    everything = re.sub(
        r'(?s)<form.*?</form>|<(script|style|link)[^>]*>|class="[^"]*"', "", " ".join(seen)
    )
    for mark in MARKS:
        assert mark not in everything, f"{door}: {everything[everything.index(mark) - 200 :][:400]}"


def test_finance_panel_and_auditor_read_no_more_than_their_part(cast, a_report, as_):
    row = a_report(case=cast.a_case("set_up"), words="Quokka")
    Case.objects.filter(pk=row.case_id).update(reached_panel=True)
    for who in (cast.finance, cast.panel):
        for name in ("case", "chronology"):
            page = text(as_(who).get(reverse(f"cases:{name}", args=[row.case.ref])))
            assert "danger" not in re.sub(r"app-danger|--danger", "", page).lower(), who
        assert as_(who).get(reverse("cases:danger", args=[row.case.ref])).status_code == 404
    auditor, place = as_(cast.auditor), reverse("cases:danger", args=[row.case.ref])
    page = text(auditor.get(place))
    assert (
        "Told: The duty team" in page
        and "Quokka" not in page
        and NUMBER not in page
        and '<form method="post" novalidate' not in page
    )
    assert auditor.post(place, {"report": row.pk, "silent": "1"}).status_code == 404


def test_the_persons_own_copy_holds_what_they_said_and_no_word_of_others(cast, council, as_):
    sent = send("again, while a case is open", cast, as_)
    reports.report(
        case=sent.case,
        by=cast.worker,
        role="worker",
        door="phone",
        said=reports.SafeContact("", "Wombat"),
    )
    copy = text(
        as_(cast.person).post(reverse("cases:copy", args=[sent.case.ref]), {"kind": "html"})
    )
    assert WORDS in copy and NUMBER in copy and "Wombat" not in copy
    assert "because they were worried about a person" in copy, (
        "said to everybody, whether there is such a thing or not"
    )


def test_the_reporters_mailbox_keeps_no_word_of_it(cast, council, as_):
    send("for somebody else", cast, as_)
    ben = User.objects.get(email="ben@example.net")
    assert "Quokka" not in text(as_(ben).get("/home/"))


# ---- who reaches it, and what a call does


def spoke(row, by, **more):
    facts = {"reached": "spoke", "safe": "yes"} | AGREED | more
    return reports.record_call(report=row, by=by, **facts)


def test_the_duty_worker_reaches_the_case_of_any_team_while_it_is_open_and_no_longer(
    cast, a_report
):
    row = a_report(case=cast.a_case("plan"))
    assert row.case.team == cast.team and access.roles_of(row.case, cast.duty) == {"worker"}
    assert access.visible_to(cast.duty).filter(pk=row.case_id).exists()
    assert not access.roles_of(row.case, cast.stranger)
    spoke(row, cast.duty)
    case = Case.objects.get(pk=row.case_id)
    assert (
        not access.roles_of(case, cast.duty)
        and not access.visible_to(cast.duty).filter(pk=case.pk).exists()
    )


def test_only_having_spoken_closes_it_and_says_what_was_agreed(cast, a_report):
    row = a_report()
    for wrong, field in (
        ({"reached": "shouted"}, "reached"),
        ({"safe": ""}, "safe"),
        ({"agreed": " "}, "agreed"),
        ({"following": ""}, "following"),
    ):
        with pytest.raises(NotYet) as no:
            spoke(row, cast.duty, **wrong)
        assert no.value.field == field
    _call, step = reports.record_call(report=row, by=cast.duty, reached="no_answer")
    row.refresh_from_db()
    assert row.closed_at is None and step.step == "manager"
    _call, step = spoke(row, cast.duty, safe="no")
    row.refresh_from_db()
    assert row.closed_at is None and step.step == "service_manager", "spoken to, and not safe yet"
    spoke(row, cast.duty, reached="spoke_safe", safe="help_coming")
    row.refresh_from_db()
    assert (
        row.closed_at
        and row.closing.verb == "spoke_about_danger"
        and row.closing.body.facts == AGREED
    )
    assert Case.objects.get(pk=row.case_id).danger_since is None
    with pytest.raises(NotYet, match="Duty spoke to them"):
        spoke(row, cast.duty)
    assert row.calls.count() == 3


@pytest.mark.parametrize(
    "who", ["person", "delegate", "panel", "finance", "auditor", "admin", "stranger", "outsider"]
)
def test_nobody_else_may_say_that_they_spoke(cast, a_report, who):
    row = a_report(case=cast.a_case("set_up"))
    cast.help(row.case)
    with pytest.raises(NotYet):
        spoke(row, getattr(cast, who))
    row.refresh_from_db()
    assert row.closed_at is None


def test_of_two_open_reports_one_settled_leaves_the_other(cast, a_report):
    first = a_report(ago=30)
    second = a_report(case=first.case)
    spoke(first, cast.duty)
    assert Case.objects.get(pk=first.case_id).danger_since == second.reported_at


def test_it_stays_open_when_the_case_moves_or_closes(cast, a_report):
    row = a_report()
    row.case.move("withdraw", by=cast.person, reason="Not me")
    assert row.case.step == "closed"
    assert [g.code for g in my_day.Day(cast.duty, cast.council).groups()] == ["danger"]
    spoke(row, cast.duty)


# ---- the ladder


def test_nobody_has_spoken_within_the_hour_so_the_managers_are_told_once(cast, a_report):
    row = a_report(ago=59)
    assert reports.chase() == 0 and not told(row, "manager")
    row = a_report(ago=61, case=cast.a_case("request"))
    assert [reports.chase(), reports.chase(), reports.chase()] == [1, 0, 0]
    assert whom(told(row, "manager")) == {"Bo Boss"} and not told(row, "service_manager")
    step = row.steps.get(step="manager")
    assert (step.why, step.told, step.event.verb, step.event.by) == (
        "time",
        1,
        "danger_went_up",
        None,
    )


def test_an_unanswered_call_does_not_stop_the_clock_and_goes_up_at_once(cast, a_report):
    row = a_report(ago=61)
    _call, step = reports.record_call(report=row, by=cast.duty, reached="no_answer")
    assert (
        step.step == "manager"
        and step.why == "no_answer"
        and whom(told(row, "manager")) == {"Bo Boss"}
    )
    assert reports.chase() == 0, "the manager is told once, and not again for the hour"
    row2 = a_report(ago=30, case=cast.a_case("request"))
    reports.record_call(report=row2, by=cast.duty, reached="no_answer")
    reports.record_call(report=row2, by=cast.duty, reached="no_answer")
    assert whom(told(row2, "service_manager")) == {"Service Manager"}


def test_each_further_step_comes_in_its_hour(cast, a_report):
    row = a_report(ago=5 * 60)
    assert reports.chase() == 3
    assert list(row.steps.values_list("step", flat=True)) == [
        "duty",
        "manager",
        "service_manager",
        "everybody",
    ]
    assert {"Bo Boss", "Service Manager", "Duty", "First contact"} == whom(told(row, "everybody"))
    assert reports.chase() == 0 and phrases.went_up(None)


def test_once_somebody_has_spoken_nobody_is_told_any_more(cast, a_report):
    row = a_report(ago=120)
    spoke(row, cast.duty)
    assert reports.chase() == 0 and not told(row, "manager")
    assert all(not outbox.still_due(m) for m in told(row))
    mail.outbox.clear()
    outbox.send_messages()
    assert not [m for m in mail.outbox if "rung" in m.subject]


def test_where_there_is_nobody_at_a_step_the_next_is_told(cast, a_report):
    Seat.objects.filter(role="manager").delete()
    row = a_report(ago=30)
    _call, step = reports.record_call(report=row, by=cast.duty, reached="no_answer")
    assert step.step == "service_manager"
    Seat.objects.filter(role="worker", team=cast.intake).delete()
    Team.objects.update(email="")
    row = a_report(ago=1, case=cast.a_case("request"))
    assert "service_manager" in set(row.steps.values_list("step", flat=True)), (
        "no duty team: those above at once"
    )


def test_the_managers_day_shows_it_first(cast, a_report):
    row = a_report(ago=70)
    reports.chase()
    assert [g.code for g in my_day.Day(cast.boss, cast.council).groups()][0] == "danger"
    assert my_day.Day(cast.worker, cast.council).danger == [], "of another team, and not on duty"
    assert row.case.pk in my_day.Day(cast.service_manager, cast.council).danger


def test_one_that_goes_wrong_holds_back_no_other(cast, a_report, monkeypatch):
    first = a_report(ago=70)
    second = a_report(ago=65, case=cast.a_case("request"))
    whole = reports._chase_one

    def broken(pk, now):
        if pk == first.pk:
            raise RuntimeError
        return whole(pk, now)

    monkeypatch.setattr(reports, "_chase_one", broken)
    with pytest.raises(ExceptionGroup):  # so that it stands on /readyz
        reports.chase()
    assert second.steps.filter(step="manager").exists()


def test_a_round_of_a_day_to_come_records_nothing_in_the_future(cast, a_report):
    row = a_report()
    assert reports.chase(timezone.now() + timedelta(days=50)) >= 1
    assert row.steps.count() >= 2 and not row.steps.filter(at__gt=timezone.now()).exists()


def test_its_mail_leaves_before_all_that_has_waited_longer(cast, a_report):
    row = a_report()
    others = Message.objects.filter(state="waiting", channel="email").exclude(
        template__in=message_words.OWN
    )
    assert others.update(not_before=row.reported_at - timedelta(days=1))
    turns = [pk for pk, channel in outbox._in_turn(timezone.now(), 200) if channel == "email"]
    told = [Message.objects.get(pk=pk).template in message_words.OWN for pk in turns]
    assert told[0] and not told[-1] and told == sorted(told, reverse=True)


def test_the_sweep_of_every_minute_does_it(cast, a_report, monkeypatch):
    row = a_report(ago=70)
    monkeypatch.setattr(sweep, "sweep", lambda now=None: None)
    tasks.sweep()
    assert row.steps.filter(step="manager").exists()


# ---- at night


def test_at_night_the_emergency_address_is_told_and_the_page_says_who_reads(cast, shut, as_):
    shut.emergency_email, shut.emergency_reads = "night@example.org", True
    shut.save()
    sent = send("for somebody else", cast, as_)
    row = DangerReport.objects.get()
    assert [m.template for m in told(row, "emergency")] == [reports.EMERGENCY]
    assert "somebody there reads it" in text(sent.client.get(sent.at))
    outbox.send_messages()
    night = next(m for m in mail.outbox if m.to == ["night@example.org"])
    assert (
        "/staff/danger/" in night.body
        and "Quokka" not in night.body
        and sent.case.ref not in night.body
    )
    assert reports.untold(timezone.now() + timedelta(hours=1)) == set()


@pytest.mark.parametrize("set_up", [("", True), ("", False), ("night@example.org", False)])
def test_at_night_without_readers_the_page_says_so_plainly_before_and_after(
    cast, shut, as_, set_up
):
    shut.emergency_email, shut.emergency_reads = set_up
    shut.opens_at, shut.closes_at = None, None
    shut.save()
    form = text(as_(cast.outsider).get("/brackenshire/ask/?for=me"))
    assert "when somebody reads it" in form and "Ring 01632 960199 now" in form
    sent = by_form(cast, as_, TICK, str(uuid.uuid4()))
    page = text(sent.client.get(sent.at))
    assert (
        "Do not wait for us" in page
        and "We are telling" not in page
        and 'href="tel:01632960199"' in page
    )


def test_the_page_names_the_hour_at_which_somebody_reads_it(cast, council):
    council.opens_at, council.closes_at, council.open_days = time(9), time(17), "weekdays"
    night = at_clock(22)
    assert "until 9am on 5 March 2026" in phrases.unread(council, night)
    ways = {w.number: w.when for w in phrases.numbers_to_ring(council, night)}
    assert ways["01632 960199"] == "Now" and ways[council.help_phone] == "From 9am on 5 March 2026"
    by_day = {w.number: w.when for w in phrases.numbers_to_ring(council, at_clock(11))}
    assert by_day[council.help_phone] == "Now, until 5pm" and "01632 960199" not in by_day
    friday = at_clock(18, date(2026, 4, 2))  # the evening before Easter
    assert "until 9am on 7 April 2026" in phrases.unread(council, friday)


def test_what_came_before_closing_time_is_passed_on_when_the_office_closes(
    cast, shut, a_report, monkeypatch
):
    shut.emergency_email = "night@example.org"
    shut.save()
    monkeypatch.setattr(reports.office_hours, "is_open", lambda council, at: True)
    row = a_report(ago=5)
    assert not told(row, "emergency")
    monkeypatch.setattr(reports.office_hours, "is_open", lambda council, at: False)
    assert [reports.chase(), reports.chase()] == [1, 0] and len(told(row, "emergency")) == 1


# ---- nobody could be told


def test_no_address_for_emergencies_is_an_alarm_at_once(cast, shut, a_report, client, as_):
    for job in health.JOBS:
        Heartbeat.objects.update_or_create(job=job, defaults={"at": timezone.now()})
    assert not client.get("/readyz").json()["degraded"]
    row = a_report()
    assert reports.untold(timezone.now()) == {row.pk}
    ready = client.get("/readyz").json()
    assert ready["danger_untold"] == 1 and "danger_untold" in ready["degraded_by"]
    for who in (cast.duty, cast.boss, cast.admin):
        assert "tell those on duty yourself" in text(
            as_(who).get("/staff/service/" if who == cast.admin else "/staff/day/")
        )
    rows = {r[0]: r[1:] for r in as_(cast.admin).get("/staff/service/").context["table"].rows}
    assert rows["Reports of danger of which nobody was told"][0].text == "Now"
    assert "We could not reach our duty team" in phrases.help_now(cast.council, row).told


@pytest.mark.parametrize("state", ["waiting", "dead", "cancelled"])
def test_a_mail_that_has_not_left_after_ten_minutes_is_an_alarm(cast, a_report, state, client):
    row = a_report(ago=11)
    gone = {"dead_at": timezone.now()} if state == "dead" else {}
    Message.objects.filter(case=row.case).update(state=state, **gone)
    assert reports.untold(timezone.now()) == {row.pk}
    assert reports.untold(row.reported_at + timedelta(minutes=9)) == set()
    Message.objects.filter(pk=told(row)[0].pk).update(
        state="sent", sent_at=timezone.now(), dead_at=None
    )
    assert reports.untold(timezone.now()) == set()
    assert reports.untold(timezone.now(), cast.other) == set()


def test_by_night_the_emergency_address_is_what_counts(cast, shut, a_report):
    shut.emergency_email = "night@example.org"
    shut.save()
    row = a_report(ago=11)
    Message.objects.filter(template=reports.MAIL).update(state="sent", sent_at=timezone.now())
    assert reports.untold(timezone.now()) == {row.pk}
    Message.objects.filter(template=reports.EMERGENCY).update(state="sent", sent_at=timezone.now())
    assert reports.untold(timezone.now()) == set()
    Message.objects.update(state="dead", dead_at=timezone.now(), sent_at=None)
    spoke(row, cast.duty)
    assert reports.untold(timezone.now()) == set(), "settled is settled"


# ---- the record


def test_the_record_of_it_can_be_proved_and_not_be_changed(cast, a_report):
    row = a_report(ago=70)
    reports.chase()
    reports.record_call(report=row, by=cast.duty, reached="no_answer")
    spoke(row, cast.duty)
    assert {
        "cases_dangerreport_no_update",
        "cases_dangercall_no_delete",
        "cases_dangerstep_no_update",
    } <= ledger.names()
    verbs = list(row.case.events.order_by("seq").values_list("verb", flat=True))
    assert verbs[1:] == [
        "report_danger",
        "danger_went_up",
        "rang_without_answer",
        "danger_went_up",
        "spoke_about_danger",
    ]
    assert list(ledger.faults(Case.objects.filter(pk=row.case_id))) == []
    assert replay.disagreements(Case.objects.get(pk=row.case_id)) == []
    for model, change in (
        (DangerReport, {"closed_at": None, "closing": None}),
        (DangerStep, {"told": 9}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(
                **({"pk": row.pk} if model is DangerReport else {"report": row})
            ).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.calls.all()._raw_delete(using="default")


def test_no_words_and_no_number_stand_in_codes_or_columns(cast, council, as_):
    send("own, signed in", cast, as_)
    codes = " ".join(str(e.codes) for e in Event.objects.all())
    columns = str(list(DangerReport.objects.values()))
    assert "Quokka" not in codes + columns and "900431" not in codes + columns


# ---- the duty page


def test_the_duty_page_has_the_number_first_and_two_answers(cast, council, as_):
    sent = send("own, signed in", cast, as_)
    duty, place = as_(cast.duty), reverse("cases:danger", args=[sent.case.ref])
    assert f'href="{place}"' in text(duty.get("/staff/danger/")) and f'href="{place}"' in text(
        duty.get("/staff/day/")
    )
    page = text(duty.get(place))
    assert page.index(NUMBER) < page.index(WORDS) < page.index("I spoke to them")
    assert 'href="tel:07700900431"' in page and "goes up at once to: Team managers" in page
    assert sent.case.views.filter(user=cast.duty).exists(), "who looked is written down"
    row = DangerReport.objects.get()
    key = str(uuid.uuid4())
    pressed = [
        duty.post(place, {"report": row.pk, "silent": "1", "key": key}, follow=True)
        for _press in range(2)
    ]
    assert (
        "It has gone up. We are telling: Team managers." in text(pressed[0])
        and row.calls.count() == 1
    )
    bad = duty.post(
        place, {"report": row.pk, "spoke": "1", "key": uuid.uuid4(), "agreed": "Kept words"}
    )
    assert (
        bad.status_code == 422
        and "Choose whether they are safe now" in text(bad)
        and "Kept words" in text(bad)
    )
    good = {
        "report": row.pk,
        "spoke": "1",
        "key": uuid.uuid4(),
        "reached": "spoke",
        "safe": "yes",
    } | AGREED
    assert "it is settled" in text(duty.post(place, good, follow=True))
    late = duty.post(place, good | {"key": uuid.uuid4()})
    assert late.status_code == 422 and "Duty spoke to them on" in text(late)
    for nonsense in ({}, {"report": "x"}, {"report": 999999}):
        assert duty.post(place, nonsense).status_code == 404


def test_every_page_of_those_who_ring_says_it(cast, a_report, as_):
    row = a_report()
    for who, shown in (
        (cast.duty, True),
        (cast.boss, True),
        (cast.worker, False),
        (cast.finance, False),
    ):
        assert ("1 person may be in danger" in text(as_(who).get("/staff/", follow=True))) is shown
    page = text(as_(cast.duty).get("/staff/?scope=team"))
    assert "Danger: ring today" in page and "Due today" in page
    assert "nobody has recorded speaking to them" in text(
        as_(cast.duty).get(reverse("cases:case", args=[row.case.ref]))
    )


def test_a_case_in_danger_stands_first_in_the_list(cast, a_report, as_):
    cast.a_case("request", days_ago=90)
    row = a_report(case=cast.a_case("request", days_ago=1))
    cast.a_case("request", days_ago=80)
    table = as_(cast.duty).get("/staff/?scope=team").context["table"]
    refs = tables.refs(tables.lines(table))
    assert refs[0] == row.case.ref and len(refs) == 3


def test_a_report_without_any_way_to_reach_them_is_refused_with_nothing_at_all_written(
    cast, a_report
):
    with pytest.raises(NotYet, match="safe to ring"):
        a_report(said=reports.SafeContact(" ", ""))
    assert (
        DangerReport.objects.count() == 0
        and not Event.objects.filter(verb="report_danger").exists()
    )


# ---- after it is settled


def test_not_safe_said_after_a_colleague_settled_it_opens_a_new_report_and_loses_no_word(
    cast, a_report, as_
):
    row = a_report(
        case=cast.a_case("plan")
    )  # of another team: both were let in by the open report alone
    place = reverse("cases:danger", args=[row.case.ref])
    boss = as_(cast.boss)
    assert "They are not safe after all" not in text(boss.get(place))
    spoke(row, cast.duty)
    said = {
        "report": row.pk,
        "spoke": "1",
        "reached": "spoke",
        "agreed": "Yak came back",
        "following": "Yak next",
    }
    late = boss.post(place, said | {"safe": "yes", "key": uuid.uuid4()})
    assert late.status_code == 422 and "Duty spoke to them on" in text(late)
    assert "Yak came back" in text(late) and "Yak next" in text(late), (
        "shown again, to be sent with another answer"
    )
    assert boss.post(place, said | {"safe": "no", "key": uuid.uuid4()}).status_code == 302
    new = DangerReport.objects.exclude(pk=row.pk).get()
    assert new.closed_at is None and new.door == "again" and not new.own
    assert (
        reports.words_of(new.event)["safe_number"] == NUMBER and new.event.codes["after"] == row.pk
    )
    call = new.calls.get()
    assert call.safe == "no" and reports.words_of(call.event)["agreed"] == "Yak came back"
    assert {"duty", "manager"} <= set(new.steps.values_list("step", flat=True)), (
        "told at once, and one step up"
    )
    assert Case.objects.get(pk=row.case_id).danger_since == new.reported_at
    row.refresh_from_db()
    assert row.closed_at, "the settled one stands as it is"
    spoke(row, cast.duty, safe="no")
    assert DangerReport.objects.count() == 2 and new.calls.count() == 2, (
        "a second one joins the first"
    )
    assert replay.disagreements(Case.objects.get(pk=row.case_id)) == []


def test_a_settled_report_has_a_form_that_opens_it_again_for_those_who_ring(cast, a_report, as_):
    row = a_report()
    place = reverse("cases:danger", args=[row.case.ref])
    with pytest.raises(NotYet, match="open already"):
        reports.report_again(report=row, by=cast.duty, words="Yak")
    spoke(row, cast.duty)
    duty = as_(cast.duty)
    assert 'name="again"' in text(duty.get(place)) and 'name="again"' not in text(
        as_(cast.auditor).get(place)
    )
    empty = duty.post(place, {"report": row.pk, "again": "1", "key": uuid.uuid4()})
    assert empty.status_code == 422 and "Write what has happened" in text(empty)
    for who in (cast.worker, cast.person, cast.finance):
        with pytest.raises(NotYet):
            reports.report_again(report=row, by=who, words="Yak")
    page = text(
        duty.post(
            place,
            {"report": row.pk, "again": "1", "agreed": "Yak", "key": uuid.uuid4()},
            follow=True,
        )
    )
    new = DangerReport.objects.exclude(pk=row.pk).get()
    assert "It is open again" in page and reports.words_of(new.event) == {
        "words": "Yak",
        "safe_number": NUMBER,
    }
    assert new.closed_at is None and whom(told(new, "duty")) >= {"Duty"}
    with pytest.raises(NotYet, match="open already"):
        reports.report_again(report=row, by=cast.boss, words="Yak too")


def test_those_on_duty_reach_a_settled_report_for_an_hour_and_no_longer(cast, a_report, as_):
    row = a_report(ago=130, case=cast.a_case("plan"))
    place = reverse("cases:danger", args=[row.case.ref])
    spoke(row, cast.duty, at=timezone.now() - timedelta(minutes=59))
    duty = as_(cast.duty)
    assert duty.get(place).status_code == 200 and "The whole case" not in text(duty.get(place))
    assert duty.get(reverse("cases:case", args=[row.case.ref])).status_code == 404
    assert as_(cast.stranger).get(place).status_code == 404
    old = a_report(ago=130, case=cast.a_case("plan"))
    spoke(old, cast.duty, at=timezone.now() - timedelta(minutes=61))
    assert duty.get(reverse("cases:danger", args=[old.case.ref])).status_code == 404


# ---- it does not burn out


def test_everybody_is_told_again_every_four_hours_while_it_is_open(cast, a_report, a_case):
    row = a_report(ago=48 * 60, case=a_case("request", days_ago=9))
    for hours, taken in ((4, 3), (7, 0), (8, 1), (8, 0), (30, 1), (31, 0), (32, 1)):
        assert reports.chase(row.reported_at + timedelta(hours=hours, minutes=1)) == taken, hours
    assert list(row.steps.filter(step="everybody").values_list("round", flat=True)) == [1, 2, 7, 8]
    with pytest.raises(DatabaseError), transaction.atomic():
        DangerStep.objects.create(
            report=row,
            step="everybody",
            round=8,
            why="time",
            told=0,
            at=row.reported_at,
            event=row.event,
        )
    spoke(row, cast.duty)
    assert reports.chase(row.reported_at + timedelta(hours=40)) == 0


def test_when_the_office_opens_everybody_there_is_told_once_a_day(cast, council, a_case):
    council.opens_at, council.closes_at = time(9), time(17)
    council.save()
    day = timezone.localdate() - timedelta(days=7)
    next_day = day + timedelta(days=1)

    def reported(hour):
        facts = {"by": None, "role": "person", "door": "own", "said": reports.SafeContact(NUMBER)}
        return reports.report(case=a_case("request", days_ago=20), at=at_clock(hour, day), **facts)

    row = reported(23)
    reports.chase(at_clock(8, next_day))
    assert not row.steps.filter(step="opening").exists()
    reports.chase(at_clock(9, next_day))
    reports.chase(at_clock(10, next_day))
    step = row.steps.get(step="opening")
    assert step.round == int(f"{next_day:%Y%m%d}")
    assert whom(told(row, "opening")) == {"Duty", "First contact", "Bo Boss", "Service Manager"}
    reports.chase(at_clock(10, next_day + timedelta(days=1)))
    assert row.steps.filter(step="opening").count() == 2
    by_day = reported(11)
    reports.chase(at_clock(16, day))
    assert not by_day.steps.filter(step="opening").exists(), "it came while the office was open"


# ---- no word of what has not happened


@pytest.mark.parametrize(
    "door", ["by telephone", "a message that a worker writes down", "a message of the person"]
)
def test_nobody_reads_that_it_was_told_when_nobody_reads_it(door, cast, shut, as_):
    sent = send(door, cast, as_)
    page = text(sent.client.get(sent.at))
    assert "have been told" not in page and "has been told" not in page and "Done: Our" not in page
    assert "when somebody reads it" in page
    done = re.search(r"(?s)notification-banner--success.*?</div>\s*</div>", page)
    assert done is None or "reads it" not in done[0], "nothing is done yet"
    if door in TO_STAFF:
        assert "Ring the manager on call yourself: 01632 960199" in page
    else:
        assert "manager on call" not in page


def test_a_colleague_who_may_not_open_it_reads_whom_to_ring(cast, shut, as_):
    day = timezone.localdate()
    asked = {
        "asked_on_day": day.day,
        "asked_on_month": day.month,
        "asked_on_year": day.year,
        "kind": "adult",
    }
    taken = ASK | asked | TICK | {"key": uuid.uuid4(), "channel": "phone"}
    page = text(as_(cast.worker).post("/staff/ask/", taken, follow=True))
    assert "Ring the manager on call yourself: 01632 960199" in page and "has been told" not in page


def test_while_it_is_read_the_words_are_that_we_are_telling(cast, council, shut):
    assert phrases.telling_staff(shut, at_clock(11)) == (
        "We can't say when somebody reads it. Ring the manager on call yourself: 01632 960199."
    )
    shut.emergency_email, shut.emergency_reads = "night@example.org", True
    assert "telling our emergency duty team now" in phrases.telling_staff(shut, at_clock(11))
    shut.opens_at, shut.closes_at = time(9), time(17)
    assert phrases.telling_staff(shut, at_clock(11)) == "We are telling the duty team now."


@pytest.mark.parametrize(
    ("typed", "dial"),
    [
        ("01632960777 or 01632960778", ""),
        ("call me anytime 1234567 thanks", ""),
        ("01632 960777, ask for Jo", ""),
        ("+44 (0)1632 960-777", "+4401632960777"),
        ("01632960777 01632960778", ""),
        ("01632 960777", "01632960777"),
    ],
)
def test_only_what_is_one_number_is_dialled_and_the_words_stay(typed, dial, cast, a_report, as_):
    row = a_report(said=reports.SafeContact(typed))
    page = text(as_(cast.duty).get(reverse("cases:danger", args=[row.case.ref]))).split("<footer")[
        0
    ]
    assert typed in page and re.findall('href="tel:([^"]*)"', page) == [dial] * bool(dial)
    assert phrases.NumberToRing("", typed, "").dial == dial


# ---- closing


@pytest.mark.parametrize("name", journey.closing_moves())
def test_every_page_that_closes_a_case_warns_those_who_may_read_of_it(
    name, cast, a_report, a_case, as_
):
    move = journey.MOVES[name]
    step = next(s for s, to in move.routes.items() if "closed" in to)
    case = a_case(step)
    row = a_report(case=case)
    staff, behalf = (cast.boss, "?for=person") if move.on_behalf else (cast.service_manager, "")
    if not behalf and "service_manager" not in move.who:
        staff = cast.boss if case.team == cast.intake else cast.worker
    place = reverse("cases:act", args=[case.ref, name]) + behalf
    where = reverse("cases:danger", args=[case.ref])
    page = text(as_(staff).get(place, follow=True))
    assert (
        "Closing the case does not settle that" in page
        and f'href="{where}">Ring them first' in page
    )
    if "person" in move.who:
        assert "Closing the case does not settle" not in text(
            as_(cast.person).get(place.removesuffix(behalf))
        )
    spoke(row, cast.duty)
    if access.roles_of(Case.objects.get(pk=case.pk), staff):
        assert "Closing the case does not settle" not in text(as_(staff).get(place, follow=True))
