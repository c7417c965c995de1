"""Helper, person without e-mail, carer: whoever does it and however it reaches the council, it goes
the same way.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from budgets.position import case_money
from cases.models import Answer, Case, Event, Message
from tests.walks.doing import (
    act,
    address,
    agree,
    assess,
    determine,
    plan,
    send_plan,
    steps,
    today,
    triage,
    verbs,
    whole,
)
from tests.walks.pages import Hands

MANAGED = [("Help to wash", "council_managed", {"quantity": "5", "rate": "16"})]


def test_a_helper_fills_in_and_sends_and_what_they_wrote_stays_theirs(a_case, cast):
    case = a_case(at="assess")
    rep = cast.help(case)
    helper, worker = Hands(cast.delegate), Hands(cast.worker)
    assert "Ada Wren" in helper.open(address(case))
    assess(helper, case, words="She cannot lift the kettle")
    assert case.step == "confirm"
    sent = case.events.get(verb="submit_assessment")
    assert (sent.by, sent.role, sent.on_behalf_of) == (cast.delegate, "delegate", None)
    answers = Answer.objects.filter(assessment__case=case)
    assert answers.exists()
    assert set(answers.values_list("voice", "by")) == {("helper", cast.delegate.pk)}, (
        "a helper never speaks as the person"
    )
    shown = worker.open(address(case, "answers"))
    assert "Their helper: She cannot lift the kettle" in shown
    # what only a helper said stands before the worker, who agrees it with the person by sending it;
    # till then it is no answer
    form = worker.open(address(case, "determine")).form("eligible")
    assert [name for name in form.kinds if name.startswith("agreed_")] and not answers.filter(
        voice="agreed"
    ).exists()
    determine(worker, case)
    assert (
        case.step == "plan"
        and case_money.indicative(case).annual > 0
        and answers.filter(voice="agreed").exists()
    )
    # the money is given apart: without it a helper reads no sum and sends nothing
    helper.open(address(case, "submit_plan"), 404)
    rep.scope = [*rep.scope, "money"]
    rep.save()
    # to plan and to answer is one thing; to end it all is the person's own
    assert "Stop: I do not want to go on" not in helper.open(address(case))
    assert helper.client.get(act(case, "withdraw")).status_code == 409
    token = {
        "seen": case.head_seq,
        "key": "0c5b0f1e-5b43-4f0e-8a54-1ac7f6a1e6b1",
        "reason": "No more",
    }
    assert helper.post(act(case, "withdraw"), token).status == 409
    plan(helper, case, MANAGED, over="It costs this much here")
    send_plan(helper, case)
    assert case.step == "sign_off" and case_money.sent_plan(case).author_role == "delegate"
    # taken back: from that day on there is nothing here
    rep.valid_to = today()
    rep.save()
    for path in (
        address(case),
        address(case, "plan"),
        address(case, "assessment"),
        address(case, "budget"),
    ):
        helper.open(path, 404)
    assert case.ref not in helper.open("/home/").text
    assert (
        helper.post(
            address(case, "assessment", "about.important"), {"value": "x", "seen": "0"}
        ).status
        == 404
    )
    assert "withdraw" not in verbs(case)
    whole()


@pytest.mark.parametrize(
    ("scope", "fills", "sends"), [(["see"], False, False), (["see", "fill"], True, False)]
)
def test_a_helper_does_what_they_were_given_and_no_more(a_case, cast, scope, fills, sends):
    case = a_case(at="assess")
    cast.help(case, scope)
    Hands(cast.person).send(address(case, "assessment"))
    helper = Hands(cast.delegate)
    path = address(case, "assessment", "about.important")
    answer = helper.post(path, {"value": "Her garden", "seen": "0"})
    assert (answer.status == 302) is fills and Answer.objects.filter(
        voice="helper"
    ).exists() is fills
    given = {"key": "0c5b0f1e-5b43-4f0e-8a54-1ac7f6a1e6b1", "seen": case.head_seq}
    assert helper.post(address(case, "submit_assessment"), given).status in (409, 422)
    case.refresh_from_db()
    assert case.step == "assess"


def test_an_unchecked_helper_sees_only_that_they_are_waited_for(a_case, cast):
    case = a_case(at="assess")
    rep = cast.help(case)
    rep.checked_at = rep.checked_by = None
    rep.save()
    helper = Hands(cast.delegate)
    helper.open(address(case), 404)
    assert case.ref not in helper.open("/home/")


def test_a_person_without_email_goes_all_the_way_by_telephone_and_letter(cast):
    duty, worker, manager = Hands(cast.duty), Hands(cast.worker), Hands(cast.manager)
    took = {
        "channel": "phone",
        "asked_on": today() - timedelta(days=2),
        "kind": "adult",
        "name": "Bea Lark",
        "words": "I can't manage the stairs",
        "danger": "no",
        "contact_by": "letter",
        "address": "3 Mill Row, Bracken",
    }
    duty.refused("/staff/ask/", "Enter the address that we can write to", **took | {"address": ""})
    page = duty.send("/staff/ask/", **took)
    case = Case.objects.get()
    assert (
        page.at == address(case)
        and case.channel == "phone"
        and not case.person.representations.exists()
    )
    asked = case.events.get(seq=1)
    assert (asked.by, asked.on_behalf_of) == (cast.duty, case.person)
    assert (today() - timezone.localdate(case.asked_at)).days == 2, (
        "the clock began when they phoned"
    )
    triage(duty, case, cast, mode="worker_led")
    assert (case.step, case.turn, case.turn_user) == ("assess", "worker", cast.worker)

    # the assessment, asked and written down; how and when stands on every page of it
    page = worker.refused(address(case, "assessment"), "Choose how you get the answers")
    first = worker.send(address(case, "assessment"), how="phone", on=today())
    assert "You are writing down the answers of Bea Lark" in first and "On the telephone" in first
    from tests.walks.doing import answer_all

    check = answer_all(first, worker, case, level="2", words="As she said it")
    worker.refused(check.at, "Read the answers back first", page=check)
    worker.send(check.at, page=check, read_back="on")
    case.refresh_from_db()
    sent = case.events.get(verb="submit_assessment")
    assert (case.step, sent.by, sent.on_behalf_of) == ("confirm", cast.worker, case.person)
    assert set(Answer.objects.values_list("voice", "by")) == {("person", cast.worker.pk)}
    determine(worker, case)
    assert case.step == "plan"

    # the plan written by the worker: sent only after reading it back, and somebody else decides
    plan(worker, case, MANAGED, over="It costs this much here")
    worker.refused(address(case, "submit_plan") + "?for=person", "needs a tick", told_by="phone")
    send_plan(worker, case, behalf=True, told_by="phone", read_back="on")
    assert case.events.get(verb="submit_plan").on_behalf_of == case.person
    assert (case.step, case.turn, case.turn_team) == ("sign_off", "manager", cast.team), "four eyes"
    worker.open(address(case, "agree_plan"), 409)
    agree(manager, case)
    assert case.step == "set_up" and case_money.decided(case).annual == 4160

    # every letter lands in the print list; each is done once, whoever presses
    waiting = Message.objects.filter(case=case, to_person=case.person, state="waiting")
    assert set(waiting.values_list("channel", flat=True)) == {"letter"} and waiting.count() >= 4
    listed = worker.open("/staff/letters/")
    form = listed.form("message")
    assert set(form.choices["message"]) == {str(m.pk) for m in waiting} and "3 Mill Row" in listed
    one, rest = form.choices["message"][0], form.choices["message"][1:]
    assert "Bea Lark: done." in worker.send("/staff/letters/", page=listed, message=[one])
    again = manager.send("/staff/letters/", page=manager.open("/staff/letters/"), message=rest)
    assert "Nothing waits to be printed or said." in again
    late = worker.post("/staff/letters/", {"message": [one]})
    assert late.status == 302 and "Someone has already done this one." in worker.open(
        "/staff/letters/"
    )
    assert set(Message.objects.filter(to_person=case.person).values_list("state", flat=True)) == {
        "printed"
    }
    assert Hands(cast.stranger).post("/staff/letters/", {"message": [one]}).status == 404
    whole()


def test_a_carer_has_a_case_of_their_own_and_meets_nothing_of_the_other(a_case, cast):
    theirs = a_case(at="plan", person=cast.new_person("Ada Wren"))
    mark(theirs, cast)
    carer = cast.outsider
    me, duty, worker = Hands(carer), Hands(cast.duty), Hands(cast.worker)
    asked = me.send(
        "/brackenshire/ask/?for=carer",
        words="I look after my mother day and night",
        danger="no",
        name="Cy Wren",
        contact_by="email",
        email=carer.email,
    )
    case = Case.objects.get(kind="carer")
    assert case.pk != theirs.pk and case.person_id != theirs.person_id and case.ref in asked
    triage(duty, case, cast)
    assess(me, case, level="2", words="I have no evening to myself")
    assert case.step == "confirm", "sent after the triage"
    # the band is the worker's to set, agreed with the carer: two are enough to decide, one outcome
    # for a carer
    form = worker.open(address(case, "determine")).form("eligible", "health")
    band = next(n for n in form.kinds if n.startswith("agreed_"))
    determine(worker, case, outcomes=["recreation"], health="no", **{band: "1"})
    first = case_money.indicative(case)
    assert (first.annual, first.weekly, first.one_off) == (0, None, 175), (
        "Derbyshire's band 2, paid once"
    )
    shown = me.open(address(case, "budget"))
    assert "£175.00" in shown and "It has no weekly part" in shown
    plan(
        me,
        case,
        [
            (
                "A weekend away",
                "direct_payment",
                {
                    "who": "item",
                    "outcome": "recreation",
                    "quantity": "1",
                    "unit": "once",
                    "rate": "175",
                },
            )
        ],
    )
    send_plan(me, case)
    page = worker.send(address(case, "agree_plan"))
    assert page.status == 200
    case.refresh_from_db()
    assert (case.step, case.turn) == ("set_up", "finance") and case_money.decided(
        case
    ).one_off == 175
    from tests.walks.doing import coming, run, sign_agreement, start

    finance = Hands(cast.finance)
    sign_agreement(finance, case)
    [payment] = coming(case)
    assert (payment.amount, payment.on, payment.covers_to) == (175, today(), today()), (
        "once, and no day after it"
    )
    start(finance, case, case_money.agreed_plan(case).lines.get())
    run(finance, case)
    assert steps(case) == [
        "request",
        "assess",
        "confirm",
        "budget",
        "plan",
        "sign_off",
        "set_up",
        "running",
    ]
    for part in (
        (),
        ("budget",),
        ("plan",),
        ("assessment",),
        ("schedule",),
        ("contribution",),
        ("sign_offs",),
    ):
        page = me.open(address(case, *part))
        assert "MARKER" not in page.html and theirs.ref not in page.html, part
        me.open(address(theirs, *part), 404)
    assert theirs.ref not in me.open("/home/").html
    assert not Event.objects.filter(case=theirs, by=carer).exists()
    whole()


def mark(case, cast):
    """Words in the other case that must not be met anywhere."""
    case.person.name, case.person.address = "Ada MARKER Wren", "MARKER Lane"
    case.person.save()
    case.record("answer_news", by=cast.worker, note="MARKER in the timeline")
