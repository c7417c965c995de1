"""My day: what is on it, in which group, why, in how many statements, and that nothing of anybody
else's is.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases import actions
from cases.caseload import my_day, my_day_presenter
from cases.common import dates
from cases.models import Case, Clock, SelfAssessment
from cases.models.assessment import Answer
from tests.tables import lines, refs

PATH = "/staff/day/"


def text(response):
    return response.content.decode()


@pytest.fixture
def a_case(a_case):
    """As everywhere, but without the clocks that its moves began: each test winds up its own."""

    def walk(*args, **options):
        case = a_case(*args, **options)
        Clock.objects.filter(case=case, ended_at=None, dropped_at=None).update(
            dropped_at=timezone.now()
        )
        return case

    return walk


@pytest.fixture
def groups(cast):
    """code -> the rows of its table, as one colleague reads them."""

    def read(user=None, now=None):
        user = user or cast.worker
        user.__dict__.pop("seats_today", None)
        found = my_day_presenter.sections(my_day.Day(user, cast.council, now))
        return {s["code"]: lines(s["table"]) for s in found}

    return read


def clock(case, kind, left):
    """An open clock whose last day in time is `left` days from today."""
    due = dates.london_midnight(dates.today() + timedelta(days=left + 1))
    return Clock.objects.create(
        council=case.council, case=case, kind=kind, round=9, began_at=case.asked_at, due_at=due
    )


def test_staff_begin_here_and_others_where_they_belong(cast, as_):
    for who in (cast.worker, cast.manager, cast.service_manager, cast.duty):
        assert as_(who).get("/home/").url == PATH
        page = as_(who).get(PATH)
        assert page.status_code == 200 and "Nothing waits for you" in text(page)
        assert [href for _words, href, _here in page.context["nav"]][:2] == [PATH, "/staff/"]
    assert as_(cast.panel).get(PATH, follow=True).redirect_chain[-1][0] == "/staff/queue/"
    assert as_(cast.auditor).get(PATH).url == "/staff/"
    for who in (cast.outsider, cast.person):
        assert as_(who).get(PATH).status_code == 404
    assert as_(None).get(PATH).status_code == 302


def test_what_is_late_and_whose_turn_stands_first(a_case, cast, groups, as_):
    mine, theirs = a_case(at="confirm", days_ago=60), a_case(at="assess", days_ago=60)
    soon, later = a_case(at="confirm", days_ago=8), a_case(at="confirm", days_ago=4)
    Case.objects.update(next_contact=None)
    found = groups()
    assert list(found)[:2] == ["late_mine", "late"]
    assert refs(found["late_mine"]) == [mine.ref] and refs(found["late"]) == [theirs.ref]
    assert refs(found["soon"]) == [soon.ref] and refs(found["turn"]) == [later.ref]
    row = found["late"][0]
    assert (
        row["Whose turn"].startswith("The person\n")
        and row["Why it is here"] == "Late, and it waits for the person: offer help"
    )
    assert "days late" in row["In time?"].text
    assert row["Do now"].href == f"/cases/{theirs.ref}/do/record_contact/"
    assert found["late_mine"][0]["Whose turn"].startswith("You\n")
    page = text(as_(cast.worker).get(PATH))
    assert "1 case is late and waits for you. 1 case is late and waits for somebody else." in page
    assert page.index("Late, and it is your turn") < page.index(
        "Late, and it waits for somebody else"
    )


def test_a_case_stands_once_and_says_every_reason(a_case, cast, groups):
    case = a_case(at="confirm", days_ago=60)
    case.move(
        "record_contact",
        by=cast.worker,
        how="phone",
        said="All well",
        next_contact=dates.today() + timedelta(days=2),
    )
    case.move("ask_news", by=cast.person)
    clock(case, "challenge", -3)
    now = timezone.now() + timedelta(days=5)
    found = groups(now=now)
    assert list(found) == ["late_mine"] and len(found["late_mine"]) == 1
    why = found["late_mine"][0]["Why it is here"]
    for words in (
        "Late, and you have had it for",
        "Asked what is happening on",
        "We said that we would be in touch by",
        "A challenge is answered: 8 days late",
    ):
        assert words in why, why
    assert why.lower().count("late") == 2, "what the group says is not said again"


def test_the_risk_comes_before_the_days(a_case, cast, groups):
    cases = [a_case(at="confirm", days_ago=d) for d in (60, 70, 80)]
    for case, urgency in zip(cases, ("urgent", "soon", "routine"), strict=True):
        Case.objects.filter(pk=case.pk).update(urgency=urgency)
    older = a_case(at="confirm", days_ago=90)
    Case.objects.filter(pk=older.pk).update(urgency="soon")
    assert refs(groups()["late_mine"]) == [cases[0].ref, older.ref, cases[1].ref, cases[2].ref]


def test_a_question_is_a_task_until_it_is_answered(a_case, cast, groups):
    case = a_case(at="assess", days_ago=4)
    case.move("ask_news", by=cast.person)
    row = groups()["asked"][0]
    assert refs([row]) == [case.ref] and row["Do now"].href == f"/cases/{case.ref}/do/answer_news/"
    assert "asked" not in groups(cast.manager), "the worker has a day for it"
    tomorrow = timezone.now() + timedelta(days=1, hours=1)
    assert refs(groups(cast.manager, tomorrow)["asked"]) == [case.ref]
    case.move("answer_news", by=cast.worker, answer="On Tuesday")
    assert "asked" not in groups()


def test_a_manager_is_told_who_has_no_named_contact(a_case, cast, groups):
    case, fresh = a_case(at="waiting", days_ago=6), a_case(at="waiting", days_ago=0)
    row = groups(cast.manager)["unnamed"][0]
    assert refs([row]) == [case.ref] and "No named contact for 6 days" in row["Why it is here"]
    assert row["Do now"].href == f"/cases/{case.ref}/reassign/"
    assert fresh.ref not in refs(groups(cast.manager)["unnamed"])
    assert "unnamed" not in groups(cast.worker)
    assert "Do now" not in groups(cast.service_manager)["unnamed"][0], (
        "who may not name a worker is not sent there"
    )
    case.move("reassign", by=cast.manager, worker=cast.worker.pk)
    assert "unnamed" not in groups(cast.manager)


def test_a_contact_is_owed_until_a_step_has_come(a_case, cast, groups):
    case = a_case(at="assess", days_ago=20)
    Case.objects.filter(pk=case.pk).update(
        next_contact=dates.today() - timedelta(days=1), due_at=None
    )
    row = groups()["contact"][0]
    assert refs([row]) == [case.ref]
    assert "We said that we would be in touch by" in row["Why it is here"]
    Case.objects.filter(pk=case.pk).update(next_contact=dates.today())
    assert "We said that we would be in touch today" in groups()["contact"][0]["Why it is here"]
    Case.objects.filter(pk=case.pk).update(next_contact=dates.today() + timedelta(days=1))
    assert "contact" not in groups()
    # promised for a day before the step began: the step was the contact
    Case.objects.filter(pk=case.pk).update(
        next_contact=dates.london_date(case.step_since) - timedelta(days=1)
    )
    assert "contact" not in groups()


def test_dates_beside_the_steps_those_of_the_law_first(a_case, cast, groups):
    money, review = a_case(at="running", days_ago=40), a_case(at="running", days_ago=40)
    far, gone, whole = (a_case(at="running", days_ago=40) for _n in range(3))
    clock(money, "financial", -20)
    clock(review, "dp_review", 12)
    clock(far, "dp_review", 60)
    over = clock(gone, "financial", -20)
    Clock.objects.filter(pk=over.pk).update(
        ended_at=timezone.now(), days=1, month=dates.today().replace(day=1)
    )
    clock(whole, "decided", -20)
    Case.objects.update(next_contact=None)
    found = groups(cast.manager)
    assert list(found) == ["law", "clock"]
    assert refs(found["law"]) == [review.ref] and refs(found["clock"]) == [money.ref]
    law = found["law"][0]
    assert law["Why it is here"] == "The direct payment review: due in 12 days"
    assert law["In time?"].text == "Due in 12 days"
    assert law["Do now"].href == f"/cases/{review.ref}/do/start_review/"
    assert found["clock"][0]["Why it is here"] == "The financial assessment: 20 days late"


def test_help_is_offered_with_a_draft_that_lies_still(a_case, cast, groups):
    from budgets import actions as money

    case = a_case(at="assess", days_ago=5)
    draft = actions.open_assessment(case=case, by=cast.person)
    Case.objects.update(due_at=None, next_contact=None)
    for days, words in (
        (7, "offer help"),
        (21, "offer to do it together"),
        (60, "whether they still want to go on"),
    ):
        SelfAssessment.objects.filter(pk=draft.pk).update(
            started_at=dates.london_midnight(dates.today() - timedelta(days=days))
        )
        why = groups()["draft"][0]["Why it is here"]
        assert why.startswith(f"Self-assessment not saved for {days} days: ") and words in why
        assert why.count(": ") == 1
    question = next(q["id"] for q in draft.form if q["kind"] == "text")
    Answer.objects.create(
        assessment=draft, question=question, voice="person", value="x", at=timezone.now()
    )
    assert "draft" not in groups(), "an answer was saved today"
    planned = a_case(at="plan", days_ago=30)
    plan = money.open_plan(case=planned, by=cast.person, at=timezone.now() - timedelta(days=20))
    Case.objects.update(due_at=None, next_contact=None)
    assert "Support plan not saved for 20 days" in groups()["draft"][0]["Why it is here"]
    money.save_plan_part(plan=plan, by=cast.person, goals="Out twice a week")
    assert "draft" not in groups()


def test_nobody_elses_and_nothing_closed(a_case, cast, groups, as_):
    case = a_case(at="confirm", days_ago=60)
    a_case(at="closed", days_ago=60)
    assert groups(cast.colleague) == {} and groups(cast.duty) == {}
    assert case.ref in refs(groups(cast.manager)["late"])
    body = text(as_(cast.stranger).get(PATH))
    assert case.ref not in body and case.person.name not in body


def test_one_is_never_at_work_on_ones_own_case(a_case, cast, groups):
    from cases.models import Representation

    case = a_case(at="confirm", days_ago=60)
    Representation.objects.create(
        user=cast.worker, person=case.person, kind="family", scope=["see"], valid_from=dates.today()
    )
    assert groups() == {}


def test_a_long_group_is_cut_off_and_says_where_the_rest_is(a_case, cast, as_, monkeypatch):
    monkeypatch.setattr(my_day, "CAP", 2)
    for _n in range(4):
        a_case(at="confirm", days_ago=60)
    page = as_(cast.worker).get(PATH)
    section = page.context["sections"][0]
    assert (section["total"], section["hidden"], len(section["table"].rows)) == (4, 2, 2)
    assert "2 more are in the list of cases" in text(page)
    assert len(as_(cast.worker).get(section["all"]).context["table"].rows) == 4


def test_the_number_of_statements_does_not_grow_with_the_cases(a_case, cast, as_):
    client, counts = as_(cast.manager), []
    for _round in range(2):
        for step in ("waiting", "assess", "confirm", "sign_off"):
            case = a_case(at=step, days_ago=60)
            clock(case, "financial", -1)
        client.get(PATH)
        with CaptureQueriesContext(connection) as found:
            client.get(PATH)
        counts.append(len(found))
    # seven of these are a manager's tasks about money, each read from a table of its own: providers
    # to tell, suspensions to look at again, payees that nobody has verified, who handles an estate,
    # direct payments to confirm, support for a time that ends or waits, parts that have not started
    assert counts[0] == counts[1] <= 18, counts
