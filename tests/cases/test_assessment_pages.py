"""Telling one's life page by page: kept at once, in the right voice, sent once."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.assessment import answering
from cases.models import Answer, Event, SelfAssessment
from cases.models.record import RecordView


def page(case, question):
    return reverse("cases:question", args=[case.ref, question])


@pytest.fixture
def case(a_case):
    return a_case("assess")


@pytest.fixture
def draft(case, cast):
    return actions.open_assessment(case=case, by=cast.person)


def option(draft):
    """The first question with answers to choose from, and the words of its answers."""
    return next(q for q in draft.form if q["kind"] == "option" and q.get("voice") != "worker")


def begin_for(client, case, how="phone", **more):
    day = timezone.localdate()
    return client.post(
        reverse("cases:assessment", args=[case.ref]),
        {"how": how, "on_day": day.day, "on_month": day.month, "on_year": day.year} | more,
    )


def test_reading_begins_nothing_and_the_button_does(case, cast, as_):
    mine, url = as_(cast.person), reverse("cases:assessment", args=[case.ref])
    assert "Start" in mine.get(url).content.decode() and not SelfAssessment.objects.exists()
    answer = mine.post(url)
    draft = SelfAssessment.objects.get()
    assert answer.url == page(case, draft.form[0]["id"])


def test_every_page_is_kept_and_leads_to_the_next(case, draft, cast, as_):
    mine = as_(cast.person)
    answer = mine.post(page(case, "about.important"), {"value": "My garden", "seen": 0})
    kept = Answer.objects.get()
    assert (kept.value, kept.voice, kept.by) == ("My garden", "person", cast.person)
    assert answer.url == page(case, draft.form[1]["id"])
    assert "Saved." in mine.get(answer.url).content.decode()
    assert "Saved." not in mine.get(answer.url).content.decode(), "said once"
    back = mine.get(page(case, "about.important")).content.decode()
    assert "My garden" in back and 'name="seen" value="1"' in back
    assert not Event.objects.filter(case=case, at__gte=kept.at).exists(), "a draft writes no events"


def test_a_choice_is_kept_as_its_number_and_shown_as_chosen(case, draft, cast, as_):
    mine, spec = as_(cast.person), option(draft)
    mine.post(page(case, spec["id"]), {"value": "1", "seen": 0})
    assert Answer.objects.get().value == spec["options"][1]["value"] == 1
    assert 'value="1" checked' in " ".join(
        mine.get(page(case, spec["id"])).content.decode().split()
    )


def test_no_help_needed_skips_what_follows(case, draft, cast, as_):
    mine, spec = as_(cast.person), option(draft)
    after = [q for q in draft.form if q["page"] != spec["page"] and q["page"] != "about"][0]
    ids = [q["id"] for q in draft.form if q["kind"] == "option" and q["page"] == spec["page"]]
    for one in ids:
        answer = mine.post(page(case, one), {"value": "0", "seen": 0})
    assert answer.url == page(case, after["id"])


@pytest.mark.parametrize("escape", ["dont_know", "in_person"])
def test_not_knowing_is_an_answer(case, draft, cast, as_, escape):
    mine = as_(cast.person)
    mine.post(page(case, "about.important"), {"value": "", "instead": escape, "seen": 0})
    mine.post(page(case, option(draft)["id"]), {"value": escape, "seen": 0})
    assert list(Answer.objects.values_list("value", flat=True)) == [escape, escape]


def test_skipping_keeps_nothing_and_goes_on(case, draft, cast, as_):
    answer = as_(cast.person).post(
        page(case, "about.important"), {"value": "", "seen": 0, "skip": "1"}
    )
    assert answer.url == page(case, draft.form[1]["id"]) and not Answer.objects.exists()


def test_saving_for_later_leads_to_the_parts(case, draft, cast, as_):
    mine = as_(cast.person)
    answer = mine.post(page(case, "about.important"), {"value": "Cats", "seen": 0, "later": "1"})
    assert answer.url == reverse("cases:assessment", args=[case.ref])
    parts = mine.get(answer.url).content.decode()
    assert "Started" in parts or "Done" in parts
    assert "Not started" in parts and "Go on where you stopped" in parts


def test_nothing_chosen_is_said_and_nothing_is_kept(case, draft, cast, as_):
    mine, spec = as_(cast.person), option(draft)
    for question, words in (
        (spec["id"], "Choose an answer"),
        ("about.important", "Write an answer"),
    ):
        answer = mine.post(page(case, question), {"seen": 0})
        assert answer.status_code == 422 and words in answer.content.decode()
    assert mine.post(page(case, spec["id"]), {"value": "77", "seen": 0}).status_code == 422
    assert not Answer.objects.exists()


def test_an_answer_can_be_taken_back(case, draft, cast, as_):
    mine = as_(cast.person)
    mine.post(page(case, "about.important"), {"value": "Cats", "seen": 0})
    mine.post(page(case, "about.important"), {"value": "", "seen": 1})
    assert Answer.objects.get().value == ""
    assert "0 of" in mine.get(reverse("cases:assessment", args=[case.ref])).content.decode()


def test_the_same_question_changed_by_another_is_shown_side_by_side(case, draft, cast, as_):
    one, two = as_(cast.person), as_(cast.person)
    one.post(page(case, "about.important"), {"value": "Dogs", "seen": 0})
    answer = two.post(page(case, "about.important"), {"value": "Cats", "seen": 0})
    text = answer.content.decode()
    assert answer.status_code == 409 and "Dogs" in text and "Cats" in text
    assert f"Ada Wren, {timezone.localtime(Answer.objects.get().at):%H:%M}" in " ".join(
        text.split()
    )
    assert Answer.objects.get().value == "Dogs"


def test_who_else_writes_is_said_and_different_questions_are_both_kept(case, draft, cast, as_):
    cast.help(case)
    mine, theirs, parts = (
        as_(cast.person),
        as_(cast.delegate),
        reverse("cases:assessment", args=[case.ref]),
    )
    assert "is writing here now" not in mine.get(parts).content.decode()
    theirs.post(page(case, "about.important"), {"value": "She likes cats", "seen": 0})
    second = draft.form[1]["id"]
    mine.post(page(case, second), {"value": "1", "seen": 0})
    for url in (parts, page(case, second), reverse("cases:check_answers", args=[case.ref])):
        shown = mine.get(url).content.decode()
        assert "Delegate is writing here now" in shown and "Ada Wren is writing" not in shown, url
    assert "Ada Wren is writing here now" in theirs.get(parts).content.decode()
    cast.help(case, user=cast.outsider)
    shown = as_(cast.outsider).get(parts).content.decode()
    assert "Another helper is writing here now" in shown and "Delegate is writing" not in shown
    assert set(Answer.objects.values_list("question", "voice")) == {
        ("about.important", "helper"),
        (second, "person"),
    }
    Answer.objects.update(at=timezone.now() - answering.NOW)
    assert "is writing here now" not in mine.get(parts).content.decode(), (
        "ten minutes later nobody is"
    )


def test_a_colleague_who_writes_in_the_draft_is_named_only_where_they_are_the_named_worker(
    case, draft, cast, as_
):
    mine, parts = as_(cast.person), reverse("cases:assessment", args=[case.ref])
    for who, shown in ((cast.colleague, "Somebody at the council"), (cast.worker, "Worker")):
        actions.save_answer(
            assessment=draft, question="about.important", value="Cats", voice="person", by=who
        )
        text = mine.get(parts).content.decode()
        assert f"{shown} is writing here now" in text and "Colleague" not in text


def test_saved_is_said_once_wherever_one_goes_next(case, draft, cast, as_):
    mine, parts = as_(cast.person), reverse("cases:assessment", args=[case.ref])
    for more, lands in (
        ({"later": "1"}, parts),
        ({"to": "check"}, reverse("cases:check_answers", args=[case.ref])),
    ):
        answer = mine.post(
            page(case, "about.important"),
            {"value": str(more), "seen": Answer.objects.count()} | more,
        )
        assert answer.url == lands and "Saved." in mine.get(lands).content.decode()
        assert (
            "Saved."
            not in mine.get(lands).content.decode()
            + mine.get(page(case, "about.important")).content.decode()
        )


def test_unknown_questions_and_the_workers_own_are_not_found(case, draft, cast, as_):
    mine = as_(cast.person)
    assert mine.get(page(case, "no.such")).status_code == 404
    theirs = [q["id"] for q in draft.form if q.get("voice") == "worker"]
    assert all(mine.get(page(case, q)).status_code == 404 for q in theirs)


@pytest.mark.parametrize("who", ["outsider", "stranger", "finance", "auditor"])
def test_nobody_else_gets_in(case, draft, cast, as_, who):
    client = as_(getattr(cast, who))
    for url in (
        reverse("cases:assessment", args=[case.ref]),
        page(case, "about.important"),
        reverse("cases:check_answers", args=[case.ref]),
    ):
        assert client.get(url).status_code == 404
        assert client.post(url, {"value": "x", "seen": 0}).status_code == 404
    assert not Answer.objects.exists()


# ---- helpers ----


def test_a_helpers_words_stand_beside_the_persons(case, draft, cast, as_):
    cast.help(case)
    as_(cast.person).post(page(case, "about.important"), {"value": "My garden", "seen": 0})
    theirs = as_(cast.delegate)
    assert "My garden" in theirs.get(page(case, "about.important")).content.decode()
    theirs.post(page(case, "about.important"), {"value": "She needs company", "seen": 0})
    assert dict(Answer.objects.values_list("voice", "value")) == {
        "person": "My garden",
        "helper": "She needs company",
    }


def test_a_helper_without_the_scope_reads_only(case, draft, cast, as_):
    cast.help(case, scope=["see"])
    theirs = as_(cast.delegate)
    assert theirs.get(reverse("cases:assessment", args=[case.ref])).status_code == 200
    assert theirs.post(page(case, "about.important"), {"value": "x", "seen": 0}).status_code == 409
    assert not Answer.objects.exists()


def test_a_helper_who_fills_but_does_not_send_has_no_button(case, draft, cast, as_):
    cast.help(case, scope=["see", "fill"])
    theirs, url = as_(cast.delegate), reverse("cases:check_answers", args=[case.ref])
    theirs.post(page(case, "about.important"), {"value": "She needs company", "seen": 0})
    assert "You may not send them" in theirs.get(url).content.decode()
    answer = theirs.post(url, {"key": uuid.uuid4(), "seen": case.head_seq})
    assert answer.status_code == 422
    assert SelfAssessment.objects.get().state == "draft"


def test_a_helper_may_send_what_they_wrote(case, draft, cast, as_):
    cast.help(case)
    theirs = as_(cast.delegate)
    theirs.post(page(case, "about.important"), {"value": "She needs company", "seen": 0})
    answer = theirs.post(
        reverse("cases:check_answers", args=[case.ref]),
        {"key": uuid.uuid4(), "seen": case.head_seq},
    )
    case.refresh_from_db()
    assert answer.status_code == 302 and case.step == "confirm"


def test_who_gave_an_answer_is_kept_and_shown_and_not_to_another_helper(case, draft, cast, as_):
    cast.help(case)
    cast.help(case, scope=["see"], user=cast.outsider)
    cast.delegate.name = "Bridie Vale"
    cast.delegate.save()
    as_(cast.delegate).post(
        page(case, "about.important"), {"value": "She needs company", "seen": 0}
    )
    check = reverse("cases:check_answers", args=[case.ref])
    assert "Bridie Vale: She needs company" in as_(cast.person).get(check).content.decode()
    actions.submit_assessment(case=case, by=cast.delegate)
    sent = reverse("cases:assessment", args=[case.ref])
    assert "Answered by Bridie Vale, who helps." in as_(cast.person).get(sent).content.decode()
    seen = as_(cast.outsider).get(sent).content.decode()
    assert "She needs company" in seen and "Bridie" not in seen
    staff = as_(cast.worker).get(reverse("cases:answers", args=[case.ref])).content.decode()
    assert "Their helper: She needs company (Bridie Vale, " in staff


# ---- a worker writes down ----


def test_a_worker_says_how_before_reading_or_writing(case, draft, cast, as_):
    as_(cast.person).post(page(case, "about.important"), {"value": "A secret", "seen": 0})
    client = as_(cast.worker)
    text = client.get(reverse("cases:assessment", args=[case.ref])).content.decode()
    assert "1 answer so far" in text and "A secret" not in text
    assert client.get(page(case, "about.important")).url == reverse(
        "cases:assessment", args=[case.ref]
    )
    assert begin_for(client, case, how="telepathy").status_code == 422
    assert begin_for(client, case).status_code == 422, (
        "the person's own words stay closed until they ask for help"
    )
    answer = begin_for(client, case, asked="on")
    assert "You are writing down the answers of Ada Wren" in client.get(answer.url).content.decode()


def test_what_a_worker_writes_down_is_the_persons_word_with_the_worker_named(
    case, draft, cast, as_
):
    client = as_(cast.worker)
    begin_for(client, case)
    client.post(page(case, "about.important"), {"value": "My garden", "seen": 0})
    kept = Answer.objects.get()
    assert (kept.voice, kept.by) == ("person", cast.worker)
    check = as_(cast.person).get(reverse("cases:check_answers", args=[case.ref])).content.decode()
    assert "Written down for the person by the council" in check
    fields = {"key": uuid.uuid4(), "seen": case.head_seq, "read_back": "on"}
    client.post(reverse("cases:check_answers", args=[case.ref]), fields)
    event = case.events.order_by("-seq").first()
    assert (event.verb, event.by, event.on_behalf_of) == (
        "submit_assessment",
        cast.worker,
        case.person,
    )


# ---- checking and sending ----


def send(client, case, key=None):
    return client.post(
        reverse("cases:check_answers", args=[case.ref]),
        {"key": key or uuid.uuid4(), "seen": case.head_seq},
    )


def test_gaps_are_shown_and_not_refused(case, draft, cast, as_):
    mine = as_(cast.person)
    mine.post(page(case, "about.important"), {"value": "My garden", "seen": 0})
    check = mine.get(reverse("cases:check_answers", args=[case.ref])).content.decode()
    assert (
        "My garden" in check and "No answer. That is all right." in check and "?to=check" in check
    )
    answer = send(mine, case)
    case.refresh_from_db()
    assert answer.url == reverse("cases:assessment", args=[case.ref]) and case.step == "confirm"
    sent = mine.get(answer.url).content.decode()
    assert (
        "We have your answers" in sent
        and case.ref in sent
        and "We aim to have done this by" in sent
    )
    seq = case.events.get(verb="submit_assessment").seq
    pdf = reverse("cases:letter_pdf", args=[case.ref, seq])
    assert f'href="{pdf}"' in sent and mine.get(pdf).content.startswith(b"%PDF"), "to keep"


def test_changing_an_answer_returns_to_the_check(case, draft, cast, as_):
    mine = as_(cast.person)
    assert 'value="check"' in mine.get(page(case, "about.important") + "?to=check").content.decode()
    answer = mine.post(page(case, "about.important"), {"value": "x", "seen": 0, "to": "check"})
    assert answer.url == reverse("cases:check_answers", args=[case.ref])


def test_sending_twice_has_one_effect(case, draft, cast, as_):
    mine, key = as_(cast.person), uuid.uuid4()
    mine.post(page(case, "about.important"), {"value": "x", "seen": 0})
    assert send(mine, case, key).url == send(mine, case, key).url
    assert Event.objects.filter(case=case, verb="submit_assessment").count() == 1


def test_an_empty_form_is_not_sent_and_says_why(case, draft, cast, as_):
    answer = send(as_(cast.person), case)
    assert answer.status_code == 422 and "at least one question" in answer.content.decode()


def test_answers_sent_are_frozen_and_readable(a_case, cast, as_):
    case = a_case("confirm")
    mine = as_(cast.person)
    assert mine.get(page(case, "about.important")).status_code == 302
    assert (
        "In my own words" in mine.get(reverse("cases:assessment", args=[case.ref])).content.decode()
    )
    before = Answer.objects.count()
    mine.post(page(case, "about.important"), {"value": "x", "seen": 1})
    assert Answer.objects.count() == before and not Answer.objects.filter(value="x").exists()


@pytest.mark.parametrize("who", ["worker", "manager", "panel"])
def test_colleagues_who_may_read_it_read_what_was_sent(a_case, cast, as_, who):
    case = a_case("panel")
    answer = as_(getattr(cast, who)).get(reverse("cases:assessment", args=[case.ref]))
    assert answer.status_code == 200 and "In my own words" in answer.content.decode()


def test_telling_can_begin_while_the_request_is_looked_at(a_case, cast, as_):
    case = a_case("request")
    mine = as_(cast.person)
    mine.post(reverse("cases:assessment", args=[case.ref]))
    mine.post(page(case, "about.important"), {"value": "x", "seen": 0})
    send(mine, case)
    case.refresh_from_db()
    assert case.step == "request" and case.assessments.get().state == "submitted"


def test_opening_a_page_is_written_down(case, draft, cast, as_):
    as_(cast.person).get(page(case, "about.important"))
    assert (
        RecordView.objects.filter(case=case, user=cast.person, page="cases:question").count() == 1
    )
