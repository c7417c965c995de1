"""The page of a case for staff, and the assessor's pages: what each role reads, what stands beside
what.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import actions
from cases.assessment import answering, perspectives, questions
from cases.casefile import case_presenter
from cases.models import Answer, Determination, Person
from cases.ui import date_words


def text(response):
    return response.content.decode()


def open_page(as_, user, case, part=""):
    return as_(user).get(f"/cases/{case.ref}/{part}")


def test_the_page_says_who_where_whose_turn_and_how_to_reach_them(a_case, cast, as_):
    case = a_case(at="confirm", days_ago=60)
    Person.objects.filter(pk=case.person_id).update(
        communication="bsl",
        language="Polish",
        contact_by="phone",
        phone="01632 960555",
        contact_note="Never after six",
    )
    body = text(open_page(as_, cast.worker, case))
    for words in (
        "Ada Wren",
        case.ref,
        "British Sign Language",
        "Polish",
        "01632 960555",
        "Never after six",
        "It is your turn",
        "days late",
        "Decide about eligibility",
    ):
        assert words in body, words
    assert body.count("Decide about eligibility") == 1, "two decisions on one page are one button"


def test_whoever_does_not_have_the_turn_reads_whose_it_is(a_case, cast, as_):
    case = a_case(at="sign_off", weekly=600)
    body = text(open_page(as_, cast.worker, case))
    assert "Waits for:" in body and "It is your turn" not in body


def test_the_person_gets_the_tracker_instead(a_case, cast, as_):
    case = a_case(at="confirm")
    body = text(open_page(as_, cast.person, case))
    assert "Key facts" not in body and "What happened" not in body.split("<main")[0]


@pytest.mark.parametrize(
    ("role", "step", "sees", "never"),
    [
        ("worker", "panel", ("Assessment", "What happened", "Safe contact"), ()),
        ("panel", "panel", ("Assessment", "What happened"), ("Safe contact", "person@example.org")),
        (
            "finance",
            "set_up",
            ("What happened",),
            ("Their words and our comments", "Safe contact", "Can decide about this"),
        ),
        ("auditor", "set_up", ("What happened",), ("Their words and our comments", "Safe contact")),
    ],
)
def test_each_role_sees_its_own_parts(a_case, cast, as_, role, step, sees, never):
    case = a_case(at=step)
    body = text(open_page(as_, getattr(cast, role), case))
    assert all(words in body for words in sees)
    assert not any(words in body for words in never)


def test_a_question_nobody_answered_and_a_missing_name_stand_out(a_case, cast, as_):
    case = a_case(at="waiting")
    case.move("ask_news", by=cast.person, question="When will somebody come?")
    body = text(open_page(as_, cast.manager, case))
    assert "Nobody has answered yet" in body and "Nobody is named" in body
    assert body.count(f"/cases/{case.ref}/do/answer_news/") == 2, (
        "beside the alarm and among the buttons"
    )
    case.move("answer_news", by=cast.manager, answer="Next Tuesday")
    assert "Nobody has answered yet" not in text(open_page(as_, cast.manager, case))


def test_a_worker_who_writes_for_the_person_finds_the_way_first(a_case, cast, as_):
    case = a_case(at="waiting")
    asked = {"mode": "worker_led", "wish": "wants_help", "capacity": "yes"}
    actions.start_assessment(case=case, by=cast.manager, worker=cast.worker, **asked)
    page = open_page(as_, cast.worker, case)
    assert page.context["choices"]["main"][0].href == f"/cases/{case.ref}/assessment/"
    assert as_(cast.worker).get(f"/cases/{case.ref}/assessment/").status_code == 200


def test_staff_words_are_not_read_by_finance(a_case, cast, as_):
    case = a_case(at="set_up")
    case.move("hand_turn", by=cast.worker, turn="worker", reason="Marker of a staff note")
    assert "Marker of a staff note" in text(open_page(as_, cast.worker, case))
    assert "Marker of a staff note" not in text(open_page(as_, cast.finance, case))


def test_the_stepper_shows_dates_days_and_a_step_beside_the_spine(a_case, cast):
    case = a_case(at="panel")
    stages = case_presenter.stages(case, list(case.visits.order_by("seq")))
    assert [s.title for s in stages if s.state == "current"] == ["Panel"]
    assert [s.state for s in stages] == ["done"] * 6 + ["current"] + ["todo"] * 2
    assert stages[1].note.endswith(", 2 days")


def test_a_step_the_case_went_back_from_keeps_its_days(a_case, cast):
    case = a_case(at="confirm")
    case.move("return_assessment", by=cast.worker, missing="The nights")
    stages = {s.title: s for s in case_presenter.stages(case, list(case.visits.order_by("seq")))}
    assert stages["Assessment"].state == "current" and "since" in stages["Assessment"].note
    assert stages["Confirming"].state == "todo" and stages["Confirming"].note.startswith("before: ")


def test_a_wait_is_never_shown_net_without_gross(a_case, cast):
    from datetime import timedelta

    from django.utils import timezone

    case = a_case(at="confirm", days_ago=30)
    visits = list(case.visits.order_by("seq"))
    assert case_presenter.waits(case, visits) == "30 days"
    case.move(
        "pause",
        by=cast.worker,
        code="hospital",
        next_chase=timezone.localdate() + timedelta(days=5),
        reason="Fell",
    )
    later = timezone.now() + timedelta(days=3)
    assert case_presenter.waits(case, visits, later) == "33 days; 30 days without recorded pauses"


def test_the_number_of_queries_of_the_page_does_not_grow_with_the_story(a_case, cast, as_):
    case, client = a_case(at="confirm"), as_(cast.worker)
    counts = []
    for _round in range(2):
        client.get(f"/cases/{case.ref}/")
        with CaptureQueriesContext(connection) as found:
            client.get(f"/cases/{case.ref}/")
        counts.append(len(found))
        for n in range(6):
            case.move("ask_news", by=cast.person, question=f"News {n}?")
            case.move("answer_news", by=cast.worker, answer="Soon")
    assert counts[0] == counts[1] <= 26, counts


# ---- the words beside each other ----


def answer(case, question, value, voice="person", by=None):
    sent = answering.last_sent(case)
    return Answer.objects.update_or_create(
        assessment=sent, question=question, voice=voice, defaults={"value": value, "by": by}
    )[0]


def level(case):
    """The first level question that stands, with its options."""
    sent = answering.last_sent(case)
    return next(
        q
        for q in questions.questions_for_person(sent.form, {})
        if q["kind"] == "option" and q.get("voice") != "worker"
    )


def test_the_comment_stands_beside_the_persons_words_and_never_over_them(a_case, cast, as_):
    case = a_case(at="confirm")
    row = answer(case, "nutrition.hard", "Pans are heavy", by=cast.person)
    client, path = as_(cast.worker), f"/cases/{case.ref}/answers/nutrition.hard/"
    page = client.get(path)
    assert "Pans are heavy" in text(page)
    done = client.post(
        path, {"value": "Saw it on the visit", "seen": page.context["form"].initial["seen"]}
    )
    assert done.status_code == 302
    body = text(client.get(done["Location"]))
    assert "Pans are heavy" in body and "Saw it on the visit" in body
    row.refresh_from_db()
    assert row.value == "Pans are heavy"


def test_a_level_seen_differently_is_marked(a_case, cast, as_):
    case = a_case(at="confirm")
    spec = level(case)
    low, high = spec["options"][0], spec["options"][-1]
    answer(case, spec["id"], low["value"])
    assert "Seen differently" not in text(open_page(as_, cast.worker, case, "answers/"))
    path = f"/cases/{case.ref}/answers/{spec['id']}/"
    assert as_(cast.worker).post(path, {"value": str(high["value"]), "seen": 0}).status_code == 302
    assert "Seen differently" in text(open_page(as_, cast.worker, case, "answers/"))
    assert Answer.objects.get(question=spec["id"], voice="assessor").value == high["value"]


def test_two_comments_at_once_show_both(a_case, cast, as_):
    case = a_case(at="confirm")
    path = f"/cases/{case.ref}/answers/nutrition.hard/"
    as_(cast.worker).post(path, {"value": "First", "seen": 0})
    second = as_(cast.manager).post(path, {"value": "Second", "seen": 0})
    assert second.status_code == 409 and "First" in text(second) and "Second" in text(second)
    assert Answer.objects.get(question="nutrition.hard", voice="assessor").value == "First"


def test_only_assessors_comment_and_only_on_questions_there_are(a_case, cast, as_):
    case = a_case(at="panel")
    for user in (cast.panel, cast.finance, cast.auditor, cast.person, cast.service_manager):
        path = f"/cases/{case.ref}/answers/nutrition.hard/"
        assert as_(user).post(path, {"value": "x", "seen": 0}).status_code == 404
    assert open_page(as_, cast.worker, case, "answers/no.such/").status_code == 404
    assert open_page(as_, cast.panel, case, "answers/").status_code == 200
    assert open_page(as_, cast.person, case, "answers/").status_code == 404


def test_what_is_still_being_written_is_not_shown(a_case, cast, as_):
    case = a_case(at="assess")
    draft = actions.open_assessment(case=case, by=cast.person)
    actions.save_answer(
        assessment=draft,
        question="nutrition.hard",
        value="Half a thought",
        voice="person",
        by=cast.person,
    )
    body = text(open_page(as_, cast.worker, case, "answers/"))
    assert "Half a thought" not in body and "No answers have been sent yet" in body


# ---- the determination ----


def filled(page, **changes):
    form = page.context["form"]
    data = {
        "arises": "yes",
        "impact": "yes",
        "eligible": "yes",
        "reasons": "Two outcomes are out of reach",
        "areas": ["control"],
        "tests_nutrition": ["assistance"],
        "tests_hygiene": ["danger", "longer"],
        "reason_hygiene": "Slipped twice",
        "seen": form.initial["seen"],
        "key": form.initial["key"],
    }
    for name, spec in form.open_answers.items():
        data[name] = str(spec["options"][1]["value"])
    return data | changes


def test_the_determination_keeps_each_outcome_with_tests_and_reason(a_case, cast, as_):
    case = a_case(at="confirm")
    client, path = as_(cast.worker), f"/cases/{case.ref}/determine/"
    response = client.post(path, filled(client.get(path)))
    assert response.status_code == 302
    row = Determination.objects.get(case=case)
    assert row.eligible and row.by == cast.worker and row.areas == ["control"]
    assert row.findings["hygiene"] == {"tests": ["danger", "longer"], "reason": "Slipped twice"}
    case.refresh_from_db()
    assert case.step in ("budget", "plan")


def test_the_persons_own_words_stand_beside_each_outcome(a_case, cast, as_):
    case = a_case(at="confirm")
    answer(case, "hygiene.hard", "The bath edge is too high")
    groups = {
        g["code"]: g for g in open_page(as_, cast.worker, case, "determine/").context["groups"]
    }
    assert set(groups) == set(questions.OUTCOMES["adult"])
    assert any(line.person == "The bath edge is too high" for line in groups["hygiene"]["words"])
    assert not any(
        line.person == "The bath edge is too high" for line in groups["nutrition"]["words"]
    )


def test_counting_decides_nothing_and_keeps_what_was_ticked(a_case, cast, as_):
    case = a_case(at="confirm")
    client, path = as_(cast.worker), f"/cases/{case.ref}/determine/"
    response = client.post(path, filled(client.get(path), count="1", reasons="", eligible=""))
    body = text(response)
    assert (
        response.status_code == 200
        and "2 outcomes are marked" in body
        and "There is a problem" not in body
    )
    assert "Slipped twice" in body and not Determination.objects.filter(case=case).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tests_hygiene": []}, "two outcomes"),
        ({"impact": "no"}, "significant impact"),
        ({"reasons": ""}, "needs an answer"),
        ({"eligible": "no"}, "Write the advice"),
        ({"eligible": ""}, "needs an answer"),
        ({"tests_nutrition": ["invented"]}, "choose one of the answers"),
    ],
)
def test_what_is_missing_is_said_and_everything_typed_is_kept(a_case, cast, as_, changes, words):
    case = a_case(at="confirm")
    client, path = as_(cast.worker), f"/cases/{case.ref}/determine/"
    response = client.post(path, filled(client.get(path), **changes))
    body = text(response)
    assert (
        response.status_code == 200
        and words in body
        and "Slipped twice" in body
        and "<title>Error:" in body
    )
    case.refresh_from_db()
    assert case.step == "confirm"


def test_a_carer_is_asked_three_tests_and_eight_outcomes(a_case, cast, as_):
    case = a_case(at="confirm", kind="carer")
    page = open_page(as_, cast.worker, case, "determine/")
    groups = page.context["groups"]
    assert len(groups) == 8 and "takes significantly longer" not in text(page)
    assert page.context["needed"] == 1


def test_two_presses_are_one_determination(a_case, cast, as_):
    case = a_case(at="confirm")
    client, path = as_(cast.worker), f"/cases/{case.ref}/determine/"
    data = filled(client.get(path))
    first, second = client.post(path, data), client.post(path, data)
    assert (
        first["Location"] == second["Location"]
        and Determination.objects.filter(case=case).count() == 1
    )


def test_a_determination_that_comes_too_late_keeps_the_words(a_case, cast, as_):
    case = a_case(at="confirm")
    client, path = as_(cast.worker), f"/cases/{case.ref}/determine/"
    data = filled(client.get(path))
    case.move("return_assessment", by=cast.manager, missing="The nights")
    response = client.post(path, data)
    body = text(response)
    assert (
        response.status_code == 409
        and "Two outcomes are out of reach" in body
        and "Manager" in body
    )
    assert not Determination.objects.filter(case=case).exists()


def test_levels_that_are_missing_or_seen_differently_are_asked_with_the_persons_answer(
    a_case, cast
):
    case = a_case(at="confirm")
    sent, spec = answering.last_sent(case), level(case)
    assert all(q.get("voice") == "worker" for q, _start in perspectives.open_answers(sent))
    answer(case, spec["id"], questions.DONT_KNOW)
    assert (spec["id"], None) in [(q["id"], start) for q, start in perspectives.open_answers(sent)]
    first, last = spec["options"][1]["value"], spec["options"][-1]["value"]
    answer(case, spec["id"], first)
    answer(case, spec["id"], last, voice="assessor")
    assert (spec["id"], first) in [(q["id"], start) for q, start in perspectives.open_answers(sent)]


# ---- a missing answer ----


@pytest.fixture
def gap(a_case, cast, as_):
    """A case at `budget` whose figure waits for one answer."""
    case = a_case(at="confirm")
    spec = level(case)
    answer(case, spec["id"], questions.DONT_KNOW)
    client, path = as_(cast.worker), f"/cases/{case.ref}/determine/"
    page = client.get(path)
    left_open = {
        name: "" for name, q in page.context["form"].open_answers.items() if q["id"] == spec["id"]
    }
    assert client.post(path, filled(page, **left_open)).status_code == 302
    case.refresh_from_db()
    return case, spec


def test_a_missing_answer_is_agreed_with_its_date(gap, cast, as_):
    case, spec = gap
    assert case.step == "budget"
    client, path = as_(cast.worker), f"/cases/{case.ref}/agree_answer/?question={spec['id']}"
    form = client.get(path).context["form"]
    data = {
        "value": str(spec["options"][1]["value"]),
        "answered_on_day": "1",
        "answered_on_month": "2",
        "answered_on_year": "2025",
        "seen": form.initial["seen"],
        "key": form.initial["key"],
    }
    assert client.post(path, data | {"answered_on_year": "2999"}).status_code == 200
    assert client.post(path, data).status_code == 302
    event = case.events.filter(verb="agree_answer").get()
    assert event.codes["question"] == spec["id"] and event.codes["answered_on"] == "2025-02-01"
    assert (
        Answer.objects.get(question=spec["id"], voice="agreed").value == spec["options"][1]["value"]
    )


def test_before_the_determination_only_what_the_person_left_open_is_to_agree(a_case, cast, as_):
    case = a_case(at="confirm")
    path = f"/cases/{case.ref}/agree_answer/"
    before = {q["id"] for q in as_(cast.worker).get(path).context["missing"]}
    spec = level(case)
    assert spec["id"] not in before
    answer(case, spec["id"], questions.DONT_KNOW)
    page = as_(cast.worker).get(path)
    assert {q["id"] for q in page.context["missing"]} - before == {spec["id"]}


def test_there_is_no_missing_answer_to_agree_before_or_after(a_case, cast, as_):
    assert open_page(as_, cast.worker, a_case(at="assess"), "agree_answer/").status_code == 409
    assert open_page(as_, cast.colleague, a_case(at="running"), "agree_answer/").status_code == 409


def test_days_are_told_without_saying_anything_twice():
    first = datetime(2026, 11, 10, 12, tzinfo=UTC)
    assert date_words.span(first, first + timedelta(days=2)) == "10 to 12 November 2026"
    assert date_words.span(first, first + timedelta(days=30)) == "10 November to 10 December 2026"
    assert (
        date_words.span(first, first + timedelta(days=60)) == "10 November 2026 to 9 January 2027"
    )
    assert date_words.span(first, first + timedelta(hours=2)) == "10 November 2026"


def test_the_wait_ends_when_the_budget_runs(a_case, cast, as_):
    case = a_case(at="running")
    visits = list(case.visits.order_by("seq"))
    began = next(v.entered_at for v in visits if v.step == "running")
    waited = case_presenter.waits(case, visits, began + timedelta(days=100))
    assert waited == date_words.days((began.date() - case.asked_at.date()).days)
    page = text(open_page(as_, cast.worker, case))
    assert "From asking to a running budget" in page and "Whole wait so far" not in page


def test_only_those_who_may_challenge_are_shown_the_way(a_case, cast, as_):
    case = a_case(at="set_up")
    page = f"/cases/{case.ref}/budget/"
    assert f'"/cases/{case.ref}/do/challenge/"' in as_(cast.person).get(page).content.decode()
    assert (
        f"/cases/{case.ref}/do/challenge/?for=person" in as_(cast.worker).get(page).content.decode()
    )
    assert "do/challenge" not in as_(cast.finance).get(page).content.decode()
