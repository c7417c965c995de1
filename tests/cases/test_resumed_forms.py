"""A time-out never loses a page: kept for the same person in the same browser, and sent again after
signing in.
"""

import logging
import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import actions
from cases.models import Answer, Asked, KeptPage, Start
from cases.models.record import RecordView
from cases.signin import resumed_forms
from cases.tasks import sweep
from tests.cases.test_start import begin, come_back
from tests.walks.pages import Hands

KEPT = reverse("cases:resumed_forms")
WORDS = "My garden, and the zebrafinch"


def question(case, name="about.important"):
    return reverse("cases:question", args=[case.ref, name])


def end_session(client):
    """What a server does to a session that is too old: the row goes, the browser's cookies stay."""
    SessionStore(client.cookies[settings.SESSION_COOKIE_NAME].value).delete()


def sign_in(client, user):
    """By the code that comes by e-mail, as a resident does."""
    from django.core import mail

    client.get("/accounts/login/code/")
    client.post("/accounts/login/code/", {"email": user.email, **token(client)})
    code = re.search(r"(?m)^\s*([A-Z0-9]{4}-[A-Z0-9]{4})\s*$", mail.outbox[-1].body)[1]
    client.get("/accounts/login/code/confirm/")
    return client.post("/accounts/login/code/confirm/", {"code": code, **token(client)})


def token(client):
    return {"csrfmiddlewaretoken": client.cookies[settings.CSRF_COOKIE_NAME].value}


@pytest.fixture
def case(a_case, cast):
    case = a_case("assess")
    actions.open_assessment(case=case, by=cast.person)
    return case


@pytest.fixture
def hands(case, cast):
    """The person with a question open."""
    found = Hands(cast.person)
    found.open(question(case))
    return found


def typed(case, client, words=WORDS, **more):
    return client.post(question(case), {"value": words, "seen": 0, **token(client), **more})


def test_a_page_sent_too_late_is_saved_after_signing_in_and_leads_on_as_if_nothing_had_happened(
    case, cast, hands
):
    end_session(hands.client)
    answer = typed(case, hands.client)
    assert answer.url.startswith("/accounts/login/") and not Answer.objects.exists()
    assert "kept safe" in hands.client.get(answer.url).content.decode()
    landed = sign_in(hands.client, cast.person)
    kept = Answer.objects.get()
    assert (kept.value, kept.by, kept.voice) == (WORDS, cast.person, "person")
    second = case.assessments.get().form[1]["id"]
    assert landed.url == question(case, second), "where it would have led"
    assert "Saved." in hands.client.get(landed.url).content.decode()
    assert not KeptPage.objects.exists(), "and nothing of it stays"


def test_signing_in_by_code_and_second_fact_does_the_same_for_a_request_that_is_being_written(cast):
    client = Client(enforce_csrf_checks=False)
    code = begin(client)
    page = reverse("cases:start_part", args=["brackenshire", "words"])
    client.get(page)
    end_session(client)
    answer = client.post(page, {"words": WORDS, "danger": "no"})
    assert answer.url.startswith("/accounts/login/")
    landed = come_back(client, code)
    assert Start.objects.get().data["words"] == WORDS
    assert landed.url == reverse("cases:start_part", args=["brackenshire", "you"])


def test_it_is_never_sent_for_another_person_in_the_same_browser(case, cast, hands):
    end_session(hands.client)
    typed(case, hands.client)
    case_of_theirs = cast.help(case, user=cast.outsider)  # who may even write in this case
    assert case_of_theirs.checked
    landed = sign_in(hands.client, cast.outsider)
    shown = hands.client.get(KEPT).content.decode()
    assert landed.url != KEPT and WORDS not in shown and "Nothing waits here" in shown
    assert not Answer.objects.exists() and KeptPage.objects.count() == 1
    end_session(hands.client)
    sign_in(hands.client, cast.person)
    assert Answer.objects.get().by == cast.person, "and it still waits for its own"


def test_it_is_never_sent_in_another_browser_even_for_the_same_person(case, cast, hands):
    end_session(hands.client)
    typed(case, hands.client)
    other = Hands().client
    landed = sign_in(other, cast.person)
    assert landed.url == "/home/" and "Nothing waits here" in other.get(KEPT).content.decode()
    assert not Answer.objects.exists()


def test_a_page_of_another_site_or_of_nobody_is_not_kept(case, cast, hands):
    end_session(hands.client)
    foreign = hands.client.post(
        question(case), {"value": WORDS, "seen": 0, "csrfmiddlewaretoken": "x" * 64}
    )
    assert foreign.status_code == 403
    from_elsewhere = typed(
        case, hands.client, csrfmiddlewaretoken=token(hands.client)["csrfmiddlewaretoken"]
    )
    assert from_elsewhere.status_code == 302 and KeptPage.objects.count() == 1
    elsewhere = Client(enforce_csrf_checks=True)
    elsewhere.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    answer = elsewhere.post(question(case), {"value": WORDS, "csrfmiddlewaretoken": "a" * 32})
    assert answer.url.startswith("/accounts/login/") and KeptPage.objects.count() == 1


