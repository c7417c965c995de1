"""Who looked at my record: roles, teams and how often; names on request; what is withheld; nothing
for a helper.
"""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.casefile import requests
from cases.common import dates
from cases.common.refusals import NotYet
from cases.models import RecordView, Seat, Withheld
from cases.records import access_log
from tests import tables
from tests.cases.pages import body, boxes, page, post


def look(case, user, role, when=None, times=1):
    for _time in range(times):
        RecordView.objects.create(
            council_id=case.council_id,
            case=case,
            user=user,
            role=role,
            page="cases:case",
            at=when or timezone.now(),
        )


def lines(case, staff=False):
    return tables.lines(access_log.table(case, access_log.openings(case, staff), staff))


def test_the_person_reads_roles_teams_and_how_often_and_no_name(a_case, cast, as_):
    case = a_case(at="confirm")
    yesterday = timezone.now() - timedelta(days=1)
    look(case, cast.worker, "worker", yesterday, 3)
    look(case, cast.service_manager, "service_manager", yesterday)
    look(case, cast.person, "person", yesterday, 5)
    found = {row["Who"]: [row["Team"], row["How often"]] for row in lines(case)}
    assert found == {
        "Social worker": ["North team", "3 times"],
        "Service manager": ["Whole council", "once"],
    }
    shown = body(page(as_(cast.person), case, "access_log"))
    assert "North team" in shown and "colleague@" not in shown and "Your social worker" not in shown
    assert "Ask for the names" in shown and "may be left out" in shown


def test_days_are_londons(a_case, cast):
    case = a_case(at="confirm")
    look(case, cast.worker, "worker", datetime(2026, 6, 30, 23, 30, tzinfo=dates.LONDON))
    look(case, cast.worker, "worker", datetime(2026, 7, 1, 0, 30, tzinfo=dates.LONDON))
    assert [row["Day"] for row in lines(case)] == ["1 July 2026", "30 June 2026"]


def test_the_team_is_that_of_the_day(a_case, cast):
    case = a_case(at="confirm")
    old = timezone.now() - timedelta(days=40)
    moved = timezone.localdate() - timedelta(days=20)
    Seat.objects.filter(user=cast.worker).update(valid_to=moved)
    Seat.objects.create(
        user=cast.worker, council=cast.council, team=cast.intake, role="worker", valid_from=moved
    )
    look(case, cast.worker, "worker", old)
    look(case, cast.worker, "worker")
    assert [row["Team"] for row in lines(case)] == ["First contact", "North team"]


def test_staff_read_the_names_and_who_may_not_finds_nothing(a_case, cast, as_):
    case = a_case(at="set_up")
    cast.help(case, scope=("see", "fill", "send", "money"))
    look(case, cast.colleague, "worker")
    for who in ("manager", "service_manager", "auditor", "worker"):
        shown = page(as_(getattr(cast, who)), case, "access_log")
        assert shown.status_code == 200 and cast.colleague.name in body(shown), who
    for who in ("delegate", "outsider", "stranger", "admin", "finance", "panel"):
        assert page(as_(getattr(cast, who)), case, "access_log").status_code == 404, who


def test_names_are_asked_for_and_a_worker_is_given_it_to_answer(a_case, cast, as_):
    case = a_case(at="confirm")
    assert post(as_(cast.person), case, "ask_names", words="").status_code == 302
    row = case.asked.get()
    assert row.what == "names" and row.due_on == dates.months_after(timezone.localdate(), 1)
    assert "The names of those who looked" in body(page(as_(cast.worker), case, "case"))
    assert (
        post(
            as_(cast.worker), case, "answer_asked", row.event.seq, words="Worker, twice"
        ).status_code
        == 302
    )
    assert "Worker, twice" in body(page(as_(cast.person), case, "messages"))


def test_safeguarding_is_withheld_by_a_manager_with_a_reason(a_case, cast, as_):
    case = a_case(at="confirm")
    look(case, cast.colleague, "worker")
    look(case, cast.worker, "worker", timezone.now() - timedelta(days=2))
    assert page(as_(cast.worker), case, "withhold_view").status_code == 404
    today = timezone.localdate()
    sent = post(
        as_(cast.manager),
        case,
        "withhold_view",
        user=cast.colleague.pk,
        reason="MARKER enquiry",
        **boxes("since", today),
    )
    assert sent.status_code == 302 and Withheld.objects.get().user == cast.colleague
    shown = body(page(as_(cast.person), case, "access_log"))
    assert "MARKER" not in shown and "withheld" not in shown.lower()
    assert cast.colleague.pk not in {row["user_id"] for row in access_log.openings(case, False)}
    assert cast.worker.pk in {row["user_id"] for row in access_log.openings(case, False)}
    assert "MARKER" not in body(page(as_(cast.person), case, "case"))
    assert "No: withheld" in body(page(as_(cast.manager), case, "access_log"))
    with pytest.raises(NotYet, match="A manager decides"):
        requests.withhold_view(
            case=case, by=cast.worker, user=cast.colleague, since=today, reason="x"
        )
    with pytest.raises(NotYet, match="has not opened"):
        requests.withhold_view(
            case=case, by=cast.manager, user=cast.stranger, since=today, reason="x"
        )
    with pytest.raises(NotYet, match="before the first"):
        requests.withhold_view(
            case=case,
            by=cast.manager,
            user=cast.colleague,
            since=today,
            reason="x",
            until=today - timedelta(days=1),
        )


def test_what_is_withheld_ends_with_its_last_day(a_case, cast):
    case = a_case(at="confirm")
    today = timezone.localdate()
    for days in (0, 5, 10):
        look(case, cast.colleague, "worker", timezone.now() - timedelta(days=days))
    requests.withhold_view(
        case=case,
        by=cast.manager,
        user=cast.colleague,
        since=today - timedelta(days=6),
        until=today - timedelta(days=4),
        reason="Enquiry",
    )
    assert len(lines(case)) == 2


def test_long_lists_have_pages_and_nonsense_leads_to_one(a_case, cast, as_):
    case = a_case(at="confirm")
    for days in range(60):
        look(case, cast.worker, "worker", timezone.now() - timedelta(days=days))
    client, address = as_(cast.person), reverse("cases:access_log", args=[case.ref])
    first = client.get(address)
    assert len(first.context["table"].rows) == access_log.PAGE and "?page=2" in body(first)
    for wanted in ("2", "999", "nonsense", "-1"):
        assert client.get(address, {"page": wanted}).status_code == 200
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    other = a_case(at="confirm", person=cast.new_person("Bert Wren"))
    look(other, cast.worker, "worker")
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("cases:access_log", args=[other.ref]))
    assert len(many) == len(few)
