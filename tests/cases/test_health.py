"""The probes: alive, ready, behind. Without sign-in, without anybody's data."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from cases import ledger
from cases.models import Case, Heartbeat, Message
from cases.views import health


def test_alive_and_ready_need_no_account(client, db):
    assert client.get("/healthz").content == b"ok"
    Heartbeat.objects.update_or_create(job="sweep", defaults={"at": timezone.now()})
    response = client.get("/readyz")
    found = response.json()
    assert response.status_code == 200 and found["ready"] and not found["degraded"]
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


@pytest.mark.parametrize("age", [None, 3600])
def test_a_stopped_sweep_is_degraded_but_people_go_on_working(client, db, age):
    Heartbeat.objects.all().delete()
    if age:
        Heartbeat.objects.create(job="sweep", at=timezone.now() - timedelta(seconds=age))
    response = client.get("/readyz")
    assert response.status_code == 200 and response.json()["degraded"]


def test_what_waits_longest_is_told_in_seconds_and_nobody_is_named(a_case, cast, client):
    case = a_case(at="assess", days_ago=60)
    Message.objects.filter(case=case, channel="email").update(not_before=timezone.now() - timedelta(hours=2))
    response = client.get("/readyz")
    found = response.json()
    assert 7100 < found["oldest_message_age"] < 7300
    assert found["oldest_unswept_age"] > 86400
    body = response.content.decode()
    assert case.ref not in body and "Wren" not in body and "example.org" not in body
    assert Case.objects.count() == 1
