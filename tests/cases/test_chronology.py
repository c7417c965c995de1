"""The chronology: complete, in order, in a fixed number of statements, and nothing in it that the
reader may not read.
"""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import journey
from cases.casefile import chronology
from cases.common import dates
from cases.models import Clock, Message, Nudge, Visit

NOBODY_ELSE = ("person", "delegate", "outsider", "stranger", "admin", "duty")


def path(case, csv=False):
    return f"/cases/{case.ref}/chronology{'.csv' if csv else '/'}"


def text(response):
    return response.content.decode()


def read(client, case):
    return list(csv.DictReader(StringIO(text(client.get(path(case, csv=True))))))


@pytest.fixture
def told(a_case, cast):
    """A case with everything in it: a loop, a pause, a reminder, a message, one given up, a clock,
    a late entry.
    """
    case = a_case(at="confirm", days_ago=60)

    def ago(days):
        """So many days ago at this time of day in London, whichever side of the change of the
        clocks.
        """
        return timezone.now().astimezone(dates.LONDON) - timedelta(days=days)

    case.move("return_assessment", by=cast.worker, missing="The mornings", at=ago(40))
    case.move(
        "pause",
        by=cast.worker,
        code="hospital",
        next_chase=dates.today() - timedelta(days=30),
        reason="On ward 7",
        at=ago(38),
    )
    case.move(
        "rate_risk", by=cast.worker, urgency="urgent", reason="SECRET of the staff", at=ago(37)
    )
    visit = Visit.objects.get(case=case, left_at=None)
    nudge = Nudge.objects.create(council=case.council, visit=visit, kind="overdue", made_at=ago(20))
    common = {"council": case.council, "case": case, "made_at": ago(20), "not_before": ago(20)}
    Message.objects.create(
        **common,
        to_person=case.person,
        template="offer_of_help",
        nudge=nudge,
        channel="letter",
        state="printed",
        sent_at=ago(19),
        dedupe_key="one",
    )
    Message.objects.create(
        **common,
        to_user=cast.worker,
        template="overdue",
        nudge=nudge,
        channel="email",
        state="dead",
        dead_at=ago(18),
        last_error="SMTPException 550",
        dedupe_key="two",
    )
    Clock.objects.filter(case=case).update(dropped_at=timezone.now())
    Clock.objects.create(
        council=case.council,
        case=case,
        kind="acknowledge",
        round=9,
        began_at=ago(30),
        due_at=ago(25),
        ended_at=ago(22),
        days=8,
        month=dates.month_of(ago(22)),
    )
    return case


def test_everything_stands_in_it_in_order(told, cast, as_):
    found = read(as_(cast.manager), told)
    whens = [row["When"] for row in found]
    assert whens == sorted(whens) and len(found) >= told.head_seq + told.visits.count()
    kinds = {row["Kind"] for row in found}
    assert kinds == {"Event", "Wait", "Turn", "Pause", "Clock", "Reminder", "Message"}
    events = [row["What"] for row in found if row["Kind"] == "Event"]
    assert len(events) == told.head_seq and events[0].endswith("asked for support")
    pause = next(row for row in found if row["Kind"] == "Pause")
    assert (
        pause["What"] == "In hospital"
        and pause["Days"] == "8"
        and "On ward 7" in pause["Reasons and words"]
    )
    clock = next(row for row in found if row["Kind"] == "Clock" and "acknowledged" in row["What"])
    assert clock["Deadline"] == "missed by 4 days" and "Set by law" in clock["Reasons and words"]
    reminder = next(row for row in found if row["Kind"] == "Reminder")
    assert reminder["What"] == "Chased because it was late: Assessment"
    messages = [
        (row["What"], row["Who"], row["Reasons and words"])
        for row in found
        if row["Kind"] == "Message"
    ]
    assert ("Offer of help", "To: Ada Wren", "Letter") in messages
    assert (
        "Chased because it was late",
        "To: Worker",
        "E-mail\nCould not be delivered: SMTPException 550",
    ) in messages


def test_each_wait_says_gross_net_and_whether_the_deadline_was_kept(told, cast, as_):
    waits = [row for row in read(as_(cast.manager), told) if row["Kind"] == "Wait"]
    assert [row["What"] for row in waits] == [
        journey.STEPS[s].short for s in ("request", "assess", "confirm", "assess")
    ]
    assert (
        waits[0]["Days"] == "1" and waits[0]["Deadline"] == "kept" and waits[0]["Last day in time"]
    )
    assert (
        waits[-1]["Until"] == ""
        and waits[-1]["Days"] == "40"
        and waits[-1]["Days without pauses"] == "32"
    )
    assert waits[-1]["Deadline"].startswith("past by 26 days so far")


def test_who_may_open_it(told, cast, as_):
    for who in NOBODY_ELSE:
        for file in (False, True):
            assert as_(getattr(cast, who)).get(path(told, file)).status_code == 404, who
    for who in ("worker", "manager", "service_manager", "auditor"):
        page = as_(getattr(cast, who)).get(path(told))
        assert page.status_code == 200 and "On ward 7" in text(page), who
        assert told.views.filter(user=getattr(cast, who), page="cases:chronology").exists()
    assert as_(cast.worker).get("/cases/NOSUCH/chronology/").status_code == 404


def test_what_a_role_may_not_read_is_left_out(a_case, cast, as_):
    case = a_case(at="set_up")
    case.move("rate_risk", by=cast.worker, urgency="urgent", reason="SECRET of the staff")
    for file in (False, True):
        assert "SECRET" in text(as_(cast.worker).get(path(case, file)))
        assert "SECRET" not in text(as_(cast.finance).get(path(case, file)))
    lines = chronology.chronology_entries(case, frozenset({"finance"}))
    assert any("how urgent" in line.what for line in lines), "that it happened is no secret"


def test_a_file_runs_no_formula(a_case, cast, as_):
    case = a_case(at="confirm")
    case.move(
        "record_contact", by=cast.worker, how="phone", said="All well", next_contact=dates.today()
    )
    case.move("answer_news", by=cast.worker, answer="=HYPERLINK(1)")
    cast.worker.name = "=cmd()"
    cast.worker.save()
    response = as_(cast.manager).get(path(case, csv=True))
    assert (
        response["Content-Type"].startswith("text/csv")
        and case.ref in response["Content-Disposition"]
    )
    for row in csv.reader(StringIO(text(response))):
        assert not any(cell.startswith(("=", "+", "@", "\t", "\r")) for cell in row), row


def test_the_number_of_statements_is_fixed(a_case, cast, as_):
    case, client, counts = a_case(at="confirm"), as_(cast.manager), []
    for _round in range(2):
        client.get(path(case))
        both = []
        for file in (False, True):
            with CaptureQueriesContext(connection) as found:
                client.get(path(case, file))
            both.append(len(found))
        counts.append(both)
        for n in range(6):
            case.move("ask_news", by=cast.person, question=f"News {n}?")
            case.move("answer_news", by=cast.worker, answer="Soon")
            case.move("hand_turn", by=cast.manager, turn="worker", reason="Back")
    assert counts[0] == counts[1] and max(counts[0]) <= 18, counts


def test_the_case_leads_there_in_one_click(a_case, cast, as_):
    case = a_case(at="request")
    assert path(case) in text(as_(cast.duty).get(f"/cases/{case.ref}/"))
    assert len(as_(cast.duty).get(path(case)).context["table"].rows) >= 3
