"""The probes: alive, ready, behind. Without sign-in, without anybody's data."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.module_loading import import_string

from cases import ledger
from cases.models import Case, Heartbeat, Message
from cases.reminders.health import JOBS
from cases.resilience import jobs
from cases.views import health
from cases.views.service import ago
from tests.tables import column, line


def beat_all(now=None):
    """Every job has just finished a round."""
    for job in JOBS:
        Heartbeat.objects.update_or_create(job=job, defaults={"at": now or timezone.now()})


def told_all():
    """Nothing waits to be sent."""
    Message.objects.filter(state="waiting").update(state="sent", sent_at=timezone.now())


def test_alive_and_ready_need_no_account(client, db):
    assert client.get("/healthz").content == b"ok"
    beat_all()
    response = client.get("/readyz")
    found = response.json()
    assert (
        response.status_code == 200
        and found["ready"]
        and not found["degraded"]
        and found["degraded_by"] == []
    )
    assert found["triggers_missing"] == [] and found["sweep_age"] < 60
    assert "no-cache" in response["Cache-Control"]


def test_a_missing_trigger_turns_it_red(client, db):
    with connection.cursor() as cursor:
        on = " ON cases_event" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER cases_event_no_update{on}")
    try:
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["triggers_missing"] == ["cases_event_no_update"]
    finally:
        ledger.arm(connection)


def test_a_database_that_does_not_answer_is_told_in_a_word(client, db, monkeypatch):
    def broken(_connection):
        raise DatabaseError("password=secret host=db1")

    monkeypatch.setattr(health.ledger, "armed", broken)
    response = client.get("/readyz")
    assert response.status_code == 503 and response.json() == {"ready": False, "database": False}


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("age", [None, 3600])
def test_each_job_that_stops_is_degraded_but_people_go_on_working(client, db, age, job):
    beat_all()
    Heartbeat.objects.filter(job=job).delete()
    if age:
        Heartbeat.objects.create(job=job, at=timezone.now() - timedelta(seconds=age))
    response = client.get("/readyz")
    assert (
        response.status_code == 200
        and response.json()["degraded"]
        and response.json()["degraded_by"] == [job]
    )


def test_every_job_of_the_timetable_leaves_a_heartbeat_that_is_watched(db, settings):
    for one in settings.CELERY_BEAT_SCHEDULE.values():
        import_string(one["task"])()
    assert set(Heartbeat.objects.values_list("job", flat=True)) >= set(JOBS)
    assert len(JOBS) == len(settings.CELERY_BEAT_SCHEDULE)
    for job in JOBS:
        every = next(
            one["schedule"]
            for one in settings.CELERY_BEAT_SCHEDULE.values()
            if one["task"].endswith(f".{job}")
        )
        assert JOBS[job] >= 2 * every, "one round may be missed"


def test_a_message_that_is_put_off_again_and_again_grows_old(a_case, client):
    """Its next try moves on; how long it waits does not."""
    a_case(at="assess", days_ago=5)
    beat_all()
    told_all()
    now = timezone.now()
    row = Message.objects.first()
    row.state, row.sent_at, row.made_at, row.not_before = (
        "waiting",
        None,
        now - timedelta(hours=5),
        now - timedelta(hours=5),
    )
    row.again_at, row.tried_since = now + timedelta(minutes=20), now - timedelta(hours=5)
    row.save()
    found = client.get("/readyz").json()
    assert 17900 < found["oldest_message_age"] < 18100 and found["degraded_by"] == [
        "oldest_message_age"
    ]
    Message.objects.filter(pk=row.pk).update(not_before=now + timedelta(hours=1))
    assert client.get("/readyz").json()["oldest_message_age"] is None, (
        "what is to go out later is not late"
    )
    Message.objects.filter(pk=row.pk).update(not_before=now - timedelta(minutes=1))
    found = client.get("/readyz").json()
    assert 50 < found["oldest_message_age"] < 100 and not found["degraded"], (
        "from the moment it was due"
    )


@pytest.mark.parametrize("state", ["dead", "unsure"])
def test_a_message_that_did_not_arrive_is_degraded_until_somebody_has_decided(
    a_case, cast, client, as_, state
):
    a_case(at="assess", days_ago=5)
    beat_all()
    told_all()
    row = Message.objects.filter(to_person__isnull=False).first()
    Message.objects.filter(pk=row.pk).update(state=state, dead_at=timezone.now(), sent_at=None)
    assert client.get("/readyz").json()["degraded_by"] == [f"{state}_messages"]
    as_(cast.worker).post("/staff/undelivered/", {"message": row.pk, "act": "leave"})
    assert not client.get("/readyz").json()["degraded"]


def test_the_administrators_page_says_the_same_numbers_in_words(a_case, cast, as_, client):
    case = a_case(at="assess", days_ago=60)
    now = timezone.now()
    Heartbeat.objects.all().delete()
    Heartbeat.objects.create(job="sweep", at=now)
    Heartbeat.objects.create(job="send_messages", at=now - timedelta(hours=3))
    Message.objects.filter(case=case, channel="email").update(not_before=now - timedelta(hours=2))
    Message.objects.filter(pk=Message.objects.first().pk).update(
        state="dead", dead_at=now, last_error="Cut off"
    )
    page = as_(cast.admin).get("/staff/service/")
    table = page.context["table"]
    assert [how.text for how in column(table, "How it is")] == [
        "None",
        "Runs",
        "Stopped",
        *["Has not run yet"] * 6,
        "Waits too long",
        "Waits too long",
        "Look",
        "None",
        "None",
        "None",
    ]
    sending = line(table, "Sending messages (every minute)")
    assert sending["Last"] == "3 hours ago" and "Start the mailer" in sending["What to do"]
    assert "Cut off: 1" in page.content.decode() and "No. Pages work" in page.content.decode()
    found = client.get("/readyz").json()
    assert (
        found["dead_messages"] == 1
        and 10700 < found["sending_age"] < 10900
        and found["drain_age"] is None
    )
    assert case.ref not in page.content.decode() and "Wren" not in page.content.decode()


def test_the_administrators_page_is_theirs_alone(cast, as_):
    for who in (
        cast.worker,
        cast.manager,
        cast.auditor,
        cast.finance,
        cast.outsider,
        cast.person,
        cast.stranger,
    ):
        page = as_(who).get("/staff/service/")
        assert page.status_code == 404
    assert as_(None).get("/staff/service/").status_code == 302
    assert "/staff/service/" in as_(cast.admin).get("/staff/").content.decode()
    assert "/staff/service/" not in as_(cast.manager).get("/staff/").content.decode()


@pytest.mark.parametrize(("seconds", "stopped"), [(5, False), (110, False), (121, True)])
def test_a_stopped_worker_is_visible_within_two_minutes(
    a_case, cast, as_, client, seconds, stopped
):
    case = a_case(at="assess", days_ago=5)
    beat_all()
    told_all()
    Heartbeat.objects.filter(job="sweep").update(at=timezone.now() - timedelta(seconds=seconds))
    assert client.get("/readyz").json()["degraded"] is stopped
    for who, path in (
        (cast.manager, "/staff/day/"),
        (cast.service_manager, "/staff/"),
        (cast.admin, "/staff/service/"),
    ):
        assert (
            "Reminders and messages have stopped" in as_(who).get(path).content.decode()
        ) is stopped, path
    assert ("No. Pages work" in as_(cast.admin).get("/staff/service/").content.decode()) is stopped
    for who, path in (
        (cast.person, f"/cases/{case.ref}/"),
        (cast.worker, "/staff/day/"),
        (None, "/"),
    ):
        assert "have stopped" not in as_(who).get(path).content.decode(), (
            "nothing that they could put right"
        )


def test_a_stopped_mailer_is_said_on_the_pages_of_staff_too(a_case, cast, as_):
    a_case(at="assess")
    beat_all()
    assert "have stopped" not in as_(cast.manager).get("/staff/day/").content.decode()
    Heartbeat.objects.filter(job="send_messages").update(at=timezone.now() - timedelta(hours=1))
    assert (
        "Reminders and messages have stopped"
        in as_(cast.manager).get("/staff/day/").content.decode()
    )


def test_a_paused_case_is_not_unswept(a_case, cast, client):
    case = a_case(at="assess", days_ago=60)
    beat_all()
    told_all()
    found = client.get("/readyz").json()
    assert found["oldest_unswept_age"] > 86400 and found["degraded_by"] == ["oldest_unswept_age"]
    case.move(
        "pause",
        by=cast.worker,
        code="hospital",
        next_chase=timezone.localdate() + timedelta(days=9),
        reason="Ill",
    )
    assert client.get("/readyz").json()["oldest_unswept_age"] is None


def test_a_part_of_a_job_that_failed_stands_on_the_administrators_page(cast, as_, client):
    beat_all()
    Heartbeat.objects.create(job=f"{jobs.FAILED}sweep council 1", at=timezone.now())
    table = as_(cast.admin).get("/staff/service/").context["table"]
    failed = line(table, "Parts of a job that failed when last tried")
    assert failed["How it is"].text == "Look" and failed["Last"] == "1"
    assert "log says which" in failed["What to do"]
    assert client.get("/readyz").json()["degraded_by"] == ["failing_parts"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute ago"),
        (60, "1 minute ago"),
        (7200, "2 hours ago"),
        (86400, "1 day ago"),
    ],
)
def test_ages_are_said_as_people_say_them(seconds, words):
    assert ago(seconds) == words


def test_what_waits_longest_is_told_in_seconds_and_nobody_is_named(a_case, cast, client):
    case = a_case(at="assess", days_ago=60)
    Message.objects.filter(case=case, channel="email").update(
        not_before=timezone.now() - timedelta(hours=2)
    )
    response = client.get("/readyz")
    found = response.json()
    assert 7100 < found["oldest_message_age"] < 7300
    assert found["oldest_unswept_age"] > 86400
    body = response.content.decode()
    assert case.ref not in body and "Wren" not in body and "example.org" not in body
    assert Case.objects.count() == 1
