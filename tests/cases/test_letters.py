"""What happened, as a sentence, a timeline and a letter; each reader gets the words that are theirs."""

import pytest
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone

from cases import journey, letters
from cases.models import Case, Event


def event_of(case, verb) -> Event:
    return case.events.filter(verb=verb).order_by("-seq").first()


def open_letter(client, case, verb):
    return client.get(reverse("cases:letter", args=[case.ref, event_of(case, verb).seq]))


def body(answer) -> str:
    """The letter itself, without the page around it."""
    page = answer.content.decode()
    return page[page.index("<article") : page.index("</article>")]


def test_a_sentence_speaks_to_its_reader(a_case, cast):
    event = event_of(a_case("confirm"), "submit_assessment")
    assert letters.sentence(event, "person") == "You sent the self-assessment"
    assert letters.sentence(event, "delegate") == "The person you help sent the self-assessment"
    assert letters.sentence(event) == "The person sent the self-assessment"


def test_a_move_on_behalf_says_so(a_case, cast):
    case = a_case("running")
    case.move("start_review", by=cast.worker, on_behalf_of=case.person, kind="requested", reason="Phoned us")
    event = event_of(case, "start_review")
    assert letters.sentence(event, "person") == "Your social worker started a review on your behalf"
    assert "for the person" in letters.sentence(event)


def test_every_verb_of_the_journey_has_a_sentence_for_people():
    for verb in journey.MOVES:
        assert letters.known(verb)
        assert "_" not in str(journey.MOVES[verb].done)


def test_what_is_recorded_beside_the_journey_has_a_sentence_too(a_case, cast):
    case = a_case("set_up")
    event = case.record("record_agreement", by=cast.finance)
    assert letters.sentence(event) == "Finance recorded the signed agreement and set up the payments"
    assert letters.sentence(event, "person").startswith("The finance team recorded")
    paid = case.record("record_contribution", by=cast.finance)
    assert letters.known(paid.verb) and "_" not in letters.sentence(paid)


def test_the_persons_question_is_theirs_to_staff(a_case, cast):
    case = a_case("waiting")
    case.move("ask_news", by=cast.person, question="When will somebody come?")
    assert ("Their question", "When will somebody come?") in letters.timeline(case, {"worker"})[0].facts


def test_a_letter_is_offered_only_to_those_who_may_read_it(a_case, cast):
    case = a_case("running")
    for roles in ({"finance"}, {"auditor"}, {"worker"}, {"person"}):
        for line in letters.timeline(case, roles):
            assert line.letter == (letters.letter(case, line.seq, roles) is not None), (roles, line.verb)


def test_the_timeline_is_newest_first_in_one_query(a_case, cast, django_assert_num_queries):
    case = a_case("running")
    with django_assert_num_queries(1):
        entries = letters.timeline(case, {"worker"})
    assert [e.seq for e in entries] == sorted((e.seq for e in entries), reverse=True)
    assert entries[-1].what == "The person asked for support" and entries[-1].note == "I find mornings hard"


def test_asks_are_labelled_and_coded_answers_worded(a_case, cast):
    case = a_case("waiting")
    facts = dict(next(e for e in letters.timeline(case, {"worker"}) if e.verb == "triage").facts)
    assert facts["How urgent is it?"] == "Routine" and facts["Is there a safeguarding concern?"] == "No"
    told = dict(next(e for e in letters.timeline(case, {"person"}) if e.verb == "triage").facts)
    assert set(told) == {"How soon", "We will be in touch by"}


def test_a_body_is_given_only_to_its_audience(a_case, cast):
    case = a_case("confirm")
    case.record("triage", by=cast.worker, note="For the person alone", audience="person")
    case.record("triage", by=cast.worker, note="RESTRICTED words", audience="restricted")

    def notes(roles):
        return [e.note for e in letters.timeline(case, roles)]

    assert "For the person alone" in notes({"person"}) and "For the person alone" not in notes({"delegate"})
    assert "For the person alone" not in notes({"finance"})
    assert not any("RESTRICTED words" in notes({r}) for r in ("person", "delegate", "worker", "manager", "auditor"))


