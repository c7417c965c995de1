"""The general page of a move, triage and the naming of a worker: one effect, nothing lost, nothing
foreign.
"""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from cases import access, actions, journey
from cases.forms.staff import MoveForm
from cases.models import Case, Event, Person
from tests import sample


def text(response):
    return response.content.decode()


def day(name, value):
    return {f"{name}_day": value.day, f"{name}_month": value.month, f"{name}_year": value.year}


def soon(days=7):
    return timezone.localdate() + timedelta(days=days)


def opened(client, path):
    """The hidden fields of a page that was opened."""
    return {
        k: v for k, v in client.get(path).context["form"].initial.items() if k in ("seen", "key")
    }


def confirmed(client, path, data):
    """Send it; what it changes of the money is looked at and confirmed."""
    look = client.post(path, data).context["form"].look
    return client.post(path, data | {"looked": look.mark})


def do(case, move):
    return f"/cases/{case.ref}/do/{move}/"


@pytest.mark.parametrize("step", sample.in_turns(journey.STEPS, 3))
def test_every_general_move_that_is_offered_has_a_page_that_opens(a_case, cast, as_, step):
    case = a_case(at=step)
    for user in (cast.person, cast.worker, cast.manager, cast.panel, cast.finance):
        client = as_(user)
        for move in access.moves_for(case, user) if access.roles_of(case, user) else ():
            if move.page == "cases:act":
                response = client.get(do(case, move.name))
                assert response.status_code == 200, (step, move.name)
                for ask in move.asks:
                    assert ask.name in response.context["form"].fields, (move.name, ask.name)


def test_a_move_is_made_once_and_says_so(a_case, cast, as_):
    case = a_case(at="confirm")
    client, path = as_(cast.worker), do(case, "pause")
    data = (
        opened(client, path) | {"code": "hospital", "reason": "A fall"} | day("next_chase", soon())
    )
    response = client.post(path, data, follow=True)
    assert "Recorded: paused the clock" in text(response) and "The clock is paused until" in text(
        response
    )
    again = client.post(path, data)
    assert again.status_code == 302
    assert case.events.filter(verb="pause").count() == 1
    event = case.events.get(verb="pause")
    assert (event.by, event.codes["code"], event.body.facts) == (
        cast.worker,
        "hospital",
        {"reason": "A fall"},
    )


def test_dates_and_yes_no_arrive_as_what_they_are(a_case, cast, as_):
    case = a_case(at="running", days_ago=60)
    client, path, today = as_(cast.finance), do(case, "suspend_payment"), soon(0)
    data = opened(client, path) | {
        "reason": "No papers",
        "instead_who": "Bright Care",
        "alternative": "Two calls a day",
    }
    assert confirmed(client, path, data | day("instead_from", today)).status_code == 302
    codes = case.events.get(verb="suspend_payment").codes
    assert codes["instead_from"] == today.isoformat()
    path = do(case, "resume_payment")
    data = opened(client, path) | {"reason": "They came", "make_good": "yes"}
    assert confirmed(client, path, data).status_code == 302
    assert case.events.get(verb="resume_payment").codes["make_good"] is True


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "Why?"),
        ({"code": "bored"}, "“Why is it paused?”: choose one of the answers"),
        ({"next_chase_month": "13"}, "Enter a real date"),
        ({"next_chase_year": "2001"}, "Choose a day after today"),
        ({"key": ""}, "without its number"),
        ({"key": "not-a-number"}, "without its number"),
    ],
)
def test_a_wrong_entry_is_named_and_everything_is_kept(a_case, cast, as_, changes, words):
    case = a_case(at="confirm")
    client, path = as_(cast.worker), do(case, "pause")
    data = (
        opened(client, path)
        | {"code": "hospital", "reason": "A fall at home"}
        | day("next_chase", soon())
    )
    response = client.post(path, data | changes)
    body = text(response)
    assert response.status_code == 200 and words in body and "<title>Error:" in body
    assert "A fall at home" in body or "reason" in changes
    assert not case.events.filter(verb="pause").exists()


def test_unknown_moves_are_not_found_and_moves_with_a_page_lead_there(a_case, cast, as_):
    case = a_case(at="request")
    assert as_(cast.duty).get(do(case, "no_such_move")).status_code == 404
    assert as_(cast.duty).get(do(case, "triage"))["Location"] == f"/cases/{case.ref}/triage/"


def test_what_is_not_possible_says_who_may_do_it_and_the_way_on(a_case, cast, as_):
    case = a_case(at="confirm")
    response = as_(cast.worker).get(do(case, "correct_date"))
    assert response.status_code == 409 and "Only these may do this: Team manager" in text(response)
    assert "Decide about eligibility" in text(response)


