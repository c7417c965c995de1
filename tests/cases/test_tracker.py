"""The person's page: where the case is, since when, whose turn, what next; nothing that is not for
them.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import access
from cases.casefile import tracker
from cases.common import dates
from cases.models import Case


def read(case, user):
    """The tracker as this user gets it."""
    case = Case.objects.select_related(
        "person", "council", "team", "worker", "turn_user", "turn_team"
    ).get(pk=case.pk)
    return tracker.tracker_for(access.reading_by(case, user))


def text(client, case):
    answer = client.get(reverse("cases:case", args=[case.ref]))
    assert answer.status_code == 200
    return answer.content.decode()


STEPS = (
    "request",
    "waiting",
    "assess",
    "confirm",
    "budget",
    "plan",
    "sign_off",
    "panel",
    "offer",
    "set_up",
    "running",
    "review",
    "closed",
)


@pytest.mark.parametrize("step", STEPS)
def test_the_page_says_where_the_case_is_at_every_step(a_case, cast, as_, step):
    case = a_case(step)
    page = text(as_(cast.person), case)
    assert str(case.name) in page and case.ref in page and 'aria-current="step"' in page


def test_the_persons_turn_and_the_councils(a_case, cast):
    mine = read(a_case("assess", days_ago=5), cast.person)
    assert mine.turn == "It is your turn." and "If you can, do this by" in mine.aim
    theirs = read(a_case("confirm", days_ago=5), cast.person)
    assert (
        theirs.turn.startswith("We are waiting for your social worker.")
        and "We aim to have" in theirs.aim
    )


def test_a_helper_is_told_whose_turn_it_is_in_their_own_place(a_case, cast):
    case = a_case("assess")
    cast.help(case)
    assert read(case, cast.delegate).turn == "It is the turn of the person you help."


def test_a_late_council_is_sorry_and_a_late_person_is_offered_help(a_case, cast, as_):
    for step, words in (
        ("confirm", "we are sorry"),
        ("assess", "Would it help to do this together"),
    ):
        case = a_case(step, days_ago=200)
        page = text(as_(cast.person), case)
        assert words in page and "overdue" not in page.lower() and " late" not in page.lower()
        assert not read(case, cast.person).aim


def test_the_aim_names_the_last_day_that_is_in_time(a_case, cast):
    case = a_case("confirm", days_ago=4)
    last = timezone.localdate(case.due_at) - timedelta(days=1)
    assert f"{last.day} {last:%B %Y}" in read(case, cast.person).aim


def test_past_steps_have_dates_and_days_and_coming_ones_the_usual_time(a_case, cast):
    shown = read(a_case("plan", days_ago=30), cast.person)
    states = [(s.title, s.state) for s in shown.stages]
    assert (
        states[0] == ("You have asked for support", "done")
        and ("Plan your support", "current") in states
    )
    past = next(s for s in shown.stages if s.title == "Tell us about your life")
    assert " to " in past.when and "day" in past.when
    assert (
        next(s for s in shown.stages if s.title == "Agreeing your plan").when
        == "Usually up to 5 days"
    )
    assert not any(s.title == "A panel looks at it" for s in shown.stages), (
        "an exception is shown only when it happens"
    )
    assert any(s.title == "A panel looks at it" for s in read(a_case("panel"), cast.person).stages)


def test_a_returned_plan_is_not_shown_as_done(a_case, cast):
    from budgets import actions as money

    case = a_case("sign_off")
    holder = {
        "worker": cast.worker,
        "manager": cast.manager,
        "service_manager": cast.service_manager,
    }[case.turn]
    money.return_plan(case=case, by=holder, reason="Say more about nights")
    stages = {s.title: s.state for s in read(case, cast.person).stages}
    assert stages["Plan your support"] == "current" and stages["Agreeing your plan"] == "todo"


def test_buttons_are_the_moves_the_reader_may_make(a_case, cast):
    case = a_case("running")
    shown = read(case, cast.person)
    allowed = {
        tracker.address(m.page, case.ref, m.name) for m in access.moves_for(case, cast.person)
    }
    told = reverse("cases:assessment", args=[case.ref])
    assert {b.href for b in shown.main + shown.more} | {shown.ask} == allowed | {told}
    assert [b.text for b in shown.main] == ["Ask for a review"]
    cast.help(case, scope=["see"])
    helper = read(case, cast.delegate)
    assert {b.text for b in helper.main + helper.more} == {"Read what you told us"} and helper.ask


def test_planning_begins_with_the_plan_and_not_with_sending_it(a_case, cast):
    assert [b.text for b in read(a_case("plan"), cast.person).main][:2] == [
        "Plan my support",
        "Send my plan",
    ]


def test_accepting_is_never_the_only_button(a_case, cast):
    shown = read(a_case("offer"), cast.person)
    assert "Accept the proposal" not in {b.text for b in shown.main + shown.more}


def test_the_way_to_tell_ones_life_changes_with_what_was_done(a_case, cast):
    from cases import actions

    case = a_case("assess")
    assert read(case, cast.person).main[0].text == "Tell us about your life"
    actions.open_assessment(case=case, by=cast.person)
    assert read(case, cast.person).main[0].text == "Go on telling us about your life"
    sent = read(a_case("confirm"), cast.person)
    assert "Read what you told us" in {b.text for b in sent.more}


def test_words_for_staff_are_not_shown(a_case, cast, as_):
    case = a_case("confirm", safeguarding="unsure")
    case.move("hand_turn", by=cast.worker, turn="manager", reason="MARKER between colleagues")
    page = text(as_(cast.person), case)
    assert "MARKER" not in page
    assert "safeguarding" not in page.lower() and "decide about this themselves" not in page
    assert "Your social worker passed the turn" in page
    staff = {
        e.verb: e
        for e in __import__("cases.letters.timeline", fromlist=["x"]).timeline(case, {"worker"})
    }
    assert any("MARKER" in words for _label, words in staff["hand_turn"].facts)


def test_no_colleague_but_the_named_worker_is_named(a_case, cast, as_):
    page = text(as_(cast.person), a_case("set_up"))
    assert cast.worker.name in page
    for user in (cast.duty, cast.manager, cast.service_manager, cast.finance, cast.panel):
        assert f"{user.name}" not in page.replace("Service manager", "") or user.name.lower() in (
            "panel",
            "finance",
            "manager",
        )
        assert user.email not in page


def test_a_pause_is_shown_with_its_reason(a_case, cast):
    case = a_case("confirm")
    case.move(
        "pause",
        by=cast.worker,
        code="hospital",
        next_chase=timezone.localdate() + timedelta(days=9),
        reason="Ward 4",
    )
    shown = read(case, cast.person)
    assert len(shown.pauses) == 1 and "In hospital" in shown.pauses[0]


def test_every_letter_is_listed_and_opens(a_case, cast, as_):
    case = a_case("running")
    shown, mine = read(case, cast.person), as_(cast.person)
    assert len(shown.letters) >= 5
    for _words, href, _how, _pdf in shown.letters:
        assert mine.get(href).status_code == 200
    first = mine.get(shown.letters[0][3])
    assert first.status_code == 200 and first.content.startswith(b"%PDF")
    page = mine.get(reverse("cases:case", args=[case.ref])).content.decode()
    assert all(f'href="{pdf}"' in page for _words, _href, _how, pdf in shown.letters)


def test_two_letters_of_one_day_and_title_are_told_apart(a_case, cast):
    case = a_case("running")
    one = next(x for x in read(case, cast.person).entries if x.letter)
    morning = replace(one, when=dates.london_midnight(dates.today()) + timedelta(hours=9))
    noon = replace(morning, when=morning.when + timedelta(hours=3, minutes=5))
    words = [words for words, *_addresses in tracker.letters(case, [noon, morning])]
    assert [", 12:05: " in words[0], ", 09:00: " in words[1]] == [True, True]
    assert ":" not in tracker.letters(case, [noon])[0][0].split(": ")[0], "alone it needs no time"


@pytest.mark.parametrize(
    ("step", "has", "after"),
    [
        ("waiting", "who will come and when", "Tell us about your life"),
        ("plan", "your plan", "Agreeing your plan"),
        ("offer", "the choice to accept", "Setting up your money"),
        ("running", "", ""),
        ("closed", "", ""),
    ],
)
def test_what_one_has_at_the_end_of_a_step_and_what_comes_after_is_said(
    a_case, cast, step, has, after
):
    shown = read(a_case(step), cast.person)
    assert has in shown.has and after in shown.after
    assert bool(shown.has) == bool(has) and bool(shown.after) == bool(after)


def test_a_long_case_costs_no_more_queries(a_case, cast):
    case = a_case("confirm")

    def count():
        with CaptureQueriesContext(
            connection,
        ) as found:
            read(case, cast.person)
        return len(found)

    before = count()
    for n in range(8):
        case.move("ask_news", by=cast.person, question=f"How is it going? {n}")
        case.move("answer_news", by=cast.worker, answer="Well")
    assert count() == before


def test_strangers_find_nothing(a_case, cast, as_):
    case = a_case("plan")
    for who in ("outsider", "stranger"):
        assert (
            as_(getattr(cast, who)).get(reverse("cases:case", args=[case.ref])).status_code == 404
        )
    assert access.roles_of(case, AnonymousUser()) == frozenset()


def test_the_other_pages_stand_in_a_list_and_a_helper_has_only_theirs(a_case, cast, as_):
    case = a_case("running")
    own = {place.href.rstrip("/").rsplit("/", 1)[-1] for place in read(case, cast.person).places}
    assert own == {"messages", "differences", "review", "helpers", "known", "looked_at", "copy"}
    cast.help(case, scope=["see"])
    theirs = read(case, cast.delegate).places
    assert [place.text for place in theirs] == [
        "Messages",
        "Where the answers differ",
        "A copy of what you may see",
        "Stop helping",
    ]
    for who in (cast.person, cast.delegate):
        for place in read(case, who).places:
            assert as_(who).get(place.href).status_code == 200, place
    assert {"differences", "review"}.isdisjoint(
        place.href.rstrip("/").rsplit("/", 1)[-1]
        for place in read(a_case("request"), cast.person).places
    )


def test_a_challenge_says_by_when_it_is_acknowledged_and_answered(a_case, cast):
    case = a_case("plan")
    case.move("challenge", by=cast.person, decision="indicative", reason="Too little")
    told = read(case, cast.person).notes
    assert len(told) == 2 and "that it has arrived" in told[0] and "We aim to answer by" in told[1]
    case.move(
        "acknowledge_challenge",
        by=cast.worker,
        follows="A manager reads it",
        answer_by=timezone.localdate() + timedelta(days=20),
    )
    assert len(read(case, cast.person).notes) == 1


def test_what_only_the_person_reads_stands_in_their_timeline_in_its_place(a_case, cast):
    from cases.casefile import requests

    case = a_case("confirm")
    cast.help(case)
    requests.record_request(
        case=case, by=cast.person, what="message", words="Alone, please", alone=True
    )
    mine, theirs = read(case, cast.person).entries, read(case, cast.delegate).entries
    assert (
        mine[0].what == "You wrote a message that no helper can see"
        and mine[0].note == "Alone, please"
    )
    assert [e.seq for e in mine] == sorted((e.seq for e in mine), reverse=True)
    assert mine[0].seq not in {e.seq for e in theirs} and read(case, cast.delegate).notes == []