def test_verbs_without_words_are_for_staff(a_case, cast):
    case = a_case("confirm")
    case.record("some_bookkeeping", by=cast.worker)
    assert "some_bookkeeping" not in {e.verb for e in letters.timeline(case, {"person"})}
    assert "some_bookkeeping" in {e.verb for e in letters.timeline(case, {"worker"})}


def test_every_letter_has_its_template():
    own = ("ask_for_support", "triage", "determine_eligible", "determine_not_eligible", "share_budget", "return_plan",
           "agree_plan", "offer_changed", "refer_to_panel", "start_budget", "withdraw", "end_support")  # fmt: skip
    for verb in (*own, "_letter", "default"):
        get_template(f"letters/{verb}.html")
    for verb in journey.MOVES:
        assert letters.title_of(verb)


def test_the_decision_is_told_with_its_reasons_and_the_way_to_challenge(a_case, cast, as_):
    case = a_case("plan")
    text = body(open_letter(as_(cast.person), case, "determine_eligible"))
    assert "Needs help most days" in text and "Cannot do it without assistance" in text
    assert "Managing and maintaining nutrition" in text
    assert "within 3 working days" in text and "Ombudsman" in text
    assert case.ref in text and "Dear Ada Wren" in text and "Brackenshire Council" in text


def test_the_letter_of_a_refusal_carries_the_advice(a_case, cast, as_):
    from cases import actions

    case = a_case("confirm")
    actions.determine(case=case, by=cast.worker, eligible=False, arises=True, impact=False, areas=[], findings={},
                      reasons="One need only", advice="A lunch club meets on Fridays")  # fmt: skip
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
    for words in ("4 hours in place of 5", "The sister helps on Sundays", "Help every weekday morning", "decline"):
        assert words in text


def test_a_referral_says_what_support_there_is_meanwhile(a_case, cast, as_):
    text = body(open_letter(as_(cast.person), a_case("panel"), "refer_to_panel"))
    assert "Home care goes on" in text and "A plan unlike others" in text


@pytest.mark.parametrize("step", ["running", "closed"])
def test_every_letter_of_a_case_opens_for_the_person(a_case, cast, as_, step):
    case, mine = a_case(step), as_(cast.person)
    for event in case.events.all():
        answer = mine.get(reverse("cases:letter", args=[case.ref, event.seq]))
        assert answer.status_code == (200 if letters.has_letter(event.verb) else 404), event.verb


def test_large_print_and_other_formats(a_case, cast, as_):
    case = a_case(person=cast.new_person(communication="large_print"))
    assert "app-letter--large" in body(open_letter(as_(cast.person), case, "ask_for_support"))
    other = a_case(person=cast.new_person("Bert Wren", communication="bsl"))
    text = body(open_letter(as_(cast.person), other, "ask_for_support"))
    assert "British Sign Language" in text and "app-letter--large" not in text


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
    assert "safeguarding" not in text.lower() and "decide" not in text.lower().replace("decided the next step", "")


def test_what_is_written_is_never_markup(a_case, cast, as_):
    case = a_case("confirm")
    case.move("return_assessment", by=cast.worker, missing="<script>alert(1)</script>")
    text = body(open_letter(as_(cast.person), case, "return_assessment"))
    assert "<script>" not in text and "&lt;script&gt;" in text


def test_a_letter_says_by_when_as_it_was_fixed(a_case, cast):
    case = a_case("confirm")
    event = event_of(case, "submit_assessment")
    found = letters.what_next(event)
    assert letters.last_day(Case.objects.get(pk=case.pk).due_at) in found[-1]
    assert timezone.localdate(case.due_at) > timezone.localdate(event.at)
