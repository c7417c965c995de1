"""Three voices: where they differ, what the person says to it, and that none of them is ever
written over.
"""

import pytest
from django.urls import reverse

from cases import access, actions
from cases.assessment import answering, differences
from cases.common.refusals import NotYet, Stale
from cases.models import Answer, Event
from tests.cases.pages import body, page, post


@pytest.fixture
def told(a_case, cast):
    """A case whose person, helper and assessor answered the first level question in three ways."""
    case = a_case(at="confirm")
    cast.help(case)
    sent = answering.last_sent(case)
    spec = next(q for q in sent.form if q["kind"] == "option" and q.get("voice") != "worker")
    own, _helper, ours = _values(spec)
    Answer.objects.filter(assessment=sent, question=spec["id"], voice="person").update(value=own)
    Answer.objects.create(
        assessment=sent,
        question=spec["id"],
        voice="helper",
        value=_values(spec)[1],
        by=cast.delegate,
    )
    actions.save_answer(
        assessment=sent, question=spec["id"], value=ours, voice="assessor", by=cast.worker
    )
    return case, sent, spec


def _values(spec):
    found = [o["value"] for o in spec["options"]]
    return found[0], found[1], found[-1]


def voices(sent, spec):
    return dict(
        Answer.objects.filter(assessment=sent, question=spec["id"]).values_list("voice", "value")
    )


def test_all_three_are_listed_with_who_gave_them(told, cast, as_):
    case, _sent, spec = told
    for reader in (cast.person, cast.worker):
        shown = body(page(as_(reader), case, "differences"))
        assert spec["text"].split(":")[0] in shown
        for words in ("The person, on", "Delegate, who helps, on", "The council, on"):
            assert words in shown, words


@pytest.mark.parametrize(
    ("reply", "words"), [("mine", ""), ("theirs", ""), ("comment", "Only on bad days")]
)
def test_a_reply_is_kept_and_changes_no_voice(told, cast, as_, reply, words):
    case, sent, spec = told
    before = voices(sent, spec)
    answer = post(as_(cast.person), case, "reply", spec["id"], reply=reply, words=words)
    assert answer.status_code == 302 and voices(sent, spec) == before
    event = case.events.get(verb="answered_a_difference")
    assert (event.codes["reply"], event.role) == (reply, "person")
    shown = body(page(as_(cast.worker), case, "differences"))
    assert words in shown and "The person says:" in shown
    assert "To our answer:" in body(page(as_(cast.worker), case, "answers"))


def test_a_comment_needs_words_and_a_reply_a_choice(told, cast, as_):
    case, _sent, spec = told
    assert post(as_(cast.person), case, "reply", spec["id"], reply="comment").status_code == 422
    assert post(as_(cast.person), case, "reply", spec["id"], words="MARKER").status_code == 422
    assert not Event.objects.filter(verb="answered_a_difference").exists()


def test_an_answer_changed_meanwhile_is_read_first_and_opens_the_question_again(told, cast, as_):
    case, sent, spec = told
    client = as_(cast.person)
    form = client.get(reverse("cases:reply", args=[case.ref, spec["id"]])).context["form"]
    hidden = {n: form[n].value() for n in ("seen", "key", "version")}
    actions.save_answer(
        assessment=sent,
        question=spec["id"],
        value=_values(spec)[1],
        voice="assessor",
        by=cast.worker,
    )
    answer = client.post(
        reverse("cases:reply", args=[case.ref, spec["id"]]),
        hidden | {"reply": "mine", "words": "Kept"},
    )
    assert (
        answer.status_code == 422 and "has changed while" in body(answer) and "Kept" in body(answer)
    )
    with pytest.raises(Stale):
        differences.reply_to(case=case, by=cast.person, question=spec["id"], reply="mine", seen=1)
    differences.reply_to(case=case, by=cast.person, question=spec["id"], reply="mine", seen=2)
    (one,) = [
        d for d in differences.differences_in(_as_worker(case), sent) if d.question == spec["id"]
    ]
    assert not one.open
    actions.save_answer(
        assessment=sent,
        question=spec["id"],
        value=_values(spec)[2],
        voice="assessor",
        by=cast.worker,
    )
    (one,) = [
        d for d in differences.differences_in(_as_worker(case), sent) if d.question == spec["id"]
    ]
    assert one.newer and one.open and one.reply
    assert "was changed after that" in body(page(client, case, "differences"))


def _as_worker(case):
    return access.Reading(case, case.worker, [], frozenset({"worker"}))


def test_who_may_read_and_who_may_reply(told, cast, as_):
    case, _sent, spec = told
    helper = as_(cast.delegate)
    assert page(helper, case, "differences").status_code == 200
    assert page(helper, case, "reply", spec["id"]).status_code == 404
    with pytest.raises(NotYet, match="Only the person"):
        differences.reply_to(case=case, by=cast.delegate, question=spec["id"], reply="mine")
    for who in ("outsider", "stranger", "admin", "finance"):
        for name, args in (("differences", ()), ("reply", (spec["id"],))):
            assert page(as_(getattr(cast, who)), case, name, *args).status_code == 404
    assert page(as_(cast.person), case, "reply", "no.such.question").status_code == 404


def test_a_worker_writes_down_the_reply_and_says_how_they_know(told, cast, as_):
    case, _sent, spec = told
    assert post(as_(cast.worker), case, "reply", spec["id"], reply="theirs").status_code == 422
    assert (
        post(
            as_(cast.worker),
            case,
            "reply",
            spec["id"],
            reply="theirs",
            told_by="visit",
            read_back="on",
        ).status_code
        == 302
    )
    assert case.events.get(verb="answered_a_difference").on_behalf_of == case.person


def test_where_all_say_the_same_there_is_nothing_to_answer(a_case, cast, as_):
    case = a_case(at="confirm")
    sent = answering.last_sent(case)
    assert differences.differences_in(_as_worker(case), sent) == []
    assert "There is no difference" in body(page(as_(cast.person), case, "differences"))
    with pytest.raises(NotYet, match="no difference here"):
        differences.reply_to(case=case, by=cast.person, question=sent.form[0]["id"], reply="mine")
    assert "There is no difference" in body(
        page(as_(cast.person), a_case(at="request"), "differences")
    )
