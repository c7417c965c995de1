"""Messages both ways with a day, speaking alone, a copy of everything; and that no helper meets
what was said alone.
"""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import access
from cases.casefile import chronology, messages, requests
from cases.caseload import my_day
from cases.common import dates
from cases.common.refusals import NotYet
from cases.letters import timeline
from cases.models import Asked, Message, User
from tests.cases.pages import body, page, post

SECRET = "MARKER he takes my money"


def ask(case, by, what="message", words="When do you come?", **also):
    return requests.record_request(case=case, by=by, what=what, words=words, **also)


def test_a_message_its_day_its_answer_and_both_sides_in_order(a_case, cast, as_):
    case, person, worker = a_case(at="confirm"), as_(cast.person), as_(cast.worker)
    assert post(person, case, "messages", words="When do you come?").status_code == 302
    row = Asked.objects.get()
    assert row.due_on == dates.working_day_after(timezone.localdate(), 3)
    assert [m.to_user for m in Message.objects.filter(template="asked")] == [cast.worker]
    assert "We answer by" in body(page(person, case, "case"))
    assert "answer by" in body(page(worker, case, "case")) and "Wrote to us" in body(
        worker.get("/staff/day/")
    )
    assert post(worker, case, "answer_asked", row.event.seq, words="On Tuesday").status_code == 302
    row.refresh_from_db()
    assert row.answered_at and row.answer.by == cast.worker
    assert (
        Message.objects.filter(template="asked", to_person=case.person, channel="email").count()
        == 1
    )
    said = messages.conversation(_read(case, cast.person))
    assert [(s.words, s.ours) for s in said] == [("On Tuesday", True), ("When do you come?", False)]
    assert "On Tuesday" in body(page(person, case, "messages")) and "We answer by" not in body(
        page(person, case, "case")
    )
    assert "Wrote to us" not in body(worker.get("/staff/day/"))
    with pytest.raises(NotYet, match="answered this already"):
        requests.answer(asked=row, by=cast.worker, words="Again")


def _read(case, user):
    case.refresh_from_db()
    return access.reading_by(case, user)


def test_what_is_said_alone_reaches_no_helper_anywhere(a_case, cast, as_):
    """Tracker, messages, timeline, letters, chronology, copies of messages, day lists, home:
    nowhere, not even that it is.
    """
    case = a_case(at="confirm")
    cast.help(case, scope=("see", "fill", "send", "money"))
    before = body(page(as_(cast.delegate), case, "case"))
    answer = post(as_(cast.person), case, "messages", words=SECRET, alone="on")
    assert answer.status_code == 302
    row = Asked.objects.get()
    assert row.alone and row.event.body.audience == "person"
    told = requests.answer(asked=row, by=cast.worker, words="MARKER call me at ten")
    assert told.body.audience == "person"
    helper = as_(cast.delegate)
    for name in ("case", "messages", "assessment", "differences", "ask_news"):
        shown = helper.get(reverse(f"cases:{name}", args=[case.ref]))
        words = body(shown)
        assert (
            "MARKER" not in words
            and "alone" not in words.lower()
            and "no helper" not in words.lower()
        ), name
    after = body(page(helper, case, "case"))
    assert _plain(after) == _plain(before), "the tracker is the same as before, to the letter"
    for event in (row.event, told):
        assert page(helper, case, "letter", event.seq).status_code == 404
        assert page(helper, case, "answer_asked", event.seq).status_code == 404
    assert page(helper, case, "chronology").status_code == 404
    entries = timeline.timeline(case, {"delegate"})
    assert not {e.verb for e in entries} & {requests.ALONE, requests.ANSWERED_ALONE}
    assert "MARKER" not in str(entries)
    lines = chronology.chronology_entries(case, {"finance"})
    assert "MARKER" not in str(lines), "finance does not read it either"
    assert not Message.objects.filter(event__in=[row.event, told], to_user=cast.delegate).exists()
    assert not messages.rows(case, {"delegate"}).exists()
    # while those it is for read it
    for reader in (cast.person, cast.worker, cast.manager):
        assert "MARKER he takes my money" in body(page(as_(reader), case, "messages"))


def _plain(words: str) -> list[str]:
    """A page without what differs each time: tokens and keys."""
    return [
        line
        for line in words.splitlines()
        if "csrf" not in line and 'name="key"' not in line and "nonce" not in line
    ]


def test_the_way_to_speak_alone_stands_only_on_the_persons_page(a_case, cast, as_):
    case = a_case(at="confirm")
    assert "alone" not in page(as_(cast.person), case, "messages").context["form"].fields, (
        "nobody helps: no tick"
    )
    cast.help(case)
    assert "alone" in page(as_(cast.person), case, "messages").context["form"].fields
    assert "alone" not in page(as_(cast.delegate), case, "messages").context["form"].fields
    sent = {"words": "x", "alone": "on", "key": "7b0ddc2e-7b52-4c53-8d3c-0d5a1c9b1a11"}
    as_(cast.delegate).post(reverse("cases:messages", args=[case.ref]), sent)
    assert not Asked.objects.get().alone
    with pytest.raises(NotYet, match="Only the person"):
        ask(case, cast.delegate, alone=True)


def test_a_worker_writes_down_what_was_said_alone_on_the_telephone(a_case, cast, as_):
    case = a_case(at="confirm")
    cast.help(case)
    sent = post(
        as_(cast.worker),
        case,
        "messages",
        words=SECRET,
        alone="on",
        told_by="phone",
        read_back="on",
    )
    assert sent.status_code == 302
    row = Asked.objects.get()
    assert (
        row.alone
        and row.event.on_behalf_of == case.person
        and "By telephone" in row.event.body.note
    )
    assert "MARKER" not in body(page(as_(cast.delegate), case, "messages"))
    assert post(as_(cast.worker), case, "messages", words="x").status_code == 422, (
        "how they were told is asked"
    )