def test_what_is_no_longer_possible_says_who_did_what_when_and_keeps_the_words(a_case, cast, as_):
    case = a_case(at="confirm")
    client, path = as_(cast.worker), do(case, "return_assessment")
    data = opened(client, path) | {"missing": "Please tell us about the nights"}
    case.move("return_assessment", by=cast.manager, missing="The mornings")
    response = client.post(path, data)
    body = text(response)
    assert response.status_code == 409
    assert "Manager asked for more" in body and f"{timezone.localdate():%-d %B %Y}" in body
    assert "Please tell us about the nights" in body
    assert case.events.filter(verb="return_assessment").count() == 1


def test_a_resident_reads_no_staff_name_in_a_refusal(a_case, cast, as_):
    case = a_case(at="confirm")
    case.move("return_assessment", by=cast.manager, missing="The mornings")
    response = as_(cast.person).get(do(case, "start_review"))
    assert response.status_code == 409 and "Team manager asked for more" in text(response)
    assert str(cast.manager) not in text(response).replace("Team manager", "")


def test_the_person_challenges_and_withdraws_on_the_same_page(a_case, cast, as_):
    case = a_case(at="plan")
    client, path = as_(cast.person), do(case, "challenge")
    page = client.get(path)
    assert "Safe contact" not in text(page) and "Somebody who did not make the decision" in text(
        page
    )
    data = opened(client, path) | {"decision": "indicative", "reason": "The nights are not counted"}
    assert client.post(path, data).status_code == 302
    path = do(case, "withdraw")
    assert (
        client.post(path, opened(client, path) | {"reason": "My sister helps"}).status_code == 302
    )
    case.refresh_from_db()
    assert case.step == "closed" and case.events.filter(verb="challenge").get().by == cast.person


def test_a_worker_records_what_the_person_decided_and_how_they_said_it(a_case, cast, as_):
    case = a_case(at="plan")
    client, path = as_(cast.worker), do(case, "arrange_own") + "?for=person"
    page = client.get(path)
    assert "How did they tell you?" in text(page)
    data = opened(client, path) | {"reason": "A niece will help"}
    assert "needs an answer" in text(client.post(path, data)) and "needs a tick" in text(
        client.post(path, data)
    )
    assert client.post(path, data | {"told_by": "phone", "read_back": "on"}).status_code == 302
    event = case.events.get(verb="arrange_own")
    assert (event.by, event.on_behalf_of, event.body.note) == (
        cast.worker,
        case.person,
        "By telephone.",
    )


def test_what_may_not_be_recorded_for_the_person_is_refused(a_case, cast, as_):
    case = a_case(at="confirm")
    client = as_(cast.worker)
    assert client.get(do(case, "pause") + "?for=person").status_code == 409
    assert (
        as_(cast.person).get(do(a_case(at="plan"), "arrange_own") + "?for=person").status_code
        == 409
    )


def test_a_move_of_several_ways_asks_which_and_an_undone_death_does_not(a_case, cast, as_):
    case = a_case(at="closed")
    client, path = as_(cast.worker), do(case, "reopen")
    assert list(client.get(path).context["form"].fields["to"].choices)
    data = opened(client, path) | {"reason": "Needs have changed"}
    assert "needs an answer" in text(client.post(path, data))
    assert client.post(path, data | {"to": "running"}).status_code == 200
    assert client.post(path, data | {"to": "request"}).status_code == 302
    case.refresh_from_db()
    assert case.step == "request"
    dead = a_case(at="assess")
    actions.record_death(case=dead, by=cast.worker, died_on=timezone.localdate(), contact="The son")
    dead.refresh_from_db()
    reading = access.reading_by(dead, cast.manager)
    assert "to" not in MoveForm(reading=reading, move=journey.MOVES["undo_death"]).fields
    client, path = as_(cast.manager), do(dead, "undo_death")
    assert (
        client.post(path, opened(client, path) | {"reason": "Mistaken identity"}).status_code == 302
    )
    dead.refresh_from_db()
    assert dead.step == "assess" and Person.objects.get(pk=dead.person_id).died_on is None


def test_a_death_is_recorded_through_its_action(a_case, cast, as_):
    case = a_case(at="assess")
    client, path = as_(cast.worker), do(case, "record_death")
    data = opened(client, path) | {"contact": "Her son"} | day("died_on", timezone.localdate())
    assert client.post(path, data).status_code == 302
    assert Person.objects.get(pk=case.person_id).died_on == timezone.localdate()


# ---- triage, the start, the worker ----


def triage(cast, **changes):
    return (
        {
            "urgency": "soon",
            "safeguarding": "no",
            "capacity": "yes",
            "advocate": "no",
            "mode": "together",
            "to": "assess",
            "worker": cast.worker.pk,
            "team": cast.team.pk,
            "note": "Rang her",
        }
        | day("next_contact", soon())
        | changes
    )