def test_a_form_of_an_earlier_sign_in_is_shown_and_sent_with_one_press(case, cast, hands):
    old = hands.open(question(case)).form("value").values["csrfmiddlewaretoken"]
    end_session(hands.client)
    sign_in(hands.client, cast.person)
    answer = hands.client.post(
        question(case), {"value": WORDS, "seen": 0, "csrfmiddlewaretoken": old[0]}
    )
    assert answer.url == KEPT and not Answer.objects.exists()
    page = hands.open(KEPT)
    assert WORDS in page.text
    done = press(hands, page, case)
    assert (
        Answer.objects.get().value == WORDS
        and done.status_code == 302
        and not KeptPage.objects.exists()
    )


def say_how(hands, case):
    """A worker says how the answers reach them."""
    hands.send(reverse("cases:assessment", args=[case.ref]), how="phone", on=timezone.localdate())


def press(hands, page, case, action=None):
    form = next(f for f in page.forms if f.action == (action or question(case)))
    return hands.client.post(form.action, {k: v[0] for k, v in form.values.items()})


def test_a_form_of_somebody_else_who_was_signed_in_here_is_kept_for_them_and_shown_to_nobody(
    case, cast, hands
):
    old = hands.open(question(case)).form("value").values["csrfmiddlewaretoken"][0]
    end_session(hands.client)
    sign_in(hands.client, cast.outsider)
    answer = hands.client.post(
        question(case), {"value": WORDS, "seen": 0, "csrfmiddlewaretoken": old}
    )
    assert answer.status_code == 403 and "waits for whoever opened it" in answer.content.decode()
    assert WORDS not in hands.client.get(KEPT).content.decode()
    end_session(hands.client)
    assert sign_in(hands.client, cast.person).url == KEPT, "shown before it is sent"
    assert WORDS in hands.client.get(KEPT).content.decode() and not Answer.objects.exists()


def test_a_colleagues_decision_is_shown_before_it_is_sent_and_can_be_thrown_away(a_case, cast):
    case = a_case("request")
    hands = Hands(cast.duty)
    page = hands.open(reverse("cases:act", args=[case.ref, "close_at_request"]))
    end_session(hands.client)
    form = page.forms[-1]
    data = {k: v[0] for k, v in form.values.items() if v} | {k: "yes" for k in form.choices}
    data |= {k: "Zebrafinch club" for k, kind in form.kinds.items() if kind == "textarea"}
    assert hands.client.post(page.at, data).url.startswith("/accounts/login/")
    hands.client.force_login(
        cast.duty, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    case.refresh_from_db()
    shown = hands.open(KEPT)
    assert case.step == "request" and "Zebrafinch club" in shown.text
    away = next(f for f in shown.forms if f.action == "")
    hands.client.post(KEPT, {k: v[0] for k, v in away.values.items()})
    assert not KeptPage.objects.exists() and "Nothing waits here" in hands.open(KEPT).text


def test_a_colleague_who_signs_in_by_password_is_led_to_what_was_kept_and_nothing_is_sent_by_itself(
    a_case, cast
):
    case = a_case("request")
    cast.duty.set_password("correct horse battery")
    cast.duty.save()
    hands = Hands()
    login = {"login": cast.duty.email, "password": "correct horse battery"}
    hands.open("/accounts/login/")
    hands.post("/accounts/login/", login)
    page = hands.open(reverse("cases:messages", args=[case.ref]))
    form = page.form("words")
    end_session(hands.client)
    said = {"words": WORDS, "told_by": "phone", "read_back": "on"}
    hands.client.post(page.at, {k: v[0] for k, v in form.values.items() if v} | said)
    assert KeptPage.objects.count() == 1
    landed = hands.client.post("/accounts/login/", login | token(hands.client))
    assert landed.url == KEPT and not Asked.objects.exists()
    assert press(hands, hands.open(KEPT), case, page.at).status_code == 302
    assert Asked.objects.get().event.body.note.endswith(WORDS) and not KeptPage.objects.exists()


def test_an_answer_that_a_colleague_wrote_down_waits_until_they_have_said_again_how_it_is_given(
    case, cast
):
    """How the answers are given lay in the session that has ended."""
    hands = Hands(cast.worker)
    say_how(hands, case)
    hands.open(question(case))
    end_session(hands.client)
    typed(case, hands.client)
    hands.client.force_login(
        cast.worker, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    refused = press(hands, hands.open(KEPT), case)
    assert (
        refused.status_code == 409
        and "Say first how you get the answers" in refused.content.decode()
    )
    assert KeptPage.objects.count() == 1 and not Answer.objects.exists()
    say_how(hands, case)
    assert press(hands, hands.open(KEPT), case).status_code == 302
    assert Answer.objects.get().value == WORDS and not KeptPage.objects.exists()


def test_after_an_hour_it_is_shown_first_and_after_a_day_it_is_gone(case, cast, hands):
    end_session(hands.client)
    typed(case, hands.client)
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=True):
        assert sign_in(hands.client, cast.person).url == KEPT and not Answer.objects.exists()
        assert WORDS in hands.client.get(KEPT).content.decode()
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=True):
        sign_in(hands.client, cast.person)
        assert WORDS not in hands.client.get(KEPT).content.decode()
        sweep()
        assert not KeptPage.objects.exists()