def test_a_helpers_message_is_read_by_the_person_and_answered_to_both(a_case, cast, as_):
    case = a_case(at="confirm")
    cast.help(case, scope=("see",))
    assert (
        post(as_(cast.delegate), case, "messages", words="Is the ramp ordered?").status_code == 302
    )
    assert "Is the ramp ordered?" in body(page(as_(cast.person), case, "messages"))
    row = Asked.objects.get()
    requests.answer(asked=row, by=cast.worker, words="Yes")
    told = Message.objects.filter(event__verb=requests.ANSWERED)
    assert {m.to_user or m.to_person for m in told} == {cast.delegate, case.person}


def test_a_copy_of_everything_has_its_day_and_is_asked_once(a_case, cast, as_):
    case = a_case(at="running")
    cast.help(case)
    asked = page(as_(cast.person), case, "ask_copy")
    assert "You will have an answer by" in body(asked)
    assert post(as_(cast.person), case, "ask_copy", words="").status_code == 302
    row = Asked.objects.get(what="copy")
    assert row.due_on == dates.months_after(timezone.localdate(), 1) and row.alone
    again = post(as_(cast.person), case, "ask_copy", words="Please")
    assert (
        again.status_code == 422
        and "You asked for this on" in body(again)
        and "Please" in body(again)
    )
    assert Asked.objects.count() == 1
    assert page(as_(cast.delegate), case, "ask_copy").status_code == 404
    assert "A copy of everything" not in body(page(as_(cast.delegate), case, "messages"))
    assert post(as_(cast.person), case, "ask_names", words="").status_code == 302
    assert set(Asked.objects.values_list("what", flat=True)) == {"copy", "names"}


def test_the_days_of_an_answer_are_counted_as_people_count_them():
    assert requests.due_on("message", date(2026, 12, 24)) == date(2026, 12, 31), (
        "Christmas is no working day"
    )
    assert requests.due_on("copy", date(2026, 1, 31)) == date(2026, 2, 28)


def test_an_answer_that_is_late_is_an_apology_and_not_a_reproach(a_case, cast, as_):
    case = a_case(at="confirm")
    row = ask(case, cast.person)
    Asked.objects.filter(pk=row.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    shown = body(page(as_(cast.person), case, "case"))
    assert "We have not, and we are sorry" in shown and "overdue" not in shown.lower()


def test_without_a_named_worker_the_team_hears_of_it(a_case, cast):
    case = a_case(at="request")
    ask(case, cast.person)
    told = Message.objects.get(template="asked")
    assert told.to_team == cast.intake and told.to_user is None
    day = my_day.Day(cast.manager, cast.council)
    assert "wrote" in day.reasons()


def test_strangers_and_other_roles_find_nothing(a_case, cast, as_):
    case = a_case(at="set_up")
    row = ask(case, cast.person)
    head = type(case).objects.get(pk=case.pk).head_seq
    for who in ("outsider", "stranger", "admin", "finance", "auditor", "panel"):
        client = as_(getattr(cast, who))
        for name, args in (("messages", ()), ("answer_asked", (row.event.seq,)), ("ask_copy", ())):
            assert page(client, case, name, *args).status_code == 404, f"{who} {name}"
            address = reverse(f"cases:{name}", args=[case.ref, *args])
            assert client.post(address, {"words": "x", "key": "x"}).status_code == 404
    assert page(as_(cast.person), case, "answer_asked", row.event.seq).status_code == 404
    with pytest.raises(NotYet):
        requests.answer(asked=row, by=cast.person, words="To myself")
    case.refresh_from_db()
    assert case.head_seq == head


@pytest.mark.parametrize("words", ["", "   ", "x" * 4001])
def test_a_message_that_cannot_be(a_case, cast, as_, words):
    case = a_case(at="confirm")
    answer = post(as_(cast.person), case, "messages", words=words)
    assert (
        answer.status_code == 422
        and "There is a problem" in body(answer)
        and words.strip() in body(answer)
    )
    assert not Asked.objects.exists()


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", "مرحبا 🌻", "O'Brien", "=1+1"])
def test_words_come_back_as_they_were_typed(a_case, cast, as_, words):
    case = a_case(at="confirm")
    assert post(as_(cast.person), case, "messages", words=words).status_code == 302
    shown = body(page(as_(cast.worker), case, "messages"))
    assert "<script>alert" not in shown
    assert Asked.objects.get().event.body.note == words


def test_two_presses_are_one_message_and_too_many_are_a_phone_call(a_case, cast, as_):
    case = a_case(at="confirm")
    address = reverse("cases:messages", args=[case.ref])
    form = as_(cast.person).get(address).context["form"]
    for _press in "12":
        assert (
            as_(cast.person)
            .post(address, {"key": form["key"].value(), "words": "Hello"})
            .status_code
            == 302
        )
    assert Asked.objects.count() == 1
    for n in range(requests.MOST - 1):
        ask(case, cast.person, words=str(n))
    with pytest.raises(NotYet, match="phone us on 01632 960100"):
        ask(case, cast.person, words="One more")


def test_a_persons_death_is_not_answered_to_them(a_case, cast):
    from cases import actions

    case = a_case(at="confirm")
    row = ask(case, cast.person)
    actions.record_death(
        case=case, by=cast.worker, died_on=timezone.localdate(), contact="A sister"
    )
    row.case.refresh_from_db()
    requests.answer(asked=row, by=cast.worker, words="Closed with the case")
    assert not Message.objects.filter(event__verb=requests.ANSWERED).exists()
    assert User.objects.filter(pk=cast.person.pk).exists()
