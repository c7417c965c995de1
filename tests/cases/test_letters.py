"""What happened, as a sentence, a timeline and a letter; each reader gets the words that are
theirs.
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import actions, journey, ledger
from cases.assessment import answering
from cases.letters import compose, message_words, timeline
from cases.letters.phrases import OWED
from cases.letters.templates import WORDS
from cases.models import Answer, Case, Council, Disposal, Event, Letter, Message, Person, User
from cases.ui import date_words


def event_of(case, verb) -> Event:
    return case.events.filter(verb=verb).order_by("-seq").first()


def open_letter(client, case, verb, way="print"):
    return client.get(
        reverse("cases:letter", args=[case.ref, event_of(case, verb).seq]) + f"?as={way}"
    )


def body(answer) -> str:
    """The letter itself, without the page around it."""
    page = answer.content.decode()
    return page[page.index("<article") : page.index("</article>")]


def test_a_sentence_speaks_to_its_reader(a_case, cast):
    event = event_of(a_case("confirm"), "submit_assessment")
    assert timeline.sentence(event, "person") == "You sent the self-assessment"
    assert timeline.sentence(event, "delegate") == "The person you help sent the self-assessment"
    assert timeline.sentence(event) == "The person sent the self-assessment"


def test_a_move_on_behalf_says_so(a_case, cast):
    case = a_case("running")
    case.move(
        "start_review",
        by=cast.worker,
        on_behalf_of=case.person,
        kind="requested",
        reason="Phoned us",
    )
    event = event_of(case, "start_review")
    assert (
        timeline.sentence(event, "person") == "Your social worker started a review on your behalf"
    )
    assert "for the person" in timeline.sentence(event)


def test_every_verb_of_the_journey_has_a_sentence_for_people():
    for verb in journey.MOVES:
        assert timeline.has_words(verb)
        assert "_" not in str(journey.MOVES[verb].done)


def test_what_is_recorded_beside_the_journey_has_a_sentence_too(a_case, cast):
    case = a_case("set_up")
    event = case.record("record_agreement", by=cast.finance)
    assert (
        timeline.sentence(event) == "Finance recorded the signed agreement and set up the payments"
    )
    assert timeline.sentence(event, "person").startswith("The finance team recorded")
    paid = case.record("record_contribution", by=cast.finance)
    assert timeline.has_words(paid.verb) and "_" not in timeline.sentence(paid)


def test_the_persons_question_is_theirs_to_staff(a_case, cast):
    case = a_case("waiting")
    case.move("ask_news", by=cast.person, question="When will somebody come?")
    assert ("Their question", "When will somebody come?") in timeline.timeline(case, {"worker"})[
        0
    ].facts


def test_a_letter_is_offered_only_to_those_who_may_read_it(a_case, cast):
    case = a_case("running")
    for roles in ({"finance"}, {"auditor"}, {"worker"}, {"person"}):
        for line in timeline.timeline(case, roles):
            assert line.letter == (compose.letter_for(case, line.seq, roles) is not None), (
                roles,
                line.verb,
            )


def test_the_timeline_is_newest_first_in_one_query(a_case, cast, django_assert_num_queries):
    case = a_case("running")
    with django_assert_num_queries(1):
        entries = timeline.timeline(case, {"worker"})
    assert [e.seq for e in entries] == sorted((e.seq for e in entries), reverse=True)
    assert (
        entries[-1].what == "The person asked for support"
        and entries[-1].note == "I find mornings hard"
    )


def test_asks_are_labelled_and_coded_answers_worded(a_case, cast):
    case = a_case("waiting")
    facts = dict(next(e for e in timeline.timeline(case, {"worker"}) if e.verb == "triage").facts)
    assert (
        facts["How urgent is it?"] == "Routine"
        and facts["Is there a safeguarding concern?"] == "No"
    )
    told = dict(next(e for e in timeline.timeline(case, {"person"}) if e.verb == "triage").facts)
    assert set(told) == {"How soon", "We will be in touch by"}


def test_a_body_is_given_only_to_its_audience(a_case, cast):
    case = a_case("confirm")
    case.record("triage", by=cast.worker, note="For the person alone", audience="person")
    case.record("triage", by=cast.worker, note="RESTRICTED words", audience="restricted")

    def notes(roles):
        return [e.note for e in timeline.timeline(case, roles)]

    assert "For the person alone" in notes({"person"}) and "For the person alone" not in notes(
        {"delegate"}
    )
    assert "For the person alone" not in notes({"finance"})
    assert not any(
        "RESTRICTED words" in notes({r})
        for r in ("person", "delegate", "worker", "manager", "auditor")
    )


def test_verbs_without_words_are_for_staff(a_case, cast):
    case = a_case("confirm")
    case.record("some_bookkeeping", by=cast.worker)
    assert "some_bookkeeping" not in {e.verb for e in timeline.timeline(case, {"person"})}
    assert "some_bookkeeping" in {e.verb for e in timeline.timeline(case, {"worker"})}


def test_every_letter_that_is_owed_has_words_of_its_own_and_easy_ones():
    assert set(OWED) <= set(WORDS)
    for verb, words in WORDS.items():
        assert words.first and 1 <= len(words.easy) <= 4, verb
        assert all(len(str(text).split()) <= 18 for _picture, text in words.easy), verb
    for verb in (*journey.MOVES, *OWED):
        assert timeline.title_of(verb)


def test_the_decision_is_told_with_its_reasons_and_the_way_to_challenge(a_case, cast, as_):
    case = a_case("plan")
    text = body(open_letter(as_(cast.person), case, "determine_eligible"))
    assert "Needs help most days" in text and "Cannot do it without assistance" in text
    assert "Managing and maintaining nutrition" in text
    assert "within 3 working days" in text and "Ombudsman" in text
    assert case.ref in text and "Dear Ada Wren" in text and "Brackenshire Council" in text


def test_the_letter_of_a_refusal_carries_the_advice(a_case, cast, as_):
    case = a_case("confirm")
    actions.determine(
        case=case,
        by=cast.worker,
        eligible=False,
        arises=True,
        impact=False,
        areas=[],
        findings={},
        reasons="One need only",
        advice="A lunch club meets on Fridays",
    )
    text = body(open_letter(as_(cast.person), case, "determine_not_eligible"))
    assert "One need only" in text and "lunch club" in text and "Ombudsman" in text


def test_the_budget_in_a_letter_is_the_figure_of_its_day(a_case, cast, as_):
    case = a_case("set_up")
    figure = case.figures.filter(kind="indicative").get()
    amount = f"£{figure.weekly or figure.one_off:,.2f}"
    text = body(open_letter(as_(cast.person), case, "share_budget"))
    assert amount in text and "may still go up or down" in text
    decided = case.figures.filter(kind="decided").get()
    agreed = body(open_letter(as_(cast.person), case, "agree_plan"))
    assert f"£{decided.weekly:,.2f}" in agreed and "The support costs this much here" in agreed


def test_an_offer_says_what_differs_why_and_how_the_need_is_met(a_case, cast, as_):
    text = body(open_letter(as_(cast.person), a_case("offer"), "offer_changed"))
    for words in (
        "4 hours in place of 5",
        "The sister helps on Sundays",
        "Help every weekday morning",
        "decline",
    ):
        assert words in text


def test_a_referral_says_what_support_there_is_meanwhile(a_case, cast, as_):
    text = body(open_letter(as_(cast.person), a_case("panel"), "refer_to_panel"))
    assert "Home care goes on" in text and "A plan unlike others" in text


@pytest.mark.parametrize("step", ["running", "closed"])
def test_every_letter_of_a_case_opens_for_the_person(a_case, cast, as_, step):
    case, mine = a_case(step), as_(cast.person)
    for event in case.events.all():
        answer = mine.get(reverse("cases:letter", args=[case.ref, event.seq]))
        assert answer.status_code == (200 if timeline.has_letter(event.verb) else 404), event.verb


FORMATS = {
    "standard": "print",
    "large_print": "large",
    "easy_read": "easy",
    "audio": "audio",
    "bsl": "print",
}
MARKS = {
    "print": 'class="app-letter"',
    "large": "app-letter--large",
    "easy": "app-easy__fact",
    "audio": "order in which it is read out",
}


@pytest.mark.parametrize(("need", "opens"), FORMATS.items())
def test_a_letter_opens_as_the_person_takes_in_information_and_every_other_way_is_offered(
    a_case, cast, as_, need, opens
):
    case = a_case(person=cast.new_person(communication=need))
    page = open_letter(as_(cast.person), case, "ask_for_support", "")
    assert MARKS[opens] in page.content.decode()
    for shape, mark in MARKS.items():
        other = open_letter(as_(cast.person), case, "ask_for_support", shape).content.decode()
        assert mark in other and "another language" in other and "01632 960100" in other, shape
    assert ("You asked for British Sign Language" in page.content.decode()) == (need == "bsl")


def test_a_language_that_was_recorded_is_obeyed_in_every_way(a_case, cast, as_):
    case = a_case(person=cast.new_person(language="Urdu, with an interpreter"))
    assert "Urdu, with an interpreter" in body(
        open_letter(as_(cast.person), case, "ask_for_support")
    )
    address = reverse("cases:letter_pdf", args=[case.ref, 1])
    before = as_(cast.person).get(address).content
    Person.objects.filter(pk=case.person_id).update(language="")
    assert as_(cast.person).get(address).content != before


def test_easy_read_says_the_key_facts_in_short_sentences(a_case, cast, as_):
    text = body(open_letter(as_(cast.person), a_case("plan"), "share_budget", "easy"))
    assert (
        "how much money there may be" in text
        and "£" in text
        and "Somebody else looks at it again" in text
    )
    assert "#picture-money" in text and "01632 960100" in text


def test_the_text_to_listen_to_has_everything_in_order_and_spells_the_reference(a_case, cast, as_):
    case = a_case("plan")
    answer = as_(cast.person).get(
        reverse("cases:letter_text", args=[case.ref, event_of(case, "determine_eligible").seq])
    )
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/plain") and " ".join(case.ref) in text
    places = [
        text.index(x)
        for x in (
            "Brackenshire Council",
            "Dear Ada Wren",
            "Needs help most days",
            "Ombudsman",
            "01632 960100",
        )
    ]
    assert places == sorted(places) and "<" not in text


def test_a_helper_reads_the_letter_without_the_address(a_case, cast, as_):
    case = a_case(person=cast.new_person(address="9 Secret Lane"))
    cast.help(case)
    assert "9 Secret Lane" in body(open_letter(as_(cast.person), case, "ask_for_support"))
    assert "9 Secret Lane" not in body(open_letter(as_(cast.delegate), case, "ask_for_support"))


def test_decisions_are_not_for_finance_and_letters_not_for_strangers(a_case, cast, as_):
    case = a_case("set_up")
    assert open_letter(as_(cast.finance), case, "determine_eligible").status_code == 404
    assert open_letter(as_(cast.finance), case, "agree_plan").status_code == 200
    for who in ("outsider", "stranger"):
        assert open_letter(as_(getattr(cast, who)), case, "agree_plan").status_code == 404
    assert as_(cast.person).get(reverse("cases:letter", args=[case.ref, 999])).status_code == 404


def test_safeguarding_and_capacity_stand_in_no_letter(a_case, cast, as_):
    case = a_case("waiting", safeguarding="yes", capacity="no")
    text = body(open_letter(as_(cast.person), case, "triage"))
    assert "safeguarding" not in text.lower() and "decide" not in text.lower().replace(
        "decided the next step", ""
    )


def test_what_is_written_is_never_markup(a_case, cast, as_):
    case = a_case("confirm")
    case.move("return_assessment", by=cast.worker, missing="<script>alert(1)</script>")
    text = body(open_letter(as_(cast.person), case, "return_assessment"))
    assert "<script>" not in text and "&lt;script&gt;" in text


def test_a_letter_says_by_when_as_it_was_fixed(a_case, cast):
    case = a_case("confirm")
    event = event_of(case, "submit_assessment")
    found = timeline.what_next(event)
    assert date_words.last_day(Case.objects.get(pk=case.pk).due_at) in found[-1]
    assert timezone.localdate(case.due_at) > timezone.localdate(event.at)


def kept(case, verb) -> Letter:
    return Letter.objects.get(event=event_of(case, verb))


def test_each_step_writes_the_letter_it_owes_and_only_that(a_case, cast):
    case = a_case("running")
    written = [
        letter.event.verb for letter in Letter.objects.filter(case=case).order_by("event__seq")
    ]
    owed = [e.verb for e in case.events.order_by("seq") if e.verb in OWED]
    assert written == owed
    assert written == [
        "ask_for_support",
        "submit_assessment",
        "determine_eligible",
        "share_budget",
        "agree_plan",
        "record_agreement",
    ]


def test_a_letter_stays_as_it_was_written_whatever_changes_later(a_case, cast, as_):
    case = a_case("set_up", person=cast.new_person("Ada Wren", address="9 Old Lane"))
    before = {
        verb: (body(open_letter(as_(cast.person), case, verb)), kept(case, verb).content)
        for verb in ("ask_for_support", "determine_eligible", "share_budget", "agree_plan")
    }
    Person.objects.filter(pk=case.person_id).update(name="Ada Rook", address="1 New Road")
    User.objects.filter(pk=case.worker_id).update(name="Somebody Else")
    Council.objects.filter(pk=case.council_id).update(
        name="Greater Brackenshire", help_phone="01632 960999"
    )
    case.move(
        "correct_date",
        by=cast.manager,
        new_date=timezone.localdate(case.step_since),
        reason="The right day",
    )
    for verb, (page, content) in before.items():
        assert body(open_letter(as_(cast.person), case, verb)) == page, verb
        assert kept(case, verb).content == content


def test_a_wording_changed_later_changes_no_letter_of_before(a_case, cast, as_, monkeypatch):
    case = a_case("plan")
    page = body(open_letter(as_(cast.person), case, "share_budget"))
    monkeypatch.setitem(WORDS, "share_budget", WORDS["triage"])
    assert body(open_letter(as_(cast.person), case, "share_budget")) == page


def test_letters_are_append_only_and_a_changed_one_is_found(a_case, cast):
    from django.db import DatabaseError, connection, transaction

    case = a_case("plan")
    letter = kept(case, "share_budget")
    for spoil in (
        lambda: Letter.objects.filter(pk=letter.pk).update(digest="x"),
        lambda: letter.delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            spoil()
    assert list(ledger.faults(Case.objects.filter(pk=case.pk))) == []
    ledger.disarm(connection)
    Letter.objects.filter(pk=letter.pk).update(
        content=letter.content | {"title": "Nothing for you"}
    )
    ledger.arm(connection)
    assert "the letter of event" in next(iter(ledger.faults(Case.objects.filter(pk=case.pk))))


def test_a_lawful_disposal_takes_the_letter_with_the_words(a_case, cast, as_):
    case = a_case("confirm")
    case.move("return_assessment", by=cast.worker, missing="More about mornings")
    Disposal.objects.create(case=case, authority="Retention schedule", by=cast.manager)
    Letter.objects.filter(case=case).delete()
    event = event_of(case, "return_assessment")
    event.body.delete()
    text = body(open_letter(as_(cast.person), case, "return_assessment"))
    assert "More about mornings" not in text and "law on keeping records" in text
    assert list(ledger.faults(Case.objects.filter(pk=case.pk))) == []


def test_a_letter_of_the_time_before_letters_were_kept_is_made_from_its_event(a_case, cast, as_):
    case = a_case("plan")
    page = body(open_letter(as_(cast.person), case, "determine_eligible"))
    Disposal.objects.create(case=case, authority="A test", by=cast.manager)
    Letter.objects.filter(case=case).delete()
    assert body(open_letter(as_(cast.person), case, "determine_eligible")) == page


def test_the_assessment_record_has_every_answer_and_goes_to_the_person(a_case, cast, as_):
    case = a_case("confirm")
    text = body(open_letter(as_(cast.person), case, "submit_assessment"))
    sent = answering.last_sent(case)
    for q in sent.form:
        if q.get("voice") != "worker":
            assert q["text"].replace("'", "&#x27;").replace("&#x27;", "'") in text.replace(
                "&#x27;", "'"
            ), q["id"]
    assert "In my own words about nutrition" in text
    assert (
        Message.objects.filter(
            case=case, template="submit_assessment", to_person=case.person
        ).count()
        == 1
    )
    assert (
        Answer.objects.filter(assessment=sent).exists()
        and "answers" == kept(case, "submit_assessment").content["blocks"][2]["kind"]
    )


def test_the_agreement_is_told_in_writing(a_case, cast, as_):
    case = a_case("running")
    text = body(open_letter(as_(cast.person), case, "record_agreement"))
    assert (
        "Signed by" in text and "Every 4 weeks" in text and "First payment" in text and "£" in text
    )
    assert (
        Message.objects.filter(
            case=case, template="record_agreement", to_person=case.person
        ).count()
        == 1
    )
    row = Message.objects.get(case=case, template="record_agreement")
    assert "message" in message_words.words_of(row)[0]


def test_a_helper_hears_nothing_that_is_the_persons_alone(a_case, cast, as_):
    case = a_case("set_up")
    cast.help(case)
    event = case.record(
        "answer_news", by=cast.worker, note="For the person alone", audience="person"
    )
    own = compose.letter_for(case, event.seq, {"person"})
    helper = compose.letter_for(case, event.seq, {"delegate"})
    assert "For the person alone" in str(own.content) and "For the person alone" not in str(
        helper.content
    )


def test_writing_a_letter_is_one_statement_and_reads_no_more_than_what_it_tells(a_case, cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    case = a_case("review")
    with CaptureQueriesContext(connection) as found:
        case.move("keep_plan", by=cast.worker, achieved="Out twice a week", reason="It works")
    about = [q["sql"] for q in found if "cases_letter" in q["sql"]]
    assert len(about) == 1 and about[0].startswith("INSERT")
    asked = [
        q["sql"]
        for q in found
        if q["sql"].startswith("SELECT")
        and "cases_council" in q["sql"]
        and "cases_case" not in q["sql"]
        and "cases_seat" not in q["sql"]  # whether the worker may
    ]
    assert asked == []


def test_all_letters_are_listed_for_the_person_and_for_staff_in_every_format(a_case, cast, as_):
    case = a_case("running")
    for who in (cast.person, cast.worker):
        page = as_(who).get(reverse("cases:letters", args=[case.ref])).content.decode()
        for event in case.events.all():
            if timeline.has_letter(event.verb):
                assert reverse("cases:letter", args=[case.ref, event.seq]) in page, event.verb
                assert reverse("cases:letter_pdf", args=[case.ref, event.seq]) + "?as=large" in page
    assert (
        reverse("cases:letters", args=[case.ref])
        in as_(cast.worker).get(reverse("cases:case", args=[case.ref])).content.decode()
    )
    assert as_(cast.stranger).get(reverse("cases:letters", args=[case.ref])).status_code == 404
    finance = as_(cast.finance).get(reverse("cases:letters", args=[case.ref])).content.decode()
    assert "eligible needs" not in finance and "Your plan is agreed" in finance


@pytest.mark.parametrize("name", ["letter", "letter_pdf", "letter_text"])
def test_no_format_goes_round_who_may_read(a_case, cast, as_, name):
    case = a_case("set_up")
    decided = reverse(f"cases:{name}", args=[case.ref, event_of(case, "determine_eligible").seq])
    for who, status in (
        ("person", 200),
        ("worker", 200),
        ("finance", 404),
        ("auditor", 404),
        ("outsider", 404),
        ("stranger", 404),
    ):
        assert as_(getattr(cast, who)).get(decided).status_code == status, who
    assert as_(cast.person).get(reverse(f"cases:{name}", args=[case.ref, 999])).status_code == 404