def test_a_refused_page_is_shown_and_keeps_what_was_typed(case, cast, hands):
    """Somebody else has answered the same question meanwhile."""
    end_session(hands.client)
    typed(case, hands.client)
    actions.save_answer(
        assessment=case.assessments.get(),
        question="about.important",
        value="Cats",
        voice="person",
        by=cast.worker,
    )
    assert sign_in(hands.client, cast.person).url == KEPT
    refused = press(hands, hands.open(KEPT), case)
    assert (
        refused.status_code == 409
        and WORDS in refused.content.decode()
        and "Cats" in refused.content.decode()
    )
    assert KeptPage.objects.count() == 1, "until it is thrown away"


def test_several_pages_are_kept_side_by_side_but_not_without_end(case, cast, hands):
    end_session(hands.client)
    for number in range(resumed_forms.MOST + 3):
        typed(case, hands.client, f"Words number {number}")
    assert KeptPage.objects.count() == resumed_forms.MOST
    assert sign_in(hands.client, cast.person).url == KEPT
    shown = hands.client.get(KEPT).content.decode()
    assert "Words number 7" in shown and "Words number 2" not in shown


def test_what_is_kept_opens_neither_with_the_database_nor_with_the_cookie_alone(
    case, cast, hands, settings
):
    end_session(hands.client)
    typed(case, hands.client)
    row, key = KeptPage.objects.get(), hands.client.cookies["kept"].value
    for place in (row.sealed, row.browser, key, hands.client.cookies["here"].value):
        assert WORDS not in place and case.ref not in place and cast.person.email not in place
    assert key not in row.sealed and key != row.browser
    assert resumed_forms._opened(row, key).fields["value"] == WORDS
    assert resumed_forms._opened(row, "another key") is None
    settings.SECRET_KEY = "another secret that is as long as the first one was"
    assert resumed_forms._opened(row, key) is None


def test_the_cookies_are_for_the_server_alone_and_go_with_exit_quickly(case, cast, hands):
    end_session(hands.client)
    typed(case, hands.client)
    for name in ("here", "kept"):
        assert (
            hands.client.cookies[name]["httponly"]
            and hands.client.cookies[name]["samesite"] == "Lax"
        )
    hands.client.get("/exit/", headers={"sec-fetch-site": "same-origin"})
    assert not hands.client.cookies["here"].value and not hands.client.cookies["kept"].value
    sign_in(hands.client, cast.person)
    assert not Answer.objects.exists()


def test_nothing_of_it_stands_in_an_address_or_a_log(case, cast, hands, caplog):
    end_session(hands.client)
    with caplog.at_level(logging.DEBUG):
        answer = typed(case, hands.client)
        landed = sign_in(hands.client, cast.person)
    assert "zebrafinch" not in caplog.text.lower() + answer.url + landed.url


def test_looking_again_is_recorded_and_a_page_that_opens_an_account_is_never_kept(
    case, cast, hands
):
    before = RecordView.objects.filter(user=cast.person).count()
    end_session(hands.client)
    typed(case, hands.client)
    assert RecordView.objects.filter(user=cast.person).count() == before
    hands.client.post(
        reverse("cases:new_code"), {"kind": "word", "fact": "Marmalade", **token(hands.client)}
    )
    assert KeptPage.objects.count() == 1
    sign_in(hands.client, cast.person)
    assert RecordView.objects.filter(user=cast.person).count() == before + 1


def test_a_helper_whose_help_has_ended_meanwhile_sends_nothing(case, cast):
    cast.help(case)
    hands = Hands(cast.delegate)
    hands.open(question(case))
    end_session(hands.client)
    typed(case, hands.client)
    case.person.representations.filter(user=cast.delegate).update(valid_to=timezone.localdate())
    sign_in(hands.client, cast.delegate)
    assert not Answer.objects.exists()