def test_triage_decides_five_things_and_gives_a_name_and_a_date(a_case, cast, as_):
    case = a_case(at="request")
    client, path = as_(cast.duty), f"/cases/{case.ref}/triage/"
    assert "I find mornings hard" in text(client.get(path))
    response = client.post(path, opened(client, path) | triage(cast))
    assert response.status_code == 302
    case.refresh_from_db()
    assert (case.step, case.worker, case.team, case.mode, case.urgency) == (
        "assess",
        cast.worker,
        cast.team,
        "together",
        "soon",
    )
    assert case.next_contact == soon()
    assert response["Location"] == "/staff/", (
        "the case has gone to another team: the duty worker goes back to the list"
    )


def test_triage_to_the_list_needs_no_name_but_an_assessment_does(a_case, cast, as_):
    case = a_case(at="request")
    client, path = as_(cast.duty), f"/cases/{case.ref}/triage/"
    nameless = client.post(path, opened(client, path) | triage(cast, worker=""))
    assert (
        nameless.status_code == 200
        and "a name to turn to" in text(nameless)
        and "Rang her" in text(nameless)
    )
    assert (
        client.post(path, opened(client, path) | triage(cast, worker="", to="waiting")).status_code
        == 302
    )
    case.refresh_from_db()
    assert case.step == "waiting" and case.turn == "manager"


def test_a_contact_in_the_past_is_no_next_contact(a_case, cast, as_):
    case = a_case(at="request")
    client, path = as_(cast.duty), f"/cases/{case.ref}/triage/"
    response = client.post(
        path, opened(client, path) | triage(cast, **day("next_contact", soon(-1)))
    )
    assert response.status_code == 200 and "Choose today or a later day" in text(response)


@pytest.mark.parametrize("field", ["worker", "team"])
def test_another_councils_worker_or_team_is_not_found(a_case, cast, as_, field):
    from cases.models import Team

    case = a_case(at="request")
    foreign = {"worker": cast.stranger.pk, "team": Team.objects.get(council=cast.other).pk}[field]
    client, path = as_(cast.duty), f"/cases/{case.ref}/triage/"
    for pk in (foreign, cast.outsider.pk + 10**6):
        assert (
            client.post(path, opened(client, path) | triage(cast, **{field: pk})).status_code == 404
        )
    case.refresh_from_db()
    assert case.step == "request"


def test_the_assessment_starts_from_the_waiting_list(a_case, cast, as_):
    case = a_case(at="waiting")
    client, path = as_(cast.manager), f"/cases/{case.ref}/start_assessment/"
    data = opened(client, path) | {
        "mode": "worker_led",
        "wish": "wants_help",
        "capacity": "yes",
        "worker": cast.worker.pk,
    }
    assert client.post(path, data).status_code == 302
    case.refresh_from_db()
    assert (case.step, case.turn, case.turn_user) == ("assess", "worker", cast.worker)


def test_naming_a_worker_on_the_list_hands_them_the_turn(a_case, cast, as_):
    case = a_case(at="waiting")
    client, path = as_(cast.manager), f"/cases/{case.ref}/reassign/"
    assert (
        client.post(path, opened(client, path) | {"worker": cast.colleague.pk}).status_code == 302
    )
    case.refresh_from_db()
    assert (case.worker, case.turn, case.turn_user) == (cast.colleague, "worker", cast.colleague)


def test_two_managers_naming_different_workers_see_both(a_case, cast, as_):
    case = a_case(at="waiting")
    path = f"/cases/{case.ref}/reassign/"
    first, second = as_(cast.manager), as_(cast.worker)
    mine, theirs = opened(first, path), opened(second, path)
    assert first.post(path, mine | {"worker": cast.colleague.pk}).status_code == 302
    late = second.post(path, theirs | {"worker": cast.worker.pk})
    assert late.status_code == 409 and "Colleague" in text(late) and "Worker" in text(late)
    assert Case.objects.get(pk=case.pk).worker == cast.colleague
    assert Event.objects.filter(case=case, verb="reassign").count() == 1


def test_strangers_find_none_of_these_pages(a_case, cast, as_):
    case = a_case(at="request")
    for user in (cast.stranger, cast.outsider, cast.admin, cast.worker):
        for part in (
            "triage",
            "start_assessment",
            "reassign",
            "do/pause",
            "determine",
            "agree_answer",
            "answers",
        ):
            path = f"/cases/{case.ref}/{part}/"
            assert (
                as_(user).get(path).status_code
                == as_(user).post(path, {"key": uuid.uuid4()}).status_code
                == 404
            )
