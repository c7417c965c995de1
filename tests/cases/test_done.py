"""What a person has just done is confirmed on a page to keep; nobody else finds it."""

import pytest
from django.urls import reverse

from cases import journey
from cases.common.refusals import NotYet
from cases.letters import timeline
from tests.cases.test_act import do, opened, text

SENT = "/cases/{}/sent/{}/"


def challenged(case, client):
    path = do(case, "challenge")
    data = opened(client, path) | {"decision": "indicative", "reason": "The evenings are left out"}
    return client.post(path, data, follow=True)


def test_a_challenge_ends_on_a_page_with_reference_days_and_a_letter(a_case, cast, as_):
    case, mine = a_case(at="running"), as_(cast.person)
    page = challenged(case, mine)
    event = case.events.get(verb="challenge")
    assert page.redirect_chain[-1][0] == SENT.format(case.ref, event.seq)
    for words in (
        "We have your challenge",
        case.ref,
        "We tell you that it has arrived by",
        "We aim to answer by",
        "What happens next",
        case.council.help_phone,
        str(case.worker),
    ):
        assert words in text(page), words
    kept = reverse("cases:letter_pdf", args=[case.ref, event.seq])
    assert kept in text(page)
    assert mine.get(kept).content.startswith(b"%PDF")
    letter = text(mine.get(reverse("cases:letter", args=[case.ref, event.seq])))
    assert (
        "The evenings are left out" in letter
        and "Ombudsman" in letter
        and "We aim to answer by" in letter
    )


@pytest.mark.parametrize("who", ["worker", "stranger", "manager"])
def test_what_one_has_done_is_shown_to_nobody_else(a_case, cast, as_, who):
    case = a_case(at="sign_off")
    seq = case.events.get(verb="submit_plan").seq
    assert as_(getattr(cast, who)).get(SENT.format(case.ref, seq)).status_code == 404


def test_a_sent_plan_is_confirmed_with_its_letter_and_a_helper_finds_only_their_own(
    a_case, cast, as_
):
    case = a_case(at="sign_off", days_ago=7)
    seq = case.events.get(verb="submit_plan").seq
    page = as_(cast.person).get(SENT.format(case.ref, seq))
    assert "We have your support plan" in text(page) and case.ref in text(page)
    assert "We aim to have done this by" in text(page)
    cast.help(case)
    assert as_(cast.delegate).get(SENT.format(case.ref, seq)).status_code == 404
    assert as_(cast.person).get(SENT.format(case.ref, 1)).status_code == 404


def test_whatever_a_person_may_send_is_told_them_or_theirs_to_keep():
    """Asking for news has its answer."""
    theirs = {m.name for m in journey.MOVES.values() if m.who & journey.PERSON} - {"ask_news"}
    assert {name for name in theirs if not timeline.has_letter(name)} == set()


def test_what_a_page_does_not_offer_the_move_does_not_take(a_case, cast, as_):
    case = a_case(at="running")
    with pytest.raises(NotYet, match="Choose one of the answers"):
        case.move("start_review", by=cast.person, kind="dp", reason="The money")
    case = a_case(at="plan", days_ago=9)
    page = as_(cast.person).get(do(case, "hand_turn"))
    assert 'type="hidden" name="turn" value="worker"' in text(page), "one choice is none"
    with pytest.raises(NotYet, match="Choose one of the answers"):
        case.move("hand_turn", by=cast.person, turn="finance", reason="Please go on")
